#define G_LOG_DOMAIN "paraph-app"

#include "app/find-requests.h"

#include <string.h>

#include "app/error.h"
#include "crypto/hash.h"

#define SHOWN_MAX 8 /* of the things that an ambiguous name fits */

/* One search: what is sought, and what fitted so far. A label that fits outranks an id. */
typedef struct
{
  const char *name;
  gsize length;
  gboolean may_be_id;
  GPtrArray *by_label; /* things, borrowed */
  GPtrArray *by_id;
  GString *labels; /* their ids, for people to choose from */
  GString *ids;
} Search;

static void
search_begin (Search *self, const char *name, ParaphFindUse use)
{
  gsize length = strlen (name);

  memset (self, 0, sizeof *self);
  self->name = name;
  self->length = length;
  self->may_be_id = length >= (gsize) use && length <= PARAPH_ID_HEX_SIZE
                    && strspn (name, "0123456789abcdef") == length;
  self->by_label = g_ptr_array_new ();
  self->by_id = g_ptr_array_new ();
  self->labels = g_string_new (NULL);
  self->ids = g_string_new (NULL);
}

static void
note_fit (GPtrArray *things, GString *shown, gconstpointer thing, const char *hex)
{
  /* A pointer that is only handed through. */
  union
  {
    gconstpointer in;
    gpointer out;
  } cast = { thing };

  if (g_ptr_array_find (things, thing, NULL))
    return;
  g_ptr_array_add (things, cast.out);
  if (things->len <= SHOWN_MAX)
    g_string_append_printf (shown, "%s%.16s", things->len == 1 ? "" : ", ", hex);
  else if (things->len == SHOWN_MAX + 1)
    g_string_append (shown, " …");
}

static void
search_offer (Search *self, const char *label, const ParaphId *id, gconstpointer thing)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (id, hex);
  if (label != NULL && strcmp (label, self->name) == 0)
    note_fit (self->by_label, self->labels, thing, hex);
  if (self->may_be_id && strncmp (hex, self->name, self->length) == 0)
    note_fit (self->by_id, self->ids, thing, hex);
}

/* noun: a word of the command line, the same in every language. */
static void
search_fail (const Search *self, const char *noun, GError **error)
{
  if (self->by_label->len + self->by_id->len > 1)
    paraph_app_error_set (
        error, PARAPH_APP_ERROR_REFUSED,
        "“%s” fits several here (looked for: %s). Name the one that is meant by 16 digits of its "
        "id: %s.",
        self->name, noun, self->by_label->len > 1 ? self->labels->str : self->ids->str);
  else
    paraph_app_error_set (
        error, PARAPH_APP_ERROR_REFUSED,
        "There is no “%s” here (looked for: %s). Use its symbol, its name or the beginning of its "
        "id (6 digits for reading, 16 for acts that bind).",
        self->name, noun);
}

static gpointer
search_end (Search *self, const char *noun, GError **error)
{
  gpointer found = NULL;

  if (self->by_label->len == 1)
    found = g_ptr_array_index (self->by_label, 0);
  else if (self->by_label->len == 0 && self->by_id->len == 1)
    found = g_ptr_array_index (self->by_id, 0);
  else
    search_fail (self, noun, error);
  g_clear_pointer (&self->by_label, g_ptr_array_unref);
  g_clear_pointer (&self->by_id, g_ptr_array_unref);
  (void) g_string_free (self->labels, TRUE); /* gives NULL */
  (void) g_string_free (self->ids, TRUE);
  return found;
}

gboolean
paraph_find_delegation (ParaphHome *home, const char *name, ParaphFindUse use,
                        ParaphId *ret_delegation, GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  g_autoptr (GArray) all = paraph_identities_list (identities);
  const ParaphId *found = NULL;
  Search search;

  search_begin (&search, name, use);
  for (guint i = 0; i < all->len; i++)
    {
      const ParaphId *id = &g_array_index (all, ParaphId, i);
      ParaphDelegation delegation;

      if (!paraph_identities_get_delegation (identities, id, &delegation))
        continue;
      search_offer (&search, delegation.code, id, id);
      search_offer (&search, delegation.name, id, id);
    }
  found = search_end (&search, "delegation", error);
  if (found == NULL)
    return FALSE;
  *ret_delegation = *found;
  return TRUE;
}

const ParaphPowers *
paraph_find_device (ParaphHome *home, const char *name, ParaphFindUse use, GError **error)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  g_autoptr (GArray) all = paraph_identities_list (identities);
  Search search;

  search_begin (&search, name, use);
  for (guint i = 0; i < all->len; i++)
    {
      g_autoptr (GPtrArray) devices =
          paraph_identities_list_devices (identities, &g_array_index (all, ParaphId, i));

      for (guint j = 0; j < devices->len; j++)
        {
          const ParaphPowers *powers = g_ptr_array_index (devices, j);

          search_offer (&search, powers->person, &powers->device, powers);
        }
    }
  return search_end (&search, "device", error);
}

