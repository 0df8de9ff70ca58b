/* What the pairwise sessions need of whoever keeps their records: a struct of callbacks, declared
 * here, filled in by store/.
 *
 * Savepoints. Every effect of a call in crypto/session.h goes through these callbacks, at once and
 * without a cache: the caller puts one SAVEPOINT around each call and whatever it writes with the
 * result, and rolls back when anything fails. A failed call may well have stored something before
 * it failed. A cache behind these callbacks must be dropped by a rollback.
 *
 * Results, for every callback without another remark:
 *   load, take, contains, expected_key   1 found or done, 0 absent, negative: storage error
 *   store, remove                        0 done (removing what is absent too), negative: error
 * A negative result of a callback reaches the caller as PARAPH_ERROR_STORAGE.
 *
 * Bytes. A record is opaque and secret. Towards the store it is borrowed for the call; from the
 * store it is handed over by paraph_session_record_put, which copies. The store seals records
 * under its own key and must verify that seal before it hands a record back: the library below
 * reads half of a damaged record without a word.
 *
 * All callbacks run in the thread that called into crypto/session.h; none may call back into it. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/secret.h"
#include "crypto/types.h"

/* Where a load callback puts the record that it found. */
typedef struct paraph_session_record ParaphSessionRecord;

/* Copies SIZE bytes, at least 1. Once per load; PARAPH_ERROR_INTERNAL on a second call. */
__attribute__ ((warn_unused_result)) int
paraph_session_record_put (ParaphSessionRecord *record, const uint8_t *bytes, size_t size);

typedef struct
{
  /* Sessions, one row for each peer device. delete: 1 deleted, 0 there was none. */
  int (*load_session) (void *user_data, const ParaphId *peer, ParaphSessionRecord *record);
  int (*store_session) (void *user_data, const ParaphId *peer, const uint8_t *bytes, size_t size);
  int (*contains_session) (void *user_data, const ParaphId *peer);
  int (*delete_session) (void *user_data, const ParaphId *peer);

  /* Own one-time prekeys, ids 1 to PARAPH_PREKEY_ID_MAX. Removed only through here, inside the
   * savepoint of the message that used them. */
  int (*load_prekey) (void *user_data, uint32_t id, ParaphSessionRecord *record);
  int (*store_prekey) (void *user_data, uint32_t id, const uint8_t *bytes, size_t size);
  int (*remove_prekey) (void *user_data, uint32_t id);

  /* Own signed prekeys. Their time of creation is kept by the store, in a column of its own. */
  int (*load_signed_prekey) (void *user_data, uint32_t id, ParaphSessionRecord *record);
  int (*store_signed_prekey) (void *user_data, uint32_t id, const uint8_t *bytes, size_t size);

  /* Own identity. The private key is 32 bytes, borrowed at least until the call into session.h
   * returns. Both: 0 or negative; an absent one is an error. */
  int (*load_identity) (void *user_data, ParaphSessionKey *ret_public,
                        const ParaphSecret **ret_private);
  int (*load_registration_id) (void *user_data, uint32_t *ret_id);

  /* The session key that the powers in force certify for PEER now. 0, absent, is untrusted: for a
   * device that is unknown, revoked or not yet admitted. There is no first-use mode. */
  int (*expected_key) (void *user_data, const ParaphId *peer, ParaphSessionKey *ret_key);

  /* A first message that used no one-time prekey has set up a session. BASE_KEY is the SHA-256 of
   * its base key: note it as long as that signed prekey lives. 1: noted now; 0: it was noted
   * before, so the message is a replay, or older than our deleting the session it began: decrypt
   * then fails with PARAPH_ERROR_NO_PREKEY. */
  int (*take_base_key) (void *user_data, uint32_t signed_prekey_id, const ParaphId *base_key);

  void *user_data;
} ParaphSessionStore;
