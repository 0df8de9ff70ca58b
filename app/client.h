/* The client: one home and the worker that owns it. Window and command line hold one of these.
 *
 * Thread: the main one. A verb is a ParaphHomeFunc that runs in the worker inside one transaction. */

#pragma once

#include <gio/gio.h>

#include "app/home.h"
#include "store/worker.h"

typedef struct ParaphClient ParaphClient;

typedef gboolean (*ParaphHomeFunc) (ParaphHome *home, gpointer data, GError **error);

ParaphClient *paraph_client_new (void);
void paraph_client_free (ParaphClient *self);

/* Opens a home; with founding, makes it first. Waits: for the command line and tests. */
gboolean paraph_client_open (ParaphClient *self, const ParaphStoreOpening *opening,
                             const ParaphHomeFounding *founding, GError **error);
/* Opens a home and reads nothing of it: for the audit, which judges rows that no other verb would
 * take. What it runs gets a home with a store and nothing else. */
gboolean paraph_client_open_rows (ParaphClient *self, const ParaphStoreOpening *opening,
                                  GError **error);
gboolean paraph_client_close (ParaphClient *self, GError **error);

/* Runs verb in the worker and waits. own_transactions: the verb begins and commits for itself. */
gboolean paraph_client_run (ParaphClient *self, ParaphHomeFunc verb, gpointer data,
                            gboolean own_transactions, GError **error);

/* The same without waiting; data stays alive until callback, in the main context. */
void paraph_client_run_async (ParaphClient *self, ParaphHomeFunc verb, gpointer data,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean paraph_client_run_finish (ParaphClient *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphClient, paraph_client_free)
