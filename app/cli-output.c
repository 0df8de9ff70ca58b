#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-output.h"

#include <glib/gi18n.h>

#include "app/cli-marked.h"
#include "crypto/hash.h"
#include "negotiation/unicode.h"
#include "negotiation/value.h"

struct ParaphOutput
{
  gboolean is_json;
  gboolean is_terminal;
  GString *text;
  GString *next;
  JsonBuilder *builder;
};

ParaphOutput *
paraph_output_new (gboolean is_json, gboolean is_terminal)
{
  ParaphOutput *self = g_new0 (ParaphOutput, 1);

  self->is_json = is_json;
  self->is_terminal = is_terminal;
  self->text = g_string_new (NULL);
  self->next = g_string_new (NULL);
  self->builder = json_builder_new ();
  json_builder_begin_object (self->builder);
  paraph_output_number (self, "paraph", 1);
  return self;
}

void
paraph_output_free (ParaphOutput *self)
{
  if (self == NULL)
    return;
  (void) g_string_free (self->text, TRUE); /* gives NULL */
  (void) g_string_free (self->next, TRUE);
  g_object_unref (self->builder);
  g_free (self);
}

/* Appends text without what could move a terminal's cursor or hide words. */
static void
append_tame (GString *string, const char *text)
{
  for (const char *at = text; *at != '\0'; at += g_utf8_skip[*(const guchar *) at])
    {
      gunichar character = g_utf8_get_char (at);

      if (character != '\n' && character != '\t' && paraph_unicode_is_forbidden (character))
        character = 0xFFFD;
      g_string_append_unichar (string, character);
    }
}

char *
paraph_output_dup_tame (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *tame = g_string_new (NULL);

  append_tame (tame, valid);
  return g_string_free (tame, FALSE);
}

void
paraph_output_line (ParaphOutput *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autofree char *valid = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  valid = g_utf8_make_valid (line, -1);
  append_tame (self->text, valid);
  g_string_append_c (self->text, '\n');
}

void
paraph_output_content (ParaphOutput *self, GBytes *content)
{
  gsize size = 0;
  const char *bytes = g_bytes_get_data (content, &size);
  g_autofree char *valid = NULL;

  if (!self->is_terminal)
    {
      g_string_append_len (self->text, bytes, (gssize) size);
      return;
    }
  valid = size == 0 ? g_strdup ("") : g_utf8_make_valid (bytes, (gssize) size);
  append_tame (self->text, valid);
}

void
paraph_output_words (ParaphOutput *self, ParaphOutputMark mark, const char *words)
{
  static const char *const begins[] = { "", "[-", "{+" };
  static const char *const ends[] = { "", "-]", "+}" };
  static const char *const colours[] = { "", "\033[31m", "\033[32m" };
  const char *no_colour = g_getenv ("NO_COLOR");
  gboolean is_coloured = mark != PARAPH_OUTPUT_MARK_KEPT && self->is_terminal
                         && (no_colour == NULL || no_colour[0] == '\0');
  g_autofree char *valid = g_utf8_make_valid (words, -1);

  g_string_append (self->text, is_coloured ? colours[mark] : "");
  g_string_append (self->text, begins[mark]);
  append_tame (self->text, valid);
  g_string_append (self->text, ends[mark]);
  g_string_append (self->text, is_coloured ? "\033[0m" : "");
}

void
paraph_output_page (ParaphOutput *self, const char *page)
{
  append_tame (self->text, page);
}

void
paraph_output_use_json (ParaphOutput *self)
{
  self->is_json = TRUE;
}

void
paraph_output_next (ParaphOutput *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_vprintf (self->next, format, arguments);
  va_end (arguments);
}

void
paraph_output_string (ParaphOutput *self, const char *member, const char *value)
{
  json_builder_set_member_name (self->builder, member);
  if (value == NULL)
    json_builder_add_null_value (self->builder);
  else
    json_builder_add_string_value (self->builder, value);
}

void
paraph_output_number (ParaphOutput *self, const char *member, gint64 value)
{
  json_builder_set_member_name (self->builder, member);
  json_builder_add_int_value (self->builder, value);
}

void
paraph_output_boolean (ParaphOutput *self, const char *member, gboolean value)
{
  json_builder_set_member_name (self->builder, member);
  json_builder_add_boolean_value (self->builder, value);
}

void
paraph_output_id (ParaphOutput *self, const char *member, const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (paraph_id_is_zero (id))
    {
      paraph_output_string (self, member, NULL);
      return;
    }
  paraph_id_to_hex (id, hex);
  paraph_output_string (self, member, hex);
}

void
paraph_output_time (ParaphOutput *self, const char *member, gint64 seconds)
{
  g_autofree char *time = paraph_value_format_time (seconds);

  paraph_output_string (self, member, time);
}

void
paraph_output_actor (ParaphOutput *self, const char *member, const ParaphActor *actor)
{
  json_builder_set_member_name (self->builder, member);
  json_builder_begin_object (self->builder);
  paraph_output_id (self, "delegation", &actor->delegation);
  paraph_output_string (self, "code", actor->code);
  paraph_output_string (self, "name", actor->name);
  paraph_output_string (self, "person", actor->person);
  paraph_output_id (self, "device", &actor->device);
  json_builder_end_object (self->builder);
}

void
paraph_output_strings (ParaphOutput *self, const char *member, GPtrArray *values)
{
  json_builder_set_member_name (self->builder, member);
  json_builder_begin_array (self->builder);
  for (guint i = 0; i < values->len; i++)
    json_builder_add_string_value (self->builder, g_ptr_array_index (values, i));
  json_builder_end_array (self->builder);
}

JsonBuilder *
paraph_output_get_builder (ParaphOutput *self)
{
  return self->builder;
}

char *
paraph_output_finish (ParaphOutput *self)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *json = NULL;

  if (!self->is_json)
    return self->next->len == 0
               ? g_strdup (self->text->str)
               : g_strdup_printf (_ ("%sNext: %s\n"), self->text->str, self->next->str);
  if (self->next->len > 0)
    paraph_output_string (self, "next", self->next->str);
  json_builder_end_object (self->builder);
  root = json_builder_get_root (self->builder);
  json = json_to_string (root, FALSE);
  return g_strconcat (json, "\n", NULL);
}
