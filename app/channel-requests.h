/* Channels beside the plenary, and what is said in any channel: talk off the record, statements on
 * it. Worker's thread, inside the caller's transaction. */

#pragma once

#include "app/record-requests.h"
#include "negotiation/packet.h"

/* Opens a channel of the own delegation with the members of the plenary that have these codes. */
gboolean paraph_channel_open (ParaphHome *home, ParaphChannel *plenary, const char *name,
                              const char *const *codes, ParaphMade *ret_made, GError **error);

/* One thing said, as this home holds it. */
typedef struct
{
  ParaphActor by;
  gint64 time; /* the author's claim */
  char *words;
  char *file_name; /* NULL: none */
  GBytes *file;
} ParaphTalkLine;

/* In order of arrival, ParaphTalkLine *; at most 4096 of them. */
GPtrArray *paraph_talk_list (ParaphHome *home, ParaphChannel *channel, GError **error);

/* Off the record: words, or a file with its name (NULL: none), or both. */
gboolean paraph_talk_say (ParaphHome *home, ParaphChannel *channel, const char *words,
                          const char *file_name, GBytes *file, GError **error);

/* On the record. */
gboolean paraph_statement_make (ParaphHome *home, ParaphChannel *channel, const char *language,
                                GBytes *content, ParaphMade *ret_made, GError **error);
