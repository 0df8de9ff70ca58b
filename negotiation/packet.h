/* Packets: what one device says to another, before encryption.
 *
 * docs/PROTOCOL.md sections 10 and 12. A packet is a tagged union; the parts of it belong to it.
 * Parsing proves the form: no signature in it is verified. Not shared between threads while one
 * of them frees it; otherwise immutable. */

#pragma once

#include <glib.h>

#include "crypto/session-keys.h"
#include "negotiation/record.h"

#define PARAPH_PACKET_MAX ((gsize) 16 * 1024 * 1024)
#define PARAPH_TALK_WORDS_MAX ((gsize) 64 * 1024)
#define PARAPH_TALK_FILE_MAX ((gsize) 4 * 1024 * 1024)
#define PARAPH_HAVE_MAX 512
#define PARAPH_WANT_MAX 256
#define PARAPH_RECEIPT_MAX 1024
#define PARAPH_CARDS_MAX 64

typedef enum
{
  PARAPH_PACKET_RECORD = 1,
  PARAPH_PACKET_TALK = 2,
  PARAPH_PACKET_HAVE = 3,
  PARAPH_PACKET_WANT = 4,
  PARAPH_PACKET_RECEIPT = 5,
  PARAPH_PACKET_CARDS = 6,
  PARAPH_PACKET_BUNDLE = 7
} ParaphPacketKind;

typedef struct
{
  ParaphSealedRecord *sealed;
  GPtrArray *blobs; /* of GBytes: some of those the header names, in its order, SHA-256 and size
                       checked */
} ParaphRecordPacket;

typedef struct
{
  ParaphId channel;
  gint64 counter;
  ParaphId previous; /* paraph_talk_hash of the one before; zero for counter 0 */
  gint64 time;       /* seconds since 1970 */
  char *words;       /* UTF-8 */
  char *file_name;   /* NULL without a file */
  GBytes *file;
} ParaphTalk;

typedef struct
{
  gboolean is_identity; /* place.author is then a founding id */
  ParaphPlace place;
} ParaphTip;

typedef struct
{
  ParaphId channel;
  guint page; /* 0 to pages - 1 */
  guint pages;
  GArray *tips;                 /* of ParaphTip, sorted */
  ParaphSealedRecord *last_own; /* the recipient's newest record, one signature; or NULL */
} ParaphHave;

typedef struct
{
  ParaphId channel; /* zero in a receipt */
  GArray *ids;      /* of ParaphId, sorted: of records, or of envelopes */
} ParaphIdList;

typedef struct
{
  ParaphBundle bundle; /* directed; issuer and recipient are in it */
  gint64 issued;       /* seconds since 1970 */
  gint64 expires;
  ParaphSignature signature; /* by the issuer, over paraph_packet_hash_bundle */
} ParaphBundlePacket;

typedef struct
{
  ParaphPacketKind kind;
  union
  {
    ParaphRecordPacket record;
    ParaphTalk talk;
    ParaphHave have;
    ParaphIdList want;
    ParaphIdList receipt;
    GPtrArray *cards; /* of GBytes, each a file of negotiation/card.h */
    ParaphBundlePacket bundle;
  };
} ParaphPacket;

/* One whole packet, version and kind included; nothing may follow it. */
ParaphPacket *paraph_packet_parse (GBytes *bytes, GError **error);

/* The bytes; fails where paraph_packet_parse would refuse them. */
GBytes *paraph_packet_write (const ParaphPacket *self, GError **error);
void paraph_packet_free (ParaphPacket *self);

/* All of these take references or copies of what they are given, and sort tips and ids. blobs, tips
 * and last_own may be NULL. Nothing is checked before paraph_packet_write. */
ParaphPacket *paraph_packet_new_record (ParaphSealedRecord *sealed, GPtrArray *blobs);
ParaphPacket *paraph_packet_new_talk (const ParaphTalk *talk);
ParaphPacket *paraph_packet_new_have (const ParaphHave *have);
ParaphPacket *paraph_packet_new_want (const ParaphId *channel, const ParaphId *ids, guint n_ids);
ParaphPacket *paraph_packet_new_receipt (const ParaphId *ids, guint n_ids);
ParaphPacket *paraph_packet_new_cards (GPtrArray *cards);
ParaphPacket *paraph_packet_new_bundle (const ParaphBundlePacket *bundle);

/* What the signature of a bundle is over, in the namespace PARAPH_SSHSIG_BUNDLE; signature itself
 * is not read. */
void paraph_packet_hash_bundle (const ParaphBundlePacket *bundle, ParaphId *ret_hash);

/* What the next message of the same author and channel names as previous: BLAKE2b-256, purpose
 * "paraph-talk-1", of the payload of a talk packet, its bytes without version and kind. */
gboolean paraph_talk_hash (const ParaphPacket *talk, ParaphId *ret_hash, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphPacket, paraph_packet_free)
