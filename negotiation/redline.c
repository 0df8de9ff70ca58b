#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/redline-private.h"

#include <string.h>

#define NONE G_MAXUINT32

static gboolean
span_is_empty (ParaphSpan span)
{
  return span.start == span.end;
}

static const char *
get_bytes (const ParaphRedlineSide *side, ParaphSpan span)
{
  return side->structure->bytes + span.start;
}

static ParaphRedlineUnit *
get_unit (const ParaphRedlineSide *side, guint32 index)
{
  return &g_array_index (side->units, ParaphRedlineUnit, index);
}

/* Appends a segment; one that goes on where the last of its kind ended is drawn together. */
static void
add_segment (ParaphRedlineRun *run, ParaphSegmentKind kind, ParaphSpan old, ParaphSpan new,
             guint change)
{
  GArray *segments = run->redline->segments;
  ParaphSegment segment = { kind, old, new, change };
  ParaphSegment *last = NULL;

  if (span_is_empty (old) && span_is_empty (new))
    return;
  if (segments->len > 0)
    last = &g_array_index (segments, ParaphSegment, segments->len - 1);
  if (last != NULL && last->kind == kind && last->change == change && last->old.end == old.start
      && last->new.end == new.start)
    {
      last->old.end = old.end;
      last->new.end = new.end;
      return;
    }
  g_array_append_val (segments, segment);
}

static void
add_equal (ParaphRedlineRun *run, ParaphSpan old, ParaphSpan new)
{
  add_segment (run, PARAPH_SEGMENT_EQUAL, old, new, 0);
}

/* Appends the two sides of a change to the segments. */
static void
add_sides (ParaphRedlineRun *run, ParaphSpan old, ParaphSpan new, guint change)
{
  ParaphSpan no_new = { new.start, new.start };
  ParaphSpan no_old = { old.end, old.end };

  add_segment (run, PARAPH_SEGMENT_DELETED, old, no_new, change);
  add_segment (run, PARAPH_SEGMENT_INSERTED, no_old, new, change);
}

/* words: the tokens of the change, where they are cut; else NULL. */
static guint
add_change (ParaphRedlineRun *run, ParaphChange change, const ParaphRedlineWords *words)
{
  const ParaphRedlineWords none = { 0 };

  if (change.kind != PARAPH_CHANGE_MOVE)
    {
      change.kind = span_is_empty (change.old)   ? PARAPH_CHANGE_INSERT
                    : span_is_empty (change.new) ? PARAPH_CHANGE_DELETE
                                                 : PARAPH_CHANGE_REPLACE;
      change.difference = paraph_redline_classify (run, &change, words != NULL ? words : &none);
      if (change.difference == PARAPH_DIFFERENCE_LABEL)
        change.kind = PARAPH_CHANGE_RENUMBER;
    }
  g_array_append_val (run->redline->changes, change);
  return run->redline->changes->len;
}

static gboolean
is_equal (ParaphRedlineRun *run, ParaphSpan old, ParaphSpan new)
{
  gsize size = old.end - old.start;

  return size == new.end - new.start
         && (size == 0
             || memcmp (get_bytes (&run->old, old), get_bytes (&run->new, new), size) == 0);
}

/* The change that the last segment belongs to, or 0. */
static guint
get_last_change (ParaphRedlineRun *run)
{
  const GArray *segments = run->redline->segments;

  return segments->len == 0 ? 0 : g_array_index (segments, ParaphSegment, segments->len - 1).change;
}

/* What stands between two provisions: equal, or part of the change before it, or one of its own. */
static void
compare_gap (ParaphRedlineRun *run, ParaphSpan old, ParaphSpan new)
{
  ParaphChange change = { .old = old, .new = new };
  guint last = get_last_change (run);

  if (is_equal (run, old, new))
    add_equal (run, old, new);
  else
    add_sides (run, old, new, last != 0 ? last : add_change (run, change, NULL));
}

/* The span of tokens from..to; empty, after the token before, where there are none. */
static ParaphSpan
span_tokens (const ParaphToken *tokens, guint32 from, guint32 to, gsize start)
{
  ParaphSpan span = { start, start };

  if (from > 0)
    span.start = span.end = tokens[from - 1].start + tokens[from - 1].size;
  if (to > from)
    span.end = tokens[to - 1].start + tokens[to - 1].size;
  return span;
}

