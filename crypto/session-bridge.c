/* Between the library's five stores and a ParaphSessionStore. */

#include "crypto/session-private.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"

#define POINT_SIZE 33
#define POINT_PREFIX 0x05

/* A callback of ours that failed: the library passes codes below its own through. */
static int
storage_result (int r)
{
  return r < 0 ? PARAPH_ERROR_STORAGE : r;
}

static int
read_address (const signal_protocol_address *address, ParaphId *ret_peer)
{
  return paraph_id_from_hex (address->name, address->name_len, ret_peer);
}

/* Runs a load callback: 1 and a buffer that passes to the library, 0, or negative. */
static int
finish_load (int r, ParaphSessionRecord *record, signal_buffer **ret_buffer)
{
  if (r == 1 && record->buffer != NULL)
    {
      *ret_buffer = record->buffer;
      return 1;
    }
  signal_buffer_bzero_free (record->buffer);
  return r == 0 && record->buffer == NULL ? 0 : PARAPH_ERROR_STORAGE;
}

static int
load_session (signal_buffer **ret_record, signal_buffer **ret_user_record,
              const signal_protocol_address *address, void *user_data)
{
  ParaphSessions *self = user_data;
  ParaphSessionRecord record = { NULL };
  ParaphId peer;
  int r;

  (void) ret_user_record;
  r = read_address (address, &peer);
  if (r != PARAPH_OK)
    return r;
  r = self->store.load_session (self->store.user_data, &peer, &record);
  return finish_load (r, &record, ret_record);
}

static int
get_sub_devices (signal_int_list **ret_sessions, const char *name, size_t name_size,
                 void *user_data)
{
  (void) ret_sessions;
  (void) name;
  (void) name_size;
  (void) user_data;
  return PARAPH_ERROR_INTERNAL;
}

static int
store_session (const signal_protocol_address *address, uint8_t *bytes, size_t size,
               uint8_t *user_bytes, size_t user_size, void *user_data)
{
  ParaphSessions *self = user_data;
  ParaphId peer;
  int r = read_address (address, &peer);

  (void) user_bytes;
  (void) user_size;
  if (r != PARAPH_OK)
    return r;
  return storage_result (self->store.store_session (self->store.user_data, &peer, bytes, size));
}

static int
contains_session (const signal_protocol_address *address, void *user_data)
{
  ParaphSessions *self = user_data;
  ParaphId peer;
  int r = read_address (address, &peer);

  if (r != PARAPH_OK)
    return r;
  return storage_result (self->store.contains_session (self->store.user_data, &peer));
}

static int
delete_session (const signal_protocol_address *address, void *user_data)
{
  ParaphSessions *self = user_data;
  ParaphId peer;
  int r = read_address (address, &peer);

  if (r != PARAPH_OK)
    return r;
  return storage_result (self->store.delete_session (self->store.user_data, &peer));
}

static int
delete_all_sessions (const char *name, size_t name_size, void *user_data)
{
  (void) name;
  (void) name_size;
  (void) user_data;
  return PARAPH_ERROR_INTERNAL;
}

static int
load_prekey (signal_buffer **ret_record, uint32_t id, void *user_data)
{
  ParaphSessions *self = user_data;
  ParaphSessionRecord record = { NULL };
  int r = self->store.load_prekey (self->store.user_data, id, &record);

  r = finish_load (r, &record, ret_record);
  if (r == 0)
    return SG_ERR_INVALID_KEY_ID;
  return r < 0 ? r : SG_SUCCESS;
}

static int
store_prekey (uint32_t id, uint8_t *bytes, size_t size, void *user_data)
{
  ParaphSessions *self = user_data;

  return storage_result (self->store.store_prekey (self->store.user_data, id, bytes, size));
}

/* The library itself never asks; the record says it all. */
static int
contains_by_load (int r)
{
  if (r == SG_ERR_INVALID_KEY_ID)
    return 0;
  return r < 0 ? r : 1;
}

