#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
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
test_never_waits_on_a_fifo (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *path = box_path (fixture, OURS, "new", SOME_NAME);

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_nothing (fixture);
}

static void
test_passes_over_a_socket (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *new_path = box_path (fixture, OURS, "new", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int here = open (".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (here, >=, 0);
  g_strlcpy (address.sun_path, SOME_NAME, sizeof address.sun_path);
  g_assert_cmpint (g_chdir (new_path), ==, 0);
  g_assert_cmpint (bind (fd, (const struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (fchdir (here), ==, 0);
  assert_nothing (fixture);
  close (here);
  close (fd);
}

static void
test_follows_no_link (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);
  g_autofree char *outside = g_build_filename (fixture->directory, "outside", NULL);
  g_autofree char *path = box_path (fixture, OURS, "new", id);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (outside, g_bytes_get_data (envelope, NULL), 1024, &error);
  g_assert_no_error (error);
  g_assert_cmpint (symlink (outside, path), ==, 0);
  assert_nothing (fixture);
}

static void
test_passes_over_a_directory (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *path = box_path (fixture, OURS, "new", SOME_NAME);
  const char *const tokens[] = { SOME_NAME, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_nothing (fixture);
  g_assert_true (paraph_transport_done (fixture->carrier, tokens, &error)); /* nobody's mail */
  g_assert_no_error (error);
}

static void
test_hard_link_arrives_under_its_right_name (PouchFixture *fixture,
                                             gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);
  g_autofree char *right = box_path (fixture, OURS, "new", id);
  g_autofree char *wrong = box_path (fixture, OURS, "new", SOME_NAME);
  g_autoptr (ParaphTransportBatch) batch = NULL;

  post_one (fixture->carrier, OURS, envelope);
  g_assert_cmpint (link (right, wrong), ==, 0);
  batch = take_all (fixture->carrier);
  g_assert_cmpuint (batch->arrivals->len, ==, 1);
  g_assert_cmpuint (batch->incomplete->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (batch->incomplete, 0), ==, SOME_NAME);
}

static void
test_empty_file_is_incomplete (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  plant (fixture, SOME_NAME, "", 0);
  assert_only_incomplete (fixture, SOME_NAME);
}

static void
test_giant_file_is_not_read (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const gint64 sizes[] = { (gint64) 1 << 30, ((gint64) 1 << 32) + 1024 };
  g_autofree char *path = box_path (fixture, OURS, "new", SOME_NAME);

  plant (fixture, SOME_NAME, "", 0);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) head = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (truncate (path, sizes[i]), ==, 0);
      assert_only_incomplete (fixture, SOME_NAME);
      if (i == 0)
        continue;
      head = paraph_pouch_quarantine (PARAPH_POUCH (fixture->carrier), SOME_NAME, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (head), ==, PARAPH_TRANSPORT_ENVELOPE_MAX);
    }
}

static void
test_right_name_wrong_content (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (1, 4);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (envelope, NULL), 4096);

  for (guint bit = 0; bit < 4096 * 8; bit += 4093)
    {
      bytes[bit / 8] ^= (guint8) (1 << bit % 8);
      plant (fixture, id, bytes, 4096);
      assert_only_incomplete (fixture, id);
      bytes[bit / 8] ^= (guint8) (1 << bit % 8);
    }
  plant (fixture, id, bytes, 2048);
  assert_only_incomplete (fixture, id);
  plant (fixture, id, bytes, 4096);
  assert_takes (fixture, 1);
}

static void
test_right_content_wrong_name (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (1, 4);

  plant (fixture, SOME_NAME, g_bytes_get_data (envelope, NULL), 4096);
  assert_only_incomplete (fixture, SOME_NAME);
}

static void
test_right_hash_of_a_size_off_the_ladder (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char content[] = "short, yet named rightly";
  g_autofree char *id = g_compute_checksum_for_string (G_CHECKSUM_SHA256, content, -1);

  plant (fixture, id, content, strlen (content));
  assert_only_incomplete (fixture, id);
}

static void
test_other_names_are_not_looked_at (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);
  g_autofree char *upper = g_ascii_strup (id, -1);
  g_autofree char *cut = g_strndup (id, 63);
  g_autofree char *longer = g_strconcat (id, "0", NULL);
  g_autofree char *conflict = g_strconcat (id, ".sync-conflict-20250101-000000-ABCDEFG", NULL);
  g_autofree char *syncing = g_strconcat (".syncthing.", id, ".tmp", NULL);
  g_autofree char *dotted = g_strconcat (cut, ".", NULL);
  const char *const names[] = {
    upper,    cut,         longer,         conflict,           syncing,
    dotted,   "thumbs.db", ".DS_Store",    "00112233",         "001122~1",
    ".nfs01", "new\nline", "\xff\xfe raw", "~syncthing~x.tmp", "AUX"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    plant (fixture, names[i], g_bytes_get_data (envelope, NULL), 1024);
  assert_nothing (fixture);
}

static void
test_flood (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const guint planted = 10000;
  g_autoptr (ParaphTransportBatch) held = NULL;
  g_autoptr (GBytes) ours = make_envelope (planted, 1);
  guint taken = 0;

  for (guint i = 0; i < planted; i++)
    {
      g_autoptr (GBytes) envelope = make_envelope (i, 1);
      g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);

      plant (fixture, id, g_bytes_get_data (envelope, NULL), 1024);
    }
  held = take_all (fixture->carrier);
  g_assert_cmpuint (held->arrivals->len, ==, 0);
  assert_status (fixture->carrier, PARAPH_TRANSPORT_PAUSED, PARAPH_TRANSPORT_ERROR_FLOOD);
  post_one (fixture->carrier, THEIRS, ours); /* what goes out is not stopped */

  for (guint pass = 0; taken < planted; pass++)
    {
      g_autoptr (GError) error = NULL;
      gboolean more = TRUE;

      g_assert_cmpuint (pass, <, 3);
      g_assert_true (paraph_transport_rescan (fixture->carrier, &error));
      paraph_pouch_admit_flood (PARAPH_POUCH (fixture->carrier));
      while (more)
        {
          g_autoptr (ParaphTransportBatch) batch =
              paraph_transport_poll (fixture->carrier, 64, &error);

          g_assert_no_error (error);
          finish_all (fixture->carrier, batch);
          taken += batch->arrivals->len;
          more = batch->more;
        }
    }
  g_assert_cmpuint (taken, ==, planted);
  assert_nothing (fixture);
}

