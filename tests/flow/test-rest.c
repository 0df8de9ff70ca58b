/* Many homes come to rest after one proposal: no envelope in any mailbox, no row in any outbox. */

#include <string.h>

#include "tests/flow/convened.h"

#define DEVICES 30
#define DEVICES_FULL 200
#define ROUNDS_MAX 5

/* All sync in turn. TRUE: nothing lies anywhere any more. */
static gboolean
sync_all (TestTalks *talks, guint round)
{
  gint64 began = g_get_monotonic_time ();
  guint received = 0;
  guint sent = 0;

  for (guint i = 0; i < talks->n; i++)
    {
      ParaphSyncReport report = { 0 };

      test_sync (&talks->delegations[i], &report);
      g_assert_cmpuint (report.refused, ==, 0);
      received += report.received;
      sent += report.sent;
    }
  g_test_message ("round %u: received %u, sent %u; left: %u in mailboxes, %" G_GUINT64_FORMAT
                  " in outboxes; %.1f s",
                  round, received, sent, test_talks_count_mail (talks),
                  test_talks_count_outboxes (talks),
                  (double) (g_get_monotonic_time () - began) / G_USEC_PER_SEC);
  return test_talks_count_mail (talks) == 0 && test_talks_count_outboxes (talks) == 0;
}

static void
come_to_rest (TestTalks *talks)
{
  guint round = 1;

  while (!sync_all (talks, round))
    {
      round++;
      g_assert_cmpuint (round, <=, ROUNDS_MAX);
    }
}

static gboolean
find_record (ParaphHome *home, gpointer data, GError **error)
{
  (void) error;
  g_assert_nonnull (paraph_ledger_find (home->ledger, data));
  return TRUE;
}

static void
make_text (TestTalks *talks, const ParaphId *charter, ParaphId *ret_text)
{
  const char *const lines[] = { "symbol",   "AST/T1", "title", "Article one",
                                "standing", "basis",  NULL };
  TestRecord text = { PARAPH_KIND_TEXT,         lines,    *charter, *charter,
                      "The river is shared.\n", { { 0 } } };

  test_make_record (&talks->delegations[0], &text);
  *ret_text = text.id;
}

static void
make_proposal (TestTalks *talks, const ParaphId *charter, const ParaphId *text, ParaphId *ret_id)
{
  g_autofree char *hex = test_hex (text);
  const char *const lines[] = { "symbol", "BOR/P1", "text", hex, "base", hex, NULL };
  TestRecord proposal = {
    PARAPH_KIND_PROPOSAL, lines, *charter, *charter, "The river is shared by all.\n", { { 0 } }
  };

  test_make_record (&talks->delegations[1], &proposal);
  *ret_id = proposal.id;
}

static void
test_rest (void)
{
  guint n = g_getenv ("PARAPH_CHECK_FULL") != NULL ? DEVICES_FULL : DEVICES;
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  ParaphId text = { { 0 } };
  ParaphId proposal = { { 0 } };

  test_talks_init_convened (&talks, n, &charter);
  make_text (&talks, &charter, &text);
  come_to_rest (&talks);
  make_proposal (&talks, &charter, &text, &proposal);
  come_to_rest (&talks);
  for (guint i = 0; i < talks.n; i++)
    test_run (&talks.delegations[i], find_record, &proposal);
  test_talks_clear (&talks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rest/many-devices-come-to-rest-after-one-proposal", test_rest);
  return g_test_run ();
}
