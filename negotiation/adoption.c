#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/adoption.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/ledger-private.h"

static const char *const stance_words[] = {
  [PARAPH_STANCE_NONE] = "none",       [PARAPH_STANCE_ACCEPT] = "accept",
  [PARAPH_STANCE_RESERVE] = "reserve", [PARAPH_STANCE_OBJECT] = "object",
  [PARAPH_STANCE_ABSTAIN] = "abstain", [PARAPH_STANCE_NO_INSTRUCTION] = "no-instruction",
  [PARAPH_STANCE_REVOKE] = "revoke",   [PARAPH_STANCE_CONTRADICTORY] = "contradictory",
};

const char *
paraph_stance_get_word (ParaphStance stance)
{
  return stance_words[stance];
}

static ParaphStance
read_stance (const ParaphHeader *header)
{
  const char *word = paraph_header_get_value (header, "stance");

  for (guint i = PARAPH_STANCE_ACCEPT; i <= PARAPH_STANCE_REVOKE; i++)
    if (strcmp (word, stance_words[i]) == 0)
      return (ParaphStance) i;
  return PARAPH_STANCE_NONE;
}

gboolean
paraph_view_has (ParaphView view, ParaphEntry *entry)
{
  if (view == PARAPH_VIEW_STANDING)
    return paraph_entry_get_effect (entry) == PARAPH_EFFECT_FULL;
  paraph_channel_judge (entry->channel);
  return entry->lawful == PARAPH_EFFECT_FULL;
}

static gboolean
targets (ParaphEntry *entry, ParaphKind kind, ParaphEntry *target)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  ParaphId about;

  return header->kind == kind && paraph_header_get_id (header, "target", &about)
         && paraph_id_equal (&about, &paraph_entry_get_header (target)->id);
}

static gboolean
names_provisions (ParaphEntry *entry)
{
  return *paraph_header_get_values (paraph_entry_get_header (entry), "provision") != NULL;
}

gboolean
paraph_position_is_on (ParaphEntry *entry, ParaphEntry *target)
{
  return targets (entry, PARAPH_KIND_POSITION, target) && !names_provisions (entry);
}

/* Positions of one delegation on target in the past of as_of, whole-paper or by provision. */
static GPtrArray *
list_positions (ParaphChannel *channel, ParaphView view, ParaphEntry *target,
                const ParaphId *delegation, ParaphEntry *as_of)
{
  const GPtrArray *all = paraph_channel_list (channel);
  GPtrArray *positions = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i);
      if (targets (entry, PARAPH_KIND_POSITION, target)
          && paraph_id_equal (paraph_entry_get_delegation (entry), delegation)
          && (as_of == NULL || paraph_entry_reaches (as_of, entry))
          && paraph_view_has (view, entry))
        g_ptr_array_add (positions, entry);
    }
  return positions;
}

/* TRUE where a later one of the positions, of the same sort, has this one in its past. */
static gboolean
is_superseded (GPtrArray *positions, ParaphEntry *position)
{
  for (guint i = 0; i < positions->len; i++)
    {
      ParaphEntry *other = g_ptr_array_index (positions, i);
      if (other != position && !names_provisions (other) && paraph_entry_reaches (other, position))
        return TRUE;
    }
  return FALSE;
}

ParaphStance
paraph_stance_find (ParaphChannel *channel, ParaphView view, ParaphEntry *target,
                    const ParaphId *delegation, ParaphEntry *as_of, ParaphEntry **ret_record)
{
  g_autoptr (GPtrArray) positions = list_positions (channel, view, target, delegation, as_of);
  ParaphStance stance = PARAPH_STANCE_NONE;

  for (guint i = 0; i < positions->len; i++)
    {
      ParaphEntry *position = g_ptr_array_index (positions, i);
      ParaphStance said = read_stance (paraph_entry_get_header (position));
      if (names_provisions (position) || is_superseded (positions, position))
        continue;
      if (stance != PARAPH_STANCE_NONE && said != stance)
        said = PARAPH_STANCE_CONTRADICTORY;
      stance = said;
      if (ret_record != NULL)
        *ret_record = position;
    }
  return stance;
}

