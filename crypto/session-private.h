/* Shared by crypto/session*.c and their tests: the library's objects behind a ParaphSessions. */

#pragma once

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <signal/signal_protocol.h>
#include <signal/key_helper.h>
#include <signal/protocol.h>
#include <signal/session_builder.h>
#include <signal/session_cipher.h>
#include <signal/session_state.h>

#include "crypto/error.h"
#include "crypto/provider.h"
#include "crypto/session-keys.h"
#include "crypto/session-store.h"
#include "crypto/session.h"
#include "crypto/types.h"

#define PARAPH_SESSION_VERSION_BYTE 0x33
#define PARAPH_SESSION_VERSION_BYTE_NEWER 0x34

struct paraph_sessions
{
  ParaphId device;
  ParaphSessionStore store;
  pthread_mutex_t mutex;
  ParaphProvider *provider;
  signal_context *context;
  signal_protocol_store_context *store_context;
};

struct paraph_session_record
{
  signal_buffer *buffer;
};

/* The library borrows the name: the struct must outlive what was made from its address. */
typedef struct
{
  char name[PARAPH_ID_HEX_SIZE + 1];
  signal_protocol_address address;
} ParaphSessionPeer;

/* A message that passed every check that can be made without its session's keys. Exactly one of
 * the two is set; later is borrowed from first where that is set. */
typedef struct
{
  pre_key_signal_message *first;
  signal_message *later;
} ParaphSessionParsed;

void paraph_session_peer_init (ParaphSessionPeer *self, const ParaphId *peer);

/* Hands our callbacks to the library. The store context must exist. */
__attribute__ ((warn_unused_result)) int paraph_session_bridge_attach (ParaphSessions *sessions);

/* A result of the library as one of crypto/error.h; 0 and positive ones become PARAPH_OK. The
 * second is for the parsing of a foreign message, where a bad argument is the peer's. */
__attribute__ ((warn_unused_result)) int paraph_session_code (int library_code);
__attribute__ ((warn_unused_result)) int paraph_session_code_of_parsing (int library_code);

/* The key that the powers certify for PEER; PARAPH_ERROR_UNTRUSTED where there is none. */
__attribute__ ((warn_unused_result)) int paraph_session_get_certified (ParaphSessions *sessions,
                                                                       const ParaphId *peer,
                                                                       ParaphSessionKey *ret_key);

/* Whether POINT is the key CERTIFIED: PARAPH_ERROR_UNTRUSTED. A NULL point is not. */
__attribute__ ((warn_unused_result)) int
paraph_session_compare_key (const ec_public_key *point, const ParaphSessionKey *certified);

/* Whether the session kept for PEER is one with the key CERTIFIED. */
__attribute__ ((warn_unused_result)) int
paraph_session_check_record (session_record *record, const ParaphSessionKey *certified);

/* Parses and gates MESSAGE; then its jump is bounded in RECORD, the one kept for its sender. */
__attribute__ ((warn_unused_result)) int paraph_session_parse (ParaphSessions *sessions,
                                                               const ParaphSessionMessage *message,
                                                               const ParaphSessionKey *certified,
                                                               ParaphSessionParsed *ret_parsed);
__attribute__ ((warn_unused_result)) int paraph_session_check_jump (session_record *record,
                                                                    const signal_message *message,
                                                                    uint32_t max_jump);
void paraph_session_parsed_clear (ParaphSessionParsed *parsed);

/* X25519 point as 33 bytes, 0x05 first, to and from the library's object. */
__attribute__ ((warn_unused_result)) int paraph_session_point_new (ParaphSessions *sessions,
                                                                   const ParaphSessionKey *key,
                                                                   ec_public_key **ret_point);
__attribute__ ((warn_unused_result)) int paraph_session_point_read (const ec_public_key *point,
                                                                    ParaphSessionKey *ret_key);
