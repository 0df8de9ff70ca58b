/* The pouch as its own files see it: the object's members, and the steps that begin every call. */

#pragma once

#include "transport/pouch-private.h"
#include "transport/pouch.h"

struct _ParaphPouch
{
  GObject parent_instance;

  /* owned */
  char *path;
  char *mailbox;       /* nullable */
  GHashTable *boxes;   /* mailbox -> ParaphPouchBox: posted to since the last poll */
  GPtrArray *accepted; /* char *: settled and not yet told */
  GPtrArray *names;    /* char *: this pass */
  GHashTable *ignored; /* char *: quarantined */

  /* borrowed */
  const ParaphFs *fs;

  guint next;   /* first of names that was not looked at */
  dev_t device; /* the directory that the boxes are in */
  ino_t inode;
  gboolean started;
  gboolean absent;
  gboolean paused;
  gboolean flood;
  ParaphTransportError reason; /* of paused */
};

/* Notes what `failure` means for the whole pouch and hands it on. (transfer full) Always FALSE. */
gboolean paraph_pouch_fail (ParaphPouch *self, GError **error, GError *failure);

/* The pouch's directory with its marker, or -1. Another directory than before under the same path
 * (a stick was changed) makes the open mailboxes void: what was put there stays in the outbox. */
int paraph_pouch_open_root (ParaphPouch *self, GError **error);

/* (transfer full) */
ParaphPouchBox *paraph_pouch_open_own_box (ParaphPouch *self, GError **error);

/* Makes durable what was posted, mailbox by mailbox, and closes them. */
gboolean paraph_pouch_settle (ParaphPouch *self, GError **error);

/* Whether `token` can be one of ours: it becomes a file name. */
gboolean paraph_pouch_check_token (const char *token, GError **error);
