/* Random histories through the real way in: two homes that got the records in different orders, and
 * six ledgers, export the same bundle to the byte and say the same history code. */

#include <string.h>

#include "app/bundle.h"
#include "app/inbound.h"
#include "store/record-table.h"
#include "tests/negotiation/play.h"
#include "tests/support/store-test.h"

#define HOMES 2
#define HISTORIES 1000
#define EVERY 10      /* all of them under ./check --full */
#define CODE_EVERY 20 /* then new homes follow: what they hold slows them down */

typedef struct
{
  TestHome places[HOMES];
  ParaphStore *stores[HOMES];
  ParaphHome *homes[HOMES];
  guint forked;
  guint waited;
} Fixture;

static void
load (Fixture *self, guint i)
{
  GError *error = NULL;

  self->homes[i] = paraph_home_load (self->stores[i], &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  (void) data;
  for (guint i = 0; i < HOMES; i++)
    {
      self->stores[i] = test_home_new (&self->places[i]);
      load (self, i);
    }
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  (void) data;
  for (guint i = 0; i < HOMES; i++)
    {
      paraph_home_free (self->homes[i]);
      test_home_end (&self->places[i], self->stores[i]);
    }
}

static void
shuffle (World *world, GPtrArray *records)
{
  for (guint i = records->len - 1; i > 0; i--)
    {
      guint j = (guint) g_rand_int_range (world->random, 0, (gint32) i + 1);
      gpointer swapped = records->pdata[i];

      records->pdata[i] = records->pdata[j];
      records->pdata[j] = swapped;
    }
}

/* Every record once, in an order of its own; what comes too early waits in the store. */
static void
receive_all (Fixture *self, guint home, World *world)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  guint64 waiting = 0;

  g_ptr_array_extend (records, world->records, NULL, NULL);
  shuffle (world, records);
  test_begin (self->stores[home]);
  for (guint i = 0; i < records->len; i++)
    {
      ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

      assert_done (paraph_inbound_record (self->homes[home], g_ptr_array_index (records, i), NULL,
                                          NULL, &outcome, E));
      g_assert_cmpint (outcome, !=, PARAPH_OUTCOME_REFUSED);
      self->waited += outcome == PARAPH_OUTCOME_WAITING ? 1 : 0;
    }
  test_commit (self->stores[home]);
  assert_done (
      paraph_record_table_count (self->stores[home], PARAPH_RECORD_STATE_WAITING, &waiting, E));
  g_assert_cmpuint (waiting, ==, 0);
}

/* The bundle as of the newest paper, or of the newest record of all. */
static GBytes *
make_bundle (ParaphHome *home, const World *world, gboolean is_all)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &world->charter);
  const GPtrArray *entries = paraph_channel_list (channel);
  ParaphBundleScope scope = { channel, NULL };
  GError *error = NULL;
  GBytes *bundle = NULL;

  if (is_all)
    scope.as_of = g_ptr_array_index (entries, entries->len - 1);
  bundle = paraph_bundle_make (home, &scope, 1, NULL, &error);
  g_assert_no_error (error);
  return bundle;
}

static void
compare_bundles (Fixture *self, ParaphLedger *const *ledgers, guint n, const World *world,
                 guint32 seed)
{
  for (guint all = 0; all < 2; all++)
    {
      g_autoptr (GBytes) first = make_bundle (self->homes[0], world, all == 1);

      for (guint i = 1; i < HOMES + n; i++)
        {
          ParaphHome replica = { .store = self->stores[0] };
          g_autoptr (GBytes) other = NULL;

          if (i >= HOMES)
            replica.ledger = ledgers[i - HOMES];
          other = make_bundle (i < HOMES ? self->homes[i] : &replica, world, all == 1);
          if (!g_bytes_equal (first, other))
            g_error ("seed %u: replica %u exports another bundle", seed, i);
        }
    }
}

static char *
say_code (ParaphHome *home, const World *world)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &world->charter);
  const GPtrArray *entries = paraph_channel_list (channel);
  GError *error = NULL;
  char *code =
      paraph_history_code (channel, g_ptr_array_index (entries, entries->len - 1), NULL, &error);

  g_assert_no_error (error);
  return code;
}

static void
compare_codes (Fixture *self, const World *world)
{
  g_autofree char *one = say_code (self->homes[0], world);
  g_autofree char *other = say_code (self->homes[1], world);

  g_assert_cmpstr (one, ==, other);
}

/* The replicas hear the rest. */
static void
complete (Play *play)
{
  for (guint i = 0; i < WORLD_DELEGATIONS; i++)
    for (guint j = 0; j < play->world->records->len; j++)
      {
        ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
        ParaphId missing;
        ParaphPlacing placing = paraph_ledger_restore (
            play->replicas[i], g_ptr_array_index (play->world->records, j), &missing, &refusal);

        g_assert_true (placing == PARAPH_PLACING_PLACED || placing == PARAPH_PLACING_ALREADY);
      }
}

static void
note_forks (Fixture *self, const World *world)
{
  ParaphChannel *channel = paraph_ledger_find_channel (self->homes[0]->ledger, &world->charter);

  for (guint i = 0; i < WORLD_DELEGATIONS; i++)
    {
      ParaphEntry *one = NULL, *other = NULL;

      self->forked +=
          paraph_channel_find_fork (channel, &world->delegations[i].powers.device, &one, &other)
              ? 1
              : 0;
    }
}

static void
play_seed (Fixture *self, guint32 seed, gboolean has_code)
{
  g_autoptr (World) world = world_new (seed);
  Play play = { .world = world, .steps = PLAY_STEPS };

  play_history (&play);
  complete (&play);
  for (guint i = 0; i < HOMES; i++)
    receive_all (self, i, world);
  note_forks (self, world);
  compare_bundles (self, play.replicas, WORLD_DELEGATIONS, world, seed);
  if (has_code)
    compare_codes (self, world);
  for (guint i = 0; i < HOMES && has_code; i++) /* what the rows say after all, is the same */
    {
      paraph_home_free (self->homes[i]);
      load (self, i);
    }
  if (has_code)
    compare_bundles (self, play.replicas, 0, world, seed);
  for (guint i = 0; i < WORLD_DELEGATIONS; i++)
    paraph_ledger_free (play.replicas[i]);
}

static void
test_same_bundles (Fixture *self, gconstpointer data)
{
  guint every = g_getenv ("PARAPH_CHECK_FULL") != NULL ? 1 : EVERY;
  guint played = 0;

  (void) data;
  for (guint32 seed = 1; seed <= HISTORIES; seed += every)
    {
      played++;
      play_seed (self, seed, played % CODE_EVERY == 0);
      if (played % CODE_EVERY != 0)
        continue;
      tear_down (self, NULL);
      set_up (self, NULL);
    }
  g_test_message ("%u histories, %u forked chains, %u records waited", played, self->forked,
                  self->waited);
  g_assert_cmpuint (self->forked, >, 0);
  g_assert_cmpuint (self->waited, >, played);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/histories/same-records-give-the-same-bundle-on-every-replica", Fixture, NULL,
              set_up, test_same_bundles, tear_down);
  return g_test_run ();
}