static int
contains_prekey (uint32_t id, void *user_data)
{
  signal_buffer *buffer = NULL;
  int r = load_prekey (&buffer, id, user_data);

  signal_buffer_bzero_free (buffer);
  return contains_by_load (r);
}

static int
remove_prekey (uint32_t id, void *user_data)
{
  ParaphSessions *self = user_data;

  return storage_result (self->store.remove_prekey (self->store.user_data, id));
}

static int
load_signed_prekey (signal_buffer **ret_record, uint32_t id, void *user_data)
{
  ParaphSessions *self = user_data;
  ParaphSessionRecord record = { NULL };
  int r = self->store.load_signed_prekey (self->store.user_data, id, &record);

  r = finish_load (r, &record, ret_record);
  if (r == 0)
    return SG_ERR_INVALID_KEY_ID;
  return r < 0 ? r : SG_SUCCESS;
}

static int
store_signed_prekey (uint32_t id, uint8_t *bytes, size_t size, void *user_data)
{
  ParaphSessions *self = user_data;

  return storage_result (self->store.store_signed_prekey (self->store.user_data, id, bytes, size));
}

static int
contains_signed_prekey (uint32_t id, void *user_data)
{
  signal_buffer *buffer = NULL;
  int r = load_signed_prekey (&buffer, id, user_data);

  signal_buffer_bzero_free (buffer);
  return contains_by_load (r);
}

/* The store deletes retired ones by their age. */
static int
remove_signed_prekey (uint32_t id, void *user_data)
{
  (void) id;
  (void) user_data;
  return PARAPH_ERROR_INTERNAL;
}

static int
get_identity_key_pair (signal_buffer **ret_public, signal_buffer **ret_private, void *user_data)
{
  ParaphSessions *self = user_data;
  const ParaphSecret *private_key = NULL;
  ParaphSessionKey public_key;
  uint8_t point[POINT_SIZE];
  signal_buffer *public_buffer;
  signal_buffer *private_buffer;

  if (self->store.load_identity (self->store.user_data, &public_key, &private_key) != PARAPH_OK
      || private_key == NULL || paraph_secret_size (private_key) != PARAPH_SESSION_PRIVATE_SIZE)
    return PARAPH_ERROR_STORAGE;
  point[0] = POINT_PREFIX;
  memcpy (point + 1, public_key.bytes, sizeof public_key.bytes);
  public_buffer = signal_buffer_create (point, sizeof point);
  private_buffer =
      signal_buffer_create (paraph_secret_data (private_key), PARAPH_SESSION_PRIVATE_SIZE);
  if (public_buffer == NULL || private_buffer == NULL)
    {
      signal_buffer_free (public_buffer);
      signal_buffer_bzero_free (private_buffer);
      return SG_ERR_NOMEM;
    }
  *ret_public = public_buffer;
  *ret_private = private_buffer;
  return SG_SUCCESS;
}

static int
get_local_registration_id (void *user_data, uint32_t *ret_id)
{
  ParaphSessions *self = user_data;

  return storage_result (self->store.load_registration_id (self->store.user_data, ret_id));
}

static int
compare_identity (ParaphSessions *self, const signal_protocol_address *address,
                  const uint8_t *point, size_t size)
{
  ParaphSessionKey certified;
  uint8_t expected[POINT_SIZE];
  ParaphId peer;
  int r = read_address (address, &peer);

  if (r != PARAPH_OK)
    return r;
  r = paraph_session_get_certified (self, &peer, &certified);
  if (r != PARAPH_OK)
    return r;
  expected[0] = POINT_PREFIX;
  memcpy (expected + 1, certified.bytes, sizeof certified.bytes);
  if (point == NULL || size != sizeof expected || !paraph_bytes_equal (point, expected, size))
    return PARAPH_ERROR_UNTRUSTED;
  return PARAPH_OK;
}

