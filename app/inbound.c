/* An envelope comes in: sender found, opened, pieces joined, bindings compared, one switch. */

#include "app/inbound-private.h"

#include <string.h>

#include "crypto/content.h"
#include "crypto/envelope.h"
#include "crypto/hash.h"
#include "negotiation/channel.h"
#include "store/assembly-table.h"
#include "store/door-table.h"
#include "store/inbox-table.h"
#include "store/sync-table.h"

#define RETRIES_MAX 512 /* envelopes looked at again in one pass */
#define TRIES_MAX 20
#define TRIES_BEFORE_MENDING 3 /* disorder alone has settled by then */

/* One envelope on its way in. */
typedef struct
{
  ParaphHome *home;
  GBytes *bytes; /* borrowed */
  ParaphId id;
  ParaphId sender;
  ParaphId delegation;
  guint8 *buffer;          /* owned */
  ParaphEnvelope envelope; /* points into buffer */
  ParaphId hash;
  ParaphAssemblyHead *head; /* owned; of a packet of one piece, which needs no assembling */
  ParaphOutcome outcome;
  const char *held; /* why it is held back; NULL: it is taken in */
  gboolean no_receipt;
} Arrival;

const char *
paraph_outcome_get_word (ParaphOutcome outcome)
{
  static const char *const words[] = { "applied",        "already-had", "waiting",  "refused",
                                       "without-effect", "at-the-door", "held-back" };

  return words[outcome];
}

/* The first known device whose key fits. */
static gboolean
find_sender (Arrival *self, const ParaphSecret **ret_key, GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (self->home->ledger);
  g_autoptr (GArray) delegations = paraph_identities_list (identities);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);

  *ret_key = NULL;
  for (guint i = 0; i < delegations->len; i++)
    {
      const ParaphId *delegation = &g_array_index (delegations, ParaphId, i);
      g_autoptr (GPtrArray) devices = paraph_identities_list_devices (identities, delegation);

      for (guint j = 0; j < devices->len; j++)
        {
          const ParaphPowers *powers = g_ptr_array_index (devices, j);
          g_autoptr (GError) inner = NULL;
          const ParaphSecret *key = NULL;

          if (paraph_id_equal (&powers->device, &self->home->device))
            continue;
          key = paraph_home_get_outer_key (self->home, powers, &inner);
          if (inner != NULL && inner->domain != PARAPH_APP_ERROR)
            {
              g_propagate_error (error, g_steal_pointer (&inner));
              return FALSE;
            }
          if (key == NULL || !paraph_envelope_matches (data, size, key))
            continue;
          self->sender = powers->device;
          self->delegation = *delegation;
          *ret_key = key;
          return TRUE;
        }
    }
  return TRUE;
}

static gboolean
hold_back (Arrival *self, GError **error)
{
  g_autofree char *reason = g_strdup (self->held);
  ParaphQuarantineRow row = { 0 };
  guint dropped = 0;

  row.id = self->id;
  row.bytes = self->bytes;
  row.reason = reason;
  row.sender = self->sender;
  row.first_seen = paraph_home_now ();
  if (!paraph_inbox_table_hold (self->home->store, &row, &dropped, error))
    return FALSE;
  if (!paraph_id_is_zero (&self->sender))
    return TRUE;
  return paraph_door_table_note_stranger (self->home->store, NULL, g_bytes_get_size (self->bytes),
                                          dropped, row.first_seen, error);
}

/* Whether the wrap was made by this sender for this device. */
static gboolean
is_bound (const Arrival *self, const ParaphWrap *wrap)
{
  ParaphIdPrefix sender = paraph_id_prefix (&self->sender);
  ParaphIdPrefix recipient = paraph_id_prefix (&self->home->device);

  return memcmp (&wrap->sender, &sender, sizeof sender) == 0
         && memcmp (&wrap->recipient, &recipient, sizeof recipient) == 0 && wrap->pieces >= 1
         && wrap->pieces <= PARAPH_ASSEMBLY_PIECES_MAX;
}

