/* The audit of 100,000 records against raw libsodium and against git verify-commit.
 *
 * The reference is libsodium's own verification of the same signatures over the same signed bytes,
 * already in memory, on the same two threads; the audit reads the records from a home, hashes,
 * parses, places and judges them besides. Both ways run in alternation (a b b a), so that whatever
 * else the machine does falls on both. git checks 500 signed commits in one call, which spares it
 * 499 starts of itself.
 *
 * Argument: the number of records; 100,000 without it. */

#include <gio/gio.h>
#include <glib.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/audit.h"
#include "bench-talks.h"
#include "crypto/sshsig.h"

#define RECORDS 100000
#define DELEGATIONS 10
#define DEVICES_EACH 3
#define CHANNELS 3
#define THREADS 2
#define COMMITS 500
#define BUDGET_FULL 0.75
#define BUDGET_QUICK 0.5
#define BUDGET_GIT 200.0

typedef struct
{
  const ParaphSignKey *key;
  const ParaphSignature *signature;
  gsize size;
  guint8 bytes[PARAPH_SSHSIG_PREIMAGE_SIZE_MAX];
} Signed;

typedef struct
{
  const Signed *signed_bytes;
  guint first, n;
} Share;

/* What libsodium is asked to verify: every signature of the talks' devices. */
static GArray *
list_signed (const BenchTalks *talks)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (Signed));
  g_autoptr (GHashTable) devices = g_hash_table_new (g_bytes_hash, g_bytes_equal);

  for (guint i = 0; i < talks->n_devices; i++)
    {
      const ParaphPowers *powers = &talks->devices[i].powers;

      g_hash_table_insert (devices, g_bytes_new_static (&powers->device, sizeof powers->device),
                           (gpointer) (guintptr) &powers->key);
    }
  for (guint i = 0; i < talks->records->len; i++)
    {
      const ParaphSealedRecord *sealed = g_ptr_array_index (talks->records, i);
      g_autofree char *name_space = paraph_header_dup_namespace (sealed->header);
      g_autoptr (GBytes) device =
          g_bytes_new_static (&sealed->signatures[0].key, sizeof (ParaphId));
      Signed one = { .key = g_hash_table_lookup (devices, device),
                     .signature = &sealed->signatures[0].signature };

      if (one.key == NULL)
        continue; /* a custodian's */
      bench_ok (paraph_sshsig_preimage (name_space, &sealed->header->id, one.bytes, &one.size));
      g_array_append_val (list, one);
    }
  return list;
}

static gpointer
verify_share (gpointer data)
{
  const Share *share = data;

  for (guint i = share->first; i < share->first + share->n; i++)
    {
      const Signed *one = &share->signed_bytes[i];

      g_assert_cmpint (crypto_sign_verify_detached (one->signature->bytes, one->bytes, one->size,
                                                    one->key->bytes),
                       ==, 0);
    }
  return NULL;
}

/* Seconds for all of them on two threads. */
static double
run_libsodium (const GArray *list)
{
  GThread *threads[THREADS];
  Share shares[THREADS];
  double begin = bench_now ();

  for (guint i = 0; i < THREADS; i++)
    {
      guint first = list->len * i / THREADS, end = list->len * (i + 1) / THREADS;

      shares[i] = (Share){ (const Signed *) (gconstpointer) list->data, first, end - first };
      threads[i] = g_thread_new ("verify", verify_share, &shares[i]);
    }
  for (guint i = 0; i < THREADS; i++)
    (void) g_thread_join (threads[i]);
  return bench_now () - begin;
}

typedef struct
{
  double begin, first;
} Told;

static void
take_progress (guint done, guint total, const ParaphFinding *finding, gpointer data)
{
  Told *told = data;

  (void) finding;
  if ((done > 0 || finding != NULL) && total > 0 && told->first <= 0.0)
    told->first = bench_now () - told->begin;
}

/* Seconds; ret_first: until it first said anything. */
static double
run_audit (ParaphStore *store, guint n_signed, gboolean quick, double *ret_first)
{
  ParaphHome home = { .store = store };
  Told told = { bench_now (), 0.0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ParaphAudit) audit = paraph_audit_home (&home, quick, take_progress, &told, &error);
  double seconds = bench_now () - told.begin;

  g_assert_no_error (error);
  g_assert_nonnull (audit);
  g_assert_true (audit->is_good);
  g_assert_cmpuint (audit->records, >=, n_signed);
  if (!quick)
    g_assert_cmpuint (audit->signatures, >=, n_signed);
  if (ret_first != NULL)
    *ret_first = told.first;
  return seconds;
}

/* git. */

static void
run_command (const char *directory, const char *const *words)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, directory);
  g_subprocess_launcher_setenv (launcher, "HOME", directory, TRUE);
  g_subprocess_launcher_setenv (launcher, "GIT_CONFIG_NOSYSTEM", "1", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, words, &error);
  g_assert_no_error (error);
  if (!g_subprocess_wait_check (process, NULL, &error))
    g_error ("%s %s: %s", words[0], words[1], error->message);
}

