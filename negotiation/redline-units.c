/* Which provisions of two texts belong together in a redline.
 *
 * Equal ones first, by the longest common subsequence; between two of these, the ones that share
 * the most words, in order. What is left over on both sides word for word has moved. */

#include <stdlib.h>
#include <string.h>

#include "negotiation/redline-private.h"
#include "negotiation/sequence.h"

#define UNIT_CLASS 15      /* ids of whole units, apart from those of tokens */
#define EXACT_MAX 4096     /* pairs of units in one stretch that are all measured */
#define CONTENT_SIZE_MIN 4 /* bytes of a word that says something */
#define ALIKE_MIN 30       /* percent of their words that a pair shares */
#define MOVED_SIZE_MIN 24  /* bytes; shorter provisions recur by chance */
#define NONE G_MAXUINT32

/* A stretch between two equal units. */
typedef struct
{
  ParaphRedlineRun *run;
  guint32 old_from;
  guint32 old_to;
  guint32 new_from;
  guint32 new_to;
} Stretch;

static ParaphRedlineUnit *
get_unit (const ParaphRedlineSide *side, guint32 index)
{
  return &g_array_index (side->units, ParaphRedlineUnit, index);
}

static void
list_units (ParaphRedlineRun *run, ParaphRedlineSide *side)
{
  const ParaphStructure *structure = side->structure;
  ParaphRedlineUnit unit = { .pair = NONE };
  gsize end = 0;

  for (guint i = 0; i < structure->provisions->len; i++)
    {
      const ParaphProvision *provision = &g_array_index (structure->provisions, ParaphProvision, i);

      unit.gap.start = end;
      unit.gap.end = provision->span.start;
      unit.text = provision->span;
      while (unit.text.end > unit.text.start && structure->bytes[unit.text.end - 1] == '\n')
        unit.text.end--;
      unit.ordinal = provision->ordinal;
      unit.id = paraph_vocabulary_get_id (run->vocabulary, structure->bytes + unit.text.start,
                                          unit.text.end - unit.text.start, UNIT_CLASS);
      g_array_append_val (side->units, unit);
      end = unit.text.end;
    }
}

static void
cut_units (ParaphRedlineRun *run, ParaphRedlineSide *side, guint32 from, guint32 to)
{
  for (guint32 i = from; i < to; i++)
    {
      ParaphRedlineUnit *unit = get_unit (side, i);

      unit->first = side->tokens->len;
      paraph_tokens_append (side->tokens, run->vocabulary, side->structure->bytes, unit->text.start,
                            unit->text.end);
      unit->end = side->tokens->len;
    }
}

static void
pair (ParaphRedlineRun *run, guint32 old, guint32 new)
{
  get_unit (&run->old, old)->pair = new;
  get_unit (&run->new, new)->pair = old;
}

static gboolean
is_content (const ParaphToken *token)
{
  return token->class == PARAPH_TOKEN_FIGURE
         || (token->class == PARAPH_TOKEN_WORD && token->size >= CONTENT_SIZE_MIN);
}

static int
compare_ids (const void *a, const void *b)
{
  const guint32 *one = a, *other = b;

  return *one < *other ? -1 : *one > *other;
}

/* The sorted ids of a unit's words; of all its tokens where it has hardly any. */
static GArray *
list_words (const ParaphRedlineSide *side, guint32 index)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  const ParaphRedlineUnit *unit = get_unit (side, index);

  for (guint pass = 0; pass < 2 && ids->len < 3; pass++)
    {
      g_array_set_size (ids, 0);
      for (guint32 i = unit->first; i < unit->end; i++)
        {
          const ParaphToken *token = &g_array_index (side->tokens, ParaphToken, i);
          guint32 id = token->id;

          if (pass == 0 ? is_content (token) : token->class != PARAPH_TOKEN_SPACE)
            g_array_append_val (ids, id);
        }
    }
  g_array_sort (ids, compare_ids);
  return ids;
}

/* How many percent of their words two units share. */
static guint32
measure (const GArray *a, const GArray *b)
{
  guint32 common = 0;
  guint i = 0, j = 0;

  while (i < a->len && j < b->len)
    {
      guint32 one = g_array_index (a, guint32, i);
      guint32 other = g_array_index (b, guint32, j);

      common += one == other ? 1 : 0;
      i += one <= other ? 1 : 0;
      j += other <= one ? 1 : 0;
    }
  return a->len + b->len == 0 ? 0 : 200 * common / (a->len + b->len);
}

