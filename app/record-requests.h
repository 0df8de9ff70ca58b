/* Making records from drafts, and saying who made one.
 *
 * Worker's thread. Results own their parts and do not change. */

#pragma once

#include "app/home.h"
#include "negotiation/draft.h"

/* Who acts: shown the same way everywhere. Zero device: a delegation as such. */
typedef struct
{
  ParaphId delegation;
  ParaphId device;
  char *code;
  char *name;
  char *person;
} ParaphActor;

void paraph_actor_clear (ParaphActor *self);

/* The author of a placed record. */
void paraph_record_get_actor (ParaphHome *home, ParaphEntry *entry, ParaphActor *ret_actor);
/* A delegation, with its code in channel where it is a member there (NULL: its own code). */
void paraph_delegation_get_actor (ParaphHome *home, ParaphChannel *channel,
                                  const ParaphId *delegation, ParaphActor *ret_actor);

/* What a record became: the answer to every verb that makes one. */
typedef struct
{
  ParaphId id;
  ParaphId channel;
  gint64 number;
  char *symbol; /* NULL: none */
} ParaphMade;

void paraph_made_clear (ParaphMade *self);

/* Places draft in channel (NULL: a charter) and tells what it became. blobs may be NULL. */
gboolean paraph_record_make (ParaphHome *home, ParaphDraft *draft, ParaphChannel *channel,
                             GPtrArray *blobs, ParaphMade *ret_made, GError **error);

/* One body with the role, name and language (NULL: none) of as and this content, its blob added to
 * blobs. */
gboolean paraph_record_add_text (ParaphDraft *draft, GPtrArray *blobs, const ParaphBody *as,
                                 GBytes *content, GError **error);

/* The content of a body this home holds; REFUSED where it is lacking. */
GBytes *paraph_record_get_content (ParaphHome *home, const ParaphBody *body, GError **error);

/* A symbol that is free in channel: the own code, "/", letter and the next number. */
char *paraph_record_choose_symbol (ParaphHome *home, ParaphChannel *channel, const char *letter);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphActor, paraph_actor_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphMade, paraph_made_clear)
