/* Invitations, with the last line always put right: what is signed, what is written again. */

#include "crypto/hash.h"
#include "crypto/start.h"
#include "negotiation/card.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static GBytes *
mend (const uint8_t *data, size_t size)
{
  const size_t end_size = sizeof "end \n" - 1 + PARAPH_ID_HEX_SIZE;
  GString *text = g_string_new (NULL);
  char hex[PARAPH_ID_HEX_SIZE + 1];
  ParaphId sum;

  g_string_append_len (text, (const char *) data,
                       (gssize) (size > end_size ? size - end_size : size));
  paraph_sha256 (text->str, text->len, &sum);
  paraph_id_to_hex (&sum, hex);
  g_string_append_printf (text, "end %s\n", hex);
  return g_string_free_to_bytes (text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ParaphCard) card = NULL;
  g_autoptr (GBytes) again = NULL;
  ParaphId hash;

  g_assert (paraph_crypto_start () == 0);
  bytes = mend (data, size);
  card = paraph_card_parse (bytes, PARAPH_CARD_INVITATION, NULL);
  if (card == NULL)
    return 0;
  paraph_card_hash_invitation (card->code, card->records, card->addresses, &hash);
  g_assert (paraph_id_equal (&hash, &card->signed_hash));
  again = paraph_card_write (card->kind, card->code, card->records, card->addresses,
                             &card->invitation, NULL);
  g_assert (again != NULL && g_bytes_equal (again, bytes));
  return 0;
}
