/* A redline as it is shown: the provisions that changed, each with its words in order. Pure. */

#pragma once

#include "negotiation/redline.h"

/* Bytes of the old text where struck out, of the new one otherwise. */
typedef struct
{
  ParaphSegmentKind kind;
  ParaphSpan span;
} ParaphShownWords;

typedef struct
{
  guint provision;      /* ordinal in the new text; of the old one where is_old; 0: between them */
  gboolean is_old;      /* it does not stand in the new text, or not here */
  gboolean is_moved;    /* taken from here, or put here, not changed */
  gboolean is_cosmetic; /* no word, figure or sign is another */
  GArray *words;        /* ParaphShownWords */
} ParaphShownBlock;

/* ParaphShownBlock *, in order; provisions that did not change are left out. Free with
 * g_ptr_array_unref. */
GPtrArray *paraph_redline_list_blocks (const ParaphRedline *redline);
