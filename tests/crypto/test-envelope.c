#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "crypto/envelope.h"
#include "crypto/hash.h"
#include "crypto/start.h"
#include "tests/support/memory-sessions.h"

typedef struct
{
  ParaphEnvelopeEnd end;
  ParaphSecret *secret;
} Device;

static uint8_t piece_bytes[PARAPH_PIECE_SIZE_MAX];
static uint8_t sealed[PARAPH_ENVELOPE_SIZE_MAX];
static uint8_t buffer[PARAPH_ENVELOPE_SIZE_MAX];
static const ParaphEnvelopeNonce nonce = { { 9, 8, 7 } };

static Device
make_device (const char *name)
{
  Device device = { .secret = NULL };

  paraph_sha256 (name, strlen (name), &device.end.device);
  g_assert_cmpint (paraph_envelope_new_key (&device.end.key, &device.secret), ==, 0);
  return device;
}

static ParaphSecret *
derive (const Device *own, const Device *peer, const ParaphSecret *pair_secret)
{
  ParaphSecret *key = NULL;

  g_assert_cmpint (
      paraph_envelope_derive_key (&own->end, own->secret, &peer->end, pair_secret, &key), ==, 0);
  return key;
}

static ParaphSecret *
make_key (uint8_t byte)
{
  ParaphSecret *key = NULL;

  g_assert_cmpint (paraph_secret_new ("test", 32, &key), ==, 0);
  memset (paraph_secret_data_mutable (key), byte, 32);
  return key;
}

static ParaphEnvelope
make_first (size_t piece_size)
{
  ParaphEnvelope envelope = { .kind = PARAPH_ENVELOPE_FIRST };

  envelope.wrap.type = 2;
  envelope.wrap.size = 227;
  memset (envelope.wrap.bytes, 0x77, 227);
  envelope.piece = piece_bytes;
  envelope.piece_size = piece_size;
  return envelope;
}

static ParaphEnvelope
make_further (size_t piece_size, uint16_t index)
{
  ParaphEnvelope envelope = { .kind = PARAPH_ENVELOPE_FURTHER, .index = index };

  memset (envelope.hash.bytes, 0x55, sizeof envelope.hash.bytes);
  envelope.piece = piece_bytes;
  envelope.piece_size = piece_size;
  return envelope;
}

static void
test_both_ends_derive_one_key (void)
{
  Device anna = make_device ("anna");
  Device bert = make_device ("bert");
  Device carl = make_device ("carl");
  PARAPH_SECRET_AUTO ParaphSecret *pair = make_key (3);
  PARAPH_SECRET_AUTO ParaphSecret *at_anna = derive (&anna, &bert, NULL);
  PARAPH_SECRET_AUTO ParaphSecret *at_bert = derive (&bert, &anna, NULL);
  PARAPH_SECRET_AUTO ParaphSecret *other = derive (&anna, &carl, NULL);
  PARAPH_SECRET_AUTO ParaphSecret *paired_anna = derive (&anna, &bert, pair);
  PARAPH_SECRET_AUTO ParaphSecret *paired_bert = derive (&bert, &anna, pair);

  g_assert_true (paraph_secret_equal (at_anna, at_bert));
  g_assert_true (paraph_secret_equal (paired_anna, paired_bert));
  g_assert_false (paraph_secret_equal (at_anna, other));
  g_assert_false (paraph_secret_equal (at_anna, paired_anna));
  paraph_secret_free (anna.secret);
  paraph_secret_free (bert.secret);
  paraph_secret_free (carl.secret);
}

