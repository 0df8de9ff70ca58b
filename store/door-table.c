#include "store/door-table.h"
#include "store/table.h"

static const char refuse_sql[] = "INSERT INTO refused_joining (joining, time) VALUES (?, ?)"
                                 " ON CONFLICT (joining) DO NOTHING";
static const char is_refused_sql[] = "SELECT 1 FROM refused_joining WHERE joining = ?";
static const char list_refused_sql[] = "SELECT joining FROM refused_joining ORDER BY joining";
static const char note_stranger_sql[] =
    "INSERT INTO stranger (sender, envelopes, bytes, dropped, first, last)"
    " VALUES (?1, 1, ?2, ?3, ?4, ?4)"
    " ON CONFLICT (sender) DO UPDATE SET envelopes = envelopes + 1,"
    " bytes = bytes + excluded.bytes, dropped = dropped + excluded.dropped,"
    " last = max (last, excluded.last)";
static const char expire_sql[] = "DELETE FROM stranger WHERE last < ?";
static const char list_strangers_sql[] =
    "SELECT sender, envelopes, bytes, dropped, first, last FROM stranger"
    " ORDER BY last DESC, sender";

gboolean
paraph_door_table_refuse (ParaphStore *store, const ParaphId *joining, gint64 now, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, refuse_sql);
  paraph_statement_bind_id (&statement, joining);
  paraph_statement_bind_int (&statement, now);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_door_table_is_refused (ParaphStore *store, const ParaphId *joining, gboolean *ret_refused,
                              GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, is_refused_sql);
  paraph_statement_bind_id (&statement, joining);
  return paraph_table_exists (&statement, ret_refused, error);
}

gboolean
paraph_door_table_list_refused (ParaphStore *store, GArray **ret_ids, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_refused_sql);
  return paraph_table_list_ids (&statement, ret_ids, error);
}

gboolean
paraph_door_table_note_stranger (ParaphStore *store, const ParaphId *sender, guint64 bytes,
                                 guint64 dropped, gint64 now, GError **error)
{
  static const ParaphId unknown;
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, note_stranger_sql);
  paraph_statement_bind_id (&statement, sender == NULL ? &unknown : sender);
  paraph_statement_bind_unsigned (&statement, bytes);
  paraph_statement_bind_unsigned (&statement, dropped);
  paraph_statement_bind_int (&statement, now);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_door_table_expire (ParaphStore *store, gint64 before, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, expire_sql);
  paraph_statement_bind_int (&statement, before);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_door_table_list_strangers (ParaphStore *store, GArray **ret_rows, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ParaphStrangerRow));
  ParaphStep step;

  paraph_table_prepare (&statement, store, list_strangers_sql);
  while ((step = paraph_statement_step (&statement, error)) == PARAPH_STEP_ROW)
    {
      ParaphStrangerRow row = {
        .sender = paraph_column_id (&statement, 0),
        .envelopes = paraph_column_unsigned (&statement, 1),
        .bytes = paraph_column_unsigned (&statement, 2),
        .dropped = paraph_column_unsigned (&statement, 3),
        .first = paraph_column_int (&statement, 4),
        .last = paraph_column_int (&statement, 5),
      };

      g_array_append_val (rows, row);
    }
  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  *ret_rows = g_steal_pointer (&rows);
  return TRUE;
}
