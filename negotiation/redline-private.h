/* Inside the redline: units, their pairs, the words of a pair. */

#pragma once

#include "negotiation/redline.h"
#include "negotiation/token.h"
#include "negotiation/unicode-text.h"

/* One provision with what stands before it. */
typedef struct
{
  ParaphSpan gap;  /* from the end of the unit before */
  ParaphSpan text; /* without its last line end; the last unit of a text has none */
  guint ordinal;
  guint32 id;    /* equal texts: equal ids */
  guint32 first; /* its tokens, once they are cut */
  guint32 end;
  guint32 pair;      /* index of its pair on the other side, or G_MAXUINT32 */
  gboolean is_moved; /* its pair stands elsewhere, word for word */
} ParaphRedlineUnit;

typedef struct
{
  const ParaphStructure *structure;
  GArray *units;  /* ParaphRedlineUnit */
  GArray *tokens; /* ParaphToken, of the units that are cut */
} ParaphRedlineSide;

/* A redline under way. */
typedef struct
{
  ParaphRedline *redline;
  ParaphVocabulary *vocabulary;
  ParaphRedlineSide old;
  ParaphRedlineSide new;
  ParaphLookAlikes *look_alikes;
  GString *contents[2]; /* of the old and new side of the change that is classified */
  GArray *numbers; /* guint32 by id: its number among the tokens of one comparison, see round */
  GArray *rounds;  /* guint32 by id */
  guint32 round;
} ParaphRedlineRun;

/* Units of both sides, and which belong together: all in order but those that moved. */
void paraph_redline_pair_units (ParaphRedlineRun *run);

/* Which tokens from..end of both sides stay; old_kept and new_kept have one byte a token. */
typedef struct
{
  const ParaphToken *old;
  const ParaphToken *new;
  guint32 n_old;
  guint32 n_new;
  guint8 *old_kept;
  guint8 *new_kept;
} ParaphRedlineWords;

/* Compares by ids alone. */
void paraph_redline_compare_words (ParaphRedlineRun *run, const ParaphRedlineWords *words);

/* Makes what is kept readable: no lone blank or short word between two changes, and an insertion or
 * deletion stands where its words begin. */
void paraph_redline_tidy_words (const ParaphRedlineWords *words);

/* What kind of difference the change makes. words: its tokens; NULL in it: not cut yet. */
ParaphDifference paraph_redline_classify (ParaphRedlineRun *run, const ParaphChange *change,
                                          const ParaphRedlineWords *words);
