#include "bench-talks.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "app/home-private.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "crypto/start.h"
#include "negotiation/identity-draft.h"
#include "store/blob-table.h"

#define FIRST_TIME 1900000000
#define BODY_SIZE 1200
#define BODY_EACH 20 /* one record of so many is a statement with a body */

/* One channel while it is written. */
typedef struct
{
  ParaphId id;
  ParaphPlace last;   /* the last record of anybody */
  gint64 clock;       /* its clock */
  ParaphPlace *heads; /* by device; number -1: none */
  gboolean *has_seen; /* by device: whether its head has the last record in its past */
  ParaphId target;    /* of the positions */
} Channel;

static ParaphSealedRecord *
remember (BenchTalks *self, ParaphHeader *header, const ParaphSignedBy *by)
{
  ParaphSealedRecord *sealed = paraph_sealed_record_new (header, by, 1);

  g_ptr_array_add (self->records, sealed);
  return sealed;
}

static ParaphHeader *
finish (BenchTalks *self, ParaphDraft *draft, const ParaphPosition *position)
{
  g_autoptr (GError) error = NULL;
  ParaphHeader *header;
  guint8 salt[16] = { 0 };

  self->counter++;
  memcpy (salt, &self->counter, sizeof self->counter);
  header = paraph_draft_finish (draft, position, FIRST_TIME + (gint64) self->counter, salt, &error);
  g_assert_no_error (error);
  paraph_draft_free (draft);
  return header;
}

ParaphSealedRecord *
bench_talks_seal (BenchTalks *self, guint device, ParaphDraft *draft, ParaphPosition *position)
{
  g_autoptr (ParaphHeader) header = finish (self, draft, position);
  g_autofree char *name_space = paraph_header_dup_namespace (header);
  ParaphSignedBy by = { .key = self->devices[device].powers.device };

  g_clear_pointer (&position->seen, g_array_unref);
  bench_ok (
      paraph_sshsig_sign (self->devices[device].secret, name_space, &header->id, &by.signature));
  return remember (self, header, &by);
}

static const ParaphHeader *
seal_identity (BenchTalks *self, BenchDelegation *delegation, ParaphDraft *draft,
               const ParaphPosition *position)
{
  g_autoptr (ParaphHeader) header = finish (self, draft, position);
  ParaphSignedBy by;

  paraph_sign_key_id (&delegation->custodian_key, &by.key);
  bench_ok (paraph_sshsig_sign (delegation->custodian, PARAPH_SSHSIG_IDENTITY, &header->id,
                                &by.signature));
  delegation->head = header->id;
  return remember (self, header, &by)->header;
}

static void
found (BenchTalks *self, guint index)
{
  BenchDelegation *delegation = &self->delegations[index];
  ParaphFounding founding = { .name = "A delegation",
                              .code = delegation->code,
                              .threshold = 1,
                              .n_custodians = 1,
                              .custodians = &delegation->custodian_key };
  ParaphPosition position;

  delegation->code[0] = 'A';
  delegation->code[1] = (char) ('A' + index / 26);
  delegation->code[2] = (char) ('A' + index % 26);
  bench_ok (paraph_sign_pair_new ("custodian", &delegation->custodian, &delegation->custodian_key));
  paraph_custodians_hash (1, &delegation->custodian_key, 1, &founding.next);
  paraph_identity_position (NULL, &position);
  delegation->id =
      seal_identity (self, delegation, paraph_identity_draft_delegation (&founding), &position)->id;
}

static void
enrol (BenchTalks *self, guint index, gint64 number, BenchKeys keys, gpointer data)
{
  BenchDevice *device = &self->devices[index];
  BenchDelegation *delegation = &self->delegations[device->delegation];
  ParaphPowers *powers = &device->powers;
  ParaphDelegation now = { .id = delegation->id, .head = delegation->head };
  ParaphPosition position;
  ParaphSignature proof;
  ParaphId message;

  bench_ok (paraph_sign_pair_new ("device", &device->secret, &powers->key));
  paraph_sign_key_id (&powers->key, &powers->device);
  powers->delegation = delegation->id;
  powers->person = "A person";
  powers->powers = 255;
  memset (&powers->session, 9, sizeof powers->session);
  memset (&powers->envelope, 9, sizeof powers->envelope);
  if (keys != NULL)
    keys (index, powers, data);
  paraph_powers_hash_proof (powers, &message);
  bench_ok (paraph_sshsig_sign (device->secret, PARAPH_SSHSIG_DEVICE, &message, &proof));
  now.head_number = number - 1;
  paraph_identity_position (&now, &position);
  (void) seal_identity (self, delegation, paraph_identity_draft_powers (powers, &proof), &position);
}

BenchTalks *
bench_talks_new (guint n_delegations, guint devices_each, BenchKeys keys, gpointer data)
{
  BenchTalks *self = g_new0 (BenchTalks, 1);

  bench_ok (paraph_crypto_start ());
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_sealed_record_unref);
  self->blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->n_delegations = n_delegations;
  self->delegations = g_new0 (BenchDelegation, n_delegations);
  self->n_devices = n_delegations * devices_each;
  self->devices = g_new0 (BenchDevice, self->n_devices);
  for (guint i = 0; i < n_delegations; i++)
    {
      found (self, i);
      for (guint k = 0; k < devices_each; k++)
        {
          self->devices[i * devices_each + k].delegation = i;
          enrol (self, i * devices_each + k, k + 1, keys, data);
        }
    }
  return self;
}

