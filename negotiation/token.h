/* Tokens: the smallest things that a redline, a blame or a count of words can name.
 *
 * A run of letters, marks and digits is one token, a run of white space is one, a single ideograph
 * is one, and every other grapheme is one. No token ends inside a grapheme (UAX #29, by ICU). The
 * tokens of a span, joined, are its bytes, whatever these are. Pure; a vocabulary belongs to one
 * thread. */

#pragma once

#include <glib.h>

typedef enum
{
  PARAPH_TOKEN_WORD,
  PARAPH_TOKEN_FIGURE, /* a word that holds a digit */
  PARAPH_TOKEN_SPACE,
  PARAPH_TOKEN_PUNCTUATION,
  PARAPH_TOKEN_BRACKET, /* [ or ] */
  PARAPH_TOKEN_MARKUP   /* of a link: its opener, and its address with the closer */
} ParaphTokenClass;

typedef struct
{
  guint32 start;
  guint32 size : 28;
  guint32 class : 4; /* ParaphTokenClass */
  guint32 id;        /* equal bytes and class of one vocabulary: equal ids */
} ParaphToken;

/* Numbers for tokens. The keys of its table come from the texts themselves, so that no text can be
 * written to fill one slot. Texts stay alive as long as it. */
typedef struct ParaphVocabulary ParaphVocabulary;

ParaphVocabulary *paraph_vocabulary_new (const char *old, gsize old_size, const char *new,
                                         gsize new_size);
void paraph_vocabulary_free (ParaphVocabulary *self);
/* One more than the highest id. */
guint32 paraph_vocabulary_get_count (const ParaphVocabulary *self);
/* The number of any bytes, with a class of the caller's that keeps kinds apart. */
guint32 paraph_vocabulary_get_id (ParaphVocabulary *self, const char *bytes, gsize size,
                                  guint32 class);

/* Appends the tokens of text from start to end, less than 256 MiB; start and end are where units
 * begin. tokens holds ParaphToken. */
void paraph_tokens_append (GArray *tokens, ParaphVocabulary *vocabulary, const char *text,
                           gsize start, gsize end);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphVocabulary, paraph_vocabulary_free)
