#include "store/held-table.h"
#include "store/table.h"

static const char hold_sql[] =
    "INSERT INTO held (id, channel, author, carrier, reason, packet, size, arrived)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id, carrier) DO NOTHING";
static const char held_bytes_sql[] = "SELECT ifnull (sum (size), 0) FROM held WHERE carrier = ?";
static const char oldest_sql[] =
    "DELETE FROM held WHERE row = (SELECT min (row) FROM held WHERE carrier = ?)";
static const char has_sql[] = "SELECT 1 FROM held WHERE id = ?";
static const char get_sql[] =
    "SELECT id, channel, author, carrier, reason, arrived, packet FROM held"
    " WHERE id = ? AND carrier = ?";
static const char list_sql[] =
    "SELECT id, channel, author, carrier, reason, arrived, NULL FROM held"
    " ORDER BY row LIMIT ?";
static const char has_copy_sql[] = "SELECT 1 FROM held WHERE id = ? AND carrier = ?";
static const char release_copy_sql[] = "DELETE FROM held WHERE id = ? AND carrier = ?";
static const char release_sql[] = "DELETE FROM held WHERE id = ?";
static const char count_sql[] = "SELECT count (*) FROM held";

void
paraph_held_row_free (ParaphHeldRow *row)
{
  if (row == NULL)
    return;
  g_free (row->reason);
  g_clear_pointer (&row->packet, g_bytes_unref);
  g_free (row);
}

static void
free_row (gpointer data)
{
  paraph_held_row_free (data);
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
has_copy (ParaphStore *store, const ParaphId *id, const ParaphId *carrier, gboolean *ret_has,
          GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, has_copy_sql);
  paraph_statement_bind_id (&statement, id);
  paraph_statement_bind_id (&statement, carrier);
  return paraph_table_exists (&statement, ret_has, error);
}

static gboolean
get_held_bytes (ParaphStore *store, const ParaphId *carrier, guint64 *ret_bytes, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, held_bytes_sql);
  paraph_statement_bind_id (&statement, carrier);
  return paraph_table_get_number (&statement, ret_bytes, error);
}

static gboolean
make_room (ParaphStore *store, const ParaphId *carrier, gsize size, guint *ret_dropped,
           GError **error)
{
  guint64 held = 0;

  *ret_dropped = 0;
  if (!get_held_bytes (store, carrier, &held, error))
    return FALSE;
  while (held > 0 && held + size > PARAPH_HELD_SIZE_MAX)
    {
      if (!run_with_id (store, oldest_sql, carrier, error)
          || !get_held_bytes (store, carrier, &held, error))
        return FALSE;
      *ret_dropped += 1;
    }
  return TRUE;
}

gboolean
paraph_held_table_hold (ParaphStore *store, const ParaphHeldRow *row, guint *ret_dropped,
                        GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  gboolean has = FALSE;

  *ret_dropped = 0;
  if (!has_copy (store, &row->id, &row->carrier, &has, error))
    return FALSE;
  if (has)
    return TRUE;
  if (!make_room (store, &row->carrier, g_bytes_get_size (row->packet), ret_dropped, error))
    return FALSE;
  paraph_table_prepare (&statement, store, hold_sql);
  paraph_statement_bind_id (&statement, &row->id);
  paraph_statement_bind_id (&statement, &row->channel);
  paraph_statement_bind_id (&statement, &row->author);
  paraph_statement_bind_id (&statement, &row->carrier);
  paraph_statement_bind_text (&statement, row->reason);
  paraph_statement_bind_bytes (&statement, row->packet);
  paraph_statement_bind_unsigned (&statement, g_bytes_get_size (row->packet));
  paraph_statement_bind_int (&statement, row->arrived);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_held_table_has (ParaphStore *store, const ParaphId *id, gboolean *ret_has, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, has_sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_table_exists (&statement, ret_has, error);
}

static gpointer
read_row (ParaphStatement *statement)
{
  ParaphHeldRow *row = g_new0 (ParaphHeldRow, 1);

  row->id = paraph_column_id (statement, 0);
  row->channel = paraph_column_id (statement, 1);
  row->author = paraph_column_id (statement, 2);
  row->carrier = paraph_column_id (statement, 3);
  row->reason = paraph_column_text (statement, 4);
  row->arrived = paraph_column_int (statement, 5);
  row->packet = paraph_column_bytes (statement, 6);
  return row;
}

gboolean
paraph_held_table_get (ParaphStore *store, const ParaphId *id, const ParaphId *carrier,
                       ParaphHeldRow **ret_row, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  gpointer row = NULL;

  paraph_table_prepare (&statement, store, get_sql);
  paraph_statement_bind_id (&statement, id);
  paraph_statement_bind_id (&statement, carrier);
  if (!paraph_table_get_row (&statement, read_row, free_row, &row, error))
    return FALSE;
  *ret_row = row;
  return TRUE;
}

gboolean
paraph_held_table_list (ParaphStore *store, guint limit, GPtrArray **ret_rows, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_sql);
  paraph_statement_bind_int (&statement, limit);
  return paraph_table_list_rows (&statement, read_row, free_row, ret_rows, error);
}

gboolean
paraph_held_table_release (ParaphStore *store, const ParaphId *id, GError **error)
{
  return run_with_id (store, release_sql, id, error);
}

gboolean
paraph_held_table_release_copy (ParaphStore *store, const ParaphId *id, const ParaphId *carrier,
                                GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, release_copy_sql);
  paraph_statement_bind_id (&statement, id);
  paraph_statement_bind_id (&statement, carrier);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_held_table_count (ParaphStore *store, guint64 *ret_count, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, count_sql);
  return paraph_table_get_number (&statement, ret_count, error);
}
