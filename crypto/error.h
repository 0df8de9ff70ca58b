/* The closed list of crypto/'s results: 0 is success, every failure is negative.
 *
 * Codes below -10000 are ours; libsignal reserves those down to -9999 and they never leave
 * crypto/session*.c untranslated. */

#pragma once

enum
{
  PARAPH_OK = 0,
  PARAPH_ERROR_INTERNAL = -10001,     /* a rule of the program was broken by the program */
  PARAPH_ERROR_MEMORY = -10002,       /* no memory, or the system refuses to lock it */
  PARAPH_ERROR_MALFORMED = -10003,    /* bytes that are not of the form they claim */
  PARAPH_ERROR_LIMIT = -10004,        /* larger, or more, than the protocol's limit */
  PARAPH_ERROR_SIGNATURE = -10005,    /* the signature does not verify */
  PARAPH_ERROR_KEY = -10006,          /* a public key that the gates refuse */
  PARAPH_ERROR_DECRYPT = -10007,      /* the tag does not fit: altered, or another key */
  PARAPH_ERROR_COMMITMENT = -10008,   /* one ciphertext, two keys: misconduct of the sender */
  PARAPH_ERROR_BINDING = -10009,      /* a wrap that was made for something else */
  PARAPH_ERROR_DUPLICATE = -10010,    /* this very message was opened before */
  PARAPH_ERROR_NO_SESSION = -10011,   /* a later message before its first one */
  PARAPH_ERROR_NO_PREKEY = -10012,    /* the prekey it names is used, rotated away or not ours */
  PARAPH_ERROR_UNTRUSTED = -10013,    /* a session key that is not the one in the powers */
  PARAPH_ERROR_INCOMPATIBLE = -10014, /* a version of the format that this program lacks */
  PARAPH_ERROR_PASSPHRASE = -10015,   /* no slot of the key file opens with this */
  PARAPH_ERROR_STORAGE = -10016       /* a storage callback failed */
};

/* A sentence in English for logs and developers. Never NULL; the caller does not free it. */
const char *paraph_error_name (int code);