/* Every pair is measured; the best pairs in order. */
static void
pair_exactly (const Stretch *self)
{
  guint32 n_old = self->old_to - self->old_from, n_new = self->new_to - self->new_from;
  guint32 width = n_new + 1;
  g_autofree guint32 *alike = g_new0 (guint32, (gsize) n_old * n_new);
  g_autofree guint32 *best = g_new0 (guint32, (gsize) (n_old + 1) * width);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  guint32 i = 0, j = 0;

  for (guint32 k = 0; k < n_new; k++)
    g_ptr_array_add (others, list_words (&self->run->new, self->new_from + k));
  for (guint32 k = n_old; k-- > 0;)
    {
      g_autoptr (GArray) words = list_words (&self->run->old, self->old_from + k);

      for (guint32 l = n_new; l-- > 0;)
        {
          guint32 share = measure (words, g_ptr_array_index (others, l));
          guint32 skip = MAX (best[(k + 1) * width + l], best[k * width + l + 1]);

          share = share >= ALIKE_MIN ? share : 0;
          alike[k * n_new + l] = share;
          best[k * width + l] =
              share > 0 ? MAX (skip, share + best[(k + 1) * width + l + 1]) : skip;
        }
    }
  while (i < n_old && j < n_new)
    {
      guint32 share = alike[i * n_new + j];

      if (share > 0 && best[i * width + j] == share + best[(i + 1) * width + j + 1])
        {
          pair (self->run, self->old_from + i++, self->new_from + j++);
          continue;
        }
      if (best[i * width + j] == best[(i + 1) * width + j])
        i++;
      else
        j++;
    }
}

/* The ids of the words of many units, and which unit each stands in. */
static guint32
gather_words (const ParaphRedlineSide *side, guint32 from, guint32 to, GArray *tokens,
              guint32 *counts, GArray *owners)
{
  for (guint32 i = from; i < to; i++)
    for (guint32 k = get_unit (side, i)->first; k < get_unit (side, i)->end; k++)
      {
        ParaphToken token = g_array_index (side->tokens, ParaphToken, k);
        guint32 owner = i - from;

        if (!is_content (&token))
          continue;
        g_array_append_val (tokens, token);
        g_array_append_val (owners, owner);
        counts[owner]++;
      }
  return tokens->len;
}

/* Pairs by what the words of the whole stretch, compared at once, say. */
static void
pair_votes (const Stretch *self, const ParaphRedlineWords *words, const GArray *old_owners,
            const GArray *new_owners, guint32 *const counts[2])
{
  guint32 j = 0, votes = 0, old = NONE, new = NONE, next_old = 0, next_new = 0;

  for (guint32 i = 0; i <= words->n_old; i++)
    {
      guint32 one = NONE, other = NONE;

      if (i < words->n_old)
        {
          if (words->old_kept[i] == 0)
            continue;
          while (words->new_kept[j] == 0)
            j++;
          one = g_array_index (old_owners, guint32, i);
          other = g_array_index (new_owners, guint32, j++);
        }
      if (one == old && other == new)
        {
          votes++;
          continue;
        }
      if (old != NONE && old >= next_old && new >= next_new
          && 200 * votes >= ALIKE_MIN *(counts[0][old] + counts[1][new]))
        {
          pair (self->run, self->old_from + old, self->new_from + new);
          next_old = old + 1;
          next_new = new + 1;
        }
      old = one;
      new = other;
      votes = 1;
    }
}

static void
pair_roughly (const Stretch *self)
{
  ParaphRedlineRun *run = self->run;
  g_autoptr (GArray) old_tokens = g_array_new (FALSE, FALSE, sizeof (ParaphToken));
  g_autoptr (GArray) new_tokens = g_array_new (FALSE, FALSE, sizeof (ParaphToken));
  g_autoptr (GArray) old_owners = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) new_owners = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint32 *old_counts = g_new0 (guint32, self->old_to - self->old_from);
  g_autofree guint32 *new_counts = g_new0 (guint32, self->new_to - self->new_from);
  g_autofree guint8 *old_kept = NULL;
  g_autofree guint8 *new_kept = NULL;
  guint32 *const counts[2] = { old_counts, new_counts };
  ParaphRedlineWords words = { 0 };

  words.n_old =
      gather_words (&run->old, self->old_from, self->old_to, old_tokens, old_counts, old_owners);
  words.n_new =
      gather_words (&run->new, self->new_from, self->new_to, new_tokens, new_counts, new_owners);
  words.old = (const ParaphToken *) (gconstpointer) old_tokens->data;
  words.new = (const ParaphToken *) (gconstpointer) new_tokens->data;
  old_kept = g_new0 (guint8, (gsize) words.n_old + 1);
  new_kept = g_new0 (guint8, (gsize) words.n_new + 1);
  words.old_kept = old_kept;
  words.new_kept = new_kept;
  paraph_redline_compare_words (run, &words);
  pair_votes (self, &words, old_owners, new_owners, counts);
}

