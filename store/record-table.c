#include <string.h>

#include "crypto/hash.h"
#include "store/record-table.h"
#include "store/table.h"

#define RECORD_COLUMNS                                                                          \
  "record.id, record.class, record.state, record.sequence, record.negotiation, record.channel," \
  " record.author, record.number, record.clock, record.kind, record.header, record.carrier,"    \
  " record.arrived, signature.key, signature.signature"
#define RECORD_SOURCE " FROM record LEFT JOIN signature ON signature.record = record.row"

static const char insert_sql[] =
    "INSERT INTO record (id, class, state, sequence, negotiation, channel, author, number,"
    " clock, kind, header, size, carrier, arrived)"
    " VALUES (?, ?, ?, CASE ? WHEN 0 THEN (SELECT ifnull (max (sequence), 0) + 1 FROM record)"
    " END, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char add_signature_sql[] =
    "INSERT INTO signature (record, key, signature)"
    " SELECT row, ?, ? FROM record WHERE id = ? ON CONFLICT DO NOTHING";
static const char set_state_sql[] =
    "UPDATE record SET state = ?1, sequence = CASE ?1 WHEN 0 THEN"
    " (SELECT ifnull (max (sequence), 0) + 1 FROM record) END WHERE id = ?2 AND state <> 0";
static const char forget_signatures_sql[] =
    "DELETE FROM signature WHERE record = (SELECT row FROM record WHERE id = ?)";
static const char forget_waiting_sql[] =
    "DELETE FROM waiting WHERE record = (SELECT row FROM record WHERE id = ?)";
static const char delete_sql[] = "DELETE FROM record WHERE id = ? AND state <> 0";
static const char get_sql[] = "SELECT " RECORD_COLUMNS RECORD_SOURCE
                              " WHERE record.id = ? ORDER BY signature.key, signature.signature";
static const char load_placed_sql[] =
    "SELECT " RECORD_COLUMNS RECORD_SOURCE " WHERE record.sequence >= 1"
    " ORDER BY record.sequence, signature.key, signature.signature";
static const char load_others_sql[] =
    "SELECT " RECORD_COLUMNS RECORD_SOURCE " WHERE record.state = ? AND record.state <> 0"
    " ORDER BY record.row, signature.key, signature.signature";
static const char count_placed_sql[] = "SELECT ifnull (max (sequence), 0) FROM record";
static const char count_others_sql[] =
    "SELECT count (*) FROM record WHERE state = ? AND state <> 0";
static const char count_evidence_sql[] =
    "SELECT count (*) FROM record WHERE state = 2 AND author = ?";
static const char count_arrived_sql[] =
    "SELECT count (*) FROM record WHERE author = ? AND arrived >= ? AND state = 0";

/* Columns of RECORD_COLUMNS. */
enum
{
  COLUMN_ID,
  COLUMN_CLASS,
  COLUMN_STATE,
  COLUMN_SEQUENCE,
  COLUMN_NEGOTIATION,
  COLUMN_CHANNEL,
  COLUMN_AUTHOR,
  COLUMN_NUMBER,
  COLUMN_CLOCK,
  COLUMN_KIND,
  COLUMN_HEADER,
  COLUMN_CARRIER,
  COLUMN_ARRIVED,
  COLUMN_KEY,
  COLUMN_SIGNATURE
};

void
paraph_stored_record_free (ParaphStoredRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->kind);
  g_clear_pointer (&record->header, g_bytes_unref);
  g_free (record->signatures);
  g_free (record);
}

static gboolean
refuse (GError **error, ParaphStoreError code, const char *why)
{
  g_set_error_literal (error, PARAPH_STORE_ERROR, (int) code, why);
  return FALSE;
}

static gboolean
check_new (const ParaphStoredRecord *record, GError **error)
{
  gsize size = 0;
  const void *header = g_bytes_get_data (record->header, &size);
  ParaphId id;

  paraph_sha256 (header, size, &id);
  if (!paraph_id_equal (&id, &record->id))
    return refuse (error, PARAPH_STORE_ERROR_REFUSED, "an id that is not the header's hash");
  if (record->n_signatures == 0)
    return refuse (error, PARAPH_STORE_ERROR_REFUSED, "a record without a signature");
  return TRUE;
}

