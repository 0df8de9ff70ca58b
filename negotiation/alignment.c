#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/alignment-private.h"

#include <string.h>

#include "negotiation/sequence.h"

#define WORDING_CLASS 14 /* ids of whole wordings, apart from those of tokens */

/* Points, beside the percent of words that two provisions share. */
#define POINTS_LABEL 15
#define POINTS_NEIGHBOUR 10 /* for each of the two */
#define POINTS_HEADING 10
#define POINTS_KIND 5

#define ALIKE_MIN 30        /* percent; enough by itself */
#define ALIKE_MIN_BACKED 15 /* enough where label or both neighbours agree */
#define PART_MIN 60         /* percent of its words that a part has from elsewhere */

static const ParaphProvision *
get_old (const ParaphAlignmentRun *run, guint ordinal)
{
  return paraph_structure_get (run->old, ordinal);
}

static const ParaphProvision *
get_new (const ParaphAlignmentRun *run, guint ordinal)
{
  return paraph_structure_get (run->new, ordinal);
}

static void
hold (ParaphAlignmentRun *run, guint old, guint new, guint alike)
{
  run->alignment->new_of[old] = new;
  run->alignment->old_of[new] = old;
  run->alignment->alike[new] = (guint8) alike;
}

static gboolean
is_free (const ParaphAlignmentRun *run, guint old, guint new)
{
  return run->alignment->new_of[old] == 0 && run->alignment->old_of[new] == 0;
}

/* The id of every wording, by ordinal; 0 where there is none. */
static guint32 *
list_wordings (ParaphAlignmentRun *run, const ParaphStructure *structure)
{
  guint32 *ids = g_new0 (guint32, (gsize) structure->provisions->len + 1);

  for (guint i = 1; i <= structure->provisions->len; i++)
    {
      const ParaphProvision *provision = paraph_structure_get (structure, i);
      gsize size = provision->wording.end - provision->wording.start;

      if (size > 0)
        ids[i] =
            paraph_vocabulary_get_id (run->vocabulary, structure->bytes + provision->wording.start,
                                      size, WORDING_CLASS)
            + 1;
    }
  return ids;
}

/* By id: the ordinal that alone has this wording; G_MAXUINT where several have. */
static guint *
list_holders (const guint32 *ids, guint n, guint32 n_ids)
{
  guint *holders = g_new0 (guint, (gsize) n_ids + 1);

  for (guint i = 1; i <= n; i++)
    if (ids[i] != 0)
      holders[ids[i]] = holders[ids[i]] == 0 ? i : G_MAXUINT;
  return holders;
}

/* A wording that stands once in either text is the same provision, wherever it stands. */
static void
hold_unique (ParaphAlignmentRun *run, const guint32 *old_ids, const guint32 *new_ids)
{
  guint32 n_ids = paraph_vocabulary_get_count (run->vocabulary) + 1;
  g_autofree guint *olds = list_holders (old_ids, run->alignment->n_old, n_ids);
  g_autofree guint *news = list_holders (new_ids, run->alignment->n_new, n_ids);

  for (guint32 id = 1; id <= n_ids; id++)
    if (olds[id] != 0 && olds[id] != G_MAXUINT && news[id] != 0 && news[id] != G_MAXUINT)
      hold (run, olds[id], news[id], 100);
}

/* One that stands more often is the same beside one that is. */
static void
hold_beside (ParaphAlignmentRun *run, const guint32 *old_ids, const guint32 *new_ids)
{
  ParaphAlignment *alignment = run->alignment;

  for (guint j = 2; j <= alignment->n_new; j++)
    {
      guint old = alignment->old_of[j - 1];

      if (old != 0 && old < alignment->n_old && is_free (run, old + 1, j) && new_ids[j] != 0
          && old_ids[old + 1] == new_ids[j])
        hold (run, old + 1, j, 100);
    }
  for (guint j = alignment->n_new; j-- > 1;)
    {
      guint old = alignment->old_of[j + 1];

      if (old > 1 && is_free (run, old - 1, j) && new_ids[j] != 0 && old_ids[old - 1] == new_ids[j])
        hold (run, old - 1, j, 100);
    }
}

