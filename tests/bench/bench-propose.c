/* Proposing a text of 20 KB to 30 and to 180 devices that were written to before: from the draft to
 * the commit of the record, its blob and one envelope a device.
 *
 * Two things in that are not the program's own speed and have rows of their own: the commit's
 * fsyncs, which are those of a transaction that writes one setting, and the outer sealing of the
 * envelopes with the hash that names each, done again here over as many bytes. The first row is
 * what is left of the whole. Peers are keys and address blocks: none of them ever answers, so each
 * message is of a session's first kind, which is the longer one. Medians of several proposals. */

#include <glib/gstdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "app/home-private.h"
#include "app/outbound.h"
#include "bench-talks.h"
#include "crypto/content.h"
#include "crypto/envelope.h"
#include "crypto/hash.h"
#include "crypto/sshsig.h"
#include "store/address-table.h"
#include "store/outbox-table.h"
#include "store/setting-table.h"
#include "tests/support/memory-sessions.h"

#define DEVICES_EACH 3
#define TEXT_SIZE 20000
#define TIMES 9

#define CHECKED(call)                   \
  G_STMT_START                          \
  {                                     \
    GError *error_of_call_ = NULL;      \
    gboolean is_done_ = (call);         \
    g_assert_no_error (error_of_call_); \
    g_assert_true (is_done_);           \
  }                                     \
  G_STMT_END
#define E (&error_of_call_)

typedef struct
{
  char *directory;
  ParaphSecret *key;
  ParaphStore *store;
  ParaphHome *home;
  BenchTalks *peers;
  GArray *bundles; /* ParaphBundle, by device */
  ParaphId charter;
  ParaphId channel;
  ParaphId text;
} Bench;

/* Peers. */

static void
make_keys (guint device, ParaphPowers *powers, gpointer data)
{
  Bench *self = data;
  g_autofree char *name = g_strdup_printf ("peer %u", device);
  g_autoptr (MemorySessions) sessions = memory_sessions_new (name);
  ParaphBundle bundle = memory_sessions_bundle (sessions, NULL, 1, 0);
  guint8 secret[crypto_box_SECRETKEYBYTES];

  g_array_append_val (self->bundles, bundle);
  powers->session = bundle.identity;
  g_assert_cmpint (crypto_box_keypair (powers->envelope.bytes, secret), ==, 0);
}

static void
keep_address (Bench *self, guint index)
{
  const BenchDevice *device = &self->peers->devices[index];
  const ParaphBundle *bundle = &g_array_index (self->bundles, ParaphBundle, index);
  ParaphMailbox mailbox = { .carrier = "pouch", .address = "0123456789abcdef0123456789abcdef" };
  ParaphAddress fields = { .device = device->powers.device,
                           .issue = 1,
                           .time = paraph_home_now (),
                           .n_mailboxes = 1,
                           .mailboxes = &mailbox,
                           .registration = bundle->registration_id,
                           .prekey = bundle->signed_prekey };
  g_autoptr (GBytes) bytes = paraph_address_make (&fields, NULL);
  ParaphAddressRow row = { .device = device->powers.device, .issue = 1, .bytes = bytes };
  ParaphId hash;

  g_assert_nonnull (bytes);
  paraph_address_hash (bytes, &hash);
  bench_ok (paraph_sshsig_sign (device->secret, PARAPH_SSHSIG_ADDRESS, &hash, &row.signature));
  CHECKED (paraph_address_table_put (self->store, &row, NULL, E));
}

static void
know_peers (Bench *self)
{
  for (guint i = 0; i < self->peers->records->len; i++)
    {
      ParaphSealedRecord *sealed = g_ptr_array_index (self->peers->records, i);
      ParaphRefusal refusal;
      ParaphId missing;

      g_assert_cmpint (paraph_ledger_place (self->home->ledger, sealed, &missing, &refusal), ==,
                       PARAPH_PLACING_PLACED);
      CHECKED (paraph_home_keep_record (self->store, sealed, PARAPH_RECORD_STATE_PLACED, NULL, E));
    }
  for (guint i = 0; i < self->peers->n_devices; i++)
    keep_address (self, i);
}

/* Records. */

/* One record in a transaction of its own; seconds. Frees draft. */
static double
say (Bench *self, ParaphDraft *draft, GPtrArray *blobs, ParaphId *ret_id)
{
  ParaphDatabase *database = paraph_store_get_database (self->store);
  ParaphWhere where = { .negotiation = self->charter, .channel = self->channel };
  double begin = bench_now ();

  CHECKED (paraph_database_begin (database, E));
  CHECKED (paraph_outbound_record (self->home, draft, &where, blobs, ret_id, E));
  CHECKED (paraph_database_commit (database, E));
  begin = bench_now () - begin;
  paraph_draft_free (draft);
  return begin;
}

