/* Asking for what is named and not here: the author first, then a mediator, then anybody joined.
 * Who is not there to answer, or has a reason not to, is not the first: then whoever named it is. */

#include "app/sync-private.h"

#include "app/home-lacking.h"
#include "app/home-private.h"
#include "app/limit-table.h"
#include "app/outbound-private.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "store/held-table.h"
#include "store/waiting-table.h"

#define MISSING_MAX 4096
#define DOUBLINGS_MAX 7 /* once everybody was asked: up to 21 hours before the next round */

/* One id and the device that is to be asked for it. */
typedef struct
{
  ParaphId peer;
  ParaphId channel;
  ParaphId id;
} Question;

/* What is named */

/* Who wrote the record id that header names, as far as header says so. */
static void
fill_author (ParaphWantRow *row, const ParaphHeader *header)
{
  if (paraph_id_equal (&row->id, &header->previous))
    row->author = header->author;
  for (guint i = 0; i < header->n_seen; i++)
    if (paraph_id_equal (&row->id, &header->seen[i].id))
      row->author = header->seen[i].author;
}

static gboolean
is_forked (ParaphHome *home, const ParaphId *channel_id, const ParaphId *author)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, channel_id);
  ParaphEntry *first = NULL;
  ParaphEntry *second = NULL;

  return channel != NULL && paraph_channel_find_fork (channel, author, &first, &second);
}

/* Whoever serves a record of another holds what it stands on; its author did not send it. */
static gboolean
is_relayed (const ParaphStoredRecord *row, const ParaphHeader *header, const ParaphId *id)
{
  return paraph_id_equal (id, &header->previous) && !paraph_id_is_zero (&row->carrier)
         && !paraph_id_equal (&row->carrier, &header->author);
}