static void
pair_stretch (const Stretch *self)
{
  guint32 n_old = self->old_to - self->old_from, n_new = self->new_to - self->new_from;

  if (n_old == 0 || n_new == 0)
    return;
  cut_units (self->run, &self->run->old, self->old_from, self->old_to);
  cut_units (self->run, &self->run->new, self->new_from, self->new_to);
  if ((guint64) n_old * n_new <= EXACT_MAX)
    pair_exactly (self);
  else
    pair_roughly (self);
}

static guint32 *
list_ids (const ParaphRedlineSide *side)
{
  guint32 *ids = g_new (guint32, (gsize) side->units->len + 1);

  for (guint32 i = 0; i < side->units->len; i++)
    ids[i] = get_unit (side, i)->id;
  return ids;
}

/* Pairs what is equal, then what lies between. */
static void
pair_in_order (ParaphRedlineRun *run)
{
  guint32 n_old = run->old.units->len, n_new = run->new.units->len;
  g_autofree guint32 *old_ids = list_ids (&run->old);
  g_autofree guint32 *new_ids = list_ids (&run->new);
  g_autofree guint8 *old_kept = g_new0 (guint8, (gsize) n_old + 1);
  g_autofree guint8 *new_kept = g_new0 (guint8, (gsize) n_new + 1);
  ParaphSequence old = { old_ids, n_old, old_kept };
  ParaphSequence new = { new_ids, n_new, new_kept };
  Stretch stretch = { .run = run };

  paraph_sequence_compare (&old, &new, paraph_vocabulary_get_count (run->vocabulary));
  for (;;)
    {
      stretch.old_to = stretch.old_from;
      stretch.new_to = stretch.new_from;
      while (stretch.old_to < n_old && old_kept[stretch.old_to] == 0)
        stretch.old_to++;
      while (stretch.new_to < n_new && new_kept[stretch.new_to] == 0)
        stretch.new_to++;
      pair_stretch (&stretch);
      if (stretch.old_to == n_old || stretch.new_to == n_new)
        return;
      pair (run, stretch.old_to, stretch.new_to);
      stretch.old_from = stretch.old_to + 1;
      stretch.new_from = stretch.new_to + 1;
    }
}

/* What stands on one side only, and word for word elsewhere on the other, has moved. */
static void
pair_moved (ParaphRedlineRun *run)
{
  g_autoptr (GHashTable) left = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (guint32 i = run->old.units->len; i-- > 0;)
    {
      const ParaphRedlineUnit *unit = get_unit (&run->old, i);

      if (unit->pair == NONE && unit->text.end - unit->text.start >= MOVED_SIZE_MIN)
        g_hash_table_insert (left, GUINT_TO_POINTER (unit->id + 1), GUINT_TO_POINTER (i + 1));
    }
  for (guint32 j = 0; j < run->new.units->len; j++)
    {
      ParaphRedlineUnit *unit = get_unit (&run->new, j);
      guint32 at;

      if (unit->pair != NONE)
        continue;
      at = GPOINTER_TO_UINT (g_hash_table_lookup (left, GUINT_TO_POINTER (unit->id + 1)));
      if (at == 0)
        continue;
      g_hash_table_remove (left, GUINT_TO_POINTER (unit->id + 1));
      pair (run, at - 1, j);
      unit->is_moved = get_unit (&run->old, at - 1)->is_moved = TRUE;
    }
}

void
paraph_redline_pair_units (ParaphRedlineRun *run)
{
  list_units (run, &run->old);
  list_units (run, &run->new);
  pair_in_order (run);
  pair_moved (run);
}
