/* Opening a home: keys, sessions, carrier, and the ledger from the rows. */

#include "app/home-private.h"

#include <string.h>

#include <gio/gio.h>

#include "app/error.h"
#include "crypto/envelope.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "negotiation/device.h"
#include "store/secret-table.h"
#include "store/setting-table.h"
#include "transport/pouch.h"

gboolean
paraph_home_check (int result, const char *what, GError **error)
{
  if (result == PARAPH_OK)
    return TRUE;
  return paraph_app_error_set (
      error, result == PARAPH_ERROR_STORAGE ? PARAPH_APP_ERROR_IO : PARAPH_APP_ERROR_REFUSED,
      "The cryptography did not do it (%s: %s). Nothing was changed; open the home again.", what,
      paraph_error_name (result));
}

ParaphHomeData *
paraph_home_get_data (ParaphHome *self)
{
  return self->sessions_data;
}

static void
free_secret (gpointer secret)
{
  paraph_secret_free (secret);
}

static guint
hash_id (gconstpointer id)
{
  guint value;

  memcpy (&value, ((const ParaphId *) id)->bytes, sizeof value);
  return value;
}

static gboolean
equal_ids (gconstpointer a, gconstpointer b)
{
  return paraph_id_equal (a, b);
}

static ParaphHomeData *
data_new (void)
{
  ParaphHomeData *data = g_new0 (ParaphHomeData, 1);

  data->outer_keys = g_hash_table_new_full (hash_id, equal_ids, g_free, free_secret);
  data->lacking = g_hash_table_new_full (hash_id, equal_ids, g_free, NULL);
  data->claims = g_array_new (FALSE, FALSE, sizeof (ParaphClaim));
  data->failing = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  return data;
}

static void
data_free (ParaphHomeData *data)
{
  if (data == NULL)
    return;
  g_clear_error (&data->keeper.error);
  g_hash_table_unref (data->outer_keys);
  g_hash_table_unref (data->lacking);
  g_array_unref (data->claims);
  g_array_unref (data->failing);
  paraph_secret_free (data->session_key);
  g_free (data);
}

void
paraph_home_free (ParaphHome *self)
{
  if (self == NULL)
    return;
  if (self->transport != NULL)
    paraph_transport_stop (self->transport);
  g_clear_object (&self->transport);
  paraph_sessions_free (self->sessions);
  data_free (self->sessions_data);
  paraph_secret_free (self->signing_key);
  paraph_secret_free (self->envelope_key);
  if (self->ledger != NULL)
    paraph_ledger_free (self->ledger);
  g_free (self);
}

/* Devices */

const ParaphPowers *
paraph_home_find_device (ParaphHome *self, const ParaphId *device)
{
  return paraph_identities_find_device (paraph_ledger_get_identities (self->ledger), device);
}

GArray *
paraph_home_list_devices (ParaphHome *self)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (self->ledger);
  g_autoptr (GArray) delegations = paraph_identities_list (identities);
  GArray *all = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  for (guint i = 0; i < delegations->len; i++)
    {
      g_autoptr (GPtrArray) devices =
          paraph_identities_list_devices (identities, &g_array_index (delegations, ParaphId, i));

      for (guint j = 0; j < devices->len; j++)
        {
          const ParaphPowers *powers = g_ptr_array_index (devices, j);

          if (!paraph_id_equal (&powers->device, &self->device))
            g_array_append_val (all, powers->device);
        }
    }
  return all;
}

const ParaphPowers *
paraph_home_get_powers (ParaphHome *self)
{
  return paraph_id_is_zero (&self->device) ? NULL : paraph_home_find_device (self, &self->device);
}

