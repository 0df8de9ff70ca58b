#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/lineage.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/alignment.h"
#include "negotiation/redline.h"

/* Where a provision first stood. */
typedef struct
{
  guint version;
  guint ordinal;
} Origin;

typedef struct
{
  ParaphLineageVersion public;
  GArray *owned;   /* owned; ParaphOwned */
  Origin *origins; /* owned; by ordinal */
} Version;

struct ParaphLineage
{
  GPtrArray *versions; /* Version */
};

/* A byte range of the new text that stood in a parent. */
typedef struct
{
  ParaphSpan old;
  gsize start; /* in the new text */
} Inherited;

static void
version_free (gpointer data)
{
  Version *self = data;

  paraph_structure_free (self->public.structure);
  g_array_unref (self->owned);
  g_free (self->origins);
  g_free (self);
}

ParaphLineage *
paraph_lineage_new (void)
{
  ParaphLineage *self = g_new0 (ParaphLineage, 1);

  self->versions = g_ptr_array_new_with_free_func (version_free);
  return self;
}

void
paraph_lineage_free (ParaphLineage *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->versions);
  g_free (self);
}

guint
paraph_lineage_get_count (const ParaphLineage *self)
{
  return self->versions->len;
}

const ParaphLineageVersion *
paraph_lineage_get (const ParaphLineage *self, guint version)
{
  return &((const Version *) g_ptr_array_index (self->versions, version))->public;
}

gboolean
paraph_lineage_find (const ParaphLineage *self, const ParaphId *id, guint *ret_version)
{
  for (guint i = 0; i < self->versions->len; i++)
    if (paraph_id_equal (&paraph_lineage_get (self, i)->id, id))
      {
        *ret_version = i;
        return TRUE;
      }
  return FALSE;
}

/* Owners. */

static void
add_owned (GArray *owned, gsize start, gsize end, guint version)
{
  ParaphOwned one = { { start, end }, version };
  ParaphOwned *last = owned->len == 0 ? NULL : &g_array_index (owned, ParaphOwned, owned->len - 1);

  if (start >= end)
    return;
  if (last != NULL && last->version == version && last->span.end == start)
    last->span.end = end;
  else
    g_array_append_val (owned, one);
}

/* Index of the entry that holds the byte at position. */
static guint
find_owned (const GArray *owned, gsize position)
{
  guint low = 0, high = owned->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (owned, ParaphOwned, middle).span.end <= position)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Copies the owners of a range of the parent. */
static void
inherit (GArray *owned, const Version *parent, const Inherited *range)
{
  gsize at = range->old.start;

  for (guint i = find_owned (parent->owned, at); at < range->old.end; i++)
    {
      const ParaphOwned *one = &g_array_index (parent->owned, ParaphOwned, i);
      gsize end = MIN (one->span.end, range->old.end);

      add_owned (owned, range->start + (at - range->old.start),
                 range->start + (end - range->old.start), one->version);
      at = end;
    }
}

static int
compare_inherited (gconstpointer a, gconstpointer b)
{
  const Inherited *one = a, *other = b;

  return one->start < other->start ? -1 : one->start > other->start;
}

static void
add_equal (GArray *inherited, const ParaphRedline *redline, gsize old_start, gsize new_start)
{
  for (guint i = 0; i < redline->segments->len; i++)
    {
      const ParaphSegment *segment = &g_array_index (redline->segments, ParaphSegment, i);
      Inherited one = { { segment->old.start + old_start, segment->old.end + old_start },
                        segment->new.start + new_start };

      if (segment->kind == PARAPH_SEGMENT_EQUAL)
        g_array_append_val (inherited, one);
    }
}

static ParaphStructure *
cut (const ParaphStructure *structure, ParaphSpan span)
{
  g_autoptr (GBytes) part =
      g_bytes_new_from_bytes (structure->text, span.start, span.end - span.start);

  return paraph_structure_new (part);
}

