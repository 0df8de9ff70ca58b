#define G_LOG_DOMAIN "paraph-negotiation"

#include <string.h>

#include "negotiation/text-mark.h"
#include "negotiation/text-scan.h"

/* Option marks of one list. */
typedef struct
{
  guint heading;
  guint level;
  guint provision; /* of the latest option */
  guint bracket;
  guint last; /* number of the latest option */
  ParaphNumeral numeral;
  guint group;
} OpenList;

typedef struct
{
  guint mark;  /* index */
  guint group; /* index */
  guint next;  /* number of the next member of the group, or 0 */
} Member;

static gboolean
is_connective (const char *bytes, ParaphSpan bracket)
{
  static const char *const words[] = { "or", "ou", "o", "of", "или", "або" };
  ParaphSpan wording = paraph_scan_trim (bytes, (ParaphSpan){ bracket.start + 1, bracket.end - 1 });

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (wording.end - wording.start == strlen (words[i])
        && memcmp (bytes + wording.start, words[i], strlen (words[i])) == 0)
      return TRUE;
  return FALSE;
}

/* Only white space and footnote marks between two brackets of one paragraph. */
static gboolean
is_adjacent (const ParaphBrackets *self, const ParaphBracket *a, const ParaphBracket *b)
{
  const char *bytes = self->structure->bytes;
  gsize position = a->span.end;

  if (paraph_structure_get (self->structure, a->provision)->paragraph
      != paraph_structure_get (self->structure, b->provision)->paragraph)
    return FALSE;
  while (position < b->span.start)
    {
      gsize behind = paraph_mark_read_footnote (bytes, position, b->span.start);

      if (behind == position && !g_ascii_isspace (bytes[position]))
        return FALSE;
      position = MAX (behind, position + 1);
    }
  return TRUE;
}

static void
add_parts (ParaphBrackets *self, ParaphChoice *choice, GArray *parts, guint first)
{
  for (guint number = first; number != 0;)
    {
      const ParaphPart *part = &g_array_index (parts, ParaphPart, number - 1);

      g_array_append_val (self->alternatives, part->alternative);
      choice->n_alternatives++;
      number = part->next;
    }
}

/* One choice of the brackets that follow each other from number on; next: the one behind each. */
static void
add_bracket_choice (ParaphBrackets *self, GArray *parts, GArray *first_parts, const guint *next,
                    guint number)
{
  ParaphBracket *first = &g_array_index (self->brackets, ParaphBracket, number - 1);
  ParaphChoice choice = { .span = first->span,
                          .provision = first->provision,
                          .first = self->alternatives->len };
  guint n_brackets = 0;

  for (guint at = number; at != 0; at = next[at])
    {
      ParaphBracket *bracket = &g_array_index (self->brackets, ParaphBracket, at - 1);
      gboolean is_word =
          (at != number || next[at] != 0) && is_connective (self->structure->bytes, bracket->span);

      bracket->choice = self->choices->len + 1;
      choice.span.end = bracket->span.end;
      if (is_word)
        continue;
      n_brackets++;
      add_parts (self, &choice, parts, g_array_index (first_parts, guint, at - 1));
    }
  choice.kind = n_brackets > 1              ? PARAPH_CHOICE_ADJACENT
                : choice.n_alternatives > 1 ? PARAPH_CHOICE_SEPARATED
                                            : PARAPH_CHOICE_OPTIONAL;
  g_array_append_val (self->choices, choice);
}

static void
add_bracket_choices (ParaphBrackets *self, GArray *parts, GArray *first_parts)
{
  guint n = self->brackets->len;
  g_autofree guint *last_child = g_new0 (guint, n + 1); /* by parent */
  g_autofree guint *next = g_new0 (guint, n + 1);
  g_autofree gboolean *has_before = g_new0 (gboolean, n + 1);

  for (guint number = 1; number <= n; number++)
    {
      const ParaphBracket *bracket = &g_array_index (self->brackets, ParaphBracket, number - 1);
      guint before = last_child[bracket->parent];

      if (!bracket->is_closed || bracket->is_link)
        continue;
      if (before != 0
          && is_adjacent (self, &g_array_index (self->brackets, ParaphBracket, before - 1),
                          bracket))
        {
          next[before] = number;
          has_before[number] = TRUE;
        }
      last_child[bracket->parent] = number;
    }
  for (guint number = 1; number <= n; number++)
    {
      const ParaphBracket *bracket = &g_array_index (self->brackets, ParaphBracket, number - 1);

      if (bracket->is_closed && !bracket->is_link && !has_before[number])
        add_bracket_choice (self, parts, first_parts, next, number);
    }
}

static const ParaphMark *
get_mark (const ParaphBrackets *self, guint index)
{
  return &g_array_index (self->marks, ParaphMark, index);
}

/* An option within a numbered item is one step deeper: "1. Option 1: ..." goes on below as
 * "Option 2: ..." does, indented. */
