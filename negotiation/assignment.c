/* The best pairs. Provisions that are linked by candidates form a group; a group is solved exactly
 * (Kuhn 1955, Munkres 1957, with potentials), one too large for that by its best pairs first. */

#include <stdlib.h>

#include "negotiation/alignment-private.h"

#define GROUP_MAX 96

/* One group, as a square of costs. */
typedef struct
{
  guint32 n;
  guint32 *olds; /* owned; ordinals of rows */
  guint32 *news; /* owned; ordinals of columns */
  guint32 n_old;
  guint32 n_new;
  gint64 *costs;  /* owned; n x n; negative scores */
  guint32 *taken; /* owned; by column 1..n: its row */
} Square;

static int
compare_by_score (gconstpointer a, gconstpointer b)
{
  const ParaphKinship *one = *(const ParaphKinship *const *) a;
  const ParaphKinship *other = *(const ParaphKinship *const *) b;

  if (one->score != other->score)
    return one->score > other->score ? -1 : 1;
  if (one->old != other->old)
    return one->old < other->old ? -1 : 1;
  return one->new < other->new ? -1 : one->new > other->new;
}

static void
solve_greedily (GPtrArray *group)
{
  g_autoptr (GHashTable) olds = g_hash_table_new (g_direct_hash, g_direct_equal);
  g_autoptr (GHashTable) news = g_hash_table_new (g_direct_hash, g_direct_equal);

  g_ptr_array_sort (group, compare_by_score);
  for (guint i = 0; i < group->len; i++)
    {
      ParaphKinship *one = g_ptr_array_index (group, i);

      if (g_hash_table_contains (olds, GUINT_TO_POINTER (one->old))
          || g_hash_table_contains (news, GUINT_TO_POINTER (one->new)))
        continue;
      one->is_held = TRUE;
      g_hash_table_add (olds, GUINT_TO_POINTER (one->old));
      g_hash_table_add (news, GUINT_TO_POINTER (one->new));
    }
}

static guint32
index_of (guint32 *ordinals, guint32 *n, guint32 ordinal)
{
  for (guint32 i = 0; i < *n; i++)
    if (ordinals[i] == ordinal)
      return i;
  ordinals[(*n)++] = ordinal;
  return *n - 1;
}

/* One more row finds its column by the shortest augmenting path. */
static void
augment (Square *self, guint32 row, gint64 *rows, gint64 *columns)
{
  g_autofree gint64 *least = g_new (gint64, (gsize) self->n + 1);
  g_autofree guint32 *way = g_new0 (guint32, (gsize) self->n + 1);
  g_autofree gboolean *is_used = g_new0 (gboolean, (gsize) self->n + 1);
  guint32 column = 0;

  for (guint32 j = 0; j <= self->n; j++)
    least[j] = G_MAXINT64 / 4;
  self->taken[0] = row;
  do
    {
      guint32 at = self->taken[column], next = 0;
      gint64 delta = G_MAXINT64 / 4;

      is_used[column] = TRUE;
      for (guint32 j = 1; j <= self->n; j++)
        {
          gint64 cost;

          if (is_used[j])
            continue;
          cost = self->costs[(gsize) (at - 1) * self->n + j - 1] - rows[at] - columns[j];
          if (cost < least[j])
            {
              least[j] = cost;
              way[j] = column;
            }
          if (least[j] < delta)
            {
              delta = least[j];
              next = j;
            }
        }
      for (guint32 j = 0; j <= self->n; j++)
        if (is_used[j])
          {
            rows[self->taken[j]] += delta;
            columns[j] -= delta;
          }
        else
          least[j] -= delta;
      column = next;
    }
  while (self->taken[column] != 0);
  for (; column != 0; column = way[column])
    self->taken[column] = self->taken[way[column]];
}

static void
solve_square (Square *self, GPtrArray *group)
{
  g_autofree gint64 *rows = g_new0 (gint64, (gsize) self->n + 1);
  g_autofree gint64 *columns = g_new0 (gint64, (gsize) self->n + 1);

  for (guint i = 0; i < group->len; i++)
    {
      const ParaphKinship *one = g_ptr_array_index (group, i);
      guint32 row = index_of (self->olds, &self->n_old, one->old);
      guint32 column = index_of (self->news, &self->n_new, one->new);

      self->costs[(gsize) row * self->n + column] = -(gint64) one->score;
    }
  for (guint32 row = 1; row <= self->n; row++)
    augment (self, row, rows, columns);
  for (guint i = 0; i < group->len; i++)
    {
      ParaphKinship *one = g_ptr_array_index (group, i);
      guint32 row = index_of (self->olds, &self->n_old, one->old);
      guint32 column = index_of (self->news, &self->n_new, one->new);

      one->is_held = self->taken[column + 1] == row + 1;
    }
}

static void
solve_exactly (GPtrArray *group, guint32 n)
{
  Square self = { .n = n };

  self.olds = g_new0 (guint32, n);
  self.news = g_new0 (guint32, n);
  self.costs = g_new0 (gint64, (gsize) n * n);
  self.taken = g_new0 (guint32, (gsize) n + 1);
  solve_square (&self, group);
  g_free (self.taken);
  g_free (self.costs);
  g_free (self.news);
  g_free (self.olds);
}

/* The root of a node in the forest of groups. */
static guint32
find_root (guint32 *parents, guint32 node)
{
  while (parents[node] != node)
    node = parents[node] = parents[parents[node]];
  return node;
}

/* How many members of one side a group has. */
static guint32
count_members (const GPtrArray *group, gboolean is_new)
{
  g_autoptr (GHashTable) members = g_hash_table_new (g_direct_hash, g_direct_equal);

  for (guint i = 0; i < group->len; i++)
    {
      const ParaphKinship *one = g_ptr_array_index (group, i);

      g_hash_table_add (members, GUINT_TO_POINTER (is_new ? one->new : one->old));
    }
  return g_hash_table_size (members);
}

static void
solve_group (GPtrArray *group)
{
  guint32 n = MAX (count_members (group, FALSE), count_members (group, TRUE));

  if (n > GROUP_MAX)
    solve_greedily (group);
  else
    solve_exactly (group, n);
}

void
paraph_assignment_solve (GArray *kin)
{
  g_autofree guint32 *parents = NULL;
  g_autoptr (GHashTable) groups = NULL;
  GHashTableIter iter;
  gpointer group = NULL;
  guint32 n_old = 0, n_new = 0;

  for (guint i = 0; i < kin->len; i++)
    {
      n_old = MAX (n_old, g_array_index (kin, ParaphKinship, i).old + 1);
      n_new = MAX (n_new, g_array_index (kin, ParaphKinship, i).new + 1);
    }
  parents = g_new (guint32, (gsize) n_old + n_new + 1);
  for (guint32 i = 0; i < n_old + n_new; i++)
    parents[i] = i;
  for (guint i = 0; i < kin->len; i++)
    {
      const ParaphKinship *one = &g_array_index (kin, ParaphKinship, i);

      parents[find_root (parents, one->old)] = find_root (parents, n_old + one->new);
    }
  groups = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL,
                                  (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < kin->len; i++)
    {
      ParaphKinship *one = &g_array_index (kin, ParaphKinship, i);
      gpointer root = GUINT_TO_POINTER (find_root (parents, one->old));

      group = g_hash_table_lookup (groups, root);
      if (group == NULL)
        {
          group = g_ptr_array_new ();
          g_hash_table_insert (groups, root, group);
        }
      g_ptr_array_add (group, one);
    }
  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, NULL, &group))
    solve_group (group);
}
