/* One line of a text, read for what it can begin (docs/PROTOCOL.md, "Texts").
 *
 * Inside the text engine only. Pure, any thread. */

#pragma once

#include "negotiation/text-label.h"

typedef enum
{
  PARAPH_LINE_BLANK,
  PARAPH_LINE_HEADING,
  PARAPH_LINE_ITEM,
  PARAPH_LINE_TABLE,
  PARAPH_LINE_FOOTNOTE,
  PARAPH_LINE_LINK_DEFINITION,
  PARAPH_LINE_RULE,
  PARAPH_LINE_TEXT
} ParaphLineKind;

typedef struct
{
  ParaphSpan span;    /* with its line end */
  ParaphSpan wording; /* without marks and outer white space */
  ParaphLabel label;  /* of headings, items, footnotes; may be empty */
  ParaphLineKind kind;
  guint indent; /* columns; a tab goes on to the next fourth */
  guint level;  /* number of # of a heading */
} ParaphLine;

/* Reads the line that begins at start; start < size. */
void paraph_line_read (const char *bytes, gsize size, gsize start, ParaphLine *ret_line);

/* The end of the front matter that a text begins with; 0: it begins with none. */
gsize paraph_line_find_front_matter (const char *bytes, gsize size);

/* TRUE where the wording is a term in quotation marks and what it means. */
gboolean paraph_wording_is_definition (const char *bytes, ParaphSpan wording);
/* TRUE where the wording begins with the word placeholder, or holds no letter and no digit. */
gboolean paraph_wording_is_placeholder (const char *bytes, ParaphSpan wording);
