/* A small world of delegations with a device each, for tests of the ledger: it makes real, signed
 * records at any place of any chain, also the places that an honest client would never choose. */

#pragma once

#include "crypto/secret.h"
#include "negotiation/channel.h"

#define WORLD_DELEGATIONS 6

typedef struct
{
  ParaphSecret *custodian;
  ParaphSignKey custodian_key;
  ParaphSecret *secret;
  ParaphPowers powers;
  ParaphId id;       /* founding id */
  ParaphId identity; /* the powers record */
  char code[4];
} WorldDelegation;

typedef struct
{
  WorldDelegation delegations[WORLD_DELEGATIONS];
  GPtrArray *records; /* ParaphSealedRecord *, everything ever made, in the order it was made */
  ParaphId charter;
  guint64 counter; /* makes salts */
  GRand *random;
} World;

/* Delegation 0 convenes; 0 to 2 are parties, 3 the mediator, the others observers. */
World *world_new (guint32 seed);
void world_free (World *self);

/* The place after head in ledger for a device; seen as an honest client would write it. */
gboolean world_place (World *self, guint device, ParaphLedger *ledger,
                      ParaphPosition *ret_position);

/* Finishes and frees draft, frees the position's seen, signs, remembers. */
ParaphSealedRecord *world_seal (World *self, guint device, ParaphDraft *draft,
                                ParaphPosition *position);

/* A draft of this kind with the bodies that it needs. */
ParaphDraft *world_draft (World *self, ParaphKind kind);

/* A second delegation, keeper, gives the device powers as well; the record that does. */
ParaphId world_share (World *self, guint device, guint keeper);

/* Revokes a device, keeping its chain in the plenary up to keep (NULL: nothing of it). */
void world_revoke (World *self, guint device, const ParaphHeader *keep);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
