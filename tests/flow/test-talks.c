/* Three homes and one pouch: from founding to an adopted text. */

#include <string.h>

#include "tests/flow/flow-test.h"

#include "negotiation/packet.h"
#include "store/talk-table.h"

static void
make_charter (TestTalks *talks, ParaphId *ret_charter)
{
  g_autofree char *a = test_hex (&talks->delegations[0].delegation);
  g_autofree char *b = test_hex (&talks->delegations[1].delegation);
  g_autofree char *c = test_hex (&talks->delegations[2].delegation);
  g_autofree char *seat_a = g_strdup_printf ("AST party %s Asteria", a);
  g_autofree char *seat_b = g_strdup_printf ("BOR party %s Boreal", b);
  g_autofree char *seat_c = g_strdup_printf ("CIR party %s Cirrus", c);
  const char *const lines[] = { "title",     "Talks about the river",
                                "seat",      seat_a,
                                "seat",      seat_b,
                                "seat",      seat_c,
                                "rule",      "unanimity",
                                "admission", "convener",
                                "language",  "en",
                                "zone",      "UTC",
                                "issuer",    "AST",
                                "adoption",  "moves",
                                "silence",   "no",
                                NULL };
  TestRecord charter = { .kind = PARAPH_KIND_CHARTER, .lines = lines };

  test_make_record (&talks->delegations[0], &charter);
  *ret_charter = charter.id;
}

/* Everybody takes the seat that the charter gives; the convener admits. */
static void
join_all (TestTalks *talks, const ParaphId *charter)
{
  for (guint i = 1; i < talks->n; i++)
    {
      TestDelegation *one = &talks->delegations[i];
      const char *const lines[] = { "seat", one->code, NULL };
      TestRecord joining = { PARAPH_KIND_JOINING, lines, *charter, *charter, NULL, { { 0 } } };
      g_autofree char *delegation = test_hex (&one->delegation);
      g_autofree char *joining_id = NULL;
      ParaphSyncReport report = { 0 };

      test_sync (&talks->delegations[0], &report);
      test_sync (one, &report);
      test_make_record (one, &joining);
      joining_id = test_hex (&joining.id);
      test_sync (one, &report);
      test_sync (&talks->delegations[0], &report);
      {
        const char *const add[] = { "change",     "add",      "seat",    one->code,
                                    "delegation", delegation, "joining", joining_id,
                                    "history",    "full",     NULL };
        TestRecord membership = {
          PARAPH_KIND_MEMBERSHIP, add, *charter, *charter, NULL, { { 0 } }
        };

        test_make_record (&talks->delegations[0], &membership);
      }
    }
}

/* What every home has to say alike of a channel. */
typedef struct
{
  ParaphId channel;
  ParaphId text;
  char *tips;
  ParaphProposalState state;
  guint members;
} Picture;

static gboolean
draw (ParaphHome *home, gpointer data, GError **error)
{
  Picture *self = data;
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &self->channel);
  g_autoptr (GArray) tips = NULL;
  g_autoptr (GArray) members = NULL;
  g_autoptr (ParaphText) text = NULL;
  GString *said = g_string_new (NULL);

  (void) error;
  g_assert_nonnull (channel);
  tips = paraph_channel_list_tips (channel);
  members = paraph_channel_list_members (channel, NULL);
  for (guint i = 0; i < tips->len; i++)
    {
      g_autofree char *hex = test_hex (&g_array_index (tips, ParaphPlace, i).id);

      g_string_append_printf (said, "%s\n", hex);
    }
  self->tips = g_string_free (said, FALSE);
  self->members = members->len;
  text = paraph_channel_get_text (channel, &self->text);
  g_assert_nonnull (text);
  g_assert_cmpuint (text->proposals->len, ==, 1);
  self->state = ((ParaphProposal *) g_ptr_array_index (text->proposals, 0))->state;
  return TRUE;
}

static void
assert_agreed (TestTalks *talks, const ParaphId *channel, const ParaphId *text)
{
  g_autofree char *first = NULL;

  for (guint i = 0; i < talks->n; i++)
    {
      Picture picture = { .channel = *channel, .text = *text };

      test_run (&talks->delegations[i], draw, &picture);
      g_assert_cmpuint (picture.members, ==, talks->n);
      g_assert_cmpint (picture.state, ==, PARAPH_PROPOSAL_ADOPTED);
      if (first == NULL)
        first = g_steal_pointer (&picture.tips);
      g_assert_cmpstr (first, ==, picture.tips == NULL ? first : picture.tips);
      g_free (picture.tips);
    }
}

static void
propose (TestTalks *talks, const ParaphId *charter, ParaphId *ret_text, ParaphId *ret_proposal)
{
  const char *const opening[] = { "symbol",   "AST/T1", "title", "Article one",
                                  "standing", "basis",  NULL };
  TestRecord text = { PARAPH_KIND_TEXT,         opening,  *charter, *charter,
                      "The river is shared.\n", { { 0 } } };
  g_autofree char *text_id = NULL;

  test_make_record (&talks->delegations[0], &text);
  g_assert_cmpuint (test_talks_rest (talks), <=, 5);
  text_id = test_hex (&text.id);
  {
    const char *const lines[] = { "symbol", "BOR/P1", "text", text_id, "base", text_id, NULL };
    TestRecord proposal = {
      PARAPH_KIND_PROPOSAL, lines, *charter, *charter, "The river is shared by all.\n", { { 0 } }
    };

    test_make_record (&talks->delegations[1], &proposal);
    *ret_proposal = proposal.id;
  }
  *ret_text = text.id;
}

