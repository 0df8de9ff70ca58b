#include <gio/gio.h>

#include "store/database-private.h"
#include "store/store-resources.h"

/* Number N brings a schema from N - 1 to N and sets the number as its last act. One that has been
 * released is never edited. */
static const char *const migrations[] = {
  "/org/paraph/store/migrations/001.sql",
};

guint
paraph_database_schema_version (void)
{
  return G_N_ELEMENTS (migrations);
}

static gboolean
run_step (ParaphDatabase *self, guint number, GError **error)
{
  g_autoptr (GBytes) script = g_resource_lookup_data (
      paraph_store_get_resource (), migrations[number - 1], G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  gint64 version = 0;

  /* The resource compiler ends every file with a zero. */
  if (script == NULL || !paraph_database_run_script (self, g_bytes_get_data (script, NULL), error)
      || !paraph_database_read_version (self, &version, error))
    return FALSE;
  if (version == (gint64) number)
    return TRUE;
  g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_INTERNAL,
               "migration %u does not set its number", number);
  return FALSE;
}

gboolean
paraph_migration_run (ParaphDatabase *self, GError **error)
{
  gint64 version = 0;

  if (!paraph_database_read_version (self, &version, error))
    return FALSE;
  if (version > (gint64) G_N_ELEMENTS (migrations))
    {
      g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_NEWER,
                   "schema %" G_GINT64_FORMAT " is newer than this program", version);
      return FALSE;
    }
  for (guint number = (guint) version + 1; number <= G_N_ELEMENTS (migrations); number++)
    {
      if (!paraph_database_begin (self, error))
        return FALSE;
      if (!run_step (self, number, error))
        {
          paraph_database_rollback (self);
          return FALSE;
        }
      if (!paraph_database_commit (self, error))
        return FALSE;
    }
  return TRUE;
}
