/* In the place of app/home-outside.c and of libsodium's randomness: a clock that stands still until
 * the test moves it, and draws that repeat. A program that lists fixed-outside.c among its sources
 * is linked with it.
 *
 * NOTES: there is one sequence of draws for each size. So the salts of records (16 bytes) are the
 * same whether or not envelopes (nonces of 24) were made between them. */

#pragma once

#include <glib.h>

/* Begins all sequences anew and sets the clock. Before the first call everything is of seed 0. */
void fixed_outside_start (guint32 seed, gint64 now);
void fixed_outside_wait (gint64 seconds);
