/* Random histories: the state is a function of the set of records, whatever order they come in. */

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/papers.h"
#include "world.h"

#define STEPS 28
#define N_HISTORIES 1000
#define N_HISTORIES_FULL 10000
#define LONG_STEPS 80
#define N_LONG 60

typedef struct
{
  World *world;
  ParaphLedger *replicas[WORLD_DELEGATIONS];
  guint steps;
  gboolean forks; /* whether devices may give one place to two records */
} Play;

static void
deliver (ParaphLedger *ledger, ParaphSealedRecord *sealed)
{
  ParaphId missing;
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  ParaphPlacing placing = paraph_ledger_place (ledger, sealed, &missing, &refusal);

  if (placing == PARAPH_PLACING_REFUSED)
    g_error ("a lawful record was refused: %s", paraph_refusal_get_word (refusal));
}

static void
deliver_some (Play *play, guint to)
{
  for (guint i = 0; i < play->world->records->len; i++)
    if (g_rand_boolean (play->world->random))
      deliver (play->replicas[to], g_ptr_array_index (play->world->records, i));
}

static void
add_id (ParaphDraft *draft, const char *key, ParaphEntry *entry)
{
  paraph_draft_add_id (draft, key, &paraph_entry_get_header (entry)->id);
}

/* A random entry of this kind that the replica holds, or NULL. */
static ParaphEntry *
pick (Play *play, guint device, ParaphKind kind)
{
  ParaphChannel *plenary =
      paraph_ledger_find_channel (play->replicas[device], &play->world->charter);
  const GPtrArray *all = paraph_channel_list (plenary);
  ParaphEntry *found = NULL;
  gint count = 0;

  for (guint i = 0; i < all->len; i++)
    if (paraph_entry_get_header (g_ptr_array_index (all, i))->kind == kind
        && g_rand_int_range (play->world->random, 0, ++count) == 0)
      found = g_ptr_array_index (all, i);
  return found;
}

static ParaphDraft *
draft_membership (Play *play, guint device)
{
  ParaphEntry *joining = pick (play, device, PARAPH_KIND_JOINING);
  gboolean is_removal = g_rand_int_range (play->world->random, 0, 6) == 0;
  ParaphDraft *draft;

  if (joining == NULL)
    return NULL;
  draft = world_draft (play->world, PARAPH_KIND_MEMBERSHIP);
  paraph_draft_add (draft, "change", is_removal ? "remove" : "add");
  paraph_draft_add (draft, "seat",
                    paraph_header_get_value (paraph_entry_get_header (joining), "seat"));
  paraph_draft_add_id (draft, "delegation",
                       &paraph_record_get_powers (paraph_entry_get_record (joining))->delegation);
  if (!is_removal)
    add_id (draft, "joining", joining);
  paraph_draft_add (draft, "history", "full");
  return draft;
}

static ParaphDraft *
draft_text (Play *play)
{
  ParaphDraft *draft = world_draft (play->world, PARAPH_KIND_TEXT);

  paraph_draft_add (draft, "symbol", "AST/L.1");
  paraph_draft_add (draft, "title", "Draft armistice");
  paraph_draft_add (draft, "standing", "basis");
  return draft;
}

static ParaphDraft *
draft_paper (Play *play, guint device, ParaphKind kind)
{
  ParaphEntry *opening = pick (play, device, PARAPH_KIND_TEXT);
  ParaphEntry *answered = pick (play, device, PARAPH_KIND_PROPOSAL);
  g_autoptr (ParaphText) text = NULL;
  ParaphDraft *draft;

  if (opening == NULL)
    return NULL;
  text = paraph_channel_get_text (paraph_entry_get_channel (opening),
                                  &paraph_entry_get_header (opening)->id);
  draft = world_draft (play->world, kind);
  paraph_draft_add (draft, "symbol", "X/L.2");
  add_id (draft, "text", opening);
  add_id (draft, "base", text != NULL ? text->current : opening);
  if (kind == PARAPH_KIND_PROPOSAL && answered != NULL && g_rand_boolean (play->world->random))
    add_id (draft, "answers", answered);
  return draft;
}

