#include "tests/support/memory-sessions.h"

#include <string.h>

#include "crypto/content.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

static gboolean
is_failing (MemorySessions *self)
{
  return self->fail_in > 0 && --self->fail_in == 0;
}

static char *
name_of_id (const char *kind, const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (id, hex);
  return g_strdup_printf ("%s %s", kind, hex);
}

static char *
name_of_number (const char *kind, uint32_t number)
{
  return g_strdup_printf ("%s %u", kind, number);
}

/* The next four take NAME. */

static int
load_row (MemorySessions *self, char *taken_name, ParaphSessionRecord *record)
{
  g_autofree char *name = taken_name;
  GBytes *row = g_hash_table_lookup (self->rows, name);

  if (is_failing (self))
    return -1;
  if (row == NULL)
    return 0;
  if (paraph_session_record_put (record, g_bytes_get_data (row, NULL), g_bytes_get_size (row)) != 0)
    return -1;
  return 1;
}

static int
store_row (MemorySessions *self, char *taken_name, const uint8_t *bytes, size_t size)
{
  g_autofree char *name = taken_name;

  if (is_failing (self))
    return -1;
  self->stores++;
  g_hash_table_insert (self->rows, g_steal_pointer (&name), g_bytes_new (bytes, size));
  return 0;
}

static int
contains_row (MemorySessions *self, char *taken_name)
{
  g_autofree char *name = taken_name;

  if (is_failing (self))
    return -1;
  return g_hash_table_contains (self->rows, name) ? 1 : 0;
}

static int
remove_row (MemorySessions *self, char *taken_name)
{
  g_autofree char *name = taken_name;

  if (is_failing (self))
    return -1;
  self->stores++;
  return g_hash_table_remove (self->rows, name) ? 1 : 0;
}

static int
load_session (void *user_data, const ParaphId *peer, ParaphSessionRecord *record)
{
  return load_row (user_data, name_of_id ("session", peer), record);
}

static int
store_session (void *user_data, const ParaphId *peer, const uint8_t *bytes, size_t size)
{
  return store_row (user_data, name_of_id ("session", peer), bytes, size);
}

static int
contains_session (void *user_data, const ParaphId *peer)
{
  return contains_row (user_data, name_of_id ("session", peer));
}

static int
delete_session (void *user_data, const ParaphId *peer)
{
  return remove_row (user_data, name_of_id ("session", peer));
}

static int
load_prekey (void *user_data, uint32_t id, ParaphSessionRecord *record)
{
  return load_row (user_data, name_of_number ("prekey", id), record);
}

static int
store_prekey (void *user_data, uint32_t id, const uint8_t *bytes, size_t size)
{
  return store_row (user_data, name_of_number ("prekey", id), bytes, size);
}

static int
remove_prekey (void *user_data, uint32_t id)
{
  int r = remove_row (user_data, name_of_number ("prekey", id));

  return r < 0 ? r : 0;
}

static int
load_signed_prekey (void *user_data, uint32_t id, ParaphSessionRecord *record)
{
  return load_row (user_data, name_of_number ("signed", id), record);
}

static int
store_signed_prekey (void *user_data, uint32_t id, const uint8_t *bytes, size_t size)
{
  return store_row (user_data, name_of_number ("signed", id), bytes, size);
}

static int
load_identity (void *user_data, ParaphSessionKey *ret_public, const ParaphSecret **ret_private)
{
  MemorySessions *self = user_data;

  if (is_failing (self))
    return -1;
  *ret_public = self->identity;
  *ret_private = self->identity_private;
  return 0;
}

static int
load_registration_id (void *user_data, uint32_t *ret_id)
{
  MemorySessions *self = user_data;

  if (is_failing (self))
    return -1;
  *ret_id = self->registration_id;
  return 0;
}

static int
expected_key (void *user_data, const ParaphId *peer, ParaphSessionKey *ret_key)
{
  MemorySessions *self = user_data;
  g_autofree char *name = name_of_id ("key", peer);
  GBytes *key = g_hash_table_lookup (self->expected, name);

  if (is_failing (self))
    return -1;
  if (key == NULL)
    return 0;
  memcpy (ret_key->bytes, g_bytes_get_data (key, NULL), sizeof ret_key->bytes);
  return 1;
}

static int
take_base_key (void *user_data, uint32_t signed_prekey_id, const ParaphId *base_key)
{
  g_autofree char *kind = g_strdup_printf ("base %u", signed_prekey_id);
  int r = contains_row (user_data, name_of_id (kind, base_key));

  if (r != 0)
    return r < 0 ? r : 0;
  r = store_row (user_data, name_of_id (kind, base_key), (const uint8_t *) "", 0);
  return r < 0 ? r : 1;
}

