/* The own delegation and its devices; other delegations and their safety numbers.
 *
 * Worker's thread, inside the caller's transaction. */

#pragma once

#include "app/record-requests.h"
#include "store/comparison-table.h"

/* What this home says of itself. */
typedef struct
{
  ParaphActor own;
  char *safety;             /* own half of every safety number: six groups */
  char *mailbox;            /* 32 hex; NULL: none yet */
  gboolean keeps_custodian; /* the custodian key lies in this home */
} ParaphWhoami;

gboolean paraph_identity_describe (ParaphHome *home, ParaphWhoami *ret_whoami, GError **error);
void paraph_whoami_clear (ParaphWhoami *self);

/* Revokes a device of the own delegation: what this home holds of its chains stands, the rest is
 * cut. custodian: 32 bytes of the custodian's seed; NULL: the one kept in the home. */
gboolean paraph_device_revoke (ParaphHome *home, const ParaphId *device, const char *reason,
                               const ParaphSecret *custodian, ParaphId *ret_record, GError **error);

/* The safety number with another delegation, and whether people compared it. */
typedef struct
{
  ParaphComparisonState state;
  char *number;
  char *method; /* NULL: none */
} ParaphComparison;

gboolean paraph_comparison_find (ParaphHome *home, const ParaphId *delegation,
                                 ParaphComparison *ret_comparison, GError **error);
gboolean paraph_comparison_mark (ParaphHome *home, const ParaphId *delegation, const char *method,
                                 GError **error);
void paraph_comparison_clear (ParaphComparison *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphWhoami, paraph_whoami_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphComparison, paraph_comparison_clear)
