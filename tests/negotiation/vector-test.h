/* For tests of negotiation/: the files of tests/vectors/protocol/. */

#pragma once

#include <glib.h>
#include <string.h>

#include "crypto/hash.h"
#include "negotiation/header.h"

/* The bytes of a vector. */
static inline GBytes *
vector_read (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "protocol", name, NULL);
  g_autoptr (GError) error = NULL;
  char *data = NULL;
  gsize size = 0;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

/* The rows of a table without its first line, each cut at its tabs. */
static inline GPtrArray *
vector_rows (const char *name)
{
  g_autoptr (GBytes) bytes = vector_read (name);
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = g_strndup (data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (gsize i = 1; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_ptr_array_add (rows, g_strsplit (lines[i], "\t", -1));
  g_assert_cmpuint (rows->len, >, 0);
  return rows;
}

static inline void
vector_hex (const char *hex, guint8 *bytes, gsize size)
{
  g_assert_cmpint (paraph_hex_decode (hex, strlen (hex), bytes, size), ==, 0);
}

static inline ParaphHeader *
vector_header (const char *name)
{
  g_autoptr (GBytes) bytes = vector_read (name);
  g_autoptr (GError) error = NULL;
  ParaphHeader *header = paraph_header_parse (bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (header);
  return header;
}
