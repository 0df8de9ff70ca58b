/* Both flows, killed, cut off from power, and without space, at every step that changes a file. */

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/cli-error.h"
#include "tests/flow/crash-talks.h"
#include "tests/flow/flow-test.h"
#include "tests/support/fault-disk.h"

/* Shared with the processes of the steps. */
typedef struct
{
  FaultDiskTrace trace;
  gboolean is_acknowledged; /* the step said that it was done */
  gboolean is_done;         /* all that the process was to show was shown */
} Report;

typedef struct
{
  CrashTalks talks;
  Report *report; /* shared memory */
  char **images;  /* owned: the tree before each step, and after the last */
} Fixture;

typedef void (*ProcessFunc) (Fixture *self, guint step, FaultDiskKind kind, guint at);

/* Opening and closing are steps too; they are alike everywhere, so that a few processes suffice. */
static gboolean
counts_opening (guint step)
{
  return step == 0 || step == 16 || g_getenv ("PARAPH_CHECK_FULL") != NULL;
}

/* In a process of its own. Returns how it ended. */
static int
run_process (Fixture *self, ProcessFunc run, guint step, FaultDiskKind kind, guint at)
{
  int status = 0;
  pid_t child;

  self->report->is_done = FALSE;
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      run (self, step, kind, at);
      fault_disk_disarm ();
      self->report->is_done = TRUE;
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (!WIFEXITED (status))
    g_error ("step %u, kind %u at %u: the process ended by signal %d", step, kind, at,
             WTERMSIG (status));
  return WEXITSTATUS (status);
}

static void
arm (Fixture *self, FaultDiskKind kind, guint at)
{
  fault_disk_arm (self->talks.now, "pouch", kind, at, &self->report->trace);
}

/* Whether a person would understand what happened. */
static void
check_clear (const GError *error)
{
  g_autofree char *sentence = paraph_cli_error_dup_sentence (error);
  const char *word = paraph_cli_error_get_word (error);

  if (paraph_cli_error_get_exit (error) != 4
      || (strcmp (word, "full") != 0 && strcmp (word, "io") != 0))
    g_error ("not a clear error: %s (%s): %s", sentence, word, error->message);
}

static ParaphClient *
open_home (Fixture *self, guint step, FaultDiskKind kind)
{
  GError *error = NULL;
  ParaphClient *client = crash_open (&self->talks, crash_steps[step].home, TRUE, &error);

  if (client != NULL)
    return client;
  g_assert_cmpint (kind, ==, FAULT_DISK_FULL);
  check_clear (error);
  g_error_free (error);
  return NULL;
}

/* One step of the course by one process of its home. */
static void
run_step (Fixture *self, guint step, FaultDiskKind kind, guint at)
{
  const CrashStep *what = &crash_steps[step];
  ParaphClient *client = NULL;
  gboolean is_failed = FALSE;
  GError *error = NULL;

  if (counts_opening (step))
    arm (self, kind, at);
  client = open_home (self, step, kind);
  if (!counts_opening (step))
    arm (self, kind, at);
  if (client == NULL || !crash_do (client, what, &error))
    {
      is_failed = TRUE;
      if (error != NULL)
        check_clear (error);
      g_assert_true (self->report->trace.has_struck);
      g_clear_error (&error);
      fault_disk_disarm (); /* there is space again */
      if (client == NULL)
        client = open_home (self, step, FAULT_DISK_COUNT);
      if (what->act == NULL || !crash_is_done (client, what))
        g_assert_true (crash_do (client, what, &error));
      g_assert_no_error (error);
    }
  self->report->is_acknowledged = TRUE;
  if (!counts_opening (step))
    fault_disk_disarm ();
  if (!paraph_client_close (client, &error))
    {
      is_failed = TRUE;
      g_assert_true (self->report->trace.has_struck);
      check_clear (error);
      g_error_free (error);
    }
  paraph_client_free (client);
  g_assert_true (is_failed || !self->report->trace.has_struck);
}

/* After a restart. */
static void
finish (Fixture *self, guint step, FaultDiskKind kind, guint at)
{
  (void) kind;
  (void) at;
  crash_finish (&self->talks, &crash_steps[step], self->report->is_acknowledged);
}

