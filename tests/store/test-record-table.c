#include <string.h>

#include "store/blob-table.h"
#include "store/record-table.h"
#include "store/waiting-table.h"
#include "tests/support/store-test.h"

typedef struct
{
  TestHome home;
  ParaphStore *store;
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  (void) unused;
  self->store = test_home_new (&self->home);
  test_begin (self->store);
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  (void) unused;
  test_commit (self->store);
  test_home_end (&self->home, self->store);
}

/* A record of no meaning whose header says its number. */
typedef struct
{
  GBytes *header;
  ParaphStoredSignature signatures[2];
  ParaphStoredRecord record;
} Made;

static void
make (Made *made, guint number, ParaphRecordState state)
{
  g_autofree char *text = g_strdup_printf ("paraph-record 1\nnumber: %u\n\n", number);

  memset (made, 0, sizeof *made);
  made->header = test_bytes (text);
  made->signatures[0].key = test_id (9);
  made->signatures[1].key = test_id (7);
  memset (made->signatures[0].signature.bytes, 0x99, 64);
  memset (made->signatures[1].signature.bytes, 0x77, 64);
  made->record = (ParaphStoredRecord){
    .id = test_hash (made->header),
    .state = state,
    .negotiation = test_id (1),
    .channel = test_id (2),
    .author = test_id (3),
    .number = number,
    .clock = number + 1,
    .kind = (char *) (guintptr) "statement",
    .header = made->header,
    .carrier = test_id (4),
    .arrived = 1000 + number,
    .signatures = made->signatures,
    .n_signatures = 2,
  };
}

static ParaphId
insert (Fixture *self, guint number, ParaphRecordState state)
{
  Made made;

  make (&made, number, state);
  assert_done (paraph_record_table_insert (self->store, &made.record, E));
  g_bytes_unref (made.header);
  return made.record.id;
}

static gboolean
collect (const ParaphStoredRecord *record, gpointer user_data, GError **error)
{
  GArray *numbers = user_data;
  guint number = (guint) record->number;

  (void) error;
  g_assert_cmpuint (record->n_signatures, ==, 2);
  g_array_append_val (numbers, number);
  return TRUE;
}

static void
assert_numbers (GArray *numbers, const char *expected)
{
  GString *found = g_string_new (NULL);

  for (guint i = 0; i < numbers->len; i++)
    g_string_append_printf (found, "%u ", g_array_index (numbers, guint, i));
  g_assert_cmpstr (found->str, ==, expected);
  g_string_free (found, TRUE);
}

static void
gives_back_what_was_inserted (Fixture *self, gconstpointer unused)
{
  g_autoptr (ParaphStoredRecord) record = NULL;
  Made made;

  (void) unused;
  make (&made, 5, PARAPH_RECORD_STATE_PLACED);
  assert_done (paraph_record_table_insert (self->store, &made.record, E));
  assert_done (paraph_record_table_get (self->store, &made.record.id, &record, E));
  g_assert_nonnull (record);
  assert_id (record->id, made.record.id);
  assert_id (record->negotiation, made.record.negotiation);
  assert_id (record->channel, made.record.channel);
  assert_id (record->author, made.record.author);
  assert_id (record->carrier, made.record.carrier);
  g_assert_cmpuint (record->number, ==, 5);
  g_assert_cmpuint (record->clock, ==, 6);
  g_assert_cmpuint (record->sequence, ==, 1);
  g_assert_cmpint (record->arrived, ==, 1005);
  g_assert_cmpstr (record->kind, ==, "statement");
  g_assert_true (g_bytes_equal (record->header, made.header));
  g_assert_cmpuint (record->n_signatures, ==, 2);
  assert_id (record->signatures[0].key, made.signatures[1].key);
  assert_id (record->signatures[1].signature, made.signatures[0].signature);
  g_bytes_unref (made.header);
}

static void
refuses_another_id_and_a_second_copy (Fixture *self, gconstpointer unused)
{
  Made made;

  (void) unused;
  make (&made, 5, PARAPH_RECORD_STATE_PLACED);
  made.record.id.bytes[0] ^= 1;
  assert_fails (paraph_record_table_insert (self->store, &made.record, E),
                PARAPH_STORE_ERROR_REFUSED);
  made.record.id.bytes[0] ^= 1;
  made.record.n_signatures = 0;
  assert_fails (paraph_record_table_insert (self->store, &made.record, E),
                PARAPH_STORE_ERROR_REFUSED);
  made.record.n_signatures = 2;
  assert_done (paraph_record_table_insert (self->store, &made.record, E));
  assert_fails (paraph_record_table_insert (self->store, &made.record, E),
                PARAPH_STORE_ERROR_REFUSED);
  g_bytes_unref (made.header);
}

