#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/home-files.h"
#include "store/secret-table.h"
#include "store/setting-table.h"
#include "tests/support/store-test.h"

/* A file of the home as it was, to be put back. */
typedef struct
{
  char *path;
  char *bytes;
  gsize size;
} Copy;

static Copy
copy_file (const TestHome *home, const char *name)
{
  Copy copy = { g_build_filename (home->directory, name, NULL), NULL, 0 };

  g_assert_true (g_file_get_contents (copy.path, &copy.bytes, &copy.size, NULL));
  return copy;
}

/* In place and with plain writes: the library under test is not asked. */
static void
put_back (Copy *copy)
{
  FILE *file = g_fopen (copy->path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpint (fwrite (copy->bytes, 1, copy->size, file), ==, copy->size);
  g_assert_cmpint (fclose (file), ==, 0);
  g_free (copy->path);
  g_free (copy->bytes);
}

static void
run_once (TestHome *home)
{
  assert_done (paraph_store_close (test_home_open (home), E));
}

/* Ends the process in the middle of things, as a power cut would, while the home is open. */
static void
crash_while_open (TestHome *home)
{
  pid_t child = fork ();
  int status = 0;

  if (child == 0)
    _exit (paraph_store_open (&home->opening, NULL) != NULL ? 0 : 1);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static void
new_closed_home (TestHome *home)
{
  test_home_init (home);
  assert_done (paraph_store_create (&home->opening, E));
}

static gboolean
opens (TestHome *home, GError **error)
{
  ParaphStore *store = paraph_store_open (&home->opening, error);

  return store != NULL && paraph_store_close (store, NULL);
}

static void
closes_its_files_to_others (void)
{
  static const char *const names[] = { "", "store.db", "store.key", "store.db-journal" };
  TestHome home;
  ParaphStore *store = test_home_new (&home);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (home.directory, names[i], NULL);
      struct stat info;

      g_assert_cmpint (stat (path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, i == 0 ? 0700 : 0600);
    }
  test_home_end (&home, store);
}

static void
keeps_what_was_committed (void)
{
  TestHome home;
  ParaphStore *store = test_home_new (&home);
  g_autofree char *value = NULL;

  test_begin (store);
  assert_done (paraph_setting_table_set (store, "person", "Ірина", E));
  test_commit (store);
  assert_done (paraph_store_close (store, E));
  store = test_home_open (&home);
  g_assert_false (paraph_store_was_unclean (store));
  assert_done (paraph_setting_table_get (store, "person", &value, E));
  g_assert_cmpstr (value, ==, "Ірина");
  test_home_end (&home, store);
}

static void
refuses_another_key (void)
{
  TestHome home;
  ParaphSecret *right;
  Copy database;
  Copy key;

  new_closed_home (&home);
  database = copy_file (&home, "store.db");
  key = copy_file (&home, "store.key");
  right = home.key;
  g_assert_cmpint (paraph_secret_new_random ("test key", 32, &home.key), ==, 0);
  home.opening.key = home.key;
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_WRONG_KEY);
  {
    Copy after = copy_file (&home, "store.db");
    Copy key_after = copy_file (&home, "store.key");

    g_assert_cmpmem (database.bytes, database.size, after.bytes, after.size);
    g_assert_cmpmem (key.bytes, key.size, key_after.bytes, key_after.size);
    put_back (&after);
    put_back (&key_after);
  }
  put_back (&database);
  put_back (&key);
  paraph_secret_free (right);
  test_home_clear (&home);
}

static void
opens_with_a_passphrase (void)
{
  TestHome home;
  PARAPH_SECRET_AUTO ParaphSecret *passphrase = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *wrong = NULL;

  test_home_init (&home);
  g_assert_cmpint (paraph_secret_new_copy ("test", "six words of a list", 19, &passphrase), ==, 0);
  g_assert_cmpint (paraph_secret_new_copy ("test", "six words of a lisp", 19, &wrong), ==, 0);
  home.opening.key = NULL;
  home.opening.passphrase = passphrase;
  home.opening.cost = (ParaphPassphraseCost){ .memory = 8192, .passes = 1 };
  assert_done (paraph_store_create (&home.opening, E));
  assert_done (opens (&home, E));
  home.opening.passphrase = wrong;
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_WRONG_KEY);
  test_home_clear (&home);
}

static void
says_where_no_home_is (void)
{
  TestHome home;

  test_home_init (&home);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_NOT_A_STORE);
  g_assert_cmpint (g_mkdir (home.directory, 0700), ==, 0);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_NOT_A_STORE);
  test_home_clear (&home);
}

static void
makes_no_home_over_another (void)
{
  TestHome home;

  new_closed_home (&home);
  assert_fails (paraph_store_create (&home.opening, E), PARAPH_STORE_ERROR_EXISTS);
  run_once (&home);
  assert_fails (paraph_store_create (&home.opening, E), PARAPH_STORE_ERROR_EXISTS);
  test_home_clear (&home);
}

static void
refuses_a_missing_or_empty_database (void)
{
  TestHome home;
  g_autofree char *path = NULL;

  new_closed_home (&home);
  path = g_build_filename (home.directory, "store.db", NULL);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_DAMAGED);
  g_assert_cmpint (g_remove (path), ==, 0);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_DAMAGED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  test_home_clear (&home);
}

static void
refuses_half_a_page (void)
{
  TestHome home;
  Copy database;

  new_closed_home (&home);
  database = copy_file (&home, "store.db");
  database.size -= 100;
  put_back (&database);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_DAMAGED);
  test_home_clear (&home);
}

