/* negotiation/card.h: files between homes, whole or not at all. */

#include "crypto/start.h"
#include "negotiation/card.h"
#include "tests/negotiation/exchange-test.h"

#define END_SIZE 69
#define CONVENER_KEY "93769bcbc5254960f7d5f37200a28861e929a114b86f2e74b53c3928a267cb66"
#define OTHER_KEY "ade23311535df7d123572849c31d6acb904700a4c5a19b7e175cfc648131ef91"

static GBytes *
again (GBytes *bytes, GError **error)
{
  g_autoptr (ParaphCard) card = paraph_card_parse (bytes, PARAPH_CARD_ANY, error);

  if (card == NULL)
    return NULL;
  return paraph_card_write (card->kind, card->code, card->records, card->addresses,
                            card->kind == PARAPH_CARD_INVITATION ? &card->invitation : NULL, error);
}

/* The text with a fitting last line. */
static GBytes *
end (const char *text, gsize size)
{
  GString *file = g_string_new (NULL);
  char hex[PARAPH_ID_HEX_SIZE + 1];
  ParaphId sum;

  paraph_sha256 (text, size, &sum);
  paraph_id_to_hex (&sum, hex);
  g_string_append_len (file, text, (gssize) size);
  g_string_append_printf (file, "end %s\n", hex);
  return g_string_free_to_bytes (file);
}

static GBytes *
mend (GBytes *bytes)
{
  gsize size = g_bytes_get_size (bytes);

  return end (g_bytes_get_data (bytes, NULL), size > END_SIZE ? size - END_SIZE : size);
}

