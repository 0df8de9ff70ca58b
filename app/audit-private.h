/* Inside the audit: what is held, and the steps that are the same for a bundle and a home.
 *
 * The order of calls: fill held, broken and altered; reach; place; judge; finish. Everything but
 * the signature checks happens in the caller's thread. */

#pragma once

#include "app/audit.h"

/* A header that is held and what came of it. */
typedef struct
{
  ParaphHeader *header;       /* owned */
  ParaphSealedRecord *sealed; /* owned; NULL until its signatures were read */
  ParaphRecord *record;       /* owned; NULL until verified; never of an identity record */
  const ParaphPowers *powers; /* borrowed from the identities; NULL: not looked up */
  ParaphRefusal refusal;
  gboolean is_reached; /* in scope */
  gboolean is_placed;
  gboolean is_last;  /* of its chain */
  gboolean is_named; /* by a record of another chain that is placed */
} ParaphAuditRecord;

typedef struct ParaphAuditRun ParaphAuditRun;

/* The signatures of a record that stand in the one legal form; owned. ret_n_bad counts the others.
 * keys are those that may sign. Any thread. */
typedef ParaphSealedRecord *(*ParaphAuditSeal) (ParaphAuditRun *run, ParaphHeader *header,
                                                const ParaphSignKey *keys, guint n_keys,
                                                guint *ret_n_bad);

struct ParaphAuditRun
{
  ParaphAudit *audit; /* owned until paraph_audit_run_finish */
  GHashTable *found;  /* texts, to tell each finding once */
  ParaphLedger *ledger;
  GHashTable *held;    /* ParaphId to ParaphAuditRecord */
  GHashTable *broken;  /* ParaphId to the reason, headers that do not parse */
  GHashTable *altered; /* ParaphId */
  GPtrArray *aside;    /* ParaphHeader: held, not in scope */
  GPtrArray *order;    /* ParaphAuditRecord, all that was ever held, as it came */
  GPtrArray *shown;    /* ParaphAuditRecord, all that is held, in shown order */
  gboolean is_whole;   /* nothing in scope is missing, altered or malformed */
  gboolean is_quick;
  ParaphAuditSeal seal;
  ParaphBundleFile *bundle; /* borrowed; NULL: a home */
  ParaphAuditProgress progress;
  gpointer progress_data;
  guint done;
  guint total;
};

/* Reachable from there: ids and why; negotiation and channels bound what counts. */
typedef struct
{
  const ParaphId *negotiation; /* NULL: everything held is in scope */
  const ParaphPlace *scope;    /* author: the channel, id: its record R; number unused */
  guint n_scope;
} ParaphAuditScope;

void paraph_audit_run_init (ParaphAuditRun *self, gboolean is_quick);
void paraph_audit_run_clear (ParaphAuditRun *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphAuditRun, paraph_audit_run_clear)

/* One finding, once. record NULL: "-". header NULL: no place is known. detail is a sentence. */
void paraph_audit_run_find (ParaphAuditRun *self, const char *kind, const ParaphId *record,
                            const ParaphHeader *header, const char *detail);

/* Holds a header, or notes that it does not parse, or (where identity_wanted is not -1) that it is
 * not of the class wanted. id is the hash of bytes. Returns what is held, borrowed, or NULL. */
ParaphAuditRecord *paraph_audit_run_hold (ParaphAuditRun *self, const ParaphId *id, GBytes *bytes,
                                          int identity_wanted);

/* The same for a header that was parsed before, which it takes over. */
ParaphAuditRecord *paraph_audit_run_hold_header (ParaphAuditRun *self, ParaphHeader *header);

void paraph_audit_run_reach (ParaphAuditRun *self, const ParaphAuditScope *scope);
void paraph_audit_run_place (ParaphAuditRun *self);
void paraph_audit_run_judge (ParaphAuditRun *self);
/* Sorts, decides and hands the audit over. */
ParaphAudit *paraph_audit_run_finish (ParaphAuditRun *self);

/* Calls func for each id that header relies on; TRUE from func stops. how: "previous", "identity",
 * "negotiation", "channel", "seen" or "identity-head". */
typedef gboolean (*ParaphAuditNameFunc) (const char *how, const ParaphId *id, gpointer data);
gboolean paraph_audit_each_name (const ParaphHeader *header, ParaphAuditNameFunc func,
                                 gpointer data);

guint paraph_audit_id_hash (gconstpointer id);
gboolean paraph_audit_id_equal (gconstpointer a, gconstpointer b);
/* Of headers: those of one chain (author and channel) are equal. */
guint paraph_audit_chain_hash (gconstpointer header);
gboolean paraph_audit_chain_equal (gconstpointer a, gconstpointer b);
/* By (clock, author, number, id). */
int paraph_audit_compare_headers (const ParaphHeader *a, const ParaphHeader *b);
