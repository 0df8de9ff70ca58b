#define G_LOG_DOMAIN "paraph-cli"

#include <string.h>

#include <glib/gi18n.h>

#include "app/audit.h"
#include "app/cli-files.h"
#include "app/cli.h"
#include "app/fork-proof.h"
#include "crypto/hash.h"
#include "negotiation/value.h"

static void
write_finding (ParaphCli *self, const ParaphFinding *finding)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (&finding->record, hex);
  paraph_output_line (self->output, "%s %-14s %.16s  %s",
                      paraph_finding_is_bad (finding) ? "!" : " ", finding->kind, hex,
                      finding->detail);
  json_builder_begin_object (paraph_output_get_builder (self->output));
  paraph_output_string (self->output, "kind", finding->kind);
  paraph_output_id (self->output, "record", &finding->record);
  paraph_output_id (self->output, "channel", &finding->channel);
  paraph_output_id (self->output, "by", &finding->by);
  paraph_output_number (self->output, "number", finding->number);
  paraph_output_string (self->output, "detail", finding->detail);
  paraph_output_boolean (self->output, "bad", paraph_finding_is_bad (finding));
  json_builder_end_object (paraph_output_get_builder (self->output));
}

static void
write_place (ParaphCli *self, const char *member, const ParaphPlace *place)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  json_builder_set_member_name (builder, member);
  if (place->number < 0)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  paraph_output_number (self->output, "number", place->number);
  paraph_output_id (self->output, "id", &place->id);
  json_builder_end_object (builder);
}

static void
write_audit (ParaphCli *self, const ParaphAudit *audit)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  paraph_output_string (self->output, "verdict", audit->is_good ? "good" : "bad");
  paraph_output_number (self->output, "records", audit->records);
  paraph_output_number (self->output, "signatures", audit->signatures);
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < audit->findings->len; i++)
    write_finding (self, g_ptr_array_index (audit->findings, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "chains");
  json_builder_begin_array (builder);
  for (guint i = 0; i < audit->chains->len; i++)
    {
      const ParaphAuditChain *chain = &g_array_index (audit->chains, ParaphAuditChain, i);

      json_builder_begin_object (builder);
      paraph_output_id (self->output, "author", &chain->author);
      paraph_output_id (self->output, "channel", &chain->channel);
      write_place (self, "head", &chain->head);
      write_place (self, "last_named_by_others", &chain->named);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  paraph_output_line (self->output, _ ("%s: %u records, %u signatures, %u findings, %u chains."),
                      audit->is_good ? _ ("Good") : _ ("Bad"), audit->records, audit->signatures,
                      audit->findings->len, audit->chains->len);
  self->exit = audit->is_good ? 0 : 1;
}

/* A fork in the own home can be shown to others. */
static void
suggest_proof (ParaphCli *self, const ParaphAudit *audit)
{
  for (guint i = 0; i < audit->findings->len; i++)
    {
      const ParaphFinding *finding = g_ptr_array_index (audit->findings, i);
      char hex[PARAPH_ID_HEX_SIZE + 1];

      if (strcmp (finding->kind, "fork") != 0 && strcmp (finding->kind, "settled") != 0)
        continue;
      paraph_id_to_hex (&finding->record, hex);
      paraph_output_next (self->output, "paraph-cli export proof.tar --fork %.16s", hex);
      return;
    }
}

static void
count_progress (guint done, guint total, const ParaphFinding *finding, gpointer progress)
{
  (void) finding; /* they are told at the end, in order */
  paraph_progress_count (progress, done, total);
}

/* Of a bundle where one is named, and of the home otherwise. */
static gboolean
run_audit (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_autoptr (ParaphBundleFile) bundle = NULL;
  g_autoptr (ParaphAudit) audit = NULL;
  g_autoptr (ParaphProgress) progress = paraph_cli_show_progress (self, _ ("Auditing"));
  gboolean is_quick = paraph_arguments_has (self->arguments, "quick");

  if (home != NULL)
    audit = paraph_audit_home (home, is_quick, count_progress, progress, error);
  else
    {
      bundle = paraph_bundle_open (paraph_cli_word (self, 0), error);
      if (bundle != NULL)
        audit = paraph_audit_bundle (bundle, is_quick, count_progress, progress, error);
    }
  if (audit == NULL)
    return FALSE;
  write_audit (self, audit);
  if (home != NULL)
    suggest_proof (self, audit);
  return TRUE;
}

static gboolean
read_withheld (ParaphCli *self, GArray *withheld, GError **error)
{
  g_auto (GStrv) ids = paraph_arguments_list (self->arguments, "withhold", TRUE);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      ParaphId id;

      if (!paraph_value_parse_id (ids[i], &id))
        {
          g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                       _ ("A body to withhold is named by its whole id, 64 digits."));
          return FALSE;
        }
      g_array_append_val (withheld, id);
    }
  return TRUE;
}

