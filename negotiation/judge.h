/* What a placed record is worth: its standing and its effect (docs/PROTOCOL.md 7.2 to 7.4).
 *
 * Functions of the set of placed records; computed for a whole channel on first question after a
 * change. One thread. */

#pragma once

#include "negotiation/channel.h"

typedef enum
{
  PARAPH_STANDING_STANDS,
  PARAPH_STANDING_CUT, /* beyond a cut line of its delegation */
  PARAPH_STANDING_VOID /* at or beyond an unsettled fork of its chain */
} ParaphStanding;

/* Why a placed, standing record has no effect; the first that applies. */
typedef enum
{
  PARAPH_EFFECT_FULL,
  PARAPH_EFFECT_NOT_STANDING,
  PARAPH_EFFECT_FROZEN_IDENTITY,
  PARAPH_EFFECT_NO_POWER,
  PARAPH_EFFECT_NOT_MEMBER,
  PARAPH_EFFECT_NO_RIGHT,
  PARAPH_EFFECT_BAD_TARGET,
  PARAPH_EFFECT_OWN_RULE,
  PARAPH_EFFECT_UNKNOWN_KIND
} ParaphEffect;

typedef enum
{
  PARAPH_ROLE_NONE,
  PARAPH_ROLE_PARTY,
  PARAPH_ROLE_MEDIATOR,
  PARAPH_ROLE_GUARANTOR,
  PARAPH_ROLE_OBSERVER,
  PARAPH_ROLE_DEPOSITARY
} ParaphRole;

typedef struct
{
  ParaphId delegation;
  const char *code; /* lives as long as the ledger */
  ParaphRole role;
} ParaphMember;

ParaphStanding paraph_entry_get_standing (ParaphEntry *self);
ParaphEffect paraph_entry_get_effect (ParaphEntry *self);
/* TRUE for a cut or void record that another delegation has in its past. */
gboolean paraph_entry_is_disowned (ParaphEntry *self);
/* TRUE where it is a membership that counts only because others built on it in good faith. */
gboolean paraph_entry_is_contested (ParaphEntry *self);
/* TRUE for a chain whose fork the delegation of each branch has cut. */
gboolean paraph_channel_is_settled (ParaphChannel *self, const ParaphId *author);

const char *paraph_effect_get_word (ParaphEffect effect);
const char *paraph_standing_get_word (ParaphStanding standing);
const char *paraph_role_get_word (ParaphRole role);
ParaphRole paraph_role_from_word (const char *word);

/* Members in the past of as_of (NULL: of everything placed), ParaphMember, by code. */
GArray *paraph_channel_list_members (ParaphChannel *self, ParaphEntry *as_of);
gboolean paraph_channel_find_member (ParaphChannel *self, ParaphEntry *as_of,
                                     const ParaphId *delegation, ParaphMember *ret_member);
/* TRUE where every party seat of the charter is filled in the past of as_of (NULL: now). */
gboolean paraph_channel_is_complete (ParaphChannel *self, ParaphEntry *as_of);

/* Delegations that have entry in the past of a record of theirs and do not list it as lacking:
 * founding ids, ParaphId, sorted. The author's own delegation is left out. */
GArray *paraph_entry_list_acknowledged (ParaphEntry *self);