static void
add_line (ParaphDraft *draft, const char *key, const char *format, const char *code,
          const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];
  g_autofree char *line = NULL;

  paraph_id_to_hex (id, hex);
  line = format[0] == 'c' ? g_strdup_printf ("%s party %s Seat", code, hex)
                          : g_strdup_printf ("%s %s party", hex, code);
  paraph_draft_add (draft, key, line);
}

static void
convene (Bench *self)
{
  ParaphDraft *charter = paraph_draft_new (PARAPH_KIND_CHARTER);
  ParaphDraft *channel = paraph_draft_new (PARAPH_KIND_CHANNEL);

  paraph_draft_add (charter, "title", "Talks");
  add_line (charter, "seat", "code first", "ZZZ", &self->home->delegation);
  paraph_draft_add (charter, "seat", "OTHER party - Seat");
  paraph_draft_add (charter, "rule", "unanimity");
  paraph_draft_add (charter, "admission", "convener");
  paraph_draft_add (charter, "language", "en");
  paraph_draft_add (charter, "zone", "UTC");
  paraph_draft_add (charter, "issuer", "ZZZ");
  paraph_draft_add (charter, "adoption", "moves");
  paraph_draft_add (charter, "silence", "no");
  (void) say (self, charter, NULL, &self->charter);
  paraph_draft_add (channel, "name", "A channel");
  add_line (channel, "member", "id first", "ZZZ", &self->home->delegation);
  for (guint i = 0; i < self->peers->n_delegations; i++)
    add_line (channel, "member", "id first", self->peers->delegations[i].code,
              &self->peers->delegations[i].id);
  (void) say (self, channel, NULL, &self->channel);
}

/* A draft with a text of 20 KB that nothing compresses. */
static double
say_text (Bench *self, ParaphDraft *draft, ParaphId *ret_id)
{
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GBytes) content = NULL;
  char *words = g_strnfill (TEXT_SIZE, 'w');
  GBytes *blob;
  guint8 random[32];
  ParaphBody body = {
    .role = "text", .name = "main", .language = "en", .media_type = "text/plain;charset=utf-8"
  };

  for (gsize i = 0; i < TEXT_SIZE; i++)
    words[i] = (char) ('a' + g_random_int_range (0, 26));
  content = g_bytes_new_take (words, TEXT_SIZE);
  paraph_home_random (random, sizeof random);
  blob = paraph_blob_new (random, content);
  g_ptr_array_add (blobs, blob);
  body.size = (gint64) g_bytes_get_size (blob);
  paraph_sha256 (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &body.blob);
  paraph_draft_add_body (draft, &body);
  return say (self, draft, blobs, ret_id);
}

static void
open_text (Bench *self)
{
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_TEXT);

  paraph_draft_add (draft, "symbol", "ZZZ/L.1");
  paraph_draft_add (draft, "title", "A text");
  paraph_draft_add (draft, "standing", "basis");
  (void) say_text (self, draft, &self->text);
}

static double
propose (Bench *self, guint number)
{
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_PROPOSAL);
  g_autofree char *symbol = g_strdup_printf ("ZZZ/L.1/%u", number);
  ParaphId id;

  paraph_draft_add (draft, "symbol", symbol);
  paraph_draft_add_id (draft, "text", &self->text);
  paraph_draft_add_id (draft, "base", &self->text);
  return say_text (self, draft, &id);
}

static guint64
count_queued (Bench *self)
{
  ParaphOutboxCounts counts = { 0 };

  CHECKED (paraph_outbox_table_count (self->store, &counts, E));
  return counts.queued;
}

/* What has rows of its own. */

static double
commit_little (Bench *self, guint number)
{
  ParaphDatabase *database = paraph_store_get_database (self->store);
  g_autofree char *value = g_strdup_printf ("%u", number);
  double begin = bench_now ();

  CHECKED (paraph_database_begin (database, E));
  CHECKED (paraph_setting_table_set (self->store, "bench", value, E));
  CHECKED (paraph_database_commit (database, E));
  return bench_now () - begin;
}

