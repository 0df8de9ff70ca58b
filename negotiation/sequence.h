/* What two sequences of numbers have in common: the ground under every comparison of texts.
 *
 * Pure, any thread. Small parts are compared exactly (Myers, "An O(ND) Difference Algorithm and Its
 * Variations", Algorithmica 1, 1986, in linear space); large ones are first cut at runs of elements
 * that occur once on either side. Work is counted, not timed: hostile input ends in a coarser
 * answer, never in a long one, and the same input has the same answer everywhere. */

#pragma once

#include <glib.h>

typedef struct
{
  const guint32 *elements; /* borrowed; equal numbers are equal things */
  guint32 n;
  guint8 *kept; /* borrowed, n bytes: 1 where the element is part of what is common */
} ParaphSequence;

/* Elements are below n_ids. The kept elements of both sides are, in order, equal. */
void paraph_sequence_compare (const ParaphSequence *old, const ParaphSequence *new, guint32 n_ids);

/* The longest subsequence of values that rises strictly: its indexes in order, *ret_n of them.
 * Returns: (transfer full): NULL where n is 0. */
guint32 *paraph_sequence_rising (const guint32 *values, guint32 n, guint32 *ret_n);
