/* From a draft to a placed record with its envelopes. */

#include "app/outbound-private.h"

#include <string.h>

#include "app/error.h"
#include "app/home-private.h"
#include "app/limit-table.h"
#include "crypto/content.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "store/blob-table.h"

/* Of one packet: the header, its signatures and the lengths are in it too. */
#define BLOBS_MAX (PARAPH_PACKET_SIZE_MAX - PARAPH_HEADER_MAX - 4096u)

static gboolean
refuse (GError **error, const char *format, const char *word)
{
  g_autofree char *text = g_strdup_printf ("%s%s", format, word);

  g_set_error_literal (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED, text);
  return FALSE;
}

static gboolean
check_may_write (ParaphHome *home, GError **error)
{
  gboolean is_old = FALSE;

  if (!paraph_home_is_old_copy (home, &is_old, error))
    return FALSE;
  if (is_old)
    return refuse (error, "This home is an old copy of itself. It signs nothing more; ",
                   "enrol this device anew.");
  if (paraph_home_get_powers (home) == NULL)
    return refuse (error, "This device holds no powers. ", "Nothing is signed.");
  return TRUE;
}

/* Where the record will stand. position->seen passes to the caller. */
static gboolean
find_position (ParaphHome *home, const ParaphId *negotiation, const ParaphId *channel_id,
               ParaphPosition *position, GError **error)
{
  ParaphDelegation own = { 0 };
  ParaphChannel *channel = NULL;

  if (!paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                         &home->delegation, &own))
    return refuse (error, "The own delegation is not known", " here.");
  if (!paraph_id_is_zero (channel_id))
    {
      channel = paraph_ledger_find_channel (home->ledger, channel_id);
      if (channel == NULL)
        return refuse (error, "This home does not hold that channel", ".");
      if (!paraph_channel_next_place (channel, &home->device, &own.head, position))
        return refuse (error, "The own chain in this channel is forked. ", "Nothing is signed.");
      position->negotiation = *paraph_channel_get_negotiation (channel);
      position->channel = *channel_id;
    }
  else
    {
      position->negotiation = *negotiation;
      position->clock = 1;
    }
  position->author = home->device;
  position->identity = own.head;
  return TRUE;
}

static ParaphSealedRecord *
seal_draft (ParaphHome *home, ParaphDraft *draft, const ParaphPosition *position, GError **error)
{
  g_autoptr (ParaphHeader) header = NULL;
  g_autofree char *name_space = NULL;
  ParaphSignedBy by = { 0 };
  guint8 salt[16];

  paraph_home_random (salt, sizeof salt);
  header = paraph_draft_finish (draft, position, paraph_home_now (), salt, error);
  if (header == NULL)
    return NULL;
  name_space = paraph_header_dup_namespace (header);
  if (!paraph_home_sign (home, name_space, &header->id, &by, error))
    return NULL;
  return paraph_sealed_record_new (header, &by, 1);
}

static gboolean
place (ParaphHome *home, ParaphSealedRecord *sealed, GError **error)
{
  ParaphId missing = { { 0 } };
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  ParaphEntry *entry = NULL;
  ParaphEffect effect;

  if (paraph_ledger_place (home->ledger, sealed, &missing, &refusal) != PARAPH_PLACING_PLACED)
    return refuse (error, "The record cannot be placed: ", paraph_refusal_get_word (refusal));
  entry = paraph_ledger_find (home->ledger, &sealed->header->id);
  if (entry == NULL)
    return refuse (error, "The record is not a record of ", "a channel.");
  effect = paraph_entry_get_effect (entry);
  if (effect != PARAPH_EFFECT_FULL)
    return refuse (error, "The record would be without effect: ", paraph_effect_get_word (effect));
  return TRUE;
}

/* Every blob is one that the header names, and every one named is there. */
static gboolean
keep_blobs (ParaphHome *home, const ParaphHeader *header, GPtrArray *blobs, GError **error)
{
  guint found = 0;

  for (guint i = 0; blobs != NULL && i < blobs->len; i++)
    {
      GBytes *blob = g_ptr_array_index (blobs, i);
      ParaphId id = { { 0 } };

      paraph_sha256 (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &id);
      for (guint j = 0; j < header->n_bodies; j++)
        {
          if (!paraph_id_equal (&header->bodies[j].blob, &id))
            continue;
          if (g_bytes_get_size (blob) > paraph_limit_get_blob (header->bodies[j].role))
            return paraph_app_error_set (
                error, PARAPH_APP_ERROR_REFUSED,
                "A text may have at most 1 MiB, an annex at most 4 MiB; this one is larger. Shorten it "
                "or cut it into several annexes.");
          found++;
        }
      if (!paraph_blob_table_put (home->store, &id, blob, error))
        return FALSE;
    }
  if (found != header->n_bodies)
    return refuse (error, "The record's bodies are ", "not the files that go with it.");
  return TRUE;
}

