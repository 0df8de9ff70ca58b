/* The envelope: one piece of one ciphertext for one recipient device, sealed under the key that
 * its two devices share, padded to a ladder. A carrier sees random bytes of seven sizes.
 *
 *   nonce 24 | tag 16 | XChaCha20-Poly1305-IETF (outer key, nonce, rest, AD = tag)
 *   tag   BLAKE2b-128 (key outer key, "paraph-tag-1" | nonce)
 *   rest  u8 version 1 | u8 kind | ...
 *         kind 0, the first piece: u8 wrap type | u16 wrap size | wrap | u32 piece size | piece
 *         kind 1, a further piece: H 32 | u16 index | u32 piece size | piece
 *         and zeros up to the step of the ladder: 1, 2, 4, 8, 16, 32 or 48 KiB, the smallest
 *         that fits
 *   outer key  BLAKE2b-256 (key X25519 (own secret, peer's public), personal "paraph-outer-v01",
 *         pair secret 32 or zeros | lower device id 32 | higher device id 32 | the lower device's
 *         envelope key 32 | the higher device's envelope key 32)
 * Integers are big-endian. An envelope's id is the SHA-256 of its bytes.
 *
 * Threads: any; no state. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/content.h"
#include "crypto/error.h"
#include "crypto/secret.h"
#include "crypto/session.h"
#include "crypto/types.h"

#define PARAPH_ENVELOPE_VERSION 1
#define PARAPH_ENVELOPE_SIZE_MIN 1024
#define PARAPH_ENVELOPE_SIZE_MAX 49152
#define PARAPH_ENVELOPE_NONCE_SIZE 24
#define PARAPH_PAIR_SECRET_SIZE 32

typedef struct
{
  uint8_t bytes[PARAPH_ENVELOPE_NONCE_SIZE];
} ParaphEnvelopeNonce;

typedef enum
{
  PARAPH_ENVELOPE_FIRST = 0,
  PARAPH_ENVELOPE_FURTHER = 1
} ParaphEnvelopeKind;

/* What is in an envelope. */
typedef struct
{
  ParaphEnvelopeKind kind;
  ParaphSessionMessage wrap; /* first */
  ParaphId hash;             /* further: H */
  uint16_t index;            /* further: 1 and up; first: 0 */
  const uint8_t *piece;      /* borrowed; 1 to PARAPH_PIECE_SIZE_MAX bytes */
  size_t piece_size;
} ParaphEnvelope;

/* One end of a pair of devices. */
typedef struct
{
  ParaphId device;
  ParaphEnvelopeKey key;
} ParaphEnvelopeEnd;

/* A new X25519 pair for a device that is being enrolled. The secret, 32 bytes, passes. */
__attribute__ ((warn_unused_result)) int paraph_envelope_new_key (ParaphEnvelopeKey *ret_public,
                                                                  ParaphSecret **ret_secret);

/* The outer key of two devices, 32 bytes; passes to the caller, who may keep it while both keys
 * and the pair secret stay. PAIR_SECRET may be NULL. PARAPH_ERROR_KEY: the gate refused the
 * peer's key. PARAPH_ERROR_INTERNAL: OWN_SECRET is not that of OWN, both are one device, or a
 * wrong size. */
__attribute__ ((warn_unused_result)) int
paraph_envelope_derive_key (const ParaphEnvelopeEnd *own, const ParaphSecret *own_secret,
                            const ParaphEnvelopeEnd *peer, const ParaphSecret *pair_secret,
                            ParaphSecret **ret_key);

/* The size that seal needs for ENVELOPE: a step of the ladder; 0 for one that cannot be sealed. */
size_t paraph_envelope_get_size (const ParaphEnvelope *envelope);

/* Writes exactly get_size bytes, SIZE of them, at RET_BYTES. The nonce is random, drawn once for
 * each envelope and kept with it: the same arguments give the same bytes. */
__attribute__ ((warn_unused_result)) int paraph_envelope_seal (const ParaphEnvelope *envelope,
                                                               const ParaphSecret *key,
                                                               const ParaphEnvelopeNonce *nonce,
                                                               uint8_t *ret_bytes, size_t size);

/* Whether SIZE is on the ladder: asked before anything else is done with foreign bytes. */
bool paraph_envelope_size_is_valid (size_t size);

/* Whether the envelope was made for this key: cheap, to find the sender among those known. Proves
 * nothing yet. False for a size that is not on the ladder. */
bool paraph_envelope_matches (const uint8_t *bytes, size_t size, const ParaphSecret *key);

/* Opens the envelope into SIZE bytes at RET_BUFFER; RET_ENVELOPE's piece points into them.
 * PARAPH_ERROR_LIMIT: not on the ladder. PARAPH_ERROR_DECRYPT: another key, or altered.
 * PARAPH_ERROR_INCOMPATIBLE: another version or kind. PARAPH_ERROR_MALFORMED: all else. */
__attribute__ ((warn_unused_result)) int paraph_envelope_open (const uint8_t *bytes, size_t size,
                                                               const ParaphSecret *key,
                                                               uint8_t *ret_buffer,
                                                               ParaphEnvelope *ret_envelope);
