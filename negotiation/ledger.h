/* The ledger: every placed record of a home, by channel, with the past of each.
 *
 * Placing is docs/PROTOCOL.md section 7.1; what a record is worth is negotiation/judge.h. The state is
 * a function of the set of placed records, whatever the order they came in. A channel's judgement is
 * computed on demand and forgotten when anything is placed. Nothing here does I/O. One thread. */

#pragma once

#include "negotiation/draft.h"
#include "negotiation/identities.h"

typedef struct ParaphLedger ParaphLedger;
typedef struct ParaphChannel ParaphChannel; /* one channel, the plenary included */
typedef struct ParaphEntry ParaphEntry;     /* one placed record in its channel */

ParaphLedger *paraph_ledger_new (void);
void paraph_ledger_free (ParaphLedger *self);

/* The identities live in the ledger; place identity records through paraph_ledger_place too. */
ParaphIdentities *paraph_ledger_get_identities (ParaphLedger *self);

/* All of section 7.1 for any record: looks the powers up, verifies, places. */
ParaphPlacing paraph_ledger_place (ParaphLedger *self, ParaphSealedRecord *sealed,
                                   ParaphId *ret_missing, ParaphRefusal *ret_refusal);

/* The second half, for a record that paraph_record_verify made (steps 5 and 6). */
ParaphPlacing paraph_ledger_place_verified (ParaphLedger *self, ParaphRecord *record,
                                            ParaphId *ret_missing, ParaphRefusal *ret_refusal);

/* For rows of our own store, verified when they came: no signature is checked again. */
ParaphPlacing paraph_ledger_restore (ParaphLedger *self, ParaphSealedRecord *sealed,
                                     ParaphId *ret_missing, ParaphRefusal *ret_refusal);

/* NULL: not placed (identity records: paraph_identities_find). */
ParaphEntry *paraph_ledger_find (ParaphLedger *self, const ParaphId *id);
ParaphChannel *paraph_ledger_find_channel (ParaphLedger *self, const ParaphId *channel);
/* All channels, ParaphChannel *, by id; negotiation may be NULL. Free with g_ptr_array_unref. */
GPtrArray *paraph_ledger_list_channels (ParaphLedger *self, const ParaphId *negotiation);

const ParaphHeader *paraph_entry_get_header (const ParaphEntry *self);
ParaphRecord *paraph_entry_get_record (const ParaphEntry *self);
ParaphChannel *paraph_entry_get_channel (const ParaphEntry *self);
/* TRUE where self is later, or lies in its past. Both of one channel. */
gboolean paraph_entry_reaches (const ParaphEntry *later, const ParaphEntry *self);
