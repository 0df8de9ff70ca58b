#define G_LOG_DOMAIN "paraph-transport"

#include "transport/pouch-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "transport/pouch.h"

/* NOTES
 * An envelope is written to tmp/, synced, and renamed into new/: a reader sees all of it or nothing.
 * The directory itself is synced once a batch, by settle, and only then is anything accepted. That
 * is as safe as a sync after each rename, as the outbox keeps what is not accepted, and it is what
 * lets ten thousand envelopes go at the speed of their own syncs. */

#define RANDOM_NAME_BYTES ((gsize) 16)
#define FIXED_TIME 946684800 /* 2000-01-01: a date that vfat can hold and that tells nothing */

char *
paraph_pouch_random_name (const ParaphFs *fs, GError **error)
{
  static const char digits[] = "0123456789abcdef";
  guint8 bytes[RANDOM_NAME_BYTES];
  char *name;

  if (fs->random (bytes, sizeof bytes, 0) != (ssize_t) sizeof bytes)
    {
      paraph_pouch_set_error (error, EIO, "asking for random bytes");
      return NULL;
    }
  name = g_malloc (2 * RANDOM_NAME_BYTES + 1);
  for (gsize i = 0; i < RANDOM_NAME_BYTES; i++)
    {
      name[2 * i] = digits[bytes[i] >> 4];
      name[2 * i + 1] = digits[bytes[i] & 15];
    }
  name[2 * RANDOM_NAME_BYTES] = '\0';
  return name;
}

/* 0, or an errno. */
static int
write_all (const ParaphFs *fs, int fd, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gsize written = 0;

  while (written < size)
    {
      ssize_t n = fs->write (fd, data + written, size - written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno;
      if (n == 0)
        return ENOSPC; /* a disk that takes nothing and says nothing */
      written += (gsize) n;
    }
  return 0;
}

/* Everything up to the sync: 0, or an errno. */
static int
fill (const ParaphFs *fs, int fd, GBytes *bytes)
{
  const struct timespec times[2] = { { .tv_sec = FIXED_TIME }, { .tv_sec = FIXED_TIME } };
  int number = write_all (fs, fd, bytes);

  if (number != 0)
    return number;
  /* The stamp hides when we wrote; a file system that keeps none has nothing to hide. */
  if (fs->futimens (fd, times) != 0 && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP
      && errno != EPERM)
    return errno;
  return fs->fsync (fd) == 0 ? 0 : errno;
}

static gboolean
write_temporary (ParaphPouchBox *self, const char *name, GBytes *envelope, GError **error)
{
  const ParaphFs *fs = self->fs;
  int number;
  int fd =
      fs->openat (self->tmp_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0660);

  if (fd < 0)
    {
      paraph_pouch_set_error (error, errno, "making a file");
      return FALSE;
    }
  number = fill (fs, fd, envelope);
  if (fs->close (fd) != 0 && number == 0)
    number = errno; /* NFS tells of a full disk only here */
  if (number == 0)
    return TRUE;

  (void) fs->unlinkat (self->tmp_fd, name, 0); /* what stays is cleaned after 36 hours */
  paraph_pouch_set_error (error, number, "writing an envelope");
  return FALSE;
}

/* Some file systems (vfat, a few network ones) cannot refuse to replace. A plain rename is harmless
 * there: the name is the hash, so whatever is replaced is the same or was no envelope. */
static int
rename_into_place (ParaphPouchBox *self, const char *temporary, const char *id)
{
  const ParaphFs *fs = self->fs;

  if (fs->renameat2 (self->tmp_fd, temporary, self->new_fd, id, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno == EEXIST)
    {
      g_autoptr (GBytes) present = NULL;

      if (paraph_pouch_box_get (self, id, &present) == PARAPH_POUCH_WHOLE)
        return EEXIST;
      /* Damaged, or planted to keep ours out: ours replaces it. */
    }
  else if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
    return errno;
  return fs->renameat (self->tmp_fd, temporary, self->new_fd, id) == 0 ? 0 : errno;
}

gboolean
paraph_pouch_box_put (ParaphPouchBox *self, GBytes *envelope, GError **error)
{
  g_autofree char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);
  g_autofree char *temporary = paraph_pouch_random_name (self->fs, error);
  int number;

  if (temporary == NULL || !write_temporary (self, temporary, envelope, error))
    return FALSE;

  number = rename_into_place (self, temporary, id);
  if (number != 0)
    (void) self->fs->unlinkat (self->tmp_fd, temporary, 0); /* else cleaned after 36 hours */
  if (number != 0 && number != EEXIST)
    {
      paraph_pouch_set_error (error, number, "putting an envelope in place");
      return FALSE;
    }
  g_ptr_array_add (self->ids, g_steal_pointer (&id));
  return TRUE;
}

gboolean
paraph_pouch_box_settle (ParaphPouchBox *self, GPtrArray *accepted, GError **error)
{
  if (self->ids->len == 0)
    return TRUE;
  if (!paraph_pouch_sync_directory (self->fs, self->new_fd, error))
    return FALSE;
  g_ptr_array_extend_and_steal (accepted, g_steal_pointer (&self->ids));
  self->ids = g_ptr_array_new_with_free_func (g_free);
  return TRUE;
}
