#include "tests/flow/test-clock.h"

#include <time.h>

/* Read by the workers' threads, set while they wait. */
static gint64 test_ahead;

void
test_clock_set (gint64 ahead)
{
  __atomic_store_n (&test_ahead, ahead, __ATOMIC_SEQ_CST);
}

/* The linker takes this one before GLib's, for everything in the test program. */
gint64
g_get_real_time (void)
{
  struct timespec now = { 0 };

  g_assert_cmpint (clock_gettime (CLOCK_REALTIME, &now), ==, 0);
  return ((gint64) now.tv_sec + __atomic_load_n (&test_ahead, __ATOMIC_SEQ_CST)) * G_USEC_PER_SEC
         + now.tv_nsec / 1000;
}
