/* The history code: what people read to each other to know that they hold the same record. */

#include <string.h>

#include "app/bundle.h"
#include "app/error.h"
#include "crypto/digits.h"
#include "crypto/hash.h"

static void
add_lines (GPtrArray *lines, GArray *places)
{
  for (guint i = 0; i < places->len; i++)
    {
      const ParaphPlace *place = &g_array_index (places, ParaphPlace, i);
      char author[PARAPH_ID_HEX_SIZE + 1], id[PARAPH_ID_HEX_SIZE + 1];

      paraph_id_to_hex (&place->author, author);
      paraph_id_to_hex (&place->id, id);
      g_ptr_array_add (lines,
                       g_strdup_printf ("%s %" G_GINT64_FORMAT " %s\n", author, place->number, id));
    }
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  const char *const *one = a, *const *other = b;

  return strcmp (*one, *other);
}

char *
paraph_history_code (ParaphChannel *channel, ParaphEntry *as_of, guint *ret_records, GError **error)
{
  g_autoptr (GArray) tips = paraph_channel_list_tips_at (channel, as_of);
  g_autoptr (GArray) identities = paraph_channel_list_identity_tips_at (channel, as_of);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new (NULL);
  char code[PARAPH_DIGITS_CODE_SIZE + 1];

  add_lines (lines, tips);
  add_lines (lines, identities);
  g_ptr_array_sort (lines, compare_lines);
  for (guint i = 0; i < lines->len; i++)
    g_string_append (text, g_ptr_array_index (lines, i));
  if (paraph_digits_history (text->str, text->len, code) != 0)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_IO,
          "There is not enough memory for the history code. Close other programs and try again.");
      return NULL;
    }
  if (ret_records != NULL)
    {
      g_autoptr (GPtrArray) past = paraph_channel_list_past (channel, as_of);

      *ret_records = past->len;
    }
  return g_strdup (code);
}
