#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/home-files.h"
#include "store/outbox-table.h"
#include "store/secret-table.h"
#include "store/setting-table.h"
#include "store/talk-table.h"
#include "tests/support/fault-vfs.h"
#include "tests/support/store-test.h"

/* What follows kills or fails a home at every single step that changes a file: those of SQLite
 * through the fault VFS, those of the key file through the wrappers below (meson.build links
 * them in place of the C library's). */

#define TRANSACTIONS 25

int __wrap_fsync (int fd);
int __real_fsync (int fd);
int __wrap_rename (const char *from, const char *to);
int __real_rename (const char *from, const char *to);
int __wrap_unlink (const char *path);
int __real_unlink (const char *path);
gssize __wrap_write (int fd, const void *bytes, gsize size);
gssize __real_write (int fd, const void *bytes, gsize size);

/* A test's own writing does not count. */
static gboolean is_counting;

static gboolean
is_struck (gboolean can_tear, FaultKind *ret_kind)
{
  *ret_kind = is_counting ? fault_strike (can_tear) : FAULT_NONE;
  if (*ret_kind == FAULT_NONE || *ret_kind == FAULT_TORN)
    return FALSE;
  errno = *ret_kind == FAULT_FULL ? ENOSPC : EIO;
  return TRUE;
}

int
__wrap_fsync (int fd)
{
  FaultKind kind;

  return is_struck (FALSE, &kind) ? -1 : __real_fsync (fd);
}

int
__wrap_rename (const char *from, const char *to)
{
  FaultKind kind;

  return is_struck (FALSE, &kind) ? -1 : __real_rename (from, to);
}

int
__wrap_unlink (const char *path)
{
  FaultKind kind;

  return is_struck (FALSE, &kind) ? -1 : __real_unlink (path);
}

gssize
__wrap_write (int fd, const void *bytes, gsize size)
{
  FaultKind kind;

  if (is_struck (TRUE, &kind))
    return -1;
  if (kind != FAULT_TORN)
    return __real_write (fd, bytes, size);
  (void) !__real_write (fd, bytes, size / 2);
  fault_exit ();
}

static gboolean
write_outbox (ParaphStore *store, guint number, GError **error)
{
  g_autofree char *text = g_strnfill (6000 + number, 'x');
  g_autoptr (GBytes) content = test_bytes (text);
  g_autoptr (GBytes) wrap = test_bytes ("wrap");
  ParaphOutboxRow row = {
    .id = test_id (number),
    .content = test_hash (content),
    .device = test_id (1),
    .mailbox = (char *) (guintptr) "pouch",
    .wrap_type = 3,
    .wrap = wrap,
    .needs_receipt = TRUE,
  };

  return paraph_outbox_table_add_content (store, &row.content, content, error)
         && paraph_outbox_table_add (store, &row, error);
}

/* Transaction NUMBER: something in several tables, and the deletion of what an earlier one
 * wrote. All of it, or nothing, may be there afterwards. */
static gboolean
write_things (ParaphStore *store, guint number, GError **error)
{
  g_autofree char *key = g_strdup_printf ("transaction-%u", number);
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  ParaphId device = test_id (1);
  ParaphId earlier = test_id (number - 2);
  ParaphId about;
  gboolean is_last;

  g_assert_cmpint (paraph_secret_new_copy ("test", key, strlen (key), &secret), ==, 0);
  return paraph_setting_table_set (store, key, "done", error)
         && paraph_secret_table_put (store, key, secret, error)
         && write_outbox (store, number, error)
         && paraph_outbox_table_receive (store, &earlier, &device, &about, &is_last, error);
}

static gboolean
run_transaction (ParaphStore *store, guint number, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (store);

  if (!paraph_database_begin (database, error))
    return FALSE;
  if (write_things (store, number, error))
    return paraph_database_commit (database, error);
  paraph_database_rollback (database);
  return FALSE;
}

static gboolean
has_transaction (ParaphStore *store, guint number)
{
  g_autofree char *key = g_strdup_printf ("transaction-%u", number);
  g_autofree char *value = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;

  assert_done (paraph_setting_table_get (store, key, &value, E));
  assert_done (paraph_secret_table_get (store, key, "test", &secret, E));
  g_assert_true ((value == NULL) == (secret == NULL));
  return value != NULL;
}

/* Everything up to ACKNOWLEDGED is there; then perhaps one more; nothing in part. Returns how
 * many are there. */
static guint
check_things (ParaphStore *store, guint acknowledged)
{
  ParaphOutboxCounts counts;
  guint found = 0;

  assert_done (paraph_database_check (paraph_store_get_database (store), E));
  while (found < TRANSACTIONS && has_transaction (store, found + 1))
    found++;
  for (guint number = found + 1; number <= TRANSACTIONS; number++)
    g_assert_false (has_transaction (store, number));
  g_assert_cmpuint (found, >=, acknowledged);
  g_assert_cmpuint (found, <=, acknowledged + 1);
  assert_done (paraph_outbox_table_count (store, &counts, E));
  g_assert_cmpuint (counts.queued, ==, MIN (found, 2));
  return found;
}

static void
arm (FaultKind kind, guint at, gboolean lasting)
{
  fault_vfs_arm (kind, at, lasting);
  is_counting = TRUE;
}

static void
disarm (void)
{
  is_counting = FALSE;
  fault_vfs_disarm ();
}

