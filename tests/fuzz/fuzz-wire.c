/* The binary reader and writer. The first byte says how many of the following are steps, each of
 * which reads one value from the rest; whatever was read is written again and must be the bytes
 * that were consumed. */

#include <assert.h>

#include "crypto/secret.h"
#include "crypto/wire.h"

#define BLOB_SIZE_MAX 300

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
echo_blob (ParaphReader *reader, ParaphWriter *writer)
{
  ParaphView view = paraph_reader_blob (reader, BLOB_SIZE_MAX);

  assert (view.size <= BLOB_SIZE_MAX);
  if (paraph_reader_error (reader) == 0)
    paraph_writer_blob (writer, view.data, view.size);
}

static void
echo_step (uint8_t step, ParaphReader *reader, ParaphWriter *writer)
{
  ParaphReader before = *reader;
  ParaphView view;

  if (step % 6 == 5)
    {
      echo_blob (reader, writer);
      return;
    }
  /* A step that does not fit must not be echoed: look first on a copy. */
  (void) paraph_reader_view (&before, step % 6 == 4 ? step / 6U : (size_t) 1 << step % 6);
  if (paraph_reader_error (&before) < 0)
    {
      paraph_reader_fail (reader, paraph_reader_error (&before));
      return;
    }
  if (step % 6 == 0)
    paraph_writer_u8 (writer, paraph_reader_u8 (reader));
  else if (step % 6 == 1)
    paraph_writer_u16 (writer, paraph_reader_u16 (reader));
  else if (step % 6 == 2)
    paraph_writer_u32 (writer, paraph_reader_u32 (reader));
  else if (step % 6 == 3)
    paraph_writer_u64 (writer, paraph_reader_u64 (reader));
  else
    {
      view = paraph_reader_view (reader, step / 6U);
      paraph_writer_bytes (writer, view.data, view.size);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  size_t n_steps = size > 0 ? data[0] : 0;
  ParaphReader reader;
  ParaphWriter writer;
  ParaphView written;
  size_t rest;

  if (size < 1 + n_steps)
    return 0;
  rest = size - 1 - n_steps;
  paraph_reader_init (&reader, data + 1 + n_steps, rest);
  paraph_writer_init (&writer, rest);
  for (size_t i = 0; i < n_steps && paraph_reader_error (&reader) == 0; i++)
    {
      echo_step (data[1 + i], &reader, &writer);
      assert (paraph_reader_error (&reader) < 0
              || paraph_reader_offset (&reader) + paraph_reader_remaining (&reader) == rest);
    }
  assert (paraph_writer_finish (&writer, &written) == 0);
  assert (written.size <= rest);
  assert (paraph_bytes_equal (written.data, data + 1 + n_steps, written.size));
  assert (paraph_reader_error (&reader) < 0 || written.size == paraph_reader_offset (&reader));
  paraph_writer_clear (&writer);
  return 0;
}
