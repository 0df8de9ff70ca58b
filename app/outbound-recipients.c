/* Who is to have what. */

#include "app/outbound-private.h"

#include "app/home-private.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "negotiation/value.h"

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return paraph_id_compare (a, b);
}

static gboolean
has (const GArray *ids, const ParaphId *id)
{
  for (guint i = 0; i < ids->len; i++)
    if (paraph_id_equal (&g_array_index (ids, ParaphId, i), id))
      return TRUE;
  return FALSE;
}

static void
add_once (GArray *ids, const ParaphId *id)
{
  if (!has (ids, id))
    g_array_append_vals (ids, id, 1);
}

/* Devices in force of delegation with power, but for the own one. */
static void
add_devices (ParaphHome *home, const ParaphId *delegation, ParaphPower power, GArray *devices)
{
  g_autoptr (GPtrArray) list =
      paraph_identities_list_devices (paraph_ledger_get_identities (home->ledger), delegation);

  for (guint i = 0; i < list->len; i++)
    {
      const ParaphPowers *powers = g_ptr_array_index (list, i);

      if ((powers->powers & power) != 0 && !paraph_id_equal (&powers->device, &home->device))
        add_once (devices, &powers->device);
    }
}

GArray *
paraph_outbound_list_recipients (ParaphHome *home, ParaphChannel *channel, ParaphPower power)
{
  g_autoptr (GArray) members = paraph_channel_list_members (channel, NULL);
  GArray *devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  for (guint i = 0; i < members->len; i++)
    add_devices (home, &g_array_index (members, ParaphMember, i).delegation, power, devices);
  add_devices (home, &home->delegation, power, devices);
  g_array_sort (devices, compare_ids);
  return devices;
}

/* Delegations that the charter names, its own author's, and those that have joined. */
static GArray *
list_named (ParaphChannel *plenary)
{
  ParaphEntry *opening = paraph_channel_get_opening (plenary);
  const char *const *seats = paraph_header_get_values (paraph_entry_get_header (opening), "seat");
  g_autoptr (GArray) members = paraph_channel_list_members (plenary, NULL);
  GArray *named = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  add_once (named, &paraph_record_get_powers (paraph_entry_get_record (opening))->delegation);
  for (guint i = 0; seats != NULL && seats[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (seats[i], " ", 4);
      ParaphId id = { { 0 } };

      if (g_strv_length (words) >= 3 && paraph_value_parse_id (words[2], &id))
        add_once (named, &id);
    }
  for (guint i = 0; i < members->len; i++)
    add_once (named, &g_array_index (members, ParaphMember, i).delegation);
  return named;
}

gboolean
paraph_outbound_is_charter_class (const ParaphHeader *header)
{
  return header->kind == PARAPH_KIND_CHARTER || header->kind == PARAPH_KIND_JOINING
         || (header->kind == PARAPH_KIND_MEMBERSHIP
             && paraph_id_equal (&header->channel, &header->negotiation));
}

GArray *
paraph_outbound_list_record_recipients (ParaphHome *home, ParaphEntry *entry)
{
  ParaphChannel *channel = paraph_entry_get_channel (entry);
  const ParaphHeader *header = paraph_entry_get_header (entry);
  GArray *devices = paraph_outbound_list_recipients (home, channel, PARAPH_POWER_READ);
  g_autoptr (GArray) named = NULL;
  ParaphId delegation = { { 0 } };

  if (!paraph_outbound_is_charter_class (header))
    return devices;
  named = list_named (paraph_channel_get_plenary (channel));
  if (paraph_header_get_id (header, "delegation", &delegation))
    add_once (named, &delegation);
  for (guint i = 0; i < named->len; i++)
    add_devices (home, &g_array_index (named, ParaphId, i), PARAPH_POWER_READ, devices);
  return devices;
}

gboolean
paraph_outbound_may_have_bodies (ParaphEntry *entry, const ParaphId *delegation)
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

GArray *
paraph_outbound_list_sharing (ParaphHome *home, const ParaphId *about)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  GArray *sharing = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  for (guint i = 0; i < channels->len; i++)
    {
      ParaphChannel *channel = g_ptr_array_index (channels, i);
      g_autoptr (GArray) named = list_named (paraph_channel_get_plenary (channel));

      for (guint j = 0; j < named->len && has (named, about); j++)
        add_once (sharing, &g_array_index (named, ParaphId, j));
    }
  return sharing;
}

gboolean
paraph_outbound_card_to (ParaphHome *home, const ParaphId *about, GArray *devices, GError **error)
{
  g_autoptr (GError) inner = NULL;
  g_autoptr (GBytes) card = paraph_home_make_card (home, about, &inner);
  g_autoptr (GPtrArray) cards = g_ptr_array_new ();
  g_autoptr (ParaphPacket) packet = NULL;
  ParaphSending sending = { 0 };

  if (g_error_matches (inner, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_LIMIT))
    return paraph_home_tell (home, &(const ParaphNote){ .kind = "card-too-large", .device = about },
                             error);
  if (card == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&inner));
      return FALSE;
    }
  g_ptr_array_add (cards, card);
  packet = paraph_packet_new_cards (cards);
  sending.packet = packet;
  return paraph_outbound_send (home, &sending, devices, NULL, error);
}

gboolean
paraph_outbound_card (ParaphHome *home, const ParaphId *about, const ParaphId *to, GError **error)
{
  g_autoptr (GArray) delegations = NULL;
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  if (paraph_home_get_powers (home) == NULL && !paraph_id_equal (about, &home->delegation))
    return TRUE;
  if (to == NULL)
    delegations = paraph_outbound_list_sharing (home, about);
  else
    delegations = g_array_append_vals (g_array_new (FALSE, FALSE, sizeof (ParaphId)), to, 1);
  for (guint i = 0; i < delegations->len; i++)
    add_devices (home, &g_array_index (delegations, ParaphId, i), PARAPH_POWER_READ, devices);
  return paraph_outbound_card_to (home, about, devices, error);
}
