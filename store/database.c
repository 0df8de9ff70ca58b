#include "store/database-private.h"
#include "store/error-private.h"

/* NOTES
 * - TRUNCATE and not a write-ahead log: the encrypting VFS below has no shared memory, and one
 *   process alone uses a home. PERSIST would leave old pages in the journal.
 * - The lock is taken at once, by an exclusive transaction of nothing, and kept by
 *   locking_mode: a second process fails at its first read.
 * - POSIX locks vanish when any descriptor of the file is closed in this process: nothing else
 *   here may open the database's file while it is open.
 * - On a full disk, an I/O error or lack of memory SQLite may undo the whole transaction by
 *   itself. What followed would then commit statement by statement: so the mode is looked at
 *   after every failure, and everything is refused until the rollback.
 * - Where the very last sync of a commit fails, the transaction stands for now, but a power cut
 *   may still bring the journal back. Nobody may read and tell of that state: everything is
 *   refused until a whole transaction of nothing has gone through, which the next begin tries. */

typedef struct
{
  const char *statement;
  const char *expected; /* NULL: has no result to prove */
} Setting;

/* Before the first page is read. */
static const Setting early_settings[] = {
  { "PRAGMA locking_mode = EXCLUSIVE", "exclusive" },
  { "PRAGMA temp_store = MEMORY", NULL },
  { "PRAGMA temp_store", "2" },
  { "PRAGMA mmap_size = 0", NULL },
  { "PRAGMA cell_size_check = ON", NULL },
  { "PRAGMA cell_size_check", "1" },
  { "PRAGMA page_size = 4096", NULL },
};

static const Setting late_settings[] = {
  { "PRAGMA page_size", "4096" },          { "PRAGMA journal_mode = TRUNCATE", "truncate" },
  { "PRAGMA synchronous = FULL", NULL },   { "PRAGMA synchronous", "2" },
  { "PRAGMA foreign_keys = ON", NULL },    { "PRAGMA foreign_keys", "1" },
  { "PRAGMA trusted_schema = OFF", NULL }, { "PRAGMA trusted_schema", "0" },
  { "PRAGMA secure_delete = ON", "1" },    { "PRAGMA cache_size = -8192", NULL },
};

static const struct
{
  int id;
  int value;
} limits[] = {
  { SQLITE_LIMIT_LENGTH, 8 * 1024 * 1024 },
  { SQLITE_LIMIT_SQL_LENGTH, 64 * 1024 },
  { SQLITE_LIMIT_COLUMN, 64 },
  { SQLITE_LIMIT_EXPR_DEPTH, 64 },
  { SQLITE_LIMIT_COMPOUND_SELECT, 8 },
  { SQLITE_LIMIT_FUNCTION_ARG, 8 },
  { SQLITE_LIMIT_ATTACHED, 0 },
  { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64 },
  { SQLITE_LIMIT_VARIABLE_NUMBER, 32 },
  { SQLITE_LIMIT_TRIGGER_DEPTH, 8 },
  { SQLITE_LIMIT_WORKER_THREADS, 0 },
};

