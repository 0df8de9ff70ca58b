#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/header-private.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/unicode.h"
#include "negotiation/value.h"

#define FIRST_LINE "paraph-record 1\n"
#define KEY_MAX 32
#define SALT_DIGITS 32
#define BODY_PARTS 6

typedef struct
{
  char *key;
  char *value;
} Line;

/* Walks over the lines in their order. */
typedef struct
{
  ParaphHeaderData *self;
  Line *lines; /* n of them, and one without a key at the end */
  guint n;
  guint at;
  guint n_values;
} Reader;

static gboolean
refuse (GError **error, ParaphNegotiationError code, const char *what, const char *key)
{
  g_set_error (error, PARAPH_NEGOTIATION_ERROR, (int) code, "record header: %s%s%s", what,
               *key == '\0' ? "" : ": ", key);
  return FALSE;
}

static gboolean
malformed (GError **error, const char *what, const char *key)
{
  return refuse (error, PARAPH_NEGOTIATION_ERROR_MALFORMED, what, key);
}

/* Characters of ASCII that no line may hold; one look at each byte and no branch, since this is done
 * for every byte of every record. */
static gboolean
is_plain_ascii (const char *text, gsize size)
{
  guint bad = 0;

  for (gsize i = 0; i < size; i++)
    {
      guchar c = (guchar) text[i];
      bad |= (guint) (c < ' ') & (guint) (c != '\n');
      bad |= (guint) (c >= 0x7F);
    }
  return bad == 0;
}

