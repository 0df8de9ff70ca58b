/* Named secrets, each sealed under the store's secrets key: device seed, session and envelope
 * keys, custodian seed, pair secrets. Rules: store/store.h. A row that does not open under its
 * own name is DAMAGED. */

#pragma once

#include "store/store.h"

#define PARAPH_SECRET_NAME_SIZE_MAX 128

/* Names in use. A pair secret is the prefix and the delegation's id in hex. */
#define PARAPH_SECRET_DEVICE_SEED "device-seed"
#define PARAPH_SECRET_SESSION_KEY "session-key"
#define PARAPH_SECRET_ENVELOPE_KEY "envelope-key"
#define PARAPH_SECRET_CUSTODIAN_SEED "custodian-seed"
#define PARAPH_SECRET_PAIR_PREFIX "pair/"

gboolean paraph_secret_table_put (ParaphStore *store, const char *name, const ParaphSecret *secret,
                                  GError **error);
/* The secret passes to the caller; TAG as in crypto/secret.h. NULL when absent. */
gboolean paraph_secret_table_get (ParaphStore *store, const char *name, const char *tag,
                                  ParaphSecret **ret_secret, GError **error);
gboolean paraph_secret_table_delete (ParaphStore *store, const char *name, GError **error);

/* Pair secrets, by the other delegation's founding id. */
gboolean paraph_secret_table_put_pair (ParaphStore *store, const ParaphId *delegation,
                                       const ParaphSecret *secret, GError **error);
gboolean paraph_secret_table_get_pair (ParaphStore *store, const ParaphId *delegation,
                                       ParaphSecret **ret_secret, GError **error);
