#include "tests/flow/crash-checks.h"

#include "app/audit.h"
#include "negotiation/judge.h"
#include "negotiation/packet.h"
#include "store/blob-table.h"
#include "store/inbox-table.h"
#include "store/notice-table.h"
#include "store/outbox-table.h"
#include "store/record-table.h"
#include "store/talk-table.h"
#include "tests/flow/flow-test.h"

#define TALK_MAX 64

ParaphChannel *
crash_get_channel (ParaphHome *home)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);

  g_assert_cmpuint (channels->len, <=, 1);
  return channels->len == 0 ? NULL : g_ptr_array_index (channels, 0);
}

ParaphEntry *
crash_find (ParaphHome *home, ParaphKind kind, const char *symbol)
{
  ParaphChannel *channel = crash_get_channel (home);
  const GPtrArray *entries = channel == NULL ? NULL : paraph_channel_list (channel);
  ParaphEntry *found = NULL;

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (entries, i);
      const ParaphHeader *header = paraph_entry_get_header (entry);

      if (header->kind != kind
          || (symbol != NULL
              && g_strcmp0 (paraph_header_get_value (header, "symbol"), symbol) != 0))
        continue;
      g_assert_null (found);
      found = entry;
    }
  return found;
}

/* The words of a row of talk. (transfer full) */
static char *
read_words (const ParaphTalkRow *row)
{
  GError *error = NULL;
  g_autoptr (ParaphPacket) packet = paraph_packet_parse (row->payload, &error);

  g_assert_no_error (error);
  return g_strdup (packet->talk.words);
}

static gboolean
list_talk (ParaphHome *home, GPtrArray **ret_rows, GError **error)
{
  return paraph_talk_table_list (home->store, paraph_channel_get_id (crash_get_channel (home)), 0,
                                 TALK_MAX, ret_rows, error);
}

gboolean
crash_count_talk (ParaphHome *home, const char *words, gboolean *ret_is_said, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  *ret_is_said = FALSE;
  if (!list_talk (home, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      g_autofree char *said = read_words (g_ptr_array_index (rows, i));

      if (g_strcmp0 (said, words) != 0)
        continue;
      g_assert_false (*ret_is_said);
      *ret_is_said = TRUE;
    }
  return TRUE;
}

gboolean
crash_count_outbox (ParaphHome *home, gpointer data, GError **error)
{
  ParaphOutboxCounts counts = { 0, 0 };

  if (!paraph_outbox_table_count (home->store, &counts, error))
    return FALSE;
  *(guint64 *) data += counts.queued + counts.accepted;
  return TRUE;
}

/* Every record with full effect and its bodies; of all kinds but checkpoints as many as there are. */
static void
check_records (ParaphHome *home, const char *const *texts)
{
  const GPtrArray *entries = paraph_channel_list (crash_get_channel (home));
  guint n = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (entries, i);
      const ParaphHeader *header = paraph_entry_get_header (entry);

      g_assert_cmpint (paraph_entry_get_effect (entry), ==, PARAPH_EFFECT_FULL);
      n += header->kind == PARAPH_KIND_CHECKPOINT ? 0 : 1;
      for (guint j = 0; j < header->n_bodies; j++)
        {
          gboolean has = FALSE;

          assert_done (paraph_blob_table_has (home->store, &header->bodies[j].blob, &has, E));
          g_assert_true (has);
        }
    }
  g_assert_nonnull (crash_find (home, PARAPH_KIND_CHARTER, NULL));
  g_assert_nonnull (crash_find (home, PARAPH_KIND_JOINING, NULL));
  g_assert_nonnull (crash_find (home, PARAPH_KIND_MEMBERSHIP, NULL));
  for (guint i = 0; texts[i] != NULL; i++)
    g_assert_nonnull (crash_find (home, PARAPH_KIND_TEXT, texts[i]));
  g_assert_cmpuint (n, ==, 3 + g_strv_length ((char **) (guintptr) texts));
}

static void
check_talk (ParaphHome *home, const char *const *talk)
{
  g_autoptr (GPtrArray) rows = NULL;

  assert_done (list_talk (home, &rows, E));
  g_assert_cmpuint (rows->len, ==, g_strv_length ((char **) (guintptr) talk));
  for (guint i = 0; talk[i] != NULL; i++)
    {
      gboolean is_said = FALSE;

      assert_done (crash_count_talk (home, talk[i], &is_said, E));
      g_assert_true (is_said);
    }
}

/* Nothing half open, nothing held back, and nothing that a person would be told of. */
static void
check_quiet (ParaphHome *home)
{
  g_autoptr (GPtrArray) notices = NULL;
  guint64 held = 0;
  guint64 bytes = 0;
  guint64 waiting = 0;

  assert_done (paraph_notice_table_list (home->store, FALSE, 0, 8, &notices, E));
  for (guint i = 0; i < notices->len; i++)
    g_assert_cmpstr (((ParaphNoticeRow *) g_ptr_array_index (notices, i))->kind, ==, "no notice");
  assert_done (paraph_inbox_table_total_held (home->store, &held, &bytes, E));
  g_assert_cmpuint (held, ==, 0);
  assert_done (paraph_record_table_count (home->store, PARAPH_RECORD_STATE_WAITING, &waiting, E));
  g_assert_cmpuint (waiting, ==, 0);
}

static void
check_tips (ParaphHome *home, CrashPicture *picture)
{
  g_autoptr (GArray) tips = paraph_channel_list_tips (crash_get_channel (home));
  GString *said = g_string_new (NULL);

  for (guint i = 0; i < tips->len; i++)
    {
      const ParaphPlace *place = &g_array_index (tips, ParaphPlace, i);
      g_autofree char *hex = test_hex (&place->id);

      g_string_append_printf (said, "%" G_GINT64_FORMAT " %s\n", place->number, hex);
    }
  g_assert_cmpuint (tips->len, ==, 2); /* one chain each: no fork */
  if (picture->tips != NULL)
    g_assert_cmpstr (picture->tips, ==, said->str);
  g_free (picture->tips);
  picture->tips = g_string_free (said, FALSE);
}

gboolean
crash_check_home (ParaphHome *home, gpointer data, GError **error)
{
  CrashPicture *picture = data;
  g_autoptr (ParaphAudit) audit = paraph_audit_home (home, FALSE, NULL, NULL, error);

  if (audit == NULL)
    return FALSE;
  for (guint i = 0; i < audit->findings->len; i++)
    {
      const ParaphFinding *finding = g_ptr_array_index (audit->findings, i);

      g_assert_cmpstr (finding->kind, ==, "no finding");
    }
  g_assert_true (audit->is_good);
  check_records (home, picture->texts);
  check_talk (home, picture->talk);
  check_quiet (home);
  check_tips (home, picture);
  return TRUE;
}

void
crash_check_pouch (const char *pouch)
{
  g_autoptr (GDir) dir = g_dir_open (pouch, 0, NULL);
  const char *name;
  guint mailboxes = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (pouch, name, "new", NULL);
      g_autoptr (GDir) box = g_dir_open (path, 0, NULL);

      if (box == NULL)
        continue; /* the marker */
      mailboxes++;
      g_assert_null (g_dir_read_name (box));
    }
  g_assert_cmpuint (mailboxes, ==, 2);
}
