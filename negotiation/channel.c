#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/channel.h"

#include "crypto/hash.h"
#include "negotiation/ledger-private.h"

const ParaphId *
paraph_channel_get_id (const ParaphChannel *self)
{
  return &self->id;
}

const ParaphId *
paraph_channel_get_negotiation (const ParaphChannel *self)
{
  return &self->negotiation;
}

ParaphLedger *
paraph_channel_get_ledger (const ParaphChannel *self)
{
  return self->ledger;
}

ParaphEntry *
paraph_channel_get_opening (const ParaphChannel *self)
{
  return self->opening;
}

ParaphChannel *
paraph_channel_get_plenary (ParaphChannel *self)
{
  return paraph_ledger_find_channel (self->ledger, &self->negotiation);
}

static gint
compare_numbers (gint64 a, gint64 b)
{
  return a < b ? -1 : a > b;
}

static gint
compare_shown (gconstpointer a, gconstpointer b)
{
  const ParaphHeader *first = paraph_entry_get_header (*(ParaphEntry *const *) a);
  const ParaphHeader *second = paraph_entry_get_header (*(ParaphEntry *const *) b);
  gint order = compare_numbers (first->clock, second->clock);

  if (order == 0)
    order = paraph_id_compare (&first->author, &second->author);
  if (order == 0)
    order = compare_numbers (first->number, second->number);
  return order != 0 ? order : paraph_id_compare (&first->id, &second->id);
}

/* Records mostly come in the order in which they are shown. */
static gboolean
is_in_order (const GPtrArray *entries)
{
  for (guint i = 1; i < entries->len; i++)
    if (compare_shown (&entries->pdata[i - 1], &entries->pdata[i]) > 0)
      return FALSE;
  return TRUE;
}

const GPtrArray *
paraph_channel_list (ParaphChannel *self)
{
  if (!self->is_sorted && !is_in_order (self->entries))
    g_ptr_array_sort (self->entries, compare_shown);
  self->is_sorted = TRUE;
  return self->entries;
}

static gint
compare_places (gconstpointer a, gconstpointer b)
{
  const ParaphPlace *first = a, *second = b;
  gint order = paraph_id_compare (&first->author, &second->author);

  if (order == 0)
    order = compare_numbers (first->number, second->number);
  return order != 0 ? order : paraph_id_compare (&first->id, &second->id);
}

static void
append_place (GArray *places, const ParaphEntry *entry)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  ParaphPlace place = { .author = header->author, .number = header->number, .id = header->id };

  g_array_append_val (places, place);
}

GArray *
paraph_channel_list_tips (ParaphChannel *self)
{
  GArray *tips = g_array_new (FALSE, FALSE, sizeof (ParaphPlace));

  for (guint i = 0; i < self->lanes->len; i++)
    {
      ParaphLane *lane = g_ptr_array_index (self->lanes, i);
      append_place (tips, g_ptr_array_index (lane->entries, lane->entries->len - 1));
    }
  g_array_sort (tips, compare_places);
  return tips;
}

/* The last record of a lane that lies in the past of as_of; NULL: none. */
static ParaphEntry *
last_in_past (ParaphChannel *self, guint index, ParaphEntry *as_of)
{
  ParaphLane *lane = g_ptr_array_index (self->lanes, index);
  gint64 first = paraph_entry_get_header (g_ptr_array_index (lane->entries, 0))->number;
  gint64 count = index < as_of->n_past ? as_of->past[index] - first : 0;

  return count <= 0 ? NULL : g_ptr_array_index (lane->entries, (guint) count - 1);
}

/* TRUE where a later record of the same chain, on another lane, is in the past as well. */
static gboolean
is_followed (ParaphChannel *self, ParaphEntry *entry, ParaphEntry *as_of)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  GArray *lanes = g_hash_table_lookup (self->chains, &header->author);

  for (guint i = 0; i < lanes->len; i++)
    {
      guint index = g_array_index (lanes, guint, i);
      ParaphEntry *last = index == entry->lane ? NULL : last_in_past (self, index, as_of);
      if (last != NULL && paraph_entry_reaches (last, entry))
        return TRUE;
    }
  return FALSE;
}

GArray *
paraph_channel_list_tips_at (ParaphChannel *self, ParaphEntry *as_of)
{
  GArray *tips = g_array_new (FALSE, FALSE, sizeof (ParaphPlace));

  for (guint i = 0; i < self->lanes->len; i++)
    {
      ParaphEntry *last = last_in_past (self, i, as_of);
      if (last != NULL && !is_followed (self, last, as_of))
        append_place (tips, last);
    }
  g_array_sort (tips, compare_places);
  return tips;
}

GPtrArray *
paraph_channel_list_past (ParaphChannel *self, ParaphEntry *as_of)
{
  const GPtrArray *all = paraph_channel_list (self);
  GPtrArray *past = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    if (paraph_entry_reaches (as_of, g_ptr_array_index (all, i)))
      g_ptr_array_add (past, g_ptr_array_index (all, i));
  return past;
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  return paraph_id_compare (a, b);
}

GArray *
paraph_channel_list_identities_at (ParaphChannel *self, ParaphEntry *as_of)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  g_assert (as_of->channel == self);
  for (guint i = 0; i < as_of->known->len; i++)
    for (const ParaphIdentityEntry *entry = g_ptr_array_index (as_of->known, i);
         entry != NULL && g_hash_table_add (taken, (gpointer) (gsize) entry);
         entry = paraph_identity_entry_get_previous (entry))
      g_array_append_val (ids, paraph_identity_entry_get_sealed (entry)->header->id);
  g_array_sort (ids, compare_ids);
  return ids;
}

