/* Making a bundle out of a home: what is in scope, and the files that say it. */

#include "app/bundle.h"

#include <string.h>

#include "app/app-resources.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "negotiation/value.h"
#include "store/blob-table.h"

typedef struct
{
  ParaphHome *home;
  ParaphId negotiation;
  GPtrArray *entries;  /* ParaphBundleEntry */
  GPtrArray *shown;    /* ParaphEntry, borrowed, in shown order */
  GHashTable *records; /* id to ParaphEntry, both borrowed */
  GTree *identities;   /* ids, owned */
  GTree *signers;      /* lines of allowed_signers, owned */
  GTree *lacking;      /* hex ids, owned */
  GTree *withheld;     /* hex ids, owned */
  GTree *blobs;        /* hex ids that are in entries, owned */
  GHashTable *wanted;  /* ids that are to be withheld, borrowed */
} Making;

static guint
hash_id (gconstpointer id)
{
  guint hash;

  memcpy (&hash, id, sizeof hash);
  return hash;
}

static gboolean
equal_ids (gconstpointer a, gconstpointer b)
{
  return paraph_id_equal (a, b);
}

static int
compare_words (gconstpointer a, gconstpointer b, gpointer data)
{
  (void) data;
  return strcmp (a, b);
}

static int
compare_ids (gconstpointer a, gconstpointer b, gpointer data)
{
  (void) data;
  return paraph_id_compare (a, b);
}

static void
making_clear (Making *self)
{
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->shown);
  g_hash_table_unref (self->records);
  g_tree_unref (self->identities);
  g_tree_unref (self->signers);
  g_tree_unref (self->lacking);
  g_tree_unref (self->withheld);
  g_tree_unref (self->blobs);
  g_hash_table_unref (self->wanted);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Making, making_clear)

static void
making_init (Making *self, ParaphHome *home, GArray *withheld)
{
  self->home = home;
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_bundle_entry_free);
  self->shown = g_ptr_array_new ();
  self->records = g_hash_table_new (hash_id, equal_ids);
  self->identities = g_tree_new_full (compare_ids, NULL, g_free, NULL);
  self->signers = g_tree_new_full (compare_words, NULL, g_free, NULL);
  self->lacking = g_tree_new_full (compare_words, NULL, g_free, NULL);
  self->withheld = g_tree_new_full (compare_words, NULL, g_free, NULL);
  self->blobs = g_tree_new_full (compare_words, NULL, g_free, NULL);
  self->wanted = g_hash_table_new (hash_id, equal_ids);
  for (guint i = 0; withheld != NULL && i < withheld->len; i++)
    g_hash_table_add (self->wanted, &g_array_index (withheld, ParaphId, i));
}

static void
add_bytes (Making *self, char *name, GBytes *bytes)
{
  g_ptr_array_add (self->entries, paraph_bundle_entry_new (name, bytes));
}

static void
add_text (Making *self, const char *name, GString *text)
{
  add_bytes (self, g_strdup (name), g_string_free_to_bytes (text));
}

static gboolean
append_line (gpointer key, gpointer value, gpointer data)
{
  (void) value;
  g_string_append (data, key);
  g_string_append_c (data, '\n');
  return FALSE;
}

static void
add_lines (Making *self, const char *name, GTree *lines)
{
  GString *text = g_string_new (NULL);

  g_tree_foreach (lines, append_line, text);
  add_text (self, name, text);
}

static int
compare_shown (gconstpointer a, gconstpointer b)
{
  ParaphEntry *const *one = a, *const *other = b;
  const ParaphHeader *x = paraph_entry_get_header (*one), *y = paraph_entry_get_header (*other);
  int order;

  if (x->clock != y->clock)
    return x->clock < y->clock ? -1 : 1;
  order = paraph_id_compare (&x->author, &y->author);
  if (order != 0)
    return order;
  if (x->number != y->number)
    return x->number < y->number ? -1 : 1;
  return paraph_id_compare (&x->id, &y->id);
}

/* Scope. */

static ParaphEntry *
find_newest (ParaphChannel *channel)
{
  const GPtrArray *all = paraph_channel_list (channel);

  for (guint i = all->len; i > 0; i--)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i - 1);
      ParaphKind kind = paraph_entry_get_header (entry)->kind;

      if (kind == PARAPH_KIND_TEXT || kind == PARAPH_KIND_VERSION || kind == PARAPH_KIND_PROPOSAL)
        return entry;
    }
  return all->len > 0 ? g_ptr_array_index (all, all->len - 1) : NULL;
}

/* Of identities only what the records rely on: a checkpoint names heads that are not its past. */
static void
reach_identity (Making *self, const ParaphId *id)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (self->home->ledger);
  const ParaphIdentityEntry *entry = paraph_identities_find (identities, id);

  for (; entry != NULL; entry = paraph_identity_entry_get_previous (entry))
    {
      const ParaphId *one = &paraph_identity_entry_get_sealed (entry)->header->id;

      if (g_tree_lookup_node (self->identities, one) != NULL)
        return;
      g_tree_insert (self->identities, g_memdup2 (one, sizeof *one), NULL);
    }
}

