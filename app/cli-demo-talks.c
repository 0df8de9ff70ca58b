/* The sample's talks: founding, convening, comparing, tabling, countering, adopting. */

#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-demo.h"

#include <string.h>

#include <glib/gi18n.h>

#define TEXT "Draft Armistice"
#define BILATERAL "Astoria-Borduvia"

static gboolean
found_one (ParaphDemo *self, const ParaphDemoPlayer *player, GError **error)
{
  g_autofree char *pouch = paraph_demo_path (self, "pouch");
  g_autofree char *file = g_strconcat (player->code, ".custodian", NULL);
  g_autofree char *custodian = paraph_demo_path (self, file);
  const ParaphDemoStep *step =
      PARAPH_DEMO_STEP (player->code, "init", "--delegation", player->name, "--code", player->code,
                        "--person", player->person, "--custodian-out", custodian, "--pouch", pouch);

  if (player == paraph_demo_cast)
    return paraph_demo_show (self, step, error);
  paraph_demo_tell (self, PARAPH_STORY_ANSWER, "%s  %-9s  %s, %s", player->code, player->role,
                    player->name, player->person);
  return paraph_demo_do (self, step, error);
}

static gboolean
found_all (ParaphDemo *self, GError **error)
{
  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("1. Ten delegations make their homes"));
  paraph_demo_tell (
      self, PARAPH_STORY_WORDS,
      _ ("Astoria and Borduvia are at war along the river Lun. Medara mediates, three "
         "states guarantee, four observe. Each has a home of its own, with its "
         "keys; the custodian key, which can revoke a device, goes to another medium. All "
         "they share is a pouch: a folder that carries sealed envelopes."));
  for (guint i = 0; i < PARAPH_DEMO_CAST; i++)
    if (!found_one (self, &paraph_demo_cast[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
convene (ParaphDemo *self, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  ParaphDemoStep step = { .code = "MED" };

  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("2. Medara convenes the talks"));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("The charter has a seat for each delegation. It is the first record on the "
                       "record: signed, and named by the hash of its bytes (8 digits of it are "
                       "shown here)."));
  g_ptr_array_add (words, g_strdup ("negotiation"));
  g_ptr_array_add (words, g_strdup ("convene"));
  g_ptr_array_add (words, g_strdup (PARAPH_DEMO_TITLE));
  for (guint i = 0; i < PARAPH_DEMO_CAST; i++)
    {
      const ParaphDemoPlayer *player = &paraph_demo_cast[i];

      g_ptr_array_add (words, g_strdup ("--seat"));
      g_ptr_array_add (words,
                       g_strdup_printf ("%s:%s:%s", player->code, player->role, player->name));
    }
  g_ptr_array_add (words, NULL);
  step.words = (const char *const *) words->pdata;
  return paraph_demo_show (self, &step, error);
}

/* Invitation there, answer back, admitted. The first guest is shown. */
static gboolean
seat_one (ParaphDemo *self, const char *code, gboolean is_shown, GError **error)
{
  g_autofree char *there = g_strconcat (code, ".invitation", NULL);
  g_autofree char *back = g_strconcat (code, ".answer", NULL);
  g_autofree char *invitation = paraph_demo_path (self, there);
  g_autofree char *answer = paraph_demo_path (self, back);
  const ParaphDemoStep steps[] = {
    { .code = "MED",
      .words = PARAPH_DEMO_WORDS ("negotiation", "invite", PARAPH_DEMO_TITLE, "--for", code,
                                  invitation) },
    { .code = code, .words = PARAPH_DEMO_WORDS ("negotiation", "join", invitation, answer) },
    { .code = "MED", .words = PARAPH_DEMO_WORDS ("negotiation", "admit", answer) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (is_shown ? !paraph_demo_show (self, &steps[i], error)
                 : !paraph_demo_do (self, &steps[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
seat_all (ParaphDemo *self, GError **error)
{
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Each guest gets an invitation, answers with a file, and is admitted: for "
                       "example Astoria. The other eight do the same."));
  for (guint i = 1; i < PARAPH_DEMO_CAST; i++)
    if (!seat_one (self, paraph_demo_cast[i].code, i == 1, error))
      return FALSE;
  return paraph_demo_sync (self, "MED", 2, error)
         && paraph_demo_show (self, PARAPH_DEMO_STEP ("BOR", "channel", "members", "plenary"),
                              error);
}

/* Comparing */

static char *
ask_safety (ParaphDemo *self, const char *code, const char *other, GError **error)
{
  g_autoptr (JsonNode) node =
      paraph_demo_ask (self, PARAPH_DEMO_STEP (code, "card", "compare", other), error);

  return node == NULL
             ? NULL
             : g_strdup (json_object_get_string_member (json_node_get_object (node), "safety"));
}

/* The digits, which both read aloud, and which must be the same. */
static gboolean
compare_pair (ParaphDemo *self, const char *one, const char *other, GError **error)
{
  g_autofree char *first = ask_safety (self, one, other, error);
  g_autofree char *second = first == NULL ? NULL : ask_safety (self, other, one, error);

  if (second == NULL
      || !paraph_demo_require (strcmp (first, second) == 0, _ ("Two safety numbers differ."),
                               error))
    return FALSE;
  return paraph_demo_do (
             self, PARAPH_DEMO_STEP (one, "card", "compare", other, "--mark-compared", "in-person"),
             error)
         && paraph_demo_do (
             self, PARAPH_DEMO_STEP (other, "card", "compare", one, "--mark-compared", "in-person"),
             error);
}

static gboolean
compare_all (ParaphDemo *self, GError **error)
{
  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("3. Is it really them?"));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("So far each takes Medara's word for who the others are. The parties and "
                       "Medara meet and read their safety numbers to each other; they are equal."));
  if (!paraph_demo_show (self, PARAPH_DEMO_STEP ("AST", "card", "compare", "MED"), error)
      || !compare_pair (self, "AST", "MED", error) || !compare_pair (self, "BOR", "MED", error)
      || !compare_pair (self, "AST", "BOR", error))
    return FALSE;
  return paraph_demo_show (self, PARAPH_DEMO_STEP ("AST", "card", "list"), error);
}

gboolean
paraph_demo_gather (ParaphDemo *self, GError **error)
{
  return found_all (self, error) && convene (self, error) && seat_all (self, error)
         && compare_all (self, error);
}

/* Negotiating */

static gboolean
table (ParaphDemo *self, GError **error)
{
  g_autofree char *draft = paraph_demo_write (self, "armistice.en.md", NULL, error);

  if (draft == NULL)
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("4. A text is on the table"));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Medara tables an armistice of 20 articles: phases, measures, verification, "
                       "guarantees. What is not agreed stands in brackets."));
  return paraph_demo_show (self, PARAPH_DEMO_STEP ("MED", "text", "open", "plenary", TEXT, draft),
                           error)
         && paraph_demo_sync (self, "MED", 1, error)
         && paraph_demo_show (
             self,
             &(const ParaphDemoStep){
                 .code = "GAR", .only = "\\[", .words = PARAPH_DEMO_WORDS ("text", "show", TEXT) },
             error);
}

