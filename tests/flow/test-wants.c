/* What was lost on the way is asked for: of the author, then of a mediator, then of anybody. */

#include <string.h>

#include "app/home-private.h"
#include "app/identity-requests.h"
#include "app/limit-table.h"
#include "app/outbound-private.h"
#include "negotiation/judge.h"
#include "store/blob-table.h"
#include "tests/flow/convened.h"
#include "tests/flow/test-clock.h"

static void
sync_one (TestDelegation *one)
{
  ParaphSyncReport report = { 0 };

  test_sync (one, &report);
  g_assert_cmpuint (report.refused, ==, 0);
}

/* Everything that lies in all mailboxes is lost. */
static void
lose_mail (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        lose_mail (child);
      else if (!g_str_has_suffix (child, "pouch.v1"))
        g_assert_cmpint (g_unlink (child), ==, 0);
    }
  if (dir != NULL)
    g_dir_close (dir);
}

typedef struct
{
  ParaphId id;
  gboolean is_placed;
  gboolean is_lacking;
} Look;

static gboolean
look (ParaphHome *home, gpointer data, GError **error)
{
  Look *self = data;
  ParaphEntry *entry = paraph_ledger_find (home->ledger, &self->id);

  self->is_placed = entry != NULL;
  if (entry != NULL)
    {
      const ParaphHeader *header = paraph_entry_get_header (entry);
      gboolean has = TRUE;

      for (guint i = 0; i < header->n_bodies && has; i++)
        if (!paraph_blob_table_has (home->store, &header->bodies[i].blob, &has, error))
          return FALSE;
      self->is_lacking = !has;
    }
  return TRUE;
}

static Look
look_at (TestDelegation *one, const ParaphId *id)
{
  Look self = { .id = *id };

  test_run (one, look, &self);
  return self;
}

static void
make_text (TestDelegation *one, const ParaphId *charter, ParaphId *ret_id)
{
  g_autofree char *symbol = g_strdup_printf ("%s/T1", one->code);
  const char *const lines[] = {
    "symbol", symbol, "title", "Article one", "standing", "basis", NULL
  };
  TestRecord text = { PARAPH_KIND_TEXT,         lines,    *charter, *charter,
                      "The river is shared.\n", { { 0 } } };

  test_make_record (one, &text);
  *ret_id = text.id;
}

