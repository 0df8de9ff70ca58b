/* The keys of the sessions between real homes: directed bundles, renewed prekeys, mended sessions. */

#include <string.h>

#include "app/home-private.h"
#include "app/limit-table.h"
#include "store/prekey-table.h"
#include "store/session-table.h"
#include "store/talk-table.h"
#include "tests/flow/convened.h"
#include "tests/flow/test-clock.h"

/* What one home has noted of its session with another device. */
typedef struct
{
  ParaphId peer;
  ParaphBundleState state;
  guint prekeys; /* issued to that peer and not used */
} Pair;

static gboolean
look_at_pair (ParaphHome *home, gpointer data, GError **error)
{
  Pair *self = data;

  return paraph_session_table_get_bundle_state (home->store, &self->peer, &self->state, error)
         && paraph_prekey_table_count_of_peer (home->store, &self->peer, &self->prekeys, error);
}

static Pair
get_pair (TestDelegation *one, const TestDelegation *other)
{
  Pair pair = { .peer = other->device };

  test_run (one, look_at_pair, &pair);
  return pair;
}

/* One bundle each way; the smaller id has begun anew on the larger one's one-time prekey, which is
 * gone. The smaller one's own is not needed. */
static void
assert_greeted (TestDelegation *one, TestDelegation *other)
{
  gboolean is_smaller = paraph_id_compare (&one->device, &other->device) < 0;
  Pair pair = get_pair (one, other);

  g_assert_cmpint (pair.state.bundle_sent, !=, 0);
  g_assert_cmpint (pair.state.bundle_received, !=, 0);
  g_assert_cmpint (pair.state.restarted, ==, is_smaller);
  g_assert_cmpuint (pair.prekeys, ==, is_smaller ? 1 : 0);
}

static void
assert_all_greeted (TestTalks *talks)
{
  for (guint i = 0; i < talks->n; i++)
    for (guint j = 0; j < talks->n; j++)
      if (i != j)
        assert_greeted (&talks->delegations[i], &talks->delegations[j]);
}

typedef struct
{
  ParaphId channel;
  const char *words;
  guint heard;
} Talk;

static gboolean
say (ParaphHome *home, gpointer data, GError **error)
{
  Talk *self = data;

  return paraph_outbound_talk (home, &self->channel, self->words, NULL, NULL, error);
}

static gboolean
count_talk (ParaphHome *home, gpointer data, GError **error)
{
  Talk *self = data;
  g_autoptr (GPtrArray) rows = NULL;

  if (!paraph_talk_table_list (home->store, &self->channel, 0, 64, &rows, error))
    return FALSE;
  self->heard = rows->len;
  return TRUE;
}

static guint
hear (TestDelegation *one, const ParaphId *channel)
{
  Talk talk = { .channel = *channel };

  test_run (one, count_talk, &talk);
  return talk.heard;
}

static void
speak (TestDelegation *one, const ParaphId *channel)
{
  Talk talk = { .channel = *channel, .words = "At the bridge." };

  test_run (one, say, &talk);
}

