#define G_LOG_DOMAIN "paraph-app"

#include "app/proposal-claims.h"

#include <string.h>

#include "app/error.h"
#include "app/record-requests.h"
#include "app/text-graph.h"
#include "negotiation/claims.h"
#include "negotiation/value.h"

/* One body of a proposal beside that of its base. */
typedef struct
{
  const ParaphBody *body;
  ParaphRedline *redline;
  ParaphLineage *lineage; /* NULL: an annex */
  guint base;             /* their places in lineage */
  guint proposal;
} Side;

static void
undeclared_free (gpointer data)
{
  ParaphUndeclared *self = data;

  g_free (self->language);
  g_free (self->annex);
  g_free (self->provision);
  g_free (self->place);
  g_free (self->old);
  g_free (self->new);
  g_free (self);
}

static char *
dup_words (const ParaphStructure *structure, ParaphSpan span)
{
  return span.start >= span.end
             ? NULL
             : g_utf8_make_valid (structure->bytes + span.start, (gssize) (span.end - span.start));
}

/* "Article 4 (a)", or the heading that it stands under; NULL: neither. */
static char *
dup_place (const ParaphStructure *structure, guint ordinal)
{
  const ParaphProvision *provision = paraph_structure_get (structure, ordinal);
  const ParaphProvision *above = NULL;
  g_autofree char *label = NULL;
  g_autofree char *heading = NULL;

  if (provision == NULL)
    return NULL;
  label = paraph_structure_dup_label (structure, provision);
  above = paraph_structure_get (structure, provision->heading);
  if (above != NULL)
    heading = paraph_structure_dup_label (structure, above);
  if (above != NULL && heading == NULL)
    heading = paraph_structure_dup_span (structure, above->wording);
  if (heading != NULL && label != NULL)
    return g_strdup_printf ("%s %s", heading, label);
  return heading != NULL ? g_steal_pointer (&heading) : g_steal_pointer (&label);
}

static void
add_undeclared (GPtrArray *list, const Side *side, const ParaphChange *change)
{
  const ParaphRedline *redline = side->redline;
  ParaphUndeclared *one = g_new0 (ParaphUndeclared, 1);
  gboolean is_old = change->old_provision != 0;
  guint ordinal = is_old ? change->old_provision : change->new_provision;
  char name[PARAPH_LINEAGE_NAME_SIZE] = "";

  if (side->lineage != NULL)
    paraph_lineage_get_name (side->lineage, is_old ? side->base : side->proposal, ordinal, name);
  one->language = g_strdup (side->body->language);
  one->annex = side->lineage == NULL ? g_strdup (side->body->name) : NULL;
  one->provision = name[0] == '\0' ? NULL : g_strdup (name);
  one->place = dup_place (is_old ? redline->old : redline->new, ordinal);
  one->old = dup_words (redline->old, change->old);
  one->new = dup_words (redline->new, change->new);
  one->kind = change->kind;
  one->difference = change->difference;
  one->is_cosmetic = paraph_change_is_cosmetic (change);
  g_ptr_array_add (list, one);
}

/* Every name of a version's provisions -> ordinal. */
static GHashTable *
index_names (const ParaphLineage *lineage, guint version)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = paraph_lineage_get (lineage, version)->structure->provisions->len;

  for (guint i = 1; i <= n; i++)
    {
      char name[PARAPH_LINEAGE_NAME_SIZE];

      paraph_lineage_get_name (lineage, version, i, name);
      g_hash_table_insert (names, g_strdup (name), GUINT_TO_POINTER (i));
    }
  return names;
}

/* A provision that is claimed is so in both texts, where it stands in them. */
static void
mark_claims (ParaphClaims *claims, const Side *side, ParaphEntry *proposal)
{
  const char *const *names = paraph_header_get_values (paraph_entry_get_header (proposal), "claim");
  g_autoptr (GHashTable) old = index_names (side->lineage, side->base);
  g_autoptr (GHashTable) new = index_names (side->lineage, side->proposal);

  for (; names != NULL && *names != NULL; names++)
    {
      claims->old[GPOINTER_TO_UINT (g_hash_table_lookup (old, *names))] = TRUE;
      claims->new[GPOINTER_TO_UINT (g_hash_table_lookup (new, *names))] = TRUE;
    }
  claims->old[0] = claims->new[0] = FALSE; /* names that stand nowhere */
}

static void
list_side (GPtrArray *list, const Side *side, ParaphEntry *proposal)
{
  g_autoptr (ParaphClaims) claims = paraph_claims_new (side->redline);
  g_autoptr (GArray) found = NULL;

  if (side->lineage != NULL)
    mark_claims (claims, side, proposal);
  found = paraph_claims_list_undeclared (claims, side->redline);
  for (guint i = 0; i < found->len; i++)
    add_undeclared (
        list, side,
        &g_array_index (side->redline->changes, ParaphChange, g_array_index (found, guint, i) - 1));
}

