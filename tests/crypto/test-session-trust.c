/* Whose messages open, and which keys the library ever sees. */

#include <glib.h>
#include <string.h>

#include "crypto/content.h"
#include "crypto/session-private.h"
#include "crypto/start.h"
#include "tests/support/memory-sessions.h"

static const uint8_t low_order[]
                              [32] = {
                                { 0 },
                                { 1 },
                                { 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3,
                                  0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32,
                                  0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00 },
                                { 0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1,
                                  0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c,
                                  0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57 },
                                { 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
                                { 0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
                                { 0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
                              };

static void
test_changed_key_on_a_bundle (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  g_autoptr (MemorySessions) thief = memory_sessions_new ("bert");
  ParaphBundle bundle = memory_sessions_bundle (thief, anna, 1, 5);

  memory_sessions_trust (anna, bert);
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==,
                   PARAPH_ERROR_UNTRUSTED);
  g_assert_cmpuint (anna->stores, ==, 0);
}

static void
test_unknown_device_is_untrusted (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphBundle bundle = memory_sessions_bundle (bert, anna, 1, 5);
  ParaphSessionMessage message;

  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==,
                   PARAPH_ERROR_UNTRUSTED);
  memory_sessions_trust (anna, bert);
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==, 0);
  message = memory_sessions_send (anna, bert, 1);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_UNTRUSTED);
  g_assert_cmpuint (memory_sessions_count (bert, "session "), ==, 0);
}

static void
test_changed_key_on_a_first_message (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) thief = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;

  memory_sessions_meet (thief, bert, 5);
  memory_sessions_trust (bert, anna);
  message = memory_sessions_send (thief, bert, 1);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_UNTRUSTED);
  g_assert_cmpuint (memory_sessions_count (bert, "prekey "), ==, 1);
}

/* The identity key stands in a first message after the base key: 1 + 2 + 35 bytes, then 0x1a
 * and its size. */
static void
swap_identity (ParaphSessionMessage *message, const uint8_t key[static 32])
{
  uint8_t *field = message->bytes + 38;

  g_assert_cmpuint (message->type, ==, 3);
  g_assert_cmpuint (field[0], ==, 0x1a);
  g_assert_cmpuint (field[1], ==, 33);
  memcpy (field + 3, key, 32);
}

static void
swap_base (ParaphSessionMessage *message, const uint8_t key[static 32])
{
  uint8_t *field = message->bytes + 3;

  g_assert_cmpuint (field[0], ==, 0x12);
  g_assert_cmpuint (field[1], ==, 33);
  memcpy (field + 3, key, 32);
}

static void
swap_ratchet (ParaphSessionMessage *message, const uint8_t key[static 32])
{
  uint8_t *inner = message->bytes + (message->type == 3 ? 38 + 35 + 3 : 0);

  g_assert_cmpuint (inner[0], ==, 0x33);
  g_assert_cmpuint (inner[1], ==, 0x0a);
  g_assert_cmpuint (inner[2], ==, 33);
  memcpy (inner + 4, key, 32);
}

static void
test_swapped_outer_identity_key (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) thief = memory_sessions_new ("thief");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;
  ParaphSessionMessage swapped;

  memory_sessions_meet (anna, bert, 5);
  message = memory_sessions_send (anna, bert, 1);
  swapped = message;
  swap_identity (&swapped, thief->identity.bytes);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &swapped, 200, NULL), ==,
                   PARAPH_ERROR_UNTRUSTED);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==, 0);
  /* Also of a message that was opened before, whose session exists. */
  g_assert_cmpint (memory_sessions_receive (bert, anna, &swapped, 200, NULL), ==,
                   PARAPH_ERROR_UNTRUSTED);
}

static void
test_changed_key_on_a_later_message (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  g_autoptr (MemorySessions) other = memory_sessions_new ("other");
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  ParaphSessionMessage message;

  memory_sessions_meet (anna, bert, 5);
  message = memory_sessions_send (anna, bert, 1);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==, 0);
  message = memory_sessions_send (bert, anna, 2);
  memory_sessions_trust_key (anna, &bert->device, &other->identity);
  g_assert_cmpint (memory_sessions_receive (anna, bert, &message, 200, NULL), ==,
                   PARAPH_ERROR_UNTRUSTED);
  g_assert_cmpint (paraph_secret_new ("test wrap", PARAPH_WRAP_SIZE, &wrap), ==, 0);
  g_assert_cmpint (paraph_sessions_encrypt (anna->sessions, &bert->device, wrap, &message), ==,
                   PARAPH_ERROR_UNTRUSTED);
}

