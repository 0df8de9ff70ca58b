/* The primitives that libsignal-protocol-c asks its user for: randomness, HMAC-SHA256 and SHA-512
 * by libsodium, AES-256-CBC with PKCS#7 by OpenSSL. For crypto/session*.c and its tests only.
 *
 * Threads: a provider belongs to one thread. */

#pragma once

#include "crypto/error.h"

struct signal_crypto_provider;

typedef struct paraph_provider ParaphProvider;

/* PARAPH_ERROR_INTERNAL: OpenSSL offers no AES-256-CBC, or two draws of randomness were equal. */
__attribute__ ((warn_unused_result)) int paraph_provider_new (ParaphProvider **ret_provider);

/* NULL does nothing. */
void paraph_provider_free (ParaphProvider *provider);

/* The library's table of callbacks; it borrows the provider. */
void paraph_provider_fill (ParaphProvider *provider, struct signal_crypto_provider *ret_table);
