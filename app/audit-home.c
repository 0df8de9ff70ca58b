/* The audit of a home: the same questions, asked of its rows. Everything that is held is in scope. */

#include <string.h>

#include "app/audit-private.h"
#include "crypto/hash.h"
#include "store/blob-table.h"
#include "store/record-table.h"

#define THREADS 2
#define BATCH 256

/* A row, and what was read out of it in another thread. */
typedef struct
{
  ParaphStoredRecord stored;  /* its pointers are owned */
  ParaphHeader *header;       /* owned; NULL: not the bytes of id, or not legal */
  ParaphSealedRecord *sealed; /* owned; likewise */
  gboolean is_altered;
  gboolean is_indexed;
} Row;

typedef struct
{
  GAsyncQueue *done; /* borrowed */
  guint n_rows;
  Row rows[BATCH];
} Batch;

/* Rows come from the caller's thread and are hashed and parsed in two others, some at a time; what
 * they say is noted in the caller's thread again, in whatever order. */
typedef struct
{
  ParaphAuditRun *run;
  GThreadPool *pool;
  GAsyncQueue *done;
  Batch *batch; /* owned; being filled */
  guint n_away;
} Reading;

static void
row_clear (Row *row)
{
  g_free (row->stored.kind);
  g_bytes_unref (row->stored.header);
  g_free (row->stored.signatures);
  g_clear_pointer (&row->header, paraph_header_unref);
  g_clear_pointer (&row->sealed, paraph_sealed_record_unref);
}

static ParaphSealedRecord *
seal_row (ParaphHeader *header, const ParaphStoredRecord *row)
{
  ParaphSignedBy by[PARAPH_SIGNATURES_MAX];
  guint n = MIN (row->n_signatures, PARAPH_SIGNATURES_MAX);

  for (guint i = 0; i < n; i++)
    {
      by[i].key = row->signatures[i].key;
      by[i].signature = row->signatures[i].signature;
    }
  return paraph_sealed_record_new (header, by, n);
}

/* The columns that say where the record stands, which every other part of the program reads. */
static gboolean
is_indexed (const ParaphStoredRecord *row, const ParaphHeader *header)
{
  return paraph_id_equal (&row->author, &header->author)
         && paraph_id_equal (&row->channel, &header->channel)
         && paraph_id_equal (&row->negotiation, &header->negotiation)
         && g_strcmp0 (row->kind, header->kind_word) == 0 && row->number == (guint64) header->number
         && row->clock == (guint64) header->clock;
}

/* The id of a header that parses is the hash of its bytes: they are hashed once. */
static void
read_row (Row *row)
{
  const ParaphStoredRecord *stored = &row->stored;
  ParaphId real;

  if (g_bytes_get_size (stored->header) <= PARAPH_HEADER_MAX)
    row->header = paraph_header_parse (stored->header, NULL);
  if (row->header != NULL)
    real = row->header->id;
  else
    paraph_sha256 (g_bytes_get_data (stored->header, NULL), g_bytes_get_size (stored->header),
                   &real);
  row->is_altered = !paraph_id_equal (&real, &stored->id);
  if (row->is_altered)
    g_clear_pointer (&row->header, paraph_header_unref);
  if (row->header == NULL)
    return;
  row->sealed = seal_row (row->header, stored);
  row->is_indexed = is_indexed (stored, row->header);
}

static void
read_batch (gpointer data, gpointer user_data)
{
  Batch *batch = data;

  (void) user_data; /* nothing is shared */
  for (guint i = 0; i < batch->n_rows; i++)
    read_row (&batch->rows[i]);
  g_async_queue_push (batch->done, batch);
}

static void
hold_row (ParaphAuditRun *run, Row *row)
{
  const ParaphId *id = &row->stored.id;
  ParaphAuditRecord *record;

  if (row->is_altered)
    {
      g_hash_table_add (run->altered, g_memdup2 (id, sizeof *id));
      paraph_audit_run_find (run, "altered", id, NULL,
                             "The stored bytes are not those of this id.");
      return;
    }
  if (row->header == NULL)
    {
      (void) paraph_audit_run_hold (run, id, row->stored.header, -1); /* notes why it is none */
      return;
    }
  record = paraph_audit_run_hold_header (run, g_steal_pointer (&row->header));
  record->sealed = g_steal_pointer (&row->sealed);
  if (!row->is_indexed)
    paraph_audit_run_find (run, "altered", id, record->header,
                           "The stored place is not the one that the record says.");
}

