/* The door: joinings that were refused here, and how much came from senders that are unknown or
 * unproven. Local; nothing of it is ever sent. Rules: store/store.h. */

#pragma once

#include "store/store.h"

typedef struct
{
  ParaphId sender; /* zero: no device is known that could have made it */
  guint64 envelopes;
  guint64 bytes;
  guint64 dropped; /* of these, how many were not kept */
  gint64 first;
  gint64 last;
} ParaphStrangerRow;

gboolean paraph_door_table_refuse (ParaphStore *store, const ParaphId *joining, gint64 now,
                                   GError **error);
gboolean paraph_door_table_is_refused (ParaphStore *store, const ParaphId *joining,
                                       gboolean *ret_refused, GError **error);
gboolean paraph_door_table_list_refused (ParaphStore *store, GArray **ret_ids, GError **error);

/* Adds one envelope of BYTES, DROPPED of earlier ones, to what SENDER (NULL: unknown) has sent. */
gboolean paraph_door_table_note_stranger (ParaphStore *store, const ParaphId *sender, guint64 bytes,
                                          guint64 dropped, gint64 now, GError **error);
/* Forgets senders of whom nothing has come since BEFORE. */
gboolean paraph_door_table_expire (ParaphStore *store, gint64 before, GError **error);
/* GArray of ParaphStrangerRow, the latest first. */
gboolean paraph_door_table_list_strangers (ParaphStore *store, GArray **ret_rows, GError **error);
