#include "transport/fs.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

/* open and its kin are variadic or macros in some C libraries: a table needs real functions. */
static int
real_openat (int directory, const char *name, int flags, mode_t mode)
{
  return openat (directory, name, flags, mode);
}

static int
real_fstat (int fd, struct stat *ret_status)
{
  return fstat (fd, ret_status);
}

static int
real_fstatat (int directory, const char *name, struct stat *ret_status, int flags)
{
  return fstatat (directory, name, ret_status, flags);
}

const ParaphFs *
paraph_fs_real (void)
{
  static const ParaphFs real = {
    .openat = real_openat,
    .close = close,
    .read = read,
    .write = write,
    .fstat = real_fstat,
    .fstatat = real_fstatat,
    .fchmod = fchmod,
    .futimens = futimens,
    .fsync = fsync,
    .syncfs = syncfs,
    .mkdirat = mkdirat,
    .renameat2 = renameat2,
    .renameat = renameat,
    .unlinkat = unlinkat,
    .random = getrandom,
  };

  return &real;
}
