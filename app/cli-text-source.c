#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-text-source.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app/cli-files.h"
#include "app/text-graph.h"
#include "crypto/hash.h"

#define FILE_MAX ((gsize) 4 * 1024 * 1024)

GBytes *
paraph_cli_text_get (ParaphCli *self, ParaphHome *home, ParaphEntry *version, GError **error)
{
  const ParaphHeader *header = paraph_entry_get_header (version);
  const char *language = paraph_arguments_get (self->arguments, "language", NULL);

  for (guint i = 0; i < header->n_bodies; i++)
    if (strcmp (header->bodies[i].role, "text") == 0
        && (language == NULL || g_strcmp0 (header->bodies[i].language, language) == 0))
      return paraph_record_get_content (home, &header->bodies[i], error);
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
               _ ("This version has no text in that language."));
  return NULL;
}

guint
paraph_cli_text_count_files (ParaphCli *self)
{
  g_auto (GStrv) files = paraph_arguments_list (self->arguments, "file", FALSE);

  return g_strv_length (files);
}

static gboolean
read_file (ParaphCli *self, guint i, ParaphCliText *text, GError **error)
{
  g_auto (GStrv) files = paraph_arguments_list (self->arguments, "file", FALSE);
  gsize size = 0;
  const void *data = NULL;

  g_assert (i < g_strv_length (files));
  text->content = paraph_cli_read_file (files[i], FILE_MAX, error);
  if (text->content == NULL)
    return FALSE;
  data = g_bytes_get_data (text->content, &size);
  paraph_sha256 (data, size, &text->id);
  return TRUE;
}

static gboolean
read_version (ParaphCli *self, ParaphHome *home, const char *name, ParaphCliText *text,
              GError **error)
{
  text->version = paraph_find_version (home, name, PARAPH_FIND_READING, NULL, error);
  if (text->version == NULL)
    return FALSE;
  text->id = paraph_entry_get_header (text->version)->id;
  text->content = paraph_cli_text_get (self, home, text->version, error);
  return text->content != NULL;
}

/* Codes of the delegations that may attribute in a version; NULL: any code. g_strfreev. */
static char **
list_codes (ParaphEntry *version)
{
  g_autoptr (GArray) members = NULL;
  GPtrArray *codes = NULL;

  if (version == NULL)
    return NULL;
  members = paraph_channel_list_members (paraph_entry_get_channel (version), NULL);
  codes = g_ptr_array_new ();
  for (guint i = 0; i < members->len; i++)
    g_ptr_array_add (codes, g_strdup (g_array_index (members, ParaphMember, i).code));
  g_ptr_array_add (codes, NULL);
  return (char **) (gpointer) g_ptr_array_free (codes, FALSE);
}

gboolean
paraph_cli_text_read (ParaphCli *self, ParaphHome *home, const char *name, guint i,
                      ParaphCliText *ret_text, GError **error)
{
  g_auto (ParaphCliText) text = { .content = NULL };
  g_auto (GStrv) codes = NULL;

  if (home == NULL ? !read_file (self, i, &text, error)
                   : !read_version (self, home, name, &text, error))
    return FALSE;
  codes = list_codes (text.version);
  text.structure = paraph_structure_new (text.content);
  text.brackets = paraph_brackets_new (text.structure, (const char *const *) codes);
  *ret_text = text;
  memset (&text, 0, sizeof text);
  return TRUE;
}

void
paraph_cli_text_clear (ParaphCliText *self)
{
  g_clear_pointer (&self->brackets, paraph_brackets_free);
  g_clear_pointer (&self->structure, paraph_structure_free);
  g_clear_pointer (&self->content, g_bytes_unref);
}

ParaphLineage *
paraph_cli_text_trace (ParaphCli *self, ParaphHome *home, const ParaphCliText *text,
                       guint *ret_version, GError **error)
{
  const char *language = paraph_arguments_get (self->arguments, "language", NULL);
  g_autoptr (GPtrArray) versions = g_ptr_array_new ();
  g_autoptr (ParaphLineage) lineage = NULL;

  if (home == NULL)
    {
      lineage = paraph_lineage_new ();
      *ret_version = paraph_lineage_add (lineage, &text->id, NULL, 0, text->content);
      return g_steal_pointer (&lineage);
    }
  g_ptr_array_add (versions, text->version);
  lineage = paraph_versions_build_lineage (home, versions, language, error);
  if (lineage == NULL)
    return NULL;
  if (!paraph_lineage_find (lineage, &text->id, ret_version))
    g_assert_not_reached ();
  return g_steal_pointer (&lineage);
}