/* UTF-8 without a character that no line may hold. */
static gboolean
is_plain (const char *text, gsize size)
{
  if (is_plain_ascii (text, size))
    return TRUE;
  if (!g_utf8_validate_len (text, size, NULL))
    return FALSE;
  for (const char *p = text; p < text + size; p += g_utf8_skip[*(const guchar *) p])
    if (*p != '\n' && paraph_unicode_is_forbidden (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

/* Cuts "key: value" LF; FALSE for any other form. */
static gboolean
cut_line (char *text, char *end, Line *ret_line)
{
  char *colon = memchr (text, ':', (gsize) (end - text));

  if (colon == NULL || colon == text || end - colon < 3 || colon[1] != ' ' || colon[2] == ' ')
    return FALSE;
  *colon = '\0';
  *end = '\0';
  ret_line->key = text;
  ret_line->value = colon + 2;
  return TRUE;
}

/* Cuts the text behind the first line into lines. The empty line at the end has been seen. */
static gboolean
cut_lines (Reader *reader, gsize size, GError **error)
{
  char *at = reader->self->text + strlen (FIRST_LINE);
  char *last = reader->self->text + size - 1;
  guint n = 0;

  for (const char *p = at; (p = memchr (p, '\n', (gsize) (last - p))) != NULL; p++)
    n++;
  reader->lines = g_new0 (Line, n + 1);
  while (at < last)
    {
      char *end = memchr (at, '\n', (gsize) (last - at));
      if (end == NULL || !cut_line (at, end, &reader->lines[reader->n]))
        return malformed (error, "a line that is not \"key: value\"", "");
      reader->n++;
      at = end + 1;
    }
  return TRUE;
}

/* How many lines of this key stand next. */
static guint
count (const Reader *reader, const char *key)
{
  guint n = 0;

  while (reader->at + n < reader->n && strcmp (reader->lines[reader->at + n].key, key) == 0)
    n++;
  return n;
}

static gboolean
are_sorted (const Line *lines, guint n)
{
  for (guint i = 1; i < n; i++)
    if (strcmp (lines[i - 1].value, lines[i].value) >= 0)
      return FALSE;
  return TRUE;
}

/* The value of a line that stands once; NULL where it does not stand here. */
static char *
take (Reader *reader, const char *key, GError **error)
{
  if (count (reader, key) == 1)
    return reader->lines[reader->at++].value;
  malformed (error, "missing, repeated or in the wrong place", key);
  return NULL;
}

static gboolean
take_id (Reader *reader, const char *key, ParaphId *ret_id, GError **error)
{
  const char *value = take (reader, key, error);

  if (value == NULL)
    return FALSE;
  if (strcmp (value, "-") == 0 || paraph_value_parse_id (value, ret_id))
    return TRUE;
  return malformed (error, "not an id", key);
}

static gboolean
take_number (Reader *reader, const char *key, gint64 *ret_number, GError **error)
{
  const char *value = take (reader, key, error);

  if (value == NULL)
    return FALSE;
  return paraph_value_parse_number (value, ret_number) || malformed (error, "not a decimal", key);
}

static gboolean
is_kind_word (const char *word)
{
  gsize length = strlen (word);

  return length >= 1 && length <= KEY_MAX && word[0] != '-'
         && strspn (word, "abcdefghijklmnopqrstuvwxyz-") == length;
}

static gboolean
take_kind (Reader *reader, GError **error)
{
  ParaphHeader *header = &reader->self->header;

  header->kind_word = take (reader, "kind", error);
  if (header->kind_word == NULL)
    return FALSE;
  header->kind = paraph_kind_from_word (header->kind_word);
  return is_kind_word (header->kind_word) || malformed (error, "not a word", "kind");
}

static gboolean
take_seen (Reader *reader, GError **error)
{
  ParaphHeader *header = &reader->self->header;
  const Line *lines = reader->lines + reader->at;
  guint n = count (reader, "seen");

  reader->at += n;
  if (n == 1 && strcmp (lines[0].value, "-") == 0)
    return TRUE;
  if (n < 1 || !are_sorted (lines, n))
    return malformed (error, "missing or not sorted", "seen");
  if (n > PARAPH_SEEN_MAX)
    return refuse (error, PARAPH_NEGOTIATION_ERROR_LIMIT, "too many lines", "seen");
  ParaphPlace *seen = g_new (ParaphPlace, n);
  reader->self->seen = seen;
  for (guint i = 0; i < n; i++)
    {
      if (!paraph_place_parse (lines[i].value, &seen[i]))
        return malformed (error, "not a place", "seen");
      if (paraph_id_equal (&seen[i].author, &header->author))
        return malformed (error, "the author itself", "seen");
      if (i >= 2 && paraph_id_equal (&seen[i].author, &seen[i - 2].author))
        return malformed (error, "an author more than twice", "seen");
    }
  header->seen = seen;
  header->n_seen = n;
  return TRUE;
}

static gboolean
take_common (Reader *reader, GError **error)
{
  ParaphHeader *header = &reader->self->header;

  if (!take_kind (reader, error) || !take_id (reader, "negotiation", &header->negotiation, error)
      || !take_id (reader, "channel", &header->channel, error)
      || !take_id (reader, "author", &header->author, error)
      || !take_id (reader, "identity", &header->identity, error)
      || !take_number (reader, "number", &header->number, error)
      || !take_id (reader, "previous", &header->previous, error) || !take_seen (reader, error)
      || !take_number (reader, "clock", &header->clock, error))
    return FALSE;

  const char *time = take (reader, "time", error);
  if (time == NULL)
    return FALSE;
  if (!paraph_value_parse_time (time, &header->time))
    return malformed (error, "not a time", "time");
  reader->self->salt = take (reader, "salt", error);
  if (reader->self->salt == NULL)
    return FALSE;
  return paraph_value_is_hex (reader->self->salt, SALT_DIGITS)
         || malformed (error, "not 32 digits", "salt");
}

/* Makes a group of the next n lines; skips those n but keeps none where is_empty. */
static void
add_group (Reader *reader, const char *key, guint n, gboolean is_empty)
{
  ParaphHeaderData *self = reader->self;
  ParaphHeaderGroup *group = &self->groups[self->n_groups++];

  group->key = key;
  group->first = reader->n_values;
  group->n = is_empty ? 0 : n;
  for (guint i = 0; i < group->n; i++)
    self->values[reader->n_values++] = reader->lines[reader->at + i].value;
  self->values[reader->n_values++] = NULL;
  reader->at += n;
}

static gboolean
take_field (Reader *reader, const ParaphField *field, GError **error)
{
  const Line *lines = reader->lines + reader->at;
  guint n = count (reader, field->key);
  gboolean is_empty = field->minimum == 0 && n == 1 && strcmp (lines[0].value, "-") == 0;

  if (n == 0 || (n < field->minimum && !is_empty))
    return malformed (error, "missing, too few or in the wrong place", field->key);
  if (n > field->maximum)
    return refuse (error, PARAPH_NEGOTIATION_ERROR_LIMIT, "too many lines", field->key);
  if (!are_sorted (lines, n))
    return malformed (error, "not sorted", field->key);
  for (guint i = 0; i < n && !is_empty; i++)
    if (!field->is_legal (lines[i].value))
      return malformed (error, "not a legal value", field->key);
  add_group (reader, field->key, n, is_empty);
  return TRUE;
}

/* The lines of a kind that is not known: any keys, equal ones together, in the author's order. */
static gboolean
take_unknown (Reader *reader, GError **error)
{
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);

  while (reader->at < reader->n)
    {
      char *key = reader->lines[reader->at].key;
      if (strcmp (key, "body") == 0)
        return TRUE;
      if (!is_kind_word (key) || !g_hash_table_add (keys, key))
        return malformed (error, "not a key, or its lines apart", "unknown kind");
      add_group (reader, key, count (reader, key), FALSE);
    }
  return TRUE;
}

static gboolean
take_fields (Reader *reader, GError **error)
{
  ParaphHeaderData *self = reader->self;
  const ParaphField *field = paraph_kind_get_rule (self->header.kind)->fields;
  guint n = reader->n - reader->at;

  self->groups = g_new (ParaphHeaderGroup, n + 1);
  self->values = g_new (const char *, 2 * (gsize) n + 1);
  if (self->header.kind == PARAPH_KIND_UNKNOWN)
    return take_unknown (reader, error);
  for (; field->key != NULL; field++)
    if (!take_field (reader, field, error))
      return FALSE;
  return TRUE;
}

/* "<role> <name> <language or -> <media type> <size> <id>", cut in place. */
static gboolean
parse_body (char *value, const ParaphKindRule *rule, ParaphBody *ret_body)
{
  char *parts[BODY_PARTS] = { value };

  for (guint i = 1; i < BODY_PARTS; i++)
    {
      char *space = strchr (parts[i - 1], ' ');
      if (space == NULL)
        return FALSE;
      *space = '\0';
      parts[i] = space + 1;
    }
  ret_body->role = parts[0];
  ret_body->name = parts[1];
  ret_body->language = strcmp (parts[2], "-") == 0 ? NULL : parts[2];
  ret_body->media_type = parts[3];
  return paraph_kind_rule_has_role (rule, ret_body->role) && paraph_value_is_token (ret_body->name)
         && (ret_body->language == NULL || paraph_value_is_language (ret_body->language))
         && paraph_value_is_media_type (ret_body->media_type)
         && paraph_value_parse_number (parts[4], &ret_body->size)
         && paraph_value_parse_id (parts[5], &ret_body->blob);
}

static gboolean
is_same_body (const ParaphBody *a, const ParaphBody *b)
{
  return strcmp (a->role, b->role) == 0 && strcmp (a->name, b->name) == 0
         && g_strcmp0 (a->language, b->language) == 0;
}

/* Lines of one role, name and language are neighbours, since all lines are sorted. */
static gboolean
read_bodies (const Line *lines, guint n, const ParaphKindRule *rule, ParaphBody *bodies)
{
  gboolean has_text = FALSE;

  for (guint i = 0; i < n; i++)
    {
      if (!parse_body (lines[i].value, rule, &bodies[i]))
        return FALSE;
      if (i > 0 && is_same_body (&bodies[i - 1], &bodies[i]))
        return FALSE;
      has_text = has_text || strcmp (bodies[i].role, "text") == 0;
    }
  return has_text || !rule->needs_text;
}

static gboolean
take_bodies (Reader *reader, GError **error)
{
  ParaphHeader *header = &reader->self->header;
  const ParaphKindRule *rule = paraph_kind_get_rule (header->kind);
  const Line *lines = reader->lines + reader->at;
  guint n = count (reader, "body");

  reader->at += n;
  if (reader->at < reader->n)
    return malformed (error, "a line that does not stand here", reader->lines[reader->at].key);
  if (n > rule->bodies_maximum)
    return refuse (error, PARAPH_NEGOTIATION_ERROR_LIMIT, "too many lines", "body");
  if (n < rule->bodies_minimum || !are_sorted (lines, n))
    return malformed (error, "too few or not sorted", "body");
  reader->self->bodies = g_new0 (ParaphBody, n);
  if (!read_bodies (lines, n, rule, reader->self->bodies))
    return malformed (error, "not a legal value, or no text", "body");
  header->bodies = reader->self->bodies;
  header->n_bodies = n;
  return TRUE;
}

static gboolean
read_lines (Reader *reader, gsize size, GError **error)
{
  return cut_lines (reader, size, error) && take_common (reader, error)
         && take_fields (reader, error) && take_bodies (reader, error);
}

gboolean
paraph_header_data_read (ParaphHeaderData *self, GError **error)
{
  Reader reader = { .self = self };
  gsize size = 0;
  const char *data = g_bytes_get_data (self->header.bytes, &size);

  if (size > PARAPH_HEADER_MAX)
    return refuse (error, PARAPH_NEGOTIATION_ERROR_LIMIT, "too long", "");
  if (size < strlen (FIRST_LINE) + 1 || memcmp (data, FIRST_LINE, strlen (FIRST_LINE)) != 0)
    return malformed (error, "another first line", "");
  if (data[size - 1] != '\n' || data[size - 2] != '\n')
    return malformed (error, "no empty line at the end", "");
  if (!is_plain (data, size))
    return malformed (error, "a character that no line may hold", "");
  self->text = g_strndup (data, size);
  gboolean is_read = read_lines (&reader, size, error);
  g_free (reader.lines);
  return is_read;
}
