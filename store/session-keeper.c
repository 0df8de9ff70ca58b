#include "store/session-keeper.h"
#include "store/prekey-table.h"
#include "store/session-table.h"

/* Keeps the first failure for the log and gives the library's callers a negative result. */
static int
fail (ParaphSessionKeeper *self, GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
  return PARAPH_ERROR_STORAGE;
}

static int
load_session (void *user_data, const ParaphId *peer, ParaphSessionRecord *record)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;
  guint8 *bytes = NULL;
  gsize size = 0;
  int rc;

  if (!paraph_session_table_get (self->store, peer, &bytes, &size, &error))
    return fail (self, error);
  if (bytes == NULL)
    return 0;
  rc = paraph_session_record_put (record, bytes, size);
  paraph_wipe (bytes, size);
  g_free (bytes);
  return rc < 0 ? rc : 1;
}

static int
store_session (void *user_data, const ParaphId *peer, const uint8_t *bytes, size_t size)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;

  if (!paraph_session_table_put (self->store, peer, bytes, size, &error))
    return fail (self, error);
  return 0;
}

static int
contains_session (void *user_data, const ParaphId *peer)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;
  gboolean has = FALSE;

  if (!paraph_session_table_has (self->store, peer, &has, &error))
    return fail (self, error);
  return has ? 1 : 0;
}

static int
delete_session (void *user_data, const ParaphId *peer)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;
  gboolean is_deleted = FALSE;

  if (!paraph_session_table_delete (self->store, peer, &is_deleted, &error))
    return fail (self, error);
  return is_deleted ? 1 : 0;
}

/* Hands over and frees a prekey's record. */
static int
put_record (ParaphSessionRecord *record, ParaphSecret *found)
{
  int rc;

  if (found == NULL)
    return 0;
  rc = paraph_session_record_put (record, paraph_secret_data (found), paraph_secret_size (found));
  paraph_secret_free (found);
  return rc < 0 ? rc : 1;
}

static int
load_prekey (void *user_data, uint32_t id, ParaphSessionRecord *record)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;
  ParaphSecret *found = NULL;

  if (!paraph_prekey_table_get (self->store, id, &found, &error))
    return fail (self, error);
  return put_record (record, found);
}

static int
store_prekey (void *user_data, uint32_t id, const uint8_t *bytes, size_t size)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;

  if (!paraph_prekey_table_put (self->store, id, bytes, size, &error))
    return fail (self, error);
  return 0;
}

static int
remove_prekey (void *user_data, uint32_t id)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;

  if (!paraph_prekey_table_delete (self->store, id, &error))
    return fail (self, error);
  return 0;
}

static int
load_signed_prekey (void *user_data, uint32_t id, ParaphSessionRecord *record)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;
  ParaphSecret *found = NULL;

  if (!paraph_prekey_table_get_signed (self->store, id, &found, &error))
    return fail (self, error);
  return put_record (record, found);
}

static int
store_signed_prekey (void *user_data, uint32_t id, const uint8_t *bytes, size_t size)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;

  if (!paraph_prekey_table_put_signed (self->store, id, bytes, size, &error))
    return fail (self, error);
  return 0;
}

static int
load_identity (void *user_data, ParaphSessionKey *ret_public, const ParaphSecret **ret_private)
{
  ParaphSessionKeeper *self = user_data;

  if (self->private_key == NULL)
    return PARAPH_ERROR_STORAGE;
  *ret_public = self->public_key;
  *ret_private = self->private_key;
  return 0;
}

static int
load_registration_id (void *user_data, uint32_t *ret_id)
{
  ParaphSessionKeeper *self = user_data;

  *ret_id = self->registration_id;
  return 0;
}

static int
expected_key (void *user_data, const ParaphId *peer, ParaphSessionKey *ret_key)
{
  ParaphSessionKeeper *self = user_data;

  return self->expected_key (self->user_data, peer, ret_key);
}

static int
take_base_key (void *user_data, uint32_t signed_prekey_id, const ParaphId *base_key)
{
  ParaphSessionKeeper *self = user_data;
  GError *error = NULL;
  gboolean is_new = FALSE;

  if (!paraph_prekey_table_take_base_key (self->store, signed_prekey_id, base_key, &is_new, &error))
    return fail (self, error);
  return is_new ? 1 : 0;
}

void
paraph_session_keeper_fill (ParaphSessionKeeper *keeper, ParaphSessionStore *ret_callbacks)
{
  *ret_callbacks = (ParaphSessionStore){
    .load_session = load_session,
    .store_session = store_session,
    .contains_session = contains_session,
    .delete_session = delete_session,
    .load_prekey = load_prekey,
    .store_prekey = store_prekey,
    .remove_prekey = remove_prekey,
    .load_signed_prekey = load_signed_prekey,
    .store_signed_prekey = store_signed_prekey,
    .load_identity = load_identity,
    .load_registration_id = load_registration_id,
    .expected_key = expected_key,
    .take_base_key = take_base_key,
    .user_data = keeper,
  };
}

GError *
paraph_session_keeper_take_error (ParaphSessionKeeper *keeper)
{
  return g_steal_pointer (&keeper->error);
}
