#define G_LOG_DOMAIN "paraph-app"

#include "app/channel-requests.h"

#include "app/error.h"
#include "app/outbound.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"

static void
add_member (ParaphDraft *draft, const ParaphMember *member)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];
  g_autofree char *line = NULL;

  paraph_id_to_hex (&member->delegation, hex);
  line = g_strdup_printf ("%s %s %s", hex, member->code, paraph_role_get_word (member->role));
  paraph_draft_add (draft, "member", line);
}

gboolean
paraph_channel_open (ParaphHome *home, ParaphChannel *plenary, const char *name,
                     const char *const *codes, ParaphMade *ret_made, GError **error)
{
  g_autoptr (GArray) members = paraph_channel_list_members (plenary, NULL);
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_CHANNEL);
  ParaphWhere where = { .negotiation = *paraph_channel_get_negotiation (plenary) };
  ParaphEntry *entry = NULL;
  guint found = 0;

  paraph_draft_add (draft, "name", name);
  for (guint i = 0; i < members->len; i++)
    {
      const ParaphMember *member = &g_array_index (members, ParaphMember, i);
      gboolean is_own = paraph_id_equal (&member->delegation, &home->delegation);
      gboolean is_named = g_strv_contains (codes, member->code);

      found += is_named;
      if (is_own || is_named)
        add_member (draft, member);
    }
  if (found != g_strv_length ((char **) (guintptr) codes) || found == 0)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "Not every code named is that of a member of the plenary. “channel members "
          "plenary” lists them.");
      return FALSE;
    }
  if (!paraph_outbound_record (home, draft, &where, NULL, &ret_made->id, error))
    return FALSE;
  entry = paraph_ledger_find (home->ledger, &ret_made->id);
  ret_made->channel = *paraph_channel_get_id (paraph_entry_get_channel (entry));
  ret_made->number = paraph_entry_get_header (entry)->number;
  return TRUE;
}

gboolean
paraph_statement_make (ParaphHome *home, ParaphChannel *channel, const char *language,
                       GBytes *content, ParaphMade *ret_made, GError **error)
{
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_STATEMENT);
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  ParaphBody body = { .role = "text", .name = "main", .language = language };

  paraph_draft_add (draft, "type", "statement");
  return paraph_record_add_text (draft, blobs, &body, content, error)
         && paraph_record_make (home, draft, channel, blobs, ret_made, error);
}
