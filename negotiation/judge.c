#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/judge.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/ledger-private.h"

static const char *const standing_words[] = {
  [PARAPH_STANDING_STANDS] = "stands",
  [PARAPH_STANDING_CUT] = "cut",
  [PARAPH_STANDING_VOID] = "void",
};

static const char *const effect_words[] = {
  [PARAPH_EFFECT_FULL] = "full",
  [PARAPH_EFFECT_NOT_STANDING] = "not-standing",
  [PARAPH_EFFECT_FROZEN_IDENTITY] = "frozen-identity",
  [PARAPH_EFFECT_NO_POWER] = "no-power",
  [PARAPH_EFFECT_NOT_MEMBER] = "not-member",
  [PARAPH_EFFECT_NO_RIGHT] = "no-right",
  [PARAPH_EFFECT_BAD_TARGET] = "bad-target",
  [PARAPH_EFFECT_OWN_RULE] = "own-rule",
  [PARAPH_EFFECT_UNKNOWN_KIND] = "unknown-kind",
};

static const char *const role_words[] = {
  [PARAPH_ROLE_NONE] = "none",         [PARAPH_ROLE_PARTY] = "party",
  [PARAPH_ROLE_MEDIATOR] = "mediator", [PARAPH_ROLE_GUARANTOR] = "guarantor",
  [PARAPH_ROLE_OBSERVER] = "observer", [PARAPH_ROLE_DEPOSITARY] = "depositary",
};

/* The power each kind needs; 0: none is asked. */
static const guint powers_needed[PARAPH_N_KINDS] = {
  [PARAPH_KIND_CHARTER] = PARAPH_POWER_MANAGE,     [PARAPH_KIND_JOINING] = PARAPH_POWER_MANAGE,
  [PARAPH_KIND_MEMBERSHIP] = PARAPH_POWER_MANAGE,  [PARAPH_KIND_CHANNEL] = PARAPH_POWER_MANAGE,
  [PARAPH_KIND_CHECKPOINT] = PARAPH_POWER_READ,    [PARAPH_KIND_STATEMENT] = PARAPH_POWER_TALK,
  [PARAPH_KIND_TEXT] = PARAPH_POWER_PROPOSE,       [PARAPH_KIND_VERSION] = PARAPH_POWER_PROPOSE,
  [PARAPH_KIND_PROPOSAL] = PARAPH_POWER_PROPOSE,   [PARAPH_KIND_POSITION] = PARAPH_POWER_POSITION,
  [PARAPH_KIND_WITHDRAWAL] = PARAPH_POWER_PROPOSE,
};

const char *
paraph_standing_get_word (ParaphStanding standing)
{
  return standing_words[standing];
}

const char *
paraph_effect_get_word (ParaphEffect effect)
{
  return effect_words[effect];
}

const char *
paraph_role_get_word (ParaphRole role)
{
  return role_words[role];
}

ParaphRole
paraph_role_from_word (const char *word)
{
  for (guint i = PARAPH_ROLE_PARTY; i < G_N_ELEMENTS (role_words); i++)
    if (strcmp (word, role_words[i]) == 0)
      return (ParaphRole) i;
  return PARAPH_ROLE_NONE;
}

/* The one that counts for entry: of its own delegation. Several may empower one device. */
static const ParaphIdentityEntry *
find_revocation (ParaphEntry *entry)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (entry->channel->ledger);
  const ParaphHeader *header = paraph_entry_get_header (entry);

  return paraph_identities_find_revocation (identities, paraph_entry_get_delegation (entry),
                                            &header->author);
}

/* TRUE where a cut line of revocation, the one that counts for entry, names this very record. */
static gboolean
is_cut_point (ParaphEntry *entry, const ParaphIdentityEntry *revocation)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  const char *const *lines =
      paraph_header_get_values (paraph_identity_entry_get_sealed (revocation)->header, "cut");
  char hex[PARAPH_ID_HEX_SIZE + 1];
  ParaphId line;

  paraph_cut_line (&entry->channel->id, header->number, &header->id, &line);
  paraph_id_to_hex (&line, hex);
  return g_strv_contains (lines, hex);
}

