#define G_LOG_DOMAIN "paraph-app"

#include "app/channel-requests.h"

#include "app/outbound.h"
#include "crypto/hash.h"
#include "store/talk-table.h"

#define SHOWN_MAX 4096

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

gboolean
paraph_talk_say (ParaphHome *home, ParaphChannel *channel, const char *words, const char *file_name,
                 GBytes *file, GError **error)
{
  return paraph_outbound_talk (home, paraph_channel_get_id (channel), words == NULL ? "" : words,
                               file_name, file, error);
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
      g_autoptr (ParaphPacket) packet = paraph_packet_parse (row->payload, error);
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
