/* Talk comes in: kept apart from the record. */

#include "app/inbound-private.h"

#include "negotiation/judge.h"
#include "store/talk-table.h"

gboolean
paraph_inbound_talk (ParaphHome *home, const ParaphDelivery *delivery, ParaphOutcome *ret_outcome,
                     GError **error)
{
  const ParaphTalk *talk = &delivery->packet->talk;
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &talk->channel);
  const ParaphPowers *powers = paraph_home_find_device (home, &delivery->sender);
  g_autoptr (GBytes) bytes = NULL;
  ParaphTalkRow row = { 0 };
  gboolean is_new = FALSE;

  *ret_outcome = PARAPH_OUTCOME_REFUSED;
  if (channel == NULL || powers == NULL || (powers->powers & PARAPH_POWER_TALK) == 0
      || !paraph_channel_find_member (channel, NULL, &delivery->delegation, NULL))
    return paraph_home_tell (home,
                             &(const ParaphNote){ .kind = "talk-refused",
                                                  .channel = &talk->channel,
                                                  .device = &delivery->sender },
                             error);
  bytes = paraph_packet_write (delivery->packet, NULL);
  if (bytes == NULL || g_bytes_get_size (bytes) > PARAPH_TALK_SIZE_MAX)
    return TRUE;
  row.channel = talk->channel;
  row.author = delivery->sender;
  row.counter = (guint64) talk->counter;
  row.previous = talk->previous;
  row.payload = bytes;
  row.received = paraph_home_now ();
  if (!paraph_talk_table_add (home->store, &row, &is_new, error))
    return FALSE;
  *ret_outcome = is_new ? PARAPH_OUTCOME_APPLIED : PARAPH_OUTCOME_ALREADY_HAD;
  return TRUE;
}