/* What the device wrote for the delegation that revoked it: everything up to and including a cut
 * point stands, the rest is cut. What it wrote for others is theirs to cut. */
static void
apply_cut (GPtrArray *chain, const ParaphIdentityEntry *revocation)
{
  g_autoptr (GPtrArray) points = g_ptr_array_new ();

  for (guint i = 0; i < chain->len; i++)
    if (find_revocation (g_ptr_array_index (chain, i)) == revocation
        && is_cut_point (g_ptr_array_index (chain, i), revocation))
      g_ptr_array_add (points, g_ptr_array_index (chain, i));
  for (guint i = 0; i < chain->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (chain, i);
      if (find_revocation (entry) != revocation)
        continue;
      entry->standing = PARAPH_STANDING_CUT;
      for (guint j = 0; j < points->len; j++)
        if (paraph_entry_reaches (g_ptr_array_index (points, j), entry))
          entry->standing = PARAPH_STANDING_STANDS;
    }
}

static GPtrArray *
list_chain (ParaphChannel *self, GArray *lanes)
{
  GPtrArray *chain = g_ptr_array_new ();

  for (guint i = 0; i < lanes->len; i++)
    {
      ParaphLane *lane = g_ptr_array_index (self->lanes, g_array_index (lanes, guint, i));
      for (guint j = 0; j < lane->entries->len; j++)
        g_ptr_array_add (chain, g_ptr_array_index (lane->entries, j));
    }
  return chain;
}

/* TRUE where a record of another delegation has entry in its past. */
static gboolean
is_named_by_others (ParaphEntry *entry)
{
  const GPtrArray *all = paraph_channel_list (entry->channel);

  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *other = g_ptr_array_index (all, i);
      if (!paraph_id_equal (paraph_entry_get_delegation (other),
                            paraph_entry_get_delegation (entry))
          && paraph_entry_reaches (other, entry))
        return TRUE;
    }
  return FALSE;
}

static void
judge_chain (ParaphChannel *self, const ParaphId *author, GArray *lanes)
{
  g_autoptr (GPtrArray) chain = list_chain (self, lanes);
  g_autoptr (GPtrArray) applied = g_ptr_array_new ();
  gint64 forked = paraph_channel_find_forked_number (self, author);

  for (guint i = 0; i < chain->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (chain, i);
      gboolean is_void = forked >= 0 && paraph_entry_get_header (entry)->number >= forked;
      entry->standing = is_void ? PARAPH_STANDING_VOID : PARAPH_STANDING_STANDS;
    }
  /* A lane is of one delegation: identity advances along one chain. */
  for (guint i = 0; i < lanes->len; i++)
    {
      ParaphLane *lane = g_ptr_array_index (self->lanes, g_array_index (lanes, guint, i));
      const ParaphIdentityEntry *revocation =
          find_revocation (g_ptr_array_index (lane->entries, 0));
      if (revocation == NULL || g_ptr_array_find (applied, revocation, NULL))
        continue;
      apply_cut (chain, revocation);
      g_ptr_array_add (applied, (gpointer) (gsize) revocation);
    }
}

/* 7.3, first and second rule, then those of members.c. */
static ParaphEffect
check_lawful (ParaphEntry *entry)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  const ParaphPowers *powers = paraph_record_get_powers (entry->record);
  ParaphIdentities *identities = paraph_ledger_get_identities (entry->channel->ledger);

  if (!paraph_identities_is_settled (identities, entry->identity))
    return PARAPH_EFFECT_FROZEN_IDENTITY;
  if (header->kind == PARAPH_KIND_UNKNOWN)
    return PARAPH_EFFECT_UNKNOWN_KIND;
  if ((powers->powers & powers_needed[header->kind]) != powers_needed[header->kind])
    return PARAPH_EFFECT_NO_POWER;
  return paraph_entry_check_membership_rules (entry);
}