static void
take_batch (Reading *self, Batch *batch)
{
  self->n_away--;
  for (guint i = 0; i < batch->n_rows; i++)
    {
      hold_row (self->run, &batch->rows[i]);
      row_clear (&batch->rows[i]);
    }
  g_free (batch);
}

static void
send_batch (Reading *self)
{
  Batch *ready;

  if (self->batch == NULL)
    return;
  self->n_away++;
  g_thread_pool_push (self->pool, g_steal_pointer (&self->batch), NULL);
  while ((ready = g_async_queue_try_pop (self->done)) != NULL)
    take_batch (self, ready);
}

static gboolean
take_row (const ParaphStoredRecord *stored, gpointer data, GError **error)
{
  Reading *self = data;
  Row *row;

  (void) error; /* nothing here fails */
  self->run->audit->records++;
  if (self->batch == NULL)
    {
      self->batch = g_new0 (Batch, 1);
      self->batch->done = self->done;
    }
  row = &self->batch->rows[self->batch->n_rows++];
  row->stored = *stored;
  row->stored.kind = g_strdup (stored->kind);
  row->stored.header = g_bytes_ref (stored->header);
  row->stored.signatures =
      g_memdup2 (stored->signatures, stored->n_signatures * sizeof *stored->signatures);
  if (self->batch->n_rows == BATCH)
    send_batch (self);
  return TRUE;
}

static gboolean
hold_rows (ParaphAuditRun *run, ParaphStore *store, GError **error)
{
  Reading self = { .run = run };
  gboolean is_read;

  self.pool = g_thread_pool_new (read_batch, NULL, THREADS, FALSE, NULL);
  self.done = g_async_queue_new ();
  is_read = paraph_record_table_load_placed (store, take_row, &self, error)
            && paraph_record_table_load_others (store, PARAPH_RECORD_STATE_WAITING, take_row, &self,
                                                error)
            && paraph_record_table_load_others (store, PARAPH_RECORD_STATE_EVIDENCE, take_row,
                                                &self, error);
  send_batch (&self);
  while (self.n_away > 0)
    take_batch (&self, g_async_queue_pop (self.done));
  g_thread_pool_free (self.pool, FALSE, TRUE);
  g_async_queue_unref (self.done);
  return is_read;
}

static gboolean
check_body (ParaphAuditRun *run, ParaphStore *store, const ParaphHeader *header,
            const ParaphBody *body, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *detail = NULL;
  char owner[PARAPH_ID_HEX_SIZE + 1];
  ParaphId real;

  if (!paraph_blob_table_get (store, &body->blob, &bytes, error))
    return FALSE;
  paraph_id_to_hex (&header->id, owner);
  detail = g_strdup_printf ("It is a body of record %s.", owner);
  if (bytes == NULL)
    {
      paraph_audit_run_find (run, "lacking", &body->blob, header, detail);
      return TRUE;
    }
  paraph_sha256 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &real);
  if (!paraph_id_equal (&real, &body->blob))
    paraph_audit_run_find (run, "altered", &body->blob, header, detail);
  else
    {
      g_autoptr (GBytes) content = paraph_blob_get_content (bytes, body->media_type, NULL);

      if (content == NULL || g_bytes_get_size (bytes) != (gsize) body->size)
        paraph_audit_run_find (run, "malformed", &body->blob, header, detail);
    }
  return TRUE;
}

static gboolean
check_bodies (ParaphAuditRun *run, ParaphStore *store, GError **error)
{
  for (guint i = 0; i < run->shown->len; i++)
    {
      const ParaphHeader *header =
          ((ParaphAuditRecord *) g_ptr_array_index (run->shown, i))->header;

      for (guint k = 0; k < header->n_bodies; k++)
        if (!check_body (run, store, header, &header->bodies[k], error))
          return FALSE;
    }
  return TRUE;
}

ParaphAudit *
paraph_audit_home (ParaphHome *home, gboolean quick, ParaphAuditProgress progress, gpointer data,
                   GError **error)
{
  g_auto (ParaphAuditRun) run = { 0 };
  ParaphAuditScope scope = { 0 };

  paraph_audit_run_init (&run, quick);
  run.progress = progress;
  run.progress_data = data;
  if (!hold_rows (&run, home->store, error))
    return NULL;
  paraph_audit_run_reach (&run, &scope);
  paraph_audit_run_place (&run);
  if (!check_bodies (&run, home->store, error))
    return NULL;
  paraph_audit_run_judge (&run);
  return paraph_audit_run_finish (&run);
}