static gboolean
add_signatures (ParaphStore *store, const ParaphId *id, const ParaphStoredSignature *signatures,
                guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_auto (ParaphStatement) statement = { 0 };

      paraph_table_prepare (&statement, store, add_signature_sql);
      paraph_statement_bind_id (&statement, &signatures[i].key);
      paraph_statement_bind_blob (&statement, signatures[i].signature.bytes,
                                  sizeof signatures[i].signature.bytes);
      paraph_statement_bind_id (&statement, id);
      if (!paraph_statement_run (&statement, NULL, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
paraph_record_table_insert (ParaphStore *store, const ParaphStoredRecord *record, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  if (!check_new (record, error))
    return FALSE;
  paraph_table_prepare (&statement, store, insert_sql);
  paraph_statement_bind_id (&statement, &record->id);
  paraph_statement_bind_int (&statement, record->record_class);
  paraph_statement_bind_int (&statement, record->state);
  paraph_statement_bind_int (&statement, record->state);
  paraph_statement_bind_optional_id (&statement, &record->negotiation);
  paraph_statement_bind_id (&statement, &record->channel);
  paraph_statement_bind_id (&statement, &record->author);
  paraph_statement_bind_unsigned (&statement, record->number);
  paraph_statement_bind_unsigned (&statement, record->clock);
  paraph_statement_bind_text (&statement, record->kind);
  paraph_statement_bind_bytes (&statement, record->header);
  paraph_statement_bind_unsigned (&statement, g_bytes_get_size (record->header));
  paraph_statement_bind_optional_id (&statement, &record->carrier);
  paraph_statement_bind_int (&statement, record->arrived);
  if (!paraph_statement_run (&statement, NULL, error))
    return FALSE;
  return add_signatures (store, &record->id, record->signatures, record->n_signatures, error);
}

gboolean
paraph_record_table_set_signatures (ParaphStore *store, const ParaphId *id,
                                    const ParaphStoredSignature *signatures, guint n,
                                    GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  if (n == 0)
    return refuse (error, PARAPH_STORE_ERROR_REFUSED, "a record without a signature");
  paraph_table_prepare (&statement, store, forget_signatures_sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_statement_run (&statement, NULL, error)
         && add_signatures (store, id, signatures, n, error);
}

static gboolean
forget_waiting (ParaphStore *store, const ParaphId *id, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, forget_waiting_sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_record_table_set_state (ParaphStore *store, const ParaphId *id, ParaphRecordState state,
                               GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  guint changed = 0;

  paraph_table_prepare (&statement, store, set_state_sql);
  paraph_statement_bind_int (&statement, state);
  paraph_statement_bind_id (&statement, id);
  if (!paraph_statement_run (&statement, &changed, error))
    return FALSE;
  if (changed != 1)
    return refuse (error, PARAPH_STORE_ERROR_INTERNAL, "no record here that is not placed");
  return state == PARAPH_RECORD_STATE_WAITING || forget_waiting (store, id, error);
}

gboolean
paraph_record_table_delete (ParaphStore *store, const ParaphId *id, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, delete_sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_statement_run (&statement, NULL, error);
}

static ParaphStoredRecord *
read_record (ParaphStatement *statement)
{
  ParaphStoredRecord *record = g_new0 (ParaphStoredRecord, 1);

  record->id = paraph_column_id (statement, COLUMN_ID);
  record->record_class = (ParaphRecordClass) paraph_column_int (statement, COLUMN_CLASS);
  record->state = (ParaphRecordState) paraph_column_int (statement, COLUMN_STATE);
  if (!paraph_column_is_null (statement, COLUMN_SEQUENCE))
    record->sequence = paraph_column_unsigned (statement, COLUMN_SEQUENCE);
  record->negotiation = paraph_column_id (statement, COLUMN_NEGOTIATION);
  record->channel = paraph_column_id (statement, COLUMN_CHANNEL);
  record->author = paraph_column_id (statement, COLUMN_AUTHOR);
  record->number = paraph_column_unsigned (statement, COLUMN_NUMBER);
  record->clock = paraph_column_unsigned (statement, COLUMN_CLOCK);
  record->kind = paraph_column_text (statement, COLUMN_KIND);
  record->header = paraph_column_bytes (statement, COLUMN_HEADER);
  record->carrier = paraph_column_id (statement, COLUMN_CARRIER);
  record->arrived = paraph_column_int (statement, COLUMN_ARRIVED);
  return record;
}

/* A row for each signature: those of one record follow each other. */
typedef struct
{
  ParaphStoredRecord *record; /* owned */
  GArray *signatures;         /* owned */
  ParaphRecordFunc func;
  gpointer user_data;
} Walk;

static gboolean
hand_over (Walk *walk, GError **error)
{
  g_autoptr (ParaphStoredRecord) record = g_steal_pointer (&walk->record);
  gboolean goes_on;

  if (record == NULL)
    return TRUE;
  record->signatures = (ParaphStoredSignature *) (gpointer) walk->signatures->data;
  record->n_signatures = walk->signatures->len;
  goes_on = walk->func (record, walk->user_data, error);
  record->signatures = NULL; /* the array's */
  g_array_set_size (walk->signatures, 0);
  return goes_on;
}

static gboolean
take_row (Walk *walk, ParaphStatement *statement, GError **error)
{
  ParaphStoredSignature signature;
  ParaphId id = paraph_column_id (statement, COLUMN_ID);

  if (walk->record == NULL || !paraph_id_equal (&walk->record->id, &id))
    {
      if (!hand_over (walk, error))
        return FALSE;
      walk->record = read_record (statement);
    }
  if (paraph_column_is_null (statement, COLUMN_KEY))
    return TRUE;
  signature.key = paraph_column_id (statement, COLUMN_KEY);
  paraph_column_fixed (statement, COLUMN_SIGNATURE, signature.signature.bytes,
                       sizeof signature.signature.bytes);
  g_array_append_val (walk->signatures, signature);
  return TRUE;
}

static gboolean
walk_rows (ParaphStatement *statement, ParaphRecordFunc func, gpointer user_data, GError **error)
{
  Walk walk = { NULL, NULL, func, user_data };
  gboolean is_well = TRUE;
  ParaphStep step = PARAPH_STEP_DONE;

  walk.signatures = g_array_new (FALSE, FALSE, sizeof (ParaphStoredSignature));
  while (is_well && (step = paraph_statement_step (statement, error)) == PARAPH_STEP_ROW)
    is_well = take_row (&walk, statement, error);
  if (is_well && step == PARAPH_STEP_DONE)
    is_well = hand_over (&walk, error);
  paraph_stored_record_free (walk.record);
  g_array_unref (walk.signatures);
  return is_well && step == PARAPH_STEP_DONE;
}

static gboolean
keep_record (const ParaphStoredRecord *record, gpointer user_data, GError **error)
{
  ParaphStoredRecord **kept = user_data;

  (void) error;
  *kept = g_memdup2 (record, sizeof *record);
  (*kept)->kind = g_strdup (record->kind);
  (*kept)->header = g_bytes_ref (record->header);
  (*kept)->signatures =
      g_memdup2 (record->signatures, record->n_signatures * sizeof *record->signatures);
  return TRUE;
}

gboolean
paraph_record_table_get (ParaphStore *store, const ParaphId *id, ParaphStoredRecord **ret_record,
                         GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  g_autoptr (ParaphStoredRecord) record = NULL;

  paraph_table_prepare (&statement, store, get_sql);
  paraph_statement_bind_id (&statement, id);
  if (!walk_rows (&statement, keep_record, &record, error))
    return FALSE;
  *ret_record = g_steal_pointer (&record);
  return TRUE;
}

gboolean
paraph_record_table_load_placed (ParaphStore *store, ParaphRecordFunc func, gpointer user_data,
                                 GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, load_placed_sql);
  return walk_rows (&statement, func, user_data, error);
}

gboolean
paraph_record_table_load_others (ParaphStore *store, ParaphRecordState state, ParaphRecordFunc func,
                                 gpointer user_data, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, load_others_sql);
  paraph_statement_bind_int (&statement, state);
  return walk_rows (&statement, func, user_data, error);
}

gboolean
paraph_record_table_count (ParaphStore *store, ParaphRecordState state, guint64 *ret_count,
                           GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  /* Placed ones are never deleted: the highest sequence is their number. */
  if (state == PARAPH_RECORD_STATE_PLACED)
    paraph_table_prepare (&statement, store, count_placed_sql);
  else
    {
      paraph_table_prepare (&statement, store, count_others_sql);
      paraph_statement_bind_int (&statement, state);
    }
  return paraph_table_get_number (&statement, ret_count, error);
}

gboolean
paraph_record_table_count_evidence (ParaphStore *store, const ParaphId *author, guint64 *ret_count,
                                    GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, count_evidence_sql);
  paraph_statement_bind_id (&statement, author);
  return paraph_table_get_number (&statement, ret_count, error);
}

gboolean
paraph_record_table_count_arrived (ParaphStore *store, const ParaphId *author, gint64 since,
                                   guint64 *ret_count, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, count_arrived_sql);
  paraph_statement_bind_id (&statement, author);
  paraph_statement_bind_int (&statement, since);
  return paraph_table_get_number (&statement, ret_count, error);
}
