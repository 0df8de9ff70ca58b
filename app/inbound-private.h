/* The handlers behind app/inbound.c. Worker's thread, inside one arrival's savepoint. FALSE only
 * when the store fails; what is wrong with a packet is an outcome. */

#pragma once

#include "app/home-private.h"
#include "app/inbound.h"
#include "negotiation/packet.h"

/* An opened packet and who brought it. */
typedef struct
{
  const ParaphPacket *packet;
  ParaphId sender;     /* device, proven by its session */
  ParaphId delegation; /* of that device */
} ParaphDelivery;

/* A record on its way in, and whether a person has let it in beyond the limits. All borrowed. */
typedef struct
{
  ParaphSealedRecord *sealed;
  GPtrArray *blobs;        /* or NULL */
  const ParaphId *carrier; /* or NULL */
  gboolean is_free;
} ParaphArrived;

/* What paraph_inbound_record does. */
gboolean paraph_inbound_arrived (ParaphHome *home, const ParaphArrived *arrived,
                                 ParaphOutcome *ret_outcome, GError **error);

/* The limit that a record that is not placed is beyond; NULL: none. */
gboolean paraph_inbound_find_limit (ParaphHome *home, const ParaphHeader *header,
                                    const char **ret_reason, GError **error);
gboolean paraph_inbound_hold (ParaphHome *home, const ParaphArrived *arrived, const char *reason,
                              GError **error);

gboolean paraph_inbound_talk (ParaphHome *home, const ParaphDelivery *delivery,
                              ParaphOutcome *ret_outcome, GError **error);
gboolean paraph_inbound_have (ParaphHome *home, const ParaphDelivery *delivery,
                              ParaphOutcome *ret_outcome, GError **error);
gboolean paraph_inbound_want (ParaphHome *home, const ParaphDelivery *delivery,
                              ParaphOutcome *ret_outcome, GError **error);
gboolean paraph_inbound_receipt (ParaphHome *home, const ParaphDelivery *delivery,
                                 ParaphOutcome *ret_outcome, GError **error);
gboolean paraph_inbound_cards (ParaphHome *home, const ParaphDelivery *delivery,
                               ParaphOutcome *ret_outcome, GError **error);
gboolean paraph_inbound_bundle (ParaphHome *home, const ParaphDelivery *delivery,
                                ParaphOutcome *ret_outcome, GError **error);

/* TRUE, with a notice and the stop written, where sealed is a record of our own chain that we do
 * not hold and that carries our valid signature. */
gboolean paraph_inbound_check_own (ParaphHome *home, ParaphSealedRecord *sealed,
                                   const ParaphId *carrier, gboolean *ret_is_old_copy,
                                   GError **error);
