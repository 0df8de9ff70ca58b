/* The way out: Draft -> Record -> SealedRecord -> Packet -> Envelopes -> outbox.
 *
 * Everything is committed before a byte leaves; posting is app/sync.c's. Worker's thread, inside the
 * caller's transaction. */

#pragma once

#include "app/home.h"
#include "negotiation/packet.h"

/* Where a record is to be placed. */
typedef struct
{
  ParaphId negotiation; /* zero: in none yet, for a charter */
  ParaphId channel;     /* zero: in none yet, for an opening or a charter */
} ParaphWhere;

/* Places draft as the own device's next record there, stores it with its blobs (GBytes *, in any order; may be NULL), and puts
 * envelopes for every device that is to have it into the outbox. A record that would be without
 * effect is refused: the ledger in memory then says more than the store and has to be dropped. */
gboolean paraph_outbound_record (ParaphHome *home, ParaphDraft *draft, const ParaphWhere *where,
                                 GPtrArray *blobs, ParaphId *ret_id, GError **error);

/* Says something off the record: the own device's next talk message of channel, to every member
 * device that may talk. file_name and file may be NULL. */
gboolean paraph_outbound_talk (ParaphHome *home, const ParaphId *channel, const char *words,
                               const char *file_name, GBytes *file, GError **error);

/* Puts one packet for one device into the outbox, starting a session where there is none. FALSE with
 * *error unset: the device cannot be written to (no address, no powers). */
gboolean paraph_outbound_packet (ParaphHome *home, const ParaphId *device,
                                 const ParaphPacket *packet, const ParaphId *negotiation,
                                 const ParaphId *channel, GError **error);

/* The same for several devices (ParaphId), the packet encrypted once; those that cannot be written
 * to are left out. about: the record in the packet, or NULL. negotiation and channel may be NULL. */
typedef struct
{
  const ParaphPacket *packet;
  const ParaphId *negotiation;
  const ParaphId *channel;
  const ParaphId *about;
} ParaphSending;

gboolean paraph_outbound_send (ParaphHome *home, const ParaphSending *sending, GArray *devices,
                               guint *ret_reached, GError **error);

/* Sends the card of about to every device of to (NULL: every delegation that shares a channel with it). */
gboolean paraph_outbound_card (ParaphHome *home, const ParaphId *about, const ParaphId *to,
                               GError **error);

/* Devices that are to have records (or talk) of channel: ParaphId, own other devices included. */
GArray *paraph_outbound_list_recipients (ParaphHome *home, ParaphChannel *channel,
                                         ParaphPower power);

/* A record as a packet, with those of its blobs that this home holds. NULL: the store failed. */
ParaphPacket *paraph_outbound_make_record_packet (ParaphHome *home, ParaphSealedRecord *sealed,
                                                  gboolean with_blobs, GError **error);
