/* The plaintext of a wrap, as a device that we have a session with can send it. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "crypto/content.h"
#include "crypto/start.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
start (void)
{
  static int is_started;

  if (is_started == 0 && paraph_crypto_start () != 0)
    abort ();
  is_started = 1;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  PARAPH_SECRET_AUTO ParaphSecret *plaintext = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *again = NULL;
  ParaphWrap wrap = { .key = NULL };

  start ();
  if (paraph_secret_new_copy ("fuzz", data, size, &plaintext) != 0)
    return 0; /* empty, or larger than any secret */
  if (paraph_wrap_decode (plaintext, &wrap) == 0)
    {
      if (paraph_wrap_encode (&wrap, &again) != 0 || !paraph_secret_equal (plaintext, again))
        abort ();
    }
  paraph_wrap_clear (&wrap);
  return 0;
}
