/* The audit of a home or a bundle: every signature, every hash, every place (docs/PROTOCOL.md 14). */

#pragma once

#include "app/bundle.h"

typedef struct
{
  const char *kind; /* a word of docs/PROTOCOL.md section 14 */
  ParaphId record;
  ParaphId channel; /* zero: none */
  ParaphId by;      /* author device, or founding id; zero: none */
  gint64 number;    /* -1: none */
  char *detail;     /* a sentence for people */
} ParaphFinding;

typedef struct
{
  ParaphId author;
  ParaphId channel;
  ParaphPlace head;
  ParaphPlace named; /* last head of it that another chain names; number -1: none */
} ParaphAuditChain;

typedef struct
{
  gboolean is_good;
  guint records;
  guint signatures;
  GPtrArray *findings; /* ParaphFinding *, by kind then record */
  GArray *chains;      /* ParaphAuditChain */
} ParaphAudit;

/* Told from the worker's thread as they come; may be NULL. */
typedef void (*ParaphAuditProgress) (guint done, guint total, const ParaphFinding *finding,
                                     gpointer data);

/* Signature checks run on two threads. quick: all hashes, and each chain's last signature only. */
ParaphAudit *paraph_audit_bundle (ParaphBundleFile *bundle, gboolean quick,
                                  ParaphAuditProgress progress, gpointer data, GError **error);
ParaphAudit *paraph_audit_home (ParaphHome *home, gboolean quick, ParaphAuditProgress progress,
                                gpointer data, GError **error);
void paraph_audit_free (ParaphAudit *self);
gboolean paraph_finding_is_bad (const ParaphFinding *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphAudit, paraph_audit_free)
