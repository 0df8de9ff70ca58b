#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/draft.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/value.h"

#define SALT_SIZE 16
#define BLOB_RANDOM_SIZE ((gsize) 32)
#define BLOB_HEAD "paraph-body 1 "
#define BLOB_FIRST_LINE_SIZE (sizeof BLOB_HEAD - 1 + 2 * BLOB_RANDOM_SIZE + 1)

typedef struct
{
  char *key;
  char *value;
} Line;

struct ParaphDraft
{
  ParaphKind kind;
  GArray *lines;     /* of Line */
  GPtrArray *bodies; /* of char *, the values of their lines */
};

static void
clear_line (gpointer pointer)
{
  Line *line = pointer;

  g_free (line->key);
  g_free (line->value);
}

ParaphDraft *
paraph_draft_new (ParaphKind kind)
{
  g_return_val_if_fail (kind > PARAPH_KIND_UNKNOWN && kind < PARAPH_N_KINDS, NULL);

  ParaphDraft *self = g_new0 (ParaphDraft, 1);
  self->kind = kind;
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  g_array_set_clear_func (self->lines, clear_line);
  self->bodies = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
paraph_draft_free (ParaphDraft *self)
{
  g_array_unref (self->lines);
  g_ptr_array_unref (self->bodies);
  g_free (self);
}

void
paraph_draft_add (ParaphDraft *self, const char *key, const char *value)
{
  Line line = { g_strdup (key), g_strdup (value) };

  g_array_append_val (self->lines, line);
}

void
paraph_draft_add_id (ParaphDraft *self, const char *key, const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (id, hex);
  paraph_draft_add (self, key, hex);
}

void
paraph_draft_add_body (ParaphDraft *self, const ParaphBody *body)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (&body->blob, hex);
  g_ptr_array_add (self->bodies,
                   g_strdup_printf ("%s %s %s %s %" G_GINT64_FORMAT " %s", body->role, body->name,
                                    body->language != NULL ? body->language : "-", body->media_type,
                                    body->size, hex));
}

static gboolean
refuse (GError **error, const char *key, const char *what)
{
  g_set_error (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_MALFORMED,
               "draft: line %s: %s", key, what);
  return FALSE;
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
put_id (GString *text, const char *key, const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1] = "-";

  if (!paraph_id_is_zero (id))
    paraph_id_to_hex (id, hex);
  g_string_append_printf (text, "%s: %s\n", key, hex);
}

static void
put_sorted (GString *text, const char *key, GPtrArray *values)
{
  g_ptr_array_sort (values, compare_values);
  for (guint i = 0; i < values->len; i++)
    g_string_append_printf (text, "%s: %s\n", key, (const char *) g_ptr_array_index (values, i));
}

static void
put_seen (GString *text, const GArray *seen)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  char author[PARAPH_ID_HEX_SIZE + 1], id[PARAPH_ID_HEX_SIZE + 1];

  for (guint i = 0; seen != NULL && i < seen->len; i++)
    {
      const ParaphPlace *place = &g_array_index (seen, ParaphPlace, i);
      paraph_id_to_hex (&place->author, author);
      paraph_id_to_hex (&place->id, id);
      g_ptr_array_add (values,
                       g_strdup_printf ("%s %" G_GINT64_FORMAT " %s", author, place->number, id));
    }
  if (values->len == 0)
    g_string_append (text, "seen: -\n");
  put_sorted (text, "seen", values);
}

static gboolean
put_common (GString *text, ParaphKind kind, const ParaphPosition *position, gint64 time,
            GError **error)
{
  g_autofree char *date = paraph_value_format_time (time);

  if (date == NULL || !paraph_value_parse_time (date, NULL))
    return refuse (error, "time", "outside the years 1 to 9999");
  g_string_append_printf (text, "paraph-record 1\nkind: %s\n", paraph_kind_get_rule (kind)->word);
  put_id (text, "negotiation", &position->negotiation);
  put_id (text, "channel", &position->channel);
  put_id (text, "author", &position->author);
  put_id (text, "identity", &position->identity);
  g_string_append_printf (text, "number: %" G_GINT64_FORMAT "\n", position->number);
  put_id (text, "previous", &position->previous);
  put_seen (text, position->seen);
  g_string_append_printf (text, "clock: %" G_GINT64_FORMAT "\ntime: %s\n", position->clock, date);
  return TRUE;
}

