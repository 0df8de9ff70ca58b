/* The own address block, and cards of delegations. */

#include "app/home-private.h"

#include <string.h>

#include "negotiation/card.h"
#include "store/address-table.h"
#include "store/prekey-table.h"
#include "store/setting-table.h"

gboolean
paraph_home_new_signed_prekey (ParaphHome *self, GError **error)
{
  ParaphSignedPrekey prekey = { 0 };
  guint32 id = 0;

  return paraph_prekey_table_next_signed_id (self->store, &id, error)
         && paraph_home_check (paraph_session_keys_new_signed_prekey (self->sessions, id, &prekey),
                               "A signed prekey cannot be made", error)
         && paraph_prekey_table_use_signed (self->store, id, paraph_home_now (), error);
}

gboolean
paraph_home_get_signed_prekey (ParaphHome *self, ParaphSignedPrekey *ret_prekey, GError **error)
{
  guint32 id = 0;
  gint64 created = 0;

  if (!paraph_prekey_table_get_current (self->store, &id, &created, error)
      || (id == 0
          && (!paraph_home_new_signed_prekey (self, error)
              || !paraph_prekey_table_get_current (self->store, &id, &created, error))))
    return FALSE;
  return paraph_home_check (paraph_session_keys_read_signed_prekey (self->sessions, id, ret_prekey),
                            "The signed prekey cannot be read", error);
}

static gboolean
keep_address (ParaphHome *self, const ParaphAddress *fields, GError **error)
{
  g_autoptr (GBytes) bytes = paraph_address_make (fields, error);
  ParaphAddressRow row = { 0 };
  ParaphSignedBy by = { 0 };
  ParaphId hash = { { 0 } };

  if (bytes == NULL)
    return FALSE;
  paraph_address_hash (bytes, &hash);
  if (!paraph_home_sign (self, PARAPH_SSHSIG_ADDRESS, &hash, &by, error))
    return FALSE;
  row.device = self->device;
  row.issue = (guint64) fields->issue;
  row.bytes = bytes;
  row.signature = by.signature;
  row.updated = fields->time;
  return paraph_address_table_put (self->store, &row, NULL, error);
}

gboolean
paraph_home_renew_address (ParaphHome *self, GError **error)
{
  g_autofree char *mailbox = NULL;
  ParaphMailbox box = { .carrier = "pouch" };
  ParaphAddress fields = { 0 };
  guint64 issue = 0;

  if (!paraph_setting_table_get (self->store, "mailbox", &mailbox, error)
      || !paraph_setting_table_count (self->store, "address-issue", &issue, error)
      || !paraph_home_get_signed_prekey (self, &fields.prekey, error))
    return FALSE;
  box.address = mailbox;
  fields.device = self->device;
  fields.issue = (gint64) issue;
  fields.time = paraph_home_now ();
  fields.n_mailboxes = 1;
  fields.mailboxes = &box;
  fields.registration = paraph_home_get_data (self)->keeper.registration_id;
  return keep_address (self, &fields, error);
}

ParaphAddress *
paraph_home_get_address (ParaphHome *self, const ParaphId *device, GError **error)
{
  g_autoptr (ParaphAddressRow) row = NULL;

  if (!paraph_address_table_get (self->store, device, &row, error) || row == NULL)
    return NULL;
  return paraph_address_parse (row->bytes, &row->signature, error);
}

gboolean
paraph_home_list_card (ParaphHome *self, const ParaphId *delegation, GPtrArray **ret_records,
                       GPtrArray **ret_addresses, GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (self->ledger);
  g_autoptr (GPtrArray) devices = paraph_identities_list_devices (identities, delegation);
  g_autoptr (GPtrArray) addresses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_address_unref);

  for (guint i = 0; i < devices->len; i++)
    {
      const ParaphPowers *powers = g_ptr_array_index (devices, i);
      GError *inner = NULL;
      ParaphAddress *address = paraph_home_get_address (self, &powers->device, &inner);

      if (address != NULL)
        g_ptr_array_add (addresses, address);
      else if (inner != NULL)
        {
          g_propagate_error (error, inner);
          return FALSE;
        }
    }
  *ret_records = paraph_identities_list_records (identities, delegation);
  *ret_addresses = g_steal_pointer (&addresses);
  return TRUE;
}

GBytes *
paraph_home_make_card (ParaphHome *self, const ParaphId *delegation, GError **error)
{
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) addresses = NULL;

  if (!paraph_home_list_card (self, delegation, &records, &addresses, error))
    return NULL;
  return paraph_card_write (PARAPH_CARD_CARD, NULL, records, addresses, NULL, error);
}
