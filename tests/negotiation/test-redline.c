/* Redlines: lossless on every pair, readable on real ones, bounded on hostile ones. */

#include <glib.h>

#include "tests/negotiation/redline-test.h"

/* The change n, as "kind difference [old] -> [new]". */
static char *
describe (const ParaphRedline *redline, guint n)
{
  const ParaphChange *change = &g_array_index (redline->changes, ParaphChange, n - 1);

  return g_strdup_printf (
      "%s %s [%.*s] -> [%.*s]", paraph_change_kind_get_word (change->kind),
      paraph_difference_get_word (change->difference), (int) (change->old.end - change->old.start),
      redline->old->bytes + change->old.start, (int) (change->new.end - change->new.start),
      redline->new->bytes + change->new.start);
}

/* The changes between two short texts, in lines. */
static void
assert_changes (const char *old, const char *new, const char *expected)
{
  g_autoptr (ParaphStructure) one = structure_of (old, strlen (old));
  g_autoptr (ParaphStructure) other = structure_of (new, strlen (new));
  g_autoptr (ParaphRedline) redline = paraph_redline_new (one, other);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;

  assert_lossless (redline);
  for (guint i = 1; i <= redline->changes->len; i++)
    g_ptr_array_add (lines, describe (redline, i));
  g_ptr_array_add (lines, NULL);
  joined = g_strjoinv ("\n", (char **) lines->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_reads_as_phrases (void)
{
  assert_changes ("The parties shall cease fire.\n", "The parties shall cease fire.\n", "");
  assert_changes ("The parties shall cease fire.\n", "The parties should cease fire.\n",
                  "replace words [shall] -> [should]");
  assert_changes ("The parties undertake to reduce their forces.\n",
                  "The parties agree fully to lower their forces.\n",
                  "replace words [undertake] -> [agree fully]\nreplace words [reduce] -> [lower]");
  assert_changes ("They shall withdraw forces.\n", "They shall withdraw all forces.\n",
                  "insert words [] -> [all ]");
  assert_changes ("It applies to the zone and to the river.\n", "It applies to the river.\n",
                  "delete words [zone and to the ] -> []");
}

static void
test_names_the_difference (void)
{
  assert_changes ("Within 30 days all forces leave.\n", "Within 90 days all forces leave.\n",
                  "replace figure [30] -> [90]");
  assert_changes ("See l.75 of the annex here.\n", "See 1.75 of the annex here.\n",
                  "replace look-alike [l] -> [1]");
  assert_changes ("The parties [shall] act now.\n", "The parties shall act now.\n",
                  "delete brackets [[] -> []\ndelete brackets []] -> []");
  assert_changes ("Arms, men and food are listed.\n", "Arms; men and food are listed.\n",
                  "replace punctuation [,] -> [;]");
  assert_changes ("See the [Charter](a/b.md) now.\n", "See the Charter now.\n",
                  "delete markup [[] -> []\ndelete markup [](a/b.md)] -> []");
  assert_changes ("One  two three.\n", "One two three. \n",
                  "replace space [  ] -> [ ]\ninsert space [] -> [ ]");
}

static void
test_finds_what_moved (void)
{
  assert_changes ("The first provision stands here.\n\nThe second provision is another.\n\n"
                  "The third provision ends it.\n",
                  "The second provision is another.\n\nThe third provision ends it.\n\n"
                  "The first provision stands here.\n",
                  "move place [The first provision stands here.] -> "
                  "[The first provision stands here.]");
}

/* A grapheme is never cut: an accent that changes takes its letter along. */
static void
test_keeps_graphemes_whole (void)
{
  assert_changes ("caf\303\251 e\314\201t\303\251\n", "caf\303\251 e\314\200t\303\251\n",
                  "replace words [e\314\201t\303\251] -> [e\314\200t\303\251]");
  assert_changes ("\345\220\204\346\226\271\345\272\224\345\275\223\n",
                  "\345\220\204\346\226\271\345\217\257\344\273\245\n",
                  "replace words [\345\272\224\345\275\223] -> [\345\217\257\344\273\245]");
}

static void
test_takes_any_bytes (void)
{
  static const char bytes[] = "\xff\xfe[\0]\r\n\n\xe2\x82(\n";

  assert_changes ("", "", "");
  assert_changes ("", "A provision.\n", "insert words [] -> [A provision.]");
  for (gsize i = 0; i < sizeof bytes; i++)
    {
      g_autoptr (ParaphStructure) one = structure_of (bytes, i);
      g_autoptr (ParaphStructure) other = structure_of (bytes + i, sizeof bytes - i);
      g_autoptr (ParaphRedline) redline = paraph_redline_new (one, other);

      assert_lossless (redline);
    }
}

/* Pieces that texts are made of, and some that they should not be. */
static const char *const pieces[] = {
  "shall ",    "should ",      "the parties ", "[",           "]",    "[shall | should]",
  "\n",        "\n\n",         "# ",           "Article 3",   "(a) ", "1. ",
  "2 bis. ",   "Option 1: ",   "No text",      " ",           "30",   "90 days",
  "[a](b)",    "[^1]",         "---\n",        "| a | b |\n", "\xff", "\xe2\x80\x8f",
  "e\xcc\x81", "\xe5\x90\x84", "{note}",       "\t",          ".",    ",",
};

static GString *
make_text (GRand *rand, guint n_pieces)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_pieces; i++)
    g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
  return text;
}

