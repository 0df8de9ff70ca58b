/* What a pass says to others: have and receipt; want is app/sync-want.c. */

#include "app/sync-private.h"

#include <string.h>

#include "app/home-private.h"
#include "app/outbound-private.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "store/sync-table.h"

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
  if (paraph_home_find_device (home, peer) == NULL)
    return paraph_sync_table_forget_receipts (home->store, peer, error);
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
  return paraph_sync_want (home, error) && send_haves (home, error) && send_receipts (home, error);
}