/* TRUE where a later position of the delegation names the same provision. */
static gboolean
provision_is_superseded (GPtrArray *positions, ParaphEntry *position, const char *provision)
{
  for (guint i = 0; i < positions->len; i++)
    {
      ParaphEntry *other = g_ptr_array_index (positions, i);
      if (other != position && paraph_entry_reaches (other, position)
          && g_strv_contains (
              paraph_header_get_values (paraph_entry_get_header (other), "provision"), provision))
        return TRUE;
    }
  return FALSE;
}

gboolean
paraph_stance_blocks (ParaphChannel *channel, ParaphView view, ParaphEntry *target,
                      const ParaphId *delegation, ParaphEntry *as_of)
{
  g_autoptr (GPtrArray) positions = list_positions (channel, view, target, delegation, as_of);

  for (guint i = 0; i < positions->len; i++)
    {
      ParaphEntry *position = g_ptr_array_index (positions, i);
      const ParaphHeader *header = paraph_entry_get_header (position);
      ParaphStance stance = read_stance (header);
      if (stance != PARAPH_STANCE_RESERVE && stance != PARAPH_STANCE_OBJECT)
        continue;
      for (const char *const *provision = paraph_header_get_values (header, "provision");
           *provision != NULL; provision++)
        if (!provision_is_superseded (positions, position, *provision))
          return TRUE;
    }
  return FALSE;
}

guint
paraph_adoption_needed (ParaphChannel *channel, guint n_parties)
{
  const ParaphHeader *charter =
      paraph_entry_get_header (paraph_channel_get_opening (paraph_channel_get_plenary (channel)));

  if (strcmp (paraph_header_get_value (charter, "rule"), "two-thirds") == 0)
    return (2 * n_parties + 2) / 3;
  return n_parties;
}

/* A withdrawal of the proposal, or a revoked acceptance of it, that the completing acceptance does
 * not have in its past and that does not have it in its own: neither knew of the other. */
static gboolean
is_undone (ParaphEntry *proposal, ParaphEntry *at, ParaphView view)
{
  const GPtrArray *all = paraph_channel_list (at->channel);

  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i);
      gboolean is_revoke = paraph_position_is_on (entry, proposal)
                           && read_stance (paraph_entry_get_header (entry)) == PARAPH_STANCE_REVOKE;
      if (!is_revoke && !targets (entry, PARAPH_KIND_WITHDRAWAL, proposal))
        continue;
      if (!paraph_view_has (view, entry) || paraph_entry_reaches (entry, at))
        continue;
      if (!is_revoke || !paraph_entry_reaches (at, entry))
        return TRUE;
    }
  return FALSE;
}

gboolean
paraph_adoption_completes (ParaphEntry *proposal, ParaphEntry *at, ParaphView view)
{
  ParaphChannel *channel = at->channel;
  const ParaphId *proposer = paraph_entry_get_delegation (proposal);
  g_autoptr (GArray) members = paraph_channel_list_members (channel, at);
  guint parties = 0, accepting = 0;

  if (!paraph_channel_is_complete (channel, at) || !paraph_view_has (view, proposal))
    return FALSE;
  for (guint i = 0; i < members->len; i++)
    {
      ParaphMember *member = &g_array_index (members, ParaphMember, i);
      ParaphStance stance;
      if (member->role != PARAPH_ROLE_PARTY)
        continue;
      parties++;
      stance = paraph_stance_find (channel, view, proposal, &member->delegation, at, NULL);
      if (stance == PARAPH_STANCE_NONE && paraph_id_equal (&member->delegation, proposer))
        stance = PARAPH_STANCE_ACCEPT;
      if (stance == PARAPH_STANCE_ACCEPT
          && !paraph_stance_blocks (channel, view, proposal, &member->delegation, at))
        accepting++;
    }
  return parties > 0 && accepting >= paraph_adoption_needed (channel, parties)
         && !is_undone (proposal, at, view);
}
