/* negotiation/packet.h: what devices say to each other, whole or not at all. */

#include "crypto/sshsig.h"
#include "crypto/start.h"
#include "negotiation/packet.h"
#include "tests/negotiation/exchange-test.h"

#define DEVICE_KEY "a14bafd94fe462127b19f2bf1ffc7c4972c59f9015aad1dc8c06a8c2f5abea44"

static const char *const vectors[] = { "packet-record.hex",  "packet-talk.hex",
                                       "packet-have.hex",    "packet-want.hex",
                                       "packet-receipt.hex", "packet-cards.hex",
                                       "packet-bundle.hex" };

static GBytes *
again (GBytes *bytes, GError **error)
{
  g_autoptr (ParaphPacket) packet = paraph_packet_parse (bytes, error);

  return packet == NULL ? NULL : paraph_packet_write (packet, error);
}

static ParaphPacket *
parse_vector (const char *name)
{
  g_autoptr (GBytes) bytes = read_hex_vector (name);
  g_autoptr (GError) error = NULL;
  ParaphPacket *packet = paraph_packet_parse (bytes, &error);

  g_assert_no_error (error);
  return packet;
}

static void
test_vectors (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GBytes) bytes = read_hex_vector (vectors[i]);
      g_autoptr (ParaphPacket) packet = parse_vector (vectors[i]);

      assert_same (bytes, again);
      g_assert_cmpint (packet->kind, ==, i + 1);
    }
}

static gboolean
is_written (ParaphPacket *packet)
{
  g_autoptr (ParaphPacket) owned = packet;
  g_autoptr (GBytes) bytes = paraph_packet_write (owned, NULL);

  return bytes != NULL;
}

static void
test_blobs (void)
{
  g_autoptr (ParaphPacket) packet = parse_vector ("packet-record.hex");
  const ParaphRecordPacket *record = &packet->record;
  g_autoptr (GPtrArray) blobs = g_ptr_array_new ();
  g_autoptr (GBytes) other = g_bytes_new_static ("other", 5);

  g_assert_cmpuint (record->blobs->len, >=, 1);
  g_assert_true (is_written (paraph_packet_new_record (record->sealed, NULL)));
  g_ptr_array_add (blobs, g_ptr_array_index (record->blobs, record->blobs->len - 1));
  g_assert_true (is_written (paraph_packet_new_record (record->sealed, blobs)));
  g_ptr_array_add (blobs, g_ptr_array_index (record->blobs, 0));
  g_assert_false (is_written (paraph_packet_new_record (record->sealed, blobs)));
  g_ptr_array_set_size (blobs, 0);
  g_ptr_array_add (blobs, other);
  g_assert_false (is_written (paraph_packet_new_record (record->sealed, blobs)));
}

static void
test_id_limits (void)
{
  g_autofree ParaphId *ids = g_new0 (ParaphId, PARAPH_RECEIPT_MAX + 1);
  const ParaphId channel = { .bytes = { 1 } };
  const ParaphId zero = { .bytes = { 0 } };

  for (guint i = 0; i <= PARAPH_RECEIPT_MAX; i++)
    {
      ids[i].bytes[0] = 1;
      ids[i].bytes[1] = (guint8) (i & 0xff); /* out of order: they are sorted */
      ids[i].bytes[2] = (guint8) (i >> 8);
    }
  g_assert_false (is_written (paraph_packet_new_want (&channel, ids, 0)));
  g_assert_true (is_written (paraph_packet_new_want (&channel, ids, PARAPH_WANT_MAX)));
  g_assert_false (is_written (paraph_packet_new_want (&channel, ids, PARAPH_WANT_MAX + 1)));
  g_assert_false (is_written (paraph_packet_new_want (&zero, ids, 1)));
  g_assert_false (is_written (paraph_packet_new_receipt (ids, 0)));
  g_assert_true (is_written (paraph_packet_new_receipt (ids, PARAPH_RECEIPT_MAX)));
  g_assert_false (is_written (paraph_packet_new_receipt (ids, PARAPH_RECEIPT_MAX + 1)));
  ids[1] = ids[0];
  g_assert_false (is_written (paraph_packet_new_receipt (ids, 2)));
}