static void
test_vectors (void)
{
  static const struct
  {
    const char *name;
    ParaphCardKind kind;
    guint records;
    guint identity;
    guint addresses;
  } cases[] = {
    { "card.txt", PARAPH_CARD_CARD, 3, 3, 2 },
    { "invitation.txt", PARAPH_CARD_INVITATION, 3, 2, 1 },
    { "answer.txt", PARAPH_CARD_ANSWER, 3, 2, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = read_vector (cases[i].name);
      g_autoptr (ParaphCard) card = NULL;
      g_autoptr (GError) error = NULL;

      assert_same (bytes, again);
      card = paraph_card_parse (bytes, cases[i].kind, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (card->records->len, ==, cases[i].records);
      g_assert_cmpuint (paraph_card_count_identity (card), ==, cases[i].identity);
      g_assert_cmpuint (card->addresses->len, ==, cases[i].addresses);
    }
}

static void
test_expected_kind (void)
{
  g_autoptr (GBytes) bytes = read_vector ("card.txt");
  g_autoptr (GError) error = NULL;

  g_assert_null (paraph_card_parse (bytes, PARAPH_CARD_INVITATION, &error));
  g_assert_error (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_MALFORMED);
  g_assert_nonnull (strstr (error->message, "an invitation was expected"));
}

static void
test_invitation_signature (void)
{
  g_autoptr (GBytes) bytes = read_vector ("invitation.txt");
  g_autoptr (GBytes) changed = replaced (bytes, "\nfor ", "\nfor X");
  g_autoptr (GBytes) mended = mend (changed);
  g_autoptr (ParaphCard) card = paraph_card_parse (bytes, PARAPH_CARD_ANY, NULL);
  g_autoptr (ParaphCard) other = paraph_card_parse (mended, PARAPH_CARD_ANY, NULL);
  ParaphSignKey key;
  ParaphSignKey wrong;
  ParaphId hash;

  g_assert_cmpint (paraph_hex_decode (CONVENER_KEY, 64, key.bytes, 32), ==, 0);
  g_assert_cmpint (paraph_hex_decode (OTHER_KEY, 64, wrong.bytes, 32), ==, 0);
  paraph_card_hash_invitation (card->code, card->records, card->addresses, &hash);
  g_assert_true (paraph_id_equal (&hash, &card->signed_hash));
  g_assert_true (paraph_card_verify_invitation (card, &key, NULL));
  g_assert_false (paraph_card_verify_invitation (card, &wrong, NULL));
  g_assert_nonnull (other);
  g_assert_false (paraph_card_verify_invitation (other, &key, NULL));
}

static void
test_refuses_other_orders (void)
{
  g_autoptr (GBytes) bytes = read_vector ("invitation.txt");
  g_autoptr (ParaphCard) card = paraph_card_parse (bytes, PARAPH_CARD_ANY, NULL);
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  g_assert_null (
      paraph_card_write (PARAPH_CARD_CARD, NULL, card->records, card->addresses, NULL, NULL));
  g_assert_null (
      paraph_card_write (PARAPH_CARD_ANSWER, NULL, card->records, card->addresses, NULL, NULL));
  g_assert_null (paraph_card_write (PARAPH_CARD_INVITATION, card->code, card->records,
                                    card->addresses, NULL, NULL));
  g_assert_null (paraph_card_write (PARAPH_CARD_INVITATION, card->code, card->records, none,
                                    &card->invitation, NULL));
  g_assert_null (paraph_card_write (PARAPH_CARD_INVITATION, "a", card->records, card->addresses,
                                    &card->invitation, NULL));
  g_assert_null (paraph_card_write (PARAPH_CARD_CARD, NULL, none, none, NULL, NULL));
  g_ptr_array_add (records, g_ptr_array_index (card->records, 1));
  g_assert_null (paraph_card_write (PARAPH_CARD_CARD, NULL, records, none, NULL, NULL));
  g_ptr_array_add (records, g_ptr_array_index (card->records, 0));
  g_assert_null (paraph_card_write (PARAPH_CARD_CARD, NULL, records, none, NULL, NULL));
}

static void
test_refuses_other_spellings (void)
{
  static const char *const cases[][2] = {
    { "paraph-card 1", "paraph-card 2" },
    { "record 535", "record 0535" },
    { "record 535", "record 536" },
    { "record 535", "record 131073" },
    { "record 535", "record 9007199254740991" },
    { "record 535", "record -1" },
    { "address 464\n", "address 4097\n" },
    { "signature 43a7be87", "signature ff a7be87" },
    { "signature 43a7be87", "signature ffa7be87" },
    { "signature 413272dd", "signature 413272de" },
  };
  g_autoptr (GBytes) bytes = read_vector ("card.txt");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bad = replaced (bytes, cases[i][0], cases[i][1]);
      g_autoptr (GBytes) mended = mend (bad);

      assert_refused (bad, again);
      assert_refused (mended, again);
    }
}

static void
test_unsigned (void)
{
  g_autoptr (GBytes) bytes = read_vector ("card.txt");
  g_autoptr (ParaphCard) card = paraph_card_parse (bytes, PARAPH_CARD_ANY, NULL);

  for (guint i = 0; i < card->records->len; i++)
    {
      g_autoptr (GPtrArray) records = g_ptr_array_new ();
      const ParaphSealedRecord *sealed = g_ptr_array_index (card->records, i);
      g_autoptr (ParaphSealedRecord) bare = paraph_sealed_record_new (sealed->header, NULL, 0);
      g_autoptr (GBytes) written = NULL;
      g_autoptr (GError) error = NULL;

      for (guint j = 0; j < card->records->len; j++)
        g_ptr_array_add (records, card->records->pdata[j]);
      /* What is written is read back first, by the same rules. */
      records->pdata[i] = bare;
      written = paraph_card_write (PARAPH_CARD_CARD, NULL, records, card->addresses, NULL, &error);
      g_assert_null (written);
      g_assert_error (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_MALFORMED);
    }
}

static void
test_size_limit (void)
{
  for (gsize extra = 0; extra < 2; extra++)
    {
      gsize size = PARAPH_CARD_MAX + extra;
      g_autofree char *text = g_malloc (size);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;

      memset (text, 'x', size);
      bytes = end (text, size - END_SIZE);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, size);
      g_assert_null (paraph_card_parse (bytes, PARAPH_CARD_ANY, &error));
      g_assert_error (error, PARAPH_NEGOTIATION_ERROR,
                      extra == 0 ? PARAPH_NEGOTIATION_ERROR_MALFORMED
                                 : PARAPH_NEGOTIATION_ERROR_LIMIT);
    }
}

static void
test_hostile (gconstpointer name)
{
  g_autoptr (GBytes) bytes = read_vector (name);

  assert_truncations_refused (bytes, again);
  assert_mutations_safe (bytes, again, NULL, 2000);
  assert_mutations_safe (bytes, again, mend, 20000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/card/vectors-come-out-as-they-went-in", test_vectors);
  g_test_add_func ("/card/names-the-kind-that-was-expected", test_expected_kind);
  g_test_add_func ("/card/invitation-is-signed-by-the-convener", test_invitation_signature);
  g_test_add_func ("/card/refuses-other-orders", test_refuses_other_orders);
  g_test_add_func ("/card/refuses-other-spellings", test_refuses_other_spellings);
  g_test_add_func ("/card/refuses-records-without-a-signature", test_unsigned);
  g_test_add_func ("/card/refuses-more-than-4-mib", test_size_limit);
  g_test_add_data_func ("/card/hostile-cards-are-refused-or-the-same", "card.txt", test_hostile);
  g_test_add_data_func ("/card/hostile-invitations-are-refused-or-the-same", "invitation.txt",
                        test_hostile);
  g_test_add_data_func ("/card/hostile-answers-are-refused-or-the-same", "answer.txt",
                        test_hostile);
  return g_test_run ();
}
