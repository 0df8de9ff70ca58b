/* The archive itself: POSIX ustar and nothing else, written to one form and read with bounds. */

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/bundle.h"
#include "app/error.h"
#include "crypto/hash.h"

#define BLOCK 512
#define TYPE_AT 156
#define MAGIC_AT 257
#define ARCHIVE_MAX (G_GUINT64_CONSTANT (4) << 30)
#define NAME_MAX_IN_FOLDER 100
#define RECORD_DIGITS 16

typedef struct archive Reader;
typedef struct archive Writer;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reader, archive_read_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Writer, archive_write_free)

typedef struct
{
  guint64 offset;
  guint64 size;
} Place;

struct ParaphBundleFile
{
  int fd;
  guint64 size;
  GHashTable *places; /* name to Place */
  GPtrArray *names;   /* borrowed from places; sorted */
};

static gboolean
refuse (GError **error, const char *reason)
{
  return paraph_app_error_set (
      error, PARAPH_APP_ERROR_REFUSED,
      "This is no bundle that can be audited (%s). Ask whoever made it for it again.", reason);
}

/* Writing. */

ParaphBundleEntry *
paraph_bundle_entry_new (char *name, GBytes *bytes)
{
  ParaphBundleEntry *self = g_new (ParaphBundleEntry, 1);

  self->name = name;
  self->bytes = bytes;
  return self;
}

void
paraph_bundle_entry_free (ParaphBundleEntry *self)
{
  g_free (self->name);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const ParaphBundleEntry *const *one = a, *const *other = b;

  return strcmp ((*one)->name, (*other)->name);
}

static la_ssize_t
append (struct archive *writer, void *data, const void *bytes, size_t size)
{
  GByteArray *out = data;

  if (size > G_MAXUINT - 1 - out->len)
    {
      archive_set_error (writer, EFBIG, "over the limit of an archive");
      return -1;
    }
  g_byte_array_append (out, bytes, (guint) size);
  return (la_ssize_t) size;
}

static gboolean
pack_one (Writer *writer, struct archive_entry *head, const ParaphBundleEntry *entry)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (entry->bytes, &size);

  archive_entry_clear (head);
  archive_entry_set_pathname (head, entry->name);
  archive_entry_set_filetype (head, AE_IFREG);
  archive_entry_set_perm (head, strcmp (entry->name, "VERIFY.sh") == 0 ? 0755 : 0644);
  archive_entry_set_uid (head, 0);
  archive_entry_set_gid (head, 0);
  archive_entry_set_mtime (head, 0, 0);
  archive_entry_set_size (head, (la_int64_t) size);
  return archive_write_header (writer, head) == ARCHIVE_OK
         && (size == 0 || archive_write_data (writer, data, size) == (la_ssize_t) size)
         && archive_write_finish_entry (writer) == ARCHIVE_OK;
}