static const struct
{
  int option;
  int value;
} switches[] = {
  { SQLITE_DBCONFIG_DEFENSIVE, 1 },
  { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
  { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
  { SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
  { SQLITE_DBCONFIG_DQS_DML, 0 },
  { SQLITE_DBCONFIG_DQS_DDL, 0 },
};

/* What may still be asked once the schema is ready. */
static const char *const ready_pragmas[] = { "integrity_check", "foreign_key_check", "user_version",
                                             NULL };

/* clang-format off */
static const char *const savepoint_sql[][3] = {
  [PARAPH_SAVEPOINT_ARRIVAL] = { "SAVEPOINT arrival", "RELEASE arrival", "ROLLBACK TO arrival" },
  [PARAPH_SAVEPOINT_SESSION] = { "SAVEPOINT session", "RELEASE session", "ROLLBACK TO session" },
  [PARAPH_SAVEPOINT_STEP] = { "SAVEPOINT step", "RELEASE step", "ROLLBACK TO step" },
};
/* clang-format on */

static gpointer
start_once (gpointer unused)
{
  (void) unused;
  if (sqlite3_config (SQLITE_CONFIG_STMTJRNL_SPILL, -1) != SQLITE_OK
      || sqlite3_initialize () != SQLITE_OK)
    return GINT_TO_POINTER (1);
  return GINT_TO_POINTER (2);
}

gboolean
paraph_database_start (GError **error)
{
  static GOnce once = G_ONCE_INIT;

  if (g_once (&once, start_once, NULL) == GINT_TO_POINTER (2))
    return TRUE;
  g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_INTERNAL,
                       "SQLite was used before it was configured");
  return FALSE;
}

static gboolean
is_ready_action (int action)
{
  static const int actions[] = { SQLITE_READ,      SQLITE_SELECT,   SQLITE_INSERT,
                                 SQLITE_UPDATE,    SQLITE_DELETE,   SQLITE_TRANSACTION,
                                 SQLITE_SAVEPOINT, SQLITE_RECURSIVE };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (actions[i] == action)
      return TRUE;
  return FALSE;
}

/* Signature of sqlite3_set_authorizer. */
static int
authorize (void *user_data, int action, const char *first, const char *second, const char *database,
           const char *trigger)
{
  const ParaphDatabase *self = user_data;

  (void) database;
  (void) trigger;
  if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
    return SQLITE_DENY;
  if (action == SQLITE_FUNCTION)
    return g_strcmp0 (second, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
  if (!self->is_ready || is_ready_action (action))
    return SQLITE_OK;
  if (action == SQLITE_PRAGMA && first != NULL && g_strv_contains (ready_pragmas, first))
    return SQLITE_OK;
  return SQLITE_DENY;
}

gboolean
paraph_database_is_usable (ParaphDatabase *self, GError **error)
{
  g_assert (self->thread == g_thread_self ());
  if (self->lost != NULL)
    g_propagate_error (error, g_error_copy (self->lost));
  else if (self->unsettled != NULL && !self->in_transaction)
    g_propagate_error (error, g_error_copy (self->unsettled));
  else
    return TRUE;
  return FALSE;
}

void
paraph_database_fail (ParaphDatabase *self, int rc, const char *what, GError **error)
{
  g_autoptr (GError) failure = NULL;

  paraph_store_error_set_sqlite (&failure, rc, what, sqlite3_errmsg (self->handle));
  if (self->in_transaction && sqlite3_get_autocommit (self->handle) && self->lost == NULL)
    self->lost = g_error_copy (failure);
  g_propagate_error (error, g_steal_pointer (&failure));
}

/* The first column of the first row as text, NULL for none; what a control statement answers. */
static gboolean
ask (ParaphDatabase *self, const char *sql, char **ret_answer, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  g_autofree char *answer = NULL;
  int rc = sqlite3_prepare_v2 (self->handle, sql, -1, &stmt, NULL);

  if (rc == SQLITE_OK)
    rc = sqlite3_step (stmt);
  if (rc == SQLITE_ROW)
    {
      answer = g_strdup ((const char *) sqlite3_column_text (stmt, 0));
      while (rc == SQLITE_ROW)
        rc = sqlite3_step (stmt);
    }
  if (rc != SQLITE_DONE)
    paraph_database_fail (self, rc, sql, error);
  sqlite3_finalize (stmt);
  if (rc != SQLITE_DONE)
    return FALSE;
  if (ret_answer != NULL)
    *ret_answer = g_steal_pointer (&answer);
  return TRUE;
}

static gboolean
tell (ParaphDatabase *self, const char *sql, GError **error)
{
  return ask (self, sql, NULL, error);
}

static gboolean
ask_number (ParaphDatabase *self, const char *sql, gint64 *ret_number, GError **error)
{
  g_autofree char *answer = NULL;

  if (!ask (self, sql, &answer, error))
    return FALSE;
  *ret_number = answer == NULL ? 0 : g_ascii_strtoll (answer, NULL, 10);
  return TRUE;
}

gboolean
paraph_database_read_version (ParaphDatabase *self, gint64 *ret_version, GError **error)
{
  return ask_number (self, "PRAGMA user_version", ret_version, error);
}

gboolean
paraph_database_run_script (ParaphDatabase *self, const char *script, GError **error)
{
  int rc = sqlite3_exec (self->handle, script, NULL, NULL, NULL);

  if (rc == SQLITE_OK)
    return TRUE;
  paraph_database_fail (self, rc, "migration", error);
  return FALSE;
}

static gboolean
apply_settings (ParaphDatabase *self, const Setting *settings, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *answer = NULL;

      if (!ask (self, settings[i].statement, &answer, error))
        return FALSE;
      if (settings[i].expected != NULL && g_strcmp0 (answer, settings[i].expected) != 0)
        {
          g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_INTERNAL, "%s gives %s",
                       settings[i].statement, answer == NULL ? "nothing" : answer);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
apply_switches (ParaphDatabase *self, GError **error)
{
  int rc = sqlite3_extended_result_codes (self->handle, 1);

  for (gsize i = 0; rc == SQLITE_OK && i < G_N_ELEMENTS (switches); i++)
    rc = sqlite3_db_config (self->handle, switches[i].option, switches[i].value, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_set_authorizer (self->handle, authorize, self);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    (void) sqlite3_limit (self->handle, limits[i].id, limits[i].value); /* returns the old one */
  if (rc == SQLITE_OK)
    return TRUE;
  paraph_database_fail (self, rc, "configure", error);
  return FALSE;
}

/* Ours, or nothing yet: another program's database is left as it is. */
static gboolean
check_owner (ParaphDatabase *self, GError **error)
{
  gint64 application = 0;
  gint64 pages = 0;

  if (!ask_number (self, "PRAGMA application_id", &application, error)
      || !ask_number (self, "PRAGMA page_count", &pages, error))
    return FALSE;
  if (application == PARAPH_DATABASE_APPLICATION_ID || (application == 0 && pages == 0))
    return TRUE;
  g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_NOT_A_STORE,
                       "a database of another program");
  return FALSE;
}

static gboolean
check_not_newer (ParaphDatabase *self, GError **error)
{
  gint64 version = 0;

  if (!paraph_database_read_version (self, &version, error))
    return FALSE;
  if (version <= (gint64) paraph_database_schema_version ())
    return TRUE;
  g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_NEWER,
               "schema %" G_GINT64_FORMAT " is newer than this program", version);
  return FALSE;
}

static gboolean
set_up (ParaphDatabase *self, GError **error)
{
  if (!apply_switches (self, error)
      || !apply_settings (self, early_settings, G_N_ELEMENTS (early_settings), error)
      || !check_owner (self, error) || !check_not_newer (self, error)
      || !tell (self, "BEGIN EXCLUSIVE", error) || !tell (self, "COMMIT", error)
      || !apply_settings (self, late_settings, G_N_ELEMENTS (late_settings), error)
      || !paraph_migration_run (self, error))
    return FALSE;
  self->is_ready = TRUE;
  return TRUE;
}

ParaphDatabase *
paraph_database_open (const char *path, const char *vfs, GError **error)
{
  g_autoptr (ParaphDatabase) self = NULL;
  int rc;

  if (!paraph_database_start (error))
    return NULL;
  self = g_new0 (ParaphDatabase, 1);
  self->thread = g_thread_self ();
  self->statements = paraph_statement_cache_new ();
  rc = sqlite3_open_v2 (path, &self->handle,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW
                            | SQLITE_OPEN_PRIVATECACHE,
                        vfs == NULL ? "unix" : vfs);
  if (rc != SQLITE_OK)
    {
      paraph_store_error_set_sqlite (error, rc, "open",
                                     self->handle == NULL ? "" : sqlite3_errmsg (self->handle));
      return NULL;
    }
  if (!set_up (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
paraph_database_close (ParaphDatabase *database)
{
  int rc;

  if (database == NULL)
    return;
  g_assert (database->thread == g_thread_self ());
  g_hash_table_destroy (database->statements);
  paraph_database_rollback (database);
  rc = sqlite3_close (database->handle);
  g_assert (rc == SQLITE_OK); /* else a statement was left in use */
  g_clear_error (&database->unsettled);
  g_free (database);
}

gboolean
paraph_database_check (ParaphDatabase *database, GError **error)
{
  g_autofree char *integrity = NULL;
  g_autofree char *foreign = NULL;

  if (!paraph_database_is_usable (database, error)
      || !ask (database, "PRAGMA integrity_check(1)", &integrity, error)
      || !ask (database, "PRAGMA foreign_key_check", &foreign, error))
    return FALSE;
  if (g_strcmp0 (integrity, "ok") == 0 && foreign == NULL)
    return TRUE;
  g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_DAMAGED, "check of the database: %s",
               foreign != NULL ? "a row refers to nothing" : integrity);
  return FALSE;
}

static gboolean
settle (ParaphDatabase *self, GError **error)
{
  g_autofree char *rewrite =
      g_strdup_printf ("PRAGMA user_version = %u", paraph_database_schema_version ());

  if (tell (self, "BEGIN IMMEDIATE", error) && tell (self, rewrite, error)
      && tell (self, "COMMIT", error))
    {
      g_clear_error (&self->unsettled);
      return TRUE;
    }
  paraph_database_rollback (self);
  return FALSE;
}

gboolean
paraph_database_begin (ParaphDatabase *database, GError **error)
{
  g_assert (database->thread == g_thread_self ());
  g_assert (!database->in_transaction && database->lost == NULL);
  if (database->unsettled != NULL && !settle (database, error))
    return FALSE;
  if (!tell (database, "BEGIN IMMEDIATE", error))
    return FALSE;
  database->in_transaction = TRUE;
  return TRUE;
}

gboolean
paraph_database_commit (ParaphDatabase *database, GError **error)
{
  g_autoptr (GError) failure = NULL;

  g_assert (database->in_transaction);
  if (!paraph_database_is_usable (database, error))
    {
      paraph_database_rollback (database);
      return FALSE;
    }
  if (tell (database, "COMMIT", &failure))
    {
      database->in_transaction = FALSE;
      return TRUE;
    }
  paraph_database_rollback (database);
  if (database->unsettled == NULL)
    database->unsettled = g_error_copy (failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

void
paraph_database_rollback (ParaphDatabase *database)
{
  g_assert (database->thread == g_thread_self ());
  database->in_transaction = FALSE;
  g_clear_error (&database->lost);
  /* Whatever ROLLBACK says, closing or the next begin shows it: nothing else can be done here. */
  if (database->handle != NULL && !sqlite3_get_autocommit (database->handle))
    (void) tell (database, "ROLLBACK", NULL);
}

gboolean
paraph_database_is_in_transaction (ParaphDatabase *database)
{
  return database->in_transaction;
}

gboolean
paraph_database_savepoint (ParaphDatabase *database, ParaphSavepoint name, GError **error)
{
  g_assert (database->in_transaction);
  return paraph_database_is_usable (database, error)
         && tell (database, savepoint_sql[name][0], error);
}

gboolean
paraph_database_release (ParaphDatabase *database, ParaphSavepoint name, GError **error)
{
  g_assert (database->in_transaction);
  return paraph_database_is_usable (database, error)
         && tell (database, savepoint_sql[name][1], error);
}

gboolean
paraph_database_undo (ParaphDatabase *database, ParaphSavepoint name, GError **error)
{
  g_assert (database->in_transaction);
  /* Rolling back to a savepoint leaves it open. */
  return paraph_database_is_usable (database, error)
         && tell (database, savepoint_sql[name][2], error)
         && tell (database, savepoint_sql[name][1], error);
}
