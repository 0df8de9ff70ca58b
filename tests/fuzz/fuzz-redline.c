/* Two texts, cut apart at the first byte 0x1e: the redline is lossless, the alignment one to one,
 * every word of the lineage has an owner, and no comparison of languages or proposals fails. */

#include <string.h>

#include "crypto/start.h"
#include "negotiation/alignment.h"
#include "negotiation/collision.h"
#include "negotiation/concordance.h"
#include "negotiation/lineage.h"
#include "tests/negotiation/redline-test.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_alignment (const ParaphStructure *old, const ParaphStructure *new)
{
  g_autoptr (ParaphAlignment) alignment = paraph_alignment_new (old, new);

  for (guint i = 1; i <= alignment->n_old; i++)
    g_assert (alignment->new_of[i] == 0 || alignment->old_of[alignment->new_of[i]] == i);
  for (guint j = 1; j <= alignment->n_new; j++)
    g_assert (alignment->old_of[j] == 0 || alignment->new_of[alignment->old_of[j]] == j);
}

static void
check_lineage (GBytes *old, GBytes *new)
{
  g_autoptr (ParaphLineage) lineage = paraph_lineage_new ();
  const ParaphLineageVersion *last = NULL;
  ParaphId first = { { 1 } }, second = { { 2 } };
  gsize at = 0;

  (void) paraph_lineage_add (lineage, &first, NULL, 0, old);
  (void) paraph_lineage_add (lineage, &second, &first, 1, new);
  last = paraph_lineage_get (lineage, 1);
  for (guint i = 0; i < last->owned->len; i++)
    {
      const ParaphOwned *one = &g_array_index (last->owned, ParaphOwned, i);

      g_assert (one->span.start == at && one->span.end > at && one->version < 2);
      at = one->span.end;
    }
  g_assert (at == last->structure->size);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *cut = size == 0 ? NULL : memchr (data, 0x1e, size);
  size_t first = cut == NULL ? size / 2 : (size_t) (cut - data);
  size_t second = cut == NULL ? first : first + 1;
  g_autoptr (GBytes) old = g_bytes_new (data, first);
  g_autoptr (GBytes) new = g_bytes_new (data + second, size - second);
  g_autoptr (ParaphStructure) one = NULL;
  g_autoptr (ParaphStructure) other = NULL;
  g_autoptr (ParaphRedline) redline = NULL;

  g_assert (paraph_crypto_start () == 0);
  one = paraph_structure_new (old);
  other = paraph_structure_new (new);
  redline = paraph_redline_new (one, other);
  assert_lossless (redline);
  check_alignment (one, other);
  check_lineage (old, new);
  g_ptr_array_unref (paraph_concordance_list (one, other));
  g_array_unref (paraph_collision_list (one, other, one));
  return 0;
}
