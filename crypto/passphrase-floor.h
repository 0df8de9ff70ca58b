/* The least that a guess at a passphrase must cost.
 *
 * In the program: crypto/passphrase-floor.c, 256 MiB and three passes. Tests of the key file
 * link tests/support/passphrase-floor.c in its place, which allows next to nothing; since that
 * file is no part of the library, the program cannot contain it. */

#pragma once

#include "crypto/passphrase.h"

ParaphPassphraseCost paraph_passphrase_floor (void);
