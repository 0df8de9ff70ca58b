#include "negotiation/text-edit.h"
#include "tests/support/text-check.h"

typedef enum
{
  RESOLVE,
  ADD,
  BRACKET,
  UNBRACKET
} Verb;

typedef struct
{
  Verb verb;
  const char *text;
  guint first; /* choice, bracket, or where the span begins */
  guint second;
  const char *wording;
  ParaphEditOutcome outcome;
  const char *edited;
} Case;

static const Case cases[] = {
  { RESOLVE, "A [b][c] d", 1, 2, NULL, PARAPH_EDIT_DONE, "A c d" },
  { RESOLVE, "A [b][c] d", 1, 0, NULL, PARAPH_EDIT_DONE, "A  d" },
  { RESOLVE, "A [UA: b | c] d", 1, 1, NULL, PARAPH_EDIT_DONE, "A b d" },
  { RESOLVE, "A [b | No text] d", 1, 2, NULL, PARAPH_EDIT_DONE, "A  d" },
  { RESOLVE, "A [b [c] d] e", 2, 1, NULL, PARAPH_EDIT_DONE, "A [b c d] e" },
  { RESOLVE, "x\n\n**Option 1:** a\n\n**Option 2:** b\n\ny", 1, 2, NULL, PARAPH_EDIT_DONE,
    "x\n\nb\n\ny" },
  { RESOLVE, "A [b", 1, 1, NULL, PARAPH_EDIT_NO_SUCH_CHOICE, NULL },
  { RESOLVE, "A [b]", 1, 2, NULL, PARAPH_EDIT_NO_SUCH_ALTERNATIVE, NULL },
  { ADD, "A [b] d", 1, 0, "c", PARAPH_EDIT_DONE, "A [b | c] d" },
  { ADD, "A [b][c] d", 1, 0, "e [f]", PARAPH_EDIT_DONE, "A [b][c][e [f]] d" },
  { ADD, "  Option 1: a\n", 1, 0, "b", PARAPH_EDIT_DONE, "  Option 1: a\n\n  Option 2: b\n" },
  { ADD, "A [b] d", 1, 0, "c]", PARAPH_EDIT_UNBALANCED, NULL },
  { ADD, "A [b] d", 1, 0, "c | e", PARAPH_EDIT_BAD_WORDING, NULL },
  { ADD, "A [b] d", 1, 0, "c\n\ne", PARAPH_EDIT_BAD_WORDING, NULL },
  { BRACKET, "1. A b c", 5, 6, NULL, PARAPH_EDIT_DONE, "1. A [b] c" },
  { BRACKET, "1. A b c", 0, 4, NULL, PARAPH_EDIT_NOT_ONE_PARAGRAPH, NULL },
  { BRACKET, "a\n\nb", 0, 4, NULL, PARAPH_EDIT_NOT_ONE_PARAGRAPH, NULL },
  { BRACKET, "a [b] c", 0, 4, NULL, PARAPH_EDIT_UNBALANCED, NULL },
  { BRACKET, "été", 0, 1, NULL, PARAPH_EDIT_NOT_ONE_PARAGRAPH, NULL },
  { UNBRACKET, "A [b [c]] d", 1, 0, NULL, PARAPH_EDIT_DONE, "A b [c] d" },
  { UNBRACKET, "A [b][c] d", 1, 0, NULL, PARAPH_EDIT_SEVERAL, NULL },
  { UNBRACKET, "A b] d", 1, 0, NULL, PARAPH_EDIT_NO_SUCH_CHOICE, NULL },
};

static ParaphEditOutcome
edit (const Case *one, const ParaphBrackets *brackets, GBytes **ret_text)
{
  switch (one->verb)
    {
    case RESOLVE:
      return paraph_edit_resolve (brackets, one->first, one->second, ret_text);
    case ADD:
      return paraph_edit_add_alternative (brackets, one->first, one->wording, NULL, ret_text);
    case BRACKET:
      return paraph_edit_bracket (brackets, (ParaphSpan){ one->first, one->second }, NULL,
                                  ret_text);
    case UNBRACKET:
      return paraph_edit_unbracket (brackets, one->first, ret_text);
    }
  g_assert_not_reached ();
}

static void
edits_one_span (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (cases[i].text, strlen (cases[i].text));
      g_autoptr (ParaphStructure) structure = paraph_structure_new (text);
      g_autoptr (ParaphBrackets) brackets = paraph_brackets_new (structure, NULL);
      g_autoptr (GBytes) edited = NULL;

      g_test_message ("%u: %s", i, cases[i].text);
      g_assert_cmpint (edit (&cases[i], brackets, &edited), ==, cases[i].outcome);
      if (cases[i].edited == NULL)
        g_assert_null (edited);
      else
        g_assert_cmpmem (g_bytes_get_data (edited, NULL), g_bytes_get_size (edited),
                         cases[i].edited, strlen (cases[i].edited));
    }
}

static void
names_supporters (void)
{
  static const char text[] = "A [b] d";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (ParaphStructure) structure = paraph_structure_new (bytes);
  g_autoptr (ParaphBrackets) brackets = paraph_brackets_new (structure, NULL);
  g_autoptr (GBytes) edited = NULL;
  static const char expected[] = "A [b | UA, FR: c] d";

  g_assert_cmpint (paraph_edit_add_alternative (brackets, 1, "c", "UA, FR", &edited), ==,
                   PARAPH_EDIT_DONE);
  g_assert_cmpmem (g_bytes_get_data (edited, NULL), g_bytes_get_size (edited), expected,
                   strlen (expected));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-edit/edits-one-span", edits_one_span);
  g_test_add_func ("/text-edit/names-supporters", names_supporters);
  return g_test_run ();
}
