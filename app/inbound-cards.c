/* Cards, invitations and answers come in; directed bundles too. */

#include "app/inbound-private.h"

#include <string.h>

#include "app/outbound-private.h"
#include "crypto/hash.h"
#include "negotiation/card.h"
#include "store/address-table.h"
#include "store/session-table.h"

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED, text);
  return FALSE;
}

/* One address block: kept where its device is in force and signed it. */
static gboolean
take_address (ParaphHome *home, const ParaphAddress *address, gboolean *ret_is_good, GError **error)
{
  const ParaphPowers *powers = paraph_home_find_device (home, &address->device);
  ParaphAddressRow row = { 0 };

  *ret_is_good = powers != NULL && paraph_address_verify (address, &powers->key, NULL);
  if (!*ret_is_good || paraph_id_equal (&address->device, &home->device))
    return TRUE;
  row.device = address->device;
  row.issue = (guint64) address->issue;
  row.bytes = address->bytes;
  row.signature = address->signature;
  row.updated = paraph_home_now ();
  return paraph_address_table_put (home->store, &row, NULL, error);
}

/* Some records of a card, and who brought it (NULL: by hand). */
typedef struct
{
  const ParaphCard *card;
  const ParaphId *carrier;
  guint from;
  guint to;
} Stretch;

/* ret_is_good is FALSE where one is refused or waits. */
static gboolean
take_records (ParaphHome *home, const Stretch *stretch, gboolean *ret_is_good, GError **error)
{
  *ret_is_good = TRUE;
  for (guint i = stretch->from; i < stretch->to; i++)
    {
      ParaphOutcome outcome;

      if (!paraph_inbound_record (home, g_ptr_array_index (stretch->card->records, i), NULL,
                                  stretch->carrier, &outcome, error))
        return FALSE;
      if (outcome == PARAPH_OUTCOME_REFUSED || outcome == PARAPH_OUTCOME_WAITING)
        *ret_is_good = FALSE;
    }
  return TRUE;
}

static gboolean
take_addresses (ParaphHome *home, const ParaphCard *card, gboolean *ret_is_good, GError **error)
{
  *ret_is_good = TRUE;
  for (guint i = 0; i < card->addresses->len; i++)
    {
      gboolean is_good = FALSE;

      if (!take_address (home, g_ptr_array_index (card->addresses, i), &is_good, error))
        return FALSE;
      *ret_is_good = *ret_is_good && is_good;
    }
  return TRUE;
}

/* The charter is of the delegation whose card it is, and one of its devices signed the whole. */
static gboolean
check_invitation (ParaphHome *home, const ParaphCard *card, GError **error)
{
  const ParaphPowers *powers = paraph_home_find_device (home, &card->invitation.key);
  const ParaphSealedRecord *first = g_ptr_array_index (card->records, 0);
  const ParaphSealedRecord *charter = g_ptr_array_index (card->records, card->records->len - 1);

  if (powers == NULL || !paraph_id_equal (&powers->delegation, &first->header->id)
      || paraph_home_find_device (home, &charter->header->author) == NULL)
    return refuse (error, "The invitation is not signed by a device of the delegation in it.");
  return paraph_card_verify_invitation (card, &powers->key, error);
}

static guint
count_identity (ParaphHome *home, const ParaphId *delegation)
{
  g_autoptr (GPtrArray) records =
      paraph_identities_list_records (paraph_ledger_get_identities (home->ledger), delegation);

  return records->len;
}

gboolean
paraph_inbound_card (ParaphHome *home, GBytes *file, ParaphId *ret_delegation, GError **error)
{
  g_autoptr (ParaphCard) card = paraph_card_parse (file, PARAPH_CARD_ANY, error);
  const ParaphSealedRecord *first = NULL;
  guint n_identity = 0;
  guint n_known = 0;
  Stretch rest = { 0 };
  gboolean is_good = FALSE;

  if (card == NULL)
    return FALSE;
  first = g_ptr_array_index (card->records, 0);
  n_identity = paraph_card_count_identity (card);
  n_known = count_identity (home, &first->header->id);
  if (!take_records (home, &(const Stretch){ .card = card, .to = n_identity }, &is_good, error))
    return FALSE;
  if (!is_good)
    return refuse (error, "A record of the delegation in this file does not verify.");
  if (!take_addresses (home, card, &is_good, error))
    return FALSE;
  if (!is_good)
    return refuse (error, "An address in this file is not signed by a device of the delegation.");
  if (card->kind == PARAPH_CARD_INVITATION && !check_invitation (home, card, error))
    return FALSE;
  rest = (Stretch){ .card = card, .from = n_identity, .to = card->records->len };
  if (!take_records (home, &rest, &is_good, error))
    return FALSE;
  if (!is_good)
    return refuse (error, "The charter or joining in this file cannot be placed here.");
  *ret_delegation = first->header->id;
  return card->kind != PARAPH_CARD_CARD || count_identity (home, ret_delegation) == n_known
         || paraph_outbound_card (home, ret_delegation, NULL, error);
}

