/* The audit of a home: the same questions, asked of its rows. Everything that is held is in scope. */

#include <string.h>

#include "app/audit-private.h"
#include "crypto/hash.h"
#include "store/blob-table.h"
#include "store/record-table.h"

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

static gboolean
hold_row (const ParaphStoredRecord *row, gpointer data, GError **error)
{
  ParaphAuditRun *run = data;
  ParaphAuditRecord *record;
  ParaphId real;

  (void) error;
  run->audit->records++;
  paraph_sha256 (g_bytes_get_data (row->header, NULL), g_bytes_get_size (row->header), &real);
  if (!paraph_id_equal (&real, &row->id))
    {
      g_hash_table_add (run->altered, g_memdup2 (&row->id, sizeof row->id));
      paraph_audit_run_find (run, "altered", &row->id, NULL,
                             "The stored bytes are not those of this id.");
      return TRUE;
    }
  record = paraph_audit_run_hold (run, &row->id, row->header, -1);
  if (record == NULL)
    return TRUE;
  record->sealed = seal_row (record->header, row);
  if (!is_indexed (row, record->header))
    paraph_audit_run_find (run, "altered", &row->id, record->header,
                           "The stored place is not the one that the record says.");
  return TRUE;
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
  if (!paraph_record_table_load_placed (home->store, hold_row, &run, error)
      || !paraph_record_table_load_others (home->store, PARAPH_RECORD_STATE_WAITING, hold_row, &run,
                                           error)
      || !paraph_record_table_load_others (home->store, PARAPH_RECORD_STATE_EVIDENCE, hold_row,
                                           &run, error))
    return NULL;
  paraph_audit_run_reach (&run, &scope);
  paraph_audit_run_place (&run);
  if (!check_bodies (&run, home->store, error))
    return NULL;
  paraph_audit_run_judge (&run);
  return paraph_audit_run_finish (&run);
}