void
bench_talks_free (BenchTalks *self)
{
  for (guint i = 0; i < self->n_delegations; i++)
    paraph_secret_clear (&self->delegations[i].custodian);
  for (guint i = 0; i < self->n_devices; i++)
    paraph_secret_clear (&self->devices[i].secret);
  g_free (self->delegations);
  g_free (self->devices);
  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->blobs);
  g_free (self);
}

/* Playing. */

static void
channel_init (Channel *self, const BenchTalks *talks, const ParaphSealedRecord *opening)
{
  const ParaphHeader *header = opening->header;

  self->id = header->id;
  self->heads = g_new0 (ParaphPlace, talks->n_devices);
  self->has_seen = g_new0 (gboolean, talks->n_devices);
  for (guint i = 0; i < talks->n_devices; i++)
    self->heads[i].number = -1;
  self->last = (ParaphPlace){ .author = header->author, .number = 0, .id = header->id };
  self->heads[0] = self->last;
  self->has_seen[0] = TRUE;
  self->clock = header->clock;
}

static void
channel_clear (Channel *self)
{
  g_free (self->heads);
  g_free (self->has_seen);
}

/* The next record of a device, which has seen all that stands here. */
static const ParaphHeader *
write_record (BenchTalks *self, Channel *channel, guint device, ParaphDraft *draft)
{
  ParaphPlace *head = &channel->heads[device];
  ParaphPosition position = {
    .negotiation = self->charter,
    .channel = channel->id,
    .author = self->devices[device].powers.device,
    .identity = self->delegations[self->devices[device].delegation].head,
    .number = head->number + 1,
    .previous = head->id,
    .clock = channel->clock + 1,
  };
  const ParaphHeader *header;

  if (!channel->has_seen[device])
    {
      position.seen = g_array_new (FALSE, FALSE, sizeof (ParaphPlace));
      g_array_append_val (position.seen, channel->last);
    }
  header = bench_talks_seal (self, device, draft, &position)->header;
  *head = (ParaphPlace){ .author = header->author, .number = header->number, .id = header->id };
  channel->last = *head;
  channel->clock = header->clock;
  memset (channel->has_seen, 0, self->n_devices * sizeof *channel->has_seen);
  channel->has_seen[device] = TRUE;
  return header;
}

static void
add_body (BenchTalks *self, ParaphDraft *draft)
{
  char *words = g_strnfill (BODY_SIZE, 'w');
  g_autoptr (GBytes) content = g_bytes_new_take (words, BODY_SIZE);
  GBytes *blob;
  guint8 random[32] = { 0 };
  ParaphBody body = {
    .role = "text", .name = "main", .language = "en", .media_type = "text/plain;charset=utf-8"
  };

  self->counter++;
  memcpy (random, &self->counter, sizeof self->counter);
  blob = paraph_blob_new (random, content);
  body.size = (gint64) g_bytes_get_size (blob);
  paraph_sha256 (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &body.blob);
  g_ptr_array_add (self->blobs, blob);
  paraph_draft_add_body (draft, &body);
}

static ParaphSealedRecord *
open_talks (BenchTalks *self)
{
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_CHARTER);
  ParaphPosition position = { .author = self->devices[0].powers.device,
                              .identity = self->delegations[0].head,
                              .clock = 1 };
  ParaphSealedRecord *charter;

  paraph_draft_add (draft, "title", "Talks");
  for (guint i = 0; i < self->n_delegations; i++)
    {
      char hex[PARAPH_ID_HEX_SIZE + 1];
      g_autofree char *line = NULL;

      paraph_id_to_hex (&self->delegations[i].id, hex);
      line = g_strdup_printf ("%s party %s Seat", self->delegations[i].code, hex);
      paraph_draft_add (draft, "seat", line);
    }
  paraph_draft_add (draft, "rule", "unanimity");
  paraph_draft_add (draft, "admission", "convener");
  paraph_draft_add (draft, "language", "en");
  paraph_draft_add (draft, "zone", "UTC");
  paraph_draft_add (draft, "issuer", self->delegations[0].code);
  paraph_draft_add (draft, "adoption", "moves");
  paraph_draft_add (draft, "silence", "no");
  charter = bench_talks_seal (self, 0, draft, &position);
  self->charter = charter->header->id;
  return charter;
}

static void
admit_everybody (BenchTalks *self, Channel *plenary)
{
  guint each = self->n_devices / self->n_delegations;

  for (guint i = 1; i < self->n_delegations; i++)
    {
      ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_JOINING);
      const ParaphHeader *joining;

      paraph_draft_add (draft, "seat", self->delegations[i].code);
      joining = write_record (self, plenary, i * each, draft);
      draft = paraph_draft_new (PARAPH_KIND_MEMBERSHIP);
      paraph_draft_add (draft, "change", "add");
      paraph_draft_add (draft, "seat", self->delegations[i].code);
      paraph_draft_add_id (draft, "delegation", &self->delegations[i].id);
      paraph_draft_add_id (draft, "joining", &joining->id);
      paraph_draft_add (draft, "history", "full");
      (void) write_record (self, plenary, 0, draft);
    }
}

