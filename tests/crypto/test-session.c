/* The order and the fate of messages between two devices that trust each other. */

#include <glib.h>
#include <stdlib.h>
#include <string.h>

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

typedef struct
{
  ParaphSessionMessage message;
  ParaphSessionOrder order;
} Waiting;

static int
compare_order (gconstpointer a, gconstpointer b)
{
  const Waiting *first = a;
  const Waiting *second = b;
  int chains = memcmp (first->order.chain.bytes, second->order.chain.bytes, 32);

  if (chains != 0)
    return chains;
  return first->order.counter < second->order.counter ? -1 : 1;
}

/* A pouch may deliver in any order: sorted before they are opened, 5000 messages leave nothing
 * behind in the record. */
static void
test_sorted_mail_keeps_the_record_small (void)
{
  g_autoptr (MemorySessions) anna = NULL;
  g_autoptr (MemorySessions) bert = NULL;
  g_autofree Waiting *waiting = g_new0 (Waiting, 5000);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  size_t before = 0;
  size_t after = 0;

  make_pair (&anna, &bert);
  for (uint32_t i = 0; i < 5000; i++)
    {
      uint32_t place = (uint32_t) g_rand_int_range (rand, 0, (gint32) i + 1);

      waiting[i] = waiting[place];
      waiting[place].message = memory_sessions_send (anna, bert, i);
      g_assert_cmpint (
          paraph_sessions_peek (bert->sessions, &waiting[place].message, &waiting[place].order), ==,
          0);
    }
  assert_arrives (bert, anna, 1);
  g_assert_cmpint (paraph_sessions_get_size (bert->sessions, &anna->device, &before), ==, 0);
  qsort (waiting, 5000, sizeof waiting[0], compare_order);
  for (uint32_t i = 0; i < 5000; i++)
    g_assert_cmpint (
        memory_sessions_receive (bert, anna, &waiting[i].message, PARAPH_SESSION_JUMP, NULL), ==,
        0);
  g_assert_cmpint (paraph_sessions_get_size (bert->sessions, &anna->device, &after), ==, 0);
  g_assert_cmpuint (after, <, before + 200);
  g_assert_cmpuint (after, <, PARAPH_SESSION_SIZE_WARN);
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
  g_test_add_func ("/session/sorted-mail-keeps-the-record-small",
                   test_sorted_mail_keeps_the_record_small);
  g_test_add_func ("/session/tampered-then-genuine", test_tampered_then_genuine);
  return g_test_run ();
}
