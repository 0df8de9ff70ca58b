/* The structure of a text: its provisions and gaps, joined, are the input. */

#include "negotiation/text-structure.h"
#include "tests/support/text-check.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) text = g_bytes_new (data, size);
  g_autoptr (ParaphStructure) structure = paraph_structure_new (text);

  text_check_structure (structure);
  for (guint i = 1; i <= structure->provisions->len; i++)
    {
      g_autofree char *label =
          paraph_structure_dup_label (structure, paraph_structure_get (structure, i));

      g_assert_true (label == NULL || g_utf8_validate (label, -1, NULL));
    }
  return 0;
}
