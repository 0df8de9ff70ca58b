#include <string.h>

#include "crypto/content.h"
#include "store/assembly-table.h"
#include "store/inbox-table.h"
#include "store/outbox-table.h"
#include "store/sync-table.h"
#include "store/want-table.h"
#include "tests/support/store-test.h"

#define QUARTER_PIECES 132 /* of the largest size, of 16 MiB */

/* The tables of sending and receiving: outbox, inbox, assembly, sync. */

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

static ParaphId
add_content (Fixture *self, gsize size)
{
  g_autofree char *text = g_strnfill (size, 'c');
  g_autoptr (GBytes) content = test_bytes (text);
  ParaphId hash = test_hash (content);

  assert_done (paraph_outbox_table_add_content (self->store, &hash, content, E));
  return hash;
}

static void
add_envelope (Fixture *self, guint number, guint device, const ParaphId *content,
              gboolean needs_receipt)
{
  g_autoptr (GBytes) wrap = test_bytes ("wrap");
  ParaphOutboxRow row = {
    .id = test_id (number),
    .content = *content,
    .device = test_id (device),
    .mailbox = (char *) (guintptr) "pouch 00",
    .wrap_type = 3,
    .wrap = wrap,
    .needs_receipt = needs_receipt,
    .about = test_id (500),
    .next_try = number,
    .created = 5,
  };

  memset (row.nonce, 0xee, sizeof row.nonce);
  assert_done (paraph_outbox_table_add (self->store, &row, E));
}

static guint
count_due (Fixture *self, gint64 now)
{
  g_autoptr (GPtrArray) rows = NULL;

  assert_done (paraph_outbox_table_list_due (self->store, now, 100, &rows, E));
  return rows->len;
}

static gboolean
has_content (Fixture *self, const ParaphId *content)
{
  g_autoptr (GBytes) piece = NULL;

  assert_done (paraph_outbox_table_get_piece (self->store, content, 0, &piece, E));
  return piece != NULL;
}

static void
outbox_gives_back_what_was_added (Fixture *self, gconstpointer unused)
{
  ParaphId content = add_content (self, 100);
  g_autoptr (GPtrArray) rows = NULL;
  const ParaphOutboxRow *row;

  (void) unused;
  add_envelope (self, 9, 1, &content, TRUE);
  add_envelope (self, 8, 2, &content, FALSE);
  assert_done (paraph_outbox_table_list_due (self->store, 9, 1, &rows, E));
  g_assert_cmpuint (rows->len, ==, 1);
  row = g_ptr_array_index (rows, 0);
  assert_id (row->id, test_id (8));
  assert_id (row->content, content);
  assert_id (row->device, test_id (2));
  assert_id (row->about, test_id (500));
  g_assert_cmpstr (row->mailbox, ==, "pouch 00");
  g_assert_cmpuint (row->wrap_type, ==, 3);
  g_assert_cmpuint (g_bytes_get_size (row->wrap), ==, 4);
  g_assert_cmpint (row->nonce[23], ==, 0xee);
  g_assert_false (row->needs_receipt);
  g_assert_cmpint (row->created, ==, 5);
  g_assert_cmpint (row->state, ==, PARAPH_OUTBOX_QUEUED);
  g_assert_cmpuint (count_due (self, 7), ==, 0);
  g_assert_cmpuint (count_due (self, 9), ==, 2);
}

static void
outbox_cuts_content_into_pieces (Fixture *self, gconstpointer unused)
{
  ParaphId content = add_content (self, 2 * PARAPH_PIECE_SIZE_MAX + 1);
  static const gsize sizes[] = { PARAPH_PIECE_SIZE_MAX, PARAPH_PIECE_SIZE_MAX, 1 };
  g_autoptr (GBytes) none = NULL;

  (void) unused;
  for (guint16 i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) piece = NULL;

      assert_done (paraph_outbox_table_get_piece (self->store, &content, i, &piece, E));
      g_assert_cmpuint (g_bytes_get_size (piece), ==, sizes[i]);
    }
  assert_done (paraph_outbox_table_get_piece (self->store, &content, 3, &none, E));
  g_assert_null (none);
}

