/* What the files of negotiation/packet*.c share: each kind's payload, read and written.
 *
 * Readers fill a packet that is all zero but for its kind; what they filled in is freed by
 * paraph_packet_free also when they fail. They leave it to the caller to ask the reader whether
 * it came to the end of the input without an error. */

#pragma once

#include <glib.h>

#include "crypto/wire-writer.h"
#include "negotiation/packet-input.h"
#include "negotiation/packet.h"

gboolean paraph_packet_read_record (ParaphPacketInput *input, ParaphRecordPacket *record,
                                    GError **error);
gboolean paraph_packet_read_talk (ParaphPacketInput *input, ParaphTalk *talk, GError **error);
gboolean paraph_packet_read_cards (ParaphPacketInput *input, GPtrArray **cards, GError **error);
gboolean paraph_packet_read_have (ParaphPacketInput *input, ParaphHave *have, GError **error);
gboolean paraph_packet_read_want (ParaphPacketInput *input, ParaphIdList *want, GError **error);
gboolean paraph_packet_read_receipt (ParaphPacketInput *input, ParaphIdList *receipt,
                                     GError **error);
gboolean paraph_packet_read_bundle (ParaphPacketInput *input, ParaphBundlePacket *bundle,
                                    GError **error);

void paraph_packet_put_bytes (ParaphWriter *writer, GBytes *bytes);
void paraph_packet_put_record (ParaphWriter *writer, const ParaphRecordPacket *record);
void paraph_packet_put_talk (ParaphWriter *writer, const ParaphTalk *talk);
void paraph_packet_put_cards (ParaphWriter *writer, GPtrArray *cards);
void paraph_packet_put_have (ParaphWriter *writer, const ParaphHave *have);
void paraph_packet_put_ids (ParaphWriter *writer, const ParaphIdList *list);
void paraph_packet_put_bundle (ParaphWriter *writer, const ParaphBundlePacket *bundle);
