/* Sealing single values of rows under the store's secrets key. For store/...-table.c only.
 *
 * Each sealing takes the next number of one counter as its generation, which stands beside the
 * sealed value and is bound to it: a value fits no other table, column, row or generation.
 * Rules: store/store.h. */

#pragma once

#include "store/store.h"

/* Where it stands; all borrowed. */
typedef struct
{
  const char *table;
  const char *column;
  const void *row; /* the primary key's bytes */
  gsize row_size;
} ParaphSealedPlace;

typedef struct
{
  guint64 generation;
  GBytes *bytes; /* owned */
} ParaphSealedValue;

void paraph_sealed_value_clear (ParaphSealedValue *value);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphSealedValue, paraph_sealed_value_clear)

gboolean paraph_sealed_row_seal (ParaphStore *store, const ParaphSealedPlace *place,
                                 const guint8 *bytes, gsize size, ParaphSealedValue *ret_value,
                                 GError **error);

/* DAMAGED when it does not open here. */
gboolean paraph_sealed_row_open (ParaphStore *store, const ParaphSealedPlace *place,
                                 const ParaphSealedValue *value, const char *tag,
                                 ParaphSecret **ret_secret, GError **error);

/* For values that may be larger than a ParaphSecret: ordinary memory, to be wiped by the caller
 * with paraph_wipe and freed with g_free. */
gboolean paraph_sealed_row_open_plain (ParaphStore *store, const ParaphSealedPlace *place,
                                       const ParaphSealedValue *value, guint8 **ret_bytes,
                                       gsize *ret_size, GError **error);
