#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-bracket.h"

#include "negotiation/text-mark.h"
#include "negotiation/text-scan.h"

typedef struct
{
  ParaphBrackets *brackets;
  const char *bytes;
  const char *const *codes;
  GHashTable *links;
  GArray *stack;       /* guint: numbers of the open brackets */
  GArray *parts;       /* ParaphPart */
  GArray *first_parts; /* guint by bracket: the number of its first part */
  GArray *last_parts;  /* guint by bracket: of the one that is not finished */
  const ParaphProvision *provision;
  gboolean is_leading; /* only marks stand before this place in its wording */
} Reader;

static ParaphBracket *
get_bracket (const Reader *self, guint number)
{
  return &g_array_index (self->brackets->brackets, ParaphBracket, number - 1);
}

static guint
get_top (const Reader *self)
{
  return self->stack->len == 0 ? 0 : g_array_index (self->stack, guint, self->stack->len - 1);
}

static void
add_mark (Reader *self, ParaphMark mark, ParaphMarkKind kind, gsize start, gsize end)
{
  mark.span = (ParaphSpan){ start, end };
  mark.kind = kind;
  mark.provision = self->provision->ordinal;
  mark.bracket = get_top (self);
  g_array_append_val (self->brackets->marks, mark);
}

static void
add_damage (Reader *self, gsize position, ParaphDamageReason reason)
{
  ParaphDamage damage = { .position = position, .reason = reason, .partner = G_MAXSIZE };
  const ParaphProvision *provision = paraph_structure_find (self->brackets->structure, position);

  damage.provision = provision == NULL ? 0 : provision->ordinal;
  g_array_append_val (self->brackets->damages, damage);
}

/* Begins the next alternative of the bracket that is open; the position behind its codes. */
static gsize
begin_part (Reader *self, gsize start, gsize end)
{
  guint bracket = get_top (self);
  ParaphPart part = { .bracket = bracket };
  guint *last = &g_array_index (self->last_parts, guint, bracket - 1);
  gsize behind = paraph_mark_read_attribution (self->bytes, start, end, self->codes,
                                               &part.alternative.supporters);

  if (behind > start)
    add_mark (self, (ParaphMark){ 0 }, PARAPH_MARK_ATTRIBUTION, part.alternative.supporters.start,
              behind);
  part.alternative.wording = (ParaphSpan){ behind, behind };
  g_array_append_val (self->parts, part);
  if (*last == 0)
    g_array_index (self->first_parts, guint, bracket - 1) = self->parts->len;
  else
    g_array_index (self->parts, ParaphPart, *last - 1).next = self->parts->len;
  *last = self->parts->len;
  self->is_leading = TRUE;
  return behind;
}

static void
end_part (Reader *self, gsize position)
{
  guint bracket = get_top (self);
  guint last = g_array_index (self->last_parts, guint, bracket - 1);
  ParaphAlternative *alternative = &g_array_index (self->parts, ParaphPart, last - 1).alternative;

  alternative->wording.end = position;
  alternative->wording = paraph_scan_trim (self->bytes, alternative->wording);
  alternative->is_no_text = alternative->wording.end > alternative->wording.start
                            && paraph_mark_read_no_text (self->bytes, alternative->wording.start,
                                                         alternative->wording.end)
                                   == alternative->wording.end;
}

static gsize
open_bracket (Reader *self, gsize position, gsize end)
{
  ParaphBracket bracket = { .span = { position, position + 1 },
                            .provision = self->provision->ordinal,
                            .parent = get_top (self) };
  guint none = 0;
  guint number = 0;

  add_mark (self, (ParaphMark){ 0 }, PARAPH_MARK_OPEN, position, position + 1);
  g_array_append_val (self->brackets->brackets, bracket);
  g_array_append_val (self->first_parts, none);
  g_array_append_val (self->last_parts, none);
  number = self->brackets->brackets->len;
  g_array_append_val (self->stack, number);
  return begin_part (self, position + 1, end);
}

/* TRUE where the last mark is the opener that ends at position. */
static gboolean
is_last_mark (const Reader *self, gsize position)
{
  GArray *marks = self->brackets->marks;
  const ParaphMark *last = &g_array_index (marks, ParaphMark, marks->len - 1);

  return last->kind == PARAPH_MARK_OPEN && last->span.end == position;
}

