#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include "tests/transport/fault-fs.h"
#include "tests/transport/pouch-fixture.h"

#define LEFT_BEHIND "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb"

static void
leave_behind (PouchFixture *fixture, const char *name)
{
  g_autofree char *path = box_path (fixture, OURS, "tmp", name);
  struct utimbuf long_ago = { .actime = 946684800, .modtime = 946684800 };

  g_assert_true (g_file_set_contents (path, "half", 4, NULL));
  g_assert_cmpint (g_utime (path, &long_ago), ==, 0);
}

static guint
clean (PouchFixture *fixture, long hours_later)
{
  const FaultPlan plan = { .time_jump = hours_later * 3600 };
  g_autoptr (GError) error = NULL;
  guint removed = 99;

  fault_plan (&plan);
  g_assert_true (paraph_pouch_clean (PARAPH_POUCH (fixture->carrier), &removed, &error));
  g_assert_no_error (error);
  return removed;
}

static void
test_by_the_clock_of_the_pouch (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *tmp = box_path (fixture, OURS, "tmp", NULL);

  leave_behind (fixture, LEFT_BEHIND);
  g_assert_cmpuint (clean (fixture, 0), ==, 0);
  g_assert_cmpuint (clean (fixture, -1000), ==, 0);
  g_assert_cmpuint (clean (fixture, 35), ==, 0);
  g_assert_cmpuint (count_entries (tmp), ==, 1); /* no probe stays */
  g_assert_cmpuint (clean (fixture, 37), ==, 1);
  g_assert_cmpuint (count_entries (tmp), ==, 0);
}

static void
test_only_our_kind_of_file (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *tmp = box_path (fixture, OURS, "tmp", NULL);
  g_autofree char *link_path = box_path (fixture, OURS, "tmp", "0000000000000000bbbbbbbbbbbbbbbb");
  g_autofree char *directory = box_path (fixture, OURS, "tmp", "1111111111111111bbbbbbbbbbbbbbbb");
  g_autofree char *target = g_build_filename (fixture->directory, "target", NULL);
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  g_autoptr (ParaphTransportBatch) batch = NULL;

  post_one (fixture->carrier, OURS, envelope);
  leave_behind (fixture, "somebody-elses.tmp");
  leave_behind (fixture, "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB");
  g_assert_true (g_file_set_contents (target, "mine", 4, NULL));
  g_assert_cmpint (symlink (target, link_path), ==, 0);
  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  g_assert_cmpuint (clean (fixture, 1000), ==, 0);
  g_assert_cmpuint (count_entries (tmp), ==, 4);
  g_assert_true (g_file_test (target, G_FILE_TEST_IS_REGULAR));
  batch = take_all (fixture->carrier);
  g_assert_cmpuint (batch->arrivals->len, ==, 1);
}

static void
test_read_only (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const FaultPlan plan = { .kind = FAULT_FOREVER, .at = 1, .number = EROFS };
  g_autoptr (GError) error = NULL;

  fault_plan (&plan);
  g_assert_false (paraph_pouch_clean (PARAPH_POUCH (fixture->carrier), NULL, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_READ_ONLY);
}

static void
test_eject (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (paraph_transport_post (fixture->carrier, OURS, envelope, &error));
  g_assert_true (paraph_pouch_eject (PARAPH_POUCH (fixture->carrier), &error));
  g_assert_no_error (error);
  assert_status (fixture->carrier, PARAPH_TRANSPORT_DOWN, PARAPH_TRANSPORT_ERROR_STOPPED);

  g_assert_true (paraph_transport_start (fixture->carrier, NULL, &error));
  batch = take_all (fixture->carrier);
  g_assert_cmpuint (batch->arrivals->len, ==, 1);
  g_assert_cmpuint (batch->accepted->len, ==, 1); /* still told, once */
}

static void
test_eject_tells_of_failure (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const FaultPlan plan = { .kind = FAULT_FOREVER, .at = 1, .number = EIO };
  g_autoptr (GError) error = NULL;

  fault_plan (&plan);
  g_assert_false (paraph_pouch_eject (PARAPH_POUCH (fixture->carrier), &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_DEVICE);
  assert_status (fixture->carrier, PARAPH_TRANSPORT_PAUSED, PARAPH_TRANSPORT_ERROR_DEVICE);
}

static void
test_post_only (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (ParaphTransport) carrier = PARAPH_TRANSPORT (paraph_pouch_new (fixture->path, NULL));
  const char *const tokens[] = { LEFT_BEHIND LEFT_BEHIND, NULL };
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (paraph_transport_start (carrier, NULL, &error));
  post_one (carrier, OURS, envelope);
  batch = take_all (carrier);
  g_assert_cmpuint (batch->arrivals->len, ==, 0);
  g_assert_false (paraph_transport_done (carrier, tokens, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_INVALID);
}

static void
test_prepare_again (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *deep = g_build_filename (fixture->path, "not", "there", NULL);
  g_autofree char *file = g_build_filename (fixture->path, PARAPH_POUCH_MARKER, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (paraph_pouch_prepare (fixture->path, &error));
  g_assert_no_error (error);
  g_assert_false (paraph_pouch_prepare (deep, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_VANISHED);
  g_clear_error (&error);
  g_assert_false (paraph_pouch_prepare (file, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_UNSAFE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  POUCH_TEST ("/pouch/clean/goes-by-the-clock-of-the-pouch", test_by_the_clock_of_the_pouch);
  POUCH_TEST ("/pouch/clean/removes-only-our-kind-of-file", test_only_our_kind_of_file);
  POUCH_TEST ("/pouch/clean/tells-when-it-cannot", test_read_only);
  POUCH_TEST ("/pouch/eject/leaves-all-on-the-disk", test_eject);
  POUCH_TEST ("/pouch/eject/tells-of-failure", test_eject_tells_of_failure);
  POUCH_TEST ("/pouch/without-a-mailbox-posts-only", test_post_only);
  POUCH_TEST ("/pouch/prepare/again-is-harmless", test_prepare_again);
  return g_test_run ();
}
