#define G_LOG_DOMAIN "paraph-transport"

#include "transport/pouch.h"

#include <errno.h>
#include <fcntl.h>

#include "transport/pouch-object.h"
#include "transport/pouch-private.h"

/* Mailboxes held open between two polls: two descriptors each. */
#define OPEN_BOXES_MAX 64

static void paraph_pouch_transport_init (ParaphTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ParaphPouch, paraph_pouch, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PARAPH_TYPE_TRANSPORT,
                                                      paraph_pouch_transport_init))

/* What a failure means for the whole pouch: nothing, if it lies in one mailbox. */
static void
note_failure (ParaphPouch *self, const GError *error)
{
  if (g_error_matches (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_ABSENT))
    self->absent = TRUE;
  if (g_error_matches (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_FULL)
      || g_error_matches (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_READ_ONLY)
      || g_error_matches (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_DEVICE))
    {
      self->paused = TRUE;
      self->reason = (ParaphTransportError) error->code;
    }
}

gboolean
paraph_pouch_fail (ParaphPouch *self, GError **error, GError *failure)
{
  note_failure (self, failure);
  g_propagate_error (error, failure);
  return FALSE;
}

int
paraph_pouch_open_root (ParaphPouch *self, GError **error)
{
  GError *failure = NULL;
  struct stat status;
  int root;

  if (!self->started)
    {
      g_set_error (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_STOPPED,
                   "%s: the pouch is not started", self->path);
      return -1;
    }
  root = paraph_pouch_root_open (self->fs, self->path, &failure);
  if (root >= 0 && self->fs->fstat (root, &status) != 0)
    {
      paraph_pouch_set_error (&failure, errno, self->path);
      (void) self->fs->close (root); /* only opened */
      root = -1;
    }
  if (root < 0)
    {
      g_hash_table_remove_all (self->boxes);
      (void) paraph_pouch_fail (self, error, failure); /* FALSE by definition */
      return -1;
    }
  if (status.st_dev != self->device || status.st_ino != self->inode)
    g_hash_table_remove_all (self->boxes);
  self->device = status.st_dev;
  self->inode = status.st_ino;
  self->absent = FALSE;
  return root;
}

ParaphPouchBox *
paraph_pouch_open_own_box (ParaphPouch *self, GError **error)
{
  GError *failure = NULL;
  ParaphPouchBox *box;
  int root;

  if (self->mailbox == NULL)
    {
      g_set_error_literal (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_INVALID,
                           "this pouch has no mailbox of its own");
      return NULL;
    }
  root = paraph_pouch_open_root (self, error);
  if (root < 0)
    return NULL;
  box = paraph_pouch_box_open (self->fs, root, self->mailbox, &failure);
  (void) self->fs->close (root); /* only opened */
  if (box == NULL)
    (void) paraph_pouch_fail (self, error, failure); /* FALSE by definition */
  return box;
}

gboolean
paraph_pouch_settle (ParaphPouch *self, GError **error)
{
  GHashTableIter iter;
  gpointer box;

  g_hash_table_iter_init (&iter, self->boxes);
  while (g_hash_table_iter_next (&iter, NULL, &box))
    {
      GError *failure = NULL;
      gboolean settled = paraph_pouch_box_settle (box, self->accepted, &failure);

      /* Also after a failure: a kernel tells of a failed write once, so a second sync of the same
       * open file proves nothing. The outbox posts these envelopes again. */
      g_hash_table_iter_remove (&iter);
      if (!settled)
        return paraph_pouch_fail (self, error, failure);
    }
  return TRUE;
}

static gboolean
paraph_pouch_rescan (ParaphTransport *transport, GError **error)
{
  ParaphPouch *self = PARAPH_POUCH (transport);
  g_autoptr (ParaphPouchBox) box = NULL;
  GError *failure = NULL;
  GPtrArray *names;
  int root;

  self->paused = FALSE;
  self->flood = FALSE;
  self->next = 0;
  g_ptr_array_set_size (self->names, 0);

  if (self->mailbox == NULL)
    {
      root = paraph_pouch_open_root (self, error);
      if (root >= 0)
        (void) self->fs->close (root); /* only opened */
      return root >= 0;
    }
  box = paraph_pouch_open_own_box (self, error);
  if (box == NULL)
    return FALSE;
  names = paraph_pouch_box_list (box, &self->flood, &failure);
  if (names == NULL)
    return paraph_pouch_fail (self, error, failure);
  g_ptr_array_unref (self->names);
  self->names = names;
  return TRUE;
}

