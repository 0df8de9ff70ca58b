#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-scan.h"

gunichar
paraph_scan_char (const char *bytes, gsize position, gsize end, gsize *ret_length)
{
  guchar first = (guchar) bytes[position];
  gunichar character;

  *ret_length = 1;
  if (first < 0x80)
    return first;
  character = g_utf8_get_char_validated (bytes + position, (gssize) MIN (end - position, 4));
  if (character >= 0x110000)
    return PARAPH_SCAN_INVALID;
  *ret_length = (gsize) g_utf8_skip[first];
  return character;
}

gsize
paraph_scan_skip_space (const char *bytes, gsize start, gsize end)
{
  while (start < end)
    {
      if (bytes[start] == ' ' || bytes[start] == '\t')
        start++;
      else if (end - start >= 2 && bytes[start] == '\xC2' && bytes[start + 1] == '\xA0')
        start += 2;
      else
        break;
    }
  return start;
}

ParaphSpan
paraph_scan_trim (const char *bytes, ParaphSpan span)
{
  while (span.start < span.end && g_ascii_isspace (bytes[span.start]))
    span.start++;
  while (span.end > span.start && g_ascii_isspace (bytes[span.end - 1]))
    span.end--;
  return span;
}

gboolean
paraph_scan_is_in_word (const char *bytes, gsize position, gsize end)
{
  gsize length = 0;
  gunichar character;

  if (position >= end)
    return FALSE;
  character = paraph_scan_char (bytes, position, end, &length);
  if (character == PARAPH_SCAN_INVALID)
    return FALSE;
  return g_unichar_isalnum (character) || g_unichar_ismark (character);
}

gsize
paraph_scan_word (const char *bytes, gsize start, gsize end, const char *word)
{
  gsize position = start;

  for (const char *p = word; *p != '\0'; p += g_utf8_skip[*(const guchar *) p])
    {
      gsize length = 0;
      gunichar character;

      if (position >= end)
        return start;
      character = paraph_scan_char (bytes, position, end, &length);
      if (character == PARAPH_SCAN_INVALID || g_unichar_tolower (character) != g_utf8_get_char (p))
        return start;
      position += length;
    }
  return paraph_scan_is_in_word (bytes, position, end) ? start : position;
}
