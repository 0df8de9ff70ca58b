/* What passes through the interface of the carriers: sizes, reasons, status, one poll's harvest.
 *
 * All functions may be called in any thread; the values belong to who holds them. */

#pragma once

#include <glib.h>

#define PARAPH_TRANSPORT_ID_LENGTH 64      /* SHA-256 of the envelope in lower-case hex */
#define PARAPH_TRANSPORT_MAILBOX_LENGTH 32 /* lower-case hex */
#define PARAPH_TRANSPORT_ENVELOPE_MAX 49152

/* Every reason why a carrier refuses something; also the reason of a status. */
typedef enum
{
  PARAPH_TRANSPORT_ERROR_INVALID,   /* no envelope size, mailbox or token: our caller's mistake */
  PARAPH_TRANSPORT_ERROR_STOPPED,   /* not started */
  PARAPH_TRANSPORT_ERROR_ABSENT,    /* not mounted, not yet synchronised, not reachable */
  PARAPH_TRANSPORT_ERROR_FULL,      /* no room left: pauses posting */
  PARAPH_TRANSPORT_ERROR_READ_ONLY, /* nothing can be written: pauses posting */
  PARAPH_TRANSPORT_ERROR_DEVICE,    /* input/output error, or pulled out: pauses posting */
  PARAPH_TRANSPORT_ERROR_DENIED,    /* no permission for this mailbox */
  PARAPH_TRANSPORT_ERROR_UNSAFE,    /* a link or other thing where a directory or file belongs */
  PARAPH_TRANSPORT_ERROR_VANISHED,  /* something was removed under our hands: try again */
  PARAPH_TRANSPORT_ERROR_FLOOD      /* only a status: more waits than one pass takes */
} ParaphTransportError;

#define PARAPH_TRANSPORT_ERROR (paraph_transport_error_quark ())
GQuark paraph_transport_error_quark (void);

typedef enum
{
  PARAPH_TRANSPORT_DOWN,  /* stopped, or absent */
  PARAPH_TRANSPORT_UP,    /* works */
  PARAPH_TRANSPORT_PAUSED /* FLOOD: hands over no arrivals; other reasons: takes no posts */
} ParaphTransportState;

typedef struct
{
  ParaphTransportState state;
  ParaphTransportError reason; /* meaningful unless UP */
  char *detail;                /* owned: which path or server, for people; never NULL */
} ParaphTransportStatus;

typedef struct
{
  GBytes *bytes; /* owned: a whole envelope; its size is on the ladder, nothing else is known */
  char *token;   /* owned: opaque, for done */
} ParaphArrival;

/* What one poll hands over. All is owned by the batch. */
typedef struct
{
  GPtrArray *arrivals;   /* ParaphArrival */
  GPtrArray *accepted;   /* char *: ids of posted envelopes that the carrier now keeps durably */
  GPtrArray *incomplete; /* char *: tokens of mail that is damaged or still being written */
  GBytes *mark;          /* nullable: store in the transaction, give to the next start */
  gboolean more;         /* poll again: this pass has not ended */
} ParaphTransportBatch;

/* Whether `size`, in bytes, is on the ladder 1, 2, 4, 8, 16, 32, 48 KiB. */
gboolean paraph_transport_is_envelope_size (guint64 size);

/* Whether `text` is exactly `length` lower-case hexadecimal digits. NULL is not. */
gboolean paraph_transport_is_hex (const char *text, gsize length);

/* For carriers. */
ParaphTransportBatch *paraph_transport_batch_new (void);
void paraph_transport_batch_add (ParaphTransportBatch *self, GBytes *bytes, const char *token);

void paraph_transport_batch_free (ParaphTransportBatch *self);
void paraph_transport_status_free (ParaphTransportStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphTransportBatch, paraph_transport_batch_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphTransportStatus, paraph_transport_status_free)
