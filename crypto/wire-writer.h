/* Writes big-endian values into memory of its own, up to a maximum (see crypto/wire.h).
 *
 * The first failure sticks: PARAPH_ERROR_LIMIT when the maximum would be passed,
 * PARAPH_ERROR_MEMORY when the system has none. Growing wipes what it leaves behind and clear
 * wipes everything, but the memory is not locked: keys belong into ParaphSecret.
 *
 *   ParaphWriter writer;
 *   paraph_writer_init (&writer, PACKET_SIZE_MAX);
 *   paraph_writer_u8 (&writer, 1);
 *   paraph_writer_blob (&writer, name, name_size);
 *   r = paraph_writer_finish (&writer, &view);
 *   ...
 *   paraph_writer_clear (&writer);
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/wire-reader.h"

/* Members are private to crypto/wire-writer.c. */
typedef struct
{
  uint8_t *data;
  size_t size;
  size_t capacity;
  size_t maximum;
  int error;
} ParaphWriter;

/* MAXIMUM: the most bytes this writer will ever hold. Allocates nothing yet. */
void paraph_writer_init (ParaphWriter *self, size_t maximum);

/* Wipes and frees; the writer is then as after init. Allowed on a zeroed struct. */
void paraph_writer_clear (ParaphWriter *self);

void paraph_writer_u8 (ParaphWriter *self, uint8_t value);
void paraph_writer_u16 (ParaphWriter *self, uint16_t value);
void paraph_writer_u32 (ParaphWriter *self, uint32_t value);
void paraph_writer_u64 (ParaphWriter *self, uint64_t value);

/* SIZE bytes as they are. BYTES may be NULL when SIZE is 0. */
void paraph_writer_bytes (ParaphWriter *self, const void *bytes, size_t size);

/* SIZE zero bytes: reserved fields, padding. */
void paraph_writer_zeros (ParaphWriter *self, size_t size);

/* u32 size, then the bytes. */
void paraph_writer_blob (ParaphWriter *self, const void *bytes, size_t size);

/* The same for a C string, without its final zero. */
void paraph_writer_text (ParaphWriter *self, const char *text);

/* Makes room for SIZE bytes and returns where to put them, to be filled before the next call;
 * NULL after a failure. They are zero until then. */
uint8_t *paraph_writer_reserve (ParaphWriter *self, size_t size);

size_t paraph_writer_size (const ParaphWriter *self);

/* The first failure, or 0 and a view of all that was written, borrowed until the next call. */
__attribute__ ((warn_unused_result)) int paraph_writer_finish (const ParaphWriter *self,
                                                               ParaphView *ret_view);

/* As finish, but the caller gets the bytes to free with free(); the writer is then cleared. */
__attribute__ ((warn_unused_result)) int
paraph_writer_steal (ParaphWriter *self, uint8_t **ret_bytes, size_t *ret_size);
