#include <glib.h>
#include <sodium.h>
#include <string.h>

#include "crypto/content.h"
#include "crypto/hash.h"
#include "crypto/start.h"

static const uint8_t packet[] = "a packet of some bytes";

typedef struct
{
  uint8_t bytes[sizeof packet + PARAPH_CONTENT_OVERHEAD];
  ParaphSecret *key;
  ParaphId hash;
} Sealed;

static Sealed
seal_packet (void)
{
  Sealed sealed = { .key = NULL };

  g_assert_cmpint (
      paraph_content_seal (packet, sizeof packet, sealed.bytes, &sealed.key, &sealed.hash), ==, 0);
  return sealed;
}

static void
test_opens_what_it_sealed (void)
{
  Sealed sealed = seal_packet ();
  Sealed again = seal_packet ();
  uint8_t opened[sizeof packet];
  ParaphId hash;

  g_assert_cmpint (
      paraph_content_open (sealed.bytes, sizeof sealed.bytes, &sealed.hash, sealed.key, opened), ==,
      0);
  g_assert_cmpmem (opened, sizeof opened, packet, sizeof packet);
  paraph_sha256 (sealed.bytes, sizeof sealed.bytes, &hash);
  g_assert_true (paraph_id_equal (&hash, &sealed.hash));
  g_assert_cmpuint (sealed.bytes[0], ==, 1);
  /* The same packet: another key, another nonce. */
  g_assert_false (paraph_secret_equal (sealed.key, again.key));
  g_assert_cmpint (memcmp (sealed.bytes + 1, again.bytes + 1, 24), !=, 0);
  paraph_secret_free (sealed.key);
  paraph_secret_free (again.key);
}

static void
test_seals_an_empty_packet (void)
{
  uint8_t bytes[PARAPH_CONTENT_OVERHEAD];
  PARAPH_SECRET_AUTO ParaphSecret *key = NULL;
  ParaphId hash;
  uint8_t nothing[1];

  g_assert_cmpint (paraph_content_seal (NULL, 0, bytes, &key, &hash), ==, 0);
  g_assert_cmpint (paraph_content_open (bytes, sizeof bytes, &hash, key, nothing), ==, 0);
}

/* The parts as the table in crypto/content.h says, computed here from libsodium alone. */
static void
test_follows_its_table (void)
{
  Sealed sealed = seal_packet ();
  uint8_t message[15 + 24 + 32];
  uint8_t commit[32];
  uint8_t opened[sizeof packet];

  memcpy (message, "paraph-commit-1", 15);
  memcpy (message + 15, sealed.bytes + 1, 24);
  crypto_hash_sha256 (message + 39, sealed.bytes + 57, sizeof sealed.bytes - 57);
  crypto_generichash (commit, 32, message, sizeof message, paraph_secret_data (sealed.key), 32);
  g_assert_cmpmem (commit, 32, sealed.bytes + 25, 32);
  g_assert_cmpint (crypto_aead_xchacha20poly1305_ietf_decrypt (
                       opened, NULL, NULL, sealed.bytes + 57, sizeof sealed.bytes - 57,
                       (const uint8_t *) "paraph-content-1", 16, sealed.bytes + 1,
                       paraph_secret_data (sealed.key)),
                   ==, 0);
  g_assert_cmpmem (opened, sizeof opened, packet, sizeof packet);
  paraph_secret_free (sealed.key);
}

