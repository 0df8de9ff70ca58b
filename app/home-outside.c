/* Time and randomness, in a file of their own: a test program can link another one in its place, and
 * so play the same history twice. */

#include "app/home.h"

#include <sys/random.h>

gint64
paraph_home_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

void
paraph_home_random (gpointer bytes, gsize size)
{
  guint8 *at = bytes;

  while (size > 0)
    {
      gssize drawn = getrandom (at, MIN (size, 256), 0);

      if (drawn <= 0)
        continue; /* interrupted: up to 256 bytes nothing else can happen */
      at += drawn;
      size -= (gsize) drawn;
    }
}
