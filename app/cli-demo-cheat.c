/* The sample's cheat: a copied laptop speaks with two tongues, is caught, and is revoked.
 *
 * What a cheat does is a program of the source tree (tests/support/paraph-rogue), which gets a copy
 * of a home. The clients here are the usual ones: they see through it by themselves. */

#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-demo.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define VICTIM "ORS"
#define COPY "ORS-copied-by-a-thief"
#define TRUE_REPORT "Observers of Orsk, day 1: no movement seen between Karsk and Lun Bridge.\n"
#define FALSE_REPORT "Observers of Orsk, day 1: columns of Astoria have crossed Lun Bridge.\n"
#define FALSE_WORDS "Astoria withdraws from the armistice.\n"

static gboolean
copy_home (ParaphDemo *self, GError **error)
{
  g_autofree char *from = paraph_demo_path (self, VICTIM);
  g_autofree char *to = paraph_demo_path (self, COPY);
  g_autoptr (GDir) folder = g_dir_open (from, 0, error);
  const char *name = NULL;

  if (folder == NULL
      || !paraph_demo_require (g_mkdir (to, 0700) == 0, _ ("The copy cannot be made."), error))
    return FALSE;
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autoptr (GFile) source = g_file_new_build_filename (from, name, NULL);
      g_autoptr (GFile) target = g_file_new_build_filename (to, name, NULL);

      if (!g_file_copy (source, target, G_FILE_COPY_NONE, NULL, NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* Runs the cheat's program on the copy; the id of the record that it made and sent to one. */
static char *
run_rogue (ParaphDemo *self, const char *words, const char *to, const char *as, GError **error)
{
  g_autofree char *home = paraph_demo_path (self, COPY);
  g_autofree char *key = paraph_demo_path (self, VICTIM ".key");
  const char *verb = as == NULL ? "equivocate" : "forge";
  g_autofree char *made = NULL;
  int status = -1;

  paraph_demo_tell (self, PARAPH_STORY_COMMAND, _ ("the thief$ %s \"%.*s\" to %s%s%s"), verb,
                    (int) strcspn (words, "\n"), words, to, as == NULL ? "" : _ (" as "),
                    as == NULL ? "" : as);
  if (!paraph_demo_spawn (
          PARAPH_DEMO_WORDS (self->rogue, verb, home, key, "plenary", words, to, as), &made,
          &status, error))
    return NULL;
  g_strstrip (made);
  if (status == 0)
    return g_steal_pointer (&made);
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_IO, "paraph-rogue (exit %d): %s", status,
               made);
  return NULL;
}

/* Says words on the record; the id of the record. */
static char *
state (ParaphDemo *self, const char *code, const char *file, const char *words, GError **error)
{
  g_autofree char *path = paraph_demo_write (self, file, words, error);
  g_autoptr (JsonNode) node = NULL;

  if (path == NULL)
    return NULL;
  paraph_demo_tell (self, PARAPH_STORY_COMMAND, "%s$ statement plenary %s", code, file);
  node = paraph_demo_ask (self, PARAPH_DEMO_STEP (code, "statement", "plenary", path), error);
  if (node == NULL)
    return NULL;
  paraph_demo_tell (self, PARAPH_STORY_ANSWER, "“%.*s”", (int) strcspn (words, "\n"), words);
  return g_strdup (json_object_get_string_member (json_node_get_object (node), "id"));
}

/* Audits */

/* Exactly one finding of this kind, at this record and by this device, and none besides it that
 * makes a verdict bad. */
static gboolean
names_only (JsonArray *findings, const char *kind, const char *record)
{
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (findings); i++)
    {
      JsonObject *finding = json_array_get_object_element (findings, i);
      gboolean is_it = strcmp (json_object_get_string_member (finding, "kind"), kind) == 0;

      if (is_it && strcmp (json_object_get_string_member (finding, "record"), record) != 0)
        return FALSE;
      if (!is_it && json_object_get_boolean_member (finding, "bad"))
        return FALSE;
      n += is_it ? 1 : 0;
    }
  return n == 1;
}

/* The audit of one home: bad for just the fork at record, or good with the fork settled. */
static gboolean
audit_one (ParaphDemo *self, const char *code, gboolean is_settled, const char *record,
           GError **error)
{
  const ParaphDemoStep step = { .code = code,
                                .status = is_settled ? 0 : 1,
                                .words = PARAPH_DEMO_WORDS ("audit") };
  g_autoptr (JsonNode) node = paraph_demo_ask (self, &step, error);
  JsonArray *findings = NULL;

  if (node == NULL)
    return FALSE;
  findings = json_object_get_array_member (json_node_get_object (node), "findings");
  return paraph_demo_require (names_only (findings, is_settled ? "settled" : "fork", record),
                              _ ("An audit does not name just the fork."), error);
}

/* Every home but the victim's, which never takes in a record of its own chain that it did not make:
 * its audit says that one is missing. */
static gboolean
audit_all (ParaphDemo *self, gboolean is_settled, const char *record, GError **error)
{
  for (guint i = 0; i < PARAPH_DEMO_CAST; i++)
    if (strcmp (paraph_demo_cast[i].code, VICTIM) != 0
        && !audit_one (self, paraph_demo_cast[i].code, is_settled, record, error))
      return FALSE;
  return TRUE;
}

/* Acts */

static gboolean
speak_twice (ParaphDemo *self, char **ret_fork, GError **error)
{
  g_autofree char *told = NULL;
  g_autofree char *lie = NULL;

  if (!copy_home (self, error))
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("10. A stolen laptop"));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("At a border, somebody copies the laptop of Orsk's observer, key and all. "
                       "Orsk goes on and reports to everybody. The thief, with Orsk's own key and "
                       "under the same number, reports something else, to Borduvia alone."));
  told = state (self, VICTIM, "report-of-ORS.txt", TRUE_REPORT, error);
  if (told == NULL || !paraph_demo_show (self, PARAPH_DEMO_STEP (VICTIM, "sync"), error)
      || !paraph_demo_show (self, PARAPH_DEMO_STEP ("AST", "sync"), error))
    return FALSE;
  lie = run_rogue (self, FALSE_REPORT, "BOR", NULL, error);
  if (lie == NULL)
    return FALSE;
  *ret_fork = g_strdup (strcmp (told, lie) < 0 ? told : lie);
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Two records of one device with one number: a fork. Borduvia's client sees "
                       "it as soon as both are there; neither counts until Orsk decides."));
  return paraph_demo_show (self, PARAPH_DEMO_STEP ("BOR", "sync"), error)
         && paraph_demo_show (
             self,
             &(const ParaphDemoStep){ .code = "BOR",
                                      .only = "ORS.*statement",
                                      .words = PARAPH_DEMO_WORDS ("log", "plenary") },
             error)
         && audit_one (self, "BOR", FALSE, *ret_fork, error);
}

