/* The few questions about Unicode that the record's grammar asks (docs/PROTOCOL.md section 1).
 *
 * Pure functions, any thread. Normalisation is ICU's; everything else is stated here. */

#pragma once

#include <glib.h>

/* TRUE where text (valid UTF-8, length bytes) is in normalisation form C (UAX #15). */
gboolean paraph_unicode_is_nfc (const char *text, gsize length);

/* TRUE for characters that no line of a header may hold: controls, noncharacters, line and
 * paragraph separators, bidirectional controls, invisible characters, tags, variation selectors. */
gboolean paraph_unicode_is_forbidden (gunichar character);

/* TRUE where text is valid UTF-8, in form C and without a forbidden character. */
gboolean paraph_unicode_is_plain (const char *text, gsize length);
