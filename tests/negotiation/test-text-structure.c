#include "negotiation/text-structure.h"
#include "tests/negotiation/text-test.h"
#include "tests/support/text-check.h"

static const char articles[] = "---\n"
                               "title: Draft\n"
                               "---\n"
                               "\n"
                               "The Parties,\n"
                               "\n"
                               "## Article 1 *(terms)*\n"
                               "\n"
                               "1. \"Line\" means the line of contact;\n"
                               "2. [*Placeholder* for \"zone\";]\n"
                               "3. Each Party shall\n"
                               "12. May not be a number here.\n"
                               "\n"
                               "   (h) first;\n"
                               "\n"
                               "   (i) second.\n"
                               "\n"
                               "| a | b |\n"
                               "|---|---|\n"
                               "\n"
                               "[^1]: A note\n"
                               "[src]: https://example.org/x\n"
                               "***\n"
                               "### Annex B\n"
                               "1. Maps\n"
                               "- dash";

static void
names_kinds (void)
{
  static const struct
  {
    ParaphProvisionKind kind;
    const char *label;
    const char *wording;
    guint parent;
  } expected[] = {
    { PARAPH_PROVISION_PREAMBLE, NULL, "The Parties,", 0 },
    { PARAPH_PROVISION_ARTICLE, "Article 1", "Article 1 *(terms)*", 0 },
    { PARAPH_PROVISION_DEFINITION, "1", "\"Line\" means the line of contact;", 0 },
    { PARAPH_PROVISION_PLACEHOLDER, "2", "[*Placeholder* for \"zone\";]", 0 },
    { PARAPH_PROVISION_PARAGRAPH, "3", "Each Party shall", 0 },
    { PARAPH_PROVISION_PARAGRAPH, "12", "May not be a number here.", 0 },
    { PARAPH_PROVISION_POINT, "(h)", "first;", 6 },
    { PARAPH_PROVISION_POINT, "(i)", "second.", 6 },
    { PARAPH_PROVISION_TABLE, NULL, "| a | b | |---|---|", 0 },
    { PARAPH_PROVISION_FOOTNOTE, "[^1]", "A note", 0 },
    { PARAPH_PROVISION_HEADING, "Annex B", "Annex B", 0 },
    { PARAPH_PROVISION_ANNEX_ITEM, "1", "Maps", 0 },
    { PARAPH_PROVISION_POINT, NULL, "dash", 12 },
  };
  g_autoptr (GBytes) text = g_bytes_new_static (articles, strlen (articles));
  g_autoptr (ParaphStructure) structure = paraph_structure_new (text);

  text_check_structure (structure);
  g_assert_cmpuint (structure->provisions->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const ParaphProvision *provision = paraph_structure_get (structure, i + 1);
      g_autofree char *label = paraph_structure_dup_label (structure, provision);
      g_autofree char *wording = paraph_structure_dup_span (structure, provision->wording);

      g_assert_cmpstr (paraph_provision_kind_get_word (provision->kind), ==,
                       paraph_provision_kind_get_word (expected[i].kind));
      g_assert_cmpstr (label, ==, expected[i].label);
      g_assert_cmpstr (wording, ==, expected[i].wording);
      g_assert_cmpuint (provision->parent, ==, expected[i].parent);
    }
  g_assert_cmpint (g_array_index (structure->gaps, ParaphGap, 0).kind, ==, PARAPH_GAP_FRONT_MATTER);
  g_assert_cmpuint (paraph_structure_get (structure, 8)->label.numbers[0], ==, 9);
  g_assert_cmpuint (paraph_structure_get (structure, 3)->heading, ==, 2);
  g_assert_cmpuint (paraph_structure_get_line (structure, strlen (articles) - 1), ==, 26);
}

