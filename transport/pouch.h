/* The pouch: a carrier that is a directory which all can reach at some time, such as a USB stick,
 * a network share or a synchronised folder.
 *
 *   POUCH/pouch.v1           marker, an empty file; without it nothing is read or written
 *   POUCH/<mailbox>/tmp/     being written; never read
 *   POUCH/<mailbox>/new/     whole envelopes; the name is the SHA-256 of the bytes, in hex
 *
 * Every file has one writer and never changes; there is no lock and no index, so a synchroniser
 * finds nothing to merge. A name tells neither sender nor time. One mailbox has one reader, as
 * deleting is consuming. The pouch has no cursor: the mark is ignored, and NULL in batches.
 *
 * Everybody who can write the directory is hostile. He can delete mail and flood; he cannot make
 * us read, write or wait outside the mailboxes, and what is no whole envelope never arrives.
 *
 * All calls work at once on the calling thread, one thread at a time. Mail that comes in later is
 * seen at the next rescan. Source: DESIGN.md section 9, RULES.md section 8. */

#pragma once

#include "transport/fs.h"
#include "transport/transport.h"

#define PARAPH_POUCH_MARKER "pouch.v1"
#define PARAPH_POUCH_PASS_MAX 4096        /* mails of one pass; more is a flood */
#define PARAPH_POUCH_ENTRIES_MAX 65536    /* directory entries looked at in one pass */
#define PARAPH_POUCH_STALE_SECONDS 129600 /* 36 hours */

#define PARAPH_TYPE_POUCH (paraph_pouch_get_type ())
G_DECLARE_FINAL_TYPE (ParaphPouch, paraph_pouch, PARAPH, POUCH, GObject)

/* Makes the directory `path` (its parent must exist) and the marker. Again is harmless. */
gboolean paraph_pouch_prepare (const char *path, GError **error);

/* `mailbox` is our own, 32 lower-case hex, or NULL to post only. Touches no file. (transfer full) */
ParaphPouch *paraph_pouch_new (const char *path, const char *mailbox);

/* For tests, before start: `fs` (transfer none) must outlive the pouch. */
void paraph_pouch_set_fs (ParaphPouch *self, const ParaphFs *fs);

/* The person's answer to a flood: this pass hands over its first PARAPH_POUCH_PASS_MAX mails; the
 * next rescan looks again. */
void paraph_pouch_admit_flood (ParaphPouch *self);

/* The bytes of a mail that polls have named incomplete for too long, cut at
 * PARAPH_TRANSPORT_ENVELOPE_MAX. Later polls of this pouch do not name it again; should it become
 * whole, it still arrives. The file stays: done removes it. (transfer full) */
GBytes *paraph_pouch_quarantine (ParaphPouch *self, const char *token, GError **error);

/* Removes from our own mailbox's tmp/ what has been there for more than 36 hours by the pouch's
 * own clock: what dead writers left. `ret_removed` (nullable) is their number. */
gboolean paraph_pouch_clean (ParaphPouch *self, guint *ret_removed, GError **error);

/* Settles all posts, writes the whole file system out and stops: the stick may be pulled. Poll
 * beforehand to learn what was accepted; what was not is posted again some day, harmlessly. */
gboolean paraph_pouch_eject (ParaphPouch *self, GError **error);
