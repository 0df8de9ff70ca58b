#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/transport/fault-fs.h"
#include "tests/transport/pouch-fixture.h"

/* A script of two directions: posts to THEIRS and to OURS, then takes in and is done with what lies
 * in OURS. It is broken at each of its steps, in each way, and then played again whole. */

#define POSTS 6

/* What the two stores would have committed. */
typedef struct
{
  gboolean accepted[POSTS];  /* the outbox's */
  gboolean committed[POSTS]; /* the inbox's; even numbers go to OURS */
  int failures[POSTS + 3];   /* codes of failed calls, -1 for those that went well */
  int paused;                /* the last reason of a pause that was seen, or -1 */
} Ledger;

static GBytes *
envelope_of (guint number)
{
  return make_envelope (number, number % 2 == 0 ? 2 : 1);
}

static guint
number_of (const char *id)
{
  for (guint i = 0; i < POSTS; i++)
    {
      g_autoptr (GBytes) envelope = envelope_of (i);
      g_autofree char *expected = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, envelope);

      if (strcmp (expected, id) == 0)
        return i;
    }
  g_assert_not_reached (); /* something arrived that was not sent */
}

static int
code_of (GError *error)
{
  int code = error != NULL ? error->code : -1;

  if (error != NULL)
    g_assert_true (error->domain == PARAPH_TRANSPORT_ERROR);
  g_clear_error (&error);
  return code;
}

/* Where a child that is going to die tells what it has committed; -1 elsewhere. */
static int tell_fd = -1;

static void
commit (Ledger *ledger, ParaphTransportBatch *batch)
{
  for (guint i = 0; i < batch->accepted->len; i++)
    ledger->accepted[number_of (g_ptr_array_index (batch->accepted, i))] = TRUE;
  for (guint i = 0; i < batch->arrivals->len; i++)
    {
      ParaphArrival *arrival = g_ptr_array_index (batch->arrivals, i);

      ledger->committed[number_of (arrival->token)] = TRUE;
    }
  if (tell_fd >= 0)
    g_assert_cmpint (write (tell_fd, ledger, sizeof *ledger), ==, sizeof *ledger);
}

static void
look_at_status (ParaphTransport *carrier, Ledger *ledger)
{
  g_autoptr (ParaphTransportStatus) status = paraph_transport_dup_status (carrier);

  if (status->state == PARAPH_TRANSPORT_PAUSED)
    ledger->paused = (int) status->reason;
}

static void
play (ParaphTransport *carrier, Ledger *ledger)
{
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (GPtrArray) tokens = g_ptr_array_new ();
  GError *error = NULL;

  (void) paraph_transport_start (carrier, NULL, &error);
  ledger->failures[POSTS] = code_of (g_steal_pointer (&error));
  for (guint i = 0; i < POSTS; i++)
    {
      g_autoptr (GBytes) envelope = envelope_of (i);

      ledger->failures[i] = -1;
      if (!ledger->accepted[i])
        (void) paraph_transport_post (carrier, i % 2 == 0 ? OURS : THEIRS, envelope, &error);
      ledger->failures[i] = code_of (g_steal_pointer (&error));
    }
  look_at_status (carrier, ledger);
  (void) paraph_transport_rescan (carrier, NULL); /* the poll tells the same */
  batch = paraph_transport_poll (carrier, 64, &error);
  ledger->failures[POSTS + 1] = code_of (g_steal_pointer (&error));
  ledger->failures[POSTS + 2] = -1;
  look_at_status (carrier, ledger);
  if (batch == NULL)
    return;
  commit (ledger, batch);
  for (guint i = 0; i < batch->arrivals->len; i++)
    g_ptr_array_add (tokens, ((ParaphArrival *) g_ptr_array_index (batch->arrivals, i))->token);
  g_ptr_array_add (tokens, NULL);
  (void) paraph_transport_done (carrier, (const char *const *) tokens->pdata, &error);
  ledger->failures[POSTS + 2] = code_of (g_steal_pointer (&error));
  look_at_status (carrier, ledger);
}

static ParaphTransport *
carrier_new (PouchFixture *fixture)
{
  ParaphTransport *carrier = PARAPH_TRANSPORT (paraph_pouch_new (fixture->path, OURS));

  paraph_pouch_set_fs (PARAPH_POUCH (carrier), fault_fs ());
  return carrier;
}

