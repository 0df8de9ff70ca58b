/* What the limits on records hold back, and how it is let in: when there is room, or by a person.
 * They never say what a record is worth, only when this home looks at it. */

#include "app/inbound-private.h"

#include "app/home-private.h"
#include "app/limit-table.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "store/door-table.h"
#include "store/held-table.h"

#define LOOKED_AT_MAX 4096 /* in one pass */

/* More of one device than a day allows. */
static gboolean
is_busy (ParaphHome *home, const ParaphId *author, gboolean *ret_is_busy, GError **error)
{
  guint64 arrived = 0;

  if (!paraph_record_table_count_arrived (home->store, author,
                                          paraph_home_now () - PARAPH_LIMIT_DAY, &arrived, error))
    return FALSE;
  *ret_is_busy = arrived >= PARAPH_LIMIT_NEW_RECORDS;
  return TRUE;
}

static guint
count_opened (ParaphHome *home, const ParaphId *delegation)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  guint opened = 0;

  for (guint i = 0; i < channels->len; i++)
    {
      ParaphEntry *opening = paraph_channel_get_opening (g_ptr_array_index (channels, i));
      const ParaphPowers *powers = paraph_record_get_powers (paraph_entry_get_record (opening));

      opened += paraph_id_equal (&powers->delegation, delegation) ? 1 : 0;
    }
  return opened;
}

/* Whether the author's delegation has opened all the channels it may. One that is not known yet waits
 * anyway. */
static gboolean
has_opened_enough (ParaphHome *home, const ParaphHeader *header)
{
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  const ParaphPowers *powers = NULL;

  if (header->kind != PARAPH_KIND_CHANNEL && header->kind != PARAPH_KIND_CHARTER)
    return FALSE;
  powers = paraph_identities_find_powers (paraph_ledger_get_identities (home->ledger),
                                          &header->identity, &header->author, &refusal);
  return powers != NULL && count_opened (home, &powers->delegation) >= PARAPH_LIMIT_CHANNELS;
}

static gboolean
is_answered (ParaphChannel *plenary, const ParaphId *joining)
{
  const GPtrArray *entries = paraph_channel_list (plenary);

  for (guint i = 0; i < entries->len; i++)
    {
      const ParaphHeader *header = paraph_entry_get_header (g_ptr_array_index (entries, i));
      ParaphId answered = { { 0 } };

      if (header->kind == PARAPH_KIND_MEMBERSHIP
          && paraph_header_get_id (header, "joining", &answered)
          && paraph_id_equal (&answered, joining))
        return TRUE;
    }
  return FALSE;
}

/* Whether enough joinings stand at the door of that plenary. */
static gboolean
is_door_full (ParaphHome *home, const ParaphId *channel, gboolean *ret_is_full, GError **error)
{
  ParaphChannel *plenary = paraph_ledger_find_channel (home->ledger, channel);
  const GPtrArray *entries = plenary == NULL ? NULL : paraph_channel_list (plenary);
  guint standing = 0;

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const ParaphHeader *header = paraph_entry_get_header (g_ptr_array_index (entries, i));
      gboolean is_refused = FALSE;

      if (header->kind != PARAPH_KIND_JOINING)
        continue;
      if (!paraph_door_table_is_refused (home->store, &header->id, &is_refused, error))
        return FALSE;
      standing += is_refused || is_answered (plenary, &header->id) ? 0 : 1;
    }
  *ret_is_full = standing >= PARAPH_LIMIT_DOOR;
  return TRUE;
}

/* A joining that somebody has answered already comes in whatever the door looks like. */
static gboolean
is_shut_out (ParaphHome *home, const ParaphHeader *header, gboolean *ret_is_shut_out,
             GError **error)
{
  ParaphChannel *plenary = paraph_ledger_find_channel (home->ledger, &header->channel);

  *ret_is_shut_out = FALSE;
  return header->kind != PARAPH_KIND_JOINING || plenary == NULL
         || is_door_full (home, &header->channel, ret_is_shut_out, error);
}

