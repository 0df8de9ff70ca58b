/* A record comes in: verified, placed, stored, and what waited for it likewise. */

#include "app/inbound-private.h"

#include <string.h>

#include "app/home-lacking.h"
#include "app/limit-table.h"
#include "app/outbound-private.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "store/blob-table.h"
#include "store/held-table.h"
#include "store/outbox-table.h"
#include "store/session-table.h"
#include "store/setting-table.h"
#include "store/waiting-table.h"

/* What became of one record. */
typedef struct
{
  ParaphPlacing placing;
  ParaphId missing;
  ParaphRefusal refusal;
  gboolean is_held;  /* it would wait, and there is no room for that */
  gboolean is_large; /* a body of it is held back */
  gboolean is_row;   /* it is the waiting row itself, not a copy that comes in */
} Judgement;

/* Whether blob is one that the header names, size and hash compared. Larger ones than its role may
 * have are TRUE with ret_is_large. */
static gboolean
is_named (const ParaphHeader *header, GBytes *blob, const ParaphId *id, gboolean *ret_is_large)
{
  gsize size = g_bytes_get_size (blob);
  gboolean named = FALSE;

  for (guint i = 0; i < header->n_bodies; i++)
    {
      const ParaphBody *body = &header->bodies[i];

      if (!paraph_id_equal (&body->blob, id) || body->size != (gint64) size)
        continue;
      named = TRUE;
      *ret_is_large = *ret_is_large || size > paraph_limit_get_blob (body->role);
    }
  return named;
}

/* Keeps those that the header names; others are dropped. One larger than others may send comes with
 * the whole packet into the table of what is held back. */
static gboolean
keep_blobs (ParaphHome *home, const ParaphArrived *arrived, Judgement *judgement, GError **error)
{
  GPtrArray *blobs = arrived->blobs;

  for (guint i = 0; blobs != NULL && i < blobs->len; i++)
    {
      GBytes *blob = g_ptr_array_index (blobs, i);
      gboolean is_large = FALSE;
      ParaphId id = { { 0 } };

      paraph_sha256 (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &id);
      if (!is_named (arrived->sealed->header, blob, &id, &is_large))
        continue;
      if (g_bytes_get_size (blob) > PARAPH_BLOB_SIZE_MAX || (is_large && !arrived->is_free))
        judgement->is_large = TRUE;
      else if (!paraph_blob_table_put (home->store, &id, blob, error))
        return FALSE;
    }
  return !judgement->is_large || paraph_inbound_hold (home, arrived, "body", error);
}

/* The first record of an own chain that is not here means that this store is an old one. */
gboolean
paraph_inbound_check_own (ParaphHome *home, ParaphSealedRecord *sealed, const ParaphId *carrier,
                          gboolean *ret_is_old_copy, GError **error)
{
  const ParaphHeader *header = sealed->header;
  ParaphNote note = {
    .kind = "false-claim", .channel = &header->channel, .record = &header->id, .device = carrier
  };
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  const ParaphPowers *powers = NULL;
  g_autoptr (ParaphRecord) record = NULL;

  *ret_is_old_copy = FALSE;
  if (!paraph_id_equal (&header->author, &home->device)
      || paraph_ledger_find (home->ledger, &header->id) != NULL)
    return TRUE;
  powers = paraph_home_get_powers (home);
  if (powers != NULL)
    record = paraph_record_verify (sealed, powers, &refusal);
  if (record == NULL)
    return paraph_home_tell (home, &note, error);
  *ret_is_old_copy = TRUE;
  note.kind = "old-copy";
  note.device = NULL; /* told once, whoever shows it */
  return paraph_setting_table_set (home->store, "old-copy", "1", error)
         && paraph_home_tell (home, &note, error);
}

static gboolean
is_flood (ParaphHome *home, const ParaphHeader *header, const ParaphId *carrier,
          gboolean *ret_is_flood, GError **error)
{
  ParaphWaitingTotal of_author = { 0, 0 };
  ParaphWaitingTotal of_carrier = { 0, 0 };
  ParaphId nobody = { { 0 } };

  /* Nothing that waits is proven to be of its author: it counts against who brought it. */
  if (!paraph_waiting_table_total_of_author (home->store, &header->author, &header->channel,
                                             carrier == NULL ? &nobody : carrier, &of_author, error)
      || (carrier != NULL
          && !paraph_waiting_table_total_of_carrier (home->store, carrier, &of_carrier, error)))
    return FALSE;
  *ret_is_flood = of_author.records >= PARAPH_LIMIT_WAITING_RECORDS
                  || of_carrier.bytes >= PARAPH_LIMIT_WAITING_BYTES;
  return TRUE;
}

