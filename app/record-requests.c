#define G_LOG_DOMAIN "paraph-app"

#include "app/record-requests.h"

#include <string.h>

#include "app/error.h"
#include "app/outbound.h"
#include "crypto/hash.h"
#include "store/blob-table.h"

#define PLAIN_TEXT "text/plain;charset=utf-8"

void
paraph_actor_clear (ParaphActor *self)
{
  g_free (self->code);
  g_free (self->name);
  g_free (self->person);
  memset (self, 0, sizeof *self);
}

void
paraph_made_clear (ParaphMade *self)
{
  g_free (self->symbol);
  memset (self, 0, sizeof *self);
}

void
paraph_delegation_get_actor (ParaphHome *home, ParaphChannel *channel, const ParaphId *delegation,
                             ParaphActor *ret_actor)
{
  ParaphDelegation known;
  ParaphMember member;
  gboolean is_known = paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger),
                                                        delegation, &known);
  gboolean is_member =
      channel != NULL && paraph_channel_find_member (channel, NULL, delegation, &member);

  memset (ret_actor, 0, sizeof *ret_actor);
  ret_actor->delegation = *delegation;
  ret_actor->code = g_strdup (is_member ? member.code : is_known ? known.code : "");
  ret_actor->name = g_strdup (is_known ? known.name : "");
  ret_actor->person = g_strdup ("");
}

void
paraph_record_get_actor (ParaphHome *home, ParaphEntry *entry, ParaphActor *ret_actor)
{
  const ParaphPowers *powers = paraph_record_get_powers (paraph_entry_get_record (entry));

  paraph_delegation_get_actor (home, paraph_entry_get_channel (entry), &powers->delegation,
                               ret_actor);
  ret_actor->device = powers->device;
  g_free (ret_actor->person);
  ret_actor->person = g_strdup (powers->person);
}

gboolean
paraph_record_make (ParaphHome *home, ParaphDraft *draft, ParaphChannel *channel, GPtrArray *blobs,
                    ParaphMade *ret_made, GError **error)
{
  ParaphWhere where = { 0 };
  const ParaphHeader *header = NULL;
  ParaphEntry *entry = NULL;
  ParaphId id;

  if (channel != NULL)
    {
      where.negotiation = *paraph_channel_get_negotiation (channel);
      where.channel = *paraph_channel_get_id (channel);
    }
  if (!paraph_outbound_record (home, draft, &where, blobs, &id, error))
    return FALSE;
  entry = paraph_ledger_find (home->ledger, &id);
  header = paraph_entry_get_header (entry);
  ret_made->id = id;
  ret_made->channel = *paraph_channel_get_id (paraph_entry_get_channel (entry));
  ret_made->number = header->number;
  ret_made->symbol = g_strdup (paraph_header_get_value (header, "symbol"));
  return TRUE;
}

gboolean
paraph_record_add_text (ParaphDraft *draft, GPtrArray *blobs, const ParaphBody *as, GBytes *content,
                        GError **error)
{
  guint8 random[32];
  g_autoptr (GBytes) blob = NULL;
  g_autoptr (GBytes) again = NULL;
  ParaphBody body = *as;

  body.media_type = PLAIN_TEXT;
  paraph_home_random (random, sizeof random);
  blob = paraph_blob_new (random, content);
  again = paraph_blob_get_content (blob, PLAIN_TEXT, error);
  if (again == NULL)
    return FALSE;
  body.size = (gint64) g_bytes_get_size (blob);
  paraph_sha256 (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &body.blob);
  paraph_draft_add_body (draft, &body);
  g_ptr_array_add (blobs, g_steal_pointer (&blob));
  return TRUE;
}

GBytes *
paraph_record_get_content (ParaphHome *home, const ParaphBody *body, GError **error)
{
  g_autoptr (GBytes) blob = NULL;

  if (!paraph_blob_table_get (home->store, &body->blob, &blob, error))
    return NULL;
  if (blob == NULL)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "This home does not hold that body yet. Run “sync”, and ask its author for it "
          "if it stays away.");
      return NULL;
    }
  return paraph_blob_get_content (blob, body->media_type, error);
}

char *
paraph_record_choose_symbol (ParaphHome *home, ParaphChannel *channel, const char *letter)
{
  const GPtrArray *entries = paraph_channel_list (channel);
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (ParaphActor) own = { 0 };

  paraph_delegation_get_actor (home, channel, &home->delegation, &own);
  for (guint i = 0; i < entries->len; i++)
    {
      const char *symbol = paraph_header_get_value (
          paraph_entry_get_header (g_ptr_array_index (entries, i)), "symbol");

      if (symbol != NULL)
        g_hash_table_add (taken, (gpointer) (guintptr) symbol);
    }
  for (guint number = 1;; number++)
    {
      g_autofree char *symbol = g_strdup_printf ("%s/%s%u", own.code, letter, number);

      if (!g_hash_table_contains (taken, symbol))
        return g_steal_pointer (&symbol);
    }
}
