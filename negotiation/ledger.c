#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/ledger.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/ledger-private.h"

struct ParaphLedger
{
  ParaphIdentities *identities;
  GHashTable *entries;  /* ParaphId (inside the header) -> ParaphEntry, owned */
  GHashTable *channels; /* ParaphId (inside the channel) -> ParaphChannel, owned */
};

typedef struct
{
  ParaphEntry *previous; /* NULL for number 0 */
  GPtrArray *seen;       /* ParaphEntry * */
  const ParaphIdentityEntry *identity;
  GPtrArray *witnessed;   /* identity entries a checkpoint names */
  gboolean is_mistaken;   /* what it names is placed, and is not what the line says */
  ParaphChannel *channel; /* NULL for an opening */
} Ground;

static guint
id_hash (gconstpointer key)
{
  guint hash;
  memcpy (&hash, key, sizeof hash);
  return hash;
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return paraph_id_equal (a, b);
}

static void
lane_free (gpointer data)
{
  ParaphLane *lane = data;
  g_ptr_array_unref (lane->entries);
  g_free (lane);
}

static void
entry_free (gpointer data)
{
  ParaphEntry *entry = data;
  g_ptr_array_unref (entry->known);
  g_free (entry->past);
  paraph_record_unref (entry->record);
  g_free (entry);
}

static void
channel_free (gpointer data)
{
  ParaphChannel *channel = data;
  g_ptr_array_unref (channel->lanes);
  g_hash_table_unref (channel->chains);
  g_ptr_array_unref (channel->entries);
  g_ptr_array_unref (channel->memberships);
  paraph_roster_free (channel->roster);
  g_free (channel);
}

ParaphLedger *
paraph_ledger_new (void)
{
  ParaphLedger *self = g_new0 (ParaphLedger, 1);

  self->identities = paraph_identities_new ();
  self->entries = g_hash_table_new_full (id_hash, id_equal, NULL, entry_free);
  self->channels = g_hash_table_new_full (id_hash, id_equal, NULL, channel_free);
  return self;
}

void
paraph_ledger_free (ParaphLedger *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->channels);
  g_hash_table_unref (self->entries);
  paraph_identities_free (self->identities);
  g_free (self);
}

ParaphIdentities *
paraph_ledger_get_identities (ParaphLedger *self)
{
  return self->identities;
}

ParaphEntry *
paraph_ledger_find (ParaphLedger *self, const ParaphId *id)
{
  return g_hash_table_lookup (self->entries, id);
}

ParaphChannel *
paraph_ledger_find_channel (ParaphLedger *self, const ParaphId *channel)
{
  return g_hash_table_lookup (self->channels, channel);
}

static gint
compare_channels (gconstpointer a, gconstpointer b)
{
  const ParaphChannel *const *first = a, *const *second = b;
  return paraph_id_compare (&(*first)->id, &(*second)->id);
}

GPtrArray *
paraph_ledger_list_channels (ParaphLedger *self, const ParaphId *negotiation)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->channels);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ParaphChannel *channel = value;
      if (negotiation == NULL || paraph_id_equal (&channel->negotiation, negotiation))
        g_ptr_array_add (list, channel);
    }
  g_ptr_array_sort (list, compare_channels);
  return list;
}

