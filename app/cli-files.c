#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "crypto/hash.h"
#include "crypto/keyfile-text.h"
#include "crypto/sign.h"
#include "negotiation/unicode.h"

#define SECRET_FILE_MAX 1024
#define CUSTODIAN_PREFIX "paraph-custodian 1 "

static gboolean
fail_with_errno (const char *path, GError **error)
{
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_IO,
               _ ("“%s” cannot be used (%s). Check the path and try again."), path,
               g_strerror (errno));
  return FALSE;
}

/* A pipe that nobody writes to would hold the program up for ever: it is opened without waiting,
 * and then has an end at once. */
static int
open_to_read (const char *path)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  int flags = fd < 0 ? -1 : fcntl (fd, F_GETFL);
  int failure = 0;

  if (flags >= 0 && fcntl (fd, F_SETFL, flags & ~O_NONBLOCK) == 0)
    return fd;
  failure = errno;
  if (fd >= 0)
    (void) close (fd); /* nothing was written */
  errno = failure;
  return -1;
}

/* Reads up to capacity bytes; the size, or -1 with errno set. */
static gssize
read_up_to (const char *path, guint8 *bytes, gsize capacity)
{
  int fd = open_to_read (path);
  gsize size = 0;
  gssize n = 1;

  if (fd < 0)
    return -1;
  while (size < capacity && n != 0)
    {
      n = read (fd, bytes + size, capacity - size);
      if (n < 0 && errno != EINTR)
        break;
      size += n > 0 ? (gsize) n : 0;
    }
  if (n < 0)
    {
      int failure = errno;

      (void) close (fd); /* nothing was written */
      errno = failure;
      return -1;
    }
  (void) close (fd); /* nothing was written */
  return (gssize) size;
}

GBytes *
paraph_cli_read_file (const char *path, gsize limit, GError **error)
{
  g_autofree guint8 *bytes = g_malloc (limit + 1);
  gssize size = read_up_to (path, bytes, limit + 1);

  if (size < 0)
    {
      (void) fail_with_errno (path, error);
      return NULL;
    }
  if ((gsize) size > limit)
    {
      g_set_error (
          error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
          _ ("“%s” is larger than the %u KiB that such a file may have. Nothing was taken in; "
             "check that it is the right file."),
          path, (guint) (limit / 1024));
      return NULL;
    }
  return g_bytes_new (bytes, (gsize) size);
}

gboolean
paraph_cli_write_file (const char *path, GBytes *bytes, GError **error)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autoptr (GError) failure = NULL;
  GStatBuf status;

  if (g_stat (path, &status) == 0 && !S_ISREG (status.st_mode))
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_IO,
                   _ ("“%s” is there and is no plain file, so nothing was written over it. Name "
                      "another place."),
                   path);
      return FALSE;
    }
  if (g_file_set_contents_full (path, size == 0 ? "" : data, (gssize) size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &failure))
    return TRUE;
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_IO,
               _ ("“%s” cannot be written (%s). Name another place."), path, failure->message);
  return FALSE;
}

/* The bytes of a small secret file in locked memory. */
static ParaphSecret *
read_secret_file (const char *path, gsize *ret_size, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *buffer = NULL;
  ParaphSecret *result = NULL;
  gssize size = 0;

  if (paraph_secret_new ("file", SECRET_FILE_MAX + 1, &buffer) != 0)
    {
      g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_MEMORY, "no locked memory");
      return NULL;
    }
  size = read_up_to (path, paraph_secret_data_mutable (buffer), SECRET_FILE_MAX + 1);
  if (size < 0)
    {
      (void) fail_with_errno (path, error);
      return NULL;
    }
  if (size == 0 || size > SECRET_FILE_MAX)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_LOCKED,
                   _ ("“%s” holds no key or passphrase. Name the right file."), path);
      return NULL;
    }
  *ret_size = (gsize) size;
  result = buffer;
  buffer = NULL;
  return result;
}

static gboolean
write_new_key (const char *path, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *key = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *text = NULL;
  gssize written = -1;
  int fd = -1;

  if (paraph_secret_new_random ("key file", 32, &key) != 0
      || paraph_keyfile_text_format (key, &text) != 0)
    {
      g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_MEMORY, "no locked memory");
      return FALSE;
    }
  fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail_with_errno (path, error);
  written = write (fd, paraph_secret_data (text), paraph_secret_size (text));
  if (written != (gssize) paraph_secret_size (text) || fsync (fd) != 0)
    {
      (void) fail_with_errno (path, error);
      (void) close (fd); /* the failure is told already */
      return FALSE;
    }
  return close (fd) == 0 || fail_with_errno (path, error);
}

ParaphSecret *
paraph_cli_read_key (const char *path, gboolean is_new, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *text = NULL;
  ParaphSecret *key = NULL;
  gsize size = 0;

  if (is_new && !g_file_test (path, G_FILE_TEST_EXISTS) && !write_new_key (path, error))
    return NULL;
  text = read_secret_file (path, &size, error);
  if (text == NULL)
    return NULL;
  if (paraph_keyfile_text_parse ((const char *) paraph_secret_data (text), size, &key) != 0)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_LOCKED,
                   _ ("“%s” is not a key file of this version. Name the right one."), path);
      return NULL;
    }
  return key;
}

gboolean
paraph_cli_check_passphrase (const ParaphSecret *passphrase, GError **error)
{
  if (paraph_unicode_is_plain ((const char *) paraph_secret_data (passphrase),
                               paraph_secret_size (passphrase)))
    return TRUE;
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_LOCKED,
               _ ("A passphrase is one line of plain text (UTF-8 in the form NFC, no control "
                  "characters), and this is not. Give another."));
  return FALSE;
}

ParaphSecret *
paraph_cli_read_passphrase (const char *path, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *text = NULL;
  ParaphSecret *passphrase = NULL;
  const char *bytes = NULL;
  gsize size = 0;

  text = read_secret_file (path, &size, error);
  if (text == NULL)
    return NULL;
  bytes = (const char *) paraph_secret_data (text);
  if (bytes[size - 1] == '\n')
    size--;
  if (size == 0)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_LOCKED,
                   _ ("“%s” holds no passphrase, only an empty line. Name the right file."), path);
      return NULL;
    }
  if (paraph_secret_new_copy ("passphrase", bytes, size, &passphrase) != 0)
    {
      g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_MEMORY, "no locked memory");
      return NULL;
    }
  if (!paraph_cli_check_passphrase (passphrase, error))
    paraph_secret_clear (&passphrase);
  return passphrase;
}

ParaphSecret *
paraph_cli_read_custodian (const char *path, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *text = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;
  ParaphSecret *result = NULL;
  const char *bytes = NULL;
  gsize size = 0;
  gsize head = strlen (CUSTODIAN_PREFIX);

  text = read_secret_file (path, &size, error);
  if (text == NULL)
    return NULL;
  bytes = (const char *) paraph_secret_data (text);
  if (size == head + (gsize) 2 * PARAPH_SIGN_SEED_SIZE + 1
      && memcmp (bytes, CUSTODIAN_PREFIX, head) == 0
      && paraph_secret_new ("custodian seed", PARAPH_SIGN_SEED_SIZE, &seed) == 0
      && paraph_hex_decode (bytes + head, (gsize) 2 * PARAPH_SIGN_SEED_SIZE,
                            paraph_secret_data_mutable (seed), PARAPH_SIGN_SEED_SIZE)
             == 0)
    {
      result = seed;
      seed = NULL;
      return result;
    }
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_LOCKED,
               _ ("“%s” is not a custodian's key file. Name the file that init wrote."), path);
  return NULL;
}
