/* Hashes, hexadecimal and ids.
 *
 * SHA-256 wherever somebody else checks the result; BLAKE2b only where nobody else ever does.
 * No function here allocates. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/secret.h"
#include "crypto/types.h"

#define PARAPH_BLAKE2B_SIZE_MIN 16
#define PARAPH_BLAKE2B_SIZE_MAX 64
#define PARAPH_BLAKE2B_KEY_SIZE_MIN 16
#define PARAPH_BLAKE2B_KEY_SIZE_MAX 64

/* A running SHA-256. Plain data; final wipes it. */
typedef struct
{
  uint64_t opaque[13];
} ParaphSha256;

/* DATA may be NULL when SIZE is 0. */
void paraph_sha256 (const void *data, size_t size, ParaphId *ret_id);

void paraph_sha256_init (ParaphSha256 *self);
void paraph_sha256_update (ParaphSha256 *self, const void *data, size_t size);
void paraph_sha256_final (ParaphSha256 *self, ParaphId *ret_id);

/* BLAKE2b of (PURPOSE as a u32-prefixed text | DATA), with an output of HASH_SIZE bytes, 16 to
 * 64. PURPOSE is a constant such as "paraph-kek-1" and differs for every use. KEY is 16 to 64
 * bytes, or NULL for a hash without a key. Where DATA has several parts the caller writes them
 * length-prefixed (crypto/wire-writer.h). PARAPH_ERROR_INTERNAL: a size out of range. */
__attribute__ ((warn_unused_result)) int paraph_blake2b (const char *purpose,
                                                         const ParaphSecret *key, const void *data,
                                                         size_t size, uint8_t *ret_hash,
                                                         size_t hash_size);

#define PARAPH_SHORT_HASH_KEY_SIZE 16

typedef struct
{
  uint8_t bytes[PARAPH_SHORT_HASH_KEY_SIZE];
} ParaphShortHashKey;

/* SipHash-2-4, for the tables in memory that hold words of somebody else's text: nothing else. */
uint64_t paraph_short_hash (const ParaphShortHashKey *key, const void *data, size_t size);

/* 2 * SIZE lowercase digits and a final zero at RET_HEX. */
void paraph_hex_encode (const uint8_t *bytes, size_t size, char *ret_hex);

/* Exactly 2 * SIZE lowercase digits at HEX, HEX_LENGTH of them; anything else, capitals too, is
 * PARAPH_ERROR_MALFORMED. */
__attribute__ ((warn_unused_result)) int paraph_hex_decode (const char *hex, size_t hex_length,
                                                            uint8_t *ret_bytes, size_t size);

void paraph_id_to_hex (const ParaphId *id, char ret_hex[static PARAPH_ID_HEX_SIZE + 1]);
__attribute__ ((warn_unused_result)) int paraph_id_from_hex (const char *hex, size_t hex_length,
                                                             ParaphId *ret_id);

/* Ids are public: none of these is constant time. Compare orders as memcmp does. */
bool paraph_id_equal (const ParaphId *a, const ParaphId *b);
int paraph_id_compare (const ParaphId *a, const ParaphId *b);
bool paraph_id_is_zero (const ParaphId *id);
