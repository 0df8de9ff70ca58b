#include <string.h>

#include "store/address-table.h"
#include "store/comparison-table.h"
#include "store/door-table.h"
#include "store/notice-table.h"
#include "store/setting-table.h"
#include "store/talk-table.h"
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

static void
setting_is_set_and_removed (Fixture *self, gconstpointer unused)
{
  g_autofree char *value = NULL;
  g_autofree char *removed = NULL;
  ParaphId id = test_id (7);
  ParaphId found;
  gboolean is_found = TRUE;
  guint64 number = 0;

  (void) unused;
  assert_done (paraph_setting_table_set (self->store, "key", "one", E));
  assert_done (paraph_setting_table_set (self->store, "key", "two", E));
  assert_done (paraph_setting_table_get (self->store, "key", &value, E));
  g_assert_cmpstr (value, ==, "two");
  assert_done (paraph_setting_table_set (self->store, "key", NULL, E));
  assert_done (paraph_setting_table_get (self->store, "key", &removed, E));
  g_assert_null (removed);
  assert_done (paraph_setting_table_get_id (self->store, "id", &found, &is_found, E));
  g_assert_false (is_found);
  assert_done (paraph_setting_table_set_id (self->store, "id", &id, E));
  assert_done (paraph_setting_table_get_id (self->store, "id", &found, &is_found, E));
  g_assert_true (is_found);
  assert_id (found, id);
  assert_done (paraph_setting_table_count (self->store, "n", &number, E));
  assert_done (paraph_setting_table_count (self->store, "n", &number, E));
  g_assert_cmpuint (number, ==, 2);
}

static gboolean
put_address (Fixture *self, guint64 issue, const char *text)
{
  g_autoptr (GBytes) bytes = test_bytes (text);
  ParaphAddressRow row = { .device = test_id (1), .issue = issue, .bytes = bytes, .updated = 9 };
  gboolean is_changed = FALSE;

  assert_done (paraph_address_table_put (self->store, &row, &is_changed, E));
  return is_changed;
}

static void
address_of_the_higher_issue_wins (Fixture *self, gconstpointer unused)
{
  ParaphId device = test_id (1);
  ParaphId other = test_id (2);
  g_autoptr (ParaphAddressRow) row = NULL;
  g_autoptr (ParaphAddressRow) absent = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  (void) unused;
  g_assert_true (put_address (self, 5, "five"));
  g_assert_false (put_address (self, 5, "five again"));
  g_assert_false (put_address (self, 4, "four"));
  g_assert_true (put_address (self, 6, "six"));
  assert_done (paraph_address_table_get (self->store, &device, &row, E));
  g_assert_cmpuint (row->issue, ==, 6);
  g_assert_cmpmem (g_bytes_get_data (row->bytes, NULL), g_bytes_get_size (row->bytes), "six", 3);
  assert_done (paraph_address_table_get (self->store, &other, &absent, E));
  g_assert_null (absent);
  assert_done (paraph_address_table_list (self->store, &rows, E));
  g_assert_cmpuint (rows->len, ==, 1);
}

static void
comparison_keeps_what_was_compared (Fixture *self, gconstpointer unused)
{
  ParaphComparisonRow row = {
    .delegation = test_id (1),
    .state = PARAPH_COMPARISON_COMPARED,
    .number = (char *) (guintptr) "12345 67890",
    .method = (char *) (guintptr) "in person",
    .time = 77,
  };
  g_autoptr (ParaphComparisonRow) found = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  (void) unused;
  assert_done (paraph_comparison_table_put (self->store, &row, E));
  row.state = PARAPH_COMPARISON_CHANGED;
  assert_done (paraph_comparison_table_put (self->store, &row, E));
  assert_done (paraph_comparison_table_get (self->store, &row.delegation, &found, E));
  g_assert_cmpint (found->state, ==, PARAPH_COMPARISON_CHANGED);
  g_assert_cmpstr (found->number, ==, "12345 67890");
  g_assert_cmpstr (found->method, ==, "in person");
  g_assert_null (found->place);
  g_assert_cmpint (found->time, ==, 77);
  assert_done (paraph_comparison_table_list (self->store, &rows, E));
  g_assert_cmpuint (rows->len, ==, 1);
}

