#include "crypto/gate.h"

#include <stdbool.h>
#include <string.h>

#include <sodium.h>

#define POINT_PREFIX 0x05

/* NOTES
 *
 * libsodium's own refusal (a list of low-order points, and a product of zero) reads u modulo p
 * and drops the top bit, so one key has several writings; here exactly one is legal. The scalar
 * is any fixed number: whether the product is zero does not depend on it, because the clamping
 * makes every scalar a multiple of the cofactor. */
static const uint8_t fixed_scalar[crypto_scalarmult_SCALARBYTES] = { 0x50, 0x61, 0x72, 0x61 };

static bool
is_below_p (const uint8_t u[static PARAPH_GATE_KEY_SIZE])
{
  if (u[31] != 0x7f)
    return u[31] < 0x7f;
  for (size_t i = 30; i > 0; i--)
    {
      if (u[i] != 0xff)
        return true;
    }
  return u[0] < 0xed;
}

int
paraph_gate_check_key (const uint8_t u[static PARAPH_GATE_KEY_SIZE])
{
  uint8_t product[crypto_scalarmult_BYTES];

  if (!is_below_p (u))
    return PARAPH_ERROR_KEY;
  if (crypto_scalarmult (product, fixed_scalar, u) != 0)
    return PARAPH_ERROR_KEY;
  return PARAPH_OK;
}

int
paraph_gate_check_point (const uint8_t *point, size_t size, ParaphSessionKey *ret_key)
{
  int r;

  if (size != PARAPH_GATE_POINT_SIZE || point[0] != POINT_PREFIX)
    return PARAPH_ERROR_KEY;
  r = paraph_gate_check_key (point + 1);
  if (r != PARAPH_OK)
    return r;
  memcpy (ret_key->bytes, point + 1, sizeof ret_key->bytes);
  return PARAPH_OK;
}
