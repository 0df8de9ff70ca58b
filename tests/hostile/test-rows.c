/* The database of a home in other hands: rows swapped, altered and taken out, and the whole put back
 * as it was before. Each is found, and told by the id of the record it befell. */

#include <string.h>
#include <sys/wait.h>

#include "app/audit.h"
#include "app/home-private.h"
#include "crypto/keyfile-text.h"
#include "negotiation/judge.h"
#include "store/setting-table.h"
#include "store/statement.h"
#include "tests/flow/convened.h"
#include "tests/flow/forged.h"

enum
{
  OWNER,
  PEER,
  THIRD
};

static const char *const STATEMENT[] = { "type", "statement", NULL };

typedef struct
{
  TestTalks talks;
  ParaphId charter;
  ParaphId own[3];   /* statements of the owner, in order; the peer saw them */
  ParaphId theirs;   /* a statement of the peer, after them */
  ParaphId last_own; /* the owner's last record */
} Fixture;

static TestDelegation *
get (Fixture *self, guint index)
{
  return &self->talks.delegations[index];
}

static ParaphId
say (Fixture *self, guint index)
{
  TestRecord said = { PARAPH_KIND_STATEMENT, STATEMENT,      self->charter,
                      self->charter,         "We say so.\n", { { 0 } } };

  test_make_record (get (self, index), &said);
  return said.id;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  (void) data;
  test_talks_init_convened (&self->talks, 3, &self->charter);
  test_talks_rest (&self->talks);
  for (guint i = 0; i < G_N_ELEMENTS (self->own); i++)
    self->own[i] = say (self, OWNER);
  test_talks_rest (&self->talks);
  self->theirs = say (self, PEER);
  test_talks_rest (&self->talks);
  self->last_own = say (self, OWNER);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  (void) data;
  test_talks_clear (&self->talks);
}

/* The home as its owner left it, closed and under other hands. */

static void
close_home (Fixture *self)
{
  assert_done (paraph_client_close (get (self, OWNER)->client, E));
}

static void
execute (ParaphStore *store, const char *sql, const ParaphId *a, const ParaphId *b, guint expected)
{
  ParaphDatabase *database = paraph_store_get_database (store);
  g_auto (ParaphStatement) statement = { 0 };
  guint changes = 0;

  paraph_statement_init (&statement, database, sql);
  paraph_statement_bind_id (&statement, a);
  if (b != NULL)
    paraph_statement_bind_id (&statement, b);
  assert_done (paraph_statement_run (&statement, &changes, E));
  g_assert_cmpuint (changes, ==, expected);
}

/* Runs sql on the database of the owner's home: its two parameters are ids. */
static void
tamper (Fixture *self, const char *sql, const ParaphId *a, const ParaphId *b, guint expected)
{
  ParaphStore *store = NULL;

  close_home (self);
  store = test_home_open (&get (self, OWNER)->home);
  test_begin (store);
  execute (store, sql, a, b, expected);
  test_commit (store);
  assert_done (paraph_store_close (store, E));
}

/* The home does not open, and says which record it was. */
static void
assert_does_not_open (Fixture *self, const ParaphId *named)
{
  TestDelegation *owner = get (self, OWNER);
  g_autofree char *hex = test_hex (named);
  g_autoptr (GError) error = NULL;

  g_assert_false (paraph_client_open (owner->client, &owner->home.opening, NULL, &error));
  g_assert_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, hex));
}

static void
open_home (Fixture *self)
{
  TestDelegation *owner = get (self, OWNER);

  assert_done (paraph_client_open (owner->client, &owner->home.opening, NULL, E));
}

static gboolean
audit_verb (ParaphHome *home, gpointer data, GError **error)
{
  *(ParaphAudit **) data = paraph_audit_home (home, FALSE, NULL, NULL, error);
  return *(ParaphAudit **) data != NULL;
}

/* The audit of the closed home, also of one that does not open any more. */
static ParaphAudit *
audit (Fixture *self)
{
  TestDelegation *owner = get (self, OWNER);
  ParaphAudit *result = NULL;

  assert_done (paraph_client_open_rows (owner->client, &owner->home.opening, E));
  test_run (owner, audit_verb, &result);
  close_home (self);
  return result;
}

static gboolean
has_finding (const ParaphAudit *result, const char *kind, const ParaphId *record)
{
  for (guint i = 0; i < result->findings->len; i++)
    {
      const ParaphFinding *finding = g_ptr_array_index (result->findings, i);

      if (strcmp (finding->kind, kind) == 0 && paraph_id_equal (&finding->record, record))
        return TRUE;
    }
  return FALSE;
}

static void
assert_finds (Fixture *self, const char *kind, const ParaphId *record)
{
  g_autoptr (ParaphAudit) result = audit (self);

  g_assert_false (result->is_good);
  if (!has_finding (result, kind, record))
    for (guint i = 0; i < result->findings->len; i++)
      {
        const ParaphFinding *finding = g_ptr_array_index (result->findings, i);
        g_autofree char *hex = test_hex (&finding->record);

        g_test_message ("found: %s %s %s", finding->kind, hex, finding->detail);
      }
  g_assert_true (has_finding (result, kind, record));
}

