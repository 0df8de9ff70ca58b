#include "crypto/keyfile-slots.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/keyfile-private.h"
#include "crypto/wire.h"

#define DERIVATION_NONE 0
#define DERIVATION_ARGON2ID 1
#define NONCE_AT 32
#define KEK_SIZE 32
#define KEK_PARTS_SIZE_MAX 64
#define AAD_SIZE (KEYFILE_HEADER_SIZE + KEYFILE_SLOT_PUBLIC_SIZE)

static_assert (PARAPH_PASSPHRASE_KEY_SIZE == PARAPH_KEYFILE_KEY_SIZE, "a PK is a PK");
static_assert (KEYFILE_SLOT_PUBLIC_SIZE - NONCE_AT == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
               "the nonce ends the public part");
static_assert (KEYFILE_SLOT_SIZE - KEYFILE_SLOT_PUBLIC_SIZE
                   == PARAPH_KEYFILE_KEY_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "the sealed key ends the slot");

/* The public part of a slot, taken apart. The nonce is used where it stands. */
typedef struct
{
  uint8_t type;
  uint8_t derivation;
  ParaphPassphraseCost cost;
  ParaphPassphraseSalt salt;
} SlotHead;

static void
slot_read_head (const KeyfileSlot *slot, SlotHead *ret_head)
{
  ParaphReader reader;

  paraph_reader_init (&reader, slot->bytes, sizeof slot->bytes);
  ret_head->type = paraph_reader_u8 (&reader);
  ret_head->derivation = paraph_reader_u8 (&reader);
  (void) paraph_reader_u16 (&reader); /* zero, or else the seal does not fit */
  ret_head->cost.passes = paraph_reader_u32 (&reader);
  ret_head->cost.memory = paraph_reader_u64 (&reader);
  paraph_reader_bytes (&reader, ret_head->salt.bytes, sizeof ret_head->salt.bytes);
}

static int
slot_write_head (KeyfileSlot *slot, const SlotHead *head)
{
  ParaphWriter writer;
  ParaphView view;
  int r;

  paraph_writer_init (&writer, NONCE_AT);
  paraph_writer_u8 (&writer, head->type);
  paraph_writer_u8 (&writer, head->derivation);
  paraph_writer_u16 (&writer, 0);
  paraph_writer_u32 (&writer, head->cost.passes);
  paraph_writer_u64 (&writer, head->cost.memory);
  paraph_writer_bytes (&writer, head->salt.bytes, sizeof head->salt.bytes);
  r = paraph_writer_finish (&writer, &view);
  if (r == 0)
    memcpy (slot->bytes, view.data, view.size);
  paraph_writer_clear (&writer);
  return r;
}

/* PK of the header of crypto/keyfile.h. */
static int
credential_derive (const ParaphCredential *credential, const SlotHead *head, ParaphSecret **ret_pk)
{
  switch (credential->type)
    {
    case PARAPH_SLOT_PASSPHRASE:
      if (head->derivation != DERIVATION_ARGON2ID)
        return PARAPH_ERROR_PASSPHRASE;
      return paraph_passphrase_derive (credential->secret, &head->salt, &head->cost, ret_pk);

    case PARAPH_SLOT_RECOVERY:
    case PARAPH_SLOT_KEY_FILE:
      if (paraph_secret_size (credential->secret) != PARAPH_KEYFILE_KEY_SIZE)
        return PARAPH_ERROR_PASSPHRASE;
      return paraph_secret_new_copy ("slot key", paraph_secret_data (credential->secret),
                                     PARAPH_KEYFILE_KEY_SIZE, ret_pk);

    case PARAPH_SLOT_NONE:
      break;
    }
  return PARAPH_ERROR_INTERNAL;
}

static int
kek_new (const ParaphSecret *pk, const ParaphStoreId *store_id, uint8_t type,
         ParaphSecret **ret_kek)
{
  ParaphSecret *kek = NULL;
  ParaphWriter writer;
  ParaphView parts;
  int r;

  paraph_writer_init (&writer, KEK_PARTS_SIZE_MAX);
  paraph_writer_blob (&writer, store_id->bytes, sizeof store_id->bytes);
  paraph_writer_blob (&writer, &type, sizeof type);
  paraph_writer_blob (&writer, NULL, 0);
  paraph_writer_blob (&writer, NULL, 0);
  r = paraph_writer_finish (&writer, &parts);
  if (r < 0)
    goto out;
  r = paraph_secret_new ("slot KEK", KEK_SIZE, &kek);
  if (r < 0)
    goto out;
  r = paraph_blake2b ("paraph-kek-1", pk, parts.data, parts.size, paraph_secret_data_mutable (kek),
                      KEK_SIZE);
  if (r < 0)
    goto out;
  *ret_kek = kek;
  kek = NULL; /* handed over */

out:
  paraph_secret_free (kek);
  paraph_writer_clear (&writer);
  return r;
}

static int
slot_kek (const ParaphCredential *credential, const SlotHead *head, const ParaphStoreId *store_id,
          ParaphSecret **ret_kek)
{
  ParaphSecret *pk = NULL;
  int r;

  r = credential_derive (credential, head, &pk);
  if (r < 0)
    return r;
  r = kek_new (pk, store_id, head->type, ret_kek);
  paraph_secret_free (pk);
  return r;
}

