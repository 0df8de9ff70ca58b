#include "crypto/seal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/wire.h"

#define PURPOSE "paraph-seal-1"
#define KEY_SIZE crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define AAD_SIZE_MAX 1024

static_assert (PARAPH_SEAL_OVERHEAD == NONCE_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "nonce and tag");

static int
place_write (const ParaphSealPlace *place, ParaphWriter *writer, ParaphView *ret_aad)
{
  if (strnlen (place->table, PARAPH_SEAL_NAME_SIZE_MAX + 1) > PARAPH_SEAL_NAME_SIZE_MAX
      || strnlen (place->column, PARAPH_SEAL_NAME_SIZE_MAX + 1) > PARAPH_SEAL_NAME_SIZE_MAX
      || place->row_size > PARAPH_SEAL_ROW_SIZE_MAX)
    return PARAPH_ERROR_LIMIT;
  paraph_writer_text (writer, PURPOSE);
  paraph_writer_text (writer, place->table);
  paraph_writer_text (writer, place->column);
  paraph_writer_blob (writer, place->row, place->row_size);
  paraph_writer_u32 (writer, place->schema);
  paraph_writer_u64 (writer, place->generation);
  return paraph_writer_finish (writer, ret_aad);
}

int
paraph_seal (const ParaphSecret *key, const ParaphSealPlace *place, const void *plain, size_t size,
             uint8_t *ret_sealed)
{
  ParaphWriter writer;
  ParaphView aad;
  int r;

  if (paraph_secret_size (key) != KEY_SIZE)
    return PARAPH_ERROR_INTERNAL;
  paraph_writer_init (&writer, AAD_SIZE_MAX);
  r = place_write (place, &writer, &aad);
  if (r == 0)
    {
      randombytes_buf (ret_sealed, NONCE_SIZE);
      /* Computes only; its result is always 0. */
      (void) crypto_aead_xchacha20poly1305_ietf_encrypt (ret_sealed + NONCE_SIZE, NULL, plain, size,
                                                         aad.data, aad.size, NULL, ret_sealed,
                                                         paraph_secret_data (key));
    }
  paraph_writer_clear (&writer);
  return r;
}

int
paraph_unseal (const ParaphSecret *key, const ParaphSealPlace *place, const void *sealed,
               size_t size, uint8_t *plain)
{
  const uint8_t *nonce = sealed;
  ParaphWriter writer;
  ParaphView aad;
  int r;

  if (paraph_secret_size (key) != KEY_SIZE)
    return PARAPH_ERROR_INTERNAL;
  if (size < PARAPH_SEAL_OVERHEAD)
    return PARAPH_ERROR_MALFORMED;
  paraph_writer_init (&writer, AAD_SIZE_MAX);
  r = place_write (place, &writer, &aad);
  if (r == 0
      && crypto_aead_xchacha20poly1305_ietf_decrypt (plain, NULL, NULL, nonce + NONCE_SIZE,
                                                     size - NONCE_SIZE, aad.data, aad.size, nonce,
                                                     paraph_secret_data (key))
             != 0)
    r = PARAPH_ERROR_DECRYPT;
  paraph_writer_clear (&writer);
  return r;
}

int
paraph_unseal_secret (const ParaphSecret *key, const ParaphSealPlace *place, const void *sealed,
                      size_t size, const char *tag, ParaphSecret **ret_secret)
{
  ParaphSecret *secret = NULL;
  int r;

  if (size < PARAPH_SEAL_OVERHEAD)
    return PARAPH_ERROR_MALFORMED;
  r = paraph_secret_new (tag, size - PARAPH_SEAL_OVERHEAD, &secret);
  if (r < 0)
    return r;
  r = paraph_unseal (key, place, sealed, size, paraph_secret_data_mutable (secret));
  if (r < 0)
    {
      paraph_secret_free (secret);
      return r;
    }
  *ret_secret = secret;
  return 0;
}
