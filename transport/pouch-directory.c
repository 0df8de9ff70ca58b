#define G_LOG_DOMAIN "paraph-transport"

#include "transport/pouch-private.h"

#include <errno.h>
#include <fcntl.h>

#include "transport/pouch.h"

#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static ParaphTransportError
code_from_errno (int number)
{
  switch (number)
    {
    case ENOSPC:
    case EDQUOT:
      return PARAPH_TRANSPORT_ERROR_FULL;
    case EROFS:
      return PARAPH_TRANSPORT_ERROR_READ_ONLY;
    case EACCES:
    case EPERM:
      return PARAPH_TRANSPORT_ERROR_DENIED;
    case ELOOP:
    case EMLINK:
    case ENOTDIR:
    case EISDIR:
    case EEXIST:
    case ENOTEMPTY:
      return PARAPH_TRANSPORT_ERROR_UNSAFE;
    case ENOENT:
      return PARAPH_TRANSPORT_ERROR_VANISHED;
    default: /* EIO, ENODEV, ENXIO, ESTALE and whatever else a file system may invent */
      return PARAPH_TRANSPORT_ERROR_DEVICE;
    }
}

void
paraph_pouch_set_error (GError **error, int number, const char *what)
{
  g_set_error (error, PARAPH_TRANSPORT_ERROR, (int) code_from_errno (number), "%s: %s", what,
               g_strerror (number));
}

int
paraph_pouch_root_open (const ParaphFs *fs, const char *path, GError **error)
{
  struct stat status;
  /* The person chose this path, so a link in it is his own. */
  int root = fs->openat (AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (root < 0 && errno != ENOENT && errno != ENOTDIR)
    {
      paraph_pouch_set_error (error, errno, path);
      return -1;
    }
  if (root >= 0 && fs->fstatat (root, PARAPH_POUCH_MARKER, &status, AT_SYMLINK_NOFOLLOW) == 0
      && S_ISREG (status.st_mode))
    return root;

  if (root >= 0)
    (void) fs->close (root); /* only read from */
  g_set_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_ABSENT,
               "%s: no pouch here: the file " PARAPH_POUCH_MARKER " is missing", path);
  return -1;
}

gboolean
paraph_pouch_sync_directory (const ParaphFs *fs, int directory, GError **error)
{
  if (fs->fsync (directory) == 0)
    return TRUE;
  if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP)
    {
      g_debug ("this file system cannot sync a directory");
      return TRUE;
    }
  paraph_pouch_set_error (error, errno, "writing out a directory");
  return FALSE;
}

/* A new directory takes the pouch's own mode, whatever the umask: in a shared folder the others
 * must be able to write in it, in a private one they must not. */
static int
make_directory (const ParaphFs *fs, int parent, const char *name, mode_t mode, GError **error)
{
  int fd;

  if (fs->mkdirat (parent, name, mode) != 0 && errno != EEXIST)
    {
      paraph_pouch_set_error (error, errno, name);
      return -1;
    }
  fd = fs->openat (parent, name, OPEN_DIRECTORY, 0);
  if (fd < 0)
    {
      paraph_pouch_set_error (error, errno, name);
      return -1;
    }
  (void) fs->fchmod (fd, mode); /* vfat has no modes, and a race's winner may be another user */
  if (!paraph_pouch_sync_directory (fs, parent, error))
    {
      (void) fs->close (fd); /* only opened */
      return -1;
    }
  return fd;
}

/* Opens, or makes. A symbolic link is refused by either way. */
static int
open_directory (const ParaphFs *fs, int parent, const char *name, mode_t mode, GError **error)
{
  int fd = fs->openat (parent, name, OPEN_DIRECTORY, 0);

  if (fd >= 0)
    return fd;
  if (errno == ENOENT)
    return make_directory (fs, parent, name, mode, error);
  paraph_pouch_set_error (error, errno, name);
  return -1;
}

ParaphPouchBox *
paraph_pouch_box_open (const ParaphFs *fs, int root, const char *mailbox, GError **error)
{
  g_autoptr (ParaphPouchBox) self = g_new0 (ParaphPouchBox, 1);
  struct stat status;
  mode_t mode;
  int directory;

  g_assert (paraph_transport_is_hex (mailbox, PARAPH_TRANSPORT_MAILBOX_LENGTH));

  self->fs = fs;
  self->tmp_fd = -1;
  self->new_fd = -1;
  self->ids = g_ptr_array_new_with_free_func (g_free);

  if (fs->fstat (root, &status) != 0)
    {
      paraph_pouch_set_error (error, errno, mailbox);
      return NULL;
    }
  mode = (status.st_mode & 02777) | 0700;

  directory = open_directory (fs, root, mailbox, mode, error);
  if (directory < 0)
    return NULL;
  self->tmp_fd = open_directory (fs, directory, "tmp", mode, error);
  if (self->tmp_fd >= 0)
    self->new_fd = open_directory (fs, directory, "new", mode, error);
  (void) fs->close (directory); /* only opened */

  return self->new_fd >= 0 ? g_steal_pointer (&self) : NULL;
}

void
paraph_pouch_box_free (ParaphPouchBox *self)
{
  if (self == NULL)
    return;
  if (self->tmp_fd >= 0)
    (void) self->fs->close (self->tmp_fd); /* directories are synced, not closed, to be safe */
  if (self->new_fd >= 0)
    (void) self->fs->close (self->new_fd);
  g_ptr_array_unref (self->ids);
  g_free (self);
}
