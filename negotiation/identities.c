#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/identities.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/device.h"
#include "negotiation/identities-private.h"

/* One delegation. levels[n] holds the entries of number n, sorted by id: one each below a freeze,
 * since every entry's previous stands one level lower. */
typedef struct
{
  const ParaphHeader *founding;
  ParaphCustodians *custodians;
  GPtrArray *levels; /* of GPtrArray of ParaphIdentityEntry, borrowed */
  gint64 frozen;
} Chain;

/* A question to paraph_identities_find_powers; what it says never changes. */
typedef struct
{
  ParaphId identity;
  ParaphId device;
} Question;

struct ParaphIdentities
{
  GHashTable *entries; /* ParaphId in the header -> ParaphIdentityEntry, owned */
  GHashTable *chains;  /* ParaphId in the founding header -> Chain, owned */
  GHashTable *answers; /* Question, owned -> const ParaphPowers, borrowed; only those found */
};

static guint
id_hash (gconstpointer id)
{
  guint hash;

  memcpy (&hash, id, sizeof hash);
  return hash;
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (ParaphId)) == 0;
}

static guint
question_hash (gconstpointer question)
{
  const Question *self = question;

  return id_hash (&self->identity) ^ id_hash (&self->device);
}

static gboolean
question_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Question)) == 0;
}

static void
entry_destroy (gpointer entry)
{
  paraph_identity_entry_free (entry);
}

static Chain *
chain_new (const ParaphHeader *founding, ParaphCustodians *custodians)
{
  Chain *self = g_new0 (Chain, 1);

  self->founding = founding;
  self->custodians = custodians;
  self->levels = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->frozen = -1;
  return self;
}

static void
chain_destroy (gpointer data)
{
  Chain *self = data;

  paraph_custodians_free (self->custodians);
  g_ptr_array_unref (self->levels);
  g_free (self);
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const ParaphIdentityEntry *const *one = a;
  const ParaphIdentityEntry *const *other = b;

  return paraph_id_compare (&(*one)->sealed->header->id, &(*other)->sealed->header->id);
}

/* The entry's number is at most the number of levels. */
static void
chain_add (Chain *self, ParaphIdentityEntry *entry)
{
  guint number = (guint) entry->sealed->header->number;
  GPtrArray *level;

  if (number == self->levels->len)
    g_ptr_array_add (self->levels, g_ptr_array_new ());
  level = g_ptr_array_index (self->levels, number);
  g_ptr_array_add (level, entry);
  g_ptr_array_sort (level, compare_entries);
  if (level->len > 1 && (self->frozen < 0 || (gint64) number < self->frozen))
    self->frozen = (gint64) number;
}

/* How many levels lie below a freeze; at least one, the founding record. */
static guint
chain_count_settled (const Chain *self)
{
  return self->frozen < 0 ? self->levels->len : (guint) self->frozen;
}

static const ParaphIdentityEntry *
chain_get_settled (const Chain *self, guint number)
{
  GPtrArray *level = g_ptr_array_index (self->levels, number);

  return g_ptr_array_index (level, 0);
}

ParaphIdentities *
paraph_identities_new (void)
{
  ParaphIdentities *self = g_new0 (ParaphIdentities, 1);

  self->entries = g_hash_table_new_full (id_hash, id_equal, NULL, entry_destroy);
  self->chains = g_hash_table_new_full (id_hash, id_equal, NULL, chain_destroy);
  self->answers = g_hash_table_new_full (question_hash, question_equal, g_free, NULL);
  return self;
}

void
paraph_identities_free (ParaphIdentities *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->chains);
  g_hash_table_unref (self->entries);
  g_free (self);
}

static ParaphPlacing
refuse (ParaphRefusal refusal, ParaphRefusal *ret_refusal)
{
  *ret_refusal = refusal;
  return PARAPH_PLACING_REFUSED;
}

/* Takes entry, which every step has passed. */
static void
add_entry (ParaphIdentities *self, Chain *chain, ParaphIdentityEntry *entry)
{
  ParaphHeader *header = entry->sealed->header;

  g_hash_table_insert (self->entries, &header->id, entry);
  chain_add (chain, entry);
}

static ParaphPlacing
place_founding (ParaphIdentities *self, ParaphSealedRecord *sealed, ParaphRefusal *ret_refusal)
{
  const ParaphHeader *header = sealed->header;
  g_autoptr (ParaphIdentityEntry) entry = paraph_identity_entry_new (header, NULL);
  g_autoptr (ParaphCustodians) custodians = paraph_custodians_new (header);
  Chain *chain;

  if (entry == NULL || custodians == NULL)
    return refuse (PARAPH_REFUSAL_MALFORMED, ret_refusal);
  entry->sealed = paraph_custodians_verify (custodians, sealed);
  if (entry->sealed == NULL)
    return refuse (PARAPH_REFUSAL_BAD_SIGNATURE, ret_refusal);
  if (header->number != 0 || header->clock != 1 || !paraph_id_is_zero (&header->previous)
      || !paraph_id_equal (&header->channel, &header->id))
    return refuse (PARAPH_REFUSAL_MALFORMED, ret_refusal);
  chain = chain_new (entry->sealed->header, g_steal_pointer (&custodians));
  g_hash_table_insert (self->chains, &entry->sealed->header->id, chain);
  add_entry (self, chain, g_steal_pointer (&entry));
  return PARAPH_PLACING_PLACED;
}

