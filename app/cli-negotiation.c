#define G_LOG_DOMAIN "paraph-cli"

#include <glib/gi18n.h>

#include "app/cli-files.h"
#include "app/cli.h"
#include "app/negotiation-requests.h"
#include "crypto/hash.h"

#define SEATS_MAX 64

static char **
list_or (const ParaphArguments *arguments, const char *name, const char *fallback)
{
  if (!paraph_arguments_has (arguments, name))
    return fallback == NULL ? g_new0 (char *, 1) : g_strsplit (fallback, ",", -1);
  return paraph_arguments_list (arguments, name, TRUE);
}

/* CODE:ROLE:NAME, cut in place. */
static gboolean
parse_seat (char *text, ParaphSeat *ret_seat, GError **error)
{
  char *role = strchr (text, ':');
  char *name = role == NULL ? NULL : strchr (role + 1, ':');

  if (name == NULL)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                   _ ("A seat is written CODE:ROLE:NAME, for example --seat MED:mediator:\"The "
                      "mediator\"."));
      return FALSE;
    }
  *role = '\0';
  *name = '\0';
  *ret_seat = (ParaphSeat){ .code = text, .role = role + 1, .name = name + 1 };
  return TRUE;
}

static gboolean
run_convene (ParaphCli *self, ParaphHome *home, GError **error)
{
  const ParaphArguments *arguments = self->arguments;
  g_auto (GStrv) seats = paraph_arguments_list (arguments, "seat", FALSE);
  g_auto (GStrv) languages = list_or (arguments, "languages", "en");
  g_auto (GStrv) issuers = list_or (arguments, "issuer", NULL);
  g_auto (ParaphMade) made = { 0 };
  ParaphSeat parsed[SEATS_MAX];
  ParaphConvening convening = { .title = paraph_cli_word (self, 0),
                                .seats = parsed,
                                .n_seats = g_strv_length (seats),
                                .rule = paraph_arguments_get (arguments, "rule", "unanimity"),
                                .languages = (const char *const *) languages,
                                .zone = paraph_arguments_get (arguments, "zone", "UTC"),
                                .issuers = (const char *const *) issuers,
                                .adoption = paraph_arguments_get (arguments, "adoption", "moves") };

  if (convening.n_seats < 2 || convening.n_seats > SEATS_MAX)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                   _ ("A negotiation has 2 to 64 seats: give --seat CODE:ROLE:NAME for each."));
      return FALSE;
    }
  for (guint i = 0; i < convening.n_seats; i++)
    if (!parse_seat (seats[i], &parsed[i], error))
      return FALSE;
  if (!paraph_negotiation_convene (home, &convening, &made, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Convened"));
  paraph_output_next (self->output, "paraph-cli negotiation invite \"%s\" --for CODE FILE",
                      convening.title);
  return TRUE;
}

static gboolean
run_invite (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *code = paraph_arguments_get (self->arguments, "for", NULL);
  const char *path = paraph_cli_word (self, 1);
  g_autoptr (GBytes) file = NULL;
  ParaphChannel *plenary = NULL;

  if (code == NULL)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                   _ ("Say whom the invitation is for: --for CODE."));
      return FALSE;
    }
  plenary = paraph_find_negotiation (home, paraph_cli_word (self, 0), PARAPH_FIND_READING, error);
  if (plenary == NULL)
    return FALSE;
  file = paraph_negotiation_invite (home, plenary, code, error);
  if (file == NULL || !paraph_cli_write_file (path, file, error))
    return FALSE;
  paraph_output_line (self->output, _ ("Invitation for %s written to %s. Hand it over."), code,
                      path);
  paraph_output_id (self->output, "negotiation", paraph_channel_get_id (plenary));
  paraph_output_string (self->output, "for", code);
  paraph_output_string (self->output, "file", path);
  paraph_output_next (self->output, _ ("they run: paraph-cli negotiation join %s ANSWER"), path);
  return TRUE;
}

