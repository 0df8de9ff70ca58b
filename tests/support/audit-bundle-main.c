/* The audit of one bundle, as JSON: what the program's own "audit" prints, for the tamper matrix
 * while that program is not built. audit-bundle [--json] [audit] BUNDLE */

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#include "app/audit.h"
#include "crypto/hash.h"
#include "crypto/start.h"

static void
add_id (JsonBuilder *builder, const char *name, const ParaphId *id, const char *none)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  json_builder_set_member_name (builder, name);
  paraph_id_to_hex (id, hex);
  if (!paraph_id_is_zero (id))
    json_builder_add_string_value (builder, hex);
  else if (none != NULL)
    json_builder_add_string_value (builder, none);
  else
    json_builder_add_null_value (builder);
}

static void
add_finding (JsonBuilder *builder, const ParaphFinding *finding)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "kind");
  json_builder_add_string_value (builder, finding->kind);
  add_id (builder, "record", &finding->record, "-");
  add_id (builder, "channel", &finding->channel, NULL);
  add_id (builder, "by", &finding->by, NULL);
  json_builder_set_member_name (builder, "number");
  if (finding->number < 0)
    json_builder_add_null_value (builder);
  else
    json_builder_add_int_value (builder, finding->number);
  json_builder_set_member_name (builder, "detail");
  json_builder_add_string_value (builder, finding->detail);
  json_builder_end_object (builder);
}

static void
add_chain (JsonBuilder *builder, const ParaphAuditChain *chain)
{
  json_builder_begin_object (builder);
  add_id (builder, "author", &chain->author, NULL);
  add_id (builder, "channel", &chain->channel, NULL);
  add_id (builder, "head", &chain->head.id, NULL);
  add_id (builder, "last_named_by_others", &chain->named.id, NULL);
  json_builder_end_object (builder);
}

static void
print_audit (const ParaphAudit *audit)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "paraph");
  json_builder_add_int_value (builder, 1);
  json_builder_set_member_name (builder, "verdict");
  json_builder_add_string_value (builder, audit->is_good ? "good" : "bad");
  json_builder_set_member_name (builder, "records");
  json_builder_add_int_value (builder, audit->records);
  json_builder_set_member_name (builder, "signatures");
  json_builder_add_int_value (builder, audit->signatures);
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < audit->findings->len; i++)
    add_finding (builder, g_ptr_array_index (audit->findings, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "chains");
  json_builder_begin_array (builder);
  for (guint i = 0; i < audit->chains->len; i++)
    add_chain (builder, &g_array_index (audit->chains, ParaphAuditChain, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  puts (text);
}

int
main (int argc, char **argv)
{
  g_autoptr (ParaphBundleFile) bundle = NULL;
  g_autoptr (ParaphAudit) audit = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_quick = FALSE;

  if (argc < 2 || paraph_crypto_start () != 0)
    return 2;
  for (int i = 1; i < argc; i++)
    is_quick = is_quick || strcmp (argv[i], "--quick") == 0;
  bundle = paraph_bundle_open (argv[argc - 1], &error);
  if (bundle != NULL)
    audit = paraph_audit_bundle (bundle, is_quick, NULL, NULL, &error);
  if (audit == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 3;
    }
  print_audit (audit);
  return audit->is_good ? 0 : 1;
}
