#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/database.h"
#include "store/error-private.h"
#include "store/home-files.h"

#define KEY_NAME "store.key"
#define NEW_KEY_NAME "store.key.new"
#define DATABASE_NAME "store.db"
#define JOURNAL_NAME "store.db-journal"

static gboolean
fail (GError **error, const char *what)
{
  paraph_store_error_set_errno (error, errno, what);
  return FALSE;
}

char *
paraph_home_get_database_path (const char *directory)
{
  return g_build_filename (directory, DATABASE_NAME, NULL);
}

char *
paraph_home_get_key_path (const char *directory)
{
  return g_build_filename (directory, KEY_NAME, NULL);
}

static gboolean
sync_directory (const char *directory, GError **error)
{
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean is_synced;

  if (fd < 0)
    return fail (error, "open the directory");
  is_synced = fsync (fd) == 0 || fail (error, "sync the directory");
  (void) close (fd); /* nothing was written through it */
  return is_synced;
}

gboolean
paraph_home_make_directory (const char *directory, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (directory);
  GStatBuf info;

  if (g_mkdir_with_parents (directory, 0700) != 0 || g_stat (directory, &info) != 0)
    return fail (error, "make the directory");
  if ((info.st_mode & 077) != 0 && g_chmod (directory, 0700) != 0)
    return fail (error, "close the directory to others");
  return sync_directory (parent, error);
}

int
paraph_home_lock (const char *directory, GError **error)
{
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_NOT_A_STORE,
                         "there is no home here");
  else if (fd < 0)
    (void) fail (error, "open the directory");
  else if (flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    {
      g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_IN_USE,
                           "another process has this home open");
      (void) close (fd); /* nothing was written through it */
      fd = -1;
    }
  return fd;
}

gboolean
paraph_home_read_key (const char *directory, GBytes **ret_bytes, GError **error)
{
  g_autofree char *path = paraph_home_get_key_path (directory);
  guint8 buffer[PARAPH_HOME_KEY_SIZE_MAX + 1];
  gsize size = 0;
  gssize n = 0;
  int saved;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    {
      *ret_bytes = NULL;
      return TRUE;
    }
  if (fd < 0)
    return fail (error, "open the key file");
  do
    {
      n = read (fd, buffer + size, sizeof buffer - size);
      if (n > 0)
        size += (gsize) n;
    }
  while ((n > 0 && size < sizeof buffer) || (n < 0 && errno == EINTR));
  saved = errno;
  (void) close (fd); /* read only */
  errno = saved;
  if (n < 0)
    return fail (error, "read the key file");
  if (size == sizeof buffer)
    {
      g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_DAMAGED,
                           "the key file is too large");
      return FALSE;
    }
  *ret_bytes = g_bytes_new (buffer, size);
  return TRUE;
}

static gboolean
write_all (int fd, const guint8 *bytes, gsize size)
{
  while (size > 0)
    {
      gssize n = write (fd, bytes, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      bytes += n;
      size -= (gsize) n;
    }
  return TRUE;
}

/* A new file of mode 0600 with these bytes, synced. */
static gboolean
write_new_file (const char *path, const void *bytes, gsize size, GError **error)
{
  gboolean is_written;
  int saved;
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return fail (error, "make a file");
  is_written = write_all (fd, bytes, size) && fsync (fd) == 0;
  saved = errno;
  if (close (fd) != 0 && is_written)
    return fail (error, "close a file");
  errno = saved;
  return is_written || fail (error, "write a file");
}

static gboolean
remove_file (const char *path, GError **error)
{
  return unlink (path) == 0 || errno == ENOENT || fail (error, "remove a file");
}

gboolean
paraph_home_write_key (const char *directory, const void *bytes, gsize size, GError **error)
{
  g_autofree char *path = paraph_home_get_key_path (directory);
  g_autofree char *new_path = g_build_filename (directory, NEW_KEY_NAME, NULL);

  if (!remove_file (new_path, error) || !write_new_file (new_path, bytes, size, error))
    return FALSE;
  if (rename (new_path, path) != 0)
    return fail (error, "replace the key file");
  return sync_directory (directory, error);
}

ParaphHomeDatabase
paraph_home_look_at_database (const char *directory)
{
  g_autofree char *path = paraph_home_get_database_path (directory);
  GStatBuf info;

  if (g_lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return PARAPH_HOME_DATABASE_ABSENT;
  if (info.st_size == 0)
    return PARAPH_HOME_DATABASE_EMPTY;
  return info.st_size % PARAPH_DATABASE_PAGE_SIZE == 0 ? PARAPH_HOME_DATABASE_WHOLE
                                                       : PARAPH_HOME_DATABASE_UNEVEN;
}

gboolean
paraph_home_has_journal (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, JOURNAL_NAME, NULL);
  GStatBuf info;

  return g_lstat (path, &info) == 0 && info.st_size > 0;
}

gboolean
paraph_home_make_database (const char *directory, GError **error)
{
  g_autofree char *path = paraph_home_get_database_path (directory);

  return write_new_file (path, "", 0, error) && sync_directory (directory, error);
}

gboolean
paraph_home_remove (const char *directory, GError **error)
{
  static const char *const names[] = { JOURNAL_NAME, DATABASE_NAME, NEW_KEY_NAME, KEY_NAME };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (directory, names[i], NULL);

      if (!remove_file (path, error))
        return FALSE;
    }
  return sync_directory (directory, error);
}
