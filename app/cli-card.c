#define G_LOG_DOMAIN "paraph-cli"

#include <glib/gi18n.h>

#include "app/cli-files.h"
#include "app/cli.h"
#include "app/identity-requests.h"
#include "app/inbound.h"
#include "crypto/hash.h"
#include "negotiation/card.h"

static const char *
get_state_word (ParaphComparisonState state)
{
  switch (state)
    {
    case PARAPH_COMPARISON_COMPARED:
      return "compared";
    case PARAPH_COMPARISON_CHANGED:
      return "changed";
    case PARAPH_COMPARISON_NONE:
      break;
    }
  return "not-compared";
}

static gboolean
run_export (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *path = paraph_cli_word (self, 0);
  const char *name = paraph_cli_word (self, 1);
  ParaphId delegation = home->delegation;
  g_autoptr (GBytes) bytes = NULL;

  if (name != NULL && !paraph_find_delegation (home, name, PARAPH_FIND_READING, &delegation, error))
    return FALSE;
  bytes = paraph_home_make_card (home, &delegation, error);
  if (bytes == NULL || !paraph_cli_write_file (path, bytes, error))
    return FALSE;
  paraph_output_line (self->output, _ ("Card written to %s."), path);
  paraph_output_id (self->output, "delegation", &delegation);
  paraph_output_string (self->output, "file", path);
  return TRUE;
}

static gboolean
run_import (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_autoptr (GBytes) file =
      paraph_cli_read_file (paraph_cli_word (self, 0), PARAPH_CARD_MAX, error);
  g_autoptr (ParaphCard) card = NULL;
  g_auto (ParaphActor) actor = { 0 };
  ParaphId delegation;

  if (file == NULL)
    return FALSE;
  card = paraph_card_parse (file, PARAPH_CARD_CARD, error);
  if (card == NULL || !paraph_inbound_card (home, file, &delegation, error))
    return FALSE;
  paraph_delegation_get_actor (home, NULL, &delegation, &actor);
  paraph_output_line (self->output, _ ("Card of %s (%s) taken in."), actor.name, actor.code);
  paraph_output_id (self->output, "delegation", &delegation);
  paraph_output_string (self->output, "code", actor.code);
  paraph_output_string (self->output, "name", actor.name);
  paraph_output_next (self->output, "paraph-cli card compare %s", actor.code);
  return TRUE;
}

static gboolean
write_card (ParaphCli *self, ParaphHome *home, const ParaphId *delegation, GError **error)
{
  g_auto (ParaphComparison) comparison = { 0 };
  g_auto (ParaphActor) actor = { 0 };
  const char *state = "own";
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (!paraph_id_equal (delegation, &home->delegation))
    {
      if (!paraph_comparison_find (home, delegation, &comparison, error))
        return FALSE;
      state = get_state_word (comparison.state);
    }
  paraph_delegation_get_actor (home, NULL, delegation, &actor);
  paraph_id_to_hex (delegation, hex);
  paraph_output_line (self->output, "%-6s  %.16s  %-13s %s", actor.code, hex, state, actor.name);
  json_builder_begin_object (paraph_output_get_builder (self->output));
  paraph_output_id (self->output, "delegation", delegation);
  paraph_output_string (self->output, "code", actor.code);
  paraph_output_string (self->output, "name", actor.name);
  paraph_output_string (self->output, "comparison", state);
  paraph_output_string (self->output, "safety", comparison.number);
  json_builder_end_object (paraph_output_get_builder (self->output));
  return TRUE;
}

static gboolean
run_list (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_autoptr (GArray) all = paraph_identities_list (paraph_ledger_get_identities (home->ledger));

  json_builder_set_member_name (paraph_output_get_builder (self->output), "cards");
  json_builder_begin_array (paraph_output_get_builder (self->output));
  for (guint i = 0; i < all->len; i++)
    if (!write_card (self, home, &g_array_index (all, ParaphId, i), error))
      return FALSE;
  json_builder_end_array (paraph_output_get_builder (self->output));
  return TRUE;
}

static gboolean
run_compare (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *name = paraph_cli_word (self, 0);
  const char *method = paraph_arguments_get (self->arguments, "mark-compared", NULL);
  g_auto (ParaphComparison) comparison = { 0 };
  ParaphId delegation;

  if (!paraph_find_delegation (home, name, PARAPH_FIND_BINDING, &delegation, error))
    return FALSE;
  if (method != NULL && !paraph_comparison_mark (home, &delegation, method, error))
    return FALSE;
  if (!paraph_comparison_find (home, &delegation, &comparison, error))
    return FALSE;
  paraph_output_line (self->output, "%s", comparison.number);
  paraph_output_line (self->output, "%s", get_state_word (comparison.state));
  paraph_output_id (self->output, "delegation", &delegation);
  paraph_output_string (self->output, "safety", comparison.number);
  paraph_output_string (self->output, "state", get_state_word (comparison.state));
  paraph_output_string (self->output, "method", comparison.method);
  if (comparison.state == PARAPH_COMPARISON_NONE)
    paraph_output_next (self->output,
                        _ ("read the digits to each other; where they are equal: paraph-cli card "
                           "compare %s --mark-compared in-person"),
                        name);
  return TRUE;
}

const ParaphCliCommand paraph_cli_card_commands[] = {
  { "card export", "FILE [DELEGATION]", "", 1, 2, PARAPH_CLI_WITH_HOME, run_export },
  { "card import", "FILE", "", 1, 1, PARAPH_CLI_WITH_HOME, run_import },
  { "card list", "", "", 0, 0, PARAPH_CLI_WITH_HOME, run_list },
  { "card compare", "NAME [--mark-compared METHOD]", " mark-compared ", 1, 1, PARAPH_CLI_WITH_HOME,
    run_compare },
  { 0 },
};
