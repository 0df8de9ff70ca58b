#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/record.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/sshsig.h"

/* The public part comes first; the signatures stand behind it in the same block. */
typedef struct
{
  ParaphSealedRecord sealed;
  ParaphSignedBy signatures[];
} SealedBlock;

struct ParaphRecord
{
  ParaphSealedRecord *sealed;
  const ParaphPowers *powers;
};

const char *
paraph_refusal_get_word (ParaphRefusal refusal)
{
  switch (refusal)
    {
    case PARAPH_REFUSAL_MALFORMED:
      return "malformed";
    case PARAPH_REFUSAL_UNKNOWN_KEY:
      return "unknown-key";
    case PARAPH_REFUSAL_NOT_EMPOWERED:
      return "not-empowered";
    case PARAPH_REFUSAL_BAD_SIGNATURE:
      return "bad-signature";
    case PARAPH_REFUSAL_NONE:
    default:
      return "";
    }
}

static int
compare_signatures (gconstpointer a, gconstpointer b, gpointer data)
{
  const ParaphSignedBy *first = a, *second = b;
  int order = paraph_id_compare (&first->key, &second->key);

  (void) data; /* of g_qsort_with_data; nothing to pass */
  return order != 0 ? order
                    : memcmp (first->signature.bytes, second->signature.bytes,
                              sizeof first->signature.bytes);
}

ParaphSealedRecord *
paraph_sealed_record_new (ParaphHeader *header, const ParaphSignedBy *signatures,
                          guint n_signatures)
{
  g_return_val_if_fail (n_signatures <= PARAPH_SIGNATURES_MAX, NULL);

  SealedBlock *block =
      g_atomic_rc_box_alloc0 (sizeof *block + n_signatures * sizeof *block->signatures);
  for (guint i = 0; i < n_signatures; i++)
    block->signatures[i] = signatures[i];
  g_qsort_with_data (block->signatures, (gint) n_signatures, sizeof *block->signatures,
                     compare_signatures, NULL);
  block->sealed.header = paraph_header_ref (header);
  block->sealed.n_signatures = n_signatures;
  block->sealed.signatures = block->signatures;
  return &block->sealed;
}

ParaphSealedRecord *
paraph_sealed_record_ref (ParaphSealedRecord *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_sealed (gpointer pointer)
{
  ParaphSealedRecord *self = pointer;

  paraph_header_unref (self->header);
}

void
paraph_sealed_record_unref (ParaphSealedRecord *self)
{
  g_atomic_rc_box_release_full (self, clear_sealed);
}

/* The namespace of a header; writes the one of records to room where it is that. */
static const char *
find_namespace (const ParaphHeader *header, char room[PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE + 1])
{
  if (paraph_kind_is_identity (header->kind))
    return PARAPH_SSHSIG_IDENTITY;
  if (header->kind == PARAPH_KIND_CHARTER)
    return PARAPH_SSHSIG_CHARTER;
  paraph_sshsig_record_namespace (&header->negotiation, room);
  return room;
}

char *
paraph_header_dup_namespace (const ParaphHeader *header)
{
  char room[PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE + 1];

  return g_strdup (find_namespace (header, room));
}

/* The lowest signature of the device that verifies, or NULL. */
static const ParaphSignedBy *
find_good (const ParaphSealedRecord *sealed, const ParaphPowers *powers)
{
  char room[PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE + 1];
  const char *name_space = find_namespace (sealed->header, room);

  for (guint i = 0; i < sealed->n_signatures; i++)
    {
      const ParaphSignedBy *one = &sealed->signatures[i];
      if (paraph_id_equal (&one->key, &powers->device)
          && paraph_sshsig_verify (&powers->key, name_space, &sealed->header->id, &one->signature)
                 == 0)
        return one;
    }
  return NULL;
}

ParaphRecord *
paraph_record_verify (ParaphSealedRecord *sealed, const ParaphPowers *powers,
                      ParaphRefusal *ret_refusal)
{
  g_autoptr (ParaphSealedRecord) filtered = NULL;
  const ParaphSignedBy *good = NULL;

  /* Identity records are signed by custodians, not by a device with powers. */
  if (!paraph_kind_is_identity (sealed->header->kind)
      && paraph_id_equal (&sealed->header->author, &powers->device))
    good = find_good (sealed, powers);
  *ret_refusal = good != NULL ? PARAPH_REFUSAL_NONE : PARAPH_REFUSAL_BAD_SIGNATURE;
  if (good == NULL)
    return NULL;
  if (sealed->n_signatures == 1)
    return paraph_record_restore (sealed, powers);
  filtered = paraph_sealed_record_new (sealed->header, good, 1);
  return paraph_record_restore (filtered, powers);
}

ParaphRecord *
paraph_record_restore (ParaphSealedRecord *sealed, const ParaphPowers *powers)
{
  ParaphRecord *self = g_atomic_rc_box_new0 (ParaphRecord);

  self->sealed = paraph_sealed_record_ref (sealed);
  self->powers = powers;
  return self;
}

ParaphRecord *
paraph_record_ref (ParaphRecord *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_record (gpointer pointer)
{
  ParaphRecord *self = pointer;

  paraph_sealed_record_unref (self->sealed);
}

void
paraph_record_unref (ParaphRecord *self)
{
  g_atomic_rc_box_release_full (self, clear_record);
}

const ParaphHeader *
paraph_record_get_header (const ParaphRecord *self)
{
  return self->sealed->header;
}

ParaphSealedRecord *
paraph_record_get_sealed (const ParaphRecord *self)
{
  return self->sealed;
}

const ParaphPowers *
paraph_record_get_powers (const ParaphRecord *self)
{
  return self->powers;
}
