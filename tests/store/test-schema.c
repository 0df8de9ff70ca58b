#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/column.h"
#include "store/database.h"
#include "store/statement.h"
#include "tests/support/store-test.h"

/* Reads the SQL out of the sources themselves, so that no statement can be forgotten: everything
 * of the form   static const char NAME_sql[] = "..." MACRO "...";   in store/...-table.c. */

typedef struct
{
  char *name; /* file and constant */
  char *sql;
} Found;

static void
found_free (gpointer data)
{
  Found *self = data;

  g_free (self->name);
  g_free (self->sql);
  g_free (self);
}

static char *
replace_all (const char *text, const char *pattern, const char *replacement)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_DOTALL, 0, NULL);

  g_assert_nonnull (regex);
  return g_regex_replace_literal (regex, text, -1, 0, replacement, 0, NULL);
}

/* The strings of a definition put together; macros of the same file in between are looked up. */
static char *
join_strings (const char *definition, GHashTable *macros)
{
  g_autoptr (GRegex) regex = g_regex_new ("\"((?:[^\"\\\\]|\\\\.)*)\"|([A-Z_]+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GString *joined = g_string_new (NULL);

  g_regex_match (regex, definition, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *string = g_match_info_fetch (match, 1);
      g_autofree char *macro = g_match_info_fetch (match, 2);
      const char *value =
          macro != NULL && *macro != '\0' ? g_hash_table_lookup (macros, macro) : string;

      g_assert_nonnull (value);
      g_string_append (joined, value);
    }
  return g_string_free (joined, FALSE);
}

static GHashTable *
read_macros (const char *source)
{
  GHashTable *macros = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GRegex) regex = g_regex_new ("#define ([A-Z_]+)[ \\n]+(\"[^\\n]*)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_regex_match (regex, source, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *value = g_match_info_fetch (match, 2);

      g_hash_table_insert (macros, g_match_info_fetch (match, 1), join_strings (value, macros));
    }
  return macros;
}