static void
door_remembers_refusals_and_strangers (Fixture *self, gconstpointer unused)
{
  ParaphId joining = test_id (1);
  ParaphId sender = test_id (2);
  gboolean is_refused = TRUE;
  g_autoptr (GArray) refused = NULL;
  g_autoptr (GArray) strangers = NULL;
  const ParaphStrangerRow *row;

  (void) unused;
  assert_done (paraph_door_table_is_refused (self->store, &joining, &is_refused, E));
  g_assert_false (is_refused);
  assert_done (paraph_door_table_refuse (self->store, &joining, 5, E));
  assert_done (paraph_door_table_refuse (self->store, &joining, 6, E));
  assert_done (paraph_door_table_is_refused (self->store, &joining, &is_refused, E));
  g_assert_true (is_refused);
  assert_done (paraph_door_table_list_refused (self->store, &refused, E));
  g_assert_cmpuint (refused->len, ==, 1);
  assert_done (paraph_door_table_note_stranger (self->store, NULL, 1024, 0, 10, E));
  assert_done (paraph_door_table_note_stranger (self->store, NULL, 2048, 1, 20, E));
  assert_done (paraph_door_table_note_stranger (self->store, &sender, 1, 0, 15, E));
  assert_done (paraph_door_table_list_strangers (self->store, &strangers, E));
  g_assert_cmpuint (strangers->len, ==, 2);
  row = &g_array_index (strangers, ParaphStrangerRow, 0);
  g_assert_true (paraph_id_is_zero (&row->sender));
  g_assert_cmpuint (row->envelopes, ==, 2);
  g_assert_cmpuint (row->bytes, ==, 3072);
  g_assert_cmpuint (row->dropped, ==, 1);
  g_assert_cmpint (row->first, ==, 10);
  g_assert_cmpint (row->last, ==, 20);
}

static gboolean
say (Fixture *self, guint author, guint64 counter, const char *words)
{
  g_autoptr (GBytes) payload = test_bytes (words);
  ParaphTalkRow row = {
    .channel = test_id (1),
    .author = test_id (author),
    .counter = counter,
    .payload = payload,
    .received = 50,
    .own = author == 2,
  };
  gboolean is_new = FALSE;

  assert_done (paraph_talk_table_add (self->store, &row, &is_new, E));
  return is_new;
}

static void
talk_is_listed_in_order_of_arrival (Fixture *self, gconstpointer unused)
{
  ParaphId channel = test_id (1);
  ParaphId author = test_id (2);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) later = NULL;
  g_autoptr (ParaphTalkRow) last = NULL;
  g_autoptr (ParaphTalkRow) none = NULL;
  const ParaphTalkRow *row;

  (void) unused;
  g_assert_true (say (self, 2, 0, "first"));
  g_assert_true (say (self, 3, 0, "second"));
  g_assert_true (say (self, 2, 1, "third"));
  g_assert_false (say (self, 2, 1, "another third"));
  assert_done (paraph_talk_table_list (self->store, &channel, 0, 2, &rows, E));
  g_assert_cmpuint (rows->len, ==, 2);
  row = g_ptr_array_index (rows, 1);
  assert_id (row->author, test_id (3));
  g_assert_false (row->own);
  assert_done (paraph_talk_table_list (self->store, &channel, row->row, 2, &later, E));
  g_assert_cmpuint (later->len, ==, 1);
  assert_done (paraph_talk_table_get_last (self->store, &channel, &author, &last, E));
  g_assert_cmpuint (last->counter, ==, 1);
  g_assert_true (last->own);
  g_assert_cmpuint (g_bytes_get_size (last->payload), ==, 5);
  assert_done (paraph_talk_table_get (self->store, &channel, &author, 2, &none, E));
  g_assert_null (none);
}

static void
talk_shows_its_gaps (Fixture *self, gconstpointer unused)
{
  ParaphId channel = test_id (1);
  g_autoptr (GArray) gaps = NULL;
  const ParaphTalkGap *gap;

  (void) unused;
  (void) say (self, 2, 0, "x");
  (void) say (self, 2, 1, "x");
  (void) say (self, 2, 5, "x");
  (void) say (self, 3, 2, "x");
  assert_done (paraph_talk_table_list_gaps (self->store, &channel, 10, &gaps, E));
  g_assert_cmpuint (gaps->len, ==, 2);
  gap = &g_array_index (gaps, ParaphTalkGap, 0);
  assert_id (gap->author, test_id (2));
  g_assert_cmpuint (gap->first, ==, 2);
  g_assert_cmpuint (gap->last, ==, 4);
  gap = &g_array_index (gaps, ParaphTalkGap, 1);
  assert_id (gap->author, test_id (3));
  g_assert_cmpuint (gap->first, ==, 0);
  g_assert_cmpuint (gap->last, ==, 1);
}

