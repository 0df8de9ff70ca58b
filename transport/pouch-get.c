#define G_LOG_DOMAIN "paraph-transport"

#include "transport/pouch-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "transport/pouch.h"

/* O_NONBLOCK: a FIFO would block the worker for ever. */
#define OPEN_MAIL (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* One pass reads at most 192 MiB, below the 256 MiB that a pass may hold. */
G_STATIC_ASSERT ((guint64) PARAPH_POUCH_PASS_MAX *PARAPH_TRANSPORT_ENVELOPE_MAX <= 256 << 20);

/* Reads names until the end, or until more than one pass may hold. 0, or an errno. */
static int
read_names (DIR *directory, GPtrArray *names, gboolean *ret_flood)
{
  struct dirent *entry;
  guint seen = 0;

  *ret_flood = FALSE;
  for (errno = 0; (entry = readdir (directory)) != NULL; errno = 0)
    {
      gboolean is_mail = paraph_transport_is_hex (entry->d_name, PARAPH_TRANSPORT_ID_LENGTH);

      if (++seen > PARAPH_POUCH_ENTRIES_MAX || (is_mail && names->len == PARAPH_POUCH_PASS_MAX))
        {
          *ret_flood = TRUE;
          return 0;
        }
      if (is_mail)
        g_ptr_array_add (names, g_strdup (entry->d_name));
    }
  return errno;
}

GPtrArray *
paraph_pouch_box_list (ParaphPouchBox *self, gboolean *ret_flood, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gboolean flood = FALSE;
  DIR *directory = NULL;
  int number;
  int fd = self->fs->openat (self->new_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd >= 0)
    directory = fdopendir (fd);
  if (directory == NULL)
    {
      paraph_pouch_set_error (error, errno, "listing a mailbox");
      if (fd >= 0)
        (void) self->fs->close (fd); /* only opened */
      return NULL;
    }
  number = read_names (directory, names, &flood);
  (void) closedir (directory); /* only read from */
  if (number != 0)
    {
      paraph_pouch_set_error (error, number, "listing a mailbox");
      return NULL;
    }
  *ret_flood = flood;
  return g_steal_pointer (&names);
}

/* At most `max` bytes, fewer if the file ends. NULL if it cannot be read. */
static GBytes *
read_some (const ParaphFs *fs, int fd, gsize max)
{
  g_autofree guint8 *buffer = g_malloc (max);
  gsize length = 0;

  while (length < max)
    {
      ssize_t n = fs->read (fd, buffer + length, max - length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return NULL;
      if (n == 0)
        break;
      length += (gsize) n;
    }
  return g_bytes_new_take (g_steal_pointer (&buffer), length);
}

/* The file descriptor of a regular file and its size, or -1 and why not. */
static int
open_mail (ParaphPouchBox *self, const char *name, gint64 *ret_size, ParaphPouchFound *ret_found)
{
  struct stat status;
  int fd = self->fs->openat (self->new_fd, name, OPEN_MAIL, 0);

  if (fd < 0)
    {
      if (errno == ENOENT)
        *ret_found = PARAPH_POUCH_VANISHED;
      else if (errno == ELOOP || errno == EMLINK || errno == ENXIO)
        *ret_found = PARAPH_POUCH_FOREIGN; /* a link, or a socket */
      else
        *ret_found = PARAPH_POUCH_INCOMPLETE;
      return -1;
    }
  if (self->fs->fstat (fd, &status) == 0 && S_ISREG (status.st_mode))
    {
      *ret_size = status.st_size;
      return fd;
    }
  *ret_found = PARAPH_POUCH_FOREIGN;
  (void) self->fs->close (fd); /* only opened */
  return -1;
}

ParaphPouchFound
paraph_pouch_box_get (ParaphPouchBox *self, const char *name, GBytes **ret_bytes)
{
  ParaphPouchFound found = PARAPH_POUCH_INCOMPLETE;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *hash = NULL;
  gint64 size;
  int fd;

  g_assert (paraph_transport_is_hex (name, PARAPH_TRANSPORT_ID_LENGTH));

  fd = open_mail (self, name, &size, &found);
  if (fd < 0)
    return found;
  /* One byte more than it should have: a file that grows under our hands is not complete. */
  if (size > 0 && paraph_transport_is_envelope_size ((guint64) size))
    bytes = read_some (self->fs, fd, (gsize) size + 1);
  (void) self->fs->close (fd); /* only read from */
  if (bytes == NULL || g_bytes_get_size (bytes) != (gsize) size)
    return PARAPH_POUCH_INCOMPLETE;

  hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (strcmp (hash, name) != 0)
    return PARAPH_POUCH_INCOMPLETE;
  *ret_bytes = g_steal_pointer (&bytes);
  return PARAPH_POUCH_WHOLE;
}

GBytes *
paraph_pouch_box_peek (ParaphPouchBox *self, const char *name, GError **error)
{
  ParaphPouchFound found = PARAPH_POUCH_INCOMPLETE;
  g_autoptr (GBytes) bytes = NULL;
  gint64 size;
  int fd;

  g_assert (paraph_transport_is_hex (name, PARAPH_TRANSPORT_ID_LENGTH));

  fd = open_mail (self, name, &size, &found);
  if (fd >= 0)
    {
      bytes = read_some (self->fs, fd, PARAPH_TRANSPORT_ENVELOPE_MAX);
      (void) self->fs->close (fd); /* only read from */
    }
  if (bytes != NULL)
    return g_steal_pointer (&bytes);
  paraph_pouch_set_error (error, found == PARAPH_POUCH_VANISHED ? ENOENT : EACCES, name);
  return NULL;
}
