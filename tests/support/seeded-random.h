/* The repeatable randomness of test programs: a program that lists seeded-random.c among its own
 * sources is linked with it in place of crypto/session-random.c. Never part of a library. */

#pragma once

#include <stdint.h>

/* Begins the sequence of SEED. Without a call it is that of seed 0. */
void seeded_random_start (uint32_t seed);
