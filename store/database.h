/* The one SQLite connection of a home: the only opener, its settings, and its transactions.
 *
 * Written nowhere else: sqlite3_open, settings, BEGIN and SAVEPOINT. An encrypting VFS goes in
 * below paraph_database_open by its name; nothing above it changes.
 *
 * Every write happens between begin and commit; outside of a transaction, and after SQLite undid
 * one by itself (full disk, I/O error), writing fails with PARAPH_STORE_ERROR_INTERNAL or the
 * first error's code until paraph_database_rollback.
 *
 * Threads: the connection has no mutex and belongs to the thread that opened it; asserted. */

#pragma once

#include <glib.h>

#include "store/error.h"

#define PARAPH_DATABASE_APPLICATION_ID 0x50617268 /* "Parh" */
#define PARAPH_DATABASE_PAGE_SIZE 4096

typedef struct ParaphDatabase ParaphDatabase;

/* Savepoints, outermost first. One may stand inside another, also of the same name. */
typedef enum
{
  PARAPH_SAVEPOINT_ARRIVAL, /* one arrival of a batch */
  PARAPH_SAVEPOINT_SESSION, /* one call into crypto/session.h and what is written with it */
  PARAPH_SAVEPOINT_STEP     /* anything smaller */
} ParaphSavepoint;

/* Global settings of SQLite, once in a process and before anything else touches SQLite. Open
 * calls it; a test that registers a VFS of its own calls it first. */
gboolean paraph_database_start (GError **error);

/* Opens PATH, which exists (it may be empty: then the schema is made), brings the schema up to
 * date and holds an exclusive lock until close. VFS: the name of a registered VFS, NULL for
 * "unix". IN_USE, NEWER, DAMAGED, NOT_A_STORE (another program's database), IO, FULL. */
ParaphDatabase *paraph_database_open (const char *path, const char *vfs, GError **error);

/* Rolls back what is open, frees all statements, closes. NULL does nothing. */
void paraph_database_close (ParaphDatabase *database);

/* integrity_check and foreign_key_check: DAMAGED when either finds anything. */
gboolean paraph_database_check (ParaphDatabase *database, GError **error);

gboolean paraph_database_begin (ParaphDatabase *database, GError **error);
/* A commit that fails for lack of space or by an I/O error is undone, or, where only its last
 * sync failed, may stand: all of it or nothing. Whoever retries looks first. */
gboolean paraph_database_commit (ParaphDatabase *database, GError **error);
/* Also after a failed commit. Undoing cannot fail in a way that anybody could act on. */
void paraph_database_rollback (ParaphDatabase *database);
gboolean paraph_database_is_in_transaction (ParaphDatabase *database);

/* Savepoints need a transaction. After an error inside, call undo; undo fails when SQLite has
 * undone the whole transaction: then nothing of it may be told to anybody. */
gboolean paraph_database_savepoint (ParaphDatabase *database, ParaphSavepoint name, GError **error);
gboolean paraph_database_release (ParaphDatabase *database, ParaphSavepoint name, GError **error);
gboolean paraph_database_undo (ParaphDatabase *database, ParaphSavepoint name, GError **error);

/* The number of the newest schema that this program knows. */
guint paraph_database_schema_version (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphDatabase, paraph_database_close)
