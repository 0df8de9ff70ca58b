/* Talk off the record: in no record, and in no export. Rules: store/store.h. */

#pragma once

#include "store/store.h"

#define PARAPH_TALK_SIZE_MAX (4u * 1024u * 1024u + 128u * 1024u)

/* Towards the store borrowed; from it owned. */
typedef struct
{
  guint64 row; /* given by the store, rising with arrival */
  ParaphId channel;
  ParaphId author; /* device */
  guint64 counter;
  ParaphId previous; /* BLAKE2b of the payload before; zero for counter 0 */
  GBytes *payload;   /* as sent */
  gint64 received;
  gboolean own;
} ParaphTalkRow;

void paraph_talk_row_free (ParaphTalkRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphTalkRow, paraph_talk_row_free)

/* RET_NEW is FALSE when that counter of that chain is there: the first one stays. REFUSED: a
 * counter of 2^63 or more, or too large a payload. */
gboolean paraph_talk_table_add (ParaphStore *store, const ParaphTalkRow *row, gboolean *ret_new,
                                GError **error);
/* GPtrArray of ParaphTalkRow of CHANNEL with a row above AFTER, in order of arrival. */
gboolean paraph_talk_table_list (ParaphStore *store, const ParaphId *channel, guint64 after,
                                 guint limit, GPtrArray **ret_rows, GError **error);
gboolean paraph_talk_table_get (ParaphStore *store, const ParaphId *channel, const ParaphId *author,
                                guint64 counter, ParaphTalkRow **ret_row, GError **error);
/* The one with the highest counter of a chain. */
gboolean paraph_talk_table_get_last (ParaphStore *store, const ParaphId *channel,
                                     const ParaphId *author, ParaphTalkRow **ret_row,
                                     GError **error);

/* Missing counters of one chain, FIRST to LAST. */
typedef struct
{
  ParaphId author;
  guint64 first;
  guint64 last;
} ParaphTalkGap;

/* GArray of ParaphTalkGap, sorted by author and counter, at most LIMIT. */
gboolean paraph_talk_table_list_gaps (ParaphStore *store, const ParaphId *channel, guint limit,
                                      GArray **ret_gaps, GError **error);
