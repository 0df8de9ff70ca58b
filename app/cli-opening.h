/* The home of one run of the command line: its key or passphrase, opening, founding, closing. */

#pragma once

#include "app/cli.h"

/* Runs command with the home that the options name; with FOUNDS_HOME it is made first, and taken
 * away again where that fails. */
gboolean paraph_cli_run_with_home (const ParaphCliCommand *command, ParaphCli *cli, GError **error);
