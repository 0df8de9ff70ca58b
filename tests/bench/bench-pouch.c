/* The pouch against bare fsync and rename: 10,000 envelopes of 2 KiB, both ways in alternating
 * blocks on the same disk, so that whatever else the machine does falls on both.
 *
 * The reference is the least that can be called durable: open, write, fsync, close, rename, without
 * any sync of the directory. The pouch does all it does for the outbox: it hashes, stamps, refuses
 * to replace, syncs the directory, and names what is accepted, 64 envelopes a batch.
 *
 * Argument: a directory on the disk to be measured; the system's for temporary files without it. */

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "transport/pouch.h"

#define ENVELOPES 10000
#define BLOCK 500
#define BATCH 64
#define SIZE 2048
#define BUDGET 0.8
#define MAILBOX "0123456789abcdef0123456789abcdef"

static void
check (gboolean fine, const char *what, GError *error)
{
  if (fine)
    return;
  (void) fprintf (stderr, "bench-pouch: %s: %s\n", what, error != NULL ? error->message : "failed");
  exit (EXIT_FAILURE);
}

static GBytes *
make_envelope (guint number)
{
  guint8 *bytes = g_malloc0 (SIZE);

  memcpy (bytes, &number, sizeof number);
  return g_bytes_new_take (bytes, SIZE);
}

/* One file, as bare as it gets. */
static void
put_bare (int directory, guint number, GBytes *envelope)
{
  g_autofree char *temporary = g_strdup_printf ("tmp-%08u", number);
  g_autofree char *name = g_strdup_printf ("new-%08u", number);
  int fd = openat (directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  check (fd >= 0, "open", NULL);
  check (write (fd, g_bytes_get_data (envelope, NULL), SIZE) == SIZE, "write", NULL);
  check (fsync (fd) == 0, "fsync", NULL);
  check (close (fd) == 0, "close", NULL);
  check (renameat (directory, temporary, directory, name) == 0, "rename", NULL);
}

/* One block each, in microseconds. */
static gint64
run_bare (int directory, guint first)
{
  gint64 begin = g_get_monotonic_time ();

  for (guint i = first; i < first + BLOCK; i++)
    {
      g_autoptr (GBytes) envelope = make_envelope (i);

      put_bare (directory, i, envelope);
    }
  return g_get_monotonic_time () - begin;
}

static gint64
run_pouch (ParaphTransport *carrier, guint first)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  guint accepted = 0;

  for (guint i = 0; i < BLOCK; i++)
    {
      g_autoptr (GBytes) envelope = make_envelope (first + i);
      g_autoptr (ParaphTransportBatch) batch = NULL;

      check (paraph_transport_post (carrier, MAILBOX, envelope, &error), "post", error);
      if ((i + 1) % BATCH != 0 && i + 1 != BLOCK)
        continue;
      batch = paraph_transport_poll (carrier, 0, &error);
      check (batch != NULL, "poll", error);
      accepted += batch->accepted->len;
    }
  check (accepted == BLOCK, "an envelope was not accepted", NULL);
  return g_get_monotonic_time () - begin;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  (void) g_remove (path); /* a measure must not fail by what it leaves */
}

static double
per_second (gint64 microseconds)
{
  return ENVELOPES * 1e6 / (double) MAX (microseconds, 1);
}

int
main (int argc, char **argv)
{
  const char *base = argc > 1 ? argv[1] : g_get_tmp_dir ();
  g_autofree char *directory = g_build_filename (base, "paraph-bench-XXXXXX", NULL);
  g_autofree char *bare_path = NULL;
  g_autofree char *pouch_path = NULL;
  g_autoptr (ParaphTransport) carrier = NULL;
  g_autoptr (GError) error = NULL;
  gint64 bare = 0;
  gint64 pouch = 0;
  int bare_fd;

  check (g_mkdtemp (directory) != NULL, base, NULL);
  bare_path = g_build_filename (directory, "bare", NULL);
  pouch_path = g_build_filename (directory, "pouch", NULL);
  check (g_mkdir (bare_path, 0700) == 0, bare_path, NULL);
  bare_fd = open (bare_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  check (bare_fd >= 0, bare_path, NULL);
  check (paraph_pouch_prepare (pouch_path, &error), "prepare", error);
  carrier = PARAPH_TRANSPORT (paraph_pouch_new (pouch_path, NULL));
  check (paraph_transport_start (carrier, NULL, &error), "start", error);

  for (guint first = 0; first < ENVELOPES; first += 2 * BLOCK)
    {
      /* a b b a: neither always comes first */
      bare += run_bare (bare_fd, first);
      pouch += run_pouch (carrier, first);
      pouch += run_pouch (carrier, first + BLOCK);
      bare += run_bare (bare_fd, first + BLOCK);
    }

  (void) close (bare_fd); /* only read from */
  remove_tree (directory);
  printf ("| pouch: %d envelopes of 2 KiB with full durability | %.0f/s | bare fsync+rename %.0f/s "
          "| %.2f | >= %.1f | %s |\n",
          ENVELOPES, per_second (pouch), per_second (bare), (double) bare / (double) pouch, BUDGET,
          (double) bare >= BUDGET * (double) pouch ? "met" : "MISSED");
  return EXIT_SUCCESS;
}
