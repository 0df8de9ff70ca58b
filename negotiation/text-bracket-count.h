/* How many brackets a text has, section by section: the figures that chairs compare.
 *
 * Counted are the bytes of the text without front matter, link definitions, the first line of a
 * footnote and footnote marks. Pure, any thread. */

#pragma once

#include "negotiation/text-structure.h"

typedef struct
{
  guint heading; /* ordinal */
  guint open;
  guint close;
  guint alternatives; /* a closer and an opener with at most one white space between */
  guint options;      /* "Option" and a digit */
  guint no_text;
  guint words; /* what white space separates */
} ParaphBracketCount;

/* For reading only. */
typedef struct
{
  ParaphBracketCount all;
  guint paragraphs; /* what blank lines separate */
  guint unbalanced_paragraphs;
  guint stray_closers; /* each within its paragraph */
  guint open_openers;
  guint deepest;
  GArray *sections; /* ParaphBracketCount, from one heading "## " to the next */
} ParaphBracketCounts;

ParaphBracketCounts *paraph_bracket_counts_new (const ParaphStructure *structure);
void paraph_bracket_counts_free (ParaphBracketCounts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphBracketCounts, paraph_bracket_counts_free)
