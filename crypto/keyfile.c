#include "crypto/keyfile.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/keyfile-private.h"
#include "crypto/wire.h"

#define MAGIC "paraph-store-key"
#define MAGIC_SIZE (sizeof MAGIC - 1)
#define VERSION 1
#define FLAG_INITIALISED 1U
#define FLAG_CLOSED_CLEANLY 2U
#define MACED_SIZE (PARAPH_KEYFILE_SIZE - KEYFILE_MAC_SIZE)
#define KDF_CONTEXT "paraph-k"

static_assert (MAGIC_SIZE + 4 + sizeof (ParaphStoreId) == KEYFILE_HEADER_SIZE, "the fixed header");
static_assert (KEYFILE_HEADER_SIZE + PARAPH_KEYFILE_SLOTS * KEYFILE_SLOT_SIZE + 4 + 8 + 16
                   == MACED_SIZE,
               "the table in the header adds up");
static_assert (sizeof KDF_CONTEXT - 1 == crypto_kdf_CONTEXTBYTES, "as libsodium");
static_assert (PARAPH_KEYFILE_KEY_SIZE == crypto_kdf_KEYBYTES, "as libsodium");

void
paraph_keyfile_header (const ParaphStoreId *store_id,
                       uint8_t ret_header[static KEYFILE_HEADER_SIZE])
{
  static const uint8_t version[4] = { 0, 0, 0, VERSION };

  memcpy (ret_header, MAGIC, MAGIC_SIZE);
  memcpy (ret_header + MAGIC_SIZE, version, sizeof version);
  memcpy (ret_header + MAGIC_SIZE + sizeof version, store_id->bytes, sizeof store_id->bytes);
}

static int
store_key_derive (const ParaphSecret *store_key, ParaphSubkey subkey, ParaphSecret **ret_key)
{
  ParaphSecret *key = NULL;
  int r;

  r = paraph_secret_new ("store subkey", PARAPH_KEYFILE_KEY_SIZE, &key);
  if (r < 0)
    return r;
  /* Fails for sizes only, and ours is lawful. */
  (void) crypto_kdf_derive_from_key (paraph_secret_data_mutable (key), PARAPH_KEYFILE_KEY_SIZE,
                                     (uint64_t) subkey, KDF_CONTEXT,
                                     paraph_secret_data (store_key));
  *ret_key = key;
  return 0;
}

static int
keyfile_mac (const ParaphKeyfile *self, const uint8_t bytes[static MACED_SIZE],
             uint8_t ret_mac[static KEYFILE_MAC_SIZE])
{
  ParaphSecret *key = NULL;
  int r;

  r = store_key_derive (self->store_key, PARAPH_SUBKEY_HEADERMAC, &key);
  if (r < 0)
    return r;
  r = paraph_blake2b ("paraph-keyfile-mac-1", key, bytes, MACED_SIZE, ret_mac, KEYFILE_MAC_SIZE);
  paraph_secret_free (key);
  return r;
}

int
paraph_keyfile_create (const ParaphCredential *credential, ParaphKeyfile **ret_keyfile)
{
  ParaphKeyfile *self = calloc (1, sizeof *self);
  int r;

  if (self == NULL)
    return PARAPH_ERROR_MEMORY;
  self->is_authentic = true;
  randombytes_buf (self->store_id.bytes, sizeof self->store_id.bytes);
  r = paraph_secret_new_random ("store key", PARAPH_KEYFILE_KEY_SIZE, &self->store_key);
  if (r < 0)
    goto out;
  r = paraph_keyfile_slot_seal (credential, &self->store_id, self->store_key, &self->slots[0]);
  if (r < 0)
    goto out;
  *ret_keyfile = self;
  self = NULL; /* handed over */

out:
  paraph_keyfile_free (self);
  return r;
}

/* All of the file but what needs the store key. */
static int
keyfile_parse (ParaphKeyfile *self, const void *bytes, size_t size)
{
  ParaphReader reader;
  uint32_t flags;

  paraph_reader_init (&reader, bytes, size);
  paraph_reader_expect (&reader, MAGIC, MAGIC_SIZE);
  if (paraph_reader_u32 (&reader) != VERSION && paraph_reader_error (&reader) == 0)
    return PARAPH_ERROR_INCOMPATIBLE;
  paraph_reader_bytes (&reader, self->store_id.bytes, sizeof self->store_id.bytes);
  for (size_t i = 0; i < PARAPH_KEYFILE_SLOTS; i++)
    paraph_reader_bytes (&reader, self->slots[i].bytes, sizeof self->slots[i].bytes);
  flags = paraph_reader_u32 (&reader);
  self->state.initialised = (flags & FLAG_INITIALISED) != 0;
  self->state.closed_cleanly = (flags & FLAG_CLOSED_CLEANLY) != 0;
  self->state.generation = paraph_reader_u64 (&reader);
  paraph_reader_bytes (&reader, self->state.epoch, sizeof self->state.epoch);
  (void) paraph_reader_view (&reader, KEYFILE_MAC_SIZE);
  return paraph_reader_finish (&reader);
}

/* Tries the slots in their order. A slot of unlawful cost is passed over, and named only when
 * nothing else opened: it must not lock out the owner of another slot. */
static int
keyfile_open_slots (ParaphKeyfile *self, const ParaphCredential *credential)
{
  int result = PARAPH_ERROR_PASSPHRASE;

  for (unsigned i = 0; i < PARAPH_KEYFILE_SLOTS; i++)
    {
      int r =
          paraph_keyfile_slot_open (&self->slots[i], credential, &self->store_id, &self->store_key);

      if (r == 0)
        {
          self->opened_slot = i;
          return 0;
        }
      if (r == PARAPH_ERROR_LIMIT)
        result = r;
      else if (r != PARAPH_ERROR_PASSPHRASE)
        return r;
    }
  return result;
}

