/* Bundles: made twice they are the same bytes, an audit of one finds nothing, and what is no bundle
 * is refused whole. Audits of homes: what rows lack is found. */

#include <string.h>

#include "app/audit.h"
#include "crypto/hash.h"
#include "tests/negotiation/world.h"
#include "store/blob-table.h"
#include "store/record-table.h"
#include "tests/support/store-test.h"

/* A home with one negotiation in it, made without the flows. */
typedef struct
{
  TestHome place;
  ParaphHome home;
  World *world;
  ParaphId text;
  ParaphId blob;
} Fixture;

static void
put_blob (Fixture *self, ParaphBody *body, GBytes *blob)
{
  body->size = (gint64) g_bytes_get_size (blob);
  body->blob = test_hash (blob);
  assert_done (paraph_database_begin (paraph_store_get_database (self->home.store), E));
  assert_done (paraph_blob_table_put (self->home.store, &body->blob, blob, E));
  assert_done (paraph_database_commit (paraph_store_get_database (self->home.store), E));
}

static void
place_all (Fixture *self, ParaphLedger *ledger)
{
  for (guint i = 0; i < self->world->records->len; i++)
    {
      ParaphRefusal refusal;
      ParaphId missing;
      ParaphPlacing placing = paraph_ledger_place (
          ledger, g_ptr_array_index (self->world->records, i), &missing, &refusal);

      g_assert_true (placing == PARAPH_PLACING_PLACED || placing == PARAPH_PLACING_ALREADY);
    }
}

static void
post (Fixture *self, ParaphDraft *draft, ParaphId *ret_id)
{
  ParaphPosition position;
  const ParaphSealedRecord *sealed;

  g_assert_true (world_place (self->world, 0, self->home.ledger, &position));
  sealed = world_seal (self->world, 0, draft, &position);
  if (ret_id != NULL)
    *ret_id = sealed->header->id;
  place_all (self, self->home.ledger);
}

static void
fixture_set_up (Fixture *self, gconstpointer data)
{
  static const guint8 random[32] = { 1, 2, 3 };
  g_autoptr (GBytes) content = g_bytes_new_static ("The river is shared.", 20);
  g_autoptr (GBytes) blob = paraph_blob_new (random, content);
  ParaphBody body = {
    .role = "text", .name = "main", .language = "en", .media_type = "text/plain;charset=utf-8"
  };
  ParaphDraft *draft;

  (void) data;
  self->home.store = test_home_new (&self->place);
  self->home.ledger = paraph_ledger_new ();
  self->world = world_new (7);
  place_all (self, self->home.ledger);
  put_blob (self, &body, blob);
  self->blob = body.blob;
  draft = paraph_draft_new (PARAPH_KIND_TEXT);
  paraph_draft_add (draft, "symbol", "A/L.1");
  paraph_draft_add (draft, "title", "Draft");
  paraph_draft_add (draft, "standing", "basis");
  paraph_draft_add_body (draft, &body);
  post (self, draft, &self->text);
  post (self, paraph_draft_new (PARAPH_KIND_CHECKPOINT), NULL);
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  (void) data;
  paraph_ledger_free (self->home.ledger);
  world_free (self->world);
  test_home_end (&self->place, self->home.store);
}

static GBytes *
make (Fixture *self, ParaphLedger *ledger, GArray *withheld)
{
  ParaphHome home = { .store = self->home.store, .ledger = ledger };
  ParaphBundleScope scope = { paraph_ledger_find_channel (ledger, &self->world->charter), NULL };
  GError *error = NULL;
  GBytes *bytes = paraph_bundle_make (&home, &scope, 1, withheld, &error);

  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  return bytes;
}

static ParaphBundleFile *
open_bytes (Fixture *self, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (self->place.parent, "bundle.tar", NULL);
  GError *write_error = NULL;

  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes),
                       &write_error);
  g_assert_no_error (write_error);
  return paraph_bundle_open (path, error);
}

static ParaphAudit *
audit_bytes (Fixture *self, GBytes *bytes, gboolean quick)
{
  g_autoptr (ParaphBundleFile) bundle = NULL;
  GError *error = NULL;
  ParaphAudit *audit;

  bundle = open_bytes (self, bytes, &error);
  g_assert_no_error (error);
  audit = paraph_audit_bundle (bundle, quick, NULL, NULL, &error);
  g_assert_no_error (error);
  return audit;
}

static void
assert_finds (const ParaphAudit *audit, const char *kind, const ParaphId *record)
{
  const ParaphFinding *finding;

  g_assert_cmpuint (audit->findings->len, ==, 1);
  finding = g_ptr_array_index (audit->findings, 0);
  g_assert_cmpstr (finding->kind, ==, kind);
  g_assert_true (paraph_id_equal (&finding->record, record));
}