static void
write_words (ParaphRedlineRun *run, const ParaphRedlineWords *words, const ParaphRedlineUnit *old,
             const ParaphRedlineUnit *new)
{
  guint32 i = 0, j = 0;

  while (i < words->n_old || j < words->n_new)
    {
      guint32 old_from = i, new_from = j;
      ParaphChange change = { .old_provision = old->ordinal, .new_provision = new->ordinal };
      ParaphRedlineWords part = { 0 };

      while (i < words->n_old && j < words->n_new && words->old_kept[i] != 0
             && words->new_kept[j] != 0)
        i++, j++;
      if (i > old_from)
        {
          add_equal (run, span_tokens (words->old, old_from, i, old->text.start),
                     span_tokens (words->new, new_from, j, new->text.start));
          continue;
        }
      while (i < words->n_old && words->old_kept[i] == 0)
        i++;
      while (j < words->n_new && words->new_kept[j] == 0)
        j++;
      change.old = span_tokens (words->old, old_from, i, old->text.start);
      change.new = span_tokens (words->new, new_from, j, new->text.start);
      part.old = words->old + old_from;
      part.new = words->new + new_from;
      part.n_old = i - old_from;
      part.n_new = j - new_from;
      add_sides (run, change.old, change.new, add_change (run, change, &part));
    }
}

static void
compare_pair (ParaphRedlineRun *run, const ParaphRedlineUnit *old, const ParaphRedlineUnit *new)
{
  g_autofree guint8 *old_kept = NULL;
  g_autofree guint8 *new_kept = NULL;
  ParaphRedlineWords words = { 0 };

  compare_gap (run, old->gap, new->gap);
  if (old->id == new->id)
    {
      add_equal (run, old->text, new->text);
      return;
    }
  words.old = &g_array_index (run->old.tokens, ParaphToken, old->first);
  words.new = &g_array_index (run->new.tokens, ParaphToken, new->first);
  words.n_old = old->end - old->first;
  words.n_new = new->end - new->first;
  old_kept = g_new0 (guint8, (gsize) words.n_old + 1);
  new_kept = g_new0 (guint8, (gsize) words.n_new + 1);
  words.old_kept = old_kept;
  words.new_kept = new_kept;
  paraph_redline_compare_words (run, &words);
  paraph_redline_tidy_words (&words);
  write_words (run, &words, old, new);
}

/* A unit of the old text that is not at this place of the new one; at: where the new one is. */
static void
delete_unit (ParaphRedlineRun *run, ParaphRedlineUnit *unit, gsize at, guint *moves)
{
  ParaphSpan whole = { unit->gap.start, unit->text.end };
  ParaphSpan none = { at, at };
  ParaphChange change = { .old = unit->text, .new = none, .old_provision = unit->ordinal };

  if (unit->is_moved)
    {
      if (moves[unit->pair] == 0)
        {
          change.kind = PARAPH_CHANGE_MOVE;
          change.difference = PARAPH_DIFFERENCE_PLACE;
          change.new = get_unit (&run->new, unit->pair)->text;
          change.new_provision = get_unit (&run->new, unit->pair)->ordinal;
          moves[unit->pair] = add_change (run, change, NULL);
        }
      add_segment (run, PARAPH_SEGMENT_DELETED, whole, none, moves[unit->pair]);
      return;
    }
  change.old = whole;
  add_segment (run, PARAPH_SEGMENT_DELETED, whole, none, add_change (run, change, NULL));
}

static void
insert_unit (ParaphRedlineRun *run, guint32 index, gsize at, guint *moves)
{
  ParaphRedlineUnit *unit = get_unit (&run->new, index);
  ParaphSpan whole = { unit->gap.start, unit->text.end };
  ParaphSpan none = { at, at };
  ParaphChange change = { .old = none, .new = whole, .new_provision = unit->ordinal };

  if (unit->is_moved && moves[index] == 0)
    {
      change.kind = PARAPH_CHANGE_MOVE;
      change.difference = PARAPH_DIFFERENCE_PLACE;
      change.old = get_unit (&run->old, unit->pair)->text;
      change.new = unit->text;
      change.old_provision = get_unit (&run->old, unit->pair)->ordinal;
      moves[index] = add_change (run, change, NULL);
    }
  add_segment (run, PARAPH_SEGMENT_INSERTED, none, whole,
               unit->is_moved ? moves[index] : add_change (run, change, NULL));
}