static gboolean
is_heading (const ParaphProvision *provision)
{
  return provision->kind == PARAPH_PROVISION_ARTICLE || provision->kind == PARAPH_PROVISION_HEADING;
}

/* The heading of the old text under which a provision of the new one stood, or 0. */
static guint
get_old_heading (const ParaphAlignmentRun *run, guint new)
{
  guint old = run->alignment->old_of[new];

  return old == 0 ? 0 : get_old (run, old)->heading;
}

/* The headings of the old text under which most of what stands under a new one stood. */
static void
add_votes (ParaphAlignmentRun *run, guint heading, guint *votes, GArray *kin)
{
  guint end = heading + 1, n_held = 0;

  for (; end <= run->alignment->n_new && get_new (run, end)->heading == heading; end++)
    {
      guint old = get_old_heading (run, end);

      votes[old]++;
      n_held += old != 0 ? 1 : 0;
    }
  for (guint k = heading + 1; k < end; k++)
    {
      ParaphKinship one = { .old = get_old_heading (run, k), .new = heading };

      one.score = votes[one.old];
      if (one.old != 0 && 2 * one.score > n_held && run->alignment->new_of[one.old] == 0)
        g_array_append_val (kin, one);
      votes[one.old] = 0;
    }
}

/* A heading is the same where most of what stands under it is. */
static void
hold_headings (ParaphAlignmentRun *run)
{
  ParaphAlignment *alignment = run->alignment;
  g_autoptr (GArray) kin = g_array_new (FALSE, TRUE, sizeof (ParaphKinship));
  g_autofree guint *votes = g_new0 (guint, (gsize) alignment->n_old + 1);

  for (guint j = 1; j <= alignment->n_new; j++)
    if (is_heading (get_new (run, j)) && alignment->old_of[j] == 0)
      add_votes (run, j, votes, kin);
  paraph_assignment_solve (kin);
  for (guint i = 0; i < kin->len; i++)
    {
      const ParaphKinship *one = &g_array_index (kin, ParaphKinship, i);

      if (one->is_held)
        hold (run, one->old, one->new, 0);
    }
}

/* How many of the two neighbours of a pair are a pair themselves. */
static guint
count_neighbours (const ParaphAlignmentRun *run, guint old, guint new)
{
  const ParaphAlignment *alignment = run->alignment;
  guint n = 0;

  if (old > 1 && new > 1 && alignment->new_of[old - 1] == new - 1)
    n++;
  if (old < alignment->n_old && new < alignment->n_new && alignment->new_of[old + 1] == new + 1)
    n++;
  return n;
}

/* The points of a pair; 0: it is none. */
static guint32
rate (const ParaphAlignmentRun *run, const ParaphKinship *kin)
{
  const ParaphProvision *old = get_old (run, kin->old);
  const ParaphProvision *new = get_new (run, kin->new);
  gboolean has_label = old->label.n_numbers > 0 && paraph_label_equal (&old->label, &new->label);
  guint neighbours = count_neighbours (run, kin->old, kin->new);
  guint32 points = kin->alike;

  if (kin->alike < ALIKE_MIN && (kin->alike < ALIKE_MIN_BACKED || (!has_label && neighbours < 2)))
    return 0;
  points += has_label ? POINTS_LABEL : 0;
  points += POINTS_NEIGHBOUR * neighbours;
  points += old->kind == new->kind ? POINTS_KIND : 0;
  if (old->heading != 0 && run->alignment->new_of[old->heading] == new->heading)
    points += POINTS_HEADING;
  return points;
}

static void
hold_kin (ParaphAlignmentRun *run)
{
  g_autoptr (GArray) all = paraph_alignment_list_kin (run, FALSE);
  g_autoptr (GArray) kin = g_array_new (FALSE, FALSE, sizeof (ParaphKinship));

  for (guint i = 0; i < all->len; i++)
    {
      ParaphKinship one = g_array_index (all, ParaphKinship, i);

      one.score = rate (run, &one);
      if (one.score > 0)
        g_array_append_val (kin, one);
    }
  paraph_assignment_solve (kin);
  for (guint i = 0; i < kin->len; i++)
    {
      const ParaphKinship *one = &g_array_index (kin, ParaphKinship, i);

      if (one->is_held)
        hold (run, one->old, one->new, one->alike);
    }
}

