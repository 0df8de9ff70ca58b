/* have, want, receipt. */

#include "app/inbound-private.h"

#include "app/outbound-private.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "store/outbox-table.h"
#include "store/sync-table.h"

#define SERVE_AGAIN_SECONDS 600

static void
note_missing (ParaphHome *home, const ParaphId *id, const ParaphId *channel, const ParaphId *peer)
{
  ParaphMissing missing = { *id, *channel, *peer };

  g_array_append_val (paraph_home_get_data (home)->missing, missing);
}

static gboolean
is_held (ParaphHome *home, const ParaphTip *tip, gboolean *ret_is_held, GError **error)
{
  g_autoptr (ParaphStoredRecord) row = NULL;

  *ret_is_held = TRUE;
  if (tip->is_identity
          ? paraph_identities_find (paraph_ledger_get_identities (home->ledger), &tip->place.id)
                != NULL
          : paraph_ledger_find (home->ledger, &tip->place.id) != NULL)
    return TRUE;
  if (!paraph_record_table_get (home->store, &tip->place.id, &row, error))
    return FALSE;
  *ret_is_held = row != NULL;
  return TRUE;
}

gboolean
paraph_inbound_have (ParaphHome *home, const ParaphDelivery *delivery, ParaphOutcome *ret_outcome,
                     GError **error)
{
  const ParaphHave *have = &delivery->packet->have;
  gboolean is_old_copy = FALSE;

  *ret_outcome = PARAPH_OUTCOME_APPLIED;
  if (have->last_own != NULL
      && !paraph_inbound_check_own (home, have->last_own, &is_old_copy, error))
    return FALSE;
  for (guint i = 0; i < have->tips->len; i++)
    {
      const ParaphTip *tip = &g_array_index (have->tips, ParaphTip, i);
      gboolean held = FALSE;

      if (!is_held (home, tip, &held, error))
        return FALSE;
      if (held)
        continue;
      if (!paraph_id_equal (&tip->place.author, &home->device))
        note_missing (home, &tip->place.id, &have->channel, &delivery->sender);
      else if (!is_old_copy
               && !paraph_home_note (home, "false-claim", &have->channel, &tip->place.id, NULL,
                                     error))
        return FALSE;
    }
  return TRUE;
}

/* Bodies in the past of a membership "from here" are not for that delegation. */
static gboolean
may_have_bodies (ParaphEntry *entry, const ParaphId *delegation)
{
  ParaphChannel *channel = paraph_entry_get_channel (entry);
  const GPtrArray *entries = paraph_channel_list (channel);

  for (guint i = 0; i < entries->len; i++)
    {
      ParaphEntry *other = g_ptr_array_index (entries, i);
      const ParaphHeader *header = paraph_entry_get_header (other);
      ParaphId added = { { 0 } };

      if (header->kind == PARAPH_KIND_MEMBERSHIP
          && g_strcmp0 (paraph_header_get_value (header, "change"), "add") == 0
          && g_strcmp0 (paraph_header_get_value (header, "history"), "from-here") == 0
          && paraph_header_get_id (header, "delegation", &added)
          && paraph_id_equal (&added, delegation)
          && paraph_entry_get_effect (other) == PARAPH_EFFECT_FULL
          && paraph_entry_reaches (other, entry))
        return FALSE;
    }
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
  *ret_is_due = served == 0 || now - served >= SERVE_AGAIN_SECONDS || served > now;
  return !*ret_is_due || paraph_sync_table_set_served (home->store, id, peer, now, error);
}

static gboolean
serve_record (ParaphHome *home, const ParaphDelivery *delivery, ParaphEntry *entry, GError **error)
{
  ParaphSealedRecord *sealed = paraph_record_get_sealed (paraph_entry_get_record (entry));
  g_autoptr (ParaphPacket) packet = paraph_outbound_make_record_packet (
      home, sealed, may_have_bodies (entry, &delivery->delegation), error);
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  ParaphSending sending = { packet, &sealed->header->negotiation, &sealed->header->channel,
                            &sealed->header->id };

  g_array_append_val (devices, delivery->sender);
  return packet != NULL && paraph_outbound_send (home, &sending, devices, NULL, error);
}

/* An identity record is served as the card it is part of. */
static gboolean
serve_identity (ParaphHome *home, const ParaphDelivery *delivery, const ParaphId *id,
                GError **error)
{
  const ParaphIdentityEntry *entry =
      paraph_identities_find (paraph_ledger_get_identities (home->ledger), id);
  g_autoptr (GPtrArray) cards = NULL;
  g_autoptr (ParaphPacket) packet = NULL;
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  ParaphSending sending = { 0 };
  GBytes *card = NULL;

  if (entry == NULL)
    return TRUE;
  card = paraph_home_make_card (home, &paraph_identity_entry_get_sealed (entry)->header->channel,
                                error);
  if (card == NULL)
    return FALSE;
  cards = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (cards, card);
  packet = paraph_packet_new_cards (cards);
  sending.packet = packet;
  g_array_append_val (devices, delivery->sender);
  return paraph_outbound_send (home, &sending, devices, NULL, error);
}

static gboolean
may_have (ParaphHome *home, ParaphEntry *entry, const ParaphDelivery *delivery)
{
  g_autoptr (GArray) devices = paraph_outbound_list_record_recipients (home, entry);

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

  *ret_outcome = PARAPH_OUTCOME_APPLIED;
  for (guint i = 0; i < want->ids->len; i++)
    {
      const ParaphId *id = &g_array_index (want->ids, ParaphId, i);
      ParaphEntry *entry = paraph_ledger_find (home->ledger, id);
      gboolean is_due = FALSE;

      if (entry != NULL
          && (!paraph_id_equal (paraph_channel_get_id (paraph_entry_get_channel (entry)),
                                &want->channel)
              || !may_have (home, entry, delivery)))
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
