#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli.h"

#include <stdarg.h>
#include <string.h>

#include <glib/gi18n.h>

#include "app/cli-error.h"
#include "app/cli-opening.h"
#include "crypto/hash.h"
#include "negotiation/unicode.h"

static const ParaphCliCommand *const TABLES[] = {
  paraph_cli_home_commands,       paraph_cli_card_commands,      paraph_cli_negotiation_commands,
  paraph_cli_door_commands,       paraph_cli_channel_commands,   paraph_cli_text_commands,
  paraph_cli_text_read_commands,  paraph_cli_text_diff_commands, paraph_cli_proposal_commands,
  paraph_cli_audit_commands,      paraph_cli_demo_commands,      paraph_cli_collision_commands,
  paraph_cli_text_trace_commands,
};

#define GLOBAL_OPTIONS " home key-file passphrase-file json yes help version "
#define GLOBAL_VALUES " home key-file passphrase-file "
/* Options of any command that take no value. */
#define FLAGS " json yes help version quick notices "

const char *
paraph_cli_word (ParaphCli *self, guint i)
{
  return paraph_arguments_word (self->arguments, i);
}

ParaphProgress *
paraph_cli_show_progress (ParaphCli *self, const char *label)
{
  return self->ask != NULL && self->is_terminal && !self->is_json ? paraph_progress_new (label)
                                                                  : NULL;
}

/* Names from outside may hold what moves a terminal's cursor, and file names a new line. */
static void
append_tame (GString *string, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      g_string_append_unichar (string,
                               paraph_unicode_is_forbidden (character) ? 0xFFFD : character);
    }
}

void
paraph_cli_warn (ParaphCli *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  append_tame (self->warnings, line);
  g_string_append_c (self->warnings, '\n');
}

gboolean
paraph_cli_confirm (ParaphCli *self, GError **error, const char *format, ...)
{
  g_autofree char *question = NULL;
  g_autofree char *asked = NULL;
  va_list arguments;

  va_start (arguments, format);
  question = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (self->is_yes)
    {
      paraph_output_line (self->output, "%s", question);
      return TRUE;
    }
  asked = g_strconcat (self->warnings->str, question, NULL);
  (void) g_string_truncate (self->warnings, 0); /* told with the question, or not needed any more */
  if (self->ask != NULL && !self->is_json && self->ask (asked))
    return TRUE;
  if (self->ask != NULL && !self->is_json)
    g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
                 _ ("Nothing was done: it was not confirmed."));
  else
    g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                 _ ("%s This binds, and there is nobody to ask: add --yes to confirm it."),
                 question);
  return FALSE;
}

void
paraph_cli_write_made (ParaphCli *self, const ParaphMade *made, const char *what)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (&made->id, hex);
  paraph_output_line (self->output, "%s: %s%s%s", what, made->symbol == NULL ? "" : made->symbol,
                      made->symbol == NULL ? "" : "  ", hex);
  paraph_output_id (self->output, "id", &made->id);
  paraph_output_number (self->output, "number", made->number);
  paraph_output_id (self->output, "channel", &made->channel);
  paraph_output_string (self->output, "symbol", made->symbol);
}

void
paraph_cli_result_clear (ParaphCliResult *self)
{
  g_free (self->out);
  g_free (self->err);
  memset (self, 0, sizeof *self);
}

/* How many words of the line are name, word for word; 0: another command. */
static guint
match_name (const char *name, const ParaphArguments *arguments)
{
  g_auto (GStrv) words = g_strsplit (name, " ", -1);
  guint n = g_strv_length (words);

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (paraph_arguments_word (arguments, i), words[i]) != 0)
      return 0;
  return n;
}

/* The command with the longest fitting name; its words are taken off. */
static const ParaphCliCommand *
find_command (ParaphArguments *arguments)
{
  const ParaphCliCommand *found = NULL;
  guint longest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    for (const ParaphCliCommand *command = TABLES[i]; command->name != NULL; command++)
      {
        guint n = match_name (command->name, arguments);

        if (n > longest)
          {
            found = command;
            longest = n;
          }
      }
  if (longest > 0)
    g_ptr_array_remove_range (arguments->words, 0, longest);
  return found;
}

static char *
make_help (void)
{
  GString *text = g_string_new (
      "paraph-cli [--home DIR] [--key-file FILE | --passphrase-file FILE] [--json] [--yes] "
      "COMMAND ...\n\n");

  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    for (const ParaphCliCommand *command = TABLES[i]; command->name != NULL; command++)
      g_string_append_printf (text, "  %s%s%s\n", command->name,
                              command->usage[0] == '\0' ? "" : " ", command->usage);
  g_string_append (text, _ ("\nExit: 0 done, verdict good; 1 verdict bad; 2 usage; 3 refused; "
                            "4 input, output, carrier, in use; 5 locked or wrong key.\n"));
  return g_string_free (text, FALSE);
}

