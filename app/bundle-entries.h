/* Entries that bundles and proofs of forks have in common. Worker's thread. */

#pragma once

#include "app/bundle.h"

/* Entries of an archive in the making, and the lines of its allowed_signers. Both borrowed. */
typedef struct
{
  GPtrArray *entries; /* ParaphBundleEntry */
  GTree *signers;     /* lines, sorted */
} ParaphBundleEntries;

/* A tree of words for the lines of a file, sorted bytewise. */
GTree *paraph_bundle_lines_new (void);
void paraph_bundle_add_lines (GPtrArray *entries, const char *name, GTree *lines);
/* Takes text. */
void paraph_bundle_add_text (GPtrArray *entries, const char *name, GString *text);
/* A file of the program's resources. */
gboolean paraph_bundle_add_fixed (GPtrArray *entries, const char *name, GError **error);

/* Header, signatures and signers of one identity record; its lower valid signature of each key. */
gboolean paraph_bundle_add_identity (const ParaphBundleEntries *self, ParaphHome *home,
                                     const ParaphId *id, GError **error);
/* The same of a placed record of negotiation. */
gboolean paraph_bundle_add_record (const ParaphBundleEntries *self, ParaphEntry *entry,
                                   const ParaphId *negotiation, GError **error);

/* SHA256SUMS of all that is there. */
void paraph_bundle_add_sums (GPtrArray *entries);
