#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "crypto/gate.h"
#include "crypto/hash.h"
#include "crypto/start.h"

static void
test_counts_the_shared_table (void)
{
  const char *shared = g_getenv ("PARAPH_SHARED");
  g_autofree char *path =
      g_build_filename (shared != NULL ? shared : ".", "vectors/x25519/gate.tsv", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  unsigned int accepted = 0;
  unsigned int refused = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    {
      g_test_skip ("the shared vectors are not here");
      return;
    }
  lines = g_strsplit (text, "\n", -1);
  for (unsigned int i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);
      uint8_t u[PARAPH_GATE_KEY_SIZE];
      gboolean is_accepted;

      if (lines[i][0] == '#' || g_strv_length (fields) < 3)
        continue;
      g_assert_cmpint (paraph_hex_decode (fields[0], strlen (fields[0]), u, sizeof u), ==, 0);
      is_accepted = paraph_gate_check_key (u) == PARAPH_OK;
      g_assert_cmpint (is_accepted, ==, g_str_equal (fields[2], "accept"));
      accepted += is_accepted ? 1 : 0;
      refused += is_accepted ? 0 : 1;
    }
  g_assert_cmpuint (accepted, ==, 4);
  g_assert_cmpuint (refused, ==, 31);
}

static void
make_point (uint8_t point[static PARAPH_GATE_POINT_SIZE + 1])
{
  uint8_t secret[32];

  memset (secret, 7, sizeof secret);
  point[0] = 5;
  point[PARAPH_GATE_POINT_SIZE] = 0;
  g_assert_cmpint (crypto_scalarmult_base (point + 1, secret), ==, 0);
}

static void
test_accepts_a_point (void)
{
  uint8_t point[PARAPH_GATE_POINT_SIZE + 1];
  ParaphSessionKey key;

  make_point (point);
  g_assert_cmpint (paraph_gate_check_point (point, 33, &key), ==, PARAPH_OK);
  g_assert_cmpmem (key.bytes, 32, point + 1, 32);
}

static void
test_refuses_other_forms (void)
{
  uint8_t point[PARAPH_GATE_POINT_SIZE + 1];
  ParaphSessionKey key;

  make_point (point);
  g_assert_cmpint (paraph_gate_check_point (point, 32, &key), ==, PARAPH_ERROR_KEY);
  g_assert_cmpint (paraph_gate_check_point (point, 34, &key), ==, PARAPH_ERROR_KEY);
  g_assert_cmpint (paraph_gate_check_point (point, 0, &key), ==, PARAPH_ERROR_KEY);
  point[0] = 4;
  g_assert_cmpint (paraph_gate_check_point (point, 33, &key), ==, PARAPH_ERROR_KEY);
  memset (point + 1, 0, 32);
  point[0] = 5;
  g_assert_cmpint (paraph_gate_check_point (point, 33, &key), ==, PARAPH_ERROR_KEY);
}

static void
test_knows_the_border_of_the_field (void)
{
  uint8_t u[32];

  memset (u, 0xff, sizeof u);
  u[31] = 0x7f;
  u[0] = 0xeb; /* p - 2 */
  g_assert_cmpint (paraph_gate_check_key (u), ==, PARAPH_OK);
  u[0] = 0xef; /* p + 2, the same number as 2 */
  g_assert_cmpint (paraph_gate_check_key (u), ==, PARAPH_ERROR_KEY);
  u[15] = 0xfe; /* below p again */
  g_assert_cmpint (paraph_gate_check_key (u), ==, PARAPH_OK);
  u[31] = 0xff;
  g_assert_cmpint (paraph_gate_check_key (u), ==, PARAPH_ERROR_KEY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/gate/counts-the-shared-table", test_counts_the_shared_table);
  g_test_add_func ("/gate/accepts-a-point", test_accepts_a_point);
  g_test_add_func ("/gate/refuses-other-forms", test_refuses_other_forms);
  g_test_add_func ("/gate/knows-the-border-of-the-field", test_knows_the_border_of_the_field);
  return g_test_run ();
}