static gsize
close_bracket (Reader *self, gsize position, gsize end)
{
  guint number = get_top (self);
  ParaphBracket *bracket = NULL;
  ParaphSpan content = { 0, position };
  gsize behind = 0;

  if (number == 0)
    {
      add_mark (self, (ParaphMark){ 0 }, PARAPH_MARK_CLOSE, position, position + 1);
      add_damage (self, position, PARAPH_DAMAGE_CLOSER);
      return position + 1;
    }
  end_part (self, position);
  bracket = get_bracket (self, number);
  bracket->is_closed = TRUE;
  bracket->span.end = position + 1;
  content.start = bracket->span.start + 1;
  g_array_set_size (self->stack, self->stack->len - 1);
  behind = paraph_mark_read_address (self->bytes, position + 1, end, self->links);
  bracket->is_link =
      behind > position + 1 || paraph_mark_is_link (self->bytes, content, self->links);
  if (bracket->is_link)
    bracket->span.end = behind;
  else if (content.end > content.start && is_last_mark (self, content.start)
           && paraph_mark_is_figure (self->bytes, content))
    add_mark (self, (ParaphMark){ 0 }, PARAPH_MARK_FIGURE, content.start, content.end);
  add_mark (self, (ParaphMark){ 0 }, bracket->is_link ? PARAPH_MARK_LINK : PARAPH_MARK_CLOSE,
            position, behind);
  return behind;
}

/* What a word at position may be; the position behind it, or position. */
static gsize
read_word (Reader *self, gsize position, gsize end)
{
  ParaphMark mark = { 0 };
  gsize behind = paraph_mark_read_option (self->bytes, position, end, self->is_leading, &mark);

  if (behind > position)
    {
      add_mark (self, mark, PARAPH_MARK_OPTION, position, behind);
      self->is_leading = TRUE;
      return behind;
    }
  self->is_leading = FALSE;
  behind = paraph_mark_read_no_text (self->bytes, position, end);
  if (behind > position)
    {
      add_mark (self, mark, PARAPH_MARK_NO_TEXT, position, behind);
      return behind;
    }
  behind = paraph_mark_read_figure (self->bytes, position, end);
  if (behind > position)
    add_mark (self, mark, PARAPH_MARK_FIGURE, position, behind);
  return behind;
}

static gsize
skip_word (const Reader *self, gsize position, gsize end)
{
  while (paraph_scan_is_in_word (self->bytes, position, end))
    {
      gsize length = 0;

      (void) paraph_scan_char (self->bytes, position, end, &length);
      position += length;
    }
  return position;
}

/* Words and what is neither word nor mark. */
static gsize
read_wording (Reader *self, gsize position, gsize end)
{
  gsize behind = 0;

  if (!paraph_scan_is_in_word (self->bytes, position, end))
    {
      self->is_leading = FALSE;
      (void) paraph_scan_char (self->bytes, position, end, &behind);
      return position + behind;
    }
  behind = read_word (self, position, end);
  return behind > position ? behind : skip_word (self, position, end);
}

/* Reads what begins at position and gives the position behind it. */
static gsize
read_at (Reader *self, gsize position, gsize end)
{
  gsize behind = position + 1;

  switch (self->bytes[position])
    {
    case '[':
      behind = paraph_mark_read_footnote (self->bytes, position, end);
      if (behind == position)
        return open_bracket (self, position, end);
      add_mark (self, (ParaphMark){ 0 }, PARAPH_MARK_FOOTNOTE, position, behind);
      return behind;
    case ']':
      return close_bracket (self, position, end);
    case '{':
    case '}':
      add_mark (self, (ParaphMark){ 0 },
                self->bytes[position] == '{' ? PARAPH_MARK_NOTE_OPEN : PARAPH_MARK_NOTE_CLOSE,
                position, behind);
      return behind;
    case '|':
      if (self->stack->len == 0 || self->provision->kind == PARAPH_PROVISION_TABLE)
        return behind;
      end_part (self, position);
      add_mark (self, (ParaphMark){ 0 }, PARAPH_MARK_SEPARATOR, position, behind);
      return begin_part (self, behind, end);
    case ' ':
    case '\t':
    case '\r':
    case '\n':
    case '*':
    case '_':
      return behind;
    default:
      return read_wording (self, position, end);
    }
}

/* Openers that nothing closed are damage, and hold nothing. */
static void
end_paragraph (Reader *self)
{
  for (guint i = 0; i < self->stack->len; i++)
    {
      guint number = g_array_index (self->stack, guint, i);

      add_damage (self, get_bracket (self, number)->span.start, PARAPH_DAMAGE_OPENER);
    }
  g_array_set_size (self->stack, 0);
}

static gboolean
is_new_scope (const ParaphProvision *before, const ParaphProvision *now)
{
  return before == NULL || before->paragraph != now->paragraph
         || (before->kind == PARAPH_PROVISION_FOOTNOTE) || now->kind == PARAPH_PROVISION_FOOTNOTE;
}

