/* Convening, inviting, joining, admitting (docs/PROTOCOL.md section 9).
 *
 * Worker's thread, inside the caller's transaction. Files are bytes here: the caller reads and
 * writes them. */

#pragma once

#include "app/record-requests.h"
#include "negotiation/card.h"

/* One seat of a charter in the making. */
typedef struct
{
  const char *code;
  const char *role;
  const char *name;
} ParaphSeat;

/* All borrowed; lists end with NULL. */
typedef struct
{
  const char *title;
  const ParaphSeat *seats;
  guint n_seats;
  const char *rule; /* "unanimity" or "two-thirds" */
  const char *const *languages;
  const char *zone;
  const char *const *issuers; /* codes; empty: nobody */
  const char *adoption;       /* "moves" or "stays" */
} ParaphConvening;

/* The own delegation takes the seat with its own code. */
gboolean paraph_negotiation_convene (ParaphHome *home, const ParaphConvening *convening,
                                     ParaphMade *ret_made, GError **error);

/* An invitation file for one seat of a negotiation. */
GBytes *paraph_negotiation_invite (ParaphHome *home, ParaphChannel *plenary, const char *code,
                                   GError **error);

/* What an invitation says, verified by itself: nothing of it is taken in. */
typedef struct
{
  ParaphCard *card;
  ParaphHeader *charter;
  char *seat;
  char *convener;
  ParaphId delegation;
} ParaphInvitation;

ParaphInvitation *paraph_invitation_read (GBytes *file, GError **error);
void paraph_invitation_free (ParaphInvitation *self);

/* Takes an invitation in, makes the joining record, and gives the answer file. */
GBytes *paraph_negotiation_join (ParaphHome *home, GBytes *invitation, ParaphMade *ret_made,
                                 GError **error);

/* One delegation that asks to be let in. */
typedef struct
{
  ParaphEntry *joining; /* borrowed from the ledger */
  const char *seat;
  ParaphId delegation;
} ParaphCaller;

/* Who waits at the door of plenaries this home convened and was not refused: ParaphCaller. */
GArray *paraph_door_list (ParaphHome *home, GError **error);
/* One of them by code, name, or id. */
gboolean paraph_door_find (ParaphHome *home, const char *name, ParaphCaller *ret_caller,
                           GError **error);
gboolean paraph_door_refuse (ParaphHome *home, const ParaphCaller *caller, GError **error);

/* Who wrote and is nobody this home knows: ParaphStrangerRow of store/door-table.h. */
GArray *paraph_door_list_strangers (ParaphHome *home, GError **error);

/* Takes an answer in; ret_caller is the joining that it holds. */
gboolean paraph_door_receive (ParaphHome *home, GBytes *answer, ParaphCaller *ret_caller,
                              GError **error);
/* Makes the membership, so that the next sync sends everything. */
gboolean paraph_door_admit (ParaphHome *home, const ParaphCaller *caller, ParaphMade *ret_made,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphInvitation, paraph_invitation_free)