static void
test_refuses_every_altered_byte (void)
{
  Sealed sealed = seal_packet ();
  uint8_t opened[sizeof packet];

  for (size_t i = 0; i < sizeof sealed.bytes; i++)
    {
      sealed.bytes[i] ^= 1;
      g_assert_cmpint (
          paraph_content_open (sealed.bytes, sizeof sealed.bytes, &sealed.hash, sealed.key, opened),
          ==, PARAPH_ERROR_DECRYPT);
      sealed.bytes[i] ^= 1;
    }
  g_assert_cmpint (
      paraph_content_open (sealed.bytes, sizeof sealed.bytes - 1, &sealed.hash, sealed.key, opened),
      ==, PARAPH_ERROR_DECRYPT);
  g_assert_cmpint (paraph_content_open (sealed.bytes, PARAPH_CONTENT_OVERHEAD - 1, &sealed.hash,
                                        sealed.key, opened),
                   ==, PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (paraph_content_open (sealed.bytes, PARAPH_CONTENT_SIZE_MAX + 1u, &sealed.hash,
                                        sealed.key, opened),
                   ==, PARAPH_ERROR_LIMIT);
  paraph_secret_free (sealed.key);
}

/* Opens BYTES under the hash that they have. */
static int
open_as_it_is (const Sealed *sealed, const ParaphSecret *key)
{
  uint8_t opened[sizeof packet];
  uint8_t zeros[sizeof packet] = { 0 };
  ParaphId hash;
  int r;

  memset (opened, 0xaa, sizeof opened);
  paraph_sha256 (sealed->bytes, sizeof sealed->bytes, &hash);
  r = paraph_content_open (sealed->bytes, sizeof sealed->bytes, &hash, key, opened);
  if (r != 0)
    g_assert_cmpmem (opened, sizeof opened, zeros, sizeof zeros);
  return r;
}

static void
test_two_keys_for_one_ciphertext_fail_by_the_commitment (void)
{
  Sealed sealed = seal_packet ();
  PARAPH_SECRET_AUTO ParaphSecret *other = NULL;

  g_assert_cmpint (paraph_secret_new_random ("test", 32, &other), ==, 0);
  g_assert_cmpint (open_as_it_is (&sealed, other), ==, PARAPH_ERROR_COMMITMENT);
  g_assert_cmpint (open_as_it_is (&sealed, sealed.key), ==, 0);
  paraph_secret_free (sealed.key);
}

/* What a cheating sender can make so that the hash fits: each part in turn. */
static void
test_refuses_what_a_cheat_composes (void)
{
  static const struct
  {
    size_t offset;
    int result;
  } cases[] = {
    { 0, PARAPH_ERROR_INCOMPATIBLE },
    { 1, PARAPH_ERROR_COMMITMENT },
    { 25, PARAPH_ERROR_COMMITMENT },
    { 57, PARAPH_ERROR_COMMITMENT },
    { sizeof packet + PARAPH_CONTENT_OVERHEAD - 1, PARAPH_ERROR_COMMITMENT },
  };
  Sealed sealed = seal_packet ();

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      sealed.bytes[cases[i].offset] ^= 1;
      g_assert_cmpint (open_as_it_is (&sealed, sealed.key), ==, cases[i].result);
      sealed.bytes[cases[i].offset] ^= 1;
    }
  paraph_secret_free (sealed.key);
}

static void
test_counts_pieces (void)
{
  const size_t piece = PARAPH_PIECE_SIZE_MAX;

  g_assert_cmpuint (paraph_content_count_pieces (0), ==, 1);
  g_assert_cmpuint (paraph_content_count_pieces (1), ==, 1);
  g_assert_cmpuint (paraph_content_count_pieces (piece), ==, 1);
  g_assert_cmpuint (paraph_content_count_pieces (piece + 1), ==, 2);
  g_assert_cmpuint (paraph_content_count_pieces (PARAPH_CONTENT_SIZE_MAX), ==, 529);
  g_assert_cmpuint (paraph_content_get_piece_size (piece + 1, 0), ==, piece);
  g_assert_cmpuint (paraph_content_get_piece_size (piece + 1, 1), ==, 1);
  g_assert_cmpuint (paraph_content_get_piece_size (piece + 1, 2), ==, 0);
  g_assert_cmpuint (paraph_content_get_piece_size (piece, 1), ==, 0);
}

static ParaphWrap
make_wrap (void)
{
  ParaphWrap wrap = { .size = 3 * PARAPH_PIECE_SIZE_MAX, .pieces = 3 };

  g_assert_cmpint (paraph_secret_new ("test", PARAPH_CONTENT_KEY_SIZE, &wrap.key), ==, 0);
  memset (paraph_secret_data_mutable (wrap.key), 1, PARAPH_CONTENT_KEY_SIZE);
  memset (wrap.hash.bytes, 2, sizeof wrap.hash.bytes);
  memset (wrap.negotiation.bytes, 3, PARAPH_ID_PREFIX_SIZE);
  memset (wrap.channel.bytes, 4, PARAPH_ID_PREFIX_SIZE);
  memset (wrap.sender.bytes, 5, PARAPH_ID_PREFIX_SIZE);
  memset (wrap.recipient.bytes, 6, PARAPH_ID_PREFIX_SIZE);
  return wrap;
}

static void
test_wrap_is_written_as_its_table_says (void)
{
  ParaphWrap wrap = make_wrap ();
  PARAPH_SECRET_AUTO ParaphSecret *plain = NULL;
  g_autofree char *hex = g_malloc0 (2 * PARAPH_WRAP_SIZE + 1);
  g_autoptr (GString) expected = g_string_new ("01");

  g_assert_cmpint (paraph_wrap_encode (&wrap, &plain), ==, 0);
  paraph_hex_encode (paraph_secret_data (plain), paraph_secret_size (plain), hex);
  for (int i = 0; i < 32; i++)
    g_string_append (expected, "01");
  for (int i = 0; i < 32; i++)
    g_string_append (expected, "02");
  g_string_append (expected, "000174000003");
  for (int i = 0; i < 64; i++)
    g_string_append_printf (expected, "0%d", 3 + i / 16);
  for (int i = 0; i < 40; i++)
    g_string_append (expected, "00");
  g_assert_cmpstr (hex, ==, expected->str);
  paraph_wrap_clear (&wrap);
  g_assert_null (wrap.key);
}

