/* What a cover note does not say, and where two proposals collide. */

#include <glib.h>

#include "negotiation/claims.h"
#include "negotiation/collision.h"
#include "tests/negotiation/redline-test.h"

static const char base[] = "# Truce\n\n"
                           "## Article 4 Withdrawal\n\nThe parties shall withdraw in 30 days.\n\n"
                           "## Article 9 Monitoring\n\nThe mission reports each week.\n\n"
                           "The mission has free passage.\n";

static ParaphStructure *
text_of (const char *text)
{
  return structure_of (text, strlen (text));
}

/* The undeclared changes as "old>new;", with the claimed provision of the base. */
static char *
list_undeclared (const char *changed, guint claimed)
{
  g_autoptr (ParaphStructure) one = text_of (base);
  g_autoptr (ParaphStructure) other = text_of (changed);
  g_autoptr (ParaphRedline) redline = paraph_redline_new (one, other);
  g_autoptr (ParaphClaims) claims = paraph_claims_new (redline);
  g_autoptr (GArray) found = NULL;
  GString *line = g_string_new (NULL);

  if (claimed != 0)
    claims->old[claimed] = TRUE;
  found = paraph_claims_list_undeclared (claims, redline);
  for (guint i = 0; i < found->len; i++)
    {
      const ParaphChange *change =
          &g_array_index (redline->changes, ParaphChange, g_array_index (found, guint, i) - 1);

      g_string_append_printf (line, "%.*s>%.*s;", (int) (change->old.end - change->old.start),
                              one->bytes + change->old.start,
                              (int) (change->new.end - change->new.start),
                              other->bytes + change->new.start);
    }
  return g_string_free (line, FALSE);
}

/* The ordinal in the base of the provision whose wording begins with words. */
static guint
find (const char *words)
{
  g_autoptr (ParaphStructure) text = text_of (base);
  const char *at = strstr (base, words);

  return paraph_structure_find (text, (gsize) (at - base))->ordinal;
}

static void
test_lists_what_is_not_claimed (void)
{
  static const char forged[] = "# Truce\n\n"
                               "## Article 4 Withdrawal\n\nThe parties may withdraw in 90 days.\n\n"
                               "## Article 9 Monitoring\n\nThe mission reports each month.\n\n"
                               "The mission  has free passage.\n";
  g_autofree char *article = list_undeclared (forged, find ("## Article 9"));
  g_autofree char *paragraph = list_undeclared (forged, find ("The mission reports"));
  g_autofree char *all = list_undeclared (forged, find ("# Truce"));
  g_autofree char *none = list_undeclared (base, 0);

  g_assert_cmpstr (article, ==, "30>90;shall>may;");
  g_assert_cmpstr (paragraph, ==, "30>90;shall>may; >  ;");
  g_assert_cmpstr (all, ==, "");
  g_assert_cmpstr (none, ==, "");
}

static char *
list_collisions (const char *first, const char *second)
{
  g_autoptr (ParaphStructure) one = text_of (base);
  g_autoptr (ParaphStructure) a = text_of (first);
  g_autoptr (ParaphStructure) b = text_of (second);
  g_autoptr (GArray) found = paraph_collision_list (one, a, b);
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    {
      const ParaphCollision *entry = &g_array_index (found, ParaphCollision, i);

      g_string_append_printf (line, "%s %u+%u:%u/%u;", paraph_collision_kind_get_word (entry->kind),
                              entry->base, entry->after, entry->first, entry->second);
    }
  return g_string_free (line, FALSE);
}

/* The base with one piece replaced. */
static char *
replace (const char *old, const char *new)
{
  g_auto (GStrv) parts = g_strsplit (base, old, 2);

  return g_strjoinv (new, parts);
}

static void
test_shows_rivals (void)
{
  g_autofree char *days = replace ("30 days", "60 days");
  g_autofree char *hours = replace ("30 days", "48 hours");
  g_autofree char *month = replace ("each week", "each month");
  g_autofree char *more = replace ("reports each week.", "reports each week.\n\nIt counts arms.");
  g_autofree char *other = replace ("reports each week.", "reports each week.\n\nIt hears both.");
  g_autofree char *rival = list_collisions (days, hours);
  g_autofree char *same = list_collisions (days, days);
  g_autofree char *apart = list_collisions (days, month);
  g_autofree char *inserted = list_collisions (more, other);
  g_autofree char *nothing = list_collisions (base, base);

  g_assert_cmpstr (rival, ==, "rival 3+0:3/3;");
  g_assert_cmpstr (same, ==, "same 3+0:3/3;");
  g_assert_cmpstr (apart, ==, "first-only 3+0:3/3;second-only 5+0:5/5;");
  g_assert_cmpstr (inserted, ==, "rival 0+5:6/6;");
  g_assert_cmpstr (nothing, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/claims/lists-what-is-not-claimed", test_lists_what_is_not_claimed);
  g_test_add_func ("/collision/shows-rivals", test_shows_rivals);
  return g_test_run ();
}
