#include "store/outbox-table.h"
#include "crypto/content.h"
#include "crypto/hash.h"
#include "store/table.h"

#define OUTBOX_COLUMNS                                                                \
  "outbox.id, outbox_content.hash, outbox.piece, outbox.device, outbox.mailbox,"      \
  " outbox.wrap_type, outbox.wrap, outbox.nonce, outbox.needs_receipt, outbox.about," \
  " outbox.state, outbox.next_try, outbox.tries, outbox.created"

static const char add_content_sql[] =
    "INSERT INTO outbox_content (hash) VALUES (?) ON CONFLICT (hash) DO NOTHING";
static const char add_piece_sql[] = "INSERT INTO outbox_piece (content, piece, bytes)"
                                    " SELECT row, ?, ? FROM outbox_content WHERE hash = ?"
                                    " ON CONFLICT DO NOTHING";
static const char get_piece_sql[] = "SELECT bytes FROM outbox_piece JOIN outbox_content"
                                    " ON outbox_piece.content = outbox_content.row"
                                    " WHERE outbox_content.hash = ? AND outbox_piece.piece = ?";
static const char add_sql[] =
    "INSERT INTO outbox (id, piece, device, mailbox, wrap_type, wrap, nonce, needs_receipt,"
    " about, next_try, created, state, tries, content)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0,"
    " (SELECT row FROM outbox_content WHERE hash = ?))";
static const char list_due_sql[] =
    "SELECT " OUTBOX_COLUMNS
    " FROM outbox JOIN outbox_content ON outbox_content.row = outbox.content"
    " WHERE outbox.next_try <= ? ORDER BY outbox.next_try, outbox.row LIMIT ?";
static const char get_content_sql[] =
    "SELECT content, device, about, needs_receipt FROM outbox WHERE id = ?";
static const char accept_sql[] = "UPDATE outbox SET state = 1, next_try = ? WHERE id = ?";
static const char postpone_sql[] = "UPDATE outbox SET next_try = ?, tries = tries + 1 WHERE id = ?";
static const char delete_sql[] = "DELETE FROM outbox WHERE id = ?";
static const char has_of_device_sql[] =
    "SELECT 1 FROM outbox WHERE content = ? AND device = ? LIMIT 1";
static const char drop_content_sql[] = "DELETE FROM outbox_content WHERE row = ?1"
                                       " AND NOT EXISTS (SELECT 1 FROM outbox WHERE content = ?1)";
static const char delete_device_sql[] = "DELETE FROM outbox WHERE device = ?";
static const char drop_unused_sql[] =
    "DELETE FROM outbox_content"
    " WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.content = outbox_content.row)";
static const char count_sql[] = "SELECT count (*) FROM outbox WHERE state = ?";
static const char list_devices_sql[] =
    "SELECT DISTINCT device FROM outbox WHERE about = ? ORDER BY device";
static const char next_time_sql[] = "SELECT min (next_try) FROM outbox";

void
paraph_outbox_row_free (ParaphOutboxRow *row)
{
  if (row == NULL)
    return;
  g_free (row->mailbox);
  g_clear_pointer (&row->wrap, g_bytes_unref);
  g_free (row);
}

static void
free_row (gpointer data)
{
  paraph_outbox_row_free (data);
}

static gboolean
add_piece (ParaphStore *store, const ParaphId *hash, guint16 piece, GBytes *bytes, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, add_piece_sql);
  paraph_statement_bind_int (&statement, piece);
  paraph_statement_bind_bytes (&statement, bytes);
  paraph_statement_bind_id (&statement, hash);
  return paraph_statement_run (&statement, NULL, error);
}

