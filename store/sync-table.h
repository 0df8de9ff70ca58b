/* What has passed between us and single peer devices while syncing, and how far each carrier was
 * read. Rules: store/store.h. */

#pragma once

#include "store/store.h"

#define PARAPH_SYNC_MARK_SIZE_MAX 65536

/* The digest of the last have that was sent to PEER for CHANNEL; zero: none. */
gboolean paraph_sync_table_set_have_sent (ParaphStore *store, const ParaphId *peer,
                                          const ParaphId *channel, const ParaphId *digest,
                                          GError **error);
gboolean paraph_sync_table_get_have_sent (ParaphStore *store, const ParaphId *peer,
                                          const ParaphId *channel, ParaphId *ret_digest,
                                          GError **error);

/* When RECORD was last served to PEER; 0: never. */
gboolean paraph_sync_table_set_served (ParaphStore *store, const ParaphId *record,
                                       const ParaphId *peer, gint64 now, GError **error);
gboolean paraph_sync_table_get_served (ParaphStore *store, const ParaphId *record,
                                       const ParaphId *peer, gint64 *ret_time, GError **error);

/* Forgets who was served before BEFORE. */
gboolean paraph_sync_table_expire (ParaphStore *store, gint64 before, GError **error);

/* Receipts that we owe. Peers with any, sorted; then the envelopes, at most LIMIT, sorted. */
gboolean paraph_sync_table_add_receipt (ParaphStore *store, const ParaphId *peer,
                                        const ParaphId *envelope, GError **error);
gboolean paraph_sync_table_list_receipt_peers (ParaphStore *store, GArray **ret_peers,
                                               GError **error);
gboolean paraph_sync_table_list_receipts (ParaphStore *store, const ParaphId *peer, guint limit,
                                          GArray **ret_envelopes, GError **error);
gboolean paraph_sync_table_delete_receipt (ParaphStore *store, const ParaphId *peer,
                                           const ParaphId *envelope, GError **error);

/* PEER gets none any more. */
gboolean paraph_sync_table_forget_receipts (ParaphStore *store, const ParaphId *peer,
                                            GError **error);

/* How far CARRIER (a short word) was read: opaque, written with what was read. NULL: not yet. */
gboolean paraph_sync_table_set_mark (ParaphStore *store, const char *carrier, GBytes *mark,
                                     GError **error);
gboolean paraph_sync_table_get_mark (ParaphStore *store, const char *carrier, GBytes **ret_mark,
                                     GError **error);
