/* What store/database.c shares with store/statement.c and store/migration.c, and nobody else. */

#pragma once

#include <glib.h>
#include <sqlite3.h>

#include "store/database.h"

struct ParaphDatabase
{
  /* owned */
  sqlite3 *handle;
  GHashTable *statements; /* address of the SQL -> CachedStatement, see store/statement.c */
  GError *lost;           /* why SQLite undid the transaction by itself */
  GError *unsettled;      /* why a commit failed, until a later one has gone through */

  /* borrowed */
  GThread *thread;

  gboolean in_transaction;
  gboolean is_ready; /* the schema is up to date and may not change any more */
};

/* Asserts the thread; then what stands in the way of using the connection, if anything. */
gboolean paraph_database_is_usable (ParaphDatabase *self, GError **error);

/* Notes a result of SQLite: sets ERROR, and finds out whether the transaction is gone. */
void paraph_database_fail (ParaphDatabase *self, int rc, const char *what, GError **error);

/* Runs a whole script; for migrations. */
gboolean paraph_database_run_script (ParaphDatabase *self, const char *script, GError **error);

/* The schema's number; 0 for a database without one. */
gboolean paraph_database_read_version (ParaphDatabase *self, gint64 *ret_version, GError **error);

/* store/migration.c: one transaction for each step. */
gboolean paraph_migration_run (ParaphDatabase *self, GError **error);

/* store/statement.c */
GHashTable *paraph_statement_cache_new (void);
