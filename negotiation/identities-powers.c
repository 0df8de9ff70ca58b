#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/identities-private.h"

#include <string.h>

#include "crypto/gate.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "negotiation/identity-draft.h"

static gboolean
read_hex (const ParaphHeader *header, const char *key, guint8 *ret_bytes, gsize size)
{
  const char *value = paraph_header_get_value (header, key);

  return value != NULL && paraph_hex_decode (value, strlen (value), ret_bytes, size) == 0;
}

static gboolean
verify_proof (const ParaphHeader *header, const ParaphPowers *powers)
{
  ParaphSignature proof;
  ParaphId message;

  if (!read_hex (header, "proof", proof.bytes, sizeof proof.bytes))
    return FALSE;
  paraph_powers_hash_proof (powers, &message);
  return paraph_sshsig_verify (&powers->key, PARAPH_SSHSIG_DEVICE, &message, &proof) == 0;
}

/* What the fields say, through both gates, with a proof that verifies. */
static gboolean
read_powers (const ParaphHeader *header, ParaphPowers *ret_powers)
{
  const char *words = paraph_header_get_value (header, "powers");
  ParaphPowers powers = { .delegation = header->channel,
                          .record = header->id,
                          .person = paraph_header_get_value (header, "person") };

  if (words == NULL || powers.person == NULL
      || !read_hex (header, "key", powers.key.bytes, sizeof powers.key.bytes)
      || !read_hex (header, "session", powers.session.bytes, sizeof powers.session.bytes)
      || !read_hex (header, "envelope", powers.envelope.bytes, sizeof powers.envelope.bytes))
    return FALSE;
  if (paraph_sign_key_check (&powers.key) < 0 || paraph_gate_check_key (powers.session.bytes) < 0
      || paraph_gate_check_key (powers.envelope.bytes) < 0)
    return FALSE;
  powers.powers = paraph_powers_parse (words);
  paraph_sign_key_id (&powers.key, &powers.device);
  if (powers.powers == 0 || !verify_proof (header, &powers))
    return FALSE;
  *ret_powers = powers;
  return TRUE;
}

/* Whether a powers record may follow what its past says of its device. */
static gboolean
fits_past (const ParaphPowers *powers, const ParaphIdentityEntry *past)
{
  for (const ParaphIdentityEntry *entry = past; entry != NULL; entry = entry->previous)
    {
      ParaphKind kind = entry->sealed->header->kind;

      if (!paraph_id_equal (&entry->device, &powers->device))
        continue;
      if (kind == PARAPH_KIND_REVOCATION)
        return FALSE;
      if (kind == PARAPH_KIND_POWERS)
        return memcmp (&entry->powers.session, &powers->session, sizeof powers->session) == 0
               && memcmp (&entry->powers.envelope, &powers->envelope, sizeof powers->envelope) == 0;
    }
  return TRUE;
}

ParaphIdentityEntry *
paraph_identity_entry_new (const ParaphHeader *header, const ParaphIdentityEntry *previous)
{
  g_autoptr (ParaphIdentityEntry) self = g_new0 (ParaphIdentityEntry, 1);

  self->previous = previous;
  if (header->kind == PARAPH_KIND_POWERS)
    {
      if (!read_powers (header, &self->powers) || !fits_past (&self->powers, previous))
        return NULL;
      self->device = self->powers.device;
    }
  else if (header->kind == PARAPH_KIND_REVOCATION)
    {
      if (!paraph_header_get_id (header, "device", &self->device))
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
paraph_identity_entry_free (ParaphIdentityEntry *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->sealed, paraph_sealed_record_unref);
  g_free (self);
}

/* No powers are placed after a revocation of their device: of a revoked one, the walk goes on only
 * to tell it from one that was never there. */
const ParaphPowers *
paraph_identity_entry_find_powers (const ParaphIdentityEntry *self, const ParaphId *device,
                                   ParaphRefusal *ret_refusal)
{
  gboolean is_revoked = FALSE;

  for (const ParaphIdentityEntry *entry = self; entry != NULL; entry = entry->previous)
    {
      ParaphKind kind = entry->sealed->header->kind;

      if (!paraph_id_equal (&entry->device, device))
        continue;
      if (kind == PARAPH_KIND_REVOCATION)
        is_revoked = TRUE;
      else if (kind == PARAPH_KIND_POWERS)
        {
          *ret_refusal = is_revoked ? PARAPH_REFUSAL_NOT_EMPOWERED : PARAPH_REFUSAL_NONE;
          return is_revoked ? NULL : &entry->powers;
        }
    }
  *ret_refusal = PARAPH_REFUSAL_UNKNOWN_KEY;
  return NULL;
}

ParaphCustodians *
paraph_custodians_new (const ParaphHeader *header)
{
  const char *const *values = paraph_header_get_values (header, "custodian");
  gint64 threshold = paraph_header_get_number (header, "threshold");
  guint n_keys = 0;
  g_autoptr (ParaphCustodians) self = g_new0 (ParaphCustodians, 1);

  while (values[n_keys] != NULL)
    n_keys++;
  if (n_keys == 0 || n_keys > PARAPH_SIGNATURES_MAX || threshold < 1 || threshold > n_keys)
    return NULL;
  self->threshold = (guint) threshold;
  self->n_custodians = n_keys;
  self->custodians = g_new0 (ParaphSignKey, n_keys);
  self->ids = g_new0 (ParaphId, n_keys);
  for (guint i = 0; i < n_keys; i++)
    {
      ParaphSignKey *key = &self->custodians[i];

      if (paraph_hex_decode (values[i], strlen (values[i]), key->bytes, sizeof key->bytes) < 0
          || paraph_sign_key_check (key) < 0)
        return NULL;
      paraph_sign_key_id (key, &self->ids[i]);
    }
  return g_steal_pointer (&self);
}

void
paraph_custodians_free (ParaphCustodians *self)
{
  if (self == NULL)
    return;
  g_free (self->custodians);
  g_free (self->ids);
  g_free (self);
}

/* The custodian of a signature that verifies, or -1. */
static gint
find_signer (const ParaphCustodians *self, const ParaphHeader *header, const ParaphSignedBy *by)
{
  for (guint i = 0; i < self->n_custodians; i++)
    if (paraph_id_equal (&self->ids[i], &by->key))
      {
        int result = paraph_sshsig_verify (&self->custodians[i], PARAPH_SSHSIG_IDENTITY,
                                           &header->id, &by->signature);
        return result == 0 ? (gint) i : -1;
      }
  return -1;
}

ParaphSealedRecord *
paraph_custodians_verify (const ParaphCustodians *self, ParaphSealedRecord *sealed)
{
  ParaphSignedBy good[PARAPH_SIGNATURES_MAX];
  gboolean has_signed[PARAPH_SIGNATURES_MAX] = { FALSE };
  guint n_good = 0;

  for (guint i = 0; i < sealed->n_signatures && n_good < G_N_ELEMENTS (good); i++)
    {
      gint signer = find_signer (self, sealed->header, &sealed->signatures[i]);

      if (signer < 0 || has_signed[signer])
        continue;
      has_signed[signer] = TRUE;
      good[n_good++] = sealed->signatures[i];
    }
  if (n_good < self->threshold)
    return NULL;
  if (n_good == sealed->n_signatures)
    return paraph_sealed_record_ref (sealed);
  return paraph_sealed_record_new (sealed->header, good, n_good);
}