/* The set that has to sign is that of the chain which previous stands in; whether the record says to
 * be of that chain is part of step 6'. */
static ParaphPlacing
place_next (ParaphIdentities *self, ParaphSealedRecord *sealed, ParaphId *ret_missing,
            ParaphRefusal *ret_refusal)
{
  const ParaphHeader *header = sealed->header;
  const ParaphIdentityEntry *previous = g_hash_table_lookup (self->entries, &header->previous);
  g_autoptr (ParaphIdentityEntry) entry = NULL;
  const ParaphHeader *before;
  Chain *chain;

  if (paraph_id_is_zero (&header->previous))
    return refuse (PARAPH_REFUSAL_MALFORMED, ret_refusal);
  if (previous == NULL)
    {
      *ret_missing = header->previous;
      return PARAPH_PLACING_WAITING;
    }
  before = previous->sealed->header;
  chain = g_hash_table_lookup (self->chains, &before->channel);
  entry = paraph_identity_entry_new (header, previous);
  if (chain == NULL || entry == NULL)
    return refuse (PARAPH_REFUSAL_MALFORMED, ret_refusal);
  entry->sealed = paraph_custodians_verify (chain->custodians, sealed);
  if (entry->sealed == NULL)
    return refuse (PARAPH_REFUSAL_BAD_SIGNATURE, ret_refusal);
  if (!paraph_id_equal (&header->channel, &before->channel)
      || !paraph_id_equal (&header->author, &before->channel)
      || header->number != before->number + 1 || header->clock != header->number + 1)
    return refuse (PARAPH_REFUSAL_MALFORMED, ret_refusal);
  add_entry (self, chain, g_steal_pointer (&entry));
  return PARAPH_PLACING_PLACED;
}

ParaphPlacing
paraph_identities_place (ParaphIdentities *self, ParaphSealedRecord *sealed, ParaphId *ret_missing,
                         ParaphRefusal *ret_refusal)
{
  const ParaphHeader *header = sealed->header;

  if (!paraph_kind_is_identity (header->kind))
    return refuse (PARAPH_REFUSAL_MALFORMED, ret_refusal);
  if (g_hash_table_contains (self->entries, &header->id))
    return PARAPH_PLACING_ALREADY;
  if (header->kind == PARAPH_KIND_DELEGATION)
    return place_founding (self, sealed, ret_refusal);
  return place_next (self, sealed, ret_missing, ret_refusal);
}

/* Only answers that found something are kept: their number is bounded by what is placed, that of
 * unknown devices by nobody. */
const ParaphPowers *
paraph_identities_find_powers (ParaphIdentities *self, const ParaphId *identity,
                               const ParaphId *device, ParaphRefusal *ret_refusal)
{
  Question question = { *identity, *device };
  const ParaphPowers *powers = g_hash_table_lookup (self->answers, &question);
  const ParaphIdentityEntry *entry;

  *ret_refusal = PARAPH_REFUSAL_NONE;
  if (powers != NULL)
    return powers;
  entry = paraph_identities_find (self, identity);
  if (entry == NULL)
    return NULL;
  powers = paraph_identity_entry_find_powers (entry, device, ret_refusal);
  if (powers != NULL)
    g_hash_table_insert (self->answers, g_memdup2 (&question, sizeof question),
                         (gpointer) (guintptr) powers);
  return powers;
}

gboolean
paraph_identities_get_delegation (ParaphIdentities *self, const ParaphId *delegation,
                                  ParaphDelegation *ret_delegation)
{
  const Chain *chain = g_hash_table_lookup (self->chains, delegation);
  guint head;

  if (chain == NULL)
    return FALSE;
  head = chain_count_settled (chain) - 1;
  *ret_delegation = (ParaphDelegation){
    .id = *delegation,
    .name = paraph_header_get_value (chain->founding, "name"),
    .code = paraph_header_get_value (chain->founding, "code"),
    .threshold = chain->custodians->threshold,
    .n_custodians = chain->custodians->n_custodians,
    .custodians = chain->custodians->custodians,
    .head = chain_get_settled (chain, head)->sealed->header->id,
    .head_number = head,
    .frozen = chain->frozen,
  };
  return TRUE;
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  return paraph_id_compare (a, b);
}

