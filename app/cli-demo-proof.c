/* The sample's proofs: witnesses, history codes, equal bundles, the audit and the stock tools. */

#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-demo.h"

#include <string.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Both bundles of one check, and where the second is unpacked. */
typedef struct
{
  char *first;
  char *second;
  char *folder;
} Bundles;

static void
bundles_clear (Bundles *self)
{
  g_free (self->first);
  g_free (self->second);
  g_free (self->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bundles, bundles_clear)

static gboolean
are_equal (const Bundles *bundles, GError **error)
{
  g_autofree char *bytes = NULL;
  g_autofree char *others = NULL;
  gsize size = 0;
  gsize other_size = 0;

  if (!g_file_get_contents (bundles->first, &bytes, &size, error)
      || !g_file_get_contents (bundles->second, &others, &other_size, error))
    return FALSE;
  return paraph_demo_require (size == other_size && memcmp (bytes, others, size) == 0,
                              _ ("The two exports differ."), error);
}

static gboolean
export_both (ParaphDemo *self, const Bundles *bundles, const char *at, GError **error)
{
  return paraph_demo_show (
             self,
             PARAPH_DEMO_STEP ("AST", "export", bundles->first, "--channel", "plenary", "--at", at),
             error)
         && paraph_demo_show (self,
                              PARAPH_DEMO_STEP ("PEL", "export", bundles->second, "--channel",
                                                "plenary", "--at", at),
                              error)
         && are_equal (bundles, error);
}

/* Unpacks with tar and runs the bundle's own script, which uses sh, ssh-keygen and sha256sum. */
static gboolean
run_stock (ParaphDemo *self, const Bundles *bundles, const char *fork, GError **error)
{
  g_autofree char *script = g_build_filename (bundles->folder, "VERIFY.sh", NULL);
  g_autofree char *name = g_path_get_basename (bundles->folder);
  g_autofree char *said = NULL;
  g_autofree char *found = g_strdup_printf ("FOUND fork %s\nbad\n", fork == NULL ? "" : fork);
  int status = -1;

  if (!paraph_demo_spawn (PARAPH_DEMO_WORDS ("tar", "-xf", bundles->second, "-C", bundles->folder),
                          &said, &status, error)
      || !paraph_demo_require (status == 0, _ ("tar could not unpack the bundle."), error))
    return FALSE;
  g_clear_pointer (&said, g_free);
  if (!paraph_demo_spawn (PARAPH_DEMO_WORDS ("sh", script), &said, &status, error))
    return FALSE;
  if (!paraph_demo_require (said[0] != '\0', _ ("VERIFY.sh said nothing."), error))
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_COMMAND, _ ("anybody$ sh %s/VERIFY.sh"), name);
  paraph_demo_tell (self, PARAPH_STORY_ANSWER, "%.*s", (int) (strlen (said) - 1), said);
  if (fork != NULL)
    return paraph_demo_require (status == 1 && strcmp (said, found) == 0,
                                _ ("The stock tools do not find just the fork."), error);
  return paraph_demo_require (status == 0 && g_str_has_suffix (said, "good\n"),
                              _ ("The stock tools do not call the bundle good."), error);
}

static gboolean
check_with_stock (ParaphDemo *self, const Bundles *bundles, const char *fork, GError **error)
{
  static const char *const tools[] = { "tar", "sh", "ssh-keygen", "sha256sum", "awk" };

  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      g_autofree char *path = g_find_program_in_path (tools[i]);

      if (path != NULL)
        continue;
      paraph_output_string (self->output, "stock_tools", "left-out");
      paraph_demo_tell (self, PARAPH_STORY_WORDS,
                        _ ("Left out here: the check with stock tools, as this machine has no %s."),
                        tools[i]);
      return TRUE;
    }
  return run_stock (self, bundles, fork, error);
}

gboolean
paraph_demo_check_bundle (ParaphDemo *self, const char *at, const char *fork, GError **error)
{
  g_auto (Bundles) bundles = { 0 };
  g_autofree char *stem = g_strdup_printf ("history-%.8s", at);
  g_autofree char *of_ast = g_strconcat (stem, "-from-AST.tar", NULL);
  g_autofree char *of_pel = g_strconcat (stem, "-from-PEL.tar", NULL);
  ParaphDemoStep audit = { .code = "PEL", .status = fork == NULL ? 0 : 1 };

  bundles.first = paraph_demo_path (self, of_ast);
  bundles.second = paraph_demo_path (self, of_pel);
  bundles.folder = paraph_demo_path (self, stem);
  audit.words = PARAPH_DEMO_WORDS ("audit", bundles.first);
  if (!paraph_demo_require (g_mkdir_with_parents (bundles.folder, 0700) == 0,
                            _ ("A folder for the bundle cannot be made."), error)
      || !export_both (self, &bundles, at, error) || !paraph_demo_show (self, &audit, error))
    return FALSE;
  return check_with_stock (self, &bundles, fork, error);
}

