#include "crypto/secret.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* NOTES
 *
 * Regions instead of sodium_malloc: that gives each secret three pages and more, so the 8 MiB
 * which a system lets a user lock are gone after some hundred secrets, and from then on it
 * hands out unlocked pages without a word. A region locks 64 KiB once and says so when it is
 * refused.
 *
 * The book-keeping stands outside of the region, in ordinary memory, so that writing past a
 * secret can neither redirect it nor go unseen: a canary follows every secret and is looked at
 * when it is freed. The pages before and after a region are unreadable.
 *
 * The arena is the one mutable global of this folder. Locked memory is a property of the
 * process; to hand an arena through every function would give no second one to choose from.
 * Regions are kept until the process ends, which is what locking the program does. */

#define REGION_SIZE 65536
#define BLOCK_SIZE 64
#define REGION_BLOCKS (REGION_SIZE / BLOCK_SIZE)
#define CANARY_SIZE 16

static_assert (PARAPH_SECRET_SIZE_MAX + CANARY_SIZE <= REGION_SIZE, "the largest secret fits");

typedef struct region Region;

struct region
{
  Region *next;
  uint8_t *pages;
  bool used[REGION_BLOCKS];
};

struct paraph_secret
{
  /* owned */
  uint8_t *data;
  size_t size;
  size_t first_block;
  size_t n_blocks;
  ParaphSecret *next;

  /* borrowed */
  const char *tag;
  Region *region;
};

static struct
{
  pthread_mutex_t mutex;
  Region *regions;
  ParaphSecret *secrets;
  uint8_t canary[CANARY_SIZE];
} arena = { .mutex = PTHREAD_MUTEX_INITIALIZER };

static void
arena_lock (void)
{
  int r = pthread_mutex_lock (&arena.mutex);

  assert (r == 0);
  (void) r; /* only asserted */
}

static void
arena_unlock (void)
{
  int r = pthread_mutex_unlock (&arena.mutex);

  assert (r == 0);
  (void) r; /* only asserted */
}

/* Maps a region between two guard pages and locks it; NULL when the system refuses. */
static uint8_t *
region_map_pages (void)
{
  size_t guard = (size_t) sysconf (_SC_PAGESIZE);
  size_t whole = guard + REGION_SIZE + guard;
  uint8_t *base;
  uint8_t *pages;

  assert (REGION_SIZE % guard == 0);
  base = mmap (NULL, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED)
    return NULL;
  pages = base + guard;
  if (mprotect (pages, REGION_SIZE, PROT_READ | PROT_WRITE) != 0
      || madvise (pages, REGION_SIZE, MADV_DONTDUMP) != 0 || sodium_mlock (pages, REGION_SIZE) != 0)
    {
      (void) munmap (base, whole); /* nothing was ever written there */
      return NULL;
    }
  return pages;
}

static Region *
arena_add_region (void)
{
  Region *region = calloc (1, sizeof *region);

  if (region == NULL)
    return NULL;
  region->pages = region_map_pages ();
  if (region->pages == NULL)
    {
      free (region);
      return NULL;
    }
  if (arena.regions == NULL)
    randombytes_buf (arena.canary, sizeof arena.canary);
  region->next = arena.regions;
  arena.regions = region;
  return region;
}

/* First fit. Returns REGION_BLOCKS when there is no run of N_BLOCKS free ones. */
static size_t
region_find_run (const Region *region, size_t n_blocks)
{
  size_t run = 0;

  for (size_t i = 0; i < REGION_BLOCKS; i++)
    {
      run = region->used[i] ? 0 : run + 1;
      if (run == n_blocks)
        return i + 1 - n_blocks;
    }
  return REGION_BLOCKS;
}

static int
arena_place (ParaphSecret *secret)
{
  Region *region = arena.regions;

  while (region != NULL && region_find_run (region, secret->n_blocks) == REGION_BLOCKS)
    region = region->next;
  if (region == NULL)
    region = arena_add_region ();
  if (region == NULL)
    return PARAPH_ERROR_MEMORY;

  secret->region = region;
  secret->first_block = region_find_run (region, secret->n_blocks);
  secret->data = region->pages + secret->first_block * BLOCK_SIZE;
  for (size_t i = 0; i < secret->n_blocks; i++)
    region->used[secret->first_block + i] = true;
  memset (secret->data, 0, secret->size);
  memcpy (secret->data + secret->size, arena.canary, CANARY_SIZE);
  secret->next = arena.secrets;
  arena.secrets = secret;
  return 0;
}

