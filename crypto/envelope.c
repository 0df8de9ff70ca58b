#include "crypto/envelope.h"

#include <string.h>

#include <sodium.h>

#include "crypto/gate.h"
#include "crypto/hash.h"
#include "crypto/wire.h"

#define KEY_SIZE 32
#define NONCE_SIZE PARAPH_ENVELOPE_NONCE_SIZE
#define TAG_SIZE 16
#define REST_OFFSET (NONCE_SIZE + TAG_SIZE)
#define MAC_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define FIRST_OVERHEAD (1 + 1 + 1 + 2 + 4)
#define FURTHER_OVERHEAD (1 + 1 + PARAPH_ID_SIZE + 2 + 4)

_Static_assert(NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "envelope table");
_Static_assert(REST_OFFSET + FIRST_OVERHEAD + PARAPH_SESSION_MESSAGE_SIZE_MAX
                       + PARAPH_PIECE_SIZE_MAX + MAC_SIZE
                   <= PARAPH_ENVELOPE_SIZE_MAX,
               "a whole piece and its wrap fit the ladder");

static const size_t ladder[] = { 1024, 2048, 4096, 8192, 16384, 32768, 49152 };
static const char tag_purpose[] = "paraph-tag-1";
static const uint8_t outer_personal[crypto_generichash_blake2b_PERSONALBYTES + 1] =
    "paraph-outer-v01";

/* The outer key. */

int
paraph_envelope_new_key (ParaphEnvelopeKey *ret_public, ParaphSecret **ret_secret)
{
  ParaphSecret *secret = NULL;
  int r = paraph_secret_new_random ("envelope key", KEY_SIZE, &secret);

  if (r != PARAPH_OK)
    return r;
  if (crypto_scalarmult_base (ret_public->bytes, paraph_secret_data (secret)) != 0)
    {
      paraph_secret_free (secret);
      return PARAPH_ERROR_INTERNAL;
    }
  *ret_secret = secret;
  return PARAPH_OK;
}

static int
check_ends (const ParaphEnvelopeEnd *own, const ParaphSecret *own_secret,
            const ParaphEnvelopeEnd *peer, const ParaphSecret *pair_secret)
{
  uint8_t own_public[KEY_SIZE];

  if (paraph_secret_size (own_secret) != KEY_SIZE
      || (pair_secret != NULL && paraph_secret_size (pair_secret) != PARAPH_PAIR_SECRET_SIZE)
      || paraph_id_equal (&own->device, &peer->device))
    return PARAPH_ERROR_INTERNAL;
  if (crypto_scalarmult_base (own_public, paraph_secret_data (own_secret)) != 0
      || !paraph_bytes_equal (own_public, own->key.bytes, KEY_SIZE))
    return PARAPH_ERROR_INTERNAL;
  return paraph_gate_check_key (peer->key.bytes);
}

static int
hash_outer (const ParaphEnvelopeEnd *lower, const ParaphEnvelopeEnd *higher,
            const ParaphSecret *pair_secret, const ParaphSecret *shared, uint8_t *ret_key)
{
  static const uint8_t zeros[PARAPH_PAIR_SECRET_SIZE];
  crypto_generichash_blake2b_state state;
  int r;

  r = crypto_generichash_blake2b_init_salt_personal (&state, paraph_secret_data (shared), KEY_SIZE,
                                                     KEY_SIZE, NULL, outer_personal);
  r |= crypto_generichash_blake2b_update (
      &state, pair_secret != NULL ? paraph_secret_data (pair_secret) : zeros, sizeof zeros);
  r |= crypto_generichash_blake2b_update (&state, lower->device.bytes, PARAPH_ID_SIZE);
  r |= crypto_generichash_blake2b_update (&state, higher->device.bytes, PARAPH_ID_SIZE);
  r |= crypto_generichash_blake2b_update (&state, lower->key.bytes, KEY_SIZE);
  r |= crypto_generichash_blake2b_update (&state, higher->key.bytes, KEY_SIZE);
  r |= crypto_generichash_blake2b_final (&state, ret_key, KEY_SIZE);
  paraph_wipe (&state, sizeof state);
  return r == 0 ? PARAPH_OK : PARAPH_ERROR_INTERNAL;
}

