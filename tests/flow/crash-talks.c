#include "tests/flow/crash-talks.h"

#include <string.h>

#include "app/outbound.h"
#include "app/sync.h"
#include "crypto/hash.h"
#include "crypto/start.h"
#include "tests/flow/crash-checks.h"
#include "tests/flow/flow-test.h"
#include "tests/flow/test-clock.h"

#define BODY_SIZE ((gsize) 40 * 1024)
#define ROUNDS_MAX 5
#define ROUND_SECONDS 1200

static const char *const codes[CRASH_HOMES] = { "AST", "BOR" };

void
crash_talks_init (CrashTalks *self)
{
  static const char *const names[CRASH_HOMES] = { "a", "b" };
  char in_memory[] = "/dev/shm/paraph-crash-XXXXXX";
  GError *error = NULL;

  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  self->parent = g_strdup (g_mkdtemp (in_memory));
  if (self->parent == NULL)
    self->parent = g_dir_make_tmp ("paraph-crash-XXXXXX", &error);
  g_assert_no_error (error);
  self->now = g_build_filename (self->parent, "now", NULL);
  self->cut = g_strconcat (self->now, ".cut", NULL);
  self->pouch = g_build_filename (self->now, "pouch", NULL);
  g_assert_cmpint (g_mkdir (self->now, 0700), ==, 0);
  for (guint i = 0; i < CRASH_HOMES; i++)
    {
      self->homes[i] = g_build_filename (self->now, names[i], NULL);
      g_assert_cmpint (paraph_secret_new_random ("test key", 32, &self->keys[i]), ==, 0);
    }
}

void
crash_talks_clear (CrashTalks *self)
{
  test_home_remove_tree (self->parent);
  for (guint i = 0; i < CRASH_HOMES; i++)
    {
      paraph_secret_clear (&self->keys[i]);
      g_free (self->homes[i]);
    }
  g_free (self->pouch);
  g_free (self->cut);
  g_free (self->now);
  g_free (self->parent);
}

ParaphClient *
crash_open (const CrashTalks *self, guint home, gboolean founded, GError **error)
{
  ParaphStoreOpening opening = { .directory = self->homes[home], .key = self->keys[home] };
  ParaphHomeFounding founding = {
    .delegation = codes[home], .code = codes[home], .person = "First Person", .pouch = self->pouch
  };
  g_autoptr (ParaphClient) client = paraph_client_new ();

  if (!paraph_client_open (client, &opening, founded ? NULL : &founding, error))
    return NULL;
  return g_steal_pointer (&client);
}