/* What a waiting record names; the device that brought it claims it. */
static gboolean
note_named (ParaphHome *home, const ParaphId *id, GError **error)
{
  g_autoptr (GArray) waiting = NULL;
  g_autoptr (ParaphStoredRecord) row = NULL;
  g_autoptr (ParaphSealedRecord) sealed = NULL;
  ParaphWantRow want = { .id = *id, .kind = PARAPH_WANT_RECORD };

  if (!paraph_waiting_table_list (home->store, id, &waiting, error))
    return FALSE;
  if (waiting->len == 0)
    return TRUE;
  if (!paraph_record_table_get (home->store, &g_array_index (waiting, ParaphId, 0), &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  sealed = paraph_home_read_record (row, error);
  if (sealed == NULL)
    return FALSE;
  if (paraph_kind_is_identity (sealed->header->kind)
      || paraph_id_equal (id, &sealed->header->identity))
    want.kind = PARAPH_WANT_IDENTITY;
  want.channel = row->channel;
  want.claimant = row->carrier;
  fill_author (&want, sealed->header);
  if (want.kind == PARAPH_WANT_RECORD
      && (is_relayed (row, sealed->header, id) || is_forked (home, &row->channel, &want.author)))
    want.author = row->carrier;
  return paraph_home_want (home, &want, error);
}

static gboolean
note_waiting (ParaphHome *home, GError **error)
{
  g_autoptr (GArray) ids = NULL;

  if (!paraph_waiting_table_list_missing (home->store, MISSING_MAX, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!note_named (home, &g_array_index (ids, ParaphId, i), error))
      return FALSE;
  return TRUE;
}

/* Bodies of placed records that are not here and that we may have. */
static gboolean
note_lacking (ParaphHome *home, GError **error)
{
  g_autoptr (GArray) ids = NULL;

  if (!paraph_home_list_lacking (home, NULL, &ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      ParaphEntry *entry = paraph_ledger_find (home->ledger, &g_array_index (ids, ParaphId, i));
      ParaphWantRow want = { .kind = PARAPH_WANT_BODIES };
      gboolean is_held = FALSE;

      if (!paraph_held_table_has (home->store, &g_array_index (ids, ParaphId, i), &is_held, error))
        return FALSE;
      if (is_held || entry == NULL || !paraph_outbound_may_have_bodies (entry, &home->delegation))
        continue;
      want.id = g_array_index (ids, ParaphId, i);
      want.channel = *paraph_channel_get_id (paraph_entry_get_channel (entry));
      want.author = paraph_entry_get_header (entry)->author;
      want.claimant = want.author;
      if (!paraph_home_want (home, &want, error))
        return FALSE;
    }
  return TRUE;
}

/* Whether another record of that author is held at this number, or behind it. */
static gboolean
is_held_otherwise (ParaphHome *home, const ParaphClaim *claim)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &claim->channel);
  g_autoptr (GArray) tips = channel == NULL ? NULL : paraph_channel_list_tips (channel);

  for (guint i = 0; tips != NULL && i < tips->len; i++)
    {
      const ParaphPlace *tip = &g_array_index (tips, ParaphPlace, i);

      if (paraph_id_equal (&tip->author, &claim->place.author)
          && tip->number >= claim->place.number)
        return TRUE;
    }
  return FALSE;
}

/* Who forks its chain is the last to show the other branch, and who is not in force any more answers
 * nothing; identity records are with many. */
static gboolean
is_asked_of_claimant (ParaphHome *home, const ParaphClaim *claim)
{
  return claim->is_identity || claim->is_beside
         || paraph_home_find_device (home, &claim->place.author) == NULL
         || is_held_otherwise (home, claim)
         || is_forked (home, &claim->channel, &claim->place.author);
}

static gboolean
is_repeated (const GArray *claims, guint index)
{
  const ParaphId *id = &g_array_index (claims, ParaphClaim, index).place.id;

  for (guint i = 0; i < index; i++)
    if (paraph_id_equal (&g_array_index (claims, ParaphClaim, i).place.id, id))
      return TRUE;
  return FALSE;
}

/* Then whoever named it is asked first, at once; of several the first. */
static gboolean
turn_to_claimants (ParaphHome *home, GError **error)
{
  GArray *claims = paraph_home_get_data (home)->claims;

  for (guint i = 0; i < claims->len; i++)
    {
      const ParaphClaim *claim = &g_array_index (claims, ParaphClaim, i);
      ParaphWantRow want = { .id = claim->place.id,
                             .kind = claim->is_identity ? PARAPH_WANT_IDENTITY : PARAPH_WANT_RECORD,
                             .channel = claim->channel,
                             .author = claim->is_identity ? claim->place.author : claim->claimant,
                             .claimant = claim->claimant };

      if (is_asked_of_claimant (home, claim) && !is_repeated (claims, i)
          && (!paraph_want_table_forget (home->store, &want.id, error)
              || !paraph_home_want (home, &want, error)))
        return FALSE;
    }
  g_array_set_size (claims, 0);
  return TRUE;
}

/* Who is asked */

static void
add_once (GArray *devices, const ParaphId *id)
{
  for (guint i = 0; i < devices->len; i++)
    if (paraph_id_equal (&g_array_index (devices, ParaphId, i), id))
      return;
  g_array_append_vals (devices, id, 1);
}

/* Those of list that are devices of delegation. */
static void
add_delegation (ParaphHome *home, const ParaphId *delegation, GArray *list, GArray *devices)
{
  for (guint i = 0; i < list->len; i++)
    {
      const ParaphId *device = &g_array_index (list, ParaphId, i);
      const ParaphPowers *powers = paraph_home_find_device (home, device);

      if (powers != NULL && paraph_id_equal (&powers->delegation, delegation))
        add_once (devices, device);
    }
}

static void
add_mediators (ParaphHome *home, ParaphChannel *channel, GArray *list, GArray *devices)
{
  g_autoptr (GArray) members = paraph_channel_list_members (channel, NULL);

  for (guint i = 0; i < members->len; i++)
    if (g_array_index (members, ParaphMember, i).role == PARAPH_ROLE_MEDIATOR)
      add_delegation (home, &g_array_index (members, ParaphMember, i).delegation, list, devices);
}

static void
add_author (ParaphHome *home, const ParaphWantRow *row, GArray *list, GArray *devices)
{
  if (row->kind == PARAPH_WANT_IDENTITY)
    add_delegation (home, &row->author, list, devices);
  for (guint i = 0; i < list->len; i++)
    if (paraph_id_equal (&g_array_index (list, ParaphId, i), &row->author))
      add_once (devices, &row->author);
}

static void
add_claimant (ParaphHome *home, const ParaphWantRow *row, GArray *devices)
{
  if (!paraph_id_equal (&row->claimant, &home->device)
      && paraph_home_find_device (home, &row->claimant) != NULL)
    add_once (devices, &row->claimant);
}

/* In the order in which they are asked: the author, mediators, the claimant, all others; but for the
 * claimant only who has joined, since others would not serve us. The claimant comes first for
 * identity records, and where the author is not in force. */
static GArray *
list_candidates (ParaphHome *home, const ParaphWantRow *row)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &row->channel);
  GArray *devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  g_autoptr (GArray) joined = NULL;

  if (row->kind == PARAPH_WANT_IDENTITY || paraph_home_find_device (home, &row->author) == NULL)
    add_claimant (home, row, devices);
  if (channel != NULL)
    {
      joined = paraph_outbound_list_recipients (home, channel, PARAPH_POWER_READ);
      add_author (home, row, joined, devices);
      add_mediators (home, channel, joined, devices);
    }
  add_claimant (home, row, devices);
  for (guint i = 0; joined != NULL && i < joined->len; i++)
    add_once (devices, &g_array_index (joined, ParaphId, i));
  return devices;
}

