/* Arrivals in an order that nobody meant: records before their past, pieces shuffled and repeated,
 * bodies that a joiner is not to have, and records of a device that has been revoked since. */

#include <string.h>

#include "app/home-private.h"
#include "app/identity-requests.h"
#include "app/outbound-private.h"
#include "crypto/content.h"
#include "negotiation/judge.h"
#include "store/address-table.h"
#include "store/assembly-table.h"
#include "store/blob-table.h"
#include "store/inbox-table.h"
#include "tests/flow/convened.h"
#include "tests/flow/forged.h"

#define CHAIN 12
#define LONG_TEXT (300 * 1024)

static const char *const STATEMENT[] = { "type", "statement", NULL };

typedef struct
{
  TestTalks talks;
  ParaphId charter;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  (void) data;
  test_talks_init_convened (&self->talks, 3, &self->charter);
  test_talks_rest (&self->talks);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  (void) data;
  test_talks_clear (&self->talks);
}

static TestDelegation *
get (Fixture *self, guint index)
{
  return &self->talks.delegations[index];
}

static TestRecord
say (Fixture *self, guint index, const char *text)
{
  TestRecord said = { PARAPH_KIND_STATEMENT, STATEMENT, self->charter,
                      self->charter,         text,      { { 0 } } };

  test_make_record (get (self, index), &said);
  return said;
}

static void
sync_one (Fixture *self, guint index)
{
  ParaphSyncReport report = { 0 };

  test_sync (get (self, index), &report);
}

/* What a home says of one record. */
typedef struct
{
  ParaphId id;
  gboolean is_placed;
  gboolean is_waiting;
  gboolean has_bodies;
  ParaphStanding standing;
  ParaphEffect effect;
} Look;

static gboolean
look_at (ParaphHome *home, gpointer data, GError **error)
{
  Look *self = data;
  ParaphEntry *entry = paraph_ledger_find (home->ledger, &self->id);
  const ParaphHeader *header = NULL;
  g_autoptr (ParaphStoredRecord) row = NULL;

  if (!paraph_record_table_get (home->store, &self->id, &row, error))
    return FALSE;
  self->is_waiting = row != NULL && row->state == PARAPH_RECORD_STATE_WAITING;
  self->is_placed = entry != NULL;
  if (entry == NULL)
    return TRUE;
  g_assert_cmpint (row->state, ==, PARAPH_RECORD_STATE_PLACED);
  self->standing = paraph_entry_get_standing (entry);
  self->effect = paraph_entry_get_effect (entry);
  self->has_bodies = TRUE;
  header = paraph_entry_get_header (entry);
  for (guint i = 0; i < header->n_bodies && self->has_bodies; i++)
    if (!paraph_blob_table_has (home->store, &header->bodies[i].blob, &self->has_bodies, error))
      return FALSE;
  return TRUE;
}

static Look
look (Fixture *self, guint index, const ParaphId *id)
{
  Look result = { .id = *id };

  test_run (get (self, index), look_at, &result);
  return result;
}

/* Records in disorder */

typedef struct
{
  GPtrArray *records; /* ParaphSealedRecord */
  ParaphId carrier;
} Batch;

static gboolean
take_batch (ParaphHome *home, gpointer data, GError **error)
{
  Batch *self = data;

  for (guint i = 0; i < self->records->len; i++)
    {
      ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

      if (!paraph_inbound_record (home, g_ptr_array_index (self->records, i), NULL, &self->carrier,
                                  &outcome, error))
        return FALSE;
      g_assert_cmpint (outcome, !=, PARAPH_OUTCOME_REFUSED);
    }
  return TRUE;
}

static gboolean
count_waiting (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_record_table_count (home->store, PARAPH_RECORD_STATE_WAITING, data, error);
}

static GPtrArray *
list_reversed (GPtrArray *records)
{
  GPtrArray *reversed = g_ptr_array_new ();

  for (guint i = records->len; i > 0; i--)
    g_ptr_array_add (reversed, g_ptr_array_index (records, i - 1));
  return reversed;
}

