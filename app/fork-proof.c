#include "app/fork-proof.h"

#include <string.h>

#include "app/bundle-entries.h"
#include "crypto/hash.h"
#include "negotiation/channel.h"

static int
compare_ids (gconstpointer a, gconstpointer b, gpointer data)
{
  (void) data;
  return paraph_id_compare (a, b);
}

/* The part of the delegation's identity chain that entry relies on. */
static void
reach_identities (ParaphHome *home, ParaphEntry *entry, GTree *identities)
{
  const ParaphIdentityEntry *at = paraph_identities_find (
      paraph_ledger_get_identities (home->ledger), &paraph_entry_get_header (entry)->identity);

  for (; at != NULL; at = paraph_identity_entry_get_previous (at))
    {
      const ParaphId *id = &paraph_identity_entry_get_sealed (at)->header->id;

      g_tree_insert (identities, g_memdup2 (id, sizeof *id), NULL);
    }
}

typedef struct
{
  const ParaphBundleEntries *into;
  ParaphHome *home;
  GError **error;
  gboolean is_good;
} Walk;

static gboolean
walk_identity (gpointer key, gpointer value, gpointer data)
{
  Walk *walk = data;

  (void) value;
  walk->is_good = paraph_bundle_add_identity (walk->into, walk->home, key, walk->error);
  return !walk->is_good;
}

static void
append_id (GString *text, const char *key, const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (id, hex);
  g_string_append_printf (text, "%s: %s\n", key, hex);
}

static void
add_statement (GPtrArray *entries, const ParaphHeader *first, const ParaphHeader *second)
{
  GString *text = g_string_new ("paraph-fork 1\n");

  append_id (text, "negotiation", &first->negotiation);
  append_id (text, "channel", &first->channel);
  append_id (text, "author", &first->author);
  g_string_append_printf (text, "number: %" G_GINT64_FORMAT "\n", first->number);
  append_id (text, "record", &first->id);
  append_id (text, "record", &second->id);
  paraph_bundle_add_text (entries, "FORK.txt", text);
}

static gboolean
add_all (ParaphHome *home, ParaphEntry *const both[2], const ParaphBundleEntries *into,
         GError **error)
{
  g_autoptr (GTree) identities = g_tree_new_full (compare_ids, NULL, g_free, NULL);
  const ParaphHeader *first = paraph_entry_get_header (both[0]);
  Walk walk = { into, home, error, TRUE };

  add_statement (into->entries, first, paraph_entry_get_header (both[1]));
  for (guint i = 0; i < 2; i++)
    {
      reach_identities (home, both[i], identities);
      if (!paraph_bundle_add_record (into, both[i], &first->negotiation, error))
        return FALSE;
    }
  g_tree_foreach (identities, walk_identity, &walk);
  if (!walk.is_good)
    return FALSE;
  paraph_bundle_add_lines (into->entries, "allowed_signers", into->signers);
  return paraph_bundle_add_fixed (into->entries, "PROTOCOL.md", error)
         && paraph_bundle_add_fixed (into->entries, "READ-ME-FORK.txt", error);
}

GBytes *
paraph_fork_proof_make (ParaphHome *home, ParaphEntry *entry, ParaphId ret_records[2],
                        GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_bundle_entry_free);
  g_autoptr (GTree) signers = paraph_bundle_lines_new ();
  const ParaphBundleEntries into = { entries, signers };
  ParaphEntry *both[2] = { NULL, NULL };

  if (!paraph_channel_find_fork (paraph_entry_get_channel (entry),
                                 &paraph_entry_get_header (entry)->author, &both[0], &both[1]))
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
                   "The chain of that record has no fork: there is nothing to prove. “audit” lists "
                   "the forks that this home holds.");
      return NULL;
    }
  if (!add_all (home, both, &into, error))
    return NULL;
  paraph_bundle_add_sums (entries);
  for (guint i = 0; ret_records != NULL && i < 2; i++)
    ret_records[i] = paraph_entry_get_header (both[i])->id;
  return paraph_bundle_pack (entries, error);
}
