#include "tests/support/fault-power.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATH_SIZE 4096

/* One file or directory as it would be found after a power failure. */
typedef struct
{
  GBytes *content;   /* of a file */
  GHashTable *names; /* of a directory: name -> Named */
} Durable;

typedef struct
{
  guint64 inode;
  gboolean is_directory;
} Named;

static struct
{
  GHashTable *durable; /* inode -> Durable; NULL: nothing is noted */
  guint64 root;
} power;

static void
durable_free (gpointer data)
{
  Durable *self = data;

  g_clear_pointer (&self->content, g_bytes_unref);
  g_clear_pointer (&self->names, g_hash_table_unref);
  g_free (self);
}

static guint64 *
key_of (guint64 inode)
{
  return g_memdup2 (&inode, sizeof inode);
}

static void
keep_file (int fd, guint64 inode)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Durable *durable = g_new0 (Durable, 1);
  guint8 buffer[65536];
  ssize_t n;

  while ((n = pread (fd, buffer, sizeof buffer, (off_t) bytes->len)) > 0)
    g_byte_array_append (bytes, buffer, (guint) n);
  g_assert_cmpint (n, ==, 0);
  durable->content = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  g_hash_table_replace (power.durable, key_of (inode), durable);
}

static void
keep_directory (const char *path, guint64 inode)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  Durable *durable = g_new0 (Durable, 1);
  const char *name;

  g_assert_nonnull (dir);
  durable->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      GStatBuf status;
      Named named = { 0, FALSE };

      g_assert_cmpint (g_lstat (child, &status), ==, 0);
      named.inode = status.st_ino;
      named.is_directory = S_ISDIR (status.st_mode);
      g_hash_table_insert (durable->names, g_strdup (name), g_memdup2 (&named, sizeof named));
    }
  g_hash_table_replace (power.durable, key_of (inode), durable);
}

/* All that is there when the plan begins. */
static void
keep_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  GStatBuf status;
  const char *name;

  g_assert_cmpint (g_lstat (path, &status), ==, 0);
  if (!S_ISDIR (status.st_mode))
    {
      int fd = open (path, O_RDONLY | O_CLOEXEC);

      g_assert_cmpint (fd, >=, 0);
      keep_file (fd, status.st_ino);
      g_assert_cmpint (close (fd), ==, 0);
      return;
    }
  keep_directory (path, status.st_ino);
  dir = g_dir_open (path, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      keep_tree (child);
    }
}

void
fault_power_write_file (const char *path, GBytes *bytes)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  int fd =
      (int) syscall (SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  while (size > 0)
    {
      long n = syscall (SYS_write, fd, data, size);

      g_assert_cmpint (n, >, 0);
      data += n;
      size -= (gsize) n;
    }
  g_assert_cmpint (close (fd), ==, 0);
}

/* What was named durably and never synced itself is there, and empty. */
static void
write_durable (const Named *self, const char *path)
{
  Durable *durable = g_hash_table_lookup (power.durable, &self->inode);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  GHashTableIter iter;
  gpointer name;
  gpointer child;

  if (!self->is_directory)
    {
      fault_power_write_file (path, durable == NULL ? nothing : durable->content);
      return;
    }
  g_assert_cmpint (syscall (SYS_mkdirat, AT_FDCWD, path, 0700), ==, 0);
  if (durable == NULL)
    return;
  g_hash_table_iter_init (&iter, durable->names);
  while (g_hash_table_iter_next (&iter, &name, &child))
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      write_durable (child, below);
    }
}

void
fault_power_note_sync (int fd)
{
  struct stat status;
  char link[64];
  char path[PATH_SIZE];
  gssize size;
  int other;

  if (power.durable == NULL || fstat (fd, &status) != 0)
    return;
  (void) g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  size = readlink (link, path, sizeof path - 1);
  g_assert_cmpint (size, >, 0);
  path[size] = '\0';
  if (S_ISDIR (status.st_mode))
    {
      keep_directory (path, status.st_ino);
      return;
    }
  if ((fcntl (fd, F_GETFL) & O_ACCMODE) != O_WRONLY)
    {
      keep_file (fd, status.st_ino); /* another descriptor, closed, would end SQLite's locks */
      return;
    }
  other = open (link, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (other, >=, 0);
  keep_file (other, status.st_ino);
  g_assert_cmpint (close (other), ==, 0);
}

void
fault_power_begin (const char *root)
{
  GStatBuf status;

  fault_power_end ();
  g_assert_cmpint (g_stat (root, &status), ==, 0);
  power.root = status.st_ino;
  power.durable = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, durable_free);
  keep_tree (root);
}

void
fault_power_end (void)
{
  g_clear_pointer (&power.durable, g_hash_table_unref);
}

void
fault_power_fail (const char *path)
{
  const Named root = { power.root, TRUE };

  write_durable (&root, path);
}