GArray *
paraph_identities_list (ParaphIdentities *self)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->chains);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_array_append_vals (list, id, 1);
  g_array_sort (list, compare_ids);
  return list;
}

static gint
compare_powers (gconstpointer a, gconstpointer b)
{
  const ParaphPowers *const *one = a;
  const ParaphPowers *const *other = b;

  return paraph_id_compare (&(*one)->device, &(*other)->device);
}

GPtrArray *
paraph_identities_list_devices (ParaphIdentities *self, const ParaphId *delegation)
{
  const Chain *chain = g_hash_table_lookup (self->chains, delegation);
  g_autoptr (GHashTable) told = g_hash_table_new (id_hash, id_equal);
  GPtrArray *list = g_ptr_array_new ();

  /* From the head back: the first that a device is named in decides. */
  for (guint n = chain == NULL ? 0 : chain_count_settled (chain); n > 0; n--)
    {
      const ParaphIdentityEntry *entry = chain_get_settled (chain, n - 1);

      if (paraph_id_is_zero (&entry->device)
          || !g_hash_table_add (told, (gpointer) (guintptr) &entry->device))
        continue;
      if (entry->sealed->header->kind == PARAPH_KIND_POWERS)
        g_ptr_array_add (list, (gpointer) (guintptr) &entry->powers);
    }
  g_ptr_array_sort (list, compare_powers);
  return list;
}

/* The newest record of the chain that names device decides. */
static const ParaphPowers *
chain_find_device (const Chain *self, const ParaphId *device)
{
  for (guint n = chain_count_settled (self); n > 0; n--)
    {
      const ParaphIdentityEntry *entry = chain_get_settled (self, n - 1);

      if (paraph_id_equal (&entry->device, device))
        return entry->sealed->header->kind == PARAPH_KIND_POWERS ? &entry->powers : NULL;
    }
  return NULL;
}

const ParaphPowers *
paraph_identities_find_device (ParaphIdentities *self, const ParaphId *device)
{
  const ParaphPowers *found = NULL;
  GHashTableIter iter;
  gpointer chain;

  if (paraph_id_is_zero (device))
    return NULL;
  g_hash_table_iter_init (&iter, self->chains);
  while (g_hash_table_iter_next (&iter, NULL, &chain))
    {
      const ParaphPowers *powers = chain_find_device (chain, device);

      if (powers != NULL
          && (found == NULL || paraph_id_compare (&powers->delegation, &found->delegation) < 0))
        found = powers;
    }
  return found;
}

GPtrArray *
paraph_identities_list_records (ParaphIdentities *self, const ParaphId *delegation)
{
  const Chain *chain = g_hash_table_lookup (self->chains, delegation);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_sealed_record_unref);

  for (guint n = 0; chain != NULL && n < chain->levels->len; n++)
    {
      GPtrArray *level = g_ptr_array_index (chain->levels, n);

      for (guint i = 0; i < level->len; i++)
        {
          const ParaphIdentityEntry *entry = g_ptr_array_index (level, i);
          g_ptr_array_add (list, paraph_sealed_record_ref (entry->sealed));
        }
    }
  return list;
}

const ParaphIdentityEntry *
paraph_identities_find (ParaphIdentities *self, const ParaphId *id)
{
  return g_hash_table_lookup (self->entries, id);
}

ParaphSealedRecord *
paraph_identity_entry_get_sealed (const ParaphIdentityEntry *self)
{
  return self->sealed;
}

const ParaphIdentityEntry *
paraph_identity_entry_get_previous (const ParaphIdentityEntry *self)
{
  return self->previous;
}

gboolean
paraph_identity_entry_reaches (const ParaphIdentityEntry *b, const ParaphIdentityEntry *self)
{
  gint64 number = self->sealed->header->number;

  while (b != NULL && b->sealed->header->number > number)
    b = b->previous;
  return b == self;
}

gboolean
paraph_identities_is_settled (ParaphIdentities *self, const ParaphIdentityEntry *entry)
{
  const ParaphHeader *header = entry->sealed->header;
  const Chain *chain = g_hash_table_lookup (self->chains, &header->channel);

  return chain != NULL && header->number < (gint64) chain_count_settled (chain);
}

const ParaphIdentityEntry *
paraph_identities_find_revocation (ParaphIdentities *self, const ParaphId *delegation,
                                   const ParaphId *device)
{
  const Chain *chain = g_hash_table_lookup (self->chains, delegation);

  for (guint n = 0; chain != NULL && n < chain_count_settled (chain); n++)
    {
      const ParaphIdentityEntry *entry = chain_get_settled (chain, n);

      if (entry->sealed->header->kind == PARAPH_KIND_REVOCATION
          && paraph_id_equal (&entry->device, device))
        return entry;
    }
  return NULL;
}