/* What of the wrap is needed later; the key passes. */
static ParaphAssemblyHead *
head_new (const Arrival *self, ParaphWrap *wrap)
{
  ParaphAssemblyHead *head = g_new0 (ParaphAssemblyHead, 1);

  head->hash = wrap->hash;
  head->sender = self->sender;
  head->pieces = wrap->pieces;
  head->size = wrap->size;
  head->key = g_steal_pointer (&wrap->key);
  memcpy (head->negotiation, wrap->negotiation.bytes, sizeof head->negotiation);
  memcpy (head->channel, wrap->channel.bytes, sizeof head->channel);
  head->first_seen = paraph_home_now ();
  return head;
}

static gboolean
tell (Arrival *self, const char *kind, const char *detail, GError **error)
{
  const ParaphNote note = { .kind = kind, .device = &self->sender, .detail = detail };

  return paraph_home_tell (self->home, &note, error);
}

/* What a failed decryption means. FALSE: the store failed. */
static gboolean
judge_failure (Arrival *self, int result, GError **error)
{
  GError *inner = NULL;

  self->outcome = PARAPH_OUTCOME_REFUSED;
  switch (result)
    {
    case PARAPH_ERROR_STORAGE:
      inner = paraph_session_keeper_take_error (&paraph_home_get_data (self->home)->keeper);
      if (inner != NULL)
        g_propagate_error (error, inner);
      else
        (void) paraph_home_check (result, "A session cannot be read", error);
      return FALSE;
    case PARAPH_ERROR_DUPLICATE: /* its id was never taken: another message under a used key */
      self->outcome = PARAPH_OUTCOME_ALREADY_HAD;
      return tell (self, "replayed-key", NULL, error);
    case PARAPH_ERROR_NO_SESSION:
    case PARAPH_ERROR_NO_PREKEY:
    case PARAPH_ERROR_DECRYPT:
    case PARAPH_ERROR_LIMIT:
      self->held = "not-opened";
      self->outcome = PARAPH_OUTCOME_WAITING;
      return TRUE;
    default:
      return tell (self, "envelope-refused", paraph_error_name (result), error);
    }
}

/* The oldest packets of the sender that are not whole make room. */
static gboolean
put_piece (Arrival *self, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (self->envelope.piece, self->envelope.piece_size);
  g_autoptr (GError) inner = NULL;
  ParaphAssemblyPiece piece = { 0 };
  guint dropped = 0;

  piece.hash = self->hash;
  piece.sender = self->sender;
  piece.index = self->envelope.kind == PARAPH_ENVELOPE_FIRST ? 0 : self->envelope.index;
  piece.bytes = bytes;
  piece.first_seen = paraph_home_now ();
  if (!paraph_assembly_table_make_room (self->home->store, &piece, &dropped, error)
      || (dropped > 0 && !tell (self, "dropped", "no-room", error)))
    return FALSE;
  if (paraph_assembly_table_put_piece (self->home->store, &piece, &inner))
    return TRUE;
  if (g_error_matches (inner, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED))
    {
      self->held = "too-much";
      self->outcome = PARAPH_OUTCOME_REFUSED;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&inner));
  return FALSE;
}

/* The first piece with what its wrap says. */
static gboolean
put_first (Arrival *self, ParaphWrap *wrap, GError **error)
{
  g_autoptr (ParaphAssemblyHead) head = head_new (self, wrap);

  self->hash = head->hash;
  if (head->pieces > 1)
    return paraph_assembly_table_put_head (self->home->store, head, error)
           && put_piece (self, error);
  self->head = g_steal_pointer (&head);
  return TRUE;
}

/* The first piece's wrap, opened in a savepoint of its own: the session moves on only with the piece
 * kept, so that a piece that is held back opens again. */
