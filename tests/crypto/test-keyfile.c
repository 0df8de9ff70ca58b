#include "crypto/keyfile.h"

#include "crypto/keyfile-slots.h"
#include "crypto/keyfile-text.h"
#include "tests/support/crypto-test.h"

/* Linked with tests/support/passphrase-floor.c: derivations cost next to nothing here. */

#define SLOT_AT(slot) (36 + 104 * (slot))
#define FLAGS_AT 452

typedef struct
{
  ParaphSecret *words;
  ParaphSecret *wrong_words;
  ParaphSecret *random;
  ParaphCredential passphrase;
  ParaphCredential wrong;
  ParaphCredential key_file;
  ParaphKeyfile *keyfile;
  uint8_t bytes[PARAPH_KEYFILE_SIZE];
} Fixture;

/* A key file with a passphrase in slot 0 and a key file in slot 1. */
static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  ParaphPassphraseCost cost = { 8192, 1 };
  ParaphKeyfileState state;
  unsigned slot = 0;

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_secret_new_copy ("words", "six random words", 16, &fixture->words));
  assert_ok (paraph_secret_new_copy ("wrong", "six random swords", 17, &fixture->wrong_words));
  assert_ok (paraph_secret_new_random ("random", 32, &fixture->random));
  fixture->passphrase = (ParaphCredential){ PARAPH_SLOT_PASSPHRASE, fixture->words, cost };
  fixture->wrong = (ParaphCredential){ PARAPH_SLOT_PASSPHRASE, fixture->wrong_words, cost };
  fixture->key_file = (ParaphCredential){ PARAPH_SLOT_KEY_FILE, fixture->random, { 0, 0 } };
  assert_ok (paraph_keyfile_create (&fixture->passphrase, &fixture->keyfile));
  assert_ok (paraph_keyfile_add_slot (fixture->keyfile, &fixture->key_file, &slot));
  g_assert_cmpuint (slot, ==, 1);
  paraph_keyfile_next_state (fixture->keyfile, &state);
  state.initialised = true;
  assert_ok (paraph_keyfile_set_state (fixture->keyfile, &state));
  assert_ok (paraph_keyfile_encode (fixture->keyfile, fixture->bytes));
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  paraph_keyfile_clear (&fixture->keyfile);
  paraph_secret_clear (&fixture->words);
  paraph_secret_clear (&fixture->wrong_words);
  paraph_secret_clear (&fixture->random);
  assert_no_secret_lives ();
}

static int
try_open (const Fixture *fixture, const ParaphCredential *credential, ParaphKeyfile **ret_keyfile)
{
  return paraph_keyfile_open (fixture->bytes, sizeof fixture->bytes, credential, ret_keyfile);
}

static void
assert_refused (const Fixture *fixture, const ParaphCredential *credential, int expected)
{
  ParaphKeyfile *opened = NULL;

  assert_result (try_open (fixture, credential, &opened), expected);
  g_assert_null (opened);
}

static void
assert_same_keys (const ParaphKeyfile *a, const ParaphKeyfile *b)
{
  PARAPH_SECRET_AUTO ParaphSecret *key_a = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *key_b = NULL;

  assert_ok (paraph_keyfile_subkey (a, PARAPH_SUBKEY_DB, &key_a));
  assert_ok (paraph_keyfile_subkey (b, PARAPH_SUBKEY_DB, &key_b));
  g_assert_true (paraph_secret_equal (key_a, key_b));
}

static void
test_every_slot_opens_the_same_store (Fixture *fixture, gconstpointer data)
{
  const ParaphCredential *credentials[] = { &fixture->passphrase, &fixture->key_file };

  (void) data; /* no parameter in these tests */
  for (unsigned i = 0; i < G_N_ELEMENTS (credentials); i++)
    {
      ParaphKeyfile *opened = NULL;
      ParaphKeyfileState state;
      ParaphStoreId id;
      ParaphStoreId same;

      assert_ok (try_open (fixture, credentials[i], &opened));
      g_assert_true (paraph_keyfile_is_authentic (opened));
      g_assert_cmpuint (paraph_keyfile_opened_slot (opened), ==, i);
      paraph_keyfile_state (opened, &state);
      g_assert_true (state.initialised);
      g_assert_false (state.closed_cleanly);
      g_assert_cmpuint (state.generation, ==, 1);
      paraph_keyfile_store_id (opened, &id);
      paraph_keyfile_store_id (fixture->keyfile, &same);
      g_assert_cmpmem (&id, sizeof id, &same, sizeof same);
      assert_same_keys (fixture->keyfile, opened);
      paraph_keyfile_free (opened);
    }
}

