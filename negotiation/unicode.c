#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/unicode.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

typedef struct
{
  gunichar first;
  gunichar last;
} Range;

/* Sorted, so that one look ends early. */
static const Range forbidden[] = {
  { 0x0000, 0x001F }, { 0x007F, 0x009F }, { 0x00AD, 0x00AD },   { 0x034F, 0x034F },
  { 0x061C, 0x061C }, { 0x180E, 0x180E }, { 0x200B, 0x200B },   { 0x200E, 0x200F },
  { 0x2028, 0x202E }, { 0x2060, 0x2064 }, { 0x2066, 0x2069 },   { 0xFDD0, 0xFDEF },
  { 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF }, { 0xE0000, 0xE007F }, { 0xE0100, 0xE01EF },
};

gboolean
paraph_unicode_is_forbidden (gunichar character)
{
  if ((character & 0xFFFE) == 0xFFFE)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (forbidden) && character >= forbidden[i].first; i++)
    if (character <= forbidden[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
is_ascii (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) text[i] >= 0x80)
      return FALSE;
  return TRUE;
}

gboolean
paraph_unicode_is_nfc (const char *text, gsize length)
{
  g_autofree UChar *wide = NULL;
  UErrorCode status = U_ZERO_ERROR;
  int32_t wide_length = 0;

  if (is_ascii (text, length))
    return TRUE;
  if (length > G_MAXINT32 / 2)
    return FALSE;
  wide = g_new (UChar, length + 1);
  u_strFromUTF8 (wide, (int32_t) length + 1, &wide_length, text, (int32_t) length, &status);
  const UNormalizer2 *nfc = unorm2_getNFCInstance (&status);
  UBool normal = unorm2_isNormalized (nfc, wide, wide_length, &status);
  return U_SUCCESS (status) && normal;
}

gboolean
paraph_unicode_is_plain (const char *text, gsize length)
{
  if (!g_utf8_validate_len (text, length, NULL))
    return FALSE;
  for (const char *p = text; p < text + length; p += g_utf8_skip[*(const guchar *) p])
    if (paraph_unicode_is_forbidden (g_utf8_get_char (p)))
      return FALSE;
  return paraph_unicode_is_nfc (text, length);
}
