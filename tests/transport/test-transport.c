#include <string.h>

#include "tests/transport/pouch-fixture.h"

static void
test_ladder (void)
{
  static const guint64 steps[] = { 1, 2, 4, 8, 16, 32, 48 };
  guint on_ladder = 0;

  for (guint64 size = 0; size <= 2 * PARAPH_TRANSPORT_ENVELOPE_MAX; size++)
    if (paraph_transport_is_envelope_size (size))
      on_ladder++;
  g_assert_cmpuint (on_ladder, ==, G_N_ELEMENTS (steps));
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_true (paraph_transport_is_envelope_size (steps[i] * 1024));
  g_assert_false (paraph_transport_is_envelope_size (((guint64) 1 << 32) + 1024));
  g_assert_false (paraph_transport_is_envelope_size (G_MAXUINT64));
  g_assert_true (paraph_transport_is_envelope_size (PARAPH_TRANSPORT_ENVELOPE_MAX));
}

static void
test_hex (void)
{
  g_assert_true (paraph_transport_is_hex (OURS, 32));
  g_assert_false (paraph_transport_is_hex (OURS, 31));
  g_assert_false (paraph_transport_is_hex (OURS, 33));
  g_assert_false (paraph_transport_is_hex (NULL, 32));
  g_assert_false (paraph_transport_is_hex ("", 32));
  g_assert_false (paraph_transport_is_hex ("0123456789ABCDEF0123456789abcdef", 32));
  g_assert_false (paraph_transport_is_hex ("0123456789abcdeg0123456789abcdef", 32));
  g_assert_false (paraph_transport_is_hex ("../3456789abcdef0123456789abcdef", 32));
  g_assert_false (paraph_transport_is_hex ("0123456789abcdef0123456789abcde\n", 32));
}

static void
test_refuses_what_is_no_envelope (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const gsize sizes[] = { 0, 1, 1023, 1025, 49151, 49153, 65536 };
  g_autofree guint8 *zeros = g_malloc0 (65536);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (zeros, sizes[i]);
      g_autoptr (GError) error = NULL;

      g_assert_false (paraph_transport_post (fixture->carrier, THEIRS, bytes, &error));
      g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_INVALID);
    }
  assert_status (fixture->carrier, PARAPH_TRANSPORT_UP, 0);
}

static void
test_refuses_what_is_no_mailbox (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const names[] = {
    "",
    "..",
    "../ddccbbaa99887766554433221100ff",
    "/feeddccbbaa99887766554433221100",
    "FFEEDDCCBBAA99887766554433221100",
    "ffeeddccbbaa998877665544332211",
    "ffeeddccbbaa998877665544332211000",
  };
  g_autoptr (GBytes) envelope = make_envelope (1, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (paraph_transport_post (fixture->carrier, names[i], envelope, &error));
      g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_INVALID);
    }
  g_assert_cmpuint (count_entries (fixture->path), ==, 2); /* the marker, our own mailbox */
}

static void
test_refuses_foreign_tokens (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *victim = g_build_filename (fixture->path, PARAPH_POUCH_MARKER, NULL);
  g_autofree char *escape = g_strdup_printf ("../../%s", PARAPH_POUCH_MARKER);
  const char *const tokens[] = { escape, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (paraph_transport_done (fixture->carrier, tokens, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (paraph_pouch_quarantine (PARAPH_POUCH (fixture->carrier), escape, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_INVALID);
  g_assert_true (g_file_test (victim, G_FILE_TEST_IS_REGULAR));
}

static void
test_every_call_needs_a_start (void)
{
  g_autoptr (ParaphTransport) carrier = PARAPH_TRANSPORT (paraph_pouch_new ("/nowhere", OURS));
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  const char *const tokens[] = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (paraph_transport_post (carrier, THEIRS, envelope, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_STOPPED);
  g_clear_error (&error);
  g_assert_null (paraph_transport_poll (carrier, 1, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_STOPPED);
  g_clear_error (&error);
  g_assert_false (paraph_transport_rescan (carrier, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_STOPPED);
  g_clear_error (&error);
  g_assert_false (paraph_transport_done (carrier, tokens, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_STOPPED);
  assert_status (carrier, PARAPH_TRANSPORT_DOWN, PARAPH_TRANSPORT_ERROR_STOPPED);
  paraph_transport_stop (carrier);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport/the-ladder-has-seven-sizes", test_ladder);
  g_test_add_func ("/transport/hex-is-lower-case-and-exact", test_hex);
  g_test_add_func ("/transport/every-call-needs-a-start", test_every_call_needs_a_start);
  POUCH_TEST ("/transport/refuses-what-is-no-envelope", test_refuses_what_is_no_envelope);
  POUCH_TEST ("/transport/refuses-what-is-no-mailbox", test_refuses_what_is_no_mailbox);
  POUCH_TEST ("/transport/refuses-foreign-tokens", test_refuses_foreign_tokens);
  return g_test_run ();
}
