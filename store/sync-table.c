#include "store/sync-table.h"
#include "store/table.h"

static const char set_have_sent_sql[] =
    "INSERT INTO have_sent (peer, channel, digest) VALUES (?, ?, ?)"
    " ON CONFLICT (peer, channel) DO UPDATE SET digest = excluded.digest";
static const char get_have_sent_sql[] =
    "SELECT digest FROM have_sent WHERE peer = ? AND channel = ?";
static const char set_served_sql[] = "INSERT INTO served (record, peer, time) VALUES (?, ?, ?)"
                                     " ON CONFLICT (record, peer) DO UPDATE"
                                     " SET time = excluded.time";
static const char get_served_sql[] = "SELECT time FROM served WHERE record = ? AND peer = ?";
static const char expire_served_sql[] = "DELETE FROM served WHERE time < ?";
static const char add_receipt_sql[] =
    "INSERT INTO receipt_due (peer, envelope) VALUES (?, ?) ON CONFLICT DO NOTHING";
static const char list_receipt_peers_sql[] = "SELECT DISTINCT peer FROM receipt_due ORDER BY peer";
static const char list_receipts_sql[] = "SELECT envelope FROM receipt_due WHERE peer = ?"
                                        " ORDER BY envelope LIMIT ?";
static const char delete_receipt_sql[] = "DELETE FROM receipt_due WHERE peer = ? AND envelope = ?";
static const char forget_receipts_sql[] = "DELETE FROM receipt_due WHERE peer = ?";
static const char set_mark_sql[] = "INSERT INTO carrier_mark (carrier, mark) VALUES (?, ?)"
                                   " ON CONFLICT (carrier) DO UPDATE SET mark = excluded.mark";
static const char get_mark_sql[] = "SELECT mark FROM carrier_mark WHERE carrier = ?";

static void
prepare_ids (ParaphStatement *statement, ParaphStore *store, const char *sql, const ParaphId *first,
             const ParaphId *second)
{
  paraph_table_prepare (statement, store, sql);
  paraph_statement_bind_id (statement, first);
  paraph_statement_bind_id (statement, second);
}

static gboolean
run_with_time (ParaphStore *store, const char *sql, const ParaphId *first, const ParaphId *second,
               gint64 time, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  prepare_ids (&statement, store, sql, first, second);
  paraph_statement_bind_int (&statement, time);
  return paraph_statement_run (&statement, NULL, error);
}

static gboolean
run_with_ids (ParaphStore *store, const char *sql, const ParaphId *first, const ParaphId *second,
              GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  prepare_ids (&statement, store, sql, first, second);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_sync_table_set_have_sent (ParaphStore *store, const ParaphId *peer, const ParaphId *channel,
                                 const ParaphId *digest, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  prepare_ids (&statement, store, set_have_sent_sql, peer, channel);
  paraph_statement_bind_id (&statement, digest);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_sync_table_get_have_sent (ParaphStore *store, const ParaphId *peer, const ParaphId *channel,
                                 ParaphId *ret_digest, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  prepare_ids (&statement, store, get_have_sent_sql, peer, channel);
  return paraph_table_get_id (&statement, ret_digest, error);
}

gboolean
paraph_sync_table_set_served (ParaphStore *store, const ParaphId *record, const ParaphId *peer,
                              gint64 now, GError **error)
{
  return run_with_time (store, set_served_sql, record, peer, now, error);
}

gboolean
paraph_sync_table_get_served (ParaphStore *store, const ParaphId *record, const ParaphId *peer,
                              gint64 *ret_time, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  prepare_ids (&statement, store, get_served_sql, record, peer);
  return paraph_table_get_time (&statement, ret_time, error);
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
paraph_sync_table_expire (ParaphStore *store, gint64 before, GError **error)
{
  return expire (store, expire_served_sql, before, error);
}

gboolean
paraph_sync_table_add_receipt (ParaphStore *store, const ParaphId *peer, const ParaphId *envelope,
                               GError **error)
{
  return run_with_ids (store, add_receipt_sql, peer, envelope, error);
}

gboolean
paraph_sync_table_list_receipt_peers (ParaphStore *store, GArray **ret_peers, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_receipt_peers_sql);
  return paraph_table_list_ids (&statement, ret_peers, error);
}

gboolean
paraph_sync_table_list_receipts (ParaphStore *store, const ParaphId *peer, guint limit,
                                 GArray **ret_envelopes, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, list_receipts_sql);
  paraph_statement_bind_id (&statement, peer);
  paraph_statement_bind_int (&statement, limit);
  return paraph_table_list_ids (&statement, ret_envelopes, error);
}

gboolean
paraph_sync_table_delete_receipt (ParaphStore *store, const ParaphId *peer,
                                  const ParaphId *envelope, GError **error)
{
  return run_with_ids (store, delete_receipt_sql, peer, envelope, error);
}

gboolean
paraph_sync_table_forget_receipts (ParaphStore *store, const ParaphId *peer, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, forget_receipts_sql);
  paraph_statement_bind_id (&statement, peer);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_sync_table_set_mark (ParaphStore *store, const char *carrier, GBytes *mark, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, set_mark_sql);
  paraph_statement_bind_text (&statement, carrier);
  paraph_statement_bind_bytes (&statement, mark);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_sync_table_get_mark (ParaphStore *store, const char *carrier, GBytes **ret_mark,
                            GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, get_mark_sql);
  paraph_statement_bind_text (&statement, carrier);
  return paraph_table_get_bytes (&statement, ret_mark, error);
}
