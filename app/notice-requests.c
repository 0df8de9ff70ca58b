#define G_LOG_DOMAIN "paraph-app"

#include "app/notice-requests.h"

#include "crypto/hash.h"
#include "store/notice-table.h"

#define PAGE 256

void
paraph_notice_free (ParaphNotice *self)
{
  if (self == NULL)
    return;
  g_free (self->kind);
  g_free (self->detail);
  g_free (self->symbol);
  paraph_actor_clear (&self->by);
  paraph_actor_clear (&self->author);
  g_free (self);
}

static void
free_notice (gpointer data)
{
  paraph_notice_free (data);
}

/* What device held at any time, also where it has been revoked since. NULL: not of delegation. */
static const ParaphPowers *
find_powers (ParaphIdentities *identities, const ParaphId *delegation, const ParaphId *device)
{
  g_autoptr (GPtrArray) records = paraph_identities_list_records (identities, delegation);

  for (guint i = records->len; i > 0; i--)
    {
      const ParaphSealedRecord *sealed = g_ptr_array_index (records, i - 1);
      ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
      const ParaphPowers *powers =
          paraph_identities_find_powers (identities, &sealed->header->id, device, &refusal);

      if (powers != NULL)
        return powers;
    }
  return NULL;
}

/* A delegation by its founding id, or the device of one; of others the id alone is known. */
static void
find_actor (ParaphHome *home, ParaphChannel *channel, const ParaphId *id, ParaphActor *ret_actor)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  g_autoptr (GArray) all = paraph_identities_list (identities);
  const ParaphPowers *powers = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      const ParaphId *delegation = &g_array_index (all, ParaphId, i);

      powers = find_powers (identities, delegation, id);
      if (powers == NULL && !paraph_id_equal (delegation, id))
        continue;
      paraph_delegation_get_actor (home, channel, delegation, ret_actor);
      if (powers == NULL)
        return;
      g_free (ret_actor->person);
      ret_actor->person = g_strdup (powers->person);
      ret_actor->device = *id;
      return;
    }
  *ret_actor = (ParaphActor){
    .device = *id, .code = g_strdup (""), .name = g_strdup (""), .person = g_strdup ("")
  };
}

static ParaphNotice *
make_notice (ParaphHome *home, const ParaphNoticeRow *row)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &row->channel);
  ParaphEntry *entry = paraph_ledger_find (home->ledger, &row->record);
  ParaphNotice *self = g_new0 (ParaphNotice, 1);

  self->kind = g_strdup (row->kind);
  self->detail = g_strdup (row->detail);
  self->channel = row->channel;
  self->record = row->record;
  self->time = row->time;
  if (entry != NULL)
    self->symbol = g_strdup (paraph_header_get_value (paraph_entry_get_header (entry), "symbol"));
  find_actor (home, channel, &row->device, &self->by);
  find_actor (home, channel, &row->author, &self->author);
  return self;
}

GPtrArray *
paraph_notice_take_new (ParaphHome *home, guint limit, guint64 *ret_left, GError **error)
{
  g_autoptr (GPtrArray) notices = g_ptr_array_new_with_free_func (free_notice);
  g_autoptr (GPtrArray) rows = NULL;

  if (!paraph_notice_table_list (home->store, TRUE, 0, limit, &rows, error))
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    {
      const ParaphNoticeRow *row = g_ptr_array_index (rows, i);

      g_ptr_array_add (notices, make_notice (home, row));
      if (!paraph_notice_table_mark_seen (home->store, row->id, error))
        return NULL;
    }
  if (!paraph_notice_table_count_unseen (home->store, ret_left, error))
    return NULL;
  return g_steal_pointer (&notices);
}

GPtrArray *
paraph_notice_list (ParaphHome *home, ParaphChannel *channel, GError **error)
{
  g_autoptr (GPtrArray) notices = g_ptr_array_new_with_free_func (free_notice);
  guint64 after = 0;
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (GPtrArray) rows = NULL;

      if (!paraph_notice_table_list (home->store, FALSE, after, PAGE, &rows, error))
        return NULL;
      more = rows->len == PAGE;
      for (guint i = 0; i < rows->len; i++)
        {
          const ParaphNoticeRow *row = g_ptr_array_index (rows, i);

          after = row->id;
          if (channel == NULL || paraph_id_equal (&row->channel, paraph_channel_get_id (channel)))
            g_ptr_array_add (notices, make_notice (home, row));
        }
    }
  return g_steal_pointer (&notices);
}
