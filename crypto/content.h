/* A packet becomes one ciphertext, once, whatever the number of recipients; and the wrap that
 * gives one recipient device its key.
 *
 * Ciphertext: u8 version 1 | nonce 24 | commit 32 | C, where
 *   K       32 random bytes, fresh for every ciphertext
 *   C       XChaCha20-Poly1305-IETF (K, nonce, packet, AD = "paraph-content-1"), tag at its end
 *   commit  BLAKE2b-256 (key K, "paraph-commit-1" | nonce | SHA-256 (C))
 *   H       SHA-256 of the whole ciphertext
 * Poly1305 does not bind a key: the commitment is what stops a sender from making one ciphertext
 * that opens to two texts. H in the wrap is what stops recipients, who all know K, from forging
 * to each other.
 *
 * Wrap, 175 bytes, integers big-endian:
 *   u8 version 1 | K 32 | H 32 | u32 ciphertext size | u16 pieces | negotiation 16 | channel 16 |
 *   sender device 16 | recipient device 16 | u8 kem 0 | zeros
 *
 * Threads: any; no state. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/secret.h"
#include "crypto/types.h"

#define PARAPH_CONTENT_VERSION 1
#define PARAPH_CONTENT_KEY_SIZE 32
#define PARAPH_CONTENT_OVERHEAD 73        /* version, nonce, commit, tag */
#define PARAPH_CONTENT_SIZE_MAX 16777216u /* 16 MiB: what a recipient assembles of one sender */
#define PARAPH_PACKET_SIZE_MAX (PARAPH_CONTENT_SIZE_MAX - PARAPH_CONTENT_OVERHEAD)
#define PARAPH_PIECE_SIZE_MAX 31744u /* 31 KiB */

#define PARAPH_WRAP_VERSION 1
#define PARAPH_WRAP_SIZE 175
#define PARAPH_ID_PREFIX_SIZE 16

/* The first 16 bytes of an id, as a wrap names negotiations, channels and devices. */
typedef struct
{
  uint8_t bytes[PARAPH_ID_PREFIX_SIZE];
} ParaphIdPrefix;

typedef struct
{
  ParaphSecret *key; /* owned, PARAPH_CONTENT_KEY_SIZE */
  ParaphId hash;     /* H */
  uint32_t size;     /* of the whole ciphertext */
  uint16_t pieces;
  ParaphIdPrefix negotiation;
  ParaphIdPrefix channel;
  ParaphIdPrefix sender;
  ParaphIdPrefix recipient;
} ParaphWrap;

/* Seals SIZE bytes, at most PARAPH_PACKET_SIZE_MAX, into exactly SIZE + PARAPH_CONTENT_OVERHEAD
 * bytes at RET_BYTES. The key passes to the caller; RET_BYTES holds nothing of worth on
 * failure. */
__attribute__ ((warn_unused_result)) int paraph_content_seal (const uint8_t *packet, size_t size,
                                                              uint8_t *ret_bytes,
                                                              ParaphSecret **ret_key,
                                                              ParaphId *ret_hash);

/* Opens SIZE bytes of ciphertext into exactly SIZE - PARAPH_CONTENT_OVERHEAD bytes at RET_PACKET,
 * which are zero on failure. In this order: PARAPH_ERROR_LIMIT (too large), _MALFORMED (too
 * small), _DECRYPT (another hash than HASH: altered), _INCOMPATIBLE (version), _COMMITMENT
 * (misconduct of the sender), _DECRYPT (the tag). */
__attribute__ ((warn_unused_result)) int paraph_content_open (const uint8_t *bytes, size_t size,
                                                              const ParaphId *hash,
                                                              const ParaphSecret *key,
                                                              uint8_t *ret_packet);

/* Pieces of a ciphertext of SIZE bytes: at least 1. Piece INDEX begins at INDEX *
 * PARAPH_PIECE_SIZE_MAX; 0 for an index past the end. */
uint16_t paraph_content_count_pieces (size_t size);
size_t paraph_content_get_piece_size (size_t size, uint16_t index);

/* The plaintext of a wrap, PARAPH_WRAP_SIZE bytes; passes to the caller. PARAPH_ERROR_INTERNAL:
 * a size out of range or pieces that do not fit it. */
__attribute__ ((warn_unused_result)) int paraph_wrap_encode (const ParaphWrap *wrap,
                                                             ParaphSecret **ret_plaintext);

/* PARAPH_ERROR_INCOMPATIBLE: another version, or a kem. PARAPH_ERROR_LIMIT: the size of the
 * ciphertext. PARAPH_ERROR_MALFORMED: anything else. The caller compares every field with what it
 * knows: one that differs is PARAPH_ERROR_BINDING. */
__attribute__ ((warn_unused_result)) int paraph_wrap_decode (const ParaphSecret *plaintext,
                                                             ParaphWrap *ret_wrap);

/* Frees what the wrap owns and leaves it zero. */
void paraph_wrap_clear (ParaphWrap *wrap);

ParaphIdPrefix paraph_id_prefix (const ParaphId *id);
