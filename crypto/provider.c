#include "crypto/provider.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <signal/signal_protocol.h>
#include <sodium.h>

#include "crypto/secret.h"
#include "crypto/session-random.h"

#define AES_KEY_SIZE 32
#define AES_BLOCK_SIZE 16
#define AES_DATA_SIZE_MAX ((size_t) INT_MAX - 32) /* OpenSSL counts in int; two blocks less */

/* NOTES
 *
 * Some of the library's constructors free what they have only half made when a key derivation
 * fails. HMAC and SHA-512 can fail for want of memory only, a few hundred bytes of it; then the
 * process ends (sodium_misuse) rather than run on with a ratchet in an unknown state.
 *
 * AES-CTR serves version 2 of the library's messages only, which never get here: refused.
 *
 * A wrong padding is the same failure as a wrong MAC: nobody outside may tell them apart. */

struct paraph_provider
{
  EVP_CIPHER *cipher;
};

static void *
allocate_or_die (size_t size)
{
  void *memory = calloc (1, size);

  if (memory == NULL)
    sodium_misuse ();
  return memory;
}

static int
fill_random (uint8_t *data, size_t size, void *user_data)
{
  (void) user_data;
  paraph_session_random (data, size);
  return SG_SUCCESS;
}

static int
hmac_init (void **context, const uint8_t *key, size_t key_size, void *user_data)
{
  crypto_auth_hmacsha256_state *state = allocate_or_die (sizeof *state);

  (void) user_data;
  crypto_auth_hmacsha256_init (state, key, key_size);
  *context = state;
  return SG_SUCCESS;
}

static int
hmac_update (void *context, const uint8_t *data, size_t size, void *user_data)
{
  (void) user_data;
  crypto_auth_hmacsha256_update (context, data, size);
  return SG_SUCCESS;
}

static int
hmac_final (void *context, signal_buffer **output, void *user_data)
{
  uint8_t mac[crypto_auth_hmacsha256_BYTES];
  signal_buffer *buffer;

  (void) user_data;
  crypto_auth_hmacsha256_final (context, mac);
  buffer = signal_buffer_create (mac, sizeof mac);
  paraph_wipe (mac, sizeof mac);
  if (buffer == NULL)
    sodium_misuse ();
  *output = buffer;
  return SG_SUCCESS;
}

static void
hmac_cleanup (void *context, void *user_data)
{
  (void) user_data;
  if (context == NULL)
    return;
  paraph_wipe (context, sizeof (crypto_auth_hmacsha256_state));
  free (context);
}

static int
sha512_init (void **context, void *user_data)
{
  crypto_hash_sha512_state *state = allocate_or_die (sizeof *state);

  (void) user_data;
  crypto_hash_sha512_init (state);
  *context = state;
  return SG_SUCCESS;
}

static int
sha512_update (void *context, const uint8_t *data, size_t size, void *user_data)
{
  (void) user_data;
  crypto_hash_sha512_update (context, data, size);
  return SG_SUCCESS;
}

/* The library goes on using the context: it begins anew. */
static int
sha512_final (void *context, signal_buffer **output, void *user_data)
{
  uint8_t hash[crypto_hash_sha512_BYTES];
  signal_buffer *buffer;

  (void) user_data;
  crypto_hash_sha512_final (context, hash);
  crypto_hash_sha512_init (context);
  buffer = signal_buffer_create (hash, sizeof hash);
  paraph_wipe (hash, sizeof hash);
  if (buffer == NULL)
    sodium_misuse ();
  *output = buffer;
  return SG_SUCCESS;
}

static void
sha512_cleanup (void *context, void *user_data)
{
  (void) user_data;
  if (context == NULL)
    return;
  paraph_wipe (context, sizeof (crypto_hash_sha512_state));
  free (context);
}

typedef struct
{
  const uint8_t *key;
  size_t key_size;
  const uint8_t *iv;
  size_t iv_size;
  const uint8_t *data;
  size_t size;
} AesInput;

static bool
is_valid_input (int cipher, const AesInput *input)
{
  return cipher == SG_CIPHER_AES_CBC_PKCS5 && input->key_size == AES_KEY_SIZE
         && input->iv_size == AES_BLOCK_SIZE && input->size <= AES_DATA_SIZE_MAX;
}

/* PKCS#7 on the way in, checked on the way out. RET_BYTES has room for the data and one block
 * more. Returns how many bytes were written, or a negative code. */
