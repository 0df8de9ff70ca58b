#define G_LOG_DOMAIN "paraph-cli"

#include <glib/gi18n.h>

#include "app/bundle.h"
#include "app/channel-requests.h"
#include "app/cli-files.h"
#include "app/cli.h"
#include "app/text-requests.h"
#include "crypto/hash.h"
#include "negotiation/value.h"

#define BODY_MAX ((gsize) 4 * 1024 * 1024)

static const char *
get_name (ParaphChannel *channel)
{
  const ParaphHeader *opening = paraph_entry_get_header (paraph_channel_get_opening (channel));

  return opening->kind == PARAPH_KIND_CHARTER ? "plenary"
                                              : paraph_header_get_value (opening, "name");
}

static gboolean
run_open (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_auto (GStrv) codes = paraph_arguments_list (self->arguments, "with", TRUE);
  const char *negotiation = paraph_arguments_get (self->arguments, "negotiation", NULL);
  ParaphChannel *plenary = paraph_find_negotiation (home, negotiation, PARAPH_FIND_BINDING, error);
  g_auto (ParaphMade) made = { 0 };

  if (plenary == NULL
      || !paraph_channel_open (home, plenary, paraph_cli_word (self, 0),
                               (const char *const *) codes, &made, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Channel opened"));
  paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

static gboolean
run_list (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  (void) error; /* nothing here fails */
  json_builder_set_member_name (builder, "channels");
  json_builder_begin_array (builder);
  for (guint i = 0; i < channels->len; i++)
    {
      ParaphChannel *channel = g_ptr_array_index (channels, i);
      char hex[PARAPH_ID_HEX_SIZE + 1];

      paraph_id_to_hex (paraph_channel_get_id (channel), hex);
      paraph_output_line (self->output, "%.16s  %s", hex, get_name (channel));
      json_builder_begin_object (builder);
      paraph_output_id (self->output, "id", paraph_channel_get_id (channel));
      paraph_output_id (self->output, "negotiation", paraph_channel_get_negotiation (channel));
      paraph_output_string (self->output, "name", get_name (channel));
      paraph_output_number (self->output, "records", paraph_channel_list (channel)->len);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return TRUE;
}

static gboolean
run_members (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphChannel *channel =
      paraph_find_channel (home, paraph_cli_word (self, 0), PARAPH_FIND_READING, error);
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_autoptr (GArray) members = NULL;

  if (channel == NULL)
    return FALSE;
  members = paraph_channel_list_members (channel, NULL);
  json_builder_set_member_name (builder, "members");
  json_builder_begin_array (builder);
  for (guint i = 0; i < members->len; i++)
    {
      const ParaphMember *member = &g_array_index (members, ParaphMember, i);
      g_auto (ParaphActor) actor = { 0 };

      paraph_delegation_get_actor (home, channel, &member->delegation, &actor);
      paraph_output_line (self->output, "%-6s  %-10s  %s", member->code,
                          paraph_role_get_word (member->role), actor.name);
      json_builder_begin_object (builder);
      paraph_output_id (self->output, "delegation", &member->delegation);
      paraph_output_string (self->output, "code", member->code);
      paraph_output_string (self->output, "role", paraph_role_get_word (member->role));
      paraph_output_string (self->output, "name", actor.name);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return TRUE;
}

static gboolean
run_history_code (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *at = paraph_arguments_get (self->arguments, "at", NULL);
  ParaphChannel *channel =
      paraph_find_channel (home, paraph_cli_word (self, 0), PARAPH_FIND_READING, error);
  const GPtrArray *entries = NULL;
  ParaphEntry *as_of = NULL;
  const char *symbol = NULL;
  g_autofree char *code = NULL;
  guint records = 0;

  if (channel == NULL)
    return FALSE;
  entries = paraph_channel_list (channel);
  as_of = at == NULL ? g_ptr_array_index (entries, entries->len - 1)
                     : paraph_find_record (home, at, PARAPH_FIND_READING, error);
  if (as_of == NULL)
    return FALSE;
  code = paraph_history_code (channel, as_of, &records, error);
  if (code == NULL)
    return FALSE;
  symbol = paraph_header_get_value (paraph_entry_get_header (as_of), "symbol");
  paraph_output_line (self->output, _ ("%s  as of %s, %u records"), code,
                      symbol == NULL ? "-" : symbol, records);
  paraph_output_string (self->output, "code", code);
  paraph_output_id (self->output, "at", &paraph_entry_get_header (as_of)->id);
  paraph_output_string (self->output, "symbol", symbol);
  paraph_output_number (self->output, "records", records);
  return TRUE;
}

static gboolean
list_talk (ParaphCli *self, ParaphHome *home, ParaphChannel *channel, GError **error)
{
  g_autoptr (GPtrArray) lines = paraph_talk_list (home, channel, error);
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  if (lines == NULL)
    return FALSE;
  json_builder_set_member_name (builder, "talk");
  json_builder_begin_array (builder);
  for (guint i = 0; i < lines->len; i++)
    {
      const ParaphTalkLine *line = g_ptr_array_index (lines, i);
      g_autofree char *time = paraph_value_format_time (line->time);

      paraph_output_line (self->output, "%s  %s  %s: %s%s%s", time, line->by.code, line->by.person,
                          line->words, line->file_name == NULL ? "" : "  + ",
                          line->file_name == NULL ? "" : line->file_name);
      json_builder_begin_object (builder);
      paraph_output_actor (self->output, "by", &line->by);
      paraph_output_time (self->output, "time", line->time);
      paraph_output_string (self->output, "words", line->words);
      paraph_output_string (self->output, "file", line->file_name);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return TRUE;
}

static gboolean
run_talk (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *words = paraph_cli_word (self, 1);
  const char *path = paraph_arguments_get (self->arguments, "file", NULL);
  ParaphChannel *channel =
      paraph_find_channel (home, paraph_cli_word (self, 0), PARAPH_FIND_READING, error);
  g_autofree char *name = path == NULL ? NULL : g_path_get_basename (path);
  g_autoptr (GBytes) file = NULL;

  if (channel == NULL)
    return FALSE;
  if (words == NULL && path == NULL)
    return list_talk (self, home, channel, error);
  if (path != NULL && (file = paraph_cli_read_file (path, PARAPH_TALK_FILE_MAX, error)) == NULL)
    return FALSE;
  if (!paraph_talk_say (home, channel, words, name, file, error))
    return FALSE;
  paraph_output_line (self->output, _ ("Said off the record."));
  paraph_output_id (self->output, "channel", paraph_channel_get_id (channel));
  paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

static gboolean
run_statement (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphChannel *channel =
      paraph_find_channel (home, paraph_cli_word (self, 0), PARAPH_FIND_READING, error);
  g_autoptr (GBytes) content = NULL;
  g_auto (ParaphMade) made = { 0 };

  if (channel == NULL)
    return FALSE;
  content = paraph_cli_read_file (paraph_cli_word (self, 1), BODY_MAX, error);
  if (content == NULL
      || !paraph_statement_make (home, channel, paraph_channel_list_languages (channel)[0], content,
                                 &made, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Stated on the record"));
  paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

const ParaphCliCommand paraph_cli_channel_commands[] = {
  { "channel open", "NAME --with CODE,.. [--negotiation N]", " with negotiation ", 1, 1,
    PARAPH_CLI_WITH_HOME, run_open },
  { "channel list", "", "", 0, 0, PARAPH_CLI_WITH_HOME, run_list },
  { "channel members", "CHANNEL", "", 1, 1, PARAPH_CLI_WITH_HOME, run_members },
  { "channel history-code", "CHANNEL [--at R]", " at ", 1, 1, PARAPH_CLI_WITH_HOME,
    run_history_code },
  { "talk", "CHANNEL [WORDS] [--file F]", " file ", 1, 2, PARAPH_CLI_WITH_HOME, run_talk },
  { "statement", "CHANNEL FILE", "", 2, 2, PARAPH_CLI_WITH_HOME, run_statement },
  { 0 },
};
