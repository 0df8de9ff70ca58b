/* The redline of generated texts against git diff --word-diff, wdiff and diff -u on the same files
 * in the same run, hostile pairs, and the owners of words through eleven versions.
 *
 * What the others do begins with a process and two files; ours begins with the two texts in memory
 * and includes cutting them into provisions. Memory is the growth of the process's peak, measured
 * in a process of its own. wdiff is passed over, and said to be, where it is not installed. */

#include <gio/gio.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench-talks.h"
#include "negotiation/lineage.h"
#include "negotiation/redline.h"

#define WORDS 4000
#define BUDGET_MEGABYTE 0.2
#define BUDGET_HOSTILE 2.0
#define BUDGET_HOSTILE_MIB 200.0
#define BUDGET_BLAME 1.0
#define MIB ((gsize) 1024 * 1024)

typedef struct
{
  const char *name;
  gsize size;
  guint every; /* one word of so many is another in the new text */
} Pair;

typedef struct
{
  double seconds, mib;
  guint changes;
} Measure;

/* Articles of paragraphs of words; each word of the new text may be another. */
static void
make_pair (const Pair *pair, GString **ret_old, GString **ret_new)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261124);
  guint n = 0;

  *ret_old = g_string_sized_new (pair->size + 64);
  *ret_new = g_string_sized_new (pair->size + 64);
  for (guint article = 1; (*ret_old)->len < pair->size; article++)
    {
      g_string_append_printf (*ret_old, "## Article %u\n\n", article);
      g_string_append_printf (*ret_new, "## Article %u\n\n", article);
      for (guint i = 0; i < 400; i++)
        {
          const char *end = i % 80 == 79 ? ".\n\n" : i % 16 == 15 ? ",\n" : " ";
          guint word = (guint) g_rand_int_range (random, 0, WORDS);
          guint other = (guint) g_rand_int_range (random, 0, WORDS);

          g_string_append_printf (*ret_old, "w%x%s", word, end);
          g_string_append_printf (*ret_new, "w%x%s", ++n % pair->every == 0 ? other : word, end);
        }
    }
}

/* Hostile texts. */

static GString *
make_alphabet (guint n_words, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  GString *text = g_string_sized_new (MIB + 64);

  while (text->len < MIB)
    g_string_append_printf (text, "%c%s",
                            (int) ('a' + g_rand_int_range (random, 0, (gint32) n_words)),
                            g_rand_int_range (random, 0, 200) == 0 ? "\n\n" : " ");
  return text;
}

static GString *
make_signs (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  GString *text = g_string_sized_new (MIB + 64);

  while (text->len < MIB)
    g_string_append_c (text, ".,;:"[g_rand_int_range (random, 0, 4)]);
  return text;
}

static GString *
make_paragraphs (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  GString *text = g_string_sized_new (MIB + 64);

  while (text->len < MIB)
    g_string_append_printf (text, "w%x\n\n", (guint) g_rand_int_range (random, 0, 64));
  return text;
}

/* Ours. */

static guint
compare (const GString *old, const GString *new)
{
  g_autoptr (GBytes) a = g_bytes_new_static (old->str, old->len);
  g_autoptr (GBytes) b = g_bytes_new_static (new->str, new->len);
  g_autoptr (ParaphStructure) one = paraph_structure_new (a);
  g_autoptr (ParaphStructure) other = paraph_structure_new (b);
  g_autoptr (ParaphRedline) redline = paraph_redline_new (one, other);

  return redline->changes->len;
}

static double
get_peak (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return (double) usage.ru_maxrss / 1024.0;
}

