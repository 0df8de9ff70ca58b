#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-block.h"

#include <string.h>

#include "negotiation/text-scan.h"

#define HEADING_LEVEL_MAX 6
#define INDENT_MAX 4096
#define TERM_MAX 256

static gboolean
is_one_of (const char *bytes, gsize position, gsize end, const char *characters)
{
  return position < end && bytes[position] != '\0' && strchr (characters, bytes[position]) != NULL;
}

/* The line's end, its line feed included. */
static gsize
find_line_end (const char *bytes, gsize size, gsize start)
{
  const char *feed = memchr (bytes + start, '\n', size - start);

  return feed == NULL ? size : (gsize) (feed - bytes) + 1;
}

static guint
measure_indent (const char *bytes, ParaphSpan line, gsize *ret_first)
{
  guint indent = 0;
  gsize position = line.start;

  for (; is_one_of (bytes, position, line.end, " \t"); position++)
    {
      guint step = bytes[position] == '\t' ? 4 - indent % 4 : 1;

      indent = MIN (indent + step, INDENT_MAX);
    }
  *ret_first = position;
  return indent;
}

static gboolean
is_blank (const char *bytes, ParaphSpan line)
{
  gsize position = line.start;

  for (;;)
    {
      gsize behind = paraph_scan_skip_space (bytes, position, line.end);

      while (behind < line.end && g_ascii_isspace (bytes[behind]))
        behind++;
      if (behind == position)
        return position == line.end;
      position = behind;
    }
}

/* Three or more of one of - * _ and nothing else. */
static gboolean
is_rule (const char *bytes, ParaphSpan text)
{
  if (text.end - text.start < 3 || !is_one_of (bytes, text.start, text.end, "-*_"))
    return FALSE;
  for (gsize i = text.start; i < text.end; i++)
    if (bytes[i] != bytes[text.start])
      return FALSE;
  return TRUE;
}

/* One to six #. A single one needs a space behind it, since "#1" is a number. */
static gboolean
read_heading (const char *bytes, ParaphSpan text, ParaphLine *line)
{
  gsize position = text.start;

  while (position < text.end && bytes[position] == '#')
    position++;
  line->level = (guint) (position - text.start);
  if (line->level == 0 || line->level > HEADING_LEVEL_MAX
      || (line->level == 1 && position < text.end && !is_one_of (bytes, position, text.end, " \t")))
    return FALSE;
  text.start = position;
  line->wording = paraph_scan_trim (bytes, text);
  (void) paraph_label_parse_heading (bytes, line->wording, &line->label); /* may have none */
  return TRUE;
}

/* The position behind "[...]:" at the line's start, or start. */
static gsize
read_definition_mark (const char *bytes, ParaphSpan text)
{
  const char *close = NULL;
  gsize behind = 0;

  if (text.end - text.start < 4 || bytes[text.start] != '[')
    return text.start;
  close = memchr (bytes + text.start, ']', text.end - text.start);
  behind = close == NULL ? text.end : (gsize) (close - bytes) + 1;
  if (behind >= text.end || behind < text.start + 3 || bytes[behind] != ':')
    return text.start;
  return behind + 1;
}

/* An address: a scheme, or a path, or what stands in angle brackets. */
static gboolean
is_address (const char *bytes, ParaphSpan text)
{
  gsize position = text.start;

  if (is_one_of (bytes, position, text.end, "<#/"))
    return TRUE;
  while (position < text.end && (g_ascii_isalnum (bytes[position]) || bytes[position] == '+'))
    position++;
  return position - text.start >= 2 && text.end - position >= 2 && bytes[position] == ':'
         && !g_ascii_isspace (bytes[position + 1]);
}

static gboolean
read_definition (const char *bytes, ParaphSpan text, ParaphLine *line)
{
  gsize behind = read_definition_mark (bytes, text);
  ParaphSpan rest = { behind, text.end };

  if (behind == text.start)
    return FALSE;
  rest = paraph_scan_trim (bytes, rest);
  if (bytes[text.start + 1] == '^')
    {
      line->kind = PARAPH_LINE_FOOTNOTE;
      line->wording = rest;
      line->label = (ParaphLabel){ .span = { text.start, behind - 1 }, .word = PARAPH_LABEL_NOTE };
      if (paraph_numeral_read (bytes, text.start + 2, behind - 2, PARAPH_NUMERAL_ARABIC,
                               &line->label.numbers[0])
          > text.start + 2)
        line->label.n_numbers = 1;
      return TRUE;
    }
  if (behind >= text.end || !g_ascii_isspace (bytes[behind]) || !is_address (bytes, rest))
    return FALSE;
  line->kind = PARAPH_LINE_LINK_DEFINITION;
  return TRUE;
}

/* "- ", "* ", "+ " and the typographer's dashes and dots. The position behind; start: none. */
static gsize
read_dash (const char *bytes, gsize start, gsize end)
{
  static const char *const dashes[] = { "-", "*", "+", "•", "–", "—" };

  for (guint i = 0; i < G_N_ELEMENTS (dashes); i++)
    {
      gsize size = strlen (dashes[i]);

      if (end - start > size && memcmp (bytes + start, dashes[i], size) == 0
          && is_one_of (bytes, start + size, end, " \t"))
        return paraph_scan_skip_space (bytes, start + size, end);
    }
  return start;
}