static void
ground_clear (Ground *ground)
{
  g_clear_pointer (&ground->seen, g_ptr_array_unref);
  g_clear_pointer (&ground->witnessed, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ground, ground_clear)

/* Finds what a checkpoint says of identity chains; FALSE with the id that is not placed. */
static gboolean
find_witnessed (ParaphLedger *self, const ParaphHeader *header, Ground *ground,
                ParaphId *ret_missing)
{
  if (header->kind != PARAPH_KIND_CHECKPOINT)
    return TRUE;
  for (const char *const *line = paraph_header_get_values (header, "identity-head"); *line != NULL;
       line++)
    {
      ParaphPlace place;
      const ParaphIdentityEntry *entry;
      const ParaphHeader *named;
      if (!paraph_place_parse (*line, &place))
        continue;
      *ret_missing = place.id;
      entry = paraph_identities_find (self->identities, &place.id);
      if (entry == NULL && paraph_ledger_find (self, &place.id) == NULL)
        return FALSE;
      named = entry != NULL ? paraph_identity_entry_get_sealed (entry)->header : NULL;
      if (named == NULL || named->number != place.number
          || !paraph_id_equal (&named->channel, &place.author))
        ground->is_mistaken = TRUE;
      else
        g_ptr_array_add (ground->witnessed, (gpointer) (gsize) entry);
    }
  return TRUE;
}

/* FALSE with the id where nothing is placed; an identity record in this place is a mistake. */
static gboolean
find_named (ParaphLedger *self, const ParaphId *id, Ground *ground, ParaphEntry **ret_entry,
            ParaphId *ret_missing)
{
  *ret_missing = *id;
  *ret_entry = paraph_ledger_find (self, id);
  if (*ret_entry != NULL)
    return TRUE;
  ground->is_mistaken =
      ground->is_mistaken || paraph_identities_find (self->identities, id) != NULL;
  return paraph_identities_find (self->identities, id) != NULL;
}

/* Step 5: everything a record stands on is placed; FALSE with the first id that is not. */
static gboolean
find_ground (ParaphLedger *self, const ParaphHeader *header, Ground *ground, ParaphId *ret_missing)
{
  ParaphEntry *named;

  ground->seen = g_ptr_array_new ();
  ground->witnessed = g_ptr_array_new ();
  ground->identity = paraph_identities_find (self->identities, &header->identity);
  *ret_missing = header->identity;
  if (ground->identity == NULL)
    return FALSE;
  if (header->kind == PARAPH_KIND_CHARTER)
    return TRUE;
  if (!find_named (self, &header->negotiation, ground, &named, ret_missing))
    return FALSE;
  if (header->kind == PARAPH_KIND_CHANNEL)
    return TRUE;
  if (!find_named (self, &header->channel, ground, &named, ret_missing))
    return FALSE;
  ground->channel = paraph_ledger_find_channel (self, &header->channel);
  if (header->number > 0
      && !find_named (self, &header->previous, ground, &ground->previous, ret_missing))
    return FALSE;
  for (guint i = 0; i < header->n_seen; i++)
    {
      if (!find_named (self, &header->seen[i].id, ground, &named, ret_missing))
        return FALSE;
      if (named != NULL)
        g_ptr_array_add (ground->seen, named);
    }
  return find_witnessed (self, header, ground, ret_missing);
}

static gboolean
is_lawful_previous (const ParaphHeader *header, const Ground *ground)
{
  const ParaphHeader *before;

  if (ground->previous == NULL)
    return header->number == 0;
  before = paraph_entry_get_header (ground->previous);
  return paraph_id_equal (&before->author, &header->author)
         && paraph_id_equal (&before->channel, &header->channel)
         && before->number + 1 == header->number
         && paraph_identity_entry_reaches (ground->identity, ground->previous->identity);
}

static gboolean
is_lawful_seen (const ParaphHeader *header, const Ground *ground, guint index)
{
  ParaphEntry *entry = g_ptr_array_index (ground->seen, index);
  const ParaphHeader *seen = paraph_entry_get_header (entry);

  if (!paraph_id_equal (&seen->author, &header->seen[index].author)
      || seen->number != header->seen[index].number
      || !paraph_id_equal (&seen->channel, &header->channel)
      || paraph_id_equal (&seen->author, &header->author))
    return FALSE;
  if (ground->previous != NULL && paraph_entry_reaches (ground->previous, entry))
    return FALSE;
  for (guint i = 0; i < index; i++)
    {
      ParaphEntry *other = g_ptr_array_index (ground->seen, i);
      if (paraph_id_equal (&paraph_entry_get_header (other)->author, &seen->author)
          && (paraph_entry_reaches (other, entry) || paraph_entry_reaches (entry, other)))
        return FALSE;
    }
  return TRUE;
}

/* Step 6. */
static gboolean
is_well_placed (ParaphLedger *self, const ParaphHeader *header, const Ground *ground)
{
  gint64 clock = 0;

  if (header->kind == PARAPH_KIND_CHARTER)
    return TRUE;
  if (header->kind == PARAPH_KIND_CHANNEL)
    return paraph_entry_get_header (paraph_ledger_find (self, &header->negotiation))->kind
           == PARAPH_KIND_CHARTER;
  if (ground->channel == NULL
      || !paraph_id_equal (&ground->channel->negotiation, &header->negotiation)
      || !is_lawful_previous (header, ground))
    return FALSE;
  if (ground->previous != NULL)
    clock = paraph_entry_get_header (ground->previous)->clock;
  for (guint i = 0; i < ground->seen->len; i++)
    {
      if (!is_lawful_seen (header, ground, i))
        return FALSE;
      clock = MAX (clock, paraph_entry_get_header (g_ptr_array_index (ground->seen, i))->clock);
    }
  return header->clock == clock + 1;
}

/* Adds entry to a set of newest identity entries; what it follows goes out. */
static void
known_add (GPtrArray *known, const ParaphIdentityEntry *entry)
{
  for (guint i = 0; i < known->len; i++)
    if (paraph_identity_entry_reaches (g_ptr_array_index (known, i), entry))
      return;
  for (guint i = known->len; i-- > 0;)
    if (paraph_identity_entry_reaches (entry, g_ptr_array_index (known, i)))
      g_ptr_array_remove_index_fast (known, i);
  g_ptr_array_add (known, (gpointer) (gsize) entry);
}

static gboolean
known_has (const GPtrArray *known, const ParaphIdentityEntry *entry)
{
  for (guint i = 0; i < known->len; i++)
    if (paraph_identity_entry_reaches (g_ptr_array_index (known, i), entry))
      return TRUE;
  return FALSE;
}

static void
known_merge (GPtrArray **known, const ParaphIdentityEntry *entry)
{
  g_autoptr (GPtrArray) before = NULL;

  if (known_has (*known, entry))
    return;
  before = g_steal_pointer (known);
  *known = g_ptr_array_copy (before, NULL, NULL);
  known_add (*known, entry);
}

/* What is newest of the identity chains in the past; shares the previous record's set when equal. */
static GPtrArray *
known_of (const Ground *ground)
{
  GPtrArray *known =
      ground->previous != NULL ? g_ptr_array_ref (ground->previous->known) : g_ptr_array_new ();

  for (guint i = 0; i < ground->seen->len; i++)
    {
      const ParaphEntry *seen = g_ptr_array_index (ground->seen, i);
      for (guint j = 0; seen->known != known && j < seen->known->len; j++)
        known_merge (&known, g_ptr_array_index (seen->known, j));
    }
  for (guint i = 0; i < ground->witnessed->len; i++)
    known_merge (&known, g_ptr_array_index (ground->witnessed, i));
  known_merge (&known, ground->identity);
  return known;
}

static void
past_merge (ParaphEntry *entry, const ParaphEntry *other)
{
  for (guint i = 0; i < other->n_past; i++)
    entry->past[i] = MAX (entry->past[i], other->past[i]);
}

/* The lane that entry goes on in, or a new one. */
static guint
find_lane (ParaphChannel *channel, const ParaphHeader *header, ParaphEntry *previous)
{
  GArray *lanes = g_hash_table_lookup (channel->chains, &header->author);
  ParaphLane *lane;
  guint index;

  if (previous != NULL)
    {
      lane = g_ptr_array_index (channel->lanes, previous->lane);
      if (g_ptr_array_index (lane->entries, lane->entries->len - 1) == previous)
        return previous->lane;
    }
  lane = g_new0 (ParaphLane, 1);
  lane->author = header->author;
  lane->entries = g_ptr_array_new ();
  index = channel->lanes->len;
  g_ptr_array_add (channel->lanes, lane);
  if (lanes == NULL)
    {
      lanes = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_insert (channel->chains, &lane->author, lanes);
    }
  g_array_append_val (lanes, index);
  return index;
}

static ParaphChannel *
open_channel (ParaphLedger *self, const ParaphHeader *header)
{
  ParaphChannel *channel = g_new0 (ParaphChannel, 1);

  channel->ledger = self;
  channel->id = header->id;
  channel->negotiation = header->negotiation;
  channel->lanes = g_ptr_array_new_with_free_func (lane_free);
  channel->chains = g_hash_table_new_full (id_hash, id_equal, NULL, (GDestroyNotify) g_array_unref);
  channel->entries = g_ptr_array_new ();
  channel->memberships = g_ptr_array_new ();
  g_hash_table_insert (self->channels, &channel->id, channel);
  return channel;
}

static void
add_entry (ParaphLedger *self, ParaphRecord *record, const Ground *ground)
{
  const ParaphHeader *header = paraph_record_get_header (record);
  ParaphEntry *entry = g_new0 (ParaphEntry, 1);
  ParaphLane *lane;

  entry->record = paraph_record_ref (record);
  entry->header = header;
  entry->channel = ground->channel != NULL ? ground->channel : open_channel (self, header);
  entry->identity = ground->identity;
  entry->lane = find_lane (entry->channel, header, ground->previous);
  entry->n_past = entry->channel->lanes->len;
  entry->past = g_new0 (gint64, entry->n_past);
  if (ground->previous != NULL)
    past_merge (entry, ground->previous);
  for (guint i = 0; i < ground->seen->len; i++)
    past_merge (entry, g_ptr_array_index (ground->seen, i));
  entry->past[entry->lane] = header->number + 1;
  entry->known = known_of (ground);

  lane = g_ptr_array_index (entry->channel->lanes, entry->lane);
  g_ptr_array_add (lane->entries, entry);
  g_ptr_array_add (entry->channel->entries, entry);
  if (entry->channel->opening == NULL)
    entry->channel->opening = entry;
  entry->channel->is_sorted = FALSE;
  entry->channel->is_judged = FALSE;
  g_hash_table_insert (self->entries, (gpointer) (gsize) &header->id, entry);
}

ParaphPlacing
paraph_ledger_place_verified (ParaphLedger *self, ParaphRecord *record, ParaphId *ret_missing,
                              ParaphRefusal *ret_refusal)
{
  const ParaphHeader *header = paraph_record_get_header (record);
  g_auto (Ground) ground = { .previous = NULL };

  if (paraph_ledger_find (self, &header->id) != NULL)
    return PARAPH_PLACING_ALREADY;
  if (!find_ground (self, header, &ground, ret_missing))
    return PARAPH_PLACING_WAITING;
  if (ground.is_mistaken || !is_well_placed (self, header, &ground))
    {
      *ret_refusal = PARAPH_REFUSAL_MALFORMED;
      return PARAPH_PLACING_REFUSED;
    }
  add_entry (self, record, &ground);
  return PARAPH_PLACING_PLACED;
}

static void
forget_judgements (ParaphLedger *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->channels);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((ParaphChannel *) value)->is_judged = FALSE;
}