MemorySessions *
memory_sessions_new (const char *name)
{
  MemorySessions *self = g_new0 (MemorySessions, 1);
  const ParaphSessionStore store = {
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
    .user_data = self,
  };

  paraph_sha256 (name, strlen (name), &self->device);
  self->rows =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  self->expected =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  g_assert_cmpint (paraph_session_keys_new_identity (&self->identity, &self->identity_private,
                                                     &self->registration_id),
                   ==, 0);
  g_assert_cmpint (paraph_sessions_new (&self->device, &store, &self->sessions), ==, 0);
  return self;
}

void
memory_sessions_free (MemorySessions *self)
{
  paraph_sessions_free (self->sessions);
  paraph_secret_free (self->identity_private);
  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->expected);
  g_free (self);
}

void
memory_sessions_trust_key (MemorySessions *self, const ParaphId *peer, const ParaphSessionKey *key)
{
  g_hash_table_insert (self->expected, name_of_id ("key", peer),
                       g_bytes_new (key->bytes, sizeof key->bytes));
}

void
memory_sessions_trust (MemorySessions *self, const MemorySessions *peer)
{
  memory_sessions_trust_key (self, &peer->device, &peer->identity);
}

void
memory_sessions_distrust (MemorySessions *self, const ParaphId *peer)
{
  g_autofree char *name = name_of_id ("key", peer);

  g_hash_table_remove (self->expected, name);
}

static GHashTable *
copy_rows (GHashTable *rows)
{
  GHashTable *copy =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  GHashTableIter iter;
  gpointer name;
  gpointer row;

  g_hash_table_iter_init (&iter, rows);
  while (g_hash_table_iter_next (&iter, &name, &row))
    g_hash_table_insert (copy, g_strdup (name), g_bytes_ref (row));
  return copy;
}

GHashTable *
memory_sessions_snapshot (const MemorySessions *self)
{
  return copy_rows (self->rows);
}

void
memory_sessions_rollback (MemorySessions *self, GHashTable *snapshot)
{
  g_hash_table_unref (self->rows);
  self->rows = copy_rows (snapshot);
}

unsigned int
memory_sessions_count (const MemorySessions *self, const char *prefix)
{
  unsigned int count = 0;
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    count += g_str_has_prefix (name, prefix) ? 1 : 0;
  return count;
}

ParaphBundle
memory_sessions_bundle (MemorySessions *self, const MemorySessions *peer, uint32_t signed_id,
                        uint32_t prekey_id)
{
  ParaphSignedPrekey signed_prekey;
  ParaphPrekey prekey;
  ParaphBundle bundle;
  int r = paraph_session_keys_read_signed_prekey (self->sessions, signed_id, &signed_prekey);

  if (r == PARAPH_ERROR_NO_PREKEY)
    r = paraph_session_keys_new_signed_prekey (self->sessions, signed_id, &signed_prekey);
  g_assert_cmpint (r, ==, 0);
  if (prekey_id != 0)
    g_assert_cmpint (paraph_session_keys_new_prekey (self->sessions, prekey_id, &prekey), ==, 0);
  g_assert_cmpint (
      paraph_session_keys_make_bundle (self->sessions, peer != NULL ? &peer->device : NULL,
                                       &signed_prekey, prekey_id != 0 ? &prekey : NULL, &bundle),
      ==, 0);
  return bundle;
}

void
memory_sessions_meet (MemorySessions *from, MemorySessions *to, uint32_t prekey_id)
{
  ParaphBundle bundle = memory_sessions_bundle (to, from, 1, prekey_id);

  memory_sessions_trust (from, to);
  memory_sessions_trust (to, from);
  g_assert_cmpint (paraph_sessions_process_bundle (from->sessions, &bundle), ==, 0);
}

ParaphSessionMessage
memory_sessions_send (MemorySessions *from, const MemorySessions *to, uint32_t number)
{
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  ParaphSessionMessage message;

  g_assert_cmpint (paraph_secret_new ("test wrap", PARAPH_WRAP_SIZE, &wrap), ==, 0);
  memcpy (paraph_secret_data_mutable (wrap), &number, sizeof number);
  g_assert_cmpint (paraph_sessions_encrypt (from->sessions, &to->device, wrap, &message), ==, 0);
  return message;
}

int
memory_sessions_receive (MemorySessions *to, const MemorySessions *from,
                         const ParaphSessionMessage *message, uint32_t max_jump,
                         uint32_t *ret_number)
{
  g_autoptr (GHashTable) savepoint = memory_sessions_snapshot (to);
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  int r = paraph_sessions_decrypt (to->sessions, &from->device, message, max_jump, &wrap);

  if (r != PARAPH_OK)
    {
      memory_sessions_rollback (to, savepoint);
      return r;
    }
  g_assert_cmpuint (paraph_secret_size (wrap), ==, PARAPH_WRAP_SIZE);
  if (ret_number != NULL)
    memcpy (ret_number, paraph_secret_data (wrap), sizeof *ret_number);
  return r;
}
