/* What holds for the structure and the brackets of any bytes; a test fails where it does not. */

#pragma once

#include <stdint.h>
#include <string.h>

#include "negotiation/text-edit.h"

static inline void
text_check_span (ParaphSpan inner, ParaphSpan outer)
{
  g_assert_cmpuint (inner.start, <=, inner.end);
  g_assert_cmpuint (inner.start, >=, outer.start);
  g_assert_cmpuint (inner.end, <=, outer.end);
}

/* Provisions and gaps, joined in order, are the text. */
static inline void
text_check_structure (const ParaphStructure *structure)
{
  g_autoptr (GByteArray) again = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  guint gap = 0;
  guint ordinal = 1;

  while (again->len < structure->size)
    {
      const ParaphProvision *provision = paraph_structure_get (structure, ordinal);
      ParaphSpan span = { 0, 0 };

      if (provision != NULL && provision->span.start == again->len)
        {
          span = provision->span;
          text_check_span (provision->wording, span);
          if (provision->label.span.end > provision->label.span.start)
            text_check_span (provision->label.span, span);
          g_assert_cmpuint (provision->ordinal, ==, ordinal);
          g_assert_cmpuint (provision->heading, <, ordinal);
          g_assert_cmpuint (provision->parent, <, ordinal);
          g_assert_true (paraph_structure_find (structure, span.start) == provision);
          g_assert_true (paraph_structure_find (structure, span.end - 1) == provision);
          ordinal++;
        }
      else
        {
          g_assert_cmpuint (gap, <, structure->gaps->len);
          span = g_array_index (structure->gaps, ParaphGap, gap++).span;
          g_assert_null (paraph_structure_find (structure, span.start));
        }
      g_assert_cmpuint (span.start, ==, again->len);
      g_assert_cmpuint (span.end, >, span.start);
      g_byte_array_append (again, (const guint8 *) structure->bytes + span.start,
                           (guint) (span.end - span.start));
    }
  g_assert_cmpuint (ordinal, ==, structure->provisions->len + 1);
  g_assert_cmpuint (gap, ==, structure->gaps->len);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&again));
  g_assert_true (g_bytes_equal (bytes, structure->text));
}

/* An edit leaves what stands before and behind its span as it was. */
static inline void
text_check_edit (const ParaphBrackets *brackets, guint number)
{
  const ParaphChoice *choice = paraph_brackets_get_choice (brackets, number);
  const ParaphStructure *structure = brackets->structure;
  gsize tail = structure->size - choice->span.end;

  for (guint i = 0; i <= MIN (choice->n_alternatives, 3); i++)
    {
      g_autoptr (GBytes) edited = NULL;
      const char *bytes = NULL;
      gsize size = 0;

      g_assert_cmpint (paraph_edit_resolve (brackets, number, i, &edited), ==, PARAPH_EDIT_DONE);
      bytes = g_bytes_get_data (edited, &size);
      g_assert_cmpuint (size, >=, choice->span.start + tail);
      g_assert_cmpuint (size, <=, structure->size);
      if (size == 0)
        continue;
      g_assert_cmpmem (bytes, choice->span.start, structure->bytes, choice->span.start);
      g_assert_cmpmem (bytes + size - tail, tail, structure->bytes + choice->span.end, tail);
    }
}

/* Every opener is a bracket, every bracket is closed or damage, and what is inside is inside. */
static inline void
text_check_brackets (const ParaphBrackets *brackets)
{
  guint n_open = 0;
  guint n_closers = 0;
  guint n_closed = 0;
  guint n_stray = 0;
  gsize behind = 0;

  for (guint i = 0; i < brackets->marks->len; i++)
    {
      const ParaphMark *mark = &g_array_index (brackets->marks, ParaphMark, i);

      g_assert_cmpuint (mark->span.start, >=, behind);
      g_assert_cmpuint (mark->span.end, >, mark->span.start);
      behind = mark->span.end;
      text_check_span (mark->span,
                       paraph_structure_get (brackets->structure, mark->provision)->span);
      n_open += mark->kind == PARAPH_MARK_OPEN ? 1 : 0;
      n_closers += mark->kind == PARAPH_MARK_CLOSE || mark->kind == PARAPH_MARK_LINK ? 1 : 0;
    }
  g_assert_cmpuint (n_open, ==, brackets->brackets->len);
  for (guint i = 0; i < brackets->damages->len; i++)
    n_stray += g_array_index (brackets->damages, ParaphDamage, i).reason == PARAPH_DAMAGE_CLOSER;
  for (guint i = 0; i < brackets->brackets->len; i++)
    {
      const ParaphBracket *bracket = &g_array_index (brackets->brackets, ParaphBracket, i);
      const ParaphBracket *parent = NULL;

      n_closed += bracket->is_closed ? 1 : 0;
      g_assert_cmpuint (bracket->parent, <=, i);
      if (bracket->parent == 0)
        continue;
      parent = &g_array_index (brackets->brackets, ParaphBracket, bracket->parent - 1);
      g_assert_true (parent->is_closed);
      text_check_span (bracket->span, parent->span);
    }
  g_assert_cmpuint (n_closers, ==, n_closed + n_stray);
  g_assert_cmpuint (brackets->damages->len, ==, n_open - n_closed + n_stray);
  for (guint i = 1; i <= brackets->choices->len; i++)
    {
      const ParaphChoice *choice = paraph_brackets_get_choice (brackets, i);

      for (guint j = 0; j < choice->n_alternatives; j++)
        text_check_span (paraph_brackets_get_alternative (brackets, choice, j)->wording,
                         choice->span);
      if (i <= 3)
        text_check_edit (brackets, i);
    }
}
