#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-arguments.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app/home.h"

static void
add_value (ParaphArguments *self, const char *name, const char *value)
{
  GPtrArray *values = g_hash_table_lookup (self->options, name);

  if (values == NULL)
    {
      values = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (self->options, g_strdup (name), values);
    }
  g_ptr_array_add (values, g_strdup (value));
}

static gboolean
takes_value (const char *with_value, const char *name)
{
  g_autofree char *sought = g_strdup_printf (" %s ", name);

  return strstr (with_value, sought) != NULL;
}

static gboolean
is_option (const char *word)
{
  return word[0] == '-' && word[1] != '\0';
}

ParaphArguments *
paraph_arguments_parse (const char *const *words, const char *with_value, GError **error)
{
  g_autoptr (ParaphArguments) self = g_new0 (ParaphArguments, 1);
  gboolean is_over = FALSE;

  self->words = g_ptr_array_new_with_free_func (g_free);
  self->options =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; words[i] != NULL; i++)
    if (!g_utf8_validate (words[i], -1, NULL))
      {
        g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                     _ ("Word %u of this command line is not UTF-8. Type it again, or give the "
                        "file another name."),
                     i + 1);
        return NULL;
      }
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *word = words[i];
      g_auto (GStrv) parts = NULL;

      if (is_over || !is_option (word))
        {
          g_ptr_array_add (self->words, g_strdup (word));
          continue;
        }
      if (strcmp (word, "--") == 0)
        {
          is_over = TRUE;
          continue;
        }
      parts = g_strsplit (word + (word[1] == '-' ? 2 : 1), "=", 2);
      if (!takes_value (with_value, parts[0]))
        add_value (self, parts[0], parts[1] == NULL ? "" : parts[1]);
      else if (parts[1] != NULL)
        add_value (self, parts[0], parts[1]);
      else if (words[i + 1] != NULL)
        add_value (self, parts[0], words[++i]);
      else
        {
          g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE,
                       _ ("The option %s needs a value. “paraph-cli --help” shows which."), word);
          return NULL;
        }
    }
  return g_steal_pointer (&self);
}

void
paraph_arguments_free (ParaphArguments *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->words, g_ptr_array_unref);
  g_clear_pointer (&self->options, g_hash_table_unref);
  g_free (self);
}

gboolean
paraph_arguments_has (const ParaphArguments *self, const char *name)
{
  return g_hash_table_contains (self->options, name);
}

const char *
paraph_arguments_get (const ParaphArguments *self, const char *name, const char *fallback)
{
  GPtrArray *values = g_hash_table_lookup (self->options, name);

  return values == NULL ? fallback : g_ptr_array_index (values, values->len - 1);
}

char **
paraph_arguments_list (const ParaphArguments *self, const char *name, gboolean split)
{
  GPtrArray *values = g_hash_table_lookup (self->options, name);
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; values != NULL && i < values->len; i++)
    {
      g_auto (GStrv) parts = g_strsplit (g_ptr_array_index (values, i), split ? "," : "\n", -1);

      for (guint j = 0; parts[j] != NULL; j++)
        g_ptr_array_add (list, g_strdup (parts[j]));
    }
  g_ptr_array_add (list, NULL);
  return (char **) (gpointer) g_ptr_array_free (list, FALSE);
}

const char *
paraph_arguments_word (const ParaphArguments *self, guint i)
{
  return i < self->words->len ? g_ptr_array_index (self->words, i) : NULL;
}