static ParaphSpan
get_rest (const ParaphRedlineSide *side)
{
  ParaphSpan rest = { 0, side->structure->size };

  if (side->units->len > 0)
    rest.start = get_unit (side, side->units->len - 1)->text.end;
  return rest;
}

static gboolean
stands_in_order (const ParaphRedlineUnit *unit)
{
  return unit->pair != NONE && !unit->is_moved;
}

static void
write_units (ParaphRedlineRun *run)
{
  guint32 n_old = run->old.units->len, n_new = run->new.units->len;
  g_autofree guint *moves = g_new0 (guint, (gsize) n_new + 1);
  guint32 i = 0, j = 0;

  while (i < n_old || j < n_new)
    {
      ParaphRedlineUnit *old = i < n_old ? get_unit (&run->old, i) : NULL;
      ParaphRedlineUnit *new = j < n_new ? get_unit (&run->new, j) : NULL;

      if (old != NULL && !stands_in_order (old))
        {
          delete_unit (run, old, new != NULL ? new->gap.start : get_rest (&run->new).start, moves);
          i++;
        }
      else if (new != NULL && !stands_in_order (new))
        {
          insert_unit (run, j, old != NULL ? old->gap.start : get_rest (&run->old).start, moves);
          j++;
        }
      else
        {
          g_assert (old != NULL && new != NULL); /* pairs in order come in pairs */
          compare_pair (run, old, new);
          i++;
          j++;
        }
    }
  compare_gap (run, get_rest (&run->old), get_rest (&run->new));
}

static void
side_init (ParaphRedlineSide *self, const ParaphStructure *structure)
{
  self->structure = structure;
  self->units = g_array_new (FALSE, FALSE, sizeof (ParaphRedlineUnit));
  self->tokens = g_array_new (FALSE, FALSE, sizeof (ParaphToken));
}

static void
side_clear (ParaphRedlineSide *self)
{
  g_array_unref (self->units);
  g_array_unref (self->tokens);
}

ParaphRedline *
paraph_redline_new (const ParaphStructure *old, const ParaphStructure *new)
{
  ParaphRedlineRun run = { .redline = g_new0 (ParaphRedline, 1) };

  run.redline->old = old;
  run.redline->new = new;
  run.redline->segments = g_array_new (FALSE, FALSE, sizeof (ParaphSegment));
  run.redline->changes = g_array_new (FALSE, FALSE, sizeof (ParaphChange));
  run.vocabulary = paraph_vocabulary_new (old->bytes, old->size, new->bytes, new->size);
  run.look_alikes = paraph_look_alikes_new ();
  run.contents[0] = g_string_new (NULL);
  run.contents[1] = g_string_new (NULL);
  run.numbers = g_array_new (FALSE, TRUE, sizeof (guint32));
  run.rounds = g_array_new (FALSE, TRUE, sizeof (guint32));
  side_init (&run.old, old);
  side_init (&run.new, new);
  paraph_redline_pair_units (&run);
  write_units (&run);
  side_clear (&run.old);
  side_clear (&run.new);
  g_array_unref (run.numbers);
  g_array_unref (run.rounds);
  g_string_free (run.contents[0], TRUE);
  g_string_free (run.contents[1], TRUE);
  paraph_look_alikes_free (run.look_alikes);
  paraph_vocabulary_free (run.vocabulary);
  return run.redline;
}

void
paraph_redline_free (ParaphRedline *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->segments);
  g_array_unref (self->changes);
  g_free (self);
}

gboolean
paraph_change_is_cosmetic (const ParaphChange *change)
{
  return change->difference == PARAPH_DIFFERENCE_MARKUP
         || change->difference == PARAPH_DIFFERENCE_SPACE;
}

const char *
paraph_change_kind_get_word (ParaphChangeKind kind)
{
  static const char *const words[] = { "insert", "delete", "replace", "move", "renumber" };

  return words[kind];
}

const char *
paraph_difference_get_word (ParaphDifference difference)
{
  static const char *const words[] = { "figure", "look-alike", "words",  "brackets", "punctuation",
                                       "label",  "place",      "markup", "space" };

  return words[difference];
}
