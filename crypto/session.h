/* Pairwise sessions: X3DH and the Double Ratchet between this device and others, by
 * libsignal-protocol-c. These session headers are the only way to that library.
 *
 * What the library leaves to its user is done here: certified keys decide before every encryption
 * and after every decryption, each foreign key passes the gate, and sizes, types and jumps are
 * bounded before the library looks at a message. It carries wraps (crypto/content.h) only.
 *
 * Transactions: see crypto/session-store.h. One SAVEPOINT around each call; any negative result
 * means roll back. An outgoing message is committed before a byte of it leaves and is sent again
 * as it is: never encrypt twice for one envelope. A restored database must not encrypt at all.
 *
 * Threads: one ParaphSessions and everything it calls belongs to one thread, which the caller
 * asserts. Two live in two threads without harm.
 *
 * Failures of the peer: PARAPH_ERROR_MALFORMED (drop it), _LIMIT (quarantine), _INCOMPATIBLE,
 * _KEY (a refused key), _UNTRUSTED (not the certified key: people must decide), _DUPLICATE (drop
 * without a word), _DECRYPT (state unchanged, the genuine copy still works), _NO_SESSION (hold it
 * until a first message comes), _NO_PREKEY (send a fresh bundle). Own: _STORAGE, _MEMORY,
 * _INTERNAL. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/secret.h"
#include "crypto/session-keys.h"
#include "crypto/session-store.h"
#include "crypto/types.h"

#define PARAPH_SESSION_MESSAGE_SIZE_MIN 200
#define PARAPH_SESSION_MESSAGE_SIZE_MAX 330

/* How far ahead of its chain a message may be: each step is work before anything is proven. */
#define PARAPH_SESSION_JUMP 200u         /* the sender is not proven yet */
#define PARAPH_SESSION_JUMP_PROVEN 2000u /* the outer layer proved the sender */

#define PARAPH_SESSION_SIZE_WARN 65536   /* a record above this is said aloud */
#define PARAPH_SESSION_SIZE_RENEW 262144 /* above this: begin a new session */

/* One wrapped key, as the library writes it. Type and size stand in the envelope. */
typedef struct
{
  uint8_t type; /* 3 the first of a session, 2 later ones */
  uint16_t size;
  uint8_t bytes[PARAPH_SESSION_MESSAGE_SIZE_MAX];
} ParaphSessionMessage;

/* DEVICE is our own device id. STORE is copied; its user_data is borrowed until free. All
 * callbacks must be set: PARAPH_ERROR_INTERNAL. */
__attribute__ ((warn_unused_result)) int paraph_sessions_new (const ParaphId *device,
                                                              const ParaphSessionStore *store,
                                                              ParaphSessions **ret_sessions);
/* NULL does nothing. Clear also leaves NULL behind. */
void paraph_sessions_free (ParaphSessions *sessions);
void paraph_sessions_clear (ParaphSessions **sessions);

/* Begins a session with BUNDLE's issuer, and keeps an older one only to open what is under way.
 * The bundle's signature has been verified by the caller. PARAPH_ERROR_BINDING: a bundle for
 * another device or by ourselves. PARAPH_ERROR_SIGNATURE: its prekey signature. */
__attribute__ ((warn_unused_result)) int
paraph_sessions_process_bundle (ParaphSessions *sessions, const ParaphBundle *bundle);

/* WRAP is PARAPH_WRAP_SIZE bytes. PARAPH_ERROR_NO_SESSION: process a bundle first.
 * PARAPH_ERROR_LIMIT: the session has run its course, begin a new one. */
__attribute__ ((warn_unused_result)) int
paraph_sessions_encrypt (ParaphSessions *sessions, const ParaphId *peer, const ParaphSecret *wrap,
                         ParaphSessionMessage *ret_message);

/* MAX_JUMP is PARAPH_SESSION_JUMP or PARAPH_SESSION_JUMP_PROVEN. The plaintext has exactly
 * PARAPH_WRAP_SIZE bytes and passes to the caller, who still checks every field of it. */
__attribute__ ((warn_unused_result)) int
paraph_sessions_decrypt (ParaphSessions *sessions, const ParaphId *peer,
                         const ParaphSessionMessage *message, uint32_t max_jump,
                         ParaphSecret **ret_wrap);

/* Where a message stands among its sender's, by what it says itself: nothing is proven. Waiting mail
 * is opened by chain and then by counter, so that disorder leaves no skipped keys behind. */
typedef struct
{
  ParaphSessionKey chain;
  uint32_t counter;
} ParaphSessionOrder;

/* Fails as decrypt does for a message that is not of the form. */
__attribute__ ((warn_unused_result)) int paraph_sessions_peek (ParaphSessions *sessions,
                                                               const ParaphSessionMessage *message,
                                                               ParaphSessionOrder *ret_order);

/* Whether encrypt would find a session, usable or not. */
__attribute__ ((warn_unused_result)) int paraph_sessions_has (ParaphSessions *sessions,
                                                              const ParaphId *peer, bool *ret_has);

/* Bytes of the stored record; PARAPH_ERROR_NO_SESSION without one. */
__attribute__ ((warn_unused_result)) int
paraph_sessions_get_size (ParaphSessions *sessions, const ParaphId *peer, size_t *ret_size);

/* For a revoked device, or to begin anew. Deleting what is absent succeeds. */
__attribute__ ((warn_unused_result)) int paraph_sessions_delete (ParaphSessions *sessions,
                                                                 const ParaphId *peer);

#define PARAPH_SESSIONS_AUTO __attribute__ ((cleanup (paraph_sessions_clear)))
