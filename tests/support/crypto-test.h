/* For tests of crypto/: results with their names, bytes from hexadecimal. */

#pragma once

#include <glib.h>

#include "crypto/error.h"
#include "crypto/hash.h"
#include "crypto/start.h"

#define assert_result(result, expected) \
  g_assert_cmpstr (paraph_error_name (result), ==, paraph_error_name (expected))

#define assert_ok(result) assert_result (result, PARAPH_OK)

/* Bytes of a hexadecimal string of any length; the test fails when it is not one. */
static inline GBytes *
bytes_from_hex (const char *hex)
{
  size_t size = strlen (hex) / 2;
  uint8_t *bytes = g_malloc (size + 1);

  assert_ok (paraph_hex_decode (hex, strlen (hex), bytes, size));
  return g_bytes_new_take (bytes, size);
}

/* Every test of this folder ends with this: no secret may outlive what used it. */
static inline void
assert_no_secret_lives (void)
{
  const char *tag = NULL;

  if (paraph_secret_list_tags (&tag, 1) > 0)
    g_error ("a secret is still alive: %s", tag);
}
