#include "store/table.h"

void
paraph_table_prepare (ParaphStatement *statement, ParaphStore *store, const char *sql)
{
  paraph_statement_init (statement, paraph_store_get_database (store), sql);
}

/* Reads on after the only row, so that damage found in its columns is reported. */
static gboolean
end_rows (ParaphStatement *statement, GError **error)
{
  ParaphStep step = paraph_statement_step (statement, error);

  g_assert (step != PARAPH_STEP_ROW);
  return step == PARAPH_STEP_DONE;
}

gboolean
paraph_table_exists (ParaphStatement *statement, gboolean *ret_exists, GError **error)
{
  ParaphStep step = paraph_statement_step (statement, error);

  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  *ret_exists = step == PARAPH_STEP_ROW;
  return TRUE;
}

gboolean
paraph_table_get_number (ParaphStatement *statement, guint64 *ret_number, GError **error)
{
  guint64 number = 0;
  ParaphStep step = paraph_statement_step (statement, error);

  if (step == PARAPH_STEP_ROW && !paraph_column_is_null (statement, 0))
    number = paraph_column_unsigned (statement, 0);
  if (step == PARAPH_STEP_FAILED || (step == PARAPH_STEP_ROW && !end_rows (statement, error)))
    return FALSE;
  *ret_number = number;
  return TRUE;
}

gboolean
paraph_table_get_time (ParaphStatement *statement, gint64 *ret_time, GError **error)
{
  gint64 time = 0;
  ParaphStep step = paraph_statement_step (statement, error);

  if (step == PARAPH_STEP_ROW && !paraph_column_is_null (statement, 0))
    time = paraph_column_int (statement, 0);
  if (step == PARAPH_STEP_FAILED || (step == PARAPH_STEP_ROW && !end_rows (statement, error)))
    return FALSE;
  *ret_time = time;
  return TRUE;
}

gboolean
paraph_table_get_id (ParaphStatement *statement, ParaphId *ret_id, GError **error)
{
  ParaphId id = { { 0 } };
  ParaphStep step = paraph_statement_step (statement, error);

  if (step == PARAPH_STEP_ROW)
    id = paraph_column_id (statement, 0);
  if (step == PARAPH_STEP_FAILED || (step == PARAPH_STEP_ROW && !end_rows (statement, error)))
    return FALSE;
  *ret_id = id;
  return TRUE;
}

gboolean
paraph_table_get_bytes (ParaphStatement *statement, GBytes **ret_bytes, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  ParaphStep step = paraph_statement_step (statement, error);

  if (step == PARAPH_STEP_ROW)
    bytes = paraph_column_bytes (statement, 0);
  if (step == PARAPH_STEP_FAILED || (step == PARAPH_STEP_ROW && !end_rows (statement, error)))
    return FALSE;
  *ret_bytes = g_steal_pointer (&bytes);
  return TRUE;
}

gboolean
paraph_table_get_sealed (ParaphStatement *statement, ParaphSealedValue *ret_value, GError **error)
{
  g_auto (ParaphSealedValue) value = { 0 };
  ParaphStep step = paraph_statement_step (statement, error);

  if (step == PARAPH_STEP_ROW)
    {
      value.generation = paraph_column_unsigned (statement, 0);
      value.bytes = paraph_column_bytes (statement, 1);
    }
  if (step == PARAPH_STEP_FAILED || (step == PARAPH_STEP_ROW && !end_rows (statement, error)))
    return FALSE;
  ret_value->generation = value.generation;
  ret_value->bytes = g_steal_pointer (&value.bytes);
  return TRUE;
}

gboolean
paraph_table_get_row (ParaphStatement *statement, ParaphRowReader read, GDestroyNotify free_row,
                      gpointer *ret_row, GError **error)
{
  gpointer row = NULL;
  ParaphStep step = paraph_statement_step (statement, error);

  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  if (step == PARAPH_STEP_ROW)
    {
      row = read (statement);
      if (!end_rows (statement, error))
        {
          free_row (row);
          return FALSE;
        }
    }
  *ret_row = row;
  return TRUE;
}

gboolean
paraph_table_list_rows (ParaphStatement *statement, ParaphRowReader read, GDestroyNotify free_row,
                        GPtrArray **ret_rows, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (free_row);
  ParaphStep step;

  while ((step = paraph_statement_step (statement, error)) == PARAPH_STEP_ROW)
    g_ptr_array_add (rows, read (statement));
  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  *ret_rows = g_steal_pointer (&rows);
  return TRUE;
}

gboolean
paraph_table_list_ids (ParaphStatement *statement, GArray **ret_ids, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  ParaphStep step;

  while ((step = paraph_statement_step (statement, error)) == PARAPH_STEP_ROW)
    {
      ParaphId id = paraph_column_id (statement, 0);

      g_array_append_val (ids, id);
    }
  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  *ret_ids = g_steal_pointer (&ids);
  return TRUE;
}
