#include "crypto/start.h"

#include <sodium.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "crypto/sign.h"

/* NOTES
 *
 * Builds of libsodium before the fix of CVE-2025-69277 let keys of mixed order through
 * crypto_core_ed25519_is_valid_point. Under such a key honest programs disagree whether a
 * signature is good, so a program that would enrol one refuses to start. */

static bool
hex_equals (const uint8_t *bytes, size_t size, const char *hex)
{
  uint8_t expected[64];

  return size <= sizeof expected && paraph_hex_decode (hex, strlen (hex), expected, size) == 0
         && paraph_bytes_equal (bytes, expected, size);
}

/* FIPS 180-4: SHA-256 and SHA-512 of "abc". BLAKE2b of (0000000b "paraph-test" "abc"), without a
 * key, as Python's hashlib has it. */
static bool
hashes_are_right (void)
{
  uint8_t long_hash[crypto_hash_sha512_BYTES];
  uint8_t hash[32];
  ParaphId id;

  paraph_sha256 ("abc", 3, &id);
  (void) crypto_hash_sha512 (long_hash, (const uint8_t *) "abc", 3);
  return paraph_blake2b ("paraph-test", NULL, "abc", 3, hash, sizeof hash) == 0
         && hex_equals (hash, sizeof hash,
                        "b1e7c714288fc70a3df239695d32f6d8b95400311b53a79c22eadf779c05c113")
         && hex_equals (id.bytes, sizeof id.bytes,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
         && hex_equals (long_hash, sizeof long_hash,
                        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

/* RFC 8032 section 7.1, TEST 2; then the same signature over another message. */
static bool
signatures_are_right (void)
{
  static const uint8_t message[1] = { 0x72 };
  static const uint8_t other[1] = { 0x73 };
  uint8_t seed[PARAPH_SIGN_SEED_SIZE];
  ParaphSignature signature;
  ParaphSignKey key;
  uint8_t secret[PARAPH_SIGN_SECRET_SIZE];

  if (paraph_hex_decode ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", 64,
                         seed, sizeof seed)
      < 0)
    return false;
  (void) crypto_sign_seed_keypair (key.bytes, secret, seed);
  (void) crypto_sign_detached (signature.bytes, NULL, message, sizeof message, secret);
  return hex_equals (signature.bytes, sizeof signature.bytes,
                     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
         && paraph_sign_verify (&key, message, sizeof message, &signature) == 0
         && paraph_sign_verify (&key, other, sizeof other, &signature) < 0;
}

/* One honest key, one of mixed order (an honest one plus a point of order 8), one of order 2. */
static bool
gate_is_right (void)
{
  static const struct
  {
    const char *hex;
    int expected;
  } rows[] = {
    { "14fd84dc748a83745e9e1205dd2b130d188884fc6fcc4c5b526a672cf18adec3", 0 },
    { "95ab45d340999aaa25f5077c8ae617ea188b5e1b51aa8524aaeb1bac9cb756e5", PARAPH_ERROR_KEY },
    { "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", PARAPH_ERROR_KEY },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    {
      ParaphSignKey key;

      if (paraph_hex_decode (rows[i].hex, 64, key.bytes, sizeof key.bytes) < 0
          || paraph_sign_key_check (&key) != rows[i].expected)
        return false;
    }
  return true;
}

/* Project Wycheproof, xchacha20_poly1305_test, case 4; then with one bit of the tag changed. */
static bool
sealing_is_right (void)
{
  uint8_t sealed[1 + crypto_aead_xchacha20poly1305_ietf_ABYTES];
  uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];
  uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
  uint8_t plain[1] = { 0x62 };
  int r;

  if (paraph_hex_decode ("303ccb2e1567c3d9f629a5c632dbc62a9a82c525674f67988b31bd1dee990538", 64,
                         key, sizeof key)
          < 0
      || paraph_hex_decode ("05188738844ab90a8b11beef38eaec3e100d8f4f85ae7a41", 48, nonce,
                            sizeof nonce)
             < 0)
    return false;
  (void) crypto_aead_xchacha20poly1305_ietf_encrypt (sealed, NULL, plain, sizeof plain, NULL, 0,
                                                     NULL, nonce, key);
  if (!hex_equals (sealed, sizeof sealed, "45d15734f984d749fa3f0550a70c43dddf"))
    return false;
  r = crypto_aead_xchacha20poly1305_ietf_decrypt (plain, NULL, NULL, sealed, sizeof sealed, NULL, 0,
                                                  nonce, key);
  if (r != 0 || plain[0] != 0x62)
    return false;
  sealed[5] ^= 1;
  return crypto_aead_xchacha20poly1305_ietf_decrypt (plain, NULL, NULL, sealed, sizeof sealed, NULL,
                                                     0, nonce, key)
         != 0;
}

/* RFC 7748 section 5.2, one iteration; and the agreement with zero, which must fail. */
static bool
agreement_is_right (void)
{
  static const uint8_t nine[32] = { 9 };
  static const uint8_t zero[32] = { 0 };
  uint8_t shared[32];

  return crypto_scalarmult (shared, nine, nine) == 0
         && hex_equals (shared, sizeof shared,
                        "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")
         && crypto_scalarmult (shared, nine, zero) != 0;
}

/* Argon2id of "password" with 8 KiB and one pass, as libargon2 has it. */
static bool
derivation_is_right (void)
{
  uint8_t salt[crypto_pwhash_SALTBYTES];
  uint8_t key[32];

  return paraph_hex_decode ("2bc990059473448e6ebd442aa16bfaa0", 32, salt, sizeof salt) == 0
         && crypto_pwhash (key, sizeof key, "password", 8, salt, 1, 8192,
                           crypto_pwhash_ALG_ARGON2ID13)
                == 0
         && hex_equals (key, sizeof key,
                        "885092e7d2942109c466d30f62d0081fa78858965e166d6067a491f2f56089b8");
}

static bool
draws_differ (void)
{
  uint8_t first[32];
  uint8_t second[32];

  randombytes_buf (first, sizeof first);
  randombytes_buf (second, sizeof second);
  return !paraph_bytes_equal (first, second, sizeof first)
         && sodium_is_zero (first, sizeof first) == 0;
}

int
paraph_crypto_start (void)
{
  if (sodium_init () < 0)
    return PARAPH_ERROR_INTERNAL;
  if (!hashes_are_right () || !signatures_are_right () || !gate_is_right () || !sealing_is_right ()
      || !agreement_is_right () || !derivation_is_right () || !draws_differ ())
    return PARAPH_ERROR_INTERNAL;
  return 0;
}
