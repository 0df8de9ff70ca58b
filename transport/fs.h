/* The system calls through which the pouch touches the disk, as a table that tests replace: to
 * fail any call, or to end the process at it.
 *
 * Every member has the meaning, results and errno of the call it is named after. Paths are single
 * names below an open directory; only the pouch's own path is opened below AT_FDCWD. */

#pragma once

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

typedef struct
{
  int (*openat) (int directory, const char *name, int flags, mode_t mode);
  int (*close) (int fd);
  ssize_t (*read) (int fd, void *buffer, size_t size);
  ssize_t (*write) (int fd, const void *bytes, size_t size);
  int (*fstat) (int fd, struct stat *ret_status);
  int (*fstatat) (int directory, const char *name, struct stat *ret_status, int flags);
  int (*fchmod) (int fd, mode_t mode);
  int (*futimens) (int fd, const struct timespec times[2]);
  int (*fsync) (int fd);
  int (*syncfs) (int fd);
  int (*mkdirat) (int directory, const char *name, mode_t mode);
  int (*renameat2) (int from, const char *old_name, int to, const char *new_name, unsigned flags);
  int (*renameat) (int from, const char *old_name, int to, const char *new_name);
  int (*unlinkat) (int directory, const char *name, int flags);
  ssize_t (*random) (void *buffer, size_t size, unsigned flags); /* getrandom */
} ParaphFs;

/* The real calls. Never NULL, static. */
const ParaphFs *paraph_fs_real (void);
