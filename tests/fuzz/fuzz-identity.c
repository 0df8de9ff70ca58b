/* Identity records of hostile bytes. Input: a sequence of (u16 length | header | u8 count, taken
 * modulo 17 | so many signatures of key id 32, signature 64). What is placed is verified. */

#include <assert.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "crypto/start.h"
#include "negotiation/identities.h"

#define SIGNED_BY_SIZE (PARAPH_ID_SIZE + PARAPH_SIGNATURE_SIZE)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* NULL where the bytes end, or are no header. Moves behind what it read. */
static ParaphSealedRecord *
read_record (const uint8_t **data, size_t *size)
{
  ParaphSignedBy by[PARAPH_SIGNATURES_MAX];
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  size_t length = (size_t) (*data)[0] << 8 | (*data)[1];
  guint n_by;

  if (*size < 2 + length + 1)
    return NULL;
  bytes = g_bytes_new (*data + 2, length);
  n_by = (*data)[2 + length] % (PARAPH_SIGNATURES_MAX + 1);
  *data += 2 + length + 1;
  *size -= 2 + length + 1;
  if (*size < n_by * SIGNED_BY_SIZE)
    return NULL;
  for (guint i = 0; i < n_by; i++)
    {
      memcpy (by[i].key.bytes, *data, PARAPH_ID_SIZE);
      memcpy (by[i].signature.bytes, *data + PARAPH_ID_SIZE, PARAPH_SIGNATURE_SIZE);
      *data += SIGNED_BY_SIZE;
      *size -= SIGNED_BY_SIZE;
    }
  header = paraph_header_parse (bytes, NULL);
  return header == NULL ? NULL : paraph_sealed_record_new (header, by, n_by);
}

/* Every signature kept is one of a custodian, and each of another one. */
static void
check_signatures (const ParaphDelegation *delegation, const ParaphSealedRecord *sealed)
{
  assert (sealed->n_signatures >= delegation->threshold);
  for (guint i = 0; i < sealed->n_signatures; i++)
    {
      const ParaphSignedBy *by = &sealed->signatures[i];
      gboolean is_verified = FALSE;

      assert (i == 0 || paraph_id_compare (&by[-1].key, &by->key) < 0);
      for (guint j = 0; j < delegation->n_custodians; j++)
        {
          ParaphId id;

          paraph_sign_key_id (&delegation->custodians[j], &id);
          is_verified |=
              paraph_id_equal (&id, &by->key)
              && paraph_sshsig_verify (&delegation->custodians[j], PARAPH_SSHSIG_IDENTITY,
                                       &sealed->header->id, &by->signature)
                     == 0;
        }
      assert (is_verified);
    }
}

static void
check_delegation (ParaphIdentities *identities, const ParaphId *id)
{
  g_autoptr (GPtrArray) records = paraph_identities_list_records (identities, id);
  g_autoptr (GPtrArray) devices = paraph_identities_list_devices (identities, id);
  ParaphDelegation delegation;

  assert (paraph_identities_get_delegation (identities, id, &delegation));
  assert (records->len > (guint) delegation.head_number);
  for (guint i = 0; i < records->len; i++)
    {
      const ParaphSealedRecord *sealed = g_ptr_array_index (records, i);
      const ParaphIdentityEntry *entry = paraph_identities_find (identities, &sealed->header->id);

      assert (entry != NULL && paraph_id_equal (&sealed->header->channel, id));
      check_signatures (&delegation, sealed);
      assert (paraph_identities_is_settled (identities, entry)
              == (sealed->header->number <= delegation.head_number));
    }
  for (guint i = 0; i < devices->len; i++)
    {
      const ParaphPowers *powers = g_ptr_array_index (devices, i);
      ParaphRefusal refusal;

      assert (paraph_sign_key_check (&powers->key) == 0 && powers->powers != 0);
      assert (
          paraph_identities_find_powers (identities, &delegation.head, &powers->device, &refusal)
          == powers);
      assert (paraph_identities_find_revocation (identities, id, &powers->device) == NULL);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static gboolean is_started;
  g_autoptr (ParaphIdentities) identities = paraph_identities_new ();
  g_autoptr (GArray) delegations = NULL;

  if (!is_started)
    assert (paraph_crypto_start () == 0);
  is_started = TRUE;
  while (size > 2)
    {
      g_autoptr (ParaphSealedRecord) sealed = read_record (&data, &size);
      ParaphRefusal refusal;
      ParaphId missing;

      if (sealed == NULL)
        break;
      (void) paraph_identities_place (identities, sealed, &missing, &refusal);
    }
  delegations = paraph_identities_list (identities);
  for (guint i = 0; i < delegations->len; i++)
    check_delegation (identities, &g_array_index (delegations, ParaphId, i));
  return 0;
}