static void
outbox_refuses_what_does_not_fit (Fixture *self, gconstpointer unused)
{
  g_autoptr (GBytes) bytes = test_bytes ("other");
  ParaphId hash = test_id (1);
  ParaphOutboxRow row = { .id = test_id (1), .content = hash, .device = test_id (2) };

  (void) unused;
  assert_fails (paraph_outbox_table_add_content (self->store, &hash, bytes, E),
                PARAPH_STORE_ERROR_REFUSED);
  row.mailbox = (char *) (guintptr) "pouch";
  row.piece = 1;
  assert_fails (paraph_outbox_table_add (self->store, &row, E), PARAPH_STORE_ERROR_REFUSED);
}

static void
outbox_keeps_until_the_receipt (Fixture *self, gconstpointer unused)
{
  ParaphId content = add_content (self, 100);
  ParaphId first = test_id (1);
  ParaphId second = test_id (2);
  ParaphId device = test_id (11);
  ParaphId other = test_id (12);
  ParaphId about;
  gboolean is_last = FALSE;
  ParaphOutboxCounts counts;

  (void) unused;
  add_envelope (self, 1, 11, &content, TRUE);
  add_envelope (self, 2, 12, &content, FALSE);
  assert_done (paraph_outbox_table_accept (self->store, &first, 1000, E));
  assert_done (paraph_outbox_table_accept (self->store, &second, 1000, E));
  assert_done (paraph_outbox_table_accept (self->store, &second, 1000, E));
  assert_done (paraph_outbox_table_count (self->store, &counts, E));
  g_assert_cmpuint (counts.queued, ==, 0);
  g_assert_cmpuint (counts.accepted, ==, 1);
  g_assert_cmpuint (count_due (self, 999), ==, 0);
  g_assert_cmpuint (count_due (self, 1000), ==, 1);
  /* Another device's word for it counts nothing. */
  assert_done (paraph_outbox_table_receive (self->store, &first, &other, &about, &is_last, E));
  g_assert_true (paraph_id_is_zero (&about));
  g_assert_false (is_last);
  g_assert_true (has_content (self, &content));
  assert_done (paraph_outbox_table_receive (self->store, &first, &device, &about, &is_last, E));
  assert_id (about, test_id (500));
  g_assert_true (is_last);
  g_assert_false (has_content (self, &content));
}

static void
outbox_postpones (Fixture *self, gconstpointer unused)
{
  ParaphId content = add_content (self, 100);
  ParaphId id = test_id (1);
  g_autoptr (GPtrArray) rows = NULL;
  gint64 next = 0;

  (void) unused;
  assert_done (paraph_outbox_table_next_time (self->store, &next, E));
  g_assert_cmpint (next, ==, 0);
  add_envelope (self, 1, 11, &content, TRUE);
  assert_done (paraph_outbox_table_postpone (self->store, &id, 60, E));
  assert_done (paraph_outbox_table_next_time (self->store, &next, E));
  g_assert_cmpint (next, ==, 60);
  assert_done (paraph_outbox_table_list_due (self->store, 60, 10, &rows, E));
  g_assert_cmpuint (((ParaphOutboxRow *) g_ptr_array_index (rows, 0))->tries, ==, 1);
}

static void
outbox_drops_a_revoked_device (Fixture *self, gconstpointer unused)
{
  ParaphId shared = add_content (self, 100);
  ParaphId alone = add_content (self, 200);
  ParaphId device = test_id (11);
  ParaphId about = test_id (500);
  g_autoptr (GArray) devices = NULL;

  (void) unused;
  add_envelope (self, 1, 11, &shared, TRUE);
  add_envelope (self, 2, 12, &shared, TRUE);
  add_envelope (self, 3, 11, &alone, TRUE);
  assert_done (paraph_outbox_table_delete_device (self->store, &device, E));
  g_assert_true (has_content (self, &shared));
  g_assert_false (has_content (self, &alone));
  assert_done (paraph_outbox_table_list_devices (self->store, &about, &devices, E));
  g_assert_cmpuint (devices->len, ==, 1);
  assert_id (g_array_index (devices, ParaphId, 0), test_id (12));
}

