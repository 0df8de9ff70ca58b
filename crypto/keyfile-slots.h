/* The slots of an opened key file (crypto/keyfile.h): who else can open the store.
 *
 * Changes are in memory until the caller encodes and writes the file. To change a passphrase
 * write the file with the new slot before the one without the old: no moment without a way in. */

#pragma once

#include "crypto/keyfile.h"

/* PARAPH_SLOT_NONE for a free one. A slot of a newer program has that program's number. */
unsigned paraph_keyfile_slot_type (const ParaphKeyfile *self, unsigned slot);

/* The slot that opened this file, or that it was created with; follows replacing it. */
unsigned paraph_keyfile_opened_slot (const ParaphKeyfile *self);

/* Seals the store key for CREDENTIAL in the first free slot. PARAPH_ERROR_LIMIT: no slot is
 * free, or the cost is outside of floor and ceiling. */
__attribute__ ((warn_unused_result)) int
paraph_keyfile_add_slot (ParaphKeyfile *self, const ParaphCredential *credential,
                         unsigned *ret_slot);

/* The same in a given slot, whose old content is lost. On failure the slot stays as it was. */
__attribute__ ((warn_unused_result)) int
paraph_keyfile_replace_slot (ParaphKeyfile *self, unsigned slot,
                             const ParaphCredential *credential);

/* Empties a slot. PARAPH_ERROR_INTERNAL: it is free, or the last one that is not. */
__attribute__ ((warn_unused_result)) int paraph_keyfile_remove_slot (ParaphKeyfile *self,
                                                                     unsigned slot);
