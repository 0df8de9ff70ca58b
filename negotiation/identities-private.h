/* What one placed identity record says, and the judging of a record before it is placed.
 *
 * Shared by identities.c and identities-powers.c only. Steps 3' and 4' of docs/PROTOCOL.md section
 * 7.1; everything here is a function of the record and of its past. */

#pragma once

#include "negotiation/identities.h"

/* The custodians in force: those of the founding record. */
typedef struct
{
  guint threshold;
  guint n_custodians;
  ParaphSignKey *custodians; /* sorted, owned */
  ParaphId *ids;             /* their custodian ids, in the same order, owned */
} ParaphCustodians;

struct ParaphIdentityEntry
{
  ParaphSealedRecord *sealed; /* holds verified signatures only */
  const ParaphIdentityEntry *previous;
  ParaphId device;     /* that powers or revocation names; zero in a delegation */
  ParaphPowers powers; /* of a powers record; the person is borrowed from the header */
};

/* A new entry over header, without signatures yet: NULL where step 3' refuses it as malformed.
 * previous is NULL for a delegation. */
ParaphIdentityEntry *paraph_identity_entry_new (const ParaphHeader *header,
                                                const ParaphIdentityEntry *previous);
void paraph_identity_entry_free (ParaphIdentityEntry *self);

/* The powers of device at self. NULL: ret_refusal says why. */
const ParaphPowers *paraph_identity_entry_find_powers (const ParaphIdentityEntry *self,
                                                       const ParaphId *device,
                                                       ParaphRefusal *ret_refusal);

/* The set of a delegation record; NULL where a key does not pass the gate. */
ParaphCustodians *paraph_custodians_new (const ParaphHeader *header);
void paraph_custodians_free (ParaphCustodians *self);

/* The same record with those signatures only that custodians made, one of each: NULL where fewer
 * than the threshold verify. */
ParaphSealedRecord *paraph_custodians_verify (const ParaphCustodians *self,
                                              ParaphSealedRecord *sealed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphIdentityEntry, paraph_identity_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphCustodians, paraph_custodians_free)