static void
test_wrong_passphrase_opens_nothing (Fixture *fixture, gconstpointer data)
{
  ParaphCredential swapped = fixture->key_file;
  uint8_t before[PARAPH_KEYFILE_SIZE];

  (void) data; /* no parameter in these tests */
  memcpy (before, fixture->bytes, sizeof before);
  assert_refused (fixture, &fixture->wrong, PARAPH_ERROR_PASSPHRASE);
  g_assert_cmpmem (before, sizeof before, fixture->bytes, sizeof fixture->bytes);
  /* The right bytes under the wrong type, and a key file of another size. */
  swapped.type = PARAPH_SLOT_RECOVERY;
  assert_refused (fixture, &swapped, PARAPH_ERROR_PASSPHRASE);
  swapped.type = PARAPH_SLOT_KEY_FILE;
  swapped.secret = fixture->words;
  assert_refused (fixture, &swapped, PARAPH_ERROR_PASSPHRASE);
  swapped.type = PARAPH_SLOT_NONE;
  assert_refused (fixture, &swapped, PARAPH_ERROR_INTERNAL);
}

/* Every bit of the file: either the whole file is refused, or it gives the same store key and
 * says that its MAC does not fit. A change of the fixed header is always refused. */
static void
test_one_changed_bit_is_refused_or_harmless (Fixture *fixture, gconstpointer data)
{
  unsigned n_refused = 0;
  unsigned n_harmless = 0;

  (void) data; /* no parameter in these tests */
  for (size_t bit = 0; bit < 8 * sizeof fixture->bytes; bit++)
    {
      ParaphKeyfile *opened = NULL;

      fixture->bytes[bit / 8] ^= (uint8_t) (1U << bit % 8);
      if (try_open (fixture, &fixture->key_file, &opened) == 0)
        {
          n_harmless++;
          g_assert_cmpuint (bit / 8, >=, 36);
          g_assert_false (paraph_keyfile_is_authentic (opened));
          assert_same_keys (fixture->keyfile, opened);
          paraph_keyfile_free (opened);
        }
      else
        n_refused++;
      fixture->bytes[bit / 8] ^= (uint8_t) (1U << bit % 8);
    }
  /* The header and the slot in use; all the rest. */
  g_assert_cmpuint (n_refused, ==, 8 * (36 + 104));
  g_assert_cmpuint (n_harmless, ==, 8 * (512 - 36 - 104));
}

static void
test_any_other_size_is_refused (Fixture *fixture, gconstpointer data)
{
  uint8_t longer[PARAPH_KEYFILE_SIZE + 1] = { 0 };
  ParaphKeyfile *opened = NULL;

  (void) data; /* no parameter in these tests */
  for (size_t size = 0; size < sizeof fixture->bytes; size++)
    assert_result (paraph_keyfile_open (fixture->bytes, size, &fixture->key_file, &opened),
                   PARAPH_ERROR_MALFORMED);
  memcpy (longer, fixture->bytes, sizeof fixture->bytes);
  assert_result (paraph_keyfile_open (longer, sizeof longer, &fixture->key_file, &opened),
                 PARAPH_ERROR_MALFORMED);
  g_assert_null (opened);
}

static void
test_newer_version_is_refused_by_name (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  fixture->bytes[19] = 2;
  assert_refused (fixture, &fixture->key_file, PARAPH_ERROR_INCOMPATIBLE);
  fixture->bytes[0] ^= 1;
  assert_refused (fixture, &fixture->key_file, PARAPH_ERROR_MALFORMED);
}

static void
put_cost (Fixture *fixture, uint8_t passes, uint64_t memory)
{
  fixture->bytes[SLOT_AT (0) + 7] = passes;
  for (size_t i = 0; i < 8; i++)
    fixture->bytes[SLOT_AT (0) + 8 + i] = (uint8_t) (memory >> (56 - 8 * i));
}

/* A swapped cost neither cheapens guessing nor fills the memory: it is refused before any
 * derivation, and the owner of another slot still gets in. */
