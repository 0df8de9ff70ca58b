#include <string.h>

#include "store/notice-table.h"
#include "store/table.h"

#define NOTICE_COLUMNS "id, time, kind, channel, record, device, author, detail, seen"

static const char find_sql[] = "SELECT id FROM notice WHERE seen = 0 AND kind = ?"
                               " AND channel IS ? AND record IS ? AND device IS ?"
                               " AND author IS ? AND detail IS ? ORDER BY id LIMIT 1";
static const char add_sql[] = "INSERT INTO notice (kind, channel, record, device,"
                              " author, detail, time, seen)"
                              " VALUES (?, ?, ?, ?, ?, ?, ?, 0) RETURNING id";
static const char list_sql[] =
    "SELECT " NOTICE_COLUMNS " FROM notice WHERE id > ? ORDER BY id LIMIT ?";
static const char list_unseen_sql[] =
    "SELECT " NOTICE_COLUMNS " FROM notice WHERE seen = 0 AND id > ?"
    " ORDER BY id LIMIT ?";
static const char mark_seen_sql[] = "UPDATE notice SET seen = 1 WHERE id = ?";
static const char count_unseen_sql[] = "SELECT count (*) FROM notice WHERE seen = 0";

void
paraph_notice_row_free (ParaphNoticeRow *row)
{
  if (row == NULL)
    return;
  g_free (row->kind);
  g_free (row->detail);
  g_free (row);
}

static void
free_row (gpointer data)
{
  paraph_notice_row_free (data);
}

static char *
cut_detail (const char *detail)
{
  gsize size = detail == NULL ? 0 : strlen (detail);

  if (detail == NULL)
    return NULL;
  if (size <= PARAPH_NOTICE_DETAIL_SIZE_MAX)
    return g_strdup (detail);
  size = PARAPH_NOTICE_DETAIL_SIZE_MAX;
  while (size > 0 && ((guchar) detail[size] & 0xc0) == 0x80)
    size--;
  return g_strndup (detail, size);
}

static void
prepare_notice (ParaphStatement *statement, ParaphStore *store, const char *sql,
                const ParaphNoticeRow *row, const char *detail)
{
  paraph_table_prepare (statement, store, sql);
  paraph_statement_bind_text (statement, row->kind);
  paraph_statement_bind_optional_id (statement, &row->channel);
  paraph_statement_bind_optional_id (statement, &row->record);
  paraph_statement_bind_optional_id (statement, &row->device);
  paraph_statement_bind_optional_id (statement, &row->author);
  paraph_statement_bind_text (statement, detail);
}

gboolean
paraph_notice_table_add (ParaphStore *store, const ParaphNoticeRow *row, guint64 *ret_id,
                         GError **error)
{
  g_auto (ParaphStatement) find = { 0 };
  g_auto (ParaphStatement) statement = { 0 };
  g_autofree char *detail = cut_detail (row->detail);
  guint64 id = 0;

  prepare_notice (&find, store, find_sql, row, detail);
  if (!paraph_table_get_number (&find, &id, error))
    return FALSE;
  if (id == 0)
    {
      prepare_notice (&statement, store, add_sql, row, detail);
      paraph_statement_bind_int (&statement, row->time);
      if (!paraph_table_get_number (&statement, &id, error))
        return FALSE;
    }
  if (ret_id != NULL)
    *ret_id = id;
  return TRUE;
}

static gpointer
read_row (ParaphStatement *statement)
{
  ParaphNoticeRow *row = g_new0 (ParaphNoticeRow, 1);

  row->id = paraph_column_unsigned (statement, 0);
  row->time = paraph_column_int (statement, 1);
  row->kind = paraph_column_text (statement, 2);
  row->channel = paraph_column_id (statement, 3);
  row->record = paraph_column_id (statement, 4);
  row->device = paraph_column_id (statement, 5);
  row->author = paraph_column_id (statement, 6);
  row->detail = paraph_column_text (statement, 7);
  row->seen = paraph_column_int (statement, 8) != 0;
  return row;
}

gboolean
paraph_notice_table_list (ParaphStore *store, gboolean unseen_only, guint64 after, guint limit,
                          GPtrArray **ret_rows, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, unseen_only ? list_unseen_sql : list_sql);
  paraph_statement_bind_unsigned (&statement, after);
  paraph_statement_bind_int (&statement, limit);
  return paraph_table_list_rows (&statement, read_row, free_row, ret_rows, error);
}

gboolean
paraph_notice_table_mark_seen (ParaphStore *store, guint64 id, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, mark_seen_sql);
  paraph_statement_bind_unsigned (&statement, id);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_notice_table_count_unseen (ParaphStore *store, guint64 *ret_count, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, count_unseen_sql);
  return paraph_table_get_number (&statement, ret_count, error);
}
