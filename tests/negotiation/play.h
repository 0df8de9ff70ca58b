/* A random history: six replicas that hear of one another's records late, in part, or never. */

#pragma once

#include "tests/negotiation/world.h"

#include "negotiation/papers.h"

#define PLAY_STEPS 28

typedef struct
{
  World *world;
  ParaphLedger *replicas[WORLD_DELEGATIONS]; /* made by play_history; the caller frees them */
  guint steps;                               /* PLAY_STEPS */
  gboolean forks;                            /* whether devices may give one place to two records */
} Play;

/* Everything that happens is in world->records; no replica holds all of it. */
void play_history (Play *play);

/* Places a record that may wait, and is not refused. */
void play_deliver (ParaphLedger *ledger, ParaphSealedRecord *sealed);
