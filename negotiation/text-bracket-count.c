#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-bracket-count.h"

#include <string.h>

#include "negotiation/text-mark.h"
#include "negotiation/text-scan.h"

#define SECTION_LEVEL 2

typedef struct
{
  gsize before; /* in the cleaned bytes: where the heading's line begins */
  gsize start;  /* and its wording */
  guint heading;
} Section;

static void
append_without_footnotes (GByteArray *clean, const char *bytes, ParaphSpan span)
{
  gsize position = span.start;

  while (position < span.end)
    {
      const char *mark = memchr (bytes + position, '[', span.end - position);
      gsize next = mark == NULL ? span.end : (gsize) (mark - bytes);
      gsize behind = next;

      if (mark != NULL)
        behind = paraph_mark_read_footnote (bytes, next, span.end);
      if (mark != NULL && behind == next)
        behind = ++next;
      g_byte_array_append (clean, (const guint8 *) bytes + position, (guint) (next - position));
      position = behind;
    }
}

/* A heading of level 2, or of the highest level where the text has none of it. */
static guint
find_section_level (const ParaphStructure *structure)
{
  guint highest = 7;

  for (guint i = 0; i < structure->provisions->len; i++)
    {
      const ParaphProvision *provision = &g_array_index (structure->provisions, ParaphProvision, i);

      if (provision->kind != PARAPH_PROVISION_HEADING
          && provision->kind != PARAPH_PROVISION_ARTICLE)
        continue;
      if (provision->level == SECTION_LEVEL)
        return SECTION_LEVEL;
      highest = MIN (highest, provision->level);
    }
  return highest;
}

static void
append_provision (GByteArray *clean, const ParaphStructure *structure,
                  const ParaphProvision *provision)
{
  ParaphSpan span = provision->span;

  if (provision->kind == PARAPH_PROVISION_FOOTNOTE)
    {
      const char *feed = memchr (structure->bytes + span.start, '\n', span.end - span.start);

      span.start = feed == NULL ? span.end : (gsize) (feed - structure->bytes) + 1;
    }
  append_without_footnotes (clean, structure->bytes, span);
}

/* Provisions and gaps in the order of the text. */
static GByteArray *
clean_text (const ParaphStructure *structure, GArray *sections)
{
  GByteArray *clean = g_byte_array_new ();
  guint level = find_section_level (structure);
  guint gap = 0;

  for (guint ordinal = 1; ordinal <= structure->provisions->len + 1; ordinal++)
    {
      const ParaphProvision *provision = paraph_structure_get (structure, ordinal);
      gsize reach = provision == NULL ? structure->size : provision->span.start;
      Section section = { .heading = ordinal };

      for (; gap < structure->gaps->len; gap++)
        {
          const ParaphGap *at = &g_array_index (structure->gaps, ParaphGap, gap);

          if (at->span.start >= reach)
            break;
          if (at->kind == PARAPH_GAP_BLANK || at->kind == PARAPH_GAP_RULE)
            append_without_footnotes (clean, structure->bytes, at->span);
        }
      if (provision == NULL)
        break;
      section.before = clean->len;
      section.start = clean->len + (provision->wording.start - provision->span.start);
      if ((provision->kind == PARAPH_PROVISION_HEADING
           || provision->kind == PARAPH_PROVISION_ARTICLE)
          && provision->level == level)
        g_array_append_val (sections, section);
      append_provision (clean, structure, provision);
    }
  return clean;
}

static gboolean
is_space (gunichar character)
{
  return character == '\v' || (character >= 0x1C && character <= 0x1F) || character == 0x85
         || (character != PARAPH_SCAN_INVALID && g_unichar_isspace (character));
}

static gboolean
begins_with (const char *bytes, gsize position, gsize end, const char *text)
{
  gsize size = strlen (text);

  return end - position >= size && memcmp (bytes + position, text, size) == 0;
}