static void
inbox_takes_each_envelope_once (Fixture *self, gconstpointer unused)
{
  ParaphId id = test_id (1);
  gboolean is_new = FALSE;
  gboolean was_taken = FALSE;

  (void) unused;
  assert_done (paraph_inbox_table_take (self->store, &id, 100, &is_new, E));
  g_assert_true (is_new);
  assert_done (paraph_inbox_table_take (self->store, &id, 200, &is_new, E));
  g_assert_false (is_new);
  assert_done (paraph_inbox_table_expire (self->store, 100, E));
  assert_done (paraph_inbox_table_was_taken (self->store, &id, &was_taken, E));
  g_assert_true (was_taken);
  assert_done (paraph_inbox_table_expire (self->store, 101, E));
  assert_done (paraph_inbox_table_was_taken (self->store, &id, &was_taken, E));
  g_assert_false (was_taken);
}

static guint
hold (Fixture *self, guint number, const ParaphId *sender)
{
  g_autofree guint8 *noise = g_malloc0 (PARAPH_INBOX_ENVELOPE_SIZE_MAX);
  g_autoptr (GBytes) bytes = g_bytes_new (noise, PARAPH_INBOX_ENVELOPE_SIZE_MAX);
  ParaphQuarantineRow row = {
    .id = test_id (number),
    .bytes = bytes,
    .reason = (char *) (guintptr) "unknown",
    .first_seen = number,
  };
  guint dropped = 0;

  if (sender != NULL)
    row.sender = *sender;
  assert_done (paraph_inbox_table_hold (self->store, &row, &dropped, E));
  return dropped;
}

static void
inbox_drops_the_oldest_of_the_same_sender (Fixture *self, gconstpointer unused)
{
  const guint fitting = PARAPH_INBOX_QUARANTINE_SIZE_MAX / PARAPH_INBOX_ENVELOPE_SIZE_MAX;
  ParaphId known = test_id (77);
  g_autoptr (GPtrArray) rows = NULL;
  guint64 count = 0;
  guint64 bytes = 0;
  const ParaphQuarantineRow *row;

  (void) unused;
  g_assert_cmpuint (hold (self, 9999, &known), ==, 0);
  for (guint i = 1; i <= fitting; i++)
    g_assert_cmpuint (hold (self, i, NULL), ==, 0);
  g_assert_cmpuint (hold (self, 5000, NULL), ==, 1);
  assert_done (paraph_inbox_table_total_held (self->store, &count, &bytes, E));
  g_assert_cmpuint (count, ==, fitting + 1);
  g_assert_cmpuint (bytes, <=, PARAPH_INBOX_QUARANTINE_SIZE_MAX + PARAPH_INBOX_ENVELOPE_SIZE_MAX);
  assert_done (paraph_inbox_table_list_held (self->store, 0, 2, &rows, E));
  row = g_ptr_array_index (rows, 0);
  assert_id (row->id, test_id (9999));
  assert_id (row->sender, known);
  g_assert_cmpstr (row->reason, ==, "unknown");
  row = g_ptr_array_index (rows, 1);
  assert_id (row->id, test_id (2));
}

