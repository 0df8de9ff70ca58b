/* What the flows out share. Worker's thread. Arrays of ParaphId pass to the caller. */

#pragma once

#include "app/outbound.h"
#include "negotiation/channel.h"

/* Charter, joining and plenary membership: they go to everybody who is named and known. */
gboolean paraph_outbound_is_charter_class (const ParaphHeader *header);

/* Devices that a placed record goes to. */
GArray *paraph_outbound_list_record_recipients (ParaphHome *home, ParaphEntry *entry);

/* FALSE in the past of a membership "from here" of delegation. */
gboolean paraph_outbound_may_have_bodies (ParaphEntry *entry, const ParaphId *delegation);

/* Delegations named in any negotiation of this home that names about too. */
GArray *paraph_outbound_list_sharing (ParaphHome *home, const ParaphId *about);

/* Sends a directed bundle with a new one-time prekey, and notes when. Nothing where device cannot be
 * written to. */
gboolean paraph_outbound_bundle (ParaphHome *home, const ParaphId *device, GError **error);

/* Begins the session with device anew on its card. ret_is_begun: FALSE where it has none that does. */
gboolean paraph_outbound_begin_session (ParaphHome *home, const ParaphId *device,
                                        gboolean *ret_is_begun, GError **error);

/* As convener of the plenary: every member's card to every member, and to newcomer (may be NULL). */
gboolean paraph_outbound_introduce (ParaphHome *home, ParaphChannel *plenary,
                                    const ParaphId *newcomer, GError **error);

/* The record with those of its blobs that this home holds, in as many packets as they need. */
gboolean paraph_outbound_serve_record (ParaphHome *home, ParaphSealedRecord *sealed,
                                       gboolean with_blobs, GArray *devices, GError **error);

/* The card of about to devices. One that is larger than a card may be is not sent, with a notice. */
gboolean paraph_outbound_card_to (ParaphHome *home, const ParaphId *about, GArray *devices,
                                  GError **error);
