#define G_LOG_DOMAIN "paraph-app"

#include "app/held-requests.h"

#include <string.h>

#include "app/error.h"
#include "app/find-requests.h"
#include "app/inbound.h"
#include "crypto/hash.h"

#define LIST_MAX 4096

GPtrArray *
paraph_held_list (ParaphHome *home, GError **error)
{
  GPtrArray *rows = NULL;

  return paraph_held_table_list (home->store, LIST_MAX, &rows, error) ? rows : NULL;
}

/* The one record whose id begins so; NULL: none, or several. */
static const ParaphHeldRow *
find (GPtrArray *rows, const char *name)
{
  const ParaphHeldRow *found = NULL;
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const ParaphHeldRow *row = g_ptr_array_index (rows, i);
      char hex[PARAPH_ID_HEX_SIZE + 1];

      paraph_id_to_hex (&row->id, hex);
      if (!g_str_has_prefix (hex, name)
          || (found != NULL && paraph_id_equal (&found->id, &row->id)))
        continue;
      found = row;
      n++;
    }
  return n == 1 && strlen (name) >= PARAPH_FIND_BINDING ? found : NULL;
}

gboolean
paraph_held_let_in (ParaphHome *home, const char *name, ParaphId *ret_id, const char **ret_word,
                    GError **error)
{
  g_autoptr (GPtrArray) rows = paraph_held_list (home, error);
  const ParaphHeldRow *row = NULL;
  ParaphOutcome outcome = PARAPH_OUTCOME_REFUSED;

  if (rows == NULL)
    return FALSE;
  row = find (rows, name);
  if (row == NULL)
    return paraph_app_error_set (
        error, PARAPH_APP_ERROR_REFUSED,
        "No record called “%s” is held back. Use 16 digits of an id that “negotiation door list” "
        "shows.",
        name);
  if (!paraph_inbound_let_in (home, &row->id, &outcome, error))
    return FALSE;
  *ret_id = row->id;
  *ret_word = paraph_outcome_get_word (outcome);
  return TRUE;
}
