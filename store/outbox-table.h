/* The outbox: what has to reach other devices, kept until it has. Rules: store/store.h.
 *
 * Content is a ciphertext, cut into pieces and kept once; an envelope row is one piece for one
 * device with all that its bytes are made of, so that sending again sends the same bytes. Content
 * goes with its last envelope. */

#pragma once

#include "store/store.h"

#define PARAPH_OUTBOX_NONCE_SIZE 24
#define PARAPH_OUTBOX_WRAP_SIZE_MAX 330
#define PARAPH_OUTBOX_MAILBOX_SIZE_MAX 1024

typedef enum
{
  PARAPH_OUTBOX_QUEUED = 0,
  PARAPH_OUTBOX_ACCEPTED = 1 /* the carrier has it; its receipt is awaited */
} ParaphOutboxState;

/* Towards the store all borrowed; from it all owned. */
typedef struct
{
  ParaphId id;      /* SHA-256 of the envelope */
  ParaphId content; /* H */
  guint16 piece;
  ParaphId device;
  char *mailbox;
  guint8 wrap_type; /* piece 0 only, else 0 */
  GBytes *wrap;     /* piece 0 only, else NULL */
  guint8 nonce[PARAPH_OUTBOX_NONCE_SIZE];
  gboolean needs_receipt;
  ParaphId about; /* the record inside; zero: none */
  ParaphOutboxState state;
  gint64 next_try;
  guint tries;
  gint64 created;
} ParaphOutboxRow;

void paraph_outbox_row_free (ParaphOutboxRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphOutboxRow, paraph_outbox_row_free)

typedef struct
{
  guint64 queued;
  guint64 accepted;
} ParaphOutboxCounts;

/* HASH is the SHA-256 of CIPHERTEXT (else REFUSED). Once for each content; twice is harmless. */
gboolean paraph_outbox_table_add_content (ParaphStore *store, const ParaphId *hash,
                                          GBytes *ciphertext, GError **error);
gboolean paraph_outbox_table_get_piece (ParaphStore *store, const ParaphId *hash, guint16 piece,
                                        GBytes **ret_bytes, GError **error);
/* Its content has been added. State and tries are given by the store. */
gboolean paraph_outbox_table_add (ParaphStore *store, const ParaphOutboxRow *row, GError **error);
/* GPtrArray of ParaphOutboxRow with next_try at or before NOW, at most LIMIT, oldest try first. */
gboolean paraph_outbox_table_list_due (ParaphStore *store, gint64 now, guint limit,
                                       GPtrArray **ret_rows, GError **error);
/* The carrier has it: the row goes, or where a receipt is needed stays until NEXT_TRY, when it is
 * due again. An unknown id is no failure. */
gboolean paraph_outbox_table_accept (ParaphStore *store, const ParaphId *id, gint64 next_try,
                                     GError **error);
/* It could not be posted: one try more, next at NEXT_TRY. */
gboolean paraph_outbox_table_postpone (ParaphStore *store, const ParaphId *id, gint64 next_try,
                                       GError **error);
/* DEVICE says that it took ID in. RET_ABOUT: the record, zero for none or an unknown id; only
 * rows for DEVICE count. RET_LAST: no piece of that content is left for that device. */
gboolean paraph_outbox_table_receive (ParaphStore *store, const ParaphId *id,
                                      const ParaphId *device, ParaphId *ret_about,
                                      gboolean *ret_last, GError **error);
/* Everything for a device that was revoked. */
gboolean paraph_outbox_table_delete_device (ParaphStore *store, const ParaphId *device,
                                            GError **error);
/* Contents that no envelope is left of, or was ever made of. */
gboolean paraph_outbox_table_drop_unused (ParaphStore *store, GError **error);
gboolean paraph_outbox_table_count (ParaphStore *store, ParaphOutboxCounts *ret_counts,
                                    GError **error);
/* Devices that have not received the record ABOUT: sorted ids. */
gboolean paraph_outbox_table_list_devices (ParaphStore *store, const ParaphId *about,
                                           GArray **ret_ids, GError **error);
/* The earliest next_try; RET_TIME is 0 for an empty outbox. */
gboolean paraph_outbox_table_next_time (ParaphStore *store, gint64 *ret_time, GError **error);
