#define G_LOG_DOMAIN "paraph-cli"

#include <glib/gi18n.h>

#include "app/cli-files.h"
#include "app/cli-notice.h"
#include "app/cli.h"
#include "app/identity-requests.h"
#include "app/sync.h"
#include "crypto/hash.h"
#include "negotiation/identity-draft.h"
#include "negotiation/value.h"

static gboolean
write_whoami (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_auto (ParaphWhoami) who = { 0 };
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (!paraph_identity_describe (home, &who, error))
    return FALSE;
  paraph_id_to_hex (&who.own.delegation, hex);
  paraph_output_line (self->output, _ ("Delegation: %s (%s) %s"), who.own.name, who.own.code, hex);
  paraph_output_line (self->output, _ ("Own half of every safety number: %s"), who.safety);
  paraph_id_to_hex (&who.own.device, hex);
  paraph_output_line (self->output, _ ("Person: %s, device %s"), who.own.person, hex);
  paraph_output_line (self->output, _ ("Mailbox: %s"), who.mailbox == NULL ? "-" : who.mailbox);
  if (who.keeps_custodian)
    paraph_output_line (self->output,
                        _ ("The custodian key lies in this home. Whoever takes the home takes it "
                           "too; “init --custodian-out FILE” puts it elsewhere."));
  paraph_output_id (self->output, "delegation", &who.own.delegation);
  paraph_output_string (self->output, "code", who.own.code);
  paraph_output_string (self->output, "name", who.own.name);
  paraph_output_string (self->output, "safety", who.safety);
  paraph_output_string (self->output, "person", who.own.person);
  paraph_output_id (self->output, "device", &who.own.device);
  paraph_output_string (self->output, "mailbox", who.mailbox);
  paraph_output_boolean (self->output, "keeps_custodian", who.keeps_custodian);
  return TRUE;
}

static gboolean
run_init (ParaphCli *self, ParaphHome *home, GError **error)
{
  if (!write_whoami (self, home, error))
    return FALSE;
  paraph_cli_warn (self, _ ("Note: the pages of the database are not yet encrypted; keys are. "
                            "Keep this home on an encrypted disk."));
  paraph_output_boolean (self->output, "pages_encrypted", FALSE);
  paraph_output_next (self->output,
                      _ ("paraph-cli negotiation convene TITLE --seat CODE:ROLE:NAME ..., or "
                         "paraph-cli negotiation open INVITATION"));
  return TRUE;
}

static void
write_device (ParaphCli *self, ParaphHome *home, const ParaphPowers *powers)
{
  g_autofree char *words = paraph_powers_format (powers->powers);
  g_auto (ParaphActor) actor = { 0 };
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_delegation_get_actor (home, NULL, &powers->delegation, &actor);
  paraph_id_to_hex (&powers->device, hex);
  paraph_output_line (self->output, "%s  %s  %s  %s", actor.code, hex, powers->person, words);
  json_builder_begin_object (paraph_output_get_builder (self->output));
  paraph_output_id (self->output, "device", &powers->device);
  paraph_output_id (self->output, "delegation", &powers->delegation);
  paraph_output_string (self->output, "code", actor.code);
  paraph_output_string (self->output, "person", powers->person);
  paraph_output_string (self->output, "powers", words);
  json_builder_end_object (paraph_output_get_builder (self->output));
}

static gboolean
run_device_list (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  g_autoptr (GArray) all = paraph_identities_list (identities);
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  (void) error; /* nothing here fails */
  json_builder_set_member_name (builder, "devices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < all->len; i++)
    {
      g_autoptr (GPtrArray) devices =
          paraph_identities_list_devices (identities, &g_array_index (all, ParaphId, i));

      for (guint j = 0; j < devices->len; j++)
        write_device (self, home, g_ptr_array_index (devices, j));
    }
  json_builder_end_array (builder);
  return TRUE;
}

static gboolean
run_device_revoke (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *path = paraph_arguments_get (self->arguments, "custodian", NULL);
  const char *reason = paraph_arguments_get (self->arguments, "reason", "lost");
  const ParaphPowers *powers =
      paraph_find_device (home, paraph_cli_word (self, 0), PARAPH_FIND_BINDING, error);
  PARAPH_SECRET_AUTO ParaphSecret *custodian = NULL;
  char hex[PARAPH_ID_HEX_SIZE + 1];
  ParaphMade made = { 0 };
  ParaphId device;

  if (powers == NULL)
    return FALSE;
  if (!paraph_id_equal (&powers->delegation, &home->delegation))
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
                   _ ("Only its own delegation can revoke that device. Ask them to."));
      return FALSE;
    }
  device = powers->device;
  paraph_id_to_hex (&device, hex);
  if (!paraph_cli_confirm (self, error, _ ("Revoke the device %s of %s (%s) for good."), hex,
                           powers->person, reason))
    return FALSE;
  if (path != NULL && (custodian = paraph_cli_read_custodian (path, error)) == NULL)
    return FALSE;
  if (!paraph_device_revoke (home, &device, reason, custodian, &made.id, error))
    return FALSE;
  made.channel = home->delegation;
  {
    ParaphDelegation own;

    if (paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                          &home->delegation, &own))
      made.number = own.head_number;
  }
  paraph_cli_write_made (self, &made, _ ("Revoked"));
  if (paraph_id_equal (&device, &home->device))
    paraph_output_next (
        self->output, _ ("paraph-cli sync, which tells the others; this device sends nothing else "
                         "any more. Without a carrier: paraph-cli card export FILE, and hand the "
                         "file to the others, who run: paraph-cli card import FILE"));
  else
    paraph_output_next (self->output, "paraph-cli sync");
  return TRUE;
}

