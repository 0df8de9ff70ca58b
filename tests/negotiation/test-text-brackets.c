#include "negotiation/text-bracket-count.h"
#include "negotiation/text-streamline.h"
#include "tests/negotiation/text-test.h"
#include "tests/support/text-check.h"

/* A text, read. */
typedef struct
{
  GBytes *text;
  ParaphStructure *structure;
  ParaphBrackets *brackets;
} Read;

static void
read_bytes (Read *read, GBytes *text)
{
  read->text = g_bytes_ref (text);
  read->structure = paraph_structure_new (text);
  read->brackets = paraph_brackets_new (read->structure, NULL);
  text_check_structure (read->structure);
  text_check_brackets (read->brackets);
}

static void
read_text (Read *read, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  read_bytes (read, bytes);
}

static void
read_clear (Read *read)
{
  paraph_brackets_free (read->brackets);
  paraph_structure_free (read->structure);
  g_bytes_unref (read->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

/* "kind: a / b" of each choice, a line each. */
static char *
print_choices (const Read *read)
{
  GString *out = g_string_new (NULL);

  for (guint i = 1; i <= read->brackets->choices->len; i++)
    {
      const ParaphChoice *choice = paraph_brackets_get_choice (read->brackets, i);

      g_string_append_printf (out, "%s:", paraph_choice_kind_get_word (choice->kind));
      for (guint j = 0; j < choice->n_alternatives; j++)
        {
          const ParaphAlternative *one =
              paraph_brackets_get_alternative (read->brackets, choice, j);
          g_autofree char *wording = paraph_structure_dup_span (read->structure, one->wording);
          g_autofree char *codes = paraph_structure_dup_span (read->structure, one->supporters);

          g_string_append_printf (out, "%s %s%s%s%s", j == 0 ? "" : " /", codes,
                                  codes[0] == '\0' ? "" : "=", wording,
                                  one->is_no_text ? " (none)" : "");
        }
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

static void
finds_alternatives (void)
{
  static const struct
  {
    const char *text;
    const char *choices;
  } expected[] = {
    { "It [shall][should][other] be.", "adjacent: shall / should / other\n" },
    { "It [shall] [or] [may] be.", "adjacent: shall / may\n" },
    { "[UA, FR: shall][RU: may]", "adjacent: UA, FR=shall / RU=may\n" },
    { "within [14 | 30 | No text] days", "separated: 14 / 30 / No text (none)\n" },
    { "[UA: a | RU: b]", "separated: UA=a / RU=b\n" },
    { "a [b [c] d] e", "optional: b [c] d\noptional: c\n" },
    { "[a][^2][b]", "adjacent: a / b\n" },
    { "[NDMC/NDMCC] [1/CP.21]", "adjacent: NDMC/NDMCC / 1/CP.21\n" },
    { "Option 1: one Option 2: No text", "options: one / No text (none)\n" },
    { "**Option I:** a\n\n**Option II:** b", "options: a / b\n" },
    { "1. **Option 1:** a\n\n   **Option 2:** no text\n\n2. x", "options: a / no text (none)\n" },
    { "See [here](https://example.org/) and [a](b).", "optional: a\n" },
    { "A [t][src] and [t][u].\n\n[src]: https://example.org/", "adjacent: t / u\n" },
    { "| a | b |\n| c | d |", "" },
    { "a[^1] b", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_auto (Read) read = { .text = NULL };
      g_autofree char *choices = NULL;

      g_test_message ("%s", expected[i].text);
      read_text (&read, expected[i].text);
      choices = print_choices (&read);
      g_assert_cmpstr (choices, ==, expected[i].choices);
    }
}

static void
knows_codes (void)
{
  static const char *const codes[] = { "UA", "FR", NULL };
  static const char text[] = "[UA: a][CMA: b]";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (ParaphStructure) structure = paraph_structure_new (bytes);
  g_autoptr (ParaphBrackets) brackets = paraph_brackets_new (structure, codes);
  const ParaphChoice *choice = paraph_brackets_get_choice (brackets, 1);
  g_autofree char *second = paraph_structure_dup_span (
      structure, paraph_brackets_get_alternative (brackets, choice, 1)->wording);

  g_assert_cmpuint (paraph_brackets_get_alternative (brackets, choice, 0)->supporters.end, ==, 3);
  g_assert_cmpstr (second, ==, "CMA: b");
}

static void
names_damage (void)
{
  g_auto (Read) read = { .text = NULL };
  const ParaphDamage *damage = NULL;

  read_text (&read, "a [b\n\nc [d] e] f\n\ng [h]\n\n# Other\n\ni] j");
  g_assert_cmpuint (read.brackets->damages->len, ==, 3);
  damage = &g_array_index (read.brackets->damages, ParaphDamage, 0);
  g_assert_cmpuint (damage->position, ==, 2);
  g_assert_cmpint (damage->reason, ==, PARAPH_DAMAGE_OPENER);
  g_assert_cmpuint (damage->partner, ==, 13);
  damage = &g_array_index (read.brackets->damages, ParaphDamage, 2);
  g_assert_cmpint (damage->reason, ==, PARAPH_DAMAGE_CLOSER);
  g_assert_cmpuint (damage->provision, ==, 5);
  g_assert_cmpuint (damage->partner, ==, G_MAXSIZE);
  g_assert_cmpuint (read.brackets->choices->len, ==, 2); /* [d] and [h] stand all the same */
}

static void
computes_clean (void)
{
  static const struct
  {
    const char *text;
    gboolean is_clean;
  } expected[] = {
    { "Agreed text.[^1]\n\n[^1]: A note.", TRUE },
    { "See [x](https://example.org/).", TRUE },
    { "It [shall] be.", FALSE },
    { "It shall] be.", FALSE },
    { "By 20XX at the latest.", FALSE },
    { "1. Placeholder", FALSE },
    { "Option 1: a", FALSE },
    { "", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_auto (Read) read = { .text = NULL };

      g_test_message ("%s", expected[i].text);
      read_text (&read, expected[i].text);
      g_assert_cmpint (paraph_brackets_is_clean (read.brackets), ==, expected[i].is_clean);
    }
}

static void
check_row (char **row, const ParaphStructure *structure, const ParaphBracketCount *count)
{
  g_autofree char *heading = paraph_structure_dup_span (
      structure, paraph_structure_get (structure, count->heading)->wording);

  g_assert_cmpuint (g_strv_length (row), ==, 9);
  g_assert_cmpstr (g_strchomp (row[1]), ==, heading);
  g_assert_cmpuint (count->open, ==, g_ascii_strtoull (row[2], NULL, 10));
  g_assert_cmpuint (count->close, ==, g_ascii_strtoull (row[3], NULL, 10));
  g_assert_cmpuint (count->open == count->close, ==, g_ascii_strtoull (row[4], NULL, 10));
  g_assert_cmpuint (count->alternatives, ==, g_ascii_strtoull (row[5], NULL, 10));
  g_assert_cmpuint (count->options, ==, g_ascii_strtoull (row[6], NULL, 10));
  g_assert_cmpuint (count->no_text, ==, g_ascii_strtoull (row[7], NULL, 10));
  g_assert_cmpuint (count->words, ==, g_ascii_strtoull (row[8], NULL, 10));
}

static void
counts_real_text (const char *name, const guint *all)
{
  g_autofree char *path = g_build_filename ("cop21-bracketed", name, NULL);
  g_autoptr (GBytes) text = text_test_load_shared (path);
  g_autoptr (GBytes) oracle = text_test_load_shared ("cop21-bracketed/ORACLE.tsv");
  g_autoptr (GBytes) none = g_bytes_new_static ("", 0);
  g_autoptr (ParaphBracketCounts) counts = NULL;
  g_autofree char *table = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (Read) read = { .text = NULL };
  guint n = 0;

  read_bytes (&read, text == NULL ? none : text);
  if (text == NULL || oracle == NULL)
    return;
  counts = paraph_bracket_counts_new (read.structure);
  table = g_strndup (g_bytes_get_data (oracle, NULL), g_bytes_get_size (oracle));
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) row = g_strsplit (lines[i], "\t", -1);

      if (g_strcmp0 (row[0], name) != 0)
        continue;
      g_assert_cmpuint (n, <, counts->sections->len);
      check_row (row, read.structure, &g_array_index (counts->sections, ParaphBracketCount, n++));
    }
  g_assert_cmpuint (n, ==, 32);
  g_assert_cmpuint (counts->sections->len, ==, 32);
  g_assert_cmpuint (counts->all.open, ==, all[0]);
  g_assert_cmpuint (counts->all.close, ==, all[1]);
  g_assert_cmpuint (counts->paragraphs, ==, all[2]);
  g_assert_cmpuint (counts->unbalanced_paragraphs, ==, all[3]);
  g_assert_cmpuint (counts->all.alternatives, ==, all[4]);
  g_assert_cmpuint (counts->all.options, ==, all[5]);
  g_assert_cmpuint (counts->all.no_text, ==, all[6]);
  g_assert_cmpuint (counts->all.words, ==, all[7]);
  g_assert_cmpuint (counts->stray_closers, ==, all[8]);
  g_assert_cmpuint (counts->open_openers, ==, all[9]);
  g_assert_cmpuint (read.brackets->damages->len, ==, all[8] + all[9]);
  g_assert_cmpuint (counts->deepest, ==, 4);
}

static void
counts_first (void)
{
  static const guint all[] = { 1025, 1026, 432, 45, 399, 143, 14, 16640, 25, 24 };

  counts_real_text ("v1-2015-10-23.md", all);
}

static void
counts_second (void)
{
  static const guint all[] = { 1016, 1019, 361, 37, 414, 112, 10, 14700, 21, 18 };

  counts_real_text ("v2-2015-12-04.md", all);
}

/* More of a than of b, word by word. */
static guint
subtract (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer word = NULL;
  gpointer count = NULL;
  guint n = 0;

  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &word, &count))
    {
      guint other = GPOINTER_TO_UINT (g_hash_table_lookup (b, word));

      if (GPOINTER_TO_UINT (count) > other)
        n += GPOINTER_TO_UINT (count) - other;
    }
  return n;
}

static GHashTable *
count_section (const Read *read, const ParaphBracketCounts *counts, guint i)
{
  GHashTable *words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint first = g_array_index (counts->sections, ParaphBracketCount, i).heading;
  guint last = i + 1 < counts->sections->len
                   ? g_array_index (counts->sections, ParaphBracketCount, i + 1).heading - 1
                   : G_MAXUINT;

  paraph_words_count (read->brackets, first + 1, last, PARAPH_WORDS_OF_ALL, words);
  return words;
}

static void
finds_lost_words (void)
{
  static const guint lost[] = { 0,   255, 1,  33,  4,   1448, 0,  10, 224, 0, 237,
                                124, 155, 50, 304, 132, 718,  89, 0,  0,   0, 0,
                                33,  5,   0,  0,   0,   21,   0,  0,  0,   0 };
  static const guint new[] = { 0, 109, 6, 27, 73, 187, 0, 10, 137, 0, 567, 160, 136, 11, 72, 64,
                               6, 0,   0, 0,  0,  0,   0, 34, 0,   0, 0,   0,   0,   0,  0,  174 };
  g_autoptr (GBytes) first = text_test_load_shared ("cop21-bracketed/v1-2015-10-23.md");
  g_autoptr (GBytes) second = text_test_load_shared ("cop21-bracketed/v2-2015-12-04.md");
  g_autoptr (GBytes) none = g_bytes_new_static ("", 0);
  g_autoptr (ParaphBracketCounts) a = NULL;
  g_autoptr (ParaphBracketCounts) b = NULL;
  g_auto (Read) old = { .text = NULL };
  g_auto (Read) now = { .text = NULL };

  read_bytes (&old, first == NULL ? none : first);
  read_bytes (&now, second == NULL ? none : second);
  if (first == NULL || second == NULL)
    return;
  a = paraph_bracket_counts_new (old.structure);
  b = paraph_bracket_counts_new (now.structure);
  for (guint i = 1; i < G_N_ELEMENTS (lost); i++)
    {
      g_autoptr (GHashTable) before = count_section (&old, a, i);
      g_autoptr (GHashTable) after = count_section (&now, b, i);

      g_test_message ("section %u", i);
      g_assert_cmpuint (subtract (before, after), ==, lost[i]);
      g_assert_cmpuint (subtract (after, before), ==, new[i]);
    }
}

static void
checks_streamlines (void)
{
  static const struct
  {
    const char *old;
    const char *new;
    guint lost;
    guint gained;
    guint provision;
  } expected[] = {
    { "1. A [shall][should] b", "2. A [shall | should] b.", 0, 0, 0 },
    { "Option 1: a\n\nOption 2: b", "[UA: a][b]", 0, 0, 0 },
    { "x\n\nA [shall][should] b", "x\n\nA [shall] b", 1, 0, 2 },
    { "A b", "A b c c", 0, 2, 1 },
    { "Été", "été", 0, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_auto (Read) old = { .text = NULL };
      g_auto (Read) now = { .text = NULL };
      g_autoptr (ParaphStreamline) check = NULL;

      g_test_message ("%s", expected[i].old);
      read_text (&old, expected[i].old);
      read_text (&now, expected[i].new);
      check = paraph_streamline_new (old.brackets, now.brackets);
      g_assert_cmpuint (check->lost, ==, expected[i].lost);
      g_assert_cmpuint (check->gained, ==, expected[i].gained);
      if (check->words->len > 0)
        g_assert_cmpuint (g_array_index (check->words, ParaphStreamlineWord, 0).provision, ==,
                          expected[i].provision);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-brackets/finds-alternatives", finds_alternatives);
  g_test_add_func ("/text-brackets/knows-codes", knows_codes);
  g_test_add_func ("/text-brackets/names-damage", names_damage);
  g_test_add_func ("/text-brackets/computes-clean", computes_clean);
  g_test_add_func ("/text-brackets/counts-real-text/first", counts_first);
  g_test_add_func ("/text-brackets/counts-real-text/second", counts_second);
  g_test_add_func ("/text-brackets/finds-lost-words", finds_lost_words);
  g_test_add_func ("/text-brackets/checks-streamlines", checks_streamlines);
  return g_test_run ();
}
