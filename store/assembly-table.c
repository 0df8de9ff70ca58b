#include <string.h>

#include "crypto/content.h"
#include "store/assembly-table.h"
#include "store/table.h"

/* The greatest ciphertext that a sender may make fits what is assembled of one sender. */
G_STATIC_ASSERT (PARAPH_CONTENT_SIZE_MAX <= PARAPH_ASSEMBLY_SENDER_SIZE_MAX);
G_STATIC_ASSERT (PARAPH_ASSEMBLY_PIECES_MAX
                 == (PARAPH_CONTENT_SIZE_MAX + PARAPH_PIECE_SIZE_MAX - 1) / PARAPH_PIECE_SIZE_MAX);

static const char put_head_sql[] =
    "INSERT INTO assembly (hash, sender, pieces, size, negotiation, channel, generation,"
    " sealed, first_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
static const char get_head_sql[] =
    "SELECT generation, sealed, pieces, size, negotiation, channel, first_seen FROM assembly"
    " WHERE hash = ? AND sender = ?";
static const char put_piece_sql[] =
    "INSERT INTO assembly_piece (hash, sender, piece, bytes, size, first_seen)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
static const char count_pieces_sql[] =
    "SELECT count (*) FROM assembly_piece WHERE hash = ? AND sender = ?";
static const char list_pieces_sql[] = "SELECT piece, bytes FROM assembly_piece"
                                      " WHERE hash = ? AND sender = ? ORDER BY piece";
static const char delete_head_sql[] = "DELETE FROM assembly WHERE hash = ? AND sender = ?";
static const char delete_pieces_sql[] = "DELETE FROM assembly_piece WHERE hash = ? AND sender = ?";
static const char total_of_sender_sql[] =
    "SELECT ifnull (sum (size), 0) FROM assembly_piece WHERE sender = ?";
static const char total_of_packet_sql[] =
    "SELECT ifnull (sum (size), 0) FROM assembly_piece WHERE hash = ? AND sender = ?";
/* Of the same age: first what has no head, then what has the fewest bytes. */
static const char oldest_other_sql[] =
    "SELECT hash FROM assembly_piece AS piece WHERE hash <> ? AND sender = ? GROUP BY hash"
    " ORDER BY min (first_seen), EXISTS (SELECT 1 FROM assembly WHERE assembly.hash = piece.hash"
    " AND assembly.sender = piece.sender), sum (size), hash LIMIT 1";
static const char expire_heads_sql[] = "DELETE FROM assembly WHERE first_seen < ?";
static const char expire_pieces_sql[] = "DELETE FROM assembly_piece WHERE first_seen < ?";

/* The primary key's bytes: both parts have one length. */
typedef struct
{
  ParaphId hash;
  ParaphId sender;
} AssemblyRow;

static ParaphSealedPlace
place_of (const AssemblyRow *row)
{
  return (ParaphSealedPlace){ "assembly", "sealed", row, sizeof *row };
}

void
paraph_assembly_head_free (ParaphAssemblyHead *head)
{
  if (head == NULL)
    return;
  paraph_secret_free (head->key);
  g_free (head);
}

static void
prepare_pair (ParaphStatement *statement, ParaphStore *store, const char *sql, const ParaphId *hash,
              const ParaphId *sender)
{
  paraph_table_prepare (statement, store, sql);
  paraph_statement_bind_id (statement, hash);
  paraph_statement_bind_id (statement, sender);
}

gboolean
paraph_assembly_table_put_head (ParaphStore *store, const ParaphAssemblyHead *head, GError **error)
{
  AssemblyRow row = { head->hash, head->sender };
  ParaphSealedPlace place = place_of (&row);
  g_auto (ParaphSealedValue) value = { 0 };
  g_auto (ParaphStatement) statement = { 0 };

  if (!paraph_sealed_row_seal (store, &place, paraph_secret_data (head->key),
                               paraph_secret_size (head->key), &value, error))
    return FALSE;
  prepare_pair (&statement, store, put_head_sql, &head->hash, &head->sender);
  paraph_statement_bind_int (&statement, head->pieces);
  paraph_statement_bind_int (&statement, head->size);
  paraph_statement_bind_blob (&statement, head->negotiation, sizeof head->negotiation);
  paraph_statement_bind_blob (&statement, head->channel, sizeof head->channel);
  paraph_statement_bind_unsigned (&statement, value.generation);
  paraph_statement_bind_bytes (&statement, value.bytes);
  paraph_statement_bind_int (&statement, head->first_seen);
  return paraph_statement_run (&statement, NULL, error);
}