static gboolean
open_first (Arrival *self, gboolean *ret_is_open, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (self->home->store);
  PARAPH_SECRET_AUTO ParaphSecret *plain = NULL;
  ParaphWrap wrap = { 0 };
  gboolean is_put = FALSE;
  int result;

  *ret_is_open = FALSE;
  if (!paraph_database_savepoint (database, PARAPH_SAVEPOINT_SESSION, error))
    return FALSE;
  result = paraph_sessions_decrypt (self->home->sessions, &self->sender, &self->envelope.wrap,
                                    PARAPH_SESSION_JUMP_PROVEN, &plain);
  if (result == PARAPH_OK)
    result = paraph_wrap_decode (plain, &wrap);
  if (result == PARAPH_OK && !is_bound (self, &wrap))
    result = PARAPH_ERROR_BINDING;
  if (result == PARAPH_OK)
    is_put = put_first (self, &wrap, error);
  paraph_wrap_clear (&wrap);
  if (result != PARAPH_OK)
    return paraph_database_undo (database, PARAPH_SAVEPOINT_SESSION, error)
           && judge_failure (self, result, error);
  if (!is_put)
    return FALSE;
  *ret_is_open = self->held == NULL;
  return *ret_is_open ? paraph_database_release (database, PARAPH_SAVEPOINT_SESSION, error)
                      : paraph_database_undo (database, PARAPH_SAVEPOINT_SESSION, error);
}

/* Head and ciphertext where every piece is here; NULL with TRUE otherwise. */
static gboolean
join_pieces (Arrival *self, ParaphAssemblyHead **ret_head, GBytes **ret_ciphertext, GError **error)
{
  g_autoptr (ParaphAssemblyHead) head = g_steal_pointer (&self->head);
  g_autoptr (GBytes) ciphertext = NULL;

  if (head != NULL)
    ciphertext = g_bytes_new (self->envelope.piece, self->envelope.piece_size);
  else if (!paraph_assembly_table_get_head (self->home->store, &self->hash, &self->sender, &head,
                                            error)
           || (head != NULL
               && !paraph_assembly_table_join (self->home->store, head, &ciphertext, error))
           || (ciphertext != NULL
               && !paraph_assembly_table_delete (self->home->store, &self->hash, &self->sender,
                                                 error)))
    return FALSE;
  if (ciphertext == NULL)
    return TRUE;
  *ret_head = g_steal_pointer (&head);
  *ret_ciphertext = g_steal_pointer (&ciphertext);
  return TRUE;
}

/* The whole packet where every piece is here; NULL with TRUE otherwise. */
static gboolean
join_packet (Arrival *self, ParaphAssemblyHead **ret_head, ParaphPacket **ret_packet,
             GError **error)
{
  g_autoptr (GBytes) ciphertext = NULL;
  g_autoptr (GBytes) plain = NULL;
  guint8 *bytes = NULL;
  gsize size = 0;
  int result;

  if (!join_pieces (self, ret_head, &ciphertext, error))
    return FALSE;
  size = ciphertext == NULL ? 0 : g_bytes_get_size (ciphertext);
  if (size <= PARAPH_CONTENT_OVERHEAD || size != (*ret_head)->size)
    return TRUE;
  bytes = g_malloc (size - PARAPH_CONTENT_OVERHEAD);
  result = paraph_content_open (g_bytes_get_data (ciphertext, NULL), size, &self->hash,
                                (*ret_head)->key, bytes);
  plain = g_bytes_new_take (bytes, size - PARAPH_CONTENT_OVERHEAD);
  if (result != PARAPH_OK)
    return tell (self, "envelope-refused", paraph_error_name (result), error);
  *ret_packet = paraph_packet_parse (plain, NULL);
  return TRUE;
}

/* What a packet says of itself, for comparison with its wrap. */
static void
get_scope (Arrival *self, const ParaphPacket *packet, ParaphId *negotiation, ParaphId *channel)
{
  ParaphChannel *known = NULL;

  if (packet->kind == PARAPH_PACKET_RECORD)
    {
      *negotiation = packet->record.sealed->header->negotiation;
      *channel = packet->record.sealed->header->channel;
      return;
    }
  if (packet->kind == PARAPH_PACKET_TALK)
    *channel = packet->talk.channel;
  else if (packet->kind == PARAPH_PACKET_HAVE)
    *channel = packet->have.channel;
  else if (packet->kind == PARAPH_PACKET_WANT)
    *channel = packet->want.channel;
  known = paraph_ledger_find_channel (self->home->ledger, channel);
  if (known != NULL)
    *negotiation = *paraph_channel_get_negotiation (known);
}

