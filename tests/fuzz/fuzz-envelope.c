/* Envelopes: as they come from a carrier, and as somebody who knows the outer key can make them.
 * The first byte of the input chooses. What opens must seal to the same bytes again. */

#include <sodium.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/envelope.h"
#include "crypto/start.h"

#define OVERHEAD 56

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static uint8_t envelope_bytes[PARAPH_ENVELOPE_SIZE_MAX];
static uint8_t again[PARAPH_ENVELOPE_SIZE_MAX];
static uint8_t opened[PARAPH_ENVELOPE_SIZE_MAX];
static ParaphSecret *key;

static void
start (void)
{
  if (key != NULL)
    return;
  if (paraph_crypto_start () != 0 || paraph_secret_new ("fuzz", 32, &key) != 0)
    abort ();
}

static void
try_envelope (const uint8_t *bytes, size_t size)
{
  ParaphEnvelope envelope;
  ParaphEnvelopeNonce nonce;

  if (paraph_envelope_open (bytes, size, key, opened, &envelope) != 0)
    return;
  memcpy (nonce.bytes, bytes, sizeof nonce.bytes);
  if (paraph_envelope_get_size (&envelope) != size
      || paraph_envelope_seal (&envelope, key, &nonce, again, size) != 0
      || memcmp (again, bytes, size) != 0)
    abort ();
}

/* Seals the bytes as the rest of an envelope of the smallest step that holds them. */
static void
try_rest (const uint8_t *rest, size_t size)
{
  static const size_t steps[] = { 1024, 2048, 4096, 8192, 16384, 32768, 49152 };
  static const char purpose[] = "paraph-tag-1";
  uint8_t message[12 + PARAPH_ENVELOPE_NONCE_SIZE] = { 0 };
  size_t step = 0;

  while (step < 7 && steps[step] - OVERHEAD < size)
    step++;
  if (step == 7)
    return;
  memcpy (message, purpose, 12);
  memset (envelope_bytes, 0, steps[step]);
  memcpy (envelope_bytes + 40, rest, size);
  crypto_generichash (envelope_bytes + 24, 16, message, sizeof message, paraph_secret_data (key),
                      32);
  crypto_aead_xchacha20poly1305_ietf_encrypt (envelope_bytes + 40, NULL, envelope_bytes + 40,
                                              steps[step] - OVERHEAD, envelope_bytes + 24, 16, NULL,
                                              envelope_bytes, paraph_secret_data (key));
  try_envelope (envelope_bytes, steps[step]);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  start ();
  if (size == 0)
    return 0;
  if (data[0] == 0)
    try_envelope (data + 1, size - 1);
  else
    try_rest (data + 1, size - 1);
  return 0;
}
