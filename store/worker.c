#include "store/worker.h"

/* NOTES
 * - One thread and one queue of our own: calls run in order, and freeing runs what was queued and
 *   joins the thread. GTask's own pool promises neither order nor one thread; a GThreadPool does
 *   not join its threads, so that libcrypto's clean-up at the end of the process met a thread that
 *   was still letting go of its own part. Tasks are only the vessels of results here.
 * - A task returns to the main context in which it was made. */

struct ParaphWorker
{
  /* owned; store by the thread alone */
  GThread *thread;
  GAsyncQueue *calls; /* Call; one without a job ends the thread */
  ParaphStore *store;
};

/* One call into the thread. Exactly one of task and waiter is set; in the last call neither. */
typedef struct
{
  ParaphJob job;
  GCancellable *cancellable; /* owned */
  GTask *task;               /* owned */
  struct Waiter *waiter;     /* borrowed */
} Call;

typedef struct Waiter
{
  GMutex mutex;
  GCond cond;
  gboolean is_done;
  GError *error;
} Waiter;

/* Arguments of the jobs that open and close. */
typedef struct
{
  ParaphWorker *worker;
  ParaphStoreOpening opening; /* strings owned where FREE is used, secrets borrowed */
  gboolean create;
} OpeningData;

static void
opening_data_free (gpointer data)
{
  OpeningData *self = data;

  g_free ((char *) (guintptr) self->opening.directory);
  g_free ((char *) (guintptr) self->opening.vfs);
  g_free (self);
}

static gboolean
run_in_transaction (ParaphStore *store, const ParaphJob *job, GCancellable *cancellable,
                    GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (store);

  if (!paraph_database_begin (database, error))
    return FALSE;
  if (job->run (store, job->data, cancellable, error))
    return paraph_database_commit (database, error);
  paraph_database_rollback (database);
  return FALSE;
}

static gboolean
run_job (ParaphWorker *self, const ParaphJob *job, GCancellable *cancellable, GError **error)
{
  gboolean is_done = FALSE;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->store == NULL && job->kind != PARAPH_JOB_BARE)
    {
      g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_INTERNAL,
                           "no store is open");
      return FALSE;
    }
  switch (job->kind)
    {
    case PARAPH_JOB_TRANSACTION:
      return run_in_transaction (self->store, job, cancellable, error);
    case PARAPH_JOB_OWN:
      is_done = job->run (self->store, job->data, cancellable, error);
      paraph_database_rollback (paraph_store_get_database (self->store));
      return is_done;
    case PARAPH_JOB_BARE:
      return job->run (self->store, job->data, cancellable, error);
    }
  g_assert_not_reached ();
}

static void
finish_wait (Waiter *waiter, GError *error)
{
  g_mutex_lock (&waiter->mutex);
  waiter->error = error;
  waiter->is_done = TRUE;
  g_cond_signal (&waiter->cond);
  g_mutex_unlock (&waiter->mutex);
}

static void
run_call (ParaphWorker *self, Call *call)
{
  GError *error = NULL;
  gboolean is_done = run_job (self, &call->job, call->cancellable, &error);

  g_assert (is_done == (error == NULL));
  if (call->waiter != NULL)
    finish_wait (call->waiter, error);
  else if (is_done)
    g_task_return_boolean (call->task, TRUE);
  else
    g_task_return_error (call->task, error);
  g_clear_object (&call->task);
  g_clear_object (&call->cancellable);
  g_free (call);
}

static gpointer
run_thread (gpointer data)
{
  ParaphWorker *self = data;

  for (;;)
    {
      Call *call = g_async_queue_pop (self->calls);

      if (call->task == NULL && call->waiter == NULL)
        {
          g_free (call);
          return NULL;
        }
      run_call (self, call);
    }
}

ParaphWorker *
paraph_worker_new (void)
{
  ParaphWorker *self = g_new0 (ParaphWorker, 1);

  self->calls = g_async_queue_new ();
  self->thread = g_thread_new ("worker", run_thread, self);
  return self;
}

static void
push (ParaphWorker *self, Call *call)
{
  g_async_queue_push (self->calls, call);
}