/* The last first: all wait, until the first comes and places the whole chain. */
static void
test_disorder (Fixture *self, gconstpointer data)
{
  ParaphId ids[CHAIN];
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) reversed = NULL;
  Batch batch = { .carrier = get (self, 0)->device };
  ParaphSealedRecord *first = NULL;
  guint64 waiting = 0;

  (void) data;
  for (guint i = 0; i < CHAIN; i++)
    ids[i] = say (self, 0, "One of many.\n").id;
  records = test_list_records (get (self, 0), &self->charter);
  g_ptr_array_remove_range (records, 0, records->len - CHAIN);
  first = paraph_sealed_record_ref (g_ptr_array_index (records, 0));
  assert_id (first->header->id, ids[0]);
  reversed = list_reversed (records);
  batch.records = reversed;
  g_ptr_array_set_size (reversed, CHAIN - 1);
  test_run (get (self, 1), take_batch, &batch);
  for (guint i = 1; i < CHAIN; i++)
    g_assert_true (look (self, 1, &ids[i]).is_waiting);
  g_ptr_array_set_size (reversed, 0);
  g_ptr_array_add (reversed, first);
  test_run (get (self, 1), take_batch, &batch);
  for (guint i = 0; i < CHAIN; i++)
    g_assert_true (look (self, 1, &ids[i]).is_placed);
  test_run (get (self, 1), count_waiting, &waiting);
  g_assert_cmpuint (waiting, ==, 0);
  g_assert_cmpuint (test_talks_rest (&self->talks), <=, 5);
  g_assert_true (look (self, 2, &ids[CHAIN - 1]).is_placed);
  paraph_sealed_record_unref (first);
}

/* Pieces */

typedef struct
{
  GPtrArray *envelopes; /* GBytes */
  guint applied;
  guint already;
} Pieces;

static void
collect_mail (const char *path, GPtrArray *envelopes)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autoptr (GError) error = NULL;
      char *bytes = NULL;
      gsize size = 0;

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        collect_mail (child, envelopes);
      else if (g_file_get_contents (child, &bytes, &size, &error) && size > 0)
        g_ptr_array_add (envelopes, g_bytes_new_take (bytes, size));
      else
        g_free (bytes);
      g_assert_no_error (error);
    }
  if (dir != NULL)
    g_dir_close (dir);
}

static gboolean
get_mailbox (ParaphHome *home, gpointer data, GError **error)
{
  g_autoptr (ParaphAddress) address = paraph_home_get_address (home, &home->device, error);

  g_assert_nonnull (address);
  *(char **) data = g_strdup (address->mailboxes[0].address);
  return TRUE;
}

static void
shuffle (GPtrArray *envelopes, GRand *random)
{
  for (guint i = envelopes->len - 1; i > 0; i--)
    {
      guint j = (guint) g_rand_int_range (random, 0, (gint32) i + 1);
      gpointer swapped = envelopes->pdata[i];

      envelopes->pdata[i] = envelopes->pdata[j];
      envelopes->pdata[j] = swapped;
    }
}

static gboolean
take_envelopes (ParaphHome *home, gpointer data, GError **error)
{
  Pieces *self = data;

  for (guint i = 0; i < self->envelopes->len; i++)
    {
      ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

      if (!paraph_inbound_envelope (home, g_ptr_array_index (self->envelopes, i), &outcome, error))
        return FALSE;
      g_assert_cmpint (outcome, !=, PARAPH_OUTCOME_REFUSED);
      g_assert_cmpint (outcome, !=, PARAPH_OUTCOME_AT_THE_DOOR);
      self->applied += outcome == PARAPH_OUTCOME_APPLIED ? 1 : 0;
      self->already += outcome == PARAPH_OUTCOME_ALREADY_HAD ? 1 : 0;
    }
  return TRUE;
}

static void
take_shuffled (Fixture *self, Pieces *pieces, GRand *random)
{
  pieces->applied = 0;
  pieces->already = 0;
  shuffle (pieces->envelopes, random);
  test_run (get (self, 1), take_envelopes, pieces);
}