/* Nobody can tell yet which signatures are good: a copy with others is kept beside the row. */
static gboolean
has_signatures (const ParaphStoredRecord *row, const ParaphSealedRecord *sealed)
{
  for (guint i = 0; i < sealed->n_signatures; i++)
    {
      const ParaphSignedBy *by = &sealed->signatures[i];
      gboolean has = FALSE;

      for (guint j = 0; j < row->n_signatures && !has; j++)
        has = paraph_id_equal (&row->signatures[j].key, &by->key)
              && memcmp (&row->signatures[j].signature, &by->signature, sizeof by->signature) == 0;
      if (!has)
        return FALSE;
    }
  return TRUE;
}

static gboolean
keep_waiting (ParaphHome *home, const ParaphArrived *arrived, Judgement *judgement, GError **error)
{
  const ParaphHeader *header = arrived->sealed->header;
  g_autoptr (ParaphStoredRecord) held = NULL;

  if (!paraph_record_table_get (home->store, &header->id, &held, error)
      || (held == NULL && !is_flood (home, header, arrived->carrier, &judgement->is_held, error)))
    return FALSE;
  if (held != NULL && !judgement->is_row && !has_signatures (held, arrived->sealed))
    judgement->is_held = TRUE;
  if (judgement->is_held)
    return paraph_inbound_hold (home, arrived, "waiting", error);
  return paraph_home_keep_record (home->store, arrived->sealed, PARAPH_RECORD_STATE_WAITING,
                                  arrived->carrier, error)
         && keep_blobs (home, arrived, judgement, error)
         && paraph_waiting_table_set (home->store, &header->id, &judgement->missing, 1, error);
}

/* The record, where a device that its delegation has named did sign it: then it is a proof of what it
 * did. Or NULL. */
static ParaphRecord *
verify_author (ParaphHome *home, ParaphSealedRecord *sealed)
{
  const ParaphHeader *header = sealed->header;
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  const ParaphPowers *powers = NULL;

  if (paraph_kind_is_identity (header->kind))
    return NULL;
  powers = paraph_identities_find_powers (paraph_ledger_get_identities (home->ledger),
                                          &header->identity, &header->author, &refusal);
  return powers == NULL ? NULL : paraph_record_verify (sealed, powers, &refusal);
}

static gboolean
keep_refused (ParaphHome *home, const ParaphArrived *arrived, const Judgement *judgement,
              GError **error)
{
  ParaphSealedRecord *sealed = arrived->sealed;
  const ParaphHeader *header = sealed->header;
  const ParaphId *carrier = arrived->carrier;
  ParaphRefusal refusal = judgement->refusal;
  g_autoptr (ParaphRecord) record = verify_author (home, sealed);
  gboolean is_signed = record != NULL;
  const ParaphNote note = { .kind = "refused",
                            .channel = &header->channel,
                            .record = &header->id,
                            .device = is_signed ? &header->author : carrier,
                            .author = is_signed ? NULL : &header->author,
                            .detail = paraph_refusal_get_word (refusal) };
  g_autoptr (ParaphStoredRecord) held = NULL;
  guint64 kept = 0;

  if (!paraph_home_tell (home, &note, error)
      || !paraph_record_table_get (home->store, &header->id, &held, error)
      || !paraph_record_table_count_evidence (home->store, &header->author, &kept, error))
    return FALSE;
  if (refusal == PARAPH_REFUSAL_MALFORMED && is_signed && kept < PARAPH_LIMIT_EVIDENCE)
    return paraph_home_keep_record (home->store,
                                    is_signed ? paraph_record_get_sealed (record) : sealed,
                                    PARAPH_RECORD_STATE_EVIDENCE, carrier, error);
  /* A bad signature says nothing of the copy that waits. */
  if (refusal == PARAPH_REFUSAL_BAD_SIGNATURE && !judgement->is_row)
    return TRUE;
  return held == NULL || held->state == PARAPH_RECORD_STATE_EVIDENCE
         || paraph_record_table_delete (home->store, &header->id, error);
}

static gboolean
note_fork (ParaphHome *home, ParaphEntry *entry, GError **error)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  ParaphEntry *first = NULL;
  ParaphEntry *second = NULL;

  if (!paraph_channel_find_fork (paraph_entry_get_channel (entry), &header->author, &first,
                                 &second))
    return TRUE;
  return paraph_home_tell (home,
                           &(const ParaphNote){ .kind = "fork",
                                                .channel = &header->channel,
                                                .record = &paraph_entry_get_header (first)->id,
                                                .device = &header->author },
                           error);
}

/* The second record of one number freezes the chain; all who share a channel are to freeze it at the
 * same place. Further branches add nothing to that. */
