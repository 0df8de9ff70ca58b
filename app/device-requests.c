#define G_LOG_DOMAIN "paraph-app"

#include "app/identity-requests.h"
#include "app/error.h"
#include "app/inbound.h"
#include "app/outbound.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "negotiation/identity-draft.h"
#include "store/secret-table.h"

/* The last record of device in each channel that is to stand: of a forked chain, the one before
 * the fork. */
static GArray *
list_kept (ParaphHome *home, const ParaphId *device)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  GArray *all = g_array_new (FALSE, TRUE, sizeof (ParaphKept));

  for (guint i = 0; i < channels->len; i++)
    {
      ParaphChannel *channel = g_ptr_array_index (channels, i);
      ParaphEntry *first = NULL;
      ParaphEntry *second = NULL;
      ParaphEntry *head = NULL;
      ParaphKept kept;

      if (paraph_channel_find_fork (channel, device, &first, &second))
        head = paraph_ledger_find (home->ledger, &paraph_entry_get_header (first)->previous);
      else
        head = paraph_channel_find_own_head (channel, device);
      if (head == NULL)
        continue;
      kept.channel = *paraph_channel_get_id (channel);
      kept.number = paraph_entry_get_header (head)->number;
      kept.id = paraph_entry_get_header (head)->id;
      g_array_append_val (all, kept);
    }
  return all;
}

static ParaphHeader *
make_header (ParaphHome *home, const ParaphId *device, const char *reason, GError **error)
{
  g_autoptr (GArray) kept = list_kept (home, device);
  guint n_padding = paraph_revocation_count_padding (kept->len);
  g_autofree ParaphId *padding = g_new0 (ParaphId, n_padding + 1);
  ParaphRevocation revocation = { .device = *device,
                                  .reason = reason,
                                  .n_kept = kept->len,
                                  .kept = (const ParaphKept *) (gpointer) kept->data,
                                  .n_padding = n_padding,
                                  .padding = padding };
  g_autoptr (ParaphDraft) draft = NULL;
  ParaphDelegation own;
  ParaphPosition position;
  guint8 salt[16];

  paraph_home_random (padding, n_padding * sizeof *padding);
  paraph_home_random (salt, sizeof salt);
  if (!paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                         &home->delegation, &own))
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "This home has no delegation of its own, so it has no device to revoke. Open the delegation's home.");
      return NULL;
    }
  draft = paraph_identity_draft_revocation (&revocation);
  paraph_identity_position (&own, &position);
  return paraph_draft_finish (draft, &position, paraph_home_now (), salt, error);
}

static gboolean
sign_header (ParaphHeader *header, const ParaphSecret *seed, ParaphSignedBy *ret_signed,
             GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  ParaphSignKey key;

  if (paraph_sign_pair_from_seed ("custodian key", seed, &secret, &key) == 0
      && paraph_sshsig_sign (secret, PARAPH_SSHSIG_IDENTITY, &header->id, &ret_signed->signature)
             == 0)
    {
      paraph_sign_key_id (&key, &ret_signed->key);
      return TRUE;
    }
  paraph_app_error_set (error, PARAPH_APP_ERROR_LOCKED,
                        "The custodian key does not sign. Give the right file with --custodian.");
  return FALSE;
}

gboolean
paraph_device_revoke (ParaphHome *home, const ParaphId *device, const char *reason,
                      const ParaphSecret *custodian, ParaphId *ret_record, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *kept = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  g_autoptr (ParaphSealedRecord) sealed = NULL;
  ParaphSignedBy signature;
  ParaphOutcome outcome;

  if (!paraph_secret_table_get (home->store, PARAPH_SECRET_CUSTODIAN_SEED, "custodian seed", &kept,
                                error))
    return FALSE;
  if (custodian == NULL && kept == NULL)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_LOCKED,
          "The custodian key does not lie in this home. Give its file with --custodian.");
      return FALSE;
    }
  header = make_header (home, device, reason, error);
  if (header == NULL
      || !sign_header (header, custodian == NULL ? kept : custodian, &signature, error))
    return FALSE;
  sealed = paraph_sealed_record_new (header, &signature, 1);
  if (!paraph_inbound_record (home, sealed, NULL, NULL, &outcome, error))
    return FALSE;
  if (outcome != PARAPH_OUTCOME_APPLIED)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "The revocation has no effect (%s). Give a known reason, and the file of the key that is "
          "custodian of this delegation now.",
          paraph_outcome_get_word (outcome));
      return FALSE;
    }
  *ret_record = header->id;
  return paraph_outbound_card (home, &home->delegation, NULL, error);
}
