/* Records as rows of the store, and back. */

#include "app/home-private.h"

#include <string.h>

#include "crypto/hash.h"
#include "store/notice-table.h"
#include "store/setting-table.h"

static void
fill_row (ParaphStoredRecord *row, ParaphSealedRecord *sealed)
{
  const ParaphHeader *header = sealed->header;

  row->id = header->id;
  row->record_class = paraph_kind_is_identity (header->kind) ? PARAPH_RECORD_CLASS_IDENTITY
                                                             : PARAPH_RECORD_CLASS_CHAIN;
  row->negotiation = header->negotiation;
  row->channel = header->channel;
  row->author = header->author;
  row->number = (guint64) header->number;
  row->clock = (guint64) header->clock;
  row->header = header->bytes;
  row->arrived = paraph_home_now ();
}

static ParaphStoredSignature *
copy_signatures (const ParaphSealedRecord *sealed)
{
  ParaphStoredSignature *signatures = g_new0 (ParaphStoredSignature, sealed->n_signatures + 1);

  for (guint i = 0; i < sealed->n_signatures; i++)
    {
      signatures[i].key = sealed->signatures[i].key;
      signatures[i].signature = sealed->signatures[i].signature;
    }
  return signatures;
}

gboolean
paraph_home_keep_record (ParaphStore *store, ParaphSealedRecord *sealed, ParaphRecordState state,
                         const ParaphId *carrier, GError **error)
{
  g_autoptr (ParaphStoredRecord) held = NULL;
  g_autofree ParaphStoredSignature *signatures = NULL;
  g_autofree char *kind = g_strdup (sealed->header->kind_word);
  ParaphStoredRecord row = { 0 };

  if (!paraph_record_table_get (store, &sealed->header->id, &held, error))
    return FALSE;
  signatures = copy_signatures (sealed);
  if (held != NULL)
    return held->state == state
           || (paraph_record_table_set_state (store, &sealed->header->id, state, error)
               && paraph_record_table_set_signatures (store, &sealed->header->id, signatures,
                                                      sealed->n_signatures, error));

  fill_row (&row, sealed);
  row.kind = kind;
  row.state = state;
  row.signatures = signatures;
  row.n_signatures = sealed->n_signatures;
  if (carrier != NULL)
    row.carrier = *carrier;
  return paraph_record_table_insert (store, &row, error);
}

/* The columns only index what the header says. */
static gboolean
is_row_of (const ParaphStoredRecord *row, const ParaphHeader *header)
{
  return paraph_id_equal (&header->id, &row->id) && paraph_id_equal (&header->author, &row->author)
         && paraph_id_equal (&header->channel, &row->channel)
         && paraph_id_equal (&header->negotiation, &row->negotiation)
         && (guint64) header->number == row->number && (guint64) header->clock == row->clock
         && g_strcmp0 (header->kind_word, row->kind) == 0;
}

ParaphSealedRecord *
paraph_home_read_record (const ParaphStoredRecord *row, GError **error)
{
  g_autoptr (ParaphHeader) header = NULL;
  ParaphSignedBy signatures[PARAPH_SIGNATURES_MAX] = { 0 };
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (&row->id, hex);
  header = paraph_header_parse (row->header, NULL);
  if (header == NULL || !is_row_of (row, header) || row->n_signatures > PARAPH_SIGNATURES_MAX)
    {
      g_set_error (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_DAMAGED,
                   "The stored record %s is not what it was when it was written.", hex);
      return NULL;
    }
  for (guint i = 0; i < row->n_signatures; i++)
    {
      signatures[i].key = row->signatures[i].key;
      signatures[i].signature = row->signatures[i].signature;
    }
  return paraph_sealed_record_new (header, signatures, row->n_signatures);
}

static ParaphId
get_id (const ParaphId *id)
{
  return id == NULL ? (ParaphId){ { 0 } } : *id;
}

gboolean
paraph_home_tell (ParaphHome *self, const ParaphNote *note, GError **error)
{
  g_autofree char *kind = g_strdup (note->kind);
  g_autofree char *detail = g_strdup (note->detail);
  ParaphNoticeRow row = { .time = paraph_home_now (),
                          .kind = kind,
                          .channel = get_id (note->channel),
                          .record = get_id (note->record),
                          .device = get_id (note->device),
                          .author = get_id (note->author),
                          .detail = detail };

  return paraph_notice_table_add (self->store, &row, NULL, error);
}

gboolean
paraph_home_note (ParaphHome *self, const char *kind, const ParaphId *channel,
                  const ParaphId *record, const char *detail, GError **error)
{
  const ParaphNote note = { .kind = kind, .channel = channel, .record = record, .detail = detail };

  return paraph_home_tell (self, &note, error);
}

gboolean
paraph_home_is_old_copy (ParaphHome *self, gboolean *ret_is_old, GError **error)
{
  g_autofree char *value = NULL;

  if (!paraph_setting_table_get (self->store, "old-copy", &value, error))
    return FALSE;
  *ret_is_old = value != NULL;
  return TRUE;
}