static gboolean
read_head (ParaphStatement *statement, ParaphAssemblyHead *head, ParaphSealedValue *value,
           GError **error)
{
  ParaphStep step;

  while ((step = paraph_statement_step (statement, error)) == PARAPH_STEP_ROW)
    {
      value->generation = paraph_column_unsigned (statement, 0);
      value->bytes = paraph_column_bytes (statement, 1);
      head->pieces = (guint16) paraph_column_unsigned (statement, 2);
      head->size = (guint32) paraph_column_unsigned (statement, 3);
      paraph_column_fixed (statement, 4, head->negotiation, sizeof head->negotiation);
      paraph_column_fixed (statement, 5, head->channel, sizeof head->channel);
      head->first_seen = paraph_column_int (statement, 6);
    }
  return step == PARAPH_STEP_DONE;
}

gboolean
paraph_assembly_table_get_head (ParaphStore *store, const ParaphId *hash, const ParaphId *sender,
                                ParaphAssemblyHead **ret_head, GError **error)
{
  AssemblyRow row = { *hash, *sender };
  ParaphSealedPlace place = place_of (&row);
  g_auto (ParaphSealedValue) value = { 0 };
  g_auto (ParaphStatement) statement = { 0 };
  g_autoptr (ParaphAssemblyHead) head = g_new0 (ParaphAssemblyHead, 1);

  head->hash = *hash;
  head->sender = *sender;
  prepare_pair (&statement, store, get_head_sql, hash, sender);
  if (!read_head (&statement, head, &value, error))
    return FALSE;
  if (value.bytes != NULL
      && !paraph_sealed_row_open (store, &place, &value, "content key", &head->key, error))
    return FALSE;
  *ret_head = value.bytes == NULL ? NULL : g_steal_pointer (&head);
  return TRUE;
}

/* ret_found is FALSE where PIECE's packet is the only one of that sender. */
static gboolean
drop_oldest_other (ParaphStore *store, const ParaphAssemblyPiece *piece, gboolean *ret_found,
                   GError **error)
{
  ParaphId oldest = { { 0 } };
  ParaphStep step;

  *ret_found = FALSE;
  {
    g_auto (ParaphStatement) statement = { 0 };

    prepare_pair (&statement, store, oldest_other_sql, &piece->hash, &piece->sender);
    while ((step = paraph_statement_step (&statement, error)) == PARAPH_STEP_ROW)
      {
        paraph_column_fixed (&statement, 0, oldest.bytes, sizeof oldest.bytes);
        *ret_found = TRUE;
      }
  }
  return step == PARAPH_STEP_DONE
         && (!*ret_found || paraph_assembly_table_delete (store, &oldest, &piece->sender, error));
}

gboolean
paraph_assembly_table_make_room (ParaphStore *store, const ParaphAssemblyPiece *piece,
                                 guint *ret_dropped, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  gsize size = g_bytes_get_size (piece->bytes);
  gboolean is_found = TRUE;
  guint64 own = 0;
  guint64 held = 0;

  *ret_dropped = 0;
  prepare_pair (&statement, store, total_of_packet_sql, &piece->hash, &piece->sender);
  if (!paraph_table_get_number (&statement, &own, error)
      || !paraph_assembly_table_total_of_sender (store, &piece->sender, &held, error))
    return FALSE;
  if (own + size > PARAPH_ASSEMBLY_SENDER_SIZE_MAX)
    return TRUE;
  while (is_found && held + size > PARAPH_ASSEMBLY_SENDER_SIZE_MAX)
    {
      if (!drop_oldest_other (store, piece, &is_found, error)
          || !paraph_assembly_table_total_of_sender (store, &piece->sender, &held, error))
        return FALSE;
      *ret_dropped += is_found ? 1 : 0;
    }
  return TRUE;
}

