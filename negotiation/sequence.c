#include "negotiation/sequence-private.h"

#define ANCHOR_MIN 2048 /* smaller parts are compared exactly at once */
#define LEVELS_MAX 4

guint32 *
paraph_sequence_rising (const guint32 *values, guint32 n, guint32 *ret_n)
{
  g_autofree guint32 *tails = g_new (guint32, (gsize) n + 1); /* by length: the lowest last one */
  g_autofree guint32 *before = g_new (guint32, (gsize) n + 1);
  guint32 *chain;
  guint32 length = 0;

  *ret_n = 0;
  if (n == 0)
    return NULL;
  for (guint32 i = 0; i < n; i++)
    {
      guint32 low = 0, high = length;

      while (low < high)
        {
          guint32 middle = low + (high - low) / 2;

          if (values[tails[middle]] < values[i])
            low = middle + 1;
          else
            high = middle;
        }
      before[i] = low > 0 ? tails[low - 1] : G_MAXUINT32;
      tails[low] = i;
      length = MAX (length, low + 1);
    }
  chain = g_new (guint32, length);
  for (guint32 i = length, at = tails[length - 1]; i > 0; i--, at = before[at])
    chain[i - 1] = at;
  *ret_n = length;
  return chain;
}

static void
trim (ParaphSequenceRun *run, ParaphSequencePart *part)
{
  while (part->old_from < part->old_to && part->new_from < part->new_to
         && run->old[part->old_from] == run->new[part->new_from])
    {
      run->old_kept[part->old_from++] = 1;
      run->new_kept[part->new_from++] = 1;
    }
  while (part->old_from < part->old_to && part->new_from < part->new_to
         && run->old[part->old_to - 1] == run->new[part->new_to - 1])
    {
      run->old_kept[--part->old_to] = 1;
      run->new_kept[--part->new_to] = 1;
    }
}

static void
compare_part (ParaphSequenceRun *run, ParaphSequencePart part)
{
  ParaphSequencePart head, tail;
  guint32 old, new;

  trim (run, &part);
  if (part.old_from == part.old_to || part.new_from == part.new_to || run->budget <= 0)
    return;
  if (part.level < LEVELS_MAX
      && part.old_to - part.old_from + (part.new_to - part.new_from) > ANCHOR_MIN
      && paraph_sequence_anchor (run, &part))
    return;
  if (!paraph_sequence_split (run, &part, &old, &new))
    return;
  head = part;
  head.level = LEVELS_MAX;
  tail = head;
  head.old_to = tail.old_from = old;
  head.new_to = tail.new_from = new;
  g_array_append_val (run->todo, head);
  g_array_append_val (run->todo, tail);
}

/* Copies the elements that the other side has too; *ret_n of them. */
static guint32 *
condense (const ParaphSequence *sequence, const guint8 *is_in_other, guint32 *ret_n)
{
  guint32 *elements = g_new (guint32, (gsize) sequence->n + 1);

  *ret_n = 0;
  for (guint32 i = 0; i < sequence->n; i++)
    if (is_in_other[sequence->elements[i]] != 0)
      elements[(*ret_n)++] = sequence->elements[i];
  return elements;
}

static guint8 *
note_ids (const ParaphSequence *sequence, guint32 n_ids)
{
  guint8 *is_in = g_new0 (guint8, (gsize) n_ids + 1);

  for (guint32 i = 0; i < sequence->n; i++)
    is_in[sequence->elements[i]] = 1;
  return is_in;
}

static void
expand (const ParaphSequence *sequence, const guint8 *is_in_other, const guint8 *kept)
{
  guint32 k = 0;

  for (guint32 i = 0; i < sequence->n; i++)
    sequence->kept[i] = is_in_other[sequence->elements[i]] != 0 ? kept[k++] : 0;
}

void
paraph_sequence_compare (const ParaphSequence *old, const ParaphSequence *new, guint32 n_ids)
{
  g_autofree guint8 *in_old = note_ids (old, n_ids);
  g_autofree guint8 *in_new = note_ids (new, n_ids);
  ParaphSequenceRun run = { .budget = PARAPH_SEQUENCE_BUDGET };
  ParaphSequencePart part = { 0 };

  run.old = condense (old, in_new, &part.old_to);
  run.new = condense (new, in_old, &part.new_to);
  run.old_kept = g_new0 (guint8, (gsize) part.old_to + 1);
  run.new_kept = g_new0 (guint8, (gsize) part.new_to + 1);
  run.forward = g_new (gint32, (gsize) part.old_to + part.new_to + 3);
  run.backward = g_new (gint32, (gsize) part.old_to + part.new_to + 3);
  run.todo = g_array_new (FALSE, FALSE, sizeof (ParaphSequencePart));
  g_array_append_val (run.todo, part);
  while (run.todo->len > 0)
    {
      part = g_array_index (run.todo, ParaphSequencePart, run.todo->len - 1);
      g_array_set_size (run.todo, run.todo->len - 1);
      compare_part (&run, part);
    }
  expand (old, in_new, run.old_kept);
  expand (new, in_old, run.new_kept);
  g_array_unref (run.todo);
  g_free (run.backward);
  g_free (run.forward);
  g_free (run.new_kept);
  g_free (run.old_kept);
  g_free (run.new);
  g_free (run.old);
}
