/* Which provision of one version is which of another.
 *
 * By wording first, then by shared words where label, kind and neighbours agree or disagree; never
 * by label alone. The pairs together are the best, not each for itself (an assignment). The answer
 * depends on the two texts only. An immutable value; made by one thread, read by any. */

#pragma once

#include "negotiation/text-structure.h"

/* Arrays are indexed by ordinal; 0 as a value means none, and index 0 is not used. */
typedef struct
{
  guint n_old;
  guint n_new;
  guint *new_of;      /* by old: the same provision in the new text */
  guint *old_of;      /* by new: the same provision in the old text */
  guint *merged_into; /* by old: the new provision that took its words; it has no new_of */
  guint *split_from;  /* by new: the old provision its words come from; it has no old_of */
  guint8 *alike;      /* by new: percent of the words that it shares with its old_of */
  gboolean *is_moved; /* by new: it stands in another order than those that stayed */
} ParaphAlignment;

/* Free with paraph_alignment_free. */
ParaphAlignment *paraph_alignment_new (const ParaphStructure *old, const ParaphStructure *new);
void paraph_alignment_free (ParaphAlignment *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphAlignment, paraph_alignment_free)
