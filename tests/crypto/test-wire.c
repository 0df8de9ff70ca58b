#include "crypto/wire.h"

#include <stdlib.h>

#include "tests/support/crypto-test.h"

static void
test_reads_back_what_was_written (void)
{
  ParaphWriter writer;
  ParaphReader reader;
  ParaphView view;
  ParaphView blob;
  uint8_t three[3];

  paraph_writer_init (&writer, 1000);
  paraph_writer_u8 (&writer, 0xab);
  paraph_writer_u16 (&writer, 0x1234);
  paraph_writer_u32 (&writer, 0xdeadbeef);
  paraph_writer_u64 (&writer, UINT64_C (0x0102030405060708));
  paraph_writer_bytes (&writer, "xyz", 3);
  paraph_writer_text (&writer, "hello");
  paraph_writer_zeros (&writer, 2);
  paraph_writer_blob (&writer, NULL, 0);
  assert_ok (paraph_writer_finish (&writer, &view));
  g_assert_cmpuint (view.size, ==, 1 + 2 + 4 + 8 + 3 + 9 + 2 + 4);

  paraph_reader_init (&reader, view.data, view.size);
  g_assert_cmphex (paraph_reader_u8 (&reader), ==, 0xab);
  g_assert_cmphex (paraph_reader_u16 (&reader), ==, 0x1234);
  g_assert_cmphex (paraph_reader_u32 (&reader), ==, 0xdeadbeef);
  g_assert_cmphex (paraph_reader_u64 (&reader), ==, UINT64_C (0x0102030405060708));
  paraph_reader_bytes (&reader, three, sizeof three);
  g_assert_cmpmem (three, sizeof three, "xyz", 3);
  blob = paraph_reader_blob (&reader, 5);
  g_assert_cmpmem (blob.data, blob.size, "hello", 5);
  g_assert_cmpuint (paraph_reader_offset (&reader), ==, 27);
  g_assert_cmpuint (paraph_reader_remaining (&reader), ==, 6);
  g_assert_cmpuint (paraph_reader_view (&reader, 2).data[1], ==, 0);
  g_assert_cmpuint (paraph_reader_blob (&reader, 0).size, ==, 0);
  assert_ok (paraph_reader_finish (&reader));
  paraph_writer_clear (&writer);
}

static void
test_is_big_endian (void)
{
  static const uint8_t expected[] = { 1, 2, 3, 4, 5, 6 };
  ParaphWriter writer;
  ParaphView view;

  paraph_writer_init (&writer, 6);
  paraph_writer_u16 (&writer, 0x0102);
  paraph_writer_u32 (&writer, 0x03040506);
  assert_ok (paraph_writer_finish (&writer, &view));
  g_assert_cmpmem (view.data, view.size, expected, sizeof expected);
  paraph_writer_clear (&writer);
}

static void
test_first_failure_of_a_reader_sticks (void)
{
  static const uint8_t bytes[3] = { 9, 9, 9 };
  uint8_t out[2] = { 1, 1 };
  ParaphReader reader;
  ParaphView view;

  paraph_reader_init (&reader, bytes, sizeof bytes);
  g_assert_cmpuint (paraph_reader_u32 (&reader), ==, 0);
  g_assert_cmpuint (paraph_reader_u8 (&reader), ==, 0);
  paraph_reader_bytes (&reader, out, sizeof out);
  g_assert_cmpuint (out[0] | out[1], ==, 0);
  view = paraph_reader_view (&reader, 1);
  g_assert_cmpuint (view.size, ==, 0);
  g_assert_nonnull (view.data);
  g_assert_cmpuint (paraph_reader_remaining (&reader), ==, 0);
  paraph_reader_fail (&reader, PARAPH_ERROR_KEY);
  assert_result (paraph_reader_error (&reader), PARAPH_ERROR_MALFORMED);
  assert_result (paraph_reader_finish (&reader), PARAPH_ERROR_MALFORMED);
}

static void
test_refuses_what_is_left_over (void)
{
  ParaphReader reader;

  paraph_reader_init (&reader, "ab", 2);
  paraph_reader_expect (&reader, "a", 1);
  assert_ok (paraph_reader_error (&reader));
  assert_result (paraph_reader_finish (&reader), PARAPH_ERROR_MALFORMED);
  paraph_reader_expect (&reader, "x", 1);
  assert_result (paraph_reader_error (&reader), PARAPH_ERROR_MALFORMED);
}

