#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/transport/fault-fs.h"
#include "tests/transport/pouch-fixture.h"

static void
assert_content (const char *path, GBytes *expected)
{
  g_autofree char *content = NULL;
  gsize size;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &content, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (content, size, g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
}

static void
test_file_is_the_envelope (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const guint sizes[] = { 1, 2, 4, 8, 16, 32, 48 };
  g_autofree char *tmp = box_path (fixture, THEIRS, "tmp", NULL);
  GStatBuf first, other;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) envelope = make_envelope (i, sizes[i]);
      g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);
      g_autofree char *path = box_path (fixture, THEIRS, "new", id);

      post_one (fixture->carrier, THEIRS, envelope);
      assert_content (path, envelope);
      g_assert_cmpint (g_stat (path, i == 0 ? &first : &other), ==, 0);
      g_assert_cmpint (first.st_mtime, ==, 946684800);
      if (i > 0)
        g_assert_cmpint (other.st_mtime, ==, first.st_mtime);
    }
  g_assert_cmpuint (count_entries (tmp), ==, 0);
}

static void
test_is_not_accepted_before_the_poll (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GPtrArray) accepted = NULL;
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (ParaphTransportBatch) again = NULL;
  g_autoptr (GError) error = NULL;
  guint before;

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GBytes) envelope = make_envelope (i, 1);

      g_assert_true (paraph_transport_post (fixture->carrier, THEIRS, envelope, &error));
      g_assert_no_error (error);
    }
  before = fault_steps ();
  batch = paraph_transport_poll (fixture->carrier, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (batch->accepted->len, ==, 5);
  g_assert_cmpuint (fault_steps () - before, ==, 1); /* one directory, one sync */
  again = paraph_transport_poll (fixture->carrier, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->accepted->len, ==, 0);
}

static void
test_order_of_steps (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) first = make_envelope (1, 1);
  g_autoptr (GBytes) second = make_envelope (2, 1);

  fault_plan (NULL);
  post_one (fixture->carrier, OURS, first);
  g_assert_cmpstr (fault_trace (), ==, "owtsrd");
  fault_plan (NULL);
  post_one (fixture->carrier, OURS, first); /* there already: ours is removed again */
  g_assert_cmpstr (fault_trace (), ==, "owtsrud");
  fault_plan (NULL);
  post_one (fixture->carrier, THEIRS, second); /* each directory, and its entry in the one above */
  g_assert_cmpstr (fault_trace (), ==, "mdmdmdowtsrd");
}

static void
test_posts_to_many_mailboxes (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (GError) error = NULL;
  const guint mailboxes = 200; /* more than are kept open at once */

  for (guint i = 0; i < mailboxes; i++)
    {
      g_autofree char *mailbox = g_strdup_printf ("%032x", i);
      g_autoptr (GBytes) envelope = make_envelope (i, 1);

      paraph_transport_post (fixture->carrier, mailbox, envelope, &error);
      g_assert_no_error (error);
    }
  batch = paraph_transport_poll (fixture->carrier, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (batch->accepted->len, ==, mailboxes);
}

static void
test_post_twice_leaves_one (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (7, 2);
  g_autofree char *new_path = box_path (fixture, THEIRS, "new", NULL);
  g_autofree char *tmp = box_path (fixture, THEIRS, "tmp", NULL);

  post_one (fixture->carrier, THEIRS, envelope);
  post_one (fixture->carrier, THEIRS, envelope);
  g_assert_cmpuint (count_entries (new_path), ==, 1);
  g_assert_cmpuint (count_entries (tmp), ==, 0);
}

static void
test_replaces_what_was_planted (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (8, 1);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);
  g_autofree char *path = box_path (fixture, OURS, "new", id);
  g_autofree char *outside = g_build_filename (fixture->directory, "outside", NULL);
  g_autoptr (GError) error = NULL;

  plant (fixture, id, "no envelope", 11);
  post_one (fixture->carrier, OURS, envelope);
  assert_content (path, envelope);

  g_file_set_contents (outside, "mine", 4, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink (outside, path), ==, 0);
  post_one (fixture->carrier, OURS, envelope);
  g_assert_false (g_file_test (path, G_FILE_TEST_IS_SYMLINK));
  assert_content (path, envelope);
  {
    g_autoptr (GBytes) mine = g_bytes_new_static ("mine", 4);

    assert_content (outside, mine);
  }
}

