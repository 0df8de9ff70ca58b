/* One device with its session rows in memory: a ParaphSessionStore for tests, whose savepoints
 * are snapshots. It trusts exactly the keys that a test names: there is no other mode. */

#pragma once

#include <glib.h>

#include "crypto/session.h"

typedef struct
{
  ParaphId device;
  ParaphSessionKey identity;
  ParaphSecret *identity_private;
  uint32_t registration_id;
  ParaphSessions *sessions;

  GHashTable *rows;     /* "session HEX", "prekey N", "signed N", "base N HEX" -> GBytes */
  GHashTable *expected; /* hex of a device -> GBytes, a key */

  unsigned int fail_in; /* the callback with this number from now on fails; 0: none does */
  unsigned int stores;  /* how often a row was written or removed */
} MemorySessions;

/* A device whose id is the SHA-256 of NAME, with new keys. Never NULL: aborts the test. */
MemorySessions *memory_sessions_new (const char *name);
void memory_sessions_free (MemorySessions *self);

/* What the powers in force certify for PEER from now on. */
void memory_sessions_trust (MemorySessions *self, const MemorySessions *peer);
void memory_sessions_trust_key (MemorySessions *self, const ParaphId *peer,
                                const ParaphSessionKey *key);
void memory_sessions_distrust (MemorySessions *self, const ParaphId *peer);

/* A savepoint; rollback takes the snapshot back and may be repeated. */
GHashTable *memory_sessions_snapshot (const MemorySessions *self);
void memory_sessions_rollback (MemorySessions *self, GHashTable *snapshot);

/* The number of rows whose name begins with PREFIX. */
unsigned int memory_sessions_count (const MemorySessions *self, const char *prefix);

/* A bundle of SELF: signed prekey SIGNED_ID, made when absent; one-time prekey ID, 0 for none.
 * PEER NULL: a card's. */
ParaphBundle memory_sessions_bundle (MemorySessions *self, const MemorySessions *peer,
                                     uint32_t signed_id, uint32_t prekey_id);

/* Each trusts the other, and FROM has processed a bundle of TO. */
void memory_sessions_meet (MemorySessions *from, MemorySessions *to, uint32_t prekey_id);

/* Encrypts a plaintext made of NUMBER. Aborts the test on failure. */
ParaphSessionMessage memory_sessions_send (MemorySessions *from, const MemorySessions *to,
                                           uint32_t number);

/* Decrypts inside a savepoint: rolled back on failure. *RET_NUMBER on success; may be NULL. */
int memory_sessions_receive (MemorySessions *to, const MemorySessions *from,
                             const ParaphSessionMessage *message, uint32_t max_jump,
                             uint32_t *ret_number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MemorySessions, memory_sessions_free)
