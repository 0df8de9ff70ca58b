/* The proof of a fork: a file that shows to anybody that one device signed two records for one place
 * of its chain (docs/PROTOCOL.md section 14). Worker's thread. */

#pragma once

#include "app/home.h"

/* The proof's bytes, a function of the two lowest records at the lowest forked number of the chain
 * of entry and of what they rely on: every home that holds both makes the same. REFUSED where the
 * chain has no fork. ret_records: their ids, the lower first; may be NULL. */
GBytes *paraph_fork_proof_make (ParaphHome *home, ParaphEntry *entry, ParaphId ret_records[2],
                                GError **error);
