/* What this home holds, what it is missing, and which placed records lack a body here. */

#include "app/home-lacking.h"

#include "app/home-private.h"
#include "app/limit-table.h"
#include "crypto/hash.h"
#include "store/blob-table.h"
#include "store/held-table.h"

gboolean
paraph_home_holds_placed (ParaphHome *self, const ParaphId *id, gboolean *ret_holds, GError **error)
{
  g_autoptr (ParaphStoredRecord) row = NULL;

  *ret_holds = TRUE;
  if (paraph_ledger_find (self->ledger, id) != NULL
      || paraph_identities_find (paraph_ledger_get_identities (self->ledger), id) != NULL)
    return TRUE;
  if (!paraph_record_table_get (self->store, id, &row, error))
    return FALSE;
  *ret_holds = row != NULL;
  return TRUE;
}

gboolean
paraph_home_holds (ParaphHome *self, const ParaphId *id, gboolean *ret_holds, GError **error)
{
  return paraph_home_holds_placed (self, id, ret_holds, error)
         && (*ret_holds || paraph_held_table_has (self->store, id, ret_holds, error));
}

gboolean
paraph_home_want (ParaphHome *self, const ParaphWantRow *want, GError **error)
{
  ParaphWantRow row = *want;

  row.first = paraph_home_now ();
  return paraph_want_table_note (self->store, &row, PARAPH_LIMIT_ASKED_OF_PEER, error);
}

/* Lacking */

static gboolean
lacks_body (ParaphHome *self, const ParaphHeader *header, gboolean *ret_lacks, GError **error)
{
  gboolean has = TRUE;

  for (guint i = 0; i < header->n_bodies && has; i++)
    if (!paraph_blob_table_has (self->store, &header->bodies[i].blob, &has, error))
      return FALSE;
  *ret_lacks = !has;
  return TRUE;
}

static gboolean
review (ParaphHome *self, const ParaphHeader *header, GError **error)
{
  GHashTable *lacking = paraph_home_get_data (self)->lacking;
  gboolean lacks = FALSE;

  if (header->n_bodies == 0)
    return TRUE;
  if (!lacks_body (self, header, &lacks, error))
    return FALSE;
  if (lacks)
    g_hash_table_add (lacking, g_memdup2 (&header->id, sizeof header->id));
  else
    g_hash_table_remove (lacking, &header->id);
  return TRUE;
}

/* Reads every channel once in the life of an open home. */
static gboolean
load (ParaphHome *self, GError **error)
{
  ParaphHomeData *data = paraph_home_get_data (self);
  g_autoptr (GPtrArray) channels = NULL;

  if (data->knows_lacking)
    return TRUE;
  channels = paraph_ledger_list_channels (self->ledger, NULL);
  for (guint i = 0; i < channels->len; i++)
    {
      const GPtrArray *entries = paraph_channel_list (g_ptr_array_index (channels, i));

      for (guint j = 0; j < entries->len; j++)
        if (!review (self, paraph_entry_get_header (g_ptr_array_index (entries, j)), error))
          return FALSE;
    }
  data->knows_lacking = TRUE;
  return TRUE;
}

gboolean
paraph_home_review_lacking (ParaphHome *self, const ParaphHeader *header, GError **error)
{
  return !paraph_home_get_data (self)->knows_lacking || review (self, header, error);
}

gboolean
paraph_home_is_lacking (ParaphHome *self, const ParaphId *id, gboolean *ret_is_lacking,
                        GError **error)
{
  if (!load (self, error))
    return FALSE;
  *ret_is_lacking = g_hash_table_contains (paraph_home_get_data (self)->lacking, id);
  return TRUE;
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  return paraph_id_compare (a, b);
}

gboolean
paraph_home_list_lacking (ParaphHome *self, ParaphChannel *channel, GArray **ret_ids,
                          GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  GHashTableIter iter;
  gpointer id = NULL;

  if (!load (self, error))
    return FALSE;
  g_hash_table_iter_init (&iter, paraph_home_get_data (self)->lacking);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      ParaphEntry *entry = paraph_ledger_find (self->ledger, id);

      if (entry != NULL && (channel == NULL || paraph_entry_get_channel (entry) == channel))
        g_array_append_vals (ids, id, 1);
    }
  g_array_sort (ids, compare_ids);
  *ret_ids = g_steal_pointer (&ids);
  return TRUE;
}
