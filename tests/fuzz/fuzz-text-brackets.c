/* The brackets of a text: nothing is lost, what is unbalanced is damage, edits keep to their
 * span, and counts agree with the text. */

#include "negotiation/text-bracket-count.h"
#include "negotiation/text-streamline.h"
#include "tests/support/text-check.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) text = g_bytes_new (data, size);
  g_autoptr (ParaphStructure) structure = paraph_structure_new (text);
  g_autoptr (ParaphBrackets) brackets = paraph_brackets_new (structure, NULL);
  g_autoptr (ParaphBracketCounts) counts = paraph_bracket_counts_new (structure);
  g_autoptr (ParaphStreamline) same = paraph_streamline_new (brackets, brackets);
  g_autoptr (GPtrArray) statuses = paraph_brackets_list_statuses (brackets);

  text_check_brackets (brackets);
  g_assert_cmpuint (same->words->len, ==, 0);
  g_assert_cmpuint (statuses->len, ==, structure->provisions->len);
  g_assert_true (counts->all.open != counts->all.close
                 || counts->stray_closers == counts->open_openers);
  return 0;
}
