#include "store/setting-table.h"
#include "store/worker.h"
#include "tests/support/store-test.h"

typedef struct
{
  TestHome home;
  ParaphWorker *worker;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  (void) unused;
  test_home_init (&self->home);
  self->worker = paraph_worker_new ();
  assert_done (paraph_worker_open (self->worker, &self->home.opening, TRUE, E));
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  (void) unused;
  paraph_worker_free (self->worker);
  test_home_clear (&self->home);
}

static gboolean
write_job (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  (void) cancellable;
  return paraph_setting_table_set (store, data, "written", error);
}

static gboolean
failing_job (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  if (!write_job (store, data, cancellable, error))
    return FALSE;
  g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED, "on purpose");
  return FALSE;
}

/* Leaves its second transaction open. */
static gboolean
own_job (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (store);

  (void) cancellable;
  (void) data;
  return paraph_database_begin (database, error)
         && paraph_setting_table_set (store, "kept", "written", error)
         && paraph_database_commit (database, error) && paraph_database_begin (database, error)
         && paraph_setting_table_set (store, "left", "written", error);
}

typedef struct
{
  const char *key;
  char *value; /* owned */
} Question;

static gboolean
read_job (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;

  (void) cancellable;
  return paraph_setting_table_get (store, question->key, &question->value, error);
}

static gboolean
has (Fixture *self, const char *key)
{
  Question question = { key, NULL };
  ParaphJob job = { PARAPH_JOB_TRANSACTION, read_job, &question, NULL };

  assert_done (paraph_worker_run (self->worker, &job, E));
  g_free (question.value);
  return question.value != NULL;
}

static void
commits_a_job_that_succeeds (Fixture *self, gconstpointer unused)
{
  ParaphJob job = { PARAPH_JOB_TRANSACTION, write_job, (gpointer) (guintptr) "key", NULL };

  (void) unused;
  assert_done (paraph_worker_run (self->worker, &job, E));
  g_assert_true (has (self, "key"));
}

static void
rolls_back_a_job_that_fails (Fixture *self, gconstpointer unused)
{
  ParaphJob job = { PARAPH_JOB_TRANSACTION, failing_job, (gpointer) (guintptr) "key", NULL };

  (void) unused;
  assert_fails (paraph_worker_run (self->worker, &job, E), PARAPH_STORE_ERROR_REFUSED);
  g_assert_false (has (self, "key"));
}

static void
rolls_back_what_a_job_leaves_open (Fixture *self, gconstpointer unused)
{
  ParaphJob job = { PARAPH_JOB_OWN, own_job, NULL, NULL };

  (void) unused;
  assert_done (paraph_worker_run (self->worker, &job, E));
  g_assert_true (has (self, "kept"));
  g_assert_false (has (self, "left"));
}

static void
says_that_no_store_is_open (Fixture *self, gconstpointer unused)
{
  ParaphJob job = { PARAPH_JOB_TRANSACTION, write_job, (gpointer) (guintptr) "key", NULL };

  (void) unused;
  assert_done (paraph_worker_close (self->worker, E));
  assert_fails (paraph_worker_run (self->worker, &job, E), PARAPH_STORE_ERROR_INTERNAL);
}

static void
reports_a_home_that_does_not_open (Fixture *self, gconstpointer unused)
{
  ParaphWorker *other = paraph_worker_new ();

  (void) unused;
  assert_fails (paraph_worker_open (other, &self->home.opening, FALSE, E),
                PARAPH_STORE_ERROR_IN_USE);
  paraph_worker_free (other);
}

typedef struct
{
  GMainLoop *loop;
  GThread *thread; /* where the first job ran */
  guint expected;
  guint ran;
  guint returned;
  guint freed;
} Count;

typedef struct
{
  Count *count;
  guint number;
} Numbered;

