/* The files of a home and their safe writing: a directory of mode 0700 with store.key (the bytes
 * of crypto/keyfile.h) and store.db. For store/store.c and tests.
 *
 * The key file is only ever replaced as a whole: a new file, synced, renamed, the directory
 * synced. Threads: any; no state. Errors: IO, FULL, and as named. */

#pragma once

#include <glib.h>

#include "store/error.h"

#define PARAPH_HOME_KEY_SIZE_MAX 4096

typedef enum
{
  PARAPH_HOME_DATABASE_ABSENT,
  PARAPH_HOME_DATABASE_EMPTY,
  PARAPH_HOME_DATABASE_UNEVEN, /* not whole pages */
  PARAPH_HOME_DATABASE_WHOLE
} ParaphHomeDatabase;

/* Makes the directory and its parents, mode 0700; one that is there is closed to others. */
gboolean paraph_home_make_directory (const char *directory, GError **error);

/* Takes the home for this process: a descriptor to close, which gives it back; -1 and IN_USE when
 * another one has it. Where the file system cannot lock, SQLite's own lock decides, later. */
int paraph_home_lock (const char *directory, GError **error);

/* Transfer full. Paths for the callers below. */
char *paraph_home_get_database_path (const char *directory);
char *paraph_home_get_key_path (const char *directory);

/* NULL bytes when there is none. DAMAGED: larger than any key file. */
gboolean paraph_home_read_key (const char *directory, GBytes **ret_bytes, GError **error);
gboolean paraph_home_write_key (const char *directory, const void *bytes, gsize size,
                                GError **error);

/* Looks at the size only: the file must not be opened beside SQLite. */
ParaphHomeDatabase paraph_home_look_at_database (const char *directory);
/* Whether a rollback journal with something in it is there. */
gboolean paraph_home_has_journal (const char *directory);

/* An empty database file of mode 0600; SQLite gives its journal the same. */
gboolean paraph_home_make_database (const char *directory, GError **error);
/* Removes what an interrupted creation left. */
gboolean paraph_home_remove (const char *directory, GError **error);
