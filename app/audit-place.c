/* Placing everything that is held: identities, then signatures on two threads, then places. */

#include <string.h>

#include "app/audit-private.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"

#define THREADS 2
#define BATCH 256

/* Some of the records, checked by one thread and handed back by the queue. */
typedef struct
{
  ParaphAuditRun *run;
  GAsyncQueue *done;
  ParaphAuditRecord *records[BATCH];
  guint n_records;
  guint n_good;
} Batch;

static const char *
explain (ParaphRefusal refusal)
{
  switch (refusal)
    {
    case PARAPH_REFUSAL_UNKNOWN_KEY:
      return "Its delegation never gave this device any powers.";
    case PARAPH_REFUSAL_NOT_EMPOWERED:
      return "Its delegation had revoked this device.";
    case PARAPH_REFUSAL_BAD_SIGNATURE:
      return "There is no good signature of its author in the one legal form.";
    case PARAPH_REFUSAL_MALFORMED:
    case PARAPH_REFUSAL_NONE:
      break;
    }
  return "What it says of itself does not fit the records that it names.";
}

static const char *
get_word (ParaphRefusal refusal)
{
  switch (refusal)
    {
    case PARAPH_REFUSAL_UNKNOWN_KEY:
      return "unknown-key";
    case PARAPH_REFUSAL_NOT_EMPOWERED:
      return "not-empowered";
    case PARAPH_REFUSAL_BAD_SIGNATURE:
      return "bad-signature";
    case PARAPH_REFUSAL_MALFORMED:
    case PARAPH_REFUSAL_NONE:
      break;
    }
  return "malformed";
}

static void
refuse (ParaphAuditRun *run, ParaphAuditRecord *record, ParaphRefusal refusal)
{
  record->refusal = refusal == PARAPH_REFUSAL_NONE ? PARAPH_REFUSAL_MALFORMED : refusal;
  paraph_audit_run_find (run, get_word (record->refusal), &record->header->id, record->header,
                         explain (record->refusal));
}

/* Identities. */

/* The founding record of the chain that the record before it stands in; NULL: not placed yet. */
static const ParaphHeader *
find_founding (ParaphAuditRun *run, const ParaphHeader *header)
{
  ParaphAuditRecord *previous = g_hash_table_lookup (run->held, &header->previous);
  ParaphAuditRecord *founding;

  if (header->kind == PARAPH_KIND_DELEGATION)
    return header;
  if (previous == NULL || !previous->is_placed)
    return NULL;
  founding = g_hash_table_lookup (run->held, &previous->header->channel);
  return founding != NULL ? founding->header : NULL;
}

/* The custodians' keys; at most 16 of them. */
static guint
read_keys (const ParaphHeader *founding, ParaphSignKey *ret_keys)
{
  const char *const *words = paraph_header_get_values (founding, "custodian");
  guint n = 0;

  for (; words[n] != NULL && n < PARAPH_SIGNATURES_MAX; n++)
    if (paraph_hex_decode (words[n], strlen (words[n]), ret_keys[n].bytes, sizeof ret_keys[n].bytes)
        != 0)
      return 0;
  return n;
}

/* How many of the signatures verify. */
static guint
count_good (const ParaphSealedRecord *sealed, const ParaphSignKey *keys, guint n_keys)
{
  guint n_good = 0;

  for (guint i = 0; i < sealed->n_signatures; i++)
    for (guint k = 0; k < n_keys; k++)
      {
        const ParaphSignedBy *by = &sealed->signatures[i];
        ParaphId id;

        paraph_sign_key_id (&keys[k], &id);
        if (paraph_id_equal (&by->key, &id)
            && paraph_sshsig_verify (&keys[k], PARAPH_SSHSIG_IDENTITY, &sealed->header->id,
                                     &by->signature)
                   == 0)
          n_good++;
      }
  return n_good;
}

/* TRUE where something was decided. */
static gboolean
place_identity (ParaphAuditRun *run, ParaphAuditRecord *record)
{
  const ParaphHeader *founding = find_founding (run, record->header);
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  ParaphSignKey keys[PARAPH_SIGNATURES_MAX];
  guint n_keys, n_bad = 0, n_good;
  ParaphPlacing placing;
  ParaphId missing;

  if (founding == NULL)
    return FALSE;
  n_keys = read_keys (founding, keys);
  if (record->sealed == NULL)
    record->sealed = run->seal (run, record->header, keys, n_keys, &n_bad);
  placing = paraph_ledger_place (run->ledger, record->sealed, &missing, &refusal);
  if (placing == PARAPH_PLACING_WAITING)
    {
      if (run->seal != NULL)
        g_clear_pointer (&record->sealed, paraph_sealed_record_unref);
      return FALSE;
    }
  record->is_placed = placing != PARAPH_PLACING_REFUSED;
  if (!record->is_placed)
    refuse (run, record, refusal);
  if (record->refusal == PARAPH_REFUSAL_MALFORMED)
    return TRUE;
  n_good = count_good (record->sealed, keys, n_keys);
  run->audit->signatures += n_good;
  if (n_bad > 0 || n_good < record->sealed->n_signatures)
    paraph_audit_run_find (run, "bad-signature", &record->header->id, record->header,
                           "One of its signatures is not a custodian's, or not good.");
  return TRUE;
}

static void
place_identities (ParaphAuditRun *run)
{
  gboolean is_moving = TRUE;

  while (is_moving)
    {
      is_moving = FALSE;
      for (guint i = 0; i < run->shown->len; i++)
        {
          ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);

          if (paraph_kind_is_identity (record->header->kind) && !record->is_placed
              && record->refusal == PARAPH_REFUSAL_NONE && place_identity (run, record))
            is_moving = TRUE;
        }
    }
}