static void
loads_in_the_order_of_placing (Fixture *self, gconstpointer unused)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  ParaphId waiting;
  ParaphId missing = test_id (77);
  guint64 count = 0;

  (void) unused;
  (void) insert (self, 10, PARAPH_RECORD_STATE_PLACED);
  waiting = insert (self, 11, PARAPH_RECORD_STATE_WAITING);
  (void) insert (self, 12, PARAPH_RECORD_STATE_PLACED);
  (void) insert (self, 13, PARAPH_RECORD_STATE_EVIDENCE);
  assert_done (paraph_waiting_table_set (self->store, &waiting, &missing, 1, E));
  assert_done (paraph_record_table_load_placed (self->store, collect, numbers, E));
  assert_numbers (numbers, "10 12 ");
  assert_done (
      paraph_record_table_set_state (self->store, &waiting, PARAPH_RECORD_STATE_PLACED, E));
  g_array_set_size (numbers, 0);
  assert_done (paraph_record_table_load_placed (self->store, collect, numbers, E));
  assert_numbers (numbers, "10 12 11 ");
  assert_done (paraph_record_table_count (self->store, PARAPH_RECORD_STATE_PLACED, &count, E));
  g_assert_cmpuint (count, ==, 3);
  assert_done (paraph_record_table_count (self->store, PARAPH_RECORD_STATE_WAITING, &count, E));
  g_assert_cmpuint (count, ==, 0);
  g_array_set_size (numbers, 0);
  assert_done (paraph_record_table_load_others (self->store, PARAPH_RECORD_STATE_EVIDENCE, collect,
                                                numbers, E));
  assert_numbers (numbers, "13 ");
}

static void
never_takes_back_a_placed_one (Fixture *self, gconstpointer unused)
{
  ParaphId id = insert (self, 1, PARAPH_RECORD_STATE_PLACED);
  g_autoptr (ParaphStoredRecord) record = NULL;

  (void) unused;
  assert_fails (paraph_record_table_set_state (self->store, &id, PARAPH_RECORD_STATE_EVIDENCE, E),
                PARAPH_STORE_ERROR_INTERNAL);
  assert_done (paraph_record_table_delete (self->store, &id, E));
  assert_done (paraph_record_table_get (self->store, &id, &record, E));
  g_assert_nonnull (record);
}

static void
keeps_all_signatures_of_a_key_until_told (Fixture *self, gconstpointer unused)
{
  ParaphId id = { { 0 } };
  g_autoptr (ParaphStoredRecord) waiting = NULL;
  g_autoptr (ParaphStoredRecord) placed = NULL;
  Made made;

  (void) unused;
  make (&made, 1, PARAPH_RECORD_STATE_WAITING);
  made.signatures[0].key = made.signatures[1].key;
  id = made.record.id;
  assert_done (paraph_record_table_insert (self->store, &made.record, E));
  assert_done (paraph_record_table_get (self->store, &id, &waiting, E));
  g_assert_cmpuint (waiting->n_signatures, ==, 2);
  g_assert_cmpint (waiting->signatures[0].signature.bytes[0], ==, 0x77);
  g_assert_cmpint (waiting->signatures[1].signature.bytes[0], ==, 0x99);
  assert_done (paraph_record_table_set_signatures (self->store, &id, made.signatures, 1, E));
  assert_done (paraph_record_table_get (self->store, &id, &placed, E));
  g_assert_cmpuint (placed->n_signatures, ==, 1);
  g_assert_cmpint (placed->signatures[0].signature.bytes[0], ==, 0x99);
  assert_fails (paraph_record_table_set_signatures (self->store, &id, made.signatures, 0, E),
                PARAPH_STORE_ERROR_REFUSED);
  g_bytes_unref (made.header);
}

static void
finds_who_waits_for_what (Fixture *self, gconstpointer unused)
{
  ParaphId first = insert (self, 1, PARAPH_RECORD_STATE_WAITING);
  ParaphId second = insert (self, 2, PARAPH_RECORD_STATE_WAITING);
  ParaphId missing[] = { test_id (50), test_id (51) };
  ParaphId author = test_id (3);
  ParaphId channel = test_id (2);
  ParaphId carrier = test_id (4);
  ParaphWaitingTotal total;
  g_autoptr (GArray) who = NULL;
  g_autoptr (GArray) what = NULL;
  g_autoptr (GArray) nobody = NULL;

  (void) unused;
  assert_done (paraph_waiting_table_set (self->store, &first, missing, 2, E));
  assert_done (paraph_waiting_table_set (self->store, &second, missing + 1, 1, E));
  assert_done (paraph_waiting_table_list (self->store, &missing[1], &who, E));
  g_assert_cmpuint (who->len, ==, 2);
  assert_id (g_array_index (who, ParaphId, 0), first);
  assert_id (g_array_index (who, ParaphId, 1), second);
  assert_done (paraph_waiting_table_list_missing (self->store, 10, &what, E));
  g_assert_cmpuint (what->len, ==, 2);
  assert_done (
      paraph_waiting_table_total_of_author (self->store, &author, &channel, &carrier, &total, E));
  g_assert_cmpuint (total.records, ==, 2);
  g_assert_cmpuint (total.bytes, ==, 2 * strlen ("paraph-record 1\nnumber: 1\n\n"));
  assert_done (
      paraph_waiting_table_total_of_author (self->store, &author, &channel, &author, &total, E));
  g_assert_cmpuint (total.records, ==, 0);
  assert_done (paraph_record_table_delete (self->store, &first, E));
  assert_done (paraph_waiting_table_total_of_carrier (self->store, &carrier, &total, E));
  g_assert_cmpuint (total.records, ==, 1);
  assert_done (paraph_waiting_table_list (self->store, &missing[0], &nobody, E));
  g_assert_cmpuint (nobody->len, ==, 0);
}

