/* The bundle: a plain tar that anybody can audit for decades (docs/PROTOCOL.md section 14). */

#pragma once

#include "app/home.h"

/* One channel in scope, as of one record (NULL: the newest paper, else the newest record). */
typedef struct
{
  ParaphChannel *channel;
  ParaphEntry *as_of;
} ParaphBundleScope;

/* The bundle's bytes: a pure function of scope and the placed records in the past, given the same
 * blobs. withheld (ParaphId of blobs) may be NULL. */
GBytes *paraph_bundle_make (ParaphHome *home, const ParaphBundleScope *scope, guint n_scope,
                            GArray *withheld, GError **error);

/* A bundle read with all bounds, names to bytes; nothing judged yet. */
typedef struct _ParaphBundle_ ParaphBundleFile;
ParaphBundleFile *paraph_bundle_open (const char *path, GError **error);
void paraph_bundle_close (ParaphBundleFile *self);
GBytes *paraph_bundle_get (ParaphBundleFile *self, const char *name);
/* Names, sorted. Borrowed. */
const GPtrArray *paraph_bundle_list (ParaphBundleFile *self);

/* History code of docs/PROTOCOL.md section 13 as of an entry: 30 digits in six groups. */
char *paraph_history_code (ParaphChannel *channel, ParaphEntry *as_of, guint *ret_records,
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphBundleFile, paraph_bundle_close)
