#include "negotiation/claims.h"

ParaphClaims *
paraph_claims_new (const ParaphRedline *redline)
{
  ParaphClaims *self = g_new0 (ParaphClaims, 1);

  self->n_old = redline->old->provisions->len;
  self->n_new = redline->new->provisions->len;
  self->old = g_new0 (gboolean, (gsize) self->n_old + 1);
  self->new = g_new0 (gboolean, (gsize) self->n_new + 1);
  return self;
}

void
paraph_claims_free (ParaphClaims *self)
{
  if (self == NULL)
    return;
  g_free (self->old);
  g_free (self->new);
  g_free (self);
}

/* Whether the provision, or one that it belongs to, is claimed. */
static gboolean
is_covered (const ParaphStructure *structure, const gboolean *claimed, guint ordinal)
{
  const ParaphProvision *provision = paraph_structure_get (structure, ordinal);
  guint heading = provision == NULL ? 0 : provision->heading;

  for (; provision != NULL; provision = paraph_structure_get (structure, provision->parent))
    if (claimed[provision->ordinal])
      return TRUE;
  for (; heading != 0; heading = paraph_structure_get (structure, heading)->heading)
    if (claimed[heading])
      return TRUE;
  return FALSE;
}

typedef struct
{
  ParaphDifference difference;
  guint change;
} Ranked;

static int
compare_ranked (gconstpointer a, gconstpointer b)
{
  const Ranked *one = a, *other = b;

  if (one->difference != other->difference)
    return one->difference < other->difference ? -1 : 1;
  return one->change < other->change ? -1 : one->change > other->change;
}

GArray *
paraph_claims_list_undeclared (const ParaphClaims *self, const ParaphRedline *redline)
{
  g_autoptr (GArray) ranked = g_array_new (FALSE, FALSE, sizeof (Ranked));
  GArray *changes = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < redline->changes->len; i++)
    {
      const ParaphChange *change = &g_array_index (redline->changes, ParaphChange, i);
      Ranked one = { change->difference, i + 1 };

      if (!is_covered (redline->old, self->old, change->old_provision)
          && !is_covered (redline->new, self->new, change->new_provision))
        g_array_append_val (ranked, one);
    }
  g_array_sort (ranked, compare_ranked);
  for (guint i = 0; i < ranked->len; i++)
    g_array_append_val (changes, g_array_index (ranked, Ranked, i).change);
  return changes;
}