static gboolean
list_text (GPtrArray *list, ParaphHome *home, const ParaphBody *body, ParaphEntry *base,
           ParaphEntry *proposal, GError **error)
{
  g_autoptr (GPtrArray) versions = g_ptr_array_new ();
  g_autoptr (ParaphLineage) lineage = NULL;
  g_autoptr (ParaphRedline) redline = NULL;
  Side side = { .body = body };

  g_ptr_array_add (versions, proposal);
  g_ptr_array_add (versions, base);
  lineage = paraph_versions_build_lineage (home, versions, body->language, error);
  if (lineage == NULL
      || !paraph_lineage_find (lineage, &paraph_entry_get_header (base)->id, &side.base)
      || !paraph_lineage_find (lineage, &paraph_entry_get_header (proposal)->id, &side.proposal))
    return FALSE;
  redline = paraph_redline_new (paraph_lineage_get (lineage, side.base)->structure,
                                paraph_lineage_get (lineage, side.proposal)->structure);
  side.redline = redline;
  side.lineage = lineage;
  list_side (list, &side, proposal);
  return TRUE;
}

/* The base's body of this role, name and language; NULL: it has none. */
static const ParaphBody *
find_same (ParaphEntry *base, const ParaphBody *body)
{
  const ParaphHeader *header = paraph_entry_get_header (base);

  for (guint i = 0; i < header->n_bodies; i++)
    if (strcmp (header->bodies[i].role, body->role) == 0
        && strcmp (header->bodies[i].name, body->name) == 0
        && g_strcmp0 (header->bodies[i].language, body->language) == 0)
      return &header->bodies[i];
  return NULL;
}

/* What no name can claim: an annex, or a language that the base does not have. */
static gboolean
list_other (GPtrArray *list, ParaphHome *home, const ParaphBody *body, const ParaphBody *before,
            ParaphEntry *proposal, GError **error)
{
  g_autoptr (GBytes) old =
      before == NULL ? g_bytes_new (NULL, 0) : paraph_record_get_content (home, before, error);
  g_autoptr (GBytes) new = old == NULL ? NULL : paraph_record_get_content (home, body, error);
  g_autoptr (ParaphStructure) one = NULL;
  g_autoptr (ParaphStructure) other = NULL;
  g_autoptr (ParaphRedline) redline = NULL;
  Side side = { .body = body };

  if (new == NULL)
    return FALSE;
  one = paraph_structure_new (old);
  other = paraph_structure_new (new);
  redline = paraph_redline_new (one, other);
  side.redline = redline;
  list_side (list, &side, proposal);
  return TRUE;
}

static ParaphEntry *
find_base (ParaphHome *home, ParaphEntry *proposal, GError **error)
{
  ParaphEntry *base = NULL;
  ParaphId id;

  if (paraph_header_get_id (paraph_entry_get_header (proposal), "base", &id))
    base = paraph_ledger_find (home->ledger, &id);
  if (base == NULL)
    paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                          "The version that this proposal starts from is not here.");
  return base;
}

GPtrArray *
paraph_proposal_list_undeclared (ParaphHome *home, ParaphEntry *proposal, GError **error)
{
  const ParaphHeader *header = paraph_entry_get_header (proposal);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (undeclared_free);
  ParaphEntry *base = find_base (home, proposal, error);

  if (base == NULL)
    return NULL;
  for (guint i = 0; i < header->n_bodies; i++)
    {
      const ParaphBody *body = &header->bodies[i];
      const ParaphBody *before = find_same (base, body);
      gboolean is_text = strcmp (body->role, "text") == 0;

      if (!is_text && strcmp (body->role, "annex") != 0)
        continue;
      if (is_text && before != NULL ? !list_text (list, home, body, base, proposal, error)
                                    : !list_other (list, home, body, before, proposal, error))
        return NULL;
    }
  return g_steal_pointer (&list);
}

char **
paraph_proposal_resolve_claims (ParaphHome *home, ParaphEntry *base, const char *const *names,
                                GError **error)
{
  g_autoptr (GPtrArray) versions = g_ptr_array_new ();
  g_autoptr (GPtrArray) claims = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ParaphLineage) lineage = NULL;
  g_autoptr (GHashTable) known = NULL;
  guint version = 0;

  g_ptr_array_add (versions, base);
  lineage = paraph_versions_build_lineage (home, versions, NULL, error);
  if (lineage == NULL
      || !paraph_lineage_find (lineage, &paraph_entry_get_header (base)->id, &version))
    return NULL;
  known = index_names (lineage, version);
  for (; *names != NULL; names++)
    {
      char name[PARAPH_LINEAGE_NAME_SIZE] = "";
      gint64 ordinal = 0;

      if (paraph_value_parse_number (*names, &ordinal))
        paraph_lineage_get_name (lineage, version, (guint) MIN (ordinal, G_MAXUINT), name);
      else
        (void) g_strlcpy (name, *names, sizeof name); /* one that is cut is not known */
      if (!g_hash_table_contains (known, name))
        {
          paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                                "The version that the proposal starts from has no provision “%s”. "
                                "“text provisions” lists them.",
                                *names);
          return NULL;
        }
      g_ptr_array_add (claims, g_strdup (name));
    }
  g_ptr_array_add (claims, NULL);
  return (char **) (gpointer) g_ptr_array_free (g_steal_pointer (&claims), FALSE);
}
