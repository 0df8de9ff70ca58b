/* Fills the storage callbacks of crypto/session.h from a store, the own keys, and the caller's
 * word on which session key a peer has. Worker's thread. No cache: a rollback leaves nothing. */

#pragma once

#include "crypto/session-store.h"
#include "store/store.h"

/* The session key that the powers in force certify for PEER: 1 and the key, 0 unknown or revoked,
 * negative: failure. */
typedef int (*ParaphExpectedKeyFunc) (gpointer user_data, const ParaphId *peer,
                                      ParaphSessionKey *ret_key);

/* Filled by the caller, who keeps it as long as the ParaphSessions. All borrowed but the error. */
typedef struct
{
  ParaphStore *store;
  ParaphSessionKey public_key;
  const ParaphSecret *private_key;
  guint32 registration_id;
  ParaphExpectedKeyFunc expected_key;
  gpointer user_data;

  GError *error; /* owned: the first failure behind a PARAPH_ERROR_STORAGE; NULL at first */
} ParaphSessionKeeper;

void paraph_session_keeper_fill (ParaphSessionKeeper *keeper, ParaphSessionStore *ret_callbacks);

/* Hands out and forgets the first failure; NULL when there was none. */
GError *paraph_session_keeper_take_error (ParaphSessionKeeper *keeper);
