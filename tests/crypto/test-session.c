/* The order and the fate of messages between two devices that trust each other. */

#include <glib.h>
#include <string.h>

#include "crypto/content.h"
#include "crypto/session-private.h"
#include "crypto/start.h"
#include "tests/support/memory-sessions.h"

#define PROVEN PARAPH_SESSION_JUMP_PROVEN

static void
assert_arrives (MemorySessions *from, MemorySessions *to, uint32_t number)
{
  ParaphSessionMessage message = memory_sessions_send (from, to, number);
  uint32_t found = 0;

  g_assert_cmpint (memory_sessions_receive (to, from, &message, PROVEN, &found), ==, 0);
  g_assert_cmpuint (found, ==, number);
}

/* ANNA has sent and BERT has answered: both go on with later messages. */
static void
make_pair (MemorySessions **ret_anna, MemorySessions **ret_bert)
{
  *ret_anna = memory_sessions_new ("anna");
  *ret_bert = memory_sessions_new ("bert");
  memory_sessions_meet (*ret_anna, *ret_bert, 5);
  assert_arrives (*ret_anna, *ret_bert, 1);
  assert_arrives (*ret_bert, *ret_anna, 2);
}

static void
test_talks_both_ways (void)
{
  g_autoptr (MemorySessions) anna = NULL;
  g_autoptr (MemorySessions) bert = NULL;

  make_pair (&anna, &bert);
  for (uint32_t i = 0; i < 20; i++)
    {
      assert_arrives (anna, bert, i);
      assert_arrives (bert, anna, 100 + i);
    }
}

static void
test_first_messages_say_so (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;

  memory_sessions_meet (anna, bert, 5);
  message = memory_sessions_send (anna, bert, 1);
  g_assert_cmpuint (message.type, ==, 3);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==, 0);
  message = memory_sessions_send (bert, anna, 2);
  g_assert_cmpuint (message.type, ==, 2);
  g_assert_cmpuint (message.size, ==, 227);
  g_assert_cmpint (memory_sessions_receive (anna, bert, &message, 200, NULL), ==, 0);
  message = memory_sessions_send (anna, bert, 3);
  g_assert_cmpuint (message.type, ==, 2);
}

static void
test_one_time_prekey_goes_with_its_message (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  g_autoptr (MemorySessions) carl = memory_sessions_new ("carl");
  ParaphSessionMessage message;
  ParaphBundle bundle;

  memory_sessions_meet (anna, bert, 5);
  bundle = memory_sessions_bundle (bert, carl, 1, 6);
  message = memory_sessions_send (anna, bert, 1);
  g_assert_cmpuint (memory_sessions_count (bert, "prekey "), ==, 2);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==, 0);
  g_assert_cmpuint (memory_sessions_count (bert, "prekey "), ==, 1);

  /* The same one-time prekey in two hands: the second is told to ask for a fresh bundle. */
  memory_sessions_trust (carl, bert);
  memory_sessions_trust (bert, carl);
  bundle.prekey.id = 5;
  g_assert_cmpint (paraph_sessions_process_bundle (carl->sessions, &bundle), ==, 0);
  message = memory_sessions_send (carl, bert, 2);
  g_assert_cmpint (memory_sessions_receive (bert, carl, &message, 200, NULL), ==,
                   PARAPH_ERROR_NO_PREKEY);
}

static void
test_signed_prekey_that_is_gone_is_named (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;

  memory_sessions_meet (anna, bert, 5);
  message = memory_sessions_send (anna, bert, 1);
  g_assert_true (g_hash_table_remove (bert->rows, "signed 1"));
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_NO_PREKEY);
  g_assert_cmpuint (memory_sessions_count (bert, "session "), ==, 0);
}

static void
test_reversed_burst_opens_once (void)
{
  g_autoptr (MemorySessions) anna = NULL;
  g_autoptr (MemorySessions) bert = NULL;
  ParaphSessionMessage burst[50];
  uint32_t found = 0;

  make_pair (&anna, &bert);
  for (uint32_t i = 0; i < G_N_ELEMENTS (burst); i++)
    burst[i] = memory_sessions_send (anna, bert, i);
  for (uint32_t i = G_N_ELEMENTS (burst); i-- > 0;)
    {
      g_assert_cmpint (memory_sessions_receive (bert, anna, &burst[i], 200, &found), ==, 0);
      g_assert_cmpuint (found, ==, i);
    }
  for (uint32_t i = 0; i < G_N_ELEMENTS (burst); i++)
    g_assert_cmpint (memory_sessions_receive (bert, anna, &burst[i], 200, NULL), ==,
                     PARAPH_ERROR_DUPLICATE);
  assert_arrives (bert, anna, 7);
}

