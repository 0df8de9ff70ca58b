/* A prepared statement in use: bind in order, step, read columns. For store/...-table.c and tests.
 *
 * Statements are kept prepared, one for each SQL constant (by its address), and given back when
 * the local leaves its scope:
 *
 *   g_auto (ParaphStatement) statement = { 0 };
 *   paraph_statement_init (&statement, database, select_sql);
 *   paraph_statement_bind_id (&statement, id);
 *   switch (paraph_statement_step (&statement, error)) ...
 *
 * The first failure sticks and is reported by step or run: nothing between needs asking.
 * Threads: that of the database. */

#pragma once

#include <glib.h>

#include "crypto/types.h"
#include "store/database.h"

typedef struct
{
  ParaphDatabase *database;
  gpointer cached; /* borrowed of the cache */
  void *stmt;      /* its sqlite3_stmt */
  GError *error;   /* first failure */
  int bound;
} ParaphStatement;

typedef enum
{
  PARAPH_STEP_ROW,
  PARAPH_STEP_DONE,
  PARAPH_STEP_FAILED
} ParaphStep;

/* SQL is a constant, or at least outlives the database. */
void paraph_statement_init (ParaphStatement *self, ParaphDatabase *database, const char *sql);
void paraph_statement_clear (ParaphStatement *self);

/* NULL and zero ids: bind_id takes an id as it is; bind_optional_id writes NULL for one that is
 * NULL or zero. Bytes and texts are borrowed until the statement is cleared; NULL writes NULL. */
void paraph_statement_bind_int (ParaphStatement *self, gint64 value);
void paraph_statement_bind_unsigned (ParaphStatement *self, guint64 value); /* REFUSED: >= 2^63 */
void paraph_statement_bind_id (ParaphStatement *self, const ParaphId *id);
void paraph_statement_bind_optional_id (ParaphStatement *self, const ParaphId *id);
void paraph_statement_bind_blob (ParaphStatement *self, const void *data, gsize size);
void paraph_statement_bind_bytes (ParaphStatement *self, GBytes *bytes);
void paraph_statement_bind_text (ParaphStatement *self, const char *text);

ParaphStep paraph_statement_step (ParaphStatement *self, GError **error);
/* For a statement without rows. RET_CHANGES, the number of rows changed, may be NULL. */
gboolean paraph_statement_run (ParaphStatement *self, guint *ret_changes, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphStatement, paraph_statement_clear)
