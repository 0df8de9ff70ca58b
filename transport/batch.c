#define G_LOG_DOMAIN "paraph-transport"

#include "transport/batch.h"

#include <string.h>

G_DEFINE_QUARK (paraph - transport - error - quark, paraph_transport_error)

static void
arrival_free (gpointer data)
{
  ParaphArrival *arrival = data;

  g_bytes_unref (arrival->bytes);
  g_free (arrival->token);
  g_free (arrival);
}

gboolean
paraph_transport_is_envelope_size (guint64 size)
{
  static const guint ladder[] = { 1, 2, 4, 8, 16, 32, 48 };

  for (gsize i = 0; i < G_N_ELEMENTS (ladder); i++)
    if (size == (guint64) ladder[i] * 1024)
      return TRUE;
  return FALSE;
}

gboolean
paraph_transport_is_hex (const char *text, gsize length)
{
  if (text == NULL || strnlen (text, length + 1) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]) && (text[i] < 'a' || text[i] > 'f'))
      return FALSE;
  return TRUE;
}

ParaphTransportBatch *
paraph_transport_batch_new (void)
{
  ParaphTransportBatch *self = g_new0 (ParaphTransportBatch, 1);

  self->arrivals = g_ptr_array_new_with_free_func (arrival_free);
  self->accepted = g_ptr_array_new_with_free_func (g_free);
  self->incomplete = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
paraph_transport_batch_add (ParaphTransportBatch *self, GBytes *bytes, const char *token)
{
  ParaphArrival *arrival = g_new0 (ParaphArrival, 1);

  arrival->bytes = g_bytes_ref (bytes);
  arrival->token = g_strdup (token);
  g_ptr_array_add (self->arrivals, arrival);
}

void
paraph_transport_batch_free (ParaphTransportBatch *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->arrivals);
  g_ptr_array_unref (self->accepted);
  g_ptr_array_unref (self->incomplete);
  g_clear_pointer (&self->mark, g_bytes_unref);
  g_free (self);
}

void
paraph_transport_status_free (ParaphTransportStatus *self)
{
  if (self == NULL)
    return;
  g_free (self->detail);
  g_free (self);
}
