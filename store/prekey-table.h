/* Own prekeys, sealed: one-time ones with the peer they were issued to, signed ones with their
 * times, and the base keys of first messages that used no one-time prekey.
 * Rules: store/store.h. */

#pragma once

#include "store/store.h"

/* One-time prekeys. Ids come from next_id and are never given twice. */
gboolean paraph_prekey_table_next_id (ParaphStore *store, guint32 *ret_id, GError **error);
gboolean paraph_prekey_table_put (ParaphStore *store, guint32 id, const guint8 *bytes, gsize size,
                                  GError **error);
gboolean paraph_prekey_table_get (ParaphStore *store, guint32 id, ParaphSecret **ret_record,
                                  GError **error);
gboolean paraph_prekey_table_delete (ParaphStore *store, guint32 id, GError **error);
gboolean paraph_prekey_table_set_peer (ParaphStore *store, guint32 id, const ParaphId *peer,
                                       gint64 now, GError **error);
/* Prekeys that were issued to PEER and not used. */
gboolean paraph_prekey_table_count_of_peer (ParaphStore *store, const ParaphId *peer,
                                            guint *ret_count, GError **error);
/* Deletes those issued before BEFORE. */
gboolean paraph_prekey_table_expire (ParaphStore *store, gint64 before, GError **error);

/* Signed prekeys. */
gboolean paraph_prekey_table_next_signed_id (ParaphStore *store, guint32 *ret_id, GError **error);
gboolean paraph_prekey_table_put_signed (ParaphStore *store, guint32 id, const guint8 *bytes,
                                         gsize size, GError **error);
gboolean paraph_prekey_table_get_signed (ParaphStore *store, guint32 id, ParaphSecret **ret_record,
                                         GError **error);
/* Makes ID the current one from NOW on and retires the others. */
gboolean paraph_prekey_table_use_signed (ParaphStore *store, guint32 id, gint64 now,
                                         GError **error);
/* The current one; both 0 when there is none. */
gboolean paraph_prekey_table_get_current (ParaphStore *store, guint32 *ret_id, gint64 *ret_created,
                                          GError **error);
/* Deletes signed prekeys retired before BEFORE, with their base keys. */
gboolean paraph_prekey_table_expire_signed (ParaphStore *store, gint64 before, GError **error);

/* Notes a base key; RET_NEW is FALSE when it had been noted. */
gboolean paraph_prekey_table_take_base_key (ParaphStore *store, guint32 signed_id,
                                            const ParaphId *base_key, gboolean *ret_new,
                                            GError **error);
