/* What most tables do with a statement. For store/...-table.c only. Rules: store/store.h. */

#pragma once

#include "store/column.h"
#include "store/sealed-row.h"
#include "store/statement.h"
#include "store/store.h"

/* Readers take the current row; they do not fail (see store/column.h). */
typedef gpointer (*ParaphRowReader) (ParaphStatement *statement);

void paraph_table_prepare (ParaphStatement *statement, ParaphStore *store, const char *sql);

/* Whether there is a row. */
gboolean paraph_table_exists (ParaphStatement *statement, gboolean *ret_exists, GError **error);

/* The first row's first column; 0, the zero id or NULL without a row. */
gboolean paraph_table_get_number (ParaphStatement *statement, guint64 *ret_number, GError **error);
gboolean paraph_table_get_time (ParaphStatement *statement, gint64 *ret_time, GError **error);
gboolean paraph_table_get_id (ParaphStatement *statement, ParaphId *ret_id, GError **error);
gboolean paraph_table_get_bytes (ParaphStatement *statement, GBytes **ret_bytes, GError **error);

/* The first row's columns 0 and 1, generation and sealed; bytes NULL without a row. */
gboolean paraph_table_get_sealed (ParaphStatement *statement, ParaphSealedValue *ret_value,
                                  GError **error);

/* The one row there is, as READ makes it, or NULL. */
gboolean paraph_table_get_row (ParaphStatement *statement, ParaphRowReader read,
                               GDestroyNotify free_row, gpointer *ret_row, GError **error);

/* All rows; and the first column of all rows as GArray of ParaphId. */
gboolean paraph_table_list_rows (ParaphStatement *statement, ParaphRowReader read,
                                 GDestroyNotify free_row, GPtrArray **ret_rows, GError **error);
gboolean paraph_table_list_ids (ParaphStatement *statement, GArray **ret_ids, GError **error);
