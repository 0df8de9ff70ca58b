#define G_LOG_DOMAIN "paraph-app"

#include "app/negotiation-requests.h"

#include <string.h>

#include "app/error.h"
#include "app/find-requests.h"
#include "app/inbound.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "store/door-table.h"

/* TRUE where a membership with effect answers the joining. */
static gboolean
is_admitted (ParaphChannel *plenary, const ParaphId *joining)
{
  const GPtrArray *entries = paraph_channel_list (plenary);

  for (guint i = 0; i < entries->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (entries, i);
      const ParaphHeader *header = paraph_entry_get_header (entry);
      ParaphId answered;

      if (header->kind == PARAPH_KIND_MEMBERSHIP
          && paraph_header_get_id (header, "joining", &answered)
          && paraph_id_equal (&answered, joining)
          && paraph_entry_get_effect (entry) == PARAPH_EFFECT_FULL)
        return TRUE;
    }
  return FALSE;
}

static void
fill_caller (ParaphEntry *joining, ParaphCaller *ret_caller)
{
  ret_caller->joining = joining;
  ret_caller->seat = paraph_header_get_value (paraph_entry_get_header (joining), "seat");
  ret_caller->delegation = paraph_record_get_powers (paraph_entry_get_record (joining))->delegation;
}

static gboolean
list_plenary (ParaphHome *home, ParaphChannel *plenary, GArray *callers, GError **error)
{
  const GPtrArray *entries = paraph_channel_list (plenary);

  for (guint i = 0; i < entries->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (entries, i);
      const ParaphHeader *header = paraph_entry_get_header (entry);
      gboolean is_refused = FALSE;
      ParaphCaller caller;

      if (header->kind != PARAPH_KIND_JOINING || is_admitted (plenary, &header->id))
        continue;
      if (!paraph_door_table_is_refused (home->store, &header->id, &is_refused, error))
        return FALSE;
      if (is_refused)
        continue;
      fill_caller (entry, &caller);
      g_array_append_val (callers, caller);
    }
  return TRUE;
}

GArray *
paraph_door_list (ParaphHome *home, GError **error)
{
  g_autoptr (GArray) callers = g_array_new (FALSE, FALSE, sizeof (ParaphCaller));
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);

  for (guint i = 0; i < channels->len; i++)
    {
      ParaphChannel *channel = g_ptr_array_index (channels, i);
      ParaphEntry *opening = paraph_channel_get_opening (channel);
      const ParaphPowers *convener = paraph_record_get_powers (paraph_entry_get_record (opening));

      if (paraph_entry_get_header (opening)->kind != PARAPH_KIND_CHARTER
          || !paraph_id_equal (&convener->delegation, &home->delegation))
        continue;
      if (!list_plenary (home, channel, callers, error))
        return NULL;
    }
  return g_steal_pointer (&callers);
}

GArray *
paraph_door_list_strangers (ParaphHome *home, GError **error)
{
  GArray *rows = NULL;

  return paraph_door_table_list_strangers (home->store, &rows, error) ? rows : NULL;
}

gboolean
paraph_door_find (ParaphHome *home, const char *name, ParaphCaller *ret_caller, GError **error)
{
  g_autoptr (GArray) callers = paraph_door_list (home, error);
  g_autoptr (GString) shown = g_string_new (NULL);
  const ParaphCaller *found = NULL;
  guint n = 0;

  if (callers == NULL)
    return FALSE;
  for (guint i = 0; i < callers->len; i++)
    {
      const ParaphCaller *caller = &g_array_index (callers, ParaphCaller, i);
      char hex[PARAPH_ID_HEX_SIZE + 1];

      paraph_id_to_hex (&paraph_entry_get_header (caller->joining)->id, hex);
      if (strcmp (caller->seat, name) == 0
          || (strlen (name) >= PARAPH_FIND_BINDING && g_str_has_prefix (hex, name)))
        {
          found = caller;
          n++;
          g_string_append_printf (shown, "%s%.16s", n == 1 ? "" : ", ", hex);
        }
    }
  if (n != 1)
    {
      if (n == 0)
        paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                              "Nobody called “%s” waits at the door. “negotiation door list” names "
                              "who does.",
                              name);
      else
        paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                              "“%s” fits several at the door. Name the one that is meant by 16 "
                              "digits of the joining's id: %s.",
                              name, shown->str);
      return FALSE;
    }
  *ret_caller = *found;
  return TRUE;
}

gboolean
paraph_door_refuse (ParaphHome *home, const ParaphCaller *caller, GError **error)
{
  return paraph_door_table_refuse (home->store, &paraph_entry_get_header (caller->joining)->id,
                                   paraph_home_now (), error);
}

gboolean
paraph_door_receive (ParaphHome *home, GBytes *answer, ParaphCaller *ret_caller, GError **error)
{
  g_autoptr (ParaphCard) card = paraph_card_parse (answer, PARAPH_CARD_ANSWER, error);
  ParaphSealedRecord *last = NULL;
  ParaphEntry *entry = NULL;
  ParaphId delegation;

  if (card == NULL || !paraph_inbound_card (home, answer, &delegation, error))
    return FALSE;
  last = g_ptr_array_index (card->records, card->records->len - 1);
  entry = paraph_ledger_find (home->ledger, &last->header->id);
  if (entry == NULL || last->header->kind != PARAPH_KIND_JOINING)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "This answer belongs to a negotiation that this home does not know. Nothing of it was taken in; open the home of the convener.");
      return FALSE;
    }
  fill_caller (entry, ret_caller);
  return TRUE;
}

gboolean
paraph_door_admit (ParaphHome *home, const ParaphCaller *caller, ParaphMade *ret_made,
                   GError **error)
{
  ParaphChannel *plenary = paraph_entry_get_channel (caller->joining);
  g_autoptr (ParaphDraft) draft = NULL;
  ParaphId joining = paraph_entry_get_header (caller->joining)->id;
  ParaphId newcomer = caller->delegation;

  if (is_admitted (plenary, &joining))
    {
      paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                            "That delegation is admitted already. Run “sync”.");
      return FALSE;
    }
  draft = paraph_draft_new (PARAPH_KIND_MEMBERSHIP);
  paraph_draft_add (draft, "change", "add");
  paraph_draft_add (draft, "seat", caller->seat);
  paraph_draft_add_id (draft, "delegation", &newcomer);
  paraph_draft_add_id (draft, "joining", &joining);
  paraph_draft_add (draft, "history", "full");
  return paraph_record_make (home, draft, plenary, NULL, ret_made, error);
}
