/* Records: headers exactly as received, with the columns that index them; signatures; what a
 * waiting record waits for. Rules: store/store.h.
 *
 * A placed record gets the next sequence number when it is placed, so that reading in that order
 * never meets a record before its past. */

#pragma once

#include "store/store.h"

typedef enum
{
  PARAPH_RECORD_CLASS_CHAIN = 0,   /* of a channel */
  PARAPH_RECORD_CLASS_IDENTITY = 1 /* of an identity chain; channel is the founding id */
} ParaphRecordClass;

typedef enum
{
  PARAPH_RECORD_STATE_PLACED = 0,
  PARAPH_RECORD_STATE_WAITING = 1, /* lacks something that it names */
  PARAPH_RECORD_STATE_EVIDENCE = 2 /* refused or beside the chain, kept as a proof */
} ParaphRecordState;

typedef struct
{
  ParaphId key; /* device or custodian id */
  ParaphSignature signature;
} ParaphStoredSignature;

/* To insert one, fill a local; the store borrows. Those that the store hands out own all parts.
 * Zero negotiation or carrier: none. */
typedef struct
{
  ParaphId id;
  ParaphRecordClass record_class;
  ParaphRecordState state;
  ParaphId negotiation;
  ParaphId channel; /* the effective one */
  ParaphId author;
  guint64 number;
  guint64 clock;
  guint64 sequence; /* of placed ones; given by the store */
  char *kind;
  GBytes *header;
  ParaphId carrier; /* the device that brought it; zero: made here */
  gint64 arrived;
  ParaphStoredSignature *signatures;
  guint n_signatures;
} ParaphStoredRecord;

void paraph_stored_record_free (ParaphStoredRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphStoredRecord, paraph_stored_record_free)

/* Borrowed for the call; FALSE stops the walk, which then fails with the callback's error. No
 * other walk may run inside. */
typedef gboolean (*ParaphRecordFunc) (const ParaphStoredRecord *record, gpointer user_data,
                                      GError **error);

/* REFUSED: an id that is not the header's SHA-256, one that is there, no signature. */
gboolean paraph_record_table_insert (ParaphStore *store, const ParaphStoredRecord *record,
                                     GError **error);
/* Places a waiting record or evidence (giving it its sequence and forgetting what it waited for),
 * or makes a waiting one evidence. A placed one stays placed: INTERNAL. */
gboolean paraph_record_table_set_state (ParaphStore *store, const ParaphId *id,
                                        ParaphRecordState state, GError **error);
/* Only one that is not placed. */
gboolean paraph_record_table_delete (ParaphStore *store, const ParaphId *id, GError **error);
/* In place of those that are there: at least one. A waiting record may have several of one key, as
 * long as nothing says which of them is good. */
gboolean paraph_record_table_set_signatures (ParaphStore *store, const ParaphId *id,
                                             const ParaphStoredSignature *signatures, guint n,
                                             GError **error);

gboolean paraph_record_table_get (ParaphStore *store, const ParaphId *id,
                                  ParaphStoredRecord **ret_record, GError **error);
/* Every placed record in sequence; signatures sorted by key, then bytes. */
gboolean paraph_record_table_load_placed (ParaphStore *store, ParaphRecordFunc func,
                                          gpointer user_data, GError **error);
/* Every record of another STATE, oldest first. */
gboolean paraph_record_table_load_others (ParaphStore *store, ParaphRecordState state,
                                          ParaphRecordFunc func, gpointer user_data,
                                          GError **error);
/* All placed, waiting and evidence. */
gboolean paraph_record_table_count (ParaphStore *store, ParaphRecordState state, guint64 *ret_count,
                                    GError **error);
/* Evidence of AUTHOR. */
gboolean paraph_record_table_count_evidence (ParaphStore *store, const ParaphId *author,
                                             guint64 *ret_count, GError **error);
/* Placed records of AUTHOR that arrived at or after SINCE: who wrote the others is not sure. */
gboolean paraph_record_table_count_arrived (ParaphStore *store, const ParaphId *author,
                                            gint64 since, guint64 *ret_count, GError **error);
