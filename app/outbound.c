/* A packet becomes one ciphertext; its pieces become envelopes for each device. */

#include "app/outbound-private.h"

#include <string.h>

#include "app/home-private.h"
#include "crypto/content.h"
#include "crypto/envelope.h"
#include "crypto/hash.h"
#include "store/outbox-table.h"

/* One packet, encrypted once. */
typedef struct
{
  const ParaphSending *sending;
  GBytes *ciphertext; /* owned */
  ParaphSecret *key;  /* owned; NULL before the first device */
  ParaphId hash;
  guint16 pieces;
} Content;

static void
content_clear (Content *self)
{
  g_clear_pointer (&self->ciphertext, g_bytes_unref);
  paraph_secret_clear (&self->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Content, content_clear)

/* One device and what its envelopes are made with. */
typedef struct
{
  ParaphId device;
  const ParaphSecret *key; /* borrowed */
  char *mailbox;           /* owned */
  ParaphSessionMessage message;
} Delivery;

static gboolean
content_seal (Content *self, ParaphHome *home, GError **error)
{
  g_autoptr (GBytes) packet = NULL;
  g_autofree guint8 *bytes = NULL;
  gsize size = 0;

  if (self->ciphertext != NULL)
    return TRUE;
  packet = paraph_packet_write (self->sending->packet, error);
  if (packet == NULL)
    return FALSE;
  size = g_bytes_get_size (packet);
  bytes = g_malloc (size + PARAPH_CONTENT_OVERHEAD);
  if (!paraph_home_check (paraph_content_seal (g_bytes_get_data (packet, NULL), size, bytes,
                                               &self->key, &self->hash),
                          "The packet cannot be encrypted", error))
    return FALSE;
  size += PARAPH_CONTENT_OVERHEAD;
  self->ciphertext = g_bytes_new_take (g_steal_pointer (&bytes), size);
  self->pieces = paraph_content_count_pieces (size);
  return paraph_outbox_table_add_content (home->store, &self->hash, self->ciphertext, error);
}

static gboolean
begin_on_card (ParaphHome *home, const ParaphPowers *powers, const ParaphAddress *address,
               GError **error)
{
  ParaphBundle bundle = { 0 };

  paraph_address_get_bundle (address, &powers->session, &bundle);
  return paraph_home_check (paraph_sessions_process_bundle (home->sessions, &bundle),
                            "No session can be begun with that device", error);
}

/* Begins a session on the card's signed prekey where there is none. */
static gboolean
start_session (ParaphHome *home, const ParaphPowers *powers, const ParaphAddress *address,
               GError **error)
{
  bool has = false;

  if (!paraph_home_check (paraph_sessions_has (home->sessions, &powers->device, &has),
                          "The sessions cannot be read", error))
    return FALSE;
  return has || begin_on_card (home, powers, address, error);
}

/* Ends the savepoint of one device: kept where nothing failed, else undone. What the device itself
 * makes impossible is told and left out; a failing store is an error. Takes failure. */
static gboolean
end_attempt (ParaphHome *home, const ParaphId *device, GError *failure, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);
  g_autoptr (GError) inner = failure;

  if (inner == NULL)
    return paraph_database_release (database, PARAPH_SAVEPOINT_SESSION, error);
  if (!paraph_database_undo (database, PARAPH_SAVEPOINT_SESSION, error))
    return FALSE;
  if (g_error_matches (inner, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED))
    return paraph_home_tell (
        home,
        &(const ParaphNote){ .kind = "unreachable", .device = device, .detail = inner->message },
        error);
  g_propagate_error (error, g_steal_pointer (&inner));
  return FALSE;
}

gboolean
paraph_outbound_begin_session (ParaphHome *home, const ParaphId *device, gboolean *ret_is_begun,
                               GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);
  const ParaphPowers *powers = paraph_home_find_device (home, device);
  g_autoptr (GError) inner = NULL;
  g_autoptr (ParaphAddress) address = paraph_home_get_address (home, device, &inner);

  *ret_is_begun = FALSE;
  if (inner != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&inner));
      return FALSE;
    }
  if (powers == NULL || address == NULL)
    return TRUE;
  if (!paraph_database_savepoint (database, PARAPH_SAVEPOINT_SESSION, error))
    return FALSE;
  *ret_is_begun = begin_on_card (home, powers, address, &inner);
  return end_attempt (home, device, g_steal_pointer (&inner), error);
}

static gboolean
make_wrap (Content *self, ParaphHome *home, Delivery *delivery, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *plain = NULL;
  ParaphWrap wrap = { 0 };

  wrap.key = self->key;
  wrap.hash = self->hash;
  wrap.size = (guint32) g_bytes_get_size (self->ciphertext);
  wrap.pieces = self->pieces;
  if (self->sending->negotiation != NULL)
    wrap.negotiation = paraph_id_prefix (self->sending->negotiation);
  if (self->sending->channel != NULL)
    wrap.channel = paraph_id_prefix (self->sending->channel);
  wrap.sender = paraph_id_prefix (&home->device);
  wrap.recipient = paraph_id_prefix (&delivery->device);
  return paraph_home_check (paraph_wrap_encode (&wrap, &plain), "No wrap", error)
         && paraph_home_check (
             paraph_sessions_encrypt (home->sessions, &delivery->device, plain, &delivery->message),
             "The session with that device does not encrypt", error);
}

/* Nobody sends a receipt to a device that was revoked. */
static gboolean
needs_receipt (ParaphHome *home, ParaphPacketKind kind)
{
  return paraph_home_get_powers (home) != NULL && kind != PARAPH_PACKET_HAVE
         && kind != PARAPH_PACKET_WANT && kind != PARAPH_PACKET_RECEIPT;
}

