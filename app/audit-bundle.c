/* The audit of a bundle: what its files say, against each other and against the records. */

#include <string.h>

#include "app/audit-private.h"
#include "app/audit-files.h"
#include "app/error.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"

#define SIGNATURE_FILE_MAX 2048

static gboolean
refuse (GError **error, const char *reason)
{
  return paraph_app_error_set (
      error, PARAPH_APP_ERROR_REFUSED,
      "This is no bundle that can be audited (%s). Ask whoever made it for it again.", reason);
}

/* Sums and names. */

/* SHA256SUMS as names to ids. */
static GHashTable *
read_sums (ParaphBundleFile *bundle, GError **error)
{
  g_autoptr (GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) lines = paraph_audit_dup_lines (bundle, "SHA256SUMS");

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      ParaphId id;

      if (strlen (lines[i]) <= PARAPH_ID_HEX_SIZE + 2
          || paraph_id_from_hex (lines[i], PARAPH_ID_HEX_SIZE, &id) != 0
          || strncmp (lines[i] + PARAPH_ID_HEX_SIZE, "  ", 2) != 0
          || !g_hash_table_insert (sums, g_strdup (lines[i] + PARAPH_ID_HEX_SIZE + 2),
                                   g_memdup2 (&id, sizeof id)))
        {
          refuse (error, "SHA256SUMS is not legal");
          return NULL;
        }
    }
  if (lines == NULL)
    {
      refuse (error, "SHA256SUMS is missing");
      return NULL;
    }
  return g_steal_pointer (&sums);
}

static void
find_altered (ParaphAuditRun *run, const char *name, const ParaphId *real, const ParaphId *told)
{
  g_autofree char *detail = NULL;
  ParaphId id;
  const char *rest = NULL;
  gboolean has_id = paraph_audit_parse_name (name, &id, &rest);

  if (has_id && real != NULL && rest[0] == '\0' && !paraph_id_equal (real, &id))
    g_hash_table_add (run->altered, g_memdup2 (&id, sizeof id));
  else if (real != NULL && told != NULL && paraph_id_equal (real, told)
           && paraph_audit_is_entry (name))
    return;
  detail = g_strdup_printf ("%s is not as its name, SHA256SUMS or the protocol says.", name);
  paraph_audit_run_find (run, "altered", has_id ? &id : NULL, NULL, detail);
}

static gboolean
check_sums (ParaphAuditRun *run, GError **error)
{
  const GPtrArray *names = paraph_bundle_list (run->bundle);
  g_autoptr (GHashTable) sums = read_sums (run->bundle, error);
  GHashTableIter iter;
  gpointer name, told;

  if (sums == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      const char *here = g_ptr_array_index (names, i);
      gboolean is_sums = strcmp (here, "SHA256SUMS") == 0;
      ParaphId real;

      if (is_sums && !g_hash_table_contains (sums, here))
        continue;
      if (!paraph_bundle_hash (run->bundle, here, &real))
        return refuse (error, "it cannot be read");
      find_altered (run, here, &real, g_hash_table_lookup (sums, here));
    }
  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, &name, &told))
    if (!paraph_bundle_has (run->bundle, name, NULL))
      find_altered (run, name, NULL, told);
  return TRUE;
}

/* Scope. */

/* "channel: <id> <id>". */
static gboolean
parse_scope_line (const char *line, ParaphPlace *ret_place)
{
  const char *word = line + strlen ("channel: ");

  memset (ret_place, 0, sizeof *ret_place);
  return g_str_has_prefix (line, "channel: ") && strlen (word) == 2 * PARAPH_ID_HEX_SIZE + 1
         && word[PARAPH_ID_HEX_SIZE] == ' '
         && paraph_id_from_hex (word, PARAPH_ID_HEX_SIZE, &ret_place->author) == 0
         && paraph_id_from_hex (word + PARAPH_ID_HEX_SIZE + 1, PARAPH_ID_HEX_SIZE, &ret_place->id)
                == 0;
}

/* An array of ParaphPlace: channels and their records R. NULL: not legal. */
static GArray *
read_scope (ParaphAuditRun *run, ParaphId *ret_negotiation, GError **error)
{
  g_auto (GStrv) lines = paraph_audit_dup_lines (run->bundle, "SCOPE.txt");
  g_autoptr (GArray) scope = g_array_new (FALSE, TRUE, sizeof (ParaphPlace));
  gboolean is_legal =
      lines != NULL && g_strv_length (lines) >= 3 && strcmp (lines[0], "paraph-bundle 1") == 0
      && g_str_has_prefix (lines[1], "negotiation: ")
      && paraph_id_from_hex (lines[1] + 13, strlen (lines[1] + 13), ret_negotiation) == 0;

  for (guint i = 2; is_legal && lines[i] != NULL; i++)
    {
      ParaphPlace place;

      is_legal =
          parse_scope_line (lines[i], &place) && (i == 2 || strcmp (lines[i - 1], lines[i]) < 0);
      g_array_append_val (scope, place);
    }
  if (!is_legal)
    {
      refuse (error, "SCOPE.txt is missing or not legal");
      return NULL;
    }
  return g_steal_pointer (&scope);
}

