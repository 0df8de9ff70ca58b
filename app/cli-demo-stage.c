/* The stage of the sample: running commands, and telling what they said. */

#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-demo.h"

#include <stdarg.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#define SELF "/proc/self/exe"
#define SHOWN_DIGITS 8
#define ID_DIGITS_MIN 16

gboolean
paraph_demo_require (gboolean condition, const char *why, GError **error)
{
  if (!condition)
    g_set_error_literal (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_IO, why);
  return condition;
}

/* Files */

char *
paraph_demo_path (ParaphDemo *self, const char *name)
{
  return g_build_filename (self->directory, name, NULL);
}

char *
paraph_demo_write (ParaphDemo *self, const char *name, const char *text, GError **error)
{
  g_autofree char *resource = g_strconcat ("/org/paraph/app/sample/", name, NULL);
  g_autofree char *path = paraph_demo_path (self, name);
  g_autoptr (GBytes) bytes = NULL;
  gsize size = 0;
  const char *data = NULL;

  if (text != NULL)
    bytes = g_bytes_new_static (text, strlen (text));
  else
    bytes = g_resources_lookup_data (resource, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  return g_file_set_contents (path, data, (gssize) size, error) ? g_steal_pointer (&path) : NULL;
}

/* What is shown */

/* Ids of 64 digits become their first 8: people compare no more by eye. */
static void
append_short (GString *shown, const char *line)
{
  while (*line != '\0')
    {
      gsize digits = strspn (line, "0123456789abcdef");
      gsize taken = digits >= ID_DIGITS_MIN ? SHOWN_DIGITS : MAX (digits, 1);

      g_string_append_len (shown, line, (gssize) taken);
      line += MAX (digits, 1);
    }
}

void
paraph_demo_tell (ParaphDemo *self, ParaphStoryPart part, const char *format, ...)
{
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (part == PARAPH_STORY_ANSWER)
    append_short (shown, text);
  else
    g_string_append (shown, text);
  paraph_story_tell (self->story, part, shown->str);
}

/* What a line that names the next command begins with, in the reader's language. */
static char *
dup_next (void)
{
  const char *line = strstr (_ ("%sNext: %s\n"), "%s") + 2;

  return g_strndup (line, strcspn (line, "%"));
}

static void
tell_answer (ParaphDemo *self, const ParaphDemoStep *step, const char *out)
{
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);
  g_autofree char *inside = g_strconcat (self->directory, "/", NULL);
  g_autofree char *next = dup_next ();
  g_autoptr (GString) shown = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = NULL;
      g_autofree char *line = NULL;

      if (lines[i][0] == '\0' || g_str_has_prefix (lines[i], next)
          || (step->only != NULL && !g_regex_match_simple (step->only, lines[i], 0, 0)))
        continue;
      parts = g_strsplit (lines[i], inside, -1);
      line = g_strjoinv ("", parts);
      if (shown->len > 0)
        g_string_append_c (shown, '\n');
      append_short (shown, line);
    }
  if (shown->len > 0)
    paraph_story_tell (self->story, PARAPH_STORY_ANSWER, shown->str);
}

static void
tell_command (ParaphDemo *self, const ParaphDemoStep *step)
{
  g_autoptr (GString) line = g_string_new (step->code);
  g_autofree char *inside = g_strconcat (self->directory, "/", NULL);
  g_autoptr (GString) shown = g_string_new (NULL);

  g_string_append_c (line, '$');
  for (guint i = 0; step->words[i] != NULL; i++)
    {
      const char *word = step->words[i];
      const char *name = g_str_has_prefix (word, inside) ? word + strlen (inside) : word;

      g_string_append_printf (line, strchr (name, ' ') == NULL ? " %s" : " \"%s\"", name);
    }
  append_short (shown, line->str);
  if (step->only != NULL)
    g_string_append_printf (shown, "  %s", _ ("(in part)"));
  paraph_story_tell (self->story, PARAPH_STORY_COMMAND, shown->str);
}

/* Running */