static void
reach (Making *self, ParaphChannel *channel, ParaphEntry *as_of)
{
  g_autoptr (GPtrArray) past = paraph_channel_list_past (channel, as_of);
  g_autoptr (GArray) identities = paraph_channel_list_identities_at (channel, as_of);

  for (guint i = 0; i < identities->len; i++)
    reach_identity (self, &g_array_index (identities, ParaphId, i));
  for (guint i = 0; i < past->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (past, i);
      ParaphHeader *header = paraph_record_get_sealed (paraph_entry_get_record (entry))->header;

      if (!g_hash_table_insert (self->records, &header->id, entry))
        continue;
      g_ptr_array_add (self->shown, entry);
    }
}

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error_literal (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE, reason);
  return FALSE;
}

/* Everything in scope, and SCOPE.txt. An opening's charter is in scope too. */
static gboolean
read_scope (Making *self, const ParaphBundleScope *scope, guint n_scope, GError **error)
{
  g_autoptr (GTree) rows = g_tree_new_full (compare_words, NULL, g_free, NULL);
  g_autoptr (GHashTable) channels = g_hash_table_new (NULL, NULL);
  char hex[PARAPH_ID_HEX_SIZE + 1], last[PARAPH_ID_HEX_SIZE + 1];
  GString *text;

  if (n_scope == 0)
    return refuse (error, "no channel is in scope");
  self->negotiation = *paraph_channel_get_negotiation (scope[0].channel);
  for (guint i = 0; i < n_scope; i++)
    {
      ParaphChannel *channel = scope[i].channel, *plenary = paraph_channel_get_plenary (channel);
      ParaphEntry *as_of = scope[i].as_of != NULL ? scope[i].as_of : find_newest (channel);

      if (!paraph_id_equal (paraph_channel_get_negotiation (channel), &self->negotiation))
        return refuse (error, "the channels are not of one negotiation");
      if (!g_hash_table_add (channels, channel))
        return refuse (error, "a channel is named twice");
      if (as_of == NULL || plenary == NULL || paraph_entry_get_channel (as_of) != channel)
        return refuse (error, "a record is not of its channel");
      reach (self, channel, as_of);
      reach (self, plenary, paraph_channel_get_opening (plenary));
      paraph_id_to_hex (paraph_channel_get_id (channel), hex);
      paraph_id_to_hex (&paraph_entry_get_header (as_of)->id, last);
      g_tree_insert (rows, g_strdup_printf ("channel: %s %s", hex, last), NULL);
    }
  g_ptr_array_sort (self->shown, compare_shown);
  paraph_id_to_hex (&self->negotiation, hex);
  text = g_string_new (NULL);
  g_string_append_printf (text, "paraph-bundle 1\nnegotiation: %s\n", hex);
  g_tree_foreach (rows, append_line, text);
  add_text (self, "SCOPE.txt", text);
  return TRUE;
}

/* Signatures. */

/* The lowest valid signature of key, armored into the file name. FALSE: there is none. */
static gboolean
add_signature (Making *self, const ParaphSealedRecord *sealed, const ParaphSignKey *key,
               const char *space, const char *name)
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
      add_bytes (self, g_strdup (name), g_bytes_new (text, length));
      return TRUE;
    }
  return FALSE;
}

static void
add_signer (Making *self, const ParaphSignKey *key, const char *spaces)
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
add_identity (Making *self, const ParaphId *id, GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (self->home->ledger);
  const ParaphIdentityEntry *entry = paraph_identities_find (identities, id);
  ParaphSealedRecord *sealed;
  ParaphDelegation delegation;
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (entry == NULL)
    return refuse (error, "an identity record is missing");
  sealed = paraph_identity_entry_get_sealed (entry);
  paraph_id_to_hex (id, hex);
  add_bytes (self, g_strdup_printf ("identity/%s", hex), g_bytes_ref (sealed->header->bytes));
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

/* Blobs and texts. */

static gboolean
add_body (Making *self, const ParaphHeader *header, const ParaphBody *body, GError **error)
{
  g_autofree char *name = paraph_bundle_dup_text_name (header, body);
  g_autoptr (GBytes) bytes = NULL;
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (&body->blob, hex);
  if (g_hash_table_contains (self->wanted, &body->blob))
    {
      g_tree_insert (self->withheld, g_strdup (hex), NULL);
      return TRUE;
    }
  if (!paraph_blob_table_get (self->home->store, &body->blob, &bytes, error))
    return FALSE;
  if (bytes == NULL)
    {
      g_tree_insert (self->lacking, g_strdup (hex), NULL);
      return TRUE;
    }
  if (name != NULL)
    {
      g_autoptr (GBytes) content = paraph_blob_get_content (bytes, body->media_type, NULL);

      if (content != NULL)
        add_bytes (self, g_steal_pointer (&name), g_steal_pointer (&content));
    }
  if (g_tree_lookup_node (self->blobs, hex) == NULL)
    {
      g_tree_insert (self->blobs, g_strdup (hex), NULL);
      add_bytes (self, g_strdup_printf ("blobs/%s", hex), g_steal_pointer (&bytes));
    }
  return TRUE;
}

/* Records. */

static gboolean
add_record (Making *self, ParaphEntry *entry, GError **error)
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
  paraph_sshsig_record_namespace (&self->negotiation, record_space);
  spaces = g_strdup_printf ("%s,%s", PARAPH_SSHSIG_CHARTER, record_space);
  add_bytes (self, g_strdup_printf ("records/%s", hex), g_bytes_ref (header->bytes));
  name = g_strdup_printf ("records/%s.sig", hex);
  if (!add_signature (self, sealed, &powers->key, space, name))
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
                   "the signature of record %s does not verify", hex);
      return FALSE;
    }
  add_signer (self, &powers->key, spaces);
  for (guint i = 0; i < header->n_bodies; i++)
    if (!add_body (self, header, &header->bodies[i], error))
      return FALSE;
  return TRUE;
}