static void
inbox_counts_tries_and_releases (Fixture *self, gconstpointer unused)
{
  ParaphId id = test_id (1);
  g_autoptr (GPtrArray) rows = NULL;
  guint64 count = 0;
  guint64 bytes = 0;

  (void) unused;
  g_assert_cmpuint (hold (self, 1, NULL), ==, 0);
  g_assert_cmpuint (hold (self, 1, NULL), ==, 0);
  assert_done (paraph_inbox_table_count_try (self->store, &id, E));
  assert_done (paraph_inbox_table_list_held (self->store, 0, 10, &rows, E));
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpuint (((ParaphQuarantineRow *) g_ptr_array_index (rows, 0))->tries, ==, 3);
  assert_done (paraph_inbox_table_release (self->store, &id, E));
  assert_done (paraph_inbox_table_total_held (self->store, &count, &bytes, E));
  g_assert_cmpuint (count, ==, 0);
}

static void
inbox_remembers_when_a_file_was_first_partial (Fixture *self, gconstpointer unused)
{
  gint64 first = 0;

  (void) unused;
  assert_done (paraph_inbox_table_see_partial (self->store, "name", 100, &first, E));
  assert_done (paraph_inbox_table_see_partial (self->store, "name", 200, &first, E));
  g_assert_cmpint (first, ==, 100);
  assert_done (paraph_inbox_table_forget_partial (self->store, "name", E));
  assert_done (paraph_inbox_table_see_partial (self->store, "name", 300, &first, E));
  g_assert_cmpint (first, ==, 300);
}

static gboolean
put_piece (Fixture *self, guint16 index, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = test_bytes (text);
  ParaphAssemblyPiece piece = {
    .hash = test_id (1), .sender = test_id (2), .index = index, .bytes = bytes, .first_seen = 100
  };

  return paraph_assembly_table_put_piece (self->store, &piece, error);
}

static void
assembly_joins_pieces_in_order (Fixture *self, gconstpointer unused)
{
  ParaphAssemblyHead head = {
    .hash = test_id (1), .sender = test_id (2), .pieces = 3, .size = 9, .first_seen = 100
  };
  g_autoptr (ParaphAssemblyHead) found = NULL;
  g_autoptr (ParaphAssemblyHead) absent = NULL;
  g_autoptr (GBytes) early = NULL;
  g_autoptr (GBytes) whole = NULL;

  (void) unused;
  head.negotiation[0] = 0xaa;
  g_assert_cmpint (paraph_secret_new_random ("test", 32, &head.key), ==, 0);
  assert_done (put_piece (self, 2, "ghi", E));
  assert_done (put_piece (self, 0, "abc", E));
  assert_done (put_piece (self, 0, "xyz", E));
  assert_done (paraph_assembly_table_put_head (self->store, &head, E));
  assert_done (paraph_assembly_table_get_head (self->store, &head.hash, &head.sender, &found, E));
  g_assert_true (paraph_secret_equal (found->key, head.key));
  g_assert_cmpuint (found->pieces, ==, 3);
  g_assert_cmpint (found->negotiation[0], ==, 0xaa);
  assert_done (paraph_assembly_table_get_head (self->store, &head.sender, &head.hash, &absent, E));
  g_assert_null (absent);
  assert_done (paraph_assembly_table_join (self->store, found, &early, E));
  g_assert_null (early);
  assert_done (put_piece (self, 1, "def", E));
  assert_done (paraph_assembly_table_join (self->store, found, &whole, E));
  g_assert_cmpmem (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole), "abcdefghi", 9);
  paraph_secret_free (head.key);
}

static void
assembly_never_joins_what_does_not_fit (Fixture *self, gconstpointer unused)
{
  ParaphAssemblyHead head = { .hash = test_id (1), .sender = test_id (2), .pieces = 2, .size = 5 };
  g_autoptr (GBytes) joined = NULL;

  (void) unused;
  assert_done (put_piece (self, 0, "abc", E));
  assert_done (put_piece (self, 1, "def", E));
  assert_done (paraph_assembly_table_join (self->store, &head, &joined, E));
  g_assert_null (joined);
  head.size = 7;
  assert_done (paraph_assembly_table_join (self->store, &head, &joined, E));
  g_assert_null (joined);
  head.pieces = 1;
  head.size = 3;
  assert_done (paraph_assembly_table_join (self->store, &head, &joined, E));
  g_assert_null (joined);
}

