/* The pouch's inner steps, below the object: what is done to one mailbox and to one file.
 *
 * Directories are opened one name at a time, never through a symbolic link, and held for one batch
 * only, so that a stick can be unmounted between batches. */

#pragma once

#include <glib.h>

#include "transport/fs.h"

/* One open mailbox, and the ids of what was put there and may still be lost by a power cut. */
typedef struct
{
  const ParaphFs *fs; /* borrowed */
  int tmp_fd;         /* owned */
  int new_fd;         /* owned */
  GPtrArray *ids;     /* owned: char *, put and not settled */
} ParaphPouchBox;

/* What a file in new/ turned out to be. */
typedef enum
{
  PARAPH_POUCH_WHOLE,      /* an envelope under its right name */
  PARAPH_POUCH_INCOMPLETE, /* damaged, unreadable or still being written */
  PARAPH_POUCH_VANISHED,   /* somebody was faster */
  PARAPH_POUCH_FOREIGN     /* a link, directory, FIFO, socket or device: never read */
} ParaphPouchFound;

/* Sets `error` for a failed call: `number` is its errno, `what` names the thing touched. */
void paraph_pouch_set_error (GError **error, int number, const char *what);

/* Directories. `root` is the pouch, -1 on failure; a missing marker is ABSENT. */
int paraph_pouch_root_open (const ParaphFs *fs, const char *path, GError **error);
ParaphPouchBox *paraph_pouch_box_open (const ParaphFs *fs, int root, const char *mailbox,
                                       GError **error);
void paraph_pouch_box_free (ParaphPouchBox *self);

/* fsync of a directory. File systems that cannot do that are believed to need none. */
gboolean paraph_pouch_sync_directory (const ParaphFs *fs, int directory, GError **error);

/* 32 random hex digits: the name of a file in tmp/. NULL on failure. (transfer full) */
char *paraph_pouch_random_name (const ParaphFs *fs, GError **error);

/* Puts one envelope in place; it is durable once settle has returned TRUE. */
gboolean paraph_pouch_box_put (ParaphPouchBox *self, GBytes *envelope, GError **error);
/* Moves the ids of what is now durable to the end of `accepted`. */
gboolean paraph_pouch_box_settle (ParaphPouchBox *self, GPtrArray *accepted, GError **error);

/* The names in new/ that can be mail, at most PARAPH_POUCH_PASS_MAX, char *. (transfer full) */
GPtrArray *paraph_pouch_box_list (ParaphPouchBox *self, gboolean *ret_flood, GError **error);
/* `ret_bytes` is set if and only if the result is WHOLE. (transfer full) */
ParaphPouchFound paraph_pouch_box_get (ParaphPouchBox *self, const char *name, GBytes **ret_bytes);
/* The first bytes of a file of any size, at most PARAPH_TRANSPORT_ENVELOPE_MAX, or NULL. */
GBytes *paraph_pouch_box_peek (ParaphPouchBox *self, const char *name, GError **error);

gboolean paraph_pouch_box_clean (ParaphPouchBox *self, guint *ret_removed, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphPouchBox, paraph_pouch_box_free)
