#include "flow-test.h"

void
test_run (TestDelegation *self, ParaphHomeFunc verb, gpointer data)
{
  GError *error = NULL;
  gboolean done = paraph_client_run (self->client, verb, data, FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (done);
}

static gboolean
test_get_own (ParaphHome *home, gpointer data, GError **error)
{
  TestDelegation *self = data;

  (void) error;
  self->delegation = home->delegation;
  self->device = home->device;
  return TRUE;
}

gboolean
test_make_card (ParaphHome *home, gpointer data, GError **error)
{
  *(GBytes **) data = paraph_home_make_card (home, &home->delegation, error);
  return *(GBytes **) data != NULL;
}

gboolean
test_take_card (ParaphHome *home, gpointer data, GError **error)
{
  ParaphId delegation = { { 0 } };

  return paraph_inbound_card (home, data, &delegation, error);
}

/* AST, BOR, CIR, then as many as are wanted. */
static void
test_make_code (guint index, char ret_code[TEST_CODE_SIZE])
{
  static const char *const codes[] = { "AST", "BOR", "CIR" };

  if (index < G_N_ELEMENTS (codes))
    g_strlcpy (ret_code, codes[index], TEST_CODE_SIZE);
  else
    g_snprintf (ret_code, TEST_CODE_SIZE, "X%c%c", (int) ('A' + index / 26 % 26),
                (int) ('A' + index % 26));
}

void
test_talks_init (TestTalks *self, guint n)
{
  GError *error = NULL;

  self->n = n;
  self->delegations = g_new0 (TestDelegation, n);
  self->parent = g_dir_make_tmp ("paraph-flow-XXXXXX", &error);
  g_assert_no_error (error);
  self->pouch = g_build_filename (self->parent, "pouch", NULL);
  for (guint i = 0; i < n; i++)
    {
      TestDelegation *one = &self->delegations[i];
      g_autofree char *name = NULL;
      ParaphHomeFounding founding = { .code = one->code,
                                      .person = "First Person",
                                      .pouch = self->pouch };
      gboolean is_open = FALSE;

      test_make_code (i, one->code);
      name = g_strdup_printf ("Delegation of %s", one->code);
      founding.delegation = name;
      test_home_init (&one->home);
      one->client = paraph_client_new ();
      is_open = paraph_client_open (one->client, &one->home.opening, &founding, &error);
      g_assert_no_error (error);
      g_assert_true (is_open);
      test_run (one, test_get_own, one);
    }
}

void
test_talks_exchange_cards (TestTalks *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      g_autoptr (GBytes) card = NULL;

      test_run (&self->delegations[i], test_make_card, &card);
      for (guint j = 0; j < self->n; j++)
        if (j != i)
          test_run (&self->delegations[j], test_take_card, card);
    }
}

void
test_talks_clear (TestTalks *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      GError *error = NULL;

      g_assert_true (paraph_client_close (self->delegations[i].client, &error));
      g_assert_no_error (error);
      paraph_client_free (self->delegations[i].client);
      test_home_clear (&self->delegations[i].home);
    }
  test_home_remove_tree (self->parent);
  g_free (self->delegations);
  g_free (self->pouch);
  g_free (self->parent);
}

static gboolean
test_sync_verb (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_sync_run (home, data, error);
}

void
test_sync (TestDelegation *self, ParaphSyncReport *report)
{
  GError *error = NULL;

  paraph_client_run (self->client, test_sync_verb, report, TRUE, &error);
  g_assert_no_error (error);
}

static gboolean
test_count_outbox (ParaphHome *home, gpointer data, GError **error)
{
  ParaphOutboxCounts counts = { 0, 0 };

  if (!paraph_outbox_table_count (home->store, &counts, error))
    return FALSE;
  *(guint64 *) data += counts.queued + counts.accepted;
  return TRUE;
}

guint
test_talks_rest (TestTalks *self)
{
  for (guint round = 1; round <= 12; round++)
    {
      guint64 open = 0;
      guint moved = 0;

      for (guint i = 0; i < self->n; i++)
        {
          ParaphSyncReport report = { 0 };

          test_sync (&self->delegations[i], &report);
          moved += report.received + report.sent;
          g_assert_cmpuint (report.refused, ==, 0);
        }
      for (guint i = 0; i < self->n; i++)
        test_run (&self->delegations[i], test_count_outbox, &open);
      g_test_message ("round %u: moved %u, outbox %" G_GUINT64_FORMAT, round, moved, open);
      if (moved == 0 && open == 0)
        return round;
    }
  g_assert_not_reached ();
}

gboolean
test_make_record_verb (ParaphHome *home, gpointer data, GError **error)
{
  TestRecord *self = data;
  g_autoptr (ParaphDraft) draft = paraph_draft_new (self->kind);
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  ParaphWhere where = { self->negotiation, self->channel };

  for (guint i = 0; self->lines[i] != NULL; i += 2)
    paraph_draft_add (draft, self->lines[i], self->lines[i + 1]);
  if (self->text != NULL)
    {
      guint8 random[32];
      g_autoptr (GBytes) content = g_bytes_new (self->text, strlen (self->text));
      GBytes *blob = NULL;
      ParaphBody body = { .role = "text", .name = "main", .language = "en" };

      paraph_home_random (random, sizeof random);
      blob = paraph_blob_new (random, content);
      body.media_type = "text/plain;charset=utf-8";
      body.size = (gint64) g_bytes_get_size (blob);
      paraph_sha256 (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &body.blob);
      paraph_draft_add_body (draft, &body);
      g_ptr_array_add (blobs, blob);
    }
  return paraph_outbound_record (home, draft, &where, blobs, &self->id, error);
}

void
test_make_record (TestDelegation *self, TestRecord *record)
{
  test_run (self, test_make_record_verb, record);
}

char *
test_hex (const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (id, hex);
  return g_strdup (hex);
}
