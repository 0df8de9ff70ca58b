#include "crypto/session.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/content.h"
#include "crypto/gate.h"
#include "crypto/hash.h"
#include "crypto/session-private.h"

/* The chain counter of the library is 32 bits wide and wraps without a word. */
#define COUNTER_MAX 0x80000000u

static void
lock (void *user_data)
{
  ParaphSessions *self = user_data;

  (void) pthread_mutex_lock (&self->mutex); /* recursive, of one thread: cannot fail */
}

static void
unlock (void *user_data)
{
  ParaphSessions *self = user_data;

  (void) pthread_mutex_unlock (&self->mutex); /* as above */
}

/* The library's log texts hold addresses. */
static void
drop_log (int level, const char *message, size_t size, void *user_data)
{
  (void) level;
  (void) message;
  (void) size;
  (void) user_data;
}

static bool
is_store_complete (const ParaphSessionStore *store)
{
  return store->load_session != NULL && store->store_session != NULL
         && store->contains_session != NULL && store->delete_session != NULL
         && store->load_prekey != NULL && store->store_prekey != NULL
         && store->remove_prekey != NULL && store->load_signed_prekey != NULL
         && store->store_signed_prekey != NULL && store->load_identity != NULL
         && store->load_registration_id != NULL && store->expected_key != NULL
         && store->take_base_key != NULL;
}

static int
init_mutex (pthread_mutex_t *mutex)
{
  pthread_mutexattr_t attributes;
  int r = PARAPH_ERROR_MEMORY;

  if (pthread_mutexattr_init (&attributes) != 0)
    return PARAPH_ERROR_MEMORY;
  if (pthread_mutexattr_settype (&attributes, PTHREAD_MUTEX_RECURSIVE) == 0
      && pthread_mutex_init (mutex, &attributes) == 0)
    r = PARAPH_OK;
  (void) pthread_mutexattr_destroy (&attributes); /* holds nothing on this platform */
  return r;
}

static int
start_library (ParaphSessions *self)
{
  signal_crypto_provider table;
  int r = paraph_provider_new (&self->provider);

  if (r != PARAPH_OK)
    return r;
  paraph_provider_fill (self->provider, &table);
  r = signal_context_create (&self->context, self);
  if (r >= 0)
    r = signal_context_set_crypto_provider (self->context, &table);
  if (r >= 0)
    r = signal_context_set_locking_functions (self->context, lock, unlock);
  if (r >= 0)
    r = signal_context_set_log_function (self->context, drop_log);
  if (r >= 0)
    r = signal_protocol_store_context_create (&self->store_context, self->context);
  if (r < 0)
    return paraph_session_code (r);
  return paraph_session_bridge_attach (self);
}

int
paraph_sessions_new (const ParaphId *device, const ParaphSessionStore *store,
                     ParaphSessions **ret_sessions)
{
  ParaphSessions *self;
  int r;

  if (!is_store_complete (store))
    return PARAPH_ERROR_INTERNAL;
  self = calloc (1, sizeof *self);
  if (self == NULL)
    return PARAPH_ERROR_MEMORY;
  self->device = *device;
  self->store = *store;
  r = init_mutex (&self->mutex);
  if (r != PARAPH_OK)
    {
      free (self);
      return r;
    }
  r = start_library (self);
  if (r != PARAPH_OK)
    {
      paraph_sessions_free (self);
      return r;
    }
  *ret_sessions = self;
  return PARAPH_OK;
}

void
paraph_sessions_free (ParaphSessions *sessions)
{
  if (sessions == NULL)
    return;
  if (sessions->store_context != NULL)
    signal_protocol_store_context_destroy (sessions->store_context);
  if (sessions->context != NULL)
    signal_context_destroy (sessions->context);
  paraph_provider_free (sessions->provider);
  (void) pthread_mutex_destroy (&sessions->mutex); /* not held by anybody */
  free (sessions);
}

void
paraph_sessions_clear (ParaphSessions **sessions)
{
  paraph_sessions_free (*sessions);
  *sessions = NULL;
}

void
paraph_session_peer_init (ParaphSessionPeer *self, const ParaphId *peer)
{
  paraph_id_to_hex (peer, self->name);
  self->address.name = self->name;
  self->address.name_len = PARAPH_ID_HEX_SIZE;
  self->address.device_id = 1;
}

static int
load_record (ParaphSessions *self, const ParaphSessionPeer *peer, session_record **ret_record)
{
  int r = signal_protocol_session_load_session (self->store_context, ret_record, &peer->address);

  if (r >= 0)
    return PARAPH_OK;
  return r == SG_ERR_NOMEM ? PARAPH_ERROR_MEMORY : PARAPH_ERROR_STORAGE;
}

/* Encryption. */