/* The author is away for good after one other got the text: a third has it from that other. */
static void
test_asks_one_after_the_other (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  ParaphId text = { { 0 } };
  TestDelegation *author = NULL;
  TestDelegation *other = NULL;
  TestDelegation *third = NULL;
  gint64 ahead = 0;
  guint asked = 0;

  test_clock_set (0);
  test_talks_init_convened (&talks, 3, &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  author = &talks.delegations[0];
  other = &talks.delegations[1];
  third = &talks.delegations[2];

  make_text (author, &charter, &text);
  sync_one (author);
  sync_one (other);
  lose_mail (talks.pouch); /* also what was on its way to the third */
  g_assert_true (look_at (other, &text).is_placed);
  g_assert_false (look_at (third, &text).is_placed);

  /* A day later the other says again what it has, since it has more. */
  {
    ParaphId second = { { 0 } };

    make_text (other, &charter, &second);
    sync_one (other);
    sync_one (third); /* asks the author */
    sync_one (other);
    g_assert_false (look_at (third, &text).is_placed);
  }
  for (asked = 1; !look_at (third, &text).is_placed; asked++)
    {
      g_assert_cmpuint (asked, <=, 4);
      sync_one (third); /* within ten minutes nobody is asked again */
      sync_one (other);
      sync_one (third);
      if (look_at (third, &text).is_placed)
        break;
      ahead += PARAPH_LIMIT_ASK_AGAIN + 1;
      test_clock_set (ahead);
    }
  g_assert_cmpuint (asked, >=, 2); /* not at the first asking: that was the author's turn */
  g_assert_false (look_at (third, &text).is_lacking);
  test_talks_clear (&talks);
}

/* Identity records */

static gboolean
revoke_self (ParaphHome *home, gpointer data, GError **error)
{
  ParaphId made = { { 0 } };

  (void) data;
  return paraph_device_revoke (home, &home->device, "lost", NULL, &made, error);
}

typedef struct
{
  ParaphId device;
  gboolean is_in_force;
} Force;

static gboolean
look_at_force (ParaphHome *home, gpointer data, GError **error)
{
  Force *self = data;

  (void) error;
  self->is_in_force = paraph_home_find_device (home, &self->device) != NULL;
  return TRUE;
}

static gboolean
is_in_force (TestDelegation *one, const TestDelegation *of)
{
  Force self = { .device = of->device };

  test_run (one, look_at_force, &self);
  return self.is_in_force;
}

/* Revokes the last one's device, which says so to nobody; its card reaches the first by hand. */
static void
revoke_by_hand (TestTalks *talks)
{
  TestDelegation *revoked = &talks->delegations[talks->n - 1];
  g_autoptr (GBytes) card = NULL;

  test_run (revoked, revoke_self, NULL);
  test_run (revoked, test_make_card, &card);
  test_run (&talks->delegations[0], test_take_card, card);
  g_assert_false (is_in_force (&talks->delegations[0], revoked));
  g_assert_true (is_in_force (&talks->delegations[1], revoked));
}

/* Whoever brings records in a card is known to have brought them. */
static gboolean
find_carrier (ParaphHome *home, gpointer data, GError **error)
{
  const ParaphId **self = data;
  g_autoptr (GPtrArray) records =
      paraph_identities_list_records (paraph_ledger_get_identities (home->ledger), self[0]);
  ParaphSealedRecord *last = g_ptr_array_index (records, records->len - 1);
  g_autoptr (ParaphStoredRecord) row = NULL;

  if (!paraph_record_table_get (home->store, &last->header->id, &row, error))
    return FALSE;
  g_assert_true (paraph_id_equal (&row->carrier, self[1]));
  return TRUE;
}

/* What one home takes in by hand goes to all who share a channel. */
static void
test_passes_cards_on (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };

  test_clock_set (0);
  test_talks_init_convened (&talks, 4, &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  revoke_by_hand (&talks);
  for (guint i = 0; i < 3; i++)
    sync_one (&talks.delegations[i]);
  for (guint i = 0; i < 3; i++)
    g_assert_false (is_in_force (&talks.delegations[i], &talks.delegations[3]));
  test_run (&talks.delegations[1], find_carrier,
            (const ParaphId *[]){ &talks.delegations[3].delegation, &talks.delegations[0].device });
  test_talks_clear (&talks);
}

/* Who was revoked does not answer: whoever names the revocation is asked for it, and at once. */
static void
test_asks_who_named_an_identity (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  ParaphId text = { { 0 } };

  test_clock_set (0);
  test_talks_init_convened (&talks, 3, &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  revoke_by_hand (&talks);
  sync_one (&talks.delegations[0]);
  lose_mail (talks.pouch); /* the card that was passed on */
  make_text (&talks.delegations[0], &charter, &text);
  sync_one (&talks.delegations[0]); /* says what it has */
  sync_one (&talks.delegations[1]);
  g_assert_true (is_in_force (&talks.delegations[1], &talks.delegations[2]));
  sync_one (&talks.delegations[0]);
  sync_one (&talks.delegations[1]);
  g_assert_false (is_in_force (&talks.delegations[1], &talks.delegations[2]));
  test_talks_clear (&talks);
}

static gboolean
take_without_bodies (ParaphHome *home, gpointer data, GError **error)
{
  ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

  if (!paraph_inbound_record (home, data, NULL, NULL, &outcome, error))
    return FALSE;
  g_assert_cmpint (outcome, ==, PARAPH_OUTCOME_APPLIED);
  return TRUE;
}

static void
test_asks_for_bodies (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  ParaphId text = { { 0 } };
  g_autoptr (GPtrArray) records = NULL;

  test_clock_set (0);
  test_talks_init_convened (&talks, 2, &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  make_text (&talks.delegations[0], &charter, &text);
  records = test_list_records (&talks.delegations[0], &charter);
  for (guint i = 0; i < records->len; i++)
    {
      ParaphSealedRecord *sealed = g_ptr_array_index (records, i);

      if (paraph_id_equal (&sealed->header->id, &text))
        test_run (&talks.delegations[1], take_without_bodies, sealed);
    }
  g_assert_true (look_at (&talks.delegations[1], &text).is_lacking);
  sync_one (&talks.delegations[0]);
  lose_mail (talks.pouch); /* the record's own envelope */
  sync_one (&talks.delegations[1]);
  sync_one (&talks.delegations[0]);
  sync_one (&talks.delegations[1]);
  g_assert_true (look_at (&talks.delegations[1], &text).is_placed);
  g_assert_false (look_at (&talks.delegations[1], &text).is_lacking);
  test_talks_clear (&talks);
}

/* Ids that nobody has */

typedef struct
{
  ParaphId channel;
  ParaphId peer;
  guint n;
  ParaphPacketKind kind;
} False;

static gboolean
send_false (ParaphHome *home, gpointer data, GError **error)
{
  False *self = data;
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &self->channel);
  g_autoptr (GArray) ids = g_array_new (FALSE, TRUE, sizeof (ParaphId));
  g_autoptr (GArray) tips = g_array_new (FALSE, TRUE, sizeof (ParaphTip));
  g_autoptr (ParaphPacket) packet = NULL;
  ParaphHave have = { .channel = self->channel, .pages = 1, .tips = tips };

  for (guint i = 0; i < self->n; i++)
    {
      ParaphTip tip = { .place = { .author = home->device, .number = 1000 + i } };
      ParaphId id = { { 0 } };

      paraph_home_random (&id, sizeof id);
      tip.place.id = id;
      g_array_append_val (ids, id);
      g_array_append_val (tips, tip);
    }
  packet =
      self->kind == PARAPH_PACKET_HAVE
          ? paraph_packet_new_have (&have)
          : paraph_packet_new_want (&self->channel, &g_array_index (ids, ParaphId, 0), ids->len);
  return paraph_outbound_packet (home, &self->peer, packet,
                                 paraph_channel_get_negotiation (channel), &self->channel, error);
}

static gboolean
count_wanted (ParaphHome *home, gpointer data, GError **error)
{
  g_autoptr (GArray) rows = NULL;

  if (!paraph_want_table_list_due (home->store, G_MAXINT64, G_MAXINT64, 100000, &rows, error))
    return FALSE;
  *(guint *) data = rows->len;
  return TRUE;
}

static guint
get_wanted (TestDelegation *one)
{
  guint wanted = 0;

  test_run (one, count_wanted, &wanted);
  return wanted;
}

/* Claims cost the claimant's own quota, come to rest, and are forgotten; wants of ids that are not
 * here are answered by nothing. */
static void
test_bears_false_claims (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  ParaphId text = { { 0 } };
  False claim = { .n = PARAPH_HAVE_MAX, .kind = PARAPH_PACKET_HAVE };
  False question = { .n = PARAPH_WANT_MAX, .kind = PARAPH_PACKET_WANT };

  test_clock_set (0);
  test_talks_init_convened (&talks, 3, &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  claim.channel = question.channel = charter;
  claim.peer = question.peer = talks.delegations[0].device;
  for (guint i = 0; i < 4; i++)
    test_run (&talks.delegations[1], send_false, &claim);
  test_run (&talks.delegations[1], send_false, &question);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  g_assert_cmpuint (get_wanted (&talks.delegations[0]), ==, PARAPH_LIMIT_ASKED_OF_PEER);
  make_text (&talks.delegations[2], &charter, &text); /* others are served as ever */
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  g_assert_true (look_at (&talks.delegations[0], &text).is_placed);
  test_clock_set (PARAPH_LIMIT_ASK_AGAIN + 1);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  test_clock_set (PARAPH_LIMIT_ASKED + 60);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  g_assert_cmpuint (get_wanted (&talks.delegations[0]), ==, 0);
  test_talks_clear (&talks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wants/asks-one-after-the-other", test_asks_one_after_the_other);
  g_test_add_func ("/wants/passes-cards-on", test_passes_cards_on);
  g_test_add_func ("/wants/asks-who-named-an-identity", test_asks_who_named_an_identity);
  g_test_add_func ("/wants/asks-for-bodies", test_asks_for_bodies);
  g_test_add_func ("/wants/bears-false-claims", test_bears_false_claims);
  return g_test_run ();
}