static void
talk_refuses_counters_of_2_63 (Fixture *self, gconstpointer unused)
{
  g_autoptr (GBytes) payload = test_bytes ("x");
  ParaphTalkRow row = { .channel = test_id (1),
                        .author = test_id (2),
                        .counter = (guint64) G_MAXINT64 + 1,
                        .payload = payload };
  gboolean is_new = FALSE;

  (void) unused;
  assert_fails (paraph_talk_table_add (self->store, &row, &is_new, E), PARAPH_STORE_ERROR_REFUSED);
}

static guint64
notice (Fixture *self, const char *kind, const char *detail)
{
  ParaphNoticeRow row = { .time = 5,
                          .kind = (char *) (guintptr) kind,
                          .channel = test_id (1),
                          .detail = (char *) (guintptr) detail };
  guint64 id = 0;

  assert_done (paraph_notice_table_add (self->store, &row, &id, E));
  return id;
}

static void
notice_is_not_repeated_until_seen (Fixture *self, gconstpointer unused)
{
  guint64 first = notice (self, "fork", "one");
  g_autofree char *text = g_strnfill (PARAPH_NOTICE_DETAIL_SIZE_MAX - 1, 'x');
  g_autofree char *long_text = g_strconcat (text, "є and more", NULL);
  g_autoptr (GPtrArray) rows = NULL;
  guint64 unseen = 0;
  const ParaphNoticeRow *row;

  (void) unused;
  g_assert_cmpuint (notice (self, "fork", "one"), ==, first);
  g_assert_cmpuint (notice (self, "fork", NULL), >, first);
  g_assert_cmpuint (notice (self, "drop", long_text), >, first);
  assert_done (paraph_notice_table_mark_seen (self->store, first, E));
  g_assert_cmpuint (notice (self, "fork", "one"), !=, first);
  assert_done (paraph_notice_table_count_unseen (self->store, &unseen, E));
  g_assert_cmpuint (unseen, ==, 3);
  assert_done (paraph_notice_table_list (self->store, TRUE, 0, 10, &rows, E));
  g_assert_cmpuint (rows->len, ==, 3);
  row = g_ptr_array_index (rows, 1);
  g_assert_cmpstr (row->kind, ==, "drop");
  g_assert_cmpstr (row->detail, ==, text);
  assert_id (row->channel, test_id (1));
  g_assert_true (paraph_id_is_zero (&row->record));
}

/* Two who say the same are told apart. */
static void
notice_names_who_did_it (Fixture *self, gconstpointer unused)
{
  ParaphNoticeRow row = { .time = 5,
                          .kind = (char *) (guintptr) "refused",
                          .record = test_id (1),
                          .device = test_id (2),
                          .author = test_id (3) };
  g_autoptr (GPtrArray) rows = NULL;
  const ParaphNoticeRow *read = NULL;

  (void) unused;
  assert_done (paraph_notice_table_add (self->store, &row, NULL, E));
  row.device = test_id (4);
  assert_done (paraph_notice_table_add (self->store, &row, NULL, E));
  row.author = test_id (5);
  assert_done (paraph_notice_table_add (self->store, &row, NULL, E));
  assert_done (paraph_notice_table_add (self->store, &row, NULL, E));
  assert_done (paraph_notice_table_list (self->store, TRUE, 0, 10, &rows, E));
  g_assert_cmpuint (rows->len, ==, 3);
  read = g_ptr_array_index (rows, 0);
  assert_id (read->device, test_id (2));
  assert_id (read->author, test_id (3));
}

int
main (int argc, char **argv)
{
#define ADD(name, function) \
  g_test_add ("/small-tables/" name, Fixture, NULL, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("setting-is-set-and-removed", setting_is_set_and_removed);
  ADD ("address-of-the-higher-issue-wins", address_of_the_higher_issue_wins);
  ADD ("comparison-keeps-what-was-compared", comparison_keeps_what_was_compared);
  ADD ("door-remembers-refusals-and-strangers", door_remembers_refusals_and_strangers);
  ADD ("talk-is-listed-in-order-of-arrival", talk_is_listed_in_order_of_arrival);
  ADD ("talk-shows-its-gaps", talk_shows_its_gaps);
  ADD ("talk-refuses-counters-of-2-63", talk_refuses_counters_of_2_63);
  ADD ("notice-is-not-repeated-until-seen", notice_is_not_repeated_until_seen);
  ADD ("notice-names-who-did-it", notice_names_who_did_it);
  return g_test_run ();
}