/* The only negotiation of this home. */
static ParaphChannel *
find_only (const GPtrArray *channels, GError **error)
{
  ParaphChannel *only = NULL;

  for (guint i = 0; i < channels->len; i++)
    {
      ParaphChannel *channel = g_ptr_array_index (channels, i);
      ParaphEntry *opening = paraph_channel_get_opening (channel);

      if (paraph_entry_get_header (opening)->kind != PARAPH_KIND_CHARTER)
        continue;
      if (only != NULL)
        {
          paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                                "This home knows several negotiations. Say which one is meant; "
                                "“negotiation list” names them.");
          return NULL;
        }
      only = channel;
    }
  if (only == NULL)
    paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                          "This home knows no negotiation yet. Convene one, or join with an "
                          "invitation.");
  return only;
}

ParaphChannel *
paraph_find_negotiation (ParaphHome *home, const char *name, ParaphFindUse use, GError **error)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  Search search;

  if (name == NULL)
    return find_only (channels, error);
  search_begin (&search, name, use);
  for (guint i = 0; i < channels->len; i++)
    {
      ParaphChannel *channel = g_ptr_array_index (channels, i);
      const ParaphHeader *opening = paraph_entry_get_header (paraph_channel_get_opening (channel));

      if (opening->kind == PARAPH_KIND_CHARTER)
        search_offer (&search, paraph_header_get_value (opening, "title"), &opening->id, channel);
    }
  return search_end (&search, "negotiation", error);
}

ParaphChannel *
paraph_find_channel (ParaphHome *home, const char *name, ParaphFindUse use, GError **error)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  Search search;

  search_begin (&search, name, use);
  for (guint i = 0; i < channels->len; i++)
    {
      ParaphChannel *channel = g_ptr_array_index (channels, i);
      const ParaphHeader *opening = paraph_entry_get_header (paraph_channel_get_opening (channel));

      if (opening->kind == PARAPH_KIND_CHARTER)
        {
          search_offer (&search, "plenary", &opening->id, channel);
          search_offer (&search, paraph_header_get_value (opening, "title"), &opening->id, channel);
        }
      else
        search_offer (&search, paraph_header_get_value (opening, "name"), &opening->id, channel);
    }
  return search_end (&search, "channel", error);
}

/* kind UNKNOWN: any. */
static ParaphEntry *
find_entry (ParaphHome *home, const char *name, ParaphKind kind, ParaphFindUse use,
            const char *noun, GError **error)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  Search search;

  search_begin (&search, name, use);
  for (guint i = 0; i < channels->len; i++)
    {
      const GPtrArray *entries = paraph_channel_list (g_ptr_array_index (channels, i));

      for (guint j = 0; j < entries->len; j++)
        {
          ParaphEntry *entry = g_ptr_array_index (entries, j);
          const ParaphHeader *header = paraph_entry_get_header (entry);

          if (kind != PARAPH_KIND_UNKNOWN && header->kind != kind)
            continue;
          search_offer (&search, paraph_header_get_value (header, "symbol"), &header->id, entry);
          if (header->kind == PARAPH_KIND_TEXT && kind == PARAPH_KIND_TEXT)
            search_offer (&search, paraph_header_get_value (header, "title"), &header->id, entry);
        }
    }
  return search_end (&search, noun, error);
}

ParaphEntry *
paraph_find_record (ParaphHome *home, const char *name, ParaphFindUse use, GError **error)
{
  return find_entry (home, name, PARAPH_KIND_UNKNOWN, use, "record", error);
}

ParaphEntry *
paraph_find_paper (ParaphHome *home, const char *name, ParaphKind kind, ParaphFindUse use,
                   GError **error)
{
  return find_entry (home, name, kind, use, paraph_kind_get_rule (kind)->word, error);
}

ParaphText *
paraph_find_text (ParaphHome *home, const char *name, ParaphFindUse use, GError **error)
{
  ParaphEntry *opening = paraph_find_paper (home, name, PARAPH_KIND_TEXT, use, error);
  ParaphText *text = NULL;

  if (opening == NULL)
    return NULL;
  text = paraph_channel_get_text (paraph_entry_get_channel (opening),
                                  &paraph_entry_get_header (opening)->id);
  if (text == NULL)
    paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                          "The record “%s” opens no text: it is without effect. “log” tells why.",
                          name);
  return text;
}

ParaphEntry *
paraph_find_version (ParaphHome *home, const char *name, ParaphFindUse use, ParaphText **ret_text,
                     GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name, "@", 2);
  const char *text_name = parts[0] == NULL ? "" : parts[0]; /* nothing splits into nothing */
  g_autoptr (ParaphText) text = paraph_find_text (home, text_name, use, error);
  ParaphEntry *version = NULL;

  if (text == NULL)
    return NULL;
  if (strchr (name, '@') == NULL)
    version = text->current;
  else
    {
      Search search;

      search_begin (&search, parts[1], use);
      for (guint i = 0; i < text->versions->len + text->proposals->len; i++)
        {
          gboolean is_proposal = i >= text->versions->len;
          ParaphProposal *proposal =
              is_proposal ? g_ptr_array_index (text->proposals, i - text->versions->len) : NULL;
          ParaphEntry *entry =
              is_proposal ? proposal->entry : g_ptr_array_index (text->versions, i);
          const ParaphHeader *header = paraph_entry_get_header (entry);

          search_offer (&search, paraph_header_get_value (header, "symbol"), &header->id, entry);
        }
      version = search_end (&search, "version", error);
    }
  if (version != NULL && ret_text != NULL)
    *ret_text = g_steal_pointer (&text);
  return version;
}