/* Nobody keeps a record whose signature is not its author's. */
static gboolean
check_absent (ParaphDemo *self, const char *code, const char *id, GError **error)
{
  g_autoptr (JsonNode) node = paraph_demo_ask (self, PARAPH_DEMO_STEP (code, "log"), error);
  JsonArray *records = NULL;

  if (node == NULL)
    return FALSE;
  records = json_object_get_array_member (json_node_get_object (node), "records");
  for (guint i = 0; i < json_array_get_length (records); i++)
    if (strcmp (json_object_get_string_member (json_array_get_object_element (records, i), "id"),
                id)
        == 0)
      return paraph_demo_require (FALSE, _ ("A forged record was taken in."), error);
  return TRUE;
}

static gboolean
forge (ParaphDemo *self, GError **error)
{
  g_autofree char *forged = NULL;
  g_autoptr (JsonNode) node = NULL;
  gint64 refused = 0;

  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("The thief also tries to speak for Astoria, whose key it has not. Kestria's "
                       "client refuses the record: the signature is not that of its author."));
  forged = run_rogue (self, FALSE_WORDS, "KES", "AST", error);
  node = forged == NULL ? NULL : paraph_demo_ask (self, PARAPH_DEMO_STEP ("KES", "sync"), error);
  if (node == NULL)
    return FALSE;
  refused = json_object_get_int_member (json_node_get_object (node), "refused");
  paraph_output_number (self->output, "refused", refused);
  paraph_demo_tell (self, PARAPH_STORY_COMMAND, "KES$ sync");
  paraph_demo_tell (self, PARAPH_STORY_GOOD, _ ("Refused: %" G_GINT64_FORMAT "."), refused);
  return paraph_demo_require (refused == 1, _ ("The forged record was not refused."), error)
         && check_absent (self, "KES", forged, error);
}

/* The claim that somebody holds more of its chain comes first; the record that proves it follows
 * when it has been asked for. */
