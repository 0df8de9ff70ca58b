#define _GNU_SOURCE /* memmem */
#include <sqlite3.h>
#include <string.h>

#include "crypto/session.h"
#include "store/assembly-table.h"
#include "store/prekey-table.h"
#include "store/secret-table.h"
#include "store/session-keeper.h"
#include "store/session-table.h"
#include "tests/support/store-test.h"

/* Sealed rows: they come back, and a row that was moved, altered or replaced does not. */

typedef struct
{
  TestHome home;
  ParaphStore *store;
} Fixture;

static void
put_secret (ParaphStore *store, const char *name, const char *text)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;

  g_assert_cmpint (paraph_secret_new_copy ("test", text, strlen (text), &secret), ==, 0);
  assert_done (paraph_secret_table_put (store, name, secret, E));
}

static void
set_up (Fixture *self, gconstpointer unused)
{
  ParaphId peer = test_id (1);
  ParaphId other = test_id (2);

  (void) unused;
  self->store = test_home_new (&self->home);
  test_begin (self->store);
  put_secret (self->store, "one", "first secret");
  put_secret (self->store, "two", "other secret");
  assert_done (paraph_session_table_put (self->store, &peer, (const guint8 *) "session", 7, E));
  assert_done (paraph_session_table_put (self->store, &other, (const guint8 *) "another", 7, E));
  assert_done (paraph_prekey_table_put (self->store, 1, (const guint8 *) "prekey 1", 8, E));
  assert_done (paraph_prekey_table_put (self->store, 2, (const guint8 *) "prekey 2", 8, E));
  test_commit (self->store);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  (void) unused;
  test_home_end (&self->home, self->store);
}

/* Changes the closed file behind the store's back. */
static void
change (Fixture *self, const char *sql)
{
  g_autofree char *path = g_build_filename (self->home.directory, "store.db", NULL);
  sqlite3 *raw = NULL;

  assert_done (paraph_store_close (self->store, E));
  g_assert_cmpint (sqlite3_open (path, &raw), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (raw, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_changes (raw), >, 0);
  g_assert_cmpint (sqlite3_close (raw), ==, SQLITE_OK);
  self->store = test_home_open (&self->home);
}

static gboolean
get_secret (Fixture *self, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;

  return paraph_secret_table_get (self->store, "one", "test", &secret, error);
}

static gboolean
get_session (Fixture *self, GError **error)
{
  ParaphId peer = test_id (1);
  g_autofree guint8 *bytes = NULL;
  gsize size = 0;

  return paraph_session_table_get (self->store, &peer, &bytes, &size, error);
}

static gboolean
get_prekey (Fixture *self, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;

  return paraph_prekey_table_get (self->store, 1, &secret, error);
}

static void
gives_back_secrets (Fixture *self, gconstpointer unused)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *absent = NULL;

  (void) unused;
  assert_done (paraph_secret_table_get (self->store, "one", "test", &secret, E));
  g_assert_cmpmem (paraph_secret_data (secret), paraph_secret_size (secret), "first secret", 12);
  assert_done (paraph_secret_table_get (self->store, "none", "test", &absent, E));
  g_assert_null (absent);
  test_begin (self->store);
  assert_done (paraph_secret_table_delete (self->store, "one", E));
  test_commit (self->store);
  paraph_secret_clear (&secret);
  assert_done (paraph_secret_table_get (self->store, "one", "test", &secret, E));
  g_assert_null (secret);
}

static void
keeps_pair_secrets_apart (Fixture *self, gconstpointer unused)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *found = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *absent = NULL;
  ParaphId delegation = test_id (1);
  ParaphId other = test_id (2);

  (void) unused;
  g_assert_cmpint (paraph_secret_new_random ("test", 32, &secret), ==, 0);
  test_begin (self->store);
  assert_done (paraph_secret_table_put_pair (self->store, &delegation, secret, E));
  test_commit (self->store);
  assert_done (paraph_secret_table_get_pair (self->store, &delegation, &found, E));
  g_assert_true (paraph_secret_equal (secret, found));
  assert_done (paraph_secret_table_get_pair (self->store, &other, &absent, E));
  g_assert_null (absent);
}