static gboolean
numbered_job (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  Numbered *numbered = data;
  Count *count = numbered->count;

  (void) store;
  (void) cancellable;
  (void) error;
  if (count->thread == NULL)
    count->thread = g_thread_self ();
  g_assert_true (count->thread == g_thread_self ());
  g_assert_cmpuint (count->ran, ==, numbered->number);
  count->ran++;
  return TRUE;
}

static void
free_numbered (gpointer data)
{
  Numbered *numbered = data;

  g_atomic_int_inc ((gint *) &numbered->count->freed);
  g_free (numbered);
}

static void
returned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Count *count = user_data;
  const Numbered *numbered = paraph_worker_result_data (result);

  (void) source;
  assert_done (paraph_worker_run_finish (result, E));
  g_assert_cmpuint (numbered->number, ==, count->returned);
  if (++count->returned == count->expected)
    g_main_loop_quit (count->loop);
}

static void
push_numbered (Fixture *self, Count *count)
{
  for (guint i = 0; i < count->expected; i++)
    {
      Numbered *numbered = g_new0 (Numbered, 1);
      ParaphJob job = { PARAPH_JOB_BARE, numbered_job, numbered, free_numbered };

      numbered->count = count;
      numbered->number = i;
      paraph_worker_run_async (self->worker, &job, NULL, returned_cb, count);
    }
}

static void
runs_jobs_in_order_on_one_thread (Fixture *self, gconstpointer unused)
{
  Count count = { .loop = g_main_loop_new (NULL, FALSE), .expected = 2000 };

  (void) unused;
  push_numbered (self, &count);
  g_main_loop_run (count.loop);
  g_assert_cmpuint (count.ran, ==, count.expected);
  g_assert_true (count.thread != g_thread_self ());
  g_main_loop_unref (count.loop);
  paraph_worker_free (g_steal_pointer (&self->worker)); /* the last task is freed there */
  g_assert_cmpuint ((guint) g_atomic_int_get ((gint *) &count.freed), ==, count.expected);
}

static void
runs_what_is_queued_when_freed (Fixture *self, gconstpointer unused)
{
  Count count = { .loop = g_main_loop_new (NULL, FALSE), .expected = 500 };

  (void) unused;
  push_numbered (self, &count);
  paraph_worker_free (g_steal_pointer (&self->worker));
  g_assert_cmpuint (count.ran, ==, count.expected);
  g_main_loop_run (count.loop);
  g_assert_cmpuint (count.returned, ==, count.expected);
  g_main_loop_unref (count.loop);
}

static void
cancelled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  (void) source;
  g_assert_false (paraph_worker_run_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_main_loop_quit (user_data);
}

static void
does_not_begin_what_was_cancelled (Fixture *self, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  ParaphJob job = { PARAPH_JOB_TRANSACTION, write_job, (gpointer) (guintptr) "key", NULL };

  (void) unused;
  g_cancellable_cancel (cancellable);
  paraph_worker_run_async (self->worker, &job, cancellable, cancelled_cb, loop);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);
  g_assert_false (has (self, "key"));
}

int
main (int argc, char **argv)
{
#define ADD(name, function) g_test_add ("/worker/" name, Fixture, NULL, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("commits-a-job-that-succeeds", commits_a_job_that_succeeds);
  ADD ("rolls-back-a-job-that-fails", rolls_back_a_job_that_fails);
  ADD ("rolls-back-what-a-job-leaves-open", rolls_back_what_a_job_leaves_open);
  ADD ("says-that-no-store-is-open", says_that_no_store_is_open);
  ADD ("reports-a-home-that-does-not-open", reports_a_home_that_does_not_open);
  ADD ("runs-jobs-in-order-on-one-thread", runs_jobs_in_order_on_one_thread);
  ADD ("runs-what-is-queued-when-freed", runs_what_is_queued_when_freed);
  ADD ("does-not-begin-what-was-cancelled", does_not_begin_what_was_cancelled);
  return g_test_run ();
}
