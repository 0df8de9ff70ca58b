/* The bundle: a plain tar that anybody can audit for decades (docs/PROTOCOL.md section 14).
 *
 * Errors are of PARAPH_APP_ERROR (app/home.h): REFUSED for what is no bundle, IO for files. One
 * thread at a time, except where stated. */

#pragma once

#include "app/home.h"

#define PARAPH_BUNDLE_ENTRIES_MAX 4000000
#define PARAPH_BUNDLE_GET_MAX \
  ((gint64) 64 * 1024 * 1024) /* bytes of one entry that is read whole */

/* One channel in scope, as of one record (NULL: the newest paper, else the newest record). */
typedef struct
{
  ParaphChannel *channel;
  ParaphEntry *as_of;
} ParaphBundleScope;

/* The bundle's bytes: a pure function of scope and the placed records in the past, given the same
 * blobs. All channels are of one negotiation, each at most once. withheld (ParaphId of blobs) may
 * be NULL. */
GBytes *paraph_bundle_make (ParaphHome *home, const ParaphBundleScope *scope, guint n_scope,
                            GArray *withheld, GError **error);

/* A name and its bytes. */
typedef struct
{
  char *name;
  GBytes *bytes;
} ParaphBundleEntry;

ParaphBundleEntry *paraph_bundle_entry_new (char *name, GBytes *bytes);
void paraph_bundle_entry_free (ParaphBundleEntry *self);

/* The archive of entries (ParaphBundleEntry), which it sorts by name. Names differ and fit. */
GBytes *paraph_bundle_pack (GPtrArray *entries, GError **error);

/* Where the content of a text body stands: free with g_free. NULL: header has no symbol, or body is
 * not its main text. A symbol too long for the archive's names is cut. */
char *paraph_bundle_dup_text_name (const ParaphHeader *header, const ParaphBody *body);

/* An archive whose entries are known and bounded: plain files, each name once, none that climbs.
 * Nothing is judged yet, and no content is in memory. */
typedef struct ParaphBundleFile ParaphBundleFile;
ParaphBundleFile *paraph_bundle_open (const char *path, GError **error);
void paraph_bundle_close (ParaphBundleFile *self);

/* NULL: no such entry, over PARAPH_BUNDLE_GET_MAX, or not readable. Any thread. */
GBytes *paraph_bundle_get (ParaphBundleFile *self, const char *name);
gboolean paraph_bundle_has (ParaphBundleFile *self, const char *name, guint64 *ret_size);
/* SHA-256 of an entry of any size. FALSE: no such entry, or not readable. Any thread. */
gboolean paraph_bundle_hash (ParaphBundleFile *self, const char *name, ParaphId *ret_hash);
/* Names, sorted. Borrowed. */
const GPtrArray *paraph_bundle_list (ParaphBundleFile *self);

/* History code of docs/PROTOCOL.md section 13 as of an entry: 30 digits in six groups, and the
 * number of channel records in its past. ret_records may be NULL. Free with g_free. */
char *paraph_history_code (ParaphChannel *channel, ParaphEntry *as_of, guint *ret_records,
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphBundleEntry, paraph_bundle_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphBundleFile, paraph_bundle_close)
