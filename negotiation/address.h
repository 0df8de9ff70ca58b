/* An address block: where one device is reached and with which keys a session with it begins.
 *
 * docs/PROTOCOL.md section 9. The block is what a device says of itself; nothing in it counts
 * before paraph_address_verify said so, and of two blocks the one with the higher issue counts.
 * Immutable, atomically reference counted, any thread. */

#pragma once

#include <glib.h>

#include "crypto/session-keys.h"
#include "crypto/types.h"
#include "negotiation/header.h"

#define PARAPH_MAILBOXES_MAX 8
#define PARAPH_ADDRESS_MAX 4096 /* bytes; the longest legal block is shorter */

typedef struct
{
  const char *carrier; /* "pouch", the only one of this version */
  const char *address; /* 32 hex */
} ParaphMailbox;

typedef struct
{
  ParaphId device;
  gint64 issue;
  gint64 time; /* seconds since 1970, a claim */
  guint n_mailboxes;
  const ParaphMailbox *mailboxes; /* sorted */
  guint32 registration;           /* 1 to PARAPH_REGISTRATION_ID_MAX */
  ParaphSignedPrekey prekey;
  GBytes *bytes;             /* exactly as received */
  ParaphSignature signature; /* by the device, not yet verified */
} ParaphAddress;

/* Refuses everything but the one legal serialisation. signature is copied. */
ParaphAddress *paraph_address_parse (GBytes *bytes, const ParaphSignature *signature,
                                     GError **error);
ParaphAddress *paraph_address_ref (ParaphAddress *self);
void paraph_address_unref (ParaphAddress *self);

/* The bytes of the block that fields describes; bytes and signature of it are not read, and
 * the mailboxes may come in any order. Sign paraph_address_hash of them in the namespace
 * PARAPH_SSHSIG_ADDRESS, then hand both to paraph_address_parse. */
GBytes *paraph_address_make (const ParaphAddress *fields, GError **error);

/* What is signed: SHA-256 of the bytes. */
void paraph_address_hash (GBytes *bytes, ParaphId *ret_hash);

/* TRUE where key is the device's own and its signature verifies; else
 * PARAPH_NEGOTIATION_ERROR_SIGNATURE. Whether the device is in force is not asked. */
gboolean paraph_address_verify (const ParaphAddress *self, const ParaphSignKey *key,
                                GError **error);

/* The bundle of a card, for anybody (crypto/session-keys.h). identity is the session key that
 * the device's powers record certifies. */
void paraph_address_get_bundle (const ParaphAddress *self, const ParaphSessionKey *identity,
                                ParaphBundle *ret_bundle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphAddress, paraph_address_unref)
