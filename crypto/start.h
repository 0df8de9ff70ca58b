/* Starting the cryptography: libsodium, and proof that it computes what it should. */

#pragma once

#include "crypto/error.h"

/* Starts libsodium and runs the self tests, in less than 10 ms: one known answer for each
 * primitive, three public keys for the enrolment gate of which two must be refused, and two
 * draws of random bytes that must differ. Call it in main before any other function of this
 * folder; calling it again is harmless. PARAPH_ERROR_INTERNAL: the program must not go on. */
__attribute__ ((warn_unused_result)) int paraph_crypto_start (void);
