/* Cards and answers: accepted means that writing them again gives the same bytes. The input is
 * also tried with its last line put right, since hardly any mutation hits a SHA-256. */

#include "crypto/hash.h"
#include "crypto/start.h"
#include "negotiation/card.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
try_bytes (GBytes *bytes)
{
  g_autoptr (ParaphCard) card = paraph_card_parse (bytes, PARAPH_CARD_ANY, NULL);
  g_autoptr (GBytes) again = NULL;

  if (card == NULL)
    return;
  again = paraph_card_write (card->kind, card->code, card->records, card->addresses,
                             card->kind == PARAPH_CARD_INVITATION ? &card->invitation : NULL, NULL);
  g_assert (again != NULL && g_bytes_equal (again, bytes));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const size_t end_size = sizeof "end \n" - 1 + PARAPH_ID_HEX_SIZE;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GBytes) mended = NULL;
  GString *text = g_string_new_len ((const char *) data, (gssize) size);
  char hex[PARAPH_ID_HEX_SIZE + 1];
  ParaphId sum;

  g_assert (paraph_crypto_start () == 0);
  try_bytes (bytes);
  g_string_truncate (text, size > end_size ? size - end_size : size);
  paraph_sha256 (text->str, text->len, &sum);
  paraph_id_to_hex (&sum, hex);
  g_string_append_printf (text, "end %s\n", hex);
  mended = g_string_free_to_bytes (text);
  try_bytes (mended);
  return 0;
}