/* By ordinal of the new text: whether the redline compares it with what it was. */
static gboolean *
list_compared (const ParaphRedline *redline, const ParaphAlignment *alignment)
{
  gboolean *is_compared = g_new0 (gboolean, (gsize) alignment->n_new + 1);
  guint j = 1;

  for (guint i = 0; i < redline->segments->len; i++)
    {
      const ParaphSegment *segment = &g_array_index (redline->segments, ParaphSegment, i);

      if (segment->kind != PARAPH_SEGMENT_EQUAL)
        continue;
      while (j < alignment->n_new
             && paraph_structure_get (redline->new, j)->wording.end <= segment->new.start)
        j++;
      for (guint k = j; k <= alignment->n_new; k++)
        {
          const ParaphProvision *after = paraph_structure_get (redline->new, k);
          const ParaphProvision *before = paraph_structure_get (redline->old, alignment->old_of[k]);

          if (after->wording.start >= segment->new.end)
            break;
          is_compared[k] = is_compared[k]
                           || (before != NULL && segment->old.start < before->wording.end
                               && segment->old.end > before->wording.start);
        }
    }
  return is_compared;
}

/* The words that stayed in a provision that stands elsewhere and is not what it was. */
static void
add_moved (GArray *inherited, const ParaphRedline *whole, const ParaphAlignment *alignment)
{
  const ParaphStructure *old = whole->old, *new = whole->new;
  g_autofree gboolean *is_compared = list_compared (whole, alignment);

  for (guint j = 1; j <= alignment->n_new; j++)
    {
      const ParaphProvision *before = paraph_structure_get (old, alignment->old_of[j]);
      const ParaphProvision *after = paraph_structure_get (new, j);
      g_autoptr (ParaphStructure) one = NULL;
      g_autoptr (ParaphStructure) other = NULL;
      g_autoptr (ParaphRedline) redline = NULL;

      if (before == NULL || is_compared[j])
        continue;
      one = cut (old, before->span);
      other = cut (new, after->span);
      redline = paraph_redline_new (one, other);
      add_equal (inherited, redline, before->span.start, after->span.start);
    }
}

/* What stayed, and what moved, by its place in the new text. */
static GArray *
list_inherited (const ParaphRedline *redline, const ParaphAlignment *alignment)
{
  GArray *inherited = g_array_new (FALSE, FALSE, sizeof (Inherited));

  add_equal (inherited, redline, 0, 0);
  add_moved (inherited, redline, alignment);
  for (guint i = 0; i < redline->changes->len; i++)
    {
      const ParaphChange *change = &g_array_index (redline->changes, ParaphChange, i);
      Inherited one = { change->old, change->new.start };

      if (change->kind == PARAPH_CHANGE_MOVE)
        g_array_append_val (inherited, one);
    }
  g_array_sort (inherited, compare_inherited);
  return inherited;
}

/* What the parent had of a range that is the version's own; *next: the first of the inherited that
 * may reach into it. */
static void
take_range (Version *self, guint index, const Version *parent, const GArray *inherited, guint *next,
            ParaphSpan span)
{
  gsize at = span.start;

  for (; *next < inherited->len && at < span.end; (*next)++)
    {
      Inherited range = g_array_index (inherited, Inherited, *next);
      gsize end = range.start + (range.old.end - range.old.start);

      if (end <= at)
        continue;
      if (range.start >= span.end)
        break;
      add_owned (self->owned, at, range.start, index);
      at = MAX (at, range.start);
      range.old.start += at - range.start;
      range.start = at;
      range.old.end = MIN (range.old.end, range.old.start + (span.end - at));
      inherit (self->owned, parent, &range);
      at += range.old.end - range.old.start;
      if (end > span.end)
        break;
    }
  add_owned (self->owned, at, span.end, index);
}

/* What is still the version's own takes the owners of the parent. */
static void
take_owners (Version *self, guint index, const Version *parent, const GArray *inherited)
{
  g_autoptr (GArray) before = g_steal_pointer (&self->owned);
  guint next = 0;

  self->owned = g_array_new (FALSE, FALSE, sizeof (ParaphOwned));
  for (guint i = 0; i < before->len; i++)
    {
      const ParaphOwned *one = &g_array_index (before, ParaphOwned, i);

      if (one->version == index)
        take_range (self, index, parent, inherited, &next, one->span);
      else
        add_owned (self->owned, one->span.start, one->span.end, one->version);
    }
}

