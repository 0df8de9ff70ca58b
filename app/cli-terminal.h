/* What the command line does at a terminal beside printing: asking for a passphrase without showing
 * it, and telling how far long work is, on one line of standard error that is written over. */

#pragma once

#include <glib.h>

#include "crypto/secret.h"

/* One line typed without echo, in locked memory. The terminal is as it was afterwards. */
ParaphSecret *paraph_terminal_ask_secret (const char *question, GError **error);
/* Two lines that have to be equal: for a passphrase that nobody knows yet. */
ParaphSecret *paraph_terminal_ask_new_secret (const char *question, const char *again,
                                              GError **error);

/* Shows label and the seconds gone by once work takes longer than one; label: static. A thread of
 * its own writes the line, and takes it away at the end. */
typedef struct ParaphProgress ParaphProgress;
ParaphProgress *paraph_progress_new (const char *label);
void paraph_progress_free (ParaphProgress *self);
/* How much is done, from any thread; total 0: not known. NULL is nobody who looks. */
void paraph_progress_count (ParaphProgress *self, guint done, guint total);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphProgress, paraph_progress_free)