void
paraph_worker_run_async (ParaphWorker *worker, const ParaphJob *job, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->job = *job;
  call->cancellable = cancellable == NULL ? NULL : g_object_ref (cancellable);
  /* Without the cancellable: what was done and committed is reported as done. */
  call->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (call->task, paraph_worker_run_async);
  g_task_set_task_data (call->task, job->data, job->free_data);
  push (worker, call);
}

gboolean
paraph_worker_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gpointer
paraph_worker_result_data (GAsyncResult *result)
{
  return g_task_get_task_data (G_TASK (result));
}

gboolean
paraph_worker_run (ParaphWorker *worker, const ParaphJob *job, GError **error)
{
  Waiter waiter = { 0 };
  Call *call = g_new0 (Call, 1);

  g_assert (!paraph_worker_is_current (worker));
  g_mutex_init (&waiter.mutex);
  g_cond_init (&waiter.cond);
  call->job = *job;
  call->waiter = &waiter;
  push (worker, call);
  g_mutex_lock (&waiter.mutex);
  while (!waiter.is_done)
    g_cond_wait (&waiter.cond, &waiter.mutex);
  g_mutex_unlock (&waiter.mutex);
  g_cond_clear (&waiter.cond);
  g_mutex_clear (&waiter.mutex);
  if (waiter.error == NULL)
    return TRUE;
  g_propagate_error (error, waiter.error);
  return FALSE;
}

gboolean
paraph_worker_is_current (ParaphWorker *worker)
{
  return worker->thread == g_thread_self ();
}

static gboolean
open_job (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  const OpeningData *self = data;

  (void) cancellable;
  g_assert (store == NULL);
  if (self->create && !paraph_store_create (&self->opening, error))
    return FALSE;
  self->worker->store = paraph_store_open (&self->opening, error);
  return self->worker->store != NULL;
}

static gboolean
close_job (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  ParaphWorker *worker = data;

  (void) cancellable;
  worker->store = NULL;
  return paraph_store_close (store, error);
}

void
paraph_worker_open_async (ParaphWorker *worker, const ParaphStoreOpening *opening, gboolean create,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  OpeningData *data = g_new0 (OpeningData, 1);
  ParaphJob job = { PARAPH_JOB_BARE, open_job, data, opening_data_free };

  data->worker = worker;
  data->opening = *opening;
  data->opening.directory = g_strdup (opening->directory);
  data->opening.vfs = g_strdup (opening->vfs);
  data->create = create;
  paraph_worker_run_async (worker, &job, NULL, callback, user_data);
}

gboolean
paraph_worker_open_finish (GAsyncResult *result, GError **error)
{
  return paraph_worker_run_finish (result, error);
}

gboolean
paraph_worker_open (ParaphWorker *worker, const ParaphStoreOpening *opening, gboolean create,
                    GError **error)
{
  OpeningData data = { worker, *opening, create };
  ParaphJob job = { PARAPH_JOB_BARE, open_job, &data, NULL };

  return paraph_worker_run (worker, &job, error);
}

void
paraph_worker_close_async (ParaphWorker *worker, GAsyncReadyCallback callback, gpointer user_data)
{
  ParaphJob job = { PARAPH_JOB_BARE, close_job, worker, NULL };

  paraph_worker_run_async (worker, &job, NULL, callback, user_data);
}

gboolean
paraph_worker_close_finish (GAsyncResult *result, GError **error)
{
  return paraph_worker_run_finish (result, error);
}

gboolean
paraph_worker_close (ParaphWorker *worker, GError **error)
{
  ParaphJob job = { PARAPH_JOB_BARE, close_job, worker, NULL };

  return paraph_worker_run (worker, &job, error);
}

void
paraph_worker_free (ParaphWorker *worker)
{
  if (worker == NULL)
    return;
  /* Nobody is left to be told: the next open finds a store that was not closed, and checks it. */
  (void) paraph_worker_close (worker, NULL);
  push (worker, g_new0 (Call, 1));
  (void) g_thread_join (worker->thread);
  g_async_queue_unref (worker->calls);
  g_free (worker);
}
