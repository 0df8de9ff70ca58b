#define G_LOG_DOMAIN "paraph-app"

#include "app/negotiation-requests.h"

#include <string.h>

#include "app/error.h"
#include "app/inbound.h"
#include "crypto/hash.h"
#include "crypto/sshsig.h"
#include "negotiation/judge.h"

static void
add_list (ParaphDraft *draft, const char *key, const char *const *values)
{
  for (guint i = 0; values[i] != NULL; i++)
    paraph_draft_add (draft, key, values[i]);
}

gboolean
paraph_negotiation_convene (ParaphHome *home, const ParaphConvening *convening,
                            ParaphMade *ret_made, GError **error)
{
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_CHARTER);
  g_auto (ParaphActor) own = { 0 };
  char hex[PARAPH_ID_HEX_SIZE + 1];
  gboolean has_own = FALSE;

  paraph_delegation_get_actor (home, NULL, &home->delegation, &own);
  paraph_id_to_hex (&home->delegation, hex);
  paraph_draft_add (draft, "title", convening->title);
  for (guint i = 0; i < convening->n_seats; i++)
    {
      const ParaphSeat *seat = &convening->seats[i];
      gboolean is_own = strcmp (seat->code, own.code) == 0;
      g_autofree char *line =
          g_strdup_printf ("%s %s %s %s", seat->code, seat->role, is_own ? hex : "-", seat->name);

      has_own = has_own || is_own;
      paraph_draft_add (draft, "seat", line);
    }
  if (!has_own)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_USAGE,
          "None of the seats has the code %s of this delegation. Add --seat %s:ROLE:NAME "
          "for it.",
          own.code, own.code);
      return FALSE;
    }
  paraph_draft_add (draft, "rule", convening->rule);
  paraph_draft_add (draft, "admission", "convener");
  add_list (draft, "language", convening->languages);
  paraph_draft_add (draft, "zone", convening->zone);
  add_list (draft, "issuer", convening->issuers);
  paraph_draft_add (draft, "adoption", convening->adoption);
  paraph_draft_add (draft, "silence", "no");
  return paraph_record_make (home, draft, NULL, NULL, ret_made, error);
}

static gboolean
has_seat (const ParaphHeader *charter, const char *code)
{
  const char *const *seats = paraph_header_get_values (charter, "seat");
  gsize length = strlen (code);

  for (guint i = 0; seats[i] != NULL; i++)
    if (strncmp (seats[i], code, length) == 0 && seats[i][length] == ' ')
      return TRUE;
  return FALSE;
}

/* The own card's parts, with one more record behind the chain. */
static ParaphCard *
begin_file (ParaphHome *home, ParaphEntry *last, GError **error)
{
  g_autoptr (GBytes) bytes = paraph_home_make_card (home, &home->delegation, error);
  g_autoptr (ParaphCard) card = NULL;

  if (bytes == NULL)
    return NULL;
  card = paraph_card_parse (bytes, PARAPH_CARD_CARD, error);
  if (card != NULL)
    g_ptr_array_add (card->records, paraph_sealed_record_ref (
                                        paraph_record_get_sealed (paraph_entry_get_record (last))));
  return g_steal_pointer (&card);
}

GBytes *
paraph_negotiation_invite (ParaphHome *home, ParaphChannel *plenary, const char *code,
                           GError **error)
{
  ParaphEntry *charter = paraph_channel_get_opening (plenary);
  g_autoptr (ParaphCard) card = NULL;
  ParaphSignedBy signature = { .key = home->device };
  ParaphId hash;

  if (!has_seat (paraph_entry_get_header (charter), code))
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "The charter has no seat with the code %s. “negotiation show” lists them.", code);
      return NULL;
    }
  card = begin_file (home, charter, error);
  if (card == NULL)
    return NULL;
  paraph_card_hash_invitation (code, card->records, card->addresses, &hash);
  if (paraph_sshsig_sign (home->signing_key, PARAPH_SSHSIG_INVITATION, &hash, &signature.signature)
      != 0)
    {
      paraph_app_error_set (error, PARAPH_APP_ERROR_IO,
                            "The invitation could not be signed. Open the home again.");
      return NULL;
    }
  return paraph_card_write (PARAPH_CARD_INVITATION, code, card->records, card->addresses,
                            &signature, error);
}

