#include "crypto/sshsig.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/wire.h"

#define MAGIC "SSHSIG"
#define HASH_NAME "sha256"
#define SIGNATURE_TYPE "ssh-ed25519"
#define VERSION 1
#define HEADER "-----BEGIN SSH SIGNATURE-----\n"
#define FOOTER "-----END SSH SIGNATURE-----\n"
#define LINE_SIZE 70

/* Sizes of fixed texts, without the final zero. */
#define MAGIC_SIZE (sizeof MAGIC - 1)
#define HASH_NAME_SIZE (sizeof HASH_NAME - 1)
#define SIGNATURE_TYPE_SIZE (sizeof SIGNATURE_TYPE - 1)
#define HEADER_SIZE (sizeof HEADER - 1)
#define FOOTER_SIZE (sizeof FOOTER - 1)

/* magic | u32 version | str key blob | str namespace | str "" | str hash name | str signature,
 * the last one being str type | str 64 bytes. */
#define SIGNATURE_BLOB_SIZE (4 + SIGNATURE_TYPE_SIZE + 4 + PARAPH_SIGNATURE_SIZE)
#define BLOB_SIZE_MAX                                                                            \
  (MAGIC_SIZE + 4 + 4 + PARAPH_SIGN_KEY_BLOB_SIZE + 4 + PARAPH_SSHSIG_NAMESPACE_SIZE_MAX + 4 + 4 \
   + HASH_NAME_SIZE + 4 + SIGNATURE_BLOB_SIZE)
#define BASE64_SIZE_MAX ((BLOB_SIZE_MAX + 2) / 3 * 4)

static_assert (HEADER_SIZE + BASE64_SIZE_MAX + BASE64_SIZE_MAX / LINE_SIZE + 1 + FOOTER_SIZE
                   <= PARAPH_SSHSIG_ARMOR_SIZE_MAX,
               "the longest armor fits");
static_assert (MAGIC_SIZE + 4 + PARAPH_SSHSIG_NAMESPACE_SIZE_MAX + 4 + 4 + HASH_NAME_SIZE + 4
                       + PARAPH_ID_SIZE
                   <= PARAPH_SSHSIG_PREIMAGE_SIZE_MAX,
               "the longest pre-image fits");

static bool
namespace_is_lawful (const char *text, size_t size)
{
  if (size == 0 || size > PARAPH_SSHSIG_NAMESPACE_SIZE_MAX)
    return false;
  for (size_t i = 0; i < size; i++)
    {
      if (text[i] <= ' ' || text[i] > '~')
        return false;
    }
  return true;
}

void
paraph_sshsig_record_namespace (const ParaphId *negotiation,
                                char ret_text[static PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE + 1])
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (negotiation, hex);
  /* Always fits: 7, 32 and 7 characters. */
  (void) snprintf (ret_text, PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE + 1, "record.%.32s@paraph", hex);
}

int
paraph_sshsig_preimage (const char *name_space, const ParaphId *message,
                        uint8_t ret_bytes[static PARAPH_SSHSIG_PREIMAGE_SIZE_MAX], size_t *ret_size)
{
  size_t size = strnlen (name_space, PARAPH_SSHSIG_NAMESPACE_SIZE_MAX + 1);
  ParaphWriter writer;
  ParaphView view;
  int r;

  if (!namespace_is_lawful (name_space, size))
    return PARAPH_ERROR_MALFORMED;
  paraph_writer_init (&writer, PARAPH_SSHSIG_PREIMAGE_SIZE_MAX);
  paraph_writer_bytes (&writer, MAGIC, MAGIC_SIZE);
  paraph_writer_blob (&writer, name_space, size);
  paraph_writer_blob (&writer, NULL, 0); /* reserved */
  paraph_writer_text (&writer, HASH_NAME);
  paraph_writer_blob (&writer, message->bytes, sizeof message->bytes);
  r = paraph_writer_finish (&writer, &view);
  if (r == 0)
    {
      memcpy (ret_bytes, view.data, view.size);
      *ret_size = view.size;
    }
  paraph_writer_clear (&writer);
  return r;
}

int
paraph_sshsig_sign (const ParaphSecret *secret, const char *name_space, const ParaphId *message,
                    ParaphSignature *ret_signature)
{
  uint8_t preimage[PARAPH_SSHSIG_PREIMAGE_SIZE_MAX];
  size_t size = 0;
  int r;

  r = paraph_sshsig_preimage (name_space, message, preimage, &size);
  if (r < 0)
    return r;
  return paraph_sign_bytes (secret, preimage, size, ret_signature);
}

int
paraph_sshsig_verify (const ParaphSignKey *key, const char *name_space, const ParaphId *message,
                      const ParaphSignature *signature)
{
  uint8_t preimage[PARAPH_SSHSIG_PREIMAGE_SIZE_MAX];
  size_t size = 0;
  int r;

  r = paraph_sshsig_preimage (name_space, message, preimage, &size);
  if (r < 0)
    return r;
  return paraph_sign_verify (key, preimage, size, signature);
}

