/* Labels: what a provision is called where it stands, as printed and as numbers.
 *
 * "Article 3 ter", "2 bis.", "(a)(ii)", "3.3bis", "Annex B", "Article premier", Roman, Hebrew and
 * Chinese numerals. A label is no identity: it changes when a text is renumbered. Pure, any
 * thread. */

#pragma once

#include <glib.h>

#define PARAPH_LABEL_NUMBERS_MAX 4

/* Bytes from start up to, not including, end. */
typedef struct
{
  gsize start;
  gsize end;
} ParaphSpan;

typedef enum
{
  PARAPH_LABEL_NUMBER, /* a number or letter without a word */
  PARAPH_LABEL_ARTICLE,
  PARAPH_LABEL_ANNEX,
  PARAPH_LABEL_PART,
  PARAPH_LABEL_CHAPTER,
  PARAPH_LABEL_SECTION,
  PARAPH_LABEL_PROTOCOL,
  PARAPH_LABEL_NOTE /* a footnote's mark */
} ParaphLabelWord;

typedef enum
{
  PARAPH_NUMERAL_ARABIC, /* decimal digits of any script */
  PARAPH_NUMERAL_LETTER, /* a, b ... z, aa; Cyrillic */
  PARAPH_NUMERAL_ROMAN,
  PARAPH_NUMERAL_HEBREW,
  PARAPH_NUMERAL_CHINESE,
  PARAPH_NUMERAL_WORD /* premier */
} ParaphNumeral;

typedef struct
{
  ParaphSpan span; /* as printed; start == end: no label */
  ParaphLabelWord word;
  ParaphNumeral numeral; /* of the last number */
  guint numbers[PARAPH_LABEL_NUMBERS_MAX];
  guint n_numbers;
  guint suffix; /* 2 bis, 3 ter, 4 quater ... 10 decies; 0 none */
} ParaphLabel;

/* The label that a heading's text begins with, after brackets and emphasis. FALSE: none. */
gboolean paraph_label_parse_heading (const char *bytes, ParaphSpan text, ParaphLabel *ret_label);
/* The mark of a list item at text.start ("1. ", "(a) ", "3.3bis "). FALSE: none. */
gboolean paraph_label_parse_item (const char *bytes, ParaphSpan text, ParaphLabel *ret_label);
/* Reads i, v, x, c ... as the letter or the Roman numeral that goes on from the label before it;
 * before: NULL for the first of its list. */
void paraph_label_continue (ParaphLabel *self, const ParaphLabel *before, const char *bytes);

/* Equal words, numbers and suffixes. */
gboolean paraph_label_equal (const ParaphLabel *a, const ParaphLabel *b);
