/* A packet while it is read, and the parts that more than one kind of packet has. */

#pragma once

#include <glib.h>

#include "crypto/wire-reader.h"
#include "negotiation/header.h"

typedef struct
{
  GBytes *bytes; /* the whole packet */
  ParaphReader reader;
} ParaphPacketInput;

/* Sets error and returns FALSE. what completes the sentence "The packet is not of the legal form:
 * ..." and has no full stop. */
gboolean paraph_packet_refuse (GError **error, const char *what);

/* A part with a u32 size of at most maximum bytes, sharing the memory of the packet. Never NULL:
 * empty after a failure of the reader. */
GBytes *paraph_packet_take_bytes (ParaphPacketInput *input, gsize maximum);

/* The header of a record, for which the error is a sentence too. */
ParaphHeader *paraph_packet_parse_header (GBytes *bytes, GError **error);