static ParaphPlacing
place (ParaphLedger *self, ParaphSealedRecord *sealed, gboolean is_restored, ParaphId *ret_missing,
       ParaphRefusal *ret_refusal)
{
  const ParaphHeader *header = sealed->header;
  g_autoptr (ParaphRecord) record = NULL;
  const ParaphPowers *powers;

  if (paraph_kind_is_identity (header->kind))
    {
      ParaphPlacing placing =
          paraph_identities_place (self->identities, sealed, ret_missing, ret_refusal);
      if (placing == PARAPH_PLACING_PLACED)
        forget_judgements (self);
      if (placing != PARAPH_PLACING_WAITING || paraph_ledger_find (self, ret_missing) == NULL)
        return placing;
      *ret_refusal = PARAPH_REFUSAL_MALFORMED;
      return PARAPH_PLACING_REFUSED;
    }
  if (paraph_ledger_find (self, &header->id) != NULL)
    return PARAPH_PLACING_ALREADY;
  powers = paraph_identities_find_powers (self->identities, &header->identity, &header->author,
                                          ret_refusal);
  if (powers == NULL && paraph_ledger_find (self, &header->identity) != NULL)
    *ret_refusal = PARAPH_REFUSAL_UNKNOWN_KEY;
  if (powers == NULL && *ret_refusal != PARAPH_REFUSAL_NONE)
    return PARAPH_PLACING_REFUSED;
  if (powers == NULL)
    {
      *ret_missing = header->identity;
      return PARAPH_PLACING_WAITING;
    }
  record = is_restored ? paraph_record_restore (sealed, powers)
                       : paraph_record_verify (sealed, powers, ret_refusal);
  if (record == NULL)
    return PARAPH_PLACING_REFUSED;
  return paraph_ledger_place_verified (self, record, ret_missing, ret_refusal);
}

ParaphPlacing
paraph_ledger_place (ParaphLedger *self, ParaphSealedRecord *sealed, ParaphId *ret_missing,
                     ParaphRefusal *ret_refusal)
{
  return place (self, sealed, FALSE, ret_missing, ret_refusal);
}

ParaphPlacing
paraph_ledger_restore (ParaphLedger *self, ParaphSealedRecord *sealed, ParaphId *ret_missing,
                       ParaphRefusal *ret_refusal)
{
  return place (self, sealed, TRUE, ret_missing, ret_refusal);
}

const ParaphHeader *
paraph_entry_get_header (const ParaphEntry *self)
{
  return self->header;
}

ParaphRecord *
paraph_entry_get_record (const ParaphEntry *self)
{
  return self->record;
}

ParaphChannel *
paraph_entry_get_channel (const ParaphEntry *self)
{
  return self->channel;
}

const ParaphId *
paraph_entry_get_delegation (const ParaphEntry *self)
{
  return &paraph_record_get_powers (self->record)->delegation;
}

gboolean
paraph_entry_reaches (const ParaphEntry *later, const ParaphEntry *self)
{
  return later->channel == self->channel && self->lane < later->n_past
         && later->past[self->lane] > paraph_entry_get_header (self)->number;
}