static gboolean
add_pieces (ParaphStore *store, const ParaphId *hash, GBytes *ciphertext, GError **error)
{
  gsize size = g_bytes_get_size (ciphertext);
  guint16 piece = 0;

  for (gsize at = 0; at < size; at += PARAPH_PIECE_SIZE_MAX)
    {
      g_autoptr (GBytes) bytes =
          g_bytes_new_from_bytes (ciphertext, at, MIN (size - at, PARAPH_PIECE_SIZE_MAX));

      if (!add_piece (store, hash, piece++, bytes, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
paraph_outbox_table_add_content (ParaphStore *store, const ParaphId *hash, GBytes *ciphertext,
                                 GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  gsize size = 0;
  const void *data = g_bytes_get_data (ciphertext, &size);
  ParaphId actual;
  guint added = 0;

  paraph_sha256 (data, size, &actual);
  if (size == 0 || size > PARAPH_CONTENT_SIZE_MAX || !paraph_id_equal (&actual, hash))
    {
      g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED,
                           "a ciphertext of another hash, or too large");
      return FALSE;
    }
  paraph_table_prepare (&statement, store, add_content_sql);
  paraph_statement_bind_id (&statement, hash);
  if (!paraph_statement_run (&statement, &added, error))
    return FALSE;
  return added == 0 || add_pieces (store, hash, ciphertext, error);
}

gboolean
paraph_outbox_table_get_piece (ParaphStore *store, const ParaphId *hash, guint16 piece,
                               GBytes **ret_bytes, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, get_piece_sql);
  paraph_statement_bind_id (&statement, hash);
  paraph_statement_bind_int (&statement, piece);
  return paraph_table_get_bytes (&statement, ret_bytes, error);
}

gboolean
paraph_outbox_table_add (ParaphStore *store, const ParaphOutboxRow *row, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, add_sql);
  paraph_statement_bind_id (&statement, &row->id);
  paraph_statement_bind_int (&statement, row->piece);
  paraph_statement_bind_id (&statement, &row->device);
  paraph_statement_bind_text (&statement, row->mailbox);
  paraph_statement_bind_int (&statement, row->wrap_type);
  paraph_statement_bind_bytes (&statement, row->wrap);
  paraph_statement_bind_blob (&statement, row->nonce, sizeof row->nonce);
  paraph_statement_bind_int (&statement, row->needs_receipt ? 1 : 0);
  paraph_statement_bind_optional_id (&statement, &row->about);
  paraph_statement_bind_int (&statement, row->next_try);
  paraph_statement_bind_int (&statement, row->created);
  paraph_statement_bind_id (&statement, &row->content);
  return paraph_statement_run (&statement, NULL, error);
}

static gpointer
read_row (ParaphStatement *statement)
{
  ParaphOutboxRow *row = g_new0 (ParaphOutboxRow, 1);
  int column = 0;

  row->id = paraph_column_id (statement, column++);
  row->content = paraph_column_id (statement, column++);
  row->piece = (guint16) paraph_column_unsigned (statement, column++);
  row->device = paraph_column_id (statement, column++);
  row->mailbox = paraph_column_text (statement, column++);
  row->wrap_type = (guint8) paraph_column_unsigned (statement, column++);
  row->wrap = paraph_column_bytes (statement, column++);
  paraph_column_fixed (statement, column++, row->nonce, sizeof row->nonce);
  row->needs_receipt = paraph_column_int (statement, column++) != 0;
  row->about = paraph_column_id (statement, column++);
  row->state = (ParaphOutboxState) paraph_column_int (statement, column++);
  row->next_try = paraph_column_int (statement, column++);
  row->tries = (guint) paraph_column_unsigned (statement, column++);
  row->created = paraph_column_int (statement, column++);
  return row;
}

gboolean
paraph_outbox_table_list_due (ParaphStore *store, gint64 now, guint limit, GPtrArray **ret_rows,
                              GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_due_sql);
  paraph_statement_bind_int (&statement, now);
  paraph_statement_bind_int (&statement, limit);
  return paraph_table_list_rows (&statement, read_row, free_row, ret_rows, error);
}

/* What accept and receive need to know of a row. */
typedef struct
{
  gint64 content; /* its row; 0: there is no such envelope */
  ParaphId device;
  ParaphId about;
  gboolean needs_receipt;
} Found;

static gboolean
find (ParaphStore *store, const ParaphId *id, Found *ret_found, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  Found found = { 0 };
  ParaphStep step;

  paraph_table_prepare (&statement, store, get_content_sql);
  paraph_statement_bind_id (&statement, id);
  while ((step = paraph_statement_step (&statement, error)) == PARAPH_STEP_ROW)
    {
      found.content = paraph_column_int (&statement, 0);
      found.device = paraph_column_id (&statement, 1);
      found.about = paraph_column_id (&statement, 2);
      found.needs_receipt = paraph_column_int (&statement, 3) != 0;
    }
  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  *ret_found = found;
  return TRUE;
}

