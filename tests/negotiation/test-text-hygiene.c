#include "negotiation/text-hygiene.h"
#include "tests/negotiation/text-test.h"
#include "tests/support/text-check.h"

static const struct
{
  const char *text;
  const char *kinds; /* in order, a space behind each */
  const char *detail;
} cases[] = {
  { "Plain words, 1.75 and 20 l of fuel.", "", NULL },
  { "turned \342\200\256back\342\200\254", "bidi-control bidi-control ",
    "U+202E RIGHT-TO-LEFT OVERRIDE" },
  { "pay\342\200\213ment", "invisible ", "U+200B ZERO WIDTH SPACE" },
  { "soft\302\255hyphen", "invisible ", "U+00AD SOFT HYPHEN" },
  { "می\342\200\214خواهم", "", NULL },
  { "x\342\200\214y", "invisible ", "U+200C ZERO WIDTH NON-JOINER" },
  { "the w\320\260rd", "mixed-scripts ", "Latin + Cyrillic: wаrd" },
  { "漢字かなカナABC", "", NULL },
  { "l.75 metres", "look-alike ", "a letter that looks like a digit: l.75" },
  { "paragraphs l (b)", "look-alike ", "a letter that looks like a digit: l" },
  { "in 1O5 cases", "look-alike ", "a letter that looks like a digit: 1O5" },
  { "l'article 5", "", NULL },
  { "1\331\2422 persons", "mixed-digits ", "U+0662 ARABIC-INDIC DIGIT TWO and 1 more bytes" },
  { "e\314\201t", "not-nfc ", "not in normalisation form C: e\314\201t" },
  { "q\314\201\314\202\314\203", "stacked-marks ", "U+0303 COMBINING TILDE" },
  { "bad \377\376 bytes", "invalid-utf-8 ", "2 bytes that are not UTF-8, the first 0xFF" },
  { "line\342\200\250break", "control ", "U+2028 LINE SEPARATOR" },
  { "tag\363\240\201\201", "invisible ", "U+E0041 TAG LATIN CAPITAL LETTER A" },
  { "שָׁלוֹם", "", NULL },
};

static void
lists_findings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_autoptr (ParaphStructure) structure = paraph_structure_new (text);
      g_autoptr (GArray) findings = paraph_hygiene_check (structure);
      g_autoptr (GString) kinds = g_string_new (NULL);

      g_test_message ("%s", cases[i].text);
      for (guint j = 0; j < findings->len; j++)
        {
          const ParaphHygieneFinding *finding = &g_array_index (findings, ParaphHygieneFinding, j);
          g_autofree char *detail = paraph_hygiene_dup_detail (structure, finding);

          g_string_append_printf (kinds, "%s ", paraph_hygiene_kind_get_word (finding->kind));
          g_assert_cmpuint (finding->provision, ==, 1);
          if (j == 0)
            g_assert_cmpstr (detail, ==, cases[i].detail);
        }
      g_assert_cmpstr (kinds->str, ==, cases[i].kinds);
    }
}

static void
finds_real_look_alikes (void)
{
  g_autoptr (GBytes) text = text_test_load_shared ("history-atp/atp-2014-11-13.md");
  g_autoptr (ParaphStructure) structure = NULL;
  g_autoptr (GArray) findings = NULL;
  guint n_found = 0;

  if (text == NULL)
    return;
  structure = paraph_structure_new (text);
  findings = paraph_hygiene_check (structure);
  for (guint i = 0; i < findings->len; i++)
    {
      const ParaphHygieneFinding *finding = &g_array_index (findings, ParaphHygieneFinding, i);
      guint line = paraph_structure_get_line (structure, finding->span.start);

      n_found += finding->kind == PARAPH_HYGIENE_LOOK_ALIKE && (line == 433 || line == 508);
    }
  g_assert_cmpuint (n_found, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-hygiene/lists-findings", lists_findings);
  g_test_add_func ("/text-hygiene/finds-real-look-alikes", finds_real_look_alikes);
  return g_test_run ();
}
