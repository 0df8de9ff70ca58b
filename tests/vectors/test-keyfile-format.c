/* A key file that make-keyfile.py wrote from the table in crypto/keyfile.h: the format stays as it
 * is, or old stores would not open. Linked with tests/support/passphrase-floor.c. */

#include "crypto/keyfile.h"

#include "crypto/keyfile-slots.h"
#include "tests/support/crypto-test.h"

static const char file_hex[] = "7061726170682d73746f72652d6b657900000001101112131415161718191a1b"
                               "1c1d1e1f01010000000000020000000000004000202122232425262728292a2b"
                               "2c2d2e2fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b70c48e479"
                               "f897c67561b11f3fe2561616314f1ee78aa236cd8649ec3b981c044fc96d8986"
                               "3d1c0a230f0ed911b8df80090300000000000000000000000000000000000000"
                               "000000000000000000000000c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3"
                               "d4d5d6d763503338bbfbfde583c3e5dbb264811166a04f286dbced8b61e63ff3"
                               "656cd5dd1d2345693c866d7bcdc530a96451c911000000000000000000000000"
                               "0000000000000000000000000000000000000000000000000000000000000000"
                               "0000000000000000000000000000000000000000000000000000000000000000"
                               "0000000000000000000000000000000000000000000000000000000000000000"
                               "0000000000000000000000000000000000000000000000000000000000000000"
                               "0000000000000000000000000000000000000000000000000000000000000000"
                               "0000000000000000000000000000000000000000000000000000000000000000"
                               "00000000000000030000000000000029e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
                               "8f42a572325c80081a789b8daea012b120272de02df849548477e405c8d29312";
static const char database_hex[] =
    "f56fbc8d7bb6e32e2a91a0faf046406f2a376334f8cb3791a723490acaae8e5b";
static const char journal_hex[] =
    "52a7d0d6f915e973b7b4cc026e562ef90c84e4044f0f9721c894c17561f30c4e";

static void
assert_key (const ParaphSecret *key, const char *expected)
{
  char hex[65];

  g_assert_cmpuint (paraph_secret_size (key), ==, 32);
  paraph_hex_encode (paraph_secret_data (key), 32, hex);
  g_assert_cmpstr (hex, ==, expected);
}

static void
assert_opens (const ParaphCredential *credential, unsigned expected_slot)
{
  PARAPH_SECRET_AUTO ParaphSecret *database = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *journal = NULL;
  uint8_t bytes[PARAPH_KEYFILE_SIZE];
  uint8_t again[PARAPH_KEYFILE_SIZE];
  ParaphKeyfile *keyfile = NULL;
  ParaphKeyfileState state;

  assert_ok (paraph_hex_decode (file_hex, strlen (file_hex), bytes, sizeof bytes));
  assert_ok (paraph_keyfile_open (bytes, sizeof bytes, credential, &keyfile));
  g_assert_cmpuint (paraph_keyfile_opened_slot (keyfile), ==, expected_slot);
  g_assert_true (paraph_keyfile_is_authentic (keyfile));
  paraph_keyfile_state (keyfile, &state);
  g_assert_true (state.initialised && state.closed_cleanly);
  g_assert_cmpuint (state.generation, ==, 41);
  assert_ok (paraph_keyfile_subkey (keyfile, PARAPH_SUBKEY_DB, &database));
  assert_key (database, database_hex);
  assert_ok (paraph_keyfile_journal_key (keyfile, &state, &journal));
  assert_key (journal, journal_hex);
  assert_ok (paraph_keyfile_encode (keyfile, again));
  g_assert_cmpmem (bytes, sizeof bytes, again, sizeof again);
  paraph_keyfile_free (keyfile);
}

static void
test_passphrase_opens (void)
{
  static const char words[] = "six random words of a long list";
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  ParaphCredential credential = { PARAPH_SLOT_PASSPHRASE, NULL, { 0, 0 } };

  assert_ok (paraph_secret_new_copy ("words", words, strlen (words), &secret));
  credential.secret = secret;
  assert_opens (&credential, 0);
}

static void
test_key_file_opens (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  ParaphCredential credential = { PARAPH_SLOT_KEY_FILE, NULL, { 0, 0 } };

  assert_ok (paraph_secret_new ("key", PARAPH_KEYFILE_KEY_SIZE, &secret));
  for (size_t i = 0; i < PARAPH_KEYFILE_KEY_SIZE; i++)
    paraph_secret_data_mutable (secret)[i] = (uint8_t) (0x80 + i);
  credential.secret = secret;
  assert_opens (&credential, 1);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/vectors/keyfile/passphrase-opens", test_passphrase_opens);
  g_test_add_func ("/vectors/keyfile/key-file-opens", test_key_file_opens);
  result = g_test_run ();
  assert_no_secret_lives ();
  return result;
}
