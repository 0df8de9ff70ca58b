/* For tests of what travels: vectors, and the promise that a parser refuses or gives the same. */

#pragma once

#include <glib.h>
#include <string.h>

#include "crypto/hash.h"

/* The bytes that came out of parsing and writing again; NULL where they were refused. */
typedef GBytes *(*ExchangeAgain) (GBytes *bytes, GError **error);

static inline GBytes *
read_vector (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "protocol", name, NULL);
  char *text = NULL;
  gsize size = 0;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, size);
}

/* Hexadecimal in lines. */
static inline GBytes *
read_hex_vector (const char *name)
{
  g_autoptr (GBytes) file = read_vector (name);
  GString *hex = g_string_new_len (g_bytes_get_data (file, NULL), (gssize) g_bytes_get_size (file));
  guint8 *bytes;
  gsize size;

  g_string_replace (hex, "\n", "", 0);
  size = hex->len / 2;
  bytes = g_malloc (size);
  g_assert_cmpint (paraph_hex_decode (hex->str, hex->len, bytes, size), ==, 0);
  g_string_free (hex, TRUE);
  return g_bytes_new_take (bytes, size);
}

static inline void
assert_same (GBytes *bytes, ExchangeAgain again)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) written = again (bytes, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (written, bytes));
}

static inline void
assert_refused (GBytes *bytes, ExchangeAgain again)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) written = again (bytes, &error);

  g_assert_null (written);
  g_assert_nonnull (error);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

static inline void
assert_truncations_refused (GBytes *bytes, ExchangeAgain again)
{
  for (gsize size = 0; size < g_bytes_get_size (bytes); size++)
    {
      g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (bytes, NULL), size);
      assert_refused (part, again);
    }
}

/* One to three changed, removed or inserted bytes. */
static inline GBytes *
mutate (GBytes *bytes, GRand *rand)
{
  GByteArray *array = g_byte_array_new ();
  gint32 times = g_rand_int_range (rand, 1, 4);

  g_byte_array_append (array, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  for (gint32 i = 0; i < times && array->len > 2; i++)
    {
      guint at = (guint) g_rand_int_range (rand, 0, (gint32) array->len);
      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          g_byte_array_remove_index (array, at);
          break;
        case 1:
          g_byte_array_append (array, array->data + at, 1);
          break;
        case 2:
          array->data[at] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
          break;
        default:
          array->data[at] = (guint8) g_rand_int_range (rand, 0, 256);
          break;
        }
    }
  return g_byte_array_free_to_bytes (array);
}

/* Refused with a sentence, or the same bytes again. mend may be NULL. */
static inline void
assert_mutations_safe (GBytes *bytes, ExchangeAgain again, GBytes *(*mend) (GBytes *), guint times)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20310304);

  for (guint i = 0; i < times; i++)
    {
      g_autoptr (GBytes) raw = mutate (bytes, rand);
      g_autoptr (GBytes) changed = mend == NULL ? g_bytes_ref (raw) : mend (raw);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) written = again (changed, &error);

      if (written == NULL)
        g_assert_true (g_str_has_suffix (error->message, "."));
      else
        g_assert_true (g_bytes_equal (written, changed));
    }
}

/* The bytes with every FROM, a text, put as TO. */
static inline GBytes *
replaced (GBytes *bytes, const char *from, const char *to)
{
  GString *text =
      g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));

  g_assert_cmpuint (g_string_replace (text, from, to, 0), >, 0);
  return g_string_free_to_bytes (text);
}
