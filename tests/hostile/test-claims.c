/* What a hostile member claims over the wire: records at places that it has not earned, and heads
 * that nobody has. Its own chain may stall; nothing else does. */

#include <string.h>

#include "app/home-private.h"
#include "app/limit-table.h"
#include "negotiation/identity-draft.h"
#include "negotiation/judge.h"
#include "negotiation/packet.h"
#include "store/record-table.h"
#include "store/setting-table.h"
#include "tests/flow/convened.h"
#include "tests/flow/forged.h"

enum
{
  VICTIM,
  OTHER,
  LIAR
};

static const char *const STATEMENT[] = { "type", "statement", NULL };

typedef struct
{
  TestTalks talks;
  ParaphId charter;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  (void) data;
  test_talks_init_convened (&self->talks, 3, &self->charter);
  test_talks_rest (&self->talks);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  (void) data;
  test_talks_clear (&self->talks);
}

static TestDelegation *
get (Fixture *self, guint index)
{
  return &self->talks.delegations[index];
}

static void
sync_honest (Fixture *self, guint times)
{
  for (guint i = 0; i < times; i++)
    {
      ParaphSyncReport report = { 0 };

      test_sync (get (self, VICTIM), &report);
      test_sync (get (self, OTHER), &report);
    }
}

/* Where one record lies in a home: its state in the store, and whether the ledger has placed it. */
typedef struct
{
  ParaphId id;
  gboolean is_held;
  gboolean is_placed;
  ParaphRecordState state;
} Place;

static gboolean
find_place (ParaphHome *home, gpointer data, GError **error)
{
  Place *self = data;
  g_autoptr (ParaphStoredRecord) row = NULL;

  if (!paraph_record_table_get (home->store, &self->id, &row, error))
    return FALSE;
  self->is_held = row != NULL;
  self->is_placed = paraph_ledger_find (home->ledger, &self->id) != NULL;
  if (row != NULL)
    self->state = row->state;
  return TRUE;
}

static Place
look (Fixture *self, guint index, const ParaphId *id)
{
  Place place = { .id = *id };

  test_run (get (self, index), find_place, &place);
  return place;
}

static void
assert_placed (Fixture *self, guint index, const ParaphId *id)
{
  Place place = look (self, index, id);

  g_assert_true (place.is_placed);
  g_assert_cmpint (place.state, ==, PARAPH_RECORD_STATE_PLACED);
}

static void
assert_unplaced (Fixture *self, guint index, const ParaphId *id, ParaphRecordState state)
{
  Place place = look (self, index, id);

  g_assert_false (place.is_placed);
  g_assert_true (place.is_held);
  g_assert_cmpint (place.state, ==, state);
}

/* The two others still hear each other, on the record. */
static void
assert_goes_on (Fixture *self)
{
  for (guint i = VICTIM; i <= OTHER; i++)
    {
      TestRecord said = { PARAPH_KIND_STATEMENT, STATEMENT,     self->charter,
                          self->charter,         "We go on.\n", { { 0 } } };

      test_make_record (get (self, i), &said);
      sync_honest (self, 2);
      assert_placed (self, VICTIM, &said.id);
      assert_placed (self, OTHER, &said.id);
    }
}

/* Sends what was forged to both others. */
static void
spread (Fixture *self, TestForgery *forgery)
{
  test_forge (get (self, LIAR), forgery);
  test_send_forged (get (self, LIAR), forgery, get (self, VICTIM));
  test_send_forged (get (self, LIAR), forgery, get (self, OTHER));
  test_post (get (self, LIAR));
}

/* Behind a record that is nowhere in the liar's own ledger. */
static void
follow (ParaphPosition *position, gpointer data)
{
  const ParaphHeader *before = data;

  position->number = before->number + 1;
  position->previous = before->id;
  position->clock = before->clock + 1;
  g_clear_pointer (&position->seen, g_array_unref);
}

static void
add_seen (ParaphPosition *position, gpointer data)
{
  if (position->seen == NULL)
    position->seen = g_array_new (FALSE, FALSE, sizeof (ParaphPlace));
  g_array_set_size (position->seen, 0);
  g_array_append_vals (position->seen, data, 1);
}

