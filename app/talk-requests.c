#define G_LOG_DOMAIN "paraph-app"

#include <string.h>

#include "app/channel-requests.h"
#include "app/outbound.h"
#include "crypto/hash.h"
#include "store/talk-table.h"

#define SHOWN_MAX 4096
#define PACKET_HEAD 2 /* version and kind, before the payload */

static const guint8 TALK_HEAD[PACKET_HEAD] = { 1, PARAPH_PACKET_TALK };

/* The packet whose payload a row keeps. */
static ParaphPacket *
parse_row (const ParaphTalkRow *row, GError **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  gsize size = 0;
  const guint8 *payload = g_bytes_get_data (row->payload, &size);

  g_byte_array_append (array, TALK_HEAD, PACKET_HEAD);
  g_byte_array_append (array, payload, (guint) size);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  return paraph_packet_parse (bytes, error);
}

/* Counter and previous of the own next message. */
static gboolean
find_place (ParaphHome *home, const ParaphId *channel, ParaphTalk *talk, GError **error)
{
  g_autoptr (ParaphTalkRow) last = NULL;
  g_autoptr (ParaphPacket) packet = NULL;

  if (!paraph_talk_table_get_last (home->store, channel, &home->device, &last, error))
    return FALSE;
  if (last == NULL)
    return TRUE;
  packet = parse_row (last, error);
  if (packet == NULL || !paraph_talk_hash (packet, &talk->previous, error))
    return FALSE;
  talk->counter = (gint64) last->counter + 1;
  return TRUE;
}

static gboolean
keep (ParaphHome *home, const ParaphTalk *talk, const ParaphPacket *packet, GError **error)
{
  g_autoptr (GBytes) bytes = paraph_packet_write (packet, error);
  ParaphTalkRow row = { .channel = talk->channel,
                        .author = home->device,
                        .counter = (guint64) talk->counter,
                        .previous = talk->previous,
                        .received = talk->time,
                        .own = TRUE };
  gboolean is_new = FALSE;
  gboolean is_kept = FALSE;

  if (bytes == NULL)
    return FALSE;
  row.payload = g_bytes_new_from_bytes (bytes, PACKET_HEAD, g_bytes_get_size (bytes) - PACKET_HEAD);
  is_kept = paraph_talk_table_add (home->store, &row, &is_new, error);
  g_bytes_unref (row.payload);
  return is_kept;
}

gboolean
paraph_talk_say (ParaphHome *home, ParaphChannel *channel, const ParaphSaying *saying,
                 guint *ret_devices, GError **error)
{
  g_autoptr (GArray) devices = NULL;
  g_autoptr (ParaphPacket) packet = NULL;
  g_autofree char *own_words = g_strdup (saying->words);
  g_autofree char *own_name = g_strdup (saying->file_name);
  ParaphTalk talk = { .channel = *paraph_channel_get_id (channel),
                      .time = paraph_home_now (),
                      .words = own_words,
                      .file_name = own_name,
                      .file = saying->file };
  guint reached = 0;

  if (!find_place (home, &talk.channel, &talk, error))
    return FALSE;
  packet = paraph_packet_new_talk (&talk);
  if (!keep (home, &talk, packet, error))
    return FALSE;
  devices = paraph_outbound_list_recipients (home, channel, PARAPH_POWER_TALK);
  for (guint i = 0; i < devices->len; i++)
    {
      g_autoptr (GError) failure = NULL;

      if (paraph_outbound_packet (home, &g_array_index (devices, ParaphId, i), packet,
                                  paraph_channel_get_negotiation (channel), &talk.channel,
                                  &failure))
        reached++;
      else if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
  *ret_devices = reached;
  return TRUE;
}

static void
line_free (gpointer data)
{
  ParaphTalkLine *line = data;

  paraph_actor_clear (&line->by);
  g_free (line->words);
  g_free (line->file_name);
  g_clear_pointer (&line->file, g_bytes_unref);
  g_free (line);
}

/* Whose device it is; a device that is in force no more is named by its id alone. */
static void
find_speaker (ParaphHome *home, ParaphChannel *channel, const ParaphId *device, ParaphActor *actor)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  g_autoptr (GArray) all = paraph_identities_list (identities);

  for (guint i = 0; i < all->len; i++)
    {
      const ParaphId *delegation = &g_array_index (all, ParaphId, i);
      g_autoptr (GPtrArray) devices = paraph_identities_list_devices (identities, delegation);

      for (guint j = 0; j < devices->len; j++)
        {
          const ParaphPowers *powers = g_ptr_array_index (devices, j);

          if (!paraph_id_equal (&powers->device, device))
            continue;
          paraph_delegation_get_actor (home, channel, delegation, actor);
          g_free (actor->person);
          actor->person = g_strdup (powers->person);
          actor->device = *device;
          return;
        }
    }
  actor->code = g_strdup ("");
  actor->name = g_strdup ("");
  actor->person = g_strdup ("");
  actor->device = *device;
}

GPtrArray *
paraph_talk_list (ParaphHome *home, ParaphChannel *channel, GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (line_free);
  g_autoptr (GPtrArray) rows = NULL;

  if (!paraph_talk_table_list (home->store, paraph_channel_get_id (channel), 0, SHOWN_MAX, &rows,
                               error))
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    {
      const ParaphTalkRow *row = g_ptr_array_index (rows, i);
      g_autoptr (ParaphPacket) packet = parse_row (row, error);
      ParaphTalkLine *line = NULL;

      if (packet == NULL)
        return NULL;
      line = g_new0 (ParaphTalkLine, 1);
      g_ptr_array_add (lines, line);
      find_speaker (home, channel, &row->author, &line->by);
      line->time = packet->talk.time;
      line->words = g_strdup (packet->talk.words);
      line->file_name = g_strdup (packet->talk.file_name);
      line->file = packet->talk.file == NULL ? NULL : g_bytes_ref (packet->talk.file);
    }
  return g_steal_pointer (&lines);
}