/* The channels asked for, or all of the negotiation. */
static GPtrArray *
list_scope (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_auto (GStrv) names = paraph_arguments_list (self->arguments, "channel", TRUE);
  const char *negotiation = paraph_arguments_get (self->arguments, "negotiation", NULL);
  g_autoptr (GPtrArray) channels = g_ptr_array_new ();
  ParaphChannel *plenary = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      ParaphChannel *channel = paraph_find_channel (home, names[i], PARAPH_FIND_READING, error);

      if (channel == NULL)
        return NULL;
      if (!g_ptr_array_find (channels, channel, NULL))
        g_ptr_array_add (channels, channel);
    }
  if (channels->len > 0)
    return g_steal_pointer (&channels);
  plenary = paraph_find_negotiation (home, negotiation, PARAPH_FIND_READING, error);
  if (plenary == NULL)
    return NULL;
  return paraph_ledger_list_channels (home->ledger, paraph_channel_get_id (plenary));
}

/* The proof of the fork in the chain of a record. */
static gboolean
export_fork (ParaphCli *self, ParaphHome *home, const char *name, GError **error)
{
  const char *path = paraph_cli_word (self, 0);
  ParaphEntry *entry = paraph_find_record (home, name, PARAPH_FIND_READING, error);
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  ParaphId records[2] = { { { 0 } }, { { 0 } } };
  g_autoptr (GBytes) proof = NULL;
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (entry == NULL)
    return FALSE;
  proof = paraph_fork_proof_make (home, entry, records, error);
  if (proof == NULL || !paraph_cli_write_file (path, proof, error))
    return FALSE;
  paraph_output_line (self->output, _ ("Proof of two records at one place written to %s."), path);
  paraph_output_string (self->output, "file", path);
  json_builder_set_member_name (builder, "records");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      paraph_id_to_hex (&records[i], hex);
      paraph_output_line (self->output, "  %s", hex);
      json_builder_add_string_value (builder, hex);
    }
  json_builder_end_array (builder);
  paraph_output_number (self->output, "size", (gint64) g_bytes_get_size (proof));
  return TRUE;
}

static gboolean
export_bundle (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *path = paraph_cli_word (self, 0);
  const char *at = paraph_arguments_get (self->arguments, "at", NULL);
  g_autoptr (GArray) withheld = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  g_autoptr (GPtrArray) channels = list_scope (self, home, error);
  g_autofree ParaphBundleScope *scope = NULL;
  g_autoptr (ParaphProgress) progress = paraph_cli_show_progress (self, _ ("Exporting"));
  g_autoptr (GBytes) bundle = NULL;
  ParaphEntry *as_of = NULL;
  guint n_used = 0;

  if (channels == NULL || !read_withheld (self, withheld, error))
    return FALSE;
  if (at != NULL && (as_of = paraph_find_record (home, at, PARAPH_FIND_READING, error)) == NULL)
    return FALSE;
  scope = g_new0 (ParaphBundleScope, channels->len + 1);
  for (guint i = 0; i < channels->len; i++)
    {
      scope[i].channel = g_ptr_array_index (channels, i);
      if (as_of != NULL && paraph_entry_get_channel (as_of) == scope[i].channel)
        {
          scope[i].as_of = as_of;
          n_used++;
        }
    }
  if (as_of != NULL && n_used == 0)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
                   _ ("The record of --at lies in none of the channels in scope."));
      return FALSE;
    }
  bundle = paraph_bundle_make (home, scope, channels->len, withheld, error);
  if (bundle == NULL || !paraph_cli_write_file (path, bundle, error))
    return FALSE;
  paraph_output_line (self->output, _ ("Bundle of %u channels written to %s."), channels->len,
                      path);
  paraph_output_string (self->output, "file", path);
  paraph_output_number (self->output, "channels", channels->len);
  paraph_output_number (self->output, "size", (gint64) g_bytes_get_size (bundle));
  paraph_output_next (self->output, "paraph-cli audit %s", path);
  return TRUE;
}

static gboolean
run_export (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *fork = paraph_arguments_get (self->arguments, "fork", NULL);

  return fork == NULL ? export_bundle (self, home, error) : export_fork (self, home, fork, error);
}

const ParaphCliCommand paraph_cli_audit_commands[] = {
  { "audit", "[BUNDLE] [--quick]", " quick ", 0, 1, PARAPH_CLI_MAY_WORK_WITHOUT, run_audit },
  { "export",
    "BUNDLE [--negotiation N] [--channel C,..] [--at RECORD] [--withhold ID,..] | export PROOF "
    "--fork RECORD",
    " negotiation channel at withhold fork ", 1, 1, PARAPH_CLI_WITH_HOME, run_export },
  { 0 },
};
