#define G_LOG_DOMAIN "paraph-negotiation"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/packet-private.h"
#include "negotiation/value.h"

#define TIME_MAX G_GINT64_CONSTANT (253402300799) /* the last second of the year 9999 */
#define TIP_SIZE 73                               /* class, author, number, id */

static gboolean
read_tip (ParaphPacketInput *input, ParaphTip *ret_tip, GError **error)
{
  guint class = paraph_reader_u8 (&input->reader);
  guint64 number;

  paraph_reader_bytes (&input->reader, ret_tip->place.author.bytes, PARAPH_ID_SIZE);
  number = paraph_reader_u64 (&input->reader);
  paraph_reader_bytes (&input->reader, ret_tip->place.id.bytes, PARAPH_ID_SIZE);
  if (paraph_reader_error (&input->reader) != 0)
    return paraph_packet_refuse (error, "it ends too early");
  if (class > 1 || number > PARAPH_NUMBER_MAX || paraph_id_is_zero (&ret_tip->place.author)
      || paraph_id_is_zero (&ret_tip->place.id))
    return paraph_packet_refuse (error, "the newest record of a chain is not one that can be");
  ret_tip->is_identity = class == 1;
  ret_tip->place.number = (gint64) number;
  return TRUE;
}

/* Compares the bytes as they are on the wire, which are the values in order. */
static gboolean
read_tips (ParaphPacketInput *input, ParaphHave *have, GError **error)
{
  guint n = paraph_reader_u16 (&input->reader);
  const guint8 *data = g_bytes_get_data (input->bytes, NULL);

  if (n > PARAPH_HAVE_MAX)
    return paraph_packet_refuse (error, "it names more than 512 chains");
  have->tips = g_array_new (FALSE, TRUE, sizeof (ParaphTip));
  for (guint i = 0; i < n; i++)
    {
      gsize offset = paraph_reader_offset (&input->reader);
      ParaphTip tip;

      memset (&tip, 0, sizeof tip);
      if (!read_tip (input, &tip, error))
        return FALSE;
      if (i > 0 && memcmp (data + offset - TIP_SIZE, data + offset, TIP_SIZE) >= 0)
        return paraph_packet_refuse (error, "the chains in it are not in order");
      g_array_append_val (have->tips, tip);
    }
  return TRUE;
}

/* The recipient's own newest record: one signature, which its author made. */
static gboolean
read_last_own (ParaphPacketInput *input, ParaphHave *have, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  guint is_signed = paraph_reader_u8 (&input->reader);
  ParaphSignedBy by;

  if (is_signed > 1)
    return paraph_packet_refuse (error, "it does not say whether it shows a record");
  if (is_signed == 0)
    return TRUE;
  bytes = paraph_packet_take_bytes (input, PARAPH_HEADER_MAX);
  paraph_reader_bytes (&input->reader, by.signature.bytes, PARAPH_SIGNATURE_SIZE);
  if (paraph_reader_error (&input->reader) != 0)
    return paraph_packet_refuse (error, "the record in it is too long or not complete");
  header = paraph_packet_parse_header (bytes, error);
  if (header == NULL)
    return FALSE;
  if (paraph_kind_is_identity (header->kind))
    return paraph_packet_refuse (error, "the record that it shows is not of a device");
  by.key = header->author;
  have->last_own = paraph_sealed_record_new (header, &by, 1);
  return TRUE;
}

gboolean
paraph_packet_read_have (ParaphPacketInput *input, ParaphHave *have, GError **error)
{
  paraph_reader_bytes (&input->reader, have->channel.bytes, PARAPH_ID_SIZE);
  have->page = paraph_reader_u16 (&input->reader);
  have->pages = paraph_reader_u16 (&input->reader);
  if (paraph_id_is_zero (&have->channel) || have->page >= have->pages)
    return paraph_packet_refuse (error, "it names no channel, or a page that cannot be");
  return read_tips (input, have, error) && read_last_own (input, have, error);
}