static void
test_revoked_device_neither_sends_nor_gets (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  ParaphSessionMessage message;

  memory_sessions_meet (anna, bert, 5);
  message = memory_sessions_send (anna, bert, 1);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==, 0);
  message = memory_sessions_send (anna, bert, 2);
  memory_sessions_distrust (bert, &anna->device);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_UNTRUSTED);
  g_assert_cmpint (paraph_secret_new ("test wrap", PARAPH_WRAP_SIZE, &wrap), ==, 0);
  g_assert_cmpint (paraph_sessions_encrypt (bert->sessions, &anna->device, wrap, &message), ==,
                   PARAPH_ERROR_UNTRUSTED);
}

static void
test_forged_first_message_changes_no_row (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;
  unsigned int stores;

  memory_sessions_meet (anna, bert, 5);
  message = memory_sessions_send (anna, bert, 1);
  stores = bert->stores;
  message.bytes[message.size - 10] ^= 1; /* in the MAC */
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_DECRYPT);
  g_assert_cmpuint (bert->stores, ==, stores);
}

static void
test_low_order_keys_in_a_bundle (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  const ParaphBundle genuine = memory_sessions_bundle (bert, anna, 1, 5);

  for (size_t i = 0; i < G_N_ELEMENTS (low_order); i++)
    {
      ParaphBundle bundle = genuine;

      memory_sessions_trust (anna, bert);
      memcpy (bundle.prekey.key.bytes, low_order[i], 32);
      g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==,
                       PARAPH_ERROR_KEY);
      bundle = genuine;
      memcpy (bundle.signed_prekey.key.bytes, low_order[i], 32);
      g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==,
                       PARAPH_ERROR_KEY);
      bundle = genuine;
      memcpy (bundle.identity.bytes, low_order[i], 32);
      memory_sessions_trust_key (anna, &bert->device, &bundle.identity);
      g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==,
                       PARAPH_ERROR_KEY);
    }
  g_assert_cmpuint (anna->stores, ==, 0);
}

static void
test_low_order_keys_in_messages (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage first;
  ParaphSessionMessage later;

  memory_sessions_meet (anna, bert, 5);
  first = memory_sessions_send (anna, bert, 1);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &first, 200, NULL), ==, 0);
  later = memory_sessions_send (bert, anna, 2);
  for (size_t i = 0; i < G_N_ELEMENTS (low_order); i++)
    {
      ParaphSessionMessage message = first;

      swap_base (&message, low_order[i]);
      g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                       PARAPH_ERROR_KEY);
      message = first;
      swap_identity (&message, low_order[i]);
      g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                       PARAPH_ERROR_KEY);
      message = first;
      swap_ratchet (&message, low_order[i]);
      g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                       PARAPH_ERROR_KEY);
      message = later;
      swap_ratchet (&message, low_order[i]);
      g_assert_cmpint (memory_sessions_receive (anna, bert, &message, 200, NULL), ==,
                       PARAPH_ERROR_KEY);
    }
  g_assert_cmpint (memory_sessions_receive (anna, bert, &later, 200, NULL), ==, 0);
}

static void
test_wrong_prefix_of_a_key (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;

  memory_sessions_meet (anna, bert, 5);
  message = memory_sessions_send (anna, bert, 1);
  message.bytes[5] = 4; /* of the base key */
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==, PARAPH_ERROR_KEY);
}

static void
test_bundles_are_for_one_device (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  g_autoptr (MemorySessions) carl = memory_sessions_new ("carl");
  ParaphBundle bundle = memory_sessions_bundle (bert, carl, 1, 5);

  memory_sessions_trust (anna, bert);
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==,
                   PARAPH_ERROR_BINDING);
  bundle = memory_sessions_bundle (anna, anna, 1, 6);
  memory_sessions_trust (anna, anna);
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==,
                   PARAPH_ERROR_BINDING);
}

