/* Concordance: what one language has and the other has not, and nothing that both have. */

#include <glib.h>
#include <stdlib.h>

#include "negotiation/concordance.h"
#include "tests/negotiation/redline-test.h"

/* The findings as "kind label first|second;". */
static char *
list_between (const ParaphStructure *first, const ParaphStructure *second)
{
  g_autoptr (GPtrArray) found = paraph_concordance_list (first, second);
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    {
      const ParaphDiscord *discord = g_ptr_array_index (found, i);
      g_autofree char *label =
          discord->first != 0
              ? paraph_structure_dup_label (first, paraph_structure_get (first, discord->first))
              : paraph_structure_dup_label (second, paraph_structure_get (second, discord->second));

      g_string_append_printf (line, "%s %s %s|%s;", paraph_discord_kind_get_word (discord->kind),
                              label, discord->first_has, discord->second_has);
    }
  return g_string_free (line, FALSE);
}

static void
assert_found (const char *first, const char *second, const char *expected)
{
  g_autoptr (ParaphStructure) one = structure_of (first, strlen (first));
  g_autoptr (ParaphStructure) other = structure_of (second, strlen (second));
  g_autofree char *found = list_between (one, other);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_names_what_is_missing (void)
{
  static const char english[] = "# Truce\n\nPreamble.\n\nTwo.\n\n"
                                "## Article 1\n\n1. Fire ceases on 3 May 1999.\n\n2. All leave.\n\n"
                                "## Article 2\n\n(a) One;\n\n(b) [two].\n";

  assert_found (english, english, "");
  assert_found (english,
                "# Bestand\n\nPreambule.\n\n"
                "## Artikel 1\n\n1. Op 3 mei 1999 zwijgen de wapens.\n\n2. Allen gaan.\n\n"
                "## Artikel 2\n\na) Een;\n\nb) [twee].\n",
                "");
  assert_found (english,
                "# Bestand\n\n## Artikel 1\n\n1. Op 3 mei 1989 zwijgen de wapens.\n\n"
                "## Artikel 3\n\na) Een;\n\nb) twee.\n",
                "paragraph Article 1 1 2|1;figure Article 1 1999|1989;article Article 2 Article 2|;"
                "article Artikel 3 |Artikel 3;");
  assert_found (
      english,
      "# Bestand\n\n## Artikel 1\n\n1. Op 3 mei 1999 zwijgen de wapens.\n\n2. Allen gaan.\n\n"
      "## Artikel 2\n\na) Een;\n\nb) twee.\n",
      "bracket Article 2 1/1|0/0;");
}

static void
test_reads_other_digits (void)
{
  assert_found ("## Article 1\n\nIn 1949 it ended.\n",
                "## \330\247\331\204\331\205\330\247\330\257\330\251 1\n\n"
                "\331\241\331\251\331\244\331\251\n",
                "");
}

static void
compare_treaty (const char *name, const char *expected)
{
  g_autofree char *english = g_strdup_printf ("peace-treaties/%s.en.md", name);
  g_autofree char *dutch = g_strdup_printf ("peace-treaties/%s.nl.md", name);
  g_autoptr (ParaphStructure) one = structure_of_file (english);
  g_autoptr (ParaphStructure) other = one == NULL ? NULL : structure_of_file (dutch);
  g_autofree char *found = NULL;

  if (other == NULL)
    return;
  found = list_between (one, other);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_reads_treaties (void)
{
  compare_treaty ("japan-1951", "");
  compare_treaty ("un-charter", "paragraph Article 104 |1;figure Article 111 |1945;");
}

/* The Final Act, which only the English text carries; none of the 85 articles. */
static void
test_names_the_final_act (void)
{
  g_autoptr (ParaphStructure) one = structure_of_file ("peace-treaties/vclt.en.md");
  g_autoptr (ParaphStructure) other =
      one == NULL ? NULL : structure_of_file ("peace-treaties/vclt.nl.md");
  g_autoptr (GPtrArray) found = NULL;
  gboolean has_act = FALSE;

  if (other == NULL)
    return;
  found = paraph_concordance_list (one, other);
  g_assert_cmpuint (found->len, ==, 4);
  for (guint i = 0; i < found->len; i++)
    {
      const ParaphDiscord *discord = g_ptr_array_index (found, i);
      const ParaphProvision *place = paraph_structure_get (one, discord->first);

      g_assert_nonnull (place);
      g_assert_cmpint (place->label.word, ==, PARAPH_LABEL_ANNEX);
      has_act = has_act || strstr (discord->first_has, "Final Act of the United Nations") != NULL;
    }
  g_assert_true (has_act);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const char *one = *(const char *const *) a, *other = *(const char *const *) b;
  const char *first = strstr (one, ".p"), *second = strstr (other, ".p");
  int articles = strncmp (one, other, 5);
  gint64 a_number = first == NULL ? 0 : g_ascii_strtoll (first + 2, NULL, 10);
  gint64 b_number = second == NULL ? 0 : g_ascii_strtoll (second + 2, NULL, 10);

  if (articles != 0)
    return articles;
  return a_number < b_number ? -1 : a_number > b_number;
}

/* One language of the declaration as a text: titles are headings. NULL: skipped. */
static ParaphStructure *
read_declaration (const char *language)
{
  g_autofree char *path = g_strdup_printf ("udhr-aligned/%s.tsv", language);
  g_autoptr (ParaphStructure) table = structure_of_file (path);
  g_autofree char *bytes = NULL;
  g_auto (GStrv) rows = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (table == NULL)
    return NULL;
  bytes = g_strndup (table->bytes, table->size);
  rows = g_strsplit (bytes, "\n", -1);
  qsort (rows, g_strv_length (rows), sizeof *rows, compare_rows);
  for (guint i = 0; rows[i] != NULL; i++)
    {
      const char *tab = strchr (rows[i], '\t');

      if (tab == NULL || !g_str_has_prefix (rows[i], "art"))
        continue;
      g_string_append_printf (text, "%s%s\n\n", strstr (rows[i], ".title\t") != NULL ? "## " : "",
                              tab + 1);
    }
  return structure_of (text->str, text->len);
}

/* The Ukrainian heading of article 3 has lost its first letter; the Hebrew article 20 is numbered
 * with the letter of 2. */
static void
test_reads_every_script (void)
{
  static const char *const languages[][2] = {
    { "fra", "" },
    { "spa", "" },
    { "rus", "" },
    { "ukr", "heading Article 2 |\321\202\320\260\321\202\321\202\321\217 3.;"
             "article Article 3 Article 3|;" },
    { "arb", "" },
    { "heb", "article Article 20 Article 20|;article \327\241\327\242\327\231\327\243 \327\221 "
             "|\327\241\327\242\327\231\327\243 \327\221;" },
    { "cmn_hans", "" },
    { "tur", "" },
  };
  g_autoptr (ParaphStructure) english = read_declaration ("eng");

  if (english == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_autoptr (ParaphStructure) other = read_declaration (languages[i][0]);
      g_autofree char *found = list_between (english, other);

      g_assert_cmpstr (found, ==, languages[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/concordance/names-what-is-missing", test_names_what_is_missing);
  g_test_add_func ("/concordance/reads-other-digits", test_reads_other_digits);
  g_test_add_func ("/concordance/reads-treaties", test_reads_treaties);
  g_test_add_func ("/concordance/names-the-final-act", test_names_the_final_act);
  g_test_add_func ("/concordance/reads-every-script", test_reads_every_script);
  return g_test_run ();
}
