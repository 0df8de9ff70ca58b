/* Settings: short texts by key (own delegation and device ids, pouch directory, person's name).
 * Rules: store/store.h. */

#pragma once

#include "store/store.h"

#define PARAPH_SETTING_KEY_SIZE_MAX 64
#define PARAPH_SETTING_VALUE_SIZE_MAX 65536

/* Sets, or removes where VALUE is NULL. REFUSED: a key or value beyond its size. */
gboolean paraph_setting_table_set (ParaphStore *store, const char *key, const char *value,
                                   GError **error);
gboolean paraph_setting_table_get (ParaphStore *store, const char *key, char **ret_value,
                                   GError **error);

/* The same for an id, kept as hex. RET_FOUND is FALSE and the id zero when absent. */
gboolean paraph_setting_table_set_id (ParaphStore *store, const char *key, const ParaphId *id,
                                      GError **error);
gboolean paraph_setting_table_get_id (ParaphStore *store, const char *key, ParaphId *ret_id,
                                      gboolean *ret_found, GError **error);

/* Adds 1 to a counter that begins at 0 and never goes back; returns the new value. */
gboolean paraph_setting_table_count (ParaphStore *store, const char *name, guint64 *ret_value,
                                     GError **error);