static void
writes_no_secret_in_plain (Fixture *self, gconstpointer unused)
{
  g_autofree char *path = g_build_filename (self->home.directory, "store.db", NULL);
  g_autofree char *bytes = NULL;
  gsize size = 0;

  (void) unused;
  assert_done (paraph_store_close (self->store, E));
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_null (memmem (bytes, size, "first secret", 12));
  g_assert_null (memmem (bytes, size, "prekey 1", 8));
  self->store = test_home_open (&self->home);
}

static void
refuses_swapped_rows (Fixture *self, gconstpointer unused)
{
  (void) unused;
  change (self, "UPDATE secret SET (generation, sealed) ="
                " (SELECT generation, sealed FROM secret WHERE name = 'two') WHERE name = 'one';"
                "UPDATE session SET (generation, sealed) ="
                " (SELECT generation, sealed FROM session AS other"
                " WHERE other.peer <> session.peer);"
                "UPDATE prekey SET (generation, sealed) ="
                " (SELECT generation, sealed FROM prekey WHERE id = 2) WHERE id = 1;");
  assert_fails (get_secret (self, E), PARAPH_STORE_ERROR_DAMAGED);
  assert_fails (get_session (self, E), PARAPH_STORE_ERROR_DAMAGED);
  assert_fails (get_prekey (self, E), PARAPH_STORE_ERROR_DAMAGED);
}

static void
refuses_altered_rows (Fixture *self, gconstpointer unused)
{
  (void) unused;
  change (self, "UPDATE secret SET generation = generation + 1 WHERE name = 'one';"
                "UPDATE session SET sealed = zeroblob (length (sealed));"
                "UPDATE prekey SET sealed = CAST (sealed || x'00' AS BLOB) WHERE id = 1;");
  assert_fails (get_secret (self, E), PARAPH_STORE_ERROR_DAMAGED);
  assert_fails (get_session (self, E), PARAPH_STORE_ERROR_DAMAGED);
  assert_fails (get_prekey (self, E), PARAPH_STORE_ERROR_DAMAGED);
}

/* The row's older value under the newer one's generation. */
static void
refuses_an_older_value (Fixture *self, gconstpointer unused)
{
  (void) unused;
  change (self, "CREATE TABLE attic AS SELECT sealed FROM secret WHERE name = 'one';"
                "UPDATE secret SET name = name");
  test_begin (self->store);
  put_secret (self->store, "one", "newer secret");
  test_commit (self->store);
  assert_done (get_secret (self, E));
  change (self, "UPDATE secret SET sealed = (SELECT sealed FROM attic) WHERE name = 'one'");
  assert_fails (get_secret (self, E), PARAPH_STORE_ERROR_DAMAGED);
}

static void
manages_prekeys (Fixture *self, gconstpointer unused)
{
  ParaphId peer = test_id (1);
  ParaphId base = test_id (5);
  guint32 first = 0;
  guint32 second = 0;
  guint32 current = 0;
  gint64 created = 0;
  gboolean is_new = FALSE;
  guint count = 0;

  (void) unused;
  test_begin (self->store);
  assert_done (paraph_prekey_table_set_peer (self->store, 1, &peer, 100, E));
  assert_done (paraph_prekey_table_count_of_peer (self->store, &peer, &count, E));
  g_assert_cmpuint (count, ==, 1);
  assert_done (paraph_prekey_table_expire (self->store, 101, E));
  assert_done (paraph_prekey_table_count_of_peer (self->store, &peer, &count, E));
  g_assert_cmpuint (count, ==, 0);
  assert_done (paraph_prekey_table_next_signed_id (self->store, &first, E));
  assert_done (paraph_prekey_table_next_signed_id (self->store, &second, E));
  g_assert_cmpuint (first, ==, 1);
  g_assert_cmpuint (second, ==, 2);
  assert_done (paraph_prekey_table_get_current (self->store, &current, &created, E));
  g_assert_cmpuint (current, ==, 0);
  assert_done (paraph_prekey_table_put_signed (self->store, 1, (const guint8 *) "s1", 2, E));
  assert_done (paraph_prekey_table_put_signed (self->store, 2, (const guint8 *) "s2", 2, E));
  assert_done (paraph_prekey_table_use_signed (self->store, 1, 200, E));
  assert_done (paraph_prekey_table_take_base_key (self->store, 1, &base, &is_new, E));
  g_assert_true (is_new);
  assert_done (paraph_prekey_table_take_base_key (self->store, 1, &base, &is_new, E));
  g_assert_false (is_new);
  assert_done (paraph_prekey_table_use_signed (self->store, 2, 300, E));
  assert_done (paraph_prekey_table_get_current (self->store, &current, &created, E));
  g_assert_cmpuint (current, ==, 2);
  g_assert_cmpint (created, ==, 300);
  assert_fails (paraph_prekey_table_use_signed (self->store, 9, 300, E),
                PARAPH_STORE_ERROR_INTERNAL);
  assert_done (paraph_prekey_table_expire_signed (self->store, 301, E));
  {
    PARAPH_SECRET_AUTO ParaphSecret *gone = NULL;

    assert_done (paraph_prekey_table_get_signed (self->store, 1, &gone, E));
    g_assert_null (gone);
  }
  test_commit (self->store);
}