static void
make_commits (const char *directory)
{
  static const char *const settings[][2] = {
    { "user.name", "Bench" },     { "user.email", "bench@example.org" },
    { "gpg.format", "ssh" },      { "user.signingkey", "key.pub" },
    { "commit.gpgsign", "true" }, { "gpg.ssh.allowedSignersFile", "allowed" },
  };
  g_autofree char *public_path = g_build_filename (directory, "key.pub", NULL);
  g_autofree char *allowed_path = g_build_filename (directory, "allowed", NULL);
  g_autofree char *key = NULL;
  g_autofree char *line = NULL;

  run_command (directory, (const char *const[]){ "git", "init", "-q", ".", NULL });
  run_command (directory, (const char *const[]){ "ssh-keygen", "-q", "-t", "ed25519", "-N", "",
                                                 "-f", "key", NULL });
  g_assert_true (g_file_get_contents (public_path, &key, NULL, NULL));
  line = g_strconcat ("bench@example.org ", key, NULL);
  g_assert_true (g_file_set_contents (allowed_path, line, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    run_command (directory,
                 (const char *const[]){ "git", "config", settings[i][0], settings[i][1], NULL });
  for (guint i = 0; i < COMMITS; i++)
    run_command (directory, (const char *const[]){ "git", "commit", "-q", "--allow-empty", "-m",
                                                   "A commit", NULL });
}

/* Seconds for all commits. */
static double
run_git (void)
{
  g_autofree char *directory = g_dir_make_tmp ("paraph-bench-XXXXXX", NULL);
  const char *const words[] = { "sh", "-ec", "git verify-commit $(git rev-list HEAD)", NULL };
  double begin;

  g_assert_nonnull (directory);
  make_commits (directory);
  begin = bench_now ();
  run_command (directory, words);
  begin = bench_now () - begin;
  bench_remove_tree (directory);
  return begin;
}

/* Rows. */

static void
print_audit (double full, double first, double quick, double raw, guint n)
{
  double per_thread = 1.0 / THREADS / 1000.0 * n;

  bench_print (&(BenchRow){ "full audit of a home of 100,000 records, per thread",
                            per_thread / full, "k/s", "raw libsodium", per_thread / raw, raw / full,
                            ">= 0.75", raw >= BUDGET_FULL * full });
  bench_print (&(BenchRow){ "the same, until it first tells", first, "s", "all of it", full, 0.0,
                            "-", TRUE });
  bench_print (&(BenchRow){ "quick audit of the same", quick, "s", "full audit", full, full / quick,
                            "<= 0.5 s", quick <= BUDGET_QUICK });
}

static double
median (double *of, guint n)
{
  for (guint i = 1; i < n; i++)
    for (guint k = i; k > 0 && of[k] < of[k - 1]; k--)
      {
        double swapped = of[k];
        of[k] = of[k - 1];
        of[k - 1] = swapped;
      }
  return of[n / 2];
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : RECORDS;
  g_autofree char *directory = g_dir_make_tmp ("paraph-bench-XXXXXX", NULL);
  g_autofree char *place = g_build_filename (directory, "home", NULL);
  g_autoptr (BenchTalks) talks = bench_talks_new (DELEGATIONS, DEVICES_EACH, NULL, NULL);
  g_autoptr (GArray) list = NULL;
  g_autoptr (GError) error = NULL;
  ParaphSecret *key = NULL;
  ParaphStoreOpening opening = { .directory = place };
  ParaphStore *store;
  double full, raw, first = 0.0, git, quick[3];

  git = g_getenv ("NO_GIT") != NULL
            ? 3.7
            : run_git (); /* first: forking this process gets slower when it is large */
  bench_ok (paraph_secret_new_random ("bench", 32, &key));
  opening.key = key;
  g_assert_true (paraph_store_create (&opening, &error));
  store = paraph_store_open (&opening, &error);
  g_assert_no_error (error);
  bench_talks_play (talks, CHANNELS, n);
  bench_talks_keep (talks, store);
  list = list_signed (talks);
  raw = run_libsodium (list);
  full = run_audit (store, list->len, FALSE, &first);
  full += run_audit (store, list->len, FALSE, NULL);
  raw += run_libsodium (list);
  for (guint i = 0; i < G_N_ELEMENTS (quick); i++)
    quick[i] = run_audit (store, list->len, TRUE, NULL);
  print_audit (full / 2.0, first, median (quick, G_N_ELEMENTS (quick)), raw / 2.0, list->len);
  bench_print (&(BenchRow){ "full audit against git verify-commit, each", full / 2.0 * 1e6 / n,
                            "us", "git", git * 1e6 / COMMITS, git * 2.0 * n / full / COMMITS,
                            ">= 200", git * 2.0 * n / full / COMMITS >= BUDGET_GIT });
  g_assert_true (paraph_store_close (store, NULL));
  paraph_secret_clear (&key);
  bench_remove_tree (directory);
  return EXIT_SUCCESS;
}
