#define G_LOG_DOMAIN "paraph-negotiation"

#include <string.h>

#include "negotiation/text-scan.h"

#define DIGITS_MAX 6
#define ROMAN_MAX 15
#define LETTERS_MAX 8

static gsize
read_digits (const char *bytes, gsize start, gsize end, guint *ret_number)
{
  gsize position = start;
  guint number = 0;
  guint n = 0;

  while (position < end)
    {
      gsize length = 0;
      gunichar character = paraph_scan_char (bytes, position, end, &length);
      int digit = character == PARAPH_SCAN_INVALID ? -1 : g_unichar_digit_value (character);

      if (digit < 0)
        break;
      if (++n > DIGITS_MAX)
        return start;
      number = number * 10 + (guint) digit;
      position += length;
    }
  *ret_number = number;
  return position;
}

static guint
get_roman_value (char character)
{
  static const char letters[] = "ivxlcdm";
  static const guint values[] = { 1, 5, 10, 50, 100, 500, 1000 };
  const char *found = strchr (letters, character);

  return character == '\0' || found == NULL ? 0 : values[found - letters];
}

/* The one way to write number, in lower case. */
static void
format_roman (guint number, char *to)
{
  static const struct
  {
    guint value;
    char text[3];
  } steps[] = { { 1000, "m" }, { 900, "cm" }, { 500, "d" }, { 400, "cd" }, { 100, "c" },
                { 90, "xc" },  { 50, "l" },   { 40, "xl" }, { 10, "x" },   { 9, "ix" },
                { 5, "v" },    { 4, "iv" },   { 1, "i" } };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    for (; number >= steps[i].value; number -= steps[i].value)
      to = g_stpcpy (to, steps[i].text);
}

/* All letters of one case, and written as one writes that number. */
static gsize
read_roman (const char *bytes, gsize start, gsize end, guint *ret_number)
{
  gboolean is_upper = start < end && g_ascii_isupper (bytes[start]);
  char read[ROMAN_MAX + 1] = "";
  char proper[ROMAN_MAX + 1] = "";
  guint number = 0;
  gsize n = 0;

  for (; start + n < end && g_ascii_isalpha (bytes[start + n]); n++)
    {
      if (n == ROMAN_MAX || (gboolean) g_ascii_isupper (bytes[start + n]) != is_upper)
        return start;
      read[n] = g_ascii_tolower (bytes[start + n]);
      if (get_roman_value (read[n]) == 0)
        return start;
    }
  for (gsize i = 0; i < n; i++)
    {
      guint value = get_roman_value (read[i]);

      number = get_roman_value (read[i + 1]) > value ? number - value : number + value;
    }
  if (number == 0 || number > 3999)
    return start;
  format_roman (number, proper);
  if (strcmp (read, proper) != 0)
    return start;
  *ret_number = number;
  return start + n;
}

/* Latin a to z, Cyrillic by its alphabet's code points, Arabic in the order of abjad; 0: none. */
static guint
get_letter_number (gunichar letter)
{
  static const gunichar abjad[] = { 0x0627, 0x0628, 0x062C, 0x062F, 0x0647, 0x0648, 0x0632,
                                    0x062D, 0x0637, 0x064A, 0x0643, 0x0644, 0x0645, 0x0646 };

  letter = g_unichar_tolower (letter == 0x0623 ? 0x0627 : letter);
  if (letter >= 'a' && letter <= 'z')
    return letter - 'a' + 1;
  if (letter >= 0x0430 && letter <= 0x044F)
    return letter - 0x0430 + 1;
  for (guint i = 0; i < G_N_ELEMENTS (abjad); i++)
    if (letter == abjad[i])
      return i + 1;
  return 0;
}

