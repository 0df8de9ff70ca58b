#define G_LOG_DOMAIN "paraph-transport"

#include "transport/transport.h"

G_DEFINE_INTERFACE (ParaphTransport, paraph_transport, G_TYPE_OBJECT)

static void
paraph_transport_default_init (ParaphTransportInterface *iface)
{
  g_signal_new ("ready", G_TYPE_FROM_INTERFACE (iface), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

gboolean
paraph_transport_start (ParaphTransport *self, GBytes *mark, GError **error)
{
  g_return_val_if_fail (PARAPH_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return PARAPH_TRANSPORT_GET_IFACE (self)->start (self, mark, error);
}

void
paraph_transport_stop (ParaphTransport *self)
{
  g_return_if_fail (PARAPH_IS_TRANSPORT (self));

  PARAPH_TRANSPORT_GET_IFACE (self)->stop (self);
}

gboolean
paraph_transport_rescan (ParaphTransport *self, GError **error)
{
  g_return_val_if_fail (PARAPH_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return PARAPH_TRANSPORT_GET_IFACE (self)->rescan (self, error);
}

/* Refuses here, once for all carriers, what no carrier could deliver. */
gboolean
paraph_transport_post (ParaphTransport *self, const char *mailbox, GBytes *envelope, GError **error)
{
  g_return_val_if_fail (PARAPH_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (envelope != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!paraph_transport_is_hex (mailbox, PARAPH_TRANSPORT_MAILBOX_LENGTH))
    {
      g_set_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_INVALID,
                   "a mailbox is %d lower-case hexadecimal digits",
                   PARAPH_TRANSPORT_MAILBOX_LENGTH);
      return FALSE;
    }
  if (!paraph_transport_is_envelope_size (g_bytes_get_size (envelope)))
    {
      g_set_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_INVALID,
                   "no envelope has %" G_GSIZE_FORMAT " bytes", g_bytes_get_size (envelope));
      return FALSE;
    }
  return PARAPH_TRANSPORT_GET_IFACE (self)->post (self, mailbox, envelope, error);
}

ParaphTransportBatch *
paraph_transport_poll (ParaphTransport *self, guint max, GError **error)
{
  g_return_val_if_fail (PARAPH_IS_TRANSPORT (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return PARAPH_TRANSPORT_GET_IFACE (self)->poll (self, max, error);
}

gboolean
paraph_transport_done (ParaphTransport *self, const char *const *tokens, GError **error)
{
  g_return_val_if_fail (PARAPH_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (tokens != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return PARAPH_TRANSPORT_GET_IFACE (self)->done (self, tokens, error);
}

ParaphTransportStatus *
paraph_transport_dup_status (ParaphTransport *self)
{
  g_return_val_if_fail (PARAPH_IS_TRANSPORT (self), NULL);

  return PARAPH_TRANSPORT_GET_IFACE (self)->dup_status (self);
}