static void
test_have_limits (void)
{
  g_autoptr (GArray) tips = g_array_new (FALSE, TRUE, sizeof (ParaphTip));
  g_autoptr (ParaphPacket) record = parse_vector ("packet-record.hex");
  ParaphHave have = { .channel = { .bytes = { 1 } }, .pages = 1, .tips = tips };

  have.last_own = record->record.sealed;
  g_assert_true (is_written (paraph_packet_new_have (&have)));
  for (guint i = 0; i <= PARAPH_HAVE_MAX; i++)
    {
      ParaphTip tip = { .is_identity = i % 2 == 0, .place.number = 600 - i };
      tip.place.author.bytes[0] = 1;
      tip.place.id.bytes[0] = 1;
      g_array_append_val (tips, tip);
      if (i >= PARAPH_HAVE_MAX - 1)
        g_assert_true (is_written (paraph_packet_new_have (&have)) == (i < PARAPH_HAVE_MAX));
    }
  g_array_set_size (tips, 1);
  g_array_index (tips, ParaphTip, 0).place.number = G_GINT64_CONSTANT (9007199254740991);
  g_assert_true (is_written (paraph_packet_new_have (&have)));
  g_array_index (tips, ParaphTip, 0).place.number++;
  g_assert_false (is_written (paraph_packet_new_have (&have)));
  g_array_set_size (tips, 0);
  have.page = 1;
  g_assert_false (is_written (paraph_packet_new_have (&have)));
}

static void
test_talk (void)
{
  g_autofree char *words = g_strnfill (PARAPH_TALK_WORDS_MAX + 1, 'w');
  g_autofree guint8 *data = g_malloc0 (PARAPH_TALK_FILE_MAX + 1);
  g_autoptr (GBytes) file = g_bytes_new (data, PARAPH_TALK_FILE_MAX);
  g_autoptr (GBytes) large = g_bytes_new (data, PARAPH_TALK_FILE_MAX + 1);
  char name[] = "map.png";
  char bad_name[] = "map\n.png";
  ParaphTalk talk = { .channel = { .bytes = { 1 } }, .words = words };

  g_assert_false (is_written (paraph_packet_new_talk (&talk)));
  words[PARAPH_TALK_WORDS_MAX] = '\0';
  g_assert_true (is_written (paraph_packet_new_talk (&talk)));
  talk.file_name = name;
  g_assert_false (is_written (paraph_packet_new_talk (&talk)));
  talk.file = file;
  g_assert_true (is_written (paraph_packet_new_talk (&talk)));
  talk.file_name = bad_name;
  g_assert_false (is_written (paraph_packet_new_talk (&talk)));
  talk.file_name = name;
  talk.file = large;
  g_assert_false (is_written (paraph_packet_new_talk (&talk)));
  talk.file = file;
  talk.previous.bytes[0] = 1;
  g_assert_false (is_written (paraph_packet_new_talk (&talk)));
  talk.counter = 1;
  g_assert_true (is_written (paraph_packet_new_talk (&talk)));
  words[0] = '\xff';
  g_assert_false (is_written (paraph_packet_new_talk (&talk)));
}

static void
test_talk_hash (void)
{
  g_autoptr (GBytes) bytes = read_hex_vector ("packet-talk.hex");
  g_autoptr (ParaphPacket) packet = parse_vector ("packet-talk.hex");
  const guint8 *data = g_bytes_get_data (bytes, NULL);
  ParaphId hash;
  ParaphId expected;

  g_assert_cmpint (paraph_blake2b ("paraph-talk-1", NULL, data + 2, g_bytes_get_size (bytes) - 2,
                                   expected.bytes, 32),
                   ==, 0);
  g_assert_true (paraph_talk_hash (packet, &hash, NULL));
  g_assert_true (paraph_id_equal (&hash, &expected));
}

