#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/transport/fault-fs.h"
#include "tests/transport/pouch-fixture.h"

#define SOME_NAME "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void
assert_only_incomplete (PouchFixture *fixture, const char *name)
{
  g_autoptr (ParaphTransportBatch) batch = take_all (fixture->carrier);

  g_assert_cmpuint (batch->arrivals->len, ==, 0);
  g_assert_cmpuint (batch->incomplete->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (batch->incomplete, 0), ==, name);
}

static void
assert_nothing (PouchFixture *fixture)
{
  g_autoptr (ParaphTransportBatch) batch = take_all (fixture->carrier);

  g_assert_cmpuint (batch->arrivals->len, ==, 0);
  g_assert_cmpuint (batch->incomplete->len, ==, 0);
  assert_status (fixture->carrier, PARAPH_TRANSPORT_UP, 0);
}

static void
assert_takes (PouchFixture *fixture, guint expected)
{
  g_autoptr (ParaphTransportBatch) batch = take_all (fixture->carrier);

  g_assert_cmpuint (batch->arrivals->len, ==, expected);
}

static void
test_round (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const guint sizes[] = { 1, 2, 4, 8, 16, 32, 48 };
  g_autofree char *new_path = box_path (fixture, OURS, "new", NULL);
  g_autoptr (GHashTable) sent =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  g_autoptr (ParaphTransportBatch) batch = NULL;

  for (guint i = 0; i < 200; i++)
    {
      GBytes *envelope = make_envelope (i, sizes[i % G_N_ELEMENTS (sizes)]);

      post_one (fixture->carrier, OURS, envelope);
      g_hash_table_add (sent, envelope);
    }
  batch = take_all (fixture->carrier);
  g_assert_cmpuint (batch->arrivals->len, ==, 200);
  for (guint i = 0; i < batch->arrivals->len; i++)
    {
      ParaphArrival *arrival = g_ptr_array_index (batch->arrivals, i);

      g_assert_true (g_hash_table_remove (sent, arrival->bytes)); /* each once */
    }
  g_assert_cmpuint (count_entries (new_path), ==, 200); /* nothing goes before done */
  finish_all (fixture->carrier, batch);
  finish_all (fixture->carrier, batch); /* and going twice is no failure */
  g_assert_cmpuint (count_entries (new_path), ==, 0);
  assert_nothing (fixture);
}

static void
test_poll_is_bounded (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  guint seen = 0;

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GBytes) envelope = make_envelope (i, 1);

      post_one (fixture->carrier, OURS, envelope);
    }
  paraph_transport_rescan (fixture->carrier, &error);
  g_assert_no_error (error);
  for (guint round = 0; round < 4; round++)
    {
      g_autoptr (ParaphTransportBatch) batch = paraph_transport_poll (fixture->carrier, 3, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (batch->arrivals->len, ==, round < 3 ? 3 : 1);
      g_assert_cmpint (batch->more, ==, round < 3);
      g_assert_null (batch->mark);
      seen += batch->arrivals->len;
    }
  g_assert_cmpuint (seen, ==, 10);
}

static void
test_not_done_comes_again (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (1, 1);

  post_one (fixture->carrier, OURS, envelope);
  for (guint i = 0; i < 3; i++)
    assert_takes (fixture, 1);
}

static void
test_again_after_a_month (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (1, 1);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (ParaphTransportBatch) batch = NULL;

      post_one (fixture->carrier, OURS, envelope);
      batch = take_all (fixture->carrier);
      g_assert_cmpuint (batch->arrivals->len, ==, 1);
      finish_all (fixture->carrier, batch);
    }
}

static void
test_quarantine_names_it_no_more (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (1, 2);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);
  const char *const tokens[] = { SOME_NAME, NULL };
  g_autoptr (GBytes) kept = NULL;
  g_autoptr (GBytes) other = NULL;
  g_autoptr (GError) error = NULL;

  plant (fixture, id, "half", 4);
  assert_only_incomplete (fixture, id);
  kept = paraph_pouch_quarantine (PARAPH_POUCH (fixture->carrier), id, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), "half", 4);
  assert_nothing (fixture);

  plant (fixture, SOME_NAME, "junk", 4);
  assert_only_incomplete (fixture, SOME_NAME);
  g_assert_true (paraph_transport_done (fixture->carrier, tokens, &error));
  other = paraph_pouch_quarantine (PARAPH_POUCH (fixture->carrier), SOME_NAME, &error);
  g_assert_null (other);
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_VANISHED);

  plant (fixture, id, g_bytes_get_data (envelope, NULL), 2048); /* a slow synchroniser */
  assert_takes (fixture, 1);
}

#define WRITERS 4
#define EACH 100

static pid_t
start_writer (PouchFixture *fixture, guint writer)
{
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      ParaphTransport *carrier = PARAPH_TRANSPORT (paraph_pouch_new (fixture->path, NULL));

      g_assert_true (paraph_transport_start (carrier, NULL, NULL));
      for (guint i = 0; i < EACH; i++)
        post_one (carrier, OURS, make_envelope (writer * EACH + i, 2));
      _exit (0);
    }
  return child;
}

/* Forgets the children that have ended. TRUE when none is left. */
static gboolean
all_have_ended (pid_t children[WRITERS])
{
  gboolean all = TRUE;

  for (guint w = 0; w < WRITERS; w++)
    {
      int status = 0;

      if (children[w] != 0 && waitpid (children[w], &status, WNOHANG) != 0)
        {
          g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
          children[w] = 0;
        }
      all = all && children[w] == 0;
    }
  return all;
}

