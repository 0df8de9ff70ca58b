/* Identity: provisions keep theirs through renumbering, moves, splits, merges and edits. */

#include <glib.h>

#include "negotiation/alignment.h"
#include "negotiation/lineage.h"
#include "tests/negotiation/redline-test.h"

#define ARTICLES 24
#define WORDS 700

/* One provision of a text that the test writes; tag: which one it is. */
typedef struct
{
  guint tag;
  guint part_of; /* the tag of what it was split from, or 0 */
  gboolean is_article;
  gboolean is_rewritten;
  GString *words;
} Made;

static void
made_free (gpointer data)
{
  Made *self = data;

  g_string_free (self->words, TRUE);
  g_free (self);
}

static void
add_words (GRand *rand, GString *words, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      /* Few words are frequent and many rare, as in a treaty. */
      guint32 rank = (guint32) (WORDS * g_rand_double (rand) * g_rand_double (rand));

      g_string_append_printf (words, "%s%c%c%u", i == 0 ? "" : " ", 'b' + (gint) (rank % 20),
                              "aeiou"[rank % 5], rank);
    }
}

static Made *
make (GRand *rand, guint tag, gboolean is_article)
{
  Made *self = g_new0 (Made, 1);

  self->tag = tag;
  self->is_article = is_article;
  self->words = g_string_new (NULL);
  add_words (rand, self->words,
             (guint) g_rand_int_range (rand, is_article ? 2 : 8, is_article ? 5 : 60));
  return self;
}

static Made *
copy (const Made *made)
{
  Made *self = g_memdup2 (made, sizeof *made);

  self->words = g_string_new (made->words->str);
  return self;
}

static GPtrArray *
make_text (GRand *rand)
{
  GPtrArray *text = g_ptr_array_new_with_free_func (made_free);
  guint tag = 0;

  for (guint i = 0; i < ARTICLES; i++)
    {
      g_ptr_array_add (text, make (rand, ++tag, TRUE));
      for (gint n = g_rand_int_range (rand, 2, 7); n > 0; n--)
        g_ptr_array_add (text, make (rand, ++tag, FALSE));
    }
  return text;
}

static GBytes *
write_text (const GPtrArray *text, guint first_number)
{
  GString *bytes = g_string_new (NULL);
  guint article = first_number, paragraph = 0;

  for (guint i = 0; i < text->len; i++)
    {
      const Made *made = g_ptr_array_index (text, i);

      if (made->is_article)
        {
          g_string_append_printf (bytes, "## Article %u %s\n\n", article++, made->words->str);
          paragraph = 0;
        }
      else
        g_string_append_printf (bytes, "%u. %s.\n\n", ++paragraph, made->words->str);
    }
  return g_string_free_to_bytes (bytes);
}

/* Replaces about percent of the words. */
static void
edit (GRand *rand, Made *made, gint percent)
{
  g_auto (GStrv) words = g_strsplit (made->words->str, " ", -1);

  g_string_truncate (made->words, 0);
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (made->words, ' ');
      if (g_rand_int_range (rand, 0, 100) < percent)
        add_words (rand, made->words, 1);
      else
        g_string_append (made->words, words[i]);
    }
}

/* The index after the last paragraph of the article at index. */
static guint
end_of_article (const GPtrArray *text, guint index)
{
  guint end = index + 1;

  while (end < text->len && !((const Made *) g_ptr_array_index (text, end))->is_article)
    end++;
  return end;
}

static guint
pick (GRand *rand, const GPtrArray *text, gboolean is_article)
{
  for (;;)
    {
      guint i = (guint) g_rand_int_range (rand, 0, (gint32) text->len);

      if (((const Made *) g_ptr_array_index (text, i))->is_article == is_article)
        return i;
    }
}

static void
move_article (GRand *rand, GPtrArray *text)
{
  guint from = pick (rand, text, TRUE);
  guint end = end_of_article (text, from);
  g_autoptr (GPtrArray) taken = g_ptr_array_new ();
  guint to;

  for (guint i = from; i < end; i++)
    g_ptr_array_add (taken, g_ptr_array_steal_index (text, from));
  to = pick (rand, text, TRUE);
  for (guint i = 0; i < taken->len; i++)
    g_ptr_array_insert (text, (gint) (to + i), g_ptr_array_index (taken, i));
}

/* The first part keeps the identity: it is the longer one. */
static void
split (GRand *rand, GPtrArray *text)
{
  guint index = pick (rand, text, FALSE);
  Made *made = g_ptr_array_index (text, index);
  gsize at = made->words->len * 2 / 3;
  const char *space = strchr (made->words->str + at, ' ');
  Made *part;

  if (space == NULL || made->words->len < 120)
    return;
  part = copy (made);
  part->part_of = made->tag;
  part->tag = 0;
  g_string_erase (part->words, 0, space + 1 - made->words->str);
  g_string_truncate (made->words, (gsize) (space - made->words->str));
  g_ptr_array_insert (text, (gint) index + 1, part);
}

