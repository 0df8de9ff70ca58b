/* The gate for X25519 public keys (RFC 7748) that come from outside.
 *
 * libsignal and a plain X25519 accept keys of low order and other writings of a number; every
 * foreign key passes here before it reaches a library. Accepted: u below p = 2^255 - 19, not of
 * low order, and libsodium's multiplication by a fixed scalar does not refuse it.
 *
 * Everything here is public: nothing is constant time. Threads: any. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/types.h"

#define PARAPH_GATE_KEY_SIZE 32
#define PARAPH_GATE_POINT_SIZE 33 /* libsignal's writing: 0x05, then u */

/* PARAPH_ERROR_KEY when U is refused. */
__attribute__ ((warn_unused_result)) int
paraph_gate_check_key (const uint8_t u[static PARAPH_GATE_KEY_SIZE]);

/* SIZE bytes at POINT in libsignal's writing: exactly 33, the prefix 0x05, and a key that passes
 * the gate. PARAPH_ERROR_KEY otherwise. */
__attribute__ ((warn_unused_result)) int paraph_gate_check_point (const uint8_t *point, size_t size,
                                                                  ParaphSessionKey *ret_key);
