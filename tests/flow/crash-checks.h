/* What must hold of a home at the end of the talks of crash-talks.h. Worker's thread. */

#pragma once

#include "app/home.h"

/* The one channel; NULL: no charter yet. */
ParaphChannel *crash_get_channel (ParaphHome *home);

/* A placed record by its kind and symbol (NULL: any); NULL: none. Two alike are a failure. */
ParaphEntry *crash_find (ParaphHome *home, ParaphKind kind, const char *symbol);

/* Whether these words were said; said twice is a failure. */
gboolean crash_count_talk (ParaphHome *home, const char *words, gboolean *ret_is_said,
                           GError **error);

/* Verb; data: guint64 *, which counts up. */
gboolean crash_count_outbox (ParaphHome *home, gpointer data, GError **error);

typedef struct
{
  const char *const *texts; /* symbols of all there are, NULL-terminated */
  const char *const *talk;  /* the words of all there is */
  char *tips;               /* owned: what the home before said of its chains */
} CrashPicture;

/* Verb; data: CrashPicture *. */
gboolean crash_check_home (ParaphHome *home, gpointer data, GError **error);

/* No envelope is left in any mailbox. */
void crash_check_pouch (const char *pouch);
