/* From a passphrase to a key: Argon2id (RFC 9106), version 1.3, one lane.
 *
 * The caller hands over the passphrase as UTF-8 in Unicode's form NFC: this folder knows no
 * Unicode, and the same words typed on another keyboard must give the same bytes.
 *
 * The cost is checked when a key is made and when one is made again from a stored cost: a
 * swapped header may neither make guessing cheap nor make opening endless. */

#pragma once

#include <stdint.h>

#include "crypto/error.h"
#include "crypto/secret.h"

#define PARAPH_PASSPHRASE_KEY_SIZE 32
#define PARAPH_PASSPHRASE_SALT_SIZE 16

/* The ceiling; the floor is in crypto/passphrase-floor.h. */
#define PARAPH_PASSPHRASE_MEMORY_MAX (UINT64_C (2) << 30)
#define PARAPH_PASSPHRASE_PASSES_MAX 16

/* What one guess costs. */
typedef struct
{
  uint64_t memory; /* bytes, a multiple of 1024 */
  uint32_t passes;
} ParaphPassphraseCost;

typedef struct
{
  uint8_t bytes[PARAPH_PASSPHRASE_SALT_SIZE];
} ParaphPassphraseSalt;

/* The cost for a machine with RAM bytes of memory: 1 GiB and four passes (some seconds) from
 * 8 GiB on, else 512 MiB and four passes. */
ParaphPassphraseCost paraph_passphrase_cost_for_ram (uint64_t ram);

/* 0, or PARAPH_ERROR_LIMIT outside of floor and ceiling. */
__attribute__ ((warn_unused_result)) int
paraph_passphrase_cost_check (const ParaphPassphraseCost *cost);

/* A key of PARAPH_PASSPHRASE_KEY_SIZE bytes. Takes from half a second to several: call it on
 * the worker. PARAPH_ERROR_LIMIT: the cost; PARAPH_ERROR_MEMORY: the system has not that much
 * memory free, and a smaller cost is never tried instead. */
__attribute__ ((warn_unused_result)) int paraph_passphrase_derive (const ParaphSecret *passphrase,
                                                                   const ParaphPassphraseSalt *salt,
                                                                   const ParaphPassphraseCost *cost,
                                                                   ParaphSecret **ret_key);
