/* A bundle begins a session. */

#include "crypto/session.h"

#include <string.h>

#include "crypto/gate.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "crypto/session-private.h"

typedef struct
{
  ec_public_key *identity;
  ec_public_key *signed_prekey;
  ec_public_key *prekey; /* NULL without one */
} Points;

static bool
is_valid_id (uint32_t id)
{
  return id >= 1 && id <= PARAPH_PREKEY_ID_MAX;
}

static int
check_form (const ParaphBundle *bundle)
{
  if (bundle->registration_id < 1 || bundle->registration_id > PARAPH_REGISTRATION_ID_MAX
      || !is_valid_id (bundle->signed_prekey.id))
    return PARAPH_ERROR_MALFORMED;
  if (bundle->has_prekey && (!bundle->is_directed || !is_valid_id (bundle->prekey.id)))
    return PARAPH_ERROR_MALFORMED;
  return PARAPH_OK;
}

static int
check_devices (const ParaphSessions *self, const ParaphBundle *bundle)
{
  if (paraph_id_equal (&bundle->issuer, &self->device))
    return PARAPH_ERROR_BINDING;
  if (bundle->is_directed && !paraph_id_equal (&bundle->recipient, &self->device))
    return PARAPH_ERROR_BINDING;
  return PARAPH_OK;
}

static int
check_keys (ParaphSessions *self, const ParaphBundle *bundle)
{
  ParaphSessionKey certified;
  int r;

  r = paraph_gate_check_key (bundle->identity.bytes);
  if (r == PARAPH_OK)
    r = paraph_gate_check_key (bundle->signed_prekey.key.bytes);
  if (r == PARAPH_OK && bundle->has_prekey)
    r = paraph_gate_check_key (bundle->prekey.key.bytes);
  if (r == PARAPH_OK)
    r = paraph_session_get_certified (self, &bundle->issuer, &certified);
  if (r != PARAPH_OK)
    return r;
  if (!paraph_bytes_equal (certified.bytes, bundle->identity.bytes, sizeof certified.bytes))
    return PARAPH_ERROR_UNTRUSTED;
  return PARAPH_OK;
}

static int
make_points (ParaphSessions *self, const ParaphBundle *bundle, Points *points)
{
  int r;

  r = paraph_session_point_new (self, &bundle->identity, &points->identity);
  if (r == PARAPH_OK)
    r = paraph_session_point_new (self, &bundle->signed_prekey.key, &points->signed_prekey);
  if (r == PARAPH_OK && bundle->has_prekey)
    r = paraph_session_point_new (self, &bundle->prekey.key, &points->prekey);
  return r;
}

static void
clear_points (Points *points)
{
  SIGNAL_UNREF (points->identity);
  SIGNAL_UNREF (points->signed_prekey);
  SIGNAL_UNREF (points->prekey);
}

static int
run_builder (ParaphSessions *self, const ParaphBundle *bundle, session_pre_key_bundle *library)
{
  ParaphSessionPeer peer;
  session_builder *builder = NULL;
  int r;

  paraph_session_peer_init (&peer, &bundle->issuer);
  r = session_builder_create (&builder, self->store_context, &peer.address, self->context);
  if (r >= 0)
    r = session_builder_process_pre_key_bundle (builder, library);
  if (builder != NULL)
    session_builder_free (builder);
  return r == SG_ERR_INVALID_KEY ? PARAPH_ERROR_SIGNATURE : paraph_session_code (r);
}

int
paraph_sessions_process_bundle (ParaphSessions *sessions, const ParaphBundle *bundle)
{
  Points points = { NULL, NULL, NULL };
  session_pre_key_bundle *library = NULL;
  int r;

  r = check_form (bundle);
  if (r == PARAPH_OK)
    r = check_devices (sessions, bundle);
  if (r == PARAPH_OK)
    r = check_keys (sessions, bundle);
  if (r == PARAPH_OK)
    r = make_points (sessions, bundle, &points);
  if (r == PARAPH_OK)
    r = paraph_session_code (session_pre_key_bundle_create (
        &library, bundle->registration_id, 1, bundle->has_prekey ? bundle->prekey.id : 0,
        points.prekey, bundle->signed_prekey.id, points.signed_prekey,
        bundle->signed_prekey.signature.bytes, sizeof bundle->signed_prekey.signature.bytes,
        points.identity));
  if (r == PARAPH_OK)
    r = run_builder (sessions, bundle, library);
  SIGNAL_UNREF (library);
  clear_points (&points);
  return r;
}
