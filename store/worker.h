/* The worker: the one thread that owns the store, the ratchets, the keys and Argon2.
 *
 * A job is a function that runs there. Jobs run in the order in which they were given, each
 * inside one transaction: TRUE commits, FALSE (with an error) rolls back, and a commit that fails
 * turns into the job's failure. What must not be told before it is durable is therefore told by
 * the callback, never by the job.
 *
 * Closing runs what is queued first. The main thread never waits: the calls without _async are
 * for tests and the command line. */

#pragma once

#include <gio/gio.h>

#include "store/store.h"

typedef struct ParaphWorker ParaphWorker;

/* DATA is the job's argument and its result. Cancellation is the job's own affair; a job that has
 * not begun when its cancellable is cancelled is not run. */
typedef gboolean (*ParaphJobFunc) (ParaphStore *store, gpointer data, GCancellable *cancellable,
                                   GError **error);

typedef enum
{
  PARAPH_JOB_TRANSACTION, /* one transaction around it */
  PARAPH_JOB_OWN,         /* begins and commits for itself; what it leaves open is rolled back */
  PARAPH_JOB_BARE         /* runs without a store too (STORE may be NULL): derivations, checks */
} ParaphJobKind;

typedef struct
{
  ParaphJobKind kind;
  ParaphJobFunc run;
  gpointer data;
  GDestroyNotify free_data; /* may be NULL; not used by paraph_worker_run */
} ParaphJob;

ParaphWorker *paraph_worker_new (void);
/* Waits for the thread to end; closes a store that is still open. NULL does nothing. */
void paraph_worker_free (ParaphWorker *worker);

/* Open copies DIRECTORY and VFS and borrows the secrets until the callback. CREATE: make the home
 * first. One store a worker. */
void paraph_worker_open_async (ParaphWorker *worker, const ParaphStoreOpening *opening,
                               gboolean create, GAsyncReadyCallback callback, gpointer user_data);
gboolean paraph_worker_open_finish (GAsyncResult *result, GError **error);
gboolean paraph_worker_open (ParaphWorker *worker, const ParaphStoreOpening *opening,
                             gboolean create, GError **error);

void paraph_worker_close_async (ParaphWorker *worker, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean paraph_worker_close_finish (GAsyncResult *result, GError **error);
gboolean paraph_worker_close (ParaphWorker *worker, GError **error);

/* JOB is copied; its data passes to the task, which frees it in whichever thread ends last. */
void paraph_worker_run_async (ParaphWorker *worker, const ParaphJob *job, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean paraph_worker_run_finish (GAsyncResult *result, GError **error);
/* The job's data, borrowed; results are stolen out of it. */
gpointer paraph_worker_result_data (GAsyncResult *result);

/* Runs the job in the worker's thread and waits. The caller keeps the data. */
gboolean paraph_worker_run (ParaphWorker *worker, const ParaphJob *job, GError **error);

/* Whether the caller is in the worker's thread. */
gboolean paraph_worker_is_current (ParaphWorker *worker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphWorker, paraph_worker_free)
