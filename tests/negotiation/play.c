#include "tests/negotiation/play.h"

void
play_deliver (ParaphLedger *ledger, ParaphSealedRecord *sealed)
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
      play_deliver (play->replicas[to], g_ptr_array_index (play->world->records, i));
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
      play_deliver (play->replicas[(device + 1) % WORLD_DELEGATIONS],
                    world_seal (play->world, device, other, &same));
    }
  play_deliver (play->replicas[device], world_seal (play->world, device, draft, &position));
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
    play_deliver (play->replicas[0], g_ptr_array_index (play->world->records, i));
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
        play_deliver (play->replicas[device], g_ptr_array_index (play->world->records, i));
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

void
play_history (Play *play)
{
  gboolean revokes = g_rand_int_range (play->world->random, 0, 3) == 0;

  play->forks = g_rand_int_range (play->world->random, 0, 3) == 0;
  for (guint i = 0; i < WORLD_DELEGATIONS; i++)
    {
      play->replicas[i] = paraph_ledger_new ();
      for (guint j = 0; j < play->world->records->len; j++)
        play_deliver (play->replicas[i], g_ptr_array_index (play->world->records, j));
    }
  for (guint i = 1; i < WORLD_DELEGATIONS; i++)
    join (play, i);
  admit_everybody (play);
  if (g_rand_boolean (play->world->random))
    {
      for (guint i = 0; i < play->world->records->len; i++)
        play_deliver (play->replicas[1], g_ptr_array_index (play->world->records, i));
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