static gboolean
note_identity_fork (ParaphHome *home, const ParaphHeader *header, GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  g_autoptr (GPtrArray) records = paraph_identities_list_records (identities, &header->channel);
  guint branches = 0;

  for (guint i = 0; i < records->len; i++)
    branches +=
        ((ParaphSealedRecord *) g_ptr_array_index (records, i))->header->number == header->number;
  if (branches != 2)
    return TRUE;
  return paraph_home_tell (home,
                           &(const ParaphNote){ .kind = "identity-fork",
                                                .record = &header->id,
                                                .device = &header->channel },
                           error)
         && paraph_outbound_card (home, &header->channel, NULL, error);
}

static gboolean
after_identity (ParaphHome *home, const ParaphHeader *header, GError **error)
{
  ParaphId device = { { 0 } };

  if (header->kind == PARAPH_KIND_REVOCATION && paraph_header_get_id (header, "device", &device)
      && paraph_home_find_device (home, &device) == NULL
      && (!paraph_session_table_forget_peer (home->store, &device, error)
          || !paraph_outbox_table_delete_device (home->store, &device, error)))
    return FALSE;
  return note_identity_fork (home, header, error);
}

/* What follows from a record that has just been placed. */
static gboolean
after_placing (ParaphHome *home, const ParaphHeader *header, GError **error)
{
  ParaphEntry *entry = paraph_ledger_find (home->ledger, &header->id);

  if (paraph_kind_is_identity (header->kind))
    return after_identity (home, header, error);
  if (entry == NULL)
    return TRUE;
  if (header->kind == PARAPH_KIND_JOINING
      && !paraph_outbound_introduce (
          home, paraph_channel_get_plenary (paraph_entry_get_channel (entry)),
          &paraph_record_get_powers (paraph_entry_get_record (entry))->delegation, error))
    return FALSE;
  return note_fork (home, entry, error);
}

/* A record that was just placed, with the signatures only that verified: no others come back well. */
static ParaphSealedRecord *
get_verified (ParaphHome *home, const ParaphId *id)
{
  ParaphEntry *entry = paraph_ledger_find (home->ledger, id);

  if (entry != NULL)
    return paraph_record_get_sealed (paraph_entry_get_record (entry));
  return paraph_identity_entry_get_sealed (
      paraph_identities_find (paraph_ledger_get_identities (home->ledger), id));
}

static gboolean
settle (ParaphHome *home, const ParaphArrived *arrived, Judgement *judgement, GError **error)
{
  ParaphSealedRecord *sealed = arrived->sealed;
  const ParaphHeader *header = sealed->header;

  judgement->placing =
      paraph_ledger_place (home->ledger, sealed, &judgement->missing, &judgement->refusal);
  if (judgement->placing == PARAPH_PLACING_ALREADY)
    return keep_blobs (home, arrived, judgement, error)
           && paraph_home_review_lacking (home, header, error);
  if (judgement->placing == PARAPH_PLACING_WAITING)
    return keep_waiting (home, arrived, judgement, error);
  if (judgement->placing == PARAPH_PLACING_REFUSED)
    return keep_refused (home, arrived, judgement, error);
  return paraph_home_keep_record (home->store, get_verified (home, &header->id),
                                  PARAPH_RECORD_STATE_PLACED, arrived->carrier, error)
         && keep_blobs (home, arrived, judgement, error)
         && paraph_home_review_lacking (home, header, error)
         && paraph_want_table_forget (home->store, &header->id, error)
         && after_placing (home, header, error);
}

/* It has what it waited for: in it comes as anything that arrives, or the limits hold it back. */
static gboolean
settle_waiting (ParaphHome *home, const ParaphArrived *arrived, Judgement *judgement,
                GError **error)
{
  const ParaphHeader *header = arrived->sealed->header;
  const char *limit = NULL;

  if (!paraph_inbound_find_limit (home, header, &limit, error))
    return FALSE;
  if (limit == NULL)
    return settle (home, arrived, judgement, error);
  judgement->placing = PARAPH_PLACING_WAITING;
  judgement->is_held = TRUE;
  return paraph_inbound_hold (home, arrived, limit, error)
         && paraph_record_table_delete (home->store, &header->id, error);
}

