/* Conversations that were held once with published implementations of the protocol, repeated:
 * with the same randomness our side gives the same bytes, and what they wrote opens. The
 * transcripts are written by tests/support/signal-driver.mjs. */

#include <glib.h>
#include <string.h>

#include "crypto/start.h"
#include "tests/support/signal-peer.h"

typedef struct
{
  unsigned int encrypted;
  unsigned int decrypted;
  unsigned int refused;
} Counts;

static void
count_answer (Counts *counts, const char *answer)
{
  counts->encrypted += g_str_has_prefix (answer, "enc ") ? 1 : 0;
  counts->decrypted += g_str_has_prefix (answer, "dec ") ? 1 : 0;
  counts->refused += g_str_has_prefix (answer, "error ") ? 1 : 0;
}

static Counts
replay (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "signal", name, NULL);
  g_autoptr (SignalPeer) peer = signal_peer_new ();
  g_autofree char *answer = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  Counts counts = { 0, 0, 0 };

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (unsigned int i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "> "))
        {
          g_assert_null (answer);
          answer = signal_peer_answer (peer, lines[i] + 2);
        }
      else if (g_str_has_prefix (lines[i], "< "))
        {
          g_assert_cmpstr (answer, ==, lines[i] + 2);
          count_answer (&counts, answer);
          g_clear_pointer (&answer, g_free);
        }
    }
  g_assert_null (answer);
  return counts;
}

static void
test_we_begin (gconstpointer name)
{
  g_autofree char *file = g_strdup_printf ("%s-we-begin.txt", (const char *) name);
  Counts counts = replay (file);

  g_assert_cmpuint (counts.encrypted, ==, 14);
  g_assert_cmpuint (counts.decrypted, ==, 14);
  g_assert_cmpuint (counts.refused, ==, 2);
}

static void
test_they_begin (gconstpointer name)
{
  g_autofree char *file = g_strdup_printf ("%s-they-begin.txt", (const char *) name);
  Counts counts = replay (file);

  g_assert_cmpuint (counts.encrypted, ==, 13);
  g_assert_cmpuint (counts.decrypted, ==, 65);
  g_assert_cmpuint (counts.refused, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_data_func ("/signal-replay/libsignal-client/we-begin", "libsignal-client-0.72.1",
                        test_we_begin);
  g_test_add_data_func ("/signal-replay/libsignal-client/they-begin", "libsignal-client-0.72.1",
                        test_they_begin);
  g_test_add_data_func ("/signal-replay/libsignal-protocol-typescript/we-begin",
                        "libsignal-protocol-typescript-0.0.16", test_we_begin);
  g_test_add_data_func ("/signal-replay/libsignal-protocol-typescript/they-begin",
                        "libsignal-protocol-typescript-0.0.16", test_they_begin);
  return g_test_run ();
}
