/* Random histories of two devices: they send, messages are held back, swapped, repeated, lost in a
 * crash before the commit, and sessions begin anew. The model knows sets only: what was sent opens
 * exactly once, and no message key is used for two messages that left. */

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/start.h"
#include "tests/support/memory-sessions.h"

#define STEPS 60
#define OVERTAKEN_MAX 3 /* the library keeps five chains of a session, and the keys of no more */
#define KEY_OFFSET 1
#define KEY_SIZE 37 /* ratchet key and the beginning of the counter, in the inner message */

typedef struct
{
  ParaphSessionMessage message;
  uint32_t number;
  unsigned int overtaken;
} Letter;

typedef struct
{
  MemorySessions *devices[2];
  GPtrArray *under_way[2]; /* to the device with this index */
  GPtrArray *arrived[2];
  GHashTable *message_keys;
  GRand *rand;
  uint32_t sent;
  uint32_t opened;
  uint32_t next_prekey;
} History;

static void
begin_anew (History *self, int from)
{
  memory_sessions_meet (self->devices[from], self->devices[1 - from], self->next_prekey++);
}

/* A number of the protocol buffers: seven bits a byte, the lowest first. */
static size_t
read_varint (const ParaphSessionMessage *message, size_t *at)
{
  size_t value = 0;

  for (unsigned int shift = 0; shift < 35; shift += 7)
    {
      uint8_t byte;

      g_assert_cmpuint (*at, <, message->size);
      byte = message->bytes[(*at)++];
      value |= (size_t) (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0)
        break;
    }
  return value;
}

/* Where the inner message begins: field 4 of a first message, after its version byte. */
static size_t
find_inner (const ParaphSessionMessage *message)
{
  size_t at = 1;

  if (message->type != 3)
    return 0;
  for (;;)
    {
      size_t tag = read_varint (message, &at);
      size_t value = read_varint (message, &at); /* of a number, or the size of bytes */

      if (tag == 0x22)
        return at;
      if ((tag & 7) == 2)
        at += value;
    }
}

/* The ratchet key and the counter name a message key. */
static void
note_message_key (History *self, const ParaphSessionMessage *message)
{
  size_t inner = find_inner (message) + KEY_OFFSET;
  GBytes *key;

  g_assert_cmpuint (inner + KEY_SIZE + 1, <=, message->size);
  g_assert_cmpuint (message->bytes[inner + 35], ==, 0x10); /* the tag of the counter */
  key = g_bytes_new (message->bytes + inner, KEY_SIZE + 1);
  g_assert_true (g_hash_table_add (self->message_keys, key));
}

static void
send (History *self, int from)
{
  MemorySessions *own = self->devices[from];
  MemorySessions *peer = self->devices[1 - from];
  Letter *letter;
  bool has = false;

  g_assert_cmpint (paraph_sessions_has (own->sessions, &peer->device, &has), ==, 0);
  if (!has)
    begin_anew (self, from);
  if (g_rand_int_range (self->rand, 0, 8) == 0)
    {
      /* Crashed before the commit: what was encrypted never left. */
      g_autoptr (GHashTable) savepoint = memory_sessions_snapshot (own);

      (void) memory_sessions_send (own, peer, 0);
      memory_sessions_rollback (own, savepoint);
    }
  letter = g_new0 (Letter, 1);
  letter->number = ++self->sent;
  letter->message = memory_sessions_send (own, peer, letter->number);
  note_message_key (self, &letter->message);
  g_ptr_array_add (self->under_way[1 - from], letter);
}

