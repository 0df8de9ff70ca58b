#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-structure.h"

#include <string.h>

#include "negotiation/text-block.h"
#include "negotiation/text-scan.h"

#define HEADING_LEVELS 7

/* An item that later ones may belong to. */
typedef struct
{
  guint indent;
  guint rank; /* numbers, then letters, then small Roman numerals, then dashes */
  guint ordinal;
  ParaphLabel label;
} Item;

typedef struct
{
  ParaphStructure *structure;
  GArray *items;                  /* Item: the open ones, outermost first */
  guint headings[HEADING_LEVELS]; /* ordinal of the open heading of each level, or 0 */
  guint heading;                  /* the nearest one above */
  guint annex_level;              /* of the annex's heading that is open, or 0 */
  guint first_article;
  guint paragraph;
  gboolean is_in_paragraph;
  gboolean is_open;       /* lines may still join the last provision */
  gboolean is_plain;      /* and it is no item */
  gboolean is_open_table; /* and only lines of its table */
} Builder;

static ParaphProvision *
get_last (const Builder *self)
{
  GArray *provisions = self->structure->provisions;

  return &g_array_index (provisions, ParaphProvision, provisions->len - 1);
}

static void
add_gap (Builder *self, ParaphSpan span, ParaphGapKind kind)
{
  GArray *gaps = self->structure->gaps;
  ParaphGap gap = { .span = span, .kind = kind };
  ParaphGap *last = gaps->len == 0 ? NULL : &g_array_index (gaps, ParaphGap, gaps->len - 1);

  if (last != NULL && last->kind == kind && last->span.end == span.start
      && kind == PARAPH_GAP_BLANK)
    last->span.end = span.end;
  else
    g_array_append_val (gaps, gap);
  self->is_open = FALSE;
}

static ParaphProvision *
add_provision (Builder *self, const ParaphLine *line, ParaphProvisionKind kind)
{
  ParaphProvision provision = { .span = line->span,
                                .wording = line->wording,
                                .label = line->label,
                                .kind = kind,
                                .ordinal = self->structure->provisions->len + 1,
                                .heading = self->heading,
                                .paragraph = self->paragraph };

  g_array_append_val (self->structure->provisions, provision);
  self->is_open = TRUE;
  self->is_plain = kind != PARAPH_PROVISION_POINT && line->kind != PARAPH_LINE_ITEM;
  self->is_open_table = kind == PARAPH_PROVISION_TABLE;
  return get_last (self);
}

static void
extend (Builder *self, const ParaphLine *line)
{
  ParaphProvision *last = get_last (self);

  last->span.end = line->span.end;
  last->wording.end = MAX (last->wording.end, line->wording.end);
}

static void
add_heading (Builder *self, const ParaphLine *line)
{
  gboolean is_article = line->label.n_numbers > 0 && line->label.word == PARAPH_LABEL_ARTICLE;
  gboolean is_annex =
      line->label.span.end > line->label.span.start && line->label.word == PARAPH_LABEL_ANNEX;
  ParaphProvision *heading = NULL;

  self->heading = 0;
  for (guint i = line->level; i < HEADING_LEVELS; i++)
    self->headings[i] = 0;
  for (guint i = 1; i < line->level; i++)
    if (self->headings[i] != 0)
      self->heading = self->headings[i];
  heading =
      add_provision (self, line, is_article ? PARAPH_PROVISION_ARTICLE : PARAPH_PROVISION_HEADING);
  heading->level = line->level;
  self->headings[line->level] = self->heading = heading->ordinal;
  if (is_annex || line->level < self->annex_level)
    self->annex_level = is_annex ? line->level : 0;
  if (is_article && self->first_article == 0)
    self->first_article = heading->ordinal;
  g_array_set_size (self->items, 0);
  self->is_open = FALSE;
}

static guint
get_rank (const ParaphLabel *label)
{
  if (label->n_numbers == 0)
    return 3;
  if (label->numeral == PARAPH_NUMERAL_ROMAN)
    return 2;
  return label->numeral == PARAPH_NUMERAL_LETTER || label->numeral == PARAPH_NUMERAL_HEBREW ? 1 : 0;
}

static const Item *
get_top (const Builder *self)
{
  return self->items->len == 0 ? NULL : &g_array_index (self->items, Item, self->items->len - 1);
}