typedef struct
{
  const char *code;
  const char *paper;
  const char *symbol;
  const char *note;
  const char *answers; /* NULL: nothing */
} Proposal;

static gboolean
propose (ParaphDemo *self, const Proposal *proposal, GError **error)
{
  g_autofree char *path = paraph_demo_write (self, proposal->paper, NULL, error);

  if (path == NULL)
    return FALSE;
  return paraph_demo_show (self,
                           PARAPH_DEMO_STEP (proposal->code, "propose", TEXT, path, "--symbol",
                                             proposal->symbol, "-m", proposal->note,
                                             proposal->answers == NULL ? NULL : "--answers",
                                             proposal->answers),
                           error)
         && paraph_demo_sync (self, proposal->code, 1, error);
}

static gboolean
show_difference (ParaphDemo *self, const char *code, const char *from, const char *to,
                 GError **error)
{
  return paraph_demo_show (
      self,
      &(const ParaphDemoStep){ .code = code,
                               .only = "^[-+]",
                               .words = PARAPH_DEMO_WORDS ("text", "diff", TEXT, from, to) },
      error);
}

static gboolean
counter (ParaphDemo *self, GError **error)
{
  const Proposal first = { "AST", "proposal-ast.en.md", "AST/L.1", "Fourteen days.", NULL };
  const Proposal second = { "BOR", "counter-bor.en.md", "BOR/L.1",
                            "Thirty days, and nights on notice.", "AST/L.1" };

  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("5. Proposal and counterproposal"));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Astoria proposes the whole text without brackets. Borduvia answers with a "
                       "counterproposal; everybody sees at once which words it moved."));
  if (!propose (self, &first, error) || !propose (self, &second, error)
      || !show_difference (self, "MON", "AST/L.1", "BOR/L.1", error))
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Astoria has to ask its capital about thirty days, and reserves."));
  return paraph_demo_show (self, PARAPH_DEMO_STEP ("AST", "position", "BOR/L.1", "reserve"), error)
         && paraph_demo_sync (self, "AST", 1, error)
         && paraph_demo_show (self, PARAPH_DEMO_STEP ("MED", "proposal", "list"), error);
}