static void
found_both (Fixture *self, guint step, FaultDiskKind kind, guint at)
{
  (void) step;
  (void) kind;
  (void) at;
  for (guint i = 0; i < CRASH_HOMES; i++)
    {
      GError *error = NULL;
      ParaphClient *client = crash_open (&self->talks, i, FALSE, &error);

      g_assert_no_error (error);
      g_assert_true (paraph_client_close (client, NULL));
      paraph_client_free (client);
    }
  crash_exchange_cards (&self->talks);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  (void) data;
  crash_talks_init (&self->talks);
  self->report =
      mmap (NULL, sizeof *self->report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (self->report != MAP_FAILED);
  self->images = g_new0 (char *, crash_n_steps + 2);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  (void) data;
  g_strfreev (self->images);
  g_assert_cmpint (munmap (self->report, sizeof *self->report), ==, 0);
  crash_talks_clear (&self->talks);
}

static void
restore (Fixture *self, guint image)
{
  fault_disk_remove (self->talks.now);
  fault_disk_copy (self->images[image], self->talks.now);
}

static void
keep (Fixture *self, guint image)
{
  self->images[image] = g_strdup_printf ("%s/image-%u", self->talks.parent, image);
  fault_disk_copy (self->talks.now, self->images[image]);
}

/* The whole course once without faults, so that each step's beginning can be gone back to. */
static void
play (Fixture *self)
{
  g_assert_cmpint (run_process (self, found_both, 0, FAULT_DISK_COUNT, 0), ==, 0);
  keep (self, 0);
  for (guint i = 0; i < crash_n_steps; i++)
    {
      g_assert_cmpint (run_process (self, run_step, i, FAULT_DISK_COUNT, 0), ==, 0);
      g_assert_cmpuint (self->report->trace.count, >, 0);
      g_test_message ("step %u: %s", i, self->report->trace.letters);
      keep (self, i + 1);
    }
  g_assert_cmpint (run_process (self, finish, crash_n_steps - 1, FAULT_DISK_COUNT, 0), ==, 0);
}

/* What SQLite does at each page of a transaction is tests/store/test-crash.c's. Here it is enough to
 * stop in the middle of writing the database, at the end of the journal, and afterwards: and at every
 * step of the pouch, of the key file, and of directories. */
static gboolean
is_telling (const char *letters, guint at)
{
  const char *letter = &letters[at - 1];

  if (*letter == 'w')
    return at > 2 && letter[-1] == 'w' && letter[-2] == 's';
  return *letter != 's' || letter[1] != 'w';
}

/* Those of the telling points, every third, that the other kinds leave out. */
static gboolean
is_chosen (const char *letters, guint at, FaultDiskKind kind)
{
  static guint number;

  if (g_getenv ("PARAPH_CHECK_FULL") != NULL)
    return TRUE;
  return is_telling (letters, at) && (number++ + (guint) kind) % 3 == 0;
}

/* What the power failure left is what there is. */
static void
take_cut (Fixture *self)
{
  fault_disk_remove (self->talks.now);
  g_assert_cmpint (rename (self->talks.cut, self->talks.now), ==, 0);
}

/* Every point of one step. Returns how many. */
static guint
strike_step (Fixture *self, guint step, FaultDiskKind kind)
{
  g_autofree char *letters = NULL;
  guint points = 0;

  restore (self, step);
  g_assert_cmpint (run_process (self, run_step, step, FAULT_DISK_COUNT, 0), ==, 0);
  letters = g_strdup (self->report->trace.letters);
  for (guint at = 1; letters[at - 1] != '\0'; at++)
    {
      int status;

      if (!is_chosen (letters, at, kind))
        continue;
      restore (self, step);
      self->report->is_acknowledged = FALSE;
      status = run_process (self, run_step, step, kind, at);
      if (!self->report->trace.has_struck)
        continue;
      g_assert_cmpint (status, ==, kind == FAULT_DISK_FULL ? 0 : FAULT_DISK_EXIT);
      if (kind == FAULT_DISK_CUT)
        take_cut (self);
      points++;
      g_assert_cmpint (run_process (self, finish, step, kind, at), ==, 0);
    }
  return points;
}

static void
loses_nothing (Fixture *self, gconstpointer data)
{
  FaultDiskKind kind = (FaultDiskKind) GPOINTER_TO_INT (data);
  guint points = 0;

  play (self);
  for (guint i = 0; i < crash_n_steps; i++)
    points += strike_step (self, i, kind);
  g_test_message ("%u points", points);
  g_assert_cmpuint (points, >, 5 * crash_n_steps);
}

/* Founding: there is no home before it is done, and then it is whole. */

static void
found_one (Fixture *self, guint step, FaultDiskKind kind, guint at)
{
  GError *error = NULL;
  ParaphClient *client = NULL;

  (void) step;
  arm (self, kind, at);
  client = crash_open (&self->talks, 0, FALSE, &error);
  if (client == NULL)
    {
      g_assert_true (self->report->trace.has_struck);
      check_clear (error);
      g_clear_error (&error);
      fault_disk_disarm ();
      client = crash_open (&self->talks, 0, FALSE, &error);
      if (g_error_matches (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_EXISTS))
        { /* it was whole before it was to be opened */
          g_clear_error (&error);
          client = crash_open (&self->talks, 0, TRUE, &error);
        }
      g_assert_no_error (error);
    }
  self->report->is_acknowledged = TRUE;
  if (!paraph_client_close (client, &error))
    {
      check_clear (error);
      g_error_free (error);
    }
  paraph_client_free (client);
}

static void
found_again (Fixture *self, guint step, FaultDiskKind kind, guint at)
{
  g_autoptr (GBytes) card = NULL;
  GError *error = NULL;
  ParaphClient *client = crash_open (&self->talks, 0, TRUE, &error);

  (void) step;
  (void) kind;
  (void) at;
  if (client == NULL)
    {
      g_assert_false (self->report->is_acknowledged);
      g_assert_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_NOT_A_STORE);
      g_clear_error (&error);
      client = crash_open (&self->talks, 0, FALSE, &error);
      g_assert_no_error (error);
    }
  g_assert_true (paraph_client_run (client, test_make_card, &card, FALSE, &error));
  g_assert_no_error (error);
  g_assert_true (paraph_client_close (client, NULL));
  paraph_client_free (client);
}

