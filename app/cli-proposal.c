#define G_LOG_DOMAIN "paraph-cli"

#include <glib/gi18n.h>

#include "app/cli-paper.h"
#include "app/cli-undeclared.h"
#include "app/identity-requests.h"
#include "crypto/hash.h"
#include "negotiation/papers.h"
#include "negotiation/value.h"

/* Binding acts warn until the other side's safety number is compared, and stop when it changed. */
static gboolean
check_compared (ParaphCli *self, ParaphHome *home, ParaphEntry *target, GError **error)
{
  const ParaphId *author = &paraph_record_get_powers (paraph_entry_get_record (target))->delegation;
  g_auto (ParaphComparison) comparison = { 0 };
  g_auto (ParaphActor) actor = { 0 };

  if (paraph_id_equal (author, &home->delegation))
    return TRUE;
  if (!paraph_comparison_find (home, author, &comparison, error))
    return FALSE;
  paraph_record_get_actor (home, target, &actor);
  if (comparison.state == PARAPH_COMPARISON_NONE)
    paraph_cli_warn (self,
                     _ ("Note: the safety number with %s is not compared yet (paraph-cli card "
                        "compare %s)."),
                     actor.name, actor.code);
  if (comparison.state != PARAPH_COMPARISON_CHANGED)
    return TRUE;
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
               _ ("The safety number with %s has changed since it was compared. Compare it again "
                  "before acts that bind."),
               actor.name);
  return FALSE;
}

