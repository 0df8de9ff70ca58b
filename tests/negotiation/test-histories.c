/* Random histories: the state is a function of the set of records, whatever order they come in. */

#include <string.h>

#include "crypto/hash.h"
#include "tests/negotiation/play.h"

#define N_HISTORIES 1000
#define N_HISTORIES_FULL 10000
#define LONG_STEPS 80
#define N_LONG 60

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
      Play play = { .world = world, .steps = PLAY_STEPS };
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
      play_deliver (ledger, g_ptr_array_index (order, i % order->len));
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

/* A ledger of the world in which the records at these places came last, in this order. */
static ParaphLedger *
place_last (World *world, guint first, guint second)
{
  ParaphLedger *ledger = paraph_ledger_new ();

  for (guint i = 0; i < world->records->len; i++)
    if (i != first && i != second)
      play_deliver (ledger, g_ptr_array_index (world->records, i));
  play_deliver (ledger, g_ptr_array_index (world->records, first));
  play_deliver (ledger, g_ptr_array_index (world->records, second));
  return ledger;
}

static ParaphStanding
get_standing (ParaphLedger *ledger, const ParaphSealedRecord *sealed)
{
  return paraph_entry_get_standing (paraph_ledger_find (ledger, &sealed->header->id));
}

/* Nothing forbids that two delegations empower one device: each cuts only what was written for it. */
static void
test_device_of_two_delegations (void)
{
  g_autoptr (World) world = world_new (1);
  const WorldDelegation *owner = &world->delegations[1];
  ParaphId shared = world_share (world, 1, 2);
  guint first = world->records->len;
  const ParaphSealedRecord *kept, *other;
  g_autofree char *expected = NULL;

  for (guint i = 0; i < 2; i++)
    {
      ParaphLedger *ledger = paraph_ledger_new ();
      ParaphDraft *draft = NULL;
      ParaphPosition position;

      /* The second one as if the device had not written the first: both have number 0. */
      for (guint j = 0; j < first; j++)
        play_deliver (ledger, g_ptr_array_index (world->records, j));
      g_assert_true (world_place (world, 1, ledger, &position));
      if (i == 1)
        position.identity = shared;
      draft = world_draft (world, PARAPH_KIND_STATEMENT);
      paraph_draft_add (draft, "type", "statement");
      world_seal (world, 1, draft, &position);
      paraph_ledger_free (ledger);
    }
  kept = g_ptr_array_index (world->records, first);
  other = g_ptr_array_index (world->records, first + 1);
  world_revoke (world, 1, kept->header);
  for (guint i = 0; i < 2; i++)
    {
      ParaphLedger *ledger = place_last (world, first + i, first + 1 - i);
      ParaphChannel *plenary = paraph_ledger_find_channel (ledger, &world->charter);
      g_autofree char *print = print_ledger (world, ledger);

      g_assert_cmpint (get_standing (ledger, kept), ==, PARAPH_STANDING_STANDS);
      g_assert_cmpint (get_standing (ledger, other), ==, PARAPH_STANDING_VOID);
      g_assert_false (paraph_channel_is_settled (plenary, &owner->powers.device));
      if (i == 1)
        g_assert_cmpstr (print, ==, expected);
      else
        expected = g_steal_pointer (&print);
      paraph_ledger_free (ledger);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/histories/same-records-give-the-same-state-in-any-order", test_same_state);
  g_test_add_func ("/histories/asking-in-between-never-changes-an-answer",
                   test_asking_changes_nothing);
  g_test_add_func ("/histories/a-device-of-two-delegations", test_device_of_two_delegations);
  return g_test_run ();
}
