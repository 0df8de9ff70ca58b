/* Published test vectors, read from $PARAPH_SHARED/vectors. Where they are absent a test skips
 * itself. Each test asserts how many cases it ran, so that an empty loop cannot pass. */

#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

/* The lines of a tab-separated file without its comments, each split into its fields: GStrv
 * elements. NULL with the test skipped when there is no such file; transfer full. */
GPtrArray *vector_file_load_rows (const char *name);

/* A JSON file; NULL with the test skipped when there is no such file; transfer full. */
JsonParser *vector_file_load_json (const char *name);

/* The whole of a text file; NULL with the test skipped; transfer full. */
char *vector_file_load_text (const char *name);

/* Bytes of a hexadecimal field, "-" for none. The test fails when it is neither. */
GBytes *vector_bytes (const char *hex);

/* The same of a member of a JSON object. */
GBytes *vector_member_bytes (JsonObject *object, const char *name);