/* The chain stalls, and what is put behind its stalled record stalls with it. */
static void
assert_chain_stalls (Fixture *self, const TestForgery *stalled)
{
  TestForgery behind = { .kind = PARAPH_KIND_STATEMENT,
                         .lines = STATEMENT,
                         .channel = self->charter,
                         .text = "And more.\n",
                         .bend = follow,
                         .data = stalled->sealed->header };

  spread (self, &behind);
  sync_honest (self, 2);
  assert_unplaced (self, VICTIM, &behind.sealed->header->id, PARAPH_RECORD_STATE_WAITING);
  assert_unplaced (self, OTHER, &behind.sealed->header->id, PARAPH_RECORD_STATE_WAITING);
  assert_goes_on (self);
  assert_unplaced (self, VICTIM, &behind.sealed->header->id, PARAPH_RECORD_STATE_WAITING);
  test_forgery_clear (&behind);
}

static void
test_false_seen (Fixture *self, gconstpointer data)
{
  ParaphPlace planted = { get (self, OTHER)->device, 7, test_id (99) };
  TestForgery forgery = { .kind = PARAPH_KIND_STATEMENT,
                          .lines = STATEMENT,
                          .channel = self->charter,
                          .text = "As they said.\n",
                          .bend = add_seen,
                          .data = &planted };

  (void) data;
  spread (self, &forgery);
  sync_honest (self, 2);
  assert_unplaced (self, VICTIM, &forgery.sealed->header->id, PARAPH_RECORD_STATE_WAITING);
  assert_chain_stalls (self, &forgery);
  test_forgery_clear (&forgery);
}

static void
inflate (ParaphPosition *position, gpointer data)
{
  (void) data;
  position->clock += (gint64) 1 << 40;
}

static gint64
get_highest_clock (Fixture *self, guint index)
{
  g_autoptr (GPtrArray) records = test_list_records (get (self, index), &self->charter);
  const ParaphSealedRecord *last = g_ptr_array_index (records, records->len - 1);

  return last->header->clock;
}

static void
test_inflated_clock (Fixture *self, gconstpointer data)
{
  TestForgery forgery = { .kind = PARAPH_KIND_STATEMENT,
                          .lines = STATEMENT,
                          .channel = self->charter,
                          .text = "I am always last.\n",
                          .bend = inflate };

  (void) data;
  spread (self, &forgery);
  sync_honest (self, 2);
  assert_unplaced (self, VICTIM, &forgery.sealed->header->id, PARAPH_RECORD_STATE_EVIDENCE);
  assert_unplaced (self, OTHER, &forgery.sealed->header->id, PARAPH_RECORD_STATE_EVIDENCE);
  g_assert_cmpuint (test_count_notices (get (self, VICTIM), "refused", &forgery.sealed->header->id),
                    ==, 1);
  assert_chain_stalls (self, &forgery);
  g_assert_cmpint (get_highest_clock (self, VICTIM), <, 1000);
  test_forgery_clear (&forgery);
}

/* Proofs */

static gboolean
count_evidence (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_record_table_count (home->store, PARAPH_RECORD_STATE_EVIDENCE, data, error);
}

static guint64
get_evidence (Fixture *self)
{
  guint64 kept = 0;

  test_run (get (self, VICTIM), count_evidence, &kept);
  return kept;
}

/* However many an author signs, few are kept to prove what it does. */
static void
test_many_malformed (Fixture *self, gconstpointer data)
{
  (void) data;
  for (guint i = 0; i < PARAPH_LIMIT_EVIDENCE + 3; i++)
    {
      TestForgery forgery = { .kind = PARAPH_KIND_STATEMENT,
                              .lines = STATEMENT,
                              .channel = self->charter,
                              .text = "I am always last.\n",
                              .bend = inflate };

      test_forge (get (self, LIAR), &forgery);
      test_send_forged (get (self, LIAR), &forgery, get (self, VICTIM));
      test_forgery_clear (&forgery);
    }
  test_post (get (self, LIAR));
  sync_honest (self, 1);
  g_assert_cmpuint (get_evidence (self), ==, PARAPH_LIMIT_EVIDENCE);
  g_assert_cmpuint (test_count_notices (get (self, VICTIM), "refused", NULL), ==,
                    PARAPH_LIMIT_EVIDENCE + 3);
  assert_goes_on (self);
}