static void
counts_what_arrived_since (Fixture *self, gconstpointer unused)
{
  ParaphId author = test_id (3);
  guint64 count = 0;

  (void) unused;
  for (guint i = 0; i < 5; i++)
    (void) insert (self, i, PARAPH_RECORD_STATE_PLACED);
  for (guint i = 5; i < 9; i++)
    (void) insert (self, i, PARAPH_RECORD_STATE_WAITING);
  assert_done (paraph_record_table_count_arrived (self->store, &author, 1003, &count, E));
  g_assert_cmpuint (count, ==, 2);
}

static gboolean
stop_at_once (const ParaphStoredRecord *record, gpointer user_data, GError **error)
{
  guint *calls = user_data;

  (void) record;
  ++*calls;
  g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED, "on purpose");
  return FALSE;
}

static void
stops_a_walk_that_fails (Fixture *self, gconstpointer unused)
{
  guint calls = 0;

  (void) unused;
  (void) insert (self, 1, PARAPH_RECORD_STATE_PLACED);
  (void) insert (self, 2, PARAPH_RECORD_STATE_PLACED);
  assert_fails (paraph_record_table_load_placed (self->store, stop_at_once, &calls, E),
                PARAPH_STORE_ERROR_REFUSED);
  g_assert_cmpuint (calls, ==, 1);
}

static void
keeps_blobs_by_their_hash (Fixture *self, gconstpointer unused)
{
  g_autoptr (GBytes) blob = test_bytes ("paraph-body 1 00\nwords");
  g_autoptr (GBytes) found = NULL;
  g_autoptr (GBytes) absent = NULL;
  g_autoptr (GArray) missing = NULL;
  ParaphId ids[] = { test_id (1), test_hash (blob), test_id (2) };
  guint64 size = 0;

  (void) unused;
  assert_fails (paraph_blob_table_put (self->store, &ids[0], blob, E), PARAPH_STORE_ERROR_REFUSED);
  assert_done (paraph_blob_table_put (self->store, &ids[1], blob, E));
  assert_done (paraph_blob_table_put (self->store, &ids[1], blob, E));
  assert_done (paraph_blob_table_get (self->store, &ids[1], &found, E));
  g_assert_true (g_bytes_equal (found, blob));
  assert_done (paraph_blob_table_get (self->store, &ids[0], &absent, E));
  g_assert_null (absent);
  assert_done (paraph_blob_table_size (self->store, &ids[1], &size, E));
  g_assert_cmpuint (size, ==, g_bytes_get_size (blob));
  assert_done (paraph_blob_table_list_missing (self->store, ids, 3, &missing, E));
  g_assert_cmpuint (missing->len, ==, 2);
  assert_id (g_array_index (missing, ParaphId, 1), ids[2]);
}

int
main (int argc, char **argv)
{
#define ADD(name, function) \
  g_test_add ("/record-table/" name, Fixture, NULL, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("gives-back-what-was-inserted", gives_back_what_was_inserted);
  ADD ("refuses-another-id-and-a-second-copy", refuses_another_id_and_a_second_copy);
  ADD ("loads-in-the-order-of-placing", loads_in_the_order_of_placing);
  ADD ("never-takes-back-a-placed-one", never_takes_back_a_placed_one);
  ADD ("keeps-all-signatures-of-a-key-until-told", keeps_all_signatures_of_a_key_until_told);
  ADD ("finds-who-waits-for-what", finds_who_waits_for_what);
  ADD ("counts-what-arrived-since", counts_what_arrived_since);
  ADD ("stops-a-walk-that-fails", stops_a_walk_that_fails);
  ADD ("keeps-blobs-by-their-hash", keeps_blobs_by_their_hash);
  return g_test_run ();
}
