/* The limits on records hold back and let in again; they never change what is on the record. */

#include <string.h>

#include "app/home-private.h"
#include "app/limit-table.h"
#include "negotiation/judge.h"
#include "store/blob-table.h"
#include "store/held-table.h"
#include "tests/flow/convened.h"
#include "tests/flow/test-clock.h"

/* Two members without each other's addresses: what one writes reaches the other by hand only. */
static void
set_up (TestTalks *talks, ParaphId *ret_charter)
{
  test_clock_set (0);
  test_talks_init_joined (talks, 2, ret_charter);
  test_talks_admit (talks, ret_charter, 1, "full");
  test_talks_hand_over (&talks->delegations[0], &talks->delegations[1], ret_charter);
}

typedef struct
{
  ParaphId charter;
  guint n;
} Many;

/* n joinings of the own device, one after the other. */
static gboolean
knock_often (ParaphHome *home, gpointer data, GError **error)
{
  Many *self = data;
  ParaphWhere where = { self->charter, self->charter };

  for (guint i = 0; i < self->n; i++)
    {
      g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_JOINING);
      ParaphId made = { { 0 } };

      paraph_draft_add (draft, "seat", "BOR");
      if (!paraph_outbound_record (home, draft, &where, NULL, &made, error))
        return FALSE;
    }
  return TRUE;
}

/* n small records of the own device, in one go. */
static gboolean
write_many (ParaphHome *home, gpointer data, GError **error)
{
  Many *self = data;
  ParaphWhere where = { self->charter, self->charter };

  for (guint i = 0; i < self->n; i++)
    {
      g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_CHECKPOINT);
      ParaphId made = { { 0 } };

      if (!paraph_outbound_record (home, draft, &where, NULL, &made, error))
        return FALSE;
    }
  return TRUE;
}

/* A run of records of one author, handed over by that author; how it went. */
typedef struct
{
  GPtrArray *records;
  ParaphId author;
  gint64 from;
  gint64 to;
  ParaphId carrier; /* zeros: the author */
  guint counts[PARAPH_OUTCOME_HELD + 1];
} Run;

static gboolean
take_run (ParaphHome *home, gpointer data, GError **error)
{
  Run *self = data;

  memset (self->counts, 0, sizeof self->counts);
  for (guint i = 0; i < self->records->len; i++)
    {
      ParaphSealedRecord *sealed = g_ptr_array_index (self->records, i);
      ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

      if (!paraph_id_equal (&sealed->header->author, &self->author)
          || sealed->header->number < self->from || sealed->header->number > self->to)
        continue;
      if (!paraph_inbound_record (
              home, sealed, NULL,
              paraph_id_is_zero (&self->carrier) ? &self->author : &self->carrier, &outcome, error))
        return FALSE;
      self->counts[outcome]++;
    }
  return TRUE;
}

typedef struct
{
  guint64 held;
  ParaphId channel;
  guint entries;
} State;

static gboolean
look (ParaphHome *home, gpointer data, GError **error)
{
  State *self = data;
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &self->channel);

  self->entries = channel == NULL ? 0 : paraph_channel_list (channel)->len;
  return paraph_held_table_count (home->store, &self->held, error);
}

static State
look_at (TestDelegation *one, const ParaphId *channel)
{
  State state = { .channel = *channel };

  test_run (one, look, &state);
  return state;
}

