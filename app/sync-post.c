/* Posting: envelopes made again from their rows, byte for byte. */

#include "app/sync-private.h"

#include <string.h>

#include "app/home-private.h"
#include "crypto/envelope.h"
#include "crypto/hash.h"
#include "store/outbox-table.h"

#define BATCH 64
#define ASK_AGAIN_SECONDS 86400
#define POSTPONE_SECONDS 60
#define POSTPONE_DOUBLINGS 4

/* The envelope's bytes; NULL without *error where its device is gone. */
static GBytes *
make_envelope (ParaphHome *home, const ParaphOutboxRow *row, GError **error)
{
  const ParaphPowers *powers = paraph_home_find_device (home, &row->device);
  const ParaphSecret *key = NULL;
  g_autoptr (GBytes) piece = NULL;
  g_autofree guint8 *bytes = NULL;
  ParaphEnvelope envelope = { 0 };
  ParaphEnvelopeNonce nonce;
  gsize size = 0;

  if (powers == NULL)
    return NULL;
  key = paraph_home_get_outer_key (home, powers, error);
  if (key == NULL
      || !paraph_outbox_table_get_piece (home->store, &row->content, row->piece, &piece, error))
    return NULL;
  envelope.kind = row->piece == 0 ? PARAPH_ENVELOPE_FIRST : PARAPH_ENVELOPE_FURTHER;
  envelope.hash = row->content;
  envelope.index = row->piece;
  envelope.piece = g_bytes_get_data (piece, &envelope.piece_size);
  if (row->wrap != NULL)
    {
      gsize wrap_size = g_bytes_get_size (row->wrap);

      if (wrap_size > sizeof envelope.wrap.bytes)
        return NULL;
      envelope.wrap.type = row->wrap_type;
      envelope.wrap.size = (uint16_t) wrap_size;
      memcpy (envelope.wrap.bytes, g_bytes_get_data (row->wrap, NULL), wrap_size);
    }
  memcpy (nonce.bytes, row->nonce, sizeof nonce.bytes);
  size = paraph_envelope_get_size (&envelope);
  bytes = g_malloc (MAX (size, 1));
  if (!paraph_home_check (paraph_envelope_seal (&envelope, key, &nonce, bytes, size),
                          "The envelope cannot be sealed", error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), size);
}

static gint64
next_try (const ParaphOutboxRow *row, gint64 now)
{
  guint doublings = MIN (row->tries, POSTPONE_DOUBLINGS);

  return now + ((gint64) POSTPONE_SECONDS << doublings);
}

void
paraph_sync_keep_first (GError **first, GError *failure)
{
  if (*first == NULL)
    *first = failure;
  else
    g_error_free (failure);
}

/* Hands one envelope over; whether it was accepted the next poll tells. FALSE: the store failed. */
static gboolean
post_row (ParaphHome *home, const ParaphOutboxRow *row, GError **carrier, GError **error)
{
  GError *failure = NULL;
  g_autoptr (GError) inner = NULL;
  g_autoptr (GBytes) envelope = make_envelope (home, row, &inner);
  ParaphId id = { { 0 } };

  if (inner != NULL && inner->domain != PARAPH_APP_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&inner));
      return FALSE;
    }
  if (envelope == NULL)
    return TRUE;
  paraph_sha256 (g_bytes_get_data (envelope, NULL), g_bytes_get_size (envelope), &id);
  if (paraph_id_equal (&id, &row->id)
      && !paraph_transport_post (home->transport, row->mailbox, envelope, &failure))
    paraph_sync_keep_first (carrier, failure);
  return TRUE;
}

gboolean
paraph_sync_settle (ParaphHome *home, GPtrArray *accepted, guint *ret_sent, GError **error)
{
  gint64 now = paraph_home_now ();

  for (guint i = 0; i < accepted->len; i++)
    {
      const char *hex = g_ptr_array_index (accepted, i);
      ParaphId id = { { 0 } };

      if (paraph_id_from_hex (hex, strlen (hex), &id) != PARAPH_OK)
        continue;
      if (!paraph_outbox_table_accept (home->store, &id, now + ASK_AGAIN_SECONDS, error))
        return FALSE;
      *ret_sent += 1;
    }
  return TRUE;
}

static gboolean
is_among (const ParaphOutboxRow *row, GPtrArray *accepted)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (&row->id, hex);
  for (guint i = 0; i < accepted->len; i++)
    if (strcmp (hex, g_ptr_array_index (accepted, i)) == 0)
      return TRUE;
  return FALSE;
}

/* A flood of arrivals keeps nothing from being posted. */
static gboolean
takes_posts (ParaphTransport *transport)
{
  g_autoptr (ParaphTransportStatus) status = paraph_transport_dup_status (transport);

  return status->state == PARAPH_TRANSPORT_UP
         || (status->state == PARAPH_TRANSPORT_PAUSED
             && status->reason == PARAPH_TRANSPORT_ERROR_FLOOD);
}

/* Not for rows that a carrier without space or connection took none of: they stay due, so that the
 * next sync after it is mended sends them at once. */
static gboolean
postpone_rest (ParaphHome *home, GPtrArray *rows, GPtrArray *accepted, GError **error)
{
  gboolean is_up = takes_posts (home->transport);
  gint64 now = paraph_home_now ();

  for (guint i = 0; i < rows->len && is_up; i++)
    {
      const ParaphOutboxRow *row = g_ptr_array_index (rows, i);

      if (!is_among (row, accepted)
          && !paraph_outbox_table_postpone (home->store, &row->id, next_try (row, now), error))
        return FALSE;
    }
  return TRUE;
}

/* One batch in one transaction. */
static gboolean
post_batch (ParaphHome *home, GPtrArray *rows, guint *ret_sent, GError **carrier, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);
  g_autoptr (ParaphTransportBatch) batch = NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  GError *failure = NULL;

  if (!paraph_database_begin (database, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!post_row (home, g_ptr_array_index (rows, i), carrier, error))
      return FALSE;
  batch = paraph_transport_poll (home->transport, 0, &failure);
  if (batch == NULL)
    paraph_sync_keep_first (carrier, failure);
  else if (!paraph_sync_settle (home, batch->accepted, ret_sent, error))
    return FALSE;
  return postpone_rest (home, rows, batch == NULL ? none : batch->accepted, error)
         && paraph_database_commit (database, error);
}

gboolean
paraph_sync_post (ParaphHome *home, guint *ret_sent, GError **carrier, GError **error)
{
  gint64 now = paraph_home_now ();
  gboolean is_up = home->transport != NULL;

  while (is_up)
    {
      g_autoptr (GPtrArray) rows = NULL;

      if (!paraph_outbox_table_list_due (home->store, now, BATCH, &rows, error))
        return FALSE;
      if (rows->len == 0)
        return TRUE;
      if (!post_batch (home, rows, ret_sent, carrier, error))
        return FALSE;
      is_up = takes_posts (home->transport);
    }
  return TRUE;
}
