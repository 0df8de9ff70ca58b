/* tests/support/signal-peer.h on the standard input and output, for signal-driver.mjs. */

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/start.h"
#include "tests/support/signal-peer.h"

int
main (void)
{
  g_autoptr (SignalPeer) peer = signal_peer_new ();
  char line[4096];

  if (paraph_crypto_start () != 0)
    return EXIT_FAILURE;
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      g_autofree char *answer = NULL;

      line[strcspn (line, "\n")] = '\0';
      answer = signal_peer_answer (peer, line);
      if (puts (answer) < 0 || fflush (stdout) != 0)
        return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
