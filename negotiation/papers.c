#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/papers.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/adoption.h"
#include "negotiation/ledger-private.h"

static const char *const state_words[] = {
  [PARAPH_PROPOSAL_WITHDRAWN] = "withdrawn", [PARAPH_PROPOSAL_ADOPTED] = "adopted",
  [PARAPH_PROPOSAL_STALE] = "stale",         [PARAPH_PROPOSAL_REJECTED] = "rejected",
  [PARAPH_PROPOSAL_RESERVED] = "reserved",   [PARAPH_PROPOSAL_COUNTERED] = "countered",
  [PARAPH_PROPOSAL_ACCEPTED] = "accepted",   [PARAPH_PROPOSAL_TABLED] = "tabled",
};

const char *
paraph_proposal_state_get_word (ParaphProposalState state)
{
  return state_words[state];
}

static void
proposal_free (gpointer data)
{
  ParaphProposal *proposal = data;
  g_array_unref (proposal->stances);
  g_free (proposal);
}

void
paraph_text_free (ParaphText *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->versions);
  g_ptr_array_unref (self->proposals);
  g_free (self);
}

static gboolean
names (ParaphEntry *entry, const char *key, ParaphEntry *target)
{
  ParaphId about;

  return paraph_header_get_id (paraph_entry_get_header (entry), key, &about)
         && paraph_id_equal (&about, &paraph_entry_get_header (target)->id);
}

static gboolean
is_paper_of (ParaphEntry *entry, ParaphKind kind, ParaphEntry *text)
{
  return paraph_entry_get_header (entry)->kind == kind && names (entry, "text", text);
}

/* Whether a result that needs entry counts: it has effect, or stands because others built on it. */
static gboolean
counts (ParaphEntry *entry, gboolean *ret_contested)
{
  *ret_contested = FALSE;
  if (paraph_view_has (PARAPH_VIEW_STANDING, entry))
    return TRUE;
  *ret_contested =
      paraph_view_has (PARAPH_VIEW_LAWFUL, entry) && paraph_entry_is_witnessed (entry, entry);
  return *ret_contested;
}

/* The good faith of others keeps an adoption that leans on cut or void records. */
static gboolean
is_adopted_in_good_faith (ParaphEntry *proposal, ParaphEntry *at)
{
  const GPtrArray *all = paraph_channel_list (at->channel);

  if (!paraph_adoption_completes (proposal, at, PARAPH_VIEW_LAWFUL))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i);
      gboolean leans = entry == proposal || paraph_position_is_on (entry, proposal);
      if (leans && paraph_entry_reaches (at, entry)
          && paraph_entry_get_standing (entry) != PARAPH_STANDING_STANDS
          && !paraph_entry_is_witnessed (at, entry))
        return FALSE;
    }
  return TRUE;
}

static gboolean
completes (ParaphProposal *proposal, ParaphEntry *at, gboolean *ret_contested)
{
  *ret_contested = FALSE;
  if (!paraph_position_is_on (at, proposal->entry)
      || strcmp (paraph_header_get_value (paraph_entry_get_header (at), "stance"), "accept") != 0)
    return FALSE;
  if (paraph_view_has (PARAPH_VIEW_STANDING, at)
      && paraph_adoption_completes (proposal->entry, at, PARAPH_VIEW_STANDING))
    return TRUE;
  if (!paraph_view_has (PARAPH_VIEW_LAWFUL, at))
    return FALSE;
  *ret_contested = is_adopted_in_good_faith (proposal->entry, at);
  return *ret_contested;
}

static gboolean
adoption_moves (ParaphChannel *channel)
{
  const ParaphHeader *charter =
      paraph_entry_get_header (paraph_channel_get_opening (paraph_channel_get_plenary (channel)));

  return strcmp (paraph_header_get_value (charter, "adoption"), "moves") == 0;
}

/* One step of the fold: a position that completes an adoption. */
static void
fold_position (ParaphText *self, ParaphEntry *at)
{
  for (guint i = 0; i < self->proposals->len; i++)
    {
      ParaphProposal *proposal = g_ptr_array_index (self->proposals, i);
      gboolean is_contested;
      if (proposal->adopted_at != NULL || !names (proposal->entry, "base", self->current)
          || !completes (proposal, at, &is_contested))
        continue;
      proposal->adopted_at = at;
      proposal->is_contested = is_contested;
      if (!adoption_moves (at->channel))
        continue;
      self->current = proposal->entry;
      g_ptr_array_add (self->versions, proposal->entry);
    }
}

/* docs/PROTOCOL.md section 8: the current version is a fold in shown order. */
static void
fold (ParaphText *self, ParaphEntry *as_of)
{
  const GPtrArray *all = paraph_channel_list (self->opening->channel);

  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i);
      gboolean is_contested;
      if (as_of != NULL && !paraph_entry_reaches (as_of, entry))
        continue;
      if (paraph_entry_get_header (entry)->kind == PARAPH_KIND_POSITION)
        fold_position (self, entry);
      if (!is_paper_of (entry, PARAPH_KIND_VERSION, self->opening)
          || !names (entry, "base", self->current) || !counts (entry, &is_contested))
        continue;
      self->current = entry;
      g_ptr_array_add (self->versions, entry);
    }
}