/* In a child: opens, runs all transactions and closes, saying each commit into PIPE. */
G_NORETURN static void
run_child (TestHome *home, FaultKind kind, guint at, int pipe)
{
  ParaphStore *store;
  gboolean is_well = TRUE;

  arm (kind, at, FALSE);
  store = paraph_store_open (&home->opening, NULL);
  for (guint number = 1; store != NULL && is_well && number <= TRANSACTIONS; number++)
    {
      is_well = run_transaction (store, number, NULL);
      if (is_well)
        is_well = __real_write (pipe, "+", 1) == 1;
    }
  _exit (is_well && store != NULL && paraph_store_close (store, NULL) ? 0 : 1);
}

/* Returns the child's exit status and how many commits it said. */
static int
run_killed (TestHome *home, FaultKind kind, guint at, guint *ret_acknowledged)
{
  int ends[2];
  int status = 0;
  char byte;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    run_child (home, kind, at, ends[1]);
  g_assert_cmpint (close (ends[1]), ==, 0);
  *ret_acknowledged = 0;
  while (read (ends[0], &byte, 1) == 1)
    *ret_acknowledged += 1;
  g_assert_cmpint (close (ends[0]), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

/* Every step of the opening and the first transactions, then every 23rd, which meets each
 * kind of step in some transaction. All of them where thoroughness is asked for. */
static guint
get_stride (guint at)
{
  return at <= 60 || g_test_thorough () ? 1 : 23;
}

static void
loses_nothing_when_killed_at (FaultKind kind)
{
  int status = FAULT_EXIT_STATUS;
  guint at = 1;

  fault_vfs_register ();
  while (status == FAULT_EXIT_STATUS)
    {
      TestHome home;
      ParaphStore *store;
      guint acknowledged = 0;

      test_home_init (&home);
      assert_done (paraph_store_create (&home.opening, E));
      home.opening.vfs = FAULT_VFS_NAME;
      status = run_killed (&home, kind, at, &acknowledged);
      at += get_stride (at);
      home.opening.vfs = NULL;
      store = test_home_open (&home);
      check_things (store, acknowledged);
      test_home_end (&home, store);
    }
  g_assert_cmpint (status, ==, 0);
  g_test_message ("%u steps", at);
  g_assert_cmpuint (at, >, 4 * TRANSACTIONS);
}

static void
loses_nothing_when_killed (void)
{
  loses_nothing_when_killed_at (FAULT_EXIT);
}

static void
loses_nothing_when_killed_in_a_write (void)
{
  loses_nothing_when_killed_at (FAULT_TORN);
}

/* Fails one step; what failed was not done, what came after works, and nothing is lost. */
static gboolean
goes_on_after (FaultKind kind, guint at, gboolean lasting)
{
  TestHome home;
  ParaphStore *store;
  gboolean has_struck;
  guint acknowledged = 0;

  test_home_init (&home);
  home.opening.vfs = FAULT_VFS_NAME;
  assert_done (paraph_store_create (&home.opening, E));
  store = test_home_open (&home);
  arm (kind, at, lasting);
  while (acknowledged < TRANSACTIONS && run_transaction (store, acknowledged + 1, NULL))
    acknowledged++;
  has_struck = fault_vfs_count () >= at;
  g_assert_true (has_struck || acknowledged == TRANSACTIONS);
  disarm ();
  test_begin (store);
  acknowledged = check_things (store, acknowledged);
  test_commit (store);
  while (acknowledged < TRANSACTIONS)
    assert_done (run_transaction (store, ++acknowledged, E));
  check_things (store, TRANSACTIONS);
  assert_done (paraph_store_close (store, E));
  store = test_home_open (&home);
  check_things (store, TRANSACTIONS);
  test_home_end (&home, store);
  return has_struck;
}

static void
goes_on_after_a_full_disk (void)
{
  guint at = 1;

  fault_vfs_register ();
  while (goes_on_after (FAULT_FULL, at, TRUE))
    at += get_stride (at);
  g_assert_cmpuint (at, >, TRANSACTIONS);
}

static void
goes_on_after_an_input_output_error (void)
{
  guint at = 1;

  fault_vfs_register ();
  while (goes_on_after (FAULT_IO, at, FALSE))
    at += get_stride (at);
  g_assert_cmpuint (at, >, TRANSACTIONS);
}

/* Creation, killed at each step: it can be repeated, and once it was done it is done. */
static int
create_killed (TestHome *home, guint at)
{
  int status = 0;
  pid_t child = fork ();

  if (child == 0)
    {
      arm (FAULT_TORN, at, FALSE);
      _exit (paraph_store_create (&home->opening, NULL) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
repeats_a_creation (void)
{
  int status = FAULT_EXIT_STATUS;
  guint at = 0;

  fault_vfs_register ();
  while (status == FAULT_EXIT_STATUS)
    {
      TestHome home;
      ParaphStore *store;
      GError *error = NULL;

      test_home_init (&home);
      home.opening.vfs = FAULT_VFS_NAME;
      status = create_killed (&home, ++at);
      store = paraph_store_open (&home.opening, &error);
      if (store == NULL)
        {
          g_assert_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_NOT_A_STORE);
          g_clear_error (&error);
          assert_done (paraph_store_create (&home.opening, E));
          store = test_home_open (&home);
        }
      test_home_end (&home, store);
    }
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpuint (at, >, 15);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/loses-nothing-when-killed", loses_nothing_when_killed);
  g_test_add_func ("/crash/loses-nothing-when-killed-in-a-write",
                   loses_nothing_when_killed_in_a_write);
  g_test_add_func ("/crash/goes-on-after-a-full-disk", goes_on_after_a_full_disk);
  g_test_add_func ("/crash/goes-on-after-an-input-output-error",
                   goes_on_after_an_input_output_error);
  g_test_add_func ("/crash/repeats-a-creation", repeats_a_creation);
  return g_test_run ();
}
