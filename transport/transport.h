/* The interface of every carrier: it moves opaque envelopes between mailboxes, and no more.
 *
 * A carrier is never trusted for secrecy, authenticity, order or exactly-once: all four live
 * above it. At-least-once is enough: an envelope is identified by the SHA-256 of its bytes.
 *
 * The caller pulls. One thread (the worker) makes every call, and no call waits for a network:
 *   start (mark from the store) -> { poll -> one transaction -> done } ... post ... poll -> stop
 * A carrier that works on this thread (the pouch) does its work inside the calls. A carrier with
 * a thread of its own (XMPP) queues in both directions, answers post and done at once, and emits
 * "ready" when there is something to poll.
 *
 * Signal "ready" (no arguments, emitted in any thread): only a hint to call poll soon.
 * Source: DESIGN.md section 9. */

#pragma once

#include <glib-object.h>

#include "transport/batch.h"

#define PARAPH_TYPE_TRANSPORT (paraph_transport_get_type ())
G_DECLARE_INTERFACE (ParaphTransport, paraph_transport, PARAPH, TRANSPORT, GObject)

/* Each member is the function of the same name below. */
struct _ParaphTransportInterface
{
  GTypeInterface parent_iface;
  gboolean (*start) (ParaphTransport *self, GBytes *mark, GError **error);
  void (*stop) (ParaphTransport *self);
  gboolean (*rescan) (ParaphTransport *self, GError **error);
  gboolean (*post) (ParaphTransport *self, const char *mailbox, GBytes *envelope, GError **error);
  ParaphTransportBatch *(*poll) (ParaphTransport *self, guint max, GError **error);
  gboolean (*done) (ParaphTransport *self, const char *const *tokens, GError **error);
  ParaphTransportStatus *(*dup_status) (ParaphTransport *self);
};

/* Opens the carrier and begins a pass over what waits. `mark` is that of the last committed batch;
 * NULL at first. On failure the status tells the same reason; start or rescan again later. */
gboolean paraph_transport_start (ParaphTransport *self, GBytes *mark, GError **error);

/* Gives every resource back. What was posted and not yet accepted may or may not arrive. */
void paraph_transport_stop (ParaphTransport *self);

/* Lifts a pause and begins a new pass; mail handed over and not done comes again. */
gboolean paraph_transport_rescan (ParaphTransport *self, GError **error);

/* Hands one envelope over for `mailbox`. TRUE does not mean accepted: its id comes with a later
 * poll, of the pouch with the next one. Until then it can be lost, so the outbox keeps it; posting
 * the same bytes again is harmless. */
gboolean paraph_transport_post (ParaphTransport *self, const char *mailbox, GBytes *envelope,
                                GError **error);

/* At most `max` arrivals, and all that was accepted since the last poll; max 0 only settles posts.
 * Never NULL without an error. (transfer full) */
ParaphTransportBatch *paraph_transport_poll (ParaphTransport *self, guint max, GError **error);

/* Forgets mail for good. Only after the transaction with it is committed. NULL-terminated. A mail
 * that is gone already is no failure; after a failure the rest may come again. */
gboolean paraph_transport_done (ParaphTransport *self, const char *const *tokens, GError **error);

/* (transfer full) */
ParaphTransportStatus *paraph_transport_dup_status (ParaphTransport *self);
