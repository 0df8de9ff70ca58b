/* More chains than a checkpoint may list: ours still is of the form, and lists the newest. */

#include <string.h>

#include "app/home-private.h"
#include "app/limit-table.h"
#include "crypto/envelope.h"
#include "crypto/sign.h"
#include "negotiation/identity-draft.h"
#include "store/secret-table.h"
#include "tests/flow/convened.h"

#define DEVICES 600u

/* Everything that one delegation makes, in order. */
typedef struct
{
  ParaphId charter;
  ParaphSecret *custodian;
  GPtrArray *sealed;
} Crowd;

static void
place (ParaphHome *home, Crowd *self, ParaphSealedRecord *sealed)
{
  ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;
  GError *error = NULL;

  paraph_inbound_record (home, sealed, NULL, NULL, &outcome, &error);
  g_assert_no_error (error);
  g_assert_true (outcome == PARAPH_OUTCOME_APPLIED || outcome == PARAPH_OUTCOME_WITHOUT_EFFECT);
  g_ptr_array_add (self->sealed, sealed);
}

static ParaphSealedRecord *
seal (ParaphDraft *draft, const ParaphPosition *position, const ParaphSecret *secret,
      const ParaphSignKey *key)
{
  GError *error = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  g_autofree char *name_space = NULL;
  ParaphSignedBy by = { 0 };
  guint8 salt[16];

  paraph_home_random (salt, sizeof salt);
  header = paraph_draft_finish (draft, position, paraph_home_now (), salt, &error);
  g_assert_no_error (error);
  name_space = paraph_header_dup_namespace (header);
  g_assert_cmpint (paraph_sshsig_sign (secret, name_space, &header->id, &by.signature), ==, 0);
  paraph_sign_key_id (key, &by.key);
  return paraph_sealed_record_new (header, &by, 1);
}

/* Powers to read and talk, for a new device. */
static void
admit (ParaphHome *home, Crowd *self, const ParaphSecret *secret, ParaphPowers *powers)
{
  PARAPH_SECRET_AUTO ParaphSecret *session = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *envelope = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *custodian = NULL;
  g_autoptr (ParaphDraft) draft = NULL;
  ParaphSignature proof = { { 0 } };
  ParaphSignKey key = { { 0 } };
  ParaphDelegation own = { 0 };
  ParaphPosition position = { 0 };
  ParaphId message = { { 0 } };
  guint32 registration = 0;

  powers->delegation = home->delegation;
  powers->person = "Somebody";
  powers->powers = PARAPH_POWER_READ | PARAPH_POWER_TALK;
  g_assert_cmpint (paraph_session_keys_new_identity (&powers->session, &session, &registration), ==,
                   0);
  g_assert_cmpint (paraph_envelope_new_key (&powers->envelope, &envelope), ==, 0);
  paraph_powers_hash_proof (powers, &message);
  g_assert_cmpint (paraph_sshsig_sign (secret, PARAPH_SSHSIG_DEVICE, &message, &proof), ==, 0);
  draft = paraph_identity_draft_powers (powers, &proof);
  g_assert_true (paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                                   &home->delegation, &own));
  paraph_identity_position (&own, &position);
  g_assert_cmpint (paraph_sign_pair_from_seed ("custodian", self->custodian, &custodian, &key), ==,
                   0);
  place (home, self, seal (draft, &position, custodian, &key));
}

/* Its first record, which has seen the charter and nothing else. */
static void
write_first (ParaphHome *home, Crowd *self, const ParaphSecret *secret, const ParaphPowers *powers)
{
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_STATEMENT);
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (ParaphPlace));
  const ParaphHeader *charter =
      paraph_entry_get_header (paraph_ledger_find (home->ledger, &self->charter));
  ParaphPlace place_of_charter = { charter->author, 0, charter->id };
  ParaphDelegation own = { 0 };
  ParaphPosition position = { .clock = 2 };
  ParaphBody body = {
    .role = "text", .name = "main", .language = "en", .media_type = "text/plain;charset=utf-8"
  };

  body.size = 100; /* the body itself never comes: everybody lacks it */
  paraph_home_random (&body.blob, sizeof body.blob);
  paraph_draft_add (draft, "type", "statement");
  paraph_draft_add_body (draft, &body);
  g_assert_true (paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                                   &home->delegation, &own));
  g_array_append_val (seen, place_of_charter);
  position.negotiation = position.channel = self->charter;
  position.author = powers->device;
  position.identity = own.head;
  position.seen = seen;
  place (home, self, seal (draft, &position, secret, &powers->key));
}