static void
test_adopts_a_text (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  ParaphId text = { { 0 } };
  ParaphId proposal = { { 0 } };
  g_autofree char *target = NULL;

  test_talks_init (&talks, 3);
  test_talks_exchange_cards (&talks);
  make_charter (&talks, &charter);
  join_all (&talks, &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  propose (&talks, &charter, &text, &proposal);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  target = test_hex (&proposal);
  for (guint i = 0; i < talks.n; i++)
    {
      const char *const lines[] = { "target", target, "stance", "accept", NULL };
      TestRecord position = { PARAPH_KIND_POSITION, lines, charter, charter, NULL, { { 0 } } };

      if (i == 1)
        continue;
      test_make_record (&talks.delegations[i], &position);
      g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
    }
  assert_agreed (&talks, &charter, &text);
  test_talks_clear (&talks);
}

typedef struct
{
  ParaphId channel;
  char *words;
} Talk;

static gboolean
say (ParaphHome *home, gpointer data, GError **error)
{
  Talk *self = data;

  return paraph_outbound_talk (home, &self->channel, self->words, NULL, NULL, error);
}

static gboolean
hear (ParaphHome *home, gpointer data, GError **error)
{
  Talk *self = data;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (ParaphPacket) packet = NULL;

  if (!paraph_talk_table_list (home->store, &self->channel, 0, 8, &rows, error))
    return FALSE;
  g_assert_cmpuint (rows->len, ==, 1);
  packet = paraph_packet_parse (((ParaphTalkRow *) g_ptr_array_index (rows, 0))->payload, error);
  g_assert_nonnull (packet);
  self->words = g_strdup (packet->talk.words);
  return TRUE;
}

static void
test_talks_off_the_record (void)
{
  TestTalks talks = { 0 };
  Talk said = { { { 0 } }, (char *) (guintptr) "Shall we meet at the bridge?" };
  Talk heard = { 0 };

  test_talks_init (&talks, 3);
  test_talks_exchange_cards (&talks);
  make_charter (&talks, &said.channel);
  join_all (&talks, &said.channel);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  test_run (&talks.delegations[2], say, &said);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  heard.channel = said.channel;
  test_run (&talks.delegations[1], hear, &heard);
  g_assert_cmpstr (heard.words, ==, said.words);
  g_free (heard.words);
  test_talks_clear (&talks);
}

static gboolean
has_channel (ParaphHome *home, gpointer data, GError **error)
{
  (void) error;
  g_assert_nonnull (paraph_ledger_find_channel (home->ledger, data));
  return TRUE;
}

static gboolean
has_one_record (ParaphHome *home, gpointer data, GError **error)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, data);

  (void) error;
  g_assert_nonnull (channel);
  g_assert_cmpuint (paraph_channel_list (channel)->len, ==, 1);
  return TRUE;
}

/* A letter from somebody whose card is not here stays closed at the door until the card comes. */
static void
test_opens_the_door_when_the_card_comes (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  ParaphSyncReport report = { 0 };
  g_autoptr (GBytes) late = NULL;

  test_talks_init (&talks, 3);
  for (guint i = 1; i < 3; i++)
    {
      g_autoptr (GBytes) card = NULL;

      test_run (&talks.delegations[i], test_make_card, &card);
      test_run (&talks.delegations[0], test_take_card, card);
    }
  make_charter (&talks, &charter);
  test_sync (&talks.delegations[0], &report);
  test_sync (&talks.delegations[1], &report);
  g_assert_cmpuint (report.received, >=, 1); /* the larger device greets as well */
  g_assert_cmpuint (report.applied, ==, 0);
  test_run (&talks.delegations[0], test_make_card, &late);
  test_run (&talks.delegations[1], test_take_card, late);
  test_sync (&talks.delegations[1], &report);
  test_run (&talks.delegations[1], has_channel, &charter);
  test_talks_clear (&talks);
}

/* What was refused leaves nothing behind, and a home that was closed says the same again. */
static void
test_keeps_nothing_of_a_refused_record (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  g_autoptr (GError) error = NULL;

  test_talks_init (&talks, 3);
  test_talks_exchange_cards (&talks);
  make_charter (&talks, &charter);
  test_talks_rest (&talks);
  {
    const char *const lines[] = { "symbol",   "BOR/T1", "title", "Too early",
                                  "standing", "basis",  NULL };
    TestRecord text = { PARAPH_KIND_TEXT, lines, charter, charter, "Words.\n", { { 0 } } };

    g_assert_false (paraph_client_run (talks.delegations[1].client, test_make_record_verb, &text,
                                       FALSE, &error));
    g_assert_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED);
  }
  test_run (&talks.delegations[1], has_one_record, &charter);
  g_assert_true (paraph_client_close (talks.delegations[1].client, NULL));
  g_assert_true (paraph_client_open (talks.delegations[1].client,
                                     &talks.delegations[1].home.opening, NULL, NULL));
  test_run (&talks.delegations[1], has_one_record, &charter);
  test_talks_clear (&talks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/talks/three-homes-adopt-a-text", test_adopts_a_text);
  g_test_add_func ("/talks/off-the-record-reaches-members", test_talks_off_the_record);
  g_test_add_func ("/talks/opens-the-door-when-the-card-comes",
                   test_opens_the_door_when_the_card_comes);
  g_test_add_func ("/talks/keeps-nothing-of-a-refused-record",
                   test_keeps_nothing_of_a_refused_record);
  return g_test_run ();
}
