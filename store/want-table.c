#include "store/want-table.h"
#include "store/table.h"

static const char note_sql[] =
    "INSERT INTO wanted (id, kind, channel, author, claimant, first, peer, time, tries)"
    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, NULL, 0, 0"
    " WHERE (SELECT count (*) FROM wanted WHERE claimant = ?5) < ?7"
    " ON CONFLICT (id) DO NOTHING";
static const char list_due_sql[] =
    "SELECT id, kind, channel, author, claimant, first, peer, time, tries FROM wanted"
    " WHERE time <= ? OR time > ? ORDER BY +id LIMIT ?";
static const char set_asked_sql[] =
    "UPDATE wanted SET peer = ?, time = ?, tries = tries + 1 WHERE id = ?";
static const char forget_sql[] = "DELETE FROM wanted WHERE id = ?";
static const char expire_sql[] = "DELETE FROM wanted WHERE first < ?";

gboolean
paraph_want_table_note (ParaphStore *store, const ParaphWantRow *row, guint limit, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, note_sql);
  paraph_statement_bind_id (&statement, &row->id);
  paraph_statement_bind_int (&statement, row->kind);
  paraph_statement_bind_id (&statement, &row->channel);
  paraph_statement_bind_optional_id (&statement, &row->author);
  paraph_statement_bind_id (&statement, &row->claimant);
  paraph_statement_bind_int (&statement, row->first);
  paraph_statement_bind_int (&statement, limit);
  return paraph_statement_run (&statement, NULL, error);
}

static ParaphWantRow
read_row (ParaphStatement *statement)
{
  return (ParaphWantRow){
    .id = paraph_column_id (statement, 0),
    .kind = (ParaphWantKind) paraph_column_int (statement, 1),
    .channel = paraph_column_id (statement, 2),
    .author = paraph_column_id (statement, 3),
    .claimant = paraph_column_id (statement, 4),
    .first = paraph_column_int (statement, 5),
    .peer = paraph_column_id (statement, 6),
    .time = paraph_column_int (statement, 7),
    .tries = (guint) paraph_column_unsigned (statement, 8),
  };
}

gboolean
paraph_want_table_list_due (ParaphStore *store, gint64 before, gint64 now, guint limit,
                            GArray **ret_rows, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ParaphWantRow));
  ParaphStep step;

  paraph_table_prepare (&statement, store, list_due_sql);
  paraph_statement_bind_int (&statement, before);
  paraph_statement_bind_int (&statement, now);
  paraph_statement_bind_int (&statement, limit);
  while ((step = paraph_statement_step (&statement, error)) == PARAPH_STEP_ROW)
    {
      ParaphWantRow row = read_row (&statement);

      g_array_append_val (rows, row);
    }
  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  *ret_rows = g_steal_pointer (&rows);
  return TRUE;
}

gboolean
paraph_want_table_set_asked (ParaphStore *store, const ParaphId *id, const ParaphId *peer,
                             gint64 now, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, set_asked_sql);
  paraph_statement_bind_id (&statement, peer);
  paraph_statement_bind_int (&statement, now);
  paraph_statement_bind_id (&statement, id);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_want_table_forget (ParaphStore *store, const ParaphId *id, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, forget_sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_want_table_expire (ParaphStore *store, gint64 before, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, expire_sql);
  paraph_statement_bind_int (&statement, before);
  return paraph_statement_run (&statement, NULL, error);
}
