/* What a channel of the ledger holds: its chains, tips and order. See negotiation/ledger.h. */

#pragma once

#include "negotiation/ledger.h"

const ParaphId *paraph_channel_get_id (const ParaphChannel *self);
const ParaphId *paraph_channel_get_negotiation (const ParaphChannel *self);
ParaphLedger *paraph_channel_get_ledger (const ParaphChannel *self);
/* The charter or channel record it began with. */
ParaphEntry *paraph_channel_get_opening (const ParaphChannel *self);
/* The plenary's channel of the same negotiation; self for the plenary. */
ParaphChannel *paraph_channel_get_plenary (ParaphChannel *self);

/* All entries in shown order, ParaphEntry *; borrowed, valid until the next placing. */
const GPtrArray *paraph_channel_list (ParaphChannel *self);

/* The last record of every branch of every chain, by (author, number, id), of ParaphPlace. */
GArray *paraph_channel_list_tips (ParaphChannel *self);
/* The same within the past of as_of. */
GArray *paraph_channel_list_tips_at (ParaphChannel *self, ParaphEntry *as_of);

/* Entries in the past of as_of in shown order; free with g_ptr_array_unref. */
GPtrArray *paraph_channel_list_past (ParaphChannel *self, ParaphEntry *as_of);
/* Ids of all identity records in the past of as_of, by id, ParaphId; g_array_unref. */
GArray *paraph_channel_list_identities_at (ParaphChannel *self, ParaphEntry *as_of);
/* Tips of the identity chains in the past of as_of, as places (author: founding id), sorted. */
GArray *paraph_channel_list_identity_tips_at (ParaphChannel *self, ParaphEntry *as_of);

/* The forked number of a chain, lowest first, with the two lowest ids there; FALSE: no fork. */
gboolean paraph_channel_find_fork (ParaphChannel *self, const ParaphId *author,
                                   ParaphEntry **ret_first, ParaphEntry **ret_second);
/* Authors (devices) with a chain here, ParaphId, sorted. */
GArray *paraph_channel_list_authors (ParaphChannel *self);
/* The record a device's next one here follows; NULL: none yet. */
ParaphEntry *paraph_channel_find_own_head (ParaphChannel *self, const ParaphId *author);

/* Where author's next record stands: number, previous, seen (a new GArray the caller frees) and
 * clock. FALSE where the author's own chain is forked. */
gboolean paraph_channel_next_place (ParaphChannel *self, const ParaphId *author,
                                    const ParaphId *identity, ParaphPosition *ret_position);