/* Every name that takes a value, of all commands and of the global options. */
static char *
list_values (void)
{
  GString *all = g_string_new (GLOBAL_VALUES);

  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    for (const ParaphCliCommand *command = TABLES[i]; command->name != NULL; command++)
      {
        g_auto (GStrv) names = g_strsplit (command->options, " ", -1);

        for (guint j = 0; names[j] != NULL; j++)
          {
            g_autofree char *spaced = g_strdup_printf (" %s ", names[j]);

            if (names[j][0] != '\0' && strstr (FLAGS, spaced) == NULL)
              g_string_append (all, spaced);
          }
      }
  return g_string_free (all, FALSE);
}

static gboolean
check_usage (const ParaphCliCommand *command, const ParaphArguments *arguments, GError **error)
{
  GHashTableIter iter;
  gpointer key = NULL;
  guint n = arguments->words->len;

  g_hash_table_iter_init (&iter, arguments->options);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_autofree char *spaced = g_strdup_printf (" %s ", (const char *) key);

      if (strstr (GLOBAL_OPTIONS, spaced) == NULL && strstr (command->options, spaced) == NULL)
        {
          g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                       _ ("“%s” has no option --%s. Usage: paraph-cli %s%s%s."), command->name,
                       (const char *) key, command->name, command->usage[0] == '\0' ? "" : " ",
                       command->usage);
          return FALSE;
        }
    }
  if (n >= command->minimum && n <= command->maximum)
    return TRUE;
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE, _ ("Usage: paraph-cli %s%s%s."),
               command->name, command->usage[0] == '\0' ? "" : " ", command->usage);
  return FALSE;
}

static gboolean
run_line (ParaphCli *cli, const char *const *words, GError **error)
{
  g_autofree char *values = list_values ();
  const ParaphCliCommand *command = NULL;

  cli->arguments = paraph_arguments_parse (words, values, error);
  if (cli->arguments == NULL)
    return FALSE;
  if (paraph_arguments_has (cli->arguments, "help"))
    {
      g_autofree char *help = make_help ();

      paraph_output_line (cli->output, "%s", help);
      paraph_output_string (cli->output, "help", help);
      return TRUE;
    }
  cli->is_yes = paraph_arguments_has (cli->arguments, "yes");
  command = find_command (cli->arguments);
  if (command == NULL)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                   _ ("There is no such command. “paraph-cli --help” lists all of them."));
      return FALSE;
    }
  if (!check_usage (command, cli->arguments, error))
    return FALSE;
  if (command->need == PARAPH_CLI_WITHOUT_HOME
      || (command->need == PARAPH_CLI_MAY_WORK_WITHOUT && cli->arguments->words->len > 0)
      || (command->need == PARAPH_CLI_UNLESS_FILES
          && paraph_arguments_has (cli->arguments, "file")))
    return command->run (cli, NULL, error);
  return paraph_cli_run_with_home (command, cli, error);
}

static void
fill_refusal (const GError *error, ParaphCli *cli, ParaphCliResult *result)
{
  g_autofree char *raw = paraph_cli_error_dup_sentence (error);
  g_autoptr (GString) sentence = g_string_new (NULL);
  g_autoptr (ParaphOutput) refusal = paraph_output_new (TRUE, FALSE);
  JsonBuilder *builder = paraph_output_get_builder (refusal);

  append_tame (sentence, raw);
  paraph_cli_warn (cli, "paraph-cli: %s", sentence->str);
  result->exit = paraph_cli_error_get_exit (error);
  if (!cli->is_json)
    return;
  json_builder_set_member_name (builder, "error");
  json_builder_begin_object (builder);
  paraph_output_string (refusal, "code", paraph_cli_error_get_word (error));
  paraph_output_string (refusal, "message", sentence->str);
  json_builder_end_object (builder);
  result->out = paraph_output_finish (refusal);
}

void
paraph_cli_run (const char *const *words, gboolean is_terminal, ParaphCliAsk ask,
                ParaphStoryWrite write, ParaphCliResult *ret_result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ParaphOutput) output = NULL;
  ParaphCli cli = { .ask = ask, .warnings = g_string_new (NULL), .write = write };

  memset (ret_result, 0, sizeof *ret_result);
  cli.is_json = g_strv_contains (words, "--json");
  cli.is_terminal = is_terminal;
  output = paraph_output_new (cli.is_json, is_terminal);
  cli.output = output;
  if (run_line (&cli, words, &error))
    {
      ret_result->exit = cli.exit;
      ret_result->out = paraph_output_finish (output);
    }
  else
    fill_refusal (error, &cli, ret_result);
  ret_result->err = g_string_free (cli.warnings, FALSE);
  g_clear_pointer (&cli.arguments, paraph_arguments_free);
}
