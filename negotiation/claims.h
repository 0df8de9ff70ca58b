/* Undeclared changes: what a version changes beyond the provisions that its author says it changes.
 *
 * A claim of a heading or article covers what stands under it, one of a paragraph its points. Pure,
 * any thread. */

#pragma once

#include "negotiation/redline.h"

/* The provisions that are claimed, by ordinal; index 0 is not used. */
typedef struct
{
  gboolean *old; /* owned */
  gboolean *new; /* owned */
  guint n_old;
  guint n_new;
} ParaphClaims;

ParaphClaims *paraph_claims_new (const ParaphRedline *redline);
void paraph_claims_free (ParaphClaims *self);

/* Numbers of the changes that no claim covers, guint from 1: figures first, then look-alikes,
 * words, brackets, punctuation, labels, places, and what is cosmetic; each in the order of the
 * text. Free with g_array_unref. */
GArray *paraph_claims_list_undeclared (const ParaphClaims *self, const ParaphRedline *redline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphClaims, paraph_claims_free)
