/* The words of one pair of provisions: what stays, made readable. */

#include <string.h>

#include "negotiation/redline-private.h"
#include "negotiation/sequence.h"

#define SLIDES_MAX 64
#define SHORT_SIZE_MAX 3 /* bytes of a word that may be drawn into the changes around it */

/* Tokens that stay, or tokens that go and come, one after the other. */
typedef struct
{
  guint32 old_from;
  guint32 old_to;
  guint32 new_from;
  guint32 new_to;
  gboolean is_equal;
} Run;

/* A number below the count of tokens that are compared, whatever the size of the vocabulary. */
static guint32
number_token (ParaphRedlineRun *run, guint32 id, guint32 *next)
{
  if (id >= run->numbers->len)
    {
      g_array_set_size (run->numbers, id + 1);
      g_array_set_size (run->rounds, id + 1);
    }
  if (g_array_index (run->rounds, guint32, id) != run->round)
    {
      g_array_index (run->rounds, guint32, id) = run->round;
      g_array_index (run->numbers, guint32, id) = (*next)++;
    }
  return g_array_index (run->numbers, guint32, id);
}

static guint32 *
number_tokens (ParaphRedlineRun *run, const ParaphToken *tokens, guint32 n, guint32 *next)
{
  guint32 *numbers = g_new (guint32, (gsize) n + 1);

  for (guint32 i = 0; i < n; i++)
    numbers[i] = number_token (run, tokens[i].id, next);
  return numbers;
}

void
paraph_redline_compare_words (ParaphRedlineRun *run, const ParaphRedlineWords *words)
{
  guint32 next = 0;
  g_autofree guint32 *old_numbers = NULL;
  g_autofree guint32 *new_numbers = NULL;
  ParaphSequence old = { .n = words->n_old, .kept = words->old_kept };
  ParaphSequence new = { .n = words->n_new, .kept = words->new_kept };

  run->round++;
  old_numbers = number_tokens (run, words->old, words->n_old, &next);
  new_numbers = number_tokens (run, words->new, words->n_new, &next);
  old.elements = old_numbers;
  new.elements = new_numbers;
  paraph_sequence_compare (&old, &new, next);
}

static GArray *
list_runs (const ParaphRedlineWords *words)
{
  GArray *runs = g_array_new (FALSE, TRUE, sizeof (Run));
  guint32 i = 0, j = 0;

  while (i < words->n_old || j < words->n_new)
    {
      Run run = { i, i, j, j, TRUE };

      while (i < words->n_old && j < words->n_new && words->old_kept[i] != 0
             && words->new_kept[j] != 0)
        i++, j++;
      if (i == run.old_from)
        {
          run.is_equal = FALSE;
          while (i < words->n_old && words->old_kept[i] == 0)
            i++;
          while (j < words->n_new && words->new_kept[j] == 0)
            j++;
        }
      run.old_to = i;
      run.new_to = j;
      g_array_append_val (runs, run);
    }
  return runs;
}

static gboolean
is_space (const ParaphToken *token)
{
  return token->class == PARAPH_TOKEN_SPACE;
}

static guint
count_words (const ParaphToken *tokens, guint32 from, guint32 to)
{
  guint n = 0;

  for (guint32 i = from; i < to; i++)
    n += tokens[i].class == PARAPH_TOKEN_WORD || tokens[i].class == PARAPH_TOKEN_FIGURE ? 1 : 0;
  return n;
}

/* Whether the run between two changes is only a blank, or one short word between phrases. */
static gboolean
is_slight (const ParaphRedlineWords *words, const Run *before, const Run *run, const Run *after)
{
  guint n = 0;

  for (guint32 i = run->old_from; i < run->old_to; i++)
    {
      const ParaphToken *token = &words->old[i];

      if (is_space (token))
        continue;
      if (token->class != PARAPH_TOKEN_WORD || token->size > SHORT_SIZE_MAX || ++n > 1)
        return FALSE;
    }
  if (n == 0)
    return count_words (words->old, before->old_from, before->old_to) > 0
           || count_words (words->new, before->new_from, before->new_to) > 0;
  return count_words (words->old, before->old_from, after->old_to) > 4
         && count_words (words->new, before->new_from, after->new_to) > 4;
}

