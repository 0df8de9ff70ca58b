#include "crypto/hash.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert (sizeof (ParaphSha256) >= sizeof (crypto_hash_sha256_state), "room for the state");
static_assert (_Alignof(ParaphSha256) >= _Alignof(crypto_hash_sha256_state), "aligned alike");
static_assert (PARAPH_ID_SIZE == crypto_hash_sha256_BYTES, "an id is a SHA-256");
static_assert (PARAPH_BLAKE2B_SIZE_MIN == crypto_generichash_BYTES_MIN, "as libsodium");
static_assert (PARAPH_BLAKE2B_SIZE_MAX == crypto_generichash_BYTES_MAX, "as libsodium");
static_assert (PARAPH_BLAKE2B_KEY_SIZE_MIN == crypto_generichash_KEYBYTES_MIN, "as libsodium");
static_assert (PARAPH_BLAKE2B_KEY_SIZE_MAX == crypto_generichash_KEYBYTES_MAX, "as libsodium");

static crypto_hash_sha256_state *
sha256_state (ParaphSha256 *self)
{
  void *state = self->opaque;

  return state;
}

void
paraph_sha256 (const void *data, size_t size, ParaphId *ret_id)
{
  ParaphSha256 hash;

  paraph_sha256_init (&hash);
  paraph_sha256_update (&hash, data, size);
  paraph_sha256_final (&hash, ret_id);
}

/* libsodium's own results are always 0 for the hashes below: they only compute. */

void
paraph_sha256_init (ParaphSha256 *self)
{
  (void) crypto_hash_sha256_init (sha256_state (self));
}

void
paraph_sha256_update (ParaphSha256 *self, const void *data, size_t size)
{
  if (size > 0)
    (void) crypto_hash_sha256_update (sha256_state (self), data, size);
}

void
paraph_sha256_final (ParaphSha256 *self, ParaphId *ret_id)
{
  (void) crypto_hash_sha256_final (sha256_state (self), ret_id->bytes);
  paraph_wipe (self, sizeof *self);
}

static bool
blake2b_sizes_are_lawful (const ParaphSecret *key, size_t hash_size)
{
  if (hash_size < PARAPH_BLAKE2B_SIZE_MIN || hash_size > PARAPH_BLAKE2B_SIZE_MAX)
    return false;
  return key == NULL
         || (paraph_secret_size (key) >= PARAPH_BLAKE2B_KEY_SIZE_MIN
             && paraph_secret_size (key) <= PARAPH_BLAKE2B_KEY_SIZE_MAX);
}

int
paraph_blake2b (const char *purpose, const ParaphSecret *key, const void *data, size_t size,
                uint8_t *ret_hash, size_t hash_size)
{
  size_t length = strlen (purpose);
  crypto_generichash_state state;
  uint8_t prefix[4];

  if (!blake2b_sizes_are_lawful (key, hash_size) || length == 0 || length > UINT8_MAX)
    return PARAPH_ERROR_INTERNAL;
  prefix[0] = prefix[1] = prefix[2] = 0;
  prefix[3] = (uint8_t) length;

  (void) crypto_generichash_init (&state, key != NULL ? paraph_secret_data (key) : NULL,
                                  key != NULL ? paraph_secret_size (key) : 0, hash_size);
  (void) crypto_generichash_update (&state, prefix, sizeof prefix);
  (void) crypto_generichash_update (&state, (const uint8_t *) purpose, length);
  if (size > 0)
    (void) crypto_generichash_update (&state, data, size);
  (void) crypto_generichash_final (&state, ret_hash, hash_size);
  paraph_wipe (&state, sizeof state);
  return 0;
}

void
paraph_hex_encode (const uint8_t *bytes, size_t size, char *ret_hex)
{
  /* Of libsodium's, since it branches on no digit: keys are written in hexadecimal too. */
  (void) sodium_bin2hex (ret_hex, 2 * size + 1, bytes, size);
}

