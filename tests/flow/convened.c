#include "tests/flow/convened.h"

#include "negotiation/judge.h"

typedef struct
{
  ParaphId channel;
  GPtrArray *records; /* ParaphSealedRecord */
} Records;

static gboolean
list_own_identity (ParaphHome *home, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) addresses = NULL;

  return paraph_home_list_card (home, &home->delegation, data, &addresses, error);
}

static gboolean
list_channel (ParaphHome *home, gpointer data, GError **error)
{
  Records *self = data;
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &self->channel);
  const GPtrArray *entries = NULL;

  (void) error;
  g_assert_nonnull (channel);
  entries = paraph_channel_list (channel);
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (self->records, paraph_sealed_record_ref (paraph_record_get_sealed (
                                        paraph_entry_get_record (g_ptr_array_index (entries, i)))));
  return TRUE;
}

GPtrArray *
test_list_records (TestDelegation *self, const ParaphId *channel)
{
  Records records = { *channel, g_ptr_array_new_with_free_func (
                                    (GDestroyNotify) paraph_sealed_record_unref) };

  test_run (self, list_channel, &records);
  return records.records;
}

static gboolean
take_records (ParaphHome *home, gpointer data, GError **error)
{
  GPtrArray *records = data;

  for (guint i = 0; i < records->len; i++)
    {
      ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

      if (!paraph_inbound_record (home, g_ptr_array_index (records, i), NULL, NULL, &outcome,
                                  error))
        return FALSE;
      g_assert_true (outcome == PARAPH_OUTCOME_APPLIED || outcome == PARAPH_OUTCOME_ALREADY_HAD);
    }
  return TRUE;
}

void
test_talks_hand_over (TestDelegation *from, TestDelegation *to, const ParaphId *channel)
{
  g_autoptr (GPtrArray) records = test_list_records (from, channel);

  test_run (to, take_records, records);
}

/* Only the records: without addresses nothing can be sent yet. */
static void
exchange_identities (TestTalks *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      g_autoptr (GPtrArray) records = NULL;

      test_run (&self->delegations[i], list_own_identity, &records);
      for (guint j = 0; j < self->n; j++)
        if (j != i)
          test_run (&self->delegations[j], take_records, records);
    }
}

static void
convene (TestTalks *self, ParaphId *ret_charter)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  static const char *const rest[] = { "rule",     "unanimity", "admission", "convener", "language",
                                      "en",       "zone",      "UTC",       "issuer",   "AST",
                                      "adoption", "moves",     "silence",   "no" };
  TestRecord charter = { .kind = PARAPH_KIND_CHARTER };

  g_ptr_array_add (lines, g_strdup ("title"));
  g_ptr_array_add (lines, g_strdup ("Talks about the river"));
  for (guint i = 0; i < self->n; i++)
    {
      g_autofree char *hex = test_hex (&self->delegations[i].delegation);

      g_ptr_array_add (lines, g_strdup ("seat"));
      g_ptr_array_add (
          lines, g_strdup_printf ("%s party %s Seat %u", self->delegations[i].code, hex, i + 1));
    }
  for (guint i = 0; i < G_N_ELEMENTS (rest); i++)
    g_ptr_array_add (lines, g_strdup (rest[i]));
  g_ptr_array_add (lines, NULL);
  charter.lines = (const char *const *) lines->pdata;
  test_make_record (&self->delegations[0], &charter);
  *ret_charter = charter.id;
}

static void
join_all (TestTalks *self, const ParaphId *charter)
{
  for (guint i = 1; i < self->n; i++)
    {
      TestDelegation *one = &self->delegations[i];
      const char *const lines[] = { "seat", one->code, NULL };
      TestRecord joining = { PARAPH_KIND_JOINING, lines, *charter, *charter, NULL, { { 0 } } };

      test_talks_hand_over (&self->delegations[0], one, charter);
      test_make_record (one, &joining);
      test_talks_hand_over (one, &self->delegations[0], charter);
    }
}

static ParaphId
find_joining (TestTalks *self, const ParaphId *charter, guint index)
{
  g_autoptr (GPtrArray) records = test_list_records (&self->delegations[0], charter);

  for (guint i = 0; i < records->len; i++)
    {
      const ParaphHeader *header = ((ParaphSealedRecord *) g_ptr_array_index (records, i))->header;

      if (header->kind == PARAPH_KIND_JOINING
          && paraph_id_equal (&header->author, &self->delegations[index].device))
        return header->id;
    }
  g_assert_not_reached ();
}

void
test_talks_admit (TestTalks *self, const ParaphId *charter, guint index, const char *history)
{
  ParaphId joining = find_joining (self, charter, index);
  g_autofree char *joining_id = test_hex (&joining);
  g_autofree char *delegation = test_hex (&self->delegations[index].delegation);
  const char *const add[] = { "change",     "add",      "seat",    self->delegations[index].code,
                              "delegation", delegation, "joining", joining_id,
                              "history",    history,    NULL };
  TestRecord membership = { PARAPH_KIND_MEMBERSHIP, add, *charter, *charter, NULL, { { 0 } } };

  test_make_record (&self->delegations[0], &membership);
}

void
test_talks_init_joined (TestTalks *self, guint n, ParaphId *ret_charter)
{
  test_talks_init (self, n);
  exchange_identities (self);
  convene (self, ret_charter);
  join_all (self, ret_charter);
}

void
test_talks_init_convened (TestTalks *self, guint n, ParaphId *ret_charter)
{
  test_talks_init_joined (self, n, ret_charter);
  for (guint i = 1; i < n; i++)
    test_talks_admit (self, ret_charter, i, "full");
  for (guint i = 1; i < n; i++)
    test_talks_hand_over (&self->delegations[0], &self->delegations[i], ret_charter);
  test_talks_exchange_cards (self);
}

static guint
count_files (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;
  guint count = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      count += g_file_test (child, G_FILE_TEST_IS_DIR) ? count_files (child) : 1;
    }
  if (dir != NULL)
    g_dir_close (dir);
  return count;
}

guint
test_talks_count_mail (TestTalks *self)
{
  guint files = count_files (self->pouch);

  g_assert_cmpuint (files, >=, 1); /* the marker */
  return files - 1;
}

static gboolean
count_outbox (ParaphHome *home, gpointer data, GError **error)
{
  ParaphOutboxCounts counts = { 0, 0 };

  if (!paraph_outbox_table_count (home->store, &counts, error))
    return FALSE;
  *(guint64 *) data += counts.queued + counts.accepted;
  return TRUE;
}

guint64
test_talks_count_outboxes (TestTalks *self)
{
  guint64 rows = 0;

  for (guint i = 0; i < self->n; i++)
    test_run (&self->delegations[i], count_outbox, &rows);
  return rows;
}
