/* Columns of the row that a statement stands on, by number from 0. For store/...-table.c and tests.
 *
 * The schema's CHECKs keep types and lengths; a row that breaks them all the same is damage:
 * the reader returns a zero, and the next step of the statement fails with DAMAGED. */

#pragma once

#include <glib.h>

#include "store/statement.h"

gint64 paraph_column_int (ParaphStatement *self, int column);
guint64 paraph_column_unsigned (ParaphStatement *self, int column);
gboolean paraph_column_is_null (ParaphStatement *self, int column);
/* NULL gives the zero id. */
ParaphId paraph_column_id (ParaphStatement *self, int column);
/* Copies exactly SIZE bytes. */
void paraph_column_fixed (ParaphStatement *self, int column, void *ret_bytes, gsize size);
/* Transfer full; NULL for NULL. */
GBytes *paraph_column_bytes (ParaphStatement *self, int column);
char *paraph_column_text (ParaphStatement *self, int column);
/* Borrowed until the next step. */
const guint8 *paraph_column_view (ParaphStatement *self, int column, gsize *ret_size);
