#include "store/prekey-table.h"
#include "store/setting-table.h"
#include "store/table.h"

#define PREKEY_ID_MAX 16777214u

static const char put_sql[] = "INSERT INTO prekey (id, generation, sealed) VALUES (?, ?, ?)";
static const char get_sql[] = "SELECT generation, sealed FROM prekey WHERE id = ?";
static const char delete_sql[] = "DELETE FROM prekey WHERE id = ?";
static const char set_peer_sql[] = "UPDATE prekey SET peer = ?, issued = ? WHERE id = ?";
static const char count_of_peer_sql[] = "SELECT count (*) FROM prekey WHERE peer = ?";
static const char expire_sql[] = "DELETE FROM prekey WHERE issued < ?";
static const char put_signed_sql[] =
    "INSERT INTO signed_prekey (id, generation, sealed) VALUES (?, ?, ?)";
static const char get_signed_sql[] = "SELECT generation, sealed FROM signed_prekey WHERE id = ?";
static const char retire_signed_sql[] =
    "UPDATE signed_prekey SET retired = ? WHERE id <> ? AND created IS NOT NULL"
    " AND retired IS NULL";
static const char use_signed_sql[] =
    "UPDATE signed_prekey SET created = ?, retired = NULL WHERE id = ?";
static const char current_sql[] = "SELECT id, created FROM signed_prekey"
                                  " WHERE created IS NOT NULL AND retired IS NULL"
                                  " ORDER BY id DESC LIMIT 1";
static const char expire_signed_sql[] = "DELETE FROM signed_prekey WHERE retired < ?";
static const char take_base_key_sql[] =
    "INSERT INTO base_key (signed_prekey, base_key) VALUES (?, ?) ON CONFLICT DO NOTHING";

/* The primary key's bytes, as bound to a sealed value. */
typedef struct
{
  guint32 id; /* big-endian */
} PrekeyRow;

static ParaphSealedPlace
place_of (const char *table, const PrekeyRow *row)
{
  return (ParaphSealedPlace){ table, "sealed", &row->id, sizeof row->id };
}

static gboolean
next_id (ParaphStore *store, const char *counter, guint32 *ret_id, GError **error)
{
  guint64 value = 0;

  if (!paraph_setting_table_count (store, counter, &value, error))
    return FALSE;
  if (value > PREKEY_ID_MAX)
    {
      g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED,
                           "all prekey numbers were given");
      return FALSE;
    }
  *ret_id = (guint32) value;
  return TRUE;
}

/* One row to write: which table, which statement. */
typedef struct
{
  const char *table;
  const char *sql;
  guint32 id;
} Target;

static gboolean
put (ParaphStore *store, const Target *target, const guint8 *bytes, gsize size, GError **error)
{
  PrekeyRow row = { GUINT32_TO_BE (target->id) };
  ParaphSealedPlace place = place_of (target->table, &row);
  g_auto (ParaphSealedValue) value = { 0 };
  g_auto (ParaphStatement) statement = { 0 };

  if (!paraph_sealed_row_seal (store, &place, bytes, size, &value, error))
    return FALSE;
  paraph_table_prepare (&statement, store, target->sql);
  paraph_statement_bind_int (&statement, target->id);
  paraph_statement_bind_unsigned (&statement, value.generation);
  paraph_statement_bind_bytes (&statement, value.bytes);
  return paraph_statement_run (&statement, NULL, error);
}

static gboolean
get (ParaphStore *store, const Target *target, ParaphSecret **ret_record, GError **error)
{
  PrekeyRow row = { GUINT32_TO_BE (target->id) };
  ParaphSealedPlace place = place_of (target->table, &row);
  g_auto (ParaphSealedValue) value = { 0 };
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, target->sql);
  paraph_statement_bind_int (&statement, target->id);
  if (!paraph_table_get_sealed (&statement, &value, error))
    return FALSE;
  if (value.bytes != NULL)
    return paraph_sealed_row_open (store, &place, &value, "prekey", ret_record, error);
  *ret_record = NULL;
  return TRUE;
}

gboolean
paraph_prekey_table_next_id (ParaphStore *store, guint32 *ret_id, GError **error)
{
  return next_id (store, "prekey", ret_id, error);
}

