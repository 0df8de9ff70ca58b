/* The inbox: which envelopes were taken in, those held back unopened, and files of a pouch that
 * were not whole yet. Rules: store/store.h. */

#pragma once

#include "store/store.h"

#define PARAPH_INBOX_ENVELOPE_SIZE_MAX 49152u
#define PARAPH_INBOX_QUARANTINE_SIZE_MAX ((gsize) 8 << 20) /* per sender; unknown ones: one */
#define PARAPH_INBOX_SEEN_SECONDS ((gint64) 180 * 86400)

/* An envelope held back. */
typedef struct
{
  ParaphId id;
  GBytes *bytes;
  char *reason;    /* a word of the caller's */
  ParaphId sender; /* zero: unknown */
  gint64 first_seen;
  guint tries;
} ParaphQuarantineRow;

void paraph_quarantine_row_free (ParaphQuarantineRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphQuarantineRow, paraph_quarantine_row_free)

/* Dedupe: notes ID as taken in; RET_NEW is FALSE when it was noted before. */
gboolean paraph_inbox_table_take (ParaphStore *store, const ParaphId *id, gint64 now,
                                  gboolean *ret_new, GError **error);
gboolean paraph_inbox_table_was_taken (ParaphStore *store, const ParaphId *id, gboolean *ret_taken,
                                       GError **error);
/* Forgets what was taken in, and what else was first seen, before BEFORE. */
gboolean paraph_inbox_table_expire (ParaphStore *store, gint64 before, GError **error);

/* Holds ROW back (tries is given by the store); the oldest of the same sender make room.
 * RET_DROPPED: how many went. One that is held already counts a try. */
gboolean paraph_inbox_table_hold (ParaphStore *store, const ParaphQuarantineRow *row,
                                  guint *ret_dropped, GError **error);
/* GPtrArray of ParaphQuarantineRow, oldest first, at most LIMIT, those after the first SKIP. */
gboolean paraph_inbox_table_list_held (ParaphStore *store, guint skip, guint limit,
                                       GPtrArray **ret_rows, GError **error);
gboolean paraph_inbox_table_count_try (ParaphStore *store, const ParaphId *id, GError **error);
gboolean paraph_inbox_table_release (ParaphStore *store, const ParaphId *id, GError **error);
/* Drops what was first held back before BEFORE. */
gboolean paraph_inbox_table_expire_held (ParaphStore *store, gint64 before, guint *ret_dropped,
                                         GError **error);
gboolean paraph_inbox_table_total_held (ParaphStore *store, guint64 *ret_count, guint64 *ret_bytes,
                                        GError **error);

/* A file NAME that was not whole: notes NOW the first time, returns when that was. */
gboolean paraph_inbox_table_see_partial (ParaphStore *store, const char *name, gint64 now,
                                         gint64 *ret_first_seen, GError **error);
gboolean paraph_inbox_table_forget_partial (ParaphStore *store, const char *name, GError **error);