static void
test_wrap_reads_what_it_wrote (void)
{
  ParaphWrap wrap = make_wrap ();
  ParaphWrap read = { .key = NULL };
  PARAPH_SECRET_AUTO ParaphSecret *plain = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *again = NULL;

  g_assert_cmpint (paraph_wrap_encode (&wrap, &plain), ==, 0);
  g_assert_cmpint (paraph_wrap_decode (plain, &read), ==, 0);
  g_assert_true (paraph_secret_equal (read.key, wrap.key));
  g_assert_cmpint (paraph_wrap_encode (&read, &again), ==, 0);
  g_assert_true (paraph_secret_equal (plain, again));
  paraph_wrap_clear (&wrap);
  paraph_wrap_clear (&read);
}

/* Writes VALUE at OFFSET of a good wrap and reads that. */
static int
decode_with (size_t offset, uint8_t value)
{
  ParaphWrap wrap = make_wrap ();
  ParaphWrap read = { .key = NULL };
  PARAPH_SECRET_AUTO ParaphSecret *plain = NULL;
  int r;

  g_assert_cmpint (paraph_wrap_encode (&wrap, &plain), ==, 0);
  paraph_secret_data_mutable (plain)[offset] = value;
  r = paraph_wrap_decode (plain, &read);
  paraph_wrap_clear (&wrap);
  paraph_wrap_clear (&read);
  return r;
}

static void
test_wrap_refuses_each_wrong_field (void)
{
  g_assert_cmpint (decode_with (0, 0), ==, PARAPH_ERROR_INCOMPATIBLE);
  g_assert_cmpint (decode_with (0, 2), ==, PARAPH_ERROR_INCOMPATIBLE);
  g_assert_cmpint (decode_with (135, 1), ==, PARAPH_ERROR_INCOMPATIBLE); /* kem */
  g_assert_cmpint (decode_with (65, 2), ==, PARAPH_ERROR_LIMIT);         /* 32 MiB */
  g_assert_cmpint (decode_with (66, 0), ==, PARAPH_ERROR_MALFORMED);     /* pieces do not fit */
  g_assert_cmpint (decode_with (70, 4), ==, PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (decode_with (70, 2), ==, PARAPH_ERROR_MALFORMED);
  for (size_t i = 136; i < PARAPH_WRAP_SIZE; i++)
    g_assert_cmpint (decode_with (i, 1), ==, PARAPH_ERROR_MALFORMED);
}

static void
test_wrap_has_one_length (void)
{
  for (size_t size = PARAPH_WRAP_SIZE - 1; size <= PARAPH_WRAP_SIZE + 1; size += 2)
    {
      PARAPH_SECRET_AUTO ParaphSecret *plain = NULL;
      ParaphWrap read = { .key = NULL };

      g_assert_cmpint (paraph_secret_new ("test", size, &plain), ==, 0);
      paraph_secret_data_mutable (plain)[0] = 1;
      paraph_secret_data_mutable (plain)[68] = 100; /* a size of one piece */
      paraph_secret_data_mutable (plain)[70] = 1;
      g_assert_cmpint (paraph_wrap_decode (plain, &read), ==, PARAPH_ERROR_MALFORMED);
    }
}

static void
test_wrap_refuses_to_write_nonsense (void)
{
  ParaphWrap wrap = make_wrap ();
  ParaphSecret *plain = NULL;

  wrap.pieces = 4;
  g_assert_cmpint (paraph_wrap_encode (&wrap, &plain), ==, PARAPH_ERROR_INTERNAL);
  wrap.size = PARAPH_CONTENT_SIZE_MAX + 1;
  wrap.pieces = 529;
  g_assert_cmpint (paraph_wrap_encode (&wrap, &plain), ==, PARAPH_ERROR_INTERNAL);
  paraph_wrap_clear (&wrap);
  g_assert_cmpint (paraph_wrap_encode (&wrap, &plain), ==, PARAPH_ERROR_INTERNAL);
  g_assert_null (plain);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/content/opens-what-it-sealed", test_opens_what_it_sealed);
  g_test_add_func ("/content/seals-an-empty-packet", test_seals_an_empty_packet);
  g_test_add_func ("/content/follows-its-table", test_follows_its_table);
  g_test_add_func ("/content/refuses-every-altered-byte", test_refuses_every_altered_byte);
  g_test_add_func ("/content/two-keys-for-one-ciphertext-fail-by-the-commitment",
                   test_two_keys_for_one_ciphertext_fail_by_the_commitment);
  g_test_add_func ("/content/refuses-what-a-cheat-composes", test_refuses_what_a_cheat_composes);
  g_test_add_func ("/content/counts-pieces", test_counts_pieces);
  g_test_add_func ("/wrap/is-written-as-its-table-says", test_wrap_is_written_as_its_table_says);
  g_test_add_func ("/wrap/reads-what-it-wrote", test_wrap_reads_what_it_wrote);
  g_test_add_func ("/wrap/refuses-each-wrong-field", test_wrap_refuses_each_wrong_field);
  g_test_add_func ("/wrap/has-one-length", test_wrap_has_one_length);
  g_test_add_func ("/wrap/refuses-to-write-nonsense", test_wrap_refuses_to_write_nonsense);
  return g_test_run ();
}
