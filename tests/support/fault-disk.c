#include "tests/support/fault-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/fault-power.h"

/* NOTES
 * The functions in the middle carry the C library's names, so that the dynamic linker finds them
 * first; they make the system calls themselves. With large files some names have a second spelling:
 * hence names of our own and the linker's names beside them. */

#define PATH_SIZE 4096

static struct
{
  FaultDiskKind kind;
  guint at;
  FaultDiskTrace *trace; /* NULL: disarmed */
  const char *root;
  const char *second;
  char full[NAME_MAX + 1]; /* the disk that has no space left */
} plan;

static GMutex mutex;

/* Steps */

G_NORETURN static void
cut (void)
{
  g_autofree char *path = g_strconcat (plan.root, ".cut", NULL);

  fault_power_fail (path);
  _exit (FAULT_DISK_EXIT);
}

/* The disk that PATH is on; FALSE when it is none of ours. */
static gboolean
find_disk (const char *path, char ret_disk[NAME_MAX + 1])
{
  gsize length = strlen (plan.root);
  const char *name;
  gsize size;

  if (strncmp (path, plan.root, length) != 0 || path[length] != '/')
    return FALSE;
  name = path + length + 1;
  size = strcspn (name, "/");
  g_assert_cmpuint (size, <=, NAME_MAX);
  memcpy (ret_disk, name, size);
  ret_disk[size] = '\0';
  return TRUE;
}

/* Removing and shortening need no space; nor does another disk care. */
static gboolean
fail_for_space (char letter, const char *disk, gboolean is_first)
{
  if (is_first)
    (void) g_strlcpy (plan.full, disk, sizeof plan.full);
  if (strcmp (disk, plan.full) != 0 || letter == 'u' || letter == 't')
    return FALSE;
  plan.trace->has_struck = TRUE;
  errno = ENOSPC;
  return TRUE;
}

/* TRUE: the step fails with errno. A write of which half may be done first is can_tear. */
static gboolean
strike (char letter, const char *path, gboolean *ret_is_torn)
{
  char disk[NAME_MAX + 1];
  gboolean is_first;

  if (plan.trace == NULL || !find_disk (path, disk))
    return FALSE;
  g_assert_cmpuint (plan.trace->count, <, FAULT_DISK_STEPS_MAX);
  plan.trace->letters[plan.trace->count++] =
      strcmp (disk, plan.second) == 0 ? g_ascii_toupper (letter) : letter;
  is_first = plan.trace->count == plan.at;
  if (plan.kind == FAULT_DISK_COUNT || plan.trace->count < plan.at)
    return FALSE;
  *ret_is_torn = letter == 'w' && is_first;
  if (plan.kind == FAULT_DISK_FULL)
    return fail_for_space (letter, disk, is_first);
  plan.trace->has_struck = TRUE;
  if (plan.kind == FAULT_DISK_CUT)
    cut ();
  if (plan.kind == FAULT_DISK_KILL || !*ret_is_torn)
    _exit (FAULT_DISK_EXIT);
  return TRUE;
}

static gboolean
strike_at (char letter, int directory, const char *name, gboolean *ret_is_torn)
{
  char link[64];
  char path[PATH_SIZE] = "";
  gssize size = 0;

  if (plan.trace == NULL || name == NULL)
    return FALSE;
  if (name[0] != '/' && directory != AT_FDCWD)
    {
      (void) g_snprintf (link, sizeof link, "/proc/self/fd/%d", directory);
      size = readlink (link, path, sizeof path - 2);
      if (size <= 0)
        return FALSE;
      path[size++] = '/';
      path[size] = '\0';
    }
  (void) g_strlcat (path, name, sizeof path);
  return strike (letter, path, ret_is_torn);
}

static gboolean
strike_fd (char letter, int fd, gboolean *ret_is_torn)
{
  char link[64];

  if (plan.trace == NULL)
    return FALSE;
  (void) g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  {
    char path[PATH_SIZE];
    gssize size = readlink (link, path, sizeof path - 1);

    if (size <= 0)
      return FALSE;
    path[size] = '\0';
    return strike (letter, path, ret_is_torn);
  }
}

void
fault_disk_arm (const char *root, const char *second, FaultDiskKind kind, guint at,
                FaultDiskTrace *trace)
{
  fault_disk_disarm ();
  memset (trace, 0, sizeof *trace);
  plan.kind = kind;
  plan.at = at;
  plan.root = root;
  plan.second = second;
  plan.full[0] = '\0';
  if (kind == FAULT_DISK_CUT)
    fault_power_begin (root);
  plan.trace = trace;
}

void
fault_disk_disarm (void)
{
  plan.trace = NULL;
  fault_power_end ();
}

/* In place of the C library's */

long disk_write (int fd, const void *bytes, size_t size) __asm__("write");
long disk_pwrite (int fd, const void *bytes, size_t size, long offset) __asm__("pwrite64");
int disk_fsync (int fd) __asm__("fsync");
int disk_fdatasync (int fd) __asm__("fdatasync");
int disk_ftruncate (int fd, long size) __asm__("ftruncate64");
int disk_unlink (const char *path) __asm__("unlink");
int disk_unlinkat (int directory, const char *name, int flags) __asm__("unlinkat");
int disk_rename (const char *from, const char *to) __asm__("rename");
int disk_renameat (int from, const char *old_name, int to,
                   const char *new_name) __asm__("renameat");
int disk_renameat2 (int from, const char *old_name, int to, const char *new_name,
                    unsigned flags) __asm__("renameat2");
int disk_open (const char *path, int flags, ...) __asm__("open64");
int disk_openat (int directory, const char *name, int flags, ...) __asm__("openat64");
int disk_mkdir (const char *path, unsigned mode) __asm__("mkdir");
int disk_mkdirat (int directory, const char *name, unsigned mode) __asm__("mkdirat");