static void
remembers_bundles_and_forgets_peers (Fixture *self, gconstpointer unused)
{
  ParaphId peer = test_id (1);
  ParaphBundleState state = { .bundle_sent = 7, .restarted = TRUE };
  ParaphBundleState found;
  gboolean has = TRUE;

  (void) unused;
  test_begin (self->store);
  assert_done (paraph_session_table_get_bundle_state (self->store, &peer, &found, E));
  g_assert_cmpint (found.bundle_sent, ==, 0);
  assert_done (paraph_session_table_set_bundle_state (self->store, &peer, &state, E));
  assert_done (paraph_session_table_get_bundle_state (self->store, &peer, &found, E));
  g_assert_cmpint (found.bundle_sent, ==, 7);
  g_assert_true (found.restarted);
  assert_done (paraph_session_table_forget_peer (self->store, &peer, E));
  assert_done (paraph_session_table_get_bundle_state (self->store, &peer, &found, E));
  g_assert_false (found.restarted);
  assert_done (paraph_session_table_has (self->store, &peer, &has, E));
  g_assert_false (has);
  test_commit (self->store);
}

/* One end of a session, with a home of its own. */
typedef struct
{
  TestHome home;
  ParaphStore *store;
  ParaphId device;
  ParaphSecret *private_key;
  ParaphSessionKeeper keeper;
  ParaphSessionKey peer_key;
  ParaphSessions *sessions;
} End;

static int
expect_peer (gpointer user_data, const ParaphId *peer, ParaphSessionKey *ret_key)
{
  const End *self = user_data;

  (void) peer;
  *ret_key = self->peer_key;
  return 1;
}

static void
end_init (End *self, guint number)
{
  ParaphSessionStore callbacks;

  memset (self, 0, sizeof *self);
  self->store = test_home_new (&self->home);
  self->device = test_id (number);
  self->keeper.store = self->store;
  self->keeper.expected_key = expect_peer;
  self->keeper.user_data = self;
  g_assert_cmpint (paraph_session_keys_new_identity (&self->keeper.public_key, &self->private_key,
                                                     &self->keeper.registration_id),
                   ==, 0);
  self->keeper.private_key = self->private_key;
  paraph_session_keeper_fill (&self->keeper, &callbacks);
  g_assert_cmpint (paraph_sessions_new (&self->device, &callbacks, &self->sessions), ==, 0);
}

static void
end_clear (End *self)
{
  g_assert_no_error (self->keeper.error);
  paraph_sessions_free (self->sessions);
  paraph_secret_free (self->private_key);
  test_home_end (&self->home, self->store);
}

static void
send_one (End *from, End *to)
{
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *opened = NULL;
  ParaphSessionMessage message;

  g_assert_cmpint (paraph_secret_new_random ("test", 175, &wrap), ==, 0);
  test_begin (from->store);
  g_assert_cmpint (paraph_sessions_encrypt (from->sessions, &to->device, wrap, &message), ==, 0);
  test_commit (from->store);
  test_begin (to->store);
  g_assert_cmpint (paraph_sessions_decrypt (to->sessions, &from->device, &message,
                                            PARAPH_SESSION_JUMP_PROVEN, &opened),
                   ==, 0);
  test_commit (to->store);
  g_assert_true (paraph_secret_equal (wrap, opened));
}