static ParaphDraft *
draft_position (Play *play, guint device)
{
  static const char *const stances[] = { "accept",  "accept", "accept", "accept",
                                         "reserve", "object", "revoke", "abstain" };
  ParaphEntry *target = pick (play, device, PARAPH_KIND_PROPOSAL);
  ParaphDraft *draft;

  if (target == NULL)
    return NULL;
  draft = world_draft (play->world, PARAPH_KIND_POSITION);
  add_id (draft, "target", target);
  paraph_draft_add (draft, "stance",
                    stances[g_rand_int_range (play->world->random, 0, G_N_ELEMENTS (stances))]);
  if (g_rand_int_range (play->world->random, 0, 8) == 0)
    paraph_draft_add (draft, "provision", "3");
  return draft;
}

static ParaphDraft *
draft_something (Play *play, guint device)
{
  ParaphEntry *target;
  ParaphDraft *draft;

  switch (g_rand_int_range (play->world->random, 0, 12))
    {
    case 0:
    case 1:
      return device == 0 ? draft_membership (play, device)
                         : world_draft (play->world, PARAPH_KIND_CHECKPOINT);
    case 2:
      return draft_text (play);
    case 3:
    case 4:
    case 5:
      return draft_paper (play, device, PARAPH_KIND_PROPOSAL);
    case 6:
      return draft_paper (play, device, PARAPH_KIND_VERSION);
    case 7:
      target = pick (play, device, PARAPH_KIND_PROPOSAL);
      if (target == NULL)
        return NULL;
      draft = world_draft (play->world, PARAPH_KIND_WITHDRAWAL);
      add_id (draft, "target", target);
      return draft;
    default:
      return draft_position (play, device);
    }
}

/* What a device says at a place that it has given to another record already. */
static ParaphDraft *
draft_rival (Play *play, guint device)
{
  ParaphDraft *draft = device == 0 ? draft_membership (play, device) : NULL;

  return draft != NULL ? draft : draft_text (play);
}

/* Sometimes the same place is given to a second record, which somebody else hears of first. */
static void
act (Play *play, guint device, ParaphDraft *draft)
{
  ParaphPosition position;
  ParaphDraft *other = NULL;

  if (draft == NULL)
    return;
  if (!world_place (play->world, device, play->replicas[device], &position))
    {
      paraph_draft_free (draft);
      return;
    }
  if (play->forks && g_rand_int_range (play->world->random, 0, 15) == 0)
    other = draft_rival (play, device);
  if (other != NULL)
    {
      ParaphPosition same = position;
      if (position.seen != NULL)
        same.seen = g_array_ref (position.seen);
      deliver (play->replicas[(device + 1) % WORLD_DELEGATIONS],
               world_seal (play->world, device, other, &same));
    }
  deliver (play->replicas[device], world_seal (play->world, device, draft, &position));
}

static void
join (Play *play, guint device)
{
  ParaphDraft *draft = world_draft (play->world, PARAPH_KIND_JOINING);

  paraph_draft_add (draft, "seat", play->world->delegations[device].code);
  act (play, device, draft);
}

static void
admit_everybody (Play *play)
{
  ParaphChannel *plenary;
  g_autoptr (GPtrArray) all = NULL;

  for (guint i = 0; i < play->world->records->len; i++)
    deliver (play->replicas[0], g_ptr_array_index (play->world->records, i));
  plenary = paraph_ledger_find_channel (play->replicas[0], &play->world->charter);
  all = g_ptr_array_copy ((GPtrArray *) (gsize) paraph_channel_list (plenary), NULL, NULL);
  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *joining = g_ptr_array_index (all, i);
      ParaphDraft *draft;
      if (paraph_entry_get_header (joining)->kind != PARAPH_KIND_JOINING)
        continue;
      draft = world_draft (play->world, PARAPH_KIND_MEMBERSHIP);
      paraph_draft_add (draft, "change", "add");
      paraph_draft_add (draft, "seat",
                        paraph_header_get_value (paraph_entry_get_header (joining), "seat"));
      paraph_draft_add_id (
          draft, "delegation",
          &paraph_record_get_powers (paraph_entry_get_record (joining))->delegation);
      add_id (draft, "joining", joining);
      paraph_draft_add (draft, "history", "full");
      act (play, 0, draft);
    }
}

/* Two parties accept what the third proposes: the rule of two thirds is met, if nothing undoes it. */
static void
agree (Play *play)
{
  ParaphDraft *draft;
  ParaphEntry *proposal;

  act (play, 1, draft_text (play));
  draft = draft_paper (play, 1, PARAPH_KIND_PROPOSAL);
  act (play, 1, draft);
  for (guint device = 0; device <= 2; device += 2)
    {
      for (guint i = 0; i < play->world->records->len; i++)
        deliver (play->replicas[device], g_ptr_array_index (play->world->records, i));
      proposal = pick (play, device, PARAPH_KIND_PROPOSAL);
      if (proposal == NULL)
        continue;
      draft = world_draft (play->world, PARAPH_KIND_POSITION);
      add_id (draft, "target", proposal);
      paraph_draft_add (draft, "stance", "accept");
      act (play, device, draft);
    }
}

