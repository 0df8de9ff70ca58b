/* What a pass says to others: want, have, receipt. */

#include "app/sync-private.h"

#include <string.h>

#include "app/home-private.h"
#include "app/outbound-private.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "store/sync-table.h"
#include "store/waiting-table.h"

#define ASK_AGAIN_SECONDS 600
#define MISSING_MAX 4096

static gboolean
is_held (ParaphHome *home, const ParaphId *id, gboolean *ret_is_held, GError **error)
{
  g_autoptr (ParaphStoredRecord) row = NULL;

  if (!paraph_record_table_get (home->store, id, &row, error))
    return FALSE;
  *ret_is_held = row != NULL;
  return TRUE;
}

/* Asked for at most once in a while. */
static gboolean
is_due (ParaphHome *home, const ParaphMissing *missing, gboolean *ret_is_due, GError **error)
{
  gint64 now = paraph_home_now ();
  gint64 asked = 0;
  ParaphId peer = { { 0 } };
  gboolean held = FALSE;

  *ret_is_due = FALSE;
  if (!is_held (home, &missing->id, &held, error)
      || !paraph_sync_table_get_wanted (home->store, &missing->id, &peer, &asked, error))
    return FALSE;
  if (held || (asked != 0 && now - asked < ASK_AGAIN_SECONDS && asked <= now))
    return TRUE;
  *ret_is_due = TRUE;
  return paraph_sync_table_set_wanted (home->store, &missing->id, &missing->peer, now, error);
}

static gboolean
send_want (ParaphHome *home, const ParaphMissing *first, GArray *ids, GError **error)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &first->channel);
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  g_autoptr (ParaphPacket) packet =
      paraph_packet_new_want (&first->channel, &g_array_index (ids, ParaphId, 0), ids->len);
  ParaphSending sending = { .packet = packet, .channel = &first->channel };

  if (channel != NULL)
    sending.negotiation = paraph_channel_get_negotiation (channel);
  g_array_append_val (devices, first->peer);
  return paraph_outbound_send (home, &sending, devices, NULL, error);
}

static int
compare_missing (gconstpointer a, gconstpointer b)
{
  const ParaphMissing *left = a;
  const ParaphMissing *right = b;
  int order = paraph_id_compare (&left->peer, &right->peer);

  if (order == 0)
    order = paraph_id_compare (&left->channel, &right->channel);
  return order != 0 ? order : paraph_id_compare (&left->id, &right->id);
}

/* One packet for each peer and channel; no more than it may hold. */
static gboolean
send_wants (ParaphHome *home, GError **error)
{
  GArray *missing = paraph_home_get_data (home)->missing;
  guint at = 0;

  g_array_sort (missing, compare_missing);
  while (at < missing->len)
    {
      const ParaphMissing *first = &g_array_index (missing, ParaphMissing, at);
      g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (ParaphId));

      for (; at < missing->len && ids->len < PARAPH_WANT_MAX; at++)
        {
          const ParaphMissing *one = &g_array_index (missing, ParaphMissing, at);
          gboolean due = FALSE;

          if (!paraph_id_equal (&one->peer, &first->peer)
              || !paraph_id_equal (&one->channel, &first->channel))
            break;
          if (!is_due (home, one, &due, error))
            return FALSE;
          if (due)
            g_array_append_val (ids, one->id);
        }
      if (ids->len > 0 && !send_want (home, first, ids, error))
        return FALSE;
    }
  g_array_set_size (missing, 0);
  return TRUE;
}

/* What waiting records name is asked of the device that brought them. */
static gboolean
note_waiting (ParaphHome *home, GError **error)
{
  g_autoptr (GArray) ids = NULL;

  if (!paraph_waiting_table_list_missing (home->store, MISSING_MAX, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      ParaphMissing missing = { .id = g_array_index (ids, ParaphId, i) };
      g_autoptr (GArray) waiting = NULL;
      g_autoptr (ParaphStoredRecord) row = NULL;

      if (!paraph_waiting_table_list (home->store, &missing.id, &waiting, error))
        return FALSE;
      if (waiting->len == 0)
        continue;
      if (!paraph_record_table_get (home->store, &g_array_index (waiting, ParaphId, 0), &row,
                                    error))
        return FALSE;
      if (row == NULL)
        continue;
      missing.channel = row->channel;
      missing.peer = row->carrier;
      if (paraph_id_is_zero (&missing.peer) || paraph_id_equal (&missing.peer, &home->device))
        continue;
      g_array_append_val (paraph_home_get_data (home)->missing, missing);
    }
  return TRUE;
}

/* have */

static int
compare_tips (gconstpointer a, gconstpointer b)
{
  const ParaphTip *left = a;
  const ParaphTip *right = b;
  int order = (left->is_identity ? 1 : 0) - (right->is_identity ? 1 : 0);

  if (order == 0)
    order = paraph_id_compare (&left->place.author, &right->place.author);
  if (order == 0)
    order = (left->place.number > right->place.number) - (left->place.number < right->place.number);
  return order != 0 ? order : paraph_id_compare (&left->place.id, &right->place.id);
}

/* Every tip of the channel's chains and of its members' identity chains. */
static GArray *
list_tips (ParaphHome *home, ParaphChannel *channel)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  g_autoptr (GArray) places = paraph_channel_list_tips (channel);
  g_autoptr (GArray) members = paraph_channel_list_members (channel, NULL);
  GArray *tips = g_array_new (FALSE, FALSE, sizeof (ParaphTip));

  for (guint i = 0; i < places->len; i++)
    {
      ParaphTip tip = { FALSE, g_array_index (places, ParaphPlace, i) };

      g_array_append_val (tips, tip);
    }
  for (guint i = 0; i < members->len; i++)
    {
      const ParaphId *id = &g_array_index (members, ParaphMember, i).delegation;
      ParaphDelegation delegation = { 0 };
      ParaphTip tip = { .is_identity = TRUE };

      if (!paraph_identities_get_delegation (identities, id, &delegation))
        continue;
      tip.place.author = *id;
      tip.place.number = delegation.head_number;
      tip.place.id = delegation.head;
      g_array_append_val (tips, tip);
    }
  g_array_sort (tips, compare_tips);
  return tips;
}

