/* Fixed-size values that travel between the layers.
 *
 * Every key, id and signature has a type of its own, so that the compiler refuses a swap.
 * Nothing here is secret: secrets live in ParaphSecret (crypto/secret.h) only. */

#pragma once

#include <stdint.h>

#define PARAPH_ID_SIZE 32
#define PARAPH_ID_HEX_SIZE 64
#define PARAPH_SIGNATURE_SIZE 64

/* SHA-256 of something that a third party can check: a record's header, a blob, a device's
 * ssh-ed25519 public key blob. */
typedef struct
{
  uint8_t bytes[PARAPH_ID_SIZE];
} ParaphId;

/* Ed25519 public key (RFC 8032): a device's or a custodian's signing key. */
typedef struct
{
  uint8_t bytes[32];
} ParaphSignKey;

/* Ed25519 signature (RFC 8032), over an SSHSIG pre-image. */
typedef struct
{
  uint8_t bytes[PARAPH_SIGNATURE_SIZE];
} ParaphSignature;

/* X25519 public key (RFC 7748) of the outer layer of envelopes. */
typedef struct
{
  uint8_t bytes[32];
} ParaphEnvelopeKey;

/* X25519 public key (RFC 7748) of the pairwise sessions, without libsignal's 0x05 prefix. */
typedef struct
{
  uint8_t bytes[32];
} ParaphSessionKey;