static void
slot_aad (const KeyfileSlot *slot, const ParaphStoreId *store_id, uint8_t ret_aad[static AAD_SIZE])
{
  paraph_keyfile_header (store_id, ret_aad);
  memcpy (ret_aad + KEYFILE_HEADER_SIZE, slot->bytes, KEYFILE_SLOT_PUBLIC_SIZE);
}

int
paraph_keyfile_slot_seal (const ParaphCredential *credential, const ParaphStoreId *store_id,
                          const ParaphSecret *store_key, KeyfileSlot *ret_slot)
{
  SlotHead head = { .type = (uint8_t) credential->type };
  KeyfileSlot slot = { { 0 } };
  ParaphSecret *kek = NULL;
  uint8_t aad[AAD_SIZE];
  int r;

  if (credential->type == PARAPH_SLOT_PASSPHRASE)
    {
      head.derivation = DERIVATION_ARGON2ID;
      head.cost = credential->cost;
      randombytes_buf (head.salt.bytes, sizeof head.salt.bytes);
    }
  r = slot_write_head (&slot, &head);
  if (r < 0)
    return r;
  randombytes_buf (slot.bytes + NONCE_AT, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  r = slot_kek (credential, &head, store_id, &kek);
  if (r < 0)
    return r;
  slot_aad (&slot, store_id, aad);
  /* Computes only; its result is always 0. */
  (void) crypto_aead_xchacha20poly1305_ietf_encrypt (
      slot.bytes + KEYFILE_SLOT_PUBLIC_SIZE, NULL, paraph_secret_data (store_key),
      PARAPH_KEYFILE_KEY_SIZE, aad, sizeof aad, NULL, slot.bytes + NONCE_AT,
      paraph_secret_data (kek));
  paraph_secret_free (kek);
  *ret_slot = slot;
  return 0;
}

int
paraph_keyfile_slot_open (const KeyfileSlot *slot, const ParaphCredential *credential,
                          const ParaphStoreId *store_id, ParaphSecret **ret_store_key)
{
  ParaphSecret *store_key = NULL;
  ParaphSecret *kek = NULL;
  uint8_t aad[AAD_SIZE];
  SlotHead head;
  int r;

  slot_read_head (slot, &head);
  if (head.type != (uint8_t) credential->type)
    return PARAPH_ERROR_PASSPHRASE;
  r = slot_kek (credential, &head, store_id, &kek);
  if (r < 0)
    goto out;
  r = paraph_secret_new ("store key", PARAPH_KEYFILE_KEY_SIZE, &store_key);
  if (r < 0)
    goto out;
  slot_aad (slot, store_id, aad);
  r = PARAPH_ERROR_PASSPHRASE;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (
          paraph_secret_data_mutable (store_key), NULL, NULL,
          slot->bytes + KEYFILE_SLOT_PUBLIC_SIZE, KEYFILE_SLOT_SIZE - KEYFILE_SLOT_PUBLIC_SIZE, aad,
          sizeof aad, slot->bytes + NONCE_AT, paraph_secret_data (kek))
      != 0)
    goto out;
  *ret_store_key = store_key;
  store_key = NULL; /* handed over */
  r = 0;

out:
  paraph_secret_free (store_key);
  paraph_secret_free (kek);
  return r;
}

unsigned
paraph_keyfile_slot_type (const ParaphKeyfile *self, unsigned slot)
{
  return slot < PARAPH_KEYFILE_SLOTS ? self->slots[slot].bytes[0] : PARAPH_SLOT_NONE;
}

unsigned
paraph_keyfile_opened_slot (const ParaphKeyfile *self)
{
  return self->opened_slot;
}

int
paraph_keyfile_add_slot (ParaphKeyfile *self, const ParaphCredential *credential,
                         unsigned *ret_slot)
{
  unsigned slot = 0;
  int r;

  while (slot < PARAPH_KEYFILE_SLOTS && self->slots[slot].bytes[0] != PARAPH_SLOT_NONE)
    slot++;
  if (slot == PARAPH_KEYFILE_SLOTS)
    return PARAPH_ERROR_LIMIT;
  r = paraph_keyfile_replace_slot (self, slot, credential);
  if (r == 0)
    *ret_slot = slot;
  return r;
}

int
paraph_keyfile_replace_slot (ParaphKeyfile *self, unsigned slot, const ParaphCredential *credential)
{
  if (slot >= PARAPH_KEYFILE_SLOTS)
    return PARAPH_ERROR_INTERNAL;
  return paraph_keyfile_slot_seal (credential, &self->store_id, self->store_key,
                                   &self->slots[slot]);
}

int
paraph_keyfile_remove_slot (ParaphKeyfile *self, unsigned slot)
{
  unsigned n_used = 0;

  for (unsigned i = 0; i < PARAPH_KEYFILE_SLOTS; i++)
    n_used += self->slots[i].bytes[0] != PARAPH_SLOT_NONE;
  if (paraph_keyfile_slot_type (self, slot) == PARAPH_SLOT_NONE || n_used < 2)
    return PARAPH_ERROR_INTERNAL;
  memset (self->slots[slot].bytes, 0, sizeof self->slots[slot].bytes);
  return 0;
}
