#include "crypto/digits.h"

#include "tests/support/crypto-test.h"

/* What Python's hashlib and integers make of "paraph-safety 1\nlines of a\n", and of b. */
#define HALF_A "31334 27570 95363 06338 76632 82615"
#define HALF_B "05214 92409 45445 54123 43446 34416"

static void
test_groups_are_five_bytes_modulo_100000 (void)
{
  static const uint8_t bytes[15] = { 0,    0,    0, 0, 7,    0xff, 0xff, 0xff,
                                     0xff, 0xff, 0, 0, 0x01, 0x86, 0xa0 };
  char text[18];

  paraph_digits_format (bytes, 3, text);
  /* 2^40 - 1 = 1099511627775; 0x186a0 = 100000. */
  g_assert_cmpstr (text, ==, "00007 27775 00000");
}

/* Expected by libargon2: 64 MiB, two passes, one lane. */
static void
test_history_code_is_the_same_elsewhere (void)
{
  char code[PARAPH_DIGITS_CODE_SIZE + 1];

  assert_ok (paraph_digits_history ("author 3 id\n", 12, code));
  g_assert_cmpstr (code, ==, "68722 31529 70303 77603 00839 05568");
  assert_ok (paraph_digits_history ("author 4 id\n", 12, code));
  g_assert_cmpstr (code, !=, "68722 31529 70303 77603 00839 05568");
  g_assert_cmpuint (strlen (code), ==, PARAPH_DIGITS_CODE_SIZE);
}

static void
test_both_see_the_same_safety_number (void)
{
  ParaphSafetyHalf a;
  ParaphSafetyHalf b;
  ParaphId low = { { 1 } };
  ParaphId high = { { 2 } };
  char one[PARAPH_DIGITS_SAFETY_SIZE + 1];
  char other[PARAPH_DIGITS_SAFETY_SIZE + 1];

  paraph_digits_safety_half (&low, "lines of a\n", 11, &a);
  paraph_digits_safety_half (&high, "lines of b\n", 11, &b);
  assert_ok (paraph_digits_safety_pair (&a, &b, one));
  assert_ok (paraph_digits_safety_pair (&b, &a, other));
  g_assert_cmpstr (one, ==, HALF_A " " HALF_B);
  g_assert_cmpstr (other, ==, one);

  /* The order follows the ids, not the digits. */
  a.delegation.bytes[0] = 3;
  assert_ok (paraph_digits_safety_pair (&a, &b, one));
  g_assert_cmpstr (one, ==, HALF_B " " HALF_A);
}

static void
test_no_safety_number_with_oneself (void)
{
  ParaphId id = { { 1 } };
  ParaphSafetyHalf half;
  char number[PARAPH_DIGITS_SAFETY_SIZE + 1] = "kept";

  paraph_digits_safety_half (&id, NULL, 0, &half);
  assert_result (paraph_digits_safety_pair (&half, &half, number), PARAPH_ERROR_INTERNAL);
  g_assert_cmpstr (number, ==, "kept");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/digits/groups-are-five-bytes-modulo-100000",
                   test_groups_are_five_bytes_modulo_100000);
  g_test_add_func ("/digits/history-code-is-the-same-elsewhere",
                   test_history_code_is_the_same_elsewhere);
  g_test_add_func ("/digits/both-see-the-same-safety-number", test_both_see_the_same_safety_number);
  g_test_add_func ("/digits/no-safety-number-with-oneself", test_no_safety_number_with_oneself);
  return g_test_run ();
}
