/* What a person has to be told, with the names of those it is about.
 *
 * Worker's thread, inside the caller's transaction. A notice is new until it was taken once; it is
 * kept and can be listed ever after. */

#pragma once

#include "app/record-requests.h"

typedef struct
{
  char *kind;   /* a word: fork, false-claim, refused ... */
  char *detail; /* a word, or NULL */
  ParaphId channel;
  ParaphId record;
  char *symbol;       /* of the record; NULL: none, or it is not placed here */
  ParaphActor by;     /* who did it, as far as that is proven; all zero: nobody is known */
  ParaphActor author; /* whom the record names as its author, where nothing proves it */
  gint64 time;
} ParaphNotice;

void paraph_notice_free (ParaphNotice *self);

/* New ones, at most limit of them, oldest first; they are new no more. ret_left: how many still
 * are. GPtrArray of ParaphNotice. */
GPtrArray *paraph_notice_take_new (ParaphHome *home, guint limit, guint64 *ret_left,
                                   GError **error);

/* All that were ever noted, oldest first; of one channel unless channel is NULL. */
GPtrArray *paraph_notice_list (ParaphHome *home, ParaphChannel *channel, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphNotice, paraph_notice_free)