static void
test_bundles_have_one_form (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  const ParaphBundle genuine = memory_sessions_bundle (bert, anna, 1, 5);
  ParaphBundle bundles[7];

  memory_sessions_trust (anna, bert);
  for (size_t i = 0; i < G_N_ELEMENTS (bundles); i++)
    bundles[i] = genuine;
  bundles[0].registration_id = 0;
  bundles[1].registration_id = PARAPH_REGISTRATION_ID_MAX + 1;
  bundles[2].signed_prekey.id = 0;
  bundles[3].signed_prekey.id = 0xffffff;
  bundles[4].prekey.id = 0;
  bundles[5].prekey.id = 0xffffff;
  bundles[6].is_directed = false; /* a card's has no one-time prekey */
  for (size_t i = 0; i < G_N_ELEMENTS (bundles); i++)
    g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundles[i]), ==,
                     PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &genuine), ==, 0);
}

static void
test_bundle_signature_is_checked (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphBundle bundle = memory_sessions_bundle (bert, anna, 1, 5);

  memory_sessions_trust (anna, bert);
  bundle.signed_prekey.signature.bytes[7] ^= 1;
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==,
                   PARAPH_ERROR_SIGNATURE);
  g_assert_cmpuint (anna->stores, ==, 0);
}

/* A one-time prekey that a carrier replaced: the session never opens. */
static void
test_swapped_one_time_prekey (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphBundle bundle = memory_sessions_bundle (bert, anna, 1, 5);
  ParaphBundle other = memory_sessions_bundle (bert, anna, 1, 6);
  ParaphSessionMessage message;

  memory_sessions_trust (anna, bert);
  memory_sessions_trust (bert, anna);
  bundle.prekey.key = other.prekey.key;
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==, 0);
  message = memory_sessions_send (anna, bert, 1);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_DECRYPT);
  g_assert_cmpuint (memory_sessions_count (bert, "prekey "), ==, 2);
}

static void
test_a_store_must_be_whole (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  ParaphSessionStore store = anna->sessions->store;
  ParaphSessions *sessions = NULL;

  store.expected_key = NULL;
  g_assert_cmpint (paraph_sessions_new (&anna->device, &store, &sessions), ==,
                   PARAPH_ERROR_INTERNAL);
  g_assert_null (sessions);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/session-trust/changed-key-on-a-bundle", test_changed_key_on_a_bundle);
  g_test_add_func ("/session-trust/unknown-device-is-untrusted", test_unknown_device_is_untrusted);
  g_test_add_func ("/session-trust/changed-key-on-a-first-message",
                   test_changed_key_on_a_first_message);
  g_test_add_func ("/session-trust/swapped-outer-identity-key", test_swapped_outer_identity_key);
  g_test_add_func ("/session-trust/changed-key-on-a-later-message",
                   test_changed_key_on_a_later_message);
  g_test_add_func ("/session-trust/revoked-device-neither-sends-nor-gets",
                   test_revoked_device_neither_sends_nor_gets);
  g_test_add_func ("/session-trust/forged-first-message-changes-no-row",
                   test_forged_first_message_changes_no_row);
  g_test_add_func ("/session-trust/low-order-keys-in-a-bundle", test_low_order_keys_in_a_bundle);
  g_test_add_func ("/session-trust/low-order-keys-in-messages", test_low_order_keys_in_messages);
  g_test_add_func ("/session-trust/wrong-prefix-of-a-key", test_wrong_prefix_of_a_key);
  g_test_add_func ("/session-trust/bundles-are-for-one-device", test_bundles_are_for_one_device);
  g_test_add_func ("/session-trust/bundles-have-one-form", test_bundles_have_one_form);
  g_test_add_func ("/session-trust/bundle-signature-is-checked", test_bundle_signature_is_checked);
  g_test_add_func ("/session-trust/swapped-one-time-prekey", test_swapped_one_time_prekey);
  g_test_add_func ("/session-trust/a-store-must-be-whole", test_a_store_must_be_whole);
  return g_test_run ();
}