static void
revoke_somebody (Play *play)
{
  guint device = (guint) g_rand_int_range (play->world->random, 1, WORLD_DELEGATIONS);
  ParaphChannel *plenary = paraph_ledger_find_channel (play->replicas[0], &play->world->charter);
  ParaphEntry *head =
      paraph_channel_find_own_head (plenary, &play->world->delegations[device].powers.device);

  world_revoke (play->world, device, head == NULL ? NULL : paraph_entry_get_header (head));
}

static void
play_history (Play *play)
{
  gboolean revokes = g_rand_int_range (play->world->random, 0, 3) == 0;

  play->forks = g_rand_int_range (play->world->random, 0, 3) == 0;
  for (guint i = 0; i < WORLD_DELEGATIONS; i++)
    {
      play->replicas[i] = paraph_ledger_new ();
      for (guint j = 0; j < play->world->records->len; j++)
        deliver (play->replicas[i], g_ptr_array_index (play->world->records, j));
    }
  for (guint i = 1; i < WORLD_DELEGATIONS; i++)
    join (play, i);
  admit_everybody (play);
  if (g_rand_boolean (play->world->random))
    {
      for (guint i = 0; i < play->world->records->len; i++)
        deliver (play->replicas[1], g_ptr_array_index (play->world->records, i));
      agree (play);
    }
  for (guint step = 0; step < play->steps; step++)
    {
      guint device = (guint) g_rand_int_range (play->world->random, 0, WORLD_DELEGATIONS);
      deliver_some (play, device);
      act (play, device, draft_something (play, device));
      if (revokes && step == play->steps / 2)
        revoke_somebody (play);
    }
}

static void
print_id (GString *print, const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (id, hex);
  hex[12] = '\0';
  g_string_append_printf (print, " %s", hex);
}

static void
print_text (GString *print, ParaphText *text)
{
  g_string_append (print, "text");
  print_id (print, &paraph_entry_get_header (text->opening)->id);
  print_id (print, &paraph_entry_get_header (text->current)->id);
  for (guint i = 0; i < text->versions->len; i++)
    print_id (print, &paraph_entry_get_header (g_ptr_array_index (text->versions, i))->id);
  for (guint i = 0; i < text->proposals->len; i++)
    {
      ParaphProposal *proposal = g_ptr_array_index (text->proposals, i);
      g_string_append_printf (print, "\n  %s %d", paraph_proposal_state_get_word (proposal->state),
                              proposal->is_contested);
      print_id (print, &paraph_entry_get_header (proposal->entry)->id);
      for (guint j = 0; j < proposal->stances->len; j++)
        {
          ParaphDelegationStance *stance =
              &g_array_index (proposal->stances, ParaphDelegationStance, j);
          print_id (print, &stance->delegation);
          g_string_append (print, paraph_stance_get_word (stance->stance));
        }
    }
  g_string_append_c (print, '\n');
}

/* Everything that anybody could see of a ledger, as text. */
static char *
print_ledger (World *world, ParaphLedger *ledger)
{
  ParaphChannel *plenary = paraph_ledger_find_channel (ledger, &world->charter);
  const GPtrArray *all = paraph_channel_list (plenary);
  g_autoptr (GArray) tips = paraph_channel_list_tips (plenary);
  g_autoptr (GArray) members = paraph_channel_list_members (plenary, NULL);
  g_autoptr (GPtrArray) texts = paraph_channel_list_texts (plenary);
  GString *print = g_string_new (NULL);

  for (guint i = 0; i < all->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (all, i);
      g_autoptr (GArray) acknowledged = paraph_entry_list_acknowledged (entry);
      g_autoptr (GPtrArray) past = paraph_channel_list_past (plenary, entry);
      g_autoptr (GArray) tips_then = paraph_channel_list_tips_at (plenary, entry);
      g_autoptr (GArray) members_then = paraph_channel_list_members (plenary, entry);
      g_string_append_printf (print, "%s %s %s %d %d %d %u %u %u",
                              paraph_entry_get_header (entry)->kind_word,
                              paraph_standing_get_word (paraph_entry_get_standing (entry)),
                              paraph_effect_get_word (paraph_entry_get_effect (entry)),
                              paraph_entry_is_contested (entry), paraph_entry_is_disowned (entry),
                              paraph_channel_is_complete (plenary, entry), acknowledged->len,
                              past->len, tips_then->len);
      print_id (print, &paraph_entry_get_header (entry)->id);
      for (guint j = 0; j < members_then->len; j++)
        g_string_append_printf (print, " %s", g_array_index (members_then, ParaphMember, j).code);
      g_string_append_c (print, '\n');
    }
  for (guint i = 0; i < tips->len; i++)
    print_id (print, &g_array_index (tips, ParaphPlace, i).id);
  for (guint i = 0; i < members->len; i++)
    g_string_append_printf (print, " %s", g_array_index (members, ParaphMember, i).code);
  g_string_append_c (print, '\n');
  for (guint i = 0; i < texts->len; i++)
    print_text (print, g_ptr_array_index (texts, i));
  return g_string_free (print, FALSE);
}