static guint
get_level (const ParaphProvision *provision)
{
  gboolean is_item =
      provision->label.n_numbers > 0 && provision->label.span.end <= provision->wording.start;

  return provision->level + (is_item ? 1 : 0);
}

static gboolean
continues (const OpenList *list, const ParaphProvision *provision, const ParaphMark *mark)
{
  return list->heading == provision->heading && list->level == get_level (provision)
         && (list->bracket == mark->bracket || list->provision != mark->provision)
         && list->numeral == mark->numeral && mark->number > list->last;
}

/* The list that mark goes on, or a new one on top of open. Option 1 within Option I nests. */
static guint
find_list (GArray *open, const ParaphProvision *provision, const ParaphMark *mark, guint *n_groups)
{
  OpenList fresh = { .heading = provision->heading,
                     .level = get_level (provision),
                     .provision = mark->provision,
                     .bracket = mark->bracket,
                     .last = mark->number,
                     .numeral = mark->numeral };

  while (open->len > 0)
    {
      OpenList *top = &g_array_index (open, OpenList, open->len - 1);
      OpenList *below = open->len > 1 ? top - 1 : NULL;

      if (continues (top, provision, mark))
        {
          top->last = mark->number;
          top->provision = mark->provision;
          top->bracket = mark->bracket;
          return top->group;
        }
      if (top->heading == provision->heading && top->level < get_level (provision))
        break;
      if (top->heading == provision->heading && top->level == get_level (provision)
          && (top->numeral != mark->numeral || top->bracket != mark->bracket)
          && (below == NULL || !continues (below, provision, mark)))
        break;
      g_array_set_size (open, open->len - 1);
    }
  fresh.group = (*n_groups)++;
  g_array_append_val (open, fresh);
  return fresh.group;
}

/* TRUE where nothing but decoration stands in the provision behind the option's label. */
static gboolean
stands_alone (const ParaphBrackets *self, const ParaphMark *mark, const ParaphProvision *provision)
{
  for (gsize i = mark->span.end; i < provision->span.end; i++)
    if (strchr ("*_ \t\r\n", self->structure->bytes[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* Where the last option of a list ends: behind what is deeper than its provision; an option whose
 * label stands alone has what follows at its own depth, too. */
static gsize
find_list_end (const ParaphBrackets *self, const ParaphMark *mark, const gboolean *has_option)
{
  const ParaphProvision *own = paraph_structure_get (self->structure, mark->provision);
  gboolean is_alone = stands_alone (self, mark, own);
  guint level = get_level (own);
  gsize end = own->span.end;

  for (guint ordinal = own->ordinal + 1;; ordinal++)
    {
      const ParaphProvision *provision = paraph_structure_get (self->structure, ordinal);

      if (provision == NULL || provision->heading != own->heading
          || provision->kind == PARAPH_PROVISION_HEADING
          || provision->kind == PARAPH_PROVISION_ARTICLE || provision->level < level
          || (provision->level == level && (!is_alone || has_option[ordinal])))
        return end;
      end = provision->span.end;
    }
}

static ParaphAlternative
make_option (const ParaphBrackets *self, const ParaphMark *mark, const ParaphMark *next,
             const gboolean *has_option)
{
  const char *bytes = self->structure->bytes;
  ParaphAlternative option = { .wording = { mark->span.end, mark->span.end } };

  if (next == NULL)
    option.wording.end = find_list_end (self, mark, has_option);
  else if (next->provision == mark->provision)
    option.wording.end = next->span.start;
  else
    option.wording.end = paraph_structure_get (self->structure, next->provision)->span.start;
  if (mark->bracket != 0)
    {
      const ParaphBracket *bracket =
          &g_array_index (self->brackets, ParaphBracket, mark->bracket - 1);

      if (bracket->is_closed && bracket->span.end - 1 >= mark->span.end)
        option.wording.end = MIN (option.wording.end, bracket->span.end - 1);
    }
  while (option.wording.start < option.wording.end && bytes[option.wording.start] == '*')
    option.wording.start++;
  option.wording = paraph_scan_trim (bytes, option.wording);
  option.is_no_text = option.wording.end > option.wording.start
                      && paraph_mark_read_no_text (bytes, option.wording.start, option.wording.end)
                             == option.wording.end;
  return option;
}

static void
add_option_choice (ParaphBrackets *self, GArray *members, guint first, const gboolean *has_option)
{
  const Member *member = &g_array_index (members, Member, first - 1);
  const ParaphMark *mark = get_mark (self, member->mark);
  ParaphChoice choice = { .kind = PARAPH_CHOICE_OPTIONS,
                          .provision = mark->provision,
                          .first = self->alternatives->len,
                          .span = mark->span };

  while (choice.span.start > 0 && self->structure->bytes[choice.span.start - 1] == '*')
    choice.span.start--;
  while (member != NULL)
    {
      const Member *next =
          member->next == 0 ? NULL : &g_array_index (members, Member, member->next - 1);
      ParaphAlternative option =
          make_option (self, get_mark (self, member->mark),
                       next == NULL ? NULL : get_mark (self, next->mark), has_option);

      g_array_append_val (self->alternatives, option);
      choice.n_alternatives++;
      choice.span.end = MAX (choice.span.end, option.wording.end);
      member = next;
    }
  g_array_append_val (self->choices, choice);
}

static void
add_option_choices (ParaphBrackets *self)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (OpenList));
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));
  g_autoptr (GArray) firsts = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) lasts = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree gboolean *has_option = g_new0 (gboolean, (gsize) self->structure->provisions->len + 2);
  guint n_groups = 0;

  for (guint i = 0; i < self->marks->len; i++)
    {
      const ParaphMark *mark = get_mark (self, i);
      Member member = { .mark = i };
      guint number = members->len + 1;

      if (mark->kind != PARAPH_MARK_OPTION)
        continue;
      has_option[mark->provision] = TRUE;
      member.group = find_list (open, paraph_structure_get (self->structure, mark->provision), mark,
                                &n_groups);
      g_array_append_val (members, member);
      if (member.group == firsts->len)
        {
          g_array_append_val (firsts, number);
          g_array_append_val (lasts, number);
          continue;
        }
      g_array_index (members, Member, g_array_index (lasts, guint, member.group) - 1).next = number;
      g_array_index (lasts, guint, member.group) = number;
    }
  for (guint i = 0; i < firsts->len; i++)
    add_option_choice (self, members, g_array_index (firsts, guint, i), has_option);
}

