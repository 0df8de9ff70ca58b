/* The header of a record: parsed, immutable, not yet verified.
 *
 * docs/PROTOCOL.md sections 2 to 4. A header is what its bytes say and nothing more: whether
 * anybody signed it is ParaphSealedRecord's business (negotiation/record.h). Atomically reference
 * counted, any thread. */

#pragma once

#include <glib.h>

#include "crypto/types.h"
#include "negotiation/kind.h"

#define PARAPH_HEADER_MAX ((gsize) 128 * 1024)
#define PARAPH_SEEN_MAX 512
#define PARAPH_BODIES_MAX 64

#define PARAPH_NEGOTIATION_ERROR (paraph_negotiation_error_quark ())

typedef enum
{
  PARAPH_NEGOTIATION_ERROR_MALFORMED, /* bytes that are not of the form */
  PARAPH_NEGOTIATION_ERROR_LIMIT,     /* larger, or more, than the protocol allows */
  PARAPH_NEGOTIATION_ERROR_SIGNATURE, /* a signature that does not verify */
  PARAPH_NEGOTIATION_ERROR_RULE       /* a rule of the talks forbids it */
} ParaphNegotiationError;

GQuark paraph_negotiation_error_quark (void);

/* A place in a chain and the record that stands there. */
typedef struct
{
  ParaphId author;
  gint64 number;
  ParaphId id;
} ParaphPlace;

typedef struct
{
  const char *role;
  const char *name;
  const char *language; /* NULL for "-" */
  const char *media_type;
  gint64 size; /* of the blob, in bytes */
  ParaphId blob;
} ParaphBody;

/* Everything of a header at once; read only. An absent id is all zero. */
typedef struct
{
  ParaphId id;
  GBytes *bytes;
  ParaphKind kind;
  const char *kind_word;
  ParaphId negotiation;
  ParaphId channel; /* effective: the own id of a charter or channel; the founding id, its own
                       for a delegation record, in an identity chain */
  ParaphId author;  /* device; in identity records the founding id (own id for delegation) */
  ParaphId identity;
  gint64 number;
  ParaphId previous;
  guint n_seen;
  const ParaphPlace *seen;
  gint64 clock;
  gint64 time; /* seconds since 1970, a claim */
  guint n_bodies;
  const ParaphBody *bodies;
} ParaphHeader;

/* Refuses everything but the one legal serialisation. Of a charter, negotiation is its own id. */
ParaphHeader *paraph_header_parse (GBytes *bytes, GError **error);
ParaphHeader *paraph_header_ref (const ParaphHeader *self);
void paraph_header_unref (ParaphHeader *self);

/* The value of a field that stands once; NULL for "-" and for a key the kind does not have. */
const char *paraph_header_get_value (const ParaphHeader *self, const char *key);

/* All values of a repeated field, NULL-terminated; empty for "-". Borrowed. */
const char *const *paraph_header_get_values (const ParaphHeader *self, const char *key);

/* The same as an id; FALSE when absent. */
gboolean paraph_header_get_id (const ParaphHeader *self, const char *key, ParaphId *ret_id);

/* The value, which is a decimal, or -1 when absent. */
gint64 paraph_header_get_number (const ParaphHeader *self, const char *key);

/* Parses "<id> <decimal> <id>" (lines head and identity-head). */
gboolean paraph_place_parse (const char *value, ParaphPlace *ret_place);

/* The first body of this role and language; of any language where language is NULL. NULL: none. */
const ParaphBody *paraph_header_find_body (const ParaphHeader *self, const char *role,
                                           const char *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphHeader, paraph_header_unref)