static void
test_directory_in_its_place_stops_only_itself (PouchFixture *fixture,
                                               gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) blocked = make_envelope (9, 1);
  g_autoptr (GBytes) free_one = make_envelope (10, 1);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, blocked);
  g_autofree char *path = box_path (fixture, OURS, "new", id);
  g_autofree char *tmp = box_path (fixture, OURS, "tmp", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_false (paraph_transport_post (fixture->carrier, OURS, blocked, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_UNSAFE);
  assert_status (fixture->carrier, PARAPH_TRANSPORT_UP, 0);
  post_one (fixture->carrier, OURS, free_one);
  g_assert_cmpuint (count_entries (tmp), ==, 0);
}

static void
test_old_file_systems (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const int answers[] = { EINVAL, ENOSYS, EOPNOTSUPP };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      const FaultPlan plan = { .plain_rename = answers[i], .directory_sync = answers[i] };
      g_autoptr (GBytes) envelope = make_envelope (i, 1);

      fault_plan (&plan);
      post_one (fixture->carrier, THEIRS, envelope);
      post_one (fixture->carrier, THEIRS, envelope); /* replaces itself */
    }
  {
    g_autofree char *new_path = box_path (fixture, THEIRS, "new", NULL);

    g_assert_cmpuint (count_entries (new_path), ==, G_N_ELEMENTS (answers));
  }
}

static void
test_short_writes (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const FaultPlan plan = { .short_calls = 97 };
  g_autoptr (GBytes) envelope = make_envelope (3, 4);
  g_autoptr (ParaphTransportBatch) batch = NULL;
  ParaphArrival *arrival;

  fault_plan (&plan);
  post_one (fixture->carrier, OURS, envelope);
  batch = take_all (fixture->carrier);
  g_assert_cmpuint (batch->arrivals->len, ==, 1);
  arrival = g_ptr_array_index (batch->arrivals, 0);
  g_assert_true (g_bytes_equal (arrival->bytes, envelope));
}

/* `name` below the pouch becomes a link to a directory outside, in which nothing may appear. */
static void
check_link_is_refused (PouchFixture *fixture, const char *name)
{
  g_autofree char *outside = g_build_filename (fixture->directory, "outside", NULL);
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autoptr (GBytes) envelope = make_envelope (4, 1);
  g_autoptr (GBytes) other = make_envelope (5, 1);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (outside, 0700), ==, 0);
  if (strlen (name) > 32)
    {
      g_autofree char *parent = g_path_get_dirname (path);

      g_assert_cmpint (g_mkdir (parent, 0700), ==, 0);
    }
  g_assert_cmpint (symlink (outside, path), ==, 0);
  g_assert_false (paraph_transport_post (fixture->carrier, THEIRS, envelope, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_UNSAFE);
  g_assert_cmpuint (count_entries (outside), ==, 0);

  /* He has stopped his own mail and nobody else's. */
  assert_status (fixture->carrier, PARAPH_TRANSPORT_UP, 0);
  post_one (fixture->carrier, OURS, other);
}

static void
test_mailbox_is_a_link (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  check_link_is_refused (fixture, THEIRS);
}

static void
test_tmp_is_a_link (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  check_link_is_refused (fixture, THEIRS "/tmp");
}

static void
test_new_is_a_link (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  check_link_is_refused (fixture, THEIRS "/new");
}

static void
test_mailbox_is_a_file (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *path = g_build_filename (fixture->path, THEIRS, NULL);
  g_autoptr (GBytes) envelope = make_envelope (4, 1);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "", 0, &error);
  g_assert_no_error (error);
  g_assert_false (paraph_transport_post (fixture->carrier, THEIRS, envelope, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_UNSAFE);
}