static void
read_file (GPtrArray *all, const char *path, const char *name)
{
  g_autofree char *text = NULL;
  g_autofree char *source = NULL;
  g_autoptr (GHashTable) macros = NULL;
  g_autoptr (GRegex) regex =
      g_regex_new ("static const char (\\w+_sql)\\[\\]\\s*=([^;]*);", G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  source = replace_all (text, "[ ]*\\\\\\n[ ]*", " ");
  macros = read_macros (source);
  g_regex_match (regex, source, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *constant = g_match_info_fetch (match, 1);
      g_autofree char *definition = g_match_info_fetch (match, 2);
      Found *found = g_new0 (Found, 1);

      found->name = g_strdup_printf ("%s:%s", name, constant);
      found->sql = join_strings (definition, macros);
      g_ptr_array_add (all, found);
    }
}

static GPtrArray *
read_all (void)
{
  const char *root = g_getenv ("PARAPH_SOURCE_ROOT");
  g_autofree char *folder = NULL;
  GPtrArray *all = g_ptr_array_new_with_free_func (found_free);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (root == NULL)
    return all;
  folder = g_build_filename (root, "store", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, "-table.c"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        read_file (all, path, name);
      }
  return all;
}

typedef struct
{
  TestHome home;
  char *path; /* owned */
  ParaphDatabase *database;
  GPtrArray *all;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  GError *error = NULL;

  (void) unused;
  test_home_init (&self->home);
  self->path = g_build_filename (self->home.parent, "test.db", NULL);
  g_assert_true (g_file_set_contents (self->path, "", 0, NULL));
  self->database = paraph_database_open (self->path, NULL, &error);
  g_assert_no_error (error);
  self->all = read_all ();
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  (void) unused;
  paraph_database_close (self->database);
  g_ptr_array_unref (self->all);
  g_free (self->path);
  test_home_clear (&self->home);
}

static gboolean
has_sources (Fixture *self)
{
  if (g_getenv ("PARAPH_SOURCE_ROOT") == NULL)
    g_test_skip ("PARAPH_SOURCE_ROOT is not set");
  else
    g_assert_cmpuint (self->all->len, >=, 100);
  return self->all->len > 0;
}

static void
prepares_every_statement (Fixture *self, gconstpointer unused)
{
  (void) unused;
  if (!has_sources (self))
    return;
  assert_done (paraph_database_begin (self->database, E));
  for (guint i = 0; i < self->all->len; i++)
    {
      const Found *found = g_ptr_array_index (self->all, i);
      g_auto (ParaphStatement) statement = { 0 };

      paraph_statement_init (&statement, self->database, found->sql);
      if (statement.error != NULL)
        g_error ("%s: %s", found->name, statement.error->message);
    }
  paraph_database_rollback (self->database);
}

/* Whole tables on purpose: everything placed when a home is opened, short lists of everything
 * there is, and sums over a table that is bounded. */
static gboolean
may_scan (const char *name)
{
  static const char *const allowed[] = {
    "address-table.c:list_sql",         "comparison-table.c:list_sql",
    "door-table.c:list_refused_sql",    "door-table.c:list_strangers_sql",
    "held-table.c:count_sql",           "held-table.c:list_sql",
    "inbox-table.c:list_held_sql",      "inbox-table.c:total_held_sql",
    "notice-table.c:count_unseen_sql",  "outbox-table.c:drop_unused_sql",
    "prekey-table.c:current_sql",       "prekey-table.c:expire_signed_sql",
    "prekey-table.c:retire_signed_sql", "sync-table.c:list_receipt_peers_sql",
    "waiting-table.c:list_missing_sql", NULL,
  };

  return g_strv_contains (allowed, name);
}

/* A plan's step that reads a whole table or index; the rows of a subquery and a constant are not
 * tables. */
static gboolean
is_scan (const char *step)
{
  return g_str_has_prefix (step, "SCAN ") && !g_str_has_prefix (step, "SCAN CONSTANT")
         && !g_str_has_prefix (step, "SCAN (");
}

static void
check_plan (ParaphDatabase *database, const Found *found)
{
  g_autofree char *text = g_strconcat ("EXPLAIN QUERY PLAN ", found->sql, NULL);
  const char *sql = g_intern_string (text); /* statements are kept by the address of their SQL */
  g_auto (ParaphStatement) statement = { 0 };
  int parameters = 0;

  paraph_statement_init (&statement, database, sql);
  g_assert_no_error (statement.error);
  for (const char *at = found->sql; *at != '\0'; at++)
    parameters += *at == '?' && !g_ascii_isdigit (at[1]);
  for (int number = 9; number > 0 && parameters == 0; number--)
    {
      char place[3] = { '?', (char) ('0' + number), '\0' };

      if (strstr (found->sql, place) != NULL)
        parameters = number;
    }
  while (parameters-- > 0)
    paraph_statement_bind_int (&statement, 1);
  while (paraph_statement_step (&statement, NULL) == PARAPH_STEP_ROW)
    {
      g_autofree char *step = paraph_column_text (&statement, 3);

      if (is_scan (step) && !may_scan (found->name))
        g_error ("%s: %s", found->name, step);
    }
}

static void
scans_no_table_on_the_way (Fixture *self, gconstpointer unused)
{
  (void) unused;
  if (!has_sources (self))
    return;
  assert_done (paraph_database_begin (self->database, E));
  for (guint i = 0; i < self->all->len; i++)
    check_plan (self->database, g_ptr_array_index (self->all, i));
  paraph_database_rollback (self->database);
}

static void
keeps_every_table_strict (Fixture *self, gconstpointer unused)
{
  static const char sql[] = "SELECT count (*) FROM sqlite_schema WHERE type = 'table'"
                            " AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
                            " AND sql NOT LIKE '%STRICT%'";
  static const char count_sql[] = "SELECT count (*) FROM sqlite_schema WHERE type = 'table'";
  g_auto (ParaphStatement) statement = { 0 };
  g_auto (ParaphStatement) count = { 0 };

  (void) unused;
  paraph_statement_init (&statement, self->database, sql);
  g_assert_cmpint (paraph_statement_step (&statement, NULL), ==, PARAPH_STEP_ROW);
  g_assert_cmpint (paraph_column_int (&statement, 0), ==, 0);
  paraph_statement_init (&count, self->database, count_sql);
  g_assert_cmpint (paraph_statement_step (&count, NULL), ==, PARAPH_STEP_ROW);
  g_assert_cmpint (paraph_column_int (&count, 0), >=, 25);
}

static void
keeps_the_schema_when_opened_again (Fixture *self, gconstpointer unused)
{
  GError *error = NULL;

  (void) unused;
  g_clear_pointer (&self->database, paraph_database_close);
  self->database = paraph_database_open (self->path, NULL, &error);
  g_assert_no_error (error);
  assert_done (paraph_database_check (self->database, E));
}

int
main (int argc, char **argv)
{
#define ADD(name, function) g_test_add ("/schema/" name, Fixture, NULL, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("prepares-every-statement", prepares_every_statement);
  ADD ("scans-no-table-on-the-way", scans_no_table_on_the_way);
  ADD ("keeps-every-table-strict", keeps_every_table_strict);
  ADD ("keeps-the-schema-when-opened-again", keeps_the_schema_when_opened_again);
  return g_test_run ();
}
