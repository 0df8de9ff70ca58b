#include "tests/flow/fixed-outside.h"

#include <string.h>

#include <sodium.h>

#include "app/home.h"

#define SIZES 65 /* draws of more bytes share the last sequence */

static guint32 fixed_seed;
static gint64 fixed_now;
static guint64 fixed_draws[SIZES];
static guint64 fixed_sodium_draws;

static void
draw (void *bytes, gsize size, guint32 sequence, guint64 number)
{
  guint8 seed[randombytes_SEEDBYTES] = { 0 };

  memcpy (seed, &fixed_seed, sizeof fixed_seed);
  memcpy (seed + 4, &sequence, sizeof sequence);
  memcpy (seed + 8, &number, sizeof number);
  randombytes_buf_deterministic (bytes, size, seed);
}

/* libsodium */

static const char *
get_name (void)
{
  return "fixed";
}

static void
draw_for_sodium (void *const bytes, const size_t size)
{
  draw (bytes, size, G_MAXUINT32, fixed_sodium_draws++);
}

static uint32_t
draw_number (void)
{
  uint32_t number = 0;

  draw_for_sodium (&number, sizeof number);
  return number;
}

static randombytes_implementation fixed_sodium = { .implementation_name = get_name,
                                                   .random = draw_number,
                                                   .buf = draw_for_sodium };

void
fixed_outside_start (guint32 seed, gint64 now)
{
  fixed_seed = seed;
  fixed_now = now;
  fixed_sodium_draws = 0;
  memset (fixed_draws, 0, sizeof fixed_draws);
  g_assert_cmpint (randombytes_set_implementation (&fixed_sodium), ==, 0);
}

void
fixed_outside_wait (gint64 seconds)
{
  fixed_now += seconds;
}

/* app/home-outside.c */

gint64
paraph_home_now (void)
{
  return fixed_now;
}

void
paraph_home_random (gpointer bytes, gsize size)
{
  guint sequence = (guint) MIN (size, SIZES - 1);

  draw (bytes, size, sequence, fixed_draws[sequence]++);
}
