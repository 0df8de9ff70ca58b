/* What kind of difference a change makes. */

#include <string.h>

#include "negotiation/redline-private.h"

/* The tokens of one side of a change that say something, as ids and joined bytes. */
typedef struct
{
  GString *bytes; /* borrowed */
  guint n_words;
  guint n_figures;
  guint n_brackets;
  guint n_markup;
} Content;

static void
content_add (Content *self, const ParaphStructure *structure, const ParaphToken *token)
{
  switch ((ParaphTokenClass) token->class)
    {
    case PARAPH_TOKEN_SPACE:
      return;
    case PARAPH_TOKEN_MARKUP:
      self->n_markup++;
      return;
    case PARAPH_TOKEN_WORD:
      self->n_words++;
      break;
    case PARAPH_TOKEN_FIGURE:
      self->n_figures++;
      break;
    case PARAPH_TOKEN_BRACKET:
      self->n_brackets++;
      break;
    case PARAPH_TOKEN_PUNCTUATION:
      break;
    }
  g_string_append_len (self->bytes, structure->bytes + token->start, token->size);
}

/* tokens: n of the span, or NULL where they are not cut. */
static void
content_init (Content *self, ParaphRedlineRun *run, const ParaphStructure *structure,
              ParaphSpan span, const ParaphToken *tokens, guint32 n)
{
  g_autoptr (GArray) cut = NULL;

  g_string_truncate (self->bytes, 0);
  if (tokens == NULL)
    {
      cut = g_array_new (FALSE, FALSE, sizeof (ParaphToken));
      paraph_tokens_append (cut, run->vocabulary, structure->bytes, span.start, span.end);
      tokens = (const ParaphToken *) (gconstpointer) cut->data;
      n = cut->len;
    }
  for (guint32 i = 0; i < n; i++)
    content_add (self, structure, &tokens[i]);
}

static gboolean
is_in_label (const ParaphStructure *structure, guint ordinal, ParaphSpan span)
{
  const ParaphProvision *provision = paraph_structure_get (structure, ordinal);

  return provision != NULL && provision->label.span.start < provision->label.span.end
         && span.start >= provision->label.span.start && span.end <= provision->label.span.end;
}

ParaphDifference
paraph_redline_classify (ParaphRedlineRun *run, const ParaphChange *change,
                         const ParaphRedlineWords *words)
{
  Content old = { .bytes = run->contents[0] };
  Content new = { .bytes = run->contents[1] };

  content_init (&old, run, run->old.structure, change->old, words->old, words->n_old);
  content_init (&new, run, run->new.structure, change->new, words->new, words->n_new);
  if (g_string_equal (old.bytes, new.bytes))
    return old.n_markup + new.n_markup > 0 ? PARAPH_DIFFERENCE_MARKUP : PARAPH_DIFFERENCE_SPACE;
  if (change->kind == PARAPH_CHANGE_REPLACE
      && is_in_label (run->old.structure, change->old_provision, change->old)
      && is_in_label (run->new.structure, change->new_provision, change->new))
    return PARAPH_DIFFERENCE_LABEL;
  if (old.n_words + old.n_figures == new.n_words + new.n_figures
      && paraph_look_alikes_has (run->look_alikes, old.bytes->str, old.bytes->len, new.bytes->str,
                                 new.bytes->len))
    return PARAPH_DIFFERENCE_LOOK_ALIKE;
  if (old.n_figures + new.n_figures > 0)
    return PARAPH_DIFFERENCE_FIGURE;
  if (old.n_words + new.n_words > 0)
    return PARAPH_DIFFERENCE_WORDS;
  return old.n_brackets + new.n_brackets > 0 ? PARAPH_DIFFERENCE_BRACKETS
                                             : PARAPH_DIFFERENCE_PUNCTUATION;
}