static void
test_bounds_prefixed_parts (void)
{
  static const uint8_t huge[8] = { 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4 };
  static const uint8_t four[8] = { 0, 0, 0, 4, 1, 2, 3, 4 };
  static const uint8_t five[8] = { 0, 0, 0, 5, 1, 2, 3, 4 };
  ParaphReader reader;

  paraph_reader_init (&reader, huge, sizeof huge);
  g_assert_cmpuint (paraph_reader_blob (&reader, SIZE_MAX).size, ==, 0);
  assert_result (paraph_reader_finish (&reader), PARAPH_ERROR_MALFORMED);

  paraph_reader_init (&reader, four, sizeof four);
  g_assert_cmpuint (paraph_reader_blob (&reader, 3).size, ==, 0);
  assert_result (paraph_reader_finish (&reader), PARAPH_ERROR_LIMIT);

  paraph_reader_init (&reader, four, sizeof four);
  g_assert_cmpuint (paraph_reader_blob (&reader, 4).size, ==, 4);
  assert_ok (paraph_reader_finish (&reader));

  paraph_reader_init (&reader, five, sizeof five);
  g_assert_cmpuint (paraph_reader_blob (&reader, 5).size, ==, 0);
  assert_result (paraph_reader_finish (&reader), PARAPH_ERROR_MALFORMED);
}

static void
test_empty_input_is_lawful (void)
{
  ParaphReader reader;

  paraph_reader_init (&reader, NULL, 0);
  paraph_reader_bytes (&reader, NULL, 0);
  g_assert_nonnull (paraph_reader_view (&reader, 0).data);
  assert_ok (paraph_reader_finish (&reader));
}

static void
test_a_writer_never_passes_its_maximum (void)
{
  ParaphWriter writer;
  ParaphView view = { NULL, 77 };

  paraph_writer_init (&writer, 4);
  paraph_writer_u32 (&writer, 1);
  assert_ok (paraph_writer_finish (&writer, &view));
  paraph_writer_u8 (&writer, 1);
  view.size = 77;
  assert_result (paraph_writer_finish (&writer, &view), PARAPH_ERROR_LIMIT);
  g_assert_cmpuint (view.size, ==, 77);
  g_assert_null (paraph_writer_reserve (&writer, 0));
  paraph_writer_clear (&writer);

  paraph_writer_init (&writer, 0);
  assert_ok (paraph_writer_finish (&writer, &view));
  g_assert_cmpuint (view.size, ==, 0);
  paraph_writer_bytes (&writer, NULL, 0);
  assert_ok (paraph_writer_finish (&writer, &view));
  paraph_writer_u8 (&writer, 0);
  assert_result (paraph_writer_finish (&writer, &view), PARAPH_ERROR_LIMIT);
  paraph_writer_clear (&writer);

  paraph_writer_init (&writer, SIZE_MAX);
  paraph_writer_u8 (&writer, 0);
  g_assert_null (paraph_writer_reserve (&writer, SIZE_MAX));
  assert_result (paraph_writer_finish (&writer, &view), PARAPH_ERROR_LIMIT);
  paraph_writer_clear (&writer);
}

static void
test_a_writer_grows_and_keeps (void)
{
  ParaphWriter writer;
  uint8_t *bytes = NULL;
  size_t size = 0;

  paraph_writer_init (&writer, 100000);
  for (unsigned i = 0; i < 100000; i++)
    paraph_writer_u8 (&writer, (uint8_t) (i % 251));
  g_assert_cmpuint (paraph_writer_size (&writer), ==, 100000);
  assert_ok (paraph_writer_steal (&writer, &bytes, &size));
  g_assert_cmpuint (size, ==, 100000);
  for (unsigned i = 0; i < 100000; i++)
    g_assert_cmpuint (bytes[i], ==, i % 251);
  g_assert_cmpuint (paraph_writer_size (&writer), ==, 0);
  free (bytes);
  paraph_writer_clear (&writer);
  assert_ok (paraph_writer_steal (&writer, &bytes, &size));
  g_assert_cmpuint (size, ==, 0);
  free (bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/wire/reads-back-what-was-written", test_reads_back_what_was_written);
  g_test_add_func ("/wire/is-big-endian", test_is_big_endian);
  g_test_add_func ("/wire/first-failure-of-a-reader-sticks", test_first_failure_of_a_reader_sticks);
  g_test_add_func ("/wire/refuses-what-is-left-over", test_refuses_what_is_left_over);
  g_test_add_func ("/wire/bounds-prefixed-parts", test_bounds_prefixed_parts);
  g_test_add_func ("/wire/empty-input-is-lawful", test_empty_input_is_lawful);
  g_test_add_func ("/wire/a-writer-never-passes-its-maximum",
                   test_a_writer_never_passes_its_maximum);
  g_test_add_func ("/wire/a-writer-grows-and-keeps", test_a_writer_grows_and_keeps);
  return g_test_run ();
}