/* About a quarter of what may be kept, in pieces; ret_dropped: what that dropped. */
static gboolean
put_of (Fixture *self, guint8 hash, gint64 first_seen, guint *ret_dropped)
{
  const gsize size = 31744;
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (size), size);
  guint count = 0;
  ParaphId packet = test_id (hash);
  ParaphId sender = test_id (2);
  ParaphAssemblyPiece piece = { packet, sender, 0, bytes, first_seen };
  gboolean is_put = TRUE;

  *ret_dropped = 0;
  assert_done (paraph_assembly_table_count_pieces (self->store, &packet, &sender, &count, E));
  for (guint i = 0; i < QUARTER_PIECES && is_put; i++)
    {
      guint dropped = 0;

      piece.index = (guint16) (count + i);
      assert_done (paraph_assembly_table_make_room (self->store, &piece, &dropped, E));
      *ret_dropped += dropped;
      is_put = paraph_assembly_table_put_piece (self->store, &piece, NULL);
    }
  return is_put;
}

static guint
count_of (Fixture *self, guint8 hash)
{
  ParaphId packet = test_id (hash);
  ParaphId sender = test_id (2);
  guint count = 0;

  assert_done (paraph_assembly_table_count_pieces (self->store, &packet, &sender, &count, E));
  return count;
}

/* The oldest other packet goes; of one age the one without a head; never the one that grows. */
static void
assembly_makes_room (Fixture *self, gconstpointer unused)
{
  ParaphAssemblyHead head = {
    .hash = test_id (6), .sender = test_id (2), .pieces = 3, .size = 9, .first_seen = 200
  };
  guint dropped = 0;

  (void) unused;
  g_assert_cmpint (paraph_secret_new_random ("test", 32, &head.key), ==, 0);
  assert_done (paraph_assembly_table_put_head (self->store, &head, E));
  paraph_secret_free (head.key);
  g_assert_true (put_of (self, 6, 200, &dropped));
  g_assert_true (put_of (self, 7, 200, &dropped));
  g_assert_true (put_of (self, 8, 100, &dropped));
  g_assert_true (put_of (self, 9, 300, &dropped));
  g_assert_cmpuint (dropped, ==, 0);
  g_assert_true (put_of (self, 9, 300, &dropped));
  g_assert_cmpuint (dropped, ==, 1);
  g_assert_cmpuint (count_of (self, 8), ==, 0);
  g_assert_true (put_of (self, 9, 300, &dropped));
  g_assert_cmpuint (count_of (self, 7), ==, 0);
  g_assert_cmpuint (count_of (self, 6), ==, QUARTER_PIECES);
  g_assert_true (put_of (self, 9, 300, &dropped));
  g_assert_cmpuint (count_of (self, 6), ==, 0);
  g_assert_false (put_of (self, 9, 300, &dropped));
  g_assert_cmpuint (dropped, ==, 0);
  g_assert_cmpuint (count_of (self, 9), ==, 4 * QUARTER_PIECES);
}

static void
assembly_limits_and_expires (Fixture *self, gconstpointer unused)
{
  g_autofree char *text = g_strnfill (31744, 'p');
  ParaphId sender = test_id (2);
  guint64 held = 0;
  guint dropped = 0;
  guint16 index = 0;

  (void) unused;
  assert_fails (put_piece (self, 800, "x", E), PARAPH_STORE_ERROR_REFUSED);
  while (held + 31744 <= PARAPH_ASSEMBLY_SENDER_SIZE_MAX)
    {
      assert_done (put_piece (self, index++, text, E));
      held += 31744;
    }
  assert_fails (put_piece (self, index, text, E), PARAPH_STORE_ERROR_REFUSED);
  assert_done (paraph_assembly_table_expire (self->store, 100, &dropped, E));
  g_assert_cmpuint (dropped, ==, 0);
  assert_done (paraph_assembly_table_expire (self->store, 101, &dropped, E));
  g_assert_cmpuint (dropped, ==, index);
  assert_done (paraph_assembly_table_total_of_sender (self->store, &sender, &held, E));
  g_assert_cmpuint (held, ==, 0);
}