static gboolean
whisper (ParaphDemo *self, GError **error)
{
  g_autofree char *minutes =
      paraph_demo_write (self, "minutes.txt",
                         "The parties can live with 24 days and free movement at night.\n", error);

  if (minutes == NULL)
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("6. The parties withdraw to a channel of two"));
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("What they talk there is off the record: authentic to the other one, and "
                       "provable to nobody. What they state there is on the record, for the two. "
                       "The others do not know that the channel exists."));
  return paraph_demo_show (
             self, PARAPH_DEMO_STEP ("AST", "channel", "open", BILATERAL, "--with", "BOR"), error)
         && paraph_demo_sync (self, "AST", 1, error)
         && paraph_demo_show (
             self, PARAPH_DEMO_STEP ("AST", "talk", BILATERAL, "Twenty-four, and you drop nights?"),
             error)
         && paraph_demo_show (
             self, PARAPH_DEMO_STEP ("BOR", "talk", BILATERAL, "If Medara proposes it, yes."),
             error)
         && paraph_demo_show (self, PARAPH_DEMO_STEP ("BOR", "statement", BILATERAL, minutes),
                              error)
         && paraph_demo_sync (self, "BOR", 1, error)
         && paraph_demo_show (self, PARAPH_DEMO_STEP ("AST", "talk", BILATERAL), error)
         && paraph_demo_show (self, PARAPH_DEMO_STEP ("MED", "channel", "list"), error);
}

static gboolean
check_state (ParaphDemo *self, const char *code, const char *symbol, const char *state,
             GError **error)
{
  g_autoptr (JsonNode) node =
      paraph_demo_ask (self, PARAPH_DEMO_STEP (code, "proposal", "show", symbol), error);
  JsonArray *all = NULL;

  if (node == NULL)
    return FALSE;
  all = json_object_get_array_member (json_node_get_object (node), "proposals");
  return paraph_demo_require (
      json_array_get_length (all) == 1
          && g_strcmp0 (
                 json_object_get_string_member (json_array_get_object_element (all, 0), "state"),
                 state)
                 == 0,
      _ ("A proposal is not in the state that it should be in."), error);
}

static gboolean
accept (ParaphDemo *self, const char *code, const char *state, GError **error)
{
  if (!paraph_demo_show (self, PARAPH_DEMO_STEP (code, "position", "MED/L.1", "accept"), error)
      || !paraph_demo_sync (self, code, 2, error))
    return FALSE;
  return check_state (self, code, "MED/L.1", state, error);
}

static gboolean
check_all (ParaphDemo *self, const char *symbol, const char *state, GError **error)
{
  for (guint i = 0; i < PARAPH_DEMO_CAST; i++)
    if (!check_state (self, paraph_demo_cast[i].code, symbol, state, error))
      return FALSE;
  return TRUE;
}

static gboolean
adopt (ParaphDemo *self, GError **error)
{
  const Proposal bridge = { "MED", "bridging-med.en.md", "MED/L.1", "24 days; no limit at night.",
                            "BOR/L.1" };

  paraph_demo_tell (self, PARAPH_STORY_HEADING, _ ("7. Medara bridges, both accept"));
  if (!propose (self, &bridge, error)
      || !show_difference (self, "BOR", "BOR/L.1", "MED/L.1", error))
    return FALSE;
  paraph_demo_tell (self, PARAPH_STORY_WORDS,
                    _ ("Each accepts ad referendum: it can be taken back until initialling. With "
                       "the second acceptance the text is adopted, in all ten homes alike."));
  if (!accept (self, "AST", "accepted", error) || !accept (self, "BOR", "adopted", error)
      || !check_all (self, "MED/L.1", "adopted", error)
      || !paraph_demo_show (self, PARAPH_DEMO_STEP ("PEL", "proposal", "list"), error))
    return FALSE;
  paraph_output_string (self->output, "adopted", "MED/L.1");
  paraph_demo_tell (self, PARAPH_STORY_GOOD, _ ("Adopted: MED/L.1."));
  return TRUE;
}

gboolean
paraph_demo_negotiate (ParaphDemo *self, GError **error)
{
  return table (self, error) && counter (self, error) && whisper (self, error)
         && adopt (self, error);
}
