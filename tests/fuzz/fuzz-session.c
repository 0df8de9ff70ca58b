/* First and later messages of a session, and bundles, through the whole way: guards, library,
 * provider, rows; rolled back each time. The first byte of the input chooses.
 *
 * The randomness is repeatable, so that a genuine message in the corpus stays one. */

#include <glib.h>
#include <string.h>

#include "crypto/content.h"
#include "crypto/start.h"
#include "crypto/wire.h"
#include "tests/support/memory-sessions.h"
#include "tests/support/seeded-random.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Bert has given Anna a bundle; Carl and Anna have written to each other. */
static MemorySessions *anna;
static MemorySessions *bert;
static MemorySessions *carl;
static GHashTable *rows[3];

static void
start (void)
{
  ParaphSessionMessage message;

  if (anna != NULL)
    return;
  if (paraph_crypto_start () != 0)
    g_error ("no cryptography");
  seeded_random_start (7);
  anna = memory_sessions_new ("anna");
  bert = memory_sessions_new ("bert");
  carl = memory_sessions_new ("carl");
  memory_sessions_meet (anna, bert, 5);
  memory_sessions_meet (anna, carl, 5);
  message = memory_sessions_send (anna, carl, 1);
  g_assert_cmpint (memory_sessions_receive (carl, anna, &message, 200, NULL), ==, 0);
  rows[0] = memory_sessions_snapshot (anna);
  rows[1] = memory_sessions_snapshot (bert);
  rows[2] = memory_sessions_snapshot (carl);
}

static void
try_message (MemorySessions *to, uint8_t type, const uint8_t *bytes, size_t size)
{
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  ParaphSessionMessage message = { .type = type };
  const ParaphId *from = to == anna ? &carl->device : &anna->device;

  message.size = (uint16_t) MIN (size, UINT16_MAX);
  memcpy (message.bytes, bytes, MIN (size, sizeof message.bytes));
  if (paraph_sessions_decrypt (to->sessions, from, &message, PARAPH_SESSION_JUMP_PROVEN, &wrap)
      == 0)
    g_assert_cmpuint (paraph_secret_size (wrap), ==, PARAPH_WRAP_SIZE);
  else
    g_assert_null (wrap);
}

static void
try_bundle (const uint8_t *bytes, size_t size)
{
  ParaphBundle bundle = { .is_directed = true };
  ParaphReader reader;

  paraph_reader_init (&reader, bytes, size);
  bundle.registration_id = paraph_reader_u16 (&reader);
  paraph_reader_bytes (&reader, bundle.identity.bytes, 32);
  bundle.signed_prekey.id = paraph_reader_u32 (&reader);
  paraph_reader_bytes (&reader, bundle.signed_prekey.key.bytes, 32);
  paraph_reader_bytes (&reader, bundle.signed_prekey.signature.bytes, 64);
  bundle.prekey.id = paraph_reader_u32 (&reader);
  paraph_reader_bytes (&reader, bundle.prekey.key.bytes, 32);
  if (paraph_reader_finish (&reader) != 0)
    return;
  bundle.has_prekey = bundle.prekey.id != 0;
  bundle.issuer = bert->device;
  bundle.recipient = anna->device;
  memory_sessions_trust_key (anna, &bert->device, &bundle.identity);
  g_assert_cmpint (paraph_sessions_process_bundle (anna->sessions, &bundle), <=, 0);
  memory_sessions_trust (anna, bert);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  start ();
  if (size < 2)
    return 0;
  switch (data[0] % 4)
    {
    case 0:
      try_message (bert, data[1], data + 2, size - 2);
      break;
    case 1:
      try_message (carl, data[1], data + 2, size - 2);
      break;
    case 2:
      try_message (anna, data[1], data + 2, size - 2);
      break;
    default:
      try_bundle (data + 1, size - 1);
      break;
    }
  memory_sessions_rollback (anna, rows[0]);
  memory_sessions_rollback (bert, rows[1]);
  memory_sessions_rollback (carl, rows[2]);
  return 0;
}
