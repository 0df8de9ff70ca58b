/* The values that stand behind the colons of a header: one test each, one legal spelling each.
 *
 * Grammar: docs/PROTOCOL.md section 1. Every function takes one line's value (NUL-terminated, no
 * control character in it) and says whether it is the legal spelling. Pure, any thread. */

#pragma once

#include <glib.h>

#include "crypto/types.h"

#define PARAPH_NUMBER_MAX G_GINT64_CONSTANT (9007199254740991)
#define PARAPH_NAME_MAX 512

gboolean paraph_value_is_name (const char *value);
gboolean paraph_value_is_code (const char *value);
gboolean paraph_value_is_token (const char *value);
gboolean paraph_value_is_symbol (const char *value);
gboolean paraph_value_is_language (const char *value);
gboolean paraph_value_is_zone (const char *value);
gboolean paraph_value_is_media_type (const char *value);
gboolean paraph_value_is_hex (const char *value, gsize digits);

/* 0 to PARAPH_NUMBER_MAX without sign or leading zero. ret_number may be NULL. */
gboolean paraph_value_parse_number (const char *value, gint64 *ret_number);

/* Seconds since 1970 (before it: negative). ret_seconds may be NULL. */
gboolean paraph_value_parse_time (const char *value, gint64 *ret_seconds);

/* The inverse of paraph_value_parse_time; NULL outside the years 1 to 9999. */
char *paraph_value_format_time (gint64 seconds);

/* 64 hex to an id. The zero id stands for "-" elsewhere and is refused here. */
gboolean paraph_value_parse_id (const char *value, ParaphId *ret_id);
