#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-opening.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "app/cli-files.h"
#include "app/cli-terminal.h"
#include "app/client.h"
#include "store/home-files.h"

/* What an `init` that fails has to take away again: only what was not there before it. */
typedef struct
{
  const char *home;
  const char *key; /* borrowed; NULL: none */
  char *custodian;
  char *next;
  gboolean had_home;
  gboolean had_files; /* of a home */
  gboolean had_key;
  gboolean had_custodian;
  gboolean had_next;
} Before;

static void
before_clear (Before *self)
{
  g_free (self->custodian);
  g_free (self->next);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Before, before_clear)

static gboolean
exists (const char *path)
{
  GStatBuf status;

  return path != NULL && g_lstat (path, &status) == 0;
}

static void
before_fill (Before *self, const ParaphArguments *arguments, const char *home)
{
  const char *custodian = paraph_arguments_get (arguments, "custodian-out", NULL);
  g_autofree char *key = paraph_home_get_key_path (home);
  g_autofree char *database = paraph_home_get_database_path (home);

  self->home = home;
  self->key = paraph_arguments_get (arguments, "key-file", NULL);
  self->custodian = g_strdup (custodian);
  self->next = custodian == NULL ? NULL : g_strconcat (custodian, ".next", NULL);
  self->had_home = exists (home);
  self->had_files = exists (key) || exists (database);
  self->had_key = exists (self->key);
  self->had_custodian = exists (self->custodian);
  self->had_next = exists (self->next);
}

/* A home that another process makes there at the same time is not ours to remove. */
static gboolean
is_of_others (const GError *error)
{
  return g_error_matches (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_EXISTS)
         || g_error_matches (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_IN_USE);
}

/* A file that stays because it cannot be removed holds nothing that is in force. */
static void
before_restore (const Before *self, const GError *reason)
{
  if (!self->had_files && !is_of_others (reason) && exists (self->home))
    (void) paraph_home_remove (self->home, NULL);
  if (!self->had_home)
    (void) g_rmdir (self->home); /* only where it is empty */
  if (!self->had_custodian && self->custodian != NULL)
    (void) g_unlink (self->custodian);
  if (!self->had_next && self->next != NULL)
    (void) g_unlink (self->next);
  if (!self->had_key && self->key != NULL)
    (void) g_unlink (self->key);
}

static ParaphSecret *
ask_passphrase (ParaphCli *cli, gboolean is_new, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *typed = NULL;
  ParaphSecret *result = NULL;

  if (cli->ask == NULL)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_LOCKED,
                   _ ("The home is locked, and there is no terminal to ask at. Give its key with "
                      "--key-file FILE, or its passphrase with --passphrase-file FILE."));
      return NULL;
    }
  if (is_new)
    typed = paraph_terminal_ask_new_secret (_ ("New passphrase of this home:"),
                                            _ ("The same again:"), error);
  else
    typed = paraph_terminal_ask_secret (_ ("Passphrase:"), error);
  if (typed == NULL || !paraph_cli_check_passphrase (typed, error))
    return NULL;
  result = typed;
  typed = NULL;
  return result;
}

/* How the home is opened; its secrets belong to the caller. */
static gboolean
fill_opening (ParaphCli *cli, gboolean is_new, ParaphStoreOpening *opening,
              ParaphSecret **ret_secret, GError **error)
{
  const char *key = paraph_arguments_get (cli->arguments, "key-file", NULL);
  const char *passphrase = paraph_arguments_get (cli->arguments, "passphrase-file", NULL);

  if (key != NULL && passphrase != NULL)
    {
      g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                   _ ("A home opens with one of --key-file and --passphrase-file. Leave one of "
                      "them out."));
      return FALSE;
    }
  if (key != NULL)
    opening->key = *ret_secret = paraph_cli_read_key (key, is_new, error);
  else if (passphrase != NULL)
    opening->passphrase = *ret_secret = paraph_cli_read_passphrase (passphrase, error);
  else
    opening->passphrase = *ret_secret = ask_passphrase (cli, is_new, error);
  return *ret_secret != NULL;
}

static gboolean
check_founding (const ParaphCliCommand *command, const ParaphHomeFounding *founding, GError **error)
{
  if (founding->delegation != NULL && founding->code != NULL && founding->person != NULL)
    return TRUE;
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE, _ ("Usage: paraph-cli %s %s."),
               command->name, command->usage);
  return FALSE;
}

typedef struct
{
  const ParaphCliCommand *command;
  ParaphCli *cli;
} Job;

static gboolean
run_job (ParaphHome *home, gpointer data, GError **error)
{
  Job *job = data;

  return job->command->run (job->cli, home, error);
}

static gboolean
run_with_client (ParaphClient *client, const ParaphCliCommand *command, ParaphCli *cli,
                 GError **error)
{
  Job job = { command, cli };
  g_autoptr (GError) closing = NULL;
  gboolean is_done = paraph_client_run (client, run_job, &job,
                                        command->need == PARAPH_CLI_OWN_TRANSACTIONS, error);

  if (paraph_client_close (client, is_done ? error : &closing))
    return is_done;
  if (!is_done)
    paraph_cli_warn (cli, "%s", closing->message);
  return FALSE;
}

static gboolean
open_new (ParaphClient *client, ParaphCli *cli, const ParaphHomeFounding *founding,
          const char *directory, GError **error)
{
  g_auto (Before) before = { 0 };
  GError *reason = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  ParaphStoreOpening opening = { .directory = directory };

  before_fill (&before, cli->arguments, directory);
  if (fill_opening (cli, TRUE, &opening, &secret, &reason)
      && paraph_client_open (client, &opening, founding, &reason))
    return TRUE;
  before_restore (&before, reason);
  g_propagate_error (error, reason);
  return FALSE;
}

/* A home that is damaged does not load; its audit has to run all the same. */
static gboolean
open_existing (ParaphClient *client, const ParaphCliCommand *command,
               const ParaphStoreOpening *opening, GError **error)
{
  if (command->need == PARAPH_CLI_MAY_WORK_WITHOUT)
    return paraph_client_open_rows (client, opening, error);
  return paraph_client_open (client, opening, NULL, error);
}

gboolean
paraph_cli_run_with_home (const ParaphCliCommand *command, ParaphCli *cli, GError **error)
{
  g_autoptr (ParaphClient) client = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "paraph", NULL);
  const ParaphArguments *arguments = cli->arguments;
  ParaphStoreOpening opening = { .directory = paraph_arguments_get (arguments, "home", usual) };
  ParaphHomeFounding founding = { .delegation =
                                      paraph_arguments_get (arguments, "delegation", NULL),
                                  .code = paraph_arguments_get (arguments, "code", NULL),
                                  .person = paraph_arguments_get (arguments, "person", NULL),
                                  .custodian_out =
                                      paraph_arguments_get (arguments, "custodian-out", NULL),
                                  .pouch = paraph_arguments_get (arguments, "pouch", NULL) };

  if (command->need == PARAPH_CLI_FOUNDS_HOME)
    {
      if (!check_founding (command, &founding, error))
        return FALSE;
      client = paraph_client_new ();
      return open_new (client, cli, &founding, opening.directory, error)
             && run_with_client (client, command, cli, error);
    }
  if (!fill_opening (cli, FALSE, &opening, &secret, error))
    return FALSE;
  client = paraph_client_new ();
  return open_existing (client, command, &opening, error)
         && run_with_client (client, command, cli, error);
}
