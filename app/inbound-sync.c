/* have, want, receipt. */

#include "app/inbound-private.h"

#include "app/limit-table.h"
#include "app/outbound-private.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "store/outbox-table.h"
#include "store/sync-table.h"

#define CLAIMS_MAX 4096 /* of one pass */

/* Whether have names a second head of the same chain, one that is here: its sender knows of a
 * fork. */
static gboolean
is_beside (ParaphHome *home, const ParaphHave *have, const ParaphTip *tip)
{
  for (guint i = 0; i < have->tips->len; i++)
    {
      const ParaphTip *other = &g_array_index (have->tips, ParaphTip, i);

      if (!other->is_identity && !tip->is_identity
          && paraph_id_equal (&other->place.author, &tip->place.author)
          && paraph_ledger_find (home->ledger, &other->place.id) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Remembered until the end of the pass, when it shows whether the place is held otherwise. */
static void
note_claim (ParaphHome *home, const ParaphDelivery *delivery, const ParaphTip *tip)
{
  GArray *claims = paraph_home_get_data (home)->claims;
  ParaphClaim claim = { .channel = delivery->packet->have.channel,
                        .place = tip->place,
                        .claimant = delivery->sender,
                        .is_identity = tip->is_identity,
                        .is_beside = is_beside (home, &delivery->packet->have, tip) };

  if (claims->len < CLAIMS_MAX)
    g_array_append_val (claims, claim);
}

/* A tip that is not here is asked for, unless it is said to be our own. */
static gboolean
note_tip (ParaphHome *home, const ParaphDelivery *delivery, const ParaphTip *tip,
          gboolean is_old_copy, GError **error)
{
  const ParaphId *channel = &delivery->packet->have.channel;
  ParaphWantRow want = { .id = tip->place.id, .channel = *channel, .author = tip->place.author };
  gboolean is_held = FALSE;

  if (!paraph_home_holds (home, &tip->place.id, &is_held, error))
    return FALSE;
  if (is_held)
    return TRUE;
  if (paraph_id_equal (&tip->place.author, &home->device))
    return is_old_copy
           || paraph_home_tell (home,
                                &(const ParaphNote){ .kind = "false-claim",
                                                     .channel = channel,
                                                     .record = &tip->place.id,
                                                     .device = &delivery->sender },
                                error);
  want.kind = tip->is_identity ? PARAPH_WANT_IDENTITY : PARAPH_WANT_RECORD;
  want.claimant = delivery->sender;
  note_claim (home, delivery, tip);
  return paraph_home_want (home, &want, error);
}

gboolean
paraph_inbound_have (ParaphHome *home, const ParaphDelivery *delivery, ParaphOutcome *ret_outcome,
                     GError **error)
{
  const ParaphHave *have = &delivery->packet->have;
  gboolean is_old_copy = FALSE;

  *ret_outcome = PARAPH_OUTCOME_APPLIED;
  if (have->last_own != NULL
      && !paraph_inbound_check_own (home, have->last_own, &delivery->sender, &is_old_copy, error))
    return FALSE;
  for (guint i = 0; i < have->tips->len; i++)
    if (!note_tip (home, delivery, &g_array_index (have->tips, ParaphTip, i), is_old_copy, error))
      return FALSE;
  return TRUE;
}

/* Once in a while only: a want that is repeated is not served again. */
static gboolean
take_turn (ParaphHome *home, const ParaphId *id, const ParaphId *peer, gboolean *ret_is_due,
           GError **error)
{
  gint64 now = paraph_home_now ();
  gint64 served = 0;

  if (!paraph_sync_table_get_served (home->store, id, peer, &served, error))
    return FALSE;
  *ret_is_due = served == 0 || now - served >= PARAPH_LIMIT_SERVE_AGAIN || served > now;
  return !*ret_is_due || paraph_sync_table_set_served (home->store, id, peer, now, error);
}

static gboolean
serve_record (ParaphHome *home, const ParaphDelivery *delivery, ParaphEntry *entry, GError **error)
{
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  g_array_append_val (devices, delivery->sender);
  return paraph_outbound_serve_record (
      home, paraph_record_get_sealed (paraph_entry_get_record (entry)),
      paraph_outbound_may_have_bodies (entry, &delivery->delegation), devices, error);
}

/* An identity record is served as the card it is part of. */
static gboolean
serve_identity (ParaphHome *home, const ParaphDelivery *delivery, const ParaphId *id,
                GError **error)
{
  const ParaphIdentityEntry *entry =
      paraph_identities_find (paraph_ledger_get_identities (home->ledger), id);
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  if (entry == NULL)
    return TRUE;
  g_array_append_val (devices, delivery->sender);
  return paraph_outbound_card_to (home, &paraph_identity_entry_get_sealed (entry)->header->channel,
                                  devices, error);
}

/* Only a record of the channel that is asked about, and only to a device that it would go to. */
static gboolean
may_have (ParaphHome *home, ParaphEntry *entry, const ParaphDelivery *delivery)
{
  g_autoptr (GArray) devices = NULL;

  if (!paraph_id_equal (paraph_channel_get_id (paraph_entry_get_channel (entry)),
                        &delivery->packet->want.channel))
    return FALSE;
  devices = paraph_outbound_list_record_recipients (home, entry);
  for (guint i = 0; i < devices->len; i++)
    if (paraph_id_equal (&g_array_index (devices, ParaphId, i), &delivery->sender))
      return TRUE;
  return FALSE;
}

gboolean
paraph_inbound_want (ParaphHome *home, const ParaphDelivery *delivery, ParaphOutcome *ret_outcome,
                     GError **error)
{
  const ParaphIdList *want = &delivery->packet->want;
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);

  *ret_outcome = PARAPH_OUTCOME_APPLIED;
  for (guint i = 0; i < want->ids->len; i++)
    {
      const ParaphId *id = &g_array_index (want->ids, ParaphId, i);
      ParaphEntry *entry = paraph_ledger_find (home->ledger, id);
      gboolean is_due = FALSE;

      if (entry != NULL ? !may_have (home, entry, delivery)
                        : paraph_identities_find (identities, id) == NULL)
        continue;
      if (!take_turn (home, id, &delivery->sender, &is_due, error))
        return FALSE;
      if (!is_due)
        continue;
      if (entry != NULL ? !serve_record (home, delivery, entry, error)
                        : !serve_identity (home, delivery, id, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
paraph_inbound_receipt (ParaphHome *home, const ParaphDelivery *delivery,
                        ParaphOutcome *ret_outcome, GError **error)
{
  const ParaphIdList *receipt = &delivery->packet->receipt;

  *ret_outcome = PARAPH_OUTCOME_APPLIED;
  for (guint i = 0; i < receipt->ids->len; i++)
    {
      ParaphId about = { { 0 } };
      gboolean is_last = FALSE;

      if (!paraph_outbox_table_receive (home->store, &g_array_index (receipt->ids, ParaphId, i),
                                        &delivery->sender, &about, &is_last, error))
        return FALSE;
    }
  return TRUE;
}