static gboolean
make_crowd (ParaphHome *home, gpointer data, GError **error)
{
  Crowd *self = data;

  if (!paraph_secret_table_get (home->store, PARAPH_SECRET_CUSTODIAN_SEED, "custodian seed",
                                &self->custodian, error))
    return FALSE;
  for (guint i = 0; i < DEVICES; i++)
    {
      PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;
      PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
      ParaphPowers powers = { 0 };

      g_assert_cmpint (paraph_secret_new_random ("device", PARAPH_SIGN_SEED_SIZE, &seed), ==, 0);
      g_assert_cmpint (paraph_sign_pair_from_seed ("device", seed, &secret, &powers.key), ==, 0);
      paraph_sign_key_id (&powers.key, &powers.device);
      admit (home, self, secret, &powers);
      write_first (home, self, secret, &powers);
    }
  paraph_secret_clear (&self->custodian);
  return TRUE;
}

static gboolean
take_crowd (ParaphHome *home, gpointer data, GError **error)
{
  Crowd *self = data;

  for (guint i = 0; i < self->sealed->len; i++)
    {
      ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

      if (!paraph_inbound_record (home, g_ptr_array_index (self->sealed, i), NULL, NULL, &outcome,
                                  error))
        return FALSE;
      g_assert_cmpint (outcome, !=, PARAPH_OUTCOME_REFUSED);
    }
  return TRUE;
}

static gboolean
check_checkpoint (ParaphHome *home, gpointer data, GError **error)
{
  Crowd *self = data;
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &self->charter);
  ParaphEntry *head = paraph_channel_find_own_head (channel, &home->device);
  const ParaphHeader *header = paraph_entry_get_header (head);
  const char *const *heads = paraph_header_get_values (header, "head");
  guint n = g_strv_length ((char **) (guintptr) heads);

  (void) error;
  g_assert_cmpint (header->kind, ==, PARAPH_KIND_CHECKPOINT);
  g_assert_cmpuint (g_bytes_get_size (header->bytes), <=, PARAPH_HEADER_MAX);
  g_assert_cmpuint (n, >, 100);
  g_assert_cmpuint (n, <=, PARAPH_LIMIT_HEADS);
  g_test_message ("%u heads, %u seen, %" G_GSIZE_FORMAT " bytes", n, header->n_seen,
                  g_bytes_get_size (header->bytes));
  return TRUE;
}

static void
test_lists_what_fits (void)
{
  TestTalks talks = { 0 };
  Crowd crowd = { 0 };
  ParaphSyncReport report = { 0 };

  test_talks_init_joined (&talks, 2, &crowd.charter);
  test_talks_admit (&talks, &crowd.charter, 1, "full");
  test_talks_hand_over (&talks.delegations[0], &talks.delegations[1], &crowd.charter);
  crowd.sealed = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_sealed_record_unref);
  test_run (&talks.delegations[1], make_crowd, &crowd);
  test_run (&talks.delegations[0], take_crowd, &crowd);
  test_sync (&talks.delegations[0], &report);
  test_run (&talks.delegations[0], check_checkpoint, &crowd);
  test_talks_hand_over (&talks.delegations[0], &talks.delegations[1], &crowd.charter);
  g_ptr_array_unref (crowd.sealed);
  test_talks_clear (&talks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/heads/lists-what-fits", test_lists_what_fits);
  return g_test_run ();
}
