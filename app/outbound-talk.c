/* Talk on its way out: in the talk table and in envelopes, never in a record. */

#include "app/outbound.h"

#include "app/error.h"
#include "app/home-private.h"
#include "negotiation/channel.h"
#include "store/talk-table.h"

/* Counter and previous follow the last message this device sent here. */
static gboolean
continue_chain (ParaphHome *home, ParaphTalk *talk, GError **error)
{
  g_autoptr (ParaphTalkRow) last = NULL;
  g_autoptr (ParaphPacket) packet = NULL;

  if (!paraph_talk_table_get_last (home->store, &talk->channel, &home->device, &last, error))
    return FALSE;
  if (last == NULL)
    return TRUE;
  packet = paraph_packet_parse (last->payload, error);
  if (packet == NULL)
    return FALSE;
  talk->counter = (gint64) last->counter + 1;
  return paraph_talk_hash (packet, &talk->previous, error);
}

static gboolean
keep_talk (ParaphHome *home, const ParaphPacket *packet, GError **error)
{
  g_autoptr (GBytes) bytes = paraph_packet_write (packet, error);
  ParaphTalkRow row = { 0 };
  gboolean is_new = FALSE;

  if (bytes == NULL)
    return FALSE;
  row.channel = packet->talk.channel;
  row.author = home->device;
  row.counter = (guint64) packet->talk.counter;
  row.previous = packet->talk.previous;
  row.payload = bytes;
  row.received = packet->talk.time;
  row.own = TRUE;
  return paraph_talk_table_add (home->store, &row, &is_new, error);
}

gboolean
paraph_outbound_talk (ParaphHome *home, const ParaphId *channel_id, const char *words,
                      const char *file_name, GBytes *file, GError **error)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, channel_id);
  const ParaphPowers *powers = paraph_home_get_powers (home);
  g_autofree char *words_copy = g_strdup (words);
  g_autofree char *name_copy = g_strdup (file_name);
  g_autoptr (ParaphPacket) packet = NULL;
  g_autoptr (GArray) devices = NULL;
  ParaphTalk talk = { .channel = *channel_id };
  ParaphSending sending = { 0 };

  if (channel == NULL || powers == NULL || (powers->powers & PARAPH_POWER_TALK) == 0)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "This device may not talk in that channel. “channel members” and “device list” "
          "say who may.");
      return FALSE;
    }
  talk.time = paraph_home_now ();
  talk.words = words_copy;
  talk.file_name = name_copy;
  talk.file = file;
  if (!continue_chain (home, &talk, error))
    return FALSE;
  packet = paraph_packet_new_talk (&talk);
  if (!keep_talk (home, packet, error))
    return FALSE;
  devices = paraph_outbound_list_recipients (home, channel, PARAPH_POWER_TALK);
  sending.packet = packet;
  sending.negotiation = paraph_channel_get_negotiation (channel);
  sending.channel = channel_id;
  return paraph_outbound_send (home, &sending, devices, NULL, error);
}