/* One letter, or the same one twice: after z comes aa. */
static gsize
read_letter (const char *bytes, gsize start, gsize end, guint *ret_number)
{
  gsize length = 0;
  gunichar letter = 0;
  guint number = 0;

  if (start >= end)
    return start;
  letter = paraph_scan_char (bytes, start, end, &length);
  number = letter == PARAPH_SCAN_INVALID ? 0 : get_letter_number (letter);
  if (number == 0)
    return start;
  start += length;
  if (end - start >= length && memcmp (bytes + start, bytes + start - length, length) == 0
      && number <= 26)
    {
      number += 26;
      start += length;
    }
  *ret_number = number;
  return start;
}

static guint
get_hebrew_value (gunichar letter)
{
  static const guint16 values[] = { 1,  2,  3,  4,  5,  6,  7,  8,  9,  10,  20,  20,  30, 40,
                                    40, 50, 50, 60, 70, 80, 80, 90, 90, 100, 200, 300, 400 };

  return letter >= 0x05D0 && letter <= 0x05EA ? values[letter - 0x05D0] : 0;
}

/* The sum of its letters; a geresh or gershayim may stand among them. */
static gsize
read_hebrew (const char *bytes, gsize start, gsize end, guint *ret_number)
{
  gsize position = start;
  guint number = 0;

  for (guint n = 0; position < end; n++)
    {
      gsize length = 0;
      gunichar letter = paraph_scan_char (bytes, position, end, &length);
      guint value = get_hebrew_value (letter);

      if (value == 0 && (number == 0 || (letter != 0x05F3 && letter != 0x05F4)))
        break;
      if (n == LETTERS_MAX)
        return start;
      number += value;
      position += length;
    }
  *ret_number = number;
  return position;
}

static int
get_chinese_digit (gunichar character)
{
  static const gunichar digits[] = { 0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB,
                                     0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D };

  if (character == 0x96F6)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (digits); i++)
    if (character == digits[i])
      return (int) i;
  return -1;
}

static guint
get_chinese_unit (gunichar character)
{
  switch (character)
    {
    case 0x5341:
      return 10;
    case 0x767E:
      return 100;
    case 0x5343:
      return 1000;
    default:
      return 0;
    }
}

static gsize
read_chinese (const char *bytes, gsize start, gsize end, guint *ret_number)
{
  gsize position = start;
  guint number = 0;
  guint digit = 0;

  for (guint n = 0; position < end; n++)
    {
      gsize length = 0;
      gunichar character = paraph_scan_char (bytes, position, end, &length);
      int value = get_chinese_digit (character);
      guint unit = get_chinese_unit (character);

      if (value < 0 && unit == 0)
        break;
      if (n == LETTERS_MAX)
        return start;
      if (unit != 0)
        number += unit * (digit == 0 ? 1 : digit);
      digit = unit != 0 ? 0 : (guint) value;
      position += length;
    }
  *ret_number = number + digit;
  return position;
}

static gsize
read_word (const char *bytes, gsize start, gsize end, guint *ret_number)
{
  static const char *const words[] = { "premier", "première", "unique", "first", "erste",
                                       "eerste",  "primero",  "primo",  "único" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize behind = paraph_scan_word (bytes, start, end, words[i]);

      if (behind == start)
        continue;
      *ret_number = 1;
      return behind;
    }
  return start;
}

gsize
paraph_numeral_read (const char *bytes, gsize start, gsize end, ParaphNumeral numeral,
                     guint *ret_number)
{
  switch (numeral)
    {
    case PARAPH_NUMERAL_ARABIC:
      return read_digits (bytes, start, end, ret_number);
    case PARAPH_NUMERAL_LETTER:
      return read_letter (bytes, start, end, ret_number);
    case PARAPH_NUMERAL_ROMAN:
      return read_roman (bytes, start, end, ret_number);
    case PARAPH_NUMERAL_HEBREW:
      return read_hebrew (bytes, start, end, ret_number);
    case PARAPH_NUMERAL_CHINESE:
      return read_chinese (bytes, start, end, ret_number);
    case PARAPH_NUMERAL_WORD:
      return read_word (bytes, start, end, ret_number);
    }
  return start;
}
