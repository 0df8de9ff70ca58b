#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-edit.h"

#include <string.h>

static GBytes *
replace (const ParaphStructure *structure, ParaphSpan span, const char *with, gsize size)
{
  gsize tail = structure->size - span.end;
  gsize total = span.start + size + tail;
  guint8 *bytes = g_malloc (total + 1);

  if (span.start > 0)
    memcpy (bytes, structure->bytes, span.start);
  if (size > 0)
    memcpy (bytes + span.start, with, size);
  if (tail > 0)
    memcpy (bytes + span.start + size, structure->bytes + span.end, tail);
  return g_bytes_new_take (bytes, total);
}

ParaphEditOutcome
paraph_edit_resolve (const ParaphBrackets *brackets, guint choice, guint alternative,
                     GBytes **ret_text)
{
  const ParaphChoice *found = paraph_brackets_get_choice (brackets, choice);
  const ParaphStructure *structure = brackets->structure;
  const ParaphAlternative *taken = NULL;

  if (found == NULL)
    return PARAPH_EDIT_NO_SUCH_CHOICE;
  if (alternative > found->n_alternatives)
    return PARAPH_EDIT_NO_SUCH_ALTERNATIVE;
  if (alternative > 0)
    taken = paraph_brackets_get_alternative (brackets, found, alternative - 1);
  if (taken == NULL || taken->is_no_text)
    *ret_text = replace (structure, found->span, NULL, 0);
  else
    *ret_text = replace (structure, found->span, structure->bytes + taken->wording.start,
                         taken->wording.end - taken->wording.start);
  return PARAPH_EDIT_DONE;
}

/* TRUE where each bracket that opens in the bytes closes there, and the other way round. */
static gboolean
is_balanced (const char *bytes, gsize size)
{
  gsize depth = 0;

  for (gsize i = 0; i < size; i++)
    {
      if (bytes[i] == '[')
        depth++;
      else if (bytes[i] == ']' && depth-- == 0)
        return FALSE;
    }
  return depth == 0;
}

static gboolean
has_separator (const char *wording)
{
  gsize depth = 0;

  for (const char *p = wording; *p != '\0'; p++)
    {
      if (*p == '[')
        depth++;
      else if (*p == ']')
        depth--;
      else if (*p == '|' && depth == 0)
        return TRUE;
    }
  return FALSE;
}

static ParaphEditOutcome
check_wording (const char *wording)
{
  if (!g_utf8_validate (wording, -1, NULL) || strpbrk (wording, "\r\n") != NULL)
    return PARAPH_EDIT_BAD_WORDING;
  if (!is_balanced (wording, strlen (wording)))
    return PARAPH_EDIT_UNBALANCED;
  return has_separator (wording) ? PARAPH_EDIT_BAD_WORDING : PARAPH_EDIT_DONE;
}

/* White space before the line that holds position. */
static char *
dup_indent (const ParaphStructure *structure, gsize position)
{
  guint line = paraph_structure_get_line (structure, position);
  gsize start = g_array_index (structure->lines, gsize, line - 1);
  gsize end = start;

  while (end < position && (structure->bytes[end] == ' ' || structure->bytes[end] == '\t'))
    end++;
  return g_strndup (structure->bytes + start, end - start);
}

static char *
format_alternative (const ParaphBrackets *brackets, const ParaphChoice *choice, const char *wording,
                    const char *codes)
{
  const char *colon = codes == NULL ? "" : ": ";
  const ParaphAlternative *last =
      paraph_brackets_get_alternative (brackets, choice, choice->n_alternatives - 1);
  g_autofree char *indent = NULL;

  codes = codes == NULL ? "" : codes;
  switch (choice->kind)
    {
    case PARAPH_CHOICE_OPTIONAL:
    case PARAPH_CHOICE_SEPARATED:
      return g_strdup_printf (" | %s%s%s", codes, colon, wording);
    case PARAPH_CHOICE_ADJACENT:
      return g_strdup_printf ("[%s%s%s]", codes, colon, wording);
    case PARAPH_CHOICE_OPTIONS:
      indent = dup_indent (brackets->structure, last->wording.start);
      return g_strdup_printf ("\n\n%sOption %u: %s%s%s", indent, choice->n_alternatives + 1, codes,
                              colon, wording);
    }
  return NULL;
}