/* Nothing was touched: this is what the others are measured by. */
static void
test_untouched (Fixture *self, gconstpointer data)
{
  g_autoptr (ParaphAudit) result = NULL;

  (void) data;
  close_home (self);
  result = audit (self);
  g_assert_true (result->is_good);
  open_home (self);
}

/* Two rows change places in one column. */
#define SWAP(column)                                                        \
  "UPDATE record SET " column " = both." column " FROM (SELECT id, " column \
  " FROM record WHERE id IN (?1, ?2) LIMIT 2) AS both"                      \
  " WHERE record.id IN (?1, ?2) AND both.id <> record.id"

static const char swap_headers_sql[] =
    "UPDATE record SET header = both.header, size = both.size FROM (SELECT id, header, size"
    " FROM record WHERE id IN (?1, ?2) LIMIT 2) AS both"
    " WHERE record.id IN (?1, ?2) AND both.id <> record.id";
static const char swap_signatures_sql[] =
    "UPDATE signature SET signature = both.signature FROM (SELECT record, signature FROM signature"
    " WHERE record IN (SELECT row FROM record WHERE id IN (?1, ?2)) LIMIT 2) AS both"
    " WHERE signature.record IN (SELECT row FROM record WHERE id IN (?1, ?2))"
    " AND both.record <> signature.record";
static const char swap_bodies_sql[] =
    "UPDATE blob SET bytes = both.bytes FROM (SELECT id, bytes FROM blob WHERE id IN (?1, ?2)"
    " LIMIT 2) AS both WHERE blob.id IN (?1, ?2) AND both.id <> blob.id";
static const char delete_sql[] = "DELETE FROM record WHERE id = ?1";

static void
test_headers (Fixture *self, gconstpointer data)
{
  (void) data;
  tamper (self, swap_headers_sql, &self->own[0], &self->own[1], 2);
  assert_finds (self, "altered", &self->own[0]);
  assert_finds (self, "altered", &self->own[1]);
  assert_does_not_open (self, &self->own[0]);
}

/* The command line's audit judges a home that does not open. */
static void
test_command_line (Fixture *self, gconstpointer data)
{
  TestDelegation *owner = get (self, OWNER);
  PARAPH_SECRET_AUTO ParaphSecret *text = NULL;
  g_autofree char *key = g_build_filename (owner->home.parent, "key", NULL);
  g_autofree char *hex = test_hex (&self->own[1]);
  g_autofree char *wanted = g_strdup_printf ("\"record\":\"%s\"", hex);
  g_autofree char *out = NULL;
  const char *argv[] = { g_getenv ("PARAPH_CLI"),
                         "--home",
                         owner->home.directory,
                         "--key-file",
                         key,
                         "--json",
                         "audit",
                         NULL };
  GError *error = NULL;
  int status = -1;

  (void) data;
  if (argv[0] == NULL)
    {
      g_test_skip ("PARAPH_CLI names no program");
      return;
    }
  tamper (self, delete_sql, &self->own[1], NULL, 1);
  g_assert_cmpint (paraph_keyfile_text_format (owner->home.key, &text), ==, 0);
  g_file_set_contents (key, (const char *) paraph_secret_data (text),
                       (gssize) paraph_secret_size (text), &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (key, 0600), ==, 0);
  g_spawn_sync (NULL, (char **) (guintptr) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 1);
  g_assert_nonnull (strstr (out, wanted));
  g_assert_nonnull (strstr (out, "\"gap\""));
  assert_does_not_open (self, &self->own[2]);
}

static void
test_signatures (Fixture *self, gconstpointer data)
{
  (void) data;
  tamper (self, swap_signatures_sql, &self->own[0], &self->theirs, 2);
  assert_finds (self, "bad-signature", &self->own[0]);
  assert_finds (self, "bad-signature", &self->theirs);
  open_home (self);
}

/* Where a row says that it stands must be what its header says. */
static void
test_columns (Fixture *self, gconstpointer data)
{
  tamper (self, data, &self->own[0], &self->theirs, 2);
  assert_finds (self, "altered", &self->own[0]);
  assert_finds (self, "altered", &self->theirs);
  assert_does_not_open (self, &self->own[0]);
}

static void
test_middle (Fixture *self, gconstpointer data)
{
  (void) data;
  tamper (self, delete_sql, &self->own[1], NULL, 1);
  assert_finds (self, "gap", &self->own[1]);
  assert_does_not_open (self, &self->own[2]);
}

/* The last record of the peer, which an own one names as seen. */
static void
test_named_tail (Fixture *self, gconstpointer data)
{
  (void) data;
  tamper (self, delete_sql, &self->theirs, NULL, 1);
  assert_finds (self, "truncated", &self->theirs);
  assert_does_not_open (self, &self->last_own);
}

static gboolean
find_body (ParaphHome *home, gpointer data, GError **error)
{
  ParaphId *id = data;
  const ParaphHeader *header = paraph_entry_get_header (paraph_ledger_find (home->ledger, id));

  (void) error;
  g_assert_cmpuint (header->n_bodies, ==, 1);
  *id = header->bodies[0].blob;
  return TRUE;
}