static void
insert (GRand *rand, GPtrArray *text)
{
  g_ptr_array_insert (text, (gint) pick (rand, text, FALSE), make (rand, 0, FALSE));
}

static void
change_text (GRand *rand, GPtrArray *text)
{
  for (guint i = 0; i < 2; i++)
    move_article (rand, text);
  for (guint i = 0; i < 3; i++)
    {
      split (rand, text);
      insert (rand, text);
    }
  g_ptr_array_remove_index (text, pick (rand, text, FALSE));
  for (guint i = 0; i < 12; i++)
    edit (rand, g_ptr_array_index (text, pick (rand, text, FALSE)), 25);
}

/* Counts how many of the provisions kept their identity, and how many were given another's. */
static void
count (const GPtrArray *old, const GPtrArray *new, const ParaphAlignment *alignment, guint *kept,
       guint *all, guint *wrong)
{
  g_assert_cmpuint (alignment->n_old, ==, old->len);
  g_assert_cmpuint (alignment->n_new, ==, new->len);
  for (guint j = 1; j <= new->len; j++)
    {
      const Made *made = g_ptr_array_index (new, j - 1);
      guint found = alignment->old_of[j];
      guint tag = found == 0 ? 0 : ((const Made *) g_ptr_array_index (old, found - 1))->tag;

      if (found != 0)
        g_assert_cmpuint (alignment->new_of[found], ==, j);
      *wrong += tag != 0 && tag != made->tag ? 1 : 0;
      if (made->tag == 0)
        continue;
      *all += 1;
      *kept += tag == made->tag ? 1 : 0;
    }
}

static GPtrArray *
copy_text (const GPtrArray *text)
{
  GPtrArray *other = g_ptr_array_new_with_free_func (made_free);

  for (guint i = 0; i < text->len; i++)
    g_ptr_array_add (other, copy (g_ptr_array_index (text, i)));
  return other;
}

static ParaphAlignment *
align (GBytes *old, GBytes *new, ParaphStructure *texts[2])
{
  texts[0] = paraph_structure_new (old);
  texts[1] = paraph_structure_new (new);
  return paraph_alignment_new (texts[0], texts[1]);
}

static void
test_keeps_identity_through_changes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (23);
  guint kept = 0, all = 0, wrong = 0;

  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (GPtrArray) old = make_text (rand);
      g_autoptr (GPtrArray) new = copy_text (old);
      g_autoptr (GBytes) one = write_text (old, 1);
      g_autoptr (GBytes) other = NULL;
      ParaphStructure *texts[2];
      g_autoptr (ParaphAlignment) alignment = NULL;

      change_text (rand, new);
      other = write_text (new, 1);
      alignment = align (one, other, texts);
      count (old, new, alignment, &kept, &all, &wrong);
      paraph_structure_free (texts[0]);
      paraph_structure_free (texts[1]);
    }
  g_test_message ("%u of %u kept, %u wrong", kept, all, wrong);
  g_assert_cmpuint (kept * 100, >=, all * 98);
  g_assert_cmpuint (wrong * 500, <=, all);
}

/* Every label is another: nobody is mistaken. */
static void
test_looks_through_labels (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (29);

  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (GPtrArray) old = make_text (rand);
      g_autoptr (GBytes) one = write_text (old, 1);
      g_autoptr (GBytes) other = write_text (old, 2);
      ParaphStructure *texts[2];
      g_autoptr (ParaphAlignment) alignment = align (one, other, texts);
      guint kept = 0, all = 0, wrong = 0;

      count (old, old, alignment, &kept, &all, &wrong);
      g_assert_cmpuint (wrong, ==, 0);
      g_assert_cmpuint (kept, ==, all);
      for (guint j = 1; j <= alignment->n_new; j++)
        g_assert_false (alignment->is_moved[j]);
      paraph_structure_free (texts[0]);
      paraph_structure_free (texts[1]);
    }
}

static void
test_names_parts (void)
{
  static const char old[] =
      "1. The parties shall withdraw all armed units from the river zone. The mission "
      "shall count every unit that leaves by the northern bridge.\n\n"
      "2. Prisoners are released under the care of the agency.\n\n"
      "3. Remains are returned with dignity.\n";
  static const char new[] = "1. The parties shall withdraw all armed units from the river zone.\n\n"
                            "2. The mission shall count every unit that leaves by the northern "
                            "bridge.\n\n"
                            "3. Prisoners are released under the care of the agency. Remains are "
                            "returned with dignity.\n";
  g_autoptr (GBytes) one = g_bytes_new_static (old, sizeof old - 1);
  g_autoptr (GBytes) other = g_bytes_new_static (new, sizeof new - 1);
  ParaphStructure *texts[2];
  g_autoptr (ParaphAlignment) alignment = align (one, other, texts);

  g_assert_cmpuint (alignment->old_of[1] + alignment->old_of[2], ==, 1);
  g_assert_cmpuint (alignment->split_from[1] + alignment->split_from[2], ==, 1);
  g_assert_cmpuint (alignment->old_of[3], ==, 2);
  g_assert_cmpuint (alignment->merged_into[3], ==, 3);
  paraph_structure_free (texts[0]);
  paraph_structure_free (texts[1]);
}