/* Half of the pieces come twice before the last comes; then all once more. */
static void
play_pieces (Fixture *self, guint sender, const char *text, GRand *random)
{
  g_autofree char *mailbox = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) part = g_ptr_array_new ();
  Pieces pieces = { .envelopes = part };
  TestForgery said = {
    .kind = PARAPH_KIND_STATEMENT, .lines = STATEMENT, .channel = self->charter, .text = text
  };

  test_run (get (self, 1), get_mailbox, &mailbox);
  path = g_build_filename (self->talks.pouch, mailbox, NULL);
  test_forge (get (self, sender), &said);
  test_send_forged (get (self, sender), &said, get (self, 1));
  test_post (get (self, sender));
  collect_mail (path, all);
  g_assert_cmpuint (all->len, ==, LONG_TEXT / (31 * 1024) + 1);
  shuffle (all, random);
  for (guint i = 0; i + 1 < all->len; i++)
    for (guint j = 0; j <= i % 2; j++)
      g_ptr_array_add (part, g_ptr_array_index (all, i));
  take_shuffled (self, &pieces, random);
  g_assert_cmpuint (pieces.applied, ==, 0);
  g_assert_cmpuint (pieces.already, ==, (all->len - 1) / 2);
  g_assert_false (look (self, 1, &said.sealed->header->id).is_placed);
  g_ptr_array_set_size (part, 0);
  g_ptr_array_add (part, g_ptr_array_index (all, all->len - 1));
  take_shuffled (self, &pieces, random);
  g_assert_cmpuint (pieces.applied, ==, 1);
  g_assert_true (look (self, 1, &said.sealed->header->id).has_bodies);
  g_ptr_array_set_size (part, 0);
  g_ptr_array_extend (part, all, NULL, NULL);
  take_shuffled (self, &pieces, random);
  g_assert_cmpuint (pieces.applied, ==, 0);
  g_assert_cmpuint (pieces.already, ==, all->len);
  test_forgery_clear (&said);
  test_home_remove_tree (path);
}

static void
test_pieces (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (LONG_TEXT, 'a');
  g_autoptr (GRand) random = g_rand_new_with_seed (8);

  (void) data;
  play_pieces (self, 0, text, random);
  play_pieces (self, 2, text, random);
}

/* Room for pieces */

/* As much as may be kept of one sender, of a packet that is never whole. */
static gboolean
fill_assembly (ParaphHome *home, gpointer data, GError **error)
{
  g_autofree guint8 *zeros = g_malloc0 (PARAPH_PIECE_SIZE_MAX);
  ParaphAssemblyPiece piece = { .sender = *(ParaphId *) data,
                                .first_seen = paraph_home_now () - 60 };
  gsize left = PARAPH_ASSEMBLY_SENDER_SIZE_MAX;

  for (; left > 0; piece.index++)
    {
      gsize size = MIN (left, PARAPH_PIECE_SIZE_MAX);
      g_autoptr (GBytes) bytes = g_bytes_new (zeros, size);

      piece.bytes = bytes;
      if (!paraph_assembly_table_put_piece (home->store, &piece, error))
        return FALSE;
      left -= size;
    }
  return TRUE;
}

static void
send_statement (Fixture *self, const char *text)
{
  TestForgery said = {
    .kind = PARAPH_KIND_STATEMENT, .lines = STATEMENT, .channel = self->charter, .text = text
  };

  test_forge (get (self, 0), &said);
  test_send_forged (get (self, 0), &said, get (self, 1));
  test_post (get (self, 0));
  sync_one (self, 1);
  g_assert_true (look (self, 1, &said.sealed->header->id).has_bodies);
  test_forgery_clear (&said);
}

static void
test_no_room (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (LONG_TEXT, 'b');

  (void) data;
  test_run (get (self, 1), fill_assembly, &get (self, 0)->device);
  send_statement (self, "One piece needs no room.");
  g_assert_cmpuint (test_count_notices (get (self, 1), "dropped", NULL), ==, 0);
  send_statement (self, text);
  g_assert_cmpuint (test_count_notices (get (self, 1), "dropped", NULL), ==, 1);
}

/* An envelope that cannot be worked off */

/* The newest address block of a device is none: its card cannot be made. */
static gboolean
break_address (ParaphHome *home, gpointer data, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("none", 4);
  const ParaphAddressRow row = { .device = *(ParaphId *) data, .issue = 1000, .bytes = bytes };

  return paraph_address_table_put (home->store, &row, NULL, error);
}

static gboolean
count_held (ParaphHome *home, gpointer data, GError **error)
{
  guint64 bytes = 0;

  return paraph_inbox_table_total_held (home->store, data, &bytes, error);
}