/* What the own device held last. A device that was revoked still has to say so to the others. */
static const ParaphPowers *
find_last_powers (ParaphHome *self)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (self->ledger);
  const ParaphPowers *powers = paraph_home_get_powers (self);
  const ParaphIdentityEntry *entry = NULL;
  ParaphDelegation own = { 0 };
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;

  if (powers != NULL || !paraph_identities_get_delegation (identities, &self->delegation, &own))
    return powers;
  entry = paraph_identities_find (identities, &own.head);
  while (entry != NULL && powers == NULL)
    {
      powers = paraph_identities_find_powers (identities,
                                              &paraph_identity_entry_get_sealed (entry)->header->id,
                                              &self->device, &refusal);
      entry = paraph_identity_entry_get_previous (entry);
    }
  return powers;
}

static int
expected_key (gpointer user_data, const ParaphId *peer, ParaphSessionKey *ret_key)
{
  const ParaphPowers *powers = paraph_home_find_device (user_data, peer);

  if (powers == NULL)
    return 0;
  *ret_key = powers->session;
  return 1;
}

const ParaphSecret *
paraph_home_get_outer_key (ParaphHome *self, const ParaphPowers *peer, GError **error)
{
  ParaphHomeData *data = paraph_home_get_data (self);
  PARAPH_SECRET_AUTO ParaphSecret *pair = NULL;
  ParaphEnvelopeEnd own = { 0 };
  ParaphEnvelopeEnd other = { 0 };
  const ParaphPowers *powers = find_last_powers (self);
  ParaphSecret *key = g_hash_table_lookup (data->outer_keys, &peer->device);

  if (key != NULL)
    return key;
  if (powers == NULL)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "This device holds no powers any more: it can read, and sign nothing. Use another "
          "device of the delegation.");
      return NULL;
    }
  if (!paraph_secret_table_get_pair (self->store, &peer->delegation, &pair, error))
    return NULL;
  own.device = self->device;
  own.key = powers->envelope;
  other.device = peer->device;
  other.key = peer->envelope;
  if (!paraph_home_check (paraph_envelope_derive_key (&own, self->envelope_key, &other, pair, &key),
                          "The key of the envelopes to that device cannot be made", error))
    return NULL;
  g_hash_table_insert (data->outer_keys, g_memdup2 (&peer->device, sizeof (ParaphId)), key);
  return key;
}

gboolean
paraph_home_sign (ParaphHome *self, const char *name_space, const ParaphId *message,
                  ParaphSignedBy *ret_signature, GError **error)
{
  ParaphSignedBy by = { 0 };

  by.key = self->device;
  if (!paraph_home_check (
          paraph_sshsig_sign (self->signing_key, name_space, message, &by.signature),
          "Signing failed", error))
    return FALSE;
  *ret_signature = by;
  return TRUE;
}

/* Loading */

static gboolean
load_secret (ParaphStore *store, const char *name, ParaphSecret **ret_secret, GError **error)
{
  if (!paraph_secret_table_get (store, name, name, ret_secret, error))
    return FALSE;
  if (*ret_secret != NULL)
    return TRUE;
  g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_DAMAGED,
               "The secret \"%s\" is missing from this home.", name);
  return FALSE;
}

static gboolean
restore_row (const ParaphStoredRecord *row, gpointer user_data, GError **error)
{
  ParaphHome *self = user_data;
  g_autoptr (ParaphSealedRecord) sealed = paraph_home_read_record (row, error);
  ParaphId missing = { { 0 } };
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  ParaphPlacing placing;
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (sealed == NULL)
    return FALSE;
  placing = paraph_ledger_restore (self->ledger, sealed, &missing, &refusal);
  if (placing == PARAPH_PLACING_PLACED || placing == PARAPH_PLACING_ALREADY)
    return TRUE;
  paraph_id_to_hex (&row->id, hex);
  g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_DAMAGED,
               "The stored record %s cannot be placed any more (%s).", hex,
               placing == PARAPH_PLACING_WAITING ? "its past is missing"
                                                 : paraph_refusal_get_word (refusal));
  return FALSE;
}

