#define G_LOG_DOMAIN "paraph-transport"

#include <errno.h>
#include <fcntl.h>

#include "transport/pouch-private.h"
#include "transport/pouch.h"

/* The marker is empty: its being there is all it says. Once durable it is never written again. */
static gboolean
make_marker (const ParaphFs *fs, int root, GError **error)
{
  int number = 0;
  int fd = fs->openat (root, PARAPH_POUCH_MARKER,
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0660);

  if (fd < 0 && errno == EEXIST)
    return TRUE;
  if (fd < 0)
    {
      paraph_pouch_set_error (error, errno, PARAPH_POUCH_MARKER);
      return FALSE;
    }
  if (fs->fsync (fd) != 0)
    number = errno;
  if (fs->close (fd) != 0 && number == 0)
    number = errno;
  if (number == 0)
    return paraph_pouch_sync_directory (fs, root, error);
  paraph_pouch_set_error (error, number, PARAPH_POUCH_MARKER);
  return FALSE;
}

gboolean
paraph_pouch_prepare (const char *path, GError **error)
{
  const ParaphFs *fs = paraph_fs_real ();
  gboolean made;
  int root;

  g_return_val_if_fail (path != NULL, FALSE);

  if (fs->mkdirat (AT_FDCWD, path, 0770) != 0 && errno != EEXIST)
    {
      paraph_pouch_set_error (error, errno, path);
      return FALSE;
    }
  root = fs->openat (AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (root < 0)
    {
      paraph_pouch_set_error (error, errno, path);
      return FALSE;
    }
  made = make_marker (fs, root, error);
  (void) fs->close (root); /* only opened */
  if (!made)
    return FALSE;

  /* A marker that was there before may be a link or a directory: the one check decides. */
  root = paraph_pouch_root_open (fs, path, error);
  if (root < 0)
    return FALSE;
  (void) fs->close (root); /* only opened */
  return TRUE;
}
