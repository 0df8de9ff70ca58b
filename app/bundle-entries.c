/* Files of an archive: texts, records with their signatures, who may sign, and the sums. */

#include "app/bundle-entries.h"

#include <string.h>

#include "app/app-resources.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"

static int
compare_words (gconstpointer a, gconstpointer b, gpointer data)
{
  (void) data;
  return strcmp (a, b);
}

GTree *
paraph_bundle_lines_new (void)
{
  return g_tree_new_full (compare_words, NULL, g_free, NULL);
}

static void
add_bytes (GPtrArray *entries, char *name, GBytes *bytes)
{
  g_ptr_array_add (entries, paraph_bundle_entry_new (name, bytes));
}

void
paraph_bundle_add_text (GPtrArray *entries, const char *name, GString *text)
{
  add_bytes (entries, g_strdup (name), g_string_free_to_bytes (text));
}

static gboolean
append_line (gpointer key, gpointer value, gpointer data)
{
  (void) value;
  g_string_append (data, key);
  g_string_append_c (data, '\n');
  return FALSE;
}

void
paraph_bundle_add_lines (GPtrArray *entries, const char *name, GTree *lines)
{
  GString *text = g_string_new (NULL);

  g_tree_foreach (lines, append_line, text);
  paraph_bundle_add_text (entries, name, text);
}

gboolean
paraph_bundle_add_fixed (GPtrArray *entries, const char *name, GError **error)
{
  g_autofree char *path = g_strconcat ("/org/paraph/app/", name, NULL);
  GBytes *bytes = g_resource_lookup_data (paraph_app_get_resource (), path,
                                          G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  if (bytes == NULL)
    return FALSE;
  add_bytes (entries, g_strdup (name), bytes);
  return TRUE;
}

/* Signatures */

/* The lowest valid signature of key, armored into the file name. FALSE: there is none. */
static gboolean
add_signature (const ParaphBundleEntries *self, const ParaphSealedRecord *sealed,
               const ParaphSignKey *key, const char *space, const char *name)
{
  ParaphSshsig sshsig = { .key = *key };
  char text[PARAPH_SSHSIG_ARMOR_SIZE_MAX + 1];
  gsize length;
  ParaphId id;

  paraph_sign_key_id (key, &id);
  g_strlcpy (sshsig.name_space, space, sizeof sshsig.name_space);
  for (guint i = 0; i < sealed->n_signatures; i++)
    {
      const ParaphSignedBy *by = &sealed->signatures[i];

      if (!paraph_id_equal (&by->key, &id)
          || paraph_sshsig_verify (key, space, &sealed->header->id, &by->signature) != 0)
        continue;
      sshsig.signature = by->signature;
      if (paraph_sshsig_armor (&sshsig, text, &length) != 0)
        return FALSE;
      add_bytes (self->entries, g_strdup (name), g_bytes_new (text, length));
      return TRUE;
    }
  return FALSE;
}

static void
add_signer (const ParaphBundleEntries *self, const ParaphSignKey *key, const char *spaces)
{
  char hex[PARAPH_ID_HEX_SIZE + 1], line[PARAPH_SIGN_KEY_LINE_SIZE + 1];
  ParaphId id;

  paraph_sign_key_id (key, &id);
  paraph_id_to_hex (&id, hex);
  paraph_sign_key_to_line (key, line);
  g_tree_insert (self->signers, g_strdup_printf ("%s namespaces=\"%s\" %s", hex, spaces, line),
                 NULL);
}

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error_literal (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE, reason);
  return FALSE;
}

gboolean
paraph_bundle_add_identity (const ParaphBundleEntries *self, ParaphHome *home, const ParaphId *id,
                            GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  const ParaphIdentityEntry *entry = paraph_identities_find (identities, id);
  ParaphSealedRecord *sealed;
  ParaphDelegation delegation;
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (entry == NULL)
    return refuse (error, "an identity record is missing");
  sealed = paraph_identity_entry_get_sealed (entry);
  paraph_id_to_hex (id, hex);
  add_bytes (self->entries, g_strdup_printf ("identity/%s", hex),
             g_bytes_ref (sealed->header->bytes));
  if (!paraph_identities_get_delegation (identities, &sealed->header->author, &delegation))
    return refuse (error, "a delegation is missing");
  for (guint i = 0; i < delegation.n_custodians; i++)
    {
      const ParaphSignKey *key = &delegation.custodians[i];
      char custodian[PARAPH_ID_HEX_SIZE + 1];
      g_autofree char *name = NULL;
      ParaphId custodian_id;

      paraph_sign_key_id (key, &custodian_id);
      paraph_id_to_hex (&custodian_id, custodian);
      name = g_strdup_printf ("identity/%s.%.16s.sig", hex, custodian);
      if (add_signature (self, sealed, key, PARAPH_SSHSIG_IDENTITY, name))
        add_signer (self, key, PARAPH_SSHSIG_IDENTITY);
    }
  return TRUE;
}

gboolean
paraph_bundle_add_record (const ParaphBundleEntries *self, ParaphEntry *entry,
                          const ParaphId *negotiation, GError **error)
{
  ParaphRecord *record = paraph_entry_get_record (entry);
  const ParaphPowers *powers = paraph_record_get_powers (record);
  const ParaphSealedRecord *sealed = paraph_record_get_sealed (record);
  const ParaphHeader *header = sealed->header;
  g_autofree char *space = paraph_header_dup_namespace (header);
  g_autofree char *spaces = NULL, *name = NULL;
  char record_space[PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE + 1];
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (&header->id, hex);
  paraph_sshsig_record_namespace (negotiation, record_space);
  spaces = g_strdup_printf ("%s,%s", PARAPH_SSHSIG_CHARTER, record_space);
  add_bytes (self->entries, g_strdup_printf ("records/%s", hex), g_bytes_ref (header->bytes));
  name = g_strdup_printf ("records/%s.sig", hex);
  if (!add_signature (self, sealed, &powers->key, space, name))
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
                   "the signature of record %s does not verify", hex);
      return FALSE;
    }
  add_signer (self, &powers->key, spaces);
  return TRUE;
}

/* Sums */

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const ParaphBundleEntry *const *one = a, *const *other = b;

  return strcmp ((*one)->name, (*other)->name);
}

void
paraph_bundle_add_sums (GPtrArray *entries)
{
  GString *text = g_string_new (NULL);

  g_ptr_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len; i++)
    {
      const ParaphBundleEntry *entry = g_ptr_array_index (entries, i);
      char hex[PARAPH_ID_HEX_SIZE + 1];
      ParaphId id;

      paraph_sha256 (g_bytes_get_data (entry->bytes, NULL), g_bytes_get_size (entry->bytes), &id);
      paraph_id_to_hex (&id, hex);
      g_string_append_printf (text, "%s  %s\n", hex, entry->name);
    }
  paraph_bundle_add_text (entries, "SHA256SUMS", text);
}
