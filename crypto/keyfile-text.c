#include "crypto/keyfile-text.h"

#include <assert.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/keyfile.h"

#define NAME "paraph-key-file "
#define NAME_SIZE (sizeof NAME - 1)
#define VERSION "1 "
#define VERSION_SIZE (sizeof VERSION - 1)
#define HEX_AT (NAME_SIZE + VERSION_SIZE)
#define HEX_SIZE ((size_t) 2 * PARAPH_KEYFILE_KEY_SIZE)

static_assert (HEX_AT + HEX_SIZE + 1 == PARAPH_KEYFILE_TEXT_SIZE, "name, version, digits, LF");

int
paraph_keyfile_text_parse (const char *text, size_t size, ParaphSecret **ret_key)
{
  ParaphSecret *key = NULL;
  int r;

  if (size < HEX_AT || !paraph_bytes_equal (text, NAME, NAME_SIZE))
    return PARAPH_ERROR_MALFORMED;
  if (!paraph_bytes_equal (text + NAME_SIZE, VERSION, VERSION_SIZE))
    {
      bool is_number = text[NAME_SIZE] >= '1' && text[NAME_SIZE] <= '9';

      return is_number ? PARAPH_ERROR_INCOMPATIBLE : PARAPH_ERROR_MALFORMED;
    }
  if (size != PARAPH_KEYFILE_TEXT_SIZE || text[size - 1] != '\n')
    return PARAPH_ERROR_MALFORMED;
  r = paraph_secret_new ("key file", PARAPH_KEYFILE_KEY_SIZE, &key);
  if (r < 0)
    return r;
  r = paraph_hex_decode (text + HEX_AT, HEX_SIZE, paraph_secret_data_mutable (key),
                         PARAPH_KEYFILE_KEY_SIZE);
  if (r < 0)
    {
      paraph_secret_free (key);
      return r;
    }
  *ret_key = key;
  return 0;
}

int
paraph_keyfile_text_format (const ParaphSecret *key, ParaphSecret **ret_text)
{
  ParaphSecret *text = NULL;
  uint8_t *bytes;
  void *digits;
  int r;

  if (paraph_secret_size (key) != PARAPH_KEYFILE_KEY_SIZE)
    return PARAPH_ERROR_INTERNAL;
  r = paraph_secret_new ("key file text", PARAPH_KEYFILE_TEXT_SIZE, &text);
  if (r < 0)
    return r;
  bytes = paraph_secret_data_mutable (text);
  digits = bytes + HEX_AT;
  memcpy (bytes, NAME VERSION, HEX_AT);
  /* Its final zero falls where the line feed goes. */
  paraph_hex_encode (paraph_secret_data (key), PARAPH_KEYFILE_KEY_SIZE, digits);
  bytes[HEX_AT + HEX_SIZE] = '\n';
  *ret_text = text;
  return 0;
}
