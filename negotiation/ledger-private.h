/* The insides of the ledger, for ledger.c, channel.c, judge.c, targets.c and members.c only.
 *
 * NOTES: the past of an entry is a vector with one number per *lane*. A lane is a run of one chain
 * without a branch: the first record that follows another than the lane's last opens a new lane.
 * Which of two branches goes on in the old lane depends on arrival; nothing that is computed from
 * lanes does, because only "is a in the past of b" is ever asked of them. A matrix of bits would
 * grow with the square of the records; walking back would cost the whole past for each question. */

#pragma once

#include "negotiation/judge.h"

typedef struct
{
  ParaphId author;
  GPtrArray *entries; /* ParaphEntry *, owned by the ledger's table; consecutive numbers */
} ParaphLane;

typedef struct ParaphRoster ParaphRoster;

struct ParaphEntry
{
  ParaphRecord *record;       /* owned */
  const ParaphHeader *header; /* of the record: asked for all the time */
  ParaphChannel *channel;
  const ParaphIdentityEntry *identity;
  guint lane;
  guint n_past;
  gint64 *past;     /* by lane: 1 + highest number in the past, 0 for none */
  GPtrArray *known; /* newest identity entries in the past; shared, never changed */
  /* judged */
  ParaphStanding standing;
  ParaphEffect lawful; /* 7.3 without regard to standing */
  gboolean is_contested;
};

struct ParaphChannel
{
  ParaphLedger *ledger;
  ParaphId id;
  ParaphId negotiation;
  ParaphEntry *opening;
  GPtrArray *lanes;       /* ParaphLane * */
  GHashTable *chains;     /* ParaphId author -> GArray of guint lane, in order of arrival */
  GPtrArray *entries;     /* ParaphEntry *, in shown order when is_sorted */
  GPtrArray *memberships; /* those that count, in shown order; valid when is_judged */
  ParaphRoster *roster;   /* members.c's answers of before; NULL until it is asked */
  gboolean is_sorted;
  gboolean is_judged;
};

/* Every record of the author's chain at this number: one, or the branches of a fork. */
GPtrArray *paraph_channel_list_at (ParaphChannel *self, const ParaphId *author, gint64 number);
/* The lowest forked number of the chain, or -1. */
gint64 paraph_channel_find_forked_number (ParaphChannel *self, const ParaphId *author);

void paraph_channel_judge (ParaphChannel *self);
const ParaphId *paraph_entry_get_delegation (const ParaphEntry *self);
/* TRUE where another delegation built on self in good faith (docs/PROTOCOL.md 7.2, last line). */
gboolean paraph_entry_is_witnessed (ParaphEntry *self, ParaphEntry *offender);

/* members.c: the rules of 7.3 from the third on. Memberships are added in shown order, after what
 * stands before them was judged. */
void paraph_channel_clear_memberships (ParaphChannel *self);
void paraph_channel_add_membership (ParaphChannel *self, ParaphEntry *membership);
void paraph_roster_free (ParaphRoster *self);
ParaphEffect paraph_entry_check_membership_rules (ParaphEntry *self);
gboolean paraph_entry_author_is_member (ParaphEntry *self, ParaphMember *ret_member);
ParaphEffect paraph_entry_check_targets (ParaphEntry *self);
