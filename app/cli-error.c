#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "app/home.h"

typedef struct
{
  int exit;
  const char *word;
  const char *sentence; /* NULL: the error's own; with one %s for it */
} Rule;

static const Rule APP_RULES[] = {
  [PARAPH_APP_ERROR_USAGE] = { 2, "usage", NULL },
  [PARAPH_APP_ERROR_REFUSED] = { 3, "refused", NULL },
  [PARAPH_APP_ERROR_IO] = { 4, "io", NULL },
  [PARAPH_APP_ERROR_LOCKED] = { 5, "locked", NULL },
};

static const Rule STORE_RULES[] = {
  [PARAPH_STORE_ERROR_IN_USE] = { 4, "in-use",
                                  N_ ("Another program has this home open. Close it and try again.") },
  [PARAPH_STORE_ERROR_NEWER] = { 4, "newer",
                                 N_ ("A newer version of Paraph wrote this home. Use that version.") },
  [PARAPH_STORE_ERROR_DAMAGED] = { 3, "damaged",
                                   N_ ("This home is damaged. Keep a copy of it and put a good backup back.") },
  [PARAPH_STORE_ERROR_FULL] = { 4, "full",
                                N_ ("No space is left. Nothing was changed; free some space and try again.") },
  [PARAPH_STORE_ERROR_IO] = { 4, "io",
                              N_ ("The home cannot be read or written. Check the disk and try again.") },
  [PARAPH_STORE_ERROR_NOT_A_STORE] = { 4, "no-home",
                                       N_ ("There is no home here. Make one with “paraph-cli init”, or name another "
                                           "with --home.") },
  [PARAPH_STORE_ERROR_EXISTS] = { 3, "exists",
                                  N_ ("There is a home here already. Name another place with --home.") },
  [PARAPH_STORE_ERROR_WRONG_KEY] = { 5, "wrong-key",
                                     N_ ("This key does not open the home. Give the right key file or "
                                         "passphrase.") },
  [PARAPH_STORE_ERROR_OLD_COPY] = { 3, "old-copy",
                                    N_ ("This home is an older copy. Use the newest one: an old copy would say "
                                        "things twice.") },
  [PARAPH_STORE_ERROR_REFUSED] = { 3, "refused", NULL },
  [PARAPH_STORE_ERROR_MEMORY] = { 4, "memory",
                                  N_ ("Memory that stays off the disk is not to be had. Raise the limit of "
                                      "locked memory (ulimit -l) and try again.") },
  [PARAPH_STORE_ERROR_INTERNAL] = { 4, "internal",
                                    N_ ("The program broke a rule of its own. Nothing was changed.") },
};

static const Rule REFUSED = { 3, "refused", NULL };
static const Rule OTHER = { 4, "io", NULL };

static const Rule *
find_rule (const GError *error)
{
  guint code = (guint) error->code;

  if (error->domain == PARAPH_APP_ERROR && code < G_N_ELEMENTS (APP_RULES))
    return &APP_RULES[code];
  if (error->domain == PARAPH_STORE_ERROR && code < G_N_ELEMENTS (STORE_RULES))
    return &STORE_RULES[code];
  if (error->domain == PARAPH_NEGOTIATION_ERROR)
    return &REFUSED;
  return &OTHER;
}

int
paraph_cli_error_get_exit (const GError *error)
{
  return find_rule (error)->exit;
}

const char *
paraph_cli_error_get_word (const GError *error)
{
  return find_rule (error)->word;
}

char *
paraph_cli_error_dup_sentence (const GError *error)
{
  const Rule *rule = find_rule (error);
  gsize length = 0;

  if (rule->sentence != NULL)
    return g_strdup (_ (rule->sentence));
  length = strlen (error->message);
  if (length > 0 && error->message[length - 1] == '.')
    return g_strdup (error->message);
  return g_strconcat (error->message, ".", NULL);
}