static gboolean
is_in_scope (Arrival *self, const ParaphAssemblyHead *head, const ParaphPacket *packet)
{
  ParaphId negotiation = { { 0 } };
  ParaphId channel = { { 0 } };

  get_scope (self, packet, &negotiation, &channel);
  if (memcmp (channel.bytes, head->channel, sizeof head->channel) != 0)
    return FALSE;
  return (paraph_id_is_zero (&negotiation) && !paraph_id_is_zero (&channel))
         || memcmp (negotiation.bytes, head->negotiation, sizeof head->negotiation) == 0;
}

static gboolean
dispatch (Arrival *self, const ParaphPacket *packet, GError **error)
{
  ParaphDelivery delivery = { packet, self->sender, self->delegation };

  switch (packet->kind)
    {
    case PARAPH_PACKET_RECORD:
      return paraph_inbound_record (self->home, packet->record.sealed, packet->record.blobs,
                                    &self->sender, &self->outcome, error);
    case PARAPH_PACKET_TALK:
      return paraph_inbound_talk (self->home, &delivery, &self->outcome, error);
    case PARAPH_PACKET_HAVE:
      return paraph_inbound_have (self->home, &delivery, &self->outcome, error);
    case PARAPH_PACKET_WANT:
      return paraph_inbound_want (self->home, &delivery, &self->outcome, error);
    case PARAPH_PACKET_RECEIPT:
      return paraph_inbound_receipt (self->home, &delivery, &self->outcome, error);
    case PARAPH_PACKET_CARDS:
      return paraph_inbound_cards (self->home, &delivery, &self->outcome, error);
    case PARAPH_PACKET_BUNDLE:
      return paraph_inbound_bundle (self->home, &delivery, &self->outcome, error);
    default:
      return TRUE;
    }
}

static gboolean
complete (Arrival *self, GError **error)
{
  g_autoptr (ParaphAssemblyHead) head = NULL;
  g_autoptr (ParaphPacket) packet = NULL;

  if (!join_packet (self, &head, &packet, error))
    return FALSE;
  if (head == NULL)
    {
      self->outcome = PARAPH_OUTCOME_WAITING;
      return TRUE;
    }
  self->outcome = PARAPH_OUTCOME_REFUSED;
  if (packet == NULL || !is_in_scope (self, head, packet))
    return tell (self, "packet-refused", NULL, error);
  self->no_receipt = packet->kind == PARAPH_PACKET_HAVE || packet->kind == PARAPH_PACKET_WANT
                     || packet->kind == PARAPH_PACKET_RECEIPT;
  return dispatch (self, packet, error);
}

static gboolean
open_envelope (Arrival *self, const ParaphSecret *key, GError **error)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  gboolean is_open = TRUE;

  self->buffer = g_malloc (MAX (size, 1));
  if (paraph_envelope_open (data, size, key, self->buffer, &self->envelope) != PARAPH_OK)
    return TRUE;
  self->hash = self->envelope.hash;
  if (self->envelope.kind == PARAPH_ENVELOPE_FIRST ? !open_first (self, &is_open, error)
                                                   : !put_piece (self, error))
    return FALSE;
  return !is_open || self->held != NULL || complete (self, error);
}

/* Notes the envelope as taken in, and owes its receipt. */
static gboolean
take_in (Arrival *self, GError **error)
{
  gboolean is_new = FALSE;

  if (!paraph_inbox_table_take (self->home->store, &self->id, paraph_home_now (), &is_new, error))
    return FALSE;
  return self->no_receipt
         || paraph_sync_table_add_receipt (self->home->store, &self->sender, &self->id, error);
}

static gboolean
receive (Arrival *self, GError **error)
{
  const ParaphSecret *key = NULL;
  gboolean was_taken = FALSE;

  if (!paraph_inbox_table_was_taken (self->home->store, &self->id, &was_taken, error)
      || !find_sender (self, &key, error))
    return FALSE;
  if (key == NULL)
    {
      self->outcome = PARAPH_OUTCOME_AT_THE_DOOR;
      self->held = "at-the-door";
      return hold_back (self, error);
    }
  if (was_taken)
    {
      self->outcome = PARAPH_OUTCOME_ALREADY_HAD;
      return paraph_sync_table_add_receipt (self->home->store, &self->sender, &self->id, error);
    }
  if (!open_envelope (self, key, error))
    return FALSE;
  return self->held != NULL ? hold_back (self, error) : take_in (self, error);
}

