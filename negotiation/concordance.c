#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/concordance.h"

#include <stdlib.h>
#include <string.h>

#include "negotiation/sequence.h"
#include "negotiation/unicode-text.h"

/* Shorter figures are often ordinals and references, which one language writes in words: they are
 * compared where both have as many of them. */
#define LONG_DIGITS_MIN 3

/* A labelled heading and what stands under it up to the next one. */
typedef struct
{
  guint first; /* ordinal of the heading */
  guint end;
  char *key; /* owned; word, numbers and suffix of the label */
} Section;

typedef struct
{
  const ParaphStructure *text;
  GArray *sections; /* Section */
  guint32 *ids;     /* owned; of the keys */
  guint8 *kept;     /* owned */
} Side;

/* What one section says of itself, in an order that can be compared. */
typedef struct
{
  GString *paragraphs; /* numbers, then how many letters */
  GString *headings;   /* of those without a label */
  guint n_headings;
  GPtrArray *figures; /* sorted; of many digits */
  GPtrArray *short_figures;
  guint n_open;
  guint n_close;
} Content;

static void
section_clear (gpointer data)
{
  g_free (((Section *) data)->key);
}

static gboolean
is_labelled (const ParaphProvision *provision)
{
  return (provision->kind == PARAPH_PROVISION_ARTICLE
          || provision->kind == PARAPH_PROVISION_HEADING)
         && provision->label.span.start < provision->label.span.end
         && provision->label.word != PARAPH_LABEL_NUMBER
         && provision->label.word != PARAPH_LABEL_NOTE;
}

static char *
make_key (const ParaphLabel *label)
{
  GString *key = g_string_new (NULL);

  g_string_append_printf (key, "%d", (int) label->word);
  for (guint i = 0; i < label->n_numbers; i++)
    g_string_append_printf (key, ".%u", label->numbers[i]);
  g_string_append_printf (key, "/%u", label->suffix);
  return g_string_free (key, FALSE);
}

static void
side_init (Side *self, const ParaphStructure *text, GHashTable *ids)
{
  self->text = text;
  self->sections = g_array_new (FALSE, FALSE, sizeof (Section));
  g_array_set_clear_func (self->sections, section_clear);
  for (guint i = 1; i <= text->provisions->len; i++)
    {
      const ParaphProvision *provision = paraph_structure_get (text, i);
      Section section = { i, i + 1, NULL };

      if (is_labelled (provision))
        {
          section.key = make_key (&provision->label);
          g_array_append_val (self->sections, section);
        }
      else if (self->sections->len > 0)
        g_array_index (self->sections, Section, self->sections->len - 1).end = i + 1;
    }
  self->ids = g_new0 (guint32, (gsize) self->sections->len + 1);
  self->kept = g_new0 (guint8, (gsize) self->sections->len + 1);
  for (guint i = 0; i < self->sections->len; i++)
    {
      char *key = g_array_index (self->sections, Section, i).key;
      gpointer id = g_hash_table_lookup (ids, key);

      if (id == NULL)
        {
          id = GUINT_TO_POINTER (g_hash_table_size (ids) + 1);
          g_hash_table_insert (ids, g_strdup (key), id);
        }
      self->ids[i] = GPOINTER_TO_UINT (id);
    }
}

static void
side_clear (Side *self)
{
  g_array_unref (self->sections);
  g_free (self->ids);
  g_free (self->kept);
}

static void
content_clear (Content *self)
{
  g_string_free (self->paragraphs, TRUE);
  g_string_free (self->headings, TRUE);
  g_ptr_array_unref (self->figures);
  g_ptr_array_unref (self->short_figures);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Content, content_clear)

/* The runs of digits of a span, as ASCII digits. */
static void
add_figures (Content *self, const ParaphStructure *text, ParaphSpan span)
{
  GString *figure = g_string_new (NULL);
  gsize at = span.start;

  while (at < span.end)
    {
      gunichar character = paraph_unicode_read (text->bytes, span.end, &at);
      gboolean is_digit = paraph_unicode_is_digit (character);

      self->n_open += character == '[' ? 1 : 0;
      self->n_close += character == ']' ? 1 : 0;
      if (is_digit)
        g_string_append_printf (figure, "%d", g_unichar_digit_value (character));
      if (is_digit && at < span.end)
        continue;
      if (figure->len > 0)
        g_ptr_array_add (figure->len >= LONG_DIGITS_MIN ? self->figures : self->short_figures,
                         g_strdup (figure->str));
      g_string_truncate (figure, 0);
    }
  g_string_free (figure, TRUE);
}

