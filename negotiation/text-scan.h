/* Looking at bytes that may or may not be UTF-8, one character at a time. Pure, any thread. */

#pragma once

#include <glib.h>

#include "negotiation/text-label.h"

/* Stands for a byte that is no part of valid UTF-8. */
#define PARAPH_SCAN_INVALID ((gunichar) 0xFFFFFFFF)

/* The character at position and how many bytes it has (at least 1); position < end. */
gunichar paraph_scan_char (const char *bytes, gsize position, gsize end, gsize *ret_length);

/* The first position from start on that holds no space, tab or no-break space. */
gsize paraph_scan_skip_space (const char *bytes, gsize start, gsize end);
/* The span without white space at both of its ends. */
ParaphSpan paraph_scan_trim (const char *bytes, ParaphSpan span);

/* Where word (lower case, UTF-8) stands at start in any case, and no letter follows: the position
 * behind it; else start. */
gsize paraph_scan_word (const char *bytes, gsize start, gsize end, const char *word);
/* TRUE where a letter, digit or mark begins at position. */
gboolean paraph_scan_is_in_word (const char *bytes, gsize position, gsize end);

/* A numeral of one kind at start: the position behind it and its value; start: there is none. */
gsize paraph_numeral_read (const char *bytes, gsize start, gsize end, ParaphNumeral numeral,
                           guint *ret_number);