int
paraph_envelope_derive_key (const ParaphEnvelopeEnd *own, const ParaphSecret *own_secret,
                            const ParaphEnvelopeEnd *peer, const ParaphSecret *pair_secret,
                            ParaphSecret **ret_key)
{
  bool own_is_lower = paraph_id_compare (&own->device, &peer->device) < 0;
  ParaphSecret *shared = NULL;
  ParaphSecret *key = NULL;
  int r;

  r = check_ends (own, own_secret, peer, pair_secret);
  if (r == PARAPH_OK)
    r = paraph_secret_new ("envelope agreement", KEY_SIZE, &shared);
  if (r == PARAPH_OK)
    r = paraph_secret_new ("outer key", KEY_SIZE, &key);
  if (r == PARAPH_OK
      && crypto_scalarmult (paraph_secret_data_mutable (shared), paraph_secret_data (own_secret),
                            peer->key.bytes)
             != 0)
    r = PARAPH_ERROR_KEY;
  if (r == PARAPH_OK)
    r = hash_outer (own_is_lower ? own : peer, own_is_lower ? peer : own, pair_secret, shared,
                    paraph_secret_data_mutable (key));
  paraph_secret_free (shared);
  if (r != PARAPH_OK)
    {
      paraph_secret_free (key);
      return r;
    }
  *ret_key = key;
  return PARAPH_OK;
}

/* Sizes. */

bool
paraph_envelope_size_is_valid (size_t size)
{
  for (size_t i = 0; i < sizeof ladder / sizeof ladder[0]; i++)
    {
      if (ladder[i] == size)
        return true;
    }
  return false;
}

static size_t
find_step (size_t size)
{
  for (size_t i = 0; i < sizeof ladder / sizeof ladder[0]; i++)
    {
      if (ladder[i] >= size)
        return ladder[i];
    }
  return 0;
}

static bool
is_wrap_valid (const ParaphSessionMessage *wrap)
{
  return (wrap->type == 2 || wrap->type == 3) && wrap->size >= PARAPH_SESSION_MESSAGE_SIZE_MIN
         && wrap->size <= PARAPH_SESSION_MESSAGE_SIZE_MAX;
}

size_t
paraph_envelope_get_size (const ParaphEnvelope *envelope)
{
  size_t size = REST_OFFSET + envelope->piece_size + MAC_SIZE;

  if (envelope->piece_size < 1 || envelope->piece_size > PARAPH_PIECE_SIZE_MAX)
    return 0;
  switch (envelope->kind)
    {
    case PARAPH_ENVELOPE_FIRST:
      if (envelope->index != 0 || !is_wrap_valid (&envelope->wrap))
        return 0;
      return find_step (size + FIRST_OVERHEAD + envelope->wrap.size);
    case PARAPH_ENVELOPE_FURTHER:
      if (envelope->index < 1
          || envelope->index >= paraph_content_count_pieces (PARAPH_CONTENT_SIZE_MAX))
        return 0;
      return find_step (size + FURTHER_OVERHEAD);
    }
  return 0;
}

/* Sealing. */

static int
make_tag (const ParaphSecret *key, const uint8_t *nonce, uint8_t ret_tag[static TAG_SIZE])
{
  uint8_t message[sizeof tag_purpose - 1 + NONCE_SIZE];

  memcpy (message, tag_purpose, sizeof tag_purpose - 1);
  memcpy (message + sizeof tag_purpose - 1, nonce, NONCE_SIZE);
  if (crypto_generichash_blake2b (ret_tag, TAG_SIZE, message, sizeof message,
                                  paraph_secret_data (key), KEY_SIZE)
      != 0)
    return PARAPH_ERROR_INTERNAL;
  return PARAPH_OK;
}

/* Nothing in here is secret: a wrap and a piece are ciphertexts. */
static int
write_rest (const ParaphEnvelope *envelope, uint8_t *ret_rest, size_t size)
{
  ParaphWriter writer;
  ParaphView view;
  int r;

  paraph_writer_init (&writer, size);
  paraph_writer_u8 (&writer, PARAPH_ENVELOPE_VERSION);
  paraph_writer_u8 (&writer, (uint8_t) envelope->kind);
  if (envelope->kind == PARAPH_ENVELOPE_FIRST)
    {
      paraph_writer_u8 (&writer, envelope->wrap.type);
      paraph_writer_u16 (&writer, envelope->wrap.size);
      paraph_writer_bytes (&writer, envelope->wrap.bytes, envelope->wrap.size);
    }
  else
    {
      paraph_writer_bytes (&writer, envelope->hash.bytes, sizeof envelope->hash.bytes);
      paraph_writer_u16 (&writer, envelope->index);
    }
  paraph_writer_blob (&writer, envelope->piece, envelope->piece_size);
  if (paraph_writer_size (&writer) < size)
    paraph_writer_zeros (&writer, size - paraph_writer_size (&writer));
  r = paraph_writer_finish (&writer, &view);
  if (r == PARAPH_OK)
    memcpy (ret_rest, view.data, view.size);
  paraph_writer_clear (&writer);
  return r;
}