ParaphEditOutcome
paraph_edit_add_alternative (const ParaphBrackets *brackets, guint choice, const char *wording,
                             const char *codes, GBytes **ret_text)
{
  const ParaphChoice *found = paraph_brackets_get_choice (brackets, choice);
  ParaphEditOutcome outcome = check_wording (wording);
  g_autofree char *added = NULL;
  ParaphSpan place = { 0, 0 };

  if (found == NULL || found->n_alternatives == 0)
    return PARAPH_EDIT_NO_SUCH_CHOICE;
  if (outcome != PARAPH_EDIT_DONE)
    return outcome;
  added = format_alternative (brackets, found, wording, codes);
  place.start = found->span.end;
  if (found->kind == PARAPH_CHOICE_OPTIONAL || found->kind == PARAPH_CHOICE_SEPARATED)
    place.start--;
  place.end = place.start;
  *ret_text = replace (brackets->structure, place, added, strlen (added));
  return PARAPH_EDIT_DONE;
}

/* TRUE between two bytes of one character. */
static gboolean
is_inside_character (const ParaphStructure *structure, gsize position)
{
  return position < structure->size && ((guchar) structure->bytes[position] & 0xC0) == 0x80;
}

ParaphEditOutcome
paraph_edit_bracket (const ParaphBrackets *brackets, ParaphSpan span, const char *codes,
                     GBytes **ret_text)
{
  const ParaphStructure *structure = brackets->structure;
  const ParaphProvision *first = paraph_structure_find (structure, span.start);
  const ParaphProvision *last =
      span.end <= span.start ? NULL : paraph_structure_find (structure, span.end - 1);
  g_autoptr (GString) wording = NULL;
  GBytes *text = NULL;

  if (first == NULL || last == NULL || first->ordinal != last->ordinal
      || span.start < first->wording.start || span.end > first->wording.end
      || is_inside_character (structure, span.start) || is_inside_character (structure, span.end))
    return PARAPH_EDIT_NOT_ONE_PARAGRAPH;
  if (!is_balanced (structure->bytes + span.start, span.end - span.start))
    return PARAPH_EDIT_UNBALANCED;
  wording = g_string_new ("[");
  if (codes != NULL)
    g_string_append_printf (wording, "%s: ", codes);
  g_string_append_len (wording, structure->bytes + span.start, (gssize) (span.end - span.start));
  g_string_append_c (wording, ']');
  text = replace (structure, span, wording->str, wording->len);
  *ret_text = text;
  return PARAPH_EDIT_DONE;
}

ParaphEditOutcome
paraph_edit_unbracket (const ParaphBrackets *brackets, guint bracket, GBytes **ret_text)
{
  const ParaphBracket *found = NULL;
  const ParaphChoice *choice = NULL;
  const ParaphAlternative *only = NULL;
  const ParaphStructure *structure = brackets->structure;

  if (bracket == 0 || bracket > brackets->brackets->len)
    return PARAPH_EDIT_NO_SUCH_CHOICE;
  found = &g_array_index (brackets->brackets, ParaphBracket, bracket - 1);
  if (!found->is_closed || found->is_link)
    return PARAPH_EDIT_NO_SUCH_CHOICE;
  choice = paraph_brackets_get_choice (brackets, found->choice);
  if (choice == NULL || choice->n_alternatives != 1)
    return PARAPH_EDIT_SEVERAL;
  only = paraph_brackets_get_alternative (brackets, choice, 0);
  *ret_text = replace (structure, found->span, structure->bytes + only->wording.start,
                       only->wording.end - only->wording.start);
  return PARAPH_EDIT_DONE;
}