void
paraph_brackets_add_choices (ParaphBrackets *self, GArray *parts, GArray *first_parts)
{
  add_bracket_choices (self, parts, first_parts);
  add_option_choices (self);
}

static gboolean
is_unsettled (const ParaphMark *mark)
{
  return mark->kind == PARAPH_MARK_OPEN || mark->kind == PARAPH_MARK_CLOSE
         || mark->kind == PARAPH_MARK_OPTION;
}

/* TRUE where the mark is an opener of a link, which is no bracket of the negotiation. */
static void
mark_links (const ParaphBrackets *self, gboolean *is_link)
{
  guint number = 0;

  for (guint i = 0; i < self->marks->len; i++)
    if (get_mark (self, i)->kind == PARAPH_MARK_OPEN)
      is_link[i] = g_array_index (self->brackets, ParaphBracket, number++).is_link;
}

GPtrArray *
paraph_brackets_list_statuses (const ParaphBrackets *self)
{
  const GArray *provisions = self->structure->provisions;
  GPtrArray *statuses = g_ptr_array_sized_new (provisions->len);
  g_autofree gboolean *is_link = g_new0 (gboolean, (gsize) self->marks->len + 1);
  g_autofree gboolean *is_open = g_new0 (gboolean, (gsize) provisions->len + 1);

  mark_links (self, is_link);
  for (guint i = 0; i < self->marks->len; i++)
    if (is_unsettled (get_mark (self, i)) && !is_link[i])
      is_open[get_mark (self, i)->provision - 1] = TRUE;
  for (guint i = 0; i < provisions->len; i++)
    {
      const ParaphProvision *provision = &g_array_index (provisions, ParaphProvision, i);
      const char *status = is_open[i] ? "bracketed" : "open";

      if (provision->kind == PARAPH_PROVISION_PLACEHOLDER)
        status = "placeholder";
      g_ptr_array_add (statuses, (gpointer) (guintptr) status);
    }
  return statuses;
}

gboolean
paraph_brackets_is_clean (const ParaphBrackets *self)
{
  g_autofree gboolean *is_link = g_new0 (gboolean, (gsize) self->marks->len + 1);

  mark_links (self, is_link);
  for (guint i = 0; i < self->marks->len; i++)
    if ((is_unsettled (get_mark (self, i)) && !is_link[i])
        || get_mark (self, i)->kind == PARAPH_MARK_FIGURE)
      return FALSE;
  for (guint i = 0; i < self->structure->provisions->len; i++)
    if (g_array_index (self->structure->provisions, ParaphProvision, i).kind
        == PARAPH_PROVISION_PLACEHOLDER)
      return FALSE;
  return TRUE;
}

const char *
paraph_choice_kind_get_word (ParaphChoiceKind kind)
{
  static const char *const words[] = {
    [PARAPH_CHOICE_OPTIONAL] = "optional",
    [PARAPH_CHOICE_SEPARATED] = "separated",
    [PARAPH_CHOICE_ADJACENT] = "adjacent",
    [PARAPH_CHOICE_OPTIONS] = "options",
  };

  return words[kind];
}

const char *
paraph_damage_reason_get_word (ParaphDamageReason reason)
{
  return reason == PARAPH_DAMAGE_CLOSER ? "closer-without-opener" : "opener-without-closer";
}
