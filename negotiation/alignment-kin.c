/* Provisions that share words. Every word and every pair of neighbouring words is a mark; a mark
 * counts the more, the fewer provisions bear it. Sorted lists, no tables: the same work for every
 * text of a size. */

#include <stdlib.h>

#include "negotiation/alignment-private.h"

#define BEARERS_MAX 48 /* a mark that more provisions bear pairs nobody */
#define PAIRS_MAX 2000000
#define WEIGHT 4096 /* of a mark that one provision bears */

typedef struct
{
  guint64 key; /* the ids of one or two words */
  guint32 ordinal;
  gboolean is_new;
} Mark;

typedef struct
{
  guint64 key; /* the ordinals of both */
  guint64 weight;
} Share;

static void
add_mark (GArray *marks, guint64 first, guint64 second, guint32 ordinal, gboolean is_new)
{
  Mark mark = { first << 32 | second, ordinal, is_new };

  g_array_append_val (marks, mark);
}

static void
add_marks (ParaphAlignmentRun *run, const ParaphStructure *structure, guint ordinal,
           gboolean is_new, GArray *marks)
{
  const ParaphProvision *provision = paraph_structure_get (structure, ordinal);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (ParaphToken));
  guint32 before = 0;

  paraph_tokens_append (tokens, run->vocabulary, structure->bytes, provision->wording.start,
                        provision->wording.end);
  for (guint i = 0; i < tokens->len; i++)
    {
      const ParaphToken *token = &g_array_index (tokens, ParaphToken, i);

      if (token->class != PARAPH_TOKEN_WORD && token->class != PARAPH_TOKEN_FIGURE)
        continue;
      add_mark (marks, 0, token->id + 1U, ordinal, is_new);
      if (before != 0)
        add_mark (marks, before, token->id + 1U, ordinal, is_new);
      before = token->id + 1U;
    }
}

static int
compare_marks (gconstpointer a, gconstpointer b)
{
  const Mark *one = a, *other = b;

  if (one->key != other->key)
    return one->key < other->key ? -1 : 1;
  if (one->is_new != other->is_new)
    return one->is_new ? 1 : -1;
  return one->ordinal < other->ordinal ? -1 : one->ordinal > other->ordinal;
}

static int
compare_shares (gconstpointer a, gconstpointer b)
{
  const Share *one = a, *other = b;

  return one->key < other->key ? -1 : one->key > other->key;
}

/* The marks from..to have one key: old bearers first. */
static void
share_mark (const GArray *marks, guint from, guint to, GArray *shares, guint64 *const totals[2])
{
  const Mark *mark = (const Mark *) (gconstpointer) marks->data;
  guint64 weight = WEIGHT / (to - from);
  guint middle = from;

  while (middle < to && !mark[middle].is_new)
    middle++;
  for (guint i = from; i < to; i++)
    totals[mark[i].is_new ? 1 : 0][mark[i].ordinal] += weight;
  if (to - from > BEARERS_MAX || shares->len > PAIRS_MAX)
    return;
  for (guint i = from; i < middle; i++)
    for (guint j = middle; j < to; j++)
      {
        Share share = { (guint64) mark[i].ordinal << 32 | mark[j].ordinal, weight };

        g_array_append_val (shares, share);
      }
}

/* One mark of each provision, whatever it says twice. */
static void
drop_repeated (GArray *marks)
{
  Mark *mark = (Mark *) (gpointer) marks->data;
  guint n = 0;

  for (guint i = 0; i < marks->len; i++)
    if (n == 0 || compare_marks (&mark[n - 1], &mark[i]) != 0)
      mark[n++] = mark[i];
  g_array_set_size (marks, n);
}

static GArray *
sum_shares (GArray *shares, guint64 *const totals[2])
{
  GArray *kin = g_array_new (FALSE, TRUE, sizeof (ParaphKinship));

  g_array_sort (shares, compare_shares);
  for (guint i = 0; i < shares->len;)
    {
      const Share *first = &g_array_index (shares, Share, i);
      ParaphKinship one = { .old = (guint32) (first->key >> 32), .new = (guint32) first->key };
      guint64 weight = 0, old, new;

      for (; i < shares->len && g_array_index (shares, Share, i).key == first->key; i++)
        weight += g_array_index (shares, Share, i).weight;
      old = totals[0][one.old];
      new = totals[1][one.new];
      one.alike = (guint32) (200 * weight / (old + new));
      one.of_old = (guint32) (100 * weight / old);
      one.of_new = (guint32) (100 * weight / new);
      g_array_append_val (kin, one);
    }
  return kin;
}

GArray *
paraph_alignment_list_kin (ParaphAlignmentRun *run, gboolean is_all)
{
  const ParaphAlignment *alignment = run->alignment;
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  g_autoptr (GArray) shares = g_array_new (FALSE, FALSE, sizeof (Share));
  g_autofree guint64 *old_totals = g_new0 (guint64, (gsize) alignment->n_old + 1);
  g_autofree guint64 *new_totals = g_new0 (guint64, (gsize) alignment->n_new + 1);
  guint64 *const totals[2] = { old_totals, new_totals };

  for (guint i = 1; i <= alignment->n_old; i++)
    if (is_all || alignment->new_of[i] == 0)
      add_marks (run, run->old, i, FALSE, marks);
  for (guint j = 1; j <= alignment->n_new; j++)
    if (is_all || alignment->old_of[j] == 0)
      add_marks (run, run->new, j, TRUE, marks);
  g_array_sort (marks, compare_marks);
  drop_repeated (marks);
  for (guint i = 0, to = 0; i < marks->len; i = to)
    {
      while (to < marks->len
             && g_array_index (marks, Mark, to).key == g_array_index (marks, Mark, i).key)
        to++;
      share_mark (marks, i, to, shares, totals);
    }
  return sum_shares (shares, totals);
}
