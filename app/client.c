/* One home and the worker that owns it. */

#include "app/client.h"

struct ParaphClient
{
  ParaphWorker *worker; /* owned */
  ParaphHome *home;     /* the worker's thread only; NULL until a verb needs it */
  gboolean is_bare;     /* the home is its store and nothing else; set while no verb runs */
};

/* A verb on its way through the worker. */
typedef struct
{
  ParaphClient *client;
  ParaphHomeFunc verb;
  gpointer data;
  gboolean own_transactions;
} Call;

ParaphClient *
paraph_client_new (void)
{
  ParaphClient *self = g_new0 (ParaphClient, 1);

  self->worker = paraph_worker_new ();
  return self;
}

static gboolean
drop_home (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  ParaphClient *self = data;

  (void) store;
  (void) cancellable;
  (void) error;
  g_clear_pointer (&self->home, paraph_home_free);
  return TRUE;
}

static void
forget_home (ParaphClient *self)
{
  ParaphJob job = { PARAPH_JOB_BARE, drop_home, self, NULL };

  (void) paraph_worker_run (self->worker, &job, NULL);
}

void
paraph_client_free (ParaphClient *self)
{
  if (self == NULL)
    return;
  forget_home (self);
  paraph_worker_free (self->worker);
  g_free (self);
}

/* Opening */

static gboolean
found_home (ParaphStore *store, gpointer data, GError **error)
{
  return paraph_home_found (store, data, error);
}

static gboolean
load_first (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  ParaphClient *self = data;

  (void) cancellable;
  self->home = paraph_home_load (store, error);
  return self->home != NULL;
}

gboolean
paraph_client_open (ParaphClient *self, const ParaphStoreOpening *opening,
                    const ParaphHomeFounding *founding, GError **error)
{
  ParaphStoreOpening filled = *opening;
  ParaphJob job = { PARAPH_JOB_OWN, load_first, self, NULL };

  /* The home is a home once it is founded: what was cut off before is made anew. */
  if (founding != NULL)
    filled.fill = found_home;
  filled.fill_data = (gpointer) (guintptr) founding;
  if (!paraph_worker_open (self->worker, &filled, founding != NULL, error))
    return FALSE;
  if (paraph_worker_run (self->worker, &job, error))
    return TRUE;
  (void) paraph_client_close (self, NULL);
  return FALSE;
}

gboolean
paraph_client_open_rows (ParaphClient *self, const ParaphStoreOpening *opening, GError **error)
{
  if (!paraph_worker_open (self->worker, opening, FALSE, error))
    return FALSE;
  self->is_bare = TRUE;
  return TRUE;
}

gboolean
paraph_client_close (ParaphClient *self, GError **error)
{
  forget_home (self);
  self->is_bare = FALSE;
  return paraph_worker_close (self->worker, error);
}

/* Verbs */

/* In a transaction: after a commit that failed nothing is read until beginning one has shown that
 * the disk takes writes again. */
static ParaphHome *
load_home (ParaphClient *self, ParaphStore *store, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (store);
  ParaphHome *home = NULL;

  if (!self->is_bare)
    {
      if (paraph_database_begin (database, error))
        home = paraph_home_load (store, error);
      paraph_database_rollback (database);
      return home;
    }
  home = g_new0 (ParaphHome, 1);
  home->store = store;
  return home;
}

static gboolean
run_in_transaction (ParaphStore *store, Call *call, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (store);

  if (call->own_transactions)
    return call->verb (call->client->home, call->data, error);
  return paraph_database_begin (database, error)
         && call->verb (call->client->home, call->data, error)
         && paraph_database_commit (database, error);
}

/* After a failure the ledger in memory may say more than the store: it is read anew. */
static gboolean
run_call (ParaphStore *store, gpointer data, GCancellable *cancellable, GError **error)
{
  Call *call = data;

  (void) cancellable;
  if (call->client->home == NULL)
    call->client->home = load_home (call->client, store, error);
  if (call->client->home == NULL)
    return FALSE;
  if (run_in_transaction (store, call, error))
    return TRUE;
  paraph_database_rollback (paraph_store_get_database (store));
  g_clear_pointer (&call->client->home, paraph_home_free);
  return FALSE;
}

gboolean
paraph_client_run (ParaphClient *self, ParaphHomeFunc verb, gpointer data,
                   gboolean own_transactions, GError **error)
{
  Call call = { self, verb, data, own_transactions };
  ParaphJob job = { PARAPH_JOB_OWN, run_call, &call, NULL };

  return paraph_worker_run (self->worker, &job, error);
}

void
paraph_client_run_async (ParaphClient *self, ParaphHomeFunc verb, gpointer data,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Call call = { self, verb, data, FALSE };
  ParaphJob job = { PARAPH_JOB_OWN, run_call, g_memdup2 (&call, sizeof call), g_free };

  paraph_worker_run_async (self->worker, &job, cancellable, callback, user_data);
}

gboolean
paraph_client_run_finish (ParaphClient *self, GAsyncResult *result, GError **error)
{
  (void) self;
  return paraph_worker_run_finish (result, error);
}
