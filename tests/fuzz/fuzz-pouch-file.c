/* A file of the pouch, as a hostile file system shows it: the claimed size, the kind, the bytes and
 * how they trickle in are the input's. What arrives has the size of an envelope and its own hash for
 * a name; nothing is read past what the size allows, and what is opened is closed. */

#include <errno.h>
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "transport/pouch-private.h"
#include "transport/transport.h"

#define HEAD 8

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static struct
{
  const uint8_t *bytes; /* repeated up to length */
  size_t size;
  size_t length;
  size_t offset;
  gint64 claimed;
  mode_t mode;
  size_t chunk;
  int refusal;    /* errno of open */
  int read_error; /* errno of a read at the end */
  int open;
} file;

static int
file_openat (int directory G_GNUC_UNUSED, const char *name, int flags G_GNUC_UNUSED,
             mode_t mode G_GNUC_UNUSED)
{
  g_assert_true (paraph_transport_is_hex (name, PARAPH_TRANSPORT_ID_LENGTH));
  errno = file.refusal;
  if (file.refusal != 0)
    return -1;
  file.open++;
  file.offset = 0;
  return 1000;
}

static int
file_close (int fd G_GNUC_UNUSED)
{
  file.open--;
  return 0;
}

static int
file_fstat (int fd G_GNUC_UNUSED, struct stat *ret_status)
{
  memset (ret_status, 0, sizeof *ret_status);
  ret_status->st_mode = file.mode;
  ret_status->st_size = file.claimed;
  return 0;
}

static ssize_t
file_read (int fd G_GNUC_UNUSED, void *buffer, size_t size)
{
  size_t n = MIN (MIN (size, file.chunk), file.length - file.offset);

  g_assert_cmpuint (file.offset + size, <=, PARAPH_TRANSPORT_ENVELOPE_MAX + 1);
  if (n == 0 && file.read_error != 0)
    {
      errno = file.read_error;
      return -1;
    }
  for (size_t i = 0; i < n; i++)
    ((uint8_t *) buffer)[i] = file.bytes[(file.offset + i) % file.size];
  file.offset += n;
  return (ssize_t) n;
}

/* Eight bytes decide the circumstances; the rest is the content's pattern. */
static void
set_file (const uint8_t *data, size_t size)
{
  static const int refusals[] = { 0, 0, 0, 0, 0, ENOENT, ELOOP, EACCES };
  static const mode_t modes[] = { S_IFREG, S_IFREG, S_IFREG, S_IFREG,
                                  S_IFDIR, S_IFIFO, S_IFLNK, S_IFBLK };
  static const gint64 claims[] = { 0, 1, -1, 1 << 30, G_MAXINT64, G_MININT64 };
  static const guint ladder[] = { 1, 2, 4, 8, 16, 32, 48, 64 };

  file.bytes = data + HEAD;
  file.size = size - HEAD;
  file.length = (size_t) ladder[data[0] & 7] * 1024 + (data[1] < 224 ? 0 : data[1]) - (data[2] & 1);
  file.claimed = data[3] < G_N_ELEMENTS (claims) ? claims[data[3]]
                 : data[3] < 128                 ? (gint64) file.length
                                                 : (gint64) ladder[data[3] & 7] * 1024;
  file.mode = modes[data[4] & 7];
  file.refusal = refusals[data[4] >> 3 & 7];
  file.chunk = (size_t) data[5] * 256 + 1;
  file.read_error = data[6] < 16 ? EIO : 0;
  file.open = 0;
}

static char *
right_name (void)
{
  g_autofree uint8_t *content = g_malloc (file.length);

  for (size_t i = 0; i < file.length; i++)
    content[i] = file.bytes[i % file.size];
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, content, file.length);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const ParaphFs fs = {
    .openat = file_openat, .close = file_close, .fstat = file_fstat, .read = file_read
  };
  ParaphPouchBox box = { .fs = &fs, .tmp_fd = -1, .new_fd = 3 };
  g_autofree char *name = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) head = NULL;

  if (size <= HEAD)
    return 0;
  set_file (data, size);
  name = (data[7] & 1) != 0 ? right_name () : g_strndup ((const char *) data + HEAD, size - HEAD);
  if (!paraph_transport_is_hex (name, PARAPH_TRANSPORT_ID_LENGTH))
    return 0;

  if (paraph_pouch_box_get (&box, name, &bytes) == PARAPH_POUCH_WHOLE)
    {
      g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

      g_assert_cmpstr (hash, ==, name);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, file.length);
      g_assert_true (paraph_transport_is_envelope_size (file.length));
      g_assert_true (S_ISREG (file.mode) && file.refusal == 0);
    }
  else
    g_assert_null (bytes);

  head = paraph_pouch_box_peek (&box, name, NULL);
  g_assert_true (head == NULL || g_bytes_get_size (head) <= PARAPH_TRANSPORT_ENVELOPE_MAX);
  g_assert_cmpint (file.open, ==, 0);
  return 0;
}