static void
write_charter (ParaphCli *self, const ParaphHeader *charter)
{
  const char *const *seats = paraph_header_get_values (charter, "seat");
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  paraph_output_line (self->output, _ ("Title: %s"), paraph_header_get_value (charter, "title"));
  paraph_output_id (self->output, "negotiation", &charter->id);
  paraph_output_string (self->output, "title", paraph_header_get_value (charter, "title"));
  paraph_output_string (self->output, "rule", paraph_header_get_value (charter, "rule"));
  paraph_output_string (self->output, "adoption", paraph_header_get_value (charter, "adoption"));
  paraph_output_string (self->output, "zone", paraph_header_get_value (charter, "zone"));
  json_builder_set_member_name (builder, "seats");
  json_builder_begin_array (builder);
  for (guint i = 0; seats[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (seats[i], " ", 4);

      if (g_strv_length (parts) != 4)
        continue;
      paraph_output_line (self->output, "  %-6s  %-10s  %s", parts[0], parts[1], parts[3]);
      json_builder_begin_object (builder);
      paraph_output_string (self->output, "code", parts[0]);
      paraph_output_string (self->output, "role", parts[1]);
      paraph_output_string (self->output, "name", parts[3]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  paraph_output_line (self->output, _ ("Rule: %s; adoption %s the text"),
                      paraph_header_get_value (charter, "rule"),
                      paraph_header_get_value (charter, "adoption"));
}

static gboolean
run_open (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *path = paraph_cli_word (self, 0);
  g_autoptr (GBytes) file = paraph_cli_read_file (path, PARAPH_CARD_MAX, error);
  g_autoptr (ParaphInvitation) invitation = NULL;

  (void) home; /* opening only shows */
  if (file == NULL)
    return FALSE;
  invitation = paraph_invitation_read (file, error);
  if (invitation == NULL)
    return FALSE;
  paraph_output_line (self->output, _ ("Invitation by %s for the seat %s."), invitation->convener,
                      invitation->seat);
  paraph_output_string (self->output, "convener", invitation->convener);
  paraph_output_id (self->output, "delegation", &invitation->delegation);
  paraph_output_string (self->output, "for", invitation->seat);
  write_charter (self, invitation->charter);
  paraph_output_next (self->output, "paraph-cli negotiation join %s ANSWER", path);
  return TRUE;
}

static gboolean
run_join (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *path = paraph_cli_word (self, 1);
  g_autoptr (GBytes) file =
      paraph_cli_read_file (paraph_cli_word (self, 0), PARAPH_CARD_MAX, error);
  g_autoptr (GBytes) answer = NULL;
  g_auto (ParaphMade) made = { 0 };

  if (file == NULL)
    return FALSE;
  answer = paraph_negotiation_join (home, file, &made, error);
  if (answer == NULL || !paraph_cli_write_file (path, answer, error))
    return FALSE;
  paraph_cli_write_made (self, &made, _ ("Joining"));
  paraph_output_string (self->output, "file", path);
  paraph_output_line (self->output, _ ("Answer written to %s. Hand it to the convener."), path);
  paraph_output_next (
      self->output,
      _ ("the convener runs: paraph-cli negotiation admit %s; then both: paraph-cli "
         "sync"),
      path);
  return TRUE;
}

static gboolean
run_list (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  (void) error; /* nothing here fails */
  json_builder_set_member_name (builder, "negotiations");
  json_builder_begin_array (builder);
  for (guint i = 0; i < channels->len; i++)
    {
      const ParaphHeader *header =
          paraph_entry_get_header (paraph_channel_get_opening (g_ptr_array_index (channels, i)));
      char hex[PARAPH_ID_HEX_SIZE + 1];

      if (header->kind != PARAPH_KIND_CHARTER)
        continue;
      paraph_id_to_hex (&header->id, hex);
      paraph_output_line (self->output, "%.16s  %s", hex,
                          paraph_header_get_value (header, "title"));
      json_builder_begin_object (builder);
      paraph_output_id (self->output, "id", &header->id);
      paraph_output_string (self->output, "title", paraph_header_get_value (header, "title"));
      paraph_output_boolean (self->output, "complete",
                             paraph_channel_is_complete (g_ptr_array_index (channels, i), NULL));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return TRUE;
}

static gboolean
run_show (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphChannel *plenary =
      paraph_find_negotiation (home, paraph_cli_word (self, 0), PARAPH_FIND_READING, error);

  if (plenary == NULL)
    return FALSE;
  write_charter (self, paraph_entry_get_header (paraph_channel_get_opening (plenary)));
  paraph_output_boolean (self->output, "complete", paraph_channel_is_complete (plenary, NULL));
  paraph_output_line (self->output, paraph_channel_is_complete (plenary, NULL)
                                        ? _ ("Every party's seat is filled.")
                                        : _ ("Some party's seat is not filled yet."));
  return TRUE;
}

const ParaphCliCommand paraph_cli_negotiation_commands[] = {
  { "negotiation convene",
    "TITLE --seat CODE:ROLE:NAME ... [--rule unanimity|two-thirds] [--languages en,..] [--zone "
    "ZONE] [--issuer CODE,..] [--adoption moves|stays]",
    " seat rule languages zone issuer adoption ", 1, 1, PARAPH_CLI_WITH_HOME, run_convene },
  { "negotiation invite", "NEGOTIATION --for CODE FILE", " for ", 2, 2, PARAPH_CLI_WITH_HOME,
    run_invite },
  { "negotiation open", "INVITATION", "", 1, 1, PARAPH_CLI_WITHOUT_HOME, run_open },
  { "negotiation join", "INVITATION ANSWER", "", 2, 2, PARAPH_CLI_WITH_HOME, run_join },
  { "negotiation list", "", "", 0, 0, PARAPH_CLI_WITH_HOME, run_list },
  { "negotiation show", "[NEGOTIATION]", "", 0, 1, PARAPH_CLI_WITH_HOME, run_show },
  { 0 },
};