static void
count_at (ParaphBracketCount *count, const char *bytes, gsize position, gsize end)
{
  gsize next = position + 1;
  gsize length = 0;

  switch (bytes[position])
    {
    case '[':
      count->open++;
      break;
    case ']':
      count->close++;
      if (next < end && is_space (paraph_scan_char (bytes, next, end, &length)))
        next += length;
      if (next < end && bytes[next] == '[')
        count->alternatives++;
      break;
    case 'O':
      if (begins_with (bytes, position, end, "Option ") && end - position > 7
          && g_ascii_isdigit (bytes[position + 7]))
        count->options++;
      break;
    case 'N':
      if (begins_with (bytes, position, end, "No text"))
        count->no_text++;
      break;
    default:
      break;
    }
}

static void
count_span (ParaphBracketCount *count, const char *bytes, ParaphSpan span)
{
  gboolean is_in_word = FALSE;
  gsize length = 0;

  for (gsize position = span.start; position < span.end; position += length)
    {
      gboolean is_blank = is_space (paraph_scan_char (bytes, position, span.end, &length));

      count_at (count, bytes, position, span.end);
      if (!is_blank && !is_in_word)
        count->words++;
      is_in_word = !is_blank;
    }
}

/* The brackets of one paragraph. */
typedef struct
{
  guint open;
  guint close;
  guint depth;
} Balance;

static void
end_paragraph (ParaphBracketCounts *self, Balance *balance)
{
  if (balance->open != balance->close)
    self->unbalanced_paragraphs++;
  self->open_openers += balance->depth;
  *balance = (Balance){ 0 };
}

static void
balance_line (ParaphBracketCounts *self, Balance *balance, const char *bytes, ParaphSpan line)
{
  for (gsize i = line.start; i < line.end; i++)
    {
      if (bytes[i] == '[')
        {
          balance->open++;
          balance->depth++;
          self->deepest = MAX (self->deepest, balance->depth);
        }
      else if (bytes[i] == ']')
        {
          balance->close++;
          if (balance->depth > 0)
            balance->depth--;
          else
            self->stray_closers++;
        }
    }
}

static gboolean
is_blank_line (const char *bytes, ParaphSpan line)
{
  gsize length = 0;

  for (gsize i = line.start; i < line.end; i += length)
    if (!is_space (paraph_scan_char (bytes, i, line.end, &length)))
      return FALSE;
  return TRUE;
}

static void
count_paragraphs (ParaphBracketCounts *self, const char *bytes, gsize size)
{
  ParaphSpan line = { 0, 0 };
  Balance balance = { 0 };
  gboolean is_in_paragraph = FALSE;

  for (; line.start < size; line.start = line.end)
    {
      const char *feed = memchr (bytes + line.start, '\n', size - line.start);
      gboolean is_blank = FALSE;

      line.end = feed == NULL ? size : (gsize) (feed - bytes) + 1;
      is_blank = is_blank_line (bytes, line);
      if (is_blank)
        end_paragraph (self, &balance);
      else if (!is_in_paragraph)
        self->paragraphs++;
      is_in_paragraph = !is_blank;
      balance_line (self, &balance, bytes, line);
    }
  end_paragraph (self, &balance);
}

ParaphBracketCounts *
paraph_bracket_counts_new (const ParaphStructure *structure)
{
  ParaphBracketCounts *self = g_new0 (ParaphBracketCounts, 1);
  g_autoptr (GArray) sections = g_array_new (FALSE, FALSE, sizeof (Section));
  g_autoptr (GByteArray) clean = clean_text (structure, sections);
  const char *bytes = (const char *) clean->data;

  self->sections = g_array_new (FALSE, FALSE, sizeof (ParaphBracketCount));
  count_span (&self->all, bytes, (ParaphSpan){ 0, clean->len });
  count_paragraphs (self, bytes, clean->len);
  for (guint i = 0; i < sections->len; i++)
    {
      const Section *section = &g_array_index (sections, Section, i);
      ParaphBracketCount count = { .heading = section->heading };
      ParaphSpan span = { section->start, clean->len };

      if (i + 1 < sections->len)
        span.end = g_array_index (sections, Section, i + 1).before;
      count_span (&count, bytes, span);
      g_array_append_val (self->sections, count);
    }
  return self;
}

void
paraph_bracket_counts_free (ParaphBracketCounts *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->sections);
  g_free (self);
}
