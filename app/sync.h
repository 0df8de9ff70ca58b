/* Receive, place, answer wants, checkpoint, send; until a pass makes nothing new, at most 3 passes. */

#pragma once

#include "app/home.h"

typedef struct
{
  guint received; /* envelopes taken from the carrier */
  guint applied;  /* records placed */
  guint waiting;  /* records that wait for others */
  guint held;     /* records that a limit holds back */
  guint refused;
  guint sent;   /* envelopes the carrier accepted */
  guint unsent; /* envelopes still in the outbox that the carrier has not accepted */
} ParaphSyncReport;

/* Manages its own transactions (PARAPH_JOB_OWN): begins and commits a batch of at most 64 arrivals,
 * and tells the carrier "done" only afterwards. */
gboolean paraph_sync_run (ParaphHome *home, ParaphSyncReport *ret_report, GError **error);
