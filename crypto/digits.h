/* Digits that people read to each other: history codes and safety numbers.
 *
 * A group is five decimal digits out of five bytes: the bytes as a big-endian number, modulo
 * 100000. Six groups, thirty digits, come out of 30 bytes. Groups are separated by one space. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/types.h"

#define PARAPH_DIGITS_GROUP_BYTES 5
#define PARAPH_DIGITS_CODE_BYTES 30
#define PARAPH_DIGITS_CODE_SIZE 35   /* 6 groups, without a final zero */
#define PARAPH_DIGITS_SAFETY_SIZE 71 /* 12 groups, without a final zero */

/* One delegation's half of a safety number. */
typedef struct
{
  ParaphId delegation;
  uint8_t bytes[PARAPH_DIGITS_CODE_BYTES];
} ParaphSafetyHalf;

/* N_GROUPS groups (at least 1) out of 5 * N_GROUPS bytes: 6 * N_GROUPS characters at RET_TEXT,
 * the last of them the final zero. */
void paraph_digits_format (const uint8_t *bytes, size_t n_groups, char *ret_text);

/* The history code of a text (the sorted tips, composed by negotiation/): Argon2id of it with 64
 * MiB, two passes and the fixed salt "paraph-history-1", 30 bytes. The cost makes a second
 * history with the same 30 digits expensive to find. Takes about 0.1 s: call it on the worker.
 * PARAPH_ERROR_MEMORY. */
__attribute__ ((warn_unused_result)) int
paraph_digits_history (const void *text, size_t size,
                       char ret_code[static PARAPH_DIGITS_CODE_SIZE + 1]);

/* A half: the first 30 bytes of SHA-512 of ("paraph-safety 1\n" | LINES). The lines name the
 * delegation's keys and are composed by negotiation/. */
void paraph_digits_safety_half (const ParaphId *delegation, const void *lines, size_t size,
                                ParaphSafetyHalf *ret_half);

/* The safety number of two delegations, in 12 groups: the half of the smaller id first, so that
 * both see the same. PARAPH_ERROR_INTERNAL: twice the same delegation. */
__attribute__ ((warn_unused_result)) int
paraph_digits_safety_pair (const ParaphSafetyHalf *one, const ParaphSafetyHalf *other,
                           char ret_number[static PARAPH_DIGITS_SAFETY_SIZE + 1]);
