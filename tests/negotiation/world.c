#include "world.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "crypto/start.h"
#include "negotiation/identity-draft.h"

#define assert_ok(call) g_assert_cmpint ((call), ==, PARAPH_OK)

static ParaphSealedRecord *
remember (World *self, ParaphHeader *header, const ParaphSignedBy *by)
{
  ParaphSealedRecord *sealed = paraph_sealed_record_new (header, by, 1);

  g_ptr_array_add (self->records, sealed);
  return sealed;
}

static void
make_salt (World *self, guint8 salt[16])
{
  memset (salt, 0, 16);
  self->counter++;
  memcpy (salt, &self->counter, sizeof self->counter);
}

static ParaphSealedRecord *
seal_identity (World *self, WorldDelegation *delegation, ParaphDraft *draft,
               const ParaphPosition *position)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  ParaphSignedBy by;
  guint8 salt[16];

  make_salt (self, salt);
  header = paraph_draft_finish (draft, position, 1900000000, salt, &error);
  g_assert_no_error (error);
  paraph_draft_free (draft);
  paraph_sign_key_id (&delegation->custodian_key, &by.key);
  assert_ok (paraph_sshsig_sign (delegation->custodian, PARAPH_SSHSIG_IDENTITY, &header->id,
                                 &by.signature));
  return remember (self, header, &by);
}

static void
make_pair (World *self, const char *word, ParaphSecret **ret_secret, ParaphSignKey *ret_key)
{
  g_autofree char *text = g_strdup_printf ("%s %" G_GUINT64_FORMAT " %u", word, self->counter++,
                                           g_rand_int (self->random));
  ParaphSecret *seed = NULL;
  ParaphId hash;

  paraph_sha256 (text, strlen (text), &hash);
  assert_ok (paraph_secret_new_copy ("seed", hash.bytes, sizeof hash.bytes, &seed));
  assert_ok (paraph_sign_pair_from_seed ("test key", seed, ret_secret, ret_key));
  paraph_secret_clear (&seed);
}

static void
found (World *self, guint index)
{
  static const char *const codes[WORLD_DELEGATIONS] = { "AST", "BOR", "CAL", "MED", "GUA", "OBS" };
  WorldDelegation *delegation = &self->delegations[index];
  ParaphFounding founding = { .name = codes[index],
                              .code = codes[index],
                              .threshold = 1,
                              .n_custodians = 1,
                              .custodians = &delegation->custodian_key };
  ParaphPowers *powers = &delegation->powers;
  ParaphPosition position;
  ParaphSignature proof;
  ParaphId message;

  g_strlcpy (delegation->code, codes[index], sizeof delegation->code);
  make_pair (self, "custodian", &delegation->custodian, &delegation->custodian_key);
  make_pair (self, "device", &delegation->secret, &powers->key);
  paraph_custodians_hash (1, &delegation->custodian_key, 1, &founding.next);
  paraph_identity_position (NULL, &position);
  delegation->id =
      seal_identity (self, delegation, paraph_identity_draft_delegation (&founding), &position)
          ->header->id;
  paraph_sign_key_id (&powers->key, &powers->device);
  powers->delegation = delegation->id;
  powers->person = "A person";
  powers->powers = 255;
  memset (&powers->session, 9, sizeof powers->session);
  memset (&powers->envelope, 9, sizeof powers->envelope);
  paraph_powers_hash_proof (powers, &message);
  assert_ok (paraph_sshsig_sign (delegation->secret, PARAPH_SSHSIG_DEVICE, &message, &proof));
  ParaphDelegation now = { .id = delegation->id, .head = delegation->id };
  paraph_identity_position (&now, &position);
  delegation->identity =
      seal_identity (self, delegation, paraph_identity_draft_powers (powers, &proof), &position)
          ->header->id;
}

static void
convene (World *self)
{
  static const char *const roles[WORLD_DELEGATIONS] = { "party",    "party",     "party",
                                                        "mediator", "guarantor", "observer" };
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_CHARTER);
  WorldDelegation *convener = &self->delegations[0];
  ParaphPosition position = { .author = convener->powers.device,
                              .identity = convener->identity,
                              .clock = 1 };

  paraph_draft_add (draft, "title", "Talks");
  for (guint i = 0; i < WORLD_DELEGATIONS; i++)
    {
      char hex[PARAPH_ID_HEX_SIZE + 1];
      g_autofree char *line = NULL;
      paraph_id_to_hex (&convener->id, hex);
      line = g_strdup_printf ("%s %s %s Seat %u", self->delegations[i].code, roles[i],
                              i == 0 ? hex : "-", i);
      paraph_draft_add (draft, "seat", line);
    }
  paraph_draft_add (draft, "rule", "two-thirds");
  paraph_draft_add (draft, "admission", "convener");
  paraph_draft_add (draft, "language", "en");
  paraph_draft_add (draft, "zone", "UTC");
  paraph_draft_add (draft, "issuer", "MED");
  paraph_draft_add (draft, "adoption", "moves");
  paraph_draft_add (draft, "silence", "no");
  self->charter = world_seal (self, 0, draft, &position)->header->id;
}

