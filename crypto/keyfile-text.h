/* The file that `--key-file` names: a key that opens a store without a passphrase, for scripts
 * and servers. One line: "paraph-key-file 1 <64 lowercase hex>\n", and nothing else.
 *
 * Not the key file of the store (crypto/keyfile.h): that one is sealed and lies in the store. */

#pragma once

#include <stddef.h>

#include "crypto/error.h"
#include "crypto/secret.h"

#define PARAPH_KEYFILE_TEXT_SIZE 83

/* The key of 32 bytes out of the file's text. PARAPH_ERROR_MALFORMED, and for another number
 * in the place of the 1 PARAPH_ERROR_INCOMPATIBLE. The caller wipes TEXT. */
__attribute__ ((warn_unused_result)) int paraph_keyfile_text_parse (const char *text, size_t size,
                                                                    ParaphSecret **ret_key);

/* The text for a key of 32 bytes: a secret of PARAPH_KEYFILE_TEXT_SIZE bytes, without a final
 * zero. */
__attribute__ ((warn_unused_result)) int paraph_keyfile_text_format (const ParaphSecret *key,
                                                                     ParaphSecret **ret_text);
