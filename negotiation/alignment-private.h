/* Inside the alignment: what provisions share, and the best pairs. */

#pragma once

#include "negotiation/alignment.h"
#include "negotiation/token.h"

/* An old and a new provision that share words. */
typedef struct
{
  guint32 old; /* ordinals */
  guint32 new;
  guint32 alike;    /* percent of both */
  guint32 of_old;   /* percent of the old one's words that the new one has */
  guint32 of_new;   /* and the other way round */
  guint32 score;    /* for the assignment; set by the caller */
  gboolean is_held; /* belongs to the best pairs; set by the assignment */
} ParaphKinship;

/* An alignment under way. */
typedef struct
{
  ParaphAlignment *alignment;
  const ParaphStructure *old;
  const ParaphStructure *new;
  ParaphVocabulary *vocabulary;
} ParaphAlignmentRun;

/* Every pair of provisions without a partner that shares rare words or pairs of words, by old and
 * new. is_all: those that have a partner too. ParaphKinship. */
GArray *paraph_alignment_list_kin (ParaphAlignmentRun *run, gboolean is_all);

/* Marks as held the pairs with the highest sum of scores in which nobody stands twice. */
void paraph_assignment_solve (GArray *kin);
