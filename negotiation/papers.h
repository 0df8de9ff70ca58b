/* Texts, versions and proposals: what the records make of them (docs/PROTOCOL.md section 8).
 *
 * Values computed afresh by each call; the entries in them are borrowed from the ledger and valid
 * until the next placing. One thread. */

#pragma once

#include "negotiation/judge.h"

typedef enum
{
  PARAPH_PROPOSAL_WITHDRAWN,
  PARAPH_PROPOSAL_ADOPTED,
  PARAPH_PROPOSAL_STALE,
  PARAPH_PROPOSAL_REJECTED,
  PARAPH_PROPOSAL_RESERVED,
  PARAPH_PROPOSAL_COUNTERED,
  PARAPH_PROPOSAL_ACCEPTED,
  PARAPH_PROPOSAL_TABLED
} ParaphProposalState;

typedef enum
{
  PARAPH_STANCE_NONE,
  PARAPH_STANCE_ACCEPT,
  PARAPH_STANCE_RESERVE,
  PARAPH_STANCE_OBJECT,
  PARAPH_STANCE_ABSTAIN,
  PARAPH_STANCE_NO_INSTRUCTION,
  PARAPH_STANCE_REVOKE,
  PARAPH_STANCE_CONTRADICTORY
} ParaphStance;

typedef struct
{
  ParaphId delegation;
  ParaphStance stance;
  ParaphEntry *record; /* the latest position that makes it */
} ParaphDelegationStance;

typedef struct
{
  ParaphEntry *entry;
  ParaphProposalState state;
  ParaphEntry *adopted_at; /* the completing position, or NULL */
  gboolean is_contested;
  GArray *stances; /* of ParaphDelegationStance, whole-paper, by delegation */
} ParaphProposal;

typedef struct
{
  ParaphEntry *opening;
  ParaphEntry *current; /* the current version */
  GPtrArray *versions;  /* ParaphEntry *: opening, issued versions, adoptions, in order */
  GPtrArray *proposals; /* ParaphProposal *, in shown order; with effect only */
} ParaphText;

/* Texts of a channel in shown order, ParaphText *. Free with g_ptr_array_unref. */
GPtrArray *paraph_channel_list_texts (ParaphChannel *self);
/* The text that opening began; NULL: none with effect. Free with paraph_text_free. */
ParaphText *paraph_channel_get_text (ParaphChannel *self, const ParaphId *opening);
void paraph_text_free (ParaphText *self);

/* The current version of a text in the past of as_of: what a proposal's base must be. */
ParaphEntry *paraph_text_get_current_at (ParaphText *self, ParaphEntry *as_of);

const char *paraph_proposal_state_get_word (ParaphProposalState state);
const char *paraph_stance_get_word (ParaphStance stance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphText, paraph_text_free)