static void
test_swapped_cost_is_refused (Fixture *fixture, gconstpointer data)
{
  ParaphKeyfile *opened = NULL;

  (void) data; /* no parameter in these tests */
  put_cost (fixture, 0, 8192);
  assert_refused (fixture, &fixture->passphrase, PARAPH_ERROR_LIMIT);
  put_cost (fixture, 1, 4096);
  assert_refused (fixture, &fixture->passphrase, PARAPH_ERROR_LIMIT);
  put_cost (fixture, 17, 8192);
  assert_refused (fixture, &fixture->passphrase, PARAPH_ERROR_LIMIT);
  put_cost (fixture, 1, PARAPH_PASSPHRASE_MEMORY_MAX + 1024);
  assert_refused (fixture, &fixture->passphrase, PARAPH_ERROR_LIMIT);
  put_cost (fixture, 1, 9216);
  assert_refused (fixture, &fixture->passphrase, PARAPH_ERROR_PASSPHRASE);
  assert_ok (try_open (fixture, &fixture->key_file, &opened));
  paraph_keyfile_free (opened);
}

static void
test_cheap_slot_cannot_be_made (Fixture *fixture, gconstpointer data)
{
  ParaphCredential cheap = fixture->passphrase;
  uint8_t after[PARAPH_KEYFILE_SIZE];
  unsigned slot = 77;

  (void) data; /* no parameter in these tests */
  cheap.cost.passes = 0;
  assert_result (paraph_keyfile_add_slot (fixture->keyfile, &cheap, &slot), PARAPH_ERROR_LIMIT);
  assert_result (paraph_keyfile_replace_slot (fixture->keyfile, 0, &cheap), PARAPH_ERROR_LIMIT);
  g_assert_cmpuint (slot, ==, 77);
  assert_ok (paraph_keyfile_encode (fixture->keyfile, after));
  g_assert_cmpmem (after, sizeof after, fixture->bytes, sizeof fixture->bytes);
}

/* A new state over slots of an older file, as a torn write would leave it. */
static void
test_slots_open_under_an_old_state (Fixture *fixture, gconstpointer data)
{
  uint8_t newer[PARAPH_KEYFILE_SIZE];
  ParaphKeyfile *opened = NULL;
  ParaphKeyfileState state;

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_keyfile_replace_slot (fixture->keyfile, 0, &fixture->wrong));
  assert_ok (paraph_keyfile_encode (fixture->keyfile, newer));
  memcpy (fixture->bytes, newer, FLAGS_AT);
  assert_ok (try_open (fixture, &fixture->wrong, &opened));
  g_assert_false (paraph_keyfile_is_authentic (opened));
  paraph_keyfile_next_state (opened, &state);
  assert_ok (paraph_keyfile_set_state (opened, &state));
  assert_ok (paraph_keyfile_encode (opened, fixture->bytes));
  paraph_keyfile_clear (&opened);
  assert_ok (try_open (fixture, &fixture->wrong, &opened));
  g_assert_true (paraph_keyfile_is_authentic (opened));
  paraph_keyfile_free (opened);
}

static void
test_changed_passphrase_shuts_out_the_old (Fixture *fixture, gconstpointer data)
{
  ParaphKeyfile *opened = NULL;

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_keyfile_replace_slot (fixture->keyfile, 0, &fixture->wrong));
  assert_ok (paraph_keyfile_encode (fixture->keyfile, fixture->bytes));
  assert_refused (fixture, &fixture->passphrase, PARAPH_ERROR_PASSPHRASE);
  assert_ok (try_open (fixture, &fixture->wrong, &opened));
  assert_same_keys (fixture->keyfile, opened);
  paraph_keyfile_free (opened);
}