static void
reads_headings (void)
{
  static const struct
  {
    const char *text;
    ParaphLabelWord word;
    guint number;
    guint suffix;
    ParaphNumeral numeral;
  } expected[] = {
    { "Article 3 ter", PARAPH_LABEL_ARTICLE, 3, 3, PARAPH_NUMERAL_ARABIC },
    { "Article 2bis *(general)*", PARAPH_LABEL_ARTICLE, 2, 2, PARAPH_NUMERAL_ARABIC },
    { "[Article 3ter] *(x)*", PARAPH_LABEL_ARTICLE, 3, 3, PARAPH_NUMERAL_ARABIC },
    { "Article premier", PARAPH_LABEL_ARTICLE, 1, 0, PARAPH_NUMERAL_WORD },
    { "Article  59", PARAPH_LABEL_ARTICLE, 59, 0, PARAPH_NUMERAL_ARABIC },
    { "Стаття 30.", PARAPH_LABEL_ARTICLE, 30, 0, PARAPH_NUMERAL_ARABIC },
    { "المادة ٣", PARAPH_LABEL_ARTICLE, 3, 0, PARAPH_NUMERAL_ARABIC },
    { "סעיף יא.", PARAPH_LABEL_ARTICLE, 11, 0, PARAPH_NUMERAL_HEBREW },
    { "第三十条", PARAPH_LABEL_ARTICLE, 30, 0, PARAPH_NUMERAL_CHINESE },
    { "第十一条", PARAPH_LABEL_ARTICLE, 11, 0, PARAPH_NUMERAL_CHINESE },
    { "DEEL IV", PARAPH_LABEL_PART, 4, 0, PARAPH_NUMERAL_ROMAN },
    { "Annex C", PARAPH_LABEL_ANNEX, 3, 0, PARAPH_NUMERAL_LETTER },
    { "Annex I", PARAPH_LABEL_ANNEX, 1, 0, PARAPH_NUMERAL_ROMAN },
    { "XII. Title", PARAPH_LABEL_NUMBER, 12, 0, PARAPH_NUMERAL_ROMAN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      ParaphLabel label = { .n_numbers = 0 };
      ParaphSpan span = { 0, strlen (expected[i].text) };

      g_test_message ("%s", expected[i].text);
      g_assert_true (paraph_label_parse_heading (expected[i].text, span, &label));
      g_assert_cmpint (label.word, ==, expected[i].word);
      g_assert_cmpuint (label.numbers[0], ==, expected[i].number);
      g_assert_cmpuint (label.suffix, ==, expected[i].suffix);
      g_assert_cmpint (label.numeral, ==, expected[i].numeral);
    }
}

static void
reads_no_heading (void)
{
  static const char *const texts[] = { "таття 3.", "Articles 3", "Part of it",  "Article",
                                       "I think",  "Preamble",   "Article IIX", "" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      ParaphLabel label = { .n_numbers = 0 };

      g_test_message ("%s", texts[i]);
      g_assert_false (
          paraph_label_parse_heading (texts[i], (ParaphSpan){ 0, strlen (texts[i]) }, &label));
    }
}

static void
reads_items (void)
{
  static const struct
  {
    const char *text;
    guint n; /* 0: no item */
    guint numbers[2];
    guint suffix;
  } expected[] = {
    { "1. Text", 1, { 1, 0 }, 0 },          { "2 bis. Text", 1, { 2, 0 }, 2 },
    { "(a)(ii) text", 2, { 1, 2 }, 0 },     { "(17ter) [The Funds", 1, { 17, 0 }, 3 },
    { "3.3ter Developed", 2, { 3, 3 }, 3 }, { "b) text", 1, { 2, 0 }, 0 },
    { "IV. Text", 1, { 4, 0 }, 0 },         { "3.5 per cent", 0, { 0, 0 }, 0 },
    { "1990. A year", 0, { 0, 0 }, 0 },     { "1.Text", 0, { 0, 0 }, 0 },
    { "A party", 0, { 0, 0 }, 0 },          { "(see above)", 0, { 0, 0 }, 0 },
    { "1234567. Text", 0, { 0, 0 }, 0 },    { "(a", 0, { 0, 0 }, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      ParaphLabel label = { .n_numbers = 0 };
      ParaphSpan span = { 0, strlen (expected[i].text) };
      gboolean is_item = paraph_label_parse_item (expected[i].text, span, &label);

      g_test_message ("%s", expected[i].text);
      g_assert_cmpint (is_item, ==, expected[i].n > 0);
      g_assert_cmpuint (label.n_numbers, ==, expected[i].n);
      g_assert_cmpuint (label.suffix, ==, expected[i].suffix);
      for (guint j = 0; j < expected[i].n; j++)
        g_assert_cmpuint (label.numbers[j], ==, expected[i].numbers[j]);
    }
}

static void
keeps_invalid_bytes (void)
{
  static const char bytes[] = "good\n\nbad \xff\xfe\n\nnul \0 here\n";
  g_autoptr (GBytes) text = g_bytes_new_static (bytes, sizeof bytes - 1);
  g_autoptr (ParaphStructure) structure = paraph_structure_new (text);

  text_check_structure (structure);
  g_assert_cmpuint (structure->provisions->len, ==, 3);
  g_assert_true (paraph_structure_get (structure, 1)->is_valid);
  g_assert_false (paraph_structure_get (structure, 2)->is_valid);
  g_assert_false (paraph_structure_get (structure, 3)->is_valid);
}

static void
keeps_real_texts (void)
{
  g_autoptr (GPtrArray) paths = text_test_list_files ();

  for (guint i = 0; paths != NULL && i < paths->len; i++)
    {
      g_autoptr (GBytes) text = text_test_load (g_ptr_array_index (paths, i));
      g_autoptr (ParaphStructure) structure = paraph_structure_new (text);
      g_autoptr (ParaphBrackets) brackets = paraph_brackets_new (structure, NULL);

      text_check_structure (structure);
      text_check_brackets (brackets);
    }
}

static void
counts_real_articles (void)
{
  static const struct
  {
    const char *name;
    guint articles;
  } expected[] = {
    { "peace-treaties/cambodia-paris-1991.nl.md", 44 },
    { "peace-treaties/japan-1951.en.md", 27 },
    { "peace-treaties/japan-1951.nl.md", 27 },
    { "peace-treaties/un-charter.en.md", 111 },
    { "peace-treaties/un-charter.nl.md", 111 },
    { "peace-treaties/vclt.en.md", 85 },
    { "peace-treaties/vclt.nl.md", 85 },
    { "cop21-bracketed/v1-2015-10-23.md", 30 },
    { "cop21-bracketed/v2-2015-12-04.md", 30 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (GBytes) text = text_test_load_shared (expected[i].name);
      g_autoptr (ParaphStructure) structure = NULL;
      guint n = 0;

      if (text == NULL)
        return;
      structure = paraph_structure_new (text);
      for (guint j = 1; j <= structure->provisions->len; j++)
        n += paraph_structure_get (structure, j)->kind == PARAPH_PROVISION_ARTICLE ? 1 : 0;
      g_assert_cmpuint (n, ==, expected[i].articles);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-structure/names-kinds", names_kinds);
  g_test_add_func ("/text-structure/reads-headings", reads_headings);
  g_test_add_func ("/text-structure/reads-no-heading", reads_no_heading);
  g_test_add_func ("/text-structure/reads-items", reads_items);
  g_test_add_func ("/text-structure/keeps-invalid-bytes", keeps_invalid_bytes);
  g_test_add_func ("/text-structure/keeps-real-texts", keeps_real_texts);
  g_test_add_func ("/text-structure/counts-real-articles", counts_real_articles);
  return g_test_run ();
}
