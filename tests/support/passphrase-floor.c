/* Takes the place of crypto/passphrase-floor.c in tests of the key file: 8 KiB and one pass, so
 * that a derivation takes microseconds. Listed among a test program's own sources, it is found
 * by the linker before the library's. */

#include "crypto/passphrase-floor.h"

ParaphPassphraseCost
paraph_passphrase_floor (void)
{
  return (ParaphPassphraseCost){ .memory = 8192, .passes = 1 };
}
