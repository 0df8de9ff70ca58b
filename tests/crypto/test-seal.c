#include "crypto/seal.h"

#include "tests/support/crypto-test.h"

#define PLAIN "private key"
#define PLAIN_SIZE (sizeof PLAIN - 1)
#define SEALED_SIZE (PLAIN_SIZE + PARAPH_SEAL_OVERHEAD)

typedef struct
{
  ParaphSecret *key;
  ParaphSealPlace place;
  uint8_t sealed[SEALED_SIZE];
} Fixture;

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  assert_ok (paraph_secret_new_random ("test", 32, &fixture->key));
  fixture->place = (ParaphSealPlace){ "session", "state", "row", 3, 1, 7 };
  assert_ok (paraph_seal (fixture->key, &fixture->place, PLAIN, PLAIN_SIZE, fixture->sealed));
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  paraph_secret_clear (&fixture->key);
}

static void
test_opens_in_its_place (Fixture *fixture, gconstpointer data)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  uint8_t plain[PLAIN_SIZE];

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_unseal (fixture->key, &fixture->place, fixture->sealed, SEALED_SIZE, plain));
  g_assert_cmpmem (plain, sizeof plain, PLAIN, PLAIN_SIZE);
  assert_ok (paraph_unseal_secret (fixture->key, &fixture->place, fixture->sealed, SEALED_SIZE,
                                   "opened", &secret));
  g_assert_cmpmem (paraph_secret_data (secret), paraph_secret_size (secret), PLAIN, PLAIN_SIZE);
}

/* Any part of the place changed, or shifted between two of its texts. */
static void
test_opens_in_no_other_place (Fixture *fixture, gconstpointer data)
{
  static const ParaphSealPlace others[] = {
    { "sessions", "state", "row", 3, 1, 7 }, { "session", "key", "row", 3, 1, 7 },
    { "session", "state", "row", 2, 1, 7 },  { "session", "state", "rox", 3, 1, 7 },
    { "session", "state", "row", 3, 2, 7 },  { "session", "state", "row", 3, 1, 6 },
    { "sessions", "tate", "row", 3, 1, 7 },  { "session", "stater", "ow", 2, 1, 7 },
  };
  uint8_t plain[PLAIN_SIZE];
  uint8_t zeros[PLAIN_SIZE] = { 0 };

  (void) data; /* no parameter in these tests */
  for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
    {
      ParaphSecret *secret = NULL;

      memset (plain, 1, sizeof plain);
      assert_result (paraph_unseal (fixture->key, &others[i], fixture->sealed, SEALED_SIZE, plain),
                     PARAPH_ERROR_DECRYPT);
      g_assert_cmpmem (plain, sizeof plain, zeros, sizeof zeros);
      assert_result (paraph_unseal_secret (fixture->key, &others[i], fixture->sealed, SEALED_SIZE,
                                           "opened", &secret),
                     PARAPH_ERROR_DECRYPT);
      g_assert_null (secret);
    }
}

static void
test_one_changed_bit_is_refused (Fixture *fixture, gconstpointer data)
{
  uint8_t plain[PLAIN_SIZE];

  (void) data; /* no parameter in these tests */
  for (size_t bit = 0; bit < 8 * SEALED_SIZE; bit++)
    {
      fixture->sealed[bit / 8] ^= (uint8_t) (1U << bit % 8);
      assert_result (
          paraph_unseal (fixture->key, &fixture->place, fixture->sealed, SEALED_SIZE, plain),
          PARAPH_ERROR_DECRYPT);
      fixture->sealed[bit / 8] ^= (uint8_t) (1U << bit % 8);
    }
}

static void
test_any_cut_is_refused (Fixture *fixture, gconstpointer data)
{
  uint8_t plain[PLAIN_SIZE];

  (void) data; /* no parameter in these tests */
  for (size_t size = 0; size < SEALED_SIZE; size++)
    assert_result (paraph_unseal (fixture->key, &fixture->place, fixture->sealed, size, plain),
                   size < PARAPH_SEAL_OVERHEAD ? PARAPH_ERROR_MALFORMED : PARAPH_ERROR_DECRYPT);
}

static void
test_same_plain_seals_differently (Fixture *fixture, gconstpointer data)
{
  uint8_t again[SEALED_SIZE];

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_seal (fixture->key, &fixture->place, PLAIN, PLAIN_SIZE, again));
  g_assert_false (paraph_bytes_equal (fixture->sealed, again, SEALED_SIZE));
}

static void
test_bounds_places_and_keys (Fixture *fixture, gconstpointer data)
{
  PARAPH_SECRET_AUTO ParaphSecret *short_key = NULL;
  ParaphSealPlace place = fixture->place;
  uint8_t row[PARAPH_SEAL_ROW_SIZE_MAX + 1] = { 0 };
  char name[PARAPH_SEAL_NAME_SIZE_MAX + 2] = { 0 };

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_secret_new ("short", 31, &short_key));
  assert_result (paraph_seal (short_key, &place, PLAIN, PLAIN_SIZE, fixture->sealed),
                 PARAPH_ERROR_INTERNAL);
  memset (name, 'n', PARAPH_SEAL_NAME_SIZE_MAX + 1);
  place.table = name;
  assert_result (paraph_seal (fixture->key, &place, PLAIN, PLAIN_SIZE, fixture->sealed),
                 PARAPH_ERROR_LIMIT);
  name[PARAPH_SEAL_NAME_SIZE_MAX] = '\0';
  place.column = name;
  place.row = row;
  place.row_size = PARAPH_SEAL_ROW_SIZE_MAX;
  assert_ok (paraph_seal (fixture->key, &place, PLAIN, PLAIN_SIZE, fixture->sealed));
  place.row_size++;
  assert_result (paraph_seal (fixture->key, &place, PLAIN, PLAIN_SIZE, fixture->sealed),
                 PARAPH_ERROR_LIMIT);
}

static void
test_nothing_can_be_sealed (Fixture *fixture, gconstpointer data)
{
  ParaphSecret *secret = NULL;
  uint8_t byte = 7;

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_seal (fixture->key, &fixture->place, NULL, 0, fixture->sealed));
  assert_ok (
      paraph_unseal (fixture->key, &fixture->place, fixture->sealed, PARAPH_SEAL_OVERHEAD, &byte));
  g_assert_cmpuint (byte, ==, 7);
  assert_result (paraph_unseal_secret (fixture->key, &fixture->place, fixture->sealed,
                                       PARAPH_SEAL_OVERHEAD, "none", &secret),
                 PARAPH_ERROR_LIMIT);
}

#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  ADD ("/seal/opens-in-its-place", test_opens_in_its_place);
  ADD ("/seal/opens-in-no-other-place", test_opens_in_no_other_place);
  ADD ("/seal/one-changed-bit-is-refused", test_one_changed_bit_is_refused);
  ADD ("/seal/any-cut-is-refused", test_any_cut_is_refused);
  ADD ("/seal/same-plain-seals-differently", test_same_plain_seals_differently);
  ADD ("/seal/bounds-places-and-keys", test_bounds_places_and_keys);
  ADD ("/seal/nothing-can-be-sealed", test_nothing_can_be_sealed);
  result = g_test_run ();
  assert_no_secret_lives ();
  return result;
}
