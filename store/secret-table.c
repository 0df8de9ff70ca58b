#include <string.h>

#include "crypto/hash.h"
#include "store/sealed-row.h"
#include "store/secret-table.h"
#include "store/table.h"

static const char put_sql[] = "INSERT INTO secret (name, generation, sealed) VALUES (?, ?, ?)"
                              " ON CONFLICT (name) DO UPDATE"
                              " SET generation = excluded.generation, sealed = excluded.sealed";
static const char get_sql[] = "SELECT generation, sealed FROM secret WHERE name = ?";
static const char delete_sql[] = "DELETE FROM secret WHERE name = ?";

static ParaphSealedPlace
place_of (const char *name)
{
  return (ParaphSealedPlace){ "secret", "sealed", name, strlen (name) };
}

gboolean
paraph_secret_table_put (ParaphStore *store, const char *name, const ParaphSecret *secret,
                         GError **error)
{
  ParaphSealedPlace place = place_of (name);
  g_auto (ParaphSealedValue) value = { 0 };
  g_auto (ParaphStatement) statement = { 0 };

  if (!paraph_sealed_row_seal (store, &place, paraph_secret_data (secret),
                               paraph_secret_size (secret), &value, error))
    return FALSE;
  paraph_table_prepare (&statement, store, put_sql);
  paraph_statement_bind_text (&statement, name);
  paraph_statement_bind_unsigned (&statement, value.generation);
  paraph_statement_bind_bytes (&statement, value.bytes);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_secret_table_get (ParaphStore *store, const char *name, const char *tag,
                         ParaphSecret **ret_secret, GError **error)
{
  ParaphSealedPlace place = place_of (name);
  g_auto (ParaphSealedValue) value = { 0 };
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, get_sql);
  paraph_statement_bind_text (&statement, name);
  if (!paraph_table_get_sealed (&statement, &value, error))
    return FALSE;
  if (value.bytes != NULL)
    return paraph_sealed_row_open (store, &place, &value, tag, ret_secret, error);
  *ret_secret = NULL;
  return TRUE;
}

gboolean
paraph_secret_table_delete (ParaphStore *store, const char *name, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, delete_sql);
  paraph_statement_bind_text (&statement, name);
  return paraph_statement_run (&statement, NULL, error);
}

static char *
name_of_pair (const ParaphId *delegation)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (delegation, hex);
  return g_strconcat (PARAPH_SECRET_PAIR_PREFIX, hex, NULL);
}

gboolean
paraph_secret_table_put_pair (ParaphStore *store, const ParaphId *delegation,
                              const ParaphSecret *secret, GError **error)
{
  g_autofree char *name = name_of_pair (delegation);

  return paraph_secret_table_put (store, name, secret, error);
}

gboolean
paraph_secret_table_get_pair (ParaphStore *store, const ParaphId *delegation,
                              ParaphSecret **ret_secret, GError **error)
{
  g_autofree char *name = name_of_pair (delegation);

  return paraph_secret_table_get (store, name, "pair secret", ret_secret, error);
}