static void
run (ParaphClient *client, ParaphHomeFunc verb, gpointer data)
{
  GError *error = NULL;
  gboolean is_done = paraph_client_run (client, verb, data, FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (is_done);
}

void
crash_exchange_cards (const CrashTalks *self)
{
  ParaphClient *clients[CRASH_HOMES];
  GBytes *cards[CRASH_HOMES];

  for (guint i = 0; i < CRASH_HOMES; i++)
    {
      clients[i] = crash_open (self, i, TRUE, NULL);
      run (clients[i], test_make_card, &cards[i]);
    }
  for (guint i = 0; i < CRASH_HOMES; i++)
    {
      run (clients[i], test_take_card, cards[1 - i]);
      g_assert_true (paraph_client_close (clients[i], NULL));
      paraph_client_free (clients[i]);
    }
  g_bytes_unref (cards[0]);
  g_bytes_unref (cards[1]);
}

/* Steps */

static gboolean
make (ParaphHome *home, ParaphKind kind, const char *const *lines, const char *text, GError **error)
{
  TestRecord record = { .kind = kind, .lines = lines, .text = text };
  ParaphChannel *channel = crash_get_channel (home);

  if (channel != NULL)
    {
      record.negotiation = *paraph_channel_get_negotiation (channel);
      record.channel = *paraph_channel_get_id (channel);
    }
  return test_make_record_verb (home, &record, error);
}

static gboolean
make_charter (ParaphHome *home, gpointer data, GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  g_autoptr (GArray) all = paraph_identities_list (identities);
  guint other = paraph_id_equal (&g_array_index (all, ParaphId, 0), &home->delegation) ? 1 : 0;
  g_autofree char *a = test_hex (&home->delegation);
  g_autofree char *b = test_hex (&g_array_index (all, ParaphId, other));
  g_autofree char *seat_a = g_strdup_printf ("AST party %s Asteria", a);
  g_autofree char *seat_b = g_strdup_printf ("BOR party %s Boreal", b);
  const char *const lines[] = { "title",     "Talks about the river",
                                "seat",      seat_a,
                                "seat",      seat_b,
                                "rule",      "unanimity",
                                "admission", "convener",
                                "language",  "en",
                                "zone",      "UTC",
                                "issuer",    "AST",
                                "adoption",  "moves",
                                "silence",   "no",
                                NULL };

  (void) data;
  return make (home, PARAPH_KIND_CHARTER, lines, NULL, error);
}

static gboolean
make_joining (ParaphHome *home, gpointer data, GError **error)
{
  static const char *const lines[] = { "seat", "BOR", NULL };

  (void) data;
  return make (home, PARAPH_KIND_JOINING, lines, NULL, error);
}

static gboolean
make_membership (ParaphHome *home, gpointer data, GError **error)
{
  ParaphEntry *joining = crash_find (home, PARAPH_KIND_JOINING, NULL);
  g_autofree char *delegation = NULL;
  g_autofree char *id = NULL;

  (void) data;
  g_assert_nonnull (joining);
  delegation = test_hex (&paraph_record_get_powers (paraph_entry_get_record (joining))->delegation);
  id = test_hex (&paraph_entry_get_header (joining)->id);
  {
    const char *const lines[] = { "change",  "add", "seat",    "BOR",  "delegation", delegation,
                                  "joining", id,    "history", "full", NULL };

    return make (home, PARAPH_KIND_MEMBERSHIP, lines, NULL, error);
  }
}

/* Large enough for several envelopes. */
static gboolean
make_text (ParaphHome *home, gpointer data, GError **error)
{
  const CrashStep *step = data;
  const char *const lines[] = { "symbol",   step->name, "title", "An article",
                                "standing", "basis",    NULL };
  g_autofree char *text = g_strnfill (BODY_SIZE, 'x');

  for (gsize i = 63; i < BODY_SIZE; i += 64)
    text[i] = '\n';
  return make (home, PARAPH_KIND_TEXT, lines, text, error);
}

static gboolean
make_talk (ParaphHome *home, gpointer data, GError **error)
{
  const CrashStep *step = data;
  ParaphChannel *channel = crash_get_channel (home);

  return paraph_outbound_talk (home, paraph_channel_get_id (channel), step->name, NULL, NULL,
                               error);
}

/* First the start of sessions and a text made before its reader joins, which has to be asked for;
 * then texts and talk both ways over sessions that stand. */
const CrashStep crash_steps[] = {
  { 0, "charter", make_charter },
  { 0, NULL, NULL },
  { 1, NULL, NULL },
  { 1, "joining", make_joining },
  { 1, NULL, NULL },
  { 0, "AST/T1", make_text },
  { 0, NULL, NULL },
  { 0, "membership", make_membership },
  { 0, NULL, NULL },
  { 1, NULL, NULL },
  { 0, NULL, NULL },
  { 1, NULL, NULL },
  { 0, NULL, NULL },
  { 1, NULL, NULL },
  { 0, "AST/T2", make_text },
  { 0, "Shall we meet at the bridge?", make_talk },
  { 0, NULL, NULL },
  { 1, NULL, NULL },
  { 0, NULL, NULL },
  { 1, NULL, NULL },
  { 1, "BOR/T1", make_text },
  { 1, "At noon.", make_talk },
  { 1, NULL, NULL },
  { 0, NULL, NULL },
  { 1, NULL, NULL },
};
const guint crash_n_steps = G_N_ELEMENTS (crash_steps);

/* After everything: once more both ways. */
static const CrashStep last_steps[] = {
  { 0, "AST/T9", make_text },
  { 1, "BOR/T9", make_text },
  { 0, "Is this heard?", make_talk },
  { 1, "It is.", make_talk },
};

static gboolean
sync_verb (ParaphHome *home, gpointer data, GError **error)
{
  return paraph_sync_run (home, data, error);
}

gboolean
crash_do (ParaphClient *client, const CrashStep *step, GError **error)
{
  ParaphSyncReport report = { 0 };

  if (step->act == NULL)
    return paraph_client_run (client, sync_verb, &report, TRUE, error);
  return paraph_client_run (client, step->act, (gpointer) (guintptr) step, FALSE, error);
}

typedef struct
{
  const CrashStep *step;
  gboolean is_done;
} Question;

static gboolean
look (ParaphHome *home, gpointer data, GError **error)
{
  Question *self = data;
  const char *name = self->step->name;

  if (self->step->act == make_talk)
    return crash_count_talk (home, name, &self->is_done, error);
  self->is_done = crash_find (home,
                              self->step->act == make_charter   ? PARAPH_KIND_CHARTER
                              : self->step->act == make_joining ? PARAPH_KIND_JOINING
                              : self->step->act == make_text    ? PARAPH_KIND_TEXT
                                                                : PARAPH_KIND_MEMBERSHIP,
                              self->step->act == make_text ? name : NULL)
                  != NULL;
  return TRUE;
}

gboolean
crash_is_done (ParaphClient *client, const CrashStep *step)
{
  Question question = { step, TRUE };

  if (step->act != NULL)
    run (client, look, &question);
  return question.is_done;
}

/* To the end */

static void
do_well (ParaphClient *const *clients, const CrashStep *step)
{
  GError *error = NULL;
  gboolean is_done = crash_do (clients[step->home], step, &error);

  g_assert_no_error (error);
  g_assert_true (is_done);
}

/* Both sync until nothing moves. All rests together take less than a day: what is sent again only
 * after a day, for want of a receipt, was lost. */
static void
rest (ParaphClient *const *clients)
{
  static gint64 ahead;
  guint64 moved = 1;
  guint rounds = 0;

  for (; moved > 0; rounds++)
    {
      g_assert_cmpuint (rounds, <=, ROUNDS_MAX);
      moved = 0;
      test_clock_set (ahead += ROUND_SECONDS);
      for (guint i = 0; i < CRASH_HOMES; i++)
        {
          ParaphSyncReport report = { 0 };
          GError *error = NULL;

          (void) paraph_client_run (clients[i], sync_verb, &report, TRUE, &error);
          g_assert_no_error (error);
          g_assert_cmpuint (report.refused, ==, 0);
          moved += report.received + report.sent;
        }
      for (guint i = 0; i < CRASH_HOMES; i++)
        run (clients[i], crash_count_outbox, &moved);
    }
}

static const char *const talk[] = { "Shall we meet at the bridge?", "At noon.", "Is this heard?",
                                    "It is.", NULL };
static const char *const texts[] = { "AST/T1", "AST/T2", "AST/T9", "BOR/T1", "BOR/T9", NULL };

void
crash_finish (const CrashTalks *self, const CrashStep *step, gboolean must)
{
  ParaphClient *clients[CRASH_HOMES];
  CrashPicture picture = { texts, talk, NULL };

  for (guint i = 0; i < CRASH_HOMES; i++)
    {
      GError *error = NULL;

      clients[i] = crash_open (self, i, TRUE, &error);
      g_assert_no_error (error);
    }
  if (!crash_is_done (clients[step->home], step))
    {
      g_assert_false (must);
      do_well (clients, step);
    }
  rest (clients);
  for (const CrashStep *next = step + 1; next < crash_steps + crash_n_steps; next++)
    if (next->act != NULL)
      {
        do_well (clients, next);
        rest (clients);
      }
  for (guint i = 0; i < G_N_ELEMENTS (last_steps); i++)
    do_well (clients, &last_steps[i]);
  rest (clients);
  for (guint i = 0; i < CRASH_HOMES; i++)
    run (clients[i], crash_check_home, &picture);
  crash_check_pouch (self->pouch);
  g_free (picture.tips);
  for (guint i = 0; i < CRASH_HOMES; i++)
    {
      GError *error = NULL;

      (void) paraph_client_close (clients[i], &error);
      g_assert_no_error (error);
      paraph_client_free (clients[i]);
    }
}
