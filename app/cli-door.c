#define G_LOG_DOMAIN "paraph-cli"

#include <glib/gi18n.h>

#include "app/cli-files.h"
#include "app/cli.h"
#include "app/held-requests.h"
#include "app/negotiation-requests.h"
#include "crypto/hash.h"
#include "store/door-table.h"

static gboolean
run_admit (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *name = paraph_cli_word (self, 0);
  g_auto (ParaphMade) made = { 0 };
  g_auto (ParaphActor) actor = { 0 };
  ParaphCaller caller;

  if (g_file_test (name, G_FILE_TEST_EXISTS))
    {
      g_autoptr (GBytes) answer = paraph_cli_read_file (name, PARAPH_CARD_MAX, error);

      if (answer == NULL || !paraph_door_receive (home, answer, &caller, error))
        return FALSE;
    }
  else if (!paraph_door_find (home, name, &caller, error))
    return FALSE;
  paraph_delegation_get_actor (home, NULL, &caller.delegation, &actor);
  if (!paraph_cli_confirm (self, error, _ ("Admit %s (%s) to the seat %s."), actor.name, actor.code,
                           caller.seat)
      || !paraph_door_admit (home, &caller, &made, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Admitted"));
  paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

static gboolean
write_strangers (ParaphCli *self, ParaphHome *home, GError **error)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_autoptr (GArray) rows = paraph_door_list_strangers (home, error);

  if (rows == NULL)
    return FALSE;
  json_builder_set_member_name (builder, "strangers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < rows->len; i++)
    {
      const ParaphStrangerRow *row = &g_array_index (rows, ParaphStrangerRow, i);
      char hex[PARAPH_ID_HEX_SIZE + 1];

      paraph_id_to_hex (&row->sender, hex);
      paraph_output_line (self->output, _ ("From somebody unknown (%.16s): %u envelopes"), hex,
                          (guint) MIN (row->envelopes, G_MAXUINT));
      json_builder_begin_object (builder);
      paraph_output_id (self->output, "sender", &row->sender);
      paraph_output_number (self->output, "envelopes", (gint64) row->envelopes);
      paraph_output_number (self->output, "bytes", (gint64) row->bytes);
      paraph_output_number (self->output, "dropped", (gint64) row->dropped);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return TRUE;
}

/* Records that a limit holds back. */
static gboolean
write_held (ParaphCli *self, ParaphHome *home, GError **error)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_autoptr (GPtrArray) rows = paraph_held_list (home, error);

  if (rows == NULL)
    return FALSE;
  json_builder_set_member_name (builder, "held");
  json_builder_begin_array (builder);
  for (guint i = 0; i < rows->len; i++)
    {
      const ParaphHeldRow *row = g_ptr_array_index (rows, i);
      char hex[PARAPH_ID_HEX_SIZE + 1];

      paraph_id_to_hex (&row->id, hex);
      paraph_output_line (self->output, _ ("Held back by a limit (%s): record %.16s"), row->reason,
                          hex);
      json_builder_begin_object (builder);
      paraph_output_id (self->output, "record", &row->id);
      paraph_output_id (self->output, "channel", &row->channel);
      paraph_output_id (self->output, "device", &row->author);
      paraph_output_string (self->output, "reason", row->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return TRUE;
}

static gboolean
run_let_in (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphId id = { { 0 } };
  const char *word = NULL;

  if (!paraph_held_let_in (home, paraph_cli_word (self, 0), &id, &word, error))
    return FALSE;
  paraph_output_line (self->output, _ ("Let in: %s."), word);
  paraph_output_id (self->output, "record", &id);
  paraph_output_string (self->output, "outcome", word);
  return TRUE;
}

static gboolean
run_list (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_autoptr (GArray) callers = paraph_door_list (home, error);
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  if (callers == NULL)
    return FALSE;
  json_builder_set_member_name (builder, "door");
  json_builder_begin_array (builder);
  for (guint i = 0; i < callers->len; i++)
    {
      const ParaphCaller *caller = &g_array_index (callers, ParaphCaller, i);
      const ParaphHeader *header = paraph_entry_get_header (caller->joining);
      g_auto (ParaphActor) actor = { 0 };
      char hex[PARAPH_ID_HEX_SIZE + 1];

      paraph_record_get_actor (home, caller->joining, &actor);
      paraph_id_to_hex (&header->id, hex);
      paraph_output_line (self->output, "%-6s  %.16s  %s", caller->seat, hex, actor.name);
      json_builder_begin_object (builder);
      paraph_output_id (self->output, "joining", &header->id);
      paraph_output_string (self->output, "seat", caller->seat);
      paraph_output_actor (self->output, "by", &actor);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  if (callers->len > 0)
    paraph_output_next (self->output, "paraph-cli negotiation admit CODE");
  return write_strangers (self, home, error) && write_held (self, home, error);
}

static gboolean
run_refuse (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphCaller caller;

  if (!paraph_door_find (home, paraph_cli_word (self, 0), &caller, error))
    return FALSE;
  if (!paraph_cli_confirm (self, error, _ ("Refuse who asks for the seat %s."), caller.seat)
      || !paraph_door_refuse (home, &caller, error))
    return FALSE;
  paraph_output_line (self->output, _ ("Refused. Nothing of it is sent."));
  paraph_output_id (self->output, "joining", &paraph_entry_get_header (caller.joining)->id);
  return TRUE;
}

const ParaphCliCommand paraph_cli_door_commands[] = {
  { "negotiation admit", "ANSWER|CODE", "", 1, 1, PARAPH_CLI_WITH_HOME, run_admit },
  { "negotiation door list", "", "", 0, 0, PARAPH_CLI_WITH_HOME, run_list },
  { "negotiation door let-in", "RECORD", "", 1, 1, PARAPH_CLI_WITH_HOME, run_let_in },
  { "negotiation door refuse", "CODE", "", 1, 1, PARAPH_CLI_WITH_HOME, run_refuse },
  { 0 },
};
