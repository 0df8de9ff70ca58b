#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-error.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "app/error.h"

typedef struct
{
  int exit;
  const char *word;
  const char *sentence; /* NULL: the error's own; "%s" in it stands for the error's message */
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
                                   N_ ("This home is damaged (%s). Keep a copy of it as it is, and put a good backup back.") },
  [PARAPH_STORE_ERROR_FULL] = { 4, "full",
                                N_ ("No space is left. Nothing was changed; free some space and try again.") },
  [PARAPH_STORE_ERROR_IO] = { 4, "io",
                              N_ ("The home cannot be read or written (%s). Check the disk and try again.") },
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
  [PARAPH_STORE_ERROR_REFUSED] = { 3, "refused",
                                   N_ ("The home does not take this (%s). Nothing was changed; give something smaller or other.") },
  [PARAPH_STORE_ERROR_MEMORY] = { 4, "memory",
                                  N_ ("Memory that stays off the disk is not to be had. Raise the limit of "
                                      "locked memory (ulimit -l) and try again.") },
  [PARAPH_STORE_ERROR_INTERNAL] = { 4, "internal",
                                    N_ ("The program broke a rule of its own (%s). Nothing was changed; report it.") },
};

static const Rule REFUSED = {
  3, "refused",
  N_ ("This is not what the protocol allows, and is refused whole (%s). Correct "
      "it, or ask whoever made it for it again.")
};
static const Rule OTHER = {
  4, "io", N_ ("This cannot be read or written (%s). Check the place and try again.")
};

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

static const char *
translate (const char *sentence)
{
  return _ (sentence);
}

/* The reason is of the layers below: detail, in English, without its full stop. */
static char *
put_reason (const char *sentence, const char *reason)
{
  g_auto (GStrv) parts = g_strsplit (_ (sentence), "%s", 2);
  gsize length = strlen (reason);
  gboolean has_stop = length > 0 && reason[length - 1] == '.';
  g_autofree char *detail = g_strndup (reason, has_stop ? length - 1 : length);

  return parts[1] == NULL ? g_strdup (parts[0]) : g_strconcat (parts[0], detail, parts[1], NULL);
}

char *
paraph_cli_error_dup_sentence (const GError *error)
{
  const Rule *rule = find_rule (error);
  char *sentence = paraph_app_error_dup_sentence (error, translate);

  if (sentence != NULL)
    return sentence;
  if (rule->sentence != NULL)
    return put_reason (rule->sentence, error->message);
  return g_strconcat (error->message, g_str_has_suffix (error->message, ".") ? "" : ".", NULL);
}
