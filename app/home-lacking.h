/* Placed records of which this home lacks a body. Kept up to date in memory while it is open. */

#pragma once

#include "app/home.h"
#include "negotiation/channel.h"

/* Looks again at a record that has just been placed, or whose bodies have come. */
gboolean paraph_home_review_lacking (ParaphHome *self, const ParaphHeader *header, GError **error);

gboolean paraph_home_is_lacking (ParaphHome *self, const ParaphId *id, gboolean *ret_is_lacking,
                                 GError **error);

/* Ids, ParaphId, sorted; of one channel, or of all where channel is NULL. */
gboolean paraph_home_list_lacking (ParaphHome *self, ParaphChannel *channel, GArray **ret_ids,
                                   GError **error);
