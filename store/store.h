/* An open home: its database, and the key under which its secrets are sealed a second time.
 *
 * Rules for every function that takes a ParaphStore, here and in all store/...-table.h:
 * - Thread: the worker's (store/worker.h) only; asserted.
 * - FALSE means failure with ERROR set (PARAPH_STORE_ERROR); outputs are then untouched. What is
 *   absent is no failure: TRUE, and the output is NULL (or 0, or an empty array).
 * - Writing needs an open transaction. Times are seconds since 1970 and arguments.
 * - Outputs pass to the caller (transfer full). Arrays of ids are GArray of ParaphId. */

#pragma once

#include <glib.h>

#include "crypto/passphrase.h"
#include "crypto/secret.h"
#include "crypto/types.h"
#include "store/database.h"
#include "store/error.h"

typedef struct ParaphStore ParaphStore;

/* Writes what a new home begins with, inside its first transaction. */
typedef gboolean (*ParaphStoreFill) (ParaphStore *store, gpointer data, GError **error);

/* How a home is opened or made. All borrowed for the call. Exactly one of passphrase and key is
 * set: a passphrase (UTF-8, already normalised, without final zero), or the 32 random bytes of a
 * key file, which cost no derivation. */
typedef struct
{
  const char *directory;
  const ParaphSecret *passphrase;
  const ParaphSecret *key;
  ParaphPassphraseCost cost; /* of a passphrase when a home is made; zeros: by this machine */
  const char *vfs;           /* NULL: the usual one */
  ParaphStoreFill fill;      /* when a home is made; NULL: it begins empty */
  gpointer fill_data;
} ParaphStoreOpening;

/* Makes a home in a directory that is absent or holds none, and closes it again. Interrupted at
 * any point, or refused by fill, there is no home, and it may simply be called again. EXISTS, IO, FULL, MEMORY. */
gboolean paraph_store_create (const ParaphStoreOpening *opening, GError **error);

/* Opens a home. NOT_A_STORE, WRONG_KEY, IN_USE, NEWER, DAMAGED, OLD_COPY, IO, FULL, MEMORY. */
ParaphStore *paraph_store_open (const ParaphStoreOpening *opening, GError **error);

/* Closes the database, then notes that it was closed in good order. The store is gone also when
 * that note fails (the next open then checks everything). NULL is TRUE. */
gboolean paraph_store_close (ParaphStore *store, GError **error);

/* Borrowed. */
ParaphDatabase *paraph_store_get_database (ParaphStore *store);
const char *paraph_store_get_directory (ParaphStore *store);

/* Whether the last run ended without closing: everything was checked at this open. */
gboolean paraph_store_was_unclean (ParaphStore *store);

/* For store/sealed-row.c only: K_secrets. Borrowed. */
const ParaphSecret *paraph_store_get_secrets_key (ParaphStore *store);
