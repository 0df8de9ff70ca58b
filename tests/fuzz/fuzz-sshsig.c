/* SSHSIG armor and public key lines: accepted means that writing it again gives the same text. */

#include <assert.h>

#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "crypto/start.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
try_line (const char *text, size_t size)
{
  char again[PARAPH_SIGN_KEY_LINE_SIZE + 1];
  ParaphSignKey key;

  if (paraph_sign_key_from_line (text, size, &key) < 0)
    return;
  paraph_sign_key_to_line (&key, again);
  assert (size == PARAPH_SIGN_KEY_LINE_SIZE && paraph_bytes_equal (again, text, size));
  assert (paraph_sign_key_check (&key) == 0);
}

static void
try_armor (const char *text, size_t size)
{
  char again[PARAPH_SSHSIG_ARMOR_SIZE_MAX + 1];
  ParaphSshsig sshsig;
  size_t length = 0;

  if (paraph_sshsig_dearmor (text, size, &sshsig) < 0)
    return;
  assert (paraph_sshsig_armor (&sshsig, again, &length) == 0);
  assert (size == length && paraph_bytes_equal (again, text, size));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static bool is_started;

  if (!is_started)
    assert (paraph_crypto_start () == 0);
  is_started = true;
  try_line ((const char *) data, size);
  try_armor ((const char *) data, size);
  return 0;
}
