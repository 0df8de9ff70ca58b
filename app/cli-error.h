/* From an error to a sentence, a code word and an exit status. */

#pragma once

#include <glib.h>

/* 2 usage; 3 refused input or rule; 4 I/O, carrier, in use; 5 locked or wrong key. */
int paraph_cli_error_get_exit (const GError *error);
/* The word of the JSON member error.code. */
const char *paraph_cli_error_get_word (const GError *error);
/* One sentence saying what to do. Free with g_free. */
char *paraph_cli_error_dup_sentence (const GError *error);