static int
check_may_encrypt (ParaphSessions *self, const ParaphId *peer_id, const ParaphSessionPeer *peer)
{
  ParaphSessionKey certified;
  session_record *record = NULL;
  const ratchet_chain_key *chain;
  bool has_session;
  int r;

  r = paraph_session_get_certified (self, peer_id, &certified);
  if (r == PARAPH_OK)
    r = paraph_sessions_has (self, peer_id, &has_session);
  if (r == PARAPH_OK && !has_session)
    r = PARAPH_ERROR_NO_SESSION;
  if (r == PARAPH_OK)
    r = load_record (self, peer, &record);
  if (r == PARAPH_OK)
    r = paraph_session_check_record (record, &certified);
  if (r == PARAPH_OK)
    {
      chain = session_state_get_sender_chain_key (session_record_get_state (record));
      if (chain == NULL)
        r = PARAPH_ERROR_NO_SESSION;
      else if (ratchet_chain_key_get_index (chain) >= COUNTER_MAX)
        r = PARAPH_ERROR_LIMIT;
    }
  SIGNAL_UNREF (record);
  return r;
}

static int
copy_message (const ciphertext_message *message, ParaphSessionMessage *ret_message)
{
  const signal_buffer *bytes = ciphertext_message_get_serialized (message);
  size_t size = signal_buffer_len (bytes);

  if (size < PARAPH_SESSION_MESSAGE_SIZE_MIN || size > PARAPH_SESSION_MESSAGE_SIZE_MAX)
    return PARAPH_ERROR_INTERNAL;
  memset (ret_message, 0, sizeof *ret_message);
  ret_message->type = (uint8_t) ciphertext_message_get_type (message);
  ret_message->size = (uint16_t) size;
  memcpy (ret_message->bytes, signal_buffer_const_data (bytes), size);
  return PARAPH_OK;
}

int
paraph_sessions_encrypt (ParaphSessions *sessions, const ParaphId *peer, const ParaphSecret *wrap,
                         ParaphSessionMessage *ret_message)
{
  ParaphSessionPeer library_peer;
  session_cipher *cipher = NULL;
  ciphertext_message *message = NULL;
  int r;

  if (paraph_secret_size (wrap) != PARAPH_WRAP_SIZE)
    return PARAPH_ERROR_INTERNAL;
  paraph_session_peer_init (&library_peer, peer);
  r = check_may_encrypt (sessions, peer, &library_peer);
  if (r != PARAPH_OK)
    return r;
  r = session_cipher_create (&cipher, sessions->store_context, &library_peer.address,
                             sessions->context);
  if (r >= 0)
    r = session_cipher_encrypt (cipher, paraph_secret_data (wrap), paraph_secret_size (wrap),
                                &message);
  r = paraph_session_code (r);
  if (r == PARAPH_OK)
    r = copy_message (message, ret_message);
  SIGNAL_UNREF (message);
  session_cipher_free (cipher);
  return r;
}

/* Decryption. */

static int
take_plaintext (const signal_buffer *plaintext, ParaphSecret **ret_wrap)
{
  if (signal_buffer_len (plaintext) != PARAPH_WRAP_SIZE)
    return PARAPH_ERROR_MALFORMED;
  return paraph_secret_new_copy ("wrap", signal_buffer_const_data (plaintext), PARAPH_WRAP_SIZE,
                                 ret_wrap);
}

static int
run_cipher (ParaphSessions *self, const ParaphSessionPeer *peer, const ParaphSessionParsed *parsed,
            ParaphSecret **ret_wrap)
{
  session_cipher *cipher = NULL;
  signal_buffer *plaintext = NULL;
  int r;

  r = session_cipher_create (&cipher, self->store_context, &peer->address, self->context);
  if (r >= 0 && parsed->first != NULL)
    r = session_cipher_decrypt_pre_key_signal_message (cipher, parsed->first, NULL, &plaintext);
  else if (r >= 0)
    r = session_cipher_decrypt_signal_message (cipher, parsed->later, NULL, &plaintext);
  r = paraph_session_code (r);
  if (r == PARAPH_OK)
    r = take_plaintext (plaintext, ret_wrap);
  signal_buffer_bzero_free (plaintext);
  session_cipher_free (cipher);
  return r;
}

/* A first message without one-time prekey can set up its session again once the row is gone. */
static int
take_base_key (ParaphSessions *self, const pre_key_signal_message *first)
{
  ParaphSessionKey base_key;
  ParaphId hash;
  int r = paraph_session_point_read (pre_key_signal_message_get_base_key (first), &base_key);

  if (r != PARAPH_OK)
    return r;
  paraph_sha256 (base_key.bytes, sizeof base_key.bytes, &hash);
  r = self->store.take_base_key (self->store.user_data,
                                 pre_key_signal_message_get_signed_pre_key_id (first), &hash);
  if (r < 0)
    return PARAPH_ERROR_STORAGE;
  return r == 1 ? PARAPH_OK : PARAPH_ERROR_NO_PREKEY;
}