static void
put_last_own (ParaphWriter *writer, const ParaphSealedRecord *sealed)
{
  guint i = 0;

  while (i < sealed->n_signatures
         && !paraph_id_equal (&sealed->signatures[i].key, &sealed->header->author))
    i++;
  paraph_packet_put_bytes (writer, sealed->header->bytes);
  if (i < sealed->n_signatures) /* without one the packet is not complete, and refused */
    paraph_writer_bytes (writer, sealed->signatures[i].signature.bytes, PARAPH_SIGNATURE_SIZE);
}

void
paraph_packet_put_have (ParaphWriter *writer, const ParaphHave *have)
{
  paraph_writer_bytes (writer, have->channel.bytes, PARAPH_ID_SIZE);
  paraph_writer_u16 (writer, (guint16) have->page);
  paraph_writer_u16 (writer, (guint16) have->pages);
  paraph_writer_u16 (writer, (guint16) have->tips->len);
  for (guint i = 0; i < have->tips->len; i++)
    {
      const ParaphTip *tip = &g_array_index (have->tips, ParaphTip, i);

      paraph_writer_u8 (writer, tip->is_identity ? 1 : 0);
      paraph_writer_bytes (writer, tip->place.author.bytes, PARAPH_ID_SIZE);
      paraph_writer_u64 (writer, (guint64) tip->place.number);
      paraph_writer_bytes (writer, tip->place.id.bytes, PARAPH_ID_SIZE);
    }
  paraph_writer_u8 (writer, have->last_own != NULL ? 1 : 0);
  if (have->last_own != NULL)
    put_last_own (writer, have->last_own);
}

static gboolean
read_ids (ParaphPacketInput *input, ParaphIdList *list, guint maximum, GError **error)
{
  guint n = paraph_reader_u16 (&input->reader);
  ParaphId before = { .bytes = { 0 } };

  if (n < 1 || n > maximum)
    return paraph_packet_refuse (error, "it names nothing, or too much at once");
  list->ids = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  for (guint i = 0; i < n; i++)
    {
      ParaphId id;

      paraph_reader_bytes (&input->reader, id.bytes, PARAPH_ID_SIZE);
      if (paraph_reader_error (&input->reader) != 0)
        return paraph_packet_refuse (error, "it ends too early");
      if (paraph_id_compare (&before, &id) >= 0)
        return paraph_packet_refuse (error, "what it names is not in order");
      g_array_append_val (list->ids, id);
      before = id;
    }
  return TRUE;
}

gboolean
paraph_packet_read_want (ParaphPacketInput *input, ParaphIdList *want, GError **error)
{
  paraph_reader_bytes (&input->reader, want->channel.bytes, PARAPH_ID_SIZE);
  if (paraph_id_is_zero (&want->channel))
    return paraph_packet_refuse (error, "it names no channel");
  return read_ids (input, want, PARAPH_WANT_MAX, error);
}

gboolean
paraph_packet_read_receipt (ParaphPacketInput *input, ParaphIdList *receipt, GError **error)
{
  return read_ids (input, receipt, PARAPH_RECEIPT_MAX, error);
}

void
paraph_packet_put_ids (ParaphWriter *writer, const ParaphIdList *list)
{
  paraph_writer_u16 (writer, (guint16) list->ids->len);
  for (guint i = 0; i < list->ids->len; i++)
    paraph_writer_bytes (writer, g_array_index (list->ids, ParaphId, i).bytes, PARAPH_ID_SIZE);
}

static gboolean
check_bundle (const ParaphBundlePacket *packet, GError **error)
{
  static const ParaphSessionKey none = { .bytes = { 0 } };
  const ParaphBundle *bundle = &packet->bundle;

  if (paraph_id_is_zero (&bundle->issuer) || paraph_id_is_zero (&bundle->recipient))
    return paraph_packet_refuse (error, "the keys in it are not from one device for another");
  if (bundle->registration_id < 1 || bundle->registration_id > PARAPH_REGISTRATION_ID_MAX
      || bundle->signed_prekey.id < 1 || bundle->signed_prekey.id > PARAPH_PREKEY_ID_MAX
      || bundle->prekey.id > PARAPH_PREKEY_ID_MAX)
    return paraph_packet_refuse (error, "a number of the keys in it cannot be");
  if (!bundle->has_prekey && memcmp (&bundle->prekey.key, &none, sizeof none) != 0)
    return paraph_packet_refuse (error, "it holds a one-time key without its number");
  return TRUE;
}

