#include "store/inbox-table.h"
#include "store/table.h"

#define QUARANTINE_COLUMNS "id, bytes, reason, sender, first_seen, tries"

static const char take_sql[] =
    "INSERT INTO taken (id, first_seen) VALUES (?, ?) ON CONFLICT (id) DO NOTHING";
static const char was_taken_sql[] = "SELECT 1 FROM taken WHERE id = ?";
static const char expire_taken_sql[] = "DELETE FROM taken WHERE first_seen < ?";
static const char expire_partial_sql[] = "DELETE FROM partial_file WHERE first_seen < ?";
static const char expire_held_sql[] = "DELETE FROM quarantine WHERE first_seen < ?";
static const char hold_sql[] =
    "INSERT INTO quarantine (" QUARANTINE_COLUMNS ", size) VALUES (?, ?, ?, ?, ?, 1, ?)";
static const char held_bytes_sql[] = "SELECT ifnull (sum (size), 0) FROM quarantine"
                                     " WHERE sender = ?";
static const char oldest_sql[] = "DELETE FROM quarantine WHERE row ="
                                 " (SELECT min (row) FROM quarantine WHERE sender = ?)";
static const char list_held_sql[] =
    "SELECT " QUARANTINE_COLUMNS " FROM quarantine ORDER BY row LIMIT ? OFFSET ?";
static const char count_try_sql[] = "UPDATE quarantine SET tries = tries + 1 WHERE id = ?";
static const char release_sql[] = "DELETE FROM quarantine WHERE id = ?";
static const char total_held_sql[] = "SELECT count (*), ifnull (sum (size), 0) FROM quarantine";
static const char see_partial_sql[] =
    "INSERT INTO partial_file (name, first_seen) VALUES (?, ?) ON CONFLICT (name) DO NOTHING";
static const char get_partial_sql[] = "SELECT first_seen FROM partial_file WHERE name = ?";
static const char forget_partial_sql[] = "DELETE FROM partial_file WHERE name = ?";

void
paraph_quarantine_row_free (ParaphQuarantineRow *row)
{
  if (row == NULL)
    return;
  g_clear_pointer (&row->bytes, g_bytes_unref);
  g_free (row->reason);
  g_free (row);
}

static void
free_row (gpointer data)
{
  paraph_quarantine_row_free (data);
}

gboolean
paraph_inbox_table_take (ParaphStore *store, const ParaphId *id, gint64 now, gboolean *ret_new,
                         GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  guint changes = 0;

  paraph_table_prepare (&statement, store, take_sql);
  paraph_statement_bind_id (&statement, id);
  paraph_statement_bind_int (&statement, now);
  if (!paraph_statement_run (&statement, &changes, error))
    return FALSE;
  *ret_new = changes != 0;
  return TRUE;
}

gboolean
paraph_inbox_table_was_taken (ParaphStore *store, const ParaphId *id, gboolean *ret_taken,
                              GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, was_taken_sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_table_exists (&statement, ret_taken, error);
}

static gboolean
expire (ParaphStore *store, const char *sql, gint64 before, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, sql);
  paraph_statement_bind_int (&statement, before);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_inbox_table_expire (ParaphStore *store, gint64 before, GError **error)
{
  return expire (store, expire_taken_sql, before, error)
         && expire (store, expire_partial_sql, before, error);
}

gboolean
paraph_inbox_table_expire_held (ParaphStore *store, gint64 before, guint *ret_dropped,
                                GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, expire_held_sql);
  paraph_statement_bind_int (&statement, before);
  return paraph_statement_run (&statement, ret_dropped, error);
}

static gboolean
get_held_bytes (ParaphStore *store, const ParaphId *sender, guint64 *ret_bytes, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, held_bytes_sql);
  paraph_statement_bind_id (&statement, sender);
  return paraph_table_get_number (&statement, ret_bytes, error);
}

static gboolean
run_with_id (ParaphStore *store, const char *sql, const ParaphId *id, guint *ret_changes,
             GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_statement_run (&statement, ret_changes, error);
}

