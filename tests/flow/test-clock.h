/* A clock that a test can set: it stands in for GLib's in the program it is linked into. */

#pragma once

#include <glib.h>

/* Seconds that the clock is ahead of the true one. */
void test_clock_set (gint64 ahead);