/* In a packet every item is judged by itself, as anything received: what is good is kept. */
gboolean
paraph_inbound_cards (ParaphHome *home, const ParaphDelivery *delivery, ParaphOutcome *ret_outcome,
                      GError **error)
{
  *ret_outcome = PARAPH_OUTCOME_APPLIED;
  for (guint i = 0; i < delivery->packet->cards->len; i++)
    {
      GBytes *file = g_ptr_array_index (delivery->packet->cards, i);
      g_autoptr (ParaphCard) card = paraph_card_parse (file, PARAPH_CARD_CARD, NULL);
      Stretch all = { 0 };
      gboolean records_good = FALSE;
      gboolean addresses_good = FALSE;

      if (card == NULL)
        {
          *ret_outcome = PARAPH_OUTCOME_REFUSED;
          continue;
        }
      all = (Stretch){ .card = card,
                       .carrier = &delivery->sender,
                       .to = paraph_card_count_identity (card) };
      if (!take_records (home, &all, &records_good, error)
          || !take_addresses (home, card, &addresses_good, error))
        return FALSE;
      if (!records_good || !addresses_good)
        *ret_outcome = PARAPH_OUTCOME_REFUSED;
    }
  return TRUE;
}

/* Directed bundles */

static gboolean
is_bundle_good (ParaphHome *home, const ParaphDelivery *delivery)
{
  const ParaphBundlePacket *bundle = &delivery->packet->bundle;
  const ParaphPowers *powers = paraph_home_find_device (home, &delivery->sender);
  ParaphId hash = { { 0 } };

  if (powers == NULL || !paraph_id_equal (&bundle->bundle.issuer, &delivery->sender)
      || !paraph_id_equal (&bundle->bundle.recipient, &home->device)
      || memcmp (&bundle->bundle.identity, &powers->session, sizeof powers->session) != 0
      || bundle->expires < paraph_home_now ())
    return FALSE;
  paraph_packet_hash_bundle (bundle, &hash);
  return paraph_sshsig_verify (&powers->key, PARAPH_SSHSIG_BUNDLE, &hash, &bundle->signature)
         == PARAPH_OK;
}

/* Begins the session with the bundle's issuer anew. ret_is_begun is FALSE where it is no good. */
static gboolean
restart (ParaphHome *home, const ParaphBundle *bundle, gboolean *ret_is_begun, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);
  int result;

  *ret_is_begun = FALSE;
  if (!paraph_database_savepoint (database, PARAPH_SAVEPOINT_SESSION, error))
    return FALSE;
  result = paraph_sessions_process_bundle (home->sessions, bundle);
  if (result == PARAPH_ERROR_STORAGE)
    return paraph_home_check (result, "A session cannot be written", error);
  if (result != PARAPH_OK)
    return paraph_database_undo (database, PARAPH_SAVEPOINT_SESSION, error);
  *ret_is_begun = TRUE;
  return paraph_database_release (database, PARAPH_SAVEPOINT_SESSION, error);
}

/* The device with the smaller id begins its session anew, once, and says so at once with a bundle of
 * its own: the first message of the new session. */
gboolean
paraph_inbound_bundle (ParaphHome *home, const ParaphDelivery *delivery, ParaphOutcome *ret_outcome,
                       GError **error)
{
  const ParaphBundle *bundle = &delivery->packet->bundle.bundle;
  gboolean is_smaller = paraph_id_compare (&home->device, &delivery->sender) < 0;
  ParaphBundleState state = { 0 };

  *ret_outcome = PARAPH_OUTCOME_REFUSED;
  if (!is_bundle_good (home, delivery))
    return paraph_home_tell (
        home, &(const ParaphNote){ .kind = "bundle-refused", .device = &delivery->sender }, error);
  if (!paraph_session_table_get_bundle_state (home->store, &delivery->sender, &state, error))
    return FALSE;
  state.bundle_received = paraph_home_now ();
  if (is_smaller && !state.restarted && !restart (home, bundle, &state.restarted, error))
    return FALSE;
  if (!paraph_session_table_set_bundle_state (home->store, &delivery->sender, &state, error))
    return FALSE;
  *ret_outcome = PARAPH_OUTCOME_APPLIED;
  return !is_smaller || state.bundle_sent != 0
         || paraph_outbound_bundle (home, &delivery->sender, error);
}