static void
add_index (Making *self)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (self->home->ledger);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->shown->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (self->shown, i);
      const ParaphHeader *header = paraph_entry_get_header (entry);
      const ParaphPowers *powers = paraph_record_get_powers (paraph_entry_get_record (entry));
      const char *symbol = paraph_header_get_value (header, "symbol");
      g_autofree char *time = paraph_value_format_time (header->time);
      char hex[PARAPH_ID_HEX_SIZE + 1];
      ParaphDelegation delegation = { 0 };

      paraph_id_to_hex (&header->id, hex);
      (void) paraph_identities_get_delegation (identities, &powers->delegation, &delegation);
      if (header->kind == PARAPH_KIND_UNKNOWN || symbol == NULL)
        symbol = "-";
      g_string_append_printf (text, "%u %s %s %s %s %s\n", i + 1, time,
                              delegation.code != NULL ? delegation.code : "-", header->kind_word,
                              symbol, hex);
    }
  add_text (self, "INDEX.txt", text);
}

/* What every bundle holds, and the sums of all other entries. */

static gboolean
add_fixed (Making *self, GError **error)
{
  static const char *const names[] = { "PROTOCOL.md", "READ-ME-FIRST.txt", "VERIFY.sh" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/org/paraph/app/", names[i], NULL);
      GBytes *bytes = g_resource_lookup_data (paraph_app_get_resource (), path,
                                              G_RESOURCE_LOOKUP_FLAGS_NONE, error);

      if (bytes == NULL)
        return FALSE;
      add_bytes (self, g_strdup (names[i]), bytes);
    }
  return TRUE;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const ParaphBundleEntry *const *one = a, *const *other = b;

  return strcmp ((*one)->name, (*other)->name);
}

static void
add_sums (Making *self)
{
  GString *text = g_string_new (NULL);

  g_ptr_array_sort (self->entries, compare_entries);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const ParaphBundleEntry *entry = g_ptr_array_index (self->entries, i);
      char hex[PARAPH_ID_HEX_SIZE + 1];
      ParaphId id;

      paraph_sha256 (g_bytes_get_data (entry->bytes, NULL), g_bytes_get_size (entry->bytes), &id);
      paraph_id_to_hex (&id, hex);
      g_string_append_printf (text, "%s  %s\n", hex, entry->name);
    }
  add_text (self, "SHA256SUMS", text);
}

typedef struct
{
  Making *making;
  GError **error;
  gboolean is_good;
} Walk;

static gboolean
walk_identity (gpointer key, gpointer value, gpointer data)
{
  Walk *walk = data;

  (void) value;
  walk->is_good = add_identity (walk->making, key, walk->error);
  return !walk->is_good;
}

GBytes *
paraph_bundle_make (ParaphHome *home, const ParaphBundleScope *scope, guint n_scope,
                    GArray *withheld, GError **error)
{
  g_auto (Making) self = { 0 };
  Walk walk = { &self, error, TRUE };

  making_init (&self, home, withheld);
  if (!read_scope (&self, scope, n_scope, error))
    return NULL;
  g_tree_foreach (self.identities, walk_identity, &walk);
  if (!walk.is_good)
    return NULL;
  for (guint i = 0; i < self.shown->len; i++)
    if (!add_record (&self, g_ptr_array_index (self.shown, i), error))
      return NULL;
  add_index (&self);
  add_lines (&self, "allowed_signers", self.signers);
  add_lines (&self, "lacking.txt", self.lacking);
  add_lines (&self, "withheld.txt", self.withheld);
  if (!add_fixed (&self, error))
    return NULL;
  add_sums (&self);
  return paraph_bundle_pack (self.entries, error);
}