gboolean
paraph_assembly_table_put_piece (ParaphStore *store, const ParaphAssemblyPiece *piece,
                                 GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  gsize size = g_bytes_get_size (piece->bytes);
  guint64 held = 0;

  if (!paraph_assembly_table_total_of_sender (store, &piece->sender, &held, error))
    return FALSE;
  if (held + size > PARAPH_ASSEMBLY_SENDER_SIZE_MAX)
    {
      g_set_error_literal (error, PARAPH_STORE_ERROR, PARAPH_STORE_ERROR_REFUSED,
                           "too many pieces of one sender");
      return FALSE;
    }
  prepare_pair (&statement, store, put_piece_sql, &piece->hash, &piece->sender);
  paraph_statement_bind_int (&statement, piece->index);
  paraph_statement_bind_bytes (&statement, piece->bytes);
  paraph_statement_bind_unsigned (&statement, size);
  paraph_statement_bind_int (&statement, piece->first_seen);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_assembly_table_count_pieces (ParaphStore *store, const ParaphId *hash,
                                    const ParaphId *sender, guint *ret_count, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  guint64 count = 0;

  prepare_pair (&statement, store, count_pieces_sql, hash, sender);
  if (!paraph_table_get_number (&statement, &count, error))
    return FALSE;
  *ret_count = (guint) count;
  return TRUE;
}

/* Appends the pieces as long as they follow each other and fit. Returns how many bytes. */
static gboolean
fill (ParaphStatement *statement, guint8 *buffer, gsize size, gsize *ret_filled, GError **error)
{
  gsize filled = 0;
  guint64 expected = 0;
  gboolean is_whole = TRUE;
  ParaphStep step;

  while ((step = paraph_statement_step (statement, error)) == PARAPH_STEP_ROW)
    {
      gsize n = 0;
      const guint8 *bytes = paraph_column_view (statement, 1, &n);

      is_whole = is_whole && paraph_column_unsigned (statement, 0) == expected++ && bytes != NULL
                 && n <= size - filled;
      if (!is_whole || bytes == NULL)
        continue;
      memcpy (buffer + filled, bytes, n);
      filled += n;
    }
  *ret_filled = is_whole ? filled : 0;
  return step == PARAPH_STEP_DONE;
}

gboolean
paraph_assembly_table_join (ParaphStore *store, const ParaphAssemblyHead *head,
                            GBytes **ret_ciphertext, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };
  g_autofree guint8 *buffer = NULL;
  gsize filled = 0;
  guint count = 0;

  if (!paraph_assembly_table_count_pieces (store, &head->hash, &head->sender, &count, error))
    return FALSE;
  if (count == head->pieces)
    {
      buffer = g_malloc (head->size);
      prepare_pair (&statement, store, list_pieces_sql, &head->hash, &head->sender);
      if (!fill (&statement, buffer, head->size, &filled, error))
        return FALSE;
    }
  *ret_ciphertext = buffer == NULL || filled != head->size
                        ? NULL
                        : g_bytes_new_take (g_steal_pointer (&buffer), filled);
  return TRUE;
}

static gboolean
delete_pair (ParaphStore *store, const char *sql, const ParaphId *hash, const ParaphId *sender,
             GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  prepare_pair (&statement, store, sql, hash, sender);
  return paraph_statement_run (&statement, NULL, error);
}

gboolean
paraph_assembly_table_delete (ParaphStore *store, const ParaphId *hash, const ParaphId *sender,
                              GError **error)
{
  return delete_pair (store, delete_head_sql, hash, sender, error)
         && delete_pair (store, delete_pieces_sql, hash, sender, error);
}

gboolean
paraph_assembly_table_total_of_sender (ParaphStore *store, const ParaphId *sender,
                                       guint64 *ret_bytes, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, total_of_sender_sql);
  paraph_statement_bind_id (&statement, sender);
  return paraph_table_get_number (&statement, ret_bytes, error);
}

static gboolean
expire (ParaphStore *store, const char *sql, gint64 before, guint *ret_changes, GError **error)
{
  g_auto (ParaphStatement) statement = { 0 };

  paraph_table_prepare (&statement, store, sql);
  paraph_statement_bind_int (&statement, before);
  return paraph_statement_run (&statement, ret_changes, error);
}

gboolean
paraph_assembly_table_expire (ParaphStore *store, gint64 before, guint *ret_dropped, GError **error)
{
  return expire (store, expire_heads_sql, before, NULL, error)
         && expire (store, expire_pieces_sql, before, ret_dropped, error);
}
