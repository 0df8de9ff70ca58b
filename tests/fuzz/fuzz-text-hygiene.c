/* Hygiene of any bytes: findings lie in the text, in its order, and each can be told. */

#include "negotiation/text-hygiene.h"
#include "tests/support/text-check.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) text = g_bytes_new (data, size);
  g_autoptr (ParaphStructure) structure = paraph_structure_new (text);
  g_autoptr (GArray) findings = paraph_hygiene_check (structure);
  gboolean is_valid = size == 0 || g_utf8_validate_len ((const char *) data, size, NULL);
  gsize before = 0;

  for (guint i = 0; i < findings->len; i++)
    {
      const ParaphHygieneFinding *finding = &g_array_index (findings, ParaphHygieneFinding, i);
      g_autofree char *detail = paraph_hygiene_dup_detail (structure, finding);

      g_assert_true (g_utf8_validate (detail, -1, NULL));
      text_check_span (finding->span, (ParaphSpan){ before, size });
      g_assert_true (finding->kind != PARAPH_HYGIENE_INVALID_UTF8 || !is_valid);
      before = finding->span.start;
    }
  return 0;
}
