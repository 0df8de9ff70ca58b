#include "crypto/wire-writer.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"

#define CAPACITY_MIN 256

void
paraph_writer_init (ParaphWriter *self, size_t maximum)
{
  *self = (ParaphWriter){ .maximum = maximum };
}

void
paraph_writer_clear (ParaphWriter *self)
{
  paraph_wipe (self->data, self->capacity);
  free (self->data);
  paraph_writer_init (self, self->maximum);
}

/* At least doubles, so that writing byte by byte stays linear; never beyond the maximum. */
static size_t
writer_next_capacity (const ParaphWriter *self, size_t needed)
{
  size_t capacity = self->capacity < CAPACITY_MIN ? CAPACITY_MIN : self->capacity;

  while (capacity < needed && capacity <= self->maximum / 2)
    capacity *= 2;
  if (capacity < needed || capacity > self->maximum)
    capacity = self->maximum;
  return capacity;
}

/* Not realloc, which may leave the old bytes behind unwiped. */
static int
writer_grow (ParaphWriter *self, size_t needed)
{
  size_t capacity = writer_next_capacity (self, needed);
  uint8_t *data = calloc (1, capacity);

  if (data == NULL)
    return PARAPH_ERROR_MEMORY;
  if (self->data != NULL)
    memcpy (data, self->data, self->size);
  paraph_wipe (self->data, self->capacity);
  free (self->data);
  self->data = data;
  self->capacity = capacity;
  return 0;
}

uint8_t *
paraph_writer_reserve (ParaphWriter *self, size_t size)
{
  uint8_t *place;

  if (self->error == 0 && size > self->maximum - self->size)
    self->error = PARAPH_ERROR_LIMIT;
  if (self->error == 0 && (self->data == NULL || size > self->capacity - self->size)
      && self->maximum > 0)
    self->error = writer_grow (self, self->size + size);
  if (self->error < 0 || self->data == NULL)
    return NULL;
  place = self->data + self->size;
  self->size += size;
  return place;
}

static void
writer_uint (ParaphWriter *self, uint64_t value, size_t size)
{
  uint8_t *place = paraph_writer_reserve (self, size);

  for (size_t i = size; place != NULL && i > 0; i--)
    {
      place[i - 1] = (uint8_t) (value & 0xff);
      value >>= 8;
    }
}

void
paraph_writer_u8 (ParaphWriter *self, uint8_t value)
{
  writer_uint (self, value, 1);
}

void
paraph_writer_u16 (ParaphWriter *self, uint16_t value)
{
  writer_uint (self, value, 2);
}

void
paraph_writer_u32 (ParaphWriter *self, uint32_t value)
{
  writer_uint (self, value, 4);
}

void
paraph_writer_u64 (ParaphWriter *self, uint64_t value)
{
  writer_uint (self, value, 8);
}

void
paraph_writer_bytes (ParaphWriter *self, const void *bytes, size_t size)
{
  uint8_t *place = paraph_writer_reserve (self, size);

  if (place != NULL && size > 0)
    memcpy (place, bytes, size);
}

void
paraph_writer_zeros (ParaphWriter *self, size_t size)
{
  /* Reserved room is zero already. */
  (void) paraph_writer_reserve (self, size);
}

void
paraph_writer_blob (ParaphWriter *self, const void *bytes, size_t size)
{
  if (size > UINT32_MAX && self->error == 0)
    self->error = PARAPH_ERROR_LIMIT;
  paraph_writer_u32 (self, (uint32_t) size);
  paraph_writer_bytes (self, bytes, size);
}

void
paraph_writer_text (ParaphWriter *self, const char *text)
{
  paraph_writer_blob (self, text, strlen (text));
}

size_t
paraph_writer_size (const ParaphWriter *self)
{
  return self->size;
}

int
paraph_writer_finish (const ParaphWriter *self, ParaphView *ret_view)
{
  static const uint8_t nothing[1];

  if (self->error < 0)
    return self->error;
  ret_view->data = self->data != NULL ? self->data : nothing;
  ret_view->size = self->size;
  return 0;
}

int
paraph_writer_steal (ParaphWriter *self, uint8_t **ret_bytes, size_t *ret_size)
{
  uint8_t *bytes = self->data;

  if (self->error < 0)
    return self->error;
  if (bytes == NULL)
    bytes = calloc (1, 1);
  if (bytes == NULL)
    return PARAPH_ERROR_MEMORY;
  *ret_bytes = bytes;
  *ret_size = self->size;
  paraph_writer_init (self, self->maximum);
  return 0;
}
