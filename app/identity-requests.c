#define G_LOG_DOMAIN "paraph-app"

#include "app/identity-requests.h"

#include <string.h>

#include "app/error.h"
#include "crypto/digits.h"
#include "crypto/hash.h"
#include "negotiation/address.h"
#include "negotiation/card.h"
#include "negotiation/safety.h"
#include "store/secret-table.h"

void
paraph_whoami_clear (ParaphWhoami *self)
{
  paraph_actor_clear (&self->own);
  g_free (self->safety);
  g_free (self->mailbox);
  memset (self, 0, sizeof *self);
}

void
paraph_comparison_clear (ParaphComparison *self)
{
  g_free (self->number);
  g_free (self->method);
  memset (self, 0, sizeof *self);
}

static gboolean
get_delegation (ParaphHome *home, const ParaphId *id, ParaphDelegation *ret_delegation,
                GError **error)
{
  if (paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger), id,
                                        ret_delegation))
    return TRUE;
  paraph_app_error_set (
      error, PARAPH_APP_ERROR_REFUSED,
      "This home holds no card of that delegation. Import it with “card import FILE”.");
  return FALSE;
}

/* The mailbox in the newest own address block. */
static gboolean
find_mailbox (ParaphHome *home, char **ret_mailbox, GError **error)
{
  g_autoptr (GBytes) bytes = paraph_home_make_card (home, &home->delegation, error);
  g_autoptr (ParaphCard) card = NULL;

  if (bytes == NULL)
    return FALSE;
  card = paraph_card_parse (bytes, PARAPH_CARD_CARD, error);
  if (card == NULL)
    return FALSE;
  for (guint i = 0; i < card->addresses->len; i++)
    {
      const ParaphAddress *address = g_ptr_array_index (card->addresses, i);

      if (paraph_id_equal (&address->device, &home->device) && address->n_mailboxes > 0)
        *ret_mailbox = g_strdup (address->mailboxes[0].address);
    }
  return TRUE;
}

gboolean
paraph_identity_describe (ParaphHome *home, ParaphWhoami *ret_whoami, GError **error)
{
  const ParaphPowers *powers = paraph_home_get_powers (home);
  g_auto (ParaphWhoami) who = { 0 };
  PARAPH_SECRET_AUTO ParaphSecret *custodian = NULL;
  g_autofree char *lines = NULL;
  ParaphDelegation own;
  ParaphSafetyHalf half;
  char groups[PARAPH_DIGITS_CODE_SIZE + 1];
  gsize head = strlen ("paraph-safety 1\n");

  if (!get_delegation (home, &home->delegation, &own, error)
      || !find_mailbox (home, &who.mailbox, error)
      || !paraph_secret_table_get (home->store, PARAPH_SECRET_CUSTODIAN_SEED, "custodian seed",
                                   &custodian, error))
    return FALSE;
  paraph_delegation_get_actor (home, NULL, &home->delegation, &who.own);
  who.own.device = home->device;
  if (powers != NULL)
    {
      g_free (who.own.person);
      who.own.person = g_strdup (powers->person);
    }
  lines = paraph_safety_text (&own);
  paraph_digits_safety_half (&own.id, lines + head, strlen (lines) - head, &half);
  paraph_digits_format (half.bytes, PARAPH_DIGITS_CODE_BYTES / PARAPH_DIGITS_GROUP_BYTES, groups);
  who.safety = g_strdup (groups);
  who.keeps_custodian = custodian != NULL;
  *ret_whoami = who;
  memset (&who, 0, sizeof who);
  return TRUE;
}

gboolean
paraph_comparison_find (ParaphHome *home, const ParaphId *delegation,
                        ParaphComparison *ret_comparison, GError **error)
{
  g_autoptr (ParaphComparisonRow) row = NULL;
  ParaphDelegation own;
  ParaphDelegation other;

  if (!get_delegation (home, &home->delegation, &own, error)
      || !get_delegation (home, delegation, &other, error)
      || !paraph_comparison_table_get (home->store, delegation, &row, error))
    return FALSE;
  ret_comparison->number = paraph_safety_number (&own, &other);
  ret_comparison->method = NULL;
  ret_comparison->state = PARAPH_COMPARISON_NONE;
  if (ret_comparison->number == NULL)
    {
      paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                            "That is this delegation itself. Compare with another one.");
      return FALSE;
    }
  if (other.frozen >= 0) /* two next records of one identity: nobody can be meant by it */
    ret_comparison->state = PARAPH_COMPARISON_CHANGED;
  if (row == NULL || row->state == PARAPH_COMPARISON_NONE)
    return TRUE;
  ret_comparison->method = g_strdup (row->method);
  if (other.frozen < 0)
    ret_comparison->state = row->state;
  if (g_strcmp0 (row->number, ret_comparison->number) != 0)
    ret_comparison->state = PARAPH_COMPARISON_CHANGED;
  return TRUE;
}

gboolean
paraph_comparison_mark (ParaphHome *home, const ParaphId *delegation, const char *method,
                        GError **error)
{
  g_auto (ParaphComparison) now = { 0 };
  g_autofree char *own_method = g_strdup (method);
  ParaphComparisonRow row = { .delegation = *delegation,
                              .state = PARAPH_COMPARISON_COMPARED,
                              .method = own_method,
                              .time = paraph_home_now () };

  if (!paraph_comparison_find (home, delegation, &now, error))
    return FALSE;
  row.number = now.number;
  return paraph_comparison_table_put (home->store, &row, error);
}
