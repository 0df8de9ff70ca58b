#include "tests/transport/pouch-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/transport/fault-fs.h"

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    directory = g_dir_open (path, 0, NULL);
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* Memory if there is some: hundreds of pouches and a hundred thousand files wear a disk, and what is
 * tested is the order of the calls. TMPDIR chooses another file system to test on. */
static const char *
base_directory (void)
{
  const char *memory = "/dev/shm";

  if (g_getenv ("TMPDIR") == NULL && g_access (memory, W_OK | X_OK) == 0)
    return memory;
  return g_get_tmp_dir ();
}

void
pouch_fixture_set_up (PouchFixture *self, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  self->directory = g_build_filename (base_directory (), "paraph-pouch-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (self->directory));
  self->path = g_build_filename (self->directory, "pouch", NULL);
  paraph_pouch_prepare (self->path, &error);
  g_assert_no_error (error);
  self->carrier = PARAPH_TRANSPORT (paraph_pouch_new (self->path, OURS));
  fault_plan (NULL);
  paraph_pouch_set_fs (PARAPH_POUCH (self->carrier), fault_fs ());
  paraph_transport_start (self->carrier, NULL, &error);
  g_assert_no_error (error);
}

void
pouch_fixture_tear_down (PouchFixture *self, gconstpointer data G_GNUC_UNUSED)
{
  fault_plan (NULL);
  g_clear_object (&self->carrier);
  remove_tree (self->directory);
  g_clear_pointer (&self->directory, g_free);
  g_clear_pointer (&self->path, g_free);
}

GBytes *
make_envelope (guint number, guint kib)
{
  gsize size = (gsize) kib * 1024;
  guint8 *bytes = g_malloc0 (size);

  memcpy (bytes, &number, sizeof number);
  bytes[size - 1] = 1;
  return g_bytes_new_take (bytes, size);
}

char *
box_path (PouchFixture *self, const char *mailbox, const char *directory, const char *name)
{
  return g_build_filename (self->path, mailbox, directory, name, NULL);
}

void
plant (PouchFixture *self, const char *name, const void *bytes, gsize size)
{
  g_autofree char *path = box_path (self, OURS, "new", name);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, size), ==, size);
  g_assert_cmpint (close (fd), ==, 0);
}

guint
count_entries (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  guint count = 0;

  g_assert_nonnull (directory);
  while (g_dir_read_name (directory) != NULL)
    count++;
  return count;
}

ParaphTransportBatch *
take_all (ParaphTransport *carrier)
{
  g_autoptr (ParaphTransportBatch) all = NULL;
  g_autoptr (GError) error = NULL;

  paraph_transport_rescan (carrier, &error);
  g_assert_no_error (error);
  all = paraph_transport_poll (carrier, 64, &error);
  g_assert_no_error (error);
  while (all->more)
    {
      g_autoptr (ParaphTransportBatch) batch = paraph_transport_poll (carrier, 64, &error);

      g_assert_no_error (error);
      g_ptr_array_extend_and_steal (all->arrivals, g_steal_pointer (&batch->arrivals));
      g_ptr_array_extend_and_steal (all->accepted, g_steal_pointer (&batch->accepted));
      g_ptr_array_extend_and_steal (all->incomplete, g_steal_pointer (&batch->incomplete));
      all->more = batch->more;
      batch->arrivals = g_ptr_array_new ();
      batch->accepted = g_ptr_array_new ();
      batch->incomplete = g_ptr_array_new ();
    }
  return g_steal_pointer (&all);
}

void
finish_all (ParaphTransport *carrier, ParaphTransportBatch *batch)
{
  g_autoptr (GPtrArray) tokens = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < batch->arrivals->len; i++)
    g_ptr_array_add (tokens, ((ParaphArrival *) g_ptr_array_index (batch->arrivals, i))->token);
  g_ptr_array_add (tokens, NULL);
  paraph_transport_done (carrier, (const char *const *) tokens->pdata, &error);
  g_assert_no_error (error);
}

void
post_one (ParaphTransport *carrier, const char *mailbox, GBytes *envelope)
{
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (GError) error = NULL;

  paraph_transport_post (carrier, mailbox, envelope, &error);
  g_assert_no_error (error);
  batch = paraph_transport_poll (carrier, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (batch->accepted->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (batch->accepted, 0), ==, id);
}

void
assert_status (ParaphTransport *carrier, ParaphTransportState state, ParaphTransportError reason)
{
  g_autoptr (ParaphTransportStatus) status = paraph_transport_dup_status (carrier);

  g_assert_cmpint (status->state, ==, state);
  if (state != PARAPH_TRANSPORT_UP)
    g_assert_cmpint (status->reason, ==, reason);
  g_assert_nonnull (status->detail);
}