static void
test_same_bytes (Fixture *self, gconstpointer data)
{
  ParaphLedger *other = paraph_ledger_new ();
  g_autoptr (GBytes) first = make (self, self->home.ledger, NULL);
  g_autoptr (GBytes) again = make (self, self->home.ledger, NULL);
  g_autoptr (GBytes) elsewhere = NULL;

  (void) data;
  place_all (self, other);
  elsewhere = make (self, other, NULL);
  g_assert_true (g_bytes_equal (first, again));
  g_assert_true (g_bytes_equal (first, elsewhere));
  paraph_ledger_free (other);
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make (self, self->home.ledger, NULL);
  g_autoptr (ParaphBundleFile) bundle = open_bytes (self, bytes, NULL);
  g_autoptr (ParaphAudit) audit = audit_bytes (self, bytes, FALSE);
  g_autoptr (ParaphAudit) quick = audit_bytes (self, bytes, TRUE);
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GBytes) packed = NULL;
  const GPtrArray *names;

  (void) data;
  g_assert_nonnull (bundle);
  g_assert_cmpuint (audit->findings->len, ==, 0);
  g_assert_true (audit->is_good);
  g_assert_cmpuint (audit->chains->len, ==, 1);
  g_assert_true (quick->is_good);
  g_assert_cmpuint (quick->signatures, <, audit->signatures);
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_bundle_entry_free);
  names = paraph_bundle_list (bundle);
  for (guint i = names->len; i > 0; i--)
    {
      const char *name = g_ptr_array_index (names, i - 1);

      g_ptr_array_add (entries,
                       paraph_bundle_entry_new (g_strdup (name), paraph_bundle_get (bundle, name)));
    }
  packed = paraph_bundle_pack (entries, NULL);
  g_assert_true (g_bytes_equal (bytes, packed));
}

static void
test_withheld (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) withheld = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  g_autoptr (ParaphAudit) audit = NULL;
  g_autoptr (GBytes) bytes = NULL;

  (void) data;
  g_array_append_val (withheld, self->blob);
  bytes = make (self, self->home.ledger, withheld);
  audit = audit_bytes (self, bytes, FALSE);
  assert_finds (audit, "withheld", &self->blob);
  g_assert_true (audit->is_good);
}

static void
run (Fixture *self, const char *command)
{
  g_autofree char *out = NULL, *problems = NULL;
  const char *argv[] = { "sh", "-ec", command, NULL };
  GError *error = NULL;
  int status = -1;

  g_spawn_sync (self->place.parent, (char **) (guintptr) argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
                NULL, &out, &problems, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_test_message ("%s%s", out, problems);
  g_assert_cmpint (status, ==, 0);
}

static void
test_others_agree (Fixture *self, gconstpointer data)
{
  g_autofree char *verifier =
      g_test_build_filename (G_TEST_DIST, "support", "verify-bundle.py", NULL);
  g_autofree char *python = g_find_program_in_path ("python3");
  g_autofree char *keygen = g_find_program_in_path ("ssh-keygen");
  g_autofree char *command = g_strdup_printf ("python3 '%s' bundle.tar", verifier);
  g_autoptr (GBytes) bytes = make (self, self->home.ledger, NULL);
  g_autoptr (ParaphBundleFile) bundle = open_bytes (self, bytes, NULL);

  (void) data;
  g_assert_nonnull (bundle);
  if (python == NULL || keygen == NULL)
    {
      g_test_skip ("python3 and ssh-keygen are needed");
      return;
    }
  run (self, command);
  run (self, "mkdir open && tar -C open -xf bundle.tar && sh open/VERIFY.sh");
}

static void
assert_refused (Fixture *self, const char *name)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_bundle_entry_free);
  g_autoptr (ParaphBundleFile) bundle = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (entries, paraph_bundle_entry_new (g_strdup (name), test_bytes ("x")));
  bytes = paraph_bundle_pack (entries, &error);
  g_assert_no_error (error);
  bundle = open_bytes (self, bytes, &error);
  g_assert_null (bundle);
  g_assert_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED);
}

static void
test_names (Fixture *self, gconstpointer data)
{
  (void) data;
  assert_refused (self, "../evil");
  assert_refused (self, "records/../../evil");
  assert_refused (self, "/evil");
  assert_refused (self, "records//evil");
  assert_refused (self, "./evil");
  assert_refused (self, "an evil name");
}

static void
set_sum (guint8 *block)
{
  guint sum = 0;

  memset (block + 148, ' ', 8);
  for (guint i = 0; i < 512; i++)
    sum += block[i];
  g_snprintf ((char *) block + 148, 7, "%06o", sum);
  block[155] = ' ';
}

