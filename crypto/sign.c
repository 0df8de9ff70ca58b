#include "crypto/sign.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/wire.h"

#define KEY_TYPE "ssh-ed25519"
#define LINE_PREFIX KEY_TYPE " "
#define LINE_PREFIX_SIZE (sizeof LINE_PREFIX - 1)
#define BLOB_PREFIX_SIZE (PARAPH_SIGN_KEY_BLOB_SIZE - sizeof (ParaphSignKey))

static_assert (PARAPH_SIGN_SEED_SIZE == crypto_sign_SEEDBYTES, "as libsodium");
static_assert (PARAPH_SIGN_SECRET_SIZE == crypto_sign_SECRETKEYBYTES, "as libsodium");
static_assert (PARAPH_SIGNATURE_SIZE == crypto_sign_BYTES, "as libsodium");
static_assert (sizeof (ParaphSignKey) == crypto_sign_PUBLICKEYBYTES, "as libsodium");

/* string "ssh-ed25519", and the length of the key that follows. */
static const uint8_t blob_prefix[BLOB_PREFIX_SIZE] = { 0,   0,   0,   11,  's', 's', 'h',
                                                       '-', 'e', 'd', '2', '5', '5', '1',
                                                       '9', 0,   0,   0,   32 };

int
paraph_sign_key_check (const ParaphSignKey *key)
{
  return crypto_core_ed25519_is_valid_point (key->bytes) == 1 ? 0 : PARAPH_ERROR_KEY;
}

int
paraph_sign_pair_new (const char *tag, ParaphSecret **ret_secret, ParaphSignKey *ret_key)
{
  ParaphSecret *seed = NULL;
  int r;

  r = paraph_secret_new_random ("signing seed", PARAPH_SIGN_SEED_SIZE, &seed);
  if (r < 0)
    return r;
  r = paraph_sign_pair_from_seed (tag, seed, ret_secret, ret_key);
  paraph_secret_free (seed);
  return r;
}

int
paraph_sign_pair_from_seed (const char *tag, const ParaphSecret *seed, ParaphSecret **ret_secret,
                            ParaphSignKey *ret_key)
{
  ParaphSecret *secret = NULL;
  int r;

  if (paraph_secret_size (seed) != PARAPH_SIGN_SEED_SIZE)
    return PARAPH_ERROR_INTERNAL;
  r = paraph_secret_new (tag, PARAPH_SIGN_SECRET_SIZE, &secret);
  if (r < 0)
    return r;
  /* Computes only; its result is always 0. */
  (void) crypto_sign_seed_keypair (ret_key->bytes, paraph_secret_data_mutable (secret),
                                   paraph_secret_data (seed));
  *ret_secret = secret;
  return 0;
}

int
paraph_sign_secret_key (const ParaphSecret *secret, ParaphSignKey *ret_key)
{
  if (paraph_secret_size (secret) != PARAPH_SIGN_SECRET_SIZE)
    return PARAPH_ERROR_INTERNAL;
  memcpy (ret_key->bytes, paraph_secret_data (secret) + PARAPH_SIGN_SEED_SIZE,
          sizeof ret_key->bytes);
  return 0;
}

int
paraph_sign_bytes (const ParaphSecret *secret, const void *bytes, size_t size,
                   ParaphSignature *ret_signature)
{
  ParaphSignature signature;
  ParaphSignKey key;
  int r;

  r = paraph_sign_secret_key (secret, &key);
  if (r < 0)
    return r;
  /* Computes only; its result is always 0. */
  (void) crypto_sign_detached (signature.bytes, NULL, bytes, size, paraph_secret_data (secret));
  if (paraph_sign_verify (&key, bytes, size, &signature) < 0)
    return PARAPH_ERROR_INTERNAL;
  *ret_signature = signature;
  return 0;
}

int
paraph_sign_verify (const ParaphSignKey *key, const void *bytes, size_t size,
                    const ParaphSignature *signature)
{
  int r = crypto_sign_verify_detached (signature->bytes, bytes, size, key->bytes);

  return r == 0 ? 0 : PARAPH_ERROR_SIGNATURE;
}

void
paraph_sign_key_blob (const ParaphSignKey *key, uint8_t ret_blob[static PARAPH_SIGN_KEY_BLOB_SIZE])
{
  memcpy (ret_blob, blob_prefix, BLOB_PREFIX_SIZE);
  memcpy (ret_blob + BLOB_PREFIX_SIZE, key->bytes, sizeof key->bytes);
}

void
paraph_sign_key_id (const ParaphSignKey *key, ParaphId *ret_id)
{
  uint8_t blob[PARAPH_SIGN_KEY_BLOB_SIZE];

  paraph_sign_key_blob (key, blob);
  paraph_sha256 (blob, sizeof blob, ret_id);
}

int
paraph_sign_key_from_blob (const uint8_t *blob, size_t size, ParaphSignKey *ret_key)
{
  ParaphReader reader;
  ParaphSignKey key;
  int r;

  paraph_reader_init (&reader, blob, size);
  paraph_reader_expect (&reader, blob_prefix, BLOB_PREFIX_SIZE);
  paraph_reader_bytes (&reader, key.bytes, sizeof key.bytes);
  r = paraph_reader_finish (&reader);
  if (r < 0)
    return r;
  r = paraph_sign_key_check (&key);
  if (r < 0)
    return r;
  *ret_key = key;
  return 0;
}

void
paraph_sign_key_to_line (const ParaphSignKey *key,
                         char ret_line[static PARAPH_SIGN_KEY_LINE_SIZE + 1])
{
  uint8_t blob[PARAPH_SIGN_KEY_BLOB_SIZE];

  paraph_sign_key_blob (key, blob);
  memcpy (ret_line, LINE_PREFIX, LINE_PREFIX_SIZE);
  sodium_bin2base64 (ret_line + LINE_PREFIX_SIZE, PARAPH_SIGN_KEY_LINE_SIZE - LINE_PREFIX_SIZE + 1,
                     blob, sizeof blob, sodium_base64_VARIANT_ORIGINAL);
}

/* What was parsed is written again and compared: libsodium's decoder of base64 also takes some
 * bytes above 0x7f for digits. */
int
paraph_sign_key_from_line (const char *line, size_t length, ParaphSignKey *ret_key)
{
  uint8_t blob[PARAPH_SIGN_KEY_BLOB_SIZE];
  char rebuilt[PARAPH_SIGN_KEY_LINE_SIZE + 1];
  ParaphSignKey key;
  size_t size = 0;
  int r;

  if (length != PARAPH_SIGN_KEY_LINE_SIZE)
    return PARAPH_ERROR_MALFORMED;
  if (sodium_base642bin (blob, sizeof blob, line + LINE_PREFIX_SIZE, length - LINE_PREFIX_SIZE,
                         NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL)
      != 0)
    return PARAPH_ERROR_MALFORMED;
  r = paraph_sign_key_from_blob (blob, size, &key);
  if (r < 0)
    return r;
  paraph_sign_key_to_line (&key, rebuilt);
  if (!paraph_bytes_equal (line, rebuilt, length))
    return PARAPH_ERROR_MALFORMED;
  *ret_key = key;
  return 0;
}