/* The key as the table in crypto/envelope.h says, from libsodium alone. */
static void
test_outer_key_follows_its_table (void)
{
  Device anna = make_device ("anna");
  Device bert = make_device ("bert");
  const Device *lower = paraph_id_compare (&anna.end.device, &bert.end.device) < 0 ? &anna : &bert;
  const Device *higher = lower == &anna ? &bert : &anna;
  PARAPH_SECRET_AUTO ParaphSecret *pair = make_key (3);
  PARAPH_SECRET_AUTO ParaphSecret *key = derive (&anna, &bert, pair);
  uint8_t shared[32];
  uint8_t message[5 * 32];
  uint8_t expected[32];

  g_assert_cmpint (crypto_scalarmult (shared, paraph_secret_data (bert.secret), anna.end.key.bytes),
                   ==, 0);
  memset (message, 3, 32);
  memcpy (message + 32, lower->end.device.bytes, 32);
  memcpy (message + 64, higher->end.device.bytes, 32);
  memcpy (message + 96, lower->end.key.bytes, 32);
  memcpy (message + 128, higher->end.key.bytes, 32);
  g_assert_cmpint (crypto_generichash_blake2b_salt_personal (expected, 32, message, sizeof message,
                                                             shared, 32, NULL,
                                                             (const uint8_t *) "paraph-outer-v01"),
                   ==, 0);
  g_assert_cmpmem (expected, 32, paraph_secret_data (key), paraph_secret_size (key));
  paraph_secret_free (anna.secret);
  paraph_secret_free (bert.secret);
}

static void
test_refuses_keys_of_low_order (void)
{
  Device anna = make_device ("anna");
  Device bert = make_device ("bert");
  ParaphSecret *key = NULL;

  memset (bert.end.key.bytes, 0, 32);
  for (uint8_t u = 0; u < 2; u++)
    {
      bert.end.key.bytes[0] = u;
      g_assert_cmpint (paraph_envelope_derive_key (&anna.end, anna.secret, &bert.end, NULL, &key),
                       ==, PARAPH_ERROR_KEY);
    }
  g_assert_cmpint (paraph_envelope_derive_key (&bert.end, bert.secret, &anna.end, NULL, &key), ==,
                   PARAPH_ERROR_INTERNAL);
  g_assert_cmpint (paraph_envelope_derive_key (&anna.end, anna.secret, &anna.end, NULL, &key), ==,
                   PARAPH_ERROR_INTERNAL);
  g_assert_null (key);
  paraph_secret_free (anna.secret);
  paraph_secret_free (bert.secret);
}

static void
assert_round_trip (const ParaphEnvelope *envelope, size_t expected_size)
{
  PARAPH_SECRET_AUTO ParaphSecret *key = make_key (1);
  g_autofree uint8_t *again = g_malloc (expected_size);
  ParaphEnvelope opened;

  g_assert_cmpuint (paraph_envelope_get_size (envelope), ==, expected_size);
  g_assert_cmpint (paraph_envelope_seal (envelope, key, &nonce, sealed, expected_size), ==, 0);
  g_assert_true (paraph_envelope_matches (sealed, expected_size, key));
  g_assert_cmpint (paraph_envelope_open (sealed, expected_size, key, buffer, &opened), ==, 0);
  g_assert_cmpint (opened.kind, ==, envelope->kind);
  g_assert_cmpint (opened.index, ==, envelope->index);
  g_assert_cmpmem (opened.piece, opened.piece_size, envelope->piece, envelope->piece_size);
  g_assert_cmpmem (opened.wrap.bytes, opened.wrap.size, envelope->wrap.bytes, envelope->wrap.size);
  g_assert_true (paraph_id_equal (&opened.hash, &envelope->hash));
  /* One legal form: what was opened seals to the same bytes. */
  g_assert_cmpint (paraph_envelope_seal (&opened, key, &nonce, again, expected_size), ==, 0);
  g_assert_cmpmem (again, expected_size, sealed, expected_size);
}

