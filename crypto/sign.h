/* Ed25519 keys and signatures (RFC 8032), and their OpenSSH forms (RFC 8709, RFC 4253 6.6).
 *
 * Every key from outside passes the gate once, where it is taken in: the two functions below
 * that parse a key do it. The gate refuses keys of small or mixed order, under which a signature
 * proves nothing. Verifying does not repeat it.
 *
 * Nothing but crypto/sshsig.c signs with these keys: what is signed always names its purpose. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/secret.h"
#include "crypto/types.h"

#define PARAPH_SIGN_SEED_SIZE 32
#define PARAPH_SIGN_SECRET_SIZE 64   /* the seed, then the public key, as libsodium has it */
#define PARAPH_SIGN_KEY_BLOB_SIZE 51 /* string "ssh-ed25519", string of the 32 bytes */
#define PARAPH_SIGN_KEY_LINE_SIZE 80 /* "ssh-ed25519 AAAA...", without a final zero */

/* The gate: 0, or PARAPH_ERROR_KEY. */
__attribute__ ((warn_unused_result)) int paraph_sign_key_check (const ParaphSignKey *key);

/* A fresh pair. The secret's tag is TAG. */
__attribute__ ((warn_unused_result)) int
paraph_sign_pair_new (const char *tag, ParaphSecret **ret_secret, ParaphSignKey *ret_key);

/* The pair of a seed of PARAPH_SIGN_SEED_SIZE bytes; another size is PARAPH_ERROR_INTERNAL. */
__attribute__ ((warn_unused_result)) int paraph_sign_pair_from_seed (const char *tag,
                                                                     const ParaphSecret *seed,
                                                                     ParaphSecret **ret_secret,
                                                                     ParaphSignKey *ret_key);

/* The public key of a secret made by the functions above. */
__attribute__ ((warn_unused_result)) int paraph_sign_secret_key (const ParaphSecret *secret,
                                                                 ParaphSignKey *ret_key);

/* Signs, then verifies what came out: PARAPH_ERROR_INTERNAL when that fails. */
__attribute__ ((warn_unused_result)) int paraph_sign_bytes (const ParaphSecret *secret,
                                                            const void *bytes, size_t size,
                                                            ParaphSignature *ret_signature);

/* One signature by itself, without cofactor: 0, or PARAPH_ERROR_SIGNATURE. This is the verdict;
 * there is no verification in batches, since two auditors could then disagree. */
__attribute__ ((warn_unused_result)) int paraph_sign_verify (const ParaphSignKey *key,
                                                             const void *bytes, size_t size,
                                                             const ParaphSignature *signature);

/* The public key blob, and the device id: SHA-256 of that blob. */
void paraph_sign_key_blob (const ParaphSignKey *key,
                           uint8_t ret_blob[static PARAPH_SIGN_KEY_BLOB_SIZE]);
void paraph_sign_key_id (const ParaphSignKey *key, ParaphId *ret_id);

/* Parses a blob and passes the key through the gate. PARAPH_ERROR_MALFORMED: another type of
 * key, another length. */
__attribute__ ((warn_unused_result)) int
paraph_sign_key_from_blob (const uint8_t *blob, size_t size, ParaphSignKey *ret_key);

/* The line of an .pub or allowed_signers file, ending in a zero byte; and back, through the
 * gate. LENGTH counts no final zero and must be PARAPH_SIGN_KEY_LINE_SIZE: no comment. */
void paraph_sign_key_to_line (const ParaphSignKey *key,
                              char ret_line[static PARAPH_SIGN_KEY_LINE_SIZE + 1]);
__attribute__ ((warn_unused_result)) int paraph_sign_key_from_line (const char *line, size_t length,
                                                                    ParaphSignKey *ret_key);