static void
carries_sessions (void)
{
  ParaphSignedPrekey signed_prekey;
  ParaphPrekey prekey;
  ParaphBundle bundle;
  End alice;
  End bob;

  end_init (&alice, 21);
  end_init (&bob, 22);
  alice.peer_key = bob.keeper.public_key;
  bob.peer_key = alice.keeper.public_key;
  test_begin (bob.store);
  g_assert_cmpint (paraph_session_keys_new_signed_prekey (bob.sessions, 1, &signed_prekey), ==, 0);
  g_assert_cmpint (paraph_session_keys_new_prekey (bob.sessions, 1, &prekey), ==, 0);
  g_assert_cmpint (paraph_session_keys_make_bundle (bob.sessions, &alice.device, &signed_prekey,
                                                    &prekey, &bundle),
                   ==, 0);
  test_commit (bob.store);
  test_begin (alice.store);
  g_assert_cmpint (paraph_sessions_process_bundle (alice.sessions, &bundle), ==, 0);
  test_commit (alice.store);
  for (guint i = 0; i < 3; i++)
    {
      send_one (&alice, &bob);
      send_one (&bob, &alice);
    }
  {
    PARAPH_SECRET_AUTO ParaphSecret *used = NULL;

    assert_done (paraph_prekey_table_get (bob.store, 1, &used, E));
    g_assert_null (used);
  }
  end_clear (&alice);
  end_clear (&bob);
}

/* A step that is rolled back leaves the session where it was: the same message opens again. */
static void
steps_back_with_the_savepoint (void)
{
  static const ParaphSavepoint name = PARAPH_SAVEPOINT_SESSION;
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  ParaphSessionMessage message;
  ParaphSignedPrekey signed_prekey;
  ParaphBundle bundle;
  ParaphDatabase *database;
  End alice;
  End bob;

  end_init (&alice, 21);
  end_init (&bob, 22);
  alice.peer_key = bob.keeper.public_key;
  bob.peer_key = alice.keeper.public_key;
  test_begin (alice.store);
  test_begin (bob.store);
  database = paraph_store_get_database (bob.store);
  g_assert_cmpint (paraph_session_keys_new_signed_prekey (bob.sessions, 1, &signed_prekey), ==, 0);
  g_assert_cmpint (
      paraph_session_keys_make_bundle (bob.sessions, NULL, &signed_prekey, NULL, &bundle), ==, 0);
  g_assert_cmpint (paraph_sessions_process_bundle (alice.sessions, &bundle), ==, 0);
  g_assert_cmpint (paraph_secret_new_random ("test", 175, &wrap), ==, 0);
  g_assert_cmpint (paraph_sessions_encrypt (alice.sessions, &bob.device, wrap, &message), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      PARAPH_SECRET_AUTO ParaphSecret *opened = NULL;

      assert_done (paraph_database_savepoint (database, name, E));
      g_assert_cmpint (paraph_sessions_decrypt (bob.sessions, &alice.device, &message,
                                                PARAPH_SESSION_JUMP, &opened),
                       ==, 0);
      assert_done (paraph_database_undo (database, name, E));
    }
  test_commit (alice.store);
  test_commit (bob.store);
  end_clear (&alice);
  end_clear (&bob);
}

int
main (int argc, char **argv)
{
#define ADD(name, function) g_test_add ("/sealed/" name, Fixture, NULL, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("gives-back-secrets", gives_back_secrets);
  ADD ("keeps-pair-secrets-apart", keeps_pair_secrets_apart);
  ADD ("writes-no-secret-in-plain", writes_no_secret_in_plain);
  ADD ("refuses-swapped-rows", refuses_swapped_rows);
  ADD ("refuses-altered-rows", refuses_altered_rows);
  ADD ("refuses-an-older-value", refuses_an_older_value);
  ADD ("manages-prekeys", manages_prekeys);
  ADD ("remembers-bundles-and-forgets-peers", remembers_bundles_and_forgets_peers);
  g_test_add_func ("/sealed/carries-sessions", carries_sessions);
  g_test_add_func ("/sealed/steps-back-with-the-savepoint", steps_back_with_the_savepoint);
  return g_test_run ();
}
