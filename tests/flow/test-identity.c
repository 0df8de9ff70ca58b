/* New identity records reach everybody who shares a channel. */

#include <string.h>

#include "app/home-private.h"
#include "app/identity-requests.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "negotiation/identity-draft.h"
#include "store/secret-table.h"
#include "tests/flow/convened.h"
#include "tests/flow/forged.h"

typedef struct
{
  ParaphId delegation;
  ParaphId device;
  gint64 frozen;
  gboolean is_in_force;
} Look;

static gboolean
look (ParaphHome *home, gpointer data, GError **error)
{
  Look *self = data;
  ParaphDelegation delegation = { 0 };

  (void) error;
  g_assert_true (paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                                   &self->delegation, &delegation));
  self->frozen = delegation.frozen;
  self->is_in_force = paraph_home_find_device (home, &self->device) != NULL;
  return TRUE;
}

static Look
look_at (TestDelegation *one, const TestDelegation *of)
{
  Look self = { .delegation = of->delegation, .device = of->device };

  test_run (one, look, &self);
  return self;
}

static gboolean
revoke_self (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_device_revoke (home, &home->device, "left", NULL, data, error);
}

static void
test_revokes_itself (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  ParaphId revocation = { { 0 } };
  TestDelegation *last = NULL;

  test_talks_init_convened (&talks, 3, &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  last = &talks.delegations[2];
  test_run (last, revoke_self, &revocation);
  g_assert_false (look_at (last, last).is_in_force);
  g_assert_true (look_at (&talks.delegations[0], last).is_in_force);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  for (guint i = 0; i < talks.n; i++)
    g_assert_false (look_at (&talks.delegations[i], last).is_in_force);
  g_assert_cmpuint (test_talks_count_mail (&talks), ==, 0);
  test_talks_clear (&talks);
}

/* A delegation whose custodian signs two different records of one number */

typedef struct
{
  const char *reason;
  ParaphSealedRecord *sealed;
} Branch;

static gboolean
make_branch (ParaphHome *home, gpointer data, GError **error)
{
  Branch *self = data;
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  ParaphId padding[8] = { { { 0 } } };
  ParaphRevocation revocation = {
    .device = home->delegation, .reason = self->reason, .n_padding = 8, .padding = padding
  };
  g_autoptr (ParaphDraft) draft = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  ParaphDelegation own = { 0 };
  ParaphPosition position = { 0 };
  ParaphSignedBy by = { 0 };
  ParaphSignKey key = { { 0 } };
  guint8 salt[16] = { 1 };

  paraph_home_random (padding, sizeof padding);
  if (!paraph_secret_table_get (home->store, PARAPH_SECRET_CUSTODIAN_SEED, "custodian seed", &seed,
                                error))
    return FALSE;
  g_assert_true (paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                                   &home->delegation, &own));
  draft = paraph_identity_draft_revocation (&revocation);
  paraph_identity_position (&own, &position);
  header = paraph_draft_finish (draft, &position, paraph_home_now (), salt, error);
  g_assert_nonnull (header);
  g_assert_cmpint (paraph_sign_pair_from_seed ("custodian key", seed, &secret, &key), ==, 0);
  g_assert_cmpint (paraph_sshsig_sign (secret, PARAPH_SSHSIG_IDENTITY, &header->id, &by.signature),
                   ==, 0);
  paraph_sign_key_id (&key, &by.key);
  self->sealed = paraph_sealed_record_new (header, &by, 1);
  return TRUE;
}

static gboolean
take (ParaphHome *home, gpointer data, GError **error)
{
  ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

  if (!paraph_inbound_record (home, data, NULL, NULL, &outcome, error))
    return FALSE;
  g_assert_cmpint (outcome, ==, PARAPH_OUTCOME_APPLIED);
  return TRUE;
}

/* The record comes with a bad signature of its custodian's beside the good one, which sorts behind. */
static void
test_opens_again_after_a_doubled_signature (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  Branch branch = { .reason = "lost" };
  TestDelegation *home = NULL;
  ParaphSignedBy by[2] = { 0 };
  g_autoptr (ParaphSealedRecord) doubled = NULL;

  test_talks_init_convened (&talks, 2, &charter);
  home = &talks.delegations[0];
  test_run (&talks.delegations[1], make_branch, &branch);
  by[0].key = branch.sealed->signatures[0].key;
  by[1] = branch.sealed->signatures[0];
  doubled = paraph_sealed_record_new (branch.sealed->header, by, 2);
  test_run (home, take, doubled);
  assert_done (paraph_client_close (home->client, E));
  assert_done (paraph_client_open (home->client, &home->home.opening, NULL, E));
  paraph_sealed_record_unref (branch.sealed);
  test_talks_clear (&talks);
}

