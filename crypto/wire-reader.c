#include "crypto/wire-reader.h"

#include <string.h>

#include "crypto/secret.h"

static const uint8_t nothing[1];

void
paraph_reader_init (ParaphReader *self, const void *bytes, size_t size)
{
  self->data = size > 0 ? bytes : nothing;
  self->size = size;
  self->offset = 0;
  self->error = 0;
}

/* The next SIZE bytes, or NULL with the reader failed. */
static const uint8_t *
reader_take (ParaphReader *self, size_t size)
{
  const uint8_t *bytes;

  if (self->error == 0 && size > self->size - self->offset)
    self->error = PARAPH_ERROR_MALFORMED;
  if (self->error < 0)
    return NULL;
  bytes = self->data + self->offset;
  self->offset += size;
  return bytes;
}

static uint64_t
reader_uint (ParaphReader *self, size_t size)
{
  const uint8_t *bytes = reader_take (self, size);
  uint64_t value = 0;

  for (size_t i = 0; bytes != NULL && i < size; i++)
    value = value << 8 | bytes[i];
  return value;
}

uint8_t
paraph_reader_u8 (ParaphReader *self)
{
  return (uint8_t) reader_uint (self, 1);
}

uint16_t
paraph_reader_u16 (ParaphReader *self)
{
  return (uint16_t) reader_uint (self, 2);
}

uint32_t
paraph_reader_u32 (ParaphReader *self)
{
  return (uint32_t) reader_uint (self, 4);
}

uint64_t
paraph_reader_u64 (ParaphReader *self)
{
  return reader_uint (self, 8);
}

void
paraph_reader_bytes (ParaphReader *self, void *ret_bytes, size_t size)
{
  const uint8_t *bytes = reader_take (self, size);

  if (size == 0)
    return;
  if (bytes == NULL)
    memset (ret_bytes, 0, size);
  else
    memcpy (ret_bytes, bytes, size);
}

ParaphView
paraph_reader_view (ParaphReader *self, size_t size)
{
  const uint8_t *bytes = reader_take (self, size);
  ParaphView view = { nothing, 0 };

  if (bytes != NULL)
    {
      view.data = bytes;
      view.size = size;
    }
  return view;
}

ParaphView
paraph_reader_blob (ParaphReader *self, size_t maximum)
{
  size_t size = paraph_reader_u32 (self);

  if (size > maximum)
    paraph_reader_fail (self, PARAPH_ERROR_LIMIT);
  return paraph_reader_view (self, size);
}

void
paraph_reader_expect (ParaphReader *self, const void *expected, size_t size)
{
  const uint8_t *bytes = reader_take (self, size);

  if (bytes != NULL && !paraph_bytes_equal (bytes, expected, size))
    self->error = PARAPH_ERROR_MALFORMED;
}

size_t
paraph_reader_remaining (const ParaphReader *self)
{
  return self->error < 0 ? 0 : self->size - self->offset;
}

size_t
paraph_reader_offset (const ParaphReader *self)
{
  return self->offset;
}

void
paraph_reader_fail (ParaphReader *self, int code)
{
  if (self->error == 0)
    self->error = code;
}

int
paraph_reader_error (const ParaphReader *self)
{
  return self->error;
}

int
paraph_reader_finish (const ParaphReader *self)
{
  if (self->error < 0)
    return self->error;
  return self->offset == self->size ? 0 : PARAPH_ERROR_MALFORMED;
}