static void
test_holds_what_is_too_much_for_a_day (void)
{
  TestTalks talks = { 0 };
  Many many = { .n = PARAPH_LIMIT_NEW_RECORDS + 9 };
  Run run = { .to = G_MAXINT64 };
  ParaphSyncReport report = { 0 };
  State before = { 0 };

  set_up (&talks, &many.charter);
  test_run (&talks.delegations[1], write_many, &many);
  run.records = test_list_records (&talks.delegations[1], &many.charter);
  run.author = talks.delegations[1].device;
  before = look_at (&talks.delegations[0], &many.charter);
  test_run (&talks.delegations[0], take_run, &run);
  /* its joining came before */
  g_assert_cmpuint (run.counts[PARAPH_OUTCOME_APPLIED], ==, PARAPH_LIMIT_NEW_RECORDS - 1);
  g_assert_cmpuint (run.counts[PARAPH_OUTCOME_HELD], ==, 10);

  test_clock_set (PARAPH_LIMIT_DAY - 60);
  test_sync (&talks.delegations[0], &report);
  g_assert_cmpuint (report.held, ==, 10);
  test_clock_set (PARAPH_LIMIT_DAY + 600);
  test_sync (&talks.delegations[0], &report);
  g_assert_cmpuint (report.held, ==, 0);
  /* and a checkpoint of its own, for all that */
  g_assert_cmpuint (look_at (&talks.delegations[0], &many.charter).entries, >=,
                    before.entries + many.n);
  g_ptr_array_unref (run.records);
  test_talks_clear (&talks);
}

static void
test_holds_what_would_wait (void)
{
  TestTalks talks = { 0 };
  Many many = { .n = PARAPH_LIMIT_WAITING_RECORDS + 20 };
  Run late = { .from = 2, .to = G_MAXINT64 };
  Run first = { .from = 1, .to = 1 };
  ParaphSyncReport report = { 0 };
  State before = { 0 };

  set_up (&talks, &many.charter);
  test_run (&talks.delegations[1], write_many, &many);
  late.records = first.records = test_list_records (&talks.delegations[1], &many.charter);
  late.author = first.author = talks.delegations[1].device;
  before = look_at (&talks.delegations[0], &many.charter);
  test_run (&talks.delegations[0], take_run, &late);
  g_assert_cmpuint (late.counts[PARAPH_OUTCOME_WAITING], ==, PARAPH_LIMIT_WAITING_RECORDS);
  g_assert_cmpuint (late.counts[PARAPH_OUTCOME_HELD], ==, 19);
  test_sync (&talks.delegations[0], &report);
  g_assert_cmpuint (report.held, ==, 19);

  test_run (&talks.delegations[0], take_run, &first);
  g_assert_cmpuint (first.counts[PARAPH_OUTCOME_APPLIED], ==, 1);
  test_sync (&talks.delegations[0], &report);
  g_assert_cmpuint (report.held, ==, 0);
  g_assert_cmpuint (report.waiting, ==, 0);
  g_assert_cmpuint (look_at (&talks.delegations[0], &many.charter).entries, >=,
                    before.entries + many.n);
  g_ptr_array_unref (late.records);
  test_talks_clear (&talks);
}

/* Records that say they are of a device which has not written them. */
static GPtrArray *
forge_many (const ParaphId *author, const ParaphId *charter, guint n)
{
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_sealed_record_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_CHECKPOINT);
      g_autoptr (ParaphHeader) header = NULL;
      ParaphPosition position = { .negotiation = *charter,
                                  .channel = *charter,
                                  .author = *author,
                                  .identity = { { 77 } },
                                  .number = 5,
                                  .previous = { { 78 } },
                                  .clock = 9 };
      ParaphSignedBy by = { .key = *author };
      guint8 salt[16] = { (guint8) i, (guint8) (i >> 8) };
      GError *error = NULL;

      position.seen = g_array_new (FALSE, FALSE, sizeof (ParaphPlace));
      header = paraph_draft_finish (draft, &position, 1900000000, salt, &error);
      g_array_unref (position.seen);
      g_assert_no_error (error);
      g_ptr_array_add (records, paraph_sealed_record_new (header, &by, 1));
    }
  return records;
}