static void
set_id (ParaphId *id, guint8 byte)
{
  memset (id->bytes, byte, sizeof id->bytes);
}

static void
test_follows_names_and_words (void)
{
  static const char *const texts[] = {
    "# Truce\n\n1. Fire ceases at noon on the river.\n\n2. Prisoners go home by the bridge.\n",
    "# Truce\n\n1. Prisoners go home by the bridge.\n\n2. Fire ceases at dawn on the river.\n",
    "# Truce\n\n1. Fire ceases at noon on the river.\n\n2. Prisoners go home at once by the bridge.\n",
    "# Truce\n\n1. Prisoners go home at once by the bridge.\n\n2. Fire ceases at dawn on the river.\n",
  };
  static const guint8 parents[][2] = { { 0, 0 }, { 1, 0 }, { 1, 0 }, { 2, 3 } };
  g_autoptr (ParaphLineage) lineage = paraph_lineage_new ();
  const ParaphLineageVersion *last = NULL;
  g_autofree char *words = NULL;
  GString *owners = g_string_new (NULL);
  char name[PARAPH_LINEAGE_NAME_SIZE];

  for (guint8 i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (texts[i], strlen (texts[i]));
      ParaphId id, before[2];

      set_id (&id, (guint8) (i + 1));
      set_id (&before[0], parents[i][0]);
      set_id (&before[1], parents[i][1]);
      g_assert_cmpuint (paraph_lineage_add (lineage, &id, before, 2, text), ==, i);
    }
  last = paraph_lineage_get (lineage, 3);
  g_assert_cmpuint (last->n_parents, ==, 2);
  for (guint i = 0; i < last->owned->len; i++)
    {
      const ParaphOwned *one = &g_array_index (last->owned, ParaphOwned, i);

      if (one->version != 0)
        g_string_append_printf (owners, "%u:%.*s;", one->version,
                                (int) (one->span.end - one->span.start),
                                last->structure->bytes + one->span.start);
    }
  words = g_string_free (owners, FALSE);
  g_test_message ("%s", words);
  g_assert_nonnull (strstr (words, "1:dawn"));
  g_assert_nonnull (strstr (words, "2:at once "));
  paraph_lineage_get_name (lineage, 3, 2, name);
  g_assert_cmpstr (name, ==, "0101010101010101:3");
  g_assert_cmpuint (paraph_lineage_find_ordinal (lineage, 3, "0101010101010101:2"), ==, 3);
  g_assert_cmpuint (paraph_lineage_find_ordinal (lineage, 0, "0101010101010101:2"), ==, 2);
}

static void
test_blames_the_drafts_of_a_protocol (void)
{
  g_autoptr (ParaphLineage) lineage = paraph_lineage_new ();
  const ParaphLineageVersion *last = NULL;
  gsize at = 0;
  gboolean has_first = FALSE, has_last = FALSE;

  for (guint8 i = 0; i <= 10; i++)
    {
      g_autofree char *path =
          g_strdup_printf ("history-mls-draft/draft-ietf-mls-protocol-%02u.md", i);
      g_autoptr (ParaphStructure) text = structure_of_file (path);
      ParaphId id, before;

      if (text == NULL)
        return;
      set_id (&id, (guint8) (i + 1));
      set_id (&before, i);
      (void) paraph_lineage_add (lineage, &id, &before, 1, text->text);
    }
  last = paraph_lineage_get (lineage, 10);
  for (guint i = 0; i < last->owned->len; i++)
    {
      const ParaphOwned *one = &g_array_index (last->owned, ParaphOwned, i);

      g_assert_cmpuint (one->span.start, ==, at);
      at = one->span.end;
      has_first = has_first || one->version == 0;
      has_last = has_last || one->version == 10;
    }
  g_assert_cmpuint (at, ==, last->structure->size);
  g_assert_true (has_first && has_last);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alignment/keeps-identity-through-changes",
                   test_keeps_identity_through_changes);
  g_test_add_func ("/alignment/looks-through-labels", test_looks_through_labels);
  g_test_add_func ("/alignment/names-parts", test_names_parts);
  g_test_add_func ("/lineage/follows-names-and-words", test_follows_names_and_words);
  g_test_add_func ("/lineage/blames-the-drafts-of-a-protocol",
                   test_blames_the_drafts_of_a_protocol);
  return g_test_run ();
}
