/* The key file of a store: which passphrase or key opens it, and how the store was left.
 *
 * A random store key of 32 bytes encrypts everything, through subkeys; the file holds it sealed
 * once in each slot. Bytes in, bytes out: reading and writing the file is store/'s part.
 *
 * Version 1, exactly 512 bytes, integers big-endian:
 *
 *     at  size
 *      0   16  "paraph-store-key"
 *     16    4  version, 1
 *     20   16  store id, random                                     (0-35: the fixed header)
 *     36  104  slot 0                                               (four slots, see below)
 *    452    4  flags: 1 initialised, 2 closed cleanly, others zero
 *    456    8  generation, rises at each unlock (store/store.c)
 *    464   16  epoch, random, new at each unlock
 *    480   32  BLAKE2b-256 (key K_headermac, "paraph-keyfile-mac-1", bytes 0-479)
 *
 *   slot:
 *      0    1  type: 0 none, 1 passphrase, 2 recovery code, 3 key file
 *      1    1  derivation: 0 none, 1 Argon2id version 1.3 with one lane
 *      2    2  zero
 *      4    4  passes           8    8  memory in bytes      16   16  salt    (0 if none)
 *     32   24  nonce                                        (0-55: the slot's public part)
 *     56   48  XChaCha20-Poly1305 (KEK, nonce, store key, AAD = fixed header | public part)
 *
 *   PK  = Argon2id (passphrase), or the 32 bytes of the recovery code or key file
 *   KEK = BLAKE2b-256 (key PK, "paraph-kek-1",
 *                      str store id | str type | str "" | str "")     (empty: for later factors)
 *
 * BLAKE2b as in crypto/hash.h. A slot of an unknown type is kept and never opened. Slots open
 * whether or not the MAC fits, so that no interrupted write locks the owner out. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/passphrase.h"
#include "crypto/secret.h"

#define PARAPH_KEYFILE_SIZE 512
#define PARAPH_KEYFILE_KEY_SIZE 32
#define PARAPH_KEYFILE_SLOTS 4

/* How the store was left. */
typedef struct
{
  bool initialised;
  bool closed_cleanly;
  uint64_t generation;
  uint8_t epoch[16];
} ParaphKeyfileState;

typedef struct
{
  uint8_t bytes[16];
} ParaphStoreId;

typedef enum
{
  PARAPH_SLOT_NONE = 0,
  PARAPH_SLOT_PASSPHRASE = 1,
  PARAPH_SLOT_RECOVERY = 2,
  PARAPH_SLOT_KEY_FILE = 3
} ParaphSlotType;

/* What opens a slot. Borrows the secret: the passphrase in NFC, or the 32 bytes of a recovery
 * code or key file. The cost counts when a passphrase slot is made; opening reads it. */
typedef struct
{
  ParaphSlotType type;
  const ParaphSecret *secret;
  ParaphPassphraseCost cost;
} ParaphCredential;

/* Never renumber: they are the ids of crypto_kdf, context "paraph-k". */
typedef enum
{
  PARAPH_SUBKEY_DB = 1,
  PARAPH_SUBKEY_JOURNAL = 2, /* only through paraph_keyfile_journal_key */
  PARAPH_SUBKEY_BLOBS = 3,
  PARAPH_SUBKEY_SECRETS = 4,
  PARAPH_SUBKEY_HEADERMAC = 5,
  PARAPH_SUBKEY_BACKUP = 6
} ParaphSubkey;

/* An opened key file, with the store key in it. One thread at a time. */
typedef struct paraph_keyfile ParaphKeyfile;

/* A new store id and store key, one slot, and a state of zeros. */
__attribute__ ((warn_unused_result)) int paraph_keyfile_create (const ParaphCredential *credential,
                                                                ParaphKeyfile **ret_keyfile);

/* PARAPH_ERROR_PASSPHRASE: no slot opens with this. PARAPH_ERROR_INCOMPATIBLE: a version that
 * this program lacks. PARAPH_ERROR_LIMIT: the only fitting slots have a cost outside of floor
 * and ceiling. PARAPH_ERROR_MALFORMED, PARAPH_ERROR_MEMORY. Takes as long as the derivations. */
__attribute__ ((warn_unused_result)) int paraph_keyfile_open (const void *bytes, size_t size,
                                                              const ParaphCredential *credential,
                                                              ParaphKeyfile **ret_keyfile);

void paraph_keyfile_free (ParaphKeyfile *self);
void paraph_keyfile_clear (ParaphKeyfile **self);

void paraph_keyfile_store_id (const ParaphKeyfile *self, ParaphStoreId *ret_id);

/* Whether the MAC fitted when it was opened. When not, the state below is what the bytes say and
 * no more: treat the store as not closed cleanly and do not conclude from the generation. */
bool paraph_keyfile_is_authentic (const ParaphKeyfile *self);

void paraph_keyfile_state (const ParaphKeyfile *self, ParaphKeyfileState *ret_state);

/* PARAPH_ERROR_INTERNAL: an authentic generation would go down. */
__attribute__ ((warn_unused_result)) int paraph_keyfile_set_state (ParaphKeyfile *self,
                                                                   const ParaphKeyfileState *state);

/* The state at unlock: generation one higher, a new random epoch, no longer closed cleanly. */
void paraph_keyfile_next_state (const ParaphKeyfile *self, ParaphKeyfileState *ret_state);

/* The bytes to write, with slots, state and MAC as they are now. */
__attribute__ ((warn_unused_result)) int
paraph_keyfile_encode (const ParaphKeyfile *self, uint8_t ret_bytes[static PARAPH_KEYFILE_SIZE]);

/* A key of 32 bytes. PARAPH_ERROR_INTERNAL for PARAPH_SUBKEY_JOURNAL. */
__attribute__ ((warn_unused_result)) int
paraph_keyfile_subkey (const ParaphKeyfile *self, ParaphSubkey subkey, ParaphSecret **ret_key);

/* The key of the rollback journal in the epoch of STATE: a journal that was copied away in an
 * earlier run does not open in this one. */
__attribute__ ((warn_unused_result)) int
paraph_keyfile_journal_key (const ParaphKeyfile *self, const ParaphKeyfileState *state,
                            ParaphSecret **ret_key);
