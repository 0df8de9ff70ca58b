#include "crypto/content.h"

#include <string.h>

#include <sodium.h>

#include "crypto/hash.h"
#include "crypto/wire.h"

#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define COMMIT_SIZE 32
#define NONCE_OFFSET 1
#define COMMIT_OFFSET (NONCE_OFFSET + NONCE_SIZE)
#define SEALED_OFFSET (COMMIT_OFFSET + COMMIT_SIZE)
#define WRAP_FIELDS_SIZE (1 + 32 + 32 + 4 + 2 + 4 * PARAPH_ID_PREFIX_SIZE + 1)

_Static_assert(PARAPH_CONTENT_OVERHEAD == SEALED_OFFSET + TAG_SIZE, "ciphertext table");
_Static_assert(WRAP_FIELDS_SIZE <= PARAPH_WRAP_SIZE, "wrap table");

static const char content_purpose[] = "paraph-content-1";
static const char commit_purpose[] = "paraph-commit-1";

static int
make_commit (const ParaphSecret *key, const uint8_t *nonce, const uint8_t *sealed, size_t size,
             uint8_t ret_commit[static COMMIT_SIZE])
{
  uint8_t message[sizeof commit_purpose - 1 + NONCE_SIZE + PARAPH_ID_SIZE];
  uint8_t *cursor = message;
  ParaphId hash;

  paraph_sha256 (sealed, size, &hash);
  memcpy (cursor, commit_purpose, sizeof commit_purpose - 1);
  cursor += sizeof commit_purpose - 1;
  memcpy (cursor, nonce, NONCE_SIZE);
  cursor += NONCE_SIZE;
  memcpy (cursor, hash.bytes, sizeof hash.bytes);
  if (crypto_generichash_blake2b (ret_commit, COMMIT_SIZE, message, sizeof message,
                                  paraph_secret_data (key), PARAPH_CONTENT_KEY_SIZE)
      != 0)
    return PARAPH_ERROR_INTERNAL;
  return PARAPH_OK;
}

static int
seal_with (const ParaphSecret *key, const uint8_t *packet, size_t size, uint8_t *ret_bytes)
{
  uint8_t *nonce = ret_bytes + NONCE_OFFSET;
  uint8_t *sealed = ret_bytes + SEALED_OFFSET;
  unsigned long long sealed_size = 0;

  ret_bytes[0] = PARAPH_CONTENT_VERSION;
  randombytes_buf (nonce, NONCE_SIZE);
  if (crypto_aead_xchacha20poly1305_ietf_encrypt (
          sealed, &sealed_size, packet, size, (const uint8_t *) content_purpose,
          sizeof content_purpose - 1, NULL, nonce, paraph_secret_data (key))
      != 0)
    return PARAPH_ERROR_INTERNAL;
  return make_commit (key, nonce, sealed, (size_t) sealed_size, ret_bytes + COMMIT_OFFSET);
}

int
paraph_content_seal (const uint8_t *packet, size_t size, uint8_t *ret_bytes, ParaphSecret **ret_key,
                     ParaphId *ret_hash)
{
  ParaphSecret *key = NULL;
  int r;

  if (size > PARAPH_PACKET_SIZE_MAX)
    return PARAPH_ERROR_LIMIT;
  r = paraph_secret_new_random ("content key", PARAPH_CONTENT_KEY_SIZE, &key);
  if (r != PARAPH_OK)
    return r;
  r = seal_with (key, packet, size, ret_bytes);
  if (r != PARAPH_OK)
    {
      paraph_secret_free (key);
      return r;
    }
  paraph_sha256 (ret_bytes, size + PARAPH_CONTENT_OVERHEAD, ret_hash);
  *ret_key = key;
  return PARAPH_OK;
}

