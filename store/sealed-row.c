#include "crypto/seal.h"
#include "store/error-private.h"
#include "store/sealed-row.h"
#include "store/setting-table.h"

#define SEALED_SCHEMA 1
#define GENERATION_COUNTER "sealed"

void
paraph_sealed_value_clear (ParaphSealedValue *value)
{
  g_clear_pointer (&value->bytes, g_bytes_unref);
  value->generation = 0;
}

static ParaphSealPlace
make_place (const ParaphSealedPlace *place, guint64 generation)
{
  return (ParaphSealPlace){
    .table = place->table,
    .column = place->column,
    .row = place->row,
    .row_size = place->row_size,
    .schema = SEALED_SCHEMA,
    .generation = generation,
  };
}

gboolean
paraph_sealed_row_seal (ParaphStore *store, const ParaphSealedPlace *place, const guint8 *bytes,
                        gsize size, ParaphSealedValue *ret_value, GError **error)
{
  ParaphSealPlace full;
  guint64 generation = 0;
  g_autofree guint8 *sealed = g_malloc (size + PARAPH_SEAL_OVERHEAD);
  int rc;

  if (!paraph_setting_table_count (store, GENERATION_COUNTER, &generation, error))
    return FALSE;
  full = make_place (place, generation);
  rc = paraph_seal (paraph_store_get_secrets_key (store), &full, bytes, size, sealed);
  if (rc != PARAPH_OK)
    {
      paraph_store_error_set_crypto (error, rc, place->table);
      return FALSE;
    }
  ret_value->generation = generation;
  ret_value->bytes = g_bytes_new_take (g_steal_pointer (&sealed), size + PARAPH_SEAL_OVERHEAD);
  return TRUE;
}

gboolean
paraph_sealed_row_open (ParaphStore *store, const ParaphSealedPlace *place,
                        const ParaphSealedValue *value, const char *tag, ParaphSecret **ret_secret,
                        GError **error)
{
  ParaphSealPlace full = make_place (place, value->generation);
  gsize size = 0;
  const void *sealed = g_bytes_get_data (value->bytes, &size);
  int rc = paraph_unseal_secret (paraph_store_get_secrets_key (store), &full, sealed, size, tag,
                                 ret_secret);

  if (rc == PARAPH_OK)
    return TRUE;
  paraph_store_error_set_crypto (error, rc, place->table);
  return FALSE;
}

gboolean
paraph_sealed_row_open_plain (ParaphStore *store, const ParaphSealedPlace *place,
                              const ParaphSealedValue *value, guint8 **ret_bytes, gsize *ret_size,
                              GError **error)
{
  ParaphSealPlace full = make_place (place, value->generation);
  gsize size = 0;
  const void *sealed = g_bytes_get_data (value->bytes, &size);
  g_autofree guint8 *plain = NULL;
  int rc = PARAPH_ERROR_MALFORMED;

  if (size > PARAPH_SEAL_OVERHEAD)
    {
      plain = g_malloc (size - PARAPH_SEAL_OVERHEAD);
      rc = paraph_unseal (paraph_store_get_secrets_key (store), &full, sealed, size, plain);
    }
  if (rc != PARAPH_OK)
    {
      paraph_store_error_set_crypto (error, rc, place->table);
      return FALSE;
    }
  *ret_bytes = g_steal_pointer (&plain);
  *ret_size = size - PARAPH_SEAL_OVERHEAD;
  return TRUE;
}