/* In the liar's identity chain, after a record that is of none; nobody has signed it. */
static gboolean
take_unsigned_identity (ParaphHome *home, gpointer data, GError **error)
{
  const Fixture *self = data;
  const TestDelegation *liar = &self->talks.delegations[LIAR];
  ParaphId padding[8];
  ParaphRevocation revocation = {
    .device = test_id (5), .reason = "lost", .n_padding = 8, .padding = padding
  };
  ParaphPosition position = { .channel = liar->delegation,
                              .author = liar->delegation,
                              .number = 2,
                              .previous = self->charter,
                              .clock = 3 };
  ParaphSignedBy by = { .key = test_id (6) };
  g_autoptr (ParaphDraft) draft = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  g_autoptr (ParaphSealedRecord) sealed = NULL;
  ParaphOutcome outcome = PARAPH_OUTCOME_APPLIED;
  guint8 salt[16] = { 1 };

  for (guint i = 0; i < G_N_ELEMENTS (padding); i++)
    padding[i] = test_id ((guint8) (10 + i));
  draft = paraph_identity_draft_revocation (&revocation);
  header = paraph_draft_finish (draft, &position, 1, salt, error);
  if (header == NULL)
    return FALSE;
  sealed = paraph_sealed_record_new (header, &by, 1);
  if (!paraph_inbound_record (home, sealed, NULL, &liar->device, &outcome, error))
    return FALSE;
  g_assert_cmpint (outcome, ==, PARAPH_OUTCOME_REFUSED);
  return TRUE;
}

static void
test_unsigned_identity (Fixture *self, gconstpointer data)
{
  (void) data;
  test_run (get (self, VICTIM), take_unsigned_identity, self);
  g_assert_cmpuint (get_evidence (self), ==, 0);
  g_assert_cmpuint (test_count_notices (get (self, VICTIM), "refused", NULL), ==, 1);
}

/* A record of the liar's under a signature that is not its own. */
static void
test_bad_signature (Fixture *self, gconstpointer data)
{
  TestForgery forgery = { .kind = PARAPH_KIND_STATEMENT,
                          .lines = STATEMENT,
                          .channel = self->charter,
                          .text = "Unsigned.\n" };
  ParaphSignedBy by;
  ParaphSealedRecord *spoiled;

  (void) data;
  test_forge (get (self, LIAR), &forgery);
  by = forgery.sealed->signatures[0];
  by.signature.bytes[5] ^= 1;
  spoiled = paraph_sealed_record_new (forgery.sealed->header, &by, 1);
  paraph_sealed_record_unref (forgery.sealed);
  forgery.sealed = spoiled;
  test_send_forged (get (self, LIAR), &forgery, get (self, VICTIM));
  test_post (get (self, LIAR));
  sync_honest (self, 1);
  g_assert_false (look (self, VICTIM, &spoiled->header->id).is_held);
  g_assert_cmpuint (test_count_notices (get (self, VICTIM), "refused", &spoiled->header->id), ==,
                    1);
  assert_goes_on (self);
  test_forgery_clear (&forgery);
}

static gboolean
read_record (ParaphHome *home, gpointer data, GError **error)
{
  ParaphSealedRecord **sealed = data;
  g_autoptr (ParaphStoredRecord) row = NULL;

  if (!paraph_record_table_get (home->store, &(*sealed)->header->id, &row, error))
    return FALSE;
  g_assert_nonnull (row);
  *sealed = paraph_home_read_record (row, error);
  return *sealed != NULL;
}

/* Two signatures of the author's: a bad one, and behind it the good one, which alone is kept. */
static void
test_doubled_signature (Fixture *self, gconstpointer data)
{
  TestForgery forgery = {
    .kind = PARAPH_KIND_STATEMENT, .lines = STATEMENT, .channel = self->charter, .text = "Twice.\n"
  };
  ParaphSignedBy by[2] = { 0 };
  ParaphSealedRecord *doubled = NULL;
  ParaphSealedRecord *kept = NULL;

  (void) data;
  test_forge (get (self, LIAR), &forgery);
  by[0].key = forgery.sealed->signatures[0].key;
  by[1] = forgery.sealed->signatures[0];
  doubled = paraph_sealed_record_new (forgery.sealed->header, by, 2);
  paraph_sealed_record_unref (forgery.sealed);
  forgery.sealed = doubled;
  test_send_forged (get (self, LIAR), &forgery, get (self, VICTIM));
  test_post (get (self, LIAR));
  sync_honest (self, 2);
  assert_placed (self, VICTIM, &doubled->header->id);
  kept = doubled;
  test_run (get (self, VICTIM), read_record, &kept);
  g_assert_cmpuint (kept->n_signatures, ==, 1);
  g_assert_cmpmem (&kept->signatures[0], sizeof by[1], &by[1], sizeof by[1]);
  paraph_sealed_record_unref (kept);
  test_forgery_clear (&forgery);
}

