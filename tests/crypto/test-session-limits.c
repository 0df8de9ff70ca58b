/* What is refused, what is bounded, and what a fault of the store becomes. */

#include <glib.h>
#include <string.h>

#include "crypto/content.h"
#include "crypto/session-private.h"
#include "crypto/start.h"
#include "tests/support/memory-sessions.h"

static void
assert_arrives (MemorySessions *from, MemorySessions *to, uint32_t number)
{
  ParaphSessionMessage message = memory_sessions_send (from, to, number);
  uint32_t found = 0;

  g_assert_cmpint (memory_sessions_receive (to, from, &message, PARAPH_SESSION_JUMP, &found), ==,
                   0);
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
  g_test_add_func ("/session-limits/refuses-other-forms", test_refuses_other_forms);
  g_test_add_func ("/session-limits/refuses-bytes-after-a-first-message",
                   test_refuses_bytes_after_a_first_message);
  g_test_add_func ("/session-limits/refuses-other-plaintexts", test_refuses_other_plaintexts);
  g_test_add_func ("/session-limits/encrypting-needs-a-session", test_encrypting_needs_a_session);
  g_test_add_func ("/session-limits/every-storage-fault-is-reported",
                   test_every_storage_fault_is_reported);
  g_test_add_func ("/session-limits/ids-are-bounded", test_ids_are_bounded);
  g_test_add_func ("/session-limits/each-result-of-the-library-has-a-meaning",
                   test_each_result_of_the_library_has_a_meaning);
  return g_test_run ();
}
