/* The sample negotiation: ten delegations, each a home and a process of its own, over one pouch.
 *
 * Every step is a command that a delegate could type; the story says what it is for. The homes stay
 * usable afterwards (--dir). */

#define G_LOG_DOMAIN "paraph-cli"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "app/cli.h"

#define SELF "/proc/self/exe"
#define TITLE "Talks on the Lun"

typedef struct
{
  const char *code;
  const char *role;
  const char *name;
  const char *person;
} Cast;

/* The convener first. */
static const Cast cast[] = {
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

typedef struct
{
  char *directory;
  GString *story;
  gboolean has_failed;
} Demo;

static void
tell (Demo *demo, const char *line)
{
  g_string_append_printf (demo->story, "\n%s\n", line);
}

static char *
path_of (Demo *demo, const char *name)
{
  return g_build_filename (demo->directory, name, NULL);
}

/* The lines a command printed, set in, after the words that were typed. */
static void
write_step (Demo *demo, const char *code, const GPtrArray *words, const char *out)
{
  g_auto (GStrv) lines = g_strsplit (g_strchomp ((char *) (gsize) out), "\n", -1);

  g_string_append_printf (demo->story, "  %s$", code);
  for (guint i = 4; i + 1 < words->len; i++)
    {
      const char *word = g_ptr_array_index (words, i);
      const char *name = g_str_has_prefix (word, "/") ? strrchr (word, '/') + 1 : word;
      g_string_append_printf (demo->story, strchr (name, ' ') == NULL ? " %s" : " '%s'", name);
    }
  g_string_append_c (demo->story, '\n');
  for (guint i = 0; lines[i] != NULL && *out != '\0'; i++)
    g_string_append_printf (demo->story, "      %s\n", lines[i]);
}

/* Runs one command in the home of code and checks that it ends with status. */
static gboolean
run (Demo *demo, const char *code, int status, const char *const *words, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *key_name = g_strconcat (code, ".key", NULL);
  g_autofree char *out = NULL;

  g_ptr_array_add (argv, g_strdup (SELF));
  g_ptr_array_add (argv, g_strdup_printf ("--home=%s/%s", demo->directory, code));
  g_ptr_array_add (argv, g_strdup_printf ("--key-file=%s/%s", demo->directory, key_name));
  g_ptr_array_add (argv, g_strdup ("--yes"));
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (words[i]));
  g_ptr_array_add (argv, NULL);
  process =
      g_subprocess_newv ((const char *const *) argv->pdata,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, error);
  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, error))
    return FALSE;
  write_step (demo, code, argv, out == NULL ? "" : out);
  if (g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == status)
    return TRUE;
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_IO,
               _ ("The sample stopped: “%s” of %s did not end as it should. Its homes are in %s."),
               words[0], code, demo->directory);
  return FALSE;
}

#define RUN(demo, code, error, ...) \
  run (demo, code, 0, (const char *const[]){ __VA_ARGS__, NULL }, error)

static gboolean
sync_all (Demo *demo, GError **error)
{
  gsize length = demo->story->len;

  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < G_N_ELEMENTS (cast); i++)
      if (!RUN (demo, cast[i].code, error, "sync"))
        return FALSE;
  g_string_truncate (demo->story, length);
  g_string_append (demo->story, "  (all ten synchronise over the pouch)\n");
  return TRUE;
}

static gboolean
found_all (Demo *demo, GError **error)
{
  g_autofree char *pouch = path_of (demo, "pouch");

  tell (demo, _ ("Ten delegations make their homes. Two are at war; one mediates; three guarantee; "
                 "four observe."));
  for (guint i = 0; i < G_N_ELEMENTS (cast); i++)
    if (!RUN (demo, cast[i].code, error, "init", "--delegation", cast[i].name, "--code",
              cast[i].code, "--person", cast[i].person, "--pouch", pouch))
      return FALSE;
  return TRUE;
}

static gboolean
convene (Demo *demo, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  tell (demo, _ ("The mediator convenes the talks: a charter with a seat for each."));
  g_ptr_array_add (words, g_strdup ("negotiation"));
  g_ptr_array_add (words, g_strdup ("convene"));
  g_ptr_array_add (words, g_strdup (TITLE));
  for (guint i = 0; i < G_N_ELEMENTS (cast); i++)
    {
      g_ptr_array_add (words, g_strdup ("--seat"));
      g_ptr_array_add (words,
                       g_strdup_printf ("%s:%s:%s", cast[i].code, cast[i].role, cast[i].name));
    }
  g_ptr_array_add (words, NULL);
  return run (demo, cast[0].code, 0, (const char *const *) words->pdata, error);
}

/* Invitation there, answer back, admitted. */
static gboolean
seat_all (Demo *demo, GError **error)
{
  tell (demo, _ ("Each gets an invitation on a stick, answers, and is admitted."));
  for (guint i = 1; i < G_N_ELEMENTS (cast); i++)
    {
      g_autofree char *invitation =
          g_strdup_printf ("%s/%s.invitation", demo->directory, cast[i].code);
      g_autofree char *answer = g_strdup_printf ("%s/%s.answer", demo->directory, cast[i].code);
      if (!RUN (demo, "MED", error, "negotiation", "invite", TITLE, "--for", cast[i].code,
                invitation)
          || !RUN (demo, cast[i].code, error, "negotiation", "join", invitation, answer)
          || !RUN (demo, "MED", error, "negotiation", "admit", answer))
        return FALSE;
    }
  return sync_all (demo, error);
}

