#include "store/waiting-table.h"
#include "store/table.h"

static const char clear_sql[] =
    "DELETE FROM waiting WHERE record = (SELECT row FROM record WHERE id = ?)";
static const char add_sql[] = "INSERT INTO waiting (record, missing)"
                              " SELECT row, ? FROM record WHERE id = ? AND state = 1"
                              " ON CONFLICT DO NOTHING";
static const char list_sql[] =
    "SELECT record.id FROM waiting JOIN record ON record.row = waiting.record"
    " WHERE waiting.missing = ? ORDER BY record.row";
static const char list_missing_sql[] =
    "SELECT DISTINCT missing FROM waiting ORDER BY missing LIMIT ?";
static const char total_of_author_sql[] = "SELECT count (*), ifnull (sum (size), 0) FROM record"
                                          " WHERE state = 1 AND author = ? AND channel = ?"
                                          " AND carrier IS ?";
static const char total_of_carrier_sql[] = "SELECT count (*), ifnull (sum (size), 0) FROM record"
                                           " WHERE state = 1 AND carrier = ?";

static gboolean
clear (ParaphStore *store, const ParaphId *record, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, clear_sql);
  paraph_statement_bind_id (&statement, record);
  return paraph_statement_run (&statement, NULL, error);
}

static gboolean
add (ParaphStore *store, const ParaphId *record, const ParaphId *missing, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, add_sql);
  paraph_statement_bind_id (&statement, missing);
  paraph_statement_bind_id (&statement, record);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_waiting_table_set (ParaphStore *store, const ParaphId *record, const ParaphId *missing,
                          guint n_missing, GError **error)
{
  if (!clear (store, record, error))
    return FALSE;
  for (guint i = 0; i < n_missing; i++)
    if (!add (store, record, &missing[i], error))
      return FALSE;
  return TRUE;
}

gboolean
paraph_waiting_table_list (ParaphStore *store, const ParaphId *missing, GArray **ret_ids,
                           GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_sql);
  paraph_statement_bind_id (&statement, missing);
  return paraph_table_list_ids (&statement, ret_ids, error);
}

gboolean
paraph_waiting_table_list_missing (ParaphStore *store, guint limit, GArray **ret_ids,
                                   GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_missing_sql);
  paraph_statement_bind_int (&statement, limit);
  return paraph_table_list_ids (&statement, ret_ids, error);
}

static gboolean
read_total (ParaphStatement *statement, ParaphWaitingTotal *ret_total, GError **error)
{
  ParaphWaitingTotal total;
  ParaphStep step = paraph_statement_step (statement, error);

  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  g_assert (step == PARAPH_STEP_ROW); /* a sum has one row */
  total.records = paraph_column_unsigned (statement, 0);
  total.bytes = paraph_column_unsigned (statement, 1);
  *ret_total = total;
  return TRUE;
}

gboolean
paraph_waiting_table_total_of_author (ParaphStore *store, const ParaphId *author,
                                      const ParaphId *channel, const ParaphId *carrier,
                                      ParaphWaitingTotal *ret_total, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, total_of_author_sql);
  paraph_statement_bind_id (&statement, author);
  paraph_statement_bind_id (&statement, channel);
  paraph_statement_bind_optional_id (&statement, carrier);
  return read_total (&statement, ret_total, error);
}

gboolean
paraph_waiting_table_total_of_carrier (ParaphStore *store, const ParaphId *carrier,
                                       ParaphWaitingTotal *ret_total, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, total_of_carrier_sql);
  paraph_statement_bind_id (&statement, carrier);
  return read_total (&statement, ret_total, error);
}