static gboolean
is_old (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_home_is_old_copy (home, data, error);
}

static void
assert_not_old (Fixture *self)
{
  gboolean old = TRUE;

  test_run (get (self, VICTIM), is_old, &old);
  g_assert_false (old);
}

static void
test_claim_without_record (Fixture *self, gconstpointer data)
{
  ParaphPlace claim = { get (self, VICTIM)->device, 40, test_id (98) };

  (void) data;
  test_send_have (get (self, LIAR), &self->charter, &claim, NULL, get (self, VICTIM));
  test_post (get (self, LIAR));
  sync_honest (self, 1);
  g_assert_cmpuint (test_count_notices (get (self, VICTIM), "false-claim", &claim.id), ==, 1);
  assert_not_old (self);
  assert_goes_on (self);
}

static void
pretend (ParaphPosition *position, gpointer data)
{
  position->author = *(const ParaphId *) data;
}

/* The record that is to prove the claim names the victim as its author, and the liar signed it. */
static void
test_claim_with_false_record (Fixture *self, gconstpointer data)
{
  TestForgery forgery = { .kind = PARAPH_KIND_STATEMENT,
                          .lines = STATEMENT,
                          .channel = self->charter,
                          .text = "They said so.\n",
                          .bend = pretend,
                          .data = &get (self, VICTIM)->device };
  ParaphPlace claim = { get (self, VICTIM)->device, 0, { { 0 } } };
  ParaphSignedBy by;
  g_autoptr (ParaphSealedRecord) last_own = NULL;

  (void) data;
  test_forge (get (self, LIAR), &forgery);
  by = forgery.sealed->signatures[0];
  by.key = get (self, VICTIM)->device;
  last_own = paraph_sealed_record_new (forgery.sealed->header, &by, 1);
  claim.id = forgery.sealed->header->id;
  claim.number = forgery.sealed->header->number;
  test_send_have (get (self, LIAR), &self->charter, &claim, last_own, get (self, VICTIM));
  test_post (get (self, LIAR));
  sync_honest (self, 1);
  g_assert_cmpuint (test_count_notices (get (self, VICTIM), "false-claim", &claim.id), ==, 1);
  assert_not_old (self);
  g_assert_false (look (self, VICTIM, &claim.id).is_held);
  assert_goes_on (self);
  test_forgery_clear (&forgery);
}

/* Heads of somebody else's chain that do not exist: asked for once, and no more of it. */
static void
test_claim_about_another (Fixture *self, gconstpointer data)
{
  ParaphPlace claim = { get (self, OTHER)->device, 40, test_id (97) };
  gint64 before = get_highest_clock (self, VICTIM);

  (void) data;
  test_send_have (get (self, LIAR), &self->charter, &claim, NULL, get (self, VICTIM));
  test_post (get (self, LIAR));
  sync_honest (self, 2);
  g_assert_cmpuint (test_count_notices (get (self, VICTIM), "false-claim", NULL), ==, 0);
  g_assert_false (look (self, VICTIM, &claim.id).is_held);
  g_assert_cmpint (get_highest_clock (self, VICTIM), ==, before);
  assert_not_old (self);
  assert_goes_on (self);
  g_assert_cmpuint (test_talks_rest (&self->talks), <=, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/claims/a-planted-seen-stalls-its-author-alone", test_false_seen);
  ADD ("/claims/an-inflated-clock-is-kept-as-evidence", test_inflated_clock);
  ADD ("/claims/malformed-records-are-kept-up-to-a-limit", test_many_malformed);
  ADD ("/claims/an-unsigned-identity-record-is-no-evidence", test_unsigned_identity);
  ADD ("/claims/a-bad-signature-leaves-nothing", test_bad_signature);
  ADD ("/claims/a-doubled-signature-is-kept-once", test_doubled_signature);
  ADD ("/claims/about-our-chain-without-a-record-is-shown", test_claim_without_record);
  ADD ("/claims/about-our-chain-with-a-false-record-is-shown", test_claim_with_false_record);
  ADD ("/claims/about-another-chain-change-nothing", test_claim_about_another);
#undef ADD
  return g_test_run ();
}