static gboolean
load_sessions (ParaphHome *self, GError **error)
{
  ParaphHomeData *data = self->sessions_data;
  ParaphSessionStore callbacks = { 0 };
  g_autofree char *public_hex = NULL;
  g_autofree char *registration = NULL;

  if (!load_secret (self->store, PARAPH_SECRET_SESSION_KEY, &data->session_key, error)
      || !paraph_setting_table_get (self->store, "session-public", &public_hex, error)
      || !paraph_setting_table_get (self->store, "registration", &registration, error))
    return FALSE;
  if (public_hex == NULL || registration == NULL
      || paraph_hex_decode (public_hex, strlen (public_hex), data->keeper.public_key.bytes,
                            sizeof data->keeper.public_key.bytes)
             != PARAPH_OK)
    {
      g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_DAMAGED,
                   "The session key of this home is not legible.");
      return FALSE;
    }
  data->keeper.store = self->store;
  data->keeper.private_key = data->session_key;
  data->keeper.registration_id = (guint32) g_ascii_strtoull (registration, NULL, 10);
  data->keeper.expected_key = expected_key;
  data->keeper.user_data = self;
  paraph_session_keeper_fill (&data->keeper, &callbacks);
  return paraph_home_check (paraph_sessions_new (&self->device, &callbacks, &self->sessions),
                            "The sessions cannot be opened", error);
}

static gboolean
load_keys (ParaphHome *self, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;
  ParaphSignKey key = { { 0 } };
  ParaphId device = { { 0 } };

  if (!load_secret (self->store, PARAPH_SECRET_DEVICE_SEED, &seed, error)
      || !load_secret (self->store, PARAPH_SECRET_ENVELOPE_KEY, &self->envelope_key, error)
      || !paraph_home_check (
          paraph_sign_pair_from_seed ("signing key", seed, &self->signing_key, &key),
          "The device key cannot be read", error))
    return FALSE;
  paraph_sign_key_id (&key, &device);
  if (paraph_id_equal (&device, &self->device))
    return load_sessions (self, error);
  g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_DAMAGED,
               "The device key of this home is not that of its device.");
  return FALSE;
}

static gboolean
load_transport (ParaphHome *self, GError **error)
{
  g_autofree char *pouch = NULL;
  g_autofree char *mailbox = NULL;

  if (!paraph_setting_table_get (self->store, "pouch", &pouch, error)
      || !paraph_setting_table_get (self->store, "mailbox", &mailbox, error))
    return FALSE;
  if (pouch != NULL && mailbox != NULL)
    self->transport = PARAPH_TRANSPORT (paraph_pouch_new (pouch, mailbox));
  return TRUE;
}

gboolean
paraph_home_reload (ParaphHome *self, GError **error)
{
  ParaphHomeData *data = paraph_home_get_data (self);

  g_hash_table_remove_all (data->outer_keys);
  g_hash_table_remove_all (data->lacking);
  data->knows_lacking = FALSE;
  paraph_ledger_free (self->ledger);
  self->ledger = paraph_ledger_new ();
  return paraph_record_table_load_placed (self->store, restore_row, self, error);
}

ParaphHome *
paraph_home_load (ParaphStore *store, GError **error)
{
  g_autoptr (ParaphHome) self = g_new0 (ParaphHome, 1);
  gboolean founded = FALSE;

  self->store = store;
  self->ledger = paraph_ledger_new ();
  self->sessions_data = data_new ();
  if (!paraph_setting_table_get_id (store, "delegation", &self->delegation, &founded, error)
      || !paraph_setting_table_get_id (store, "device", &self->device, &founded, error)
      || !paraph_record_table_load_placed (store, restore_row, self, error))
    return NULL;
  if (!founded)
    return g_steal_pointer (&self);
  if (!load_keys (self, error) || !load_transport (self, error))
    return NULL;
  return g_steal_pointer (&self);
}
