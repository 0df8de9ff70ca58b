/* The limits of docs/PROTOCOL.md section 15, and for how long things are kept: one table.
 *
 * A limit whose parser or table enforces it stands there, and here under the name that it has in the
 * flows. */

#pragma once

#include "negotiation/packet.h"
#include "store/assembly-table.h"
#include "store/inbox-table.h"

#define PARAPH_LIMIT_DAY ((gint64) 86400) /* seconds */

/* Records of others. Beyond: held back, released when there is room, shown. */
#define PARAPH_LIMIT_WAITING_RECORDS 256 /* of one author and channel that one brought */
#define PARAPH_LIMIT_WAITING_BYTES ((guint64) 16 << 20) /* per device that brought them */
#define PARAPH_LIMIT_NEW_RECORDS 2000                   /* placed, per device and day */
#define PARAPH_LIMIT_CHANNELS 64                        /* opened per delegation */
#define PARAPH_LIMIT_DOOR 64                            /* joinings that nobody has answered */

/* Malformed records of one device that are kept as a proof; of further ones only the notice is. */
#define PARAPH_LIMIT_EVIDENCE 16

/* Contents of bodies: roles text, note and minutes; roles annex and evidence. */
#define PARAPH_LIMIT_BODY ((gsize) 1 << 20)
#define PARAPH_LIMIT_ANNEX ((gsize) 4 << 20)

/* Bytes of a blob before its content: "paraph-body 1 <64 hex>" and the end of the line. */
#define PARAPH_LIMIT_BLOB_HEAD 79

/* The largest blob of a body of that role. */
static inline gsize
paraph_limit_get_blob (const char *role)
{
  gboolean is_annex = g_strcmp0 (role, "annex") == 0 || g_strcmp0 (role, "evidence") == 0;

  return PARAPH_LIMIT_BLOB_HEAD + (is_annex ? PARAPH_LIMIT_ANNEX : PARAPH_LIMIT_BODY);
}

/* What the own checkpoints list. */
#define PARAPH_LIMIT_HEADS 512
#define PARAPH_LIMIT_IDENTITY_HEADS 64

/* Asking and serving: seconds before the same again, and how many ids one peer may make us ask for
 * at a time. */
#define PARAPH_LIMIT_ASK_AGAIN 600
#define PARAPH_LIMIT_SERVE_AGAIN 600
#define PARAPH_LIMIT_ASKED_OF_PEER 1024

/* Keys of the sessions, in seconds. A directed bundle is dead before the signed prekey in it is. */
#define PARAPH_LIMIT_PREKEY_CURRENT (7 * PARAPH_LIMIT_DAY)
#define PARAPH_LIMIT_PREKEY_RETIRED (30 * PARAPH_LIMIT_DAY)
#define PARAPH_LIMIT_BUNDLE (14 * PARAPH_LIMIT_DAY)
#define PARAPH_LIMIT_PREKEY_ONE_TIME (44 * PARAPH_LIMIT_DAY)
#define PARAPH_LIMIT_BUNDLE_AGAIN 3600 /* before another bundle goes to the same device */

/* Rests, in seconds. */
#define PARAPH_LIMIT_SEEN PARAPH_INBOX_SEEN_SECONDS
#define PARAPH_LIMIT_HELD (30 * PARAPH_LIMIT_DAY) /* envelopes that do not open */
#define PARAPH_LIMIT_ASSEMBLY PARAPH_ASSEMBLY_SECONDS
#define PARAPH_LIMIT_SERVED PARAPH_LIMIT_DAY
#define PARAPH_LIMIT_ASKED (30 * PARAPH_LIMIT_DAY) /* then what nobody had is forgotten */
#define PARAPH_LIMIT_STRANGER (180 * PARAPH_LIMIT_DAY)