static void
test_bundle (void)
{
  g_autoptr (ParaphPacket) packet = parse_vector ("packet-bundle.hex");
  ParaphBundlePacket bundle = packet->bundle;
  ParaphSignKey key;
  ParaphId hash;

  g_assert_cmpint (paraph_hex_decode (DEVICE_KEY, 64, key.bytes, 32), ==, 0);
  paraph_packet_hash_bundle (&bundle, &hash);
  g_assert_cmpint (paraph_sshsig_verify (&key, PARAPH_SSHSIG_BUNDLE, &hash, &bundle.signature), ==,
                   0);
  bundle.expires = bundle.issued - 1;
  g_assert_false (is_written (paraph_packet_new_bundle (&bundle)));
  bundle.expires = bundle.issued;
  g_assert_true (is_written (paraph_packet_new_bundle (&bundle)));
  bundle.bundle.registration_id = PARAPH_REGISTRATION_ID_MAX + 1;
  g_assert_false (is_written (paraph_packet_new_bundle (&bundle)));
  bundle.bundle.registration_id = PARAPH_REGISTRATION_ID_MAX;
  bundle.bundle.signed_prekey.id = PARAPH_PREKEY_ID_MAX + 1;
  g_assert_false (is_written (paraph_packet_new_bundle (&bundle)));
  bundle.bundle.signed_prekey.id = PARAPH_PREKEY_ID_MAX;
  bundle.bundle.has_prekey = false;
  g_assert_true (is_written (paraph_packet_new_bundle (&bundle)));
}

static void
test_cards_limit (void)
{
  g_autoptr (GBytes) card = read_vector ("card.txt");
  g_autoptr (GBytes) other = g_bytes_new_static ("no card", 7);
  g_autoptr (GPtrArray) cards = g_ptr_array_new ();

  for (guint n = 0; n <= PARAPH_CARDS_MAX + 1; n++)
    {
      gboolean expected = n >= 1 && n <= PARAPH_CARDS_MAX;
      g_assert_true (is_written (paraph_packet_new_cards (cards)) == expected);
      g_ptr_array_add (cards, card);
    }
  g_ptr_array_set_size (cards, 1);
  g_ptr_array_add (cards, other);
  g_assert_false (is_written (paraph_packet_new_cards (cards)));
}

static void
test_size_limit (void)
{
  for (gsize extra = 0; extra < 2; extra++)
    {
      guint8 *data = g_malloc0 (PARAPH_PACKET_MAX + extra);
      g_autoptr (GBytes) bytes = g_bytes_new_take (data, PARAPH_PACKET_MAX + extra);
      g_autoptr (GError) error = NULL;

      data[0] = 1;
      data[1] = PARAPH_PACKET_TALK;
      g_assert_null (paraph_packet_parse (bytes, &error));
      g_assert_error (error, PARAPH_NEGOTIATION_ERROR,
                      extra == 0 ? PARAPH_NEGOTIATION_ERROR_MALFORMED
                                 : PARAPH_NEGOTIATION_ERROR_LIMIT);
    }
}

static void
test_trailing (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GBytes) bytes = read_hex_vector (vectors[i]);
      GByteArray *longer = g_byte_array_new ();
      g_autoptr (GBytes) changed = NULL;

      g_byte_array_append (longer, g_bytes_get_data (bytes, NULL),
                           (guint) g_bytes_get_size (bytes));
      g_byte_array_append (longer, (const guint8 *) "", 1);
      changed = g_byte_array_free_to_bytes (longer);
      assert_refused (changed, again);
    }
}

static void
test_hostile (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      g_autoptr (GBytes) bytes = read_hex_vector (vectors[i]);

      assert_truncations_refused (bytes, again);
      assert_mutations_safe (bytes, again, NULL, 3000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/packet/vectors-come-out-as-they-went-in", test_vectors);
  g_test_add_func ("/packet/blobs-are-those-of-the-header-in-its-order", test_blobs);
  g_test_add_func ("/packet/want-and-receipt-keep-their-limits", test_id_limits);
  g_test_add_func ("/packet/have-keeps-its-limits", test_have_limits);
  g_test_add_func ("/packet/talk-keeps-its-limits", test_talk);
  g_test_add_func ("/packet/talk-is-hashed-without-version-and-kind", test_talk_hash);
  g_test_add_func ("/packet/bundle-is-signed-by-its-issuer", test_bundle);
  g_test_add_func ("/packet/cards-keep-their-limits", test_cards_limit);
  g_test_add_func ("/packet/refuses-more-than-16-mib", test_size_limit);
  g_test_add_func ("/packet/refuses-what-follows", test_trailing);
  g_test_add_func ("/packet/mutations-are-refused-or-the-same", test_hostile);
  return g_test_run ();
}
