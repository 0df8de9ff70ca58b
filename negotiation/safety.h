/* The safety number of two delegations (docs/PROTOCOL.md section 13). Pure, any thread. */

#pragma once

#include "negotiation/identities.h"

/* The text that is hashed for one delegation, first line included. Free with g_free. */
char *paraph_safety_text (const ParaphDelegation *delegation);

/* Twelve groups of five digits, one space between, the same in either order of the arguments. NULL
 * where both are the same delegation. Free with g_free. */
char *paraph_safety_number (const ParaphDelegation *one, const ParaphDelegation *other);
