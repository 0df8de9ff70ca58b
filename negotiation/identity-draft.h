/* Drafts of identity records, and the texts that are hashed into them.
 *
 * docs/PROTOCOL.md section 6. Keys, proofs and padding come from the caller; nothing here draws
 * randomness or signs. A draft is owned by the caller (paraph_draft_free) and is checked when it
 * is finished. Pure, any thread. */

#pragma once

#include "negotiation/draft.h"
#include "negotiation/identities.h"

#define PARAPH_CUTS_MULTIPLE 8

typedef struct
{
  const char *name;
  const char *code;
  guint threshold;
  guint n_custodians;
  const ParaphSignKey *custodians; /* in any order */
  ParaphId next;                   /* paraph_custodians_hash of the next set */
} ParaphFounding;

/* The last record that stands of the revoked device's chain in one channel. */
typedef struct
{
  ParaphId channel; /* the effective one */
  gint64 number;
  ParaphId id;
} ParaphKept;

typedef struct
{
  ParaphId device;
  const char *reason; /* lost stolen compromised left replaced */
  guint n_kept;
  const ParaphKept *kept;
  guint n_padding;         /* paraph_revocation_count_padding (n_kept) */
  const ParaphId *padding; /* random */
} ParaphRevocation;

/* SHA-256 of the text that a set of custodians makes, for next. keys in any order. */
void paraph_custodians_hash (guint threshold, const ParaphSignKey *keys, guint n_keys,
                             ParaphId *ret_hash);

/* SHA-256 of the text that proof signs (namespace device@paraph): of powers only delegation, key,
 * session and envelope are read. */
void paraph_powers_hash_proof (const ParaphPowers *powers, ParaphId *ret_message);

/* The words of a set of powers, in the order of the protocol. Free with g_free. */
char *paraph_powers_format (guint powers);
/* The inverse, for values that a header's parser has accepted. */
guint paraph_powers_parse (const char *words);

/* How many random lines bring a revocation with n_kept cut lines to a legal number of them. */
guint paraph_revocation_count_padding (guint n_kept);

ParaphDraft *paraph_identity_draft_delegation (const ParaphFounding *founding);
ParaphDraft *paraph_identity_draft_powers (const ParaphPowers *powers,
                                           const ParaphSignature *proof);
/* Another number of padding lines than asked for is a programming error: NULL. */
ParaphDraft *paraph_identity_draft_revocation (const ParaphRevocation *revocation);

/* Where the next record of delegation stands; NULL: where a founding record does. */
void paraph_identity_position (const ParaphDelegation *delegation, ParaphPosition *ret_position);
