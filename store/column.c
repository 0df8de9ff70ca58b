#include <sqlite3.h>
#include <string.h>

#include "store/column.h"

static void
note_damage (ParaphStatement *self)
{
  if (self->error == NULL)
    g_set_error_literal (&self->error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_DAMAGED,
                         "a column of another type or size than was written");
}

gint64
paraph_column_int (ParaphStatement *self, int column)
{
  if (sqlite3_column_type (self->stmt, column) == SQLITE_INTEGER)
    return sqlite3_column_int64 (self->stmt, column);
  note_damage (self);
  return 0;
}

guint64
paraph_column_unsigned (ParaphStatement *self, int column)
{
  gint64 value = paraph_column_int (self, column);

  if (value >= 0)
    return (guint64) value;
  note_damage (self);
  return 0;
}

gboolean
paraph_column_is_null (ParaphStatement *self, int column)
{
  return sqlite3_column_type (self->stmt, column) == SQLITE_NULL;
}

const guint8 *
paraph_column_view (ParaphStatement *self, int column, gsize *ret_size)
{
  const guint8 *data = NULL;

  *ret_size = 0;
  if (sqlite3_column_type (self->stmt, column) != SQLITE_BLOB)
    {
      note_damage (self);
      return NULL;
    }
  data = sqlite3_column_blob (self->stmt, column);
  *ret_size = (gsize) sqlite3_column_bytes (self->stmt, column);
  return data;
}

void
paraph_column_fixed (ParaphStatement *self, int column, void *ret_bytes, gsize size)
{
  gsize found = 0;
  const guint8 *data = paraph_column_view (self, column, &found);

  memset (ret_bytes, 0, size);
  if (data != NULL && found == size)
    memcpy (ret_bytes, data, size);
  else
    note_damage (self);
}

ParaphId
paraph_column_id (ParaphStatement *self, int column)
{
  ParaphId id = { { 0 } };

  if (!paraph_column_is_null (self, column))
    paraph_column_fixed (self, column, id.bytes, sizeof id.bytes);
  return id;
}

GBytes *
paraph_column_bytes (ParaphStatement *self, int column)
{
  gsize size = 0;
  const guint8 *data;

  if (paraph_column_is_null (self, column))
    return NULL;
  data = paraph_column_view (self, column, &size);
  return g_bytes_new (data, size);
}

char *
paraph_column_text (ParaphStatement *self, int column)
{
  const char *text;

  if (paraph_column_is_null (self, column))
    return NULL;
  text = (const char *) sqlite3_column_text (self->stmt, column);
  if (text != NULL && g_utf8_validate (text, -1, NULL))
    return g_strdup (text);
  note_damage (self);
  return g_strdup ("");
}
