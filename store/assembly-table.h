/* Ciphertexts whose pieces have not all arrived. Rules: store/store.h. Pieces may come before the
 * head, which the first piece's wrap gives; the content key in it is sealed. */

#pragma once

#include "store/store.h"

#define PARAPH_ASSEMBLY_PIECES_MAX 529u /* of a ciphertext of 16 MiB */
#define PARAPH_ASSEMBLY_SENDER_SIZE_MAX ((gsize) 16 * 1024 * 1024)
#define PARAPH_ASSEMBLY_SECONDS ((gint64) 30 * 86400)
#define PARAPH_ASSEMBLY_HALF_SIZE 16

typedef struct
{
  ParaphId hash; /* H */
  ParaphId sender;
  guint16 pieces;
  guint32 size; /* of the ciphertext */
  ParaphSecret *key;
  guint8 negotiation[PARAPH_ASSEMBLY_HALF_SIZE];
  guint8 channel[PARAPH_ASSEMBLY_HALF_SIZE];
  gint64 first_seen;
} ParaphAssemblyHead;

void paraph_assembly_head_free (ParaphAssemblyHead *head);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphAssemblyHead, paraph_assembly_head_free)

/* One that is there stays as it is. KEY is borrowed. */
gboolean paraph_assembly_table_put_head (ParaphStore *store, const ParaphAssemblyHead *head,
                                         GError **error);
gboolean paraph_assembly_table_get_head (ParaphStore *store, const ParaphId *hash,
                                         const ParaphId *sender, ParaphAssemblyHead **ret_head,
                                         GError **error);

typedef struct
{
  ParaphId hash;
  ParaphId sender;
  guint16 index;
  GBytes *bytes; /* borrowed */
  gint64 first_seen;
} ParaphAssemblyPiece;

/* Drops the oldest other packets of PIECE's sender until PIECE fits; nothing where its own packet
 * alone is too much. RET_DROPPED: how many packets. */
gboolean paraph_assembly_table_make_room (ParaphStore *store, const ParaphAssemblyPiece *piece,
                                          guint *ret_dropped, GError **error);
/* One that is there stays. REFUSED: beyond PARAPH_ASSEMBLY_SENDER_SIZE_MAX of that sender, or an
 * index out of range. */
gboolean paraph_assembly_table_put_piece (ParaphStore *store, const ParaphAssemblyPiece *piece,
                                          GError **error);
gboolean paraph_assembly_table_count_pieces (ParaphStore *store, const ParaphId *hash,
                                             const ParaphId *sender, guint *ret_count,
                                             GError **error);
/* All pieces joined in order; NULL while one is missing or the sizes do not fit the head. */
gboolean paraph_assembly_table_join (ParaphStore *store, const ParaphAssemblyHead *head,
                                     GBytes **ret_ciphertext, GError **error);
gboolean paraph_assembly_table_delete (ParaphStore *store, const ParaphId *hash,
                                       const ParaphId *sender, GError **error);
gboolean paraph_assembly_table_total_of_sender (ParaphStore *store, const ParaphId *sender,
                                                guint64 *ret_bytes, GError **error);
/* Drops what was first seen before BEFORE; RET_DROPPED: the number of pieces, may be NULL. */
gboolean paraph_assembly_table_expire (ParaphStore *store, gint64 before, guint *ret_dropped,
                                       GError **error);
