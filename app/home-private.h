/* What the flows share of an open home, and nobody else sees. Worker's thread. */

#pragma once

#include "app/home.h"
#include "crypto/sshsig.h"
#include "store/record-table.h"
#include "store/session-keeper.h"
#include "store/want-table.h"

/* A head that a peer has named and that is not here. */
typedef struct
{
  ParaphId channel;
  ParaphPlace place; /* of an identity record: author is the founding id */
  ParaphId claimant; /* device */
  gboolean is_identity;
  gboolean is_beside; /* the claimant names another head of that author too, which is here */
} ParaphClaim;

typedef struct
{
  ParaphSessionKeeper keeper;
  ParaphSecret *session_key; /* owned */
  GHashTable *outer_keys;    /* ParaphId of a device -> ParaphSecret */
  GHashTable *lacking;       /* set of ParaphId: placed records without a body of theirs */
  gboolean knows_lacking;    /* whether lacking was read yet */
  GArray *claims;            /* of ParaphClaim: what was named in this pass of sync */
  GArray *failing;           /* of ParaphId: devices whose envelopes have not opened for a while */
} ParaphHomeData;

ParaphHomeData *paraph_home_get_data (ParaphHome *self);

/* TRUE for a result of crypto/ that is none of its errors; else *error says what could not be done. */
gboolean paraph_home_check (int result, const char *what, GError **error);

/* The key of the envelopes between the own device and that of peer. Borrowed. */
const ParaphSecret *paraph_home_get_outer_key (ParaphHome *self, const ParaphPowers *peer,
                                               GError **error);

gboolean paraph_home_sign (ParaphHome *self, const char *name_space, const ParaphId *message,
                           ParaphSignedBy *ret_signature, GError **error);

/* The current signed prekey; a first one is made. Another one that takes its place from now on. */
gboolean paraph_home_get_signed_prekey (ParaphHome *self, ParaphSignedPrekey *ret_prekey,
                                        GError **error);
gboolean paraph_home_new_signed_prekey (ParaphHome *self, GError **error);

/* Every device in force of every known delegation, but for the own one: ParaphId. */
GArray *paraph_home_list_devices (ParaphHome *self);

/* Whether the record is here: in any state, held back too; or past all limits. */
gboolean paraph_home_holds (ParaphHome *self, const ParaphId *id, gboolean *ret_holds,
                            GError **error);
gboolean paraph_home_holds_placed (ParaphHome *self, const ParaphId *id, gboolean *ret_holds,
                                   GError **error);

/* Notes what is to be asked for at the end of a pass of sync; when, is filled in. */
gboolean paraph_home_want (ParaphHome *self, const ParaphWantRow *want, GError **error);

/* Writes sealed as a row, or gives the row that is there another state and these signatures. Of a
 * placed record sealed is what the ledger keeps. carrier may be NULL. */
gboolean paraph_home_keep_record (ParaphStore *store, ParaphSealedRecord *sealed,
                                  ParaphRecordState state, const ParaphId *carrier, GError **error);
/* A row back as a record; an error that names a row whose bytes are not those of its id. */
ParaphSealedRecord *paraph_home_read_record (const ParaphStoredRecord *row, GError **error);

/* What a person is to be told. All borrowed; all but kind may be NULL. */
typedef struct
{
  const char *kind; /* a word of app/cli-notice.c */
  const ParaphId *channel;
  const ParaphId *record;
  const ParaphId *device; /* who did it, as far as that is proven */
  const ParaphId *author; /* whom the record names as its author, where nothing proves it */
  const char *detail;     /* a word */
} ParaphNote;

gboolean paraph_home_tell (ParaphHome *self, const ParaphNote *note, GError **error);
/* The same for what nobody in particular did; channel and record may be NULL. */
gboolean paraph_home_note (ParaphHome *self, const char *kind, const ParaphId *channel,
                           const ParaphId *record, const char *detail, GError **error);

/* TRUE once this store was shown to be an old copy: it writes nothing more. */
gboolean paraph_home_is_old_copy (ParaphHome *self, gboolean *ret_is_old, GError **error);
