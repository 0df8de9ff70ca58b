#define G_LOG_DOMAIN "paraph-app"

#include "app/redline-blocks.h"

typedef struct
{
  const ParaphRedline *redline;
  gboolean *is_changed; /* by ordinal of the new text */
  GPtrArray *blocks;
  guint next; /* ordinal of the first provision of the new text that is not passed yet */
} Run;

static void
block_free (gpointer data)
{
  ParaphShownBlock *self = data;

  g_array_unref (self->words);
  g_free (self);
}

static gboolean
is_blank (const ParaphStructure *structure, ParaphSpan span)
{
  for (gsize i = span.start; i < span.end; i++)
    if (!g_ascii_isspace (structure->bytes[i]))
      return FALSE;
  return TRUE;
}

static gboolean
has_words (const ParaphShownBlock *block, const ParaphRedline *redline)
{
  for (guint i = 0; i < block->words->len; i++)
    {
      const ParaphShownWords *words = &g_array_index (block->words, ParaphShownWords, i);

      if (!is_blank (words->kind == PARAPH_SEGMENT_DELETED ? redline->old : redline->new,
                     words->span))
        return TRUE;
    }
  return FALSE;
}

/* Takes the blank lines before the first and after the last of its words away. */
static void
trim (ParaphShownBlock *block, const ParaphRedline *redline)
{
  ParaphShownWords *first = &g_array_index (block->words, ParaphShownWords, 0);
  ParaphShownWords *last = &g_array_index (block->words, ParaphShownWords, block->words->len - 1);
  const char *old = redline->old->bytes, *new = redline->new->bytes;

  for (const char *bytes = first->kind == PARAPH_SEGMENT_DELETED ? old : new;
       first->span.start < first->span.end &&g_ascii_isspace (bytes[first->span.start]);)
    first->span.start++;
  for (const char *bytes = last->kind == PARAPH_SEGMENT_DELETED ? old : new;
       last->span.start < last->span.end &&g_ascii_isspace (bytes[last->span.end - 1]);)
    last->span.end--;
}

static void
add (Run *run, guint provision, const ParaphChange *change, ParaphShownWords words)
{
  gboolean is_old = change != NULL && words.kind == PARAPH_SEGMENT_DELETED
                    && (change->new_provision == 0 || change->kind == PARAPH_CHANGE_MOVE);
  ParaphShownBlock *block =
      run->blocks->len == 0 ? NULL : g_ptr_array_index (run->blocks, run->blocks->len - 1);

  if (words.span.start >= words.span.end)
    return;
  if (block == NULL || block->provision != provision || block->is_old != is_old)
    {
      block = g_new0 (ParaphShownBlock, 1);
      block->provision = provision;
      block->is_old = is_old;
      block->is_cosmetic = TRUE;
      block->words = g_array_new (FALSE, FALSE, sizeof (ParaphShownWords));
      g_ptr_array_add (run->blocks, block);
    }
  if (change != NULL && !paraph_change_is_cosmetic (change))
    block->is_cosmetic = FALSE;
  if (change != NULL && change->kind == PARAPH_CHANGE_MOVE)
    block->is_moved = TRUE;
  g_array_append_val (block->words, words);
}

/* The provision of the new text that the words at *span begin in, or NULL: they stand before the
 * next one. Ends the span where another begins. */
static const ParaphProvision *
cut_span (Run *run, ParaphSpan *span)
{
  const ParaphStructure *new = run->redline->new;
  const ParaphProvision *provision = paraph_structure_get (new, run->next);

  while (provision != NULL && provision->span.end <= span->start)
    provision = paraph_structure_get (new, ++run->next);
  if (provision == NULL)
    return NULL;
  if (provision->span.start > span->start)
    {
      span->end = MIN (span->end, provision->span.start);
      return NULL;
    }
  span->end = MIN (span->end, provision->span.end);
  return provision;
}

/* Cuts a segment at the provisions of the new text. */
static void
add_new (Run *run, const ParaphSegment *segment, const ParaphChange *change)
{
  gsize at = segment->new.start;

  while (at < segment->new.end)
    {
      ParaphShownWords words = { segment->kind, { at, segment->new.end } };
      const ParaphProvision *provision = cut_span (run, &words.span);

      at = words.span.end;
      if (change == NULL)
        {
          if (provision != NULL && run->is_changed[provision->ordinal])
            add (run, provision->ordinal, NULL, words);
          continue;
        }
      if (provision == NULL && !paraph_change_is_cosmetic (change)
          && is_blank (run->redline->new, words.span))
        continue; /* lines between what is new */
      add (run, provision == NULL ? change->new_provision : provision->ordinal, change, words);
    }
}

static void
add_old (Run *run, const ParaphSegment *segment, const ParaphChange *change)
{
  ParaphShownWords words = { segment->kind, segment->old };
  gboolean is_old;

  g_assert (change != NULL); /* what is deleted belongs to one */
  is_old = change->new_provision == 0 || change->kind == PARAPH_CHANGE_MOVE;
  add (run, is_old ? change->old_provision : change->new_provision, change, words);
}

/* All but the line ends that go with a neighbour. */
static GPtrArray *
take_shown (Run *run)
{
  g_autoptr (GPtrArray) blocks = g_steal_pointer (&run->blocks);
  GPtrArray *shown = g_ptr_array_new_with_free_func (block_free);

  g_ptr_array_set_free_func (blocks, NULL);
  for (guint i = 0; i < blocks->len; i++)
    {
      ParaphShownBlock *block = g_ptr_array_index (blocks, i);

      if (!block->is_cosmetic && !has_words (block, run->redline))
        {
          block_free (block);
          continue;
        }
      if (!block->is_cosmetic)
        trim (block, run->redline);
      g_ptr_array_add (shown, block);
    }
  return shown;
}

GPtrArray *
paraph_redline_list_blocks (const ParaphRedline *redline)
{
  gsize n = (gsize) redline->new->provisions->len + 1;
  g_autofree gboolean *is_changed = g_new0 (gboolean, n);
  Run run = { .redline = redline,
              .is_changed = is_changed,
              .blocks = g_ptr_array_new_with_free_func (block_free),
              .next = 1 };

  for (guint i = 0; i < redline->changes->len; i++)
    is_changed[g_array_index (redline->changes, ParaphChange, i).new_provision] = TRUE;
  for (guint i = 0; i < redline->segments->len; i++)
    {
      const ParaphSegment *segment = &g_array_index (redline->segments, ParaphSegment, i);
      const ParaphChange *change =
          segment->change == 0
              ? NULL
              : &g_array_index (redline->changes, ParaphChange, segment->change - 1);

      if (segment->kind == PARAPH_SEGMENT_DELETED)
        add_old (&run, segment, change);
      else
        add_new (&run, segment, change);
    }
  return take_shown (&run);
}
