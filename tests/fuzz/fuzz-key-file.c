/* The store's key file and the text of an outside key file. Accepted means: written again it is
 * the same store, authentic; a text is the very same text. */

#include <assert.h>

#include "crypto/keyfile-text.h"
#include "crypto/keyfile.h"
#include "crypto/start.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
try_text (const uint8_t *data, size_t size)
{
  ParaphSecret *key = NULL;
  ParaphSecret *text = NULL;

  if (paraph_keyfile_text_parse ((const char *) data, size, &key) < 0)
    {
      assert (key == NULL);
      return;
    }
  assert (paraph_keyfile_text_format (key, &text) == 0);
  assert (paraph_secret_size (text) == size);
  assert (paraph_bytes_equal (paraph_secret_data (text), data, size));
  paraph_secret_free (text);
  paraph_secret_free (key);
}

/* The seeds were made with a key of zeros. No passphrase: each would take half a second. */
static void
try_keyfile (const uint8_t *data, size_t size)
{
  ParaphCredential credential = { PARAPH_SLOT_KEY_FILE, NULL, { 0, 0 } };
  uint8_t bytes[PARAPH_KEYFILE_SIZE];
  ParaphKeyfile *keyfile = NULL;
  ParaphKeyfile *again = NULL;
  ParaphSecret *key = NULL;

  assert (paraph_secret_new ("key", PARAPH_KEYFILE_KEY_SIZE, &key) == 0);
  credential.secret = key;
  if (paraph_keyfile_open (data, size, &credential, &keyfile) == 0)
    {
      assert (paraph_keyfile_encode (keyfile, bytes) == 0);
      assert (paraph_keyfile_open (bytes, sizeof bytes, &credential, &again) == 0);
      assert (paraph_keyfile_is_authentic (again));
      assert (!paraph_keyfile_is_authentic (keyfile)
              || paraph_bytes_equal (bytes, data, sizeof bytes));
    }
  paraph_keyfile_free (again);
  paraph_keyfile_free (keyfile);
  paraph_secret_free (key);
  assert (paraph_secret_count () == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static bool is_started;

  if (!is_started)
    assert (paraph_crypto_start () == 0);
  is_started = true;
  try_text (data, size);
  try_keyfile (data, size);
  return 0;
}
