#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/header-private.h"

#include <string.h>

#include "crypto/hash.h"

/* Instead of keeping what it writes, the writer compares it with the bytes that should come out. */
typedef struct
{
  const char *at;
  gsize left;
  gboolean is_same;
} Writer;

static void
put_bytes (Writer *writer, const char *text, gsize length)
{
  if (writer->left < length || memcmp (writer->at, text, length) != 0)
    {
      writer->is_same = FALSE;
      writer->left = 0;
      return;
    }
  writer->at += length;
  writer->left -= length;
}

static void
put (Writer *writer, const char *text)
{
  put_bytes (writer, text, strlen (text));
}

static void
put_id (Writer *writer, const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (paraph_id_is_zero (id))
    {
      put (writer, "-");
      return;
    }
  paraph_id_to_hex (id, hex);
  put_bytes (writer, hex, PARAPH_ID_HEX_SIZE);
}

/* A decimal of at least width digits. */
static void
put_number (Writer *writer, gint64 number, gsize width)
{
  char digits[24];
  gsize at = sizeof digits;

  while (at > 0 && (number > 0 || sizeof digits - at < width))
    {
      digits[--at] = (char) ('0' + number % 10);
      number /= 10;
    }
  put_bytes (writer, digits + at, sizeof digits - at);
}

static void
put_time (Writer *writer, gint64 time)
{
  const gint64 day_length = G_GINT64_CONSTANT (24) * 60 * 60, days_to_1970 = 719163;
  gint64 second = ((time % day_length) + day_length) % day_length;
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_julian (&date, (guint32) ((time - second) / day_length + days_to_1970));
  put_number (writer, g_date_get_year (&date), 4);
  put (writer, "-");
  put_number (writer, g_date_get_month (&date), 2);
  put (writer, "-");
  put_number (writer, g_date_get_day (&date), 2);
  put (writer, "T");
  put_number (writer, second / 3600, 2);
  put (writer, ":");
  put_number (writer, second / 60 % 60, 2);
  put (writer, ":");
  put_number (writer, second % 60, 2);
  put (writer, "Z");
}

static void
put_id_line (Writer *writer, const char *key, const ParaphId *id)
{
  put (writer, key);
  put_id (writer, id);
  put (writer, "\n");
}

static void
put_number_line (Writer *writer, const char *key, gint64 number)
{
  put (writer, key);
  put_number (writer, number, 1);
  put (writer, "\n");
}

static void
put_seen (Writer *writer, const ParaphHeader *header)
{
  if (header->n_seen == 0)
    put (writer, "seen: -\n");
  for (guint i = 0; i < header->n_seen; i++)
    {
      put (writer, "seen: ");
      put_id (writer, &header->seen[i].author);
      put (writer, " ");
      put_number (writer, header->seen[i].number, 1);
      put (writer, " ");
      put_id (writer, &header->seen[i].id);
      put (writer, "\n");
    }
}

static void
put_line (Writer *writer, const char *key, const char *value)
{
  put (writer, key);
  put (writer, ": ");
  put (writer, value);
  put (writer, "\n");
}

static void
put_fields (Writer *writer, const ParaphHeaderData *self)
{
  for (guint i = 0; i < self->n_groups; i++)
    {
      const ParaphHeaderGroup *group = &self->groups[i];
      if (group->n == 0)
        put_line (writer, group->key, "-");
      for (guint j = 0; j < group->n; j++)
        put_line (writer, group->key, self->values[group->first + j]);
    }
}

static void
put_bodies (Writer *writer, const ParaphHeader *header)
{
  for (guint i = 0; i < header->n_bodies; i++)
    {
      const ParaphBody *body = &header->bodies[i];
      put (writer, "body: ");
      put (writer, body->role);
      put (writer, " ");
      put (writer, body->name);
      put (writer, " ");
      put (writer, body->language != NULL ? body->language : "-");
      put (writer, " ");
      put (writer, body->media_type);
      put (writer, " ");
      put_number (writer, body->size, 1);
      put (writer, " ");
      put_id (writer, &body->blob);
      put (writer, "\n");
    }
}

gboolean
paraph_header_data_is_canonical (const ParaphHeaderData *self)
{
  const ParaphHeader *header = &self->header;
  Writer writer = { NULL, 0, TRUE };

  writer.at = g_bytes_get_data (header->bytes, &writer.left);
  put (&writer, "paraph-record 1\n");
  put_line (&writer, "kind", header->kind_word);
  put_id_line (&writer, "negotiation: ", &header->negotiation);
  put_id_line (&writer, "channel: ", &header->channel);
  put_id_line (&writer, "author: ", &header->author);
  put_id_line (&writer, "identity: ", &header->identity);
  put_number_line (&writer, "number: ", header->number);
  put_id_line (&writer, "previous: ", &header->previous);
  put_seen (&writer, header);
  put_number_line (&writer, "clock: ", header->clock);
  put (&writer, "time: ");
  put_time (&writer, header->time);
  put (&writer, "\n");
  put_line (&writer, "salt", self->salt);
  put_fields (&writer, self);
  put_bodies (&writer, header);
  put (&writer, "\n");
  return writer.is_same && writer.left == 0;
}
