#define G_LOG_DOMAIN "paraph-transport"

#include "transport/pouch-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "transport/pouch.h"

/* NOTES
 * Age is the change time against that of a file made just now on the same file system: both come
 * from its own clock, and writers cannot set them. (The modification time is fixed by put, to tell
 * nothing.) Where change and modification time are the same thing, as on vfat, a file between its
 * stamp and its rename can be taken for stale; its writer then fails and posts it again. */

#define TEMPORARY_NAME_LENGTH 32

static gboolean
share_now (ParaphPouchBox *self, gint64 *ret_now, GError **error)
{
  const ParaphFs *fs = self->fs;
  g_autofree char *name = paraph_pouch_random_name (fs, error);
  struct stat status;
  int number = 0;
  int fd;

  if (name == NULL)
    return FALSE;
  fd = fs->openat (self->tmp_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0660);
  if (fd < 0)
    {
      paraph_pouch_set_error (error, errno, "making a file");
      return FALSE;
    }
  if (fs->fstat (fd, &status) != 0)
    number = errno;
  (void) fs->close (fd);                       /* nothing was written */
  (void) fs->unlinkat (self->tmp_fd, name, 0); /* else stale itself, in 36 hours */
  if (number != 0)
    {
      paraph_pouch_set_error (error, number, "asking a file's time");
      return FALSE;
    }
  *ret_now = status.st_ctim.tv_sec;
  return TRUE;
}

/* Removes one file if it is stale, and tells whether it did. */
static gboolean
remove_if_stale (ParaphPouchBox *self, const char *name, gint64 now)
{
  struct stat status;

  if (!paraph_transport_is_hex (name, TEMPORARY_NAME_LENGTH))
    return FALSE;
  if (self->fs->fstatat (self->tmp_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0
      || !S_ISREG (status.st_mode))
    return FALSE;
  if (status.st_ctim.tv_sec >= now - PARAPH_POUCH_STALE_SECONDS)
    return FALSE;
  return self->fs->unlinkat (self->tmp_fd, name, 0) == 0;
}

gboolean
paraph_pouch_box_clean (ParaphPouchBox *self, guint *ret_removed, GError **error)
{
  DIR *directory = NULL;
  struct dirent *entry;
  guint removed = 0;
  gint64 now;
  int fd;

  if (!share_now (self, &now, error))
    return FALSE;
  fd = self->fs->openat (self->tmp_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd >= 0)
    directory = fdopendir (fd);
  if (directory == NULL)
    {
      paraph_pouch_set_error (error, errno, "listing unfinished files");
      if (fd >= 0)
        (void) self->fs->close (fd); /* only opened */
      return FALSE;
    }
  for (guint seen = 0; seen < PARAPH_POUCH_ENTRIES_MAX && (entry = readdir (directory)) != NULL;
       seen++)
    if (remove_if_stale (self, entry->d_name, now))
      removed++;
  (void) closedir (directory); /* only read from */
  *ret_removed = removed;
  return TRUE;
}