static gboolean
run_sync (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphSyncReport report = { 0 };
  g_autoptr (ParaphProgress) progress = paraph_cli_show_progress (self, _ ("Synchronising"));

  if (!paraph_sync_run (home, &report, error))
    return FALSE;
  paraph_output_line (
      self->output, _ ("Received %u, applied %u, waiting %u, refused %u; sent %u, unsent %u."),
      report.received, report.applied, report.waiting, report.refused, report.sent, report.unsent);
  if (report.held > 0)
    paraph_output_line (self->output,
                        _ ("Limits hold back %u records. “negotiation door list” names them."),
                        report.held);
  paraph_output_number (self->output, "received", report.received);
  paraph_output_number (self->output, "applied", report.applied);
  paraph_output_number (self->output, "waiting", report.waiting);
  paraph_output_number (self->output, "held", report.held);
  paraph_output_number (self->output, "refused", report.refused);
  paraph_output_number (self->output, "sent", report.sent);
  paraph_output_number (self->output, "unsent", report.unsent);
  return paraph_cli_write_new_notices (self, home, error);
}

static void
write_record (ParaphCli *self, ParaphHome *home, ParaphEntry *entry)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  ParaphEffect effect = paraph_entry_get_effect (entry);
  gboolean has_effect = effect == PARAPH_EFFECT_FULL;
  const char *symbol = paraph_header_get_value (header, "symbol");
  g_auto (ParaphActor) actor = { 0 };
  g_autofree char *time = paraph_value_format_time (header->time);
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_record_get_actor (home, entry, &actor);
  paraph_id_to_hex (&header->id, hex);
  paraph_output_line (self->output, "%s  %-6s  %-10s  %-12s  %.16s  %s", time, actor.code,
                      header->kind_word, symbol == NULL ? "-" : symbol, hex,
                      has_effect ? "" : paraph_effect_get_word (effect));
  json_builder_begin_object (paraph_output_get_builder (self->output));
  paraph_output_id (self->output, "id", &header->id);
  paraph_output_id (self->output, "channel",
                    paraph_channel_get_id (paraph_entry_get_channel (entry)));
  paraph_output_string (self->output, "kind", header->kind_word);
  paraph_output_actor (self->output, "by", &actor);
  paraph_output_number (self->output, "number", header->number);
  paraph_output_number (self->output, "clock", header->clock);
  paraph_output_time (self->output, "time", header->time);
  paraph_output_string (self->output, "outcome", has_effect ? "applied" : "without-effect");
  paraph_output_string (self->output, "symbol", symbol);
  paraph_output_string (self->output, "standing",
                        paraph_standing_get_word (paraph_entry_get_standing (entry)));
  paraph_output_string (self->output, "reason",
                        has_effect ? NULL : paraph_effect_get_word (effect));
  paraph_output_boolean (self->output, "disowned", paraph_entry_is_disowned (entry));
  json_builder_end_object (paraph_output_get_builder (self->output));
}

static void
write_channel (ParaphCli *self, ParaphHome *home, ParaphChannel *channel)
{
  const GPtrArray *entries = paraph_channel_list (channel);

  for (guint i = 0; i < entries->len; i++)
    write_record (self, home, g_ptr_array_index (entries, i));
}

static gboolean
run_log (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *name = paraph_cli_word (self, 0);
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  ParaphChannel *only =
      name == NULL ? NULL : paraph_find_channel (home, name, PARAPH_FIND_READING, error);

  if (name != NULL && only == NULL)
    return FALSE;
  if (paraph_arguments_has (self->arguments, "notices"))
    return paraph_cli_write_notices (self, home, only, error);
  json_builder_set_member_name (paraph_output_get_builder (self->output), "records");
  json_builder_begin_array (paraph_output_get_builder (self->output));
  for (guint i = 0; i < channels->len; i++)
    if (only == NULL || only == g_ptr_array_index (channels, i))
      write_channel (self, home, g_ptr_array_index (channels, i));
  json_builder_end_array (paraph_output_get_builder (self->output));
  return TRUE;
}

const ParaphCliCommand paraph_cli_home_commands[] = {
  { "init", "--delegation NAME --code CODE --person NAME [--custodian-out FILE] [--pouch DIR]",
    " delegation code person custodian-out pouch ", 0, 0, PARAPH_CLI_FOUNDS_HOME, run_init },
  { "whoami", "", "", 0, 0, PARAPH_CLI_WITH_HOME, write_whoami },
  { "device list", "", "", 0, 0, PARAPH_CLI_WITH_HOME, run_device_list },
  { "device revoke", "DEVICE [--reason lost|stolen|compromised|left|replaced] [--custodian FILE]",
    " reason custodian ", 1, 1, PARAPH_CLI_WITH_HOME, run_device_revoke },
  { "sync", "", "", 0, 0, PARAPH_CLI_OWN_TRANSACTIONS, run_sync },
  { "log", "[CHANNEL] [--notices]", " notices ", 0, 1, PARAPH_CLI_WITH_HOME, run_log },
  { 0 },
};