static gboolean
run_propose (ParaphCli *self, ParaphHome *home, GError **error)
{
  const ParaphArguments *arguments = self->arguments;
  const char *base = paraph_arguments_get (arguments, "base", NULL);
  const char *answers = paraph_arguments_get (arguments, "answers", NULL);
  const char *package = paraph_arguments_get (arguments, "package", NULL);
  const char *name = paraph_cli_word (self, 0);
  g_auto (GStrv) claims = paraph_arguments_list (arguments, "claims", TRUE);
  g_autoptr (ParaphText) text = paraph_find_text (home, name, PARAPH_FIND_BINDING, error);
  g_auto (ParaphCliPaper) paper = { 0 };
  g_auto (ParaphMade) made = { 0 };
  ParaphId package_id;
  ParaphTabling tabling = { .expires = paraph_arguments_get (arguments, "expires", NULL),
                            .claims = (const char *const *) claims };

  if (text == NULL)
    return FALSE;
  if (base != NULL)
    {
      g_autofree char *version = g_strdup_printf ("%s@%s", name, base);

      tabling.base = paraph_find_version (home, version, PARAPH_FIND_BINDING, NULL, error);
      if (tabling.base == NULL)
        return FALSE;
    }
  if (answers != NULL)
    {
      tabling.answers =
          paraph_find_paper (home, answers, PARAPH_KIND_PROPOSAL, PARAPH_FIND_BINDING, error);
      if (tabling.answers == NULL)
        return FALSE;
    }
  if (package != NULL && !paraph_value_parse_id (package, &package_id))
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                   _ ("A package is named by its whole id, 64 digits."));
      return FALSE;
    }
  tabling.package = package == NULL ? NULL : &package_id;
  if (!paraph_cli_paper_read (self, paraph_entry_get_channel (text->opening),
                              paraph_cli_word (self, 1), &paper, error)
      || !paraph_proposal_table (home, text, &paper.paper, &tabling, &made, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Tabled"));
  paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

/* What a position may be about: a paper, or a membership. */
static ParaphEntry *
find_target (ParaphHome *home, const char *name, GError **error)
{
  return paraph_find_record (home, name, PARAPH_FIND_BINDING, error);
}

static gboolean
run_position (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *stance = paraph_cli_word (self, 1);
  ParaphEntry *target = find_target (home, paraph_cli_word (self, 0), error);
  g_auto (GStrv) provisions = paraph_arguments_list (self->arguments, "provision", TRUE);
  ParaphTaking taken = { stance, (const char *const *) provisions,
                         paraph_arguments_get (self->arguments, "m", NULL) };
  g_auto (ParaphMade) made = { 0 };
  g_auto (ParaphActor) actor = { 0 };
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (target == NULL || !check_compared (self, home, target, error))
    return FALSE;
  paraph_record_get_actor (home, target, &actor);
  paraph_id_to_hex (&paraph_entry_get_header (target)->id, hex);
  if (!paraph_cli_confirm (self, error, _ ("Position “%s” on %s of %s, id %s."), stance,
                           paraph_entry_get_header (target)->kind_word, actor.code, hex)
      || !paraph_position_take (home, target, &taken, &made, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Position taken"));
  paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

static gboolean
run_withdraw (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *name = paraph_cli_word (self, 0);
  ParaphEntry *target =
      paraph_find_paper (home, name, PARAPH_KIND_PROPOSAL, PARAPH_FIND_BINDING, error);
  g_auto (ParaphMade) made = { 0 };

  if (target == NULL || !paraph_cli_confirm (self, error, _ ("Withdraw the proposal %s."), name)
      || !paraph_proposal_withdraw (home, target, &made, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Withdrawn"));
  paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

static void
write_positions (ParaphCli *self, ParaphHome *home, const ParaphProposal *proposal)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  static const ParaphId none;

  json_builder_set_member_name (builder, "positions");
  json_builder_begin_array (builder);
  for (guint i = 0; i < proposal->stances->len; i++)
    {
      const ParaphDelegationStance *stance =
          &g_array_index (proposal->stances, ParaphDelegationStance, i);
      g_auto (ParaphActor) actor = { 0 };

      if (stance->stance == PARAPH_STANCE_NONE)
        continue;
      if (stance->record != NULL)
        paraph_record_get_actor (home, stance->record, &actor);
      else
        paraph_delegation_get_actor (home, paraph_entry_get_channel (proposal->entry),
                                     &stance->delegation, &actor);
      paraph_output_line (self->output, "    %-6s  %s", actor.code,
                          paraph_stance_get_word (stance->stance));
      json_builder_begin_object (builder);
      paraph_output_actor (self->output, "by", &actor);
      paraph_output_string (self->output, "stance", paraph_stance_get_word (stance->stance));
      paraph_output_id (self->output, "record",
                        stance->record == NULL ? &none
                                               : &paraph_entry_get_header (stance->record)->id);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
write_field (ParaphCli *self, const ParaphHeader *header, const char *key)
{
  ParaphId id = { { 0 } };

  (void) paraph_header_get_id (header, key, &id); /* absent stays zero */
  paraph_output_id (self->output, key, &id);
}

static void
write_proposal (ParaphCli *self, ParaphHome *home, const ParaphProposal *proposal,
                gboolean is_whole)
{
  const ParaphHeader *header = paraph_entry_get_header (proposal->entry);
  const char *symbol = paraph_header_get_value (header, "symbol");
  const char *state = paraph_proposal_state_get_word (proposal->state);
  const char *expires = paraph_header_get_value (header, "expires");
  g_autoptr (GPtrArray) acknowledged = NULL;
  g_autoptr (GPtrArray) unacknowledged = NULL;
  g_auto (ParaphActor) actor = { 0 };
  gint64 limit = 0;
  gboolean is_expired = expires != NULL && paraph_value_parse_time (expires, &limit)
                        && limit < paraph_home_now () && proposal->state != PARAPH_PROPOSAL_ADOPTED
                        && proposal->state != PARAPH_PROPOSAL_WITHDRAWN;
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_record_get_actor (home, proposal->entry, &actor);
  paraph_paper_list_acknowledged (proposal->entry, &acknowledged, &unacknowledged);
  paraph_id_to_hex (&header->id, hex);
  paraph_output_line (self->output, _ ("%-12s  %.16s  by %s  %s%s"), symbol, hex, actor.code,
                      proposal->state == PARAPH_PROPOSAL_ACCEPTED ? _ ("accepted ad referendum")
                                                                  : state,
                      is_expired ? _ (", expired") : "");
  paraph_output_line (self->output, _ ("    acknowledged by %u; not yet shown to have reached %u"),
                      acknowledged->len, unacknowledged->len);
  json_builder_begin_object (paraph_output_get_builder (self->output));
  paraph_output_id (self->output, "id", &header->id);
  paraph_output_string (self->output, "symbol", symbol);
  write_field (self, header, "text");
  write_field (self, header, "base");
  paraph_output_actor (self->output, "by", &actor);
  write_field (self, header, "answers");
  paraph_output_string (self->output, "state", state);
  paraph_output_boolean (self->output, "expired", is_expired);
  paraph_output_boolean (self->output, "contested", proposal->is_contested);
  paraph_output_strings (self->output, "acknowledged", acknowledged);
  paraph_output_strings (self->output, "unacknowledged", unacknowledged);
  write_positions (self, home, proposal);
  if (is_whole)
    paraph_cli_write_undeclared (self, home, proposal->entry);
  else
    paraph_output_string (self->output, "undeclared", NULL); /* “proposal show” compares */
  json_builder_end_object (paraph_output_get_builder (self->output));
}

/* only: one proposal, or NULL for all of the channel. */
static void
write_channel (ParaphCli *self, ParaphHome *home, ParaphChannel *channel, ParaphEntry *only)
{
  g_autoptr (GPtrArray) texts = paraph_channel_list_texts (channel);

  for (guint i = 0; i < texts->len; i++)
    {
      const ParaphText *text = g_ptr_array_index (texts, i);

      for (guint j = 0; j < text->proposals->len; j++)
        {
          const ParaphProposal *proposal = g_ptr_array_index (text->proposals, j);

          if (only == NULL || only == proposal->entry)
            write_proposal (self, home, proposal, only != NULL);
        }
    }
}

static gboolean
run_list (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *name = paraph_cli_word (self, 0);
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  ParaphChannel *only =
      name == NULL ? NULL : paraph_find_channel (home, name, PARAPH_FIND_READING, error);

  if (name != NULL && only == NULL)
    return FALSE;
  json_builder_set_member_name (paraph_output_get_builder (self->output), "proposals");
  json_builder_begin_array (paraph_output_get_builder (self->output));
  for (guint i = 0; i < channels->len; i++)
    if (only == NULL || only == g_ptr_array_index (channels, i))
      write_channel (self, home, g_ptr_array_index (channels, i), NULL);
  json_builder_end_array (paraph_output_get_builder (self->output));
  return TRUE;
}

static gboolean
run_show (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphEntry *entry = paraph_find_paper (home, paraph_cli_word (self, 0), PARAPH_KIND_PROPOSAL,
                                          PARAPH_FIND_READING, error);
  const ParaphBody *note = NULL;

  if (entry == NULL)
    return FALSE;
  json_builder_set_member_name (paraph_output_get_builder (self->output), "proposals");
  json_builder_begin_array (paraph_output_get_builder (self->output));
  write_channel (self, home, paraph_entry_get_channel (entry), entry);
  json_builder_end_array (paraph_output_get_builder (self->output));
  note = paraph_header_find_body (paraph_entry_get_header (entry), "note", NULL);
  if (note != NULL)
    {
      g_autoptr (GBytes) content = paraph_record_get_content (home, note, error);
      g_autofree char *words = NULL;

      if (content == NULL)
        return FALSE;
      words = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
      paraph_output_line (self->output, _ ("Note: %s"), words);
      paraph_output_string (self->output, "note", words);
    }
  return TRUE;
}

const ParaphCliCommand paraph_cli_proposal_commands[] = {
  { "propose",
    "TEXT FILE [-m NOTE] [--base V] [--expires TIME] [--package ID] [--answers P] [--claims "
    "PROVISION,..] [--symbol S] [--language L=FILE] [--annex NAME=FILE]",
    " m base expires package answers claims symbol language annex ", 2, 2, PARAPH_CLI_WITH_HOME,
    run_propose },
  { "position",
    "PAPER accept|reserve|object|abstain|no-instruction|revoke [--provision N,..] [-m NOTE]",
    " provision m ", 2, 2, PARAPH_CLI_WITH_HOME, run_position },
  { "withdraw", "PROPOSAL", "", 1, 1, PARAPH_CLI_WITH_HOME, run_withdraw },
  { "proposal list", "[CHANNEL]", "", 0, 1, PARAPH_CLI_WITH_HOME, run_list },
  { "proposal show", "PROPOSAL", "", 1, 1, PARAPH_CLI_WITH_HOME, run_show },
  { 0 },
};