static void
collect_proposals (ParaphText *self)
{
  const GPtrArray *all = paraph_channel_list (self->opening->channel);

  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i);
      ParaphProposal *proposal;
      gboolean is_contested;
      if (!is_paper_of (entry, PARAPH_KIND_PROPOSAL, self->opening)
          || !counts (entry, &is_contested))
        continue;
      proposal = g_new0 (ParaphProposal, 1);
      proposal->entry = entry;
      proposal->is_contested = is_contested;
      proposal->stances = g_array_new (FALSE, FALSE, sizeof (ParaphDelegationStance));
      g_ptr_array_add (self->proposals, proposal);
    }
}

static gboolean
is_withdrawn (ParaphProposal *proposal)
{
  const GPtrArray *all = paraph_channel_list (proposal->entry->channel);

  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i);
      if (paraph_entry_get_header (entry)->kind == PARAPH_KIND_WITHDRAWAL
          && names (entry, "target", proposal->entry)
          && paraph_view_has (PARAPH_VIEW_STANDING, entry))
        return proposal->adopted_at == NULL || !paraph_entry_reaches (entry, proposal->adopted_at);
    }
  return FALSE;
}

static gboolean
is_countered (ParaphText *self, ParaphProposal *proposal)
{
  for (guint i = 0; i < self->proposals->len; i++)
    if (names (((ParaphProposal *) g_ptr_array_index (self->proposals, i))->entry, "answers",
               proposal->entry))
      return TRUE;
  return FALSE;
}

typedef struct
{
  guint parties;
  guint accepting; /* the proposer left out */
  guint objecting;
  guint reserving;
} Tally;

static Tally
take_stances (ParaphProposal *proposal)
{
  ParaphChannel *channel = proposal->entry->channel;
  g_autoptr (GArray) members = paraph_channel_list_members (channel, NULL);
  Tally tally = { 0 };

  for (guint i = 0; i < members->len; i++)
    {
      ParaphMember *member = &g_array_index (members, ParaphMember, i);
      ParaphDelegationStance stance = { .delegation = member->delegation };
      if (member->role != PARAPH_ROLE_PARTY)
        continue;
      stance.stance = paraph_stance_find (channel, PARAPH_VIEW_STANDING, proposal->entry,
                                          &member->delegation, NULL, &stance.record);
      tally.parties++;
      tally.accepting += stance.stance == PARAPH_STANCE_ACCEPT;
      tally.objecting += stance.stance == PARAPH_STANCE_OBJECT;
      tally.reserving += stance.stance == PARAPH_STANCE_RESERVE
                         || stance.stance == PARAPH_STANCE_CONTRADICTORY
                         || paraph_stance_blocks (channel, PARAPH_VIEW_STANDING, proposal->entry,
                                                  &member->delegation, NULL);
      if (stance.stance != PARAPH_STANCE_NONE)
        g_array_append_val (proposal->stances, stance);
    }
  return tally;
}

static ParaphProposalState
compute_state (ParaphText *self, ParaphProposal *proposal)
{
  ParaphChannel *channel = proposal->entry->channel;
  Tally tally = take_stances (proposal);

  if (is_withdrawn (proposal))
    return PARAPH_PROPOSAL_WITHDRAWN;
  if (proposal->adopted_at != NULL)
    return PARAPH_PROPOSAL_ADOPTED;
  if (!names (proposal->entry, "base", self->current))
    return PARAPH_PROPOSAL_STALE;
  if (tally.parties - tally.objecting < paraph_adoption_needed (channel, tally.parties))
    return PARAPH_PROPOSAL_REJECTED;
  if (tally.reserving > 0)
    return PARAPH_PROPOSAL_RESERVED;
  if (is_countered (self, proposal))
    return PARAPH_PROPOSAL_COUNTERED;
  return tally.accepting > 0 ? PARAPH_PROPOSAL_ACCEPTED : PARAPH_PROPOSAL_TABLED;
}

static ParaphText *
text_new (ParaphEntry *opening, ParaphEntry *as_of)
{
  ParaphText *self = g_new0 (ParaphText, 1);

  self->opening = opening;
  self->current = opening;
  self->versions = g_ptr_array_new ();
  self->proposals = g_ptr_array_new_with_free_func (proposal_free);
  g_ptr_array_add (self->versions, opening);
  collect_proposals (self);
  fold (self, as_of);
  return self;
}

static ParaphText *
text_compute (ParaphEntry *opening)
{
  ParaphText *self = text_new (opening, NULL);

  for (guint i = 0; i < self->proposals->len; i++)
    {
      ParaphProposal *proposal = g_ptr_array_index (self->proposals, i);
      proposal->state = compute_state (self, proposal);
    }
  return self;
}

static gboolean
is_text (ParaphEntry *entry)
{
  gboolean is_contested;

  return paraph_entry_get_header (entry)->kind == PARAPH_KIND_TEXT && counts (entry, &is_contested);
}

GPtrArray *
paraph_channel_list_texts (ParaphChannel *self)
{
  const GPtrArray *all = paraph_channel_list (self);
  GPtrArray *texts = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_text_free);

  for (guint i = 0; i < all->len; i++)
    if (is_text (g_ptr_array_index (all, i)))
      g_ptr_array_add (texts, text_compute (g_ptr_array_index (all, i)));
  return texts;
}

ParaphText *
paraph_channel_get_text (ParaphChannel *self, const ParaphId *opening)
{
  ParaphEntry *entry = paraph_ledger_find (self->ledger, opening);

  if (entry == NULL || entry->channel != self || !is_text (entry))
    return NULL;
  return text_compute (entry);
}

ParaphEntry *
paraph_text_get_current_at (ParaphText *self, ParaphEntry *as_of)
{
  g_autoptr (ParaphText) then = text_new (self->opening, as_of);

  return then->current;
}