static gboolean
lock_and_strike_fd (char letter, int fd, gboolean *ret_is_torn)
{
  gboolean is_struck;

  *ret_is_torn = FALSE;
  g_mutex_lock (&mutex);
  is_struck = strike_fd (letter, fd, ret_is_torn);
  g_mutex_unlock (&mutex);
  return is_struck;
}

static gboolean
lock_and_strike_at (char letter, int directory, const char *name)
{
  gboolean is_torn = FALSE;
  gboolean is_struck;

  g_mutex_lock (&mutex);
  is_struck = strike_at (letter, directory, name, &is_torn);
  g_mutex_unlock (&mutex);
  return is_struck;
}

/* What a torn write leaves: a killed process ends here, a full disk says how much it took. */
static long
end_torn (long written)
{
  if (plan.kind == FAULT_DISK_TORN)
    _exit (FAULT_DISK_EXIT);
  if (written == 0)
    errno = ENOSPC;
  return written == 0 ? -1 : written;
}

long
disk_write (int fd, const void *bytes, size_t size)
{
  gboolean is_torn;

  if (!lock_and_strike_fd ('w', fd, &is_torn))
    return syscall (SYS_write, fd, bytes, size);
  return is_torn ? end_torn (syscall (SYS_write, fd, bytes, size / 2)) : -1;
}

long
disk_pwrite (int fd, const void *bytes, size_t size, long offset)
{
  gboolean is_torn;

  if (!lock_and_strike_fd ('w', fd, &is_torn))
    return syscall (SYS_pwrite64, fd, bytes, size, offset);
  return is_torn ? end_torn (syscall (SYS_pwrite64, fd, bytes, size / 2, offset)) : -1;
}

static int
sync_fd (int fd, long number)
{
  struct stat status;
  gboolean is_torn;
  int result;

  if (lock_and_strike_fd (fstat (fd, &status) == 0 && S_ISDIR (status.st_mode) ? 'd' : 's', fd,
                          &is_torn))
    return -1;
  result = (int) syscall (number, fd);
  g_mutex_lock (&mutex);
  if (result == 0)
    fault_power_note_sync (fd);
  g_mutex_unlock (&mutex);
  return result;
}

int
disk_fsync (int fd)
{
  return sync_fd (fd, SYS_fsync);
}

int
disk_fdatasync (int fd)
{
  return sync_fd (fd, SYS_fdatasync);
}

int
disk_ftruncate (int fd, long size)
{
  gboolean is_torn;

  return lock_and_strike_fd ('t', fd, &is_torn) ? -1 : (int) syscall (SYS_ftruncate, fd, size);
}

int
disk_unlink (const char *path)
{
  return disk_unlinkat (AT_FDCWD, path, 0);
}

int
disk_unlinkat (int directory, const char *name, int flags)
{
  return lock_and_strike_at ('u', directory, name)
             ? -1
             : (int) syscall (SYS_unlinkat, directory, name, flags);
}

int
disk_rename (const char *from, const char *to)
{
  return disk_renameat2 (AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
disk_renameat (int from, const char *old_name, int to, const char *new_name)
{
  return disk_renameat2 (from, old_name, to, new_name, 0);
}

int
disk_renameat2 (int from, const char *old_name, int to, const char *new_name, unsigned flags)
{
  return lock_and_strike_at ('r', to, new_name)
             ? -1
             : (int) syscall (SYS_renameat2, from, old_name, to, new_name, flags);
}

/* Opening is a step only where it may make a file. */
static int
open_file (int directory, const char *name, int flags, unsigned mode)
{
  if ((flags & O_CREAT) != 0 && faccessat (directory, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0
      && lock_and_strike_at ('o', directory, name))
    return -1;
  return (int) syscall (SYS_openat, directory, name, flags, mode);
}

int
disk_open (const char *path, int flags, ...)
{
  va_list arguments;
  unsigned mode;

  va_start (arguments, flags);
  mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg (arguments, unsigned) : 0;
  va_end (arguments);
  return open_file (AT_FDCWD, path, flags, mode);
}

int
disk_openat (int directory, const char *name, int flags, ...)
{
  va_list arguments;
  unsigned mode;

  va_start (arguments, flags);
  mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg (arguments, unsigned) : 0;
  va_end (arguments);
  return open_file (directory, name, flags, mode);
}

int
disk_mkdir (const char *path, unsigned mode)
{
  return disk_mkdirat (AT_FDCWD, path, mode);
}

int
disk_mkdirat (int directory, const char *name, unsigned mode)
{
  return faccessat (directory, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0
                 && lock_and_strike_at ('m', directory, name)
             ? -1
             : (int) syscall (SYS_mkdirat, directory, name, mode);
}

/* Images */

void
fault_disk_remove (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      fault_disk_remove (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  (void) g_remove (path); /* absent is as good */
}

void
fault_disk_copy (const char *from, const char *to)
{
  GStatBuf status;
  const char *name;

  g_assert_cmpint (g_lstat (from, &status), ==, 0);
  if (S_ISDIR (status.st_mode))
    {
      g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);

      g_assert_cmpint (g_mkdir (to, 0700), ==, 0);
      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *source = g_build_filename (from, name, NULL);
          g_autofree char *target = g_build_filename (to, name, NULL);

          fault_disk_copy (source, target);
        }
    }
  else
    {
      g_autofree char *bytes = NULL;
      g_autoptr (GBytes) content = NULL;
      gsize size = 0;

      g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
      content = g_bytes_new_static (bytes, size);
      fault_power_write_file (to, content);
    }
}