static void
read_all (Reader *self)
{
  const ParaphStructure *structure = self->brackets->structure;

  for (guint ordinal = 1; ordinal <= structure->provisions->len; ordinal++)
    {
      const ParaphProvision *provision = paraph_structure_get (structure, ordinal);
      gsize position = provision->span.start;

      if (is_new_scope (self->provision, provision))
        end_paragraph (self);
      self->provision = provision;
      if (provision->kind == PARAPH_PROVISION_FOOTNOTE)
        {
          add_mark (self, (ParaphMark){ 0 }, PARAPH_MARK_FOOTNOTE, provision->label.span.start,
                    provision->label.span.end + 1);
          position = provision->label.span.end + 1;
        }
      while (position < provision->span.end)
        {
          if (position == provision->wording.start)
            self->is_leading = TRUE;
          position = read_at (self, position, provision->span.end);
        }
    }
  end_paragraph (self);
}

/* A bracket inside one that nothing closes belongs to the next one around that is closed. */
static void
lift_parents (ParaphBrackets *self)
{
  for (guint i = 0; i < self->brackets->len; i++)
    {
      ParaphBracket *bracket = &g_array_index (self->brackets, ParaphBracket, i);
      const ParaphBracket *parent =
          bracket->parent == 0
              ? NULL
              : &g_array_index (self->brackets, ParaphBracket, bracket->parent - 1);

      if (parent != NULL && !parent->is_closed)
        bracket->parent = parent->parent;
    }
}

static int
compare_damages (gconstpointer a, gconstpointer b)
{
  gsize first = ((const ParaphDamage *) a)->position;
  gsize second = ((const ParaphDamage *) b)->position;

  return first < second ? -1 : first > second;
}

/* Pairs what is left over across the paragraphs of one heading, as a proposal only. */
static void
propose_pairs (ParaphBrackets *self)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));
  guint heading = 0;

  g_array_sort (self->damages, compare_damages);
  for (guint i = 0; i < self->damages->len; i++)
    {
      ParaphDamage *damage = &g_array_index (self->damages, ParaphDamage, i);
      const ParaphProvision *provision = paraph_structure_get (self->structure, damage->provision);
      ParaphDamage *opener = NULL;

      if (provision != NULL && provision->heading != heading)
        g_array_set_size (open, 0);
      heading = provision == NULL ? heading : provision->heading;
      if (damage->reason == PARAPH_DAMAGE_OPENER)
        {
          g_array_append_val (open, i);
          continue;
        }
      if (open->len == 0)
        continue;
      opener =
          &g_array_index (self->damages, ParaphDamage, g_array_index (open, guint, open->len - 1));
      g_array_set_size (open, open->len - 1);
      opener->partner = damage->position;
      damage->partner = opener->position;
    }
}

ParaphBrackets *
paraph_brackets_new (const ParaphStructure *structure, const char *const *codes)
{
  ParaphBrackets *self = g_new0 (ParaphBrackets, 1);
  Reader reader = { .brackets = self, .bytes = structure->bytes, .codes = codes };

  self->structure = structure;
  self->marks = g_array_new (FALSE, FALSE, sizeof (ParaphMark));
  self->brackets = g_array_new (FALSE, FALSE, sizeof (ParaphBracket));
  self->choices = g_array_new (FALSE, FALSE, sizeof (ParaphChoice));
  self->alternatives = g_array_new (FALSE, FALSE, sizeof (ParaphAlternative));
  self->damages = g_array_new (FALSE, FALSE, sizeof (ParaphDamage));
  reader.links = paraph_mark_list_links (structure);
  reader.stack = g_array_new (FALSE, FALSE, sizeof (guint));
  reader.parts = g_array_new (FALSE, FALSE, sizeof (ParaphPart));
  reader.first_parts = g_array_new (FALSE, FALSE, sizeof (guint));
  reader.last_parts = g_array_new (FALSE, FALSE, sizeof (guint));
  read_all (&reader);
  lift_parents (self);
  propose_pairs (self);
  paraph_brackets_add_choices (self, reader.parts, reader.first_parts);
  g_hash_table_unref (reader.links);
  g_array_unref (reader.stack);
  g_array_unref (reader.parts);
  g_array_unref (reader.first_parts);
  g_array_unref (reader.last_parts);
  return self;
}

void
paraph_brackets_free (ParaphBrackets *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->marks);
  g_array_unref (self->brackets);
  g_array_unref (self->choices);
  g_array_unref (self->alternatives);
  g_array_unref (self->damages);
  g_free (self);
}

const ParaphChoice *
paraph_brackets_get_choice (const ParaphBrackets *self, guint number)
{
  if (number == 0 || number > self->choices->len)
    return NULL;
  return &g_array_index (self->choices, ParaphChoice, number - 1);
}

const ParaphAlternative *
paraph_brackets_get_alternative (const ParaphBrackets *self, const ParaphChoice *choice, guint i)
{
  g_assert (i < choice->n_alternatives);
  return &g_array_index (self->alternatives, ParaphAlternative, choice->first + i);
}
