/* A plain comparison of two texts by lines, for the command line. */

#pragma once

#include <glib.h>

typedef struct
{
  char mark; /* ' ' in both, '-' in the first only, '+' in the second only */
  const char *line;
} ParaphDiffLine;

/* ParaphDiffLine; the lines borrow from a and b. Texts too different to align in bounded time
 * come out as one whole replacement. g_array_unref. */
GArray *paraph_cli_diff (const char *const *a, const char *const *b);
