/* The way out: Draft -> Record -> SealedRecord -> Packet -> Envelopes -> outbox.
 *
 * Everything is committed before a byte leaves; posting is app/sync.c's. Worker's thread, inside the
 * caller's transaction. */

#pragma once

#include "app/home.h"
#include "negotiation/packet.h"

/* Places draft as the own device's next record in channel (zero id: an opening, or with negotiation
 * zero too a charter), stores it with its blobs (GBytes *, in any order; may be NULL), and puts
 * envelopes for every device that is to have it into the outbox. A record that would be without
 * effect is refused before anything is stored. */
gboolean paraph_outbound_record (ParaphHome *home, ParaphDraft *draft, const ParaphId *negotiation,
                                 const ParaphId *channel, GPtrArray *blobs, ParaphId *ret_id,
                                 GError **error);

/* Puts one packet for one device into the outbox, starting a session where there is none. FALSE with
 * *error unset: the device cannot be written to (no address, no powers). */
gboolean paraph_outbound_packet (ParaphHome *home, const ParaphId *device,
                                 const ParaphPacket *packet, const ParaphId *negotiation,
                                 const ParaphId *channel, GError **error);

/* Sends the card of about to every device of to (zero: every delegation that shares a channel). */
gboolean paraph_outbound_card (ParaphHome *home, const ParaphId *about, const ParaphId *to,
                               GError **error);

/* Devices that are to have records (or talk) of channel: ParaphId, own other devices included. */
GArray *paraph_outbound_list_recipients (ParaphHome *home, ParaphChannel *channel,
                                         ParaphPower power);
