#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/packet.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/packet-private.h"

#define VERSION 1
#define PREFIX_SIZE 2 /* version and kind */

gboolean
paraph_packet_refuse (GError **error, const char *what)
{
  g_set_error (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_MALFORMED,
               "The packet is not of the legal form: %s.", what);
  return FALSE;
}

static gboolean
read_payload (ParaphPacketInput *input, ParaphPacket *packet, GError **error)
{
  switch (packet->kind)
    {
    case PARAPH_PACKET_RECORD:
      return paraph_packet_read_record (input, &packet->record, error);
    case PARAPH_PACKET_TALK:
      return paraph_packet_read_talk (input, &packet->talk, error);
    case PARAPH_PACKET_HAVE:
      return paraph_packet_read_have (input, &packet->have, error);
    case PARAPH_PACKET_WANT:
      return paraph_packet_read_want (input, &packet->want, error);
    case PARAPH_PACKET_RECEIPT:
      return paraph_packet_read_receipt (input, &packet->receipt, error);
    case PARAPH_PACKET_CARDS:
      return paraph_packet_read_cards (input, &packet->cards, error);
    case PARAPH_PACKET_BUNDLE:
      return paraph_packet_read_bundle (input, &packet->bundle, error);
    default:
      return paraph_packet_refuse (error, "its kind is unknown");
    }
}

ParaphPacket *
paraph_packet_parse (GBytes *bytes, GError **error)
{
  ParaphPacketInput input = { .bytes = bytes };
  g_autoptr (ParaphPacket) packet = g_new0 (ParaphPacket, 1);
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (bytes, &size);
  guint version;
  guint kind;

  if (size > PARAPH_PACKET_MAX)
    {
      g_set_error_literal (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_LIMIT,
                           "The packet is larger than 16 MiB.");
      return NULL;
    }
  paraph_reader_init (&input.reader, data, size);
  version = paraph_reader_u8 (&input.reader);
  kind = paraph_reader_u8 (&input.reader);
  if (version != VERSION || kind < PARAPH_PACKET_RECORD || kind > PARAPH_PACKET_BUNDLE)
    {
      paraph_packet_refuse (error, "its version or kind is unknown");
      return NULL;
    }
  packet->kind = (ParaphPacketKind) kind;
  if (!read_payload (&input, packet, error))
    return NULL;
  if (paraph_reader_finish (&input.reader) != 0)
    {
      paraph_packet_refuse (error, "it is not complete, or something follows it");
      return NULL;
    }
  return g_steal_pointer (&packet);
}

static void
put_payload (ParaphWriter *writer, const ParaphPacket *packet)
{
  switch (packet->kind)
    {
    case PARAPH_PACKET_RECORD:
      paraph_packet_put_record (writer, &packet->record);
      break;
    case PARAPH_PACKET_TALK:
      paraph_packet_put_talk (writer, &packet->talk);
      break;
    case PARAPH_PACKET_HAVE:
      paraph_packet_put_have (writer, &packet->have);
      break;
    case PARAPH_PACKET_WANT:
      paraph_writer_bytes (writer, packet->want.channel.bytes, PARAPH_ID_SIZE);
      paraph_packet_put_ids (writer, &packet->want);
      break;
    case PARAPH_PACKET_RECEIPT:
      paraph_packet_put_ids (writer, &packet->receipt);
      break;
    case PARAPH_PACKET_CARDS:
      paraph_packet_put_cards (writer, packet->cards);
      break;
    case PARAPH_PACKET_BUNDLE:
      paraph_packet_put_bundle (writer, &packet->bundle);
      break;
    default:
      g_assert_not_reached ();
    }
}

GBytes *
paraph_packet_write (const ParaphPacket *self, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ParaphPacket) checked = NULL;
  ParaphWriter writer;
  ParaphView view;

  paraph_writer_init (&writer, PARAPH_PACKET_MAX);
  paraph_writer_u8 (&writer, VERSION);
  paraph_writer_u8 (&writer, (guint8) self->kind);
  put_payload (&writer, self);
  if (paraph_writer_finish (&writer, &view) == 0)
    bytes = g_bytes_new (view.data, view.size);
  paraph_writer_clear (&writer);
  if (bytes == NULL)
    {
      g_set_error_literal (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_LIMIT,
                           "The packet would be larger than 16 MiB.");
      return NULL;
    }
  checked = paraph_packet_parse (bytes, error);
  return checked == NULL ? NULL : g_steal_pointer (&bytes);
}

static void
clear_talk (ParaphTalk *talk)
{
  g_free (talk->words);
  g_free (talk->file_name);
  g_clear_pointer (&talk->file, g_bytes_unref);
}

