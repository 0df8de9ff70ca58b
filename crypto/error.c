#include "crypto/error.h"

#include <stddef.h>

typedef struct
{
  int code;
  const char *name;
} ErrorName;

static const ErrorName names[] = {
  { PARAPH_OK, "Success" },
  { PARAPH_ERROR_INTERNAL, "The program broke a rule of its own" },
  { PARAPH_ERROR_MEMORY, "There is no memory, or the system refuses to lock it" },
  { PARAPH_ERROR_MALFORMED, "The bytes are not of the form they claim" },
  { PARAPH_ERROR_LIMIT, "A limit of the protocol is passed" },
  { PARAPH_ERROR_SIGNATURE, "The signature does not verify" },
  { PARAPH_ERROR_KEY, "The public key is refused" },
  { PARAPH_ERROR_DECRYPT, "The ciphertext was altered or is for another key" },
  { PARAPH_ERROR_COMMITMENT, "One ciphertext was made to open under two keys" },
  { PARAPH_ERROR_BINDING, "The wrap was made for something else" },
  { PARAPH_ERROR_DUPLICATE, "This message was opened before" },
  { PARAPH_ERROR_NO_SESSION, "A later message came before the first one of its session" },
  { PARAPH_ERROR_NO_PREKEY, "The prekey is used, rotated away or not ours" },
  { PARAPH_ERROR_UNTRUSTED, "The session key is not the one in the powers" },
  { PARAPH_ERROR_INCOMPATIBLE, "The version of the format is not known to this program" },
  { PARAPH_ERROR_PASSPHRASE, "No slot of the key file opens with this" },
  { PARAPH_ERROR_STORAGE, "The storage failed" },
};

const char *
paraph_error_name (int code)
{
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    {
      if (names[i].code == code)
        return names[i].name;
    }
  return "An unknown result";
}