/* What was accepted or committed is there; all else can be posted again; nothing is half there. */
static void
check_recovery (PouchFixture *fixture, Ledger *ledger)
{
  g_autoptr (ParaphTransport) carrier = carrier_new (fixture);
  g_autoptr (ParaphTransportBatch) left = NULL;
  g_autofree char *theirs = box_path (fixture, THEIRS, "new", NULL);
  g_autofree char *ours = box_path (fixture, OURS, "new", NULL);
  Ledger found = { .paused = -1 };

  fault_plan (NULL);
  g_assert_true (paraph_transport_start (carrier, NULL, NULL));
  left = take_all (carrier);
  g_assert_cmpuint (left->incomplete->len, ==, 0);
  commit (&found, left);
  for (guint i = 0; i < POSTS; i += 2)
    if (ledger->accepted[i])
      g_assert_true (found.committed[i] || ledger->committed[i]);

  play (carrier, ledger);
  for (guint i = 0; i < G_N_ELEMENTS (ledger->failures); i++)
    g_assert_cmpint (ledger->failures[i], ==, -1);
  for (guint i = 0; i < POSTS; i++)
    g_assert_true (ledger->accepted[i]);
  for (guint i = 0; i < POSTS; i += 2)
    g_assert_true (ledger->committed[i]);
  g_assert_cmpuint (count_entries (theirs), ==, POSTS / 2);
  g_assert_cmpuint (count_entries (ours), ==, 0);
  assert_status (carrier, PARAPH_TRANSPORT_UP, 0);
}

static guint
count_steps (void)
{
  PouchFixture fixture;
  Ledger ledger = { .paused = -1 };
  guint steps;

  pouch_fixture_set_up (&fixture, NULL);
  fault_plan (NULL);
  {
    g_autoptr (ParaphTransport) carrier = carrier_new (&fixture);

    play (carrier, &ledger);
  }
  steps = fault_steps ();
  pouch_fixture_tear_down (&fixture, NULL);
  g_assert_cmpuint (steps, >, 5 * POSTS);
  return steps;
}

/* In a fresh pouch, breaks step `plan->at` and looks at the wreck. */
static void
break_once (const FaultPlan *plan, ParaphTransportError expected)
{
  PouchFixture fixture;
  Ledger ledger = { .paused = -1 };
  guint failed = 0;

  pouch_fixture_set_up (&fixture, NULL);
  {
    g_autoptr (ParaphTransport) carrier = carrier_new (&fixture);

    fault_plan (plan);
    play (carrier, &ledger);
    for (guint i = 0; i < G_N_ELEMENTS (ledger.failures); i++)
      if (ledger.failures[i] != -1)
        {
          failed++;
          g_assert_cmpint (ledger.failures[i], ==, expected);
        }
    g_assert_true (ledger.paused == -1 || ledger.paused == (int) expected);
    if (plan->kind == FAULT_FOREVER)
      g_assert_true (failed > 0 && ledger.paused != -1); /* the person is told */
  }
  if (plan->kind == FAULT_ONCE)
    {
      g_autofree char *theirs = box_path (&fixture, THEIRS, "tmp", NULL);
      g_autofree char *ours = box_path (&fixture, OURS, "tmp", NULL);

      if (g_file_test (theirs, G_FILE_TEST_IS_DIR))
        g_assert_cmpuint (count_entries (theirs), ==, 0);
      g_assert_cmpuint (count_entries (ours), ==, 0);
    }
  check_recovery (&fixture, &ledger);
  pouch_fixture_tear_down (&fixture, NULL);
}

static void
break_everywhere (FaultKind kind)
{
  static const struct
  {
    int number;
    ParaphTransportError expected;
  } ways[] = {
    { ENOSPC, PARAPH_TRANSPORT_ERROR_FULL },   { EDQUOT, PARAPH_TRANSPORT_ERROR_FULL },
    { EIO, PARAPH_TRANSPORT_ERROR_DEVICE },    { EROFS, PARAPH_TRANSPORT_ERROR_READ_ONLY },
    { ENODEV, PARAPH_TRANSPORT_ERROR_DEVICE },
  };
  const guint steps = count_steps ();

  for (guint way = 0; way < G_N_ELEMENTS (ways); way++)
    for (guint at = 1; at <= steps; at++)
      {
        const FaultPlan plan = { .kind = kind, .at = at, .number = ways[way].number };

        break_once (&plan, ways[way].expected);
      }
  g_test_message ("%u steps, %u ways", steps, (guint) G_N_ELEMENTS (ways));
}