void
paraph_invitation_free (ParaphInvitation *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->card, paraph_card_free);
  g_clear_pointer (&self->charter, paraph_header_unref);
  g_free (self->seat);
  g_free (self->convener);
  g_free (self);
}

/* The chain, the charter and the signature of an invitation, judged in an empty ledger. */
static gboolean
verify_invitation (ParaphInvitation *self, ParaphLedger *ledger, GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (ledger);
  g_autoptr (GPtrArray) devices = NULL;
  ParaphSealedRecord *last = NULL;
  ParaphDelegation delegation;
  ParaphId missing;
  ParaphRefusal refusal;

  for (guint i = 0; i < self->card->records->len; i++)
    if (paraph_ledger_place (ledger, g_ptr_array_index (self->card->records, i), &missing, &refusal)
        != PARAPH_PLACING_PLACED)
      return paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "This invitation is refused: one of its records does not verify. Nothing of it was taken in; ask the convener for it again.");
  last = g_ptr_array_index (self->card->records, self->card->records->len - 1);
  if (last->header->kind != PARAPH_KIND_CHARTER || !has_seat (last->header, self->card->code))
    return paraph_app_error_set (
        error, PARAPH_APP_ERROR_REFUSED,
        "This invitation is refused: it holds no charter with that seat. Nothing of it was taken in; ask the convener for it again.");
  last = g_ptr_array_index (self->card->records, 0);
  if (!paraph_identities_get_delegation (identities, &last->header->id, &delegation))
    return paraph_app_error_set (
        error, PARAPH_APP_ERROR_REFUSED,
        "This invitation is refused: it does not say who convenes. Nothing of it was taken in; ask the convener for it again.");
  self->delegation = delegation.id;
  self->convener = g_strdup (delegation.name);
  devices = paraph_identities_list_devices (identities, &delegation.id);
  for (guint i = 0; i < devices->len; i++)
    {
      const ParaphPowers *powers = g_ptr_array_index (devices, i);

      if (paraph_id_equal (&powers->device, &self->card->invitation.key))
        return paraph_card_verify_invitation (self->card, &powers->key, error);
    }
  return paraph_app_error_set (
      error, PARAPH_APP_ERROR_REFUSED,
      "This invitation is refused: none of the convener's devices signed it. Nothing of it was taken in; ask the convener for it again.");
}

ParaphInvitation *
paraph_invitation_read (GBytes *file, GError **error)
{
  g_autoptr (ParaphInvitation) self = g_new0 (ParaphInvitation, 1);
  ParaphSealedRecord *charter = NULL;
  ParaphLedger *ledger = NULL;
  gboolean is_verified = FALSE;

  self->card = paraph_card_parse (file, PARAPH_CARD_INVITATION, error);
  if (self->card == NULL)
    return NULL;
  ledger = paraph_ledger_new ();
  is_verified = verify_invitation (self, ledger, error);
  paraph_ledger_free (ledger);
  if (!is_verified)
    return NULL;
  charter = g_ptr_array_index (self->card->records, self->card->records->len - 1);
  self->charter = paraph_header_ref (charter->header);
  self->seat = g_strdup (self->card->code);
  return g_steal_pointer (&self);
}

GBytes *
paraph_negotiation_join (ParaphHome *home, GBytes *file, ParaphMade *ret_made, GError **error)
{
  g_autoptr (ParaphInvitation) invitation = paraph_invitation_read (file, error);
  g_autoptr (ParaphDraft) draft = NULL;
  g_autoptr (ParaphCard) card = NULL;
  ParaphChannel *plenary = NULL;
  ParaphId delegation;

  if (invitation == NULL || !paraph_inbound_card (home, file, &delegation, error))
    return NULL;
  plenary = paraph_ledger_find_channel (home->ledger, &invitation->charter->id);
  if (plenary == NULL)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "This invitation is refused: its charter could not be placed. Nothing of it was taken in; ask the convener for it again.");
      return NULL;
    }
  draft = paraph_draft_new (PARAPH_KIND_JOINING);
  paraph_draft_add (draft, "seat", invitation->seat);
  if (!paraph_record_make (home, draft, plenary, NULL, ret_made, error))
    return NULL;
  card = begin_file (home, paraph_ledger_find (home->ledger, &ret_made->id), error);
  if (card == NULL)
    return NULL;
  return paraph_card_write (PARAPH_CARD_ANSWER, NULL, card->records, card->addresses, NULL, error);
}