gboolean
paraph_demo_spawn (const char *const *words, char **ret_out, int *ret_status, GError **error)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *out = NULL;

  process = g_subprocess_newv (
      words, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, error);
  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, error))
    return FALSE;
  *ret_status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
  *ret_out = out == NULL ? g_strdup ("") : g_steal_pointer (&out);
  return TRUE;
}

/* One command in the home of step, ended as it should. The last line of a JSON answer is the whole
 * object; whatever stands before it came from standard error. */
static char *
run_step (ParaphDemo *self, const ParaphDemoStep *step, gboolean is_json, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *out = NULL;
  int status = 0;

  g_ptr_array_add (argv, g_strdup (SELF));
  g_ptr_array_add (argv, g_strdup_printf ("--home=%s/%s", self->directory, step->code));
  g_ptr_array_add (argv, g_strdup_printf ("--key-file=%s/%s.key", self->directory, step->code));
  g_ptr_array_add (argv, g_strdup ("--yes"));
  if (is_json)
    g_ptr_array_add (argv, g_strdup ("--json"));
  for (guint i = 0; step->words[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (step->words[i]));
  g_ptr_array_add (argv, NULL);
  if (!paraph_demo_spawn ((const char *const *) argv->pdata, &out, &status, error))
    return NULL;
  if (status == step->status || (step->or_status != 0 && status == step->or_status))
    return g_steal_pointer (&out);
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_IO,
               _ ("“%s” of %s did not end as it should (exit %d): %s"), step->words[0], step->code,
               status, g_strdelimit (g_strstrip (out), "\n", ' '));
  return NULL;
}

gboolean
paraph_demo_show (ParaphDemo *self, const ParaphDemoStep *step, GError **error)
{
  g_autofree char *out = NULL;

  tell_command (self, step);
  out = run_step (self, step, FALSE, error);
  if (out == NULL)
    return FALSE;
  tell_answer (self, step, out);
  return TRUE;
}

gboolean
paraph_demo_do (ParaphDemo *self, const ParaphDemoStep *step, GError **error)
{
  g_autofree char *out = run_step (self, step, FALSE, error);

  return out != NULL;
}

JsonNode *
paraph_demo_ask (ParaphDemo *self, const ParaphDemoStep *step, GError **error)
{
  g_autofree char *out = run_step (self, step, TRUE, error);
  const char *json = out == NULL ? NULL : strstr (out, "{\"paraph\":");
  JsonNode *node = json == NULL ? NULL : json_from_string (json, error);

  if (node != NULL || out == NULL)
    return node;
  g_clear_error (error); /* it tells where in the text, which says nothing here */
  (void) paraph_demo_require (FALSE, _ ("A command gave no JSON object."), error);
  return NULL;
}

static gboolean
sync_one (ParaphDemo *self, const char *code, gint64 *moved, GError **error)
{
  const ParaphDemoStep step = { .code = code,
                                .or_status =
                                    g_strcmp0 (code, self->stopped) == 0 ? PARAPH_DEMO_REFUSED : 0,
                                .words = PARAPH_DEMO_WORDS ("sync") };
  g_autoptr (JsonNode) node = paraph_demo_ask (self, &step, error);
  JsonObject *report = node == NULL ? NULL : json_node_get_object (node);

  if (report == NULL)
    return FALSE;
  if (json_object_has_member (report, "error"))
    return TRUE;
  *moved +=
      json_object_get_int_member (report, "received") + json_object_get_int_member (report, "sent");
  return TRUE;
}

gboolean
paraph_demo_sync (ParaphDemo *self, const char *code, guint rounds, GError **error)
{
  gint64 moved = 0;

  paraph_demo_tell (self, PARAPH_STORY_COMMAND, _ ("all ten$ sync"));
  for (guint round = 0; round < rounds && (round == 0 || moved > 0); round++)
    {
      moved = 0;
      if (!sync_one (self, code, &moved, error))
        return FALSE;
      for (guint i = 0; i < PARAPH_DEMO_CAST; i++)
        if (strcmp (paraph_demo_cast[i].code, code) != 0
            && !sync_one (self, paraph_demo_cast[i].code, &moved, error))
          return FALSE;
    }
  return TRUE;
}