static void
test_first_burst_reversed_opens (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage burst[10];

  memory_sessions_meet (anna, bert, 0);
  for (uint32_t i = 0; i < G_N_ELEMENTS (burst); i++)
    burst[i] = memory_sessions_send (anna, bert, i);
  for (uint32_t i = G_N_ELEMENTS (burst); i-- > 0;)
    g_assert_cmpint (memory_sessions_receive (bert, anna, &burst[i], 200, NULL), ==, 0);
  g_assert_cmpuint (memory_sessions_count (bert, "base "), ==, 1);
}

static void
test_first_message_again_is_a_duplicate (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;

  memory_sessions_meet (anna, bert, 5);
  message = memory_sessions_send (anna, bert, 1);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==, 0);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_DUPLICATE);
  assert_arrives (bert, anna, 2);
}

static void
test_first_message_is_not_replayed_after_its_session (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;
  ParaphBundle card;

  memory_sessions_trust (anna, bert);
  memory_sessions_trust (bert, anna);
  card = memory_sessions_bundle (bert, NULL, 1, 0);
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &card), ==, 0);
  message = memory_sessions_send (anna, bert, 1);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==, 0);
  g_assert_cmpint (paraph_sessions_delete (bert->sessions, &anna->device), ==, 0);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_NO_PREKEY);
  g_assert_cmpuint (memory_sessions_count (bert, "session "), ==, 0);
}

static void
test_later_message_waits_for_its_first (void)
{
  g_autoptr (MemorySessions) anna = NULL;
  g_autoptr (MemorySessions) bert = NULL;
  ParaphSessionMessage message;

  make_pair (&anna, &bert);
  message = memory_sessions_send (anna, bert, 3);
  g_assert_cmpuint (message.type, ==, 2);
  g_assert_cmpint (paraph_sessions_delete (bert->sessions, &anna->device), ==, 0);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_NO_SESSION);
}

static void
test_both_may_begin_at_once (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage from_anna;
  ParaphSessionMessage from_bert;

  memory_sessions_meet (anna, bert, 5);
  memory_sessions_meet (bert, anna, 6);
  from_anna = memory_sessions_send (anna, bert, 1);
  from_bert = memory_sessions_send (bert, anna, 2);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &from_anna, 200, NULL), ==, 0);
  g_assert_cmpint (memory_sessions_receive (anna, bert, &from_bert, 200, NULL), ==, 0);
  for (uint32_t i = 0; i < 10; i++)
    {
      assert_arrives (bert, anna, i);
      assert_arrives (anna, bert, 100 + i);
    }
}

static void
test_a_new_bundle_begins_anew_and_opens_the_old (void)
{
  g_autoptr (MemorySessions) anna = NULL;
  g_autoptr (MemorySessions) bert = NULL;
  ParaphSessionMessage old;
  ParaphBundle bundle;

  make_pair (&anna, &bert);
  old = memory_sessions_send (bert, anna, 9);
  bundle = memory_sessions_bundle (bert, anna, 2, 8);
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), ==, 0);
  assert_arrives (anna, bert, 3);
  g_assert_cmpint (memory_sessions_receive (anna, bert, &old, 200, NULL), ==, 0);
  assert_arrives (bert, anna, 4);
  assert_arrives (anna, bert, 5);
}

/* SKIPPED messages are sent and lost; the next is tried with MAX_JUMP. */
static int
try_jump (uint32_t skipped, uint32_t max_jump)
{
  g_autoptr (MemorySessions) anna = NULL;
  g_autoptr (MemorySessions) bert = NULL;
  ParaphSessionMessage message;
  int r;

  make_pair (&anna, &bert);
  assert_arrives (anna, bert, 0);
  for (uint32_t i = 0; i < skipped; i++)
    (void) memory_sessions_send (anna, bert, i);
  message = memory_sessions_send (anna, bert, skipped);
  r = memory_sessions_receive (bert, anna, &message, max_jump, NULL);
  if (r != 0)
    assert_arrives (bert, anna, 1);
  return r;
}

