/* From what a person calls a thing to the thing: symbol, unique name, or the beginning of an id.
 *
 * Worker's thread. A name that fits nothing, or several things, is PARAPH_APP_ERROR_REFUSED with a
 * sentence. Results are borrowed from the ledger and valid until the next placing. */

#pragma once

#include "app/home.h"

/* How many digits of an id suffice. */
typedef enum
{
  PARAPH_FIND_READING = 6,
  PARAPH_FIND_BINDING = 16
} ParaphFindUse;

/* By code, name or id. */
gboolean paraph_find_delegation (ParaphHome *home, const char *name, ParaphFindUse use,
                                 ParaphId *ret_delegation, GError **error);

/* A device in force of any delegation, by person or id. Borrowed powers. */
const ParaphPowers *paraph_find_device (ParaphHome *home, const char *name, ParaphFindUse use,
                                        GError **error);

/* The plenary of a negotiation, by title or id; NULL names the only one. */
ParaphChannel *paraph_find_negotiation (ParaphHome *home, const char *name, ParaphFindUse use,
                                        GError **error);

/* By name, "plenary", the title of its negotiation, or id. */
ParaphChannel *paraph_find_channel (ParaphHome *home, const char *name, ParaphFindUse use,
                                    GError **error);

/* Any placed record of a channel by symbol or id. */
ParaphEntry *paraph_find_record (ParaphHome *home, const char *name, ParaphFindUse use,
                                 GError **error);

/* The same, of one kind. */
ParaphEntry *paraph_find_paper (ParaphHome *home, const char *name, ParaphKind kind,
                                ParaphFindUse use, GError **error);

/* A text by symbol, title or id, with its state. Transfer full. */
ParaphText *paraph_find_text (ParaphHome *home, const char *name, ParaphFindUse use,
                              GError **error);

/* T, or T@V: a version of text T, the current one where none is named. ret_text: transfer full,
 * may be NULL. */
ParaphEntry *paraph_find_version (ParaphHome *home, const char *name, ParaphFindUse use,
                                  ParaphText **ret_text, GError **error);