static void
sync_remembers_each_pair (Fixture *self, gconstpointer unused)
{
  ParaphId peer = test_id (1);
  ParaphId other = test_id (2);
  ParaphId channel = test_id (3);
  ParaphId digest = test_id (4);
  ParaphId found;
  gint64 time = -1;

  (void) unused;
  assert_done (paraph_sync_table_get_have_sent (self->store, &peer, &channel, &found, E));
  g_assert_true (paraph_id_is_zero (&found));
  assert_done (paraph_sync_table_set_have_sent (self->store, &peer, &channel, &peer, E));
  assert_done (paraph_sync_table_set_have_sent (self->store, &peer, &channel, &digest, E));
  assert_done (paraph_sync_table_get_have_sent (self->store, &peer, &channel, &found, E));
  assert_id (found, digest);
  assert_done (paraph_sync_table_set_served (self->store, &channel, &peer, 100, E));
  assert_done (paraph_sync_table_get_served (self->store, &channel, &peer, &time, E));
  g_assert_cmpint (time, ==, 100);
  assert_done (paraph_sync_table_get_served (self->store, &channel, &other, &time, E));
  g_assert_cmpint (time, ==, 0);
  assert_done (paraph_sync_table_expire (self->store, 150, E));
  assert_done (paraph_sync_table_get_served (self->store, &channel, &peer, &time, E));
  g_assert_cmpint (time, ==, 0);
}

static GArray *
list_wants (Fixture *self, gint64 before, gint64 now)
{
  GArray *rows = NULL;

  assert_done (paraph_want_table_list_due (self->store, before, now, 10, &rows, E));
  return rows;
}

static void
want_notes_once_and_moves_on (Fixture *self, gconstpointer unused)
{
  ParaphWantRow row = { .id = test_id (1),
                        .kind = PARAPH_WANT_IDENTITY,
                        .channel = test_id (2),
                        .author = test_id (3),
                        .claimant = test_id (4),
                        .first = 50 };
  ParaphWantRow again = row;
  ParaphWantRow second = row;
  ParaphId peer = test_id (5);
  g_autoptr (GArray) fresh = NULL;
  g_autoptr (GArray) asked = NULL;
  g_autoptr (GArray) due = NULL;
  g_autoptr (GArray) back = NULL;
  g_autoptr (GArray) left = NULL;
  const ParaphWantRow *found = NULL;

  (void) unused;
  second.id = test_id (6);
  again.claimant = test_id (7);
  assert_done (paraph_want_table_note (self->store, &row, 1, E));
  assert_done (paraph_want_table_note (self->store, &again, 1, E));
  assert_done (paraph_want_table_note (self->store, &second, 1, E)); /* one too many */
  fresh = list_wants (self, 0, 100);
  g_assert_cmpuint (fresh->len, ==, 1);
  assert_done (paraph_want_table_set_asked (self->store, &row.id, &peer, 100, E));
  asked = list_wants (self, 99, 100);
  g_assert_cmpuint (asked->len, ==, 0);
  back = list_wants (self, -1, 99); /* the clock went back */
  g_assert_cmpuint (back->len, ==, 1);
  due = list_wants (self, 100, 200);
  g_assert_cmpuint (due->len, ==, 1);
  found = &g_array_index (due, ParaphWantRow, 0);
  assert_id (found->id, row.id);
  assert_id (found->channel, row.channel);
  assert_id (found->author, row.author);
  assert_id (found->claimant, row.claimant);
  assert_id (found->peer, peer);
  g_assert_cmpint (found->kind, ==, PARAPH_WANT_IDENTITY);
  g_assert_cmpuint (found->tries, ==, 1);
  assert_done (paraph_want_table_expire (self->store, 50, E));
  left = list_wants (self, 100, 200);
  g_assert_cmpuint (left->len, ==, 1);
  assert_done (paraph_want_table_expire (self->store, 51, E));
  g_clear_pointer (&left, g_array_unref);
  left = list_wants (self, 100, 200);
  g_assert_cmpuint (left->len, ==, 0);
  assert_done (paraph_want_table_note (self->store, &second, 1, E));
  assert_done (paraph_want_table_forget (self->store, &second.id, E));
  g_clear_pointer (&left, g_array_unref);
  left = list_wants (self, 100, 200);
  g_assert_cmpuint (left->len, ==, 0);
}

