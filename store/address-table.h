/* The newest address block of each device, as it was signed. Rules: store/store.h. */

#pragma once

#include "store/store.h"

#define PARAPH_ADDRESS_SIZE_MAX 65536

typedef struct
{
  ParaphId device;
  guint64 issue;
  GBytes *bytes;
  ParaphSignature signature;
  gint64 updated;
} ParaphAddressRow;

void paraph_address_row_free (ParaphAddressRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphAddressRow, paraph_address_row_free)

/* Keeps ROW if its issue is higher than what is held. RET_CHANGED may be NULL. */
gboolean paraph_address_table_put (ParaphStore *store, const ParaphAddressRow *row,
                                   gboolean *ret_changed, GError **error);
gboolean paraph_address_table_get (ParaphStore *store, const ParaphId *device,
                                   ParaphAddressRow **ret_row, GError **error);
/* All, sorted by device: GPtrArray of ParaphAddressRow with its free function. */
gboolean paraph_address_table_list (ParaphStore *store, GPtrArray **ret_rows, GError **error);