static gboolean
paraph_pouch_start (ParaphTransport *transport, GBytes *mark G_GNUC_UNUSED, GError **error)
{
  PARAPH_POUCH (transport)->started = TRUE;
  return paraph_pouch_rescan (transport, error);
}

static void
paraph_pouch_stop (ParaphTransport *transport)
{
  ParaphPouch *self = PARAPH_POUCH (transport);

  self->started = FALSE;
  self->next = 0;
  g_hash_table_remove_all (self->boxes);
  g_ptr_array_set_size (self->names, 0);
}

/* The open mailbox, from the last posts or opened now. (transfer none) */
static ParaphPouchBox *
open_box (ParaphPouch *self, const char *mailbox, GError **error)
{
  GError *failure = NULL;
  ParaphPouchBox *box;
  int root = paraph_pouch_open_root (self, error);

  if (root < 0)
    return NULL;
  box = g_hash_table_lookup (self->boxes, mailbox);
  if (box == NULL)
    {
      if (g_hash_table_size (self->boxes) < OPEN_BOXES_MAX || paraph_pouch_settle (self, &failure))
        box = paraph_pouch_box_open (self->fs, root, mailbox, &failure);
      if (box != NULL)
        g_hash_table_insert (self->boxes, g_strdup (mailbox), box);
      else
        (void) paraph_pouch_fail (self, error, failure); /* FALSE by definition */
    }
  (void) self->fs->close (root); /* only opened */
  return box;
}

static gboolean
paraph_pouch_post (ParaphTransport *transport, const char *mailbox, GBytes *envelope,
                   GError **error)
{
  ParaphPouch *self = PARAPH_POUCH (transport);
  GError *failure = NULL;
  ParaphPouchBox *box;

  if (self->started && self->paused)
    {
      g_set_error (error, PARAPH_TRANSPORT_ERROR, (int) self->reason, "%s: posting is paused",
                   self->path);
      return FALSE;
    }
  box = open_box (self, mailbox, error);
  if (box == NULL)
    return FALSE;
  if (paraph_pouch_box_put (box, envelope, &failure))
    return TRUE;

  /* The directory may have been removed, and then the open one leads nowhere. */
  if (g_error_matches (failure, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_VANISHED))
    g_hash_table_remove (self->boxes, mailbox);
  return paraph_pouch_fail (self, error, failure);
}

static void
take_one (ParaphPouch *self, ParaphPouchBox *box, const char *name, ParaphTransportBatch *batch)
{
  g_autoptr (GBytes) bytes = NULL;

  switch (paraph_pouch_box_get (box, name, &bytes))
    {
    case PARAPH_POUCH_WHOLE:
      paraph_transport_batch_add (batch, bytes, name);
      break;
    case PARAPH_POUCH_INCOMPLETE:
      if (!g_hash_table_contains (self->ignored, name))
        g_ptr_array_add (batch->incomplete, g_strdup (name));
      break;
    case PARAPH_POUCH_VANISHED:
    case PARAPH_POUCH_FOREIGN:
      break;
    }
}

static ParaphTransportBatch *
paraph_pouch_poll (ParaphTransport *transport, guint max, GError **error)
{
  ParaphPouch *self = PARAPH_POUCH (transport);
  g_autoptr (ParaphTransportBatch) batch = paraph_transport_batch_new ();
  g_autoptr (ParaphPouchBox) box = NULL;
  int root = paraph_pouch_open_root (self, error);

  if (root < 0)
    return NULL;
  (void) self->fs->close (root); /* only opened */
  if (!paraph_pouch_settle (self, error))
    return NULL;

  if (!self->flood && self->next < self->names->len && max > 0)
    {
      box = paraph_pouch_open_own_box (self, error);
      if (box == NULL)
        return NULL;
      for (guint i = 0; i < max && self->next < self->names->len; i++, self->next++)
        take_one (self, box, g_ptr_array_index (self->names, self->next), batch);
    }
  batch->more = !self->flood && self->next < self->names->len;
  g_ptr_array_unref (batch->accepted);
  batch->accepted = g_steal_pointer (&self->accepted);
  self->accepted = g_ptr_array_new_with_free_func (g_free);
  return g_steal_pointer (&batch);
}

