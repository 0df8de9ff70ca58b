#include "crypto/passphrase.h"

#include "crypto/passphrase-floor.h"
#include "tests/support/crypto-test.h"

#define MIB (UINT64_C (1) << 20)

/* This program links the floor of the real one. */

static void
test_floor_is_moderate (void)
{
  ParaphPassphraseCost floor = paraph_passphrase_floor ();

  g_assert_cmpuint (floor.memory, ==, 256 * MIB);
  g_assert_cmpuint (floor.passes, ==, 3);
}

static void
test_costs_are_bounded (void)
{
  static const struct
  {
    ParaphPassphraseCost cost;
    int expected;
  } rows[] = {
    { { 256 * MIB, 3 }, PARAPH_OK },
    { { 2048 * MIB, 16 }, PARAPH_OK },
    { { 256 * MIB - 1024, 3 }, PARAPH_ERROR_LIMIT },
    { { 256 * MIB, 2 }, PARAPH_ERROR_LIMIT },
    { { 256 * MIB + 1, 3 }, PARAPH_ERROR_LIMIT },
    { { 2048 * MIB + 1024, 3 }, PARAPH_ERROR_LIMIT },
    { { 256 * MIB, 17 }, PARAPH_ERROR_LIMIT },
    { { UINT64_MAX, UINT32_MAX }, PARAPH_ERROR_LIMIT },
    { { 0, 0 }, PARAPH_ERROR_LIMIT },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_result (paraph_passphrase_cost_check (&rows[i].cost), rows[i].expected);
}

static void
test_default_follows_the_memory (void)
{
  ParaphPassphraseCost small = paraph_passphrase_cost_for_ram (4096 * MIB);
  ParaphPassphraseCost large = paraph_passphrase_cost_for_ram (8192 * MIB);
  ParaphPassphraseCost nearly = paraph_passphrase_cost_for_ram (7800 * MIB);

  g_assert_cmpuint (small.memory, ==, 512 * MIB);
  g_assert_cmpuint (large.memory, ==, 1024 * MIB);
  g_assert_cmpuint (nearly.memory, ==, 1024 * MIB);
  assert_ok (paraph_passphrase_cost_check (&small));
  assert_ok (paraph_passphrase_cost_check (&large));
}

static void
test_cheap_derivation_is_refused (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *passphrase = NULL;
  ParaphPassphraseCost cheap = { 8192, 1 };
  ParaphPassphraseSalt salt = { { 0 } };
  ParaphSecret *key = NULL;

  assert_ok (paraph_secret_new_copy ("passphrase", "password", 8, &passphrase));
  assert_result (paraph_passphrase_derive (passphrase, &salt, &cheap, &key), PARAPH_ERROR_LIMIT);
  g_assert_null (key);
}

/* The last row of the published table: the floor itself, 256 MiB and three passes. */
static void
test_derives_argon2id_at_the_floor (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *passphrase = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *key = NULL;
  ParaphPassphraseCost cost = paraph_passphrase_floor ();
  ParaphPassphraseSalt salt = { { 0 } };
  char hex[65];

  assert_ok (paraph_secret_new_copy ("passphrase", "password", 8, &passphrase));
  assert_ok (paraph_passphrase_derive (passphrase, &salt, &cost, &key));
  paraph_hex_encode (paraph_secret_data (key), 32, hex);
  g_assert_cmpstr (hex, ==, "13da65d8dde98d509656f20a95ee7bfe7cea757d2b6609334d7a3c965e1b755d");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/passphrase/floor-is-moderate", test_floor_is_moderate);
  g_test_add_func ("/passphrase/costs-are-bounded", test_costs_are_bounded);
  g_test_add_func ("/passphrase/default-follows-the-memory", test_default_follows_the_memory);
  g_test_add_func ("/passphrase/cheap-derivation-is-refused", test_cheap_derivation_is_refused);
  g_test_add_func ("/passphrase/derives-argon2id-at-the-floor", test_derives_argon2id_at_the_floor);
  result = g_test_run ();
  assert_no_secret_lives ();
  return result;
}