ParaphPacket *
paraph_outbound_make_record_packet (ParaphHome *home, ParaphSealedRecord *sealed,
                                    gboolean with_blobs, GError **error)
{
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  const ParaphHeader *header = sealed->header;

  for (guint i = 0; with_blobs && i < header->n_bodies; i++)
    {
      GBytes *blob = NULL;

      if (!paraph_blob_table_get (home->store, &header->bodies[i].blob, &blob, error))
        return NULL;
      if (blob != NULL)
        g_ptr_array_add (blobs, blob);
    }
  return paraph_packet_new_record (sealed, blobs);
}

gboolean
paraph_outbound_serve_record (ParaphHome *home, ParaphSealedRecord *sealed, gboolean with_blobs,
                              GArray *devices, GError **error)
{
  const ParaphHeader *header = sealed->header;
  guint next = 0;

  do
    {
      g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
      g_autoptr (ParaphPacket) packet = NULL;
      ParaphSending sending = { NULL, &header->negotiation, &header->channel, &header->id };
      gsize size = 0;

      for (; with_blobs && next < header->n_bodies && size + PARAPH_BLOB_SIZE_MAX <= BLOBS_MAX;
           next++)
        {
          GBytes *blob = NULL;

          if (!paraph_blob_table_get (home->store, &header->bodies[next].blob, &blob, error))
            return FALSE;
          if (blob == NULL)
            continue;
          size += g_bytes_get_size (blob);
          g_ptr_array_add (blobs, blob);
        }
      packet = paraph_packet_new_record (sealed, blobs);
      sending.packet = packet;
      if (!paraph_outbound_send (home, &sending, devices, NULL, error))
        return FALSE;
    }
  while (with_blobs && next < header->n_bodies);
  return TRUE;
}

static gboolean
send_record (ParaphHome *home, ParaphSealedRecord *sealed, GError **error)
{
  const ParaphHeader *header = sealed->header;
  ParaphEntry *entry = paraph_ledger_find (home->ledger, &header->id);
  g_autoptr (GArray) devices = paraph_outbound_list_record_recipients (home, entry);
  g_autoptr (ParaphPacket) packet = paraph_outbound_make_record_packet (home, sealed, TRUE, error);
  ParaphSending sending = { packet, &header->negotiation, &header->channel, &header->id };
  ParaphId newcomer = { { 0 } };

  if (packet == NULL || !paraph_outbound_send (home, &sending, devices, NULL, error))
    return FALSE;
  if (header->kind != PARAPH_KIND_MEMBERSHIP
      || !paraph_header_get_id (header, "delegation", &newcomer))
    return TRUE;
  return paraph_outbound_introduce (home, paraph_entry_get_channel (entry), &newcomer, error);
}

gboolean
paraph_outbound_introduce (ParaphHome *home, ParaphChannel *plenary, const ParaphId *newcomer,
                           GError **error)
{
  ParaphEntry *opening = paraph_channel_get_opening (plenary);
  const ParaphPowers *convener = paraph_record_get_powers (paraph_entry_get_record (opening));
  g_autoptr (GArray) members = NULL;

  if (!paraph_id_equal (&convener->delegation, &home->delegation))
    return TRUE;
  members = paraph_channel_list_members (plenary, NULL);
  for (guint i = 0; i < members->len; i++)
    {
      const ParaphId *to = &g_array_index (members, ParaphMember, i).delegation;

      for (guint j = 0; j < members->len; j++)
        {
          const ParaphId *about = &g_array_index (members, ParaphMember, j).delegation;
          gboolean is_new = newcomer == NULL || paraph_id_equal (to, newcomer)
                            || paraph_id_equal (about, newcomer);

          if (is_new && !paraph_id_equal (to, about) && !paraph_id_equal (to, &home->delegation)
              && !paraph_outbound_card (home, about, to, error))
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
paraph_outbound_record (ParaphHome *home, ParaphDraft *draft, const ParaphWhere *where,
                        GPtrArray *blobs, ParaphId *ret_id, GError **error)
{
  g_autoptr (ParaphSealedRecord) sealed = NULL;
  ParaphPosition position = { 0 };
  gboolean is_placed = FALSE;

  if (!check_may_write (home, error))
    return FALSE;
  is_placed = find_position (home, &where->negotiation, &where->channel, &position, error);
  sealed = is_placed ? seal_draft (home, draft, &position, error) : NULL;
  g_clear_pointer (&position.seen, g_array_unref);
  if (sealed == NULL || !place (home, sealed, error)
      || !keep_blobs (home, sealed->header, blobs, error)
      || !paraph_home_keep_record (home->store, sealed, PARAPH_RECORD_STATE_PLACED, NULL, error)
      || !send_record (home, sealed, error))
    return FALSE;
  *ret_id = sealed->header->id;
  return TRUE;
}