static gboolean
take_all (ParaphHome *home, gpointer data, GError **error)
{
  GPtrArray *envelopes = data;
  ParaphOutcome outcome = PARAPH_OUTCOME_APPLIED;
  guint opened = 0;

  for (guint i = 0; i < envelopes->len; i++)
    if (!paraph_inbound_envelope (home, g_ptr_array_index (envelopes, i), &outcome, error))
      return FALSE;
  return paraph_inbound_retry (home, &opened, error);
}

/* One that fails is set aside; what came with it is taken in. */
static void
test_fails_alone (Fixture *self, gconstpointer data)
{
  g_autofree char *mailbox = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) mail = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (ParaphPacket) want =
      paraph_packet_new_want (&self->charter, &get (self, 2)->delegation, 1);
  TestForgery said = { .kind = PARAPH_KIND_STATEMENT,
                       .lines = STATEMENT,
                       .channel = self->charter,
                       .text = "Taken in all the same." };
  guint64 held = 0;

  (void) data;
  test_run (get (self, 1), get_mailbox, &mailbox);
  path = g_build_filename (self->talks.pouch, mailbox, NULL);
  test_run (get (self, 1), break_address, &get (self, 2)->device);
  test_send_packet (get (self, 0), want, &self->charter, get (self, 1));
  test_forge (get (self, 0), &said);
  test_send_forged (get (self, 0), &said, get (self, 1));
  test_post (get (self, 0));
  collect_mail (path, mail);
  g_assert_cmpuint (mail->len, >=, 2);
  test_run (get (self, 1), take_all, mail);
  g_assert_true (look (self, 1, &said.sealed->header->id).has_bodies);
  test_run (get (self, 1), count_held, &held);
  g_assert_cmpuint (held, ==, 1);
  g_assert_cmpuint (test_count_notices (get (self, 1), "envelope-refused", NULL), ==, 1);
  test_forgery_clear (&said);
}

/* More bodies than one packet holds */

/* Four annexes of 4 MiB, which come one by one; served to the device in data. */
static gboolean
serve_large (ParaphHome *home, gpointer data, GError **error)
{
  const gsize size = 4 * 1024 * 1024;
  static char names[][2] = { "a", "b", "c", "d" };
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_STATEMENT);
  g_autoptr (GArray) devices = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  ParaphPosition position = { .number = 1, .clock = 1 };
  g_autoptr (ParaphHeader) header = NULL;
  g_autoptr (ParaphSealedRecord) sealed = NULL;
  ParaphSignedBy by = { .key = home->device };
  guint8 random[32] = { 0 };

  paraph_draft_add (draft, "type", "statement");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GBytes) content = g_bytes_new_take (g_malloc0 (size), size);
      g_autoptr (GBytes) blob = NULL;
      ParaphBody body = { .role = "annex", .name = names[i], .language = "en" };

      random[0] = (guint8) i;
      blob = paraph_blob_new (random, content);
      body.media_type = "application/pdf";
      body.size = (gint64) g_bytes_get_size (blob);
      body.blob = test_hash (blob);
      paraph_draft_add_body (draft, &body);
      if (!paraph_blob_table_put (home->store, &body.blob, blob, error))
        return FALSE;
    }
  position.negotiation = position.channel = position.previous = position.identity = test_id (7);
  position.author = home->device;
  header = paraph_draft_finish (draft, &position, paraph_home_now (), random, error);
  if (header == NULL)
    return FALSE;
  sealed = paraph_sealed_record_new (header, &by, 1);
  g_array_append_vals (devices, data, 1);
  return paraph_outbound_serve_record (home, sealed, TRUE, devices, error);
}

static void
test_serves_large (Fixture *self, gconstpointer data)
{
  guint64 before = test_talks_count_outboxes (&self->talks);

  (void) data;
  test_run (get (self, 1), serve_large, &get (self, 0)->device);
  g_assert_cmpuint (test_talks_count_outboxes (&self->talks) - before, >=,
                    16 * 1024 * 1024 / PARAPH_PIECE_SIZE_MAX);
}

/* Bodies that a joiner is not to have */

