/* Which script a character is written in, and what ICU calls it (UTS #39, UAX #24). Pure, any
 * thread. */

#pragma once

#include <glib.h>

/* ICU's number of the script; 0 for what all scripts share. */
int paraph_unicode_get_script (gunichar character);
const char *paraph_unicode_get_script_name (int script);
/* TRUE where a word may hold letters of both: Latin with Han, Kana and Hangul, and these. */
gboolean paraph_unicode_may_mix (int a, int b);
/* TRUE for scripts whose letters joiners shape. */
gboolean paraph_unicode_needs_joiners (int script);
/* The zero of the digits that a digit belongs to; 0: it is no decimal digit. */
gunichar paraph_unicode_get_zero (gunichar character);
/* "U+202E RIGHT-TO-LEFT OVERRIDE". Free with g_free. */
char *paraph_unicode_dup_name (gunichar character);
