/* Signatures in OpenSSH's SSHSIG form: `ssh-keygen -Y verify` checks what Paraph signed.
 *
 * Signed bytes: "SSHSIG" | str (namespace) | str ("") | str ("sha256") | str (SHA-256 of the
 * message), where str is a u32 length and the bytes. The message of a record is its header, whose
 * SHA-256 is the record's id: so all functions here take that id.
 *
 * The profile is narrower than stock ssh-keygen: ssh-ed25519 and sha256 only, nothing reserved,
 * and exactly the armor that ssh-keygen writes (lines of 70). Raw signatures are what is stored;
 * the armor is rebuilt for exports. */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "crypto/error.h"
#include "crypto/secret.h"
#include "crypto/types.h"

/* A namespace is 1 to 64 printable ASCII characters without a space. */
#define PARAPH_SSHSIG_NAMESPACE_SIZE_MAX 64
#define PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE 46

#define PARAPH_SSHSIG_CHARTER "charter@paraph"
#define PARAPH_SSHSIG_IDENTITY "identity@paraph"
#define PARAPH_SSHSIG_DEVICE "device@paraph"
#define PARAPH_SSHSIG_ADDRESS "address@paraph"
#define PARAPH_SSHSIG_BUNDLE "bundle@paraph"
#define PARAPH_SSHSIG_INVITATION "invitation@paraph"
#define PARAPH_SSHSIG_EXPORT "export@paraph"

/* The longest signed bytes and the longest armor, without a final zero. */
#define PARAPH_SSHSIG_PREIMAGE_SIZE_MAX 124
#define PARAPH_SSHSIG_ARMOR_SIZE_MAX 384

/* What an armored signature says. Nothing in it is verified. */
typedef struct
{
  ParaphSignKey key;
  ParaphSignature signature;
  char name_space[PARAPH_SSHSIG_NAMESPACE_SIZE_MAX + 1];
} ParaphSshsig;

/* "record.<first 32 hex of the negotiation's id>@paraph", ending in a zero byte. */
void paraph_sshsig_record_namespace (const ParaphId *negotiation,
                                     char ret_text[static PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE + 1]);

/* The signed bytes. PARAPH_ERROR_MALFORMED: not a namespace. */
__attribute__ ((warn_unused_result)) int
paraph_sshsig_preimage (const char *name_space, const ParaphId *message,
                        uint8_t ret_bytes[static PARAPH_SSHSIG_PREIMAGE_SIZE_MAX],
                        size_t *ret_size);

/* Signs the message of this hash and verifies the result before handing it out. */
__attribute__ ((warn_unused_result)) int paraph_sshsig_sign (const ParaphSecret *secret,
                                                             const char *name_space,
                                                             const ParaphId *message,
                                                             ParaphSignature *ret_signature);

/* 0, or PARAPH_ERROR_SIGNATURE. KEY has passed paraph_sign_key_check when it was enrolled. */
__attribute__ ((warn_unused_result)) int paraph_sshsig_verify (const ParaphSignKey *key,
                                                               const char *name_space,
                                                               const ParaphId *message,
                                                               const ParaphSignature *signature);

/* The text that ssh-keygen would have written, ending in a zero byte that LENGTH leaves out. */
__attribute__ ((warn_unused_result)) int
paraph_sshsig_armor (const ParaphSshsig *sshsig,
                     char ret_text[static PARAPH_SSHSIG_ARMOR_SIZE_MAX + 1], size_t *ret_length);

/* Parses a whole file, rebuilds it and compares the bytes: any other way to write the same
 * signature is PARAPH_ERROR_MALFORMED. The key is neither gated nor known: the caller compares
 * it with an enrolled one. */
__attribute__ ((warn_unused_result)) int paraph_sshsig_dearmor (const char *text, size_t length,
                                                                ParaphSshsig *ret_sshsig);
