/* What waiting records (store/record-table.h) wait for. Rules: store/store.h. */

#pragma once

#include "store/store.h"

typedef struct
{
  guint64 records;
  guint64 bytes; /* of their headers */
} ParaphWaitingTotal;

/* RECORD is stored and waiting. What it waits for replaces what was noted before. */
gboolean paraph_waiting_table_set (ParaphStore *store, const ParaphId *record,
                                   const ParaphId *missing, guint n_missing, GError **error);

/* Ids of the records that wait for MISSING, oldest first. */
gboolean paraph_waiting_table_list (ParaphStore *store, const ParaphId *missing, GArray **ret_ids,
                                    GError **error);

/* All ids waited for, sorted, at most LIMIT. */
gboolean paraph_waiting_table_list_missing (ParaphStore *store, guint limit, GArray **ret_ids,
                                            GError **error);

/* What waits of what one device brought (zeros: by hand): of one author in one channel, as the
 * records say, who may not have signed them; and of all. */
gboolean paraph_waiting_table_total_of_author (ParaphStore *store, const ParaphId *author,
                                               const ParaphId *channel, const ParaphId *carrier,
                                               ParaphWaitingTotal *ret_total, GError **error);
gboolean paraph_waiting_table_total_of_carrier (ParaphStore *store, const ParaphId *carrier,
                                                ParaphWaitingTotal *ret_total, GError **error);