static void
founds_whole (Fixture *self, gconstpointer data)
{
  FaultDiskKind kind = (FaultDiskKind) GPOINTER_TO_INT (data);
  guint at = 0;

  keep (self, 0);
  do
    {
      restore (self, 0);
      self->report->is_acknowledged = FALSE;
      (void) run_process (self, found_one, 0, kind, ++at);
      if (kind == FAULT_DISK_CUT && self->report->trace.has_struck)
        take_cut (self);
      g_assert_cmpint (run_process (self, found_again, 0, kind, at), ==, 0);
    }
  while (self->report->trace.count >= at);
  g_test_message ("%u points", at - 1);
  g_assert_cmpuint (at, >, 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/crash/killed", Fixture, GINT_TO_POINTER (FAULT_DISK_KILL), set_up, loses_nothing,
              tear_down);
  g_test_add ("/crash/torn", Fixture, GINT_TO_POINTER (FAULT_DISK_TORN), set_up, loses_nothing,
              tear_down);
  g_test_add ("/crash/cut", Fixture, GINT_TO_POINTER (FAULT_DISK_CUT), set_up, loses_nothing,
              tear_down);
  g_test_add ("/crash/full", Fixture, GINT_TO_POINTER (FAULT_DISK_FULL), set_up, loses_nothing,
              tear_down);
  g_test_add ("/crash/founding/killed", Fixture, GINT_TO_POINTER (FAULT_DISK_KILL), set_up,
              founds_whole, tear_down);
  g_test_add ("/crash/founding/cut", Fixture, GINT_TO_POINTER (FAULT_DISK_CUT), set_up,
              founds_whole, tear_down);
  g_test_add ("/crash/founding/full", Fixture, GINT_TO_POINTER (FAULT_DISK_FULL), set_up,
              founds_whole, tear_down);
  return g_test_run ();
}
