#include "store/session-table.h"
#include "store/table.h"

static const char put_sql[] = "INSERT INTO session (peer, generation, sealed) VALUES (?, ?, ?)"
                              " ON CONFLICT (peer) DO UPDATE"
                              " SET generation = excluded.generation, sealed = excluded.sealed";
static const char get_sql[] = "SELECT generation, sealed FROM session WHERE peer = ?";
static const char has_sql[] = "SELECT 1 FROM session WHERE peer = ?";
static const char delete_sql[] = "DELETE FROM session WHERE peer = ?";
static const char set_bundle_state_sql[] =
    "INSERT INTO bundle_state (peer, sent, received, restarted) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (peer) DO UPDATE SET sent = excluded.sent, received = excluded.received,"
    " restarted = excluded.restarted";
static const char get_bundle_state_sql[] =
    "SELECT sent, received, restarted FROM bundle_state WHERE peer = ?";
static const char delete_bundle_state_sql[] = "DELETE FROM bundle_state WHERE peer = ?";
static const char delete_prekeys_sql[] = "DELETE FROM prekey WHERE peer = ?";

static ParaphSealedPlace
place_of (const ParaphId *peer)
{
  return (ParaphSealedPlace){ "session", "sealed", peer->bytes, sizeof peer->bytes };
}

gboolean
paraph_session_table_put (ParaphStore *store, const ParaphId *peer, const guint8 *bytes, gsize size,
                          GError **error)
{
  ParaphSealedPlace place = place_of (peer);
  g_auto (ParaphSealedValue) value = { 0 };
  g_auto (ParaphStatement) statement = { 0 };

  if (!paraph_sealed_row_seal (store, &place, bytes, size, &value, error))
    return FALSE;
  paraph_table_prepare (&statement, store, put_sql);
  paraph_statement_bind_id (&statement, peer);
  paraph_statement_bind_unsigned (&statement, value.generation);
  paraph_statement_bind_bytes (&statement, value.bytes);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_session_table_get (ParaphStore *store, const ParaphId *peer, guint8 **ret_bytes,
                          gsize *ret_size, GError **error)
{
  ParaphSealedPlace place = place_of (peer);
  g_auto (ParaphSealedValue) value = { 0 };
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, get_sql);
  paraph_statement_bind_id (&statement, peer);
  if (!paraph_table_get_sealed (&statement, &value, error))
    return FALSE;
  if (value.bytes != NULL)
    return paraph_sealed_row_open_plain (store, &place, &value, ret_bytes, ret_size, error);
  *ret_bytes = NULL;
  *ret_size = 0;
  return TRUE;
}

gboolean
paraph_session_table_has (ParaphStore *store, const ParaphId *peer, gboolean *ret_has,
                          GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, has_sql);
  paraph_statement_bind_id (&statement, peer);
  return paraph_table_exists (&statement, ret_has, error);
}

static gboolean
delete_of_peer (ParaphStore *store, const char *sql, const ParaphId *peer, guint *ret_changes,
                GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, sql);
  paraph_statement_bind_id (&statement, peer);
  return paraph_statement_run (&statement, ret_changes, error);
}

gboolean
paraph_session_table_delete (ParaphStore *store, const ParaphId *peer, gboolean *ret_deleted,
                             GError **error)
{
  guint changes = 0;

  if (!delete_of_peer (store, delete_sql, peer, &changes, error))
    return FALSE;
  if (ret_deleted != NULL)
    *ret_deleted = changes != 0;
  return TRUE;
}

gboolean
paraph_session_table_set_bundle_state (ParaphStore *store, const ParaphId *peer,
                                       const ParaphBundleState *state, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, set_bundle_state_sql);
  paraph_statement_bind_id (&statement, peer);
  paraph_statement_bind_int (&statement, state->bundle_sent);
  paraph_statement_bind_int (&statement, state->bundle_received);
  paraph_statement_bind_int (&statement, state->restarted ? 1 : 0);
  return paraph_statement_run (&statement, NULL, error);
}

static gpointer
read_bundle_state (ParaphStatement *statement)
{
  ParaphBundleState *state = g_new0 (ParaphBundleState, 1);

  state->bundle_sent = paraph_column_int (statement, 0);
  state->bundle_received = paraph_column_int (statement, 1);
  state->restarted = paraph_column_int (statement, 2) != 0;
  return state;
}

gboolean
paraph_session_table_get_bundle_state (ParaphStore *store, const ParaphId *peer,
                                       ParaphBundleState *ret_state, GError **error)
{
  static const ParaphBundleState nothing;
  g_auto (ParaphStatement) statement = { 0 };
  gpointer found = NULL;
  g_autofree ParaphBundleState *state = NULL;

  paraph_table_prepare (&statement, store, get_bundle_state_sql);
  paraph_statement_bind_id (&statement, peer);
  if (!paraph_table_get_row (&statement, read_bundle_state, g_free, &found, error))
    return FALSE;
  state = found;
  *ret_state = state == NULL ? nothing : *state;
  return TRUE;
}

gboolean
paraph_session_table_forget_peer (ParaphStore *store, const ParaphId *peer, GError **error)
{
  return delete_of_peer (store, delete_sql, peer, NULL, error)
         && delete_of_peer (store, delete_bundle_state_sql, peer, NULL, error)
         && delete_of_peer (store, delete_prekeys_sql, peer, NULL, error);
}
