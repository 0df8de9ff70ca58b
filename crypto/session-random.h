/* The randomness of the pairwise sessions, alone in its object file: a test program that defines
 * this function itself is linked with its own in place of the product's, and can repeat a
 * session byte for byte. The product has one definition, crypto/session-random.c. */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* Fills SIZE bytes; cannot fail. */
void paraph_session_random (uint8_t *bytes, size_t size);
