/* The versions of a text as a graph: which provision is which through all of them, and who brought
 * each word.
 *
 * A provision's name is "<first 16 hex of the version where it first stood>:<ordinal there>". Names
 * and owners are a function of the versions and their parents, whatever the order they come in.
 * Belongs to one thread. */

#pragma once

#include "crypto/types.h"
#include "negotiation/text-structure.h"

#define PARAPH_LINEAGE_NAME_SIZE 32 /* with its final zero */
#define PARAPH_LINEAGE_PARENTS_MAX 64

typedef struct ParaphLineage ParaphLineage;

/* Bytes of a version that one version brought. */
typedef struct
{
  ParaphSpan span;
  guint version; /* index of the version that brought them */
} ParaphOwned;

typedef struct
{
  ParaphId id;
  guint parents[PARAPH_LINEAGE_PARENTS_MAX]; /* indexes */
  guint n_parents;
  ParaphStructure *structure; /* borrowed */
  const GArray *owned;        /* ParaphOwned, in order, over every byte */
} ParaphLineageVersion;

ParaphLineage *paraph_lineage_new (void);
void paraph_lineage_free (ParaphLineage *self);

/* Adds a version after its parents, of which unknown ones are passed over, the first being the one
 * that its provisions are taken from where several have them. Returns its index; that of before
 * where it was added already. */
guint paraph_lineage_add (ParaphLineage *self, const ParaphId *id, const ParaphId *parents,
                          guint n_parents, GBytes *text);
guint paraph_lineage_get_count (const ParaphLineage *self);
/* Borrowed, until the next one is added. */
const ParaphLineageVersion *paraph_lineage_get (const ParaphLineage *self, guint version);
/* FALSE: it is not here. */
gboolean paraph_lineage_find (const ParaphLineage *self, const ParaphId *id, guint *ret_version);

/* The name of a provision; empty where there is no such ordinal. */
void paraph_lineage_get_name (const ParaphLineage *self, guint version, guint ordinal,
                              char ret_name[static PARAPH_LINEAGE_NAME_SIZE]);
/* The ordinal of a name in a version, 0: it does not stand there. */
guint paraph_lineage_find_ordinal (const ParaphLineage *self, guint version, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphLineage, paraph_lineage_free)