static gboolean
chain_is_forked (ParaphChannel *self, const ParaphId *delegation)
{
  for (guint i = 0; i < self->lanes->len; i++)
    {
      ParaphLane *lane = g_ptr_array_index (self->lanes, i);
      if (paraph_id_equal (paraph_entry_get_delegation (g_ptr_array_index (lane->entries, 0)),
                           delegation)
          && paraph_channel_find_forked_number (self, &lane->author) >= 0)
        return TRUE;
    }
  return FALSE;
}

/* TRUE where the past of other shows the cut, or two branches of the fork, that offender is beyond. */
static gboolean
knows_better (ParaphEntry *other, ParaphEntry *offender)
{
  const ParaphId *author = &paraph_entry_get_header (offender)->author;
  const ParaphIdentityEntry *revocation = find_revocation (offender);
  gint64 forked = paraph_channel_find_forked_number (offender->channel, author);
  g_autoptr (GPtrArray) branches = NULL;
  guint seen = 0;

  for (guint i = 0; revocation != NULL && i < other->known->len; i++)
    if (paraph_identity_entry_reaches (g_ptr_array_index (other->known, i), revocation))
      return TRUE;
  if (forked < 0)
    return FALSE;
  branches = paraph_channel_list_at (offender->channel, author, forked);
  for (guint i = 0; i < branches->len; i++)
    seen += paraph_entry_reaches (other, g_ptr_array_index (branches, i)) ? 1 : 0;
  return seen > 1;
}

gboolean
paraph_entry_is_witnessed (ParaphEntry *self, ParaphEntry *offender)
{
  const GPtrArray *all = paraph_channel_list (self->channel);

  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *other = g_ptr_array_index (all, i);
      if (!paraph_id_equal (paraph_entry_get_delegation (other),
                            paraph_entry_get_delegation (offender))
          && paraph_entry_reaches (other, self) && !knows_better (other, offender)
          && !chain_is_forked (self->channel, paraph_entry_get_delegation (other)))
        return TRUE;
    }
  return FALSE;
}

/* Memberships first, in shown order, since everything else asks for them. */
static void
judge_memberships (ParaphChannel *self, const GPtrArray *all)
{
  paraph_channel_clear_memberships (self);
  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i);
      entry->is_contested = FALSE;
      if (paraph_entry_get_header (entry)->kind != PARAPH_KIND_MEMBERSHIP)
        continue;
      entry->lawful = check_lawful (entry);
      if (entry->lawful != PARAPH_EFFECT_FULL)
        continue;
      if (entry->standing != PARAPH_STANDING_STANDS)
        entry->is_contested = paraph_entry_is_witnessed (entry, entry);
      if (entry->standing == PARAPH_STANDING_STANDS || entry->is_contested)
        paraph_channel_add_membership (self, entry);
    }
}

void
paraph_channel_judge (ParaphChannel *self)
{
  const GPtrArray *all = paraph_channel_list (self);
  GHashTableIter iter;
  gpointer key, value;

  if (self->is_judged)
    return;
  self->is_judged = TRUE;
  g_hash_table_iter_init (&iter, self->chains);
  while (g_hash_table_iter_next (&iter, &key, &value))
    judge_chain (self, key, value);
  if (self->opening->standing != PARAPH_STANDING_STANDS && is_named_by_others (self->opening))
    self->opening->standing = PARAPH_STANDING_STANDS;
  judge_memberships (self, all);
  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i);
      if (paraph_entry_get_header (entry)->kind != PARAPH_KIND_MEMBERSHIP)
        entry->lawful = check_lawful (entry);
    }
}

ParaphStanding
paraph_entry_get_standing (ParaphEntry *self)
{
  paraph_channel_judge (self->channel);
  return self->standing;
}

ParaphEffect
paraph_entry_get_effect (ParaphEntry *self)
{
  paraph_channel_judge (self->channel);
  if (self->standing != PARAPH_STANDING_STANDS && !self->is_contested)
    return PARAPH_EFFECT_NOT_STANDING;
  return self->lawful;
}

gboolean
paraph_entry_is_contested (ParaphEntry *self)
{
  paraph_channel_judge (self->channel);
  return self->is_contested;
}

