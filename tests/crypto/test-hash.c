#include "crypto/hash.h"

#include "tests/support/crypto-test.h"

static void
assert_hex (const uint8_t *bytes, size_t size, const char *expected)
{
  g_autofree char *hex = g_malloc (2 * size + 1);

  paraph_hex_encode (bytes, size, hex);
  g_assert_cmpstr (hex, ==, expected);
}

/* FIPS 180-4's example of two blocks, and the empty message. */
static void
test_sha256_is_sha256 (void)
{
  static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  ParaphSha256 hash;
  ParaphId whole;
  ParaphId pieces;

  paraph_sha256 (NULL, 0, &whole);
  assert_hex (whole.bytes, sizeof whole.bytes,
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  paraph_sha256 (text, strlen (text), &whole);
  assert_hex (whole.bytes, sizeof whole.bytes,
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");

  paraph_sha256_init (&hash);
  for (size_t i = 0; i < strlen (text); i++)
    paraph_sha256_update (&hash, text + i, 1);
  paraph_sha256_update (&hash, NULL, 0);
  paraph_sha256_final (&hash, &pieces);
  g_assert_true (paraph_id_equal (&whole, &pieces));
}

/* Expected by Python: blake2b (pack (">I", len (purpose)) + purpose + data, key, digest_size). */
static void
test_blake2b_is_blake2b_of_purpose_and_data (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *key = NULL;
  uint8_t key_bytes[32];
  uint8_t hash[32];

  for (size_t i = 0; i < sizeof key_bytes; i++)
    key_bytes[i] = (uint8_t) i;
  assert_ok (paraph_secret_new_take ("key", key_bytes, sizeof key_bytes, &key));
  assert_ok (paraph_blake2b ("paraph-test", key, "abc", 3, hash, sizeof hash));
  assert_hex (hash, sizeof hash,
              "aec2ac1c3dff263c43fdebc6266a03d7052c6012668814e44717e132beb5e10d");
  assert_ok (paraph_blake2b ("paraph-test", key, "abc", 3, hash, 16));
  assert_hex (hash, 16, "71d1ea460c8a21becdd88963bf194ef2");
}

static void
test_every_purpose_gives_another_hash (void)
{
  uint8_t a[32];
  uint8_t b[32];

  assert_ok (paraph_blake2b ("purpose-a", NULL, "x", 1, a, sizeof a));
  assert_ok (paraph_blake2b ("purpose-b", NULL, "x", 1, b, sizeof b));
  g_assert_false (paraph_bytes_equal (a, b, sizeof a));
  /* The border between purpose and data cannot be moved. */
  assert_ok (paraph_blake2b ("purpose", NULL, "-ax", 3, b, sizeof b));
  g_assert_false (paraph_bytes_equal (a, b, sizeof a));
}

static void
test_blake2b_refuses_unlawful_sizes (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *short_key = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *long_key = NULL;
  uint8_t hash[65];

  assert_ok (paraph_secret_new ("key", 15, &short_key));
  assert_ok (paraph_secret_new ("key", 65, &long_key));
  assert_result (paraph_blake2b ("p", NULL, "x", 1, hash, 15), PARAPH_ERROR_INTERNAL);
  assert_result (paraph_blake2b ("p", NULL, "x", 1, hash, 65), PARAPH_ERROR_INTERNAL);
  assert_result (paraph_blake2b ("", NULL, "x", 1, hash, 32), PARAPH_ERROR_INTERNAL);
  assert_result (paraph_blake2b ("p", short_key, "x", 1, hash, 32), PARAPH_ERROR_INTERNAL);
  assert_result (paraph_blake2b ("p", long_key, "x", 1, hash, 32), PARAPH_ERROR_INTERNAL);
}

static void
test_hex_is_strict (void)
{
  static const char *const refused[] = { "0",  "000", "0g", "g0", "0A",       "F0",  "0:",
                                         "/0", "0`",  " 0", "0x", "\xff\xff", "00 ", "" };
  uint8_t byte = 77;

  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    assert_result (paraph_hex_decode (refused[i], strlen (refused[i]), &byte, 1),
                   PARAPH_ERROR_MALFORMED);
  assert_result (paraph_hex_decode ("0\0", 2, &byte, 1), PARAPH_ERROR_MALFORMED);
  g_assert_cmpuint (byte, ==, 77);
  assert_ok (paraph_hex_decode ("", 0, &byte, 0));
}

static void
test_hex_of_all_bytes_comes_back (void)
{
  for (unsigned i = 0; i < 256; i++)
    {
      uint8_t byte = (uint8_t) i;
      uint8_t back = 0;
      char hex[3];

      paraph_hex_encode (&byte, 1, hex);
      assert_ok (paraph_hex_decode (hex, 2, &back, 1));
      g_assert_cmpuint (back, ==, i);
    }
}

/* All pairs of bytes: accepted exactly when both are among the sixteen digits. */
static void
test_hex_accepts_sixteen_digits_only (void)
{
  unsigned n_accepted = 0;

  for (unsigned i = 0; i < 65536; i++)
    {
      char text[2] = { (char) (i >> 8), (char) (i & 0xff) };
      uint8_t byte;

      if (paraph_hex_decode (text, 2, &byte, 1) == 0)
        n_accepted++;
    }
  g_assert_cmpuint (n_accepted, ==, 256);
}

static void
test_ids_are_ordered_as_bytes (void)
{
  ParaphId zero = { { 0 } };
  ParaphId low = { { 0 } };
  ParaphId high = { { 0x80 } };
  ParaphId back;
  char hex[PARAPH_ID_HEX_SIZE + 1];

  low.bytes[31] = 1;
  g_assert_true (paraph_id_is_zero (&zero));
  g_assert_false (paraph_id_is_zero (&low));
  g_assert_cmpint (paraph_id_compare (&low, &high), <, 0);
  g_assert_cmpint (paraph_id_compare (&high, &low), >, 0);
  g_assert_cmpint (paraph_id_compare (&low, &low), ==, 0);
  g_assert_false (paraph_id_equal (&zero, &low));
  paraph_id_to_hex (&high, hex);
  g_assert_cmpuint (strlen (hex), ==, PARAPH_ID_HEX_SIZE);
  assert_ok (paraph_id_from_hex (hex, strlen (hex), &back));
  g_assert_true (paraph_id_equal (&high, &back));
  assert_result (paraph_id_from_hex (hex, 63, &back), PARAPH_ERROR_MALFORMED);
}

static void
test_every_result_has_a_name (void)
{
  for (int code = PARAPH_ERROR_STORAGE; code <= PARAPH_ERROR_INTERNAL; code++)
    g_assert_cmpstr (paraph_error_name (code), !=, paraph_error_name (1));
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/hash/sha256-is-sha256", test_sha256_is_sha256);
  g_test_add_func ("/hash/blake2b-is-blake2b-of-purpose-and-data",
                   test_blake2b_is_blake2b_of_purpose_and_data);
  g_test_add_func ("/hash/every-purpose-gives-another-hash", test_every_purpose_gives_another_hash);
  g_test_add_func ("/hash/blake2b-refuses-unlawful-sizes", test_blake2b_refuses_unlawful_sizes);
  g_test_add_func ("/hex/is-strict", test_hex_is_strict);
  g_test_add_func ("/hex/of-all-bytes-comes-back", test_hex_of_all_bytes_comes_back);
  g_test_add_func ("/hex/accepts-sixteen-digits-only", test_hex_accepts_sixteen_digits_only);
  g_test_add_func ("/id/ordered-as-bytes", test_ids_are_ordered_as_bytes);
  g_test_add_func ("/error/every-result-has-a-name", test_every_result_has_a_name);
  result = g_test_run ();
  assert_no_secret_lives ();
  return result;
}
