/* Pairwise sessions and own prekeys, all sealed, and what was given to which peer.
 * Rules: store/store.h. The callbacks that crypto/session.h wants: store/session-keeper.h. */

#pragma once

#include "store/store.h"

/* Sealed records. BYTES is borrowed. A session may be larger than a ParaphSecret: the caller wipes
 * RET_BYTES with paraph_wipe and frees it with g_free; NULL and 0 when absent. */
gboolean paraph_session_table_put (ParaphStore *store, const ParaphId *peer, const guint8 *bytes,
                                   gsize size, GError **error);
gboolean paraph_session_table_get (ParaphStore *store, const ParaphId *peer, guint8 **ret_bytes,
                                   gsize *ret_size, GError **error);
gboolean paraph_session_table_has (ParaphStore *store, const ParaphId *peer, gboolean *ret_has,
                                   GError **error);
gboolean paraph_session_table_delete (ParaphStore *store, const ParaphId *peer,
                                      gboolean *ret_deleted, GError **error);

/* What passed between us and PEER besides messages. All zero when nothing did. */
typedef struct
{
  gint64 bundle_sent;     /* when our directed bundle was last sent; 0: never */
  gint64 bundle_received; /* when the peer's was taken in; 0: never */
  gboolean restarted;     /* whether the session was begun anew on it */
} ParaphBundleState;

gboolean paraph_session_table_set_bundle_state (ParaphStore *store, const ParaphId *peer,
                                                const ParaphBundleState *state, GError **error);
gboolean paraph_session_table_get_bundle_state (ParaphStore *store, const ParaphId *peer,
                                                ParaphBundleState *ret_state, GError **error);

/* Session, bundle state and prekeys issued to PEER: for a revoked device. */
gboolean paraph_session_table_forget_peer (ParaphStore *store, const ParaphId *peer,
                                           GError **error);