/* Whether self would not stand if nobody else had named it. */
static gboolean
is_beyond (ParaphEntry *self)
{
  const ParaphId *author = &paraph_entry_get_header (self)->author;
  const ParaphIdentityEntry *revocation;
  g_autoptr (GPtrArray) chain = NULL;

  if (self->standing != PARAPH_STANDING_STANDS)
    return TRUE;
  if (self != self->channel->opening)
    return FALSE;
  revocation = find_revocation (self);
  if (revocation == NULL)
    return paraph_channel_find_forked_number (self->channel, author) == 0;
  chain = list_chain (self->channel, g_hash_table_lookup (self->channel->chains, author));
  for (guint i = 0; i < chain->len; i++)
    if (find_revocation (g_ptr_array_index (chain, i)) == revocation
        && is_cut_point (g_ptr_array_index (chain, i), revocation)
        && paraph_entry_reaches (g_ptr_array_index (chain, i), self))
      return FALSE;
  return TRUE;
}

gboolean
paraph_entry_is_disowned (ParaphEntry *self)
{
  paraph_channel_judge (self->channel);
  return is_beyond (self) && is_named_by_others (self);
}

gboolean
paraph_channel_is_settled (ParaphChannel *self, const ParaphId *author)
{
  gint64 forked = paraph_channel_find_forked_number (self, author);
  g_autoptr (GPtrArray) branches = NULL;

  if (forked < 0)
    return FALSE;
  branches = paraph_channel_list_at (self, author, forked);
  for (guint i = 0; i < branches->len; i++)
    if (find_revocation (g_ptr_array_index (branches, i)) == NULL)
      return FALSE;
  return TRUE;
}

/* TRUE where a checkpoint says that a body of the paper, or the paper, was lacking. */
static gboolean
says_lacking (const ParaphHeader *checkpoint, const ParaphHeader *paper)
{
  const char *const *lacking = paraph_header_get_values (checkpoint, "lacking");
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (&paper->id, hex);
  if (g_strv_contains (lacking, hex))
    return TRUE;
  for (guint i = 0; i < paper->n_bodies; i++)
    {
      paraph_id_to_hex (&paper->bodies[i].blob, hex);
      if (g_strv_contains (lacking, hex))
        return TRUE;
    }
  return FALSE;
}

/* 1: has it, 0: says that it lacks a body. Keyed by delegation. */
static void
note_acknowledgement (GHashTable *found, ParaphEntry *other, const ParaphHeader *paper)
{
  const ParaphId *delegation = paraph_entry_get_delegation (other);
  const ParaphHeader *header = paraph_entry_get_header (other);

  if (header->kind == PARAPH_KIND_CHECKPOINT)
    g_hash_table_insert (found, (gpointer) (gsize) delegation,
                         GINT_TO_POINTER (!says_lacking (header, paper)));
  else if (!g_hash_table_contains (found, delegation))
    g_hash_table_insert (found, (gpointer) (gsize) delegation, GINT_TO_POINTER (1));
}

static guint
delegation_hash (gconstpointer key)
{
  guint hash;
  memcpy (&hash, key, sizeof hash);
  return hash;
}

static gboolean
delegation_equal (gconstpointer a, gconstpointer b)
{
  return paraph_id_equal (a, b);
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  return paraph_id_compare (a, b);
}

GArray *
paraph_entry_list_acknowledged (ParaphEntry *self)
{
  const GPtrArray *all = paraph_channel_list (self->channel);
  g_autoptr (GHashTable) found = g_hash_table_new (delegation_hash, delegation_equal);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  GHashTableIter iter;
  gpointer key, value;

  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *other = g_ptr_array_index (all, i);
      if (!paraph_id_equal (paraph_entry_get_delegation (other), paraph_entry_get_delegation (self))
          && paraph_entry_reaches (other, self))
        note_acknowledgement (found, other, paraph_entry_get_header (self));
    }
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (GPOINTER_TO_INT (value) != 0)
      g_array_append_vals (ids, key, 1);
  g_array_sort (ids, compare_ids);
  return ids;
}