/* Delivers everything in an order of its own, with repeats, until nothing waits. */
static void
deliver_all (World *world, ParaphLedger *ledger)
{
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  guint placed = 0, before;

  g_ptr_array_extend (order, world->records, NULL, NULL);
  for (guint i = order->len - 1; i > 0; i--)
    {
      guint j = (guint) g_rand_int_range (world->random, 0, (gint) i + 1);
      gpointer swapped = order->pdata[i];
      order->pdata[i] = order->pdata[j];
      order->pdata[j] = swapped;
    }
  do
    {
      before = placed;
      placed = 0;
      for (guint i = 0; i < order->len; i++)
        {
          ParaphId missing;
          ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
          ParaphPlacing placing =
              paraph_ledger_restore (ledger, g_ptr_array_index (order, i), &missing, &refusal);
          g_assert_cmpint (placing, !=, PARAPH_PLACING_REFUSED);
          placed += placing != PARAPH_PLACING_WAITING;
        }
    }
  while (placed > before);
  g_assert_cmpuint (placed, ==, order->len);
}

static void
compare_replicas (Play *play, guint32 seed)
{
  g_autofree char *first = NULL;

  for (guint i = 0; i < WORLD_DELEGATIONS + 2; i++)
    {
      ParaphLedger *ledger = i < WORLD_DELEGATIONS ? play->replicas[i] : paraph_ledger_new ();
      g_autofree char *print = NULL;
      deliver_all (play->world, ledger);
      print = print_ledger (play->world, ledger);
      if (first != NULL && strcmp (first, print) != 0)
        g_error ("seed %u: replica %u shows\n%s\ninstead of\n%s", seed, i, print, first);
      if (first == NULL)
        first = g_steal_pointer (&print);
      paraph_ledger_free (ledger);
    }
}

typedef struct
{
  guint forks, cuts, adopted, contested, withdrawn, stale;
} Tally;

/* What happened at all: a property over histories in which nothing happens proves nothing. */
static void
take_tally (Play *play, Tally *tally)
{
  ParaphLedger *ledger = paraph_ledger_new ();
  ParaphChannel *plenary;
  g_autoptr (GPtrArray) texts = NULL;
  const GPtrArray *all;

  deliver_all (play->world, ledger);
  plenary = paraph_ledger_find_channel (ledger, &play->world->charter);
  texts = paraph_channel_list_texts (plenary);
  all = paraph_channel_list (plenary);
  for (guint i = 0; i < all->len; i++)
    {
      ParaphStanding standing = paraph_entry_get_standing (g_ptr_array_index (all, i));
      tally->forks += standing == PARAPH_STANDING_VOID;
      tally->cuts += standing == PARAPH_STANDING_CUT;
    }
  for (guint i = 0; i < texts->len; i++)
    {
      ParaphText *text = g_ptr_array_index (texts, i);
      for (guint j = 0; j < text->proposals->len; j++)
        {
          ParaphProposal *proposal = g_ptr_array_index (text->proposals, j);
          tally->adopted += proposal->state == PARAPH_PROPOSAL_ADOPTED;
          tally->withdrawn += proposal->state == PARAPH_PROPOSAL_WITHDRAWN;
          tally->stale += proposal->state == PARAPH_PROPOSAL_STALE;
          tally->contested += proposal->is_contested;
        }
    }
  g_clear_pointer (&texts, g_ptr_array_unref);
  paraph_ledger_free (ledger);
}

