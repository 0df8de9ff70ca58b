/* What a checkpoint lists, cut so that it is always of the form.
 *
 * NOTES. A header holds 128 KiB: 512 lines `seen` and 512 lines `head` do not fit together. The lines
 * `seen` are not ours to choose; of the rest the identity heads come first, then lacking records, then
 * heads, then more lacking records, each the newest first. What is cut was listed by an earlier
 * checkpoint, or lies in the past of one that is listed. */

#include "app/sync-private.h"

#include "app/home-lacking.h"
#include "app/home-private.h"
#include "app/limit-table.h"
#include "app/outbound.h"
#include "crypto/hash.h"
#include "negotiation/draft.h"
#include "negotiation/judge.h"

#define PLACE_SIZE_MAX 170u /* "identity-head: <64> <16> <64>" and its end */
#define LACKING_SIZE 74u    /* "lacking: <64>" and its end */
#define REST_SIZE 2048u     /* every other line */
#define LACKING_FIRST 128u  /* that go before the heads */

/* Something to list and when it was made. */
typedef struct
{
  gint64 clock;
  ParaphPlace place;
} Item;

static gint
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const Item *left = a;
  const Item *right = b;

  if (left->clock != right->clock)
    return left->clock > right->clock ? -1 : 1;
  return paraph_id_compare (&left->place.id, &right->place.id);
}

static void
add_item (ParaphHome *home, GArray *items, const ParaphPlace *place)
{
  ParaphEntry *entry = paraph_ledger_find (home->ledger, &place->id);
  Item item = { entry == NULL ? 0 : paraph_entry_get_header (entry)->clock, *place };

  g_array_append_val (items, item);
}

static GArray *
list_heads (ParaphHome *home, ParaphChannel *channel)
{
  g_autoptr (GArray) tips = paraph_channel_list_tips (channel);
  GArray *items = g_array_new (FALSE, FALSE, sizeof (Item));

  for (guint i = 0; i < tips->len; i++)
    add_item (home, items, &g_array_index (tips, ParaphPlace, i));
  g_array_sort (items, compare_newest_first);
  return items;
}

static gboolean
list_lacking (ParaphHome *home, ParaphChannel *channel, GArray *items, GError **error)
{
  g_autoptr (GArray) ids = NULL;

  if (!paraph_home_list_lacking (home, channel, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      ParaphPlace place = { .id = g_array_index (ids, ParaphId, i) };

      add_item (home, items, &place);
    }
  g_array_sort (items, compare_newest_first);
  return TRUE;
}

static void
add_place (ParaphDraft *draft, const char *key, const ParaphPlace *place)
{
  char author[PARAPH_ID_HEX_SIZE + 1];
  char id[PARAPH_ID_HEX_SIZE + 1];
  g_autofree char *value = NULL;

  paraph_id_to_hex (&place->author, author);
  paraph_id_to_hex (&place->id, id);
  value = g_strdup_printf ("%s %" G_GINT64_FORMAT " %s", author, place->number, id);
  paraph_draft_add (draft, key, value);
}

static guint
add_identity_heads (ParaphHome *home, ParaphChannel *channel, ParaphDraft *draft)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  g_autoptr (GArray) members = paraph_channel_list_members (channel, NULL);
  guint added = 0;

  for (guint i = 0; i < members->len && added < PARAPH_LIMIT_IDENTITY_HEADS; i++)
    {
      const ParaphId *id = &g_array_index (members, ParaphMember, i).delegation;
      ParaphDelegation delegation = { 0 };
      ParaphPlace place = { 0 };

      if (!paraph_identities_get_delegation (identities, id, &delegation))
        continue;
      place.author = delegation.id;
      place.number = delegation.head_number;
      place.id = delegation.head;
      add_place (draft, "identity-head", &place);
      added++;
    }
  return added;
}

static void
add_lacking (ParaphDraft *draft, GArray *items, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    paraph_draft_add_id (draft, "lacking", &g_array_index (items, Item, i).place.id);
}

/* How many bytes of the header the lines `seen` leave. */
static gsize
count_room (ParaphHome *home, ParaphChannel *channel)
{
  ParaphDelegation own = { 0 };
  ParaphPosition position = { 0 };
  gsize taken = REST_SIZE;

  if (paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                        &home->delegation, &own)
      && paraph_channel_next_place (channel, &home->device, &own.head, &position))
    taken += (gsize) position.seen->len * PLACE_SIZE_MAX;
  g_clear_pointer (&position.seen, g_array_unref);
  return PARAPH_HEADER_MAX - taken;
}

static void
fill (ParaphDraft *draft, GArray *heads, GArray *lacking, gsize room)
{
  guint first = MIN (lacking->len, LACKING_FIRST);
  guint n_heads = 0;
  guint last = 0;

  add_lacking (draft, lacking, 0, first);
  room -= (gsize) first * LACKING_SIZE;
  n_heads = (guint) MIN (MIN (heads->len, PARAPH_LIMIT_HEADS), room / PLACE_SIZE_MAX);
  for (guint i = 0; i < n_heads; i++)
    add_place (draft, "head", &g_array_index (heads, Item, i).place);
  room -= (gsize) n_heads * PLACE_SIZE_MAX;
  last = (guint) MIN (lacking->len, first + room / LACKING_SIZE);
  add_lacking (draft, lacking, first, last);
}

gboolean
paraph_sync_make_checkpoint (ParaphHome *home, ParaphChannel *channel, GError **error)
{
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_CHECKPOINT);
  g_autoptr (GArray) heads = list_heads (home, channel);
  g_autoptr (GArray) lacking = g_array_new (FALSE, FALSE, sizeof (Item));
  ParaphWhere where = { *paraph_channel_get_negotiation (channel),
                        *paraph_channel_get_id (channel) };
  ParaphId made = { { 0 } };
  gsize room = count_room (home, channel);

  if (!list_lacking (home, channel, lacking, error))
    return FALSE;
  room -= (gsize) add_identity_heads (home, channel, draft) * PLACE_SIZE_MAX;
  fill (draft, heads, lacking, room);
  return paraph_outbound_record (home, draft, &where, NULL, &made, error);
}
