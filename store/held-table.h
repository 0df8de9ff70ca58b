/* Records of others that a limit holds back, with the packets they came in: releasable. Rules:
 * store/store.h. */

#pragma once

#include "store/store.h"

#define PARAPH_HELD_SIZE_MAX ((guint64) 16 << 20) /* per device that brought them */

typedef struct
{
  ParaphId id;
  ParaphId channel;
  ParaphId author;
  ParaphId carrier; /* zero: came in a file */
  char *reason;     /* a word of the caller's */
  GBytes *packet;   /* NULL in lists */
  gint64 arrived;
} ParaphHeldRow;

void paraph_held_row_free (ParaphHeldRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphHeldRow, paraph_held_row_free)

/* Holds ROW back; one that the same carrier brought stays as it is, and each carrier has its own copy:
 * nobody has proven yet which of them bears a good signature. The oldest of the same carrier make room:
 * RET_DROPPED says how many went. */
gboolean paraph_held_table_hold (ParaphStore *store, const ParaphHeldRow *row, guint *ret_dropped,
                                 GError **error);
gboolean paraph_held_table_has (ParaphStore *store, const ParaphId *id, gboolean *ret_has,
                                GError **error);
/* The copy of one carrier, with its packet; NULL when it is not held. */
gboolean paraph_held_table_get (ParaphStore *store, const ParaphId *id, const ParaphId *carrier,
                                ParaphHeldRow **ret_row, GError **error);
/* GPtrArray of ParaphHeldRow without packets, oldest first, at most LIMIT. */
gboolean paraph_held_table_list (ParaphStore *store, guint limit, GPtrArray **ret_rows,
                                 GError **error);
/* Every copy; that of one carrier. */
gboolean paraph_held_table_release (ParaphStore *store, const ParaphId *id, GError **error);
gboolean paraph_held_table_release_copy (ParaphStore *store, const ParaphId *id,
                                         const ParaphId *carrier, GError **error);
gboolean paraph_held_table_count (ParaphStore *store, guint64 *ret_count, GError **error);