static void
test_pass_is_full_at_4096 (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  for (guint i = 0; i <= PARAPH_POUCH_PASS_MAX; i++)
    {
      g_autofree char *name = g_strdup_printf ("%064x", i);
      g_autoptr (GError) error = NULL;

      if (i == PARAPH_POUCH_PASS_MAX)
        {
          g_assert_true (paraph_transport_rescan (fixture->carrier, &error));
          assert_status (fixture->carrier, PARAPH_TRANSPORT_UP, 0);
        }
      plant (fixture, name, "", 0);
    }
  {
    g_autoptr (GError) error = NULL;

    g_assert_true (paraph_transport_rescan (fixture->carrier, &error));
    assert_status (fixture->carrier, PARAPH_TRANSPORT_PAUSED, PARAPH_TRANSPORT_ERROR_FLOOD);
  }
}

static void
test_junk_names_are_bounded (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *new_path = box_path (fixture, OURS, "new", NULL);
  int directory = open (new_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (directory, >=, 0);
  for (guint i = 0; i < 100000; i++)
    {
      char name[16];
      int fd;

      g_snprintf (name, sizeof name, "junk-%u", i);
      fd = openat (directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      g_assert_cmpint (fd, >=, 0);
      close (fd);
    }
  close (directory);
  g_assert_true (paraph_transport_rescan (fixture->carrier, &error));
  assert_status (fixture->carrier, PARAPH_TRANSPORT_PAUSED, PARAPH_TRANSPORT_ERROR_FLOOD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  POUCH_TEST ("/pouch/hostile/never-waits-on-a-fifo", test_never_waits_on_a_fifo);
  POUCH_TEST ("/pouch/hostile/passes-over-a-socket", test_passes_over_a_socket);
  POUCH_TEST ("/pouch/hostile/follows-no-link", test_follows_no_link);
  POUCH_TEST ("/pouch/hostile/passes-over-a-directory", test_passes_over_a_directory);
  POUCH_TEST ("/pouch/hostile/hard-link-arrives-under-its-right-name",
              test_hard_link_arrives_under_its_right_name);
  POUCH_TEST ("/pouch/hostile/empty-file-is-incomplete", test_empty_file_is_incomplete);
  POUCH_TEST ("/pouch/hostile/giant-file-is-not-read", test_giant_file_is_not_read);
  POUCH_TEST ("/pouch/hostile/right-name-wrong-content-never-arrives",
              test_right_name_wrong_content);
  POUCH_TEST ("/pouch/hostile/right-content-wrong-name-never-arrives",
              test_right_content_wrong_name);
  POUCH_TEST ("/pouch/hostile/size-off-the-ladder-never-arrives",
              test_right_hash_of_a_size_off_the_ladder);
  POUCH_TEST ("/pouch/hostile/other-names-are-not-looked-at", test_other_names_are_not_looked_at);
  POUCH_TEST ("/pouch/hostile/a-flood-waits-for-the-person", test_flood);
  POUCH_TEST ("/pouch/hostile/a-pass-is-full-at-4096", test_pass_is_full_at_4096);
  POUCH_TEST ("/pouch/hostile/100000-names-are-a-flood", test_junk_names_are_bounded);
  return g_test_run ();
}