static void
test_there_are_four_slots_and_one_stays (Fixture *fixture, gconstpointer data)
{
  ParaphCredential recovery = fixture->key_file;
  unsigned slot = 0;

  (void) data; /* no parameter in these tests */
  recovery.type = PARAPH_SLOT_RECOVERY;
  assert_ok (paraph_keyfile_add_slot (fixture->keyfile, &recovery, &slot));
  assert_ok (paraph_keyfile_add_slot (fixture->keyfile, &fixture->wrong, &slot));
  g_assert_cmpuint (slot, ==, 3);
  assert_result (paraph_keyfile_add_slot (fixture->keyfile, &fixture->wrong, &slot),
                 PARAPH_ERROR_LIMIT);
  assert_result (paraph_keyfile_replace_slot (fixture->keyfile, 4, &fixture->wrong),
                 PARAPH_ERROR_INTERNAL);
  for (unsigned i = 0; i < 3; i++)
    assert_ok (paraph_keyfile_remove_slot (fixture->keyfile, i));
  g_assert_cmpuint (paraph_keyfile_slot_type (fixture->keyfile, 0), ==, PARAPH_SLOT_NONE);
  g_assert_cmpuint (paraph_keyfile_slot_type (fixture->keyfile, 4), ==, PARAPH_SLOT_NONE);
  assert_result (paraph_keyfile_remove_slot (fixture->keyfile, 0), PARAPH_ERROR_INTERNAL);
  assert_result (paraph_keyfile_remove_slot (fixture->keyfile, 3), PARAPH_ERROR_INTERNAL);
  assert_ok (paraph_keyfile_encode (fixture->keyfile, fixture->bytes));
  assert_refused (fixture, &fixture->passphrase, PARAPH_ERROR_PASSPHRASE);
  assert_refused (fixture, &recovery, PARAPH_ERROR_PASSPHRASE);
}

/* Nothing of a removed slot is left in the file. */
static void
test_removed_slot_is_zeros (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  assert_ok (paraph_keyfile_remove_slot (fixture->keyfile, 0));
  assert_ok (paraph_keyfile_encode (fixture->keyfile, fixture->bytes));
  for (size_t i = 0; i < 104; i++)
    g_assert_cmpuint (fixture->bytes[SLOT_AT (0) + i], ==, 0);
}

static void
test_a_slot_fits_one_store (Fixture *fixture, gconstpointer data)
{
  uint8_t other_bytes[PARAPH_KEYFILE_SIZE];
  ParaphKeyfile *other = NULL;

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_keyfile_create (&fixture->key_file, &other));
  assert_ok (paraph_keyfile_encode (other, other_bytes));
  paraph_keyfile_free (other);
  memcpy (fixture->bytes + SLOT_AT (1), other_bytes + SLOT_AT (0), 104);
  assert_refused (fixture, &fixture->key_file, PARAPH_ERROR_PASSPHRASE);
}

static void
test_generation_only_rises (Fixture *fixture, gconstpointer data)
{
  ParaphKeyfileState before;
  ParaphKeyfileState state;

  (void) data; /* no parameter in these tests */
  paraph_keyfile_state (fixture->keyfile, &before);
  paraph_keyfile_next_state (fixture->keyfile, &state);
  g_assert_cmpuint (state.generation, ==, before.generation + 1);
  g_assert_false (paraph_bytes_equal (state.epoch, before.epoch, sizeof state.epoch));
  assert_ok (paraph_keyfile_set_state (fixture->keyfile, &state));
  assert_result (paraph_keyfile_set_state (fixture->keyfile, &before), PARAPH_ERROR_INTERNAL);
  state.closed_cleanly = true;
  assert_ok (paraph_keyfile_set_state (fixture->keyfile, &state));
  assert_ok (paraph_keyfile_encode (fixture->keyfile, fixture->bytes));
  g_assert_cmpuint (fixture->bytes[FLAGS_AT + 3], ==, 3);
}

static void
test_subkeys_differ (Fixture *fixture, gconstpointer data)
{
  static const ParaphSubkey subkeys[] = { PARAPH_SUBKEY_DB, PARAPH_SUBKEY_BLOBS,
                                          PARAPH_SUBKEY_SECRETS, PARAPH_SUBKEY_HEADERMAC,
                                          PARAPH_SUBKEY_BACKUP };
  ParaphSecret *keys[7] = { NULL };
  ParaphSecret *none = NULL;
  ParaphKeyfileState state;

  (void) data; /* no parameter in these tests */
  for (size_t i = 0; i < G_N_ELEMENTS (subkeys); i++)
    assert_ok (paraph_keyfile_subkey (fixture->keyfile, subkeys[i], &keys[i]));
  paraph_keyfile_state (fixture->keyfile, &state);
  assert_ok (paraph_keyfile_journal_key (fixture->keyfile, &state, &keys[5]));
  state.epoch[0] ^= 1;
  assert_ok (paraph_keyfile_journal_key (fixture->keyfile, &state, &keys[6]));
  assert_result (paraph_keyfile_subkey (fixture->keyfile, PARAPH_SUBKEY_JOURNAL, &none),
                 PARAPH_ERROR_INTERNAL);
  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      for (size_t k = 0; k < i; k++)
        g_assert_false (paraph_secret_equal (keys[i], keys[k]));
    }
  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    paraph_secret_free (keys[i]);
}