static char *
write_sample (Demo *demo, const char *name, GError **error)
{
  g_autofree char *resource = g_strconcat ("/org/paraph/app/sample/", name, NULL);
  g_autoptr (GBytes) bytes =
      g_resources_lookup_data (resource, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autofree char *path = path_of (demo, name);
  gsize size = 0;
  const char *data;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  return g_file_set_contents (path, data, (gssize) size, error) ? g_steal_pointer (&path) : NULL;
}

static gboolean
table (Demo *demo, GError **error)
{
  g_autofree char *draft = write_sample (demo, "armistice.en.md", error);
  g_autofree char *first = draft == NULL ? NULL : write_sample (demo, "proposal-ast.en.md", error);
  g_autofree char *counter = first == NULL ? NULL : write_sample (demo, "counter-bor.en.md", error);

  if (counter == NULL)
    return FALSE;
  tell (demo, _ ("The mediator tables a draft armistice, brackets and all. Astoria proposes, "
                 "Borduvia counters."));
  return RUN (demo, "MED", error, "text", "open", TITLE, "Draft Armistice", draft)
         && sync_all (demo, error)
         && RUN (demo, "AST", error, "propose", "Draft Armistice", first, "-m",
                 "Twenty-one days, twenty kilometres.", "--symbol", "AST/L.1")
         && sync_all (demo, error)
         && RUN (demo, "BOR", error, "propose", "Draft Armistice", counter, "-m",
                 "Thirty days, and nights on notice.", "--answers", "AST/L.1", "--symbol",
                 "BOR/L.1")
         && sync_all (demo, error) && RUN (demo, "MED", error, "proposal", "list");
}

static gboolean
agree (Demo *demo, GError **error)
{
  tell (demo, _ ("Off the record the two talk; on the record Astoria first reserves, then accepts "
                 "ad referendum. Both parties accept: the counterproposal is adopted."));
  return RUN (demo, "BOR", error, "talk", TITLE, "Our capital can live with thirty days.")
         && RUN (demo, "AST", error, "position", "BOR/L.1", "reserve") && sync_all (demo, error)
         && RUN (demo, "AST", error, "position", "BOR/L.1", "accept") && sync_all (demo, error)
         && RUN (demo, "GAR", error, "proposal", "list");
}

static gboolean
close_with_audit (Demo *demo, GError **error)
{
  g_autofree char *first = path_of (demo, "bundle-of-AST.tar");
  g_autofree char *second = path_of (demo, "bundle-of-PEL.tar");

  tell (demo, _ ("Two delegations export the history each from its own store; anybody can audit "
                 "it, and the two files are the same."));
  return RUN (demo, "AST", error, "channel", "history-code", TITLE)
         && RUN (demo, "PEL", error, "channel", "history-code", TITLE)
         && RUN (demo, "AST", error, "export", first) && RUN (demo, "PEL", error, "export", second)
         && RUN (demo, "PEL", error, "audit", first);
}

static gboolean
are_equal (Demo *demo, GError **error)
{
  g_autofree char *first = path_of (demo, "bundle-of-AST.tar");
  g_autofree char *second = path_of (demo, "bundle-of-PEL.tar");
  g_autofree char *bytes = NULL, *others = NULL;
  gsize size = 0, other_size = 0;

  if (!g_file_get_contents (first, &bytes, &size, error)
      || !g_file_get_contents (second, &others, &other_size, error))
    return FALSE;
  if (size == other_size && memcmp (bytes, others, size) == 0)
    return TRUE;
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_IO,
               _ ("The two exports differ; the homes are in %s."), demo->directory);
  return FALSE;
}

static gboolean
run_demo (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *given = paraph_arguments_get (self->arguments, "dir", NULL);
  Demo demo = { .story = g_string_new (NULL) };
  gboolean done;

  (void) home; /* the sample has ten of its own */
  demo.directory =
      given != NULL ? g_strdup (given) : g_dir_make_tmp ("paraph-sample-XXXXXX", error);
  done = demo.directory != NULL && g_mkdir_with_parents (demo.directory, 0700) == 0
         && found_all (&demo, error) && convene (&demo, error) && seat_all (&demo, error)
         && table (&demo, error) && agree (&demo, error) && close_with_audit (&demo, error)
         && are_equal (&demo, error);
  if (done)
    g_string_append_printf (demo.story, "\n%s %s\n", _ ("The ten homes are yours to explore:"),
                            demo.directory);
  paraph_output_line (self->output, "%s", demo.story->str);
  g_string_free (demo.story, TRUE);
  g_free (demo.directory);
  return done;
}

const ParaphCliCommand paraph_cli_demo_commands[] = {
  { "demo", "[--dir DIR]", " dir ", 0, 0, PARAPH_CLI_WITHOUT_HOME, run_demo },
  { NULL, NULL, NULL, 0, 0, PARAPH_CLI_WITHOUT_HOME, NULL },
};