static void
sshsig_write_blob (const ParaphSshsig *self, ParaphWriter *writer)
{
  uint8_t key_blob[PARAPH_SIGN_KEY_BLOB_SIZE];

  paraph_sign_key_blob (&self->key, key_blob);
  paraph_writer_bytes (writer, MAGIC, MAGIC_SIZE);
  paraph_writer_u32 (writer, VERSION);
  paraph_writer_blob (writer, key_blob, sizeof key_blob);
  paraph_writer_text (writer, self->name_space);
  paraph_writer_blob (writer, NULL, 0); /* reserved */
  paraph_writer_text (writer, HASH_NAME);
  paraph_writer_u32 (writer, SIGNATURE_BLOB_SIZE);
  paraph_writer_text (writer, SIGNATURE_TYPE);
  paraph_writer_blob (writer, self->signature.bytes, sizeof self->signature.bytes);
}

/* Takes what varies and skips what does not: the caller rebuilds all of it and compares. */
static int
sshsig_read_blob (ParaphSshsig *self, const uint8_t *blob, size_t size)
{
  ParaphReader reader;
  ParaphView name_space;
  int r;

  paraph_reader_init (&reader, blob, size);
  paraph_reader_expect (&reader, MAGIC, MAGIC_SIZE);
  (void) paraph_reader_u32 (&reader); /* version */
  (void) paraph_reader_view (&reader, 4 + PARAPH_SIGN_KEY_BLOB_SIZE - sizeof self->key.bytes);
  paraph_reader_bytes (&reader, self->key.bytes, sizeof self->key.bytes);
  name_space = paraph_reader_blob (&reader, PARAPH_SSHSIG_NAMESPACE_SIZE_MAX);
  (void) paraph_reader_view (&reader, 4 + 4 + HASH_NAME_SIZE + 4 + 4 + SIGNATURE_TYPE_SIZE + 4);
  paraph_reader_bytes (&reader, self->signature.bytes, sizeof self->signature.bytes);
  r = paraph_reader_finish (&reader);
  if (r < 0 || !namespace_is_lawful ((const char *) name_space.data, name_space.size))
    return PARAPH_ERROR_MALFORMED;
  memcpy (self->name_space, name_space.data, name_space.size);
  self->name_space[name_space.size] = '\0';
  return 0;
}

/* Header, base64 in lines of 70, footer. Returns the length. */
static size_t
armor_blob (ParaphView blob, char ret_text[static PARAPH_SSHSIG_ARMOR_SIZE_MAX + 1])
{
  char base64[BASE64_SIZE_MAX + 1];
  char *end = ret_text;
  size_t size;

  sodium_bin2base64 (base64, sizeof base64, blob.data, blob.size, sodium_base64_VARIANT_ORIGINAL);
  size = strlen (base64);
  memcpy (end, HEADER, HEADER_SIZE);
  end += HEADER_SIZE;
  for (size_t at = 0; at < size; at += LINE_SIZE)
    {
      size_t n = size - at < LINE_SIZE ? size - at : LINE_SIZE;

      memcpy (end, base64 + at, n);
      end[n] = '\n';
      end += n + 1;
    }
  memcpy (end, FOOTER, FOOTER_SIZE + 1);
  return (size_t) (end - ret_text) + FOOTER_SIZE;
}

int
paraph_sshsig_armor (const ParaphSshsig *sshsig,
                     char ret_text[static PARAPH_SSHSIG_ARMOR_SIZE_MAX + 1], size_t *ret_length)
{
  size_t size = strnlen (sshsig->name_space, sizeof sshsig->name_space);
  ParaphWriter writer;
  ParaphView blob;
  int r;

  if (!namespace_is_lawful (sshsig->name_space, size))
    return PARAPH_ERROR_MALFORMED;
  paraph_writer_init (&writer, BLOB_SIZE_MAX);
  sshsig_write_blob (sshsig, &writer);
  r = paraph_writer_finish (&writer, &blob);
  if (r == 0)
    *ret_length = armor_blob (blob, ret_text);
  paraph_writer_clear (&writer);
  return r;
}

int
paraph_sshsig_dearmor (const char *text, size_t length, ParaphSshsig *ret_sshsig)
{
  char rebuilt[PARAPH_SSHSIG_ARMOR_SIZE_MAX + 1];
  uint8_t blob[BLOB_SIZE_MAX];
  ParaphSshsig sshsig;
  size_t size = 0;
  int r;

  if (length > PARAPH_SSHSIG_ARMOR_SIZE_MAX || length < HEADER_SIZE + FOOTER_SIZE)
    return PARAPH_ERROR_MALFORMED;
  if (sodium_base642bin (blob, sizeof blob, text + HEADER_SIZE, length - HEADER_SIZE - FOOTER_SIZE,
                         "\n", &size, NULL, sodium_base64_VARIANT_ORIGINAL)
      != 0)
    return PARAPH_ERROR_MALFORMED;
  r = sshsig_read_blob (&sshsig, blob, size);
  if (r < 0)
    return r;
  r = paraph_sshsig_armor (&sshsig, rebuilt, &size);
  if (r < 0)
    return r;
  if (size != length || !paraph_bytes_equal (text, rebuilt, length))
    return PARAPH_ERROR_MALFORMED;
  *ret_sshsig = sshsig;
  return 0;
}
