#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/safety.h"

#include <string.h>

#include "crypto/digits.h"
#include "crypto/hash.h"

#define FIRST_LINE "paraph-safety 1\n"

char *
paraph_safety_text (const ParaphDelegation *delegation)
{
  GString *text = g_string_new (FIRST_LINE);
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (&delegation->id, hex);
  g_string_append_printf (text, "delegation: %s\nthreshold: %u\n", hex, delegation->threshold);
  for (guint i = 0; i < delegation->n_custodians; i++)
    {
      const ParaphSignKey *key = &delegation->custodians[i];

      paraph_hex_encode (key->bytes, sizeof key->bytes, hex);
      g_string_append_printf (text, "custodian: %s\n", hex);
    }
  return g_string_free (text, FALSE);
}

/* The hash puts the first line before the others itself. */
static void
make_half (const ParaphDelegation *delegation, ParaphSafetyHalf *ret_half)
{
  g_autofree char *text = paraph_safety_text (delegation);
  const char *lines = text + strlen (FIRST_LINE);

  paraph_digits_safety_half (&delegation->id, lines, strlen (lines), ret_half);
}

char *
paraph_safety_number (const ParaphDelegation *one, const ParaphDelegation *other)
{
  char number[PARAPH_DIGITS_SAFETY_SIZE + 1];
  ParaphSafetyHalf halves[2];

  make_half (one, &halves[0]);
  make_half (other, &halves[1]);
  if (paraph_digits_safety_pair (&halves[0], &halves[1], number) < 0)
    return NULL;
  return g_strdup (number);
}