static void
test_directories_vanish_between_posts (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *mailbox = g_build_filename (fixture->path, THEIRS, NULL);
  g_autofree char *tmp = box_path (fixture, THEIRS, "tmp", NULL);
  g_autofree char *new_path = box_path (fixture, THEIRS, "new", NULL);
  g_autoptr (GBytes) first = make_envelope (1, 1);
  g_autoptr (GBytes) second = make_envelope (2, 1);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, first);
  g_autofree char *path = box_path (fixture, THEIRS, "new", id);
  g_autoptr (GError) error = NULL;

  g_assert_true (paraph_transport_post (fixture->carrier, THEIRS, first, &error));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (tmp), ==, 0);
  g_assert_cmpint (g_rmdir (new_path), ==, 0);
  g_assert_cmpint (g_rmdir (mailbox), ==, 0);

  g_assert_false (paraph_transport_post (fixture->carrier, THEIRS, second, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_VANISHED);
  assert_status (fixture->carrier, PARAPH_TRANSPORT_UP, 0);
  post_one (fixture->carrier, THEIRS, second); /* and the first is not among the accepted */
}

static void
test_another_directory_under_the_same_path (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *aside = g_build_filename (fixture->directory, "aside", NULL);
  g_autoptr (GBytes) first = make_envelope (1, 1);
  g_autoptr (GBytes) second = make_envelope (2, 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (paraph_transport_post (fixture->carrier, THEIRS, first, &error));
  g_assert_cmpint (g_rename (fixture->path, aside), ==, 0);
  g_assert_true (paraph_pouch_prepare (fixture->path, &error));
  post_one (fixture->carrier, THEIRS, second); /* only this one is accepted */
}

static void
test_shared_folder_keeps_its_mode (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *new_path = box_path (fixture, THEIRS, "new", NULL);
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  GStatBuf status;

  g_assert_cmpint (g_chmod (fixture->path, 02770), ==, 0);
  post_one (fixture->carrier, THEIRS, envelope);
  g_assert_cmpint (g_stat (new_path, &status), ==, 0);
  g_assert_cmphex (status.st_mode & 07777, ==, 02770);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  POUCH_TEST ("/pouch/put/file-is-the-envelope-and-nothing-else", test_file_is_the_envelope);
  POUCH_TEST ("/pouch/put/accepts-only-what-is-durable", test_is_not_accepted_before_the_poll);
  POUCH_TEST ("/pouch/put/syncs-before-it-renames-and-before-it-accepts", test_order_of_steps);
  POUCH_TEST ("/pouch/put/posts-to-many-mailboxes", test_posts_to_many_mailboxes);
  POUCH_TEST ("/pouch/put/twice-leaves-one", test_post_twice_leaves_one);
  POUCH_TEST ("/pouch/put/replaces-what-was-planted", test_replaces_what_was_planted);
  POUCH_TEST ("/pouch/put/directory-in-its-place-stops-only-itself",
              test_directory_in_its_place_stops_only_itself);
  POUCH_TEST ("/pouch/put/works-on-old-file-systems", test_old_file_systems);
  POUCH_TEST ("/pouch/put/survives-short-writes-and-interruptions", test_short_writes);
  POUCH_TEST ("/pouch/put/refuses-a-linked-mailbox", test_mailbox_is_a_link);
  POUCH_TEST ("/pouch/put/refuses-a-linked-tmp", test_tmp_is_a_link);
  POUCH_TEST ("/pouch/put/refuses-a-linked-new", test_new_is_a_link);
  POUCH_TEST ("/pouch/put/refuses-a-file-for-a-mailbox", test_mailbox_is_a_file);
  POUCH_TEST ("/pouch/put/directories-vanish-between-posts", test_directories_vanish_between_posts);
  POUCH_TEST ("/pouch/put/another-stick-under-the-same-path",
              test_another_directory_under_the_same_path);
  POUCH_TEST ("/pouch/put/shared-folder-keeps-its-mode", test_shared_folder_keeps_its_mode);
  return g_test_run ();
}
