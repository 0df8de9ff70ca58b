#include "crypto/passphrase-floor.h"

ParaphPassphraseCost
paraph_passphrase_floor (void)
{
  return (ParaphPassphraseCost){ .memory = UINT64_C (256) << 20, .passes = 3 };
}