/* Names. */

static gint64
get_key (Origin origin)
{
  return (gint64) origin.version << 32 | origin.ordinal;
}

/* The origins that the version's provisions have already. */
static GHashTable *
list_taken (const Version *self)
{
  GHashTable *taken = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 1; i <= self->public.structure->provisions->len; i++)
    if (self->origins[i].ordinal != 0)
      {
        gint64 key = get_key (self->origins[i]);

        g_hash_table_add (taken, g_memdup2 (&key, sizeof key));
      }
  return taken;
}

/* What has no name yet takes that of the parent's provision it is. */
static void
take_names (Version *self, const Version *parent, const ParaphAlignment *alignment)
{
  g_autoptr (GHashTable) taken = list_taken (self);

  for (guint i = 1; i <= alignment->n_new; i++)
    {
      Origin origin = parent->origins[alignment->old_of[i]];
      gint64 key = get_key (origin);

      if (self->origins[i].ordinal == 0 && alignment->old_of[i] != 0
          && !g_hash_table_contains (taken, &key))
        self->origins[i] = origin;
    }
}

guint
paraph_lineage_add (ParaphLineage *self, const ParaphId *id, const ParaphId *parents,
                    guint n_parents, GBytes *text)
{
  Version *version = NULL;
  guint index = self->versions->len;
  guint found = 0;

  if (paraph_lineage_find (self, id, &found))
    return found;
  version = g_new0 (Version, 1);
  version->public.id = *id;
  version->public.structure = paraph_structure_new (text);
  version->origins = g_new0 (Origin, (gsize) version->public.structure->provisions->len + 1);
  version->owned = g_array_new (FALSE, FALSE, sizeof (ParaphOwned));
  add_owned (version->owned, 0, version->public.structure->size, index);
  for (guint i = 0; i < n_parents && version->public.n_parents < PARAPH_LINEAGE_PARENTS_MAX; i++)
    if (paraph_lineage_find (self, &parents[i], &found))
      {
        const Version *parent = g_ptr_array_index (self->versions, found);
        g_autoptr (ParaphRedline) redline =
            paraph_redline_new (parent->public.structure, version->public.structure);
        g_autoptr (ParaphAlignment) alignment =
            paraph_alignment_new (parent->public.structure, version->public.structure);
        g_autoptr (GArray) inherited = list_inherited (redline, alignment);

        take_owners (version, index, parent, inherited);
        take_names (version, parent, alignment);
        version->public.parents[version->public.n_parents++] = found;
      }
  for (guint i = 1; i <= version->public.structure->provisions->len; i++)
    if (version->origins[i].ordinal == 0)
      version->origins[i] = (Origin){ index, i };
  version->public.owned = version->owned;
  g_ptr_array_add (self->versions, version);
  return index;
}

void
paraph_lineage_get_name (const ParaphLineage *self, guint version, guint ordinal,
                         char ret_name[static PARAPH_LINEAGE_NAME_SIZE])
{
  const Version *one = g_ptr_array_index (self->versions, version);
  char hex[PARAPH_ID_HEX_SIZE + 1];
  Origin origin;

  ret_name[0] = '\0';
  if (ordinal == 0 || ordinal > one->public.structure->provisions->len)
    return;
  origin = one->origins[ordinal];
  paraph_id_to_hex (&paraph_lineage_get (self, origin.version)->id, hex);
  (void) g_snprintf (ret_name, PARAPH_LINEAGE_NAME_SIZE, "%.16s:%u", hex, origin.ordinal);
}

guint
paraph_lineage_find_ordinal (const ParaphLineage *self, guint version, const char *name)
{
  const Version *one = g_ptr_array_index (self->versions, version);
  char other[PARAPH_LINEAGE_NAME_SIZE];

  for (guint i = 1; i <= one->public.structure->provisions->len; i++)
    {
      paraph_lineage_get_name (self, version, i, other);
      if (strcmp (name, other) == 0)
        return i;
    }
  return 0;
}