static void
test_forged_ones_use_up_nobody_elses_room (void)
{
  TestTalks talks = { 0 };
  Many many = { .n = 3 };
  Run forged = { .to = G_MAXINT64, .carrier = { { 9 } } };
  Run late = { .from = 2, .to = 3 };

  set_up (&talks, &many.charter);
  test_run (&talks.delegations[1], write_many, &many);
  late.records = test_list_records (&talks.delegations[1], &many.charter);
  late.author = forged.author = talks.delegations[1].device;
  forged.records = forge_many (&late.author, &many.charter, PARAPH_LIMIT_WAITING_RECORDS + 4);
  test_run (&talks.delegations[0], take_run, &forged);
  g_assert_cmpuint (forged.counts[PARAPH_OUTCOME_WAITING], ==, PARAPH_LIMIT_WAITING_RECORDS);
  g_assert_cmpuint (forged.counts[PARAPH_OUTCOME_HELD], ==, 4);
  test_run (&talks.delegations[0], take_run, &late);
  g_assert_cmpuint (late.counts[PARAPH_OUTCOME_WAITING], ==, 2);
  g_ptr_array_unref (forged.records);
  g_ptr_array_unref (late.records);
  test_talks_clear (&talks);
}

typedef struct
{
  ParaphId id;
  ParaphOutcome outcome;
} Letting;

static gboolean
let_in (ParaphHome *home, gpointer data, GError **error)
{
  Letting *self = data;

  return paraph_inbound_let_in (home, &self->id, &self->outcome, error);
}

static gboolean
find_held (ParaphHome *home, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  if (!paraph_held_table_list (home->store, 2, &rows, error))
    return FALSE;
  g_assert_cmpuint (rows->len, ==, 1);
  *(ParaphId *) data = ((ParaphHeldRow *) g_ptr_array_index (rows, 0))->id;
  return TRUE;
}

static void
test_holds_joinings_at_a_full_door (void)
{
  TestTalks talks = { 0 };
  Many many = { .n = PARAPH_LIMIT_DOOR }; /* and the one that it has made already */
  Run run = { .to = G_MAXINT64 };
  ParaphSyncReport report = { 0 };

  test_clock_set (0);
  test_talks_init_joined (&talks, 2, &many.charter);
  test_run (&talks.delegations[1], knock_often, &many);
  run.records = test_list_records (&talks.delegations[1], &many.charter);
  run.author = talks.delegations[1].device;
  test_run (&talks.delegations[0], take_run, &run);
  g_assert_cmpuint (run.counts[PARAPH_OUTCOME_HELD], ==, 1);
  test_sync (&talks.delegations[0], &report);
  g_assert_cmpuint (report.held, ==, 1);
  test_talks_admit (&talks, &many.charter, 1, "full"); /* one is answered: there is room */
  test_sync (&talks.delegations[0], &report);
  g_assert_cmpuint (report.held, ==, 0);
  g_ptr_array_unref (run.records);
  test_talks_clear (&talks);
}

static void
test_holds_what_has_waited (void)
{
  TestTalks talks = { 0 };
  Many many = { .n = PARAPH_LIMIT_DOOR };
  Run late = { .from = 2, .to = G_MAXINT64 };
  Run first = { .from = 1, .to = 1 };
  ParaphSyncReport report = { 0 };

  test_clock_set (0);
  test_talks_init_joined (&talks, 2, &many.charter);
  test_run (&talks.delegations[1], knock_often, &many);
  late.records = first.records = test_list_records (&talks.delegations[1], &many.charter);
  late.author = first.author = talks.delegations[1].device;
  test_run (&talks.delegations[0], take_run, &late);
  g_assert_cmpuint (late.counts[PARAPH_OUTCOME_WAITING], ==, PARAPH_LIMIT_DOOR - 1);
  test_run (&talks.delegations[0], take_run, &first);
  g_assert_cmpuint (first.counts[PARAPH_OUTCOME_APPLIED], ==, 1);
  g_assert_cmpuint (look_at (&talks.delegations[0], &many.charter).held, ==, 1);
  test_talks_admit (&talks, &many.charter, 1, "full"); /* one is answered: there is room */
  test_sync (&talks.delegations[0], &report);
  g_assert_cmpuint (report.held, ==, 0);
  g_assert_cmpuint (report.waiting, ==, 0);
  g_ptr_array_unref (late.records);
  test_talks_clear (&talks);
}

/* Channels */

typedef struct
{
  ParaphId charter;
  ParaphId delegations[2];
  GPtrArray *records;
} Openings;

