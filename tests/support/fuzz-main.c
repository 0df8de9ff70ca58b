/* Replays a corpus through a libFuzzer target, for compilers without libFuzzer.
 *
 * Arguments: one directory. Each file in it is one TAP test: the whole of it, then beginnings of
 * it, since a cut in the middle is what carriers and disks do most. Without the directory, or
 * without a file in it, the empty input is still tried. A finding ends the process, which the
 * runner counts as a failure. */

#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BEGINNINGS_MAX 256

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Each input is copied to a block of its own size, so that reading past its end is seen. */
static void
try_input (const char *data, size_t size)
{
  g_autofree uint8_t *copy = g_malloc (size > 0 ? size : 1);

  for (size_t i = 0; i < size; i++)
    copy[i] = (uint8_t) data[i];
  (void) LLVMFuzzerTestOneInput (copy, size);
}

static void
try_beginnings (const char *data, size_t size)
{
  size_t step = size / BEGINNINGS_MAX + 1;

  for (size_t length = 0; length < size; length += step)
    try_input (data, length);
  try_input (data, size);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

/* Names of the files of a directory, sorted. Never NULL. */
static GPtrArray *
list_corpus (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) names = NULL;

  if (argc != 2)
    {
      fprintf (stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
      return EXIT_FAILURE;
    }
  names = list_corpus (argv[1]);
  printf ("1..%u\n", names->len + 1);
  try_input ("", 0);
  printf ("ok 1 empty\n");
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *data = NULL;
      gsize size = 0;

      if (!g_file_get_contents (path, &data, &size, NULL))
        {
          printf ("not ok %u %s cannot be read\n", i + 2, name);
          continue;
        }
      try_beginnings (data, size);
      printf ("ok %u %s\n", i + 2, name);
      (void) fflush (stdout);
    }
  return EXIT_SUCCESS;
}