static void
drop_slight (const ParaphRedlineWords *words, const GArray *runs)
{
  for (guint k = 1; k + 1 < runs->len; k++)
    {
      const Run *run = &g_array_index (runs, Run, k);

      if (!run->is_equal || !is_slight (words, run - 1, run, run + 1))
        continue;
      memset (words->old_kept + run->old_from, 0, run->old_to - run->old_from);
      memset (words->new_kept + run->new_from, 0, run->new_to - run->new_from);
    }
}

/* How well a change reads that takes the tokens from..to of one side. */
static guint
rate (const ParaphToken *tokens, guint32 from, guint32 to)
{
  gboolean begins_blank = is_space (&tokens[from]);
  gboolean ends_blank = is_space (&tokens[to - 1]);

  if (!begins_blank && ends_blank)
    return 3;
  if (begins_blank && !ends_blank)
    return 2;
  return begins_blank ? 0 : 1;
}

/* Tokens from..to of one side stand alone between equal ones, at most before and after of them
 * free: slides them to where they read best. */
static void
slide (const ParaphToken *tokens, guint8 *kept, const guint32 range[2], guint32 before,
       guint32 after)
{
  guint32 from = range[0], to = range[1];
  guint32 best = from;
  guint best_rate = rate (tokens, from, to);
  guint32 at = from;

  for (guint32 i = 0; i < before && tokens[at - 1].id == tokens[at - 1 + (to - from)].id; i++)
    {
      at--;
      if (rate (tokens, at, at + (to - from)) > best_rate)
        {
          best = at;
          best_rate = rate (tokens, at, at + (to - from));
        }
    }
  at = from;
  for (guint32 i = 0; i < after && tokens[at].id == tokens[at + (to - from)].id; i++)
    {
      at++;
      if (rate (tokens, at, at + (to - from)) > best_rate)
        {
          best = at;
          best_rate = rate (tokens, at, at + (to - from));
        }
    }
  memset (kept + from, 1, to - from);
  memset (kept + best, 0, to - from);
}

static void
slide_all (const ParaphRedlineWords *words, const GArray *runs)
{
  for (guint k = 0; k < runs->len; k++)
    {
      const Run *run = &g_array_index (runs, Run, k);
      /* Half of an equal run belongs to the change on either side of it. */
      guint32 before = k == 0 ? 0 : (run[-1].old_to - run[-1].old_from) / 2;
      guint32 after = k + 1 == runs->len ? 0 : (run[1].old_to - run[1].old_from) / 2;
      guint32 old[2] = { run->old_from, run->old_to };
      guint32 new[2] = { run->new_from, run->new_to };

      before = MIN (before, SLIDES_MAX);
      after = MIN (after, SLIDES_MAX);
      if (run->is_equal)
        continue;
      if (old[0] == old[1])
        slide (words->new, words->new_kept, new, before, after);
      else if (new[0] == new[1])
        slide (words->old, words->old_kept, old, before, after);
    }
}

/* What a change drops and adds again at its edges stays. */
static void
trim_all (const ParaphRedlineWords *words, const GArray *runs)
{
  for (guint k = 0; k < runs->len; k++)
    {
      Run run = g_array_index (runs, Run, k);

      while (!run.is_equal && run.old_from < run.old_to && run.new_from < run.new_to
             && words->old[run.old_from].id == words->new[run.new_from].id)
        words->old_kept[run.old_from++] = words->new_kept[run.new_from++] = 1;
      while (!run.is_equal && run.old_from < run.old_to && run.new_from < run.new_to
             && words->old[run.old_to - 1].id == words->new[run.new_to - 1].id)
        words->old_kept[--run.old_to] = words->new_kept[--run.new_to] = 1;
    }
}

void
paraph_redline_tidy_words (const ParaphRedlineWords *words)
{
  g_autoptr (GArray) runs = list_runs (words);
  g_autoptr (GArray) slid = NULL;
  g_autoptr (GArray) joined = NULL;

  slide_all (words, runs);
  slid = list_runs (words);
  drop_slight (words, slid);
  joined = list_runs (words);
  trim_all (words, joined);
}