static gboolean
open_many (ParaphHome *home, gpointer data, GError **error)
{
  Openings *self = data;
  g_autofree char *first = test_hex (&self->delegations[0]);
  g_autofree char *second = test_hex (&self->delegations[1]);
  g_autofree char *member = g_strdup_printf ("%s AST party", first);
  g_autofree char *other = g_strdup_printf ("%s BOR party", second);
  ParaphWhere where = { .negotiation = self->charter };

  for (guint i = 0; i <= PARAPH_LIMIT_CHANNELS; i++)
    {
      g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_CHANNEL);
      g_autofree char *name = g_strdup_printf ("Room %u", i);
      ParaphEntry *entry = NULL;
      ParaphId made = { { 0 } };

      paraph_draft_add (draft, "name", name);
      paraph_draft_add (draft, "member", member);
      paraph_draft_add (draft, "member", other);
      if (!paraph_outbound_record (home, draft, &where, NULL, &made, error))
        return FALSE;
      entry = paraph_ledger_find (home->ledger, &made);
      g_ptr_array_add (self->records, paraph_sealed_record_ref (paraph_record_get_sealed (
                                          paraph_entry_get_record (entry))));
    }
  return TRUE;
}

static void
test_holds_channels (void)
{
  TestTalks talks = { 0 };
  Openings openings = { 0 };
  Run run = { .to = 0 };
  Letting letting = { 0 };
  ParaphSyncReport report = { 0 };

  set_up (&talks, &openings.charter);
  openings.delegations[0] = talks.delegations[0].delegation;
  openings.delegations[1] = talks.delegations[1].delegation;
  openings.records = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_sealed_record_unref);
  test_run (&talks.delegations[1], open_many, &openings);
  run.records = openings.records;
  run.author = talks.delegations[1].device;
  test_run (&talks.delegations[0], take_run, &run);
  g_assert_cmpuint (run.counts[PARAPH_OUTCOME_APPLIED], ==, PARAPH_LIMIT_CHANNELS);
  g_assert_cmpuint (run.counts[PARAPH_OUTCOME_HELD], ==, 1);
  test_sync (&talks.delegations[0], &report);
  g_assert_cmpuint (report.held, ==, 1);

  test_run (&talks.delegations[0], find_held, &letting.id);
  test_run (&talks.delegations[0], let_in, &letting);
  g_assert_cmpint (letting.outcome, ==, PARAPH_OUTCOME_APPLIED);
  g_assert_cmpuint (look_at (&talks.delegations[0], &letting.id).entries, ==, 1);
  g_assert_cmpuint (look_at (&talks.delegations[0], &letting.id).held, ==, 0);
  g_ptr_array_unref (openings.records);
  test_talks_clear (&talks);
}

/* Bodies */

typedef struct
{
  ParaphId charter;
  GPtrArray *blobs;
  ParaphSealedRecord *sealed;
  gboolean is_own; /* through the own client, which refuses */
} Large;

static ParaphDraft *
draft_large (Large *self)
{
  gsize size = PARAPH_LIMIT_BODY + 1;
  char *text = g_malloc (size);
  g_autoptr (GBytes) content = NULL;
  guint8 random[32];
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_TEXT);
  ParaphBody body = { .role = "text", .name = "main", .language = "en" };
  GBytes *blob = NULL;

  memset (text, 'a', size);
  content = g_bytes_new_take (text, size);
  paraph_home_random (random, sizeof random);
  blob = paraph_blob_new (random, content);
  g_assert_cmpuint (g_bytes_get_size (blob) - size, ==, PARAPH_LIMIT_BLOB_HEAD);
  body.media_type = "text/plain;charset=utf-8";
  body.size = (gint64) g_bytes_get_size (blob);
  paraph_sha256 (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &body.blob);
  paraph_draft_add (draft, "symbol", "BOR/T9");
  paraph_draft_add (draft, "title", "A long one");
  paraph_draft_add (draft, "standing", "basis");
  paraph_draft_add_body (draft, &body);
  g_ptr_array_add (self->blobs, blob);
  return draft;
}

