/* Stances and adoption: the rule of docs/PROTOCOL.md section 8, for papers.c only.
 *
 * A View is what of a channel counts: the standing records, or (to see whether others built on a
 * result in good faith) all lawful ones. */

#pragma once

#include "negotiation/papers.h"

typedef enum
{
  PARAPH_VIEW_STANDING,
  PARAPH_VIEW_LAWFUL
} ParaphView;

/* TRUE where entry counts in view. */
gboolean paraph_view_has (ParaphView view, ParaphEntry *entry);

/* The stance of a delegation on the whole of target in the past of as_of (NULL: now). */
ParaphStance paraph_stance_find (ParaphChannel *channel, ParaphView view, ParaphEntry *target,
                                 const ParaphId *delegation, ParaphEntry *as_of,
                                 ParaphEntry **ret_record);

/* TRUE where a reserve or object of the delegation on a provision is in force. */
gboolean paraph_stance_blocks (ParaphChannel *channel, ParaphView view, ParaphEntry *target,
                               const ParaphId *delegation, ParaphEntry *as_of);

/* TRUE where the acceptance at completes the adoption of proposal. */
gboolean paraph_adoption_completes (ParaphEntry *proposal, ParaphEntry *at, ParaphView view);

/* How many acceptances the charter's rule asks of n parties. */
guint paraph_adoption_needed (ParaphChannel *channel, guint n_parties);

/* Whether entry is a whole-paper position on target. */
gboolean paraph_position_is_on (ParaphEntry *entry, ParaphEntry *target);
