/* The way in: bytes -> Envelope -> Packet -> SealedRecord -> Record -> placed -> stored.
 *
 * app/inbound.c opens, checks bindings and switches once to inbound-<kind>.c. Worker's thread; each
 * arrival inside a savepoint of the caller's transaction. */

#pragma once

#include "app/home.h"

typedef enum
{
  PARAPH_OUTCOME_APPLIED,
  PARAPH_OUTCOME_ALREADY_HAD,
  PARAPH_OUTCOME_WAITING,
  PARAPH_OUTCOME_REFUSED,
  PARAPH_OUTCOME_WITHOUT_EFFECT,
  PARAPH_OUTCOME_AT_THE_DOOR, /* from nobody we know yet: kept closed */
  PARAPH_OUTCOME_HELD         /* beyond a limit: kept, and let in when there is room */
} ParaphOutcome;

const char *paraph_outcome_get_word (ParaphOutcome outcome);

/* One envelope as the carrier brought it, in a savepoint of its own. FALSE only when the store fails;
 * what is wrong with the envelope is an outcome, and noted: nothing of it is done then. */
gboolean paraph_inbound_envelope (ParaphHome *home, GBytes *envelope, ParaphOutcome *ret_outcome,
                                  GError **error);

/* One record from a card, an answer, a packet or a waiting row: verified, placed, stored, and what
 * waited for it likewise. blobs (GBytes *) may be NULL. carrier: the device that brought it, or
 * NULL. */
gboolean paraph_inbound_record (ParaphHome *home, ParaphSealedRecord *sealed, GPtrArray *blobs,
                                const ParaphId *carrier, ParaphOutcome *ret_outcome,
                                GError **error);

/* Lets in what a limit had held back: one record whatever the limits say, for a person; or all for
 * which there is room by now. ret_let_in counts up. */
gboolean paraph_inbound_let_in (ParaphHome *home, const ParaphId *id, ParaphOutcome *ret_outcome,
                                GError **error);
gboolean paraph_inbound_let_in_all (ParaphHome *home, guint *ret_let_in, GError **error);

/* A card, invitation or answer: identity records and address blocks are taken in, and its other
 * record (charter, joining) too. Refused whole where any item is not what it claims. */
gboolean paraph_inbound_card (ParaphHome *home, GBytes *file, ParaphId *ret_delegation,
                              GError **error);

/* Tries what was held back again: its sender may be known by now, or its session begun. ret_opened
 * counts up. */
gboolean paraph_inbound_retry (ParaphHome *home, guint *ret_opened, GError **error);