/* Every value is tested before it is written, so that none can bring lines of its own. */
static gboolean
put_field (GString *text, const ParaphDraft *self, const ParaphField *field, GError **error)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();

  for (guint i = 0; i < self->lines->len; i++)
    {
      const Line *line = &g_array_index (self->lines, Line, i);
      if (strcmp (line->key, field->key) != 0)
        continue;
      if (!field->is_legal (line->value))
        return refuse (error, field->key, "not a legal value");
      g_ptr_array_add (values, line->value);
    }
  if (values->len == 0 && field->minimum > 0)
    return refuse (error, field->key, "missing");
  if (values->len > field->maximum)
    return refuse (error, field->key, "too many");
  if (values->len == 0)
    g_string_append_printf (text, "%s: -\n", field->key);
  put_sorted (text, field->key, values);
  return TRUE;
}

static gboolean
has_field (const ParaphField *fields, const char *key)
{
  for (; fields->key != NULL; fields++)
    if (strcmp (fields->key, key) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
put_fields (GString *text, const ParaphDraft *self, GError **error)
{
  const ParaphField *fields = paraph_kind_get_rule (self->kind)->fields;

  for (guint i = 0; i < self->lines->len; i++)
    {
      const char *key = g_array_index (self->lines, Line, i).key;
      if (!has_field (fields, key))
        return refuse (error, key, "not a line of this kind");
    }
  for (; fields->key != NULL; fields++)
    if (!put_field (text, self, fields, error))
      return FALSE;
  for (guint i = 0; i < self->bodies->len; i++)
    if (strchr (g_ptr_array_index (self->bodies, i), '\n') != NULL)
      return refuse (error, "body", "not a legal value");
  put_sorted (text, "body", self->bodies);
  return TRUE;
}

ParaphHeader *
paraph_draft_finish (ParaphDraft *self, const ParaphPosition *position, gint64 time,
                     const guint8 salt[16], GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char hex[2 * SALT_SIZE + 1];

  if (!put_common (text, self->kind, position, time, error))
    return NULL;
  paraph_hex_encode (salt, SALT_SIZE, hex);
  g_string_append_printf (text, "salt: %s\n", hex);
  if (!put_fields (text, self, error))
    return NULL;
  g_string_append_c (text, '\n');

  g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);
  return paraph_header_parse (bytes, error);
}

GBytes *
paraph_blob_new (const guint8 random[32], GBytes *content)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (content, &size);
  g_autoptr (GByteArray) blob = g_byte_array_sized_new ((guint) (BLOB_FIRST_LINE_SIZE + size));
  char hex[2 * BLOB_RANDOM_SIZE + 1];

  paraph_hex_encode (random, BLOB_RANDOM_SIZE, hex);
  g_byte_array_append (blob, (const guint8 *) BLOB_HEAD, sizeof BLOB_HEAD - 1);
  g_byte_array_append (blob, (const guint8 *) hex, 2 * BLOB_RANDOM_SIZE);
  g_byte_array_append (blob, (const guint8 *) "\n", 1);
  if (size > 0)
    g_byte_array_append (blob, data, (guint) size);
  return g_byte_array_free_to_bytes (g_steal_pointer (&blob));
}

static gboolean
has_first_line (const char *data, gsize size)
{
  guint8 random[BLOB_RANDOM_SIZE];

  return size >= BLOB_FIRST_LINE_SIZE && memcmp (data, BLOB_HEAD, sizeof BLOB_HEAD - 1) == 0
         && data[BLOB_FIRST_LINE_SIZE - 1] == '\n'
         && paraph_hex_decode (data + sizeof BLOB_HEAD - 1, 2 * BLOB_RANDOM_SIZE, random,
                               sizeof random)
                == 0;
}

GBytes *
paraph_blob_get_content (GBytes *blob, const char *media_type, GError **error)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (blob, &size);
  const char *what = NULL;

  if (!has_first_line (data, size))
    what = "another first line";
  else if (g_str_has_prefix (media_type, "text/")
           && !g_utf8_validate_len (data + BLOB_FIRST_LINE_SIZE, size - BLOB_FIRST_LINE_SIZE, NULL))
    what = "text that is not UTF-8 or holds U+0000";
  if (what == NULL)
    return g_bytes_new_from_bytes (blob, BLOB_FIRST_LINE_SIZE, size - BLOB_FIRST_LINE_SIZE);
  g_set_error (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_MALFORMED, "blob: %s",
               what);
  return NULL;
}