/* The one after the one asked last. FALSE: nobody, or not yet again. */
static gboolean
choose_peer (ParaphHome *home, const ParaphWantRow *row, gint64 now, ParaphId *ret_peer)
{
  g_autoptr (GArray) devices = list_candidates (home, row);
  guint next = 0;
  guint rounds = 0;

  if (devices->len == 0)
    return FALSE;
  rounds = row->tries / devices->len;
  if (row->time != 0 && row->time <= now
      && now - row->time < (gint64) PARAPH_LIMIT_ASK_AGAIN << MIN (rounds, DOUBLINGS_MAX))
    return FALSE;
  for (guint i = 0; i < devices->len && !paraph_id_is_zero (&row->peer); i++)
    if (paraph_id_equal (&g_array_index (devices, ParaphId, i), &row->peer))
      next = (i + 1) % devices->len;
  *ret_peer = g_array_index (devices, ParaphId, next);
  return TRUE;
}

/* What has come in the meantime is not asked for. */
static gboolean
is_still_wanted (ParaphHome *home, const ParaphWantRow *row, gboolean *ret_is_wanted,
                 GError **error)
{
  gboolean is_held = FALSE;

  if (row->kind == PARAPH_WANT_BODIES)
    return paraph_home_is_lacking (home, &row->id, ret_is_wanted, error);
  if (!paraph_home_holds (home, &row->id, &is_held, error))
    return FALSE;
  *ret_is_wanted = !is_held;
  return TRUE;
}

static gboolean
ask (ParaphHome *home, const ParaphWantRow *row, gint64 now, GArray *questions, GError **error)
{
  gboolean is_wanted = FALSE;
  Question question = { .channel = row->channel, .id = row->id };

  if (!is_still_wanted (home, row, &is_wanted, error))
    return FALSE;
  if (!is_wanted)
    return paraph_want_table_forget (home->store, &row->id, error);
  if (!choose_peer (home, row, now, &question.peer))
    return TRUE;
  g_array_append_val (questions, question);
  return paraph_want_table_set_asked (home->store, &row->id, &question.peer, now, error);
}

static gboolean
list_questions (ParaphHome *home, GArray *questions, GError **error)
{
  g_autoptr (GArray) rows = NULL;
  gint64 now = paraph_home_now ();

  if (!paraph_want_table_list_due (home->store, now - PARAPH_LIMIT_ASK_AGAIN, now, MISSING_MAX,
                                   &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (!ask (home, &g_array_index (rows, ParaphWantRow, i), now, questions, error))
      return FALSE;
  return TRUE;
}

/* Packets */

static int
compare_questions (gconstpointer a, gconstpointer b)
{
  const Question *left = a;
  const Question *right = b;
  int order = paraph_id_compare (&left->peer, &right->peer);

  if (order == 0)
    order = paraph_id_compare (&left->channel, &right->channel);
  return order != 0 ? order : paraph_id_compare (&left->id, &right->id);
}

static gboolean
send_want (ParaphHome *home, const Question *first, GArray *ids, GError **error)
{
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &first->channel);
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  g_autoptr (ParaphPacket) packet =
      paraph_packet_new_want (&first->channel, &g_array_index (ids, ParaphId, 0), ids->len);
  ParaphSending sending = { .packet = packet, .channel = &first->channel };

  if (channel != NULL)
    sending.negotiation = paraph_channel_get_negotiation (channel);
  g_array_append_val (devices, first->peer);
  return paraph_outbound_send (home, &sending, devices, NULL, error);
}

gboolean
paraph_sync_want (ParaphHome *home, GError **error)
{
  g_autoptr (GArray) questions = g_array_new (FALSE, FALSE, sizeof (Question));
  guint at = 0;

  if (paraph_home_get_powers (home) == NULL)
    return TRUE;
  if (!turn_to_claimants (home, error) || !note_waiting (home, error) || !note_lacking (home, error)
      || !list_questions (home, questions, error))
    return FALSE;
  g_array_sort (questions, compare_questions);
  while (at < questions->len)
    {
      const Question *first = &g_array_index (questions, Question, at);
      g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (ParaphId));

      for (; at < questions->len && ids->len < PARAPH_WANT_MAX; at++)
        {
          const Question *one = &g_array_index (questions, Question, at);

          if (!paraph_id_equal (&one->peer, &first->peer)
              || !paraph_id_equal (&one->channel, &first->channel))
            break;
          g_array_append_val (ids, one->id);
        }
      if (!send_want (home, first, ids, error))
        return FALSE;
    }
  return TRUE;
}
