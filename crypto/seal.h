/* Sealing what lies in the database although the database is encrypted as a whole: private keys,
 * session states, pair secrets (key: PARAPH_SUBKEY_SECRETS of crypto/keyfile.h).
 *
 * Sealed: nonce 24, random | XChaCha20-Poly1305 of the bytes, with the place as its AAD. A
 * sealed value opens only in the place it was made for: it can neither be moved to another row
 * or column nor be replaced by an older value of the same place. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/secret.h"

#define PARAPH_SEAL_OVERHEAD 40
#define PARAPH_SEAL_NAME_SIZE_MAX 64
#define PARAPH_SEAL_ROW_SIZE_MAX 512

/* Where a sealed value stands. All of it is borrowed. As AAD: str "paraph-seal-1" | str table |
 * str column | str row | u32 schema | u64 generation, where str is a u32 length and the bytes. */
typedef struct
{
  const char *table;
  const char *column;
  const void *row; /* the primary key; several columns are length-prefixed by the caller */
  size_t row_size;
  uint32_t schema;     /* version of the sealed value's own form */
  uint64_t generation; /* counts the values of this place, where an older one must not pass */
} ParaphSealPlace;

/* SIZE bytes at PLAIN to SIZE + PARAPH_SEAL_OVERHEAD bytes at RET_SEALED; they may not overlap.
 * KEY has 32 bytes. PARAPH_ERROR_LIMIT: a name or the row is too long. */
__attribute__ ((warn_unused_result)) int paraph_seal (const ParaphSecret *key,
                                                      const ParaphSealPlace *place,
                                                      const void *plain, size_t size,
                                                      uint8_t *ret_sealed);

/* Back: SIZE bytes at SEALED to SIZE - PARAPH_SEAL_OVERHEAD bytes at PLAIN, which are zeroed on
 * PARAPH_ERROR_DECRYPT. PARAPH_ERROR_MALFORMED: shorter than any sealed value. */
__attribute__ ((warn_unused_result)) int paraph_unseal (const ParaphSecret *key,
                                                        const ParaphSealPlace *place,
                                                        const void *sealed, size_t size,
                                                        uint8_t *plain);

/* The same into a new secret of tag TAG. A sealed value of no bytes is PARAPH_ERROR_LIMIT. */
__attribute__ ((warn_unused_result)) int
paraph_unseal_secret (const ParaphSecret *key, const ParaphSealPlace *place, const void *sealed,
                      size_t size, const char *tag, ParaphSecret **ret_secret);
