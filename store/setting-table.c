#include "store/setting-table.h"
#include "crypto/hash.h"
#include "store/error-private.h"
#include "store/table.h"

static const char set_sql[] = "INSERT INTO setting (key, value) VALUES (?, ?)"
                              " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
static const char delete_sql[] = "DELETE FROM setting WHERE key = ?";
static const char get_sql[] = "SELECT value FROM setting WHERE key = ?";
static const char count_sql[] = "INSERT INTO counter (name, value) VALUES (?, 1)"
                                " ON CONFLICT (name) DO UPDATE SET value = value + 1"
                                " RETURNING value";

static gboolean
delete_key (ParaphStore *store, const char *key, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, delete_sql);
  paraph_statement_bind_text (&statement, key);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_setting_table_set (ParaphStore *store, const char *key, const char *value, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  if (value == NULL)
    return delete_key (store, key, error);
  paraph_table_prepare (&statement, store, set_sql);
  paraph_statement_bind_text (&statement, key);
  paraph_statement_bind_text (&statement, value);
  return paraph_statement_run (&statement, NULL, error);
}

static gpointer
read_value (ParaphStatement *statement)
{
  return paraph_column_text (statement, 0);
}

gboolean
paraph_setting_table_get (ParaphStore *store, const char *key, char **ret_value, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  gpointer value = NULL;

  paraph_table_prepare (&statement, store, get_sql);
  paraph_statement_bind_text (&statement, key);
  if (!paraph_table_get_row (&statement, read_value, g_free, &value, error))
    return FALSE;
  *ret_value = value;
  return TRUE;
}

gboolean
paraph_setting_table_set_id (ParaphStore *store, const char *key, const ParaphId *id,
                             GError **error)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (id, hex);
  return paraph_setting_table_set (store, key, hex, error);
}

gboolean
paraph_setting_table_get_id (ParaphStore *store, const char *key, ParaphId *ret_id,
                             gboolean *ret_found, GError **error)
{
  g_autofree char *hex = NULL;
  ParaphId id = { { 0 } };
  int rc = PARAPH_OK;

  if (!paraph_setting_table_get (store, key, &hex, error))
    return FALSE;
  if (hex != NULL)
    rc = paraph_id_from_hex (hex, strlen (hex), &id);
  if (rc != PARAPH_OK)
    {
      paraph_store_error_set_crypto (error, rc, "setting");
      return FALSE;
    }
  *ret_id = id;
  *ret_found = hex != NULL;
  return TRUE;
}

gboolean
paraph_setting_table_count (ParaphStore *store, const char *name, guint64 *ret_value,
                            GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, count_sql);
  paraph_statement_bind_text (&statement, name);
  return paraph_table_get_number (&statement, ret_value, error);
}
