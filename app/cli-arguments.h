/* The words of one command line, taken apart: global options, the command, its own. */

#pragma once

#include <glib.h>

typedef struct
{
  GPtrArray *words;    /* char *: what is no option, the command's own words first */
  GHashTable *options; /* name without dashes -> GPtrArray of char * */
} ParaphArguments;

/* Takes "--name VALUE", "--name=VALUE", "-m VALUE" and flags apart; "--" ends options. with_value:
 * the names that take a value, a space before and after each. */
ParaphArguments *paraph_arguments_parse (const char *const *words, const char *with_value,
                                         GError **error);
void paraph_arguments_free (ParaphArguments *self);

gboolean paraph_arguments_has (const ParaphArguments *self, const char *name);
/* The last value given, or otherwise fallback. */
const char *paraph_arguments_get (const ParaphArguments *self, const char *name,
                                  const char *fallback);
/* All values, NULL-terminated; split: each also at its commas. Free with g_strfreev. */
char **paraph_arguments_list (const ParaphArguments *self, const char *name, gboolean split);
/* Word number i, or NULL. */
const char *paraph_arguments_word (const ParaphArguments *self, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphArguments, paraph_arguments_free)
