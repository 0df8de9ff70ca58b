/* The keys of the sessions: a new signed prekey from time to time, and directed bundles. */

#include "app/sync-private.h"

#include "app/home-private.h"
#include "app/limit-table.h"
#include "app/outbound-private.h"
#include "crypto/hash.h"
#include "store/prekey-table.h"
#include "store/session-table.h"

/* A signed prekey serves a week; everybody we share a channel with is told of the next one. */
static gboolean
renew_prekey (ParaphHome *home, GError **error)
{
  guint32 id = 0;
  gint64 created = 0;

  if (!paraph_prekey_table_get_current (home->store, &id, &created, error))
    return FALSE;
  if (id != 0 && paraph_home_now () - created < PARAPH_LIMIT_PREKEY_CURRENT)
    return TRUE;
  return paraph_home_new_signed_prekey (home, error) && paraph_home_renew_address (home, error)
         && paraph_outbound_card (home, &home->delegation, NULL, error);
}

/* The larger device id sends its bundle once there is a session; the smaller one answers with its own
 * when it begins anew (app/inbound-cards.c). So a first message on the new session is certain. */
static gboolean
greet (ParaphHome *home, const ParaphId *device, GError **error)
{
  ParaphBundleState state = { 0 };
  bool has = false;

  if (paraph_id_compare (&home->device, device) <= 0)
    return TRUE;
  if (!paraph_home_check (paraph_sessions_has (home->sessions, device, &has),
                          "The sessions cannot be read", error)
      || !paraph_session_table_get_bundle_state (home->store, device, &state, error))
    return FALSE;
  return !has || state.bundle_sent != 0 || paraph_outbound_bundle (home, device, error);
}

static gboolean
greet_all (ParaphHome *home, GError **error)
{
  g_autoptr (GArray) devices = paraph_home_list_devices (home);

  for (guint i = 0; i < devices->len; i++)
    if (!greet (home, &g_array_index (devices, ParaphId, i), error))
      return FALSE;
  return TRUE;
}

/* Begins the session anew on the card, which the peer can always open, and sends a fresh bundle in
 * it. */
static gboolean
mend (ParaphHome *home, const ParaphId *device, GError **error)
{
  ParaphBundleState state = { 0 };
  gint64 now = paraph_home_now ();
  gboolean is_begun = FALSE;

  if (!paraph_session_table_get_bundle_state (home->store, device, &state, error))
    return FALSE;
  if (now - state.bundle_sent < PARAPH_LIMIT_BUNDLE_AGAIN && state.bundle_sent <= now)
    return TRUE;
  return paraph_outbound_begin_session (home, device, &is_begun, error)
         && (!is_begun || paraph_outbound_bundle (home, device, error));
}

static gboolean
mend_all (ParaphHome *home, GError **error)
{
  GArray *failing = paraph_home_get_data (home)->failing;

  for (guint i = 0; i < failing->len; i++)
    if (!mend (home, &g_array_index (failing, ParaphId, i), error))
      return FALSE;
  g_array_set_size (failing, 0);
  return TRUE;
}

gboolean
paraph_sync_keys (ParaphHome *home, GError **error)
{
  gboolean is_old = FALSE;

  if (!paraph_home_is_old_copy (home, &is_old, error))
    return FALSE;
  if (is_old || paraph_home_get_powers (home) == NULL)
    return TRUE;
  return renew_prekey (home, error) && mend_all (home, error) && greet_all (home, error);
}