/* As many envelopes as there are devices, each with a piece as long as the proposal's packet. */
static double
seal_all (Bench *self)
{
  g_autofree guint8 *piece = g_malloc0 (TEXT_SIZE);
  ParaphEnvelope envelope = { .kind = PARAPH_ENVELOPE_FIRST,
                              .piece = piece,
                              .piece_size = TEXT_SIZE };
  gsize size;
  double begin = bench_now ();

  envelope.wrap.type = 3;
  envelope.wrap.size = 300;
  size = paraph_envelope_get_size (&envelope);
  g_assert_cmpuint (size, >, TEXT_SIZE);
  for (guint i = 0; i < self->peers->n_devices; i++)
    {
      g_autofree guint8 *bytes = g_malloc (size);
      const ParaphSecret *key =
          paraph_home_get_outer_key (self->home, &self->peers->devices[i].powers, NULL);
      ParaphEnvelopeNonce nonce;
      ParaphId id;

      paraph_home_random (nonce.bytes, sizeof nonce.bytes);
      bench_ok (paraph_envelope_seal (&envelope, key, &nonce, bytes, size));
      paraph_sha256 (bytes, size, &id);
    }
  return bench_now () - begin;
}

static double
median (double *of, guint n)
{
  for (guint i = 1; i < n; i++)
    for (guint k = i; k > 0 && of[k] < of[k - 1]; k--)
      {
        double swapped = of[k];
        of[k] = of[k - 1];
        of[k - 1] = swapped;
      }
  return of[n / 2];
}

static void
bench_open (Bench *self, guint n_devices)
{
  ParaphStoreOpening opening = { 0 };
  ParaphHomeFounding founding = { .delegation = "Own", .code = "ZZZ", .person = "A person" };
  g_autofree char *place = NULL;
  g_autoptr (GError) error = NULL;

  self->bundles = g_array_new (FALSE, TRUE, sizeof (ParaphBundle));
  self->peers = bench_talks_new (n_devices / DEVICES_EACH, DEVICES_EACH, make_keys, self);
  self->directory = g_dir_make_tmp ("paraph-bench-XXXXXX", &error);
  g_assert_no_error (error);
  place = g_build_filename (self->directory, "home", NULL);
  bench_ok (paraph_secret_new_random ("bench", 32, &self->key));
  opening.directory = place;
  opening.key = self->key;
  CHECKED (paraph_store_create (&opening, E));
  self->store = paraph_store_open (&opening, &error);
  g_assert_no_error (error);
  CHECKED (paraph_database_begin (paraph_store_get_database (self->store), E));
  CHECKED (paraph_home_found (self->store, &founding, E));
  self->home = paraph_home_load (self->store, &error);
  g_assert_no_error (error);
  know_peers (self);
  CHECKED (paraph_database_commit (paraph_store_get_database (self->store), E));
  convene (self);
  open_text (self);
}

static void
bench_close (Bench *self)
{
  paraph_home_free (self->home);
  g_assert_true (paraph_store_close (self->store, NULL));
  paraph_secret_clear (&self->key);
  bench_talks_free (self->peers);
  g_array_unref (self->bundles);
  bench_remove_tree (self->directory);
  g_free (self->directory);
}

static void
measure (guint n_devices, double budget, const char *budget_text)
{
  Bench self = { 0 };
  double whole[TIMES], fsyncs[TIMES], sealing[TIMES];
  g_autofree char *work =
      g_strdup_printf ("propose 20 KB to %u devices: sign, wrap, commit", n_devices);
  double own, all;
  guint64 queued;

  bench_open (&self, n_devices);
  for (guint i = 0; i < TIMES; i++)
    {
      fsyncs[i] = commit_little (&self, i);
      queued = count_queued (&self);
      whole[i] = propose (&self, i + 1);
      g_assert_cmpuint (count_queued (&self) - queued, ==, n_devices);
      sealing[i] = seal_all (&self);
    }
  bench_close (&self);
  all = median (whole, TIMES) * 1e3;
  own = all - (median (fsyncs, TIMES) + median (sealing, TIMES)) * 1e3;
  bench_print (&(BenchRow){ work, own, "ms", "with fsyncs and sealing", all, 0.0, budget_text,
                            own <= budget });
  bench_print (&(BenchRow){ "- its commit's fsyncs", fsyncs[TIMES / 2] * 1e3, "ms", "-", 0.0, 0.0,
                            "-", TRUE });
  bench_print (&(BenchRow){ "- outer sealing of its envelopes", sealing[TIMES / 2] * 1e3, "ms", "-",
                            0.0, 0.0, "-", TRUE });
}

int
main (void)
{
  measure (30, 20.0, "<= 20 ms");
  measure (180, 60.0, "<= 60 ms");
  return EXIT_SUCCESS;
}
