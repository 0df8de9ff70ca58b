#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-paper.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app/cli-files.h"

#define BODY_MAX ((gsize) 4 * 1024 * 1024)

typedef struct
{
  char *label;
  GBytes *content;
} Part;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->label);
  g_clear_pointer (&part->content, g_bytes_unref);
  g_free (part);
}

/* Takes content. */
static void
add_body (ParaphCliPaper *paper, const char *label, GBytes *content, gboolean is_annex)
{
  ParaphPaperBody body = { 0 };
  Part *part = g_new0 (Part, 1);

  g_ptr_array_add (paper->parts, part);
  part->label = g_strdup (label);
  part->content = content;
  body.content = part->content;
  if (is_annex)
    body.name = part->label;
  else
    body.language = part->label;
  g_array_append_val (paper->bodies, body);
  paper->paper.bodies = (const ParaphPaperBody *) (gpointer) paper->bodies->data;
  paper->paper.n_bodies = paper->bodies->len;
}

static gboolean
add_file (ParaphCliPaper *paper, const char *label, const char *path, gboolean is_annex,
          GError **error)
{
  GBytes *content = paraph_cli_read_file (path, BODY_MAX, error);

  if (content == NULL)
    return FALSE;
  add_body (paper, label, content, is_annex);
  return TRUE;
}

static gboolean
has_body (const ParaphCliPaper *paper, const char *label, gboolean is_annex)
{
  for (guint i = 0; i < paper->bodies->len; i++)
    {
      const ParaphPaperBody *body = &g_array_index (paper->bodies, ParaphPaperBody, i);

      if (g_strcmp0 (is_annex ? body->name : body->language, label) == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
paraph_cli_paper_take_over (ParaphCliPaper *self, ParaphHome *home, ParaphEntry *version,
                            GError **error)
{
  const ParaphHeader *header = paraph_entry_get_header (version);

  for (guint i = 0; i < header->n_bodies; i++)
    {
      const ParaphBody *body = &header->bodies[i];
      gboolean is_annex = strcmp (body->role, "annex") == 0;
      const char *label = is_annex ? body->name : body->language;
      GBytes *content = NULL;

      if ((!is_annex && strcmp (body->role, "text") != 0) || has_body (self, label, is_annex))
        continue;
      content = paraph_record_get_content (home, body, error);
      if (content == NULL)
        return FALSE;
      add_body (self, label, content, is_annex);
    }
  return TRUE;
}

static gboolean
add_named (ParaphCli *self, ParaphCliPaper *paper, const char *option, gboolean is_annex,
           GError **error)
{
  g_auto (GStrv) values = paraph_arguments_list (self->arguments, option, FALSE);

  for (guint i = 0; values[i] != NULL; i++)
    {
      char *path = strchr (values[i], '=');

      if (path == NULL)
        {
          g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                       _ ("--%s is written NAME=FILE, for example --%s en=text.md."), option,
                       option);
          return FALSE;
        }
      *path = '\0';
      if (!add_file (paper, values[i], path + 1, is_annex, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
paraph_cli_paper_read (ParaphCli *self, ParaphChannel *channel, const char *path,
                       ParaphCliPaper *ret_paper, GError **error)
{
  g_auto (ParaphCliPaper) paper = { .bodies = g_array_new (FALSE, TRUE, sizeof (ParaphPaperBody)),
                                    .parts = g_ptr_array_new_with_free_func (part_free) };

  if ((path != NULL
       && !add_file (&paper, paraph_channel_list_languages (channel)[0], path, FALSE, error))
      || !add_named (self, &paper, "language", FALSE, error)
      || !add_named (self, &paper, "annex", TRUE, error))
    return FALSE;
  paper.paper.standing = paraph_arguments_get (self->arguments, "standing", NULL);
  paper.paper.note = paraph_arguments_get (self->arguments, "m", NULL);
  paper.paper.symbol = paraph_arguments_get (self->arguments, "symbol", NULL);
  *ret_paper = paper;
  memset (&paper, 0, sizeof paper);
  return TRUE;
}

void
paraph_cli_paper_clear (ParaphCliPaper *self)
{
  g_clear_pointer (&self->bodies, g_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  memset (self, 0, sizeof *self);
}