/* What the store or the system does not do ends everything; all else is of this envelope alone. */
static gboolean
is_of_envelope (const GError *failure)
{
  return failure == NULL || failure->domain == PARAPH_NEGOTIATION_ERROR
         || g_error_matches (failure, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED)
         || g_error_matches (failure, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED);
}

/* Nothing of it is done, and the others go on. */
static gboolean
set_aside (Arrival *self, const GError *failure, guint claims, GError **error)
{
  if (!paraph_database_undo (paraph_store_get_database (self->home->store),
                             PARAPH_SAVEPOINT_ARRIVAL, error)
      || !paraph_home_reload (self->home, error))
    return FALSE;
  g_array_set_size (paraph_home_get_data (self->home)->claims, claims);
  self->held = "failed";
  self->outcome = PARAPH_OUTCOME_REFUSED;
  return tell (self, "envelope-refused", failure == NULL ? NULL : failure->message, error)
         && hold_back (self, error);
}

static gboolean
run (Arrival *self, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (self->home->store);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  g_autoptr (GError) failure = NULL;
  gboolean is_done = FALSE;
  guint claims = 0;

  if (self->home->sessions == NULL || !paraph_envelope_size_is_valid (size))
    return TRUE;
  claims = paraph_home_get_data (self->home)->claims->len;
  paraph_sha256 (data, size, &self->id);
  if (!paraph_database_savepoint (database, PARAPH_SAVEPOINT_ARRIVAL, error))
    return FALSE;
  is_done = receive (self, &failure);
  if (self->buffer != NULL)
    paraph_wipe (self->buffer, size);
  g_clear_pointer (&self->buffer, g_free);
  g_clear_pointer (&self->head, paraph_assembly_head_free);
  if (is_done)
    return paraph_database_release (database, PARAPH_SAVEPOINT_ARRIVAL, error);
  if (is_of_envelope (failure))
    return set_aside (self, failure, claims, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
paraph_inbound_envelope (ParaphHome *home, GBytes *envelope, ParaphOutcome *ret_outcome,
                         GError **error)
{
  Arrival self = { .home = home, .bytes = envelope, .outcome = PARAPH_OUTCOME_REFUSED };

  if (!run (&self, error))
    return FALSE;
  *ret_outcome = self.outcome;
  return TRUE;
}

/* For a session that is begun anew at the end of the pass (app/sync-keys.c). */
static void
note_failing (ParaphHome *home, const ParaphId *device)
{
  GArray *failing = paraph_home_get_data (home)->failing;

  for (guint i = 0; i < failing->len; i++)
    if (paraph_id_equal (&g_array_index (failing, ParaphId, i), device))
      return;
  g_array_append_vals (failing, device, 1);
}

static gboolean
retry (ParaphHome *home, const ParaphQuarantineRow *row, guint *ret_opened, GError **error)
{
  Arrival finding = { .home = home, .bytes = row->bytes, .id = row->id };
  Arrival self = { .home = home, .bytes = row->bytes, .outcome = PARAPH_OUTCOME_REFUSED };
  const ParaphSecret *key = NULL;

  if (!find_sender (&finding, &key, error))
    return FALSE;
  if (key == NULL)
    return TRUE;
  if (!run (&self, error))
    return FALSE;
  if (self.held != NULL)
    {
      if (row->tries >= TRIES_BEFORE_MENDING && g_str_equal (self.held, "not-opened"))
        note_failing (home, &finding.sender);
      return TRUE;
    }
  *ret_opened += 1;
  return paraph_inbox_table_release (home->store, &row->id, error);
}

gboolean
paraph_inbound_retry (ParaphHome *home, guint *ret_opened, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  if (home->sessions == NULL)
    return TRUE;
  if (!paraph_inbox_table_list_held (home->store, 0, RETRIES_MAX, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const ParaphQuarantineRow *row = g_ptr_array_index (rows, i);

      if (row->tries < TRIES_MAX && !retry (home, row, ret_opened, error))
        return FALSE;
    }
  return TRUE;
}