static gboolean
add_piece (Content *self, ParaphHome *home, Delivery *delivery, guint16 index, GError **error)
{
  g_autoptr (GBytes) wrap = NULL;
  g_autofree guint8 *bytes = NULL;
  gsize total = g_bytes_get_size (self->ciphertext);
  const guint8 *data = g_bytes_get_data (self->ciphertext, NULL);
  ParaphEnvelope envelope = { 0 };
  ParaphEnvelopeNonce nonce;
  ParaphOutboxRow row = { 0 };
  gsize size = 0;

  envelope.kind = index == 0 ? PARAPH_ENVELOPE_FIRST : PARAPH_ENVELOPE_FURTHER;
  envelope.index = index;
  envelope.hash = self->hash;
  envelope.piece = data + (gsize) index * PARAPH_PIECE_SIZE_MAX;
  envelope.piece_size = paraph_content_get_piece_size (total, index);
  if (index == 0)
    {
      envelope.wrap = delivery->message;
      wrap = g_bytes_new (delivery->message.bytes, delivery->message.size);
    }
  paraph_home_random (nonce.bytes, sizeof nonce.bytes);
  size = paraph_envelope_get_size (&envelope);
  bytes = g_malloc (MAX (size, 1));
  if (!paraph_home_check (paraph_envelope_seal (&envelope, delivery->key, &nonce, bytes, size),
                          "The envelope cannot be sealed", error))
    return FALSE;
  paraph_sha256 (bytes, size, &row.id);
  row.content = self->hash;
  row.piece = index;
  row.device = delivery->device;
  row.mailbox = delivery->mailbox;
  row.wrap_type = index == 0 ? delivery->message.type : 0;
  row.wrap = wrap;
  memcpy (row.nonce, nonce.bytes, sizeof row.nonce);
  row.needs_receipt = needs_receipt (home, self->sending->packet->kind);
  if (self->sending->about != NULL)
    row.about = *self->sending->about;
  row.created = paraph_home_now ();
  row.next_try = row.created;
  return paraph_outbox_table_add (home->store, &row, error);
}

static gboolean
deliver (Content *self, ParaphHome *home, const ParaphPowers *powers, const ParaphAddress *address,
         GError **error)
{
  Delivery delivery = { .device = powers->device };
  g_autofree char *mailbox = g_strdup (address->mailboxes[0].address);

  delivery.mailbox = mailbox;
  delivery.key = paraph_home_get_outer_key (home, powers, error);
  if (delivery.key == NULL || !content_seal (self, home, error)
      || !start_session (home, powers, address, error) || !make_wrap (self, home, &delivery, error))
    return FALSE;
  for (guint i = 0; i < self->pieces; i++)
    if (!add_piece (self, home, &delivery, (guint16) i, error))
      return FALSE;
  return TRUE;
}

/* One device in a savepoint: what cannot be written to is left out, a failing store is an error. */
static gboolean
try_device (Content *self, ParaphHome *home, const ParaphId *device, gboolean *ret_reached,
            GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);
  const ParaphPowers *powers = paraph_home_find_device (home, device);
  g_autoptr (ParaphAddress) address = NULL;
  g_autoptr (GError) inner = NULL;

  *ret_reached = FALSE;
  if (powers == NULL || paraph_id_equal (device, &home->device))
    return TRUE;
  address = paraph_home_get_address (home, device, &inner);
  if (inner != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&inner));
      return FALSE;
    }
  if (address == NULL)
    return TRUE;
  if (!content_seal (self, home, error)
      || !paraph_database_savepoint (database, PARAPH_SAVEPOINT_SESSION, error))
    return FALSE;
  *ret_reached = deliver (self, home, powers, address, &inner);
  return end_attempt (home, device, g_steal_pointer (&inner), error);
}

/* An old copy sends nothing more; a device that was revoked sends nothing but who revoked it. */
static gboolean
may_send (ParaphHome *home, const ParaphPacket *packet, gboolean *ret_may, GError **error)
{
  gboolean is_old = FALSE;

  if (!paraph_home_is_old_copy (home, &is_old, error))
    return FALSE;
  *ret_may =
      !is_old && (paraph_home_get_powers (home) != NULL || packet->kind == PARAPH_PACKET_CARDS);
  return TRUE;
}

gboolean
paraph_outbound_send (ParaphHome *home, const ParaphSending *sending, GArray *devices,
                      guint *ret_reached, GError **error)
{
  g_auto (Content) content = { .sending = sending };
  guint reached = 0;
  gboolean may = FALSE;

  if (!may_send (home, sending->packet, &may, error))
    return FALSE;
  for (guint i = 0; i < devices->len && may; i++)
    {
      gboolean one = FALSE;

      if (!try_device (&content, home, &g_array_index (devices, ParaphId, i), &one, error))
        return FALSE;
      reached += one ? 1 : 0;
    }
  if (ret_reached != NULL)
    *ret_reached = reached;
  return reached > 0 || content.ciphertext == NULL
         || paraph_outbox_table_drop_unused (home->store, error);
}

gboolean
paraph_outbound_packet (ParaphHome *home, const ParaphId *device, const ParaphPacket *packet,
                        const ParaphId *negotiation, const ParaphId *channel, GError **error)
{
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  ParaphSending sending = { packet, negotiation, channel, NULL };
  guint reached = 0;

  g_array_append_vals (devices, device, 1);
  return paraph_outbound_send (home, &sending, devices, &reached, error) && reached > 0;
}
