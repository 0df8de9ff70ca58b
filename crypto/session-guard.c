/* What is refused before, and compared after, the library works on a message. */

#include "crypto/session-private.h"

#include <stdbool.h>
#include <string.h>

#include "crypto/gate.h"
#include "crypto/secret.h"

int
paraph_session_code (int library_code)
{
  if (library_code >= 0)
    return PARAPH_OK;
  if (library_code < SG_ERR_MINIMUM)
    return library_code;
  switch (library_code)
    {
    case SG_ERR_NOMEM:
      return PARAPH_ERROR_MEMORY;
    case SG_ERR_DUPLICATE_MESSAGE:
      return PARAPH_ERROR_DUPLICATE;
    case SG_ERR_INVALID_KEY:
      return PARAPH_ERROR_KEY;
    case SG_ERR_INVALID_KEY_ID:
      return PARAPH_ERROR_NO_PREKEY;
    case SG_ERR_INVALID_MAC:
    case SG_ERR_INVALID_MESSAGE:
      return PARAPH_ERROR_DECRYPT;
    case SG_ERR_INVALID_VERSION:
    case SG_ERR_LEGACY_MESSAGE:
    case SG_ERR_STALE_KEY_EXCHANGE:
      return PARAPH_ERROR_INCOMPATIBLE;
    case SG_ERR_NO_SESSION:
      return PARAPH_ERROR_NO_SESSION;
    case SG_ERR_UNTRUSTED_IDENTITY:
      return PARAPH_ERROR_UNTRUSTED;
    case SG_ERR_UNKNOWN:
    case SG_ERR_INVALID_PROTO_BUF: /* the message is parsed by now: a record of our own */
      return PARAPH_ERROR_STORAGE;
    default: /* SG_ERR_INVAL, fingerprints, and what we never call */
      return PARAPH_ERROR_INTERNAL;
    }
}

int
paraph_session_code_of_parsing (int library_code)
{
  switch (library_code)
    {
    case SG_ERR_INVAL:
    case SG_ERR_INVALID_MESSAGE:
    case SG_ERR_INVALID_PROTO_BUF:
    case SG_ERR_UNKNOWN:
      return PARAPH_ERROR_MALFORMED;
    default:
      return paraph_session_code (library_code);
    }
}

int
paraph_session_get_certified (ParaphSessions *sessions, const ParaphId *peer,
                              ParaphSessionKey *ret_key)
{
  ParaphSessionKey key;
  int r = sessions->store.expected_key (sessions->store.user_data, peer, &key);

  if (r < 0)
    return PARAPH_ERROR_STORAGE;
  if (r != 1)
    return PARAPH_ERROR_UNTRUSTED;
  *ret_key = key;
  return PARAPH_OK;
}

int
paraph_session_point_new (ParaphSessions *sessions, const ParaphSessionKey *key,
                          ec_public_key **ret_point)
{
  uint8_t bytes[PARAPH_GATE_POINT_SIZE];

  bytes[0] = 0x05;
  memcpy (bytes + 1, key->bytes, sizeof key->bytes);
  return paraph_session_code (
      curve_decode_point (ret_point, bytes, sizeof bytes, sessions->context));
}

/* Nothing is asked of the key but its form. */
int
paraph_session_point_read (const ec_public_key *point, ParaphSessionKey *ret_key)
{
  signal_buffer *buffer = NULL;
  int r = PARAPH_ERROR_INTERNAL;

  if (ec_public_key_serialize (&buffer, point) < 0)
    return PARAPH_ERROR_MEMORY;
  if (signal_buffer_len (buffer) == PARAPH_GATE_POINT_SIZE)
    {
      memcpy (ret_key->bytes, signal_buffer_data (buffer) + 1, sizeof ret_key->bytes);
      r = PARAPH_OK;
    }
  signal_buffer_free (buffer);
  return r;
}

int
paraph_session_compare_key (const ec_public_key *point, const ParaphSessionKey *certified)
{
  ParaphSessionKey key;
  int r;

  if (point == NULL)
    return PARAPH_ERROR_UNTRUSTED;
  r = paraph_session_point_read (point, &key);
  if (r != PARAPH_OK)
    return r;
  if (!paraph_bytes_equal (key.bytes, certified->bytes, sizeof key.bytes))
    return PARAPH_ERROR_UNTRUSTED;
  return PARAPH_OK;
}

