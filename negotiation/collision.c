#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/collision.h"

#include <string.h>

#include "negotiation/alignment.h"

/* A provision that is new, and the one of the base that it follows; 0: the beginning. */
typedef struct
{
  guint after;
  guint ordinal;
} Insertion;

/* One proposal beside the base. */
typedef struct
{
  const ParaphStructure *text;
  ParaphAlignment *alignment; /* owned */
  GArray *insertions;         /* Insertion, in order of both */
  guint next;
} Side;

typedef struct
{
  const ParaphStructure *base;
  Side sides[2];
  GArray *found; /* ParaphCollision */
} Comparison;

static gboolean
has_same_words (const ParaphStructure *a, guint one, const ParaphStructure *b, guint other)
{
  const ParaphProvision *x = paraph_structure_get (a, one);
  const ParaphProvision *y = paraph_structure_get (b, other);
  gsize size;

  if (x == NULL || y == NULL)
    return x == y;
  size = x->wording.end - x->wording.start;
  return size == y->wording.end - y->wording.start
         && (size == 0
             || memcmp (a->bytes + x->wording.start, b->bytes + y->wording.start, size) == 0);
}

static void
compare_provision (Comparison *self, guint base)
{
  ParaphCollision found = { .base = base };
  gboolean is_first, is_second;

  found.first = self->sides[0].alignment->new_of[base];
  found.second = self->sides[1].alignment->new_of[base];
  is_first = !has_same_words (self->base, base, self->sides[0].text, found.first);
  is_second = !has_same_words (self->base, base, self->sides[1].text, found.second);
  if (!is_first && !is_second)
    return;
  if (is_first != is_second)
    found.kind = is_first ? PARAPH_COLLISION_FIRST_ONLY : PARAPH_COLLISION_SECOND_ONLY;
  else if (has_same_words (self->sides[0].text, found.first, self->sides[1].text, found.second))
    found.kind = PARAPH_COLLISION_SAME;
  else
    found.kind = PARAPH_COLLISION_RIVAL;
  g_array_append_val (self->found, found);
}

static void
add_inserted (Comparison *self, guint after, guint first, guint second)
{
  ParaphCollision found = { .after = after, .first = first, .second = second };

  if (second == 0)
    found.kind = PARAPH_COLLISION_FIRST_ONLY;
  else if (first == 0)
    found.kind = PARAPH_COLLISION_SECOND_ONLY;
  else if (has_same_words (self->sides[0].text, first, self->sides[1].text, second))
    found.kind = PARAPH_COLLISION_SAME;
  else
    found.kind = PARAPH_COLLISION_RIVAL;
  g_array_append_val (self->found, found);
}

/* The next provision that the side inserts after a provision of the base, or 0. */
static guint
take_inserted (Side *side, guint after)
{
  const Insertion *next;

  if (side->next == side->insertions->len)
    return 0;
  next = &g_array_index (side->insertions, Insertion, side->next);
  if (next->after != after)
    return 0;
  side->next++;
  return next->ordinal;
}

/* What both insert at one place is paired in order: rivals where it differs. */
static void
compare_insertions (Comparison *self, guint after)
{
  for (;;)
    {
      guint first = take_inserted (&self->sides[0], after);
      guint second = take_inserted (&self->sides[1], after);

      if (first == 0 && second == 0)
        return;
      add_inserted (self, after, first, second);
    }
}

static void
side_init (Side *self, const ParaphStructure *base, const ParaphStructure *text)
{
  Insertion insertion = { 0, 0 };

  self->text = text;
  self->alignment = paraph_alignment_new (base, text);
  self->insertions = g_array_new (FALSE, FALSE, sizeof (Insertion));
  for (guint j = 1; j <= self->alignment->n_new; j++)
    {
      insertion.ordinal = j;
      if (self->alignment->old_of[j] == 0)
        g_array_append_val (self->insertions, insertion);
      else if (!self->alignment->is_moved[j])
        insertion.after = self->alignment->old_of[j];
    }
}

static void
side_clear (Side *self)
{
  paraph_alignment_free (self->alignment);
  g_array_unref (self->insertions);
}

GArray *
paraph_collision_list (const ParaphStructure *base, const ParaphStructure *first,
                       const ParaphStructure *second)
{
  Comparison self = { .base = base };

  side_init (&self.sides[0], base, first);
  side_init (&self.sides[1], base, second);
  self.found = g_array_new (FALSE, FALSE, sizeof (ParaphCollision));
  compare_insertions (&self, 0);
  for (guint i = 1; i <= base->provisions->len; i++)
    {
      compare_provision (&self, i);
      compare_insertions (&self, i);
    }
  side_clear (&self.sides[0]);
  side_clear (&self.sides[1]);
  return self.found;
}

const char *
paraph_collision_kind_get_word (ParaphCollisionKind kind)
{
  static const char *const words[] = { "first-only", "second-only", "same", "rival" };

  return words[kind];
}
