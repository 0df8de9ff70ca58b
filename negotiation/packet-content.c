#define G_LOG_DOMAIN "paraph-negotiation"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/card.h"
#include "negotiation/packet-private.h"
#include "negotiation/value.h"

#define TIME_MAX G_GINT64_CONSTANT (253402300799) /* the last second of the year 9999 */

static void
bytes_unref (gpointer bytes)
{
  g_bytes_unref (bytes);
}

GBytes *
paraph_packet_take_bytes (ParaphPacketInput *input, gsize maximum)
{
  ParaphView view = paraph_reader_blob (&input->reader, maximum);

  if (view.size == 0)
    return g_bytes_new (NULL, 0);
  return g_bytes_new_from_bytes (input->bytes, paraph_reader_offset (&input->reader) - view.size,
                                 view.size);
}

void
paraph_packet_put_bytes (ParaphWriter *writer, GBytes *bytes)
{
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  paraph_writer_blob (writer, data, size);
}

ParaphHeader *
paraph_packet_parse_header (GBytes *bytes, GError **error)
{
  g_autoptr (GError) reason = NULL;
  ParaphHeader *header = paraph_header_parse (bytes, &reason);

  if (header == NULL)
    g_set_error (error, PARAPH_NEGOTIATION_ERROR, reason->code,
                 "The record in the packet cannot be read (%s).", reason->message);
  return header;
}

static gboolean
read_signatures (ParaphPacketInput *input, ParaphSignedBy *signatures, guint *ret_n, GError **error)
{
  guint n = paraph_reader_u8 (&input->reader);

  if (n < 1 || n > PARAPH_SIGNATURES_MAX)
    return paraph_packet_refuse (error, "a record in it has no signature, or more than 16");
  for (guint i = 0; i < n; i++)
    {
      paraph_reader_bytes (&input->reader, signatures[i].key.bytes, PARAPH_ID_SIZE);
      paraph_reader_bytes (&input->reader, signatures[i].signature.bytes, PARAPH_SIGNATURE_SIZE);
      if (paraph_reader_error (&input->reader) != 0)
        return paraph_packet_refuse (error, "it ends too early");
      if (i > 0 && memcmp (&signatures[i - 1], &signatures[i], sizeof *signatures) >= 0)
        return paraph_packet_refuse (error, "the signatures in it are not in order");
    }
  *ret_n = n;
  return TRUE;
}

static gboolean
is_body (const ParaphBody *body, const ParaphId *id, gsize size)
{
  return paraph_id_equal (&body->blob, id) && body->size == (gint64) size;
}

/* Blobs follow the lines of the header, each of which may be passed over. */
static gboolean
read_blobs (ParaphPacketInput *input, const ParaphHeader *header, GPtrArray *blobs, GError **error)
{
  guint n = paraph_reader_u8 (&input->reader);
  guint body = 0;

  if (n > header->n_bodies)
    return paraph_packet_refuse (error, "it holds more bodies than the record names");
  for (guint i = 0; i < n; i++)
    {
      GBytes *blob = paraph_packet_take_bytes (input, PARAPH_PACKET_MAX);
      gsize size = 0;
      gconstpointer data = g_bytes_get_data (blob, &size);
      ParaphId id;

      g_ptr_array_add (blobs, blob);
      paraph_sha256 (data, size, &id);
      while (body < header->n_bodies && !is_body (&header->bodies[body], &id, size))
        body++;
      if (body++ == header->n_bodies)
        return paraph_packet_refuse (error, "a body in it is not one that the record names next");
    }
  return TRUE;
}

gboolean
paraph_packet_read_record (ParaphPacketInput *input, ParaphRecordPacket *record, GError **error)
{
  g_autoptr (GBytes) bytes = paraph_packet_take_bytes (input, PARAPH_HEADER_MAX);
  g_autoptr (ParaphHeader) header = NULL;
  ParaphSignedBy signatures[PARAPH_SIGNATURES_MAX];
  guint n = 0;

  if (paraph_reader_error (&input->reader) != 0)
    return paraph_packet_refuse (error, "the record in it is too long or not complete");
  header = paraph_packet_parse_header (bytes, error);
  if (header == NULL || !read_signatures (input, signatures, &n, error))
    return FALSE;
  record->sealed = paraph_sealed_record_new (header, signatures, n);
  record->blobs = g_ptr_array_new_with_free_func (bytes_unref);
  return read_blobs (input, header, record->blobs, error);
}

