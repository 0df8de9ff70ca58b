#include "crypto/sign.h"

#include "tests/support/crypto-test.h"

static void
pair_of_zeros (ParaphSecret **ret_secret, ParaphSignKey *ret_key)
{
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;

  assert_ok (paraph_secret_new ("seed", PARAPH_SIGN_SEED_SIZE, &seed));
  assert_ok (paraph_sign_pair_from_seed ("test", seed, ret_secret, ret_key));
}

static void
test_signs_and_verifies (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  ParaphSignature signature;
  ParaphSignKey key;
  ParaphSignKey same;

  assert_ok (paraph_sign_pair_new ("test", &secret, &key));
  assert_ok (paraph_sign_secret_key (secret, &same));
  g_assert_cmpmem (key.bytes, 32, same.bytes, 32);
  assert_ok (paraph_sign_key_check (&key));
  assert_ok (paraph_sign_bytes (secret, "word", 4, &signature));
  assert_ok (paraph_sign_verify (&key, "word", 4, &signature));
}

static void
test_one_changed_bit_is_refused (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  ParaphSignature signature;
  ParaphSignKey key;
  uint8_t message[] = { 'w', 'o', 'r', 'd' };

  pair_of_zeros (&secret, &key);
  assert_ok (paraph_sign_bytes (secret, message, sizeof message, &signature));
  for (size_t bit = 0; bit < 8 * sizeof signature.bytes; bit++)
    {
      ParaphSignature changed = signature;

      changed.bytes[bit / 8] ^= (uint8_t) (1U << bit % 8);
      assert_result (paraph_sign_verify (&key, message, sizeof message, &changed),
                     PARAPH_ERROR_SIGNATURE);
    }
  for (size_t bit = 0; bit < 8 * sizeof message; bit++)
    {
      message[bit / 8] ^= (uint8_t) (1U << bit % 8);
      assert_result (paraph_sign_verify (&key, message, sizeof message, &signature),
                     PARAPH_ERROR_SIGNATURE);
      message[bit / 8] ^= (uint8_t) (1U << bit % 8);
    }
}

/* S and S + L are the same number modulo the order L of the group. Who accepts both lets anybody
 * make a second signature out of a first. */
static void
test_refuses_s_plus_l (void)
{
  static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                     0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                     0,    0,    0,    0,    0,    0,    0,    0,
                                     0,    0,    0,    0,    0,    0,    0,    0x10 };
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  ParaphSignature signature;
  ParaphSignKey key;
  unsigned carry = 0;

  pair_of_zeros (&secret, &key);
  assert_ok (paraph_sign_bytes (secret, "word", 4, &signature));
  for (size_t i = 0; i < sizeof order; i++)
    {
      carry += (unsigned) signature.bytes[32 + i] + order[i];
      signature.bytes[32 + i] = (uint8_t) carry;
      carry >>= 8;
    }
  assert_result (paraph_sign_verify (&key, "word", 4, &signature), PARAPH_ERROR_SIGNATURE);
}

/* Under the neutral element R = 1, S = 0 would fit every message. */
static void
test_small_order_key_signs_nothing (void)
{
  ParaphSignKey key = { { 1 } };
  ParaphSignature signature = { { 1 } };

  assert_result (paraph_sign_key_check (&key), PARAPH_ERROR_KEY);
  assert_result (paraph_sign_verify (&key, "any", 3, &signature), PARAPH_ERROR_SIGNATURE);
}

static void
test_parsing_passes_the_gate (void)
{
  ParaphSignKey key = { { 1 } };
  ParaphSignKey parsed = { { 7 } };
  uint8_t blob[PARAPH_SIGN_KEY_BLOB_SIZE];
  char line[PARAPH_SIGN_KEY_LINE_SIZE + 1];

  paraph_sign_key_blob (&key, blob);
  paraph_sign_key_to_line (&key, line);
  assert_result (paraph_sign_key_from_blob (blob, sizeof blob, &parsed), PARAPH_ERROR_KEY);
  assert_result (paraph_sign_key_from_line (line, strlen (line), &parsed), PARAPH_ERROR_KEY);
  g_assert_cmpuint (parsed.bytes[0], ==, 7);
}

static void
test_refuses_a_secret_of_another_size (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;
  ParaphSecret *secret = NULL;
  ParaphSignature signature;
  ParaphSignKey key;

  assert_ok (paraph_secret_new ("seed", PARAPH_SIGN_SEED_SIZE + 1, &seed));
  assert_result (paraph_sign_pair_from_seed ("test", seed, &secret, &key), PARAPH_ERROR_INTERNAL);
  assert_result (paraph_sign_secret_key (seed, &key), PARAPH_ERROR_INTERNAL);
  assert_result (paraph_sign_bytes (seed, "x", 1, &signature), PARAPH_ERROR_INTERNAL);
  g_assert_null (secret);
}

/* The line of the key that the SSHSIG vectors are signed with; its id by sha256sum. */
static void
test_line_and_id_are_as_openssh_has_them (void)
{
  static const char line[] =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg+6UYMc";
  char again[PARAPH_SIGN_KEY_LINE_SIZE + 1];
  char hex[PARAPH_ID_HEX_SIZE + 1];
  ParaphSignKey key;
  ParaphId id;

  assert_ok (paraph_sign_key_from_line (line, strlen (line), &key));
  paraph_sign_key_to_line (&key, again);
  g_assert_cmpstr (again, ==, line);
  paraph_sign_key_id (&key, &id);
  paraph_id_to_hex (&id, hex);
  g_assert_cmpstr (hex, ==, "23ddaf4389f4175b3c47c2750a54f07bfac460d576a1c1fd081266a9664324b3");
}

static void
test_lines_have_one_form (void)
{
  static const char *const refused[] = {
    "",
    "ssh-ed25519 ",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg+6UYMc\n",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg+6UYMc comment",
    "ssh-ed25519  AAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg+6UYMc",
    "ssh-ed25519\tAAAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg+6UYMc",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg-6UYMc",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg+6UYM=",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE4AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg+6UYMc",
    /* libsodium's decoder takes these four bytes above 0x7f for digits. */
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6a\251\275\245\253cnnN0ea0DZEg+6UYMc",
    "SSH-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg+6UYMc",
  };
  ParaphSignKey key = { { 7 } };

  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    assert_result (paraph_sign_key_from_line (refused[i], strlen (refused[i]), &key),
                   PARAPH_ERROR_MALFORMED);
  g_assert_cmpuint (key.bytes[0], ==, 7);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/sign/signs-and-verifies", test_signs_and_verifies);
  g_test_add_func ("/sign/one-changed-bit-is-refused", test_one_changed_bit_is_refused);
  g_test_add_func ("/sign/refuses-s-plus-l", test_refuses_s_plus_l);
  g_test_add_func ("/sign/small-order-key-signs-nothing", test_small_order_key_signs_nothing);
  g_test_add_func ("/sign/parsing-passes-the-gate", test_parsing_passes_the_gate);
  g_test_add_func ("/sign/refuses-a-secret-of-another-size", test_refuses_a_secret_of_another_size);
  g_test_add_func ("/sign/line-and-id-are-as-openssh-has-them",
                   test_line_and_id_are_as_openssh_has_them);
  g_test_add_func ("/sign/lines-have-one-form", test_lines_have_one_form);
  result = g_test_run ();
  assert_no_secret_lives ();
  return result;
}
