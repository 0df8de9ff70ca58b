#include "tests/negotiation/text-test.h"

static char *
find_data (void)
{
  const char *shared = g_getenv ("PARAPH_SHARED");
  g_autofree char *path = shared == NULL ? NULL : g_build_filename (shared, "data", NULL);

  if (path != NULL && g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&path);
  g_test_skip ("no folder data in PARAPH_SHARED: the real texts are not there");
  return NULL;
}

GBytes *
text_test_load (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *bytes = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &size, &error));
  g_assert_no_error (error);
  return g_bytes_new_take (bytes, size);
}

GBytes *
text_test_load_shared (const char *name)
{
  g_autofree char *data = find_data ();
  g_autofree char *path = data == NULL ? NULL : g_build_filename (data, name, NULL);

  return path == NULL ? NULL : text_test_load (path);
}

static void
add_files (GPtrArray *paths, const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name = NULL;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (paths, path);
      else
        g_free (path);
    }
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

GPtrArray *
text_test_list_files (void)
{
  g_autofree char *data = find_data ();
  g_autoptr (GDir) dir = data == NULL ? NULL : g_dir_open (data, 0, NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name = NULL;

  if (data == NULL)
    return NULL;
  add_files (paths, data);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (data, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        add_files (paths, path);
    }
  g_ptr_array_sort (paths, compare_paths);
  g_assert_cmpuint (paths->len, >=, 40);
  return g_steal_pointer (&paths);
}
