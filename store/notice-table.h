/* Things that a person has to be told: forks, refusals, false claims, drops. Rules: store/store.h.
 * The kind is a word; sentences are made elsewhere. */

#pragma once

#include "store/store.h"

#define PARAPH_NOTICE_DETAIL_SIZE_MAX 4096

typedef struct
{
  guint64 id; /* given by the store, rising */
  gint64 time;
  char *kind;
  ParaphId channel; /* zero: none */
  ParaphId record;  /* zero: none */
  ParaphId device;  /* who did it: a device, or a founding id; zero: not known */
  ParaphId author;  /* whom a record names as its author, where nothing proves it; else zero */
  char *detail;     /* may be NULL */
  gboolean seen;
} ParaphNoticeRow;

void paraph_notice_row_free (ParaphNoticeRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphNoticeRow, paraph_notice_row_free)

/* An unseen notice that says the same is not repeated. A longer detail is cut at a character. RET_ID may be NULL. */
gboolean paraph_notice_table_add (ParaphStore *store, const ParaphNoticeRow *row, guint64 *ret_id,
                                  GError **error);
/* GPtrArray of ParaphNoticeRow, oldest first, with ids above AFTER, at most LIMIT. */
gboolean paraph_notice_table_list (ParaphStore *store, gboolean unseen_only, guint64 after,
                                   guint limit, GPtrArray **ret_rows, GError **error);
gboolean paraph_notice_table_mark_seen (ParaphStore *store, guint64 id, GError **error);
gboolean paraph_notice_table_count_unseen (ParaphStore *store, guint64 *ret_count, GError **error);
