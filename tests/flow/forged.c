#include "tests/flow/forged.h"

#include "app/home-private.h"
#include "negotiation/packet.h"
#include "store/notice-table.h"
#include "store/setting-table.h"

/* Forging */

static void
add_text (TestForgery *self, ParaphDraft *draft)
{
  guint8 random[32];
  g_autoptr (GBytes) content = g_bytes_new (self->text, strlen (self->text));
  GBytes *blob = NULL;
  ParaphBody body = { .role = "text", .name = "main", .language = "en" };

  paraph_home_random (random, sizeof random);
  blob = paraph_blob_new (random, content);
  body.media_type = "text/plain;charset=utf-8";
  body.size = (gint64) g_bytes_get_size (blob);
  body.blob = test_hash (blob);
  paraph_draft_add_body (draft, &body);
  g_ptr_array_add (self->blobs, blob);
}

static gboolean
forge (ParaphHome *home, gpointer data, GError **error)
{
  TestForgery *self = data;
  ParaphChannel *channel = paraph_ledger_find_channel (home->ledger, &self->channel);
  g_autoptr (ParaphDraft) draft = paraph_draft_new (self->kind);
  g_autoptr (ParaphHeader) header = NULL;
  g_autofree char *name_space = NULL;
  ParaphDelegation own = { 0 };
  ParaphPosition position = { 0 };
  ParaphSignedBy by = { 0 };
  guint8 salt[16];

  for (guint i = 0; self->lines != NULL && self->lines[i] != NULL; i += 2)
    paraph_draft_add (draft, self->lines[i], self->lines[i + 1]);
  if (self->text != NULL)
    add_text (self, draft);
  g_assert_true (paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                                   &home->delegation, &own));
  g_assert_true (paraph_channel_next_place (channel, &home->device, &own.head, &position));
  position.negotiation = *paraph_channel_get_negotiation (channel);
  position.channel = self->channel;
  position.author = home->device;
  position.identity = own.head;
  if (self->bend != NULL)
    self->bend (&position, self->data);
  paraph_home_random (salt, sizeof salt);
  header = paraph_draft_finish (draft, &position, paraph_home_now (), salt, error);
  g_clear_pointer (&position.seen, g_array_unref);
  if (header == NULL)
    return FALSE;
  name_space = paraph_header_dup_namespace (header);
  if (!paraph_home_sign (home, name_space, &header->id, &by, error))
    return FALSE;
  self->sealed = paraph_sealed_record_new (header, &by, 1);
  return TRUE;
}

void
test_forge (TestDelegation *self, TestForgery *forgery)
{
  forgery->blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  test_run (self, forge, forgery);
}

void
test_forgery_clear (TestForgery *self)
{
  g_clear_pointer (&self->sealed, paraph_sealed_record_unref);
  g_clear_pointer (&self->blobs, g_ptr_array_unref);
}

/* Sending */

typedef struct
{
  ParaphPacket *packet;
  const ParaphId *channel;
  ParaphId device;
} Letter;

static gboolean
pack_letter (ParaphHome *home, gpointer data, GError **error)
{
  Letter *self = data;
  ParaphChannel *channel =
      self->channel == NULL ? NULL : paraph_ledger_find_channel (home->ledger, self->channel);

  g_assert_true (paraph_outbound_packet (
      home, &self->device, self->packet,
      channel == NULL ? NULL : paraph_channel_get_negotiation (channel), self->channel, error));
  return TRUE;
}

void
test_send_packet (TestDelegation *self, ParaphPacket *packet, const ParaphId *channel,
                  const TestDelegation *to)
{
  Letter letter = { packet, channel, to->device };

  test_run (self, pack_letter, &letter);
}

void
test_send_forged (TestDelegation *self, const TestForgery *forgery, const TestDelegation *to)
{
  g_autoptr (ParaphPacket) packet = paraph_packet_new_record (forgery->sealed, forgery->blobs);

  test_send_packet (self, packet, &forgery->channel, to);
}

void
test_send_have (TestDelegation *self, const ParaphId *channel, const ParaphPlace *place,
                ParaphSealedRecord *last_own, const TestDelegation *to)
{
  g_autoptr (GArray) tips = g_array_new (FALSE, TRUE, sizeof (ParaphTip));
  g_autoptr (ParaphPacket) packet = NULL;
  ParaphTip tip = { .place = *place };
  ParaphHave have = { .channel = *channel, .pages = 1, .tips = tips, .last_own = last_own };

  g_array_append_val (tips, tip);
  packet = paraph_packet_new_have (&have);
  test_send_packet (self, packet, channel, to);
}

static gboolean
get_mail_path (ParaphHome *home, gpointer data, GError **error)
{
  g_autofree char *pouch = NULL;
  g_autofree char *mailbox = NULL;

  if (!paraph_setting_table_get (home->store, "pouch", &pouch, error)
      || !paraph_setting_table_get (home->store, "mailbox", &mailbox, error))
    return FALSE;
  *(char **) data = g_build_filename (pouch, mailbox, "new", NULL);
  return TRUE;
}

/* What others have told it would stop it: its own home does not hold what it has forged. */
void
test_post (TestDelegation *self)
{
  g_autofree char *path = NULL;
  ParaphSyncReport report = { 0 };

  test_run (self, get_mail_path, &path);
  test_home_remove_tree (path);
  test_sync (self, &report);
  g_assert_cmpuint (report.received, ==, 0);
  g_assert_cmpuint (report.sent, >, 0);
}

/* Notices */

typedef struct
{
  const char *kind;
  const ParaphId *record;
  guint count;
} Notices;

static gboolean
count_notices (ParaphHome *home, gpointer data, GError **error)
{
  Notices *self = data;
  g_autoptr (GPtrArray) rows = NULL;

  if (!paraph_notice_table_list (home->store, FALSE, 0, 4096, &rows, error))
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const ParaphNoticeRow *row = g_ptr_array_index (rows, i);

      if (strcmp (row->kind, self->kind) == 0
          && (self->record == NULL || paraph_id_equal (&row->record, self->record)))
        self->count++;
    }
  return TRUE;
}

guint
test_count_notices (TestDelegation *self, const char *kind, const ParaphId *record)
{
  Notices notices = { kind, record, 0 };

  test_run (self, count_notices, &notices);
  return notices.count;
}
