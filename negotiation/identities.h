/* Identity chains: who is a delegation, which devices act for it (docs/PROTOCOL.md section 6).
 *
 * Holds every placed identity record of every delegation this home knows. Placing verifies the
 * custodians' signatures; nothing unverified is ever in here. One thread. */

#pragma once

#include "negotiation/record.h"

typedef struct ParaphIdentities ParaphIdentities;
typedef struct ParaphIdentityEntry ParaphIdentityEntry; /* one placed identity record */

typedef enum
{
  PARAPH_PLACING_PLACED,
  PARAPH_PLACING_ALREADY,
  PARAPH_PLACING_WAITING, /* for ret_missing */
  PARAPH_PLACING_REFUSED  /* for ret_refusal */
} ParaphPlacing;

/* A delegation as its chain says, below a freeze. Borrowed; valid until the next placing. */
typedef struct
{
  ParaphId id;
  const char *name;
  const char *code;
  guint threshold;
  guint n_custodians;
  const ParaphSignKey *custodians; /* sorted */
  ParaphId head;                   /* the last record before a freeze */
  gint64 head_number;
  gint64 frozen; /* the frozen number, or -1 */
} ParaphDelegation;

ParaphIdentities *paraph_identities_new (void);
void paraph_identities_free (ParaphIdentities *self);

/* ret_missing and ret_refusal are set for the outcomes that name them. */
ParaphPlacing paraph_identities_place (ParaphIdentities *self, ParaphSealedRecord *sealed,
                                       ParaphId *ret_missing, ParaphRefusal *ret_refusal);

/* What device holds at the identity record identity. NULL: ret_refusal says UNKNOWN_KEY or
 * NOT_EMPOWERED, or NONE where identity is not placed. */
const ParaphPowers *paraph_identities_find_powers (ParaphIdentities *self, const ParaphId *identity,
                                                   const ParaphId *device,
                                                   ParaphRefusal *ret_refusal);

gboolean paraph_identities_get_delegation (ParaphIdentities *self, const ParaphId *delegation,
                                           ParaphDelegation *ret_delegation);
/* Founding ids, ParaphId, sorted. Free with g_array_unref. */
GArray *paraph_identities_list (ParaphIdentities *self);
/* Devices in force at the head: const ParaphPowers *, sorted by device. g_ptr_array_unref. */
GPtrArray *paraph_identities_list_devices (ParaphIdentities *self, const ParaphId *delegation);
/* All placed identity records of a delegation, ParaphSealedRecord *, by number then id. */
GPtrArray *paraph_identities_list_records (ParaphIdentities *self, const ParaphId *delegation);

const ParaphIdentityEntry *paraph_identities_find (ParaphIdentities *self, const ParaphId *id);
ParaphSealedRecord *paraph_identity_entry_get_sealed (const ParaphIdentityEntry *self);
const ParaphIdentityEntry *paraph_identity_entry_get_previous (const ParaphIdentityEntry *self);
/* TRUE where self is b, or before it in one chain. */
gboolean paraph_identity_entry_reaches (const ParaphIdentityEntry *b,
                                        const ParaphIdentityEntry *self);
/* TRUE where the entry lies below a freeze of its chain. */
gboolean paraph_identities_is_settled (ParaphIdentities *self, const ParaphIdentityEntry *entry);
/* The revocation of device that decides, below a freeze; NULL: none. */
const ParaphIdentityEntry *paraph_identities_find_revocation (ParaphIdentities *self,
                                                              const ParaphId *delegation,
                                                              const ParaphId *device);

/* SHA-256 of "cut" LF channel LF number LF id LF. */
void paraph_cut_line (const ParaphId *channel, gint64 number, const ParaphId *id,
                      ParaphId *ret_line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphIdentities, paraph_identities_free)
