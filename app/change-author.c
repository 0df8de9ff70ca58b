#define G_LOG_DOMAIN "paraph-app"

#include "app/change-author.h"

/* A chain of a negotiation is far shorter; what is beyond is not compared step by step. */
#define WAY_MAX 64

/* The versions after from up to to, each made from the one before; empty: to was not made from it. */
static GArray *
list_way (const ParaphLineage *lineage, guint from, guint to)
{
  g_autofree gboolean *reaches = g_new0 (gboolean, (gsize) paraph_lineage_get_count (lineage));
  GArray *way = g_array_new (FALSE, FALSE, sizeof (guint));

  reaches[from] = TRUE;
  for (guint i = from + 1; i <= to; i++)
    {
      const ParaphLineageVersion *version = paraph_lineage_get (lineage, i);

      for (guint j = 0; j < version->n_parents; j++)
        reaches[i] = reaches[i] || reaches[version->parents[j]];
    }
  for (guint at = to; from < to && reaches[to] && at != from;)
    {
      const ParaphLineageVersion *version = paraph_lineage_get (lineage, at);
      guint parent = 0;

      g_array_prepend_val (way, at);
      while (!reaches[version->parents[parent]])
        parent++;
      at = version->parents[parent];
    }
  return way;
}

/* Notes version for what it no longer has at its old place and no earlier one on the way lacked. */
static void
note_struck (GArray *authors, const ParaphRedline *redline, const ParaphRedline *step,
             guint version)
{
  guint next = 0;

  for (guint i = 0; i < redline->segments->len; i++)
    {
      const ParaphSegment *wanted = &g_array_index (redline->segments, ParaphSegment, i);
      guint *author = NULL;

      if (wanted->kind != PARAPH_SEGMENT_DELETED)
        continue;
      author = &g_array_index (authors, guint, wanted->change - 1);
      for (; next < step->segments->len; next++)
        {
          const ParaphSegment *at = &g_array_index (step->segments, ParaphSegment, next);

          if (at->kind != PARAPH_SEGMENT_INSERTED && at->old.end > wanted->old.start)
            break;
        }
      if (*author == PARAPH_AUTHOR_UNKNOWN && next < step->segments->len
          && g_array_index (step->segments, ParaphSegment, next).kind == PARAPH_SEGMENT_DELETED)
        *author = version;
    }
}

static gboolean
brings_words (const ParaphChange *change)
{
  return (change->kind == PARAPH_CHANGE_INSERT || change->kind == PARAPH_CHANGE_REPLACE)
         && change->new.end > change->new.start;
}

/* Owner of the first byte of the new words. */
static guint
find_owner (const ParaphLineageVersion *version, gsize position)
{
  guint low = 0, high = version->owned->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (version->owned, ParaphOwned, middle).span.end <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return low == version->owned->len ? PARAPH_AUTHOR_UNKNOWN
                                    : g_array_index (version->owned, ParaphOwned, low).version;
}

GArray *
paraph_change_list_authors (const ParaphLineage *lineage, guint from, guint to,
                            const ParaphRedline *redline)
{
  GArray *authors = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) way = list_way (lineage, from, to);
  guint unknown = PARAPH_AUTHOR_UNKNOWN;

  for (guint i = 0; i < redline->changes->len; i++)
    {
      const ParaphChange *change = &g_array_index (redline->changes, ParaphChange, i);
      guint owner = brings_words (change)
                        ? find_owner (paraph_lineage_get (lineage, to), change->new.start)
                        : unknown;

      if (way->len == 1)
        owner = to;
      g_array_append_val (authors, owner);
    }
  for (guint i = 0; way->len > 1 && i < way->len && i < WAY_MAX; i++)
    {
      guint version = g_array_index (way, guint, i);
      g_autoptr (ParaphRedline) step =
          paraph_redline_new (redline->old, paraph_lineage_get (lineage, version)->structure);

      note_struck (authors, redline, step, version);
    }
  return authors;
}