static void
test_jumps_are_bounded (void)
{
  g_assert_cmpint (try_jump (200, PARAPH_SESSION_JUMP), ==, 0);
  g_assert_cmpint (try_jump (201, PARAPH_SESSION_JUMP), ==, PARAPH_ERROR_LIMIT);
  g_assert_cmpint (try_jump (201, PROVEN), ==, 0);
  g_assert_cmpint (try_jump (2000, PROVEN), ==, 0);
  g_assert_cmpint (try_jump (2001, PROVEN), ==, PARAPH_ERROR_LIMIT);
}

static void
test_first_jumps_are_bounded (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;

  memory_sessions_meet (anna, bert, 5);
  for (uint32_t i = 0; i < 201; i++)
    (void) memory_sessions_send (anna, bert, i);
  message = memory_sessions_send (anna, bert, 201);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, PARAPH_SESSION_JUMP, NULL), ==,
                   PARAPH_ERROR_LIMIT);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, PROVEN, NULL), ==, 0);
}

/* The sender's registration id stands before the last two bytes of a first message. Nothing
 * uses it, no MAC of the library covers it; the outer layer of the envelope does. */
static gboolean
is_registration_id (const ParaphSessionMessage *message, unsigned int index)
{
  return message->type == 3 && index >= message->size - 4u && index < message->size - 2u;
}

/* Every byte of both kinds of message, altered: refused, nothing changed, and the genuine one
 * opens afterwards. */
static void
assert_tampering_is_refused (MemorySessions *from, MemorySessions *to)
{
  ParaphSessionMessage message = memory_sessions_send (from, to, 3);

  for (unsigned int i = 0; i < message.size; i++)
    {
      g_autoptr (GHashTable) before = memory_sessions_snapshot (to);
      ParaphSessionMessage tampered = message;
      GHashTableIter iter;
      gpointer name;
      gpointer row;

      if (is_registration_id (&message, i))
        continue;
      tampered.bytes[i] ^= (uint8_t) (1u << (i % 8));
      g_assert_cmpint (memory_sessions_receive (to, from, &tampered, PROVEN, NULL), !=, 0);
      g_assert_cmpuint (g_hash_table_size (before), ==, g_hash_table_size (to->rows));
      g_hash_table_iter_init (&iter, before);
      while (g_hash_table_iter_next (&iter, &name, &row))
        g_assert_true (g_bytes_equal (row, g_hash_table_lookup (to->rows, name)));
    }
  g_assert_cmpint (memory_sessions_receive (to, from, &message, PROVEN, NULL), ==, 0);
}

static void
test_tampered_then_genuine (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");

  memory_sessions_meet (anna, bert, 5);
  assert_tampering_is_refused (anna, bert);
  assert_tampering_is_refused (bert, anna);
}

static void
test_refuses_other_forms (void)
{
  g_autoptr (MemorySessions) anna = NULL;
  g_autoptr (MemorySessions) bert = NULL;
  ParaphSessionMessage message;
  const uint8_t types[] = { 0, 1, 4, 5, 255 };

  make_pair (&anna, &bert);
  message = memory_sessions_send (anna, bert, 3);
  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    {
      ParaphSessionMessage other = message;

      other.type = types[i];
      g_assert_cmpint (memory_sessions_receive (bert, anna, &other, 200, NULL), ==,
                       PARAPH_ERROR_INCOMPATIBLE);
    }
  message.size = 199;
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_LIMIT);
  message.size = 331;
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_LIMIT);
  message.size = 227;
  message.bytes[0] = 0x23;
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_INCOMPATIBLE);
  message.bytes[0] = 0x33;
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 2001, NULL), ==,
                   PARAPH_ERROR_INTERNAL);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==, 0);
}

/* The outer part of a first message is under no MAC: it has its fields and nothing else. */
static void
test_refuses_bytes_after_a_first_message (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;
  static const uint8_t unknown_field[] = { 0x78, 0x01 };

  memory_sessions_meet (anna, bert, 5);
  message = memory_sessions_send (anna, bert, 1);
  memcpy (message.bytes + message.size, unknown_field, sizeof unknown_field);
  message.size = (uint16_t) (message.size + sizeof unknown_field);
  g_assert_cmpint (memory_sessions_receive (bert, anna, &message, 200, NULL), ==,
                   PARAPH_ERROR_MALFORMED);
}

