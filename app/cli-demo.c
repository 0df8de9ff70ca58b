/* The sample negotiation: the command. Its acts are the other cli-demo files.
 *
 * The homes stay usable afterwards (--dir). The program that plays the cheat is in the source tree
 * only (tests/support/paraph-rogue): without it that act is left out, and said to be. */

#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-demo.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

const ParaphDemoPlayer paraph_demo_cast[PARAPH_DEMO_CAST] = {
  { "MED", "mediator", "Republic of Medara", "Ambassador Ines Quell" },
  { "AST", "party", "Astoria", "General Tomas Arvid" },
  { "BOR", "party", "Borduvia", "Minister Vera Lint" },
  { "GAR", "guarantor", "Garland", "Envoy Paul Ostend" },
  { "KES", "guarantor", "Kestria", "Envoy Lena Hart" },
  { "LOR", "guarantor", "Lorne", "Envoy Idris Bell" },
  { "MON", "observer", "Montel", "Colonel Ada Reyes" },
  { "NOR", "observer", "Nordland", "Major Jon Fell" },
  { "ORS", "observer", "Orsk", "Dr Mina Sorel" },
  { "PEL", "observer", "Pelar", "Captain Hugo Wren" },
};

/* PARAPH_ROGUE, or the one of the build tree that this program stands in; NULL: neither. */
static char *
find_rogue (void)
{
  const char *given = g_getenv ("PARAPH_ROGUE");
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self == NULL ? NULL : g_path_get_dirname (self);
  g_autofree char *path =
      given != NULL    ? g_strdup (given)
      : folder == NULL ? NULL
                       : g_build_filename (folder, "..", "tests", "support", "paraph-rogue", NULL);

  return path != NULL && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&path)
                                                                       : NULL;
}

static gboolean
wants_colour (const ParaphCli *cli)
{
  const char *refusal = g_getenv ("NO_COLOR");

  return cli->is_terminal && (refusal == NULL || refusal[0] == '\0')
         && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

static char *
make_directory (const char *given, GError **error)
{
  g_autofree char *absolute = given == NULL ? NULL : g_canonicalize_filename (given, NULL);

  if (given == NULL)
    return g_dir_make_tmp ("paraph-sample-XXXXXX", error);
  if (g_mkdir_with_parents (absolute, 0700) == 0)
    return g_steal_pointer (&absolute);
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_IO,
               _ ("The folder %s cannot be made: %s. Name another one with --dir."), absolute,
               g_strerror (errno));
  return NULL;
}

static gboolean
play (ParaphDemo *demo, GError **error)
{
  if (!paraph_demo_gather (demo, error) || !paraph_demo_negotiate (demo, error)
      || !paraph_demo_prove (demo, error))
    return FALSE;
  paraph_output_boolean (demo->output, "cheat", demo->rogue != NULL);
  if (demo->rogue != NULL)
    return paraph_demo_cheat (demo, error);
  paraph_demo_tell (demo, PARAPH_STORY_WORDS,
                    _ ("Left out here: how a stolen laptop is caught. The program that plays the "
                       "thief (paraph-rogue) is in the source tree only."));
  return TRUE;
}

static void
say_goodbye (ParaphDemo *demo)
{
  paraph_demo_tell (demo, PARAPH_STORY_HEADING, _ ("The ten homes are yours to explore"));
  paraph_demo_tell (demo, PARAPH_STORY_WORDS, _ ("They are in %s. For example:"), demo->directory);
  paraph_demo_tell (demo, PARAPH_STORY_COMMAND,
                    "paraph-cli --home %s/GAR --key-file %s/GAR.key log", demo->directory,
                    demo->directory);
}

static gboolean
run_demo (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphDemo demo = { .output = self->output };
  gboolean is_done = FALSE;

  (void) home; /* the sample has ten of its own */
  demo.directory = make_directory (paraph_arguments_get (self->arguments, "dir", NULL), error);
  if (demo.directory == NULL)
    return FALSE;
  demo.rogue = find_rogue ();
  demo.story = paraph_story_new (self->is_json ? NULL : self->write, wants_colour (self));
  paraph_output_string (self->output, "directory", demo.directory);
  is_done = play (&demo, error);
  if (is_done)
    say_goodbye (&demo);
  else
    g_prefix_error (error, _ ("The sample stopped; its homes are in %s. "), demo.directory);
  if (is_done && !paraph_story_was_heard (demo.story))
    is_done = paraph_demo_require (FALSE, _ ("The story could not be written out."), error);
  paraph_story_free (demo.story);
  g_free (demo.rogue);
  g_free (demo.directory);
  return is_done;
}

const ParaphCliCommand paraph_cli_demo_commands[] = {
  { "demo", "[--dir DIR]", " dir ", 0, 0, PARAPH_CLI_WITHOUT_HOME, run_demo },
  { NULL, NULL, NULL, 0, 0, PARAPH_CLI_WITHOUT_HOME, NULL },
};