static void
add_item (Builder *self, const ParaphLine *line)
{
  ParaphLine read = *line;
  Item item = { .indent = line->indent, .rank = 0 };
  const Item *top = get_top (self);
  gboolean is_paragraph = FALSE;
  ParaphProvision *provision = NULL;

  while (top != NULL && top->indent > line->indent)
    {
      g_array_set_size (self->items, self->items->len - 1);
      top = get_top (self);
    }
  paraph_label_continue (&read.label,
                         top != NULL && top->indent == line->indent ? &top->label : NULL,
                         self->structure->bytes);
  item.rank = get_rank (&read.label);
  item.label = read.label;
  while (top != NULL && top->indent == line->indent && top->rank >= item.rank)
    {
      g_array_set_size (self->items, self->items->len - 1);
      top = get_top (self);
    }
  is_paragraph = top == NULL && item.rank == 0;
  provision = add_provision (self, &read,
                             is_paragraph ? PARAPH_PROVISION_PARAGRAPH : PARAPH_PROVISION_POINT);
  if (is_paragraph && self->annex_level > 0)
    provision->kind = PARAPH_PROVISION_ANNEX_ITEM;
  provision->parent = top == NULL ? 0 : top->ordinal;
  provision->level = self->items->len;
  item.ordinal = provision->ordinal;
  g_array_append_val (self->items, item);
}

/* A paragraph without a label; where it is indented it belongs to the item around it. */
static void
add_plain (Builder *self, const ParaphLine *line)
{
  const Item *top = get_top (self);
  ParaphProvision *provision = NULL;

  while (top != NULL && top->indent >= line->indent)
    {
      g_array_set_size (self->items, self->items->len - 1);
      top = get_top (self);
    }
  provision = add_provision (
      self, line, self->annex_level > 0 ? PARAPH_PROVISION_ANNEX_ITEM : PARAPH_PROVISION_PARAGRAPH);
  provision->parent = top == NULL ? 0 : top->ordinal;
  provision->level = self->items->len;
}

/* Within a running paragraph only the first of a list begins one: a line that a printer broke
 * before "12. May" does not. */
static gboolean
interrupts (const Builder *self, const ParaphLine *line)
{
  const ParaphLabel *label = &line->label;

  return !self->is_open || !self->is_plain || label->n_numbers == 0 || label->numbers[0] == 1
         || self->structure->bytes[label->span.start] == '(';
}

static void
add_text (Builder *self, const ParaphLine *line)
{
  ParaphLine plain = { .span = line->span, .kind = PARAPH_LINE_TEXT, .indent = line->indent };

  if (self->is_open && !self->is_open_table)
    {
      extend (self, line);
      return;
    }
  plain.wording = paraph_scan_trim (self->structure->bytes, line->span);
  add_plain (self, &plain);
}

static void
add_line (Builder *self, const ParaphLine *line)
{
  gboolean is_gap = line->kind == PARAPH_LINE_BLANK;

  if (!is_gap && !self->is_in_paragraph)
    self->paragraph++;
  self->is_in_paragraph = !is_gap;
  switch (line->kind)
    {
    case PARAPH_LINE_BLANK:
      add_gap (self, line->span, PARAPH_GAP_BLANK);
      break;
    case PARAPH_LINE_RULE:
      add_gap (self, line->span, PARAPH_GAP_RULE);
      break;
    case PARAPH_LINE_LINK_DEFINITION:
      add_gap (self, line->span, PARAPH_GAP_LINK_DEFINITION);
      break;
    case PARAPH_LINE_HEADING:
      add_heading (self, line);
      break;
    case PARAPH_LINE_FOOTNOTE:
      (void) add_provision (self, line, PARAPH_PROVISION_FOOTNOTE);
      break;
    case PARAPH_LINE_TABLE:
      if (self->is_open)
        extend (self, line);
      else
        (void) add_provision (self, line, PARAPH_PROVISION_TABLE);
      break;
    case PARAPH_LINE_ITEM:
      if (interrupts (self, line))
        add_item (self, line);
      else
        add_text (self, line);
      break;
    case PARAPH_LINE_TEXT:
      add_text (self, line);
      break;
    }
}

/* What needs the whole provision, or the whole text. */
static void
finish (Builder *self)
{
  GArray *provisions = self->structure->provisions;
  const char *bytes = self->structure->bytes;

  for (guint i = 0; i < provisions->len; i++)
    {
      ParaphProvision *provision = &g_array_index (provisions, ParaphProvision, i);
      gboolean is_body = provision->kind == PARAPH_PROVISION_PARAGRAPH
                         || provision->kind == PARAPH_PROVISION_POINT
                         || provision->kind == PARAPH_PROVISION_ANNEX_ITEM;

      provision->is_valid = g_utf8_validate_len (bytes + provision->span.start,
                                                 provision->span.end - provision->span.start, NULL);
      if (!is_body)
        continue;
      if (paraph_wording_is_placeholder (bytes, provision->wording))
        provision->kind = PARAPH_PROVISION_PLACEHOLDER;
      else if (provision->ordinal < self->first_article && provision->parent == 0
               && provision->kind == PARAPH_PROVISION_PARAGRAPH && provision->label.n_numbers == 0)
        provision->kind = PARAPH_PROVISION_PREAMBLE;
      else if (paraph_wording_is_definition (bytes, provision->wording))
        provision->kind = PARAPH_PROVISION_DEFINITION;
    }
}

