#include "tests/transport/fault-fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static FaultPlan current;
static unsigned steps;
static unsigned interruptions;
static char trace[64];

/* Counts one step and writes its letter down. 0, or -1 with errno if it is to fail. */
static int
step (char letter)
{
  if (steps < sizeof trace - 1)
    trace[steps] = letter;
  steps++;
  if (current.kind == FAULT_NONE || steps < current.at)
    return 0;
  if (steps > current.at && current.kind != FAULT_FOREVER)
    return 0;
  if (current.kind == FAULT_DIE || current.kind == FAULT_TORN)
    _exit (FAULT_EXIT);
  errno = current.number;
  return -1;
}

static int
interrupted (void)
{
  if (current.short_calls == 0 || interruptions++ % 2 != 0)
    return 0;
  errno = EINTR;
  return -1;
}

static size_t
shorten (size_t size)
{
  return current.short_calls != 0 && size > current.short_calls ? current.short_calls : size;
}

static int
fault_openat (int directory, const char *name, int flags, mode_t mode)
{
  if ((flags & O_CREAT) != 0 && step ('o') != 0)
    return -1;
  return paraph_fs_real ()->openat (directory, name, flags, mode);
}

static ssize_t
fault_read (int fd, void *buffer, size_t size)
{
  if (interrupted () != 0)
    return -1;
  return paraph_fs_real ()->read (fd, buffer, shorten (size));
}

static ssize_t
fault_write (int fd, const void *bytes, size_t size)
{
  if (interrupted () != 0)
    return -1;
  if (current.kind == FAULT_TORN && steps + 1 == current.at)
    (void) paraph_fs_real ()->write (fd, bytes, size / 2); /* dies below in any case */
  if (step ('w') != 0)
    return -1;
  return paraph_fs_real ()->write (fd, bytes, shorten (size));
}

static int
fault_fstat (int fd, struct stat *ret_status)
{
  int result = paraph_fs_real ()->fstat (fd, ret_status);

  if (result == 0)
    {
      ret_status->st_ctim.tv_sec += current.time_jump;
      ret_status->st_mtim.tv_sec += current.time_jump;
    }
  return result;
}

static int
fault_futimens (int fd, const struct timespec times[2])
{
  return step ('t') != 0 ? -1 : paraph_fs_real ()->futimens (fd, times);
}

static int
fault_fsync (int fd)
{
  struct stat status;
  bool is_directory = fstat (fd, &status) == 0 && S_ISDIR (status.st_mode);

  if (step (is_directory ? 'd' : 's') != 0)
    return -1;
  if (current.directory_sync != 0 && is_directory)
    {
      errno = current.directory_sync;
      return -1;
    }
  return paraph_fs_real ()->fsync (fd);
}

static int
fault_syncfs (int fd)
{
  return step ('f') != 0 ? -1 : paraph_fs_real ()->syncfs (fd);
}

static int
fault_mkdirat (int directory, const char *name, mode_t mode)
{
  return step ('m') != 0 ? -1 : paraph_fs_real ()->mkdirat (directory, name, mode);
}

static int
fault_renameat2 (int from, const char *old_name, int to, const char *new_name, unsigned flags)
{
  if (step ('r') != 0)
    return -1;
  if (current.plain_rename != 0)
    {
      errno = current.plain_rename;
      return -1;
    }
  return paraph_fs_real ()->renameat2 (from, old_name, to, new_name, flags);
}

static int
fault_renameat (int from, const char *old_name, int to, const char *new_name)
{
  return step ('r') != 0 ? -1 : paraph_fs_real ()->renameat (from, old_name, to, new_name);
}

static int
fault_unlinkat (int directory, const char *name, int flags)
{
  return step ('u') != 0 ? -1 : paraph_fs_real ()->unlinkat (directory, name, flags);
}

const ParaphFs *
fault_fs (void)
{
  static ParaphFs faulty;

  faulty = *paraph_fs_real ();
  faulty.openat = fault_openat;
  faulty.read = fault_read;
  faulty.write = fault_write;
  faulty.fstat = fault_fstat;
  faulty.futimens = fault_futimens;
  faulty.fsync = fault_fsync;
  faulty.syncfs = fault_syncfs;
  faulty.mkdirat = fault_mkdirat;
  faulty.renameat2 = fault_renameat2;
  faulty.renameat = fault_renameat;
  faulty.unlinkat = fault_unlinkat;
  return &faulty;
}

void
fault_plan (const FaultPlan *plan)
{
  static const FaultPlan none = { .kind = FAULT_NONE };

  current = plan != NULL ? *plan : none;
  steps = 0;
  interruptions = 0;
  memset (trace, 0, sizeof trace);
}

unsigned
fault_steps (void)
{
  return steps;
}

const char *
fault_trace (void)
{
  return trace;
}