/* Each envelope is committed once, and none is seen half written. */
static void
test_takes_while_others_post (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GHashTable) committed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pid_t children[WRITERS];
  gboolean last = FALSE;

  for (guint w = 0; w < WRITERS; w++)
    children[w] = start_writer (fixture, w);
  while (!last)
    {
      g_autoptr (ParaphTransportBatch) batch = NULL;

      last = all_have_ended (children); /* and one more pass after that */
      batch = take_all (fixture->carrier);
      g_assert_cmpuint (batch->incomplete->len, ==, 0);
      for (guint i = 0; i < batch->arrivals->len; i++)
        {
          ParaphArrival *arrival = g_ptr_array_index (batch->arrivals, i);

          g_assert_true (g_hash_table_add (committed, g_strdup (arrival->token)));
        }
      finish_all (fixture->carrier, batch);
    }
  g_assert_cmpuint (g_hash_table_size (committed), ==, WRITERS * EACH);
}

static void
test_vanishes_after_the_listing (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) first = make_envelope (1, 1);
  g_autoptr (GBytes) second = make_envelope (2, 1);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, first);
  g_autofree char *path = box_path (fixture, OURS, "new", id);
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (GError) error = NULL;

  post_one (fixture->carrier, OURS, first);
  post_one (fixture->carrier, OURS, second);
  g_assert_true (paraph_transport_rescan (fixture->carrier, &error));
  g_assert_cmpint (g_unlink (path), ==, 0);
  batch = paraph_transport_poll (fixture->carrier, 64, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (batch->arrivals->len, ==, 1);
  g_assert_cmpuint (batch->incomplete->len, ==, 0);
}

static void
test_new_is_removed (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *new_path = box_path (fixture, OURS, "new", NULL);
  g_autofree char *aside = box_path (fixture, OURS, "aside", NULL);
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (GError) error = NULL;

  post_one (fixture->carrier, OURS, envelope);
  g_assert_true (paraph_transport_rescan (fixture->carrier, &error));
  g_assert_cmpint (g_rename (new_path, aside), ==, 0);
  batch = paraph_transport_poll (fixture->carrier, 64, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (batch->arrivals->len, ==, 0);
  post_one (fixture->carrier, OURS, envelope); /* made anew */
  assert_takes (fixture, 1);
}

static void
test_marker_is_removed (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *marker = g_build_filename (fixture->path, PARAPH_POUCH_MARKER, NULL);
  g_autofree char *new_path = box_path (fixture, OURS, "new", NULL);
  g_autoptr (GBytes) first = make_envelope (1, 1);
  g_autoptr (GBytes) second = make_envelope (2, 1);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, first);
  const char *const tokens[] = { id, NULL };
  g_autoptr (GError) error = NULL;

  post_one (fixture->carrier, OURS, first);
  g_assert_true (paraph_transport_rescan (fixture->carrier, &error));
  g_assert_cmpint (g_unlink (marker), ==, 0);

  g_assert_null (paraph_transport_poll (fixture->carrier, 64, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_ABSENT);
  assert_status (fixture->carrier, PARAPH_TRANSPORT_DOWN, PARAPH_TRANSPORT_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_false (paraph_transport_post (fixture->carrier, OURS, second, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_false (paraph_transport_done (fixture->carrier, tokens, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_false (paraph_transport_rescan (fixture->carrier, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_cmpuint (count_entries (new_path), ==, 1);

  g_assert_true (paraph_pouch_prepare (fixture->path, &error));
  assert_takes (fixture, 1);
  assert_status (fixture->carrier, PARAPH_TRANSPORT_UP, 0);
}

static void
test_marker_must_be_a_file (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *marker = g_build_filename (fixture->path, PARAPH_POUCH_MARKER, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_unlink (marker), ==, 0);
  g_assert_cmpint (symlink ("/dev/null", marker), ==, 0);
  g_assert_false (paraph_transport_rescan (fixture->carrier, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_ABSENT);
  g_clear_error (&error);
  g_assert_false (paraph_pouch_prepare (fixture->path, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_ABSENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  POUCH_TEST ("/pouch/get/takes-each-once-and-keeps-it-until-done", test_round);
  POUCH_TEST ("/pouch/get/a-poll-is-bounded", test_poll_is_bounded);
  POUCH_TEST ("/pouch/get/what-is-not-done-comes-again", test_not_done_comes_again);
  POUCH_TEST ("/pouch/get/the-same-file-may-come-again-later", test_again_after_a_month);
  POUCH_TEST ("/pouch/get/quarantine-names-it-no-more", test_quarantine_names_it_no_more);
  POUCH_TEST ("/pouch/get/takes-while-others-post", test_takes_while_others_post);
  POUCH_TEST ("/pouch/get/file-vanishes-after-the-listing", test_vanishes_after_the_listing);
  POUCH_TEST ("/pouch/get/new-is-removed-and-made-anew", test_new_is_removed);
  POUCH_TEST ("/pouch/get/without-the-marker-touches-nothing", test_marker_is_removed);
  POUCH_TEST ("/pouch/get/the-marker-must-be-a-file", test_marker_must_be_a_file);
  return g_test_run ();
}
