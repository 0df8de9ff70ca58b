#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/column.h"
#include "store/database.h"
#include "store/statement.h"
#include "tests/support/store-test.h"

static const char insert_sql[] = "INSERT INTO setting (key, value) VALUES (?, ?)";
static const char count_sql[] = "SELECT count (*) FROM setting";

typedef struct
{
  TestHome home;
  char *path; /* owned */
  ParaphDatabase *database;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  GError *error = NULL;
  int fd;

  (void) unused;
  test_home_init (&self->home);
  self->path = g_build_filename (self->home.parent, "test.db", NULL);
  fd = g_open (self->path, O_CREAT | O_EXCL | O_WRONLY, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (close (fd), ==, 0);
  self->database = paraph_database_open (self->path, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  (void) unused;
  paraph_database_close (self->database);
  g_free (self->path);
  test_home_clear (&self->home);
}

static gboolean
run (ParaphDatabase *database, const char *sql, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_statement_init (&statement, database, sql);
  return paraph_statement_step (&statement, error) != PARAPH_STEP_FAILED;
}

static gboolean
insert (ParaphDatabase *database, const char *key, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_statement_init (&statement, database, insert_sql);
  paraph_statement_bind_text (&statement, key);
  paraph_statement_bind_text (&statement, "value");
  return paraph_statement_run (&statement, NULL, error);
}

static gint64
count (ParaphDatabase *database)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_statement_init (&statement, database, count_sql);
  g_assert_cmpint (paraph_statement_step (&statement, NULL), ==, PARAPH_STEP_ROW);
  return paraph_column_int (&statement, 0);
}

static void
refuses_what_leads_outside (Fixture *self, gconstpointer unused)
{
  static const char *const refused[] = {
    "ATTACH DATABASE ':memory:' AS other",
    "DETACH DATABASE main",
    "VACUUM",
    "SELECT load_extension ('nothing')",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = OFF",
    "PRAGMA writable_schema = ON",
    "PRAGMA key",
    "CREATE TABLE other (x)",
    "CREATE TEMP TABLE other (x)",
    "DROP TABLE setting",
    "ALTER TABLE setting ADD COLUMN x",
  };

  (void) unused;
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("%s", refused[i]);
      g_assert_false (run (self->database, refused[i], NULL));
      assert_done (paraph_database_begin (self->database, E));
      g_assert_false (run (self->database, refused[i], NULL));
      paraph_database_rollback (self->database);
    }
}

static void
writes_only_in_a_transaction (Fixture *self, gconstpointer unused)
{
  (void) unused;
  assert_fails (insert (self->database, "a", E), PARAPH_STORE_ERROR_INTERNAL);
  assert_done (paraph_database_begin (self->database, E));
  assert_done (insert (self->database, "a", E));
  assert_done (paraph_database_commit (self->database, E));
  g_assert_cmpint (count (self->database), ==, 1);
}

static void
rolls_back (Fixture *self, gconstpointer unused)
{
  (void) unused;
  assert_done (paraph_database_begin (self->database, E));
  assert_done (insert (self->database, "a", E));
  paraph_database_rollback (self->database);
  g_assert_false (paraph_database_is_in_transaction (self->database));
  g_assert_cmpint (count (self->database), ==, 0);
}

static void
undoes_to_the_savepoint (Fixture *self, gconstpointer unused)
{
  (void) unused;
  assert_done (paraph_database_begin (self->database, E));
  assert_done (paraph_database_savepoint (self->database, PARAPH_SAVEPOINT_ARRIVAL, E));
  assert_done (insert (self->database, "kept", E));
  assert_done (paraph_database_savepoint (self->database, PARAPH_SAVEPOINT_SESSION, E));
  assert_done (insert (self->database, "undone", E));
  assert_done (paraph_database_savepoint (self->database, PARAPH_SAVEPOINT_SESSION, E));
  assert_done (insert (self->database, "undone too", E));
  assert_done (paraph_database_release (self->database, PARAPH_SAVEPOINT_SESSION, E));
  assert_done (paraph_database_undo (self->database, PARAPH_SAVEPOINT_SESSION, E));
  assert_done (paraph_database_release (self->database, PARAPH_SAVEPOINT_ARRIVAL, E));
  assert_done (paraph_database_commit (self->database, E));
  g_assert_cmpint (count (self->database), ==, 1);
}

/* Undo ends the savepoint: a second undo would otherwise find it open. */
static void
undo_closes_the_savepoint (Fixture *self, gconstpointer unused)
{
  (void) unused;
  assert_done (paraph_database_begin (self->database, E));
  assert_done (paraph_database_savepoint (self->database, PARAPH_SAVEPOINT_STEP, E));
  assert_done (paraph_database_undo (self->database, PARAPH_SAVEPOINT_STEP, E));
  assert_fails (paraph_database_release (self->database, PARAPH_SAVEPOINT_STEP, E),
                PARAPH_STORE_ERROR_INTERNAL);
  paraph_database_rollback (self->database);
}

static void
keeps_what_a_refusal_did_not_touch (Fixture *self, gconstpointer unused)
{
  (void) unused;
  assert_done (paraph_database_begin (self->database, E));
  assert_done (insert (self->database, "a", E));
  assert_fails (insert (self->database, "a", E), PARAPH_STORE_ERROR_REFUSED);
  assert_fails (insert (self->database, "", E), PARAPH_STORE_ERROR_REFUSED);
  assert_fails (insert (self->database, "\xff", E), PARAPH_STORE_ERROR_REFUSED);
  assert_done (insert (self->database, "b", E));
  assert_done (paraph_database_commit (self->database, E));
  g_assert_cmpint (count (self->database), ==, 2);
}