/* Signatures. */

static void
mark_last (ParaphAuditRun *run)
{
  g_autoptr (GHashTable) told =
      g_hash_table_new (paraph_audit_chain_hash, paraph_audit_chain_equal);

  for (guint i = run->shown->len; i > 0; i--)
    {
      ParaphAuditRecord *record = g_ptr_array_index (run->shown, i - 1);

      if (!g_hash_table_contains (told, record->header))
        record->is_last = g_hash_table_add (told, record->header);
    }
}

static void
check_one (Batch *batch, ParaphAuditRecord *record)
{
  ParaphAuditRun *run = batch->run;
  const ParaphPowers *powers = record->powers;
  guint n_bad = 0;

  if (run->is_quick && !record->is_last)
    {
      if (record->sealed == NULL)
        record->sealed = paraph_sealed_record_new (record->header, NULL, 0);
      record->record = paraph_record_restore (record->sealed, powers);
      return;
    }
  if (record->sealed == NULL)
    record->sealed = run->seal (run, record->header, &powers->key, 1, &n_bad);
  record->record = paraph_record_verify (record->sealed, powers, &record->refusal);
  if (record->record != NULL)
    batch->n_good++;
}

static void
check_batch (gpointer data, gpointer user_data)
{
  Batch *batch = data;

  (void) user_data;
  for (guint i = 0; i < batch->n_records; i++)
    check_one (batch, batch->records[i]);
  g_async_queue_push (batch->done, batch);
}

static void
take_batch (ParaphAuditRun *run, GAsyncQueue *queue)
{
  g_autofree Batch *batch = g_async_queue_pop (queue);

  run->audit->signatures += batch->n_good;
  run->done += batch->n_records;
  for (guint i = 0; i < batch->n_records; i++)
    if (batch->records[i]->record == NULL)
      refuse (run, batch->records[i], batch->records[i]->refusal);
  if (run->progress != NULL)
    run->progress (run->done, run->total, NULL, run->progress_data);
}

/* Looks the powers up; FALSE where the record waits or is refused. */
static gboolean
find_powers (ParaphAuditRun *run, ParaphAuditRecord *record)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (run->ledger);
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;

  if (paraph_kind_is_identity (record->header->kind))
    return FALSE;
  record->powers = paraph_identities_find_powers (identities, &record->header->identity,
                                                  &record->header->author, &refusal);
  if (record->powers == NULL && refusal != PARAPH_REFUSAL_NONE)
    refuse (run, record, refusal);
  return record->powers != NULL;
}

static void
check_signatures (ParaphAuditRun *run)
{
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  GThreadPool *pool = g_thread_pool_new (check_batch, NULL, THREADS, FALSE, NULL);
  Batch *batch = NULL;
  guint n_batches = 0;

  mark_last (run);
  for (guint i = 0; i < run->shown->len; i++)
    {
      ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);

      if (!find_powers (run, record))
        continue;
      if (batch == NULL)
        {
          batch = g_new0 (Batch, 1);
          batch->run = run;
          batch->done = queue;
        }
      batch->records[batch->n_records++] = record;
      if (batch->n_records < BATCH)
        continue;
      g_thread_pool_push (pool, g_steal_pointer (&batch), NULL);
      n_batches++;
    }
  if (batch != NULL)
    {
      g_thread_pool_push (pool, batch, NULL);
      n_batches++;
    }
  while (n_batches-- > 0)
    take_batch (run, queue);
  g_thread_pool_free (pool, FALSE, TRUE);
}

/* Places. */

/* TRUE where something was decided. */
static gboolean
place_record (ParaphAuditRun *run, ParaphAuditRecord *record)
{
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  ParaphId missing;

  switch (paraph_ledger_place_verified (run->ledger, record->record, &missing, &refusal))
    {
    case PARAPH_PLACING_PLACED:
    case PARAPH_PLACING_ALREADY:
      record->is_placed = TRUE;
      return TRUE;
    case PARAPH_PLACING_REFUSED:
      refuse (run, record, refusal);
      return TRUE;
    case PARAPH_PLACING_WAITING:
      break;
    }
  return FALSE;
}

static void
place_records (ParaphAuditRun *run)
{
  gboolean is_moving = TRUE;

  while (is_moving)
    {
      is_moving = FALSE;
      for (guint i = 0; i < run->shown->len; i++)
        {
          ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);

          if (record->record != NULL && !record->is_placed && record->refusal == PARAPH_REFUSAL_NONE
              && place_record (run, record))
            is_moving = TRUE;
        }
    }
}

/* Identity records are placed first; where one of them goes on from a record of a channel, or a
 * record relies on one, that shows only now. */
static void
refuse_mistaken (ParaphAuditRun *run)
{
  for (guint i = 0; i < run->shown->len; i++)
    {
      ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);
      gboolean is_identity = paraph_kind_is_identity (record->header->kind);

      if (!record->is_placed && record->refusal == PARAPH_REFUSAL_NONE
          && paraph_ledger_find (run->ledger, is_identity ? &record->header->previous
                                                          : &record->header->identity)
                 != NULL)
        refuse (run, record, is_identity ? PARAPH_REFUSAL_MALFORMED : PARAPH_REFUSAL_UNKNOWN_KEY);
    }
}

void
paraph_audit_run_place (ParaphAuditRun *run)
{
  run->total = run->shown->len;
  place_identities (run);
  check_signatures (run);
  place_records (run);
  refuse_mistaken (run);
}