static void
test_sizes_are_steps_of_the_ladder (void)
{
  static const size_t steps[] = { 1024, 2048, 4096, 8192, 16384, 32768 };

  for (size_t i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      size_t full_first = MIN (steps[i] - 56 - 9 - 227, PARAPH_PIECE_SIZE_MAX);
      size_t full_further = MIN (steps[i] - 56 - 40, PARAPH_PIECE_SIZE_MAX);
      ParaphEnvelope envelope = make_first (full_first);

      assert_round_trip (&envelope, steps[i]);
      envelope = make_further (full_further, 1);
      assert_round_trip (&envelope, steps[i]);
      if (i + 1 < G_N_ELEMENTS (steps))
        {
          envelope = make_first (full_first + 1);
          assert_round_trip (&envelope, steps[i + 1]);
          envelope = make_further (full_further + 1, 528);
          assert_round_trip (&envelope, steps[i + 1]);
        }
    }
}

static void
test_refuses_to_seal_nonsense (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *key = make_key (1);
  ParaphEnvelope envelopes[8];

  for (size_t i = 0; i < G_N_ELEMENTS (envelopes); i++)
    envelopes[i] = i < 5 ? make_first (10) : make_further (10, 1);
  envelopes[0].piece_size = 0;
  envelopes[1].piece_size = PARAPH_PIECE_SIZE_MAX + 1;
  envelopes[2].wrap.type = 4;
  envelopes[3].wrap.size = 199;
  envelopes[4].index = 1;
  envelopes[5].index = 0;
  envelopes[6].index = 529;
  envelopes[7].piece_size = SIZE_MAX;
  for (size_t i = 0; i < G_N_ELEMENTS (envelopes); i++)
    {
      g_assert_cmpuint (paraph_envelope_get_size (&envelopes[i]), ==, 0);
      g_assert_cmpint (paraph_envelope_seal (&envelopes[i], key, &nonce, sealed, 1024), ==,
                       PARAPH_ERROR_INTERNAL);
    }
}

static void
test_only_the_ladder_is_looked_at (void)
{
  static const size_t sizes[] = { 0, 1, 40, 56, 1023, 1025, 3072, 49151, 49153, 65536 };
  PARAPH_SECRET_AUTO ParaphSecret *key = make_key (1);
  ParaphEnvelope opened;

  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_assert_false (paraph_envelope_size_is_valid (sizes[i]));
      g_assert_false (paraph_envelope_matches (NULL, sizes[i], key));
      g_assert_cmpint (paraph_envelope_open (NULL, sizes[i], key, buffer, &opened), ==,
                       PARAPH_ERROR_LIMIT);
    }
  g_assert_true (paraph_envelope_size_is_valid (49152));
}

static void
test_refuses_every_altered_byte (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *key = make_key (1);
  PARAPH_SECRET_AUTO ParaphSecret *other = make_key (2);
  ParaphEnvelope envelope = make_first (100);
  ParaphEnvelope opened;

  g_assert_cmpint (paraph_envelope_seal (&envelope, key, &nonce, sealed, 1024), ==, 0);
  for (size_t i = 0; i < 1024; i++)
    {
      sealed[i] ^= 0x20;
      g_assert_cmpint (paraph_envelope_open (sealed, 1024, key, buffer, &opened), ==,
                       PARAPH_ERROR_DECRYPT);
      sealed[i] ^= 0x20;
    }
  g_assert_false (paraph_envelope_matches (sealed, 1024, other));
  g_assert_cmpint (paraph_envelope_open (sealed, 1024, other, buffer, &opened), ==,
                   PARAPH_ERROR_DECRYPT);
  g_assert_cmpint (paraph_envelope_open (sealed, 1024, key, buffer, &opened), ==, 0);
}

/* Seals REST as it is, tag and all: what a peer who knows the key can make. */
static int
open_rest (const uint8_t *rest, size_t size)
{
  PARAPH_SECRET_AUTO ParaphSecret *key = make_key (1);
  uint8_t message[12 + 24];
  ParaphEnvelope opened;

  memcpy (message, "paraph-tag-1", 12);
  memcpy (message + 12, nonce.bytes, 24);
  memcpy (sealed, nonce.bytes, 24);
  crypto_generichash (sealed + 24, 16, message, sizeof message, paraph_secret_data (key), 32);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + 40, NULL, rest, size - 56, sealed + 24, 16,
                                              NULL, sealed, paraph_secret_data (key));
  return paraph_envelope_open (sealed, size, key, buffer, &opened);
}

