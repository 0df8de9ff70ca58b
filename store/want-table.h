/* Ids that are named to us and not held, and whom we have asked for them. Rules: store/store.h.
 *
 * An id is noted once, with what is known of it then; asking moves on from device to device, which is
 * for the caller to choose. */

#pragma once

#include "store/store.h"

typedef enum
{
  PARAPH_WANT_RECORD = 0,
  PARAPH_WANT_IDENTITY = 1, /* of an identity chain; author is the founding id */
  PARAPH_WANT_BODIES = 2    /* the record is placed, and a body of it is not here */
} ParaphWantKind;

typedef struct
{
  ParaphId id;
  ParaphWantKind kind;
  ParaphId channel;
  ParaphId author;   /* zero: not known */
  ParaphId claimant; /* the device that named the id */
  gint64 first;      /* when it was noted */
  ParaphId peer;     /* asked last; zero: nobody yet */
  gint64 time;       /* when; 0: not yet */
  guint tries;
} ParaphWantRow;

/* Notes ROW's first six members, unless the id is noted, or LIMIT ids of that claimant are. */
gboolean paraph_want_table_note (ParaphStore *store, const ParaphWantRow *row, guint limit,
                                 GError **error);
/* GArray of ParaphWantRow asked for at or before BEFORE, or after NOW (a clock that went back), or
 * not yet; sorted by id, at most LIMIT of them. */
gboolean paraph_want_table_list_due (ParaphStore *store, gint64 before, gint64 now, guint limit,
                                     GArray **ret_rows, GError **error);
/* PEER was asked at NOW: one try more. */
gboolean paraph_want_table_set_asked (ParaphStore *store, const ParaphId *id, const ParaphId *peer,
                                      gint64 now, GError **error);
gboolean paraph_want_table_forget (ParaphStore *store, const ParaphId *id, GError **error);
/* Forgets what was noted before BEFORE. */
gboolean paraph_want_table_expire (ParaphStore *store, gint64 before, GError **error);