static void
test_from_here (void)
{
  Fixture self = { 0 };
  const char *const opening[] = { "symbol",   "AST/T1", "title", "Article one",
                                  "standing", "basis",  NULL };
  TestRecord text = { .kind = PARAPH_KIND_TEXT, .lines = opening, .text = "Old words.\n" };
  TestRecord before, after;

  test_talks_init_joined (&self.talks, 3, &self.charter);
  test_talks_admit (&self.talks, &self.charter, 1, "full");
  test_talks_hand_over (get (&self, 0), get (&self, 1), &self.charter);
  test_talks_exchange_cards (&self.talks);
  text.negotiation = self.charter;
  text.channel = self.charter;
  test_make_record (get (&self, 0), &text);
  before = say (&self, 1, "Said before you came.\n");
  test_talks_rest (&self.talks);
  g_assert_false (look (&self, 2, &text.id).is_placed);
  test_talks_admit (&self.talks, &self.charter, 2, "from-here");
  g_assert_cmpuint (test_talks_rest (&self.talks), <=, 6);
  after = say (&self, 1, "Said to all.\n");
  g_assert_cmpuint (test_talks_rest (&self.talks), <=, 6);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (look (&self, i, &text.id).has_bodies);
      g_assert_true (look (&self, i, &before.id).has_bodies);
    }
  g_assert_true (look (&self, 2, &text.id).is_placed);
  g_assert_true (look (&self, 2, &before.id).is_placed);
  g_assert_false (look (&self, 2, &text.id).has_bodies);
  g_assert_false (look (&self, 2, &before.id).has_bodies);
  g_assert_true (look (&self, 2, &after.id).has_bodies);
  test_talks_clear (&self.talks);
}

/* Records of a device that has been revoked since */

static gboolean
revoke_self (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_device_revoke (home, &home->device, "stolen", NULL, data, error);
}

static gboolean
has_device (ParaphHome *home, gpointer data, GError **error)
{
  (void) error;
  g_assert_null (paraph_home_find_device (home, data));
  return TRUE;
}

/* Signed with the stolen key before the revocation was known, shown to one home only; the other
 * hears of it after the revocation. Both place it, and both say that it does not stand. */
static void
test_revoked (Fixture *self, gconstpointer data)
{
  TestDelegation *stolen = get (self, 2);
  TestForgery late = {
    .kind = PARAPH_KIND_STATEMENT, .lines = STATEMENT, .channel = self->charter, .text = "Mine.\n"
  };
  ParaphId kept = say (self, 2, "Ours.\n").id;
  ParaphId revocation = { { 0 } };

  (void) data;
  test_talks_rest (&self->talks);
  test_forge (stolen, &late);
  test_send_forged (stolen, &late, get (self, 1));
  test_post (stolen);
  sync_one (self, 1);
  g_assert_cmpint (look (self, 1, &late.sealed->header->id).effect, ==, PARAPH_EFFECT_FULL);
  test_run (stolen, revoke_self, &revocation);
  test_post (stolen);
  for (guint i = 0; i < 3; i++)
    {
      sync_one (self, 0);
      sync_one (self, 1);
    }
  for (guint i = 0; i < 2; i++)
    {
      Look beyond = look (self, i, &late.sealed->header->id);

      test_run (get (self, i), has_device, &stolen->device);
      g_assert_true (beyond.is_placed);
      g_assert_cmpint (beyond.standing, ==, PARAPH_STANDING_CUT);
      g_assert_cmpint (beyond.effect, ==, PARAPH_EFFECT_NOT_STANDING);
      g_assert_cmpint (look (self, i, &kept).standing, ==, PARAPH_STANDING_STANDS);
    }
  test_forgery_clear (&late);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/arrival/records-before-their-past-wait-for-it", test_disorder);
  ADD ("/arrival/pieces-come-in-any-order-and-twice", test_pieces);
  ADD ("/arrival/an-envelope-fails-alone", test_fails_alone);
  ADD ("/arrival/bodies-are-served-in-several-packets", test_serves_large);
  ADD ("/arrival/pieces-that-are-never-whole-make-room", test_no_room);
  ADD ("/arrival/records-beyond-a-cut-are-placed-and-do-not-stand", test_revoked);
#undef ADD
  g_test_add_func ("/arrival/from-here-gives-headers-and-no-bodies", test_from_here);
  return g_test_run ();
}
