/* What a proposal changes beyond its claims, and where two proposals collide. */

#pragma once

#include "app/cli.h"

/* The member "undeclared" of the object that is open, and a line each for people. null where the
 * texts cannot be compared, which is told. */
void paraph_cli_write_undeclared (ParaphCli *self, ParaphHome *home, ParaphEntry *proposal);
