/* Reads big-endian values from borrowed bytes, never past their end (see crypto/wire.h).
 *
 * The first failure sticks: from then on every read gives zero, an empty view or zeroed bytes.
 * Nothing read may be acted upon before paraph_reader_finish said 0, except sizes and counts
 * that choose what is read next: those are bounded by what is left of the input anyway.
 *
 *   ParaphReader reader;
 *   paraph_reader_init (&reader, bytes, size);
 *   version = paraph_reader_u8 (&reader);
 *   paraph_reader_bytes (&reader, id.bytes, sizeof id.bytes);
 *   name = paraph_reader_blob (&reader, NAME_SIZE_MAX);
 *   r = paraph_reader_finish (&reader);
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"

/* Members are private to crypto/wire-reader.c. Holds nothing to free. */
typedef struct
{
  const uint8_t *data;
  size_t size;
  size_t offset;
  int error;
} ParaphReader;

/* Borrowed bytes; DATA is never NULL, also when SIZE is 0. */
typedef struct
{
  const uint8_t *data;
  size_t size;
} ParaphView;

/* BYTES is borrowed and may be NULL when SIZE is 0. */
void paraph_reader_init (ParaphReader *self, const void *bytes, size_t size);

uint8_t paraph_reader_u8 (ParaphReader *self);
uint16_t paraph_reader_u16 (ParaphReader *self);
uint32_t paraph_reader_u32 (ParaphReader *self);
uint64_t paraph_reader_u64 (ParaphReader *self);

/* Copies exactly SIZE bytes; zeroes them all on failure. */
void paraph_reader_bytes (ParaphReader *self, void *ret_bytes, size_t size);

/* Borrows exactly SIZE bytes. */
ParaphView paraph_reader_view (ParaphReader *self, size_t size);

/* Borrows a u32-prefixed part of at most MAXIMUM bytes; a larger one is PARAPH_ERROR_LIMIT. */
ParaphView paraph_reader_blob (ParaphReader *self, size_t maximum);

/* Fails unless the next SIZE bytes are those at EXPECTED: magic words, fixed texts. */
void paraph_reader_expect (ParaphReader *self, const void *expected, size_t size);

/* Bytes not read yet, and bytes read so far; 0 and the place of the failure after one. */
size_t paraph_reader_remaining (const ParaphReader *self);
size_t paraph_reader_offset (const ParaphReader *self);

/* Makes the reader fail with CODE, a negative PARAPH_ERROR_..., unless it failed already. */
void paraph_reader_fail (ParaphReader *self, int code);

/* The first failure, or 0. */
int paraph_reader_error (const ParaphReader *self);

/* The first failure; PARAPH_ERROR_MALFORMED when bytes are left over; else 0. */
__attribute__ ((warn_unused_result)) int paraph_reader_finish (const ParaphReader *self);