static int
open_changed (const ParaphEnvelope *envelope, size_t offset, uint8_t value)
{
  PARAPH_SECRET_AUTO ParaphSecret *key = make_key (1);
  static uint8_t rest[PARAPH_ENVELOPE_SIZE_MAX];
  size_t size = paraph_envelope_get_size (envelope);

  g_assert_cmpint (paraph_envelope_seal (envelope, key, &nonce, sealed, size), ==, 0);
  g_assert_cmpint (crypto_aead_xchacha20poly1305_ietf_decrypt (rest, NULL, NULL, sealed + 40,
                                                               size - 40, sealed + 24, 16, sealed,
                                                               paraph_secret_data (key)),
                   ==, 0);
  rest[offset] = value;
  return open_rest (rest, size);
}

static void
test_refuses_each_wrong_field (void)
{
  ParaphEnvelope first = make_first (100);
  ParaphEnvelope further = make_further (100, 1);
  size_t first_end = 9 + 227 + 100;
  size_t further_end = 40 + 100;

  g_assert_cmpint (open_changed (&first, 0, 1), ==, 0); /* the value that stands there */
  g_assert_cmpint (open_changed (&first, 0, 2), ==, PARAPH_ERROR_INCOMPATIBLE);
  g_assert_cmpint (open_changed (&first, 1, 2), ==, PARAPH_ERROR_INCOMPATIBLE);
  g_assert_cmpint (open_changed (&first, 2, 4), ==, PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (open_changed (&first, 3, 1), ==, PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (open_changed (&first, 4, 199), ==, PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (open_changed (&first, 5 + 227, 1), ==, PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (open_changed (&first, 8 + 227, 0), ==, PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (open_changed (&further, 35, 0), ==, PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (open_changed (&further, 34, 4), ==, PARAPH_ERROR_MALFORMED);
  for (size_t i = first_end; i < 1024 - 56; i++)
    g_assert_cmpint (open_changed (&first, i, 1), ==, PARAPH_ERROR_MALFORMED);
  for (size_t i = further_end; i < 1024 - 56; i++)
    g_assert_cmpint (open_changed (&further, i, 0x80), ==, PARAPH_ERROR_MALFORMED);
}

/* The same contents on a step above the smallest: another form of one envelope. */
static void
test_refuses_more_padding_than_needed (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *key = make_key (1);
  static uint8_t rest[2048];
  ParaphEnvelope first = make_first (100);

  g_assert_cmpint (paraph_envelope_seal (&first, key, &nonce, sealed, 1024), ==, 0);
  g_assert_cmpint (crypto_aead_xchacha20poly1305_ietf_decrypt (rest, NULL, NULL, sealed + 40,
                                                               1024 - 40, sealed + 24, 16, sealed,
                                                               paraph_secret_data (key)),
                   ==, 0);
  g_assert_cmpint (open_rest (rest, 1024), ==, 0);
  g_assert_cmpint (open_rest (rest, 2048), ==, PARAPH_ERROR_MALFORMED);
}

static void
test_nothing_links_two_envelopes (void)
{
  static uint8_t second[1024];
  PARAPH_SECRET_AUTO ParaphSecret *key = make_key (1);
  const ParaphEnvelopeNonce other = { { 1 } };
  ParaphEnvelope envelope = make_first (100);

  g_assert_cmpint (paraph_envelope_seal (&envelope, key, &nonce, sealed, 1024), ==, 0);
  g_assert_cmpint (paraph_envelope_seal (&envelope, key, &other, second, 1024), ==, 0);
  for (size_t i = 0; i + 4 <= 1024; i += 4)
    {
      if (i < 4 || i >= 24)
        g_assert_cmpint (memcmp (sealed + i, second + i, 4), !=, 0);
    }
}

/* A wrap in the envelope of another pair, and in that of another ciphertext. */
static void
test_a_moved_wrap_opens_nothing (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  g_autoptr (MemorySessions) carl = memory_sessions_new ("carl");
  uint8_t contents[2][8 + PARAPH_CONTENT_OVERHEAD];
  ParaphId hashes[2];
  ParaphSecret *keys[2] = { NULL, NULL };
  ParaphWrap wrap = { .size = sizeof contents[0], .pieces = 1 };
  ParaphWrap read = { .key = NULL };
  PARAPH_SECRET_AUTO ParaphSecret *plain = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *received = NULL;
  ParaphSessionMessage message;
  uint8_t opened[8];

  memory_sessions_meet (anna, bert, 5);
  memory_sessions_meet (anna, carl, 5);
  for (int i = 0; i < 2; i++)
    g_assert_cmpint (
        paraph_content_seal ((const uint8_t *) "12345678", 8, contents[i], &keys[i], &hashes[i]),
        ==, 0);
  wrap.key = keys[0];
  wrap.hash = hashes[0];
  wrap.sender = paraph_id_prefix (&anna->device);
  wrap.recipient = paraph_id_prefix (&bert->device);
  g_assert_cmpint (paraph_wrap_encode (&wrap, &plain), ==, 0);
  g_assert_cmpint (paraph_sessions_encrypt (anna->sessions, &bert->device, plain, &message), ==, 0);
  g_assert_cmpint (memory_sessions_receive (carl, anna, &message, 2000, NULL), !=, 0);
  g_assert_cmpint (
      paraph_sessions_decrypt (bert->sessions, &anna->device, &message, 2000, &received), ==, 0);
  g_assert_cmpint (paraph_wrap_decode (received, &read), ==, 0);
  g_assert_cmpint (
      paraph_content_open (contents[1], sizeof contents[1], &read.hash, read.key, opened), ==,
      PARAPH_ERROR_DECRYPT);
  g_assert_cmpint (
      paraph_content_open (contents[1], sizeof contents[1], &hashes[1], read.key, opened), ==,
      PARAPH_ERROR_COMMITMENT);
  g_assert_cmpint (
      paraph_content_open (contents[0], sizeof contents[0], &read.hash, read.key, opened), ==, 0);
  paraph_wrap_clear (&read);
  for (int i = 0; i < 2; i++)
    paraph_secret_free (keys[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  for (size_t i = 0; i < sizeof piece_bytes; i++)
    piece_bytes[i] = (uint8_t) (i * 31 + 1);
  g_test_add_func ("/envelope/both-ends-derive-one-key", test_both_ends_derive_one_key);
  g_test_add_func ("/envelope/outer-key-follows-its-table", test_outer_key_follows_its_table);
  g_test_add_func ("/envelope/refuses-keys-of-low-order", test_refuses_keys_of_low_order);
  g_test_add_func ("/envelope/sizes-are-steps-of-the-ladder", test_sizes_are_steps_of_the_ladder);
  g_test_add_func ("/envelope/refuses-to-seal-nonsense", test_refuses_to_seal_nonsense);
  g_test_add_func ("/envelope/only-the-ladder-is-looked-at", test_only_the_ladder_is_looked_at);
  g_test_add_func ("/envelope/refuses-every-altered-byte", test_refuses_every_altered_byte);
  g_test_add_func ("/envelope/refuses-each-wrong-field", test_refuses_each_wrong_field);
  g_test_add_func ("/envelope/refuses-more-padding-than-needed",
                   test_refuses_more_padding_than_needed);
  g_test_add_func ("/envelope/nothing-links-two-envelopes", test_nothing_links_two_envelopes);
  g_test_add_func ("/envelope/a-moved-wrap-opens-nothing", test_a_moved_wrap_opens_nothing);
  return g_test_run ();
}
