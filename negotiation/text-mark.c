#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-mark.h"

#include <string.h>

#include "negotiation/text-scan.h"

#define LABEL_MAX 128
#define ADDRESS_MAX 2048
#define CODES_MAX 64

gsize
paraph_mark_read_footnote (const char *bytes, gsize start, gsize end)
{
  gsize position = start + 2;

  if (end - start < 4 || bytes[start] != '[' || bytes[start + 1] != '^')
    return start;
  while (position < end && position - start < LABEL_MAX
         && (g_ascii_isalnum (bytes[position]) || bytes[position] == '-'))
    position++;
  if (position == start + 2 || position >= end || bytes[position] != ']')
    return start;
  position++;
  return position < end && bytes[position] == ':' ? position + 1 : position;
}

static gboolean
is_known (const char *code, gsize size, const char *const *codes)
{
  if (codes == NULL)
    return TRUE;
  for (guint i = 0; codes[i] != NULL; i++)
    if (strlen (codes[i]) == size && memcmp (codes[i], code, size) == 0)
      return TRUE;
  return FALSE;
}

gsize
paraph_mark_read_attribution (const char *bytes, gsize start, gsize end, const char *const *codes,
                              ParaphSpan *ret_codes)
{
  gsize position = paraph_scan_skip_space (bytes, start, end);
  ParaphSpan read = { position, position };

  for (guint n = 0; n < CODES_MAX; n++)
    {
      gsize code = position;

      while (position < end && g_ascii_isupper (bytes[position]) && position - code <= 6)
        position++;
      if (position - code < 2 || position - code > 6
          || !is_known (bytes + code, position - code, codes))
        return start;
      read.end = position;
      position = paraph_scan_skip_space (bytes, position, end);
      if (position >= end || (bytes[position] != ',' && bytes[position] != ':'))
        return start;
      if (bytes[position] == ':')
        {
          *ret_codes = read;
          return position + 1;
        }
      position = paraph_scan_skip_space (bytes, position + 1, end);
    }
  return start;
}

static gsize
read_option_word (const char *bytes, gsize start, gsize end)
{
  static const char *const words[] = {
    "option", "optie", "opción", "вариант", "варіант", "seçenek"
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize behind = paraph_scan_word (bytes, start, end, words[i]);

      if (behind != start)
        return behind;
    }
  return start;
}

gsize
paraph_mark_read_option (const char *bytes, gsize start, gsize end, gboolean is_leading,
                         ParaphMark *mark)
{
  static const ParaphNumeral order[] = { PARAPH_NUMERAL_ARABIC, PARAPH_NUMERAL_ROMAN,
                                         PARAPH_NUMERAL_LETTER };
  gsize word = read_option_word (bytes, start, end);
  gsize at = paraph_scan_skip_space (bytes, word, end);

  if (word == start || at == word || at >= end || g_ascii_islower (bytes[at]))
    return start;
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      gsize behind = paraph_numeral_read (bytes, at, end, order[i], &mark->number);

      if (behind == at || paraph_scan_is_in_word (bytes, behind, end))
        continue;
      mark->numeral = order[i];
      if (behind < end && strchr (":.)", bytes[behind]) != NULL && bytes[behind] != '\0')
        return behind + 1;
      return is_leading ? behind : start;
    }
  return start;
}

gsize
paraph_mark_read_no_text (const char *bytes, gsize start, gsize end)
{
  gsize no = paraph_scan_word (bytes, start, end, "no");
  gsize at = paraph_scan_skip_space (bytes, no, end);
  gsize text = paraph_scan_word (bytes, at, end, "text");

  return no == start || at == no || text == at ? start : text;
}

gsize
paraph_mark_read_figure (const char *bytes, gsize start, gsize end)
{
  gsize position = start;
  gsize crosses = 0;

  while (position < end && g_ascii_isdigit (bytes[position]))
    position++;
  for (; position < end && g_ascii_toupper (bytes[position]) == 'X'; position++)
    crosses++;
  if (crosses < 2 || paraph_scan_is_in_word (bytes, position, end))
    return start;
  /* Twenty may be written so, too; an open figure is far commoner in a draft. */
  return position;
}

gboolean
paraph_mark_is_figure (const char *bytes, ParaphSpan wording)
{
  gsize size = wording.end - wording.start;

  if (size == 1 && strchr ("XxYyZz", bytes[wording.start]) != NULL && bytes[wording.start] != '\0')
    return TRUE;
  if (size > 0 && paraph_mark_read_figure (bytes, wording.start, wording.end) == wording.end)
    return TRUE;
  for (gsize i = wording.start; i < wording.end; i++)
    {
      if (wording.end - i >= 3 && memcmp (bytes + i, "…", 3) == 0)
        i += 2;
      else if (bytes[i] == '\0' || strchr ("._ ", bytes[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

static char *
fold_label (const char *bytes, ParaphSpan span)
{
  ParaphSpan trimmed = paraph_scan_trim (bytes, span);

  return g_ascii_strdown (bytes + trimmed.start, (gssize) (trimmed.end - trimmed.start));
}

GHashTable *
paraph_mark_list_links (const ParaphStructure *structure)
{
  GHashTable *labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < structure->gaps->len; i++)
    {
      const ParaphGap *gap = &g_array_index (structure->gaps, ParaphGap, i);
      ParaphSpan label = { gap->span.start + 1, gap->span.start + 1 };

      if (gap->kind != PARAPH_GAP_LINK_DEFINITION)
        continue;
      while (structure->bytes[label.end] != ']')
        label.end++;
      g_hash_table_add (labels, fold_label (structure->bytes, label));
    }
  return labels;
}

gboolean
paraph_mark_is_link (const char *bytes, ParaphSpan span, GHashTable *labels)
{
  g_autofree char *label = NULL;

  if (g_hash_table_size (labels) == 0 || span.end - span.start > LABEL_MAX)
    return FALSE;
  label = fold_label (bytes, span);
  return g_hash_table_contains (labels, label);
}

/* "(scheme:...)" without a space. */
static gsize
read_address_in_parentheses (const char *bytes, gsize start, gsize end)
{
  gsize position = start + 1;
  gsize reach = MIN (end, start + ADDRESS_MAX);

  while (position < reach && g_ascii_isalpha (bytes[position]))
    position++;
  if (position < start + 3 || reach - position < 2 || bytes[position] != ':')
    return start;
  while (position < reach && bytes[position] != ')' && !g_ascii_isspace (bytes[position]))
    position++;
  return position < reach && bytes[position] == ')' ? position + 1 : start;
}

gsize
paraph_mark_read_address (const char *bytes, gsize start, gsize end, GHashTable *labels)
{
  const char *close = NULL;
  ParaphSpan label = { start + 1, start + 1 };

  if (start >= end)
    return start;
  if (bytes[start] == '(')
    return read_address_in_parentheses (bytes, start, end);
  if (bytes[start] != '[')
    return start;
  close = memchr (bytes + start, ']', MIN (end - start, LABEL_MAX));
  if (close == NULL)
    return start;
  label.end = (gsize) (close - bytes);
  return paraph_mark_is_link (bytes, label, labels) ? label.end + 1 : start;
}