GBytes *
paraph_bundle_pack (GPtrArray *entries, GError **error)
{
  g_autoptr (Writer) writer = archive_write_new ();
  g_autoptr (GByteArray) out = g_byte_array_new ();
  struct archive_entry *head = archive_entry_new ();
  gboolean is_done;

  g_ptr_array_sort (entries, compare_entries);
  is_done = archive_write_set_format_ustar (writer) == ARCHIVE_OK
            && archive_write_set_bytes_per_block (writer, 1 << 20) == ARCHIVE_OK
            && archive_write_set_bytes_in_last_block (writer, 1) == ARCHIVE_OK
            && archive_write_open (writer, out, NULL, append, NULL) == ARCHIVE_OK;
  for (guint i = 0; is_done && i < entries->len; i++)
    is_done = pack_one (writer, head, g_ptr_array_index (entries, i));
  archive_entry_free (head);
  is_done = is_done && archive_write_close (writer) == ARCHIVE_OK;
  if (!is_done)
    {
      const char *reason = archive_error_string (writer);

      paraph_app_error_set (error, PARAPH_APP_ERROR_IO,
                            "The bundle cannot be written (%s). Free some space and try again.",
                            reason != NULL ? reason : "unknown reason");
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* Names. */

char *
paraph_bundle_dup_text_name (const ParaphHeader *header, const ParaphBody *body)
{
  const char *symbol = paraph_header_get_value (header, "symbol");
  const char *language = body->language != NULL ? body->language : "und";
  g_autofree char *plain = NULL;
  char hex[PARAPH_ID_HEX_SIZE + 1];
  gsize rest = RECORD_DIGITS + strlen ("-..txt") + strlen (language);

  if (symbol == NULL || header->kind == PARAPH_KIND_UNKNOWN || strcmp (body->role, "text") != 0
      || strcmp (body->name, "main") != 0)
    return NULL;
  paraph_id_to_hex (&header->id, hex);
  plain = g_strndup (symbol, rest < NAME_MAX_IN_FOLDER ? NAME_MAX_IN_FOLDER - rest : 0);
  g_strdelimit (plain, "/", '_');
  return g_strdup_printf ("texts/%s-%.16s.%s.txt", plain, hex, language);
}

/* Reading. */

/* Letters, digits and ". _ - /", no part that is empty, "." or "..". */
static gboolean
is_name (const char *name)
{
  const char *part = name;

  if (name == NULL
      || strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                       "0123456789._-/")
             != strlen (name))
    return FALSE;
  for (;;)
    {
      gsize length = strcspn (part, "/");

      if (length == 0 || (length == 1 && part[0] == '.')
          || (length == 2 && strncmp (part, "..", 2) == 0))
        return FALSE;
      if (part[length] == '\0')
        return TRUE;
      part += length + 1;
    }
}

static gboolean
read_at (int fd, guint64 offset, guint8 *bytes, gsize size)
{
  while (size > 0)
    {
      ssize_t got = pread (fd, bytes, size, (off_t) offset);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return FALSE;
      bytes += got;
      offset += (guint64) got;
      size -= (gsize) got;
    }
  return TRUE;
}

/* The header block must be of the plain form: no extension of another tar stands before it. */
static gboolean
is_plain_block (ParaphBundleFile *self, guint64 at)
{
  guint8 block[BLOCK];

  return read_at (self->fd, at, block, sizeof block)
         && (block[TYPE_AT] == '0' || block[TYPE_AT] == '\0')
         && memcmp (block + MAGIC_AT,
                    "ustar\0"
                    "00",
                    8)
                == 0;
}

static gboolean
add_place (ParaphBundleFile *self, Reader *reader, struct archive_entry *head, GError **error)
{
  const char *name = archive_entry_pathname (head);
  la_int64_t at = archive_read_header_position (reader);
  la_int64_t size = archive_entry_size (head);
  Place *place;

  if (at < 0 || !archive_entry_size_is_set (head) || size < 0
      || archive_entry_filetype (head) != AE_IFREG || !is_plain_block (self, (guint64) at))
    return refuse (error, "it holds something that is not a plain file");
  if (!is_name (name))
    return refuse (error, "it holds a name that is not legal");
  if (self->size < BLOCK || (guint64) at > self->size - BLOCK
      || (guint64) size > self->size - BLOCK - (guint64) at)
    return refuse (error, "it was cut short");
  if (g_hash_table_contains (self->places, name))
    return refuse (error, "it holds one name twice");
  if (self->names->len >= PARAPH_BUNDLE_ENTRIES_MAX)
    return refuse (error, "it holds too many files");
  place = g_new (Place, 1);
  place->offset = (guint64) at + BLOCK;
  place->size = (guint64) size;
  {
    char *key = g_strdup (name);

    g_hash_table_insert (self->places, key, place);
    g_ptr_array_add (self->names, key);
  }
  return TRUE;
}

static gboolean
read_places (ParaphBundleFile *self, GError **error)
{
  g_autoptr (Reader) reader = archive_read_new ();
  struct archive_entry *head = NULL;
  int result;

  if (archive_read_support_format_tar (reader) != ARCHIVE_OK
      || archive_read_open_fd (reader, self->fd, (gsize) 64 * 1024) != ARCHIVE_OK)
    return refuse (error, "it is no archive");
  while ((result = archive_read_next_header (reader, &head)) == ARCHIVE_OK)
    if (!add_place (self, reader, head, error))
      return FALSE;
  if (result != ARCHIVE_EOF)
    return refuse (error, "it is no archive, or damaged");
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *const *one = a, *const *other = b;

  return strcmp (*one, *other);
}

ParaphBundleFile *
paraph_bundle_open (const char *path, GError **error)
{
  g_autoptr (ParaphBundleFile) self = g_new0 (ParaphBundleFile, 1);
  struct stat status;

  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->names = g_ptr_array_new ();
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (self->fd < 0 || fstat (self->fd, &status) != 0)
    {
      paraph_app_error_set (error, PARAPH_APP_ERROR_IO,
                            "“%s” cannot be read (%s). Check the path and try again.", path,
                            g_strerror (errno));
      return NULL;
    }
  if (!S_ISREG (status.st_mode) || (guint64) status.st_size > ARCHIVE_MAX)
    {
      refuse (error, "it is not a file, or larger than 4 GiB");
      return NULL;
    }
  self->size = (guint64) status.st_size;
  if (!read_places (self, error))
    return NULL;
  g_ptr_array_sort (self->names, compare_names);
  return g_steal_pointer (&self);
}

void
paraph_bundle_close (ParaphBundleFile *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_ptr_array_unref (self->names);
  g_hash_table_unref (self->places);
  g_free (self);
}

GBytes *
paraph_bundle_get (ParaphBundleFile *self, const char *name)
{
  const Place *place = g_hash_table_lookup (self->places, name);
  g_autofree guint8 *bytes = NULL;

  if (place == NULL || place->size > PARAPH_BUNDLE_GET_MAX)
    return NULL;
  bytes = g_malloc (place->size + 1);
  if (!read_at (self->fd, place->offset, bytes, place->size))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), place->size);
}

gboolean
paraph_bundle_has (ParaphBundleFile *self, const char *name, guint64 *ret_size)
{
  const Place *place = g_hash_table_lookup (self->places, name);

  if (place != NULL && ret_size != NULL)
    *ret_size = place->size;
  return place != NULL;
}

gboolean
paraph_bundle_hash (ParaphBundleFile *self, const char *name, ParaphId *ret_hash)
{
  const Place *place = g_hash_table_lookup (self->places, name);
  guint8 piece[16 * 1024];
  ParaphSha256 state;

  if (place == NULL)
    return FALSE;
  paraph_sha256_init (&state);
  for (guint64 done = 0; done < place->size;)
    {
      gsize size = (gsize) MIN (place->size - done, sizeof piece);

      if (!read_at (self->fd, place->offset + done, piece, size))
        return FALSE;
      paraph_sha256_update (&state, piece, size);
      done += size;
    }
  paraph_sha256_final (&state, ret_hash);
  return TRUE;
}

const GPtrArray *
paraph_bundle_list (ParaphBundleFile *self)
{
  return self->names;
}