static void
test_text_comes_back (Fixture *fixture, gconstpointer data)
{
  PARAPH_SECRET_AUTO ParaphSecret *text = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *key = NULL;
  const void *bytes;

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_keyfile_text_format (fixture->random, &text));
  g_assert_cmpuint (paraph_secret_size (text), ==, PARAPH_KEYFILE_TEXT_SIZE);
  bytes = paraph_secret_data (text);
  assert_ok (paraph_keyfile_text_parse (bytes, paraph_secret_size (text), &key));
  g_assert_true (paraph_secret_equal (key, fixture->random));
  paraph_secret_clear (&text);
  assert_result (paraph_keyfile_text_format (fixture->words, &text), PARAPH_ERROR_INTERNAL);
  g_assert_null (text);
}

static void
test_text_has_one_form (Fixture *fixture, gconstpointer data)
{
#define DIGITS "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  static const struct
  {
    const char *text;
    int expected;
  } rows[] = {
    { "paraph-key-file 1 " DIGITS "\n", PARAPH_OK },
    { "", PARAPH_ERROR_MALFORMED },
    { "paraph-key-file 1 ", PARAPH_ERROR_MALFORMED },
    { "paraph-key-file 1 " DIGITS, PARAPH_ERROR_MALFORMED },
    { "paraph-key-file 1 " DIGITS "\r\n", PARAPH_ERROR_MALFORMED },
    { "paraph-key-file 1 " DIGITS "\n\n", PARAPH_ERROR_MALFORMED },
    { "paraph-key-file 1 " DIGITS "0", PARAPH_ERROR_MALFORMED },
    { "paraph-key-file 1  0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n",
      PARAPH_ERROR_MALFORMED },
    { "paraph-key-file 1 0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\n",
      PARAPH_ERROR_MALFORMED },
    { "paraph-key-file 2 " DIGITS "\n", PARAPH_ERROR_INCOMPATIBLE },
    { "paraph-key-file 10 " DIGITS "\n", PARAPH_ERROR_INCOMPATIBLE },
    { "paraph-key-file x " DIGITS "\n", PARAPH_ERROR_MALFORMED },
  };

  (void) fixture;
  (void) data; /* neither is needed for texts */
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PARAPH_SECRET_AUTO ParaphSecret *key = NULL;

      assert_result (paraph_keyfile_text_parse (rows[i].text, strlen (rows[i].text), &key),
                     rows[i].expected);
      g_assert_true ((key != NULL) == (rows[i].expected == PARAPH_OK));
    }
}

#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  ADD ("/keyfile/every-slot-opens-the-same-store", test_every_slot_opens_the_same_store);
  ADD ("/keyfile/wrong-passphrase-opens-nothing", test_wrong_passphrase_opens_nothing);
  ADD ("/keyfile/one-changed-bit-is-refused-or-harmless",
       test_one_changed_bit_is_refused_or_harmless);
  ADD ("/keyfile/any-other-size-is-refused", test_any_other_size_is_refused);
  ADD ("/keyfile/newer-version-is-refused-by-name", test_newer_version_is_refused_by_name);
  ADD ("/keyfile/swapped-cost-is-refused", test_swapped_cost_is_refused);
  ADD ("/keyfile/cheap-slot-cannot-be-made", test_cheap_slot_cannot_be_made);
  ADD ("/keyfile/slots-open-under-an-old-state", test_slots_open_under_an_old_state);
  ADD ("/keyfile/changed-passphrase-shuts-out-the-old", test_changed_passphrase_shuts_out_the_old);
  ADD ("/keyfile/there-are-four-slots-and-one-stays", test_there_are_four_slots_and_one_stays);
  ADD ("/keyfile/removed-slot-is-zeros", test_removed_slot_is_zeros);
  ADD ("/keyfile/a-slot-fits-one-store", test_a_slot_fits_one_store);
  ADD ("/keyfile/generation-only-rises", test_generation_only_rises);
  ADD ("/keyfile/subkeys-differ", test_subkeys_differ);
  ADD ("/keyfile/text-comes-back", test_text_comes_back);
  ADD ("/keyfile/text-has-one-form", test_text_has_one_form);
  return g_test_run ();
}