void
paraph_packet_free (ParaphPacket *self)
{
  switch (self->kind)
    {
    case PARAPH_PACKET_RECORD:
      g_clear_pointer (&self->record.sealed, paraph_sealed_record_unref);
      g_clear_pointer (&self->record.blobs, g_ptr_array_unref);
      break;
    case PARAPH_PACKET_TALK:
      clear_talk (&self->talk);
      break;
    case PARAPH_PACKET_HAVE:
      g_clear_pointer (&self->have.tips, g_array_unref);
      g_clear_pointer (&self->have.last_own, paraph_sealed_record_unref);
      break;
    case PARAPH_PACKET_WANT:
      g_clear_pointer (&self->want.ids, g_array_unref);
      break;
    case PARAPH_PACKET_RECEIPT:
      g_clear_pointer (&self->receipt.ids, g_array_unref);
      break;
    case PARAPH_PACKET_CARDS:
      g_clear_pointer (&self->cards, g_ptr_array_unref);
      break;
    case PARAPH_PACKET_BUNDLE:
    default: /* nothing of its own; also a packet whose kind was not read yet */
      break;
    }
  g_free (self);
}

static ParaphPacket *
packet_new (ParaphPacketKind kind)
{
  ParaphPacket *self = g_new0 (ParaphPacket, 1);

  self->kind = kind;
  return self;
}

static void
bytes_unref (gpointer bytes)
{
  g_bytes_unref (bytes);
}

static GPtrArray *
copy_bytes (GPtrArray *source)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (bytes_unref);

  for (guint i = 0; source != NULL && i < source->len; i++)
    g_ptr_array_add (copy, g_bytes_ref (g_ptr_array_index (source, i)));
  return copy;
}

ParaphPacket *
paraph_packet_new_record (ParaphSealedRecord *sealed, GPtrArray *blobs)
{
  ParaphPacket *self = packet_new (PARAPH_PACKET_RECORD);

  self->record.sealed = paraph_sealed_record_ref (sealed);
  self->record.blobs = copy_bytes (blobs);
  return self;
}

ParaphPacket *
paraph_packet_new_talk (const ParaphTalk *talk)
{
  ParaphPacket *self = packet_new (PARAPH_PACKET_TALK);

  self->talk = *talk;
  self->talk.words = g_strdup (talk->words);
  self->talk.file_name = g_strdup (talk->file_name);
  self->talk.file = talk->file == NULL ? NULL : g_bytes_ref (talk->file);
  return self;
}

static int
compare_tips (gconstpointer a, gconstpointer b)
{
  const ParaphTip *first = a;
  const ParaphTip *second = b;
  int order;

  if (!first->is_identity != !second->is_identity)
    return first->is_identity ? 1 : -1;
  order = paraph_id_compare (&first->place.author, &second->place.author);
  if (order != 0)
    return order;
  if (first->place.number != second->place.number)
    return first->place.number < second->place.number ? -1 : 1;
  return paraph_id_compare (&first->place.id, &second->place.id);
}

ParaphPacket *
paraph_packet_new_have (const ParaphHave *have)
{
  ParaphPacket *self = packet_new (PARAPH_PACKET_HAVE);

  self->have = *have;
  self->have.tips = g_array_new (FALSE, TRUE, sizeof (ParaphTip));
  if (have->tips != NULL && have->tips->len > 0)
    g_array_append_vals (self->have.tips, have->tips->data, have->tips->len);
  g_array_sort (self->have.tips, compare_tips);
  if (have->last_own != NULL)
    self->have.last_own = paraph_sealed_record_ref (have->last_own);
  return self;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return paraph_id_compare (a, b);
}

static GArray *
sort_ids (const ParaphId *ids, guint n_ids)
{
  GArray *copy = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  if (n_ids > 0)
    g_array_append_vals (copy, ids, n_ids);
  g_array_sort (copy, compare_ids);
  return copy;
}

ParaphPacket *
paraph_packet_new_want (const ParaphId *channel, const ParaphId *ids, guint n_ids)
{
  ParaphPacket *self = packet_new (PARAPH_PACKET_WANT);

  self->want.channel = *channel;
  self->want.ids = sort_ids (ids, n_ids);
  return self;
}

ParaphPacket *
paraph_packet_new_receipt (const ParaphId *ids, guint n_ids)
{
  ParaphPacket *self = packet_new (PARAPH_PACKET_RECEIPT);

  self->receipt.ids = sort_ids (ids, n_ids);
  return self;
}

ParaphPacket *
paraph_packet_new_cards (GPtrArray *cards)
{
  ParaphPacket *self = packet_new (PARAPH_PACKET_CARDS);

  self->cards = copy_bytes (cards);
  return self;
}

ParaphPacket *
paraph_packet_new_bundle (const ParaphBundlePacket *bundle)
{
  ParaphPacket *self = packet_new (PARAPH_PACKET_BUNDLE);

  self->bundle = *bundle;
  return self;
}

gboolean
paraph_talk_hash (const ParaphPacket *talk, ParaphId *ret_hash, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *data;
  gsize size = 0;
  ParaphId hash;

  g_assert (talk->kind == PARAPH_PACKET_TALK);
  bytes = paraph_packet_write (talk, error);
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  if (paraph_blake2b ("paraph-talk-1", NULL, data + PREFIX_SIZE, size - PREFIX_SIZE, hash.bytes,
                      sizeof hash.bytes)
      != 0)
    return paraph_packet_refuse (error, "its hash cannot be computed");
  *ret_hash = hash;
  return TRUE;
}
