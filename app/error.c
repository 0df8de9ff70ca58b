#include "app/error.h"

#include <stdarg.h>
#include <string.h>

#define WORDS_MAX 9

typedef struct
{
  const char *sentence; /* static; NULL: the error was set in another way */
  char **words;         /* what stands in its places, in order */
} ParaphAppErrorPrivate;

/* GLib keeps it before the error, aligned for any type (g_error_domain_register_static). */
static ParaphAppErrorPrivate *
get_private (const GError *error)
{
  const gsize unit = 2 * sizeof (gsize);
  const gsize size = (sizeof (ParaphAppErrorPrivate) + unit - 1) / unit * unit;

  return (ParaphAppErrorPrivate *) ((guintptr) error - size);
}

static void
init_private (GError *error)
{
  ParaphAppErrorPrivate *self = get_private (error);

  self->sentence = NULL;
  self->words = NULL;
}

static void
copy_private (const GError *from, GError *to)
{
  get_private (to)->sentence = get_private (from)->sentence;
  get_private (to)->words = g_strdupv (get_private (from)->words);
}

static void
clear_private (GError *error)
{
  g_clear_pointer (&get_private (error)->words, g_strfreev);
}

GQuark
paraph_app_error_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (
        &quark, g_error_domain_register_static ("paraph-app-error", sizeof (ParaphAppErrorPrivate),
                                                init_private, copy_private, clear_private));
  return (GQuark) quark;
}

/* The number of the word that the placeholder at names, 0 where it is none; next counts those
 * without a number. */
static guint
read_placeholder (const char *at, guint *next, const char **ret_end)
{
  if (at[0] != '%')
    return 0;
  if (at[1] == 's')
    {
      *ret_end = at + 2;
      return ++*next;
    }
  if (at[1] < '1' || at[1] > '9' || at[2] != '$' || at[3] != 's')
    return 0;
  *ret_end = at + 4;
  return (guint) (at[1] - '0');
}

static char *
put_in (const char *sentence, char **words)
{
  GString *text = g_string_new (NULL);
  guint n_words = g_strv_length (words);
  guint next = 0;
  const char *at = sentence;

  while (*at != '\0')
    {
      const char *end = at + 1;
      guint number = read_placeholder (at, &next, &end);

      if (number == 0)
        g_string_append_c (text, *at);
      else if (number <= n_words)
        g_string_append (text, words[number - 1]);
      at = end;
    }
  return g_string_free (text, FALSE);
}

gboolean
paraph_app_error_set (GError **error, ParaphAppError code, const char *sentence, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *message = NULL;
  ParaphAppErrorPrivate *beside = NULL;
  va_list arguments;

  va_start (arguments, sentence);
  for (const char *at = strstr (sentence, "%s"); at != NULL && words->len < WORDS_MAX;
       at = strstr (at + 2, "%s"))
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it was begun above */
    g_ptr_array_add (words, g_strdup (va_arg (arguments, const char *)));
  va_end (arguments);
  g_ptr_array_add (words, NULL);
  message = put_in (sentence, (char **) words->pdata);
  g_set_error_literal (error, PARAPH_APP_ERROR, (int) code, message);
  if (error == NULL)
    return FALSE;
  beside = get_private (*error);
  beside->sentence = sentence;
  beside->words = g_strdupv ((char **) words->pdata);
  return FALSE;
}

char *
paraph_app_error_dup_sentence (const GError *error, ParaphTranslate translate)
{
  ParaphAppErrorPrivate *beside = NULL;

  if (error->domain != PARAPH_APP_ERROR)
    return NULL;
  beside = get_private (error);
  return beside->sentence == NULL ? NULL : put_in (translate (beside->sentence), beside->words);
}
