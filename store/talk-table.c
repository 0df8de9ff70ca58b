#include "store/talk-table.h"
#include "store/table.h"

#define TALK_COLUMNS "row, channel, author, counter, previous, payload, received, own"

static const char add_sql[] =
    "INSERT INTO talk (channel, author, counter, previous, payload, received, own)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
static const char list_sql[] =
    "SELECT " TALK_COLUMNS " FROM talk WHERE channel = ? AND row > ? ORDER BY row LIMIT ?";
static const char get_sql[] =
    "SELECT " TALK_COLUMNS " FROM talk WHERE channel = ? AND author = ? AND counter = ?";
static const char get_last_sql[] =
    "SELECT " TALK_COLUMNS " FROM talk WHERE channel = ? AND author = ?"
    " ORDER BY counter DESC LIMIT 1";
static const char list_gaps_sql[] =
    "SELECT author, before + 1, counter - 1 FROM (SELECT author, counter,"
    " lag (counter, 1, -1) OVER (PARTITION BY author ORDER BY counter) AS before"
    " FROM talk WHERE channel = ?) WHERE counter > before + 1"
    " ORDER BY author, counter LIMIT ?";

void
paraph_talk_row_free (ParaphTalkRow *row)
{
  if (row == NULL)
    return;
  g_clear_pointer (&row->payload, g_bytes_unref);
  g_free (row);
}

static void
free_row (gpointer data)
{
  paraph_talk_row_free (data);
}

gboolean
paraph_talk_table_add (ParaphStore *store, const ParaphTalkRow *row, gboolean *ret_new,
                       GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  guint changes = 0;

  paraph_table_prepare (&statement, store, add_sql);
  paraph_statement_bind_id (&statement, &row->channel);
  paraph_statement_bind_id (&statement, &row->author);
  paraph_statement_bind_unsigned (&statement, row->counter);
  paraph_statement_bind_id (&statement, &row->previous);
  paraph_statement_bind_bytes (&statement, row->payload);
  paraph_statement_bind_int (&statement, row->received);
  paraph_statement_bind_int (&statement, row->own ? 1 : 0);
  if (!paraph_statement_run (&statement, &changes, error))
    return FALSE;
  *ret_new = changes != 0;
  return TRUE;
}

static gpointer
read_row (ParaphStatement *statement)
{
  ParaphTalkRow *row = g_new0 (ParaphTalkRow, 1);

  row->row = paraph_column_unsigned (statement, 0);
  row->channel = paraph_column_id (statement, 1);
  row->author = paraph_column_id (statement, 2);
  row->counter = paraph_column_unsigned (statement, 3);
  row->previous = paraph_column_id (statement, 4);
  row->payload = paraph_column_bytes (statement, 5);
  row->received = paraph_column_int (statement, 6);
  row->own = paraph_column_int (statement, 7) != 0;
  return row;
}

gboolean
paraph_talk_table_list (ParaphStore *store, const ParaphId *channel, guint64 after, guint limit,
                        GPtrArray **ret_rows, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_sql);
  paraph_statement_bind_id (&statement, channel);
  paraph_statement_bind_unsigned (&statement, after);
  paraph_statement_bind_int (&statement, limit);
  return paraph_table_list_rows (&statement, read_row, free_row, ret_rows, error);
}

static gboolean
get_row (ParaphStatement *statement, ParaphTalkRow **ret_row, GError **error)
{
  gpointer row = NULL;

  if (!paraph_table_get_row (statement, read_row, free_row, &row, error))
    return FALSE;
  *ret_row = row;
  return TRUE;
}

gboolean
paraph_talk_table_get (ParaphStore *store, const ParaphId *channel, const ParaphId *author,
                       guint64 counter, ParaphTalkRow **ret_row, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, get_sql);
  paraph_statement_bind_id (&statement, channel);
  paraph_statement_bind_id (&statement, author);
  paraph_statement_bind_unsigned (&statement, counter);
  return get_row (&statement, ret_row, error);
}

gboolean
paraph_talk_table_get_last (ParaphStore *store, const ParaphId *channel, const ParaphId *author,
                            ParaphTalkRow **ret_row, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, get_last_sql);
  paraph_statement_bind_id (&statement, channel);
  paraph_statement_bind_id (&statement, author);
  return get_row (&statement, ret_row, error);
}

gboolean
paraph_talk_table_list_gaps (ParaphStore *store, const ParaphId *channel, guint limit,
                             GArray **ret_gaps, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (ParaphTalkGap));
  ParaphStep step;

  paraph_table_prepare (&statement, store, list_gaps_sql);
  paraph_statement_bind_id (&statement, channel);
  paraph_statement_bind_int (&statement, limit);
  while ((step = paraph_statement_step (&statement, error)) == PARAPH_STEP_ROW)
    {
      ParaphTalkGap gap = {
        .author = paraph_column_id (&statement, 0),
        .first = paraph_column_unsigned (&statement, 1),
        .last = paraph_column_unsigned (&statement, 2),
      };

      g_array_append_val (gaps, gap);
    }
  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  *ret_gaps = g_steal_pointer (&gaps);
  return TRUE;
}