static void
refuses_an_altered_key_file (void)
{
  TestHome home;
  Copy key;

  new_closed_home (&home);
  key = copy_file (&home, "store.key");
  key.bytes[460] ^= 1; /* the generation */
  put_back (&key);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_DAMAGED);
  test_home_clear (&home);
}

static void
refuses_an_old_database (void)
{
  TestHome home;
  Copy old;

  new_closed_home (&home);
  old = copy_file (&home, "store.db");
  run_once (&home);
  put_back (&old);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_OLD_COPY);
  test_home_clear (&home);
}

static void
refuses_an_old_key_file (void)
{
  TestHome home;
  Copy old;

  new_closed_home (&home);
  old = copy_file (&home, "store.key");
  run_once (&home);
  put_back (&old);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_OLD_COPY);
  test_home_clear (&home);
}

static void
refuses_an_old_database_after_a_crash (void)
{
  TestHome home;
  Copy old;

  new_closed_home (&home);
  old = copy_file (&home, "store.db");
  run_once (&home);
  crash_while_open (&home);
  put_back (&old);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_OLD_COPY);
  test_home_clear (&home);
}

/* A run that ended without closing, and the database of the run before: no cut-off opening. */
static void
refuses_the_database_of_the_run_before_a_crash (void)
{
  TestHome home;
  Copy before;

  new_closed_home (&home);
  run_once (&home);
  before = copy_file (&home, "store.db");
  crash_while_open (&home);
  put_back (&before);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_OLD_COPY);
  test_home_clear (&home);
}

/* The same with the key file, which an opening that was cut off leaves as it was. */
static void
refuses_the_key_file_of_the_run_before_a_crash (void)
{
  TestHome home;
  Copy before;

  new_closed_home (&home);
  run_once (&home);
  before = copy_file (&home, "store.key");
  crash_while_open (&home);
  put_back (&before);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_OLD_COPY);
  test_home_clear (&home);
}

static void
notices_an_unclean_end (void)
{
  TestHome home;
  ParaphStore *store;

  new_closed_home (&home);
  crash_while_open (&home);
  store = test_home_open (&home);
  g_assert_true (paraph_store_was_unclean (store));
  assert_done (paraph_store_close (store, E));
  store = test_home_open (&home);
  g_assert_false (paraph_store_was_unclean (store));
  test_home_end (&home, store);
}

static void
refuses_a_second_process_and_a_second_open (void)
{
  TestHome home;
  ParaphStore *store = test_home_new (&home);
  int status = 0;
  pid_t child = fork ();

  if (child == 0)
    {
      GError *error = NULL;

      _exit (!opens (&home, &error)
                     && g_error_matches (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_IN_USE)
                 ? 0
                 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_IN_USE);
  assert_fails (paraph_store_create (&home.opening, E), PARAPH_STORE_ERROR_IN_USE);
  test_home_end (&home, store);
}

static void
leaves_no_secret_alive (void)
{
  TestHome home;
  PARAPH_SECRET_AUTO ParaphSecret *other = NULL;

  g_assert_cmpuint (paraph_secret_count (), ==, 0);
  test_home_end (&home, test_home_new (&home));
  g_assert_cmpuint (paraph_secret_count (), ==, 0);
  new_closed_home (&home);
  g_assert_cmpint (paraph_secret_new_random ("test key", 32, &other), ==, 0);
  home.opening.key = other;
  assert_fails (opens (&home, E), PARAPH_STORE_ERROR_WRONG_KEY);
  g_assert_cmpuint (paraph_secret_count (), ==, 2);
  test_home_clear (&home);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/closes-its-files-to-others", closes_its_files_to_others);
  g_test_add_func ("/store/keeps-what-was-committed", keeps_what_was_committed);
  g_test_add_func ("/store/refuses-another-key", refuses_another_key);
  g_test_add_func ("/store/opens-with-a-passphrase", opens_with_a_passphrase);
  g_test_add_func ("/store/says-where-no-home-is", says_where_no_home_is);
  g_test_add_func ("/store/makes-no-home-over-another", makes_no_home_over_another);
  g_test_add_func ("/store/refuses-a-missing-or-empty-database",
                   refuses_a_missing_or_empty_database);
  g_test_add_func ("/store/refuses-half-a-page", refuses_half_a_page);
  g_test_add_func ("/store/refuses-an-altered-key-file", refuses_an_altered_key_file);
  g_test_add_func ("/store/refuses-an-old-database", refuses_an_old_database);
  g_test_add_func ("/store/refuses-an-old-key-file", refuses_an_old_key_file);
  g_test_add_func ("/store/refuses-an-old-database-after-a-crash",
                   refuses_an_old_database_after_a_crash);
  g_test_add_func ("/store/refuses-the-database-of-the-run-before-a-crash",
                   refuses_the_database_of_the_run_before_a_crash);
  g_test_add_func ("/store/refuses-the-key-file-of-the-run-before-a-crash",
                   refuses_the_key_file_of_the_run_before_a_crash);
  g_test_add_func ("/store/notices-an-unclean-end", notices_an_unclean_end);
  g_test_add_func ("/store/refuses-a-second-process-and-a-second-open",
                   refuses_a_second_process_and_a_second_open);
  g_test_add_func ("/store/leaves-no-secret-alive", leaves_no_secret_alive);
  return g_test_run ();
}