/* Keeps nothing: what the powers certify is kept elsewhere, and no message changes it. */
static int
save_identity (const signal_protocol_address *address, uint8_t *point, size_t size, void *user_data)
{
  return compare_identity (user_data, address, point, size);
}

static int
is_trusted_identity (const signal_protocol_address *address, uint8_t *point, size_t size,
                     void *user_data)
{
  int r = compare_identity (user_data, address, point, size);

  if (r == PARAPH_OK)
    return 1;
  return r == PARAPH_ERROR_UNTRUSTED ? 0 : r;
}

static int
refuse_to_store_sender_key (const signal_protocol_sender_key_name *name, uint8_t *bytes,
                            size_t size, uint8_t *user_bytes, size_t user_size, void *user_data)
{
  (void) name;
  (void) bytes;
  (void) size;
  (void) user_bytes;
  (void) user_size;
  (void) user_data;
  return PARAPH_ERROR_INTERNAL;
}

static int
refuse_to_load_sender_key (signal_buffer **ret_record, signal_buffer **ret_user_record,
                           const signal_protocol_sender_key_name *name, void *user_data)
{
  (void) ret_record;
  (void) ret_user_record;
  (void) name;
  (void) user_data;
  return PARAPH_ERROR_INTERNAL;
}

static int
attach_keys (ParaphSessions *sessions)
{
  const signal_protocol_pre_key_store prekeys = {
    .load_pre_key = load_prekey,
    .store_pre_key = store_prekey,
    .contains_pre_key = contains_prekey,
    .remove_pre_key = remove_prekey,
    .user_data = sessions,
  };
  const signal_protocol_signed_pre_key_store signed_prekeys = {
    .load_signed_pre_key = load_signed_prekey,
    .store_signed_pre_key = store_signed_prekey,
    .contains_signed_pre_key = contains_signed_prekey,
    .remove_signed_pre_key = remove_signed_prekey,
    .user_data = sessions,
  };
  int r = signal_protocol_store_context_set_pre_key_store (sessions->store_context, &prekeys);

  if (r < 0)
    return r;
  return signal_protocol_store_context_set_signed_pre_key_store (sessions->store_context,
                                                                 &signed_prekeys);
}

static int
attach_identities (ParaphSessions *sessions)
{
  const signal_protocol_identity_key_store identities = {
    .get_identity_key_pair = get_identity_key_pair,
    .get_local_registration_id = get_local_registration_id,
    .save_identity = save_identity,
    .is_trusted_identity = is_trusted_identity,
    .user_data = sessions,
  };
  const signal_protocol_sender_key_store sender_keys = {
    .store_sender_key = refuse_to_store_sender_key,
    .load_sender_key = refuse_to_load_sender_key,
    .user_data = sessions,
  };
  int r =
      signal_protocol_store_context_set_identity_key_store (sessions->store_context, &identities);

  if (r < 0)
    return r;
  return signal_protocol_store_context_set_sender_key_store (sessions->store_context, &sender_keys);
}

int
paraph_session_bridge_attach (ParaphSessions *sessions)
{
  const signal_protocol_session_store session_rows = {
    .load_session_func = load_session,
    .get_sub_device_sessions_func = get_sub_devices,
    .store_session_func = store_session,
    .contains_session_func = contains_session,
    .delete_session_func = delete_session,
    .delete_all_sessions_func = delete_all_sessions,
    .user_data = sessions,
  };
  int r;

  r = signal_protocol_store_context_set_session_store (sessions->store_context, &session_rows);
  if (r >= 0)
    r = attach_keys (sessions);
  if (r >= 0)
    r = attach_identities (sessions);
  return paraph_session_code (r);
}

int
paraph_session_record_put (ParaphSessionRecord *record, const uint8_t *bytes, size_t size)
{
  if (record->buffer != NULL || size == 0)
    return PARAPH_ERROR_INTERNAL;
  record->buffer = signal_buffer_create (bytes, size);
  return record->buffer != NULL ? PARAPH_OK : PARAPH_ERROR_MEMORY;
}