/* In a child, so that its peak is its own. */
static Measure
measure (const GString *old, const GString *new)
{
  Measure found = { 0 };
  int pipe_ends[2], status = 0;
  pid_t child;

  g_assert_cmpint (pipe (pipe_ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      double before = get_peak (), begin = bench_now ();

      found.changes = compare (old, new);
      found.seconds = bench_now () - begin;
      found.mib = get_peak () - before;
      _exit (write (pipe_ends[1], &found, sizeof found) == sizeof found ? 0 : 1);
    }
  (void) close (pipe_ends[1]);
  g_assert_cmpint (read (pipe_ends[0], &found, sizeof found), ==, sizeof found);
  (void) close (pipe_ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  return found;
}

/* Theirs. */

/* Seconds; negative: the program is not installed. 1 as exit means that the texts differ. */
static double
run_program (const char *directory, const char *const *words)
{
  g_autofree char *program = g_find_program_in_path (words[0]);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  double begin = bench_now ();

  if (program == NULL)
    return -1.0;
  g_subprocess_launcher_set_cwd (launcher, directory);
  process = g_subprocess_launcher_spawnv (launcher, words, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
  g_assert_cmpint (g_subprocess_get_exit_status (process), <=, 1);
  return bench_now () - begin;
}

static void
keep (const char *directory, const char *name, const GString *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
}

static void
print_against (const char *directory, const char *name, double ours)
{
  static const char *const git[] = { "git",         "diff", "--no-index", "--no-color",
                                     "--word-diff", "old",  "new",        NULL };
  static const char *const wdiff[] = { "wdiff", "old", "new", NULL };
  static const char *const diff[] = { "diff", "-u", "old", "new", NULL };
  static const struct
  {
    const char *name;
    const char *const *words;
    const char *budget;
  } programs[] = { { "git diff --word-diff", git, "not slower" },
                   { "wdiff", wdiff, "-" },
                   { "diff -u", diff, "-" } };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *work = g_strdup_printf ("redline, %s", name);
      double theirs = run_program (directory, programs[i].words);

      if (theirs < 0.0)
        printf ("# %s is not installed: row passed over\n", programs[i].name);
      else
        bench_print (&(BenchRow){ work, ours * 1e3, "ms", programs[i].name, theirs * 1e3,
                                  theirs / ours, programs[i].budget, ours <= theirs });
    }
}

static void
bench_pair (const char *directory, const Pair *pair)
{
  GString *old = NULL, *new = NULL;
  Measure found;
  g_autofree char *work = NULL;
  gboolean is_megabyte = pair->size == MIB;

  make_pair (pair, &old, &new);
  keep (directory, "old", old);
  keep (directory, "new", new);
  found = measure (old, new);
  work = g_strdup_printf ("redline, %s, %u changes", pair->name, found.changes);
  bench_print (&(BenchRow){ work, found.seconds * 1e3, "ms", "-", 0.0, 0.0,
                            is_megabyte ? "<= 200 ms" : "-", found.seconds <= BUDGET_MEGABYTE });
  bench_print (&(BenchRow){ "the same, memory", found.mib, "MiB", "both texts",
                            (double) (old->len + new->len) / (double) MIB,
                            found.mib * (double) MIB / (double) (old->len + new->len),
                            is_megabyte ? "<= 10 x" : "-",
                            found.mib * (double) MIB <= 10.0 * (double) (old->len + new->len) });
  print_against (directory, pair->name, found.seconds);
  (void) g_string_free (old, TRUE);
  (void) g_string_free (new, TRUE);
}

static void
bench_hostile (const char *name, GString *old, GString *new)
{
  g_autofree char *work = g_strdup_printf ("redline, hostile, %s", name);
  Measure found = measure (old, new);

  bench_print (&(BenchRow){ work, found.seconds, "s", "-", 0.0, 0.0, "<= 2 s",
                            found.seconds <= BUDGET_HOSTILE });
  bench_print (&(BenchRow){ "the same, memory", found.mib, "MiB", "-", 0.0, 0.0, "<= 200 MiB",
                            found.mib <= BUDGET_HOSTILE_MIB });
  (void) g_string_free (old, TRUE);
  (void) g_string_free (new, TRUE);
}

/* Eleven versions, each made from the one before. */
static void
bench_blame (void)
{
  g_autoptr (ParaphLineage) lineage = paraph_lineage_new ();
  double seconds = 0.0;
  ParaphId before = { { 0 } };

  for (guint i = 0; i < 11; i++)
    {
      /* The old text of each pair is the same; the further on, the more words are others. */
      const Pair pair = { "", (gsize) 140 * 1024, i == 0 ? G_MAXUINT : 500 / i };
      ParaphId id = { { (guint8) (i + 1) } };
      GString *old = NULL, *new = NULL;
      g_autoptr (GBytes) text = NULL;
      double begin;

      make_pair (&pair, &old, &new);
      text = g_bytes_new (new->str, new->len);
      begin = bench_now ();
      (void) paraph_lineage_add (lineage, &id, &before, 1, text);
      seconds += bench_now () - begin;
      before = id;
      (void) g_string_free (old, TRUE);
      (void) g_string_free (new, TRUE);
    }
  bench_print (&(BenchRow){ "blame of 11 versions of 140 KB", seconds, "s", "-", 0.0, 0.0, "<= 1 s",
                            seconds <= BUDGET_BLAME });
}

int
main (void)
{
  static const Pair pairs[] = { { "30 KB", (gsize) 30 * 1024, 15 },
                                { "300 KB", (gsize) 300 * 1024, 15 },
                                { "1 MB", MIB, 15 },
                                { "5 MB", 5 * MIB, 15 } };
  g_autofree char *directory = g_dir_make_tmp ("paraph-bench-XXXXXX", NULL);

  g_assert_nonnull (directory);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    bench_pair (directory, &pairs[i]);
  bench_hostile ("random words of 2", make_alphabet (2, 1), make_alphabet (2, 2));
  bench_hostile ("random words of 16", make_alphabet (16, 1), make_alphabet (16, 2));
  bench_hostile ("1 MB of signs", make_signs (1), make_signs (2));
  bench_hostile ("paragraphs of one word", make_paragraphs (1), make_paragraphs (2));
  bench_blame ();
  bench_remove_tree (directory);
  return EXIT_SUCCESS;
}
