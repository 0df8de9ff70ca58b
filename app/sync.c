/* Sync: take in, answer, checkpoint, post; again while that brings anything new. */

#include "app/sync-private.h"

#include "app/error.h"
#include "app/home-private.h"
#include "app/inbound.h"
#include "store/held-table.h"
#include "store/outbox-table.h"

#define PASSES_MAX 3
#define BATCH 64

static void
count_outcome (ParaphSyncReport *report, ParaphOutcome outcome)
{
  report->received++;
  report->applied += outcome == PARAPH_OUTCOME_APPLIED ? 1 : 0;
  report->refused += outcome == PARAPH_OUTCOME_REFUSED ? 1 : 0;
}

static gboolean
take_arrival (ParaphHome *home, const ParaphArrival *arrival, ParaphSyncReport *report,
              GError **error)
{
  ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

  if (!paraph_inbound_envelope (home, arrival->bytes, &outcome, error))
    return FALSE;
  count_outcome (report, outcome);
  return TRUE;
}

/* One batch: committed, and only then done. */
static gboolean
take_batch (ParaphHome *home, ParaphTransportBatch *batch, ParaphSyncReport *report,
            GError **carrier, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);
  g_autoptr (GPtrArray) tokens = g_ptr_array_new ();
  GError *failure = NULL;

  if (!paraph_database_begin (database, error))
    return FALSE;
  for (guint i = 0; i < batch->arrivals->len; i++)
    {
      const ParaphArrival *arrival = g_ptr_array_index (batch->arrivals, i);

      if (!take_arrival (home, arrival, report, error))
        return FALSE;
      g_ptr_array_add (tokens, arrival->token);
    }
  if (!paraph_sync_settle (home, batch->accepted, &report->sent, error)
      || !paraph_database_commit (database, error))
    return FALSE;
  g_ptr_array_add (tokens, NULL);
  if (!paraph_transport_done (home->transport, (const char *const *) tokens->pdata, &failure))
    paraph_sync_keep_first (carrier, failure);
  return TRUE;
}

/* FALSE: the store failed. What the carrier fails at ends the receiving, and goes to carrier. */
static gboolean
receive_all (ParaphHome *home, ParaphSyncReport *report, GError **carrier, GError **error)
{
  GError *failure = NULL;
  gboolean more = paraph_transport_rescan (home->transport, &failure);

  while (more)
    {
      g_autoptr (ParaphTransportBatch) batch =
          paraph_transport_poll (home->transport, BATCH, &failure);

      if (batch != NULL && !take_batch (home, batch, report, carrier, error))
        return FALSE;
      more = batch != NULL && batch->more;
    }
  if (failure != NULL)
    paraph_sync_keep_first (carrier, failure);
  return TRUE;
}

static gboolean
answer_all (ParaphHome *home, guint *ret_opened, guint *ret_made, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);

  return paraph_database_begin (database, error) && paraph_inbound_retry (home, ret_opened, error)
         && paraph_inbound_let_in_all (home, ret_opened, error)
         && paraph_sync_checkpoint (home, ret_made, error) && paraph_sync_keys (home, error)
         && paraph_sync_answer (home, error) && paraph_database_commit (database, error);
}

/* An old copy of itself stops: what it would say, it has said before, and otherwise. */
static gboolean
check_is_newest (ParaphHome *home, GError **error)
{
  gboolean is_old = FALSE;

  if (!paraph_home_is_old_copy (home, &is_old, error))
    return FALSE;
  if (!is_old)
    return TRUE;
  return paraph_app_error_set (
      error, PARAPH_APP_ERROR_REFUSED,
      "This home is an old copy of itself: others hold records that this device has signed and "
      "that are not here. It sends and signs nothing more, and can still be read. Use the newest "
      "copy of it, or enrol a device anew.");
}

static gboolean
run_passes (ParaphHome *home, ParaphSyncReport *report, GError **carrier, GError **error)
{
  gboolean is_up = home->transport != NULL && *carrier == NULL;

  for (guint pass = 0; pass < PASSES_MAX; pass++)
    {
      guint received = report->received;
      guint opened = 0;
      guint made = 0;

      if (is_up && !receive_all (home, report, carrier, error))
        return FALSE;
      if (!answer_all (home, &opened, &made, error) || !check_is_newest (home, error))
        return FALSE;
      if (is_up && !paraph_sync_post (home, &report->sent, carrier, error))
        return FALSE;
      if (*carrier != NULL || (report->received == received && opened == 0))
        break;
    }
  return TRUE;
}

static gboolean
expire_all (ParaphHome *home, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);

  return paraph_database_begin (database, error) && paraph_sync_expire (home, error)
         && paraph_database_commit (database, error);
}

static gboolean
count_rest (ParaphHome *home, ParaphSyncReport *report, GError **error)
{
  ParaphOutboxCounts counts = { 0, 0 };
  guint64 waiting = 0;
  guint64 held = 0;

  if (!paraph_outbox_table_count (home->store, &counts, error)
      || !paraph_held_table_count (home->store, &held, error)
      || !paraph_record_table_count (home->store, PARAPH_RECORD_STATE_WAITING, &waiting, error))
    return FALSE;
  report->unsent = (guint) counts.queued;
  report->waiting = (guint) waiting;
  report->held = (guint) held;
  return TRUE;
}

/* What was taken in and made is kept; what is to be sent stays in the outbox. */
static gboolean
fail_by_carrier (const GError *carrier, GError **error)
{
  if (g_error_matches (carrier, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_FULL))
    return paraph_app_error_set (
        error, PARAPH_APP_ERROR_IO,
        "The pouch has no space left (%s). What is to be sent waits; make room in it and run "
        "“sync” again.",
        carrier->message);
  return paraph_app_error_set (
      error, PARAPH_APP_ERROR_IO,
      "The pouch cannot be used (%s). What is to be sent waits; make the pouch reachable and run "
      "“sync” again.",
      carrier->message);
}

gboolean
paraph_sync_run (ParaphHome *home, ParaphSyncReport *ret_report, GError **error)
{
  ParaphSyncReport report = { 0 };
  g_autoptr (GError) carrier = NULL;

  if (home->sessions == NULL)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "This home belongs to no delegation: there is nothing to send or receive. Make one that "
          "does with “init”.");
      return FALSE;
    }
  if (!check_is_newest (home, error))
    return FALSE;
  if (home->transport != NULL)
    (void) paraph_transport_start (home->transport, NULL, &carrier); /* said at the end */
  if (!run_passes (home, &report, &carrier, error) || !expire_all (home, error)
      || !count_rest (home, &report, error))
    return FALSE;
  *ret_report = report;
  return carrier == NULL || fail_by_carrier (carrier, error);
}
