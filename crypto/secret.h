/* Secret bytes: keys, seeds, passphrases. The only home of a secret in this program.
 *
 * The bytes live in locked, guarded pages that stay out of core files (regions of 64 KiB, more
 * of them as needed). When the system refuses to lock them, making a secret fails with
 * PARAPH_ERROR_MEMORY: there is no fall back to ordinary memory. Freeing wipes.
 *
 * Every secret carries an owner tag, a string literal such as "store key", so that a test can
 * list what is still alive after a lock. A tag never contains anything secret.
 *
 * Threads: making and freeing may happen in any thread; one secret belongs to one thread at a
 * time. Libsodium must have been started (crypto/start.h). */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"

#define PARAPH_SECRET_SIZE_MAX 49152

typedef struct paraph_secret ParaphSecret;

/* A new secret of SIZE zero bytes, 1 to PARAPH_SECRET_SIZE_MAX; outside of that
 * PARAPH_ERROR_LIMIT. TAG is borrowed and must live as long as the program. */
__attribute__ ((warn_unused_result)) int paraph_secret_new (const char *tag, size_t size,
                                                            ParaphSecret **ret_secret);

/* The same, filled from the system's random source. */
__attribute__ ((warn_unused_result)) int paraph_secret_new_random (const char *tag, size_t size,
                                                                   ParaphSecret **ret_secret);

/* The same, filled with a copy of SIZE bytes at BYTES. */
__attribute__ ((warn_unused_result)) int
paraph_secret_new_copy (const char *tag, const void *bytes, size_t size, ParaphSecret **ret_secret);

/* As new_copy, but the bytes at BYTES are wiped, also on failure. */
__attribute__ ((warn_unused_result)) int
paraph_secret_new_take (const char *tag, void *bytes, size_t size, ParaphSecret **ret_secret);

/* Wipes and frees; NULL does nothing. Clear also leaves NULL behind. */
void paraph_secret_free (ParaphSecret *secret);
void paraph_secret_clear (ParaphSecret **secret);

/* The bytes, borrowed until the secret is freed. Never NULL, aligned for any type. */
const uint8_t *paraph_secret_data (const ParaphSecret *secret);
uint8_t *paraph_secret_data_mutable (ParaphSecret *secret);
size_t paraph_secret_size (const ParaphSecret *secret);

/* Whether size and bytes are equal; constant time in the bytes. Neither may be NULL. */
bool paraph_secret_equal (const ParaphSecret *a, const ParaphSecret *b);

/* The number of living secrets, and the tags of at most CAPACITY of them. Returns how many
 * there are, which may be more than CAPACITY. TAGS may be NULL when CAPACITY is 0. */
size_t paraph_secret_count (void);
size_t paraph_secret_list_tags (const char **tags, size_t capacity);

/* Overwrites SIZE bytes with zeros in a way the compiler does not remove. */
void paraph_wipe (void *bytes, size_t size);

/* Whether SIZE bytes are equal, in a time that depends on SIZE only. */
bool paraph_bytes_equal (const void *a, const void *b, size_t size);

/* For a local: PARAPH_SECRET_AUTO ParaphSecret *key = NULL; freed when it leaves its scope. */
#define PARAPH_SECRET_AUTO __attribute__ ((cleanup (paraph_secret_clear)))
