/* On and off the record: the same history, played with talk between its records and without, is
 * the same to the byte. */

#include <string.h>

#include "store/talk-table.h"
#include "tests/flow/convened.h"
#include "tests/flow/fixed-outside.h"

#define HOMES 3
#define SEED 20261123
#define BEGINNING 1795000000
#define TALK 500
#define STEPS 5

typedef struct
{
  TestTalks talks;
  ParaphId charter;
  guint talk; /* items to be said before each step */
  guint said;
} Play;

static gboolean
say (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_outbound_talk (home, data, "Between ourselves: would thirty days do?", NULL, NULL,
                               error);
}

static void
talk (Play *self)
{
  for (guint i = 0; i < self->talk; i++)
    test_run (&self->talks.delegations[self->said++ % HOMES], say, &self->charter);
}

/* A step of the history: talk, one record, and everybody hears of it. */
static ParaphId
step (Play *self, guint index, ParaphKind kind, const char *const *lines, const char *text)
{
  TestRecord record = { kind, lines, self->charter, self->charter, text, { { 0 } } };

  fixed_outside_wait (100);
  talk (self);
  test_make_record (&self->talks.delegations[index], &record);
  test_talks_rest (&self->talks);
  return record.id;
}

static void
play_papers (Play *self)
{
  const char *const opening[] = { "symbol",   "AST/T1", "title", "Article one",
                                  "standing", "basis",  NULL };
  const char *const statement[] = { "type", "statement", NULL };
  ParaphId text = step (self, 0, PARAPH_KIND_TEXT, opening, "The river is shared.\n");
  g_autofree char *text_hex = test_hex (&text);
  const char *const proposing[] = { "symbol", "BOR/P1", "text", text_hex, "base", text_hex, NULL };
  ParaphId proposal =
      step (self, 1, PARAPH_KIND_PROPOSAL, proposing, "The river is shared by all.\n");
  g_autofree char *hex = test_hex (&proposal);
  const char *const accepting[] = { "target", hex, "stance", "accept", NULL };

  step (self, 2, PARAPH_KIND_STATEMENT, statement, "We have heard it.\n");
  step (self, 0, PARAPH_KIND_POSITION, accepting, NULL);
  step (self, 2, PARAPH_KIND_POSITION, accepting, NULL);
}

static gboolean
count_talk (ParaphHome *home, gpointer data, GError **error)
{
  Play *self = data;
  g_autoptr (GPtrArray) rows = NULL;

  if (!paraph_talk_table_list (home->store, &self->charter, 0, TALK + 1, &rows, error))
    return FALSE;
  g_assert_cmpuint (rows->len, ==, self->said);
  return TRUE;
}

/* Every record of the channel, headers and signatures, as one home holds them. */
static GBytes *
collect (Play *self, guint index, guint *ret_records)
{
  g_autoptr (GPtrArray) records =
      test_list_records (&self->talks.delegations[index], &self->charter);
  GByteArray *all = g_byte_array_new ();

  for (guint i = 0; i < records->len; i++)
    {
      const ParaphSealedRecord *sealed = g_ptr_array_index (records, i);
      gsize size = 0;
      const guint8 *bytes = g_bytes_get_data (sealed->header->bytes, &size);

      g_byte_array_append (all, bytes, (guint) size);
      for (guint j = 0; j < sealed->n_signatures; j++)
        g_byte_array_append (all, sealed->signatures[j].signature.bytes, 64);
    }
  *ret_records = records->len;
  return g_byte_array_free_to_bytes (all);
}

static GBytes *
play (guint items, guint *ret_records)
{
  Play self = { .talk = items };
  GBytes *bytes = NULL;

  fixed_outside_start (SEED, BEGINNING);
  test_talks_init_convened (&self.talks, HOMES, &self.charter);
  play_papers (&self);
  for (guint i = 0; i < HOMES; i++)
    {
      guint records = 0;
      g_autoptr (GBytes) held = collect (&self, i, &records);

      test_run (&self.talks.delegations[i], count_talk, &self);
      if (bytes != NULL)
        g_assert_true (g_bytes_equal (bytes, held));
      else
        bytes = g_bytes_ref (held);
      *ret_records = records;
    }
  g_test_message ("%u records, %u items of talk", *ret_records, self.said);
  test_talks_clear (&self.talks);
  return bytes;
}

/* Where the two part, for whoever has to find out why. */
static void
tell_difference (GBytes *silent, GBytes *talked)
{
  gsize size = 0, other_size = 0, at = 0;
  const char *one = g_bytes_get_data (silent, &size);
  const char *other = g_bytes_get_data (talked, &other_size);
  gsize from = 0;

  while (at < MIN (size, other_size) && one[at] == other[at])
    at++;
  from = at > 400 ? at - 400 : 0;
  g_test_message ("they part at byte %" G_GSIZE_FORMAT ": %.*s", at, 500, one + from);
  g_test_message ("and with talk: %.*s", 500, other + from);
}

/* What draws once in a process has to have drawn before the first play. */
static void
warm_up (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;

  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_assert_cmpint (paraph_secret_new_random ("test key", 32, &secret), ==, 0);
}

static void
test_apart (void)
{
  guint silent_records = 0, records = 0;
  g_autoptr (GBytes) silent = NULL;
  g_autoptr (GBytes) talked = NULL;

  warm_up ();
  silent = play (0, &silent_records);
  talked = play (TALK / STEPS, &records);
  g_assert_cmpuint (silent_records, >, STEPS + 2 * (HOMES - 1)); /* and checkpoints */
  g_assert_cmpuint (records, ==, silent_records);
  if (!g_bytes_equal (silent, talked))
    tell_difference (silent, talked);
  g_assert_true (g_bytes_equal (silent, talked));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/apart/record-bytes-are-the-same-with-and-without-talk", test_apart);
  return g_test_run ();
}