static int
check_content (const uint8_t *bytes, size_t size, const ParaphId *hash, const ParaphSecret *key)
{
  ParaphId found;
  uint8_t commit[COMMIT_SIZE];
  int r;

  if (paraph_secret_size (key) != PARAPH_CONTENT_KEY_SIZE)
    return PARAPH_ERROR_INTERNAL;
  paraph_sha256 (bytes, size, &found);
  if (!paraph_id_equal (&found, hash))
    return PARAPH_ERROR_DECRYPT;
  if (bytes[0] != PARAPH_CONTENT_VERSION)
    return PARAPH_ERROR_INCOMPATIBLE;
  r = make_commit (key, bytes + NONCE_OFFSET, bytes + SEALED_OFFSET, size - SEALED_OFFSET, commit);
  if (r != PARAPH_OK)
    return r;
  if (!paraph_bytes_equal (commit, bytes + COMMIT_OFFSET, COMMIT_SIZE))
    return PARAPH_ERROR_COMMITMENT;
  return PARAPH_OK;
}

int
paraph_content_open (const uint8_t *bytes, size_t size, const ParaphId *hash,
                     const ParaphSecret *key, uint8_t *ret_packet)
{
  int r;

  if (size > PARAPH_CONTENT_SIZE_MAX)
    return PARAPH_ERROR_LIMIT;
  if (size < PARAPH_CONTENT_OVERHEAD)
    return PARAPH_ERROR_MALFORMED;
  r = check_content (bytes, size, hash, key);
  if (r == PARAPH_OK
      && crypto_aead_xchacha20poly1305_ietf_decrypt (
             ret_packet, NULL, NULL, bytes + SEALED_OFFSET, size - SEALED_OFFSET,
             (const uint8_t *) content_purpose, sizeof content_purpose - 1, bytes + NONCE_OFFSET,
             paraph_secret_data (key))
             != 0)
    r = PARAPH_ERROR_DECRYPT;
  if (r != PARAPH_OK && size > PARAPH_CONTENT_OVERHEAD)
    memset (ret_packet, 0, size - PARAPH_CONTENT_OVERHEAD);
  return r;
}

uint16_t
paraph_content_count_pieces (size_t size)
{
  size_t count = size / PARAPH_PIECE_SIZE_MAX + (size % PARAPH_PIECE_SIZE_MAX != 0);

  if (count > UINT16_MAX)
    return UINT16_MAX;
  return count > 0 ? (uint16_t) count : 1;
}

size_t
paraph_content_get_piece_size (size_t size, uint16_t index)
{
  size_t offset = (size_t) index * PARAPH_PIECE_SIZE_MAX;

  if (offset >= size)
    return 0;
  return size - offset < PARAPH_PIECE_SIZE_MAX ? size - offset : PARAPH_PIECE_SIZE_MAX;
}

ParaphIdPrefix
paraph_id_prefix (const ParaphId *id)
{
  ParaphIdPrefix prefix;

  memcpy (prefix.bytes, id->bytes, sizeof prefix.bytes);
  return prefix;
}

/* The wrap. It is written straight into a secret: the writer of crypto/wire.h has ordinary
 * memory. */

static uint8_t *
put (uint8_t *cursor, const void *bytes, size_t size)
{
  memcpy (cursor, bytes, size);
  return cursor + size;
}

static uint8_t *
put_number (uint8_t *cursor, uint32_t value, unsigned int size)
{
  for (unsigned int i = 0; i < size; i++)
    cursor[i] = (uint8_t) (value >> (8 * (size - 1 - i)));
  return cursor + size;
}

static int
check_size (uint32_t size, uint16_t pieces)
{
  if (size > PARAPH_CONTENT_SIZE_MAX)
    return PARAPH_ERROR_LIMIT;
  if (size < PARAPH_CONTENT_OVERHEAD || pieces != paraph_content_count_pieces (size))
    return PARAPH_ERROR_MALFORMED;
  return PARAPH_OK;
}