/* The first entry of a good archive, called something that is not a plain file. */
static void
test_links (Fixture *self, gconstpointer data)
{
  static const char types[] = "123456gKLSxX";
  g_autoptr (GBytes) good = make (self, self->home.ledger, NULL);

  (void) data;
  for (guint i = 0; types[i] != '\0'; i++)
    {
      gsize size = g_bytes_get_size (good);
      guint8 *copy = g_memdup2 (g_bytes_get_data (good, NULL), size);
      g_autoptr (ParaphBundleFile) bundle = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;

      copy[156] = (guint8) types[i];
      set_sum (copy);
      bytes = g_bytes_new_take (copy, size);
      bundle = open_bytes (self, bytes, &error);
      g_assert_null (bundle);
      g_assert_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED);
    }
}

static void
insert_row (Fixture *self, const ParaphSealedRecord *sealed)
{
  const ParaphHeader *header = sealed->header;
  gboolean is_identity = paraph_kind_is_identity (header->kind);
  g_autofree ParaphStoredSignature *signatures =
      g_new0 (ParaphStoredSignature, sealed->n_signatures);
  ParaphStoredRecord row = {
    .id = header->id,
    .record_class = is_identity ? PARAPH_RECORD_CLASS_IDENTITY : PARAPH_RECORD_CLASS_CHAIN,
    .state = PARAPH_RECORD_STATE_PLACED,
    .negotiation = header->negotiation,
    .channel = header->channel,
    .author = header->author,
    .number = (guint64) header->number,
    .clock = (guint64) header->clock,
    .kind = (char *) (guintptr) header->kind_word,
    .header = header->bytes,
    .signatures = signatures,
    .n_signatures = sealed->n_signatures,
  };

  for (guint i = 0; i < sealed->n_signatures; i++)
    {
      signatures[i].key = sealed->signatures[i].key;
      signatures[i].signature = sealed->signatures[i].signature;
    }
  assert_done (paraph_record_table_insert (self->home.store, &row, E));
}

static ParaphAudit *
audit_rows (Fixture *self, const ParaphId *left_out)
{
  ParaphDatabase *database = paraph_store_get_database (self->home.store);
  GError *error = NULL;
  ParaphAudit *audit;

  assert_done (paraph_database_begin (database, E));
  for (guint i = 0; i < self->world->records->len; i++)
    {
      const ParaphSealedRecord *sealed = g_ptr_array_index (self->world->records, i);

      if (left_out == NULL || !paraph_id_equal (&sealed->header->id, left_out))
        insert_row (self, sealed);
    }
  assert_done (paraph_database_commit (database, E));
  audit = paraph_audit_home (&self->home, FALSE, NULL, NULL, &error);
  g_assert_no_error (error);
  return audit;
}

static void
test_home_good (Fixture *self, gconstpointer data)
{
  g_autoptr (ParaphAudit) audit = audit_rows (self, NULL);

  (void) data;
  g_assert_cmpuint (audit->findings->len, ==, 0);
  g_assert_cmpuint (audit->records, ==, self->world->records->len);
  g_assert_cmpuint (audit->signatures, ==, self->world->records->len);
}

static void
test_home_gap (Fixture *self, gconstpointer data)
{
  g_autoptr (ParaphAudit) audit = audit_rows (self, &self->text);

  (void) data;
  assert_finds (audit, "gap", &self->text);
  g_assert_false (audit->is_good);
}

static void
test_history_code (Fixture *self, gconstpointer data)
{
  ParaphChannel *channel = paraph_ledger_find_channel (self->home.ledger, &self->world->charter);
  ParaphEntry *text = paraph_ledger_find (self->home.ledger, &self->text);
  ParaphEntry *opening = paraph_channel_get_opening (channel);
  g_autofree char *code = NULL, *again = NULL, *before = NULL;
  guint records = 0;

  (void) data;
  code = paraph_history_code (channel, text, &records, NULL);
  again = paraph_history_code (channel, text, NULL, NULL);
  before = paraph_history_code (channel, opening, NULL, NULL);
  g_assert_cmpuint (records, ==, 2);
  g_assert_cmpuint (strlen (code), ==, 35);
  g_assert_cmpstr (code, ==, again);
  g_assert_cmpstr (code, !=, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/bundle/two-exports-are-the-same-bytes", test_same_bytes);
  ADD ("/bundle/an-audit-of-an-export-finds-nothing", test_round_trip);
  ADD ("/bundle/the-second-verifier-and-stock-tools-agree", test_others_agree);
  ADD ("/bundle/withheld-bodies-are-told-and-not-bad", test_withheld);
  ADD ("/bundle/refuses-names-that-climb", test_names);
  ADD ("/bundle/refuses-links-and-extensions", test_links);
  ADD ("/audit/a-good-home-has-no-finding", test_home_good);
  ADD ("/audit/a-row-that-is-not-there-is-a-gap", test_home_gap);
  ADD ("/history-code/says-the-past-and-counts-it", test_history_code);
#undef ADD
  return g_test_run ();
}