int
paraph_session_check_record (session_record *record, const ParaphSessionKey *certified)
{
  const session_state *state = session_record_get_state (record);

  if (state == NULL)
    return PARAPH_ERROR_UNTRUSTED;
  return paraph_session_compare_key (session_state_get_remote_identity_key (state), certified);
}

static int
gate_point (const ec_public_key *point)
{
  ParaphSessionKey key;
  int r;

  if (point == NULL)
    return PARAPH_ERROR_KEY;
  r = paraph_session_point_read (point, &key);
  if (r != PARAPH_OK)
    return r;
  return paraph_gate_check_key (key.bytes);
}

/* The first byte: the version of the message, which must be 3, then the newest version that its
 * writer knows: 3 for this library, 4 for the newest that still speaks version 3. */
static bool
is_version_3 (uint8_t byte)
{
  return byte == PARAPH_SESSION_VERSION_BYTE || byte == PARAPH_SESSION_VERSION_BYTE_NEWER;
}

/* Types 4 and 5 are the library's group messages: processing those again would open old messages
 * to replay. Version 2 has no authentication worth the name. */
static int
check_form (const ParaphSessionMessage *message)
{
  if (message->type != CIPHERTEXT_SIGNAL_TYPE && message->type != CIPHERTEXT_PREKEY_TYPE)
    return PARAPH_ERROR_INCOMPATIBLE;
  if (message->size < PARAPH_SESSION_MESSAGE_SIZE_MIN
      || message->size > PARAPH_SESSION_MESSAGE_SIZE_MAX)
    return PARAPH_ERROR_LIMIT;
  if (!is_version_3 (message->bytes[0]))
    return PARAPH_ERROR_INCOMPATIBLE;
  return PARAPH_OK;
}

/* The outer part of a first message is under no MAC. It may have nothing but its fields, each once:
 * no unknown ones, none repeated, no bytes left over. Written anew it then has the same size; the
 * order of the fields differs between implementations. */
static int
check_has_nothing_else (ParaphSessions *sessions, const pre_key_signal_message *first, size_t size)
{
  pre_key_signal_message *again = NULL;
  bool has_prekey = pre_key_signal_message_has_pre_key_id (first) != 0;
  uint32_t prekey_id = has_prekey ? pre_key_signal_message_get_pre_key_id (first) : 0;
  size_t again_size;
  int r;

  r = pre_key_signal_message_create (
      &again, pre_key_signal_message_get_message_version (first),
      pre_key_signal_message_get_registration_id (first), has_prekey ? &prekey_id : NULL,
      pre_key_signal_message_get_signed_pre_key_id (first),
      pre_key_signal_message_get_base_key (first), pre_key_signal_message_get_identity_key (first),
      pre_key_signal_message_get_signal_message (first), sessions->context);
  if (r < 0)
    return paraph_session_code_of_parsing (r);
  again_size = signal_buffer_len (ciphertext_message_get_serialized ((ciphertext_message *) again));
  SIGNAL_UNREF (again);
  return again_size == size ? PARAPH_OK : PARAPH_ERROR_MALFORMED;
}

static int
check_prekey_id (const pre_key_signal_message *first)
{
  uint32_t id;

  if (!pre_key_signal_message_has_pre_key_id (first))
    return PARAPH_OK;
  id = pre_key_signal_message_get_pre_key_id (first); /* asserts that there is one */
  return id >= 1 && id <= PARAPH_PREKEY_ID_MAX ? PARAPH_OK : PARAPH_ERROR_NO_PREKEY;
}

static int
check_first (ParaphSessions *sessions, const pre_key_signal_message *first, size_t size,
             const ParaphSessionKey *certified)
{
  const ec_public_key *identity = pre_key_signal_message_get_identity_key (first);
  int r;

  r = gate_point (identity);
  if (r == PARAPH_OK)
    r = paraph_session_compare_key (identity, certified);
  if (r == PARAPH_OK)
    r = gate_point (pre_key_signal_message_get_base_key (first));
  if (r == PARAPH_OK)
    r = check_prekey_id (first);
  if (r == PARAPH_OK)
    r = check_has_nothing_else (sessions, first, size);
  return r;
}

