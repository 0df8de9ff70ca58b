#define G_LOG_DOMAIN "paraph-transport"

#include <errno.h>

#include "transport/pouch-object.h"
#include "transport/pouch-private.h"
#include "transport/pouch.h"

/* What a person or a timer asks of a pouch, beside moving mail. */

void
paraph_pouch_admit_flood (ParaphPouch *self)
{
  g_return_if_fail (PARAPH_IS_POUCH (self));

  self->flood = FALSE;
}

GBytes *
paraph_pouch_quarantine (ParaphPouch *self, const char *token, GError **error)
{
  g_autoptr (ParaphPouchBox) box = NULL;
  GBytes *bytes;

  g_return_val_if_fail (PARAPH_IS_POUCH (self), NULL);

  if (!paraph_pouch_check_token (token, error))
    return NULL;
  box = paraph_pouch_open_own_box (self, error);
  if (box == NULL)
    return NULL;
  bytes = paraph_pouch_box_peek (box, token, error);
  if (bytes != NULL)
    g_hash_table_add (self->ignored, g_strdup (token));
  return bytes;
}

gboolean
paraph_pouch_clean (ParaphPouch *self, guint *ret_removed, GError **error)
{
  g_autoptr (ParaphPouchBox) box = NULL;
  GError *failure = NULL;
  guint removed = 0;

  g_return_val_if_fail (PARAPH_IS_POUCH (self), FALSE);

  box = paraph_pouch_open_own_box (self, error);
  if (box == NULL)
    return FALSE;
  if (!paraph_pouch_box_clean (box, &removed, &failure))
    return paraph_pouch_fail (self, error, failure);
  if (ret_removed != NULL)
    *ret_removed = removed;
  return TRUE;
}

gboolean
paraph_pouch_eject (ParaphPouch *self, GError **error)
{
  GError *failure = NULL;
  int root;

  g_return_val_if_fail (PARAPH_IS_POUCH (self), FALSE);

  root = paraph_pouch_open_root (self, error);
  if (root < 0)
    return FALSE;
  if (paraph_pouch_settle (self, &failure) && self->fs->syncfs (root) != 0)
    paraph_pouch_set_error (&failure, errno, self->path);
  (void) self->fs->close (root); /* only opened */
  if (failure != NULL)
    return paraph_pouch_fail (self, error, failure);
  paraph_transport_stop (PARAPH_TRANSPORT (self));
  return TRUE;
}