gboolean
paraph_packet_read_bundle (ParaphPacketInput *input, ParaphBundlePacket *packet, GError **error)
{
  ParaphReader *reader = &input->reader;
  ParaphBundle *bundle = &packet->bundle;
  guint64 issued;
  guint64 expires;

  paraph_reader_bytes (reader, bundle->issuer.bytes, PARAPH_ID_SIZE);
  paraph_reader_bytes (reader, bundle->recipient.bytes, PARAPH_ID_SIZE);
  bundle->registration_id = paraph_reader_u32 (reader);
  paraph_reader_bytes (reader, bundle->identity.bytes, sizeof bundle->identity.bytes);
  bundle->signed_prekey.id = paraph_reader_u32 (reader);
  paraph_reader_bytes (reader, bundle->signed_prekey.key.bytes,
                       sizeof bundle->signed_prekey.key.bytes);
  paraph_reader_bytes (reader, bundle->signed_prekey.signature.bytes,
                       sizeof bundle->signed_prekey.signature.bytes);
  bundle->prekey.id = paraph_reader_u32 (reader);
  paraph_reader_bytes (reader, bundle->prekey.key.bytes, sizeof bundle->prekey.key.bytes);
  issued = paraph_reader_u64 (reader);
  expires = paraph_reader_u64 (reader);
  paraph_reader_bytes (reader, packet->signature.bytes, PARAPH_SIGNATURE_SIZE);
  if (paraph_reader_error (reader) != 0)
    return paraph_packet_refuse (error, "it ends too early");
  if (issued > expires || expires > TIME_MAX)
    return paraph_packet_refuse (error, "the times of the keys in it cannot be");
  bundle->is_directed = true;
  bundle->has_prekey = bundle->prekey.id != 0;
  packet->issued = (gint64) issued;
  packet->expires = (gint64) expires;
  return check_bundle (packet, error);
}

static void
put_unsigned_bundle (ParaphWriter *writer, const ParaphBundlePacket *packet)
{
  const ParaphBundle *bundle = &packet->bundle;

  paraph_writer_bytes (writer, bundle->issuer.bytes, PARAPH_ID_SIZE);
  paraph_writer_bytes (writer, bundle->recipient.bytes, PARAPH_ID_SIZE);
  paraph_writer_u32 (writer, bundle->registration_id);
  paraph_writer_bytes (writer, bundle->identity.bytes, sizeof bundle->identity.bytes);
  paraph_writer_u32 (writer, bundle->signed_prekey.id);
  paraph_writer_bytes (writer, bundle->signed_prekey.key.bytes,
                       sizeof bundle->signed_prekey.key.bytes);
  paraph_writer_bytes (writer, bundle->signed_prekey.signature.bytes,
                       sizeof bundle->signed_prekey.signature.bytes);
  paraph_writer_u32 (writer, bundle->has_prekey ? bundle->prekey.id : 0);
  if (bundle->has_prekey)
    paraph_writer_bytes (writer, bundle->prekey.key.bytes, sizeof bundle->prekey.key.bytes);
  else
    paraph_writer_zeros (writer, sizeof bundle->prekey.key.bytes);
  paraph_writer_u64 (writer, (guint64) packet->issued);
  paraph_writer_u64 (writer, (guint64) packet->expires);
}

void
paraph_packet_put_bundle (ParaphWriter *writer, const ParaphBundlePacket *packet)
{
  put_unsigned_bundle (writer, packet);
  paraph_writer_bytes (writer, packet->signature.bytes, PARAPH_SIGNATURE_SIZE);
}

void
paraph_packet_hash_bundle (const ParaphBundlePacket *bundle, ParaphId *ret_hash)
{
  ParaphWriter writer;
  ParaphView view;

  paraph_writer_init (&writer, PARAPH_PACKET_MAX);
  put_unsigned_bundle (&writer, bundle);
  if (paraph_writer_finish (&writer, &view) != 0)
    g_error ("No memory for a few hundred bytes.");
  paraph_sha256 (view.data, view.size, ret_hash);
  paraph_writer_clear (&writer);
}