static void
test_refuses_other_plaintexts (void)
{
  g_autoptr (MemorySessions) anna = NULL;
  g_autoptr (MemorySessions) bert = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  ParaphSessionMessage message;

  make_pair (&anna, &bert);
  g_assert_cmpint (paraph_secret_new ("test wrap", PARAPH_WRAP_SIZE - 1, &wrap), ==, 0);
  g_assert_cmpint (paraph_sessions_encrypt (anna->sessions, &bert->device, wrap, &message), ==,
                   PARAPH_ERROR_INTERNAL);
}

static void
test_encrypting_needs_a_session (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  ParaphSessionMessage message;
  size_t size = 0;
  bool has = true;

  memory_sessions_trust (anna, bert);
  g_assert_cmpint (paraph_secret_new ("test wrap", PARAPH_WRAP_SIZE, &wrap), ==, 0);
  g_assert_cmpint (paraph_sessions_encrypt (anna->sessions, &bert->device, wrap, &message), ==,
                   PARAPH_ERROR_NO_SESSION);
  g_assert_cmpint (paraph_sessions_has (anna->sessions, &bert->device, &has), ==, 0);
  g_assert_false (has);
  g_assert_cmpint (paraph_sessions_get_size (anna->sessions, &bert->device, &size), ==,
                   PARAPH_ERROR_NO_SESSION);
  memory_sessions_meet (anna, bert, 5);
  g_assert_cmpint (paraph_sessions_get_size (anna->sessions, &bert->device, &size), ==, 0);
  g_assert_cmpuint (size, >, 300);
  g_assert_cmpuint (size, <, 1000);
}

/* The callback with each number fails once: a storage fault is reported as that, and after a
 * rollback the same call succeeds. */
static void
test_every_storage_fault_is_reported (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  g_autoptr (MemorySessions) bert = memory_sessions_new ("bert");
  ParaphSessionMessage message;
  unsigned int faults = 0;
  int r = PARAPH_ERROR_STORAGE;

  memory_sessions_meet (anna, bert, 0);
  message = memory_sessions_send (anna, bert, 1);
  for (unsigned int i = 1; r != 0; i++)
    {
      bert->fail_in = i;
      r = memory_sessions_receive (bert, anna, &message, 200, NULL);
      bert->fail_in = 0;
      if (r != 0)
        g_assert_cmpint (r, ==, PARAPH_ERROR_STORAGE);
      faults += r != 0 ? 1 : 0;
    }
  g_assert_cmpuint (faults, >=, 8);
  assert_arrives (bert, anna, 2);
}

static void
test_ids_are_bounded (void)
{
  g_autoptr (MemorySessions) anna = memory_sessions_new ("anna");
  const uint32_t ids[] = { 0, 0xffffff, 0x1000000, 0xffffffff };
  ParaphPrekey prekey;
  ParaphSignedPrekey signed_prekey;

  for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_assert_cmpint (paraph_session_keys_new_prekey (anna->sessions, ids[i], &prekey), ==,
                       PARAPH_ERROR_LIMIT);
      g_assert_cmpint (
          paraph_session_keys_new_signed_prekey (anna->sessions, ids[i], &signed_prekey), ==,
          PARAPH_ERROR_LIMIT);
    }
  g_assert_cmpint (paraph_session_keys_new_prekey (anna->sessions, PARAPH_PREKEY_ID_MAX, &prekey),
                   ==, 0);
  g_assert_cmpuint (anna->registration_id, >=, 1);
  g_assert_cmpuint (anna->registration_id, <=, PARAPH_REGISTRATION_ID_MAX);
}