static void
test_bodies (Fixture *self, gconstpointer data)
{
  ParaphId one = self->own[0], other = self->theirs;

  (void) data;
  test_run (get (self, OWNER), find_body, &one);
  test_run (get (self, OWNER), find_body, &other);
  tamper (self, swap_bodies_sql, &one, &other, 2);
  assert_finds (self, "altered", &one);
  assert_finds (self, "altered", &other);
  open_home (self);
}

/* What an old store does once somebody has shown it to be one. */

static gboolean
is_old (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_home_is_old_copy (home, data, error);
}

static gboolean
sync_verb (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_sync_run (home, data, error);
}

/* Says so, and what to do; what waited in its outbox stays there. */
static void
assert_sync_stops (Fixture *self)
{
  ParaphSyncReport report = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (paraph_client_run (get (self, OWNER)->client, sync_verb, &report, TRUE, &error));
  g_assert_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "old copy"));
  g_assert_nonnull (strstr (error->message, "enrol"));
}

static void
assert_writes_nothing (Fixture *self)
{
  TestRecord said = { PARAPH_KIND_STATEMENT, STATEMENT,       self->charter,
                      self->charter,         "Still here.\n", { { 0 } } };
  g_autoptr (GError) error = NULL;

  g_assert_false (
      paraph_client_run (get (self, OWNER)->client, test_make_record_verb, &said, FALSE, &error));
  g_assert_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED);
}

static void
assert_stops (Fixture *self)
{
  guint before = 0;
  gboolean old = FALSE;

  assert_sync_stops (self);
  test_run (get (self, OWNER), is_old, &old);
  g_assert_true (old);
  g_assert_cmpuint (test_count_notices (get (self, OWNER), "old-copy", &self->last_own), ==, 1);
  before = test_talks_count_mail (&self->talks);
  assert_writes_nothing (self);
  assert_sync_stops (self);
  close_home (self);
  open_home (self);
  assert_sync_stops (self);
  assert_writes_nothing (self);
  g_assert_cmpuint (test_talks_count_mail (&self->talks), ==, before);
}

/* Both others take in what the owner has said, and tell it so: mail for the owner lies ready. */
static void
let_others_answer (Fixture *self)
{
  ParaphSyncReport report = { 0 };

  test_sync (get (self, OWNER), &report);
  test_sync (get (self, PEER), &report);
  test_sync (get (self, THIRD), &report);
}

static gboolean
talk (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_outbound_talk (home, data, "Is anybody there?", NULL, NULL, error);
}

/* The own last record is taken out of the rows: nobody here names it, but others hold it. */
static void
test_own_tail (Fixture *self, gconstpointer data)
{
  (void) data;
  let_others_answer (self);
  tamper (self, delete_sql, &self->last_own, NULL, 1);
  open_home (self);
  test_run (get (self, OWNER), talk, &self->charter);
  assert_stops (self);
}

static void
copy_tree (const char *from, const char *to)
{
  const char *argv[] = { "cp", "-a", "--", from, to, NULL };
  GError *error = NULL;
  int status = -1;

  g_spawn_sync (NULL, (char **) (guintptr) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

/* The whole home, key file and database, as it was before its last record. */
static void
test_old_copy (Fixture *self, gconstpointer data)
{
  const char *directory = get (self, OWNER)->home.directory;
  g_autofree char *copy = g_strconcat (directory, ".old", NULL);

  (void) data;
  close_home (self);
  copy_tree (directory, copy);
  open_home (self);
  self->last_own = say (self, OWNER);
  let_others_answer (self);
  close_home (self);
  test_home_remove_tree (directory);
  copy_tree (copy, directory);
  open_home (self);
  test_run (get (self, OWNER), talk, &self->charter);
  assert_stops (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func) g_test_add (name, Fixture, data, set_up, func, tear_down)
  ADD ("/rows/untouched-ones-are-good", NULL, test_untouched);
  ADD ("/rows/swapped-headers-are-found", NULL, test_headers);
  ADD ("/rows/swapped-signatures-are-found", NULL, test_signatures);
  ADD ("/rows/swapped-authors-are-found", SWAP ("author"), test_columns);
  ADD ("/rows/swapped-numbers-are-found", SWAP ("number"), test_columns);
  ADD ("/rows/swapped-clocks-are-found", SWAP ("clock"), test_columns);
  ADD ("/rows/swapped-bodies-are-found", NULL, test_bodies);
  ADD ("/rows/a-middle-one-taken-out-is-a-gap", NULL, test_middle);
  ADD ("/rows/a-damaged-home-is-audited-from-the-command-line", NULL, test_command_line);
  ADD ("/rows/a-last-one-that-others-name-is-missed", NULL, test_named_tail);
  ADD ("/rows/an-own-last-one-taken-out-stops-the-home", NULL, test_own_tail);
  ADD ("/rows/an-old-copy-put-back-stops", NULL, test_old_copy);
#undef ADD
  return g_test_run ();
}