/* What is left over, and has most of its words from a provision, or gave them to one. */
static void
find_parts (ParaphAlignmentRun *run)
{
  ParaphAlignment *alignment = run->alignment;
  g_autoptr (GArray) kin = paraph_alignment_list_kin (run, TRUE);
  g_autofree guint32 *best_old = g_new0 (guint32, (gsize) alignment->n_old + 1);
  g_autofree guint32 *best_new = g_new0 (guint32, (gsize) alignment->n_new + 1);

  for (guint i = 0; i < kin->len; i++)
    {
      const ParaphKinship *one = &g_array_index (kin, ParaphKinship, i);

      if (alignment->new_of[one->old] == 0 && one->of_old >= PART_MIN
          && one->of_old > best_old[one->old])
        {
          best_old[one->old] = one->of_old;
          alignment->merged_into[one->old] = one->new;
        }
      if (alignment->old_of[one->new] == 0 && one->of_new >= PART_MIN
          && one->of_new > best_new[one->new])
        {
          best_new[one->new] = one->of_new;
          alignment->split_from[one->new] = one->old;
        }
    }
}

/* Those outside the longest chain that kept its order. */
static void
find_moved (ParaphAlignmentRun *run)
{
  ParaphAlignment *alignment = run->alignment;
  g_autofree guint32 *places = g_new (guint32, (gsize) alignment->n_new + 1);
  g_autofree guint *ordinals = g_new (guint, (gsize) alignment->n_new + 1);
  g_autofree guint32 *chain = NULL;
  guint32 n = 0, n_chain = 0;

  for (guint j = 1; j <= alignment->n_new; j++)
    if (alignment->old_of[j] != 0)
      {
        places[n] = alignment->old_of[j];
        ordinals[n++] = j;
        alignment->is_moved[j] = TRUE;
      }
  chain = paraph_sequence_rising (places, n, &n_chain);
  for (guint32 i = 0; i < n_chain; i++)
    alignment->is_moved[ordinals[chain[i]]] = FALSE;
}

static void
align (ParaphAlignmentRun *run)
{
  g_autofree guint32 *old_ids = list_wordings (run, run->old);
  g_autofree guint32 *new_ids = list_wordings (run, run->new);

  hold_unique (run, old_ids, new_ids);
  hold_beside (run, old_ids, new_ids);
  hold_headings (run);
  hold_kin (run);
  hold_beside (run, old_ids, new_ids);
  hold_headings (run);
  find_parts (run);
  find_moved (run);
}

ParaphAlignment *
paraph_alignment_new (const ParaphStructure *old, const ParaphStructure *new)
{
  ParaphAlignment *self = g_new0 (ParaphAlignment, 1);
  ParaphAlignmentRun run = { self, old, new, NULL };

  self->n_old = old->provisions->len;
  self->n_new = new->provisions->len;
  self->new_of = g_new0 (guint, (gsize) self->n_old + 1);
  self->merged_into = g_new0 (guint, (gsize) self->n_old + 1);
  self->old_of = g_new0 (guint, (gsize) self->n_new + 1);
  self->split_from = g_new0 (guint, (gsize) self->n_new + 1);
  self->alike = g_new0 (guint8, (gsize) self->n_new + 1);
  self->is_moved = g_new0 (gboolean, (gsize) self->n_new + 1);
  run.vocabulary = paraph_vocabulary_new (old->bytes, old->size, new->bytes, new->size);
  align (&run);
  paraph_vocabulary_free (run.vocabulary);
  return self;
}

void
paraph_alignment_free (ParaphAlignment *self)
{
  if (self == NULL)
    return;
  g_free (self->new_of);
  g_free (self->merged_into);
  g_free (self->old_of);
  g_free (self->split_from);
  g_free (self->alike);
  g_free (self->is_moved);
  g_free (self);
}
