/* A delegation with three custodians, two of whom must sign, and devices for it: for tests that
 * need a chain of their own. Keys come from fixed words. */

#pragma once

#include <string.h>

#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "negotiation/identity-draft.h"
#include "tests/support/crypto-test.h"

#define N_CUSTODIANS 3
#define ALL_SIGN 7u
#define TWO_SIGN 5u
#define ONE_SIGNS 1u

typedef struct
{
  ParaphSecret *secrets[N_CUSTODIANS];
  ParaphSignKey keys[N_CUSTODIANS];
  ParaphSealedRecord *founding;
  ParaphId id;
} TestDelegation;

typedef struct
{
  ParaphSecret *secret;
  ParaphPowers powers;
} TestDevice;

static inline void
pair_from_word (const char *word, ParaphSecret **ret_secret, ParaphSignKey *ret_key)
{
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;
  ParaphId hash;

  paraph_sha256 (word, strlen (word), &hash);
  assert_ok (paraph_secret_new_copy ("seed", hash.bytes, sizeof hash.bytes, &seed));
  assert_ok (paraph_sign_pair_from_seed ("test key", seed, ret_secret, ret_key));
}

/* Finishes and frees draft, and signs with the custodians whose bits are set in signers. */
static inline ParaphSealedRecord *
seal_draft (const TestDelegation *self, ParaphDraft *draft, const ParaphPosition *position,
            guint signers)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  ParaphSignedBy by[N_CUSTODIANS];
  static const guint8 salt[16] = { 1, 2, 3 };
  guint n_by = 0;

  header = paraph_draft_finish (draft, position, 1900000000, salt, &error);
  g_assert_no_error (error);
  paraph_draft_free (draft);
  for (guint i = 0; i < N_CUSTODIANS; i++)
    if ((signers & 1u << i) != 0)
      {
        paraph_sign_key_id (&self->keys[i], &by[n_by].key);
        assert_ok (paraph_sshsig_sign (self->secrets[i], PARAPH_SSHSIG_IDENTITY, &header->id,
                                       &by[n_by++].signature));
      }
  return paraph_sealed_record_new (header, by, n_by);
}

static inline ParaphDraft *
draft_founding (const TestDelegation *self, const char *name)
{
  ParaphFounding founding = { name, "AST", 2, N_CUSTODIANS, self->keys, { { 0 } } };

  paraph_custodians_hash (2, self->keys, N_CUSTODIANS, &founding.next);
  return paraph_identity_draft_delegation (&founding);
}

static inline void
delegation_init (TestDelegation *self, const char *name)
{
  ParaphPosition position;

  *self = (TestDelegation){ .founding = NULL };
  for (guint i = 0; i < N_CUSTODIANS; i++)
    {
      g_autofree char *word = g_strdup_printf ("%s custodian %u", name, i);
      pair_from_word (word, &self->secrets[i], &self->keys[i]);
    }
  paraph_identity_position (NULL, &position);
  self->founding = seal_draft (self, draft_founding (self, name), &position, TWO_SIGN);
  self->id = self->founding->header->id;
}

static inline void
delegation_clear (TestDelegation *self)
{
  for (guint i = 0; i < N_CUSTODIANS; i++)
    paraph_secret_clear (&self->secrets[i]);
  g_clear_pointer (&self->founding, paraph_sealed_record_unref);
}

static inline void
device_init (TestDevice *self, const char *word)
{
  g_autofree char *session = g_strdup_printf ("%s session", word);
  g_autofree char *envelope = g_strdup_printf ("%s envelope", word);
  ParaphId hash;

  *self = (TestDevice){ .powers = { .person = word, .powers = PARAPH_POWER_READ } };
  pair_from_word (word, &self->secret, &self->powers.key);
  paraph_sign_key_id (&self->powers.key, &self->powers.device);
  paraph_sha256 (session, strlen (session), &hash);
  memcpy (self->powers.session.bytes, hash.bytes, 32);
  paraph_sha256 (envelope, strlen (envelope), &hash);
  memcpy (self->powers.envelope.bytes, hash.bytes, 32);
  self->powers.session.bytes[31] &= 0x7f;
  self->powers.envelope.bytes[31] &= 0x7f;
}

static inline void
device_clear (TestDevice *self)
{
  paraph_secret_clear (&self->secret);
}

/* Behind the given record of self's chain. */
static inline ParaphPosition
position_behind (const TestDelegation *self, const ParaphSealedRecord *previous)
{
  ParaphDelegation delegation = { .id = self->id };
  ParaphPosition position;

  delegation.head = previous->header->id;
  delegation.head_number = previous->header->number;
  paraph_identity_position (&delegation, &position);
  return position;
}

static inline void
sign_proof (const TestDevice *device, const ParaphId *delegation, ParaphSignature *ret_proof)
{
  ParaphPowers powers = device->powers;
  ParaphId message;

  powers.delegation = *delegation;
  paraph_powers_hash_proof (&powers, &message);
  assert_ok (paraph_sshsig_sign (device->secret, PARAPH_SSHSIG_DEVICE, &message, ret_proof));
}

static inline ParaphSealedRecord *
seal_powers (const TestDelegation *self, const ParaphSealedRecord *previous,
             const TestDevice *device, guint signers)
{
  ParaphPosition position = position_behind (self, previous);
  ParaphSignature proof;

  sign_proof (device, &self->id, &proof);
  return seal_draft (self, paraph_identity_draft_powers (&device->powers, &proof), &position,
                     signers);
}

static inline ParaphSealedRecord *
seal_revocation (const TestDelegation *self, const ParaphSealedRecord *previous,
                 const ParaphId *device)
{
  ParaphPosition position = position_behind (self, previous);
  ParaphId padding[PARAPH_CUTS_MULTIPLE];
  ParaphRevocation revocation = {
    .device = *device, .reason = "lost", .n_padding = G_N_ELEMENTS (padding), .padding = padding
  };

  for (gsize i = 0; i < G_N_ELEMENTS (padding); i++)
    paraph_sha256 (&(guint8){ (guint8) i }, 1, &padding[i]);
  return seal_draft (self, paraph_identity_draft_revocation (&revocation), &position, TWO_SIGN);
}
