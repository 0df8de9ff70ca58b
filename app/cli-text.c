#define G_LOG_DOMAIN "paraph-cli"

#include <string.h>

#include <glib/gi18n.h>

#include "app/cli-paper.h"
#include "app/cli-text-source.h"
#include "negotiation/papers.h"
#include "negotiation/value.h"

/* What --from names goes into the new text, except where a file replaces it. */
static gboolean
take_from (ParaphCli *self, ParaphHome *home, ParaphCliPaper *paper, GError **error)
{
  const char *from = paraph_arguments_get (self->arguments, "from", NULL);
  ParaphEntry *version = NULL;

  if (from == NULL && paraph_cli_word (self, 2) == NULL)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                   _ ("A text needs its words: give a FILE, or --from TEXT@VERSION."));
      return FALSE;
    }
  if (from == NULL)
    return TRUE;
  version = paraph_find_version (home, from, PARAPH_FIND_BINDING, NULL, error);
  return version != NULL && paraph_cli_paper_take_over (paper, home, version, error);
}

static gboolean
run_open (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphChannel *channel =
      paraph_find_channel (home, paraph_cli_word (self, 0), PARAPH_FIND_BINDING, error);
  g_auto (ParaphCliPaper) paper = { 0 };
  g_auto (ParaphMade) made = { 0 };

  if (channel == NULL
      || !paraph_cli_paper_read (self, channel, paraph_cli_word (self, 2), &paper, error)
      || !take_from (self, home, &paper, error)
      || !paraph_text_open (home, channel, paraph_cli_word (self, 1), &paper.paper, &made, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Text opened"));
  paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

static gboolean
run_issue (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_auto (GStrv) names = paraph_arguments_list (self->arguments, "incorporates", TRUE);
  g_autoptr (ParaphText) text =
      paraph_find_text (home, paraph_cli_word (self, 0), PARAPH_FIND_BINDING, error);
  g_autoptr (GArray) incorporates = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  g_auto (ParaphCliPaper) paper = { 0 };
  g_auto (ParaphMade) made = { 0 };

  if (text == NULL)
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++)
    {
      ParaphEntry *proposal =
          paraph_find_paper (home, names[i], PARAPH_KIND_PROPOSAL, PARAPH_FIND_BINDING, error);

      if (proposal == NULL)
        return FALSE;
      g_array_append_val (incorporates, paraph_entry_get_header (proposal)->id);
    }
  if (!paraph_cli_paper_read (self, paraph_entry_get_channel (text->opening),
                              paraph_cli_word (self, 1), &paper, error)
      || !paraph_text_issue (home, text, &paper.paper, incorporates, &made, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Version issued"));
  paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

static const char *
get_symbol (ParaphEntry *entry)
{
  return paraph_header_get_value (paraph_entry_get_header (entry), "symbol");
}

static gboolean
run_list (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  (void) error; /* nothing here fails */
  json_builder_set_member_name (builder, "texts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < channels->len; i++)
    {
      g_autoptr (GPtrArray) texts = paraph_channel_list_texts (g_ptr_array_index (channels, i));

      for (guint j = 0; j < texts->len; j++)
        {
          const ParaphText *text = g_ptr_array_index (texts, j);
          const ParaphHeader *opening = paraph_entry_get_header (text->opening);
          const char *title = paraph_header_get_value (opening, "title");

          paraph_output_line (self->output, _ ("%-12s  %s, current: %s, %u proposals"),
                              get_symbol (text->opening), title, get_symbol (text->current),
                              text->proposals->len);
          json_builder_begin_object (builder);
          paraph_output_id (self->output, "id", &opening->id);
          paraph_output_string (self->output, "symbol", get_symbol (text->opening));
          paraph_output_string (self->output, "title", title);
          paraph_output_id (self->output, "channel", &opening->channel);
          paraph_output_id (self->output, "current", &paraph_entry_get_header (text->current)->id);
          paraph_output_string (self->output, "current_symbol", get_symbol (text->current));
          json_builder_end_object (builder);
        }
    }
  json_builder_end_array (builder);
  return TRUE;
}

static char *
to_string (GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  return size == 0 ? g_strdup ("") : g_strndup (data, size);
}

static gboolean
run_show (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphEntry *version =
      paraph_find_version (home, paraph_cli_word (self, 0), PARAPH_FIND_READING, NULL, error);
  g_autoptr (GBytes) content = NULL;
  g_autofree char *string = NULL;
  g_auto (ParaphActor) actor = { 0 };

  if (version == NULL)
    return FALSE;
  content = paraph_cli_text_get (self, home, version, error);
  if (content == NULL)
    return FALSE;
  string = to_string (content);
  paraph_record_get_actor (home, version, &actor);
  paraph_output_content (self->output, content);
  paraph_output_id (self->output, "id", &paraph_entry_get_header (version)->id);
  paraph_output_string (self->output, "symbol", get_symbol (version));
  paraph_output_actor (self->output, "by", &actor);
  paraph_output_string (self->output, "content", string);
  return TRUE;
}

static void
write_version (ParaphCli *self, ParaphHome *home, const ParaphText *text, ParaphEntry *entry)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_autofree char *time = paraph_value_format_time (header->time);
  g_auto (ParaphActor) actor = { 0 };

  paraph_record_get_actor (home, entry, &actor);
  paraph_output_line (self->output, "%s  %-6s  %-9s  %s%s", time, actor.code, header->kind_word,
                      get_symbol (entry), entry == text->current ? _ ("  (current)") : "");
  json_builder_begin_object (builder);
  paraph_output_id (self->output, "id", &header->id);
  paraph_output_string (self->output, "symbol", get_symbol (entry));
  paraph_output_string (self->output, "kind", header->kind_word);
  paraph_output_actor (self->output, "by", &actor);
  paraph_output_time (self->output, "time", header->time);
  paraph_output_boolean (self->output, "current", entry == text->current);
  json_builder_end_object (builder);
}

static gboolean
run_log (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_autoptr (ParaphText) text =
      paraph_find_text (home, paraph_cli_word (self, 0), PARAPH_FIND_READING, error);
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  if (text == NULL)
    return FALSE;
  json_builder_set_member_name (builder, "versions");
  json_builder_begin_array (builder);
  for (guint i = 0; i < text->versions->len; i++)
    write_version (self, home, text, g_ptr_array_index (text->versions, i));
  json_builder_end_array (builder);
  return TRUE;
}

const ParaphCliCommand paraph_cli_text_commands[] = {
  { "text open",
    "CHANNEL TITLE [FILE] [--from TEXT@VERSION] [--language L=FILE] [--annex NAME=FILE] "
    "[--symbol S] [--standing basis|chairs-text|party-proposal|conference-room-paper]",
    " from language annex symbol standing ", 2, 3, PARAPH_CLI_WITH_HOME, run_open },
  { "text issue",
    "TEXT FILE [--symbol S] [--incorporates P,..] [--language L=FILE] [--annex NAME=FILE]",
    " symbol incorporates language annex ", 2, 2, PARAPH_CLI_WITH_HOME, run_issue },
  { "text list", "", "", 0, 0, PARAPH_CLI_WITH_HOME, run_list },
  { "text show", "TEXT[@VERSION] [--language L]", " language ", 1, 1, PARAPH_CLI_WITH_HOME,
    run_show },
  { "text log", "TEXT", "", 1, 1, PARAPH_CLI_WITH_HOME, run_log },
  { 0 },
};
