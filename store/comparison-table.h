/* Which delegations' safety numbers people have compared, how, and what they compared.
 * Rules: store/store.h. */

#pragma once

#include "store/store.h"

typedef enum
{
  PARAPH_COMPARISON_NONE = 0,
  PARAPH_COMPARISON_COMPARED = 1,
  PARAPH_COMPARISON_CHANGED = 2 /* compared once; the number is another one now */
} ParaphComparisonState;

/* Texts are owned by rows that the store hands out, borrowed towards it; NULL is allowed. */
typedef struct
{
  ParaphId delegation;
  ParaphComparisonState state;
  char *number; /* the safety number compared */
  char *method;
  char *place;
  char *person;
  gint64 time;
} ParaphComparisonRow;

void paraph_comparison_row_free (ParaphComparisonRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphComparisonRow, paraph_comparison_row_free)

gboolean paraph_comparison_table_put (ParaphStore *store, const ParaphComparisonRow *row,
                                      GError **error);
gboolean paraph_comparison_table_get (ParaphStore *store, const ParaphId *delegation,
                                      ParaphComparisonRow **ret_row, GError **error);
/* GPtrArray of ParaphComparisonRow, sorted by delegation. */
gboolean paraph_comparison_table_list (ParaphStore *store, GPtrArray **ret_rows, GError **error);
