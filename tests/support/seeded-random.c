#include "tests/support/seeded-random.h"

#include <string.h>

#include <sodium.h>

#include "crypto/session-random.h"

static uint32_t current_seed;
static uint64_t draw_count;

void
seeded_random_start (uint32_t seed)
{
  current_seed = seed;
  draw_count = 0;
}

void
paraph_session_random (uint8_t *bytes, size_t size)
{
  uint8_t seed[randombytes_SEEDBYTES] = { 0 };

  draw_count++;
  memcpy (seed, &current_seed, sizeof current_seed);
  memcpy (seed + sizeof current_seed, &draw_count, sizeof draw_count);
  randombytes_buf_deterministic (bytes, size, seed);
}