static void
refuses_numbers_of_2_63 (Fixture *self, gconstpointer unused)
{
  static const char sql[] = "SELECT ?";
  g_auto (ParaphStatement) statement = { 0 };

  (void) unused;
  paraph_statement_init (&statement, self->database, sql);
  paraph_statement_bind_unsigned (&statement, (guint64) G_MAXINT64 + 1);
  assert_fails (paraph_statement_step (&statement, E) != PARAPH_STEP_FAILED,
                PARAPH_STORE_ERROR_REFUSED);
}

static void
reports_a_column_of_another_size (Fixture *self, gconstpointer unused)
{
  static const char sql[] = "SELECT x'0102'";
  g_auto (ParaphStatement) statement = { 0 };
  ParaphId id;

  (void) unused;
  paraph_statement_init (&statement, self->database, sql);
  g_assert_cmpint (paraph_statement_step (&statement, NULL), ==, PARAPH_STEP_ROW);
  id = paraph_column_id (&statement, 0);
  g_assert_true (paraph_id_is_zero (&id));
  assert_fails (paraph_statement_step (&statement, E) != PARAPH_STEP_FAILED,
                PARAPH_STORE_ERROR_DAMAGED);
}

/* POSIX locks do not bind the process that holds them: another one has to try. */
static void
refuses_a_second_process (Fixture *self, gconstpointer unused)
{
  int status = 0;
  pid_t child = fork ();

  (void) unused;
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      GError *error = NULL;
      ParaphDatabase *other = paraph_database_open (self->path, NULL, &error);

      _exit (other == NULL && g_error_matches (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_IN_USE)
                 ? 0
                 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

static void
truncates_the_journal (Fixture *self, gconstpointer unused)
{
  g_autofree char *journal = g_strconcat (self->path, "-journal", NULL);
  struct stat info;

  (void) unused;
  assert_done (paraph_database_begin (self->database, E));
  assert_done (insert (self->database, "a", E));
  assert_done (paraph_database_commit (self->database, E));
  g_assert_cmpint (stat (journal, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
change_file (Fixture *self, const char *sql)
{
  sqlite3 *raw = NULL;

  g_clear_pointer (&self->database, paraph_database_close);
  g_assert_cmpint (sqlite3_open (self->path, &raw), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (raw, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (raw), ==, SQLITE_OK);
}

static void
leaves_untouched (Fixture *self, const char *sql, ParaphStoreError code)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_size = 0;
  gsize after_size = 0;

  change_file (self, sql);
  g_assert_true (g_file_get_contents (self->path, &before, &before_size, NULL));
  assert_fails (paraph_database_open (self->path, NULL, E) != NULL, code);
  g_assert_true (g_file_get_contents (self->path, &after, &after_size, NULL));
  g_assert_cmpmem (before, before_size, after, after_size);
}

static void
leaves_a_newer_schema_untouched (Fixture *self, gconstpointer unused)
{
  (void) unused;
  leaves_untouched (self, "PRAGMA user_version = 999", PARAPH_STORE_ERROR_NEWER);
}

static void
leaves_another_programs_file_untouched (Fixture *self, gconstpointer unused)
{
  (void) unused;
  leaves_untouched (self, "PRAGMA application_id = 7", PARAPH_STORE_ERROR_NOT_A_STORE);
}

static void
finds_damage (Fixture *self, gconstpointer unused)
{
  (void) unused;
  assert_done (paraph_database_check (self->database, E));
  change_file (self, "PRAGMA foreign_keys = OFF;"
                     "INSERT INTO signature VALUES (7, zeroblob (32), zeroblob (64));");
  self->database = paraph_database_open (self->path, NULL, NULL);
  g_assert_nonnull (self->database);
  assert_fails (paraph_database_check (self->database, E), PARAPH_STORE_ERROR_DAMAGED);
}

static void
says_what_is_no_database (Fixture *self, gconstpointer unused)
{
  (void) unused;
  g_clear_pointer (&self->database, paraph_database_close);
  {
    g_autofree char *noise = g_strnfill (8192, 'n');

    g_assert_true (g_file_set_contents (self->path, noise, 8192, NULL));
  }
  assert_fails (paraph_database_open (self->path, NULL, E) != NULL, PARAPH_STORE_ERROR_DAMAGED);
}

int
main (int argc, char **argv)
{
#define ADD(name, function) \
  g_test_add ("/database/" name, Fixture, NULL, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("refuses-what-leads-outside", refuses_what_leads_outside);
  ADD ("writes-only-in-a-transaction", writes_only_in_a_transaction);
  ADD ("rolls-back", rolls_back);
  ADD ("undoes-to-the-savepoint", undoes_to_the_savepoint);
  ADD ("undo-closes-the-savepoint", undo_closes_the_savepoint);
  ADD ("keeps-what-a-refusal-did-not-touch", keeps_what_a_refusal_did_not_touch);
  ADD ("refuses-numbers-of-2-63", refuses_numbers_of_2_63);
  ADD ("reports-a-column-of-another-size", reports_a_column_of_another_size);
  ADD ("refuses-a-second-process", refuses_a_second_process);
  ADD ("truncates-the-journal", truncates_the_journal);
  ADD ("leaves-a-newer-schema-untouched", leaves_a_newer_schema_untouched);
  ADD ("leaves-another-programs-file-untouched", leaves_another_programs_file_untouched);
  ADD ("finds-damage", finds_damage);
  ADD ("says-what-is-no-database", says_what_is_no_database);
  return g_test_run ();
}
