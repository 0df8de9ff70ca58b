/* Bodies of records, by the SHA-256 of their blob. Rules: store/store.h. */

#pragma once

#include "store/store.h"

#define PARAPH_BLOB_SIZE_MAX (4u * 1024u * 1024u + 128u) /* an annex and its first line */

/* REFUSED: an id that is not the SHA-256 of BYTES, or too large. One that is there stays. */
gboolean paraph_blob_table_put (ParaphStore *store, const ParaphId *id, GBytes *bytes,
                                GError **error);
gboolean paraph_blob_table_get (ParaphStore *store, const ParaphId *id, GBytes **ret_bytes,
                                GError **error);
gboolean paraph_blob_table_has (ParaphStore *store, const ParaphId *id, gboolean *ret_has,
                                GError **error);
/* 0 when absent. */
gboolean paraph_blob_table_size (ParaphStore *store, const ParaphId *id, guint64 *ret_size,
                                 GError **error);
/* Those of the N ids that are not here, in the order given. */
gboolean paraph_blob_table_list_missing (ParaphStore *store, const ParaphId *ids, guint n,
                                         GArray **ret_ids, GError **error);
