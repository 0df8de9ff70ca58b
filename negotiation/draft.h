/* A record in the making: what its author wants to say, not yet placed in a chain.
 *
 * Times, salts and ids are given by the caller; nothing here reads a clock or draws randomness.
 * Turning a draft into a header sorts the lists, fills "-" in, and parses the result with the very
 * parser that others will use. One thread. */

#pragma once

#include <glib.h>

#include "negotiation/header.h"

typedef struct ParaphDraft ParaphDraft;

/* Where in its chain a record will stand; computed by paraph_channel_next_place. */
typedef struct
{
  ParaphId negotiation; /* zero in identity records and in a charter */
  ParaphId channel;     /* zero in openings */
  ParaphId author;
  ParaphId identity;
  gint64 number;
  ParaphId previous;
  GArray *seen; /* of ParaphPlace, owned by the caller; NULL for none */
  gint64 clock;
} ParaphPosition;

ParaphDraft *paraph_draft_new (ParaphKind kind);
void paraph_draft_free (ParaphDraft *self);

/* Adds one line. Keys are those of the kind's table; values are checked in paraph_draft_finish. */
void paraph_draft_add (ParaphDraft *self, const char *key, const char *value);
void paraph_draft_add_id (ParaphDraft *self, const char *key, const ParaphId *id);

/* language may be NULL. size and blob are those of the whole blob, first line included. */
void paraph_draft_add_body (ParaphDraft *self, const ParaphBody *body);

/* The finished header, or an error naming the line that is not legal. */
ParaphHeader *paraph_draft_finish (ParaphDraft *self, const ParaphPosition *position, gint64 time,
                                   const guint8 salt[16], GError **error);

/* A blob: the first line with the given 32 random bytes, then content. */
GBytes *paraph_blob_new (const guint8 random[32], GBytes *content);

/* The content of a blob, sharing its memory; an error where the first line is not legal, or a
 * text/ type is not UTF-8 or holds U+0000. */
GBytes *paraph_blob_get_content (GBytes *blob, const char *media_type, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphDraft, paraph_draft_free)