static gboolean
make_room (ParaphStore *store, const ParaphId *sender, gsize size, guint *ret_dropped,
           GError **error)
{
  guint64 held = 0;
  guint dropped = 0;

  if (!get_held_bytes (store, sender, &held, error))
    return FALSE;
  while (held > 0 && held + size > PARAPH_INBOX_QUARANTINE_SIZE_MAX)
    {
      if (!run_with_id (store, oldest_sql, sender, NULL, error)
          || !get_held_bytes (store, sender, &held, error))
        return FALSE;
      dropped++;
    }
  *ret_dropped = dropped;
  return TRUE;
}

static gboolean
insert_held (ParaphStore *store, const ParaphQuarantineRow *row, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, hold_sql);
  paraph_statement_bind_id (&statement, &row->id);
  paraph_statement_bind_bytes (&statement, row->bytes);
  paraph_statement_bind_text (&statement, row->reason);
  paraph_statement_bind_id (&statement, &row->sender);
  paraph_statement_bind_int (&statement, row->first_seen);
  paraph_statement_bind_unsigned (&statement, g_bytes_get_size (row->bytes));
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_inbox_table_hold (ParaphStore *store, const ParaphQuarantineRow *row, guint *ret_dropped,
                         GError **error)
{
  guint counted = 0;
  guint dropped = 0;

  if (!run_with_id (store, count_try_sql, &row->id, &counted, error))
    return FALSE;
  if (counted == 0
      && (!make_room (store, &row->sender, g_bytes_get_size (row->bytes), &dropped, error)
          || !insert_held (store, row, error)))
    return FALSE;
  if (ret_dropped != NULL)
    *ret_dropped = dropped;
  return TRUE;
}

static gpointer
read_row (ParaphStatement *statement)
{
  ParaphQuarantineRow *row = g_new0 (ParaphQuarantineRow, 1);

  row->id = paraph_column_id (statement, 0);
  row->bytes = paraph_column_bytes (statement, 1);
  row->reason = paraph_column_text (statement, 2);
  row->sender = paraph_column_id (statement, 3);
  row->first_seen = paraph_column_int (statement, 4);
  row->tries = (guint) paraph_column_unsigned (statement, 5);
  return row;
}

gboolean
paraph_inbox_table_list_held (ParaphStore *store, guint skip, guint limit, GPtrArray **ret_rows,
                              GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_held_sql);
  paraph_statement_bind_int (&statement, limit);
  paraph_statement_bind_int (&statement, skip);
  return paraph_table_list_rows (&statement, read_row, free_row, ret_rows, error);
}

gboolean
paraph_inbox_table_count_try (ParaphStore *store, const ParaphId *id, GError **error)
{
  return run_with_id (store, count_try_sql, id, NULL, error);
}

gboolean
paraph_inbox_table_release (ParaphStore *store, const ParaphId *id, GError **error)
{
  return run_with_id (store, release_sql, id, NULL, error);
}

gboolean
paraph_inbox_table_total_held (ParaphStore *store, guint64 *ret_count, guint64 *ret_bytes,
                               GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, total_held_sql);
  if (paraph_statement_step (&statement, error) == PARAPH_STEP_FAILED)
    return FALSE;
  *ret_count = paraph_column_unsigned (&statement, 0);
  *ret_bytes = paraph_column_unsigned (&statement, 1);
  return TRUE;
}

gboolean
paraph_inbox_table_see_partial (ParaphStore *store, const char *name, gint64 now,
                                gint64 *ret_first_seen, GError **error)
{
  g_auto (ParaphStatement) insert = { 0 };
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&insert, store, see_partial_sql);
  paraph_statement_bind_text (&insert, name);
  paraph_statement_bind_int (&insert, now);
  if (!paraph_statement_run (&insert, NULL, error))
    return FALSE;
  paraph_table_prepare (&statement, store, get_partial_sql);
  paraph_statement_bind_text (&statement, name);
  return paraph_table_get_time (&statement, ret_first_seen, error);
}

gboolean
paraph_inbox_table_forget_partial (ParaphStore *store, const char *name, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, forget_partial_sql);
  paraph_statement_bind_text (&statement, name);
  return paraph_statement_run (&statement, NULL, error);
}