static void
test_greets_once (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  Pair before = { 0 };
  Pair after = { 0 };

  test_clock_set (0);
  test_talks_init_convened (&talks, 3, &charter);
  for (guint i = 0; i < talks.n; i++) /* all begin at once: six sessions for three pairs */
    speak (&talks.delegations[i], &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  assert_all_greeted (&talks);
  for (guint i = 0; i < talks.n; i++)
    g_assert_cmpuint (hear (&talks.delegations[i], &charter), ==, 3);

  before = get_pair (&talks.delegations[0], &talks.delegations[1]);
  test_clock_set (PARAPH_LIMIT_DAY);
  for (guint i = 0; i < talks.n; i++)
    speak (&talks.delegations[i], &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  assert_all_greeted (&talks);
  after = get_pair (&talks.delegations[0], &talks.delegations[1]);
  g_assert_cmpint (after.state.bundle_sent, ==, before.state.bundle_sent);
  g_assert_cmpint (after.state.bundle_received, ==, before.state.bundle_received);
  test_talks_clear (&talks);
}

/* A carrier that keeps nothing, then one that brings everything twice. */

static void
for_each_mail (const char *path, const char *to)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autofree char *copy = to == NULL ? NULL : g_build_filename (to, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        {
          g_assert_true (copy == NULL || g_mkdir_with_parents (copy, 0700) == 0);
          for_each_mail (child, copy);
        }
      else if (copy != NULL)
        {
          g_autofree char *bytes = NULL;
          gsize size = 0;

          g_assert_true (g_file_get_contents (child, &bytes, &size, NULL));
          g_assert_true (g_file_set_contents (copy, bytes, (gssize) size, NULL));
        }
      else if (!g_str_has_suffix (child, "pouch.v1"))
        g_assert_cmpint (g_unlink (child), ==, 0);
    }
  if (dir != NULL)
    g_dir_close (dir);
}

static void
sync_all (TestTalks *talks)
{
  for (guint i = 0; i < talks->n; i++)
    {
      ParaphSyncReport report = { 0 };

      test_sync (&talks->delegations[i], &report);
      g_assert_cmpuint (report.refused, ==, 0);
    }
}

static void
test_survives_loss_and_doubles (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  g_autofree char *second = NULL;

  test_clock_set (0);
  test_talks_init_convened (&talks, 2, &charter);
  second = g_build_filename (talks.parent, "second", NULL);
  speak (&talks.delegations[0], &charter);
  speak (&talks.delegations[1], &charter);
  for (guint round = 0; round < 3; round++)
    {
      ParaphSyncReport report = { 0 };

      test_sync (&talks.delegations[0], &report);
      for_each_mail (talks.pouch, NULL);
      test_sync (&talks.delegations[1], &report);
      for_each_mail (talks.pouch, NULL);
    }
  g_assert_cmpuint (hear (&talks.delegations[0], &charter), ==, 1);
  test_clock_set (2 * PARAPH_LIMIT_DAY); /* what has no receipt goes again */
  for (guint round = 0; round < 4; round++)
    {
      sync_all (&talks);
      for_each_mail (talks.pouch, second);
      sync_all (&talks);
      for_each_mail (second, talks.pouch);
    }
  for_each_mail (second, NULL);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  assert_all_greeted (&talks);
  g_assert_cmpuint (hear (&talks.delegations[0], &charter), ==, 2);
  g_assert_cmpuint (hear (&talks.delegations[1], &charter), ==, 2);
  test_talks_clear (&talks);
}

/* A session that one side lost is begun anew, once an hour at most. */

static gboolean
lose_session (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_home_check (paraph_sessions_delete (home->sessions, data), "test", error);
}

static void
test_mends_a_session (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  TestDelegation *one = NULL;
  TestDelegation *other = NULL;
  Pair before = { 0 };
  Pair after = { 0 };
  ParaphSyncReport report = { 0 };

  test_clock_set (0);
  test_talks_init_convened (&talks, 2, &charter);
  one = &talks.delegations[0];
  other = &talks.delegations[1];
  speak (one, &charter);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  before = get_pair (other, one);

  test_run (other, lose_session, &one->device);
  test_clock_set (2 * PARAPH_LIMIT_BUNDLE_AGAIN);
  speak (one, &charter); /* in the session that the other has lost */
  for (guint round = 0; round < 6; round++)
    sync_all (&talks);
  g_assert_cmpuint (hear (other, &charter), ==, 1);
  after = get_pair (other, one);
  g_assert_cmpint (after.state.bundle_sent, >, before.state.bundle_sent);
  speak (one, &charter);
  for (guint round = 0; round < 3; round++)
    sync_all (&talks);
  g_assert_cmpuint (hear (other, &charter), ==, 2);
  before = after;
  test_sync (other, &report);
  after = get_pair (other, one);
  g_assert_cmpint (after.state.bundle_sent, ==, before.state.bundle_sent);
  test_talks_clear (&talks);
}

/* Signed prekeys */

typedef struct
{
  ParaphId device;
  guint32 prekey; /* in the address block that the home holds of device */
  gint64 issue;
} Address;

static gboolean
look_at_address (ParaphHome *home, gpointer data, GError **error)
{
  Address *self = data;
  g_autoptr (ParaphAddress) address = paraph_home_get_address (home, &self->device, error);

  g_assert_nonnull (address);
  self->prekey = address->prekey.id;
  self->issue = address->issue;
  return TRUE;
}

static Address
get_address (TestDelegation *one, const TestDelegation *of)
{
  Address address = { .device = of->device };

  test_run (one, look_at_address, &address);
  return address;
}

static gboolean
has_signed_prekey (ParaphHome *home, gpointer data, GError **error)
{
  g_autoptr (GError) inner = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *record = NULL;
  guint32 *id = data;

  if (!paraph_prekey_table_get_signed (home->store, *id, &record, error))
    return FALSE;
  if (record == NULL)
    *id = 0;
  return TRUE;
}

static gboolean
holds_signed_prekey (TestDelegation *one, guint32 id)
{
  test_run (one, has_signed_prekey, &id);
  return id != 0;
}

static void
test_renews_prekeys (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  Address first = { 0 };
  Address second = { 0 };
  TestDelegation *one = NULL;

  test_clock_set (0);
  test_talks_init_convened (&talks, 3, &charter);
  one = &talks.delegations[0];
  first = get_address (&talks.delegations[2], one);
  test_clock_set (PARAPH_LIMIT_PREKEY_CURRENT - 60);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  g_assert_cmpuint (get_address (one, one).prekey, ==, first.prekey);

  test_clock_set (PARAPH_LIMIT_PREKEY_CURRENT + 60);
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  second = get_address (&talks.delegations[2], one);
  g_assert_cmpuint (second.prekey, !=, first.prekey);
  g_assert_cmpint (second.issue, >, first.issue);
  g_assert_cmpuint (get_address (&talks.delegations[1], one).prekey, ==, second.prekey);
  g_assert_true (holds_signed_prekey (one, first.prekey));

  test_clock_set (PARAPH_LIMIT_PREKEY_CURRENT + PARAPH_LIMIT_PREKEY_RETIRED);
  sync_all (&talks);
  g_assert_true (holds_signed_prekey (one, first.prekey));
  test_clock_set (PARAPH_LIMIT_PREKEY_CURRENT + PARAPH_LIMIT_PREKEY_RETIRED + 3600);
  sync_all (&talks);
  g_assert_false (holds_signed_prekey (one, first.prekey));
  g_assert_true (holds_signed_prekey (one, second.prekey));
  g_assert_cmpuint (test_talks_rest (&talks), <=, 5);
  test_talks_clear (&talks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keys/greets-each-device-once", test_greets_once);
  g_test_add_func ("/keys/survives-loss-and-doubles", test_survives_loss_and_doubles);
  g_test_add_func ("/keys/mends-a-session-that-one-side-lost", test_mends_a_session);
  g_test_add_func ("/keys/renews-and-forgets-signed-prekeys", test_renews_prekeys);
  return g_test_run ();
}