static gboolean
run_with_time (ParaphStore *store, const char *sql, gint64 time, const ParaphId *id, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, sql);
  paraph_statement_bind_int (&statement, time);
  paraph_statement_bind_id (&statement, id);
  return paraph_statement_run (&statement, NULL, error);
}

static gboolean
run_with_id (ParaphStore *store, const char *sql, const ParaphId *id, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_statement_run (&statement, NULL, error);
}

static gboolean
drop_content (ParaphStore *store, gint64 content, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, drop_content_sql);
  paraph_statement_bind_int (&statement, content);
  return paraph_statement_run (&statement, NULL, error);
}

static gboolean
delete_row (ParaphStore *store, const ParaphId *id, const Found *found, GError **error)
{
  return run_with_id (store, delete_sql, id, error) && drop_content (store, found->content, error);
}

gboolean
paraph_outbox_table_accept (ParaphStore *store, const ParaphId *id, gint64 next_try, GError **error)
{
  Found found;

  if (!find (store, id, &found, error))
    return FALSE;
  if (found.content == 0)
    return TRUE;
  if (!found.needs_receipt)
    return delete_row (store, id, &found, error);
  return run_with_time (store, accept_sql, next_try, id, error);
}

gboolean
paraph_outbox_table_postpone (ParaphStore *store, const ParaphId *id, gint64 next_try,
                              GError **error)
{
  return run_with_time (store, postpone_sql, next_try, id, error);
}

static gboolean
has_of_device (ParaphStore *store, const Found *found, gboolean *ret_has, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, has_of_device_sql);
  paraph_statement_bind_int (&statement, found->content);
  paraph_statement_bind_id (&statement, &found->device);
  return paraph_table_exists (&statement, ret_has, error);
}

gboolean
paraph_outbox_table_receive (ParaphStore *store, const ParaphId *id, const ParaphId *device,
                             ParaphId *ret_about, gboolean *ret_last, GError **error)
{
  Found found;
  gboolean has = FALSE;

  if (!find (store, id, &found, error))
    return FALSE;
  if (found.content == 0 || !paraph_id_equal (&found.device, device))
    {
      *ret_about = (ParaphId){ { 0 } };
      *ret_last = FALSE;
      return TRUE;
    }
  if (!delete_row (store, id, &found, error) || !has_of_device (store, &found, &has, error))
    return FALSE;
  *ret_about = found.about;
  *ret_last = !has;
  return TRUE;
}

gboolean
paraph_outbox_table_delete_device (ParaphStore *store, const ParaphId *device, GError **error)
{
  return run_with_id (store, delete_device_sql, device, error)
         && paraph_outbox_table_drop_unused (store, error);
}

gboolean
paraph_outbox_table_drop_unused (ParaphStore *store, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, drop_unused_sql);
  return paraph_statement_run (&statement, NULL, error);
}

static gboolean
count_state (ParaphStore *store, ParaphOutboxState state, guint64 *ret_count, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, count_sql);
  paraph_statement_bind_int (&statement, state);
  return paraph_table_get_number (&statement, ret_count, error);
}

gboolean
paraph_outbox_table_count (ParaphStore *store, ParaphOutboxCounts *ret_counts, GError **error)
{
  ParaphOutboxCounts counts = { 0 };

  if (!count_state (store, PARAPH_OUTBOX_QUEUED, &counts.queued, error)
      || !count_state (store, PARAPH_OUTBOX_ACCEPTED, &counts.accepted, error))
    return FALSE;
  *ret_counts = counts;
  return TRUE;
}

gboolean
paraph_outbox_table_list_devices (ParaphStore *store, const ParaphId *about, GArray **ret_ids,
                                  GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_devices_sql);
  paraph_statement_bind_id (&statement, about);
  return paraph_table_list_ids (&statement, ret_ids, error);
}

gboolean
paraph_outbox_table_next_time (ParaphStore *store, gint64 *ret_time, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, next_time_sql);
  return paraph_table_get_time (&statement, ret_time, error);
}
