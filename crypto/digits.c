#include "crypto/digits.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/hash.h"

#define GROUP_DIGITS 5
#define GROUP_MODULUS 100000
#define CODE_GROUPS (PARAPH_DIGITS_CODE_BYTES / PARAPH_DIGITS_GROUP_BYTES)
#define HISTORY_MEMORY ((size_t) 64 << 20)
#define HISTORY_PASSES 2
#define SAFETY_PURPOSE "paraph-safety 1\n"

static_assert (PARAPH_DIGITS_CODE_SIZE == CODE_GROUPS * (GROUP_DIGITS + 1) - 1, "six groups");
static_assert (PARAPH_DIGITS_SAFETY_SIZE == 2 * PARAPH_DIGITS_CODE_SIZE + 1, "twelve groups");

/* The salt is fixed: both sides must come to the same digits, knowing the history only. */
static const uint8_t history_salt[crypto_pwhash_SALTBYTES] = { 'p', 'a', 'r', 'a', 'p', 'h',
                                                               '-', 'h', 'i', 's', 't', 'o',
                                                               'r', 'y', '-', '1' };

void
paraph_digits_format (const uint8_t *bytes, size_t n_groups, char *ret_text)
{
  for (size_t group = 0; group < n_groups; group++)
    {
      char *text = ret_text + group * (GROUP_DIGITS + 1);
      uint64_t value = 0;

      for (size_t i = 0; i < PARAPH_DIGITS_GROUP_BYTES; i++)
        value = value << 8 | bytes[group * PARAPH_DIGITS_GROUP_BYTES + i];
      value %= GROUP_MODULUS;
      for (size_t i = GROUP_DIGITS; i > 0; i--)
        {
          text[i - 1] = (char) ('0' + value % 10);
          value /= 10;
        }
      text[GROUP_DIGITS] = group + 1 < n_groups ? ' ' : '\0';
    }
}

int
paraph_digits_history (const void *text, size_t size,
                       char ret_code[static PARAPH_DIGITS_CODE_SIZE + 1])
{
  uint8_t bytes[PARAPH_DIGITS_CODE_BYTES];

  if (crypto_pwhash (bytes, sizeof bytes, text, size, history_salt, HISTORY_PASSES, HISTORY_MEMORY,
                     crypto_pwhash_ALG_ARGON2ID13)
      != 0)
    return PARAPH_ERROR_MEMORY;
  paraph_digits_format (bytes, CODE_GROUPS, ret_code);
  return 0;
}

void
paraph_digits_safety_half (const ParaphId *delegation, const void *lines, size_t size,
                           ParaphSafetyHalf *ret_half)
{
  uint8_t hash[crypto_hash_sha512_BYTES];
  crypto_hash_sha512_state state;

  /* These compute only; their results are always 0. */
  (void) crypto_hash_sha512_init (&state);
  (void) crypto_hash_sha512_update (&state, (const uint8_t *) SAFETY_PURPOSE,
                                    sizeof SAFETY_PURPOSE - 1);
  if (size > 0)
    (void) crypto_hash_sha512_update (&state, lines, size);
  (void) crypto_hash_sha512_final (&state, hash);
  ret_half->delegation = *delegation;
  memcpy (ret_half->bytes, hash, sizeof ret_half->bytes);
}

int
paraph_digits_safety_pair (const ParaphSafetyHalf *one, const ParaphSafetyHalf *other,
                           char ret_number[static PARAPH_DIGITS_SAFETY_SIZE + 1])
{
  int order = paraph_id_compare (&one->delegation, &other->delegation);
  const ParaphSafetyHalf *first = order < 0 ? one : other;
  const ParaphSafetyHalf *second = order < 0 ? other : one;

  if (order == 0)
    return PARAPH_ERROR_INTERNAL;
  paraph_digits_format (first->bytes, CODE_GROUPS, ret_number);
  ret_number[PARAPH_DIGITS_CODE_SIZE] = ' ';
  paraph_digits_format (second->bytes, CODE_GROUPS, ret_number + PARAPH_DIGITS_CODE_SIZE + 1);
  return 0;
}
