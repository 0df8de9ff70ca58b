/* Two sequences: what is kept is common to both, small parts are exact, hostile ones end. */

#include <glib.h>
#include <string.h>

#include "negotiation/sequence.h"

typedef struct
{
  guint32 *elements;
  guint8 *kept;
  guint32 n;
} Row;

static Row
row_new (guint32 n)
{
  Row self = { g_new0 (guint32, (gsize) n + 1), g_new0 (guint8, (gsize) n + 1), n };

  return self;
}

static void
row_clear (Row *self)
{
  g_free (self->elements);
  g_free (self->kept);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

/* How many are kept; the kept ones are the same on both sides. */
static guint32
compare (Row *old, Row *new, guint32 n_ids)
{
  ParaphSequence one = { old->elements, old->n, old->kept };
  ParaphSequence other = { new->elements, new->n, new->kept };
  guint32 n_kept = 0, j = 0;

  paraph_sequence_compare (&one, &other, n_ids);
  for (guint32 i = 0; i < old->n; i++)
    {
      if (old->kept[i] == 0)
        continue;
      while (j < new->n &&new->kept[j] == 0)
        j++;
      g_assert_cmpuint (j, <, new->n);
      g_assert_cmpuint (old->elements[i], ==, new->elements[j]);
      j++;
      n_kept++;
    }
  while (j < new->n &&new->kept[j] == 0)
    j++;
  g_assert_cmpuint (j, ==, new->n);
  return n_kept;
}

/* The longest common subsequence by the textbook's table. */
static guint32
count_common (const Row *old, const Row *new)
{
  g_autofree guint32 *table = g_new0 (guint32, (gsize) (old->n + 1) * (new->n + 1));
  guint32 width = new->n + 1;

  for (guint32 i = 1; i <= old->n; i++)
    for (guint32 j = 1; j <= new->n; j++)
      if (old->elements[i - 1] == new->elements[j - 1])
        table[i * width + j] = table[(i - 1) * width + j - 1] + 1;
      else
        table[i * width + j] = MAX (table[(i - 1) * width + j], table[i * width + j - 1]);
  return table[old->n * width + new->n];
}

static void
test_is_exact_on_small_ones (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 20000; round++)
    {
      guint32 n_ids = (guint32) g_rand_int_range (rand, 1, 8);
      g_auto (Row) old = row_new ((guint32) g_rand_int_range (rand, 0, 24));
      g_auto (Row) new = row_new ((guint32) g_rand_int_range (rand, 0, 24));

      for (guint32 i = 0; i < old.n; i++)
        old.elements[i] = (guint32) g_rand_int_range (rand, 0, (gint32) n_ids);
      for (guint32 i = 0; i < new.n; i++)
        new.elements[i] = (guint32) g_rand_int_range (rand, 0, (gint32) n_ids);
      g_assert_cmpuint (compare (&old, &new, n_ids), ==, count_common (&old, &new));
    }
}

static void
test_finds_few_changes_in_much (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  g_auto (Row) old = row_new (200000);
  g_auto (Row) new = row_new (200000);
  guint32 changed = 0;

  for (guint32 i = 0; i < old.n; i++)
    {
      old.elements[i] = new.elements[i] = (guint32) g_rand_int_range (rand, 0, 3000);
      if (g_rand_int_range (rand, 0, 40) != 0)
        continue;
      new.elements[i] = (guint32) g_rand_int_range (rand, 3000, 4000);
      changed++;
    }
  g_assert_cmpuint (compare (&old, &new, 4000), >=, 200000 - changed);
}

/* Random words of a small alphabet: no anchor anywhere, and a long shortest script. */
static void
test_ends_on_hostile_ones (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (13);

  for (gint32 n_ids = 2; n_ids <= 512; n_ids *= 4)
    {
      g_auto (Row) old = row_new (300000);
      g_auto (Row) new = row_new (300000);

      for (guint32 i = 0; i < old.n; i++)
        {
          old.elements[i] = (guint32) g_rand_int_range (rand, 0, n_ids);
          new.elements[i] = (guint32) g_rand_int_range (rand, 0, n_ids);
        }
      (void) compare (&old, &new, (guint32) n_ids);
    }
}

static void
test_rises (void)
{
  static const guint32 values[] = { 5, 1, 4, 2, 3, 9, 7, 8 };
  guint32 n = 0;
  g_autofree guint32 *chain = paraph_sequence_rising (values, G_N_ELEMENTS (values), &n);

  g_assert_cmpuint (n, ==, 5);
  for (guint32 i = 1; i < n; i++)
    g_assert_cmpuint (values[chain[i - 1]], <, values[chain[i]]);
  g_assert_null (paraph_sequence_rising (NULL, 0, &n));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sequence/is-exact-on-small-ones", test_is_exact_on_small_ones);
  g_test_add_func ("/sequence/finds-few-changes-in-much", test_finds_few_changes_in_much);
  g_test_add_func ("/sequence/ends-on-hostile-ones", test_ends_on_hostile_ones);
  g_test_add_func ("/sequence/rises", test_rises);
  return g_test_run ();
}