static void
hash_tips (GArray *tips, ParaphId *ret_digest)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < tips->len; i++)
    g_byte_array_append (bytes, g_array_index (tips, ParaphTip, i).place.id.bytes,
                         sizeof (ParaphId));
  paraph_sha256 (bytes->data, bytes->len, ret_digest);
}

static gboolean
send_pages (ParaphHome *home, ParaphChannel *channel, const ParaphId *peer, GArray *tips,
            guint *ret_reached, GError **error)
{
  ParaphEntry *own = paraph_channel_find_own_head (channel, peer);
  guint pages = MAX (1, (tips->len + PARAPH_HAVE_MAX - 1) / PARAPH_HAVE_MAX);
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  g_array_append_vals (devices, peer, 1);
  for (guint page = 0; page < pages; page++)
    {
      guint from = page * PARAPH_HAVE_MAX;
      guint n = MIN (tips->len - from, PARAPH_HAVE_MAX);
      g_autoptr (GArray) part = g_array_new (FALSE, FALSE, sizeof (ParaphTip));
      g_autoptr (ParaphPacket) packet = NULL;
      ParaphHave have = { .channel = *paraph_channel_get_id (channel) };
      ParaphSending sending = { 0 };

      if (n > 0)
        g_array_append_vals (part, &g_array_index (tips, ParaphTip, from), n);
      have.page = page;
      have.pages = pages;
      have.tips = part;
      if (page == 0 && own != NULL)
        have.last_own = paraph_record_get_sealed (paraph_entry_get_record (own));
      packet = paraph_packet_new_have (&have);
      sending.packet = packet;
      sending.negotiation = paraph_channel_get_negotiation (channel);
      sending.channel = paraph_channel_get_id (channel);
      if (!paraph_outbound_send (home, &sending, devices, ret_reached, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
send_have (ParaphHome *home, ParaphChannel *channel, GError **error)
{
  g_autoptr (GArray) tips = list_tips (home, channel);
  g_autoptr (GArray) peers = paraph_outbound_list_recipients (home, channel, PARAPH_POWER_READ);
  const ParaphId *id = paraph_channel_get_id (channel);
  ParaphId digest = { { 0 } };

  hash_tips (tips, &digest);
  for (guint i = 0; i < peers->len; i++)
    {
      const ParaphId *peer = &g_array_index (peers, ParaphId, i);
      ParaphId last = { { 0 } };
      guint reached = 0;

      if (!paraph_sync_table_get_have_sent (home->store, peer, id, &last, error))
        return FALSE;
      if (paraph_id_equal (&last, &digest))
        continue;
      if (!send_pages (home, channel, peer, tips, &reached, error)
          || (reached > 0
              && !paraph_sync_table_set_have_sent (home->store, peer, id, &digest, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_member (ParaphHome *home, ParaphChannel *channel)
{
  return paraph_channel_find_member (channel, NULL, &home->delegation, NULL);
}

static gboolean
send_haves (ParaphHome *home, GError **error)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);

  for (guint i = 0; i < channels->len; i++)
    if (is_member (home, g_ptr_array_index (channels, i))
        && !send_have (home, g_ptr_array_index (channels, i), error))
      return FALSE;
  return TRUE;
}

/* receipt: one packet for each peer */

static gboolean
send_receipt (ParaphHome *home, const ParaphId *peer, GError **error)
{
  g_autoptr (GArray) ids = NULL;
  g_autoptr (ParaphPacket) packet = NULL;
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  ParaphSending sending = { 0 };
  guint reached = 0;

  if (!paraph_sync_table_list_receipts (home->store, peer, PARAPH_RECEIPT_MAX, &ids, error))
    return FALSE;
  if (ids->len == 0)
    return TRUE;
  packet = paraph_packet_new_receipt (&g_array_index (ids, ParaphId, 0), ids->len);
  sending.packet = packet;
  g_array_append_vals (devices, peer, 1);
  if (!paraph_outbound_send (home, &sending, devices, &reached, error))
    return FALSE;
  for (guint i = 0; reached > 0 && i < ids->len; i++)
    if (!paraph_sync_table_delete_receipt (home->store, peer, &g_array_index (ids, ParaphId, i),
                                           error))
      return FALSE;
  return TRUE;
}

static gboolean
send_receipts (ParaphHome *home, GError **error)
{
  g_autoptr (GArray) peers = NULL;

  if (!paraph_sync_table_list_receipt_peers (home->store, &peers, error))
    return FALSE;
  for (guint i = 0; i < peers->len; i++)
    if (!send_receipt (home, &g_array_index (peers, ParaphId, i), error))
      return FALSE;
  return TRUE;
}

gboolean
paraph_sync_answer (ParaphHome *home, GError **error)
{
  return note_waiting (home, error) && send_wants (home, error) && send_haves (home, error)
         && send_receipts (home, error);
}
