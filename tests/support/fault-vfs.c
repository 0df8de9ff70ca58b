#include "tests/support/fault-vfs.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "store/database.h"

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real; /* behind this struct */
} FaultFile;

static struct
{
  gint kind;
  gint at;
  gint lasting;
  gint count;
} plan;

void
fault_vfs_arm (FaultKind kind, guint at, gboolean lasting)
{
  g_atomic_int_set (&plan.kind, FAULT_NONE);
  g_atomic_int_set (&plan.at, (gint) at);
  g_atomic_int_set (&plan.lasting, lasting);
  g_atomic_int_set (&plan.count, 0);
  g_atomic_int_set (&plan.kind, (gint) kind);
}

void
fault_vfs_disarm (void)
{
  g_atomic_int_set (&plan.kind, FAULT_NONE);
}

guint
fault_vfs_count (void)
{
  return (guint) g_atomic_int_get (&plan.count);
}

void
fault_exit (void)
{
  _exit (FAULT_EXIT_STATUS);
}

FaultKind
fault_strike (gboolean can_tear)
{
  FaultKind kind = (FaultKind) g_atomic_int_get (&plan.kind);
  gint number = g_atomic_int_add (&plan.count, 1) + 1;
  gint at = g_atomic_int_get (&plan.at);

  if (kind == FAULT_NONE || number < at || (number > at && !g_atomic_int_get (&plan.lasting)))
    return FAULT_NONE;
  if (kind == FAULT_EXIT || (kind == FAULT_TORN && !can_tear))
    fault_exit ();
  return kind;
}

static sqlite3_file *
real_of (sqlite3_file *file)
{
  return ((FaultFile *) file)->real;
}

static int
fault_close (sqlite3_file *file)
{
  return real_of (file)->pMethods->xClose (real_of (file));
}

static int
fault_read (sqlite3_file *file, void *buffer, int size, sqlite3_int64 offset)
{
  return real_of (file)->pMethods->xRead (real_of (file), buffer, size, offset);
}

static int
fault_write (sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
  sqlite3_file *real = real_of (file);
  FaultKind kind = fault_strike (TRUE);

  if (kind == FAULT_FULL)
    return SQLITE_FULL;
  if (kind == FAULT_IO)
    return SQLITE_IOERR_WRITE;
  if (kind == FAULT_TORN)
    {
      (void) real->pMethods->xWrite (real, bytes, size / 2, offset);
      fault_exit ();
    }
  return real->pMethods->xWrite (real, bytes, size, offset);
}

static int
fault_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  if (fault_strike (FALSE) != FAULT_NONE)
    return SQLITE_IOERR_TRUNCATE;
  return real_of (file)->pMethods->xTruncate (real_of (file), size);
}

static int
fault_sync (sqlite3_file *file, int flags)
{
  if (fault_strike (FALSE) != FAULT_NONE)
    return SQLITE_IOERR_FSYNC;
  return real_of (file)->pMethods->xSync (real_of (file), flags);
}

static int
fault_file_size (sqlite3_file *file, sqlite3_int64 *ret_size)
{
  return real_of (file)->pMethods->xFileSize (real_of (file), ret_size);
}

static int
fault_lock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
fault_unlock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
fault_check_lock (sqlite3_file *file, int *ret_locked)
{
  return real_of (file)->pMethods->xCheckReservedLock (real_of (file), ret_locked);
}

static int
fault_control (sqlite3_file *file, int what, void *argument)
{
  return real_of (file)->pMethods->xFileControl (real_of (file), what, argument);
}

static int
fault_sector_size (sqlite3_file *file)
{
  return real_of (file)->pMethods->xSectorSize (real_of (file));
}

static int
fault_characteristics (sqlite3_file *file)
{
  return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file));
}

static const sqlite3_io_methods fault_methods = {
  .iVersion = 1,
  .xClose = fault_close,
  .xRead = fault_read,
  .xWrite = fault_write,
  .xTruncate = fault_truncate,
  .xSync = fault_sync,
  .xFileSize = fault_file_size,
  .xLock = fault_lock,
  .xUnlock = fault_unlock,
  .xCheckReservedLock = fault_check_lock,
  .xFileControl = fault_control,
  .xSectorSize = fault_sector_size,
  .xDeviceCharacteristics = fault_characteristics,
};

static sqlite3_vfs *
real_vfs (sqlite3_vfs *vfs)
{
  return vfs->pAppData;
}

static int
fault_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
  FaultFile *self = (FaultFile *) file;
  int rc;

  self->base.pMethods = NULL;
  self->real = (sqlite3_file *) (gpointer) (self + 1);
  rc = real_vfs (vfs)->xOpen (real_vfs (vfs), name, self->real, flags, ret_flags);
  if (self->real->pMethods != NULL)
    self->base.pMethods = &fault_methods;
  return rc;
}

static int
fault_delete (sqlite3_vfs *vfs, const char *name, int sync_directory)
{
  if (fault_strike (FALSE) != FAULT_NONE)
    return SQLITE_IOERR_DELETE;
  return real_vfs (vfs)->xDelete (real_vfs (vfs), name, sync_directory);
}

void
fault_vfs_register (void)
{
  static sqlite3_vfs vfs;
  GError *error = NULL;
  sqlite3_vfs *real;

  if (vfs.zName != NULL)
    return;
  if (!paraph_database_start (&error))
    g_error ("%s", error->message);
  real = sqlite3_vfs_find ("unix");
  vfs = *real;
  vfs.iVersion = 1;
  vfs.szOsFile = (int) sizeof (FaultFile) + real->szOsFile;
  vfs.zName = FAULT_VFS_NAME;
  vfs.pNext = NULL;
  vfs.pAppData = real;
  vfs.xOpen = fault_open;
  vfs.xDelete = fault_delete;
  if (sqlite3_vfs_register (&vfs, 0) != SQLITE_OK)
    g_error ("the VFS cannot be registered");
}