static void
test_same_state (void)
{
  const char *full = g_getenv ("PARAPH_CHECK_FULL");
  const char *given = g_getenv ("PARAPH_TEST_SEED");
  guint32 seed = given == NULL ? 1 : (guint32) g_ascii_strtoull (given, NULL, 10);
  guint count = full != NULL ? N_HISTORIES_FULL : N_HISTORIES;
  Tally tally = { 0 };

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (World) world = world_new (seed + i);
      Play play = { .world = world, .steps = STEPS };
      play_history (&play);
      take_tally (&play, &tally);
      compare_replicas (&play, seed + i);
    }
  g_test_message ("%u histories from seed %u: %u void, %u cut, %u adopted (%u contested), "
                  "%u withdrawn, %u stale",
                  count, seed, tally.forks, tally.cuts, tally.adopted, tally.contested,
                  tally.withdrawn, tally.stale);
  g_assert_cmpuint (tally.forks, >, 0);
  g_assert_cmpuint (tally.cuts, >, 0);
  g_assert_cmpuint (tally.adopted, >, 0);
  g_assert_cmpuint (tally.withdrawn, >, 0);
  g_assert_cmpuint (tally.stale, >, 0);
}

/* What is kept between two questions must not outlive what it was computed from: one ledger is asked
 * everything after every record, another about the members of the past only, a third one nothing
 * before the end. */
static void
ask_members (ParaphLedger *ledger, World *world)
{
  ParaphChannel *plenary = paraph_ledger_find_channel (ledger, &world->charter);
  const GPtrArray *all = plenary != NULL ? paraph_channel_list (plenary) : NULL;

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      g_autoptr (GArray) members =
          paraph_channel_list_members (plenary, g_ptr_array_index (all, i));
      g_assert_cmpuint (members->len, >=, 1);
    }
}

static char *
place_and_print (World *world, const GPtrArray *order, guint ask_all, guint ask_some)
{
  ParaphLedger *ledger = paraph_ledger_new ();
  char *print;

  /* Twice: what waits in the first round has all it names in the second. */
  for (guint i = 0; i < 2 * order->len; i++)
    {
      deliver (ledger, g_ptr_array_index (order, i % order->len));
      if (ask_some != 0 && i % ask_some == 0)
        ask_members (ledger, world);
      if (ask_all != 0 && i % ask_all == 0
          && paraph_ledger_find_channel (ledger, &world->charter) != NULL)
        g_free (print_ledger (world, ledger));
    }
  deliver_all (world, ledger);
  print = print_ledger (world, ledger);
  paraph_ledger_free (ledger);
  return print;
}

/* In the order in which they were made, but for some neighbours. */
static GPtrArray *
list_almost_in_order (World *world)
{
  GPtrArray *order = g_ptr_array_new ();

  g_ptr_array_extend (order, world->records, NULL, NULL);
  for (guint i = 1; i < order->len; i++)
    if (g_rand_int_range (world->random, 0, 4) == 0)
      {
        gpointer swapped = order->pdata[i];
        order->pdata[i] = order->pdata[i - 1];
        order->pdata[i - 1] = swapped;
      }
  return order;
}

static void
test_asking_changes_nothing (void)
{
  for (guint32 seed = 1; seed <= N_LONG; seed++)
    {
      g_autoptr (World) world = world_new (seed);
      Play play = { .world = world, .steps = LONG_STEPS };
      g_autoptr (GPtrArray) order = NULL;
      g_autofree char *silent = NULL, *asked = NULL, *asked_members = NULL;

      play_history (&play);
      order = list_almost_in_order (world);
      silent = place_and_print (world, order, 0, 0);
      asked = place_and_print (world, order, 7, 0);
      asked_members = place_and_print (world, order, 0, 1);
      g_assert_cmpstr (asked, ==, silent);
      g_assert_cmpstr (asked_members, ==, silent);
      for (guint i = 0; i < WORLD_DELEGATIONS; i++)
        {
          g_autofree char *print = NULL;

          deliver_all (world, play.replicas[i]);
          print = print_ledger (world, play.replicas[i]);
          g_assert_cmpstr (print, ==, silent);
          paraph_ledger_free (play.replicas[i]);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/histories/same-records-give-the-same-state-in-any-order", test_same_state);
  g_test_add_func ("/histories/asking-in-between-never-changes-an-answer",
                   test_asking_changes_nothing);
  return g_test_run ();
}
