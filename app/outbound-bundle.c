/* Directed bundles on their way out: a one-time prekey for one device, signed. */

#include "app/outbound-private.h"

#include "app/home-private.h"
#include "app/limit-table.h"
#include "crypto/hash.h"
#include "store/prekey-table.h"
#include "store/session-table.h"

/* Fills and signs the packet. The one-time prekey is noted as the peer's. */
static gboolean
make_bundle (ParaphHome *home, const ParaphId *device, ParaphBundlePacket *bundle, GError **error)
{
  gint64 now = paraph_home_now ();
  ParaphSignedPrekey signed_prekey = { 0 };
  ParaphPrekey prekey = { 0 };
  ParaphSignedBy by = { 0 };
  ParaphId hash = { { 0 } };
  guint32 id = 0;

  if (!paraph_home_get_signed_prekey (home, &signed_prekey, error)
      || !paraph_prekey_table_next_id (home->store, &id, error)
      || !paraph_home_check (paraph_session_keys_new_prekey (home->sessions, id, &prekey),
                             "A one-time prekey cannot be made", error)
      || !paraph_prekey_table_set_peer (home->store, id, device, now, error)
      || !paraph_home_check (paraph_session_keys_make_bundle (
                                 home->sessions, device, &signed_prekey, &prekey, &bundle->bundle),
                             "A bundle cannot be made", error))
    return FALSE;
  bundle->issued = now;
  bundle->expires = now + PARAPH_LIMIT_BUNDLE;
  paraph_packet_hash_bundle (bundle, &hash);
  if (!paraph_home_sign (home, PARAPH_SSHSIG_BUNDLE, &hash, &by, error))
    return FALSE;
  bundle->signature = by.signature;
  return TRUE;
}

gboolean
paraph_outbound_bundle (ParaphHome *home, const ParaphId *device, GError **error)
{
  g_autoptr (ParaphAddress) address = NULL;
  g_autoptr (ParaphPacket) packet = NULL;
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  ParaphBundlePacket bundle = { 0 };
  ParaphBundleState state = { 0 };
  ParaphSending sending = { 0 };
  GError *inner = NULL;
  guint reached = 0;

  address = paraph_home_get_address (home, device, &inner);
  if (inner != NULL)
    {
      g_propagate_error (error, inner);
      return FALSE;
    }
  if (address == NULL || paraph_home_get_powers (home) == NULL)
    return TRUE;
  if (!make_bundle (home, device, &bundle, error))
    return FALSE;
  packet = paraph_packet_new_bundle (&bundle);
  sending.packet = packet;
  g_array_append_vals (devices, device, 1);
  if (!paraph_outbound_send (home, &sending, devices, &reached, error))
    return FALSE;
  if (reached == 0)
    return paraph_prekey_table_delete (home->store, bundle.bundle.prekey.id, error);
  if (!paraph_session_table_get_bundle_state (home->store, device, &state, error))
    return FALSE;
  state.bundle_sent = bundle.issued;
  return paraph_session_table_set_bundle_state (home->store, device, &state, error);
}
