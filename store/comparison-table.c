#include "store/comparison-table.h"
#include "store/table.h"

#define COMPARISON_COLUMNS "delegation, state, number, method, place, person, time"

static const char put_sql[] =
    "INSERT INTO comparison (" COMPARISON_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (delegation) DO UPDATE SET state = excluded.state, number = excluded.number,"
    " method = excluded.method, place = excluded.place, person = excluded.person,"
    " time = excluded.time";
static const char get_sql[] = "SELECT " COMPARISON_COLUMNS " FROM comparison WHERE delegation = ?";
static const char list_sql[] = "SELECT " COMPARISON_COLUMNS " FROM comparison ORDER BY delegation";

void
paraph_comparison_row_free (ParaphComparisonRow *row)
{
  if (row == NULL)
    return;
  g_free (row->number);
  g_free (row->method);
  g_free (row->place);
  g_free (row->person);
  g_free (row);
}

static void
free_row (gpointer data)
{
  paraph_comparison_row_free (data);
}

gboolean
paraph_comparison_table_put (ParaphStore *store, const ParaphComparisonRow *row, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, put_sql);
  paraph_statement_bind_id (&statement, &row->delegation);
  paraph_statement_bind_int (&statement, row->state);
  paraph_statement_bind_text (&statement, row->number);
  paraph_statement_bind_text (&statement, row->method);
  paraph_statement_bind_text (&statement, row->place);
  paraph_statement_bind_text (&statement, row->person);
  paraph_statement_bind_int (&statement, row->time);
  return paraph_statement_run (&statement, NULL, error);
}

static gpointer
read_row (ParaphStatement *statement)
{
  ParaphComparisonRow *row = g_new0 (ParaphComparisonRow, 1);

  row->delegation = paraph_column_id (statement, 0);
  row->state = (ParaphComparisonState) paraph_column_int (statement, 1);
  row->number = paraph_column_text (statement, 2);
  row->method = paraph_column_text (statement, 3);
  row->place = paraph_column_text (statement, 4);
  row->person = paraph_column_text (statement, 5);
  row->time = paraph_column_int (statement, 6);
  return row;
}

gboolean
paraph_comparison_table_get (ParaphStore *store, const ParaphId *delegation,
                             ParaphComparisonRow **ret_row, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  gpointer row = NULL;

  paraph_table_prepare (&statement, store, get_sql);
  paraph_statement_bind_id (&statement, delegation);
  if (!paraph_table_get_row (&statement, read_row, free_row, &row, error))
    return FALSE;
  *ret_row = row;
  return TRUE;
}

gboolean
paraph_comparison_table_list (ParaphStore *store, GPtrArray **ret_rows, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_sql);
  return paraph_table_list_rows (&statement, read_row, free_row, ret_rows, error);
}