int
paraph_wrap_encode (const ParaphWrap *wrap, ParaphSecret **ret_plaintext)
{
  ParaphSecret *plaintext = NULL;
  uint8_t *cursor;
  int r;

  if (wrap->key == NULL || paraph_secret_size (wrap->key) != PARAPH_CONTENT_KEY_SIZE
      || check_size (wrap->size, wrap->pieces) != PARAPH_OK)
    return PARAPH_ERROR_INTERNAL;
  r = paraph_secret_new ("wrap", PARAPH_WRAP_SIZE, &plaintext);
  if (r != PARAPH_OK)
    return r;
  cursor = paraph_secret_data_mutable (plaintext);
  cursor = put_number (cursor, PARAPH_WRAP_VERSION, 1);
  cursor = put (cursor, paraph_secret_data (wrap->key), PARAPH_CONTENT_KEY_SIZE);
  cursor = put (cursor, wrap->hash.bytes, sizeof wrap->hash.bytes);
  cursor = put_number (cursor, wrap->size, 4);
  cursor = put_number (cursor, wrap->pieces, 2);
  cursor = put (cursor, wrap->negotiation.bytes, PARAPH_ID_PREFIX_SIZE);
  cursor = put (cursor, wrap->channel.bytes, PARAPH_ID_PREFIX_SIZE);
  cursor = put (cursor, wrap->sender.bytes, PARAPH_ID_PREFIX_SIZE);
  (void) put (cursor, wrap->recipient.bytes, PARAPH_ID_PREFIX_SIZE);
  /* The kem and what follows stay zero. */
  *ret_plaintext = plaintext;
  return PARAPH_OK;
}

static int
check_tail (uint8_t version, uint8_t kem, ParaphView zeros)
{
  if (version != PARAPH_WRAP_VERSION || kem != 0)
    return PARAPH_ERROR_INCOMPATIBLE;
  if (sodium_is_zero (zeros.data, zeros.size) != 1)
    return PARAPH_ERROR_MALFORMED;
  return PARAPH_OK;
}

int
paraph_wrap_decode (const ParaphSecret *plaintext, ParaphWrap *ret_wrap)
{
  ParaphReader reader;
  ParaphWrap wrap = { .key = NULL };
  ParaphView key;
  ParaphView zeros;
  uint8_t version;
  uint8_t kem;
  int r;

  paraph_reader_init (&reader, paraph_secret_data (plaintext), paraph_secret_size (plaintext));
  version = paraph_reader_u8 (&reader);
  key = paraph_reader_view (&reader, PARAPH_CONTENT_KEY_SIZE);
  paraph_reader_bytes (&reader, wrap.hash.bytes, sizeof wrap.hash.bytes);
  wrap.size = paraph_reader_u32 (&reader);
  wrap.pieces = paraph_reader_u16 (&reader);
  paraph_reader_bytes (&reader, wrap.negotiation.bytes, PARAPH_ID_PREFIX_SIZE);
  paraph_reader_bytes (&reader, wrap.channel.bytes, PARAPH_ID_PREFIX_SIZE);
  paraph_reader_bytes (&reader, wrap.sender.bytes, PARAPH_ID_PREFIX_SIZE);
  paraph_reader_bytes (&reader, wrap.recipient.bytes, PARAPH_ID_PREFIX_SIZE);
  kem = paraph_reader_u8 (&reader);
  zeros = paraph_reader_view (&reader, PARAPH_WRAP_SIZE - WRAP_FIELDS_SIZE);
  r = paraph_reader_finish (&reader);
  if (r == PARAPH_OK)
    r = check_tail (version, kem, zeros);
  if (r == PARAPH_OK)
    r = check_size (wrap.size, wrap.pieces);
  if (r == PARAPH_OK)
    r = paraph_secret_new_copy ("content key", key.data, key.size, &wrap.key);
  if (r == PARAPH_OK)
    *ret_wrap = wrap;
  return r;
}

void
paraph_wrap_clear (ParaphWrap *wrap)
{
  paraph_secret_free (wrap->key);
  memset (wrap, 0, sizeof *wrap);
}