World *
world_new (guint32 seed)
{
  World *self = g_new0 (World, 1);

  assert_ok (paraph_crypto_start ());
  self->random = g_rand_new_with_seed (seed);
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_sealed_record_unref);
  for (guint i = 0; i < WORLD_DELEGATIONS; i++)
    found (self, i);
  convene (self);
  return self;
}

void
world_free (World *self)
{
  for (guint i = 0; i < WORLD_DELEGATIONS; i++)
    {
      paraph_secret_clear (&self->delegations[i].custodian);
      paraph_secret_clear (&self->delegations[i].secret);
    }
  g_ptr_array_unref (self->records);
  g_rand_free (self->random);
  g_free (self);
}

gboolean
world_place (World *self, guint device, ParaphLedger *ledger, ParaphPosition *ret_position)
{
  WorldDelegation *delegation = &self->delegations[device];
  ParaphChannel *plenary = paraph_ledger_find_channel (ledger, &self->charter);

  return paraph_channel_next_place (plenary, &delegation->powers.device, &delegation->identity,
                                    ret_position);
}

ParaphDraft *
world_draft (World *self, ParaphKind kind)
{
  ParaphDraft *draft = paraph_draft_new (kind);
  const ParaphKindRule *rule = paraph_kind_get_rule (kind);
  ParaphBody body = { .role = "text",
                      .name = "main",
                      .language = "en",
                      .media_type = "text/plain;charset=utf-8",
                      .size = 100 };

  self->counter++;
  memset (body.blob.bytes, 7, sizeof body.blob.bytes);
  memcpy (body.blob.bytes, &self->counter, sizeof self->counter);
  if (rule->bodies_minimum > 0)
    paraph_draft_add_body (draft, &body);
  return draft;
}

ParaphSealedRecord *
world_seal (World *self, guint device, ParaphDraft *draft, ParaphPosition *position)
{
  WorldDelegation *delegation = &self->delegations[device];
  g_autoptr (GError) error = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  g_autofree char *name_space = NULL;
  ParaphSignedBy by = { .key = delegation->powers.device };
  guint8 salt[16];

  make_salt (self, salt);
  header = paraph_draft_finish (draft, position, 1900000000 + (gint64) self->counter, salt, &error);
  g_assert_no_error (error);
  paraph_draft_free (draft);
  g_clear_pointer (&position->seen, g_array_unref);
  name_space = paraph_header_dup_namespace (header);
  assert_ok (paraph_sshsig_sign (delegation->secret, name_space, &header->id, &by.signature));
  return remember (self, header, &by);
}

ParaphId
world_share (World *self, guint device, guint keeper)
{
  WorldDelegation *delegation = &self->delegations[keeper];
  ParaphDelegation now = { .id = delegation->id, .head = delegation->identity, .head_number = 1 };
  ParaphPowers powers = self->delegations[device].powers;
  ParaphPosition position;
  ParaphSignature proof;
  ParaphId message;

  powers.delegation = delegation->id;
  paraph_powers_hash_proof (&powers, &message);
  assert_ok (paraph_sshsig_sign (self->delegations[device].secret, PARAPH_SSHSIG_DEVICE, &message,
                                 &proof));
  paraph_identity_position (&now, &position);
  return seal_identity (self, delegation, paraph_identity_draft_powers (&powers, &proof), &position)
      ->header->id;
}

void
world_revoke (World *self, guint device, const ParaphHeader *keep)
{
  WorldDelegation *delegation = &self->delegations[device];
  ParaphId padding[PARAPH_CUTS_MULTIPLE];
  ParaphKept kept = { .channel = self->charter };
  ParaphRevocation revocation = {
    .device = delegation->powers.device, .reason = "stolen", .kept = &kept, .padding = padding
  };
  ParaphDelegation now = { .id = delegation->id, .head = delegation->identity, .head_number = 1 };
  ParaphPosition position;

  for (guint i = 0; i < PARAPH_CUTS_MULTIPLE; i++)
    for (guint j = 0; j < PARAPH_ID_SIZE; j++)
      padding[i].bytes[j] = (guint8) g_rand_int (self->random);
  if (keep != NULL)
    {
      kept.number = keep->number;
      kept.id = keep->id;
      revocation.n_kept = 1;
    }
  revocation.n_padding = paraph_revocation_count_padding (revocation.n_kept);
  paraph_identity_position (&now, &position);
  seal_identity (self, delegation, paraph_identity_draft_revocation (&revocation), &position);
}
