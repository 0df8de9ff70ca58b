/* Inside the comparison of two sequences. */

#pragma once

#include "negotiation/sequence.h"

#define PARAPH_SEQUENCE_BUDGET 80000000 /* steps of one comparison: about half a second */

/* One rectangle that is still to be compared. */
typedef struct
{
  guint32 old_from;
  guint32 old_to;
  guint32 new_from;
  guint32 new_to;
  guint32 level; /* how often it was cut at anchors */
} ParaphSequencePart;

/* A comparison under way, over the elements that occur on both sides. */
typedef struct
{
  guint32 *old;     /* owned */
  guint32 *new;     /* owned */
  guint8 *old_kept; /* owned */
  guint8 *new_kept; /* owned */
  GArray *todo;     /* owned; ParaphSequencePart */
  gint32 *forward;  /* owned; the furthest point on each diagonal */
  gint32 *backward; /* owned */
  gint64 budget;    /* steps that are left */
} ParaphSequenceRun;

/* Cuts part at runs that occur once on either side, and pushes what lies between. FALSE: there are
 * none. */
gboolean paraph_sequence_anchor (ParaphSequenceRun *run, const ParaphSequencePart *part);

/* A point through which a good script runs, inside part, whose first and last elements differ.
 * FALSE: the budget is spent. */
gboolean paraph_sequence_split (ParaphSequenceRun *run, const ParaphSequencePart *part,
                                guint32 *ret_old, guint32 *ret_new);