/* Tries what waited for placed; appends to placed what that places. */
static gboolean
release_waiting (ParaphHome *home, const ParaphId *id, GArray *placed, GError **error)
{
  g_autoptr (GArray) waiting = NULL;

  if (!paraph_waiting_table_list (home->store, id, &waiting, error))
    return FALSE;
  for (guint i = 0; i < waiting->len; i++)
    {
      const ParaphId *record = &g_array_index (waiting, ParaphId, i);
      g_autoptr (ParaphStoredRecord) row = NULL;
      g_autoptr (ParaphSealedRecord) sealed = NULL;
      ParaphArrived arrived = { 0 };
      Judgement judgement = { 0 };

      if (!paraph_record_table_get (home->store, record, &row, error))
        return FALSE;
      if (row == NULL || row->state != PARAPH_RECORD_STATE_WAITING)
        continue;
      sealed = paraph_home_read_record (row, error);
      judgement.is_row = TRUE;
      arrived.sealed = sealed;
      arrived.carrier = paraph_id_is_zero (&row->carrier) ? NULL : &row->carrier;
      if (sealed == NULL || !settle_waiting (home, &arrived, &judgement, error))
        return FALSE;
      if (judgement.placing == PARAPH_PLACING_PLACED)
        g_array_append_vals (placed, record, 1);
    }
  return TRUE;
}

static ParaphOutcome
get_outcome (ParaphHome *home, const ParaphHeader *header, const Judgement *judgement)
{
  ParaphEntry *entry = NULL;

  switch (judgement->placing)
    {
    case PARAPH_PLACING_ALREADY:
      return PARAPH_OUTCOME_ALREADY_HAD;
    case PARAPH_PLACING_WAITING:
      return judgement->is_held ? PARAPH_OUTCOME_HELD : PARAPH_OUTCOME_WAITING;
    case PARAPH_PLACING_REFUSED:
      return PARAPH_OUTCOME_REFUSED;
    case PARAPH_PLACING_PLACED:
    default:
      entry = paraph_ledger_find (home->ledger, &header->id);
      return entry == NULL || paraph_entry_get_effect (entry) == PARAPH_EFFECT_FULL
                 ? PARAPH_OUTCOME_APPLIED
                 : PARAPH_OUTCOME_WITHOUT_EFFECT;
    }
}

/* Judges it, and what waited for it. */
static gboolean
take_in (ParaphHome *home, const ParaphArrived *arrived, Judgement *judgement, GError **error)
{
  g_autoptr (GArray) placed = g_array_new (FALSE, FALSE, sizeof (ParaphId));

  if (!settle (home, arrived, judgement, error))
    return FALSE;
  if (judgement->placing == PARAPH_PLACING_PLACED)
    g_array_append_vals (placed, &arrived->sealed->header->id, 1);
  for (guint i = 0; i < placed->len; i++)
    {
      ParaphId id = g_array_index (placed, ParaphId, i);

      if (!release_waiting (home, &id, placed, error))
        return FALSE;
    }
  return TRUE;
}

/* As long as none has settled it, the copy of another carrier may be the one with a good signature. */
static gboolean
release_held (ParaphHome *home, const ParaphArrived *arrived, const Judgement *judgement,
              GError **error)
{
  const ParaphId *id = &arrived->sealed->header->id;
  ParaphId nobody = { { 0 } };

  if (judgement->placing == PARAPH_PLACING_PLACED || judgement->placing == PARAPH_PLACING_ALREADY)
    return paraph_held_table_release (home->store, id, error);
  return paraph_held_table_release_copy (
      home->store, id, arrived->carrier == NULL ? &nobody : arrived->carrier, error);
}

gboolean
paraph_inbound_arrived (ParaphHome *home, const ParaphArrived *arrived, ParaphOutcome *ret_outcome,
                        GError **error)
{
  const ParaphHeader *header = arrived->sealed->header;
  Judgement judgement = { 0 };
  const char *limit = NULL;
  gboolean is_old_copy = FALSE;
  gboolean is_here = FALSE;

  *ret_outcome = PARAPH_OUTCOME_REFUSED;
  if (!paraph_inbound_check_own (home, arrived->sealed, arrived->carrier, &is_old_copy, error))
    return FALSE;
  if (is_old_copy)
    return TRUE;
  if (!paraph_home_holds_placed (home, &header->id, &is_here, error)
      || (!arrived->is_free && !is_here
          && !paraph_inbound_find_limit (home, header, &limit, error)))
    return FALSE;
  *ret_outcome = PARAPH_OUTCOME_HELD;
  if (limit != NULL)
    return paraph_inbound_hold (home, arrived, limit, error);
  if (!take_in (home, arrived, &judgement, error))
    return FALSE;
  *ret_outcome = get_outcome (home, header, &judgement);
  return judgement.is_held || judgement.is_large || release_held (home, arrived, &judgement, error);
}

gboolean
paraph_inbound_record (ParaphHome *home, ParaphSealedRecord *sealed, GPtrArray *blobs,
                       const ParaphId *carrier, ParaphOutcome *ret_outcome, GError **error)
{
  ParaphArrived arrived = { .sealed = sealed, .blobs = blobs, .carrier = carrier };

  return paraph_inbound_arrived (home, &arrived, ret_outcome, error);
}
