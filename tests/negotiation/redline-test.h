/* What the tests of comparing share: structures of files and strings, and the redline's promise. */

#pragma once

#include <string.h>

#include "negotiation/redline.h"

static inline ParaphStructure *
structure_of (const char *bytes, gsize size)
{
  g_autoptr (GBytes) text = g_bytes_new (bytes, size);

  return paraph_structure_new (text);
}

/* NULL, and the test is skipped: the shared data is not here. */
static inline ParaphStructure *
structure_of_file (const char *path)
{
  const char *shared = g_getenv ("PARAPH_SHARED");
  g_autofree char *name = g_build_filename (shared != NULL ? shared : ".", "data", path, NULL);
  char *bytes = NULL;
  gsize size = 0;
  g_autoptr (GBytes) text = NULL;

  if (!g_file_get_contents (name, &bytes, &size, NULL))
    {
      g_test_skip ("the shared data is not here");
      return NULL;
    }
  text = g_bytes_new_take (bytes, size);
  return paraph_structure_new (text);
}

/* Equal and deleted are the old text, equal and inserted the new one; every change has a segment,
 * and every segment that is not equal a change. */
static inline void
assert_lossless (const ParaphRedline *redline)
{
  gsize old = 0, new = 0;
  g_autofree guint *uses = g_new0 (guint, redline->changes->len + 1);

  for (guint i = 0; i < redline->segments->len; i++)
    {
      const ParaphSegment *segment = &g_array_index (redline->segments, ParaphSegment, i);

      g_assert_cmpuint (segment->old.start, ==, old);
      g_assert_cmpuint (segment->new.start, ==, new);
      g_assert_cmpuint (segment->old.end, >=, segment->old.start);
      g_assert_cmpuint (segment->new.end, >=, segment->new.start);
      g_assert_cmpuint (segment->change, <=, redline->changes->len);
      g_assert_true ((segment->change == 0) == (segment->kind == PARAPH_SEGMENT_EQUAL));
      uses[segment->change]++;
      if (segment->kind == PARAPH_SEGMENT_EQUAL)
        {
          g_assert_cmpuint (segment->old.end - old, ==, segment->new.end - new);
          g_assert_cmpint (
              memcmp (redline->old->bytes + old, redline->new->bytes + new, segment->old.end - old),
              ==, 0);
        }
      if (segment->kind == PARAPH_SEGMENT_DELETED)
        g_assert_cmpuint (segment->new.end, ==, new);
      if (segment->kind == PARAPH_SEGMENT_INSERTED)
        g_assert_cmpuint (segment->old.end, ==, old);
      old = segment->old.end;
      new = segment->new.end;
    }
  g_assert_cmpuint (old, ==, redline->old->size);
  g_assert_cmpuint (new, ==, redline->new->size);
  for (guint i = 1; i <= redline->changes->len; i++)
    g_assert_cmpuint (uses[i], >, 0);
}
