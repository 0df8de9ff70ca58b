#include "store/blob-table.h"
#include "crypto/hash.h"
#include "store/table.h"

static const char put_sql[] =
    "INSERT INTO blob (id, bytes) VALUES (?, ?) ON CONFLICT (id) DO NOTHING";
static const char get_sql[] = "SELECT bytes FROM blob WHERE id = ?";
static const char has_sql[] = "SELECT 1 FROM blob WHERE id = ?";
static const char size_sql[] = "SELECT length (bytes) FROM blob WHERE id = ?";

gboolean
paraph_blob_table_put (ParaphStore *store, const ParaphId *id, GBytes *bytes, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  ParaphId actual;

  paraph_sha256 (data, size, &actual);
  if (!paraph_id_equal (id, &actual))
    {
      g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED,
                           "an id that is not the blob's hash");
      return FALSE;
    }
  paraph_table_prepare (&statement, store, put_sql);
  paraph_statement_bind_id (&statement, id);
  paraph_statement_bind_bytes (&statement, bytes);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_blob_table_get (ParaphStore *store, const ParaphId *id, GBytes **ret_bytes, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, get_sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_table_get_bytes (&statement, ret_bytes, error);
}

gboolean
paraph_blob_table_has (ParaphStore *store, const ParaphId *id, gboolean *ret_has, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, has_sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_table_exists (&statement, ret_has, error);
}

gboolean
paraph_blob_table_size (ParaphStore *store, const ParaphId *id, guint64 *ret_size, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, size_sql);
  paraph_statement_bind_id (&statement, id);
  return paraph_table_get_number (&statement, ret_size, error);
}

gboolean
paraph_blob_table_list_missing (ParaphStore *store, const ParaphId *ids, guint n, GArray **ret_ids,
                                GError **error)
{
  g_autoptr (GArray) missing = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  for (guint i = 0; i < n; i++)
    {
      gboolean has = FALSE;

      if (!paraph_blob_table_has (store, &ids[i], &has, error))
        return FALSE;
      if (!has)
        g_array_append_val (missing, ids[i]);
    }
  *ret_ids = g_steal_pointer (&missing);
  return TRUE;
}
