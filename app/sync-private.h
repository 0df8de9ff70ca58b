/* The parts of a pass of sync; each inside the caller's transaction unless it says otherwise. */

#pragma once

#include "app/sync.h"
#include "negotiation/channel.h"

/* Wants what peers hold and we do not, what waiting records name, and sends have and receipts. */
gboolean paraph_sync_answer (ParaphHome *home, GError **error);

/* Renews the signed prekey where it is due, mends sessions and sends the bundles that are due. */
gboolean paraph_sync_keys (ParaphHome *home, GError **error);

/* Forgets what is old enough. */
gboolean paraph_sync_expire (ParaphHome *home, GError **error);

/* Asks for what is named and not here. */
gboolean paraph_sync_want (ParaphHome *home, GError **error);

/* Makes the checkpoints that are due. */
gboolean paraph_sync_checkpoint (ParaphHome *home, guint *ret_made, GError **error);

/* Makes one: heads, identity heads and lacking records, the newest first where not all fit. */
gboolean paraph_sync_make_checkpoint (ParaphHome *home, ParaphChannel *channel, GError **error);

/* Posts what is due in the outbox; begins and commits for itself. ret_sent counts up. FALSE: the
 * store failed; what the carrier fails at goes to carrier. */
gboolean paraph_sync_post (ParaphHome *home, guint *ret_sent, GError **carrier, GError **error);

/* Keeps failure (transfer full) as *first unless there is one. */
void paraph_sync_keep_first (GError **first, GError *failure);

/* Tells the outbox what the carrier has accepted. ret_sent counts up. */
gboolean paraph_sync_settle (ParaphHome *home, GPtrArray *accepted, guint *ret_sent,
                             GError **error);
