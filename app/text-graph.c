#define G_LOG_DOMAIN "paraph-app"

#include "app/text-graph.h"

#include <string.h>

#include "app/error.h"
#include "app/record-requests.h"
#include "negotiation/channel.h"
#include "negotiation/value.h"

/* In the order in which lineage takes them: the first one that has a provision names it. */
static const char *const PARENT_KEYS[] = { "base", "answers", "incorporates" };

static const ParaphBody *
find_text (ParaphEntry *version, const char *language)
{
  return paraph_header_find_body (paraph_entry_get_header (version), "text", language);
}

const char *
paraph_version_get_language (ParaphEntry *version)
{
  const ParaphBody *body = find_text (version, NULL);

  return body == NULL ? NULL : body->language;
}

GBytes *
paraph_version_get_words (ParaphHome *home, ParaphEntry *version, const char *language,
                          GError **error)
{
  const ParaphBody *body = find_text (version, language);

  return body == NULL ? NULL : paraph_record_get_content (home, body, error);
}

ParaphText *
paraph_version_get_text (ParaphEntry *version)
{
  const ParaphHeader *header = paraph_entry_get_header (version);
  ParaphId id = header->id;

  if (header->kind != PARAPH_KIND_TEXT && !paraph_header_get_id (header, "text", &id))
    return NULL;
  return paraph_channel_get_text (paraph_entry_get_channel (version), &id);
}

/* The records that entry names as what it was made from: ParaphEntry *. */
static GPtrArray *
list_parents (ParaphHome *home, ParaphEntry *entry)
{
  GPtrArray *parents = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (PARENT_KEYS); i++)
    {
      const char *const *values =
          paraph_header_get_values (paraph_entry_get_header (entry), PARENT_KEYS[i]);

      for (; values != NULL && *values != NULL; values++)
        {
          ParaphId id;
          ParaphEntry *parent = NULL;

          if (paraph_value_parse_id (*values, &id))
            parent = paraph_ledger_find (home->ledger, &id);
          if (parent != NULL)
            g_ptr_array_add (parents, parent);
        }
    }
  return parents;
}

/* Shown order; cause comes first in it. */
static int
compare_shown (gconstpointer a, gconstpointer b)
{
  const ParaphHeader *one = paraph_entry_get_header (*(ParaphEntry *const *) a);
  const ParaphHeader *other = paraph_entry_get_header (*(ParaphEntry *const *) b);
  int order = 0;

  if (one->clock != other->clock)
    return one->clock < other->clock ? -1 : 1;
  order = memcmp (&one->author, &other->author, sizeof one->author);
  if (order == 0 && one->number != other->number)
    return one->number < other->number ? -1 : 1;
  return order != 0 ? order : memcmp (&one->id, &other->id, sizeof one->id);
}

static gboolean
has_entry (const GPtrArray *entries, const ParaphEntry *entry)
{
  for (guint i = 0; i < entries->len; i++)
    if (g_ptr_array_index (entries, i) == entry)
      return TRUE;
  return FALSE;
}

/* is_needed: its words have to be here; else it may be passed over. */
static gboolean
add_version (ParaphLineage *lineage, ParaphHome *home, ParaphEntry *entry, const char *language,
             gboolean is_needed, GError **error)
{
  g_autoptr (GPtrArray) parents = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (ParaphId));
  g_autoptr (GError) lacking = NULL;
  g_autoptr (GBytes) words = paraph_version_get_words (home, entry, language, &lacking);

  if (words == NULL)
    {
      if (lacking == NULL && is_needed)
        paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                              "This version has no text in that language.");
      else if (lacking != NULL
               && (is_needed
                   || !g_error_matches (lacking, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED)))
        g_propagate_error (error, g_steal_pointer (&lacking));
      else
        return TRUE; /* passed over, as the header says */
      return FALSE;
    }
  parents = list_parents (home, entry);
  for (guint i = 0; i < parents->len; i++)
    g_array_append_val (ids, paraph_entry_get_header (g_ptr_array_index (parents, i))->id);
  (void) paraph_lineage_add (lineage, &paraph_entry_get_header (entry)->id,
                             (const ParaphId *) (gconstpointer) ids->data, ids->len, words);
  return TRUE;
}

/* Sorts entries. needed: those whose words have to be here; NULL: none. */
static ParaphLineage *
build (ParaphHome *home, GPtrArray *entries, const char *language, const GPtrArray *needed,
       GError **error)
{
  g_autoptr (ParaphLineage) lineage = paraph_lineage_new ();

  g_ptr_array_sort (entries, compare_shown);
  for (guint i = 0; i < entries->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (entries, i);
      gboolean is_needed = needed != NULL && has_entry (needed, entry);

      if (!add_version (lineage, home, entry, language, is_needed, error))
        return NULL;
    }
  return g_steal_pointer (&lineage);
}

ParaphLineage *
paraph_text_build_lineage (ParaphHome *home, const ParaphText *text, const char *language,
                           GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();

  for (guint i = 0; i < text->versions->len; i++)
    g_ptr_array_add (entries, g_ptr_array_index (text->versions, i));
  for (guint i = 0; i < text->proposals->len; i++)
    g_ptr_array_add (entries,
                     ((const ParaphProposal *) g_ptr_array_index (text->proposals, i))->entry);
  return build (home, entries,
                language == NULL ? paraph_version_get_language (text->opening) : language, NULL,
                error);
}

ParaphLineage *
paraph_versions_build_lineage (ParaphHome *home, const GPtrArray *versions, const char *language,
                               GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < versions->len; i++)
    if (g_hash_table_add (known, g_ptr_array_index (versions, i)))
      g_ptr_array_add (entries, g_ptr_array_index (versions, i));
  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (GPtrArray) parents = list_parents (home, g_ptr_array_index (entries, i));

      for (guint j = 0; j < parents->len; j++)
        if (g_hash_table_add (known, g_ptr_array_index (parents, j)))
          g_ptr_array_add (entries, g_ptr_array_index (parents, j));
    }
  if (language == NULL)
    language = paraph_version_get_language (g_ptr_array_index (versions, 0));
  return build (home, entries, language, versions, error);
}