/* Where the wording begins behind a label at its place. */
static gsize
skip_label (const char *bytes, const ParaphLabel *label, gsize end)
{
  gsize position = label->span.end;

  while (is_one_of (bytes, position, end, ".:"))
    position++;
  return paraph_scan_skip_space (bytes, position, end);
}

/* "[2. The Parties": the label stands inside the bracket, and so inside the wording. */
static gboolean
read_bracketed_label (const char *bytes, ParaphSpan text, ParaphLabel *ret_label)
{
  ParaphSpan inner = text;

  while (is_one_of (bytes, inner.start, inner.end, "[*_ "))
    inner.start++;
  if (inner.start == text.start || !is_one_of (bytes, inner.start, inner.end, "(0123456789"))
    return FALSE;
  return paraph_label_parse_item (bytes, inner, ret_label);
}

static gboolean
read_item (const char *bytes, ParaphSpan text, ParaphLine *line)
{
  gsize behind = read_dash (bytes, text.start, text.end);
  ParaphSpan rest = { behind, text.end };
  gboolean has_dash = behind > text.start;

  if (paraph_label_parse_item (bytes, rest, &line->label))
    rest.start = skip_label (bytes, &line->label, text.end);
  else if (!read_bracketed_label (bytes, rest, &line->label) && !has_dash)
    return FALSE;
  line->wording = paraph_scan_trim (bytes, rest);
  return TRUE;
}

void
paraph_line_read (const char *bytes, gsize size, gsize start, ParaphLine *ret_line)
{
  ParaphLine line = { .span = { start, find_line_end (bytes, size, start) } };
  ParaphSpan text = line.span;

  line.kind = PARAPH_LINE_TEXT;
  line.indent = measure_indent (bytes, line.span, &text.start);
  text = paraph_scan_trim (bytes, text);
  line.wording = text;
  if (is_blank (bytes, line.span))
    line.kind = PARAPH_LINE_BLANK;
  else if (is_rule (bytes, text))
    line.kind = PARAPH_LINE_RULE;
  else if (read_heading (bytes, text, &line))
    line.kind = PARAPH_LINE_HEADING;
  else if (text.start == line.span.start && read_definition (bytes, text, &line))
    ; /* it has set the kind */
  else if (bytes[text.start] == '|')
    line.kind = PARAPH_LINE_TABLE;
  else if (read_item (bytes, text, &line))
    line.kind = PARAPH_LINE_ITEM;
  *ret_line = line;
}

static gboolean
is_fence (const char *bytes, ParaphSpan line)
{
  ParaphSpan text = paraph_scan_trim (bytes, line);

  return text.start == line.start && text.end - text.start == 3
         && memcmp (bytes + text.start, "---", 3) == 0;
}

gsize
paraph_line_find_front_matter (const char *bytes, gsize size)
{
  ParaphSpan line = { 0, 0 };

  if (size == 0)
    return 0;
  line.end = find_line_end (bytes, size, 0);
  if (!is_fence (bytes, line))
    return 0;
  while (line.end < size)
    {
      line.start = line.end;
      line.end = find_line_end (bytes, size, line.start);
      if (is_fence (bytes, line))
        return line.end;
    }
  return 0;
}

static gsize
skip_decoration (const char *bytes, ParaphSpan wording)
{
  while (is_one_of (bytes, wording.start, wording.end, "[*_{( "))
    wording.start++;
  return wording.start;
}

gboolean
paraph_wording_is_definition (const char *bytes, ParaphSpan wording)
{
  static const struct
  {
    const char *open;
    const char *close;
  } marks[] = {
    { "\"", "\"" }, { "“", "”" }, { "„", "“" }, { "„", "”" }, { "«", "»" }, { "「", "」" },
  };
  gsize start = skip_decoration (bytes, wording);
  gsize reach = MIN (wording.end, start + TERM_MAX);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      gsize open = strlen (marks[i].open);
      const char *close = NULL;

      if (reach - start <= open || memcmp (bytes + start, marks[i].open, open) != 0)
        continue;
      close = g_strstr_len (bytes + start + open, (gssize) (reach - start - open), marks[i].close);
      if (close != NULL && close > bytes + start + open)
        {
          ParaphSpan rest = { (gsize) (close - bytes) + strlen (marks[i].close), wording.end };

          while (is_one_of (bytes, rest.start, rest.end, " ,]*_:"))
            rest.start++;
          return paraph_scan_is_in_word (bytes, rest.start, rest.end);
        }
    }
  return FALSE;
}

gboolean
paraph_wording_is_placeholder (const char *bytes, ParaphSpan wording)
{
  gsize start = skip_decoration (bytes, wording);

  if (paraph_scan_word (bytes, start, wording.end, "placeholder") != start)
    return TRUE;
  for (gsize position = start; position < wording.end;)
    {
      gsize length = 0;

      if (paraph_scan_is_in_word (bytes, position, wording.end)
          || paraph_scan_char (bytes, position, wording.end, &length) == PARAPH_SCAN_INVALID)
        return FALSE;
      position += length;
    }
  return TRUE;
}