gboolean
paraph_pouch_check_token (const char *token, GError **error)
{
  if (paraph_transport_is_hex (token, PARAPH_TRANSPORT_ID_LENGTH))
    return TRUE;
  g_set_error_literal (error, PARAPH_TRANSPORT_ERROR, PARAPH_TRANSPORT_ERROR_INVALID,
                       "not a token of the pouch");
  return FALSE;
}

static gboolean
paraph_pouch_done (ParaphTransport *transport, const char *const *tokens, GError **error)
{
  ParaphPouch *self = PARAPH_POUCH (transport);
  g_autoptr (ParaphPouchBox) box = NULL;

  for (gsize i = 0; tokens[i] != NULL; i++)
    if (!paraph_pouch_check_token (tokens[i], error))
      return FALSE;
  box = paraph_pouch_open_own_box (self, error);
  if (box == NULL)
    return FALSE;
  for (gsize i = 0; tokens[i] != NULL; i++)
    /* EISDIR: somebody has replaced the mail by a directory. It is gone all the same. */
    if (self->fs->unlinkat (box->new_fd, tokens[i], 0) != 0 && errno != ENOENT && errno != EISDIR)
      {
        GError *failure = NULL;

        paraph_pouch_set_error (&failure, errno, "removing mail");
        return paraph_pouch_fail (self, error, failure);
      }
  return TRUE;
}

static ParaphTransportStatus *
paraph_pouch_dup_status (ParaphTransport *transport)
{
  ParaphPouch *self = PARAPH_POUCH (transport);
  ParaphTransportStatus *status = g_new0 (ParaphTransportStatus, 1);

  status->detail = g_strdup (self->path);
  if (!self->started || self->absent)
    {
      status->state = PARAPH_TRANSPORT_DOWN;
      status->reason =
          self->started ? PARAPH_TRANSPORT_ERROR_ABSENT : PARAPH_TRANSPORT_ERROR_STOPPED;
    }
  else if (self->paused || self->flood)
    {
      status->state = PARAPH_TRANSPORT_PAUSED;
      status->reason = self->paused ? self->reason : PARAPH_TRANSPORT_ERROR_FLOOD;
    }
  else
    status->state = PARAPH_TRANSPORT_UP;
  return status;
}

static void
paraph_pouch_transport_init (ParaphTransportInterface *iface)
{
  iface->start = paraph_pouch_start;
  iface->stop = paraph_pouch_stop;
  iface->rescan = paraph_pouch_rescan;
  iface->post = paraph_pouch_post;
  iface->poll = paraph_pouch_poll;
  iface->done = paraph_pouch_done;
  iface->dup_status = paraph_pouch_dup_status;
}

static void
paraph_pouch_finalize (GObject *object)
{
  ParaphPouch *self = PARAPH_POUCH (object);

  g_hash_table_unref (self->boxes);
  g_hash_table_unref (self->ignored);
  g_ptr_array_unref (self->accepted);
  g_ptr_array_unref (self->names);
  g_free (self->mailbox);
  g_free (self->path);

  G_OBJECT_CLASS (paraph_pouch_parent_class)->finalize (object);
}

static void
paraph_pouch_class_init (ParaphPouchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = paraph_pouch_finalize;
}

static void
paraph_pouch_init (ParaphPouch *self)
{
  self->fs = paraph_fs_real ();
  self->boxes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) paraph_pouch_box_free);
  self->ignored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->accepted = g_ptr_array_new_with_free_func (g_free);
  self->names = g_ptr_array_new_with_free_func (g_free);
}

ParaphPouch *
paraph_pouch_new (const char *path, const char *mailbox)
{
  ParaphPouch *self;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (
      mailbox == NULL || paraph_transport_is_hex (mailbox, PARAPH_TRANSPORT_MAILBOX_LENGTH), NULL);

  self = g_object_new (PARAPH_TYPE_POUCH, NULL);
  self->path = g_strdup (path);
  self->mailbox = g_strdup (mailbox);
  return self;
}

void
paraph_pouch_set_fs (ParaphPouch *self, const ParaphFs *fs)
{
  g_return_if_fail (PARAPH_IS_POUCH (self));
  g_return_if_fail (fs != NULL && !self->started);

  self->fs = fs;
}