static void
hold_records (ParaphAuditRun *run)
{
  const GPtrArray *names = paraph_bundle_list (run->bundle);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autoptr (GBytes) bytes = NULL;
      const char *rest;
      guint64 size = 0;
      ParaphId id;

      if (g_str_has_prefix (name, "blobs/") || !paraph_audit_parse_name (name, &id, &rest)
          || rest[0] != '\0')
        continue;
      run->audit->records++;
      if (g_hash_table_contains (run->altered, &id))
        continue;
      (void) paraph_bundle_has (run->bundle, name, &size);
      if (size <= PARAPH_HEADER_MAX)
        bytes = paraph_bundle_get (run->bundle, name);
      (void) paraph_audit_run_hold (run, &id, bytes, g_str_has_prefix (name, "identity/"));
    }
}

/* Signatures. */

/* The signature in a file, where it is key's, for this purpose, and in the one legal form. */
static gboolean
read_signature (ParaphAuditRun *run, const char *name, const ParaphSignKey *key, const char *space,
                ParaphSignedBy *ret_by)
{
  g_autoptr (GBytes) bytes = NULL;
  ParaphSshsig sshsig;
  guint64 size = 0;

  if (!paraph_bundle_has (run->bundle, name, &size) || size > SIGNATURE_FILE_MAX)
    return FALSE;
  bytes = paraph_bundle_get (run->bundle, name);
  if (bytes == NULL
      || paraph_sshsig_dearmor (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &sshsig)
             != 0
      || memcmp (&sshsig.key, key, sizeof *key) != 0 || strcmp (sshsig.name_space, space) != 0)
    return FALSE;
  paraph_sign_key_id (key, &ret_by->key);
  ret_by->signature = sshsig.signature;
  return TRUE;
}

static ParaphSealedRecord *
seal (ParaphAuditRun *run, ParaphHeader *header, const ParaphSignKey *keys, guint n_keys,
      guint *ret_n_bad)
{
  gboolean is_identity = paraph_kind_is_identity (header->kind);
  g_autofree char *space = paraph_header_dup_namespace (header);
  ParaphSignedBy by[PARAPH_SIGNATURES_MAX];
  char hex[PARAPH_ID_HEX_SIZE + 1], signer[PARAPH_ID_HEX_SIZE + 1];
  guint n = 0, n_files = 1;

  paraph_id_to_hex (&header->id, hex);
  for (guint i = 0; i < n_keys && i < PARAPH_SIGNATURES_MAX; i++)
    {
      g_autofree char *name = NULL;
      ParaphId id;

      paraph_sign_key_id (&keys[i], &id);
      paraph_id_to_hex (&id, signer);
      name = is_identity ? g_strdup_printf ("identity/%s.%.16s.sig", hex, signer)
                         : g_strdup_printf ("records/%s.sig", hex);
      if (read_signature (run, name, &keys[i], space, &by[n]))
        n++;
    }
  if (is_identity)
    {
      g_autofree char *prefix = g_strdup_printf ("identity/%s.", hex);

      n_files = paraph_audit_count_prefix (run->bundle, prefix);
    }
  *ret_n_bad = n_files > n ? n_files - n : 0;
  return paraph_sealed_record_new (header, by, n);
}

ParaphAudit *
paraph_audit_bundle (ParaphBundleFile *bundle, gboolean quick, ParaphAuditProgress progress,
                     gpointer data, GError **error)
{
  g_auto (ParaphAuditRun) run = { 0 };
  g_autoptr (GArray) places = NULL;
  ParaphAuditScope scope = { 0 };
  ParaphId negotiation;

  paraph_audit_run_init (&run, quick);
  run.bundle = bundle;
  run.seal = seal;
  run.progress = progress;
  run.progress_data = data;
  if (!check_sums (&run, error))
    return NULL;
  places = read_scope (&run, &negotiation, error);
  if (places == NULL)
    return NULL;
  scope.negotiation = &negotiation;
  scope.scope = (const ParaphPlace *) (gconstpointer) places->data;
  scope.n_scope = places->len;
  hold_records (&run);
  paraph_audit_run_reach (&run, &scope);
  paraph_audit_run_place (&run);
  if (!paraph_audit_check_derived (&run, error) || !paraph_audit_check_blobs (&run, error))
    return NULL;
  paraph_audit_run_judge (&run);
  return paraph_audit_run_finish (&run);
}