/* Before the library: the jump. RET_IS_NEW: this message sets up a session that nothing but the
 * signed prekey limits. */
static int
check_before (ParaphSessions *self, const ParaphSessionPeer *peer,
              const ParaphSessionParsed *parsed, uint32_t max_jump, bool *ret_is_new)
{
  session_record *record = NULL;
  bool is_new = false;
  int r = load_record (self, peer, &record);

  if (r != PARAPH_OK)
    return r;
  r = paraph_session_check_jump (record, parsed->later, max_jump);
  if (parsed->first != NULL && !pre_key_signal_message_has_pre_key_id (parsed->first))
    is_new = session_record_has_session_state (
                 record, pre_key_signal_message_get_message_version (parsed->first),
                 pre_key_signal_message_get_base_key (parsed->first))
             == 0;
  SIGNAL_UNREF (record);
  if (r == PARAPH_OK)
    *ret_is_new = is_new;
  return r;
}

/* After the library: the session that opened the message is one with the key that is certified
 * now. */
static int
check_after (ParaphSessions *self, const ParaphId *peer_id, const ParaphSessionPeer *peer)
{
  ParaphSessionKey certified;
  session_record *record = NULL;
  int r = paraph_session_get_certified (self, peer_id, &certified);

  if (r == PARAPH_OK)
    r = load_record (self, peer, &record);
  if (r == PARAPH_OK)
    r = paraph_session_check_record (record, &certified);
  SIGNAL_UNREF (record);
  return r;
}

static int
decrypt_parsed (ParaphSessions *self, const ParaphId *peer_id, const ParaphSessionParsed *parsed,
                uint32_t max_jump, ParaphSecret **ret_wrap)
{
  ParaphSessionPeer peer;
  ParaphSecret *wrap = NULL;
  bool is_new = false;
  int r;

  paraph_session_peer_init (&peer, peer_id);
  r = check_before (self, &peer, parsed, max_jump, &is_new);
  if (r == PARAPH_OK)
    r = run_cipher (self, &peer, parsed, &wrap);
  if (r == PARAPH_OK && is_new)
    r = take_base_key (self, parsed->first);
  if (r == PARAPH_OK)
    r = check_after (self, peer_id, &peer);
  if (r != PARAPH_OK)
    {
      paraph_secret_free (wrap);
      return r;
    }
  *ret_wrap = wrap;
  return PARAPH_OK;
}

int
paraph_sessions_decrypt (ParaphSessions *sessions, const ParaphId *peer,
                         const ParaphSessionMessage *message, uint32_t max_jump,
                         ParaphSecret **ret_wrap)
{
  ParaphSessionParsed parsed = { NULL, NULL };
  ParaphSessionKey certified;
  int r;

  if (max_jump > PARAPH_SESSION_JUMP_PROVEN)
    return PARAPH_ERROR_INTERNAL;
  r = paraph_session_get_certified (sessions, peer, &certified);
  if (r != PARAPH_OK)
    return r;
  r = paraph_session_parse (sessions, message, &certified, &parsed);
  if (r != PARAPH_OK)
    return r;
  r = decrypt_parsed (sessions, peer, &parsed, max_jump, ret_wrap);
  paraph_session_parsed_clear (&parsed);
  return r;
}

/* The rows. */

int
paraph_sessions_has (ParaphSessions *sessions, const ParaphId *peer, bool *ret_has)
{
  int r = sessions->store.contains_session (sessions->store.user_data, peer);

  if (r < 0)
    return PARAPH_ERROR_STORAGE;
  *ret_has = r == 1;
  return PARAPH_OK;
}

int
paraph_sessions_get_size (ParaphSessions *sessions, const ParaphId *peer, size_t *ret_size)
{
  ParaphSessionRecord record = { NULL };
  int r = sessions->store.load_session (sessions->store.user_data, peer, &record);
  size_t size = record.buffer != NULL ? signal_buffer_len (record.buffer) : 0;

  signal_buffer_bzero_free (record.buffer);
  if (r == 0)
    return PARAPH_ERROR_NO_SESSION;
  if (r != 1 || size == 0)
    return PARAPH_ERROR_STORAGE;
  *ret_size = size;
  return PARAPH_OK;
}

int
paraph_sessions_delete (ParaphSessions *sessions, const ParaphId *peer)
{
  int r = sessions->store.delete_session (sessions->store.user_data, peer);

  return r < 0 ? PARAPH_ERROR_STORAGE : PARAPH_OK;
}
