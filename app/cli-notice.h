/* Notices as sentences, and as members of the JSON. */

#pragma once

#include "app/cli.h"

/* What is new, each once: a line and an object each in the list "notices". Begins and commits for
 * itself. */
gboolean paraph_cli_write_new_notices (ParaphCli *self, ParaphHome *home, GError **error);

/* All that were ever noted, of one channel unless channel is NULL; inside the caller's
 * transaction. */
gboolean paraph_cli_write_notices (ParaphCli *self, ParaphHome *home, ParaphChannel *channel,
                                   GError **error);
