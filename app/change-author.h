/* Who brought each change between two versions of one graph. Pure. */

#pragma once

#include "negotiation/lineage.h"
#include "negotiation/redline.h"

#define PARAPH_AUTHOR_UNKNOWN G_MAXUINT

/* By change, from 0: index of the version that brought its words, or that struck out, moved or
 * renumbered; AUTHOR_UNKNOWN where none on the way from one to the other did (guint, of a redline of
 * from and to). Free with g_array_unref. */
GArray *paraph_change_list_authors (const ParaphLineage *lineage, guint from, guint to,
                                    const ParaphRedline *redline);
