/* Making a bundle out of a home: what is in scope, and the files that say it. */

#include "app/bundle-entries.h"

#include <string.h>

#include "crypto/hash.h"
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
  self->signers = paraph_bundle_lines_new ();
  self->lacking = paraph_bundle_lines_new ();
  self->withheld = paraph_bundle_lines_new ();
  self->blobs = paraph_bundle_lines_new ();
  self->wanted = g_hash_table_new (hash_id, equal_ids);
  for (guint i = 0; withheld != NULL && i < withheld->len; i++)
    g_hash_table_add (self->wanted, &g_array_index (withheld, ParaphId, i));
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

static gboolean
append_line (gpointer key, gpointer value, gpointer data)
{
  (void) value;
  g_string_append (data, key);
  g_string_append_c (data, '\n');
  return FALSE;
}

/* Everything in scope, and SCOPE.txt. An opening's charter is in scope too. */
static gboolean
read_scope (Making *self, const ParaphBundleScope *scope, guint n_scope, GError **error)
{
  g_autoptr (GTree) rows = paraph_bundle_lines_new ();
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
  paraph_bundle_add_text (self->entries, "SCOPE.txt", text);
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
        g_ptr_array_add (self->entries, paraph_bundle_entry_new (g_steal_pointer (&name),
                                                                 g_steal_pointer (&content)));
    }
  if (g_tree_lookup_node (self->blobs, hex) == NULL)
    {
      g_tree_insert (self->blobs, g_strdup (hex), NULL);
      g_ptr_array_add (self->entries, paraph_bundle_entry_new (g_strdup_printf ("blobs/%s", hex),
                                                               g_steal_pointer (&bytes)));
    }
  return TRUE;
}

/* Records. */

static gboolean
add_record (Making *self, ParaphEntry *entry, GError **error)
{
  const ParaphBundleEntries into = { self->entries, self->signers };
  const ParaphHeader *header = paraph_entry_get_header (entry);

  if (!paraph_bundle_add_record (&into, entry, &self->negotiation, error))
    return FALSE;
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
  paraph_bundle_add_text (self->entries, "INDEX.txt", text);
}

/* What every bundle holds. */
static gboolean
add_fixed (Making *self, GError **error)
{
  return paraph_bundle_add_fixed (self->entries, "PROTOCOL.md", error)
         && paraph_bundle_add_fixed (self->entries, "READ-ME-FIRST.txt", error)
         && paraph_bundle_add_fixed (self->entries, "VERIFY.sh", error);
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
  const ParaphBundleEntries into = { walk->making->entries, walk->making->signers };

  (void) value;
  walk->is_good = paraph_bundle_add_identity (&into, walk->making->home, key, walk->error);
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
  paraph_bundle_add_lines (self.entries, "allowed_signers", self.signers);
  paraph_bundle_add_lines (self.entries, "lacking.txt", self.lacking);
  paraph_bundle_add_lines (self.entries, "withheld.txt", self.withheld);
  if (!add_fixed (&self, error))
    return NULL;
  paraph_bundle_add_sums (self.entries);
  return paraph_bundle_pack (self.entries, error);
}