/* Witnesses */

/* The newest record of this kind by this delegation in the plenary, as code sees it. */
static char *
find_last (ParaphDemo *self, const char *code, const char *kind, const char *by, GError **error)
{
  g_autoptr (JsonNode) node =
      paraph_demo_ask (self, PARAPH_DEMO_STEP (code, "log", "plenary"), error);
  JsonArray *records = NULL;
  const char *last = NULL;

  if (node == NULL)
    return NULL;
  records = json_object_get_array_member (json_node_get_object (node), "records");
  for (guint i = 0; i < json_array_get_length (records); i++)
    {
      JsonObject *record = json_array_get_object_element (records, i);
      JsonObject *actor = json_object_get_object_member (record, "by");

      if (strcmp (json_object_get_string_member (record, "kind"), kind) == 0
          && strcmp (json_object_get_string_member (actor, "code"), by) == 0)
        last = json_object_get_string_member (record, "id");
    }
  (void) paraph_demo_require (last != NULL, _ ("A record is missing."), error);
  return g_strdup (last);
}

static char *
join_names (JsonArray *names)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (names); i++)
    g_string_append_printf (all, "%s%s", i == 0 ? "" : ", ",
                            json_array_get_string_element (names, i));
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static gboolean
show_witness (ParaphDemo *self, GError **error)
{
  g_autofree char *checkpoint = find_last (self, "AST", "checkpoint", "GAR", error);
  g_autofree char *pattern =
      checkpoint == NULL ? NULL : g_strdup_printf ("checkpoint.*%.16s", checkpoint);
  g_autofree char *names = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *proposal = NULL;

  if (checkpoint == NULL)
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("8. Who can witness it"));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Whenever a paper has come in, each client signs a checkpoint: the head of "
                       "every chain that it holds. That of a guarantor, Garland, witnesses that "
                       "MED/L.1 and all before it exists; nobody can take it back or change it."));
  node = paraph_demo_ask (self, PARAPH_DEMO_STEP ("AST", "proposal", "show", "MED/L.1"), error);
  if (node == NULL
      || !paraph_demo_show (
          self,
          &(const ParaphDemoStep){
              .code = "AST", .only = pattern, .words = PARAPH_DEMO_WORDS ("log", "plenary") },
          error))
    return FALSE;
  proposal = json_array_get_object_element (
      json_object_get_array_member (json_node_get_object (node), "proposals"), 0);
  names = join_names (json_object_get_array_member (proposal, "acknowledged"));
  paraph_output_string (self->output, "witness", checkpoint);
  paraph_demo_tell (self, PARAPH_STORY_GOOD, _ ("MED/L.1 is acknowledged by %s."), names);
  return paraph_demo_require (strstr (names, "GAR") != NULL,
                              _ ("The guarantor has not acknowledged the adopted text."), error);
}

/* Every home's code of the history up to the same record. */
static gboolean
compare_codes (ParaphDemo *self, const char *at, GError **error)
{
  g_autofree char *first = NULL;

  for (guint i = 0; i < PARAPH_DEMO_CAST; i++)
    {
      g_autoptr (JsonNode) node =
          paraph_demo_ask (self,
                           PARAPH_DEMO_STEP (paraph_demo_cast[i].code, "channel", "history-code",
                                             "plenary", "--at", at),
                           error);
      const char *code = NULL;

      if (node == NULL)
        return FALSE;
      code = json_object_get_string_member (json_node_get_object (node), "code");
      if (first == NULL)
        first = g_strdup (code);
      if (!paraph_demo_require (strcmp (first, code) == 0, _ ("Two history codes differ."), error))
        return FALSE;
    }
  paraph_output_string (self->output, "history_code", first);
  return paraph_demo_show (
      self, PARAPH_DEMO_STEP ("KES", "channel", "history-code", "plenary", "--at", at), error);
}

gboolean
paraph_demo_prove (ParaphDemo *self, GError **error)
{
  g_autofree char *at = NULL;

  if (!show_witness (self, error))
    return FALSE;
  at = find_last (self, "AST", "position", "BOR", error);
  if (at == NULL)
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("9. One history for all"));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Read aloud on the telephone, the history code tells whether two homes hold "
                       "the same history. All ten have the same one."));
  if (!compare_codes (self, at, error))
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Two of them export the history, each from its own store: the files are the "
                       "same, byte for byte. Anybody can audit them, also without Paraph."));
  if (!paraph_demo_check_bundle (self, at, NULL, error))
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_GOOD,
                    _ ("Equal bundles; the audit and the stock tools agree: good."));
  return TRUE;
}