int
paraph_secret_new (const char *tag, size_t size, ParaphSecret **ret_secret)
{
  ParaphSecret *secret;
  int r;

  if (size == 0 || size > PARAPH_SECRET_SIZE_MAX)
    return PARAPH_ERROR_LIMIT;
  secret = calloc (1, sizeof *secret);
  if (secret == NULL)
    return PARAPH_ERROR_MEMORY;
  secret->tag = tag;
  secret->size = size;
  secret->n_blocks = (size + CANARY_SIZE + BLOCK_SIZE - 1) / BLOCK_SIZE;

  arena_lock ();
  r = arena_place (secret);
  arena_unlock ();
  if (r < 0)
    {
      free (secret);
      return r;
    }
  *ret_secret = secret;
  return 0;
}

int
paraph_secret_new_random (const char *tag, size_t size, ParaphSecret **ret_secret)
{
  int r = paraph_secret_new (tag, size, ret_secret);

  if (r == 0)
    randombytes_buf ((*ret_secret)->data, size);
  return r;
}

int
paraph_secret_new_copy (const char *tag, const void *bytes, size_t size, ParaphSecret **ret_secret)
{
  int r = paraph_secret_new (tag, size, ret_secret);

  if (r == 0)
    memcpy ((*ret_secret)->data, bytes, size);
  return r;
}

int
paraph_secret_new_take (const char *tag, void *bytes, size_t size, ParaphSecret **ret_secret)
{
  int r = paraph_secret_new_copy (tag, bytes, size, ret_secret);

  paraph_wipe (bytes, size);
  return r;
}

static void
arena_remove (ParaphSecret *secret)
{
  ParaphSecret **link = &arena.secrets;

  while (*link != secret)
    {
      assert (*link != NULL);
      link = &(*link)->next;
    }
  *link = secret->next;
  for (size_t i = 0; i < secret->n_blocks; i++)
    secret->region->used[secret->first_block + i] = false;
}

void
paraph_secret_free (ParaphSecret *secret)
{
  bool intact;

  if (secret == NULL)
    return;
  intact = paraph_bytes_equal (secret->data + secret->size, arena.canary, CANARY_SIZE);
  paraph_wipe (secret->data, secret->n_blocks * BLOCK_SIZE);
  assert (intact && "somebody wrote past the end of a secret");
  (void) intact; /* only asserted */

  arena_lock ();
  arena_remove (secret);
  arena_unlock ();
  free (secret);
}

void
paraph_secret_clear (ParaphSecret **secret)
{
  paraph_secret_free (*secret);
  *secret = NULL;
}

const uint8_t *
paraph_secret_data (const ParaphSecret *secret)
{
  return secret->data;
}

uint8_t *
paraph_secret_data_mutable (ParaphSecret *secret)
{
  return secret->data;
}

size_t
paraph_secret_size (const ParaphSecret *secret)
{
  return secret->size;
}

bool
paraph_secret_equal (const ParaphSecret *a, const ParaphSecret *b)
{
  return a->size == b->size && paraph_bytes_equal (a->data, b->data, a->size);
}

size_t
paraph_secret_count (void)
{
  return paraph_secret_list_tags (NULL, 0);
}

size_t
paraph_secret_list_tags (const char **tags, size_t capacity)
{
  size_t n = 0;

  arena_lock ();
  for (const ParaphSecret *secret = arena.secrets; secret != NULL; secret = secret->next)
    {
      if (n < capacity)
        tags[n] = secret->tag;
      n++;
    }
  arena_unlock ();
  return n;
}

void
paraph_wipe (void *bytes, size_t size)
{
  if (size > 0)
    sodium_memzero (bytes, size);
}

bool
paraph_bytes_equal (const void *a, const void *b, size_t size)
{
  return size == 0 || sodium_memcmp (a, b, size) == 0;
}
