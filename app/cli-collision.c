/* Two proposals on one base, provision by provision: rival wordings side by side, never one text. */

#define G_LOG_DOMAIN "paraph-cli"

#include <glib/gi18n.h>

#include "app/cli.h"
#include "app/text-graph.h"
#include "crypto/hash.h"
#include "negotiation/collision.h"

typedef struct
{
  ParaphEntry *entries[3]; /* base, first, second */
  ParaphLineage *lineage;
  guint versions[3];
} Rivals;

static void
rivals_clear (Rivals *self)
{
  g_clear_pointer (&self->lineage, paraph_lineage_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rivals, rivals_clear)

static const ParaphStructure *
get_structure (const Rivals *self, guint which)
{
  return paraph_lineage_get (self->lineage, self->versions[which])->structure;
}

static gboolean
find_rivals (ParaphCli *self, ParaphHome *home, Rivals *rivals, GError **error)
{
  g_autoptr (GPtrArray) versions = g_ptr_array_new ();
  ParaphId bases[2];

  for (guint i = 0; i < 2; i++)
    {
      ParaphEntry *entry = paraph_find_paper (home, paraph_cli_word (self, i), PARAPH_KIND_PROPOSAL,
                                              PARAPH_FIND_READING, error);

      if (entry == NULL)
        return FALSE;
      rivals->entries[i + 1] = entry;
      (void) paraph_header_get_id (paraph_entry_get_header (entry), "base",
                                   &bases[i]); /* has one */
    }
  rivals->entries[0] = paraph_ledger_find (home->ledger, &bases[0]);
  if (!paraph_id_equal (&bases[0], &bases[1]) || rivals->entries[0] == NULL)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
                   _ ("These proposals start from different versions. Compare each with its own: "
                      "“text diff”."));
      return FALSE;
    }
  for (guint i = 0; i < 3; i++)
    g_ptr_array_add (versions, rivals->entries[i]);
  rivals->lineage = paraph_versions_build_lineage (
      home, versions, paraph_arguments_get (self->arguments, "language", NULL), error);
  for (guint i = 0; rivals->lineage != NULL && i < 3; i++)
    if (!paraph_lineage_find (rivals->lineage, &paraph_entry_get_header (rivals->entries[i])->id,
                              &rivals->versions[i]))
      g_assert_not_reached ();
  return rivals->lineage != NULL;
}

static char *
dup_wording (const Rivals *self, guint which, guint ordinal)
{
  const ParaphProvision *provision = paraph_structure_get (get_structure (self, which), ordinal);

  return provision == NULL
             ? NULL
             : paraph_structure_dup_span (get_structure (self, which), provision->wording);
}

static void
write_collision (ParaphCli *self, const Rivals *rivals, const ParaphCollision *collision)
{
  static const char *const members[] = { "base", "first", "second" };
  const guint ordinals[] = { collision->base, collision->first, collision->second };
  const char *kind = paraph_collision_kind_get_word (collision->kind);
  guint named = collision->base != 0 ? 0 : collision->first != 0 ? 1 : 2;
  char name[PARAPH_LINEAGE_NAME_SIZE];

  paraph_lineage_get_name (rivals->lineage, rivals->versions[named], ordinals[named], name);
  paraph_output_line (self->output, "%s  %s", name, kind);
  json_builder_begin_object (paraph_output_get_builder (self->output));
  paraph_output_string (self->output, "kind", kind);
  paraph_output_string (self->output, "provision", name);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autofree char *wording = dup_wording (rivals, i, ordinals[i]);
      const char *symbol =
          paraph_header_get_value (paraph_entry_get_header (rivals->entries[i]), "symbol");

      paraph_output_string (self->output, members[i], wording);
      paraph_output_line (self->output, "    %-14s %s", symbol,
                          wording == NULL ? _ ("(no such provision)") : wording);
    }
  json_builder_end_object (paraph_output_get_builder (self->output));
}

static gboolean
run_compare (ParaphCli *self, ParaphHome *home, GError **error)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_auto (Rivals) rivals = { .lineage = NULL };
  g_autoptr (GArray) found = NULL;

  if (!find_rivals (self, home, &rivals, error))
    return FALSE;
  found = paraph_collision_list (get_structure (&rivals, 0), get_structure (&rivals, 1),
                                 get_structure (&rivals, 2));
  paraph_output_id (self->output, "base", &paraph_entry_get_header (rivals.entries[0])->id);
  paraph_output_id (self->output, "first", &paraph_entry_get_header (rivals.entries[1])->id);
  paraph_output_id (self->output, "second", &paraph_entry_get_header (rivals.entries[2])->id);
  json_builder_set_member_name (builder, "collisions");
  json_builder_begin_array (builder);
  for (guint i = 0; i < found->len; i++)
    write_collision (self, &rivals, &g_array_index (found, ParaphCollision, i));
  json_builder_end_array (builder);
  if (found->len == 0)
    paraph_output_line (self->output, _ ("Neither of them changes anything."));
  return TRUE;
}

const ParaphCliCommand paraph_cli_collision_commands[] = {
  { "proposal compare", "PROPOSAL PROPOSAL [--language L]", " language ", 2, 2,
    PARAPH_CLI_WITH_HOME, run_compare },
  { 0 },
};
