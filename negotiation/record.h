/* From a header with signatures to a verified record.
 *
 *   out: ParaphDraft -> ParaphHeader -> ParaphSealedRecord
 *   in:  bytes -> ParaphSealedRecord (unverified) -> ParaphRecord (verified)
 *
 * A ParaphRecord can only be made by paraph_record_verify (and, for rows of our own store that were
 * verified when they came, by paraph_record_restore). There is no flag. All values are immutable,
 * atomically reference counted, any thread. */

#pragma once

#include "crypto/types.h"
#include "negotiation/header.h"

#define PARAPH_SIGNATURES_MAX 16

typedef struct
{
  ParaphId key; /* device or custodian id */
  ParaphSignature signature;
} ParaphSignedBy;

typedef struct
{
  ParaphHeader *header;
  guint n_signatures;
  const ParaphSignedBy *signatures; /* sorted by key, then bytes */
} ParaphSealedRecord;

/* What one device may do: the content of a powers record, in force at an identity record. */
typedef struct
{
  ParaphId delegation;
  ParaphId device;
  ParaphId record; /* the powers record */
  const char *person;
  ParaphSignKey key;
  ParaphSessionKey session;
  ParaphEnvelopeKey envelope;
  guint powers; /* of ParaphPower, or'ed */
} ParaphPowers;

typedef enum
{
  PARAPH_POWER_READ = 1 << 0,
  PARAPH_POWER_TALK = 1 << 1,
  PARAPH_POWER_PROPOSE = 1 << 2,
  PARAPH_POWER_POSITION = 1 << 3,
  PARAPH_POWER_INITIAL = 1 << 4,
  PARAPH_POWER_SIGN = 1 << 5,
  PARAPH_POWER_ATTEST = 1 << 6,
  PARAPH_POWER_MANAGE = 1 << 7
} ParaphPower;

/* Why a record is refused; the words of the audit (docs/PROTOCOL.md section 14). */
typedef enum
{
  PARAPH_REFUSAL_NONE,
  PARAPH_REFUSAL_MALFORMED,
  PARAPH_REFUSAL_UNKNOWN_KEY,
  PARAPH_REFUSAL_NOT_EMPOWERED,
  PARAPH_REFUSAL_BAD_SIGNATURE
} ParaphRefusal;

const char *paraph_refusal_get_word (ParaphRefusal refusal);

typedef struct ParaphRecord ParaphRecord;

/* Takes a reference on header and copies the signatures, sorting them. More than
 * PARAPH_SIGNATURES_MAX are a programming error. */
ParaphSealedRecord *paraph_sealed_record_new (ParaphHeader *header,
                                              const ParaphSignedBy *signatures, guint n_signatures);
ParaphSealedRecord *paraph_sealed_record_ref (ParaphSealedRecord *self);
void paraph_sealed_record_unref (ParaphSealedRecord *self);

/* The namespace of a record's signature, for crypto/sshsig.h. Free with g_free. */
char *paraph_header_dup_namespace (const ParaphHeader *header);

/* Verifies the author's signature with the key of powers, which the caller looked up with
 * paraph_identities_find_powers, and keeps that one only. NULL with PARAPH_REFUSAL_BAD_SIGNATURE in ret_refusal. Touches
 * nothing but its arguments: an audit calls it on several threads. */
ParaphRecord *paraph_record_verify (ParaphSealedRecord *sealed, const ParaphPowers *powers,
                                    ParaphRefusal *ret_refusal);

/* For rows of our own store only. */
ParaphRecord *paraph_record_restore (ParaphSealedRecord *sealed, const ParaphPowers *powers);

ParaphRecord *paraph_record_ref (ParaphRecord *self);
void paraph_record_unref (ParaphRecord *self);
const ParaphHeader *paraph_record_get_header (const ParaphRecord *self);
ParaphSealedRecord *paraph_record_get_sealed (const ParaphRecord *self);
/* The powers its author held when it was verified. Lives as long as the identities do. */
const ParaphPowers *paraph_record_get_powers (const ParaphRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphSealedRecord, paraph_sealed_record_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphRecord, paraph_record_unref)
