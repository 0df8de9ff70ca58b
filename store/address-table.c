#include "store/address-table.h"
#include "store/table.h"

#define ADDRESS_COLUMNS "device, issue, bytes, signature, updated"

static const char put_sql[] =
    "INSERT INTO address (" ADDRESS_COLUMNS ") VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (device) DO UPDATE SET issue = excluded.issue, bytes = excluded.bytes,"
    " signature = excluded.signature, updated = excluded.updated"
    " WHERE excluded.issue > issue";
static const char get_sql[] = "SELECT " ADDRESS_COLUMNS " FROM address WHERE device = ?";
static const char list_sql[] = "SELECT " ADDRESS_COLUMNS " FROM address ORDER BY device";

void
paraph_address_row_free (ParaphAddressRow *row)
{
  if (row == NULL)
    return;
  g_clear_pointer (&row->bytes, g_bytes_unref);
  g_free (row);
}

static void
free_row (gpointer data)
{
  paraph_address_row_free (data);
}

gboolean
paraph_address_table_put (ParaphStore *store, const ParaphAddressRow *row, gboolean *ret_changed,
                          GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  guint changed = 0;

  paraph_table_prepare (&statement, store, put_sql);
  paraph_statement_bind_id (&statement, &row->device);
  paraph_statement_bind_unsigned (&statement, row->issue);
  paraph_statement_bind_bytes (&statement, row->bytes);
  paraph_statement_bind_blob (&statement, row->signature.bytes, sizeof row->signature.bytes);
  paraph_statement_bind_int (&statement, row->updated);
  if (!paraph_statement_run (&statement, &changed, error))
    return FALSE;
  if (ret_changed != NULL)
    *ret_changed = changed != 0;
  return TRUE;
}

static gpointer
read_row (ParaphStatement *statement)
{
  ParaphAddressRow *row = g_new0 (ParaphAddressRow, 1);

  row->device = paraph_column_id (statement, 0);
  row->issue = paraph_column_unsigned (statement, 1);
  row->bytes = paraph_column_bytes (statement, 2);
  paraph_column_fixed (statement, 3, row->signature.bytes, sizeof row->signature.bytes);
  row->updated = paraph_column_int (statement, 4);
  return row;
}

gboolean
paraph_address_table_get (ParaphStore *store, const ParaphId *device, ParaphAddressRow **ret_row,
                          GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  gpointer row = NULL;

  paraph_table_prepare (&statement, store, get_sql);
  paraph_statement_bind_id (&statement, device);
  if (!paraph_table_get_row (&statement, read_row, free_row, &row, error))
    return FALSE;
  *ret_row = row;
  return TRUE;
}

gboolean
paraph_address_table_list (ParaphStore *store, GPtrArray **ret_rows, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_sql);
  return paraph_table_list_rows (&statement, read_row, free_row, ret_rows, error);
}