GArray *
paraph_channel_list_identity_tips_at (ParaphChannel *self, ParaphEntry *as_of)
{
  GArray *tips = g_array_new (FALSE, FALSE, sizeof (ParaphPlace));

  g_assert (as_of->channel == self);
  for (guint i = 0; i < as_of->known->len; i++)
    {
      const ParaphHeader *header =
          paraph_identity_entry_get_sealed (g_ptr_array_index (as_of->known, i))->header;
      ParaphPlace place = { .author = header->author, .number = header->number, .id = header->id };
      g_array_append_val (tips, place);
    }
  g_array_sort (tips, compare_places);
  return tips;
}

gint64
paraph_channel_find_forked_number (ParaphChannel *self, const ParaphId *author)
{
  GArray *lanes = g_hash_table_lookup (self->chains, author);
  gint64 lowest = -1;

  for (guint i = 1; lanes != NULL && i < lanes->len; i++)
    {
      ParaphLane *lane = g_ptr_array_index (self->lanes, g_array_index (lanes, guint, i));
      gint64 number = paraph_entry_get_header (g_ptr_array_index (lane->entries, 0))->number;
      lowest = lowest < 0 ? number : MIN (lowest, number);
    }
  return lowest;
}

GPtrArray *
paraph_channel_list_at (ParaphChannel *self, const ParaphId *author, gint64 number)
{
  GArray *lanes = g_hash_table_lookup (self->chains, author);
  GPtrArray *entries = g_ptr_array_new ();

  for (guint i = 0; lanes != NULL && i < lanes->len; i++)
    {
      ParaphLane *lane = g_ptr_array_index (self->lanes, g_array_index (lanes, guint, i));
      gint64 first = paraph_entry_get_header (g_ptr_array_index (lane->entries, 0))->number;
      if (number >= first && number - first < (gint64) lane->entries->len)
        g_ptr_array_add (entries, g_ptr_array_index (lane->entries, (guint) (number - first)));
    }
  g_ptr_array_sort (entries, compare_shown);
  return entries;
}

static gint
compare_entry_ids (gconstpointer a, gconstpointer b)
{
  return paraph_id_compare (&paraph_entry_get_header (*(ParaphEntry *const *) a)->id,
                            &paraph_entry_get_header (*(ParaphEntry *const *) b)->id);
}

gboolean
paraph_channel_find_fork (ParaphChannel *self, const ParaphId *author, ParaphEntry **ret_first,
                          ParaphEntry **ret_second)
{
  gint64 number = paraph_channel_find_forked_number (self, author);
  g_autoptr (GPtrArray) branches = NULL;

  if (number < 0)
    return FALSE;
  branches = paraph_channel_list_at (self, author, number);
  g_ptr_array_sort (branches, compare_entry_ids);
  *ret_first = g_ptr_array_index (branches, 0);
  *ret_second = g_ptr_array_index (branches, 1);
  return TRUE;
}

GArray *
paraph_channel_list_authors (ParaphChannel *self)
{
  GArray *authors = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->chains);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_vals (authors, key, 1);
  g_array_sort (authors, compare_ids);
  return authors;
}

ParaphEntry *
paraph_channel_find_own_head (ParaphChannel *self, const ParaphId *author)
{
  GArray *lanes = g_hash_table_lookup (self->chains, author);
  ParaphLane *lane;

  if (lanes == NULL)
    return NULL;
  lane = g_ptr_array_index (self->lanes, g_array_index (lanes, guint, 0));
  return g_ptr_array_index (lane->entries, lane->entries->len - 1);
}

/* The heads of one chain that author has not yet seen: at most two, which stand on two branches. */
static void
append_new_heads (ParaphChannel *self, GArray *lanes, ParaphEntry *previous, GArray *seen)
{
  guint found = 0;

  for (guint i = 0; i < lanes->len && found < 2; i++)
    {
      ParaphLane *lane = g_ptr_array_index (self->lanes, g_array_index (lanes, guint, i));
      ParaphEntry *head = g_ptr_array_index (lane->entries, lane->entries->len - 1);
      if (previous != NULL && paraph_entry_reaches (previous, head))
        continue;
      append_place (seen, head);
      found++;
    }
}

gboolean
paraph_channel_next_place (ParaphChannel *self, const ParaphId *author, const ParaphId *identity,
                           ParaphPosition *ret_position)
{
  ParaphEntry *previous = paraph_channel_find_own_head (self, author);
  ParaphPosition position = {
    .negotiation = self->negotiation, .channel = self->id, .author = *author, .identity = *identity
  };
  GHashTableIter iter;
  gpointer key, value;

  if (paraph_channel_find_forked_number (self, author) >= 0)
    return FALSE;
  position.seen = g_array_new (FALSE, FALSE, sizeof (ParaphPlace));
  g_hash_table_iter_init (&iter, self->chains);
  while (g_hash_table_iter_next (&iter, &key, &value) && position.seen->len < PARAPH_SEEN_MAX - 1)
    if (!paraph_id_equal (key, author))
      append_new_heads (self, value, previous, position.seen);
  g_array_sort (position.seen, compare_places);
  if (previous != NULL)
    {
      const ParaphHeader *header = paraph_entry_get_header (previous);
      position.previous = header->id;
      position.number = header->number + 1;
      position.clock = header->clock;
    }
  for (guint i = 0; i < position.seen->len; i++)
    {
      const ParaphPlace *place = &g_array_index (position.seen, ParaphPlace, i);
      ParaphEntry *entry = paraph_ledger_find (self->ledger, &place->id);
      position.clock = MAX (position.clock, paraph_entry_get_header (entry)->clock);
    }
  position.clock++;
  *ret_position = position;
  return TRUE;
}