static ParaphSealedRecord *
open_channel (BenchTalks *self, guint index)
{
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_CHANNEL);
  g_autofree char *name = g_strdup_printf ("Channel %u", index);
  ParaphPosition position = { .negotiation = self->charter,
                              .author = self->devices[0].powers.device,
                              .identity = self->delegations[0].head,
                              .clock = 1 };

  paraph_draft_add (draft, "name", name);
  for (guint i = 0; i < self->n_delegations; i++)
    {
      char hex[PARAPH_ID_HEX_SIZE + 1];
      g_autofree char *line = NULL;

      paraph_id_to_hex (&self->delegations[i].id, hex);
      line = g_strdup_printf ("%s %s party", hex, self->delegations[i].code);
      paraph_draft_add (draft, "member", line);
    }
  return bench_talks_seal (self, 0, draft, &position);
}

static void
open_text (BenchTalks *self, Channel *channel)
{
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_TEXT);

  paraph_draft_add (draft, "symbol", "AAA/L.1");
  paraph_draft_add (draft, "title", "A text");
  paraph_draft_add (draft, "standing", "basis");
  add_body (self, draft);
  channel->target = write_record (self, channel, 0, draft)->id;
}

/* Anybody says something: mostly positions, now and then a statement with a body. */
static void
speak (BenchTalks *self, Channel *channel, GRand *random)
{
  gboolean has_body = g_rand_int_range (random, 0, BODY_EACH) == 0;
  ParaphDraft *draft = paraph_draft_new (has_body ? PARAPH_KIND_STATEMENT : PARAPH_KIND_POSITION);

  if (has_body)
    {
      paraph_draft_add (draft, "type", "statement");
      add_body (self, draft);
    }
  else
    {
      paraph_draft_add_id (draft, "target", &channel->target);
      paraph_draft_add (draft, "stance", "reserve");
    }
  (void) write_record (self, channel, (guint) g_rand_int_range (random, 0, (gint) self->n_devices),
                       draft);
}

void
bench_talks_play (BenchTalks *self, guint n_channels, guint n_records)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autofree Channel *channels = g_new0 (Channel, n_channels + 1);

  channel_init (&channels[0], self, open_talks (self));
  admit_everybody (self, &channels[0]);
  for (guint i = 1; i <= n_channels; i++)
    channel_init (&channels[i], self, open_channel (self, i));
  for (guint i = 0; i <= n_channels; i++)
    open_text (self, &channels[i]);
  for (guint i = 0; i < n_records; i++)
    speak (self, &channels[g_rand_int_range (random, 0, (gint) n_channels + 1)], random);
  for (guint i = 0; i <= n_channels; i++)
    channel_clear (&channels[i]);
}

void
bench_talks_keep (const BenchTalks *self, ParaphStore *store)
{
  ParaphDatabase *database = paraph_store_get_database (store);
  g_autoptr (GError) error = NULL;
  gboolean is_kept = paraph_database_begin (database, &error);

  for (guint i = 0; i < self->records->len && is_kept; i++)
    is_kept = paraph_home_keep_record (store, g_ptr_array_index (self->records, i),
                                       PARAPH_RECORD_STATE_PLACED, NULL, &error);
  for (guint i = 0; i < self->blobs->len && is_kept; i++)
    {
      GBytes *blob = g_ptr_array_index (self->blobs, i);
      ParaphId id;

      paraph_sha256 (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &id);
      is_kept = paraph_blob_table_put (store, &id, blob, &error);
    }
  is_kept = is_kept && paraph_database_commit (database, &error);
  g_assert_no_error (error);
  g_assert_true (is_kept);
}

/* Printing. */

void
bench_print (const BenchRow *row)
{
  g_autofree char *reference =
      row->reference > 0.0
          ? g_strdup_printf ("%s %.4g %s", row->reference_name, row->reference, row->unit)
          : g_strdup (row->reference_name);
  g_autofree char *ratio = row->ratio > 0.0 ? g_strdup_printf ("%.2f", row->ratio) : g_strdup ("-");

  printf ("| %s | %.4g %s | %s | %s | %s | %s |\n", row->work, row->figure, row->unit, reference,
          ratio, row->budget,
          row->budget[0] == '-' ? "-"
          : row->is_met         ? "met"
                                : "MISSED");
  (void) fflush (stdout); /* the next row may take long */
}

double
bench_now (void)
{
  return (double) g_get_monotonic_time () / G_USEC_PER_SEC;
}

void
bench_remove_tree (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_SYMLINK) || !g_file_test (child, G_FILE_TEST_IS_DIR))
        (void) g_remove (child); /* a measure must not fail by what it leaves */
      else
        bench_remove_tree (child);
    }
  (void) g_remove (path); /* likewise */
}
