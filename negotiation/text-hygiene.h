/* Hygiene: what in a text a reader cannot see, or takes for something else. Listed, never removed:
 * it may be somebody's signed text. Linear time. Pure, any thread. */

#pragma once

#include "negotiation/text-structure.h"

typedef enum
{
  PARAPH_HYGIENE_INVALID_UTF8,
  PARAPH_HYGIENE_BIDI,      /* a control that turns the order of what is shown */
  PARAPH_HYGIENE_INVISIBLE, /* a character without width or shape */
  PARAPH_HYGIENE_CONTROL,   /* controls, line separators, noncharacters */
  PARAPH_HYGIENE_MARKS,     /* more combining marks on one letter than its script needs */
  PARAPH_HYGIENE_MIXED_SCRIPTS,
  PARAPH_HYGIENE_MIXED_DIGITS, /* digits of two scripts in one number */
  PARAPH_HYGIENE_LOOK_ALIKE,   /* a letter in the place of a digit: l.75, 1O */
  PARAPH_HYGIENE_NOT_NFC
} ParaphHygieneKind;

typedef struct
{
  ParaphHygieneKind kind;
  ParaphSpan span; /* neighbours of one kind are one finding */
  guint provision; /* ordinal; 0: in a gap */
} ParaphHygieneFinding;

/* ParaphHygieneFinding in the order of the text. Free with g_array_unref. */
GArray *paraph_hygiene_check (const ParaphStructure *structure);
/* What it is, in English: "U+202E RIGHT-TO-LEFT OVERRIDE". Free with g_free. */
char *paraph_hygiene_dup_detail (const ParaphStructure *structure,
                                 const ParaphHygieneFinding *finding);

const char *paraph_hygiene_kind_get_word (ParaphHygieneKind kind);
