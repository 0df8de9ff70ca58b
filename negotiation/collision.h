/* Two proposals on one base, side by side: what only one of them changes, and where they collide.
 *
 * Nothing is merged: where both change a provision they are shown as rival wordings. Pure, any
 * thread. */

#pragma once

#include "negotiation/text-structure.h"

typedef enum
{
  PARAPH_COLLISION_FIRST_ONLY,  /* only the first proposal changes it */
  PARAPH_COLLISION_SECOND_ONLY, /* only the second */
  PARAPH_COLLISION_SAME,        /* both, to the same wording */
  PARAPH_COLLISION_RIVAL        /* both, to different ones; or one of them strikes it out */
} ParaphCollisionKind;

/* Ordinals; 0: it does not stand there. */
typedef struct
{
  ParaphCollisionKind kind;
  guint base;  /* 0: inserted */
  guint after; /* of the base: what an insertion follows, 0 the beginning */
  guint first;
  guint second;
} ParaphCollision;

/* ParaphCollision, in the order of the base; provisions that neither changes are left out. Free
 * with g_array_unref. */
GArray *paraph_collision_list (const ParaphStructure *base, const ParaphStructure *first,
                               const ParaphStructure *second);

const char *paraph_collision_kind_get_word (ParaphCollisionKind kind);