int
paraph_keyfile_open (const void *bytes, size_t size, const ParaphCredential *credential,
                     ParaphKeyfile **ret_keyfile)
{
  ParaphKeyfile *self = calloc (1, sizeof *self);
  uint8_t mac[KEYFILE_MAC_SIZE];
  int r;

  if (self == NULL)
    return PARAPH_ERROR_MEMORY;
  if (credential->type == PARAPH_SLOT_NONE)
    {
      r = PARAPH_ERROR_INTERNAL;
      goto out;
    }
  r = keyfile_parse (self, bytes, size);
  if (r < 0)
    goto out;
  r = keyfile_open_slots (self, credential);
  if (r < 0)
    goto out;
  r = keyfile_mac (self, bytes, mac);
  if (r < 0)
    goto out;
  self->is_authentic =
      paraph_bytes_equal (mac, (const uint8_t *) bytes + MACED_SIZE, KEYFILE_MAC_SIZE);
  *ret_keyfile = self;
  self = NULL; /* handed over */

out:
  paraph_keyfile_free (self);
  return r;
}

void
paraph_keyfile_free (ParaphKeyfile *self)
{
  if (self == NULL)
    return;
  paraph_secret_free (self->store_key);
  paraph_wipe (self, sizeof *self);
  free (self);
}

void
paraph_keyfile_clear (ParaphKeyfile **self)
{
  paraph_keyfile_free (*self);
  *self = NULL;
}

void
paraph_keyfile_store_id (const ParaphKeyfile *self, ParaphStoreId *ret_id)
{
  *ret_id = self->store_id;
}

bool
paraph_keyfile_is_authentic (const ParaphKeyfile *self)
{
  return self->is_authentic;
}

void
paraph_keyfile_state (const ParaphKeyfile *self, ParaphKeyfileState *ret_state)
{
  *ret_state = self->state;
}

int
paraph_keyfile_set_state (ParaphKeyfile *self, const ParaphKeyfileState *state)
{
  if (self->is_authentic && state->generation < self->state.generation)
    return PARAPH_ERROR_INTERNAL;
  self->state = *state;
  return 0;
}

void
paraph_keyfile_next_state (const ParaphKeyfile *self, ParaphKeyfileState *ret_state)
{
  *ret_state = self->state;
  ret_state->closed_cleanly = false;
  ret_state->generation++;
  randombytes_buf (ret_state->epoch, sizeof ret_state->epoch);
}

static void
keyfile_write (const ParaphKeyfile *self, ParaphWriter *writer)
{
  uint8_t header[KEYFILE_HEADER_SIZE];
  uint32_t flags = 0;

  if (self->state.initialised)
    flags |= FLAG_INITIALISED;
  if (self->state.closed_cleanly)
    flags |= FLAG_CLOSED_CLEANLY;
  paraph_keyfile_header (&self->store_id, header);
  paraph_writer_bytes (writer, header, sizeof header);
  for (size_t i = 0; i < PARAPH_KEYFILE_SLOTS; i++)
    paraph_writer_bytes (writer, self->slots[i].bytes, sizeof self->slots[i].bytes);
  paraph_writer_u32 (writer, flags);
  paraph_writer_u64 (writer, self->state.generation);
  paraph_writer_bytes (writer, self->state.epoch, sizeof self->state.epoch);
}

int
paraph_keyfile_encode (const ParaphKeyfile *self, uint8_t ret_bytes[static PARAPH_KEYFILE_SIZE])
{
  uint8_t mac[KEYFILE_MAC_SIZE];
  ParaphWriter writer;
  ParaphView view;
  int r;

  paraph_writer_init (&writer, MACED_SIZE);
  keyfile_write (self, &writer);
  r = paraph_writer_finish (&writer, &view);
  if (r < 0)
    goto out;
  r = keyfile_mac (self, view.data, mac);
  if (r < 0)
    goto out;
  memcpy (ret_bytes, view.data, MACED_SIZE);
  memcpy (ret_bytes + MACED_SIZE, mac, sizeof mac);

out:
  paraph_writer_clear (&writer);
  return r;
}

int
paraph_keyfile_subkey (const ParaphKeyfile *self, ParaphSubkey subkey, ParaphSecret **ret_key)
{
  if (subkey == PARAPH_SUBKEY_JOURNAL)
    return PARAPH_ERROR_INTERNAL;
  return store_key_derive (self->store_key, subkey, ret_key);
}

int
paraph_keyfile_journal_key (const ParaphKeyfile *self, const ParaphKeyfileState *state,
                            ParaphSecret **ret_key)
{
  ParaphSecret *base = NULL;
  ParaphSecret *key = NULL;
  int r;

  r = store_key_derive (self->store_key, PARAPH_SUBKEY_JOURNAL, &base);
  if (r < 0)
    goto out;
  r = paraph_secret_new ("journal key", PARAPH_KEYFILE_KEY_SIZE, &key);
  if (r < 0)
    goto out;
  r = paraph_blake2b ("paraph-journal-1", base, state->epoch, sizeof state->epoch,
                      paraph_secret_data_mutable (key), PARAPH_KEYFILE_KEY_SIZE);
  if (r < 0)
    goto out;
  *ret_key = key;
  key = NULL; /* handed over */

out:
  paraph_secret_free (key);
  paraph_secret_free (base);
  return r;
}
