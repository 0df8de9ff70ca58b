/* Real texts for the tests of the text engine: in the folder data beside the shared vectors, where
 * there is one; without it the test is skipped, with a line saying so. */

#pragma once

#include <glib.h>

/* NULL, with the test skipped, where the folder is absent. Free with g_bytes_unref. */
GBytes *text_test_load_shared (const char *name);
/* Paths of all of its files, sorted; NULL, with the test skipped. Free with g_ptr_array_unref. */
GPtrArray *text_test_list_files (void);
GBytes *text_test_load (const char *path);