gboolean
paraph_prekey_table_put (ParaphStore *store, guint32 id, const guint8 *bytes, gsize size,
                         GError **error)
{
  Target target = { "prekey", put_sql, id };

  return put (store, &target, bytes, size, error);
}

gboolean
paraph_prekey_table_get (ParaphStore *store, guint32 id, ParaphSecret **ret_record, GError **error)
{
  Target target = { "prekey", get_sql, id };

  return get (store, &target, ret_record, error);
}

gboolean
paraph_prekey_table_delete (ParaphStore *store, guint32 id, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, delete_sql);
  paraph_statement_bind_int (&statement, id);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_prekey_table_set_peer (ParaphStore *store, guint32 id, const ParaphId *peer, gint64 now,
                              GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, set_peer_sql);
  paraph_statement_bind_id (&statement, peer);
  paraph_statement_bind_int (&statement, now);
  paraph_statement_bind_int (&statement, id);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_prekey_table_count_of_peer (ParaphStore *store, const ParaphId *peer, guint *ret_count,
                                   GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  guint64 count = 0;

  paraph_table_prepare (&statement, store, count_of_peer_sql);
  paraph_statement_bind_id (&statement, peer);
  if (!paraph_table_get_number (&statement, &count, error))
    return FALSE;
  *ret_count = (guint) count;
  return TRUE;
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
paraph_prekey_table_expire (ParaphStore *store, gint64 before, GError **error)
{
  return expire (store, expire_sql, before, error);
}

gboolean
paraph_prekey_table_next_signed_id (ParaphStore *store, guint32 *ret_id, GError **error)
{
  return next_id (store, "signed-prekey", ret_id, error);
}

gboolean
paraph_prekey_table_put_signed (ParaphStore *store, guint32 id, const guint8 *bytes, gsize size,
                                GError **error)
{
  Target target = { "signed_prekey", put_signed_sql, id };

  return put (store, &target, bytes, size, error);
}

gboolean
paraph_prekey_table_get_signed (ParaphStore *store, guint32 id, ParaphSecret **ret_record,
                                GError **error)
{
  Target target = { "signed_prekey", get_signed_sql, id };

  return get (store, &target, ret_record, error);
}

static gboolean
run_with_time (ParaphStore *store, const char *sql, gint64 now, guint32 id, guint *ret_changes,
               GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, sql);
  paraph_statement_bind_int (&statement, now);
  paraph_statement_bind_int (&statement, id);
  return paraph_statement_run (&statement, ret_changes, error);
}

gboolean
paraph_prekey_table_use_signed (ParaphStore *store, guint32 id, gint64 now, GError **error)
{
  guint changes = 0;

  if (!run_with_time (store, use_signed_sql, now, id, &changes, error))
    return FALSE;
  if (changes != 1)
    {
      g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_INTERNAL,
                           "there is no such signed prekey");
      return FALSE;
    }
  return run_with_time (store, retire_signed_sql, now, id, NULL, error);
}

gboolean
paraph_prekey_table_get_current (ParaphStore *store, guint32 *ret_id, gint64 *ret_created,
                                 GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  guint32 id = 0;
  gint64 created = 0;
  ParaphStep step;

  paraph_table_prepare (&statement, store, current_sql);
  while ((step = paraph_statement_step (&statement, error)) == PARAPH_STEP_ROW)
    {
      id = (guint32) paraph_column_unsigned (&statement, 0);
      created = paraph_column_int (&statement, 1);
    }
  if (step == PARAPH_STEP_FAILED)
    return FALSE;
  *ret_id = id;
  *ret_created = created;
  return TRUE;
}

gboolean
paraph_prekey_table_expire_signed (ParaphStore *store, gint64 before, GError **error)
{
  return expire (store, expire_signed_sql, before, error);
}

gboolean
paraph_prekey_table_take_base_key (ParaphStore *store, guint32 signed_id, const ParaphId *base_key,
                                   gboolean *ret_new, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  guint changes = 0;

  paraph_table_prepare (&statement, store, take_base_key_sql);
  paraph_statement_bind_int (&statement, signed_id);
  paraph_statement_bind_id (&statement, base_key);
  if (!paraph_statement_run (&statement, &changes, error))
    return FALSE;
  *ret_new = changes != 0;
  return TRUE;
}