uint64_t
paraph_short_hash (const ParaphShortHashKey *key, const void *data, size_t size)
{
  uint8_t hash[crypto_shorthash_BYTES];
  uint64_t value;

  static_assert (crypto_shorthash_KEYBYTES == PARAPH_SHORT_HASH_KEY_SIZE, "the key's size");
  static_assert (sizeof value == sizeof hash, "one number");
  (void) crypto_shorthash (hash, data, size, key->bytes); /* never fails */
  memcpy (&value, hash, sizeof value);
  return value;
}

/* 0 to 15, or 255; no branch or table that depends on the digit. */
static uint8_t
hex_digit_value (char c)
{
  int digit = (unsigned char) c;
  int is_number = ((('0' - 1) - digit) & (digit - ('9' + 1))) >> 8 & 0xff;
  int is_letter = ((('a' - 1) - digit) & (digit - ('f' + 1))) >> 8 & 0xff;
  int value = (is_number & (digit - '0')) | (is_letter & (digit - 'a' + 10));

  return (uint8_t) (value | (~(is_number | is_letter) & 0xff));
}

int
paraph_hex_decode (const char *hex, size_t hex_length, uint8_t *ret_bytes, size_t size)
{
  uint8_t bad = 0;

  if (hex_length / 2 != size || hex_length % 2 != 0)
    return PARAPH_ERROR_MALFORMED;
  for (size_t i = 0; i < hex_length; i++)
    bad |= hex_digit_value (hex[i]);
  if (bad > 15)
    return PARAPH_ERROR_MALFORMED;
  for (size_t i = 0; i < size; i++)
    ret_bytes[i] = (uint8_t) (hex_digit_value (hex[2 * i]) << 4 | hex_digit_value (hex[2 * i + 1]));
  return 0;
}

/* Ids are public: the functions below need not take the same time for all of them, and are called
 * for every line of every record. */

#define NOT_A_DIGIT 16

/* 0 to 15; NOT_A_DIGIT for all but the lowercase digits. */
static uint8_t
public_digit_value (char c)
{
  if (c >= '0' && c <= '9')
    return (uint8_t) (c - '0');
  return c >= 'a' && c <= 'f' ? (uint8_t) (c - 'a' + 10) : NOT_A_DIGIT;
}

void
paraph_id_to_hex (const ParaphId *id, char ret_hex[static PARAPH_ID_HEX_SIZE + 1])
{
  static const char digits[] = "0123456789abcdef";

  for (size_t i = 0; i < sizeof id->bytes; i++)
    {
      ret_hex[2 * i] = digits[id->bytes[i] >> 4];
      ret_hex[2 * i + 1] = digits[id->bytes[i] & 15];
    }
  ret_hex[PARAPH_ID_HEX_SIZE] = '\0';
}

int
paraph_id_from_hex (const char *hex, size_t hex_length, ParaphId *ret_id)
{
  ParaphId id;
  uint8_t bad = 0;

  if (hex_length != PARAPH_ID_HEX_SIZE)
    return PARAPH_ERROR_MALFORMED;
  for (size_t i = 0; i < sizeof id.bytes; i++)
    {
      uint8_t high = public_digit_value (hex[2 * i]), low = public_digit_value (hex[2 * i + 1]);

      bad |= (uint8_t) (high | low);
      id.bytes[i] = (uint8_t) (high << 4 | low);
    }
  if (bad >= NOT_A_DIGIT)
    return PARAPH_ERROR_MALFORMED;
  *ret_id = id;
  return 0;
}

bool
paraph_id_equal (const ParaphId *a, const ParaphId *b)
{
  uint64_t first[PARAPH_ID_SIZE / 8], second[PARAPH_ID_SIZE / 8], differ = 0;

  memcpy (first, a->bytes, sizeof first);
  memcpy (second, b->bytes, sizeof second);
  for (size_t i = 0; i < PARAPH_ID_SIZE / 8; i++)
    differ |= first[i] ^ second[i];
  return differ == 0;
}

int
paraph_id_compare (const ParaphId *a, const ParaphId *b)
{
  for (size_t i = 0; i < sizeof a->bytes; i++)
    {
      if (a->bytes[i] != b->bytes[i])
        return a->bytes[i] < b->bytes[i] ? -1 : 1;
    }
  return 0;
}

bool
paraph_id_is_zero (const ParaphId *id)
{
  static const ParaphId zero;

  return paraph_id_equal (id, &zero);
}
