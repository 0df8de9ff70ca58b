/* Records that a limit holds back, for people: what they are, and letting one in.
 *
 * Worker's thread, inside the caller's transaction. */

#pragma once

#include "app/home.h"
#include "store/held-table.h"

/* The oldest first, without their packets: ParaphHeldRow *. NULL: the store failed. */
GPtrArray *paraph_held_list (ParaphHome *home, GError **error);

/* name: at least 16 digits of the record's id. ret_word: what became of it (static). */
gboolean paraph_held_let_in (ParaphHome *home, const char *name, ParaphId *ret_id,
                             const char **ret_word, GError **error);
