#include "crypto/passphrase.h"

#include <assert.h>
#include <sodium.h>

#include "crypto/passphrase-floor.h"

#define MEMORY_LARGE (UINT64_C (1) << 30)
#define MEMORY_SMALL (UINT64_C (512) << 20)
#define PASSES 4
#define RAM_LARGE (UINT64_C (8) << 30)

/* What the firmware keeps for itself: a machine sold with 8 GiB reports a little less. */
#define RAM_RESERVED (UINT64_C (512) << 20)

static_assert (PARAPH_PASSPHRASE_SALT_SIZE == crypto_pwhash_SALTBYTES, "as libsodium");

ParaphPassphraseCost
paraph_passphrase_cost_for_ram (uint64_t ram)
{
  ParaphPassphraseCost cost = { .memory = MEMORY_SMALL, .passes = PASSES };

  if (ram >= RAM_LARGE - RAM_RESERVED)
    cost.memory = MEMORY_LARGE;
  return cost;
}

int
paraph_passphrase_cost_check (const ParaphPassphraseCost *cost)
{
  ParaphPassphraseCost floor = paraph_passphrase_floor ();

  if (cost->memory < floor.memory || cost->memory > PARAPH_PASSPHRASE_MEMORY_MAX
      || cost->memory % 1024 != 0)
    return PARAPH_ERROR_LIMIT;
  if (cost->passes < floor.passes || cost->passes > PARAPH_PASSPHRASE_PASSES_MAX)
    return PARAPH_ERROR_LIMIT;
  return 0;
}

int
paraph_passphrase_derive (const ParaphSecret *passphrase, const ParaphPassphraseSalt *salt,
                          const ParaphPassphraseCost *cost, ParaphSecret **ret_key)
{
  ParaphSecret *key = NULL;
  const void *text = paraph_secret_data (passphrase);
  int r;

  r = paraph_passphrase_cost_check (cost);
  if (r < 0)
    return r;
  r = paraph_secret_new ("passphrase key", PARAPH_PASSPHRASE_KEY_SIZE, &key);
  if (r < 0)
    return r;
  r = crypto_pwhash (paraph_secret_data_mutable (key), PARAPH_PASSPHRASE_KEY_SIZE, text,
                     paraph_secret_size (passphrase), salt->bytes, cost->passes,
                     (size_t) cost->memory, crypto_pwhash_ALG_ARGON2ID13);
  if (r != 0)
    {
      paraph_secret_free (key);
      return PARAPH_ERROR_MEMORY;
    }
  *ret_key = key;
  return 0;
}