static void
test_each_result_of_the_library_has_a_meaning (void)
{
  static const struct
  {
    int library;
    int ours;
  } rows[] = {
    { 0, PARAPH_OK },
    { 1, PARAPH_OK },
    { SG_ERR_NOMEM, PARAPH_ERROR_MEMORY },
    { SG_ERR_INVAL, PARAPH_ERROR_INTERNAL },
    { SG_ERR_UNKNOWN, PARAPH_ERROR_STORAGE },
    { SG_ERR_DUPLICATE_MESSAGE, PARAPH_ERROR_DUPLICATE },
    { SG_ERR_INVALID_KEY, PARAPH_ERROR_KEY },
    { SG_ERR_INVALID_KEY_ID, PARAPH_ERROR_NO_PREKEY },
    { SG_ERR_INVALID_MAC, PARAPH_ERROR_DECRYPT },
    { SG_ERR_INVALID_MESSAGE, PARAPH_ERROR_DECRYPT },
    { SG_ERR_INVALID_VERSION, PARAPH_ERROR_INCOMPATIBLE },
    { SG_ERR_LEGACY_MESSAGE, PARAPH_ERROR_INCOMPATIBLE },
    { SG_ERR_STALE_KEY_EXCHANGE, PARAPH_ERROR_INCOMPATIBLE },
    { SG_ERR_NO_SESSION, PARAPH_ERROR_NO_SESSION },
    { SG_ERR_UNTRUSTED_IDENTITY, PARAPH_ERROR_UNTRUSTED },
    { SG_ERR_VRF_SIG_VERIF_FAILED, PARAPH_ERROR_INTERNAL },
    { SG_ERR_INVALID_PROTO_BUF, PARAPH_ERROR_STORAGE },
    { SG_ERR_FP_IDENT_MISMATCH, PARAPH_ERROR_INTERNAL },
    { PARAPH_ERROR_STORAGE, PARAPH_ERROR_STORAGE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (paraph_session_code (rows[i].library), ==, rows[i].ours);
  g_assert_cmpint (paraph_session_code_of_parsing (SG_ERR_INVAL), ==, PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (paraph_session_code_of_parsing (SG_ERR_INVALID_PROTO_BUF), ==,
                   PARAPH_ERROR_MALFORMED);
  g_assert_cmpint (paraph_session_code_of_parsing (SG_ERR_INVALID_KEY), ==, PARAPH_ERROR_KEY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/session/talks-both-ways", test_talks_both_ways);
  g_test_add_func ("/session/first-messages-say-so", test_first_messages_say_so);
  g_test_add_func ("/session/one-time-prekey-goes-with-its-message",
                   test_one_time_prekey_goes_with_its_message);
  g_test_add_func ("/session/signed-prekey-that-is-gone-is-named",
                   test_signed_prekey_that_is_gone_is_named);
  g_test_add_func ("/session/reversed-burst-opens-once", test_reversed_burst_opens_once);
  g_test_add_func ("/session/first-burst-reversed-opens", test_first_burst_reversed_opens);
  g_test_add_func ("/session/first-message-again-is-a-duplicate",
                   test_first_message_again_is_a_duplicate);
  g_test_add_func ("/session/first-message-is-not-replayed-after-its-session",
                   test_first_message_is_not_replayed_after_its_session);
  g_test_add_func ("/session/later-message-waits-for-its-first",
                   test_later_message_waits_for_its_first);
  g_test_add_func ("/session/both-may-begin-at-once", test_both_may_begin_at_once);
  g_test_add_func ("/session/a-new-bundle-begins-anew-and-opens-the-old",
                   test_a_new_bundle_begins_anew_and_opens_the_old);
  g_test_add_func ("/session/jumps-are-bounded", test_jumps_are_bounded);
  g_test_add_func ("/session/first-jumps-are-bounded", test_first_jumps_are_bounded);
  g_test_add_func ("/session/tampered-then-genuine", test_tampered_then_genuine);
  g_test_add_func ("/session/refuses-other-forms", test_refuses_other_forms);
  g_test_add_func ("/session/refuses-bytes-after-a-first-message",
                   test_refuses_bytes_after_a_first_message);
  g_test_add_func ("/session/refuses-other-plaintexts", test_refuses_other_plaintexts);
  g_test_add_func ("/session/encrypting-needs-a-session", test_encrypting_needs_a_session);
  g_test_add_func ("/session/every-storage-fault-is-reported",
                   test_every_storage_fault_is_reported);
  g_test_add_func ("/session/ids-are-bounded", test_ids_are_bounded);
  g_test_add_func ("/session/each-result-of-the-library-has-a-meaning",
                   test_each_result_of_the_library_has_a_meaning);
  return g_test_run ();
}
