#include "tests/vectors/vector-file.h"

#include "tests/support/crypto-test.h"

/* NULL, with the test skipped, when the file is not there. */
static char *
find_file (const char *name)
{
  const char *shared = g_getenv ("PARAPH_SHARED");
  g_autofree char *path = NULL;

  if (shared != NULL)
    path = g_build_filename (shared, "vectors", name, NULL);
  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_autofree char *reason = g_strdup_printf ("no vectors/%s in PARAPH_SHARED", name);

      g_test_skip (reason);
      return NULL;
    }
  return g_steal_pointer (&path);
}

char *
vector_file_load_text (const char *name)
{
  g_autofree char *path = find_file (name);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  if (path == NULL)
    return NULL;
  (void) g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

GPtrArray *
vector_file_load_rows (const char *name)
{
  g_autofree char *text = vector_file_load_text (name);
  g_auto (GStrv) lines = NULL;
  GPtrArray *rows;

  if (text == NULL)
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  for (size_t i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] != '\0' && lines[i][0] != '#')
        g_ptr_array_add (rows, g_strsplit (lines[i], "\t", -1));
    }
  return rows;
}

JsonParser *
vector_file_load_json (const char *name)
{
  g_autofree char *path = find_file (name);
  g_autoptr (GError) error = NULL;
  JsonParser *parser;

  if (path == NULL)
    return NULL;
  parser = json_parser_new ();
  (void) json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return parser;
}

GBytes *
vector_bytes (const char *hex)
{
  return bytes_from_hex (g_str_equal (hex, "-") ? "" : hex);
}

GBytes *
vector_member_bytes (JsonObject *object, const char *name)
{
  return bytes_from_hex (json_object_get_string_member (object, name));
}