static int
run_aes (const ParaphProvider *self, int is_encryption, const AesInput *input, uint8_t *ret_bytes)
{
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new ();
  int first = 0;
  int last = 0;
  int r = SG_ERR_INVALID_MESSAGE;

  if (context == NULL)
    return SG_ERR_NOMEM;
  if (EVP_CipherInit_ex2 (context, self->cipher, input->key, input->iv, is_encryption, NULL) == 1
      && EVP_CipherUpdate (context, ret_bytes, &first, input->data, (int) input->size) == 1
      && EVP_CipherFinal_ex (context, ret_bytes + first, &last) == 1)
    r = first + last;
  else
    ERR_clear_error ();
  EVP_CIPHER_CTX_free (context);
  return r;
}

static int
run_aes_to_buffer (const ParaphProvider *self, int is_encryption, const AesInput *input,
                   signal_buffer **output)
{
  size_t room = input->size + AES_BLOCK_SIZE;
  uint8_t *bytes = malloc (room);
  signal_buffer *buffer;
  int r;

  if (bytes == NULL)
    return SG_ERR_NOMEM;
  r = run_aes (self, is_encryption, input, bytes);
  if (r >= 0)
    {
      buffer = signal_buffer_create (bytes, (size_t) r);
      if (buffer != NULL)
        *output = buffer;
      r = buffer != NULL ? SG_SUCCESS : SG_ERR_NOMEM;
    }
  paraph_wipe (bytes, room);
  free (bytes);
  return r;
}

/* Parameters dictated by libsignal. */
static int
aes_encrypt (signal_buffer **output, int cipher, const uint8_t *key, size_t key_size,
             const uint8_t *iv, size_t iv_size, const uint8_t *data, size_t size, void *user_data)
{
  const AesInput input = { key, key_size, iv, iv_size, data, size };

  if (!is_valid_input (cipher, &input))
    return SG_ERR_INVAL;
  return run_aes_to_buffer (user_data, 1, &input, output);
}

/* Parameters dictated by libsignal. */
static int
aes_decrypt (signal_buffer **output, int cipher, const uint8_t *key, size_t key_size,
             const uint8_t *iv, size_t iv_size, const uint8_t *data, size_t size, void *user_data)
{
  const AesInput input = { key, key_size, iv, iv_size, data, size };

  if (!is_valid_input (cipher, &input))
    return SG_ERR_INVAL;
  return run_aes_to_buffer (user_data, 0, &input, output);
}

static bool
is_random_alive (void)
{
  uint8_t draws[2][32];

  paraph_session_random (draws[0], sizeof draws[0]);
  paraph_session_random (draws[1], sizeof draws[1]);
  return !paraph_bytes_equal (draws[0], draws[1], sizeof draws[0]);
}

int
paraph_provider_new (ParaphProvider **ret_provider)
{
  ParaphProvider *self;

  if (!is_random_alive ())
    return PARAPH_ERROR_INTERNAL;
  self = calloc (1, sizeof *self);
  if (self == NULL)
    return PARAPH_ERROR_MEMORY;
  self->cipher = EVP_CIPHER_fetch (NULL, "AES-256-CBC", NULL);
  if (self->cipher == NULL)
    {
      ERR_clear_error ();
      free (self);
      return PARAPH_ERROR_INTERNAL;
    }
  *ret_provider = self;
  return PARAPH_OK;
}

void
paraph_provider_free (ParaphProvider *provider)
{
  if (provider == NULL)
    return;
  EVP_CIPHER_free (provider->cipher);
  free (provider);
}

void
paraph_provider_fill (ParaphProvider *provider, signal_crypto_provider *ret_table)
{
  *ret_table = (signal_crypto_provider){
    .random_func = fill_random,
    .hmac_sha256_init_func = hmac_init,
    .hmac_sha256_update_func = hmac_update,
    .hmac_sha256_final_func = hmac_final,
    .hmac_sha256_cleanup_func = hmac_cleanup,
    .sha512_digest_init_func = sha512_init,
    .sha512_digest_update_func = sha512_update,
    .sha512_digest_final_func = sha512_final,
    .sha512_digest_cleanup_func = sha512_cleanup,
    .encrypt_func = aes_encrypt,
    .decrypt_func = aes_decrypt,
    .user_data = provider,
  };
}
