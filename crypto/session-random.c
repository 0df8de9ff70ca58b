#include "crypto/session-random.h"

#include <sodium.h>

void
paraph_session_random (uint8_t *bytes, size_t size)
{
  randombytes_buf (bytes, size);
}