static void
add_provision (Content *self, const ParaphStructure *text, const ParaphProvision *provision,
               guint *n_letters)
{
  const ParaphLabel *label = &provision->label;

  add_figures (self, text, provision->wording);
  if (provision->kind == PARAPH_PROVISION_HEADING)
    {
      g_autofree char *words = paraph_structure_dup_span (text, provision->wording);

      g_string_append_printf (self->headings, "%s%s", self->headings->len > 0 ? "; " : "", words);
      self->n_headings++;
    }
  else if (label->n_numbers > 0 && label->word == PARAPH_LABEL_NUMBER)
    {
      if (label->numeral == PARAPH_NUMERAL_ARABIC)
        g_string_append_printf (self->paragraphs, "%u ", label->numbers[0]);
      else
        *n_letters += 1;
    }
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
content_init (Content *self, const Side *side, const Section *section)
{
  guint n_letters = 0;

  self->paragraphs = g_string_new (NULL);
  self->headings = g_string_new (NULL);
  self->figures = g_ptr_array_new_with_free_func (g_free);
  self->short_figures = g_ptr_array_new_with_free_func (g_free);
  for (guint i = section->first + 1; i < section->end; i++)
    add_provision (self, side->text, paraph_structure_get (side->text, i), &n_letters);
  if (n_letters > 0)
    g_string_append_printf (self->paragraphs, "+ %u", n_letters);
  g_ptr_array_sort (self->figures, compare_strings);
  g_ptr_array_sort (self->short_figures, compare_strings);
}

static void
discord_free (gpointer data)
{
  ParaphDiscord *self = data;

  g_free (self->first_has);
  g_free (self->second_has);
  g_free (self);
}

static void
add_discord (GPtrArray *found, ParaphDiscordKind kind, const guint places[2], char *first,
             char *second)
{
  ParaphDiscord *discord = g_new0 (ParaphDiscord, 1);

  discord->kind = kind;
  discord->first = places[0];
  discord->second = places[1];
  discord->first_has = g_strstrip (first);
  discord->second_has = g_strstrip (second);
  g_ptr_array_add (found, discord);
}

/* What a has and b has not, joined. Both sorted. */
static char *
subtract (const GPtrArray *a, const GPtrArray *b)
{
  GString *rest = g_string_new (NULL);
  guint j = 0;

  for (guint i = 0; i < a->len; i++)
    {
      const char *one = g_ptr_array_index (a, i);

      while (j < b->len && strcmp (g_ptr_array_index (b, j), one) < 0)
        j++;
      if (j < b->len && strcmp (g_ptr_array_index (b, j), one) == 0)
        j++;
      else
        g_string_append_printf (rest, "%s ", one);
    }
  return g_string_free (rest, FALSE);
}

static void
compare_figures (GPtrArray *found, const guint places[2], const GPtrArray *first,
                 const GPtrArray *second)
{
  g_autofree char *more = subtract (first, second);
  g_autofree char *less = subtract (second, first);

  if (*more != '\0' || *less != '\0')
    add_discord (found, PARAPH_DISCORD_FIGURE, places, g_steal_pointer (&more),
                 g_steal_pointer (&less));
}

static void
compare_sections (GPtrArray *found, const Side sides[2], const Section *one, const Section *other)
{
  const guint places[2] = { one->first, other->first };
  g_auto (Content) first = { 0 };
  g_auto (Content) second = { 0 };

  content_init (&first, &sides[0], one);
  content_init (&second, &sides[1], other);
  if (strcmp (first.paragraphs->str, second.paragraphs->str) != 0)
    add_discord (found, PARAPH_DISCORD_PARAGRAPH, places, g_strdup (first.paragraphs->str),
                 g_strdup (second.paragraphs->str));
  if (first.n_headings != second.n_headings)
    add_discord (found, PARAPH_DISCORD_HEADING, places, g_strdup (first.headings->str),
                 g_strdup (second.headings->str));
  if (first.n_open != second.n_open || first.n_close != second.n_close)
    add_discord (found, PARAPH_DISCORD_BRACKET, places,
                 g_strdup_printf ("%u/%u", first.n_open, first.n_close),
                 g_strdup_printf ("%u/%u", second.n_open, second.n_close));
  compare_figures (found, places, first.figures, second.figures);
  if (first.short_figures->len == second.short_figures->len)
    compare_figures (found, places, first.short_figures, second.short_figures);
}

static void
add_missing (GPtrArray *found, const Side sides[2], guint side, const Section *section)
{
  guint places[2] = { 0, 0 };
  char *label = paraph_structure_dup_label (
      sides[side].text, paraph_structure_get (sides[side].text, section->first));

  places[side] = section->first;
  add_discord (found, PARAPH_DISCORD_ARTICLE, places, side == 0 ? label : g_strdup (""),
               side == 1 ? label : g_strdup (""));
}

static void
walk (GPtrArray *found, const Side sides[2])
{
  guint i = 0, j = 0;

  while (i < sides[0].sections->len || j < sides[1].sections->len)
    {
      const Section *one =
          i < sides[0].sections->len ? &g_array_index (sides[0].sections, Section, i) : NULL;
      const Section *other =
          j < sides[1].sections->len ? &g_array_index (sides[1].sections, Section, j) : NULL;

      if (one != NULL && sides[0].kept[i] == 0)
        {
          add_missing (found, sides, 0, one);
          i++;
        }
      else if (other != NULL && sides[1].kept[j] == 0)
        {
          add_missing (found, sides, 1, other);
          j++;
        }
      else
        {
          g_assert (one != NULL && other != NULL); /* as many are kept on either side */
          compare_sections (found, sides, one, other);
          i++;
          j++;
        }
    }
}

GPtrArray *
paraph_concordance_list (const ParaphStructure *first, const ParaphStructure *second)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (discord_free);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Side sides[2] = { 0 };
  ParaphSequence sequences[2] = { 0 };

  side_init (&sides[0], first, ids);
  side_init (&sides[1], second, ids);
  for (guint i = 0; i < 2; i++)
    sequences[i] = (ParaphSequence){ sides[i].ids, sides[i].sections->len, sides[i].kept };
  paraph_sequence_compare (&sequences[0], &sequences[1], g_hash_table_size (ids) + 1);
  walk (found, sides);
  side_clear (&sides[0]);
  side_clear (&sides[1]);
  return found;
}

const char *
paraph_discord_kind_get_word (ParaphDiscordKind kind)
{
  static const char *const words[] = { "article", "paragraph", "heading", "figure", "bracket" };

  return words[kind];
}
