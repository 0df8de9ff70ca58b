/* Keys of the pairwise sessions (X3DH): own keys that are made here, and bundles, the public keys
 * that one device gives to others so that they can begin a session with it.
 *
 * Nothing that a bundle says is proven by the values here: whoever calls has verified the Ed25519
 * signature over the card or packet that carried it. Threads: that of the ParaphSessions. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/secret.h"
#include "crypto/types.h"

#define PARAPH_PREKEY_ID_MAX 0xFFFFFEu    /* 0 and 0xFFFFFF are refused */
#define PARAPH_REGISTRATION_ID_MAX 16380u /* 1 to this */
#define PARAPH_SESSION_PRIVATE_SIZE 32

/* See crypto/session.h. */
typedef struct paraph_sessions ParaphSessions;

/* XEdDSA by the session identity key. It decides nothing here: the library demands it. */
typedef struct
{
  uint8_t bytes[64];
} ParaphPrekeySignature;

typedef struct
{
  uint32_t id;
  ParaphSessionKey key;
  ParaphPrekeySignature signature;
} ParaphSignedPrekey;

typedef struct
{
  uint32_t id;
  ParaphSessionKey key;
} ParaphPrekey;

/* A card's bundle is for anybody: is_directed false, recipient zero, no one-time prekey. */
typedef struct
{
  ParaphId issuer;
  ParaphId recipient; /* of a directed bundle: the only device that may use it */
  uint32_t registration_id;
  ParaphSessionKey identity;
  ParaphSignedPrekey signed_prekey;
  ParaphPrekey prekey; /* where has_prekey */
  bool is_directed;
  bool has_prekey;
} ParaphBundle;

/* A new identity key pair and registration id for a device that is being enrolled; the store
 * keeps them before the first ParaphSessions is made. Ownership of the secret passes. */
__attribute__ ((warn_unused_result)) int
paraph_session_keys_new_identity (ParaphSessionKey *ret_public, ParaphSecret **ret_private,
                                  uint32_t *ret_registration_id);

/* A new signed prekey, handed to store_signed_prekey. PARAPH_ERROR_LIMIT: an id out of range. */
__attribute__ ((warn_unused_result)) int
paraph_session_keys_new_signed_prekey (ParaphSessions *sessions, uint32_t id,
                                       ParaphSignedPrekey *ret_prekey);

/* A new one-time prekey, handed to store_prekey. Ids are not used again while a bundle may name
 * them. PARAPH_ERROR_LIMIT: an id out of range. */
__attribute__ ((warn_unused_result)) int
paraph_session_keys_new_prekey (ParaphSessions *sessions, uint32_t id, ParaphPrekey *ret_prekey);

/* The public parts of a stored signed prekey, for the next bundle. PARAPH_ERROR_NO_PREKEY. */
__attribute__ ((warn_unused_result)) int
paraph_session_keys_read_signed_prekey (ParaphSessions *sessions, uint32_t id,
                                        ParaphSignedPrekey *ret_prekey);

/* Fills a bundle of this device for PEER, or for a card where PEER is NULL, then without PREKEY.
 * PREKEY may be NULL. */
__attribute__ ((warn_unused_result)) int
paraph_session_keys_make_bundle (ParaphSessions *sessions, const ParaphId *peer,
                                 const ParaphSignedPrekey *signed_prekey,
                                 const ParaphPrekey *prekey, ParaphBundle *ret_bundle);
