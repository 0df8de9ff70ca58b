/* Devices of all delegations at once; the rest is in negotiation/identities.h. */

#pragma once

#include "negotiation/identities.h"

/* What device holds at the head of its delegation's chain; of several delegations that name it, at
 * that with the lowest id. NULL: unknown or revoked. Borrowed; valid until the next placing. */
const ParaphPowers *paraph_identities_find_device (ParaphIdentities *self, const ParaphId *device);
