/* A redline: what changed between two texts, provision by provision and then word by word.
 *
 * Lossless: the equal and deleted segments, joined, are the old text; the equal and inserted ones
 * the new text, byte for byte. Work and memory are bounded for any input (negotiation/sequence.h).
 * An immutable value; made by one thread, read by any. */

#pragma once

#include "negotiation/text-structure.h"

typedef enum
{
  PARAPH_SEGMENT_EQUAL,
  PARAPH_SEGMENT_DELETED,
  PARAPH_SEGMENT_INSERTED
} ParaphSegmentKind;

typedef struct
{
  ParaphSegmentKind kind;
  ParaphSpan old; /* empty where inserted */
  ParaphSpan new; /* empty where deleted */
  guint change;   /* index of its change, from 1; 0: equal */
} ParaphSegment;

typedef enum
{
  PARAPH_CHANGE_INSERT,
  PARAPH_CHANGE_DELETE,
  PARAPH_CHANGE_REPLACE,
  PARAPH_CHANGE_MOVE,    /* a whole provision; its segments stand at both places */
  PARAPH_CHANGE_RENUMBER /* a label only */
} ParaphChangeKind;

/* What kind of difference it is; the first that fits. */
typedef enum
{
  PARAPH_DIFFERENCE_FIGURE,     /* a word with a digit */
  PARAPH_DIFFERENCE_LOOK_ALIKE, /* other characters that look the same */
  PARAPH_DIFFERENCE_WORDS,
  PARAPH_DIFFERENCE_BRACKETS,
  PARAPH_DIFFERENCE_PUNCTUATION,
  PARAPH_DIFFERENCE_LABEL,
  PARAPH_DIFFERENCE_PLACE,  /* moved, not changed */
  PARAPH_DIFFERENCE_MARKUP, /* a link's address: cosmetic, as the next */
  PARAPH_DIFFERENCE_SPACE
} ParaphDifference;

typedef struct
{
  ParaphChangeKind kind;
  ParaphDifference difference;
  ParaphSpan old; /* from its first to its last byte in the old text */
  ParaphSpan new;
  guint old_provision; /* ordinal in the old text; 0: it is not there */
  guint new_provision;
} ParaphChange;

/* For reading only. */
typedef struct
{
  const ParaphStructure *old; /* borrowed */
  const ParaphStructure *new; /* borrowed */
  GArray *segments;           /* ParaphSegment, in order */
  GArray *changes;            /* ParaphChange; change n has index n - 1 */
} ParaphRedline;

/* Both structures stay alive as long as it. Free with paraph_redline_free. */
ParaphRedline *paraph_redline_new (const ParaphStructure *old, const ParaphStructure *new);
void paraph_redline_free (ParaphRedline *self);

/* TRUE where no word, figure or sign is another: white space, or a link's address. */
gboolean paraph_change_is_cosmetic (const ParaphChange *change);

const char *paraph_change_kind_get_word (ParaphChangeKind kind);
const char *paraph_difference_get_word (ParaphDifference difference);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphRedline, paraph_redline_free)