/* Form, and the gate for the key that both kinds of message have. */
static int
parse_unproven (ParaphSessions *sessions, const ParaphSessionMessage *message,
                ParaphSessionParsed *ret_parsed)
{
  ParaphSessionParsed parsed = { NULL, NULL };
  int r = check_form (message);

  if (r != PARAPH_OK)
    return r;
  if (message->type == CIPHERTEXT_PREKEY_TYPE)
    r = pre_key_signal_message_deserialize (&parsed.first, message->bytes, message->size,
                                            sessions->context);
  else
    r = signal_message_deserialize (&parsed.later, message->bytes, message->size,
                                    sessions->context);
  r = paraph_session_code_of_parsing (r);
  if (r != PARAPH_OK)
    return r;
  if (parsed.first != NULL)
    parsed.later = pre_key_signal_message_get_signal_message (parsed.first);
  r = gate_point (signal_message_get_sender_ratchet_key (parsed.later));
  if (r != PARAPH_OK)
    {
      paraph_session_parsed_clear (&parsed);
      return r;
    }
  *ret_parsed = parsed;
  return PARAPH_OK;
}

int
paraph_session_parse (ParaphSessions *sessions, const ParaphSessionMessage *message,
                      const ParaphSessionKey *certified, ParaphSessionParsed *ret_parsed)
{
  ParaphSessionParsed parsed = { NULL, NULL };
  int r = parse_unproven (sessions, message, &parsed);

  if (r == PARAPH_OK && parsed.first != NULL)
    r = check_first (sessions, parsed.first, message->size, certified);
  if (r != PARAPH_OK)
    {
      paraph_session_parsed_clear (&parsed);
      return r;
    }
  *ret_parsed = parsed;
  return PARAPH_OK;
}

int
paraph_sessions_peek (ParaphSessions *sessions, const ParaphSessionMessage *message,
                      ParaphSessionOrder *ret_order)
{
  ParaphSessionParsed parsed = { NULL, NULL };
  ParaphSessionOrder order;
  int r = parse_unproven (sessions, message, &parsed);

  if (r == PARAPH_OK)
    r = paraph_session_point_read (signal_message_get_sender_ratchet_key (parsed.later),
                                   &order.chain);
  if (r == PARAPH_OK)
    {
      order.counter = signal_message_get_counter (parsed.later);
      *ret_order = order;
    }
  paraph_session_parsed_clear (&parsed);
  return r;
}

void
paraph_session_parsed_clear (ParaphSessionParsed *parsed)
{
  if (parsed->first != NULL)
    SIGNAL_UNREF (parsed->first);
  else if (parsed->later != NULL)
    SIGNAL_UNREF (parsed->later);
  parsed->later = NULL;
}

/* Where the chain of RATCHET_KEY stands in any state of the record; 0 for a new chain. */
static uint32_t
find_chain_index (session_record *record, ec_public_key *ratchet_key)
{
  const session_record_state_node *node;
  ratchet_chain_key *chain = NULL;

  if (session_record_get_state (record) != NULL)
    chain = session_state_get_receiver_chain_key (session_record_get_state (record), ratchet_key);
  node = session_record_get_previous_states_head (record);
  while (chain == NULL && node != NULL)
    {
      chain = session_state_get_receiver_chain_key (
          session_record_get_previous_states_element (node), ratchet_key);
      node = session_record_get_previous_states_next (node);
    }
  return chain != NULL ? ratchet_chain_key_get_index (chain) : 0;
}

/* Keys are derived up to the message's counter before its MAC is looked at. */
int
paraph_session_check_jump (session_record *record, const signal_message *message, uint32_t max_jump)
{
  uint32_t counter = signal_message_get_counter (message);
  uint32_t index = find_chain_index (record, signal_message_get_sender_ratchet_key (message));

  if (counter > index && counter - index > max_jump)
    return PARAPH_ERROR_LIMIT;
  return PARAPH_OK;
}
