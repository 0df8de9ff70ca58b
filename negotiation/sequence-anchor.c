/* Anchors: runs of elements that occur once in either part. The longest rising chain of them holds
 * (Cohen's patience idea, with runs in place of single lines); what lies between is smaller. */

#include <stdlib.h>
#include <string.h>

#include "negotiation/sequence-private.h"

#define RUN_LENGTH 8
#define PROBES_MAX 32 /* a table that was filled on purpose loses anchors, not time */
#define MANY 0x80000000U

/* Positions are counted from 1; 0: none. */
typedef struct
{
  guint32 old;
  guint32 new;
} Entry;

typedef struct
{
  const guint32 *old;
  const guint32 *new;
  Entry *entries; /* owned */
  guint32 mask;
} Table;

static guint32
hash_run (const guint32 *elements)
{
  guint64 hash = 0x9E3779B97F4A7C15U;

  for (guint i = 0; i < RUN_LENGTH; i++)
    {
      hash = (hash ^ elements[i]) * 0xD6E8FEB86659FD93U;
      hash ^= hash >> 32;
    }
  return (guint32) hash;
}

static Entry *
find (const Table *self, const guint32 *elements)
{
  guint32 slot = hash_run (elements);

  for (guint i = 0; i < PROBES_MAX; i++)
    {
      Entry *entry = &self->entries[(slot + i) & self->mask];

      if (entry->old == 0)
        return entry;
      if (memcmp (self->old + (entry->old & ~MANY) - 1, elements, RUN_LENGTH * sizeof *elements)
          == 0)
        return entry;
    }
  return NULL;
}

static void
fill (Table *self, guint32 n_old, guint32 n_new)
{
  for (guint32 i = 0; i + RUN_LENGTH <= n_old; i++)
    {
      Entry *entry = find (self, self->old + i);

      if (entry != NULL)
        entry->old = entry->old == 0 ? i + 1 : entry->old | MANY;
    }
  for (guint32 i = 0; i + RUN_LENGTH <= n_new; i++)
    {
      Entry *entry = find (self, self->new + i);

      if (entry != NULL && entry->old != 0)
        entry->new = entry->new == 0 ? i + 1 : entry->new | MANY;
    }
}

static int
compare_entries (const void *a, const void *b)
{
  const Entry *one = a, *other = b;

  return one->old < other->old ? -1 : one->old > other->old;
}

/* The pairs that are unique on both sides, by their place in old; moved to the table's front. */
static guint32
gather (Table *self)
{
  guint32 n = 0;

  for (guint32 i = 0; i <= self->mask; i++)
    {
      Entry entry = self->entries[i];

      if (entry.old != 0 && entry.new != 0 && ((entry.old | entry.new) & MANY) == 0)
        self->entries[n++] = entry;
    }
  qsort (self->entries, n, sizeof *self->entries, compare_entries);
  return n;
}

static void
keep (ParaphSequenceRun *run, guint32 old, guint32 new, guint32 n)
{
  memset (run->old_kept + old, 1, n);
  memset (run->new_kept + new, 1, n);
}

/* Keeps the chain and pushes what lies between its links. */
static void
cut (ParaphSequenceRun *run, const ParaphSequencePart *part, const Entry *entries,
     const guint32 *chain, guint32 n)
{
  ParaphSequencePart rest = *part;

  rest.level++;
  for (guint32 i = 0; i < n; i++)
    {
      guint32 old = part->old_from + entries[chain[i]].old - 1;
      guint32 new = part->new_from + entries[chain[i]].new - 1;
      guint32 done = 0;

      if (old < rest.old_from && old - rest.old_from == new - rest.new_from)
        done = rest.old_from - old;
      else if (old < rest.old_from || new < rest.new_from)
        continue;
      if (done == 0)
        {
          rest.old_to = old;
          rest.new_to = new;
          g_array_append_val (run->todo, rest);
        }
      if (done < RUN_LENGTH)
        keep (run, old + done, new + done, RUN_LENGTH - done);
      rest.old_from = old + RUN_LENGTH;
      rest.new_from = new + RUN_LENGTH;
    }
  rest.old_to = part->old_to;
  rest.new_to = part->new_to;
  g_array_append_val (run->todo, rest);
}

gboolean
paraph_sequence_anchor (ParaphSequenceRun *run, const ParaphSequencePart *part)
{
  guint32 n_old = part->old_to - part->old_from;
  guint32 n_new = part->new_to - part->new_from;
  Table self = { .old = run->old + part->old_from, .new = run->new + part->new_from };
  g_autofree guint32 *places = NULL;
  g_autofree guint32 *chain = NULL;
  guint32 n_pairs, n_chain = 0;

  if (n_old < RUN_LENGTH || n_new < RUN_LENGTH)
    return FALSE;
  self.mask = 255;
  while (self.mask < n_old + n_old / 2)
    self.mask = 2 * self.mask + 1;
  self.entries = g_new0 (Entry, (gsize) self.mask + 1);
  fill (&self, n_old, n_new);
  n_pairs = gather (&self);
  places = g_new (guint32, n_pairs);
  for (guint32 i = 0; i < n_pairs; i++)
    places[i] = self.entries[i].new;
  chain = paraph_sequence_rising (places, n_pairs, &n_chain);
  if (n_chain > 0)
    cut (run, part, self.entries, chain, n_chain);
  g_free (self.entries);
  run->budget -= (gint64) n_old + n_new;
  return n_chain > 0;
}