gboolean
paraph_inbound_find_limit (ParaphHome *home, const ParaphHeader *header, const char **ret_reason,
                           GError **error)
{
  gboolean is_limited = FALSE;

  *ret_reason = NULL;
  if (!is_busy (home, &header->author, &is_limited, error))
    return FALSE;
  if (is_limited)
    *ret_reason = "new";
  else if (has_opened_enough (home, header))
    *ret_reason = "channels";
  else if (!is_shut_out (home, header, &is_limited, error))
    return FALSE;
  else if (is_limited)
    *ret_reason = "door";
  return TRUE;
}

gboolean
paraph_inbound_hold (ParaphHome *home, const ParaphArrived *arrived, const char *reason,
                     GError **error)
{
  const ParaphHeader *header = arrived->sealed->header;
  g_autoptr (ParaphPacket) packet = paraph_packet_new_record (arrived->sealed, arrived->blobs);
  g_autoptr (GBytes) bytes = paraph_packet_write (packet, error);
  g_autofree char *word = g_strdup (reason);
  ParaphHeldRow row = { .id = header->id, .channel = header->channel, .author = header->author };
  guint dropped = 0;

  if (bytes == NULL)
    return FALSE;
  row.reason = word;
  row.packet = bytes;
  row.arrived = paraph_home_now ();
  if (arrived->carrier != NULL)
    row.carrier = *arrived->carrier;
  if (!paraph_held_table_hold (home->store, &row, &dropped, error)
      || !paraph_home_tell (home,
                            &(const ParaphNote){ .kind = "held-back",
                                                 .channel = &header->channel,
                                                 .device = arrived->carrier,
                                                 .detail = reason },
                            error))
    return FALSE;
  return dropped == 0 || paraph_home_note (home, "dropped", NULL, NULL, "held-back", error);
}

/* Letting in */

/* A look from outside; whether it comes in its own way in decides. Bodies and channels are for
 * people to let in. */
static gboolean
may_have_room (ParaphHome *home, const ParaphHeldRow *row, gboolean *ret_may, GError **error)
{
  gboolean is_limited = TRUE;

  if (g_strcmp0 (row->reason, "new") == 0)
    {
      if (!is_busy (home, &row->author, &is_limited, error))
        return FALSE;
    }
  else if (g_strcmp0 (row->reason, "door") == 0)
    {
      if (!is_door_full (home, &row->channel, &is_limited, error))
        return FALSE;
    }
  else if (g_strcmp0 (row->reason, "waiting") == 0)
    is_limited = FALSE;
  *ret_may = !is_limited;
  return TRUE;
}

static gboolean
let_in (ParaphHome *home, const ParaphHeldRow *listed, gboolean is_free, ParaphOutcome *ret_outcome,
        GError **error)
{
  g_autoptr (ParaphHeldRow) row = NULL;
  g_autoptr (ParaphPacket) packet = NULL;
  ParaphArrived arrived = { .is_free = is_free };

  if (!paraph_held_table_get (home->store, &listed->id, &listed->carrier, &row, error))
    return FALSE;
  packet = row == NULL ? NULL : paraph_packet_parse (row->packet, error);
  if (packet == NULL)
    return row == NULL;
  arrived.sealed = packet->record.sealed;
  arrived.blobs = packet->record.blobs;
  arrived.carrier = paraph_id_is_zero (&row->carrier) ? NULL : &row->carrier;
  return paraph_inbound_arrived (home, &arrived, ret_outcome, error);
}

gboolean
paraph_inbound_let_in (ParaphHome *home, const ParaphId *id, ParaphOutcome *ret_outcome,
                       GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  *ret_outcome = PARAPH_OUTCOME_REFUSED;
  if (!paraph_held_table_list (home->store, LOOKED_AT_MAX, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const ParaphHeldRow *row = g_ptr_array_index (rows, i);

      if (paraph_id_equal (&row->id, id) && !let_in (home, row, TRUE, ret_outcome, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
paraph_inbound_let_in_all (ParaphHome *home, guint *ret_let_in, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  if (!paraph_held_table_list (home->store, LOOKED_AT_MAX, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const ParaphHeldRow *row = g_ptr_array_index (rows, i);
      ParaphOutcome outcome = PARAPH_OUTCOME_HELD;
      gboolean may = FALSE;

      if (!may_have_room (home, row, &may, error)
          || (may && !let_in (home, row, FALSE, &outcome, error)))
        return FALSE;
      *ret_let_in += outcome == PARAPH_OUTCOME_HELD ? 0 : 1;
    }
  return TRUE;
}