int
paraph_envelope_seal (const ParaphEnvelope *envelope, const ParaphSecret *key,
                      const ParaphEnvelopeNonce *nonce, uint8_t *ret_bytes, size_t size)
{
  uint8_t *tag = ret_bytes + NONCE_SIZE;
  uint8_t *rest = ret_bytes + REST_OFFSET;
  size_t rest_size;
  int r;

  if (size == 0 || size != paraph_envelope_get_size (envelope)
      || paraph_secret_size (key) != KEY_SIZE)
    return PARAPH_ERROR_INTERNAL;
  rest_size = size - REST_OFFSET - MAC_SIZE;
  r = write_rest (envelope, rest, rest_size);
  if (r != PARAPH_OK)
    return r;
  memcpy (ret_bytes, nonce->bytes, NONCE_SIZE);
  r = make_tag (key, ret_bytes, tag);
  if (r == PARAPH_OK
      && crypto_aead_xchacha20poly1305_ietf_encrypt (rest, NULL, rest, rest_size, tag, TAG_SIZE,
                                                     NULL, ret_bytes, paraph_secret_data (key))
             != 0)
    r = PARAPH_ERROR_INTERNAL;
  return r;
}

/* Opening. */

bool
paraph_envelope_matches (const uint8_t *bytes, size_t size, const ParaphSecret *key)
{
  uint8_t tag[TAG_SIZE];

  if (!paraph_envelope_size_is_valid (size) || paraph_secret_size (key) != KEY_SIZE)
    return false;
  if (make_tag (key, bytes, tag) != PARAPH_OK)
    return false;
  return paraph_bytes_equal (tag, bytes + NONCE_SIZE, TAG_SIZE);
}

static void
read_wrap (ParaphReader *reader, ParaphSessionMessage *ret_wrap)
{
  ret_wrap->type = paraph_reader_u8 (reader);
  ret_wrap->size = paraph_reader_u16 (reader);
  if (!is_wrap_valid (ret_wrap))
    {
      paraph_reader_fail (reader, PARAPH_ERROR_MALFORMED);
      return;
    }
  paraph_reader_bytes (reader, ret_wrap->bytes, ret_wrap->size);
}

static int
read_rest (const uint8_t *rest, size_t size, size_t envelope_size, ParaphEnvelope *ret_envelope)
{
  ParaphReader reader;
  ParaphEnvelope envelope;
  ParaphView piece;
  ParaphView zeros;
  uint8_t version;
  uint8_t kind;
  int r;

  memset (&envelope, 0, sizeof envelope);
  paraph_reader_init (&reader, rest, size);
  version = paraph_reader_u8 (&reader);
  kind = paraph_reader_u8 (&reader);
  if (version != PARAPH_ENVELOPE_VERSION
      || (kind != PARAPH_ENVELOPE_FIRST && kind != PARAPH_ENVELOPE_FURTHER))
    return PARAPH_ERROR_INCOMPATIBLE;
  envelope.kind = kind;
  if (kind == PARAPH_ENVELOPE_FIRST)
    read_wrap (&reader, &envelope.wrap);
  else
    {
      paraph_reader_bytes (&reader, envelope.hash.bytes, sizeof envelope.hash.bytes);
      envelope.index = paraph_reader_u16 (&reader);
    }
  piece = paraph_reader_blob (&reader, PARAPH_PIECE_SIZE_MAX);
  zeros = paraph_reader_view (&reader, paraph_reader_remaining (&reader));
  r = paraph_reader_finish (&reader);
  if (r != PARAPH_OK)
    return PARAPH_ERROR_MALFORMED;
  envelope.piece = piece.data;
  envelope.piece_size = piece.size;
  /* One way to write it: zeros after the piece, and the smallest step that holds it. */
  if (sodium_is_zero (zeros.data, zeros.size) != 1
      || paraph_envelope_get_size (&envelope) != envelope_size)
    return PARAPH_ERROR_MALFORMED;
  *ret_envelope = envelope;
  return PARAPH_OK;
}

int
paraph_envelope_open (const uint8_t *bytes, size_t size, const ParaphSecret *key,
                      uint8_t *ret_buffer, ParaphEnvelope *ret_envelope)
{
  const uint8_t *tag = bytes + NONCE_SIZE;

  if (!paraph_envelope_size_is_valid (size))
    return PARAPH_ERROR_LIMIT;
  if (!paraph_envelope_matches (bytes, size, key))
    return PARAPH_ERROR_DECRYPT;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (ret_buffer, NULL, NULL, bytes + REST_OFFSET,
                                                  size - REST_OFFSET, tag, TAG_SIZE, bytes,
                                                  paraph_secret_data (key))
      != 0)
    return PARAPH_ERROR_DECRYPT;
  return read_rest (ret_buffer, size - REST_OFFSET - MAC_SIZE, size, ret_envelope);
}
