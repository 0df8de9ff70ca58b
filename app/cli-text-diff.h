/* Two texts compared, as the command line tells it. */

#pragma once

#include "app/cli-text-source.h"
#include "negotiation/redline.h"

typedef struct
{
  ParaphCliText from;
  ParaphCliText to;
  char *from_name; /* symbol or file name, and short hash */
  char *to_name;
  ParaphLineage *lineage;
  guint from_version; /* their places in lineage */
  guint to_version;
  ParaphRedline *redline;
} ParaphCliComparison;

/* The redline as a page of its own, for a browser. Free with g_free. */
char *paraph_cli_diff_dup_page (const ParaphCliComparison *self);
/* "Article 4, provision 12", or the like; of the old text where is_old. Free with g_free. */
char *paraph_cli_diff_dup_place (const ParaphRedline *redline, guint ordinal, gboolean is_old);
/* Bytes of one of its texts as they are, for people. Free with g_free. */
char *paraph_cli_diff_dup_words (const ParaphStructure *structure, ParaphSpan span);
