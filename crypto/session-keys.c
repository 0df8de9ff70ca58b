#include "crypto/session-keys.h"

#include <string.h>

#include <sodium.h>

#include "crypto/session-private.h"
#include "crypto/session-random.h"

static bool
is_valid_id (uint32_t id)
{
  return id >= 1 && id <= PARAPH_PREKEY_ID_MAX;
}

int
paraph_session_keys_new_identity (ParaphSessionKey *ret_public, ParaphSecret **ret_private,
                                  uint32_t *ret_registration_id)
{
  ParaphSecret *secret = NULL;
  ParaphSessionKey public_key;
  uint32_t draw;
  uint8_t *bytes;
  int r;

  r = paraph_secret_new ("session identity", PARAPH_SESSION_PRIVATE_SIZE, &secret);
  if (r != PARAPH_OK)
    return r;
  bytes = paraph_secret_data_mutable (secret);
  paraph_session_random (bytes, PARAPH_SESSION_PRIVATE_SIZE);
  bytes[0] &= 248;
  bytes[31] &= 127;
  bytes[31] |= 64;
  if (crypto_scalarmult_base (public_key.bytes, bytes) != 0)
    {
      paraph_secret_free (secret);
      return PARAPH_ERROR_INTERNAL;
    }
  paraph_session_random ((uint8_t *) &draw, sizeof draw);
  *ret_public = public_key;
  *ret_private = secret;
  *ret_registration_id = 1 + draw % PARAPH_REGISTRATION_ID_MAX;
  return PARAPH_OK;
}

static int
read_signed_prekey (const session_signed_pre_key *prekey, ParaphSignedPrekey *ret_prekey)
{
  ParaphSignedPrekey result;
  const ec_public_key *point =
      ec_key_pair_get_public (session_signed_pre_key_get_key_pair (prekey));
  int r;

  if (session_signed_pre_key_get_signature_len (prekey) != sizeof result.signature.bytes)
    return PARAPH_ERROR_INTERNAL;
  r = paraph_session_point_read (point, &result.key);
  if (r != PARAPH_OK)
    return r;
  result.id = session_signed_pre_key_get_id (prekey);
  memcpy (result.signature.bytes, session_signed_pre_key_get_signature (prekey),
          sizeof result.signature.bytes);
  *ret_prekey = result;
  return PARAPH_OK;
}

/* The library's own time of creation says nothing here: the store keeps one. */
int
paraph_session_keys_new_signed_prekey (ParaphSessions *sessions, uint32_t id,
                                       ParaphSignedPrekey *ret_prekey)
{
  ratchet_identity_key_pair *identity = NULL;
  session_signed_pre_key *prekey = NULL;
  int r;

  if (!is_valid_id (id))
    return PARAPH_ERROR_LIMIT;
  r = signal_protocol_identity_get_key_pair (sessions->store_context, &identity);
  if (r >= 0)
    r = signal_protocol_key_helper_generate_signed_pre_key (&prekey, identity, id, 0,
                                                            sessions->context);
  if (r >= 0)
    r = signal_protocol_signed_pre_key_store_key (sessions->store_context, prekey);
  r = paraph_session_code (r);
  if (r == PARAPH_OK)
    r = read_signed_prekey (prekey, ret_prekey);
  SIGNAL_UNREF (prekey);
  SIGNAL_UNREF (identity);
  return r;
}

int
paraph_session_keys_new_prekey (ParaphSessions *sessions, uint32_t id, ParaphPrekey *ret_prekey)
{
  ec_key_pair *pair = NULL;
  session_pre_key *prekey = NULL;
  ParaphPrekey result = { .id = id };
  int r;

  if (!is_valid_id (id))
    return PARAPH_ERROR_LIMIT;
  r = curve_generate_key_pair (sessions->context, &pair);
  if (r >= 0)
    r = session_pre_key_create (&prekey, id, pair);
  if (r >= 0)
    r = signal_protocol_pre_key_store_key (sessions->store_context, prekey);
  r = paraph_session_code (r);
  if (r == PARAPH_OK)
    r = paraph_session_point_read (ec_key_pair_get_public (pair), &result.key);
  if (r == PARAPH_OK)
    *ret_prekey = result;
  SIGNAL_UNREF (prekey);
  SIGNAL_UNREF (pair);
  return r;
}

int
paraph_session_keys_read_signed_prekey (ParaphSessions *sessions, uint32_t id,
                                        ParaphSignedPrekey *ret_prekey)
{
  session_signed_pre_key *prekey = NULL;
  int r = signal_protocol_signed_pre_key_load_key (sessions->store_context, &prekey, id);

  r = paraph_session_code (r);
  if (r == PARAPH_OK)
    r = read_signed_prekey (prekey, ret_prekey);
  SIGNAL_UNREF (prekey);
  return r;
}

int
paraph_session_keys_make_bundle (ParaphSessions *sessions, const ParaphId *peer,
                                 const ParaphSignedPrekey *signed_prekey,
                                 const ParaphPrekey *prekey, ParaphBundle *ret_bundle)
{
  const ParaphSessionStore *store = &sessions->store;
  const ParaphSecret *private_key = NULL;
  ParaphBundle bundle;

  memset (&bundle, 0, sizeof bundle);
  if (peer == NULL && prekey != NULL)
    return PARAPH_ERROR_INTERNAL;
  if (store->load_identity (store->user_data, &bundle.identity, &private_key) != PARAPH_OK
      || store->load_registration_id (store->user_data, &bundle.registration_id) != PARAPH_OK)
    return PARAPH_ERROR_STORAGE;
  bundle.issuer = sessions->device;
  bundle.signed_prekey = *signed_prekey;
  bundle.is_directed = peer != NULL;
  bundle.has_prekey = prekey != NULL;
  if (peer != NULL)
    bundle.recipient = *peer;
  if (prekey != NULL)
    bundle.prekey = *prekey;
  *ret_bundle = bundle;
  return PARAPH_OK;
}
