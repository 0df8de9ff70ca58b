#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/unicode-text.h"

#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uspoof.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#define LOOK_ALIKE_MAX 64
#define SKELETON_SIZE 512

struct ParaphGraphemes
{
  UBreakIterator *breaks; /* owned */
  UText *text;            /* owned */
  gsize size;
};

ParaphGraphemes *
paraph_graphemes_new (void)
{
  ParaphGraphemes *self = g_new0 (ParaphGraphemes, 1);
  UErrorCode status = U_ZERO_ERROR;

  self->breaks = ubrk_open (UBRK_CHARACTER, "", NULL, 0, &status);
  if (U_FAILURE (status))
    g_error ("ICU has no rules for graphemes: %s", u_errorName (status));
  return self;
}

void
paraph_graphemes_free (ParaphGraphemes *self)
{
  if (self == NULL)
    return;
  ubrk_close (self->breaks);
  if (self->text != NULL)
    utext_close (self->text);
  g_free (self);
}

void
paraph_graphemes_set_text (ParaphGraphemes *self, const char *bytes, gsize size)
{
  UErrorCode status = U_ZERO_ERROR;

  self->size = size;
  self->text = utext_openUTF8 (self->text, bytes, (int64_t) size, &status);
  if (U_SUCCESS (status))
    ubrk_setUText (self->breaks, self->text, &status);
  if (U_FAILURE (status))
    g_error ("ICU takes no text: %s", u_errorName (status));
}

gsize
paraph_graphemes_get_end (ParaphGraphemes *self, gsize position)
{
  int32_t next = ubrk_following (self->breaks, (int32_t) position);

  return next == UBRK_DONE ? self->size : (gsize) next;
}

gboolean
paraph_graphemes_is_end (ParaphGraphemes *self, gsize position)
{
  return ubrk_isBoundary (self->breaks, (int32_t) position) != 0;
}

gunichar
paraph_unicode_read (const char *bytes, gsize size, gsize *position)
{
  const guint8 *data = (const guint8 *) bytes;
  gsize at = *position;
  UChar32 character = 0;

  U8_NEXT (data, at, size, character);
  *position = at;
  return character < 0 ? 0xFFFD : (gunichar) character;
}

gboolean
paraph_unicode_is_space (gunichar character)
{
  return u_isUWhiteSpace ((UChar32) character) != 0;
}

gboolean
paraph_unicode_is_digit (gunichar character)
{
  return u_charType ((UChar32) character) == U_DECIMAL_DIGIT_NUMBER;
}

gboolean
paraph_unicode_is_word_part (gunichar character)
{
  return (U_GET_GC_MASK ((UChar32) character) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
}

gboolean
paraph_unicode_is_ideograph (gunichar character)
{
  return u_hasBinaryProperty ((UChar32) character, UCHAR_IDEOGRAPHIC) != 0;
}

struct ParaphLookAlikes
{
  USpoofChecker *checker; /* owned */
};

ParaphLookAlikes *
paraph_look_alikes_new (void)
{
  ParaphLookAlikes *self = g_new0 (ParaphLookAlikes, 1);
  UErrorCode status = U_ZERO_ERROR;

  self->checker = uspoof_open (&status);
  if (U_FAILURE (status))
    g_error ("ICU has no table of look-alikes: %s", u_errorName (status));
  return self;
}

void
paraph_look_alikes_free (ParaphLookAlikes *self)
{
  if (self == NULL)
    return;
  uspoof_close (self->checker);
  g_free (self);
}

/* FALSE: it has none that fits. */
static gboolean
get_skeleton (const ParaphLookAlikes *self, const char *bytes, gsize size,
              char skeleton[static SKELETON_SIZE])
{
  UErrorCode status = U_ZERO_ERROR;
  int32_t length;

  if (!g_utf8_validate_len (bytes, size, NULL))
    return FALSE;
  length = uspoof_getSkeletonUTF8 (self->checker, 0, bytes, (int32_t) size, skeleton,
                                   SKELETON_SIZE - 1, &status);
  if (U_FAILURE (status) || length >= SKELETON_SIZE)
    return FALSE;
  skeleton[length] = '\0';
  return TRUE;
}

gboolean
paraph_look_alikes_has (const ParaphLookAlikes *self, const char *a, gsize a_size, const char *b,
                        gsize b_size)
{
  char one[SKELETON_SIZE];
  char other[SKELETON_SIZE];

  if (a_size == 0 || b_size == 0 || MAX (a_size, b_size) > LOOK_ALIKE_MAX
      || (a_size == b_size && memcmp (a, b, a_size) == 0))
    return FALSE;
  return get_skeleton (self, a, a_size, one) && get_skeleton (self, b, b_size, other)
         && strcmp (one, other) == 0;
}