static void
mutate (GRand *rand, GString *text)
{
  for (gint n = g_rand_int_range (rand, 0, 6); n > 0 && text->len > 0; n--)
    {
      gssize at = g_rand_int_range (rand, 0, (gint32) text->len);

      if (g_rand_boolean (rand))
        g_string_insert (text, at, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
      else
        {
          gssize size = g_rand_int_range (rand, 1, 20);

          g_string_erase (text, at, MIN ((gssize) text->len - at, size));
        }
    }
}

/* 100,000 pairs under --full. */
static void
test_is_lossless_on_random_pairs (void)
{
  guint rounds = g_getenv ("PARAPH_CHECK_FULL") != NULL ? 100000 : 10000;
  g_autoptr (GRand) rand = g_rand_new_with_seed (17);

  for (guint i = 0; i < rounds; i++)
    {
      GString *old = make_text (rand, (guint) g_rand_int_range (rand, 0, 80));
      GString *new = make_text (rand, 40);
      g_autoptr (ParaphStructure) one = NULL;
      g_autoptr (ParaphStructure) other = NULL;
      g_autoptr (ParaphRedline) redline = NULL;

      if (g_rand_int_range (rand, 0, 4) != 0)
        {
          g_string_assign (new, "");
          g_string_append_len (new, old->str, (gssize) old->len);
          mutate (rand, new);
        }
      one = structure_of (old->str, old->len);
      other = structure_of (new->str, new->len);
      redline = paraph_redline_new (one, other);
      assert_lossless (redline);
      g_string_free (old, TRUE);
      g_string_free (new, TRUE);
    }
}

static void
test_ends_on_hostile_pairs (void)
{
  static const char *const words[] = { "a ", "b ", ". ", "aaaa bbbb\n\n", "[", "x\n" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (19);

  for (guint n = 2; n <= G_N_ELEMENTS (words); n++)
    {
      g_autoptr (GString) old = g_string_new (NULL);
      g_autoptr (GString) new = g_string_new (NULL);
      g_autoptr (ParaphStructure) one = NULL;
      g_autoptr (ParaphStructure) other = NULL;
      g_autoptr (ParaphRedline) redline = NULL;

      while (old->len < 200000)
        g_string_append (old, words[g_rand_int_range (rand, 0, (gint32) n)]);
      while (new->len < 200000)
        g_string_append (new, words[g_rand_int_range (rand, 0, (gint32) n)]);
      one = structure_of (old->str, old->len);
      other = structure_of (new->str, new->len);
      redline = paraph_redline_new (one, other);
      assert_lossless (redline);
    }
}

static ParaphRedline *
compare_files (const char *old, const char *new, ParaphStructure *ret[2])
{
  ret[0] = structure_of_file (old);
  ret[1] = ret[0] == NULL ? NULL : structure_of_file (new);
  return ret[1] == NULL ? NULL : paraph_redline_new (ret[0], ret[1]);
}

static void
test_compares_the_drafts_of_a_protocol (void)
{
  for (guint i = 0; i <= 10; i++)
    for (guint j = i + 1; j <= 10; j++)
      {
        ParaphStructure *texts[2];
        g_autofree char *old =
            g_strdup_printf ("history-mls-draft/draft-ietf-mls-protocol-%02u.md", i);
        g_autofree char *new =
            g_strdup_printf ("history-mls-draft/draft-ietf-mls-protocol-%02u.md", j);
        g_autoptr (ParaphRedline) redline = compare_files (old, new, texts);

        if (redline == NULL)
          return;
        assert_lossless (redline);
        paraph_structure_free (texts[0]);
        paraph_structure_free (texts[1]);
      }
}

/* How many changes of a step are cosmetic, and how many are not. */
typedef struct
{
  const char *old;
  const char *new;
  guint cosmetic;
  guint substantive; /* 0: only the cosmetic ones are counted */
  const char *holds; /* a line that must be among the changes */
} Step;

static void
test_tells_cosmetic_from_substance (void)
{
  static const Step steps[] = {
    { "2013-04-23", "2014-09-02", 5, 0, NULL },
    { "2014-09-02", "2014-11-13", 0, 24, "replace figure [971] -> [917]" },
    { "2014-09-02", "2014-11-13", 0, 24, "replace words [fuel] -> [refrigerant]" },
    { "2014-11-13", "2015-05-28", 0, 3, "replace look-alike [l] -> [1]" },
    { "2014-11-13", "2015-05-28", 0, 3, "insert words [] -> [*Definitions*]" },
    { "2015-05-28", "2015-07-30", 0, 8, "replace words [of] -> [or]" },
    { "2015-05-28", "2015-07-30", 0, 8, "replace words [country] -> [State]" },
    { "2015-05-28", "2015-07-30", 0, 8, "replace words [States] -> [Parties]" },
  };

  for (gsize k = 0; k < G_N_ELEMENTS (steps); k++)
    {
      ParaphStructure *texts[2];
      g_autofree char *old = g_strdup_printf ("history-atp/atp-%s.md", steps[k].old);
      g_autofree char *new = g_strdup_printf ("history-atp/atp-%s.md", steps[k].new);
      g_autoptr (ParaphRedline) redline = compare_files (old, new, texts);
      guint cosmetic = 0;
      gboolean is_held = steps[k].holds == NULL;

      if (redline == NULL)
        return;
      for (guint i = 1; i <= redline->changes->len; i++)
        {
          g_autofree char *line = describe (redline, i);

          cosmetic +=
              paraph_change_is_cosmetic (&g_array_index (redline->changes, ParaphChange, i - 1))
                  ? 1
                  : 0;
          is_held = is_held || strcmp (line, steps[k].holds) == 0;
        }
      if (steps[k].substantive == 0)
        g_assert_cmpuint (cosmetic, ==, redline->changes->len);
      if (steps[k].cosmetic > 0)
        g_assert_cmpuint (cosmetic, ==, steps[k].cosmetic);
      g_assert_cmpuint (redline->changes->len - cosmetic, >=, steps[k].substantive > 0 ? 3 : 0);
      g_assert_true (is_held);
      paraph_structure_free (texts[0]);
      paraph_structure_free (texts[1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/redline/reads-as-phrases", test_reads_as_phrases);
  g_test_add_func ("/redline/names-the-difference", test_names_the_difference);
  g_test_add_func ("/redline/finds-what-moved", test_finds_what_moved);
  g_test_add_func ("/redline/keeps-graphemes-whole", test_keeps_graphemes_whole);
  g_test_add_func ("/redline/takes-any-bytes", test_takes_any_bytes);
  g_test_add_func ("/redline/is-lossless-on-random-pairs", test_is_lossless_on_random_pairs);
  g_test_add_func ("/redline/ends-on-hostile-pairs", test_ends_on_hostile_pairs);
  g_test_add_func ("/redline/compares-the-drafts-of-a-protocol",
                   test_compares_the_drafts_of_a_protocol);
  g_test_add_func ("/redline/tells-cosmetic-from-substance", test_tells_cosmetic_from_substance);
  return g_test_run ();
}