static gboolean
let_victim_see (ParaphDemo *self, GError **error)
{
  const ParaphDemoStep step = { .code = VICTIM,
                                .or_status = PARAPH_DEMO_REFUSED,
                                .words = PARAPH_DEMO_WORDS ("sync") };

  for (guint round = 0; round < 4; round++)
    {
      g_autoptr (JsonNode) node = paraph_demo_ask (self, &step, error);

      if (node == NULL)
        return FALSE;
      if (json_object_has_member (json_node_get_object (node), "error"))
        return TRUE;
      if (!paraph_demo_sync (self, "MED", 1, error))
        return FALSE;
    }
  return paraph_demo_require (FALSE, _ ("Orsk's client did not see the other record."), error);
}

static gboolean
catch_fork (ParaphDemo *self, const char *fork, GError **error)
{
  const ParaphDemoStep audit = { .code = "MON", .status = 1, .words = PARAPH_DEMO_WORDS ("audit") };
  const ParaphDemoStep stopped = { .code = VICTIM,
                                   .status = 3,
                                   .words = PARAPH_DEMO_WORDS ("sync") };
  g_autofree char *witness = NULL;

  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("11. Caught"));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Clients tell each other what they hold, so that soon everybody has both. A "
                       "guarantor says so on the record: that is a proof for anybody."));
  self->stopped = VICTIM;
  if (!paraph_demo_sync (self, "BOR", 3, error))
    return FALSE;
  witness = state (self, "GAR", "statement-of-GAR.txt",
                   "Garland holds two reports of Orsk with one number.\n", error);
  if (witness == NULL || !paraph_demo_sync (self, "GAR", 1, error)
      || !audit_all (self, FALSE, fork, error) || !paraph_demo_show (self, &audit, error)
      || !paraph_demo_check_bundle (self, witness, fork, error))
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_BAD,
                    _ ("All audits, in nine homes and of the bundle, find just this fork bad; "
                       "the stock tools agree."));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Orsk's own client sees that somebody else signs with its key, and stops: "
                       "this home signs nothing more."));
  return let_victim_see (self, error) && paraph_demo_show (self, &stopped, error);
}

static char *
ask_device (ParaphDemo *self, const char *code, GError **error)
{
  g_autoptr (JsonNode) node = paraph_demo_ask (self, PARAPH_DEMO_STEP (code, "whoami"), error);

  return node == NULL
             ? NULL
             : g_strdup (json_object_get_string_member (json_node_get_object (node), "device"));
}

static gboolean
revoke_device (ParaphDemo *self, GError **error)
{
  g_autofree char *custodian = paraph_demo_path (self, VICTIM ".custodian");
  g_autofree char *card = paraph_demo_path (self, VICTIM ".card");
  g_autofree char *device = NULL;

  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("12. Revoked"));
  paraph_demo_tell (
      self, PARAPH_STORY_WORDS,
      _ ("Orsk revokes the device with its custodian key. That cuts the chain by "
         "position: its own report is the last that counts. As this was Orsk's only "
         "device, a messenger carries its new card to the chair, whose client passes it on."));
  device = ask_device (self, VICTIM, error);
  if (device == NULL)
    return FALSE;
  paraph_output_string (self->output, "device", device);
  return paraph_demo_show (self,
                           PARAPH_DEMO_STEP (VICTIM, "device", "revoke", device, "--reason",
                                             "stolen", "--custodian", custodian),
                           error)
         && paraph_demo_show (self, PARAPH_DEMO_STEP (VICTIM, "card", "export", card), error)
         && paraph_demo_show (self, PARAPH_DEMO_STEP ("MED", "card", "import", card), error)
         && paraph_demo_sync (self, "MED", 3, error);
}

static gboolean
settle (ParaphDemo *self, const char *fork, GError **error)
{
  g_autofree char *witness = NULL;

  if (!audit_all (self, TRUE, fork, error)
      || !paraph_demo_show (self, PARAPH_DEMO_STEP ("MON", "audit"), error))
    return FALSE;
  witness = state (self, "MED", "statement-of-MED.txt",
                   "Orsk has revoked the stolen device. Its first report stands.\n", error);
  if (witness == NULL || !paraph_demo_sync (self, "MED", 1, error)
      || !paraph_demo_check_bundle (self, witness, NULL, error))
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_GOOD,
                    _ ("Good again, in the nine homes, for the bundle and the stock tools. The "
                       "fork stays listed, as settled; the armistice was never touched."));
  return TRUE;
}

gboolean
paraph_demo_cheat (ParaphDemo *self, GError **error)
{
  g_autofree char *fork = NULL;

  if (!speak_twice (self, &fork, error) || !forge (self, error) || !catch_fork (self, fork, error)
      || !revoke_device (self, error) || !settle (self, fork, error))
    return FALSE;
  paraph_output_string (self->output, "fork", fork);
  return TRUE;
}
