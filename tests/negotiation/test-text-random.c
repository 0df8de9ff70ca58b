/* Made and mutated texts, by a seed that PARAPH_TEST_SEED sets; ten times as many under
 * ./check --full. */

#include "negotiation/text-bracket-count.h"
#include "negotiation/text-hygiene.h"
#include "tests/support/text-check.h"

#define N_TEXTS 100000
#define N_TEXTS_FULL 1000000
#define N_NESTED 100000

static const char *const pieces[] = {
  "[",
  "]",
  "[",
  "]",
  "|",
  "][",
  "] [",
  "[UA: ",
  "[UA, RU: ",
  "Option 1: ",
  "**Option 2:** ",
  "Option II ",
  "No text",
  "[^1]",
  "[^1]: ",
  "[a]: https://example.org/\n",
  "(https://e.org/)",
  "{",
  "}",
  "\n",
  "\n\n",
  "\n   ",
  "\t",
  "# ",
  "## ",
  "## Article 3 ter\n",
  "###DEEL IV",
  "1. ",
  "2 bis. ",
  "(a) ",
  "(i) ",
  "(a)(ii) ",
  "3.3 The",
  "- ",
  "* ",
  "| a | b |\n",
  "---\n",
  "***\n",
  "Annex B",
  "第三条",
  "\"Term\" means ",
  "Placeholder",
  "20XX",
  "[x]",
  "shall",
  " ",
  ".",
  "\r\n",
  "\377",
  "\303",
  "\342\200",
  "\xe2\x80\xae",
  "é",
  "e\314\201",
  "\302\240",
};

static GBytes *
make_text (GRand *random)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = (guint) g_rand_int_range (random, 0, 60);

  for (guint i = 0; i < n; i++)
    g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
  for (guint i = 0; text->len > 0 && i < n / 10; i++)
    text->str[g_rand_int_range (random, 0, (gint32) text->len)] =
        (char) g_rand_int_range (random, 0, 256);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static void
check_text (GBytes *text)
{
  g_autoptr (ParaphStructure) structure = paraph_structure_new (text);
  g_autoptr (ParaphBrackets) brackets = paraph_brackets_new (structure, NULL);
  g_autoptr (ParaphBracketCounts) counts = paraph_bracket_counts_new (structure);
  g_autoptr (GArray) findings = paraph_hygiene_check (structure);

  text_check_structure (structure);
  text_check_brackets (brackets);
  g_assert_cmpuint (counts->unbalanced_paragraphs, <=, counts->paragraphs);
}

static void
loses_no_byte (void)
{
  const char *given = g_getenv ("PARAPH_TEST_SEED");
  guint32 seed = given == NULL ? 1 : (guint32) g_ascii_strtoull (given, NULL, 10);
  guint n = g_getenv ("PARAPH_CHECK_FULL") != NULL ? N_TEXTS_FULL : N_TEXTS;
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("%u texts, seed %u", n, seed);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) text = make_text (random);

      check_text (text);
    }
}

static GBytes *
repeat (const char *piece, guint n, const char *then)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (text, piece);
  for (guint i = 0; then != NULL && i < n; i++)
    g_string_append (text, then);
  return g_string_free_to_bytes (text);
}

static void
bears_deep_nesting (void)
{
  static const struct
  {
    const char *open;
    const char *close;
  } shapes[] = { { "[", NULL },
                 { "[", "]" },
                 { "[a|", "]" },
                 { "]", NULL },
                 { "[\n\n", "]" },
                 { "Option 1: ", NULL },
                 { "Option 1:\n\n", NULL },
                 { "(a)\n", "1.\n" },
                 { "#\n", "## x\n" },
                 { "[^1]: ", "[a]: x" } };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (GBytes) text = repeat (shapes[i].open, N_NESTED, shapes[i].close);

      g_test_message ("%s", shapes[i].open);
      check_text (text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-random/loses-no-byte", loses_no_byte);
  g_test_add_func ("/text-random/bears-deep-nesting", bears_deep_nesting);
  return g_test_run ();
}