static void
sync_keeps_receipts_and_marks (Fixture *self, gconstpointer unused)
{
  ParaphId peer = test_id (1);
  ParaphId envelopes[] = { test_id (12), test_id (11) };
  g_autoptr (GArray) peers = NULL;
  g_autoptr (GArray) due = NULL;
  g_autoptr (GArray) left = NULL;
  g_autoptr (GBytes) mark = test_bytes ("mark");
  g_autoptr (GBytes) found = NULL;

  (void) unused;
  for (guint i = 0; i < 3; i++)
    assert_done (paraph_sync_table_add_receipt (self->store, &peer, &envelopes[i % 2], E));
  assert_done (paraph_sync_table_list_receipt_peers (self->store, &peers, E));
  g_assert_cmpuint (peers->len, ==, 1);
  assert_done (paraph_sync_table_list_receipts (self->store, &peer, 10, &due, E));
  g_assert_cmpuint (due->len, ==, 2);
  assert_id (g_array_index (due, ParaphId, 0), envelopes[1]);
  assert_done (paraph_sync_table_delete_receipt (self->store, &peer, &envelopes[1], E));
  assert_done (paraph_sync_table_list_receipts (self->store, &peer, 10, &left, E));
  g_assert_cmpuint (left->len, ==, 1);
  assert_done (paraph_sync_table_get_mark (self->store, "pouch", &found, E));
  g_assert_null (found);
  assert_done (paraph_sync_table_set_mark (self->store, "pouch", mark, E));
  assert_done (paraph_sync_table_get_mark (self->store, "pouch", &found, E));
  g_assert_true (g_bytes_equal (found, mark));
}

int
main (int argc, char **argv)
{
#define ADD(name, function) \
  g_test_add ("/post-tables/" name, Fixture, NULL, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("outbox-gives-back-what-was-added", outbox_gives_back_what_was_added);
  ADD ("outbox-cuts-content-into-pieces", outbox_cuts_content_into_pieces);
  ADD ("outbox-refuses-what-does-not-fit", outbox_refuses_what_does_not_fit);
  ADD ("outbox-keeps-until-the-receipt", outbox_keeps_until_the_receipt);
  ADD ("outbox-postpones", outbox_postpones);
  ADD ("outbox-drops-a-revoked-device", outbox_drops_a_revoked_device);
  ADD ("inbox-takes-each-envelope-once", inbox_takes_each_envelope_once);
  ADD ("inbox-drops-the-oldest-of-the-same-sender", inbox_drops_the_oldest_of_the_same_sender);
  ADD ("inbox-counts-tries-and-releases", inbox_counts_tries_and_releases);
  ADD ("inbox-remembers-when-a-file-was-first-partial",
       inbox_remembers_when_a_file_was_first_partial);
  ADD ("assembly-joins-pieces-in-order", assembly_joins_pieces_in_order);
  ADD ("assembly-never-joins-what-does-not-fit", assembly_never_joins_what_does_not_fit);
  ADD ("assembly-makes-room", assembly_makes_room);
  ADD ("assembly-limits-and-expires", assembly_limits_and_expires);
  ADD ("sync-remembers-each-pair", sync_remembers_each_pair);
  ADD ("want-notes-once-and-moves-on", want_notes_once_and_moves_on);
  ADD ("sync-keeps-receipts-and-marks", sync_keeps_receipts_and_marks);
  return g_test_run ();
}