static gboolean
make_large (ParaphHome *home, gpointer data, GError **error)
{
  Large *self = data;
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &self->charter);
  g_autoptr (ParaphDraft) draft = draft_large (self);
  g_autoptr (ParaphHeader) header = NULL;
  g_autofree char *name_space = NULL;
  ParaphWhere where = { self->charter, self->charter };
  ParaphDelegation own = { 0 };
  ParaphPosition position = { 0 };
  ParaphSignedBy by = { 0 };
  ParaphId made = { { 0 } };
  guint8 salt[16] = { 7 };

  if (self->is_own)
    return paraph_outbound_record (home, draft, &where, self->blobs, &made, error);
  g_assert_true (paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                                   &home->delegation, &own));
  g_assert_true (paraph_channel_next_place (channel, &home->device, &own.head, &position));
  position.negotiation = position.channel = self->charter;
  position.author = home->device;
  position.identity = own.head;
  header = paraph_draft_finish (draft, &position, paraph_home_now (), salt, error);
  g_clear_pointer (&position.seen, g_array_unref);
  g_assert_nonnull (header);
  name_space = paraph_header_dup_namespace (header);
  if (!paraph_home_sign (home, name_space, &header->id, &by, error))
    return FALSE;
  self->sealed = paraph_sealed_record_new (header, &by, 1);
  return TRUE;
}

static gboolean
take_large (ParaphHome *home, gpointer data, GError **error)
{
  Large *self = data;
  ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

  if (!paraph_inbound_record (home, self->sealed, self->blobs, &self->sealed->header->author,
                              &outcome, error))
    return FALSE;
  g_assert_cmpint (outcome, ==, PARAPH_OUTCOME_APPLIED);
  return TRUE;
}

static gboolean
has_body (ParaphHome *home, gpointer data, GError **error)
{
  Large *self = data;

  return paraph_blob_table_has (home->store, &self->sealed->header->bodies[0].blob, &self->is_own,
                                error);
}

static void
test_holds_large_bodies (void)
{
  TestTalks talks = { 0 };
  Large large = { .is_own = TRUE };
  Letting letting = { 0 };
  ParaphSyncReport report = { 0 };
  GError *error = NULL;

  set_up (&talks, &large.charter);
  large.blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_assert_false (
      paraph_client_run (talks.delegations[1].client, make_large, &large, FALSE, &error));
  g_assert_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "1 MiB"));
  g_clear_error (&error);

  g_ptr_array_set_size (large.blobs, 0);
  large.is_own = FALSE;
  test_run (&talks.delegations[1], make_large, &large);
  test_run (&talks.delegations[0], take_large, &large);
  test_run (&talks.delegations[0], has_body, &large);
  g_assert_false (large.is_own);
  test_sync (&talks.delegations[0], &report);
  g_assert_cmpuint (report.held, ==, 1);

  letting.id = large.sealed->header->id;
  test_run (&talks.delegations[0], let_in, &letting);
  g_assert_cmpint (letting.outcome, ==, PARAPH_OUTCOME_ALREADY_HAD);
  test_run (&talks.delegations[0], has_body, &large);
  g_assert_true (large.is_own);
  g_assert_cmpuint (look_at (&talks.delegations[0], &large.charter).held, ==, 0);
  g_ptr_array_unref (large.blobs);
  paraph_sealed_record_unref (large.sealed);
  test_talks_clear (&talks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits/holds-what-is-too-much-for-a-day",
                   test_holds_what_is_too_much_for_a_day);
  g_test_add_func ("/limits/holds-what-would-wait", test_holds_what_would_wait);
  g_test_add_func ("/limits/forged-ones-use-up-nobody-elses-room",
                   test_forged_ones_use_up_nobody_elses_room);
  g_test_add_func ("/limits/holds-joinings-at-a-full-door", test_holds_joinings_at_a_full_door);
  g_test_add_func ("/limits/holds-what-has-waited", test_holds_what_has_waited);
  g_test_add_func ("/limits/holds-channels", test_holds_channels);
  g_test_add_func ("/limits/holds-large-bodies", test_holds_large_bodies);
  return g_test_run ();
}
