/* A home that is open: the store, the ledger read from it, the own keys and sessions.
 *
 * Lives in the worker's thread and belongs to it. Every flow and every verb takes it first. When a
 * transaction is rolled back the ledger in memory may say more than the store: the client then
 * drops the home and loads it anew (app/client.h). */

#pragma once

#include "crypto/session.h"
#include "negotiation/address.h"
#include "negotiation/papers.h"
#include "store/store.h"
#include "transport/transport.h"

typedef struct
{
  ParaphStore *store;         /* borrowed */
  ParaphLedger *ledger;       /* owned */
  ParaphSessions *sessions;   /* owned; NULL in a home without a delegation */
  ParaphTransport *transport; /* owned; NULL without a carrier */
  ParaphId delegation;        /* own founding id; zero: a home for auditing only */
  ParaphId device;            /* own device id */
  ParaphSecret *signing_key;  /* owned; Ed25519 */
  ParaphSecret *envelope_key; /* owned; X25519 */
  gpointer sessions_data;     /* owned by home.c */
} ParaphHome;

/* What `init` asks. All borrowed. */
typedef struct
{
  const char *delegation; /* name */
  const char *code;
  const char *person;
  const char *custodian_out; /* file for the custodian key; NULL: kept in the home, sealed */
  const char *pouch;         /* directory; NULL: none yet */
} ParaphHomeFounding;

#define PARAPH_APP_ERROR (paraph_app_error_quark ())

typedef enum
{
  PARAPH_APP_ERROR_USAGE,   /* exit 2 */
  PARAPH_APP_ERROR_REFUSED, /* exit 3: refused input, or a rule of the talks */
  PARAPH_APP_ERROR_IO,      /* exit 4: files, carrier, in use */
  PARAPH_APP_ERROR_LOCKED   /* exit 5: locked, wrong key */
} ParaphAppError;

GQuark paraph_app_error_quark (void);

/* Makes keys, the delegation's identity chain and the first address block, inside the caller's
 * transaction. */
gboolean paraph_home_found (ParaphStore *store, const ParaphHomeFounding *founding, GError **error);

/* Reads everything back. The record rows' ids are recomputed: a swapped or damaged row is an error
 * that names it. */
ParaphHome *paraph_home_load (ParaphStore *store, GError **error);
void paraph_home_free (ParaphHome *self);

/* Reads the ledger anew, after a part of a transaction was undone. What was borrowed is gone. */
gboolean paraph_home_reload (ParaphHome *self, GError **error);

/* The own device's powers at the head of the own chain; NULL when revoked or not founded. */
const ParaphPowers *paraph_home_get_powers (ParaphHome *self);

/* What a device of any known delegation holds; NULL: unknown or revoked. Borrowed until the next
 * placing. */
const ParaphPowers *paraph_home_find_device (ParaphHome *self, const ParaphId *device);

/* Makes the next address block of the own device, with the current signed prekey, and keeps it. */
gboolean paraph_home_renew_address (ParaphHome *self, GError **error);

/* A delegation's card (docs/PROTOCOL.md section 9) from what this home holds. */
GBytes *paraph_home_make_card (ParaphHome *self, const ParaphId *delegation, GError **error);

/* What such a card is made of: ParaphSealedRecord * and ParaphAddress *. */
gboolean paraph_home_list_card (ParaphHome *self, const ParaphId *delegation,
                                GPtrArray **ret_records, GPtrArray **ret_addresses, GError **error);

/* The newest address block of a device; NULL without *error: none is known. */
ParaphAddress *paraph_home_get_address (ParaphHome *self, const ParaphId *device, GError **error);

/* Whole seconds since 1970, and random bytes: the only places where app/ reads either. */
gint64 paraph_home_now (void);
void paraph_home_random (gpointer bytes, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphHome, paraph_home_free)
