#include <glib.h>
#include <signal/signal_protocol.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/provider.h"
#include "crypto/start.h"

/* The table that the library gets; the provider lives as long as the program. */
static signal_crypto_provider table;

static void
assert_buffer_is (signal_buffer *buffer, const char *hex)
{
  g_autofree char *found = g_malloc0 (2 * signal_buffer_len (buffer) + 1);

  paraph_hex_encode (signal_buffer_data (buffer), signal_buffer_len (buffer), found);
  g_assert_cmpstr (found, ==, hex);
  signal_buffer_free (buffer);
}

static void
test_hmac_sha256_is_that_of_rfc_4231 (void)
{
  static const uint8_t text[] = "what do ya want for nothing?";
  void *context = NULL;
  signal_buffer *output = NULL;

  g_assert_cmpint (
      table.hmac_sha256_init_func (&context, (const uint8_t *) "Jefe", 4, table.user_data), ==, 0);
  g_assert_cmpint (table.hmac_sha256_update_func (context, text, 10, table.user_data), ==, 0);
  g_assert_cmpint (
      table.hmac_sha256_update_func (context, text + 10, sizeof text - 11, table.user_data), ==, 0);
  g_assert_cmpint (table.hmac_sha256_final_func (context, &output, table.user_data), ==, 0);
  table.hmac_sha256_cleanup_func (context, table.user_data);
  assert_buffer_is (output, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static const char sha512_abc[] = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                                 "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

static void
test_sha512_goes_on_after_its_end (void)
{
  void *context = NULL;
  signal_buffer *output = NULL;

  g_assert_cmpint (table.sha512_digest_init_func (&context, table.user_data), ==, 0);
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (
          table.sha512_digest_update_func (context, (const uint8_t *) "abc", 3, table.user_data),
          ==, 0);
      g_assert_cmpint (table.sha512_digest_final_func (context, &output, table.user_data), ==, 0);
      assert_buffer_is (output, sha512_abc);
    }
  table.sha512_digest_cleanup_func (context, table.user_data);
}

static void
test_cleanup_takes_nothing (void)
{
  table.hmac_sha256_cleanup_func (NULL, table.user_data);
  table.sha512_digest_cleanup_func (NULL, table.user_data);
}

/* NIST SP 800-38A, F.2.5, with the block of padding that PKCS#7 adds. */
static const char aes_key[] = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
static const char aes_iv[] = "000102030405060708090a0b0c0d0e0f";
static const char aes_plain[] = "6bc1bee22e409f96e93d7e117393172a";
static const char aes_cipher[] = "f58c4c04d6e5f1ba779eabfb5f7bfbd6";

typedef struct
{
  uint8_t key[33];
  uint8_t iv[17];
  uint8_t plain[16];
} Aes;

static Aes
make_aes (void)
{
  Aes aes = { { 0 }, { 0 }, { 0 } };

  g_assert_cmpint (paraph_hex_decode (aes_key, 64, aes.key, 32), ==, 0);
  g_assert_cmpint (paraph_hex_decode (aes_iv, 32, aes.iv, 16), ==, 0);
  g_assert_cmpint (paraph_hex_decode (aes_plain, 32, aes.plain, 16), ==, 0);
  return aes;
}

static void
test_aes_is_that_of_nist (void)
{
  Aes aes = make_aes ();
  signal_buffer *output = NULL;
  signal_buffer *back = NULL;
  g_autofree char *hex = NULL;

  g_assert_cmpint (table.encrypt_func (&output, SG_CIPHER_AES_CBC_PKCS5, aes.key, 32, aes.iv, 16,
                                       aes.plain, 16, table.user_data),
                   ==, 0);
  g_assert_cmpuint (signal_buffer_len (output), ==, 32);
  hex = g_malloc0 (33);
  paraph_hex_encode (signal_buffer_data (output), 16, hex);
  g_assert_cmpstr (hex, ==, aes_cipher);
  g_assert_cmpint (table.decrypt_func (&back, SG_CIPHER_AES_CBC_PKCS5, aes.key, 32, aes.iv, 16,
                                       signal_buffer_data (output), 32, table.user_data),
                   ==, 0);
  assert_buffer_is (back, aes_plain);
  /* A damaged last block: a wrong padding, and no other answer than that of a wrong MAC. */
  signal_buffer_data (output)[15] ^= 0x10;
  g_assert_cmpint (table.decrypt_func (&back, SG_CIPHER_AES_CBC_PKCS5, aes.key, 32, aes.iv, 16,
                                       signal_buffer_data (output), 32, table.user_data),
                   ==, SG_ERR_INVALID_MESSAGE);
  signal_buffer_free (output);
}

static void
test_aes_refuses_other_arguments (void)
{
  Aes aes = make_aes ();
  signal_buffer *output = NULL;

  g_assert_cmpint (table.encrypt_func (&output, SG_CIPHER_AES_CTR_NOPADDING, aes.key, 32, aes.iv,
                                       16, aes.plain, 16, table.user_data),
                   ==, SG_ERR_INVAL);
  for (size_t size = 31; size <= 33; size += 2)
    {
      g_assert_cmpint (table.encrypt_func (&output, SG_CIPHER_AES_CBC_PKCS5, aes.key, size, aes.iv,
                                           16, aes.plain, 16, table.user_data),
                       ==, SG_ERR_INVAL);
      g_assert_cmpint (table.decrypt_func (&output, SG_CIPHER_AES_CBC_PKCS5, aes.key, 32, aes.iv,
                                           size / 2, aes.plain, 16, table.user_data),
                       ==, size / 2 == 16 ? SG_ERR_INVALID_MESSAGE : SG_ERR_INVAL);
    }
  g_assert_cmpint (table.decrypt_func (&output, SG_CIPHER_AES_CBC_PKCS5, aes.key, 32, aes.iv, 16,
                                       aes.plain, G_MAXINT, table.user_data),
                   ==, SG_ERR_INVAL);
  g_assert_cmpint (table.decrypt_func (&output, SG_CIPHER_AES_CBC_PKCS5, aes.key, 32, aes.iv, 16,
                                       aes.plain, 15, table.user_data),
                   ==, SG_ERR_INVALID_MESSAGE);
  g_assert_cmpint (table.decrypt_func (&output, SG_CIPHER_AES_CBC_PKCS5, aes.key, 32, aes.iv, 16,
                                       aes.plain, 0, table.user_data),
                   ==, SG_ERR_INVALID_MESSAGE);
  g_assert_null (output);
}

static void
test_random_draws_differ (void)
{
  uint8_t draws[2][32] = { { 0 }, { 0 } };

  for (int i = 0; i < 2; i++)
    g_assert_cmpint (table.random_func (draws[i], 32, table.user_data), ==, 0);
  g_assert_cmpint (memcmp (draws[0], draws[1], 32), !=, 0);
}

int
main (int argc, char **argv)
{
  ParaphProvider *provider = NULL;
  int r;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_assert_cmpint (paraph_provider_new (&provider), ==, 0);
  paraph_provider_fill (provider, &table);
  g_test_add_func ("/provider/hmac-sha256-is-that-of-rfc-4231",
                   test_hmac_sha256_is_that_of_rfc_4231);
  g_test_add_func ("/provider/sha512-goes-on-after-its-end", test_sha512_goes_on_after_its_end);
  g_test_add_func ("/provider/cleanup-takes-nothing", test_cleanup_takes_nothing);
  g_test_add_func ("/provider/aes-is-that-of-nist", test_aes_is_that_of_nist);
  g_test_add_func ("/provider/aes-refuses-other-arguments", test_aes_refuses_other_arguments);
  g_test_add_func ("/provider/random-draws-differ", test_random_draws_differ);
  r = g_test_run ();
  paraph_provider_free (provider);
  return r;
}