ParaphStructure *
paraph_structure_new (GBytes *text)
{
  ParaphStructure *self = g_new0 (ParaphStructure, 1);
  Builder builder = { .structure = self };
  gsize position = 0;

  self->text = g_bytes_ref (text);
  self->bytes = g_bytes_get_data (text, &self->size);
  self->provisions = g_array_new (FALSE, FALSE, sizeof (ParaphProvision));
  self->gaps = g_array_new (FALSE, FALSE, sizeof (ParaphGap));
  self->lines = g_array_new (FALSE, FALSE, sizeof (gsize));
  builder.items = g_array_new (FALSE, FALSE, sizeof (Item));
  position = paraph_line_find_front_matter (self->bytes, self->size);
  if (position > 0)
    add_gap (&builder, (ParaphSpan){ 0, position }, PARAPH_GAP_FRONT_MATTER);
  for (gsize i = 0; i < position; i++)
    if (i == 0 || self->bytes[i - 1] == '\n')
      g_array_append_val (self->lines, i);
  while (position < self->size)
    {
      ParaphLine line;

      g_array_append_val (self->lines, position);
      paraph_line_read (self->bytes, self->size, position, &line);
      add_line (&builder, &line);
      position = line.span.end;
    }
  finish (&builder);
  g_array_unref (builder.items);
  return self;
}

void
paraph_structure_free (ParaphStructure *self)
{
  if (self == NULL)
    return;
  g_bytes_unref (self->text);
  g_array_unref (self->provisions);
  g_array_unref (self->gaps);
  g_array_unref (self->lines);
  g_free (self);
}

const ParaphProvision *
paraph_structure_get (const ParaphStructure *self, guint ordinal)
{
  if (ordinal == 0 || ordinal > self->provisions->len)
    return NULL;
  return &g_array_index (self->provisions, ParaphProvision, ordinal - 1);
}

const ParaphProvision *
paraph_structure_find (const ParaphStructure *self, gsize position)
{
  guint low = 0;
  guint high = self->provisions->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const ParaphProvision *provision = &g_array_index (self->provisions, ParaphProvision, middle);

      if (position < provision->span.start)
        high = middle;
      else if (position >= provision->span.end)
        low = middle + 1;
      else
        return provision;
    }
  return NULL;
}

guint
paraph_structure_get_line (const ParaphStructure *self, gsize position)
{
  guint low = 0;
  guint high = self->lines->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->lines, gsize, middle) <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return MAX (low, 1);
}

char *
paraph_structure_dup_span (const ParaphStructure *self, ParaphSpan span)
{
  GString *string = g_string_sized_new (span.end - span.start + 1);
  g_autofree char *valid = NULL;
  gboolean has_space = FALSE;

  for (gsize i = span.start; i < span.end; i++)
    {
      gboolean is_space = g_ascii_isspace (self->bytes[i]);

      if (is_space && !has_space)
        g_string_append_c (string, ' ');
      else if (!is_space)
        g_string_append_c (string, self->bytes[i]);
      has_space = is_space;
    }
  g_strstrip (string->str);
  string->len = strlen (string->str);
  valid = g_utf8_make_valid (string->str, (gssize) string->len);
  (void) g_string_free (string, TRUE); /* gives NULL */
  return g_steal_pointer (&valid);
}

char *
paraph_structure_dup_label (const ParaphStructure *self, const ParaphProvision *provision)
{
  if (provision->label.span.end == provision->label.span.start)
    return NULL;
  return paraph_structure_dup_span (self, provision->label.span);
}

const char *
paraph_provision_kind_get_word (ParaphProvisionKind kind)
{
  static const char *const words[] = {
    [PARAPH_PROVISION_PREAMBLE] = "preamble",
    [PARAPH_PROVISION_HEADING] = "heading",
    [PARAPH_PROVISION_ARTICLE] = "article",
    [PARAPH_PROVISION_PARAGRAPH] = "paragraph",
    [PARAPH_PROVISION_POINT] = "point",
    [PARAPH_PROVISION_DEFINITION] = "definition",
    [PARAPH_PROVISION_PLACEHOLDER] = "placeholder",
    [PARAPH_PROVISION_FOOTNOTE] = "footnote",
    [PARAPH_PROVISION_TABLE] = "table",
    [PARAPH_PROVISION_ANNEX_ITEM] = "annex-item",
  };

  return words[kind];
}

const char *
paraph_gap_kind_get_word (ParaphGapKind kind)
{
  static const char *const words[] = {
    [PARAPH_GAP_BLANK] = "blank",
    [PARAPH_GAP_FRONT_MATTER] = "front-matter",
    [PARAPH_GAP_LINK_DEFINITION] = "link-definition",
    [PARAPH_GAP_RULE] = "rule",
  };

  return words[kind];
}
