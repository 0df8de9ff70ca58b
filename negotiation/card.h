/* Cards, invitations and answers: the files that people carry from home to home.
 *
 * docs/PROTOCOL.md section 9. Parsing proves the form and the sum at the end and nothing else:
 * records and addresses are judged like anything received (negotiation/record.h, address.h).
 * The messages of errors are English sentences that a person can act upon. Values are immutable;
 * any thread. */

#pragma once

#include <glib.h>

#include "negotiation/address.h"
#include "negotiation/record.h"

#define PARAPH_CARD_MAX ((gsize) 4 * 1024 * 1024)

typedef enum
{
  PARAPH_CARD_ANY, /* only where a kind is expected */
  PARAPH_CARD_CARD,
  PARAPH_CARD_INVITATION,
  PARAPH_CARD_ANSWER
} ParaphCardKind;

typedef struct
{
  ParaphCardKind kind;
  char *code;                /* of an invitation, the seat it is for; else NULL */
  GPtrArray *records;        /* of ParaphSealedRecord, as they stand in the file: the identity
                                chain, then the charter of an invitation, the joining of an answer */
  GPtrArray *addresses;      /* of ParaphAddress */
  ParaphSignedBy invitation; /* of an invitation, not yet verified; else zero */
  ParaphId signed_hash;      /* of an invitation, what its signature is over; else zero */
} ParaphCard;

/* A file of the expected kind, at most PARAPH_CARD_MAX bytes. */
ParaphCard *paraph_card_parse (GBytes *bytes, ParaphCardKind expected, GError **error);
void paraph_card_free (ParaphCard *self);

/* The number of records that are the identity chain: all but the last of an invitation or an
 * answer. */
guint paraph_card_count_identity (const ParaphCard *self);

/* TRUE where the invitation is signed by key, the convener's device. */
gboolean paraph_card_verify_invitation (const ParaphCard *self, const ParaphSignKey *key,
                                        GError **error);

/* A file. code and signature are NULL but for an invitation, whose signature is over
 * paraph_card_hash_invitation of the same arguments in the namespace PARAPH_SSHSIG_INVITATION.
 * Fails where paraph_card_parse would refuse the result. Records and addresses stay in the
 * order given and are borrowed. */
GBytes *paraph_card_write (ParaphCardKind kind, const char *code, GPtrArray *records,
                           GPtrArray *addresses, const ParaphSignedBy *signature, GError **error);

void paraph_card_hash_invitation (const char *code, GPtrArray *records, GPtrArray *addresses,
                                  ParaphId *ret_hash);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphCard, paraph_card_free)
