#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-diff.h"

#include <string.h>

#define CELLS_MAX ((gsize) 16 * 1024 * 1024)

static void
add (GArray *lines, char mark, const char *const *from, gsize first, gsize end)
{
  for (gsize i = first; i < end; i++)
    {
      ParaphDiffLine line = { mark, from[i] };

      g_array_append_val (lines, line);
    }
}

/* The longest common subsequence of the middles, by the usual table. */
static void
align (GArray *lines, const char *const *a, gsize n, const char *const *b, gsize m)
{
  gsize width = m + 1;
  g_autofree guint32 *table = g_new0 (guint32, (n + 1) * width);
  gsize i = 0;
  gsize j = 0;

  for (gsize k = n; k-- > 0;)
    for (gsize l = m; l-- > 0;)
      table[k * width + l] = strcmp (a[k], b[l]) == 0
                                 ? table[(k + 1) * width + l + 1] + 1
                                 : MAX (table[(k + 1) * width + l], table[k * width + l + 1]);
  while (i < n && j < m)
    {
      if (strcmp (a[i], b[j]) == 0)
        {
          add (lines, ' ', a, i, i + 1);
          i++;
          j++;
        }
      else if (table[(i + 1) * width + j] >= table[i * width + j + 1])
        {
          add (lines, '-', a, i, i + 1);
          i++;
        }
      else
        {
          add (lines, '+', b, j, j + 1);
          j++;
        }
    }
  add (lines, '-', a, i, n);
  add (lines, '+', b, j, m);
}

static gsize
count (const char *const *lines)
{
  gsize n = 0;

  while (lines[n] != NULL)
    n++;
  return n;
}

GArray *
paraph_cli_diff (const char *const *a, const char *const *b)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (ParaphDiffLine));
  gsize n = count (a);
  gsize m = count (b);
  gsize head = 0;
  gsize tail = 0;

  while (head < n && head < m && strcmp (a[head], b[head]) == 0)
    head++;
  while (tail < n - head && tail < m - head && strcmp (a[n - 1 - tail], b[m - 1 - tail]) == 0)
    tail++;
  add (lines, ' ', a, 0, head);
  if (n - head - tail <= CELLS_MAX / (m - head - tail + 1))
    align (lines, a + head, n - head - tail, b + head, m - head - tail);
  else
    {
      add (lines, '-', a, head, n - tail);
      add (lines, '+', b, head, m - tail);
    }
  add (lines, ' ', a, n - tail, n);
  return lines;
}