static void
test_fails_once (void)
{
  break_everywhere (FAULT_ONCE);
}

static void
test_fails_from_here_on (void)
{
  break_everywhere (FAULT_FOREVER);
}

/* The child tells by a pipe what it has committed, as a database would keep it: a whole ledger at
 * each commit, of which the parent believes the last. */
static void
die_at (FaultKind kind, guint at)
{
  PouchFixture fixture;
  Ledger ledger = { .paused = -1 };
  Ledger heard;
  int ends[2];
  int status;
  pid_t child;

  pouch_fixture_set_up (&fixture, NULL);
  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      const FaultPlan plan = { .kind = kind, .at = at };
      ParaphTransport *carrier = carrier_new (&fixture);

      fault_plan (&plan);
      tell_fd = ends[1];
      for (guint round = 0; round < 2; round++)
        play (carrier, &ledger);
      _exit (0);
    }
  close (ends[1]);
  while (read (ends[0], &heard, sizeof heard) == (ssize_t) sizeof heard)
    ledger = heard;
  close (ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, FAULT_EXIT);

  check_recovery (&fixture, &ledger);
  pouch_fixture_tear_down (&fixture, NULL);
}

static void
test_dies (void)
{
  const guint steps = count_steps ();

  for (guint at = 1; at <= steps; at++)
    die_at (FAULT_DIE, at);
}

static void
test_dies_in_the_middle_of_a_write (void)
{
  const guint steps = count_steps ();

  for (guint at = 1; at <= steps; at++)
    die_at (FAULT_TORN, at);
}

static void
test_pause_is_kept_until_a_rescan (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const FaultPlan plan = { .kind = FAULT_FOREVER, .at = 1, .number = ENOSPC };
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  g_autoptr (GError) error = NULL;
  guint steps;

  fault_plan (&plan);
  g_assert_false (paraph_transport_post (fixture->carrier, OURS, envelope, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_FULL);
  g_clear_error (&error);
  steps = fault_steps ();
  g_assert_false (paraph_transport_post (fixture->carrier, OURS, envelope, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_FULL);
  g_clear_error (&error);
  g_assert_cmpuint (fault_steps (), ==, steps); /* the disk was left alone */
  assert_status (fixture->carrier, PARAPH_TRANSPORT_PAUSED, PARAPH_TRANSPORT_ERROR_FULL);

  fault_plan (NULL);
  g_assert_true (paraph_transport_rescan (fixture->carrier, &error));
  post_one (fixture->carrier, OURS, envelope);
}

static void
test_full_pouch_can_be_read (PouchFixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const FaultPlan plan = { .kind = FAULT_FOREVER, .at = 1, .number = EROFS };
  g_autoptr (GBytes) envelope = make_envelope (1, 1);
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (ParaphTransportBatch) again = NULL;
  const char *tokens[] = { NULL, NULL };
  g_autoptr (GError) error = NULL;

  post_one (fixture->carrier, OURS, envelope);
  fault_plan (&plan);
  batch = take_all (fixture->carrier);
  g_assert_cmpuint (batch->arrivals->len, ==, 1);
  tokens[0] = ((ParaphArrival *) g_ptr_array_index (batch->arrivals, 0))->token;
  g_assert_false (paraph_transport_done (fixture->carrier, tokens, &error));
  g_assert_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_READ_ONLY);
  assert_status (fixture->carrier, PARAPH_TRANSPORT_PAUSED, PARAPH_TRANSPORT_ERROR_READ_ONLY);
  again = take_all (fixture->carrier);
  g_assert_cmpuint (again->arrivals->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pouch/faults/loses-nothing-when-a-step-fails", test_fails_once);
  g_test_add_func ("/pouch/faults/pauses-when-all-steps-fail", test_fails_from_here_on);
  g_test_add_func ("/pouch/faults/loses-nothing-when-killed-at-a-step", test_dies);
  g_test_add_func ("/pouch/faults/a-torn-write-is-never-mail", test_dies_in_the_middle_of_a_write);
  POUCH_TEST ("/pouch/faults/a-pause-lasts-until-a-rescan", test_pause_is_kept_until_a_rescan);
  POUCH_TEST ("/pouch/faults/a-read-only-pouch-can-be-read", test_full_pouch_can_be_read);
  return g_test_run ();
}