void
paraph_packet_put_record (ParaphWriter *writer, const ParaphRecordPacket *record)
{
  const ParaphSealedRecord *sealed = record->sealed;

  paraph_packet_put_bytes (writer, sealed->header->bytes);
  paraph_writer_u8 (writer, (guint8) sealed->n_signatures);
  for (guint i = 0; i < sealed->n_signatures; i++)
    {
      paraph_writer_bytes (writer, sealed->signatures[i].key.bytes, PARAPH_ID_SIZE);
      paraph_writer_bytes (writer, sealed->signatures[i].signature.bytes, PARAPH_SIGNATURE_SIZE);
    }
  paraph_writer_u8 (writer, (guint8) record->blobs->len);
  for (guint i = 0; i < record->blobs->len; i++)
    paraph_packet_put_bytes (writer, g_ptr_array_index (record->blobs, i));
}

/* A part that is UTF-8 without a zero byte; NULL where it is not. */
static char *
take_text (ParaphPacketInput *input, gsize maximum)
{
  ParaphView view = paraph_reader_blob (&input->reader, maximum);
  const char *text = (const char *) view.data;

  if (paraph_reader_error (&input->reader) != 0 || !g_utf8_validate_len (text, view.size, NULL))
    return NULL;
  return g_strndup (text, view.size);
}

static gboolean
read_file (ParaphPacketInput *input, ParaphTalk *talk, GError **error)
{
  guint has_file = paraph_reader_u8 (&input->reader);

  if (has_file > 1)
    return paraph_packet_refuse (error, "it does not say whether the message has a file");
  if (has_file == 0)
    return TRUE;
  talk->file_name = take_text (input, PARAPH_NAME_MAX);
  if (talk->file_name == NULL || !paraph_value_is_name (talk->file_name))
    return paraph_packet_refuse (error, "the file in it has no proper name");
  talk->file = paraph_packet_take_bytes (input, PARAPH_TALK_FILE_MAX);
  return TRUE;
}

gboolean
paraph_packet_read_talk (ParaphPacketInput *input, ParaphTalk *talk, GError **error)
{
  guint64 counter;
  guint64 time;

  paraph_reader_bytes (&input->reader, talk->channel.bytes, PARAPH_ID_SIZE);
  counter = paraph_reader_u64 (&input->reader);
  paraph_reader_bytes (&input->reader, talk->previous.bytes, PARAPH_ID_SIZE);
  time = paraph_reader_u64 (&input->reader);
  if (paraph_id_is_zero (&talk->channel))
    return paraph_packet_refuse (error, "the message in it names no channel");
  if (counter > PARAPH_NUMBER_MAX || time > TIME_MAX)
    return paraph_packet_refuse (error, "the message in it has an impossible number or time");
  if (counter == 0 && !paraph_id_is_zero (&talk->previous))
    return paraph_packet_refuse (error, "the first message names one before it");
  talk->counter = (gint64) counter;
  talk->time = (gint64) time;
  talk->words = take_text (input, PARAPH_TALK_WORDS_MAX);
  if (talk->words == NULL)
    return paraph_packet_refuse (error, "the words in it are not text, or too many");
  return read_file (input, talk, error);
}

void
paraph_packet_put_talk (ParaphWriter *writer, const ParaphTalk *talk)
{
  gboolean has_file = talk->file != NULL || talk->file_name != NULL;

  paraph_writer_bytes (writer, talk->channel.bytes, PARAPH_ID_SIZE);
  paraph_writer_u64 (writer, (guint64) talk->counter);
  paraph_writer_bytes (writer, talk->previous.bytes, PARAPH_ID_SIZE);
  paraph_writer_u64 (writer, (guint64) talk->time);
  paraph_writer_text (writer, talk->words == NULL ? "" : talk->words);
  paraph_writer_u8 (writer, has_file ? 1 : 0);
  if (!has_file)
    return;
  paraph_writer_text (writer, talk->file_name == NULL ? "" : talk->file_name);
  if (talk->file != NULL)
    paraph_packet_put_bytes (writer, talk->file);
}

gboolean
paraph_packet_read_cards (ParaphPacketInput *input, GPtrArray **cards, GError **error)
{
  guint n = 0;

  *cards = g_ptr_array_new_with_free_func (bytes_unref);
  for (; n < PARAPH_CARDS_MAX && paraph_reader_remaining (&input->reader) > 0; n++)
    {
      GBytes *bytes = paraph_packet_take_bytes (input, PARAPH_CARD_MAX);
      g_autoptr (ParaphCard) card = NULL;

      g_ptr_array_add (*cards, bytes);
      if (paraph_reader_error (&input->reader) != 0)
        return paraph_packet_refuse (error, "a card in it is too long or not complete");
      card = paraph_card_parse (bytes, PARAPH_CARD_ANY, error);
      if (card == NULL)
        return FALSE;
    }
  if (n == 0)
    return paraph_packet_refuse (error, "it holds no card");
  return TRUE;
}

void
paraph_packet_put_cards (ParaphWriter *writer, GPtrArray *cards)
{
  for (guint i = 0; i < cards->len; i++)
    paraph_packet_put_bytes (writer, g_ptr_array_index (cards, i));
}
