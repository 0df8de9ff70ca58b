#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/unicode-script.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

int
paraph_unicode_get_script (gunichar character)
{
  UErrorCode status = U_ZERO_ERROR;
  UScriptCode script = uscript_getScript ((UChar32) character, &status);

  if (U_FAILURE (status) || script == USCRIPT_COMMON || script == USCRIPT_INHERITED
      || script == USCRIPT_UNKNOWN)
    return 0;
  return (int) script;
}

const char *
paraph_unicode_get_script_name (int script)
{
  return script == 0 ? "Common" : uscript_getName ((UScriptCode) script);
}

static gboolean
is_east_asian (int script)
{
  return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA
         || script == USCRIPT_HANGUL || script == USCRIPT_BOPOMOFO;
}

gboolean
paraph_unicode_may_mix (int a, int b)
{
  if (a == b || a == 0 || b == 0)
    return TRUE;
  return (is_east_asian (a) && (is_east_asian (b) || b == USCRIPT_LATIN))
         || (is_east_asian (b) && a == USCRIPT_LATIN);
}

gboolean
paraph_unicode_needs_joiners (int script)
{
  static const int scripts[] = {
    USCRIPT_ARABIC,  USCRIPT_SYRIAC,   USCRIPT_MONGOLIAN, USCRIPT_NKO,     USCRIPT_DEVANAGARI,
    USCRIPT_BENGALI, USCRIPT_GURMUKHI, USCRIPT_GUJARATI,  USCRIPT_ORIYA,   USCRIPT_TAMIL,
    USCRIPT_TELUGU,  USCRIPT_KANNADA,  USCRIPT_MALAYALAM, USCRIPT_SINHALA, USCRIPT_KHMER,
    USCRIPT_MYANMAR, USCRIPT_TIBETAN,
  };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    if (scripts[i] == script)
      return TRUE;
  return FALSE;
}

gunichar
paraph_unicode_get_zero (gunichar character)
{
  if (u_charType ((UChar32) character) != U_DECIMAL_DIGIT_NUMBER)
    return 0;
  return character - (gunichar) u_charDigitValue ((UChar32) character);
}

char *
paraph_unicode_dup_name (gunichar character)
{
  char name[128] = "";
  UErrorCode status = U_ZERO_ERROR;

  (void) u_charName ((UChar32) character, U_EXTENDED_CHAR_NAME, name, sizeof name, &status);
  if (U_FAILURE (status))
    name[0] = '\0';
  return g_strdup_printf ("U+%04X%s%s", character, name[0] == '\0' ? "" : " ", name);
}
