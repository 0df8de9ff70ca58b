#include <string.h>

#include "store/database-private.h"
#include "store/error-private.h"
#include "store/statement.h"

typedef struct
{
  sqlite3_stmt *stmt;
  gboolean is_used;
} CachedStatement;

static void
cached_statement_free (gpointer data)
{
  CachedStatement *cached = data;

  g_assert (!cached->is_used);
  sqlite3_finalize (cached->stmt);
  g_free (cached);
}

GHashTable *
paraph_statement_cache_new (void)
{
  return g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, cached_statement_free);
}

static CachedStatement *
prepare (ParaphStatement *self, const char *sql)
{
  ParaphDatabase *database = self->database;
  CachedStatement *cached = g_hash_table_lookup (database->statements, sql);
  sqlite3_stmt *stmt = NULL;
  int rc;

  if (cached != NULL)
    return cached;
  rc = sqlite3_prepare_v3 (database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
  if (rc != SQLITE_OK)
    {
      paraph_database_fail (database, rc, "prepare", &self->error);
      return NULL;
    }
  cached = g_new0 (CachedStatement, 1);
  cached->stmt = stmt;
  /* The cast only drops const: the table keeps the address and never writes through it. */
  g_hash_table_insert (database->statements, (gpointer) (guintptr) sql, cached);
  return cached;
}

void
paraph_statement_init (ParaphStatement *self, ParaphDatabase *database, const char *sql)
{
  CachedStatement *cached;

  memset (self, 0, sizeof *self);
  self->database = database;
  if (!paraph_database_is_usable (database, &self->error))
    return;
  cached = prepare (self, sql);
  if (cached == NULL)
    return;
  g_assert (!cached->is_used);
  if (!database->in_transaction && !sqlite3_stmt_readonly (cached->stmt))
    {
      g_set_error_literal (&self->error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_INTERNAL,
                           "a write outside of a transaction");
      return;
    }
  cached->is_used = TRUE;
  self->cached = cached;
  self->stmt = cached->stmt;
}

void
paraph_statement_clear (ParaphStatement *self)
{
  CachedStatement *cached = self->cached;

  if (cached != NULL)
    {
      /* Both repeat what step has reported already. */
      (void) sqlite3_reset (cached->stmt);
      (void) sqlite3_clear_bindings (cached->stmt);
      cached->is_used = FALSE;
    }
  g_clear_error (&self->error);
  memset (self, 0, sizeof *self);
}

static gboolean
begin_bind (ParaphStatement *self)
{
  if (self->error != NULL)
    return FALSE;
  self->bound++;
  return TRUE;
}

static void
end_bind (ParaphStatement *self, int rc)
{
  if (rc != SQLITE_OK)
    paraph_database_fail (self->database, rc, "bind", &self->error);
}

void
paraph_statement_bind_int (ParaphStatement *self, gint64 value)
{
  if (begin_bind (self))
    end_bind (self, sqlite3_bind_int64 (self->stmt, self->bound, value));
}

void
paraph_statement_bind_unsigned (ParaphStatement *self, guint64 value)
{
  if (value <= G_MAXINT64)
    paraph_statement_bind_int (self, (gint64) value);
  else if (begin_bind (self))
    g_set_error_literal (&self->error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED,
                         "a number of 2^63 or more");
}

void
paraph_statement_bind_blob (ParaphStatement *self, const void *data, gsize size)
{
  if (!begin_bind (self))
    return;
  if (data == NULL && size == 0)
    end_bind (self, sqlite3_bind_null (self->stmt, self->bound));
  else
    end_bind (self, sqlite3_bind_blob64 (self->stmt, self->bound, data, size, SQLITE_STATIC));
}

void
paraph_statement_bind_id (ParaphStatement *self, const ParaphId *id)
{
  paraph_statement_bind_blob (self, id->bytes, sizeof id->bytes);
}

void
paraph_statement_bind_optional_id (ParaphStatement *self, const ParaphId *id)
{
  static const ParaphId none;

  if (id == NULL || memcmp (id, &none, sizeof none) == 0)
    paraph_statement_bind_blob (self, NULL, 0);
  else
    paraph_statement_bind_id (self, id);
}

void
paraph_statement_bind_bytes (ParaphStatement *self, GBytes *bytes)
{
  gsize size = 0;
  const void *data = bytes == NULL ? NULL : g_bytes_get_data (bytes, &size);

  /* Empty bytes may have no address, and are not NULL. */
  if (bytes != NULL && data == NULL)
    data = "";
  paraph_statement_bind_blob (self, data, size);
}

void
paraph_statement_bind_text (ParaphStatement *self, const char *text)
{
  if (!begin_bind (self))
    return;
  if (text == NULL)
    end_bind (self, sqlite3_bind_null (self->stmt, self->bound));
  else if (!g_utf8_validate (text, -1, NULL))
    g_set_error_literal (&self->error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED,
                         "a text that is not UTF-8");
  else
    end_bind (self, sqlite3_bind_text (self->stmt, self->bound, text, -1, SQLITE_STATIC));
}

static ParaphStep
fail_step (ParaphStatement *self, GError **error)
{
  g_propagate_error (error, g_error_copy (self->error));
  return PARAPH_STEP_FAILED;
}

ParaphStep
paraph_statement_step (ParaphStatement *self, GError **error)
{
  int rc;

  if (self->error != NULL || !paraph_database_is_usable (self->database, &self->error))
    return fail_step (self, error);
  g_assert (self->bound == sqlite3_bind_parameter_count (self->stmt));
  rc = sqlite3_step (self->stmt);
  if (rc == SQLITE_ROW)
    return PARAPH_STEP_ROW;
  if (rc == SQLITE_DONE)
    return PARAPH_STEP_DONE;
  paraph_database_fail (self->database, rc, "step", &self->error);
  return fail_step (self, error);
}

gboolean
paraph_statement_run (ParaphStatement *self, guint *ret_changes, GError **error)
{
  ParaphStep step = paraph_statement_step (self, error);

  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  g_assert (step == PARAPH_STEP_DONE);
  if (ret_changes != NULL)
    *ret_changes = (guint) sqlite3_changes (self->database->handle);
  return TRUE;
}
