/* The structure of a text: its provisions and what lies between them (docs/PROTOCOL.md, "Texts").
 *
 * Total and lossless: any bytes have a structure, and every byte belongs to exactly one provision
 * or gap, in the order of the text. Linear time, no recursion. An immutable value, any thread. */

#pragma once

#include <glib.h>

#include "negotiation/text-label.h"

typedef enum
{
  PARAPH_PROVISION_PREAMBLE,    /* a paragraph before the first article */
  PARAPH_PROVISION_HEADING,     /* a heading that opens no article */
  PARAPH_PROVISION_ARTICLE,     /* the heading of an article; what follows are its paragraphs */
  PARAPH_PROVISION_PARAGRAPH,   /* numbered or not */
  PARAPH_PROVISION_POINT,       /* a lettered, nested or dashed item */
  PARAPH_PROVISION_DEFINITION,  /* begins with a term in quotation marks */
  PARAPH_PROVISION_PLACEHOLDER, /* says of itself that its wording is open, or has none */
  PARAPH_PROVISION_FOOTNOTE,
  PARAPH_PROVISION_TABLE,
  PARAPH_PROVISION_ANNEX_ITEM /* a paragraph below the heading of an annex */
} ParaphProvisionKind;

typedef enum
{
  PARAPH_GAP_BLANK,
  PARAPH_GAP_FRONT_MATTER,    /* from a first line "---" to the next */
  PARAPH_GAP_LINK_DEFINITION, /* [label]: address */
  PARAPH_GAP_RULE             /* --- or *** or ___ */
} ParaphGapKind;

typedef struct
{
  ParaphSpan span;    /* whole lines, line ends included */
  ParaphSpan wording; /* without marks, outer white space and, where it stands first, the label */
  ParaphLabel label;
  ParaphProvisionKind kind;
  guint ordinal;     /* its place in the text, from 1 */
  guint level;       /* of a heading: its #; of others: how deep the item is, 0 at the margin */
  guint heading;     /* ordinal of the heading or article that it stands under, or 0 */
  guint parent;      /* ordinal of the paragraph or point that it belongs to, or 0 */
  guint paragraph;   /* what stands between two blank lines, from 1; may hold several provisions */
  gboolean is_valid; /* its bytes are UTF-8 */
} ParaphProvision;

typedef struct
{
  ParaphSpan span;
  ParaphGapKind kind;
} ParaphGap;

/* For reading only. */
typedef struct
{
  GBytes *text;
  const char *bytes; /* of text */
  gsize size;
  GArray *provisions; /* ParaphProvision; ordinal n has index n - 1 */
  GArray *gaps;       /* ParaphGap */
  GArray *lines;      /* gsize: where each line begins */
} ParaphStructure;

/* Keeps a reference to text. Free with paraph_structure_free. */
ParaphStructure *paraph_structure_new (GBytes *text);
void paraph_structure_free (ParaphStructure *self);

/* The provision with an ordinal; NULL for 0 and beyond the last. Borrowed. */
const ParaphProvision *paraph_structure_get (const ParaphStructure *self, guint ordinal);
/* The provision that holds the byte at position; NULL: a gap, or beyond the end. Borrowed. */
const ParaphProvision *paraph_structure_find (const ParaphStructure *self, gsize position);
/* The line of the byte at position, from 1. */
guint paraph_structure_get_line (const ParaphStructure *self, gsize position);

/* A span as valid UTF-8, white space drawn together. Free with g_free. */
char *paraph_structure_dup_span (const ParaphStructure *self, ParaphSpan span);
/* The label as printed ("Article 3 ter", "(a)"), or NULL. Free with g_free. */
char *paraph_structure_dup_label (const ParaphStructure *self, const ParaphProvision *provision);

const char *paraph_provision_kind_get_word (ParaphProvisionKind kind);
const char *paraph_gap_kind_get_word (ParaphGapKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphStructure, paraph_structure_free)
