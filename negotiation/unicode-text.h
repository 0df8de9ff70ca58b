/* The questions about Unicode that comparing and reading of bodies asks. ICU answers them.
 *
 * Every function takes any bytes: what is not UTF-8 counts as U+FFFD. Graphemes belong to one
 * thread; the rest is pure. */

#pragma once

#include <glib.h>

/* Where graphemes end (UAX #29, extended grapheme clusters). */
typedef struct ParaphGraphemes ParaphGraphemes;

ParaphGraphemes *paraph_graphemes_new (void);
void paraph_graphemes_free (ParaphGraphemes *self);

/* Borrows bytes until the next call; size below 2 GiB. */
void paraph_graphemes_set_text (ParaphGraphemes *self, const char *bytes, gsize size);
/* The first end after position; size at the last. */
gsize paraph_graphemes_get_end (ParaphGraphemes *self, gsize position);
gboolean paraph_graphemes_is_end (ParaphGraphemes *self, gsize position);

/* The character at *position, which moves behind it. */
gunichar paraph_unicode_read (const char *bytes, gsize size, gsize *position);

gboolean paraph_unicode_is_space (gunichar character);
gboolean paraph_unicode_is_digit (gunichar character);
/* Letters, marks and numbers of every script. */
gboolean paraph_unicode_is_word_part (gunichar character);
gboolean paraph_unicode_is_ideograph (gunichar character);

/* What looks like what (UTS #39 skeletons). */
typedef struct ParaphLookAlikes ParaphLookAlikes;

ParaphLookAlikes *paraph_look_alikes_new (void);
void paraph_look_alikes_free (ParaphLookAlikes *self);

/* TRUE where the two are not equal and look alike to a reader: l and 1, a Latin and a Cyrillic a.
 * FALSE for more than 64 bytes. */
gboolean paraph_look_alikes_has (const ParaphLookAlikes *self, const char *a, gsize a_size,
                                 const char *b, gsize b_size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphGraphemes, paraph_graphemes_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphLookAlikes, paraph_look_alikes_free)
