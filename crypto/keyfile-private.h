/* Shared by crypto/keyfile.c and crypto/keyfile-slots.c only. */

#pragma once

#include "crypto/keyfile.h"

#define KEYFILE_HEADER_SIZE 36
#define KEYFILE_SLOT_PUBLIC_SIZE 56
#define KEYFILE_SLOT_SIZE 104
#define KEYFILE_MAC_SIZE 32

/* One slot, byte for byte as in the file. */
typedef struct
{
  uint8_t bytes[KEYFILE_SLOT_SIZE];
} KeyfileSlot;

struct paraph_keyfile
{
  ParaphSecret *store_key;
  ParaphStoreId store_id;
  KeyfileSlot slots[PARAPH_KEYFILE_SLOTS];
  ParaphKeyfileState state;
  unsigned opened_slot;
  bool is_authentic;
};

void paraph_keyfile_header (const ParaphStoreId *store_id,
                            uint8_t ret_header[static KEYFILE_HEADER_SIZE]);

/* Seals STORE_KEY for CREDENTIAL with a new salt and nonce. */
__attribute__ ((warn_unused_result)) int
paraph_keyfile_slot_seal (const ParaphCredential *credential, const ParaphStoreId *store_id,
                          const ParaphSecret *store_key, KeyfileSlot *ret_slot);

/* PARAPH_ERROR_PASSPHRASE: another type, another secret, or altered. */
__attribute__ ((warn_unused_result)) int
paraph_keyfile_slot_open (const KeyfileSlot *slot, const ParaphCredential *credential,
                          const ParaphStoreId *store_id, ParaphSecret **ret_store_key);