static void
open_letter (History *self, int to, unsigned int index)
{
  MemorySessions *own = self->devices[to];
  Letter *letter = g_ptr_array_steal_index (self->under_way[to], index);
  uint32_t found = 0;

  if (g_rand_int_range (self->rand, 0, 8) == 0)
    {
      g_autoptr (GHashTable) savepoint = memory_sessions_snapshot (own);

      g_assert_cmpint (memory_sessions_receive (own, self->devices[1 - to], &letter->message,
                                                PARAPH_SESSION_JUMP, NULL),
                       ==, 0);
      memory_sessions_rollback (own, savepoint);
    }
  g_assert_cmpint (memory_sessions_receive (own, self->devices[1 - to], &letter->message,
                                            PARAPH_SESSION_JUMP, &found),
                   ==, 0);
  g_assert_cmpuint (found, ==, letter->number);
  self->opened++;
  g_ptr_array_add (self->arrived[to], letter);
  for (unsigned int i = 0; i < index; i++)
    {
      Letter *older = g_ptr_array_index (self->under_way[to], i);

      older->overtaken++;
    }
}

/* Any letter, unless one waits for too long. */
static void
deliver (History *self, int to)
{
  GPtrArray *letters = self->under_way[to];
  unsigned int index;

  if (letters->len == 0)
    return;
  index = (unsigned int) g_rand_int_range (self->rand, 0, (gint32) letters->len);
  for (unsigned int i = 0; i < letters->len; i++)
    {
      const Letter *letter = g_ptr_array_index (letters, i);

      if (letter->overtaken >= OVERTAKEN_MAX)
        index = MIN (index, i);
    }
  open_letter (self, to, index);
}

static void
repeat (History *self, int to)
{
  const Letter *letter;
  unsigned int index;

  if (self->arrived[to]->len == 0)
    return;
  index = (unsigned int) g_rand_int_range (self->rand, 0, (gint32) self->arrived[to]->len);
  letter = g_ptr_array_index (self->arrived[to], index);
  g_assert_cmpint (memory_sessions_receive (self->devices[to], self->devices[1 - to],
                                            &letter->message, PARAPH_SESSION_JUMP, NULL),
                   !=, 0);
}

static void
take_step (History *self)
{
  int device = g_rand_int_range (self->rand, 0, 2);
  int choice = g_rand_int_range (self->rand, 0, 20);

  if (choice < 8)
    send (self, device);
  else if (choice < 16)
    deliver (self, device);
  else if (choice < 19)
    repeat (self, device);
  else if (self->next_prekey < 8)
    begin_anew (self, device);
}

static void
run_history (uint32_t seed)
{
  History self = { .next_prekey = 1 };

  self.rand = g_rand_new_with_seed (seed);
  self.message_keys =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  for (int i = 0; i < 2; i++)
    {
      self.devices[i] = memory_sessions_new (i == 0 ? "anna" : "bert");
      self.under_way[i] = g_ptr_array_new_with_free_func (g_free);
      self.arrived[i] = g_ptr_array_new_with_free_func (g_free);
    }
  for (int i = 0; i < 2; i++)
    memory_sessions_trust (self.devices[i], self.devices[1 - i]);
  for (int i = 0; i < STEPS; i++)
    take_step (&self);
  for (int i = 0; i < 2; i++)
    {
      while (self.under_way[i]->len > 0)
        deliver (&self, i);
      repeat (&self, i);
    }
  g_assert_cmpuint (self.opened, ==, self.sent);
  for (int i = 0; i < 2; i++)
    {
      memory_sessions_free (self.devices[i]);
      g_ptr_array_unref (self.under_way[i]);
      g_ptr_array_unref (self.arrived[i]);
    }
  g_hash_table_unref (self.message_keys);
  g_rand_free (self.rand);
}

static uint32_t
read_environment (const char *name, uint32_t otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? (uint32_t) g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
test_each_message_opens_exactly_once (void)
{
  uint32_t seed = read_environment ("PARAPH_TEST_SEED", 1);
  uint32_t count = read_environment ("PARAPH_TEST_HISTORIES", 250);

  for (uint32_t i = 0; i < count; i++)
    {
      g_test_message ("history of seed %u", seed + i);
      run_history (seed + i);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/session-histories/each-message-opens-exactly-once",
                   test_each_message_opens_exactly_once);
  return g_test_run ();
}
