/* The streamline check: do all words of all alternatives of one text stand in the other?
 *
 * Whoever merges alternatives must not make a position vanish. A failed check forbids nothing: it
 * says that a text is not a pure streamline of the one before. Pure, any thread. */

#pragma once

#include "negotiation/text-bracket.h"

typedef enum
{
  PARAPH_WORDS_OF_WORDING, /* without labels of lists and options, and codes of attributions */
  PARAPH_WORDS_OF_ALL      /* with them; without first lines of footnotes */
} ParaphWordsScope;

/* Adds the words of the provisions from first to last (ordinals, headings among them) to counts:
 * lower-case word (owned) -> GUINT_TO_POINTER (how often). */
void paraph_words_count (const ParaphBrackets *brackets, guint first, guint last,
                         ParaphWordsScope scope, GHashTable *counts);

typedef struct
{
  char *word;
  gboolean is_lost; /* else it is new */
  guint count;
  guint provision; /* ordinal where it stands: of the old text if lost, else of the new one */
} ParaphStreamlineWord;

/* For reading only. */
typedef struct
{
  guint lost;
  guint gained;
  GArray *words; /* ParaphStreamlineWord, lost ones first, in the order of the text */
} ParaphStreamline;

/* A pure streamline has nothing lost and nothing new. */
ParaphStreamline *paraph_streamline_new (const ParaphBrackets *old, const ParaphBrackets *new);
void paraph_streamline_free (ParaphStreamline *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphStreamline, paraph_streamline_free)