/* Each of two homes is shown one branch; they meet, and everybody freezes the chain at it. */
static void
test_spreads_a_fork (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  Branch branches[2] = { { .reason = "lost" }, { .reason = "stolen" } };
  TestDelegation *forker = NULL;

  test_talks_init_convened (&talks, 4, &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  forker = &talks.delegations[3];
  for (guint i = 0; i < 2; i++)
    test_run (forker, make_branch, &branches[i]);
  for (guint i = 0; i < 2; i++)
    test_run (&talks.delegations[i], take, branches[i].sealed);
  g_assert_cmpint (look_at (&talks.delegations[0], forker).frozen, ==, -1);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  for (guint i = 0; i < talks.n; i++)
    {
      Look seen = look_at (&talks.delegations[i], forker);

      g_assert_cmpint (seen.frozen, ==, 2);
      g_assert_true (seen.is_in_force);
    }
  for (guint i = 0; i < 2; i++)
    paraph_sealed_record_unref (branches[i].sealed);
  test_talks_clear (&talks);
}

/* A forged copy of what one wrote comes first, and nobody can tell yet that it is forged. */

static void
stand_on (ParaphPosition *position, gpointer data)
{
  position->identity = *(const ParaphId *) data;
}

typedef struct
{
  ParaphSealedRecord *sealed;
  const ParaphId *carrier;
  ParaphOutcome outcome;
  gboolean is_placed;
} Copy;

static gboolean
take_copy (ParaphHome *home, gpointer data, GError **error)
{
  Copy *self = data;

  return paraph_inbound_record (home, self->sealed, NULL, self->carrier, &self->outcome, error);
}

static gboolean
find_copy (ParaphHome *home, gpointer data, GError **error)
{
  Copy *self = data;

  (void) error;
  self->is_placed = paraph_ledger_find (home->ledger, &self->sealed->header->id) != NULL;
  return TRUE;
}

static void
test_is_not_displaced_by_a_forged_copy (void)
{
  static const char *const lines[] = { "type", "statement", NULL };
  TestTalks talks = { 0 };
  Branch branch = { .reason = "lost" };
  TestForgery real = { .kind = PARAPH_KIND_STATEMENT, .lines = lines, .bend = stand_on };
  ParaphSyncReport report = { 0 };
  ParaphSignedBy by = { 0 };
  Copy copies[2] = { 0 };
  TestDelegation *home = NULL;

  test_talks_init_convened (&talks, 3, &real.channel);
  home = &talks.delegations[0];
  test_run (&talks.delegations[1], make_branch, &branch);
  real.text = "We say so.\n";
  real.data = &branch.sealed->header->id;
  test_forge (&talks.delegations[1], &real);
  by.key = real.sealed->signatures[0].key;
  copies[0].sealed = paraph_sealed_record_new (real.sealed->header, &by, 1);
  copies[0].carrier = &talks.delegations[2].device;
  copies[1].sealed = real.sealed;
  copies[1].carrier = &talks.delegations[1].device;
  for (guint i = 0; i < 2; i++)
    test_run (home, take_copy, &copies[i]);
  g_assert_cmpint (copies[0].outcome, ==, PARAPH_OUTCOME_WAITING);
  g_assert_cmpint (copies[1].outcome, ==, PARAPH_OUTCOME_HELD);
  test_run (home, take_copy, &copies[0]); /* does not let go of what is held */
  test_run (home, take, branch.sealed);
  test_sync (home, &report);
  test_run (home, find_copy, &copies[1]);
  g_assert_true (copies[1].is_placed);
  g_assert_cmpuint (report.held, ==, 0);
  paraph_sealed_record_unref (copies[0].sealed);
  test_forgery_clear (&real);
  paraph_sealed_record_unref (branch.sealed);
  test_talks_clear (&talks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/the-only-device-revokes-itself", test_revokes_itself);
  g_test_add_func ("/identity/opens-again-after-a-doubled-signature",
                   test_opens_again_after_a_doubled_signature);
  g_test_add_func ("/identity/is-not-displaced-by-a-forged-copy",
                   test_is_not_displaced_by_a_forged_copy);
  g_test_add_func ("/identity/spreads-a-fork", test_spreads_a_fork);
  return g_test_run ();
}
