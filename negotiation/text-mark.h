/* The single marks that the reading of brackets is made of. Inside the text engine only. */

#pragma once

#include "negotiation/text-bracket.h"

/* A footnote's mark "[^1]", a colon behind it included: the position behind; start: none. */
gsize paraph_mark_read_footnote (const char *bytes, gsize start, gsize end);
/* "UA, FR:" at start; ret_codes: without the colon. */
gsize paraph_mark_read_attribution (const char *bytes, gsize start, gsize end,
                                    const char *const *codes, ParaphSpan *ret_codes);
/* "Option 1:", "Option II". is_leading: at the begin of a wording, where no colon is needed. */
gsize paraph_mark_read_option (const char *bytes, gsize start, gsize end, gboolean is_leading,
                               ParaphMark *mark);
gsize paraph_mark_read_no_text (const char *bytes, gsize start, gsize end);
/* A word that stands for a figure: XX, 20XX. */
gsize paraph_mark_read_figure (const char *bytes, gsize start, gsize end);
/* TRUE where the wording in a bracket is an open figure: X, y, ..., nothing. */
gboolean paraph_mark_is_figure (const char *bytes, ParaphSpan wording);
/* Behind a closed bracket: the address "(https://...)", or "[label]" of those defined. */
gsize paraph_mark_read_address (const char *bytes, gsize start, gsize end, GHashTable *labels);

/* The labels of the text's link definitions; owned keys. */
GHashTable *paraph_mark_list_links (const ParaphStructure *structure);
/* TRUE where span (at most 128 bytes) is such a label. */
gboolean paraph_mark_is_link (const char *bytes, ParaphSpan span, GHashTable *labels);

/* Fills choices and alternatives; parts: ParaphPart, as the brackets were read. */
typedef struct
{
  ParaphAlternative alternative;
  guint bracket;
  guint next; /* number of the next part of that bracket, or 0 */
} ParaphPart;

void paraph_brackets_add_choices (ParaphBrackets *self, GArray *parts, GArray *first_parts);
