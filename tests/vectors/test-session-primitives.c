/* Published vectors through what the pairwise sessions compute with: the provider's callbacks, the
 * library's key derivation on top of them, and the gate before X25519. */

#include <glib.h>
#include <signal/hkdf.h>
#include <signal/signal_protocol.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/gate.h"
#include "crypto/provider.h"
#include "crypto/start.h"
#include "tests/vectors/vector-file.h"

/* The library counts the blocks of a derivation in 8 bits and never ends at 255 of them, of 32
 * bytes each. It asks for 96 bytes at most. */
#define HKDF_SIZE_MAX (254 * 32)

static signal_crypto_provider table;
static signal_context *context;

typedef void (*CaseFunc) (JsonObject *group, JsonObject *object, gboolean is_valid,
                          unsigned int *counts);

/* Runs FUNC on every case of a Wycheproof file. FALSE: skipped. */
static gboolean
run_cases (const char *name, CaseFunc func, unsigned int *counts)
{
  g_autoptr (JsonParser) parser = vector_file_load_json (name);
  JsonArray *groups;

  if (parser == NULL)
    return FALSE;
  groups = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                         "testGroups");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonObject *group = json_array_get_object_element (groups, i);
      JsonArray *cases = json_object_get_array_member (group, "tests");

      for (guint j = 0; j < json_array_get_length (cases); j++)
        {
          JsonObject *object = json_array_get_object_element (cases, j);
          const char *result = json_object_get_string_member (object, "result");

          func (group, object, g_str_equal (result, "valid"), counts);
        }
    }
  return TRUE;
}

static const uint8_t *
data_of (GBytes *bytes)
{
  const uint8_t *data = g_bytes_get_data (bytes, NULL);

  return data != NULL ? data : (const uint8_t *) "";
}

static void
assert_buffer (signal_buffer *buffer, GBytes *expected)
{
  g_assert_nonnull (buffer);
  g_assert_cmpmem (signal_buffer_data (buffer), signal_buffer_len (buffer), data_of (expected),
                   g_bytes_get_size (expected));
  signal_buffer_free (buffer);
}

/* counts: valid, invalid, of another key size */
static void
run_aes_case (JsonObject *group, JsonObject *object, gboolean is_valid, unsigned int *counts)
{
  g_autoptr (GBytes) key = vector_member_bytes (object, "key");
  g_autoptr (GBytes) iv = vector_member_bytes (object, "iv");
  g_autoptr (GBytes) plain = vector_member_bytes (object, "msg");
  g_autoptr (GBytes) text = vector_member_bytes (object, "ct");
  signal_buffer *opened = NULL;
  signal_buffer *sealed = NULL;
  int r;

  (void) group;
  r = table.decrypt_func (&opened, SG_CIPHER_AES_CBC_PKCS5, data_of (key), g_bytes_get_size (key),
                          data_of (iv), g_bytes_get_size (iv), data_of (text),
                          g_bytes_get_size (text), table.user_data);
  if (g_bytes_get_size (key) != 32)
    {
      g_assert_cmpint (r, ==, SG_ERR_INVAL);
      counts[2]++;
      return;
    }
  g_assert_cmpint (r, ==, is_valid ? SG_SUCCESS : SG_ERR_INVALID_MESSAGE);
  counts[is_valid ? 0 : 1]++;
  if (!is_valid)
    return;
  assert_buffer (opened, plain);
  g_assert_cmpint (table.encrypt_func (&sealed, SG_CIPHER_AES_CBC_PKCS5, data_of (key), 32,
                                       data_of (iv), 16, data_of (plain), g_bytes_get_size (plain),
                                       table.user_data),
                   ==, 0);
  assert_buffer (sealed, text);
}

static void
test_aes_cbc (void)
{
  unsigned int counts[3] = { 0 };

  if (!run_cases ("wycheproof/aes_cbc_pkcs5_test.json", run_aes_case, counts))
    return;
  g_assert_cmpuint (counts[0], ==, 24);
  g_assert_cmpuint (counts[1], ==, 48);
  g_assert_cmpuint (counts[2], ==, 144);
}

static void
run_hmac_case (JsonObject *group, JsonObject *object, gboolean is_valid, unsigned int *counts)
{
  g_autoptr (GBytes) key = vector_member_bytes (object, "key");
  g_autoptr (GBytes) message = vector_member_bytes (object, "msg");
  g_autoptr (GBytes) tag = vector_member_bytes (object, "tag");
  signal_buffer *output = NULL;
  void *hmac = NULL;
  gboolean is_equal;

  g_assert_cmpint (json_object_get_int_member (group, "tagSize") / 8, ==, g_bytes_get_size (tag));
  g_assert_cmpint (
      table.hmac_sha256_init_func (&hmac, data_of (key), g_bytes_get_size (key), table.user_data),
      ==, 0);
  g_assert_cmpint (table.hmac_sha256_update_func (hmac, data_of (message),
                                                  g_bytes_get_size (message), table.user_data),
                   ==, 0);
  g_assert_cmpint (table.hmac_sha256_final_func (hmac, &output, table.user_data), ==, 0);
  table.hmac_sha256_cleanup_func (hmac, table.user_data);
  g_assert_cmpuint (signal_buffer_len (output), >=, g_bytes_get_size (tag));
  is_equal = memcmp (signal_buffer_data (output), data_of (tag), g_bytes_get_size (tag)) == 0;
  signal_buffer_free (output);
  g_assert_cmpint (is_equal, ==, is_valid);
  counts[is_valid ? 0 : 1]++;
}

static void
test_hmac_sha256 (void)
{
  unsigned int counts[2] = { 0 };

  if (!run_cases ("wycheproof/hmac_sha256_test.json", run_hmac_case, counts))
    return;
  g_assert_cmpuint (counts[0], ==, 66);
  g_assert_cmpuint (counts[1], ==, 108);
}

/* counts: valid, not asked for */
static void
run_hkdf_case (JsonObject *group, JsonObject *object, gboolean is_valid, unsigned int *counts)
{
  g_autoptr (GBytes) input = vector_member_bytes (object, "ikm");
  g_autoptr (GBytes) salt = vector_member_bytes (object, "salt");
  g_autoptr (GBytes) info = vector_member_bytes (object, "info");
  g_autoptr (GBytes) expected = vector_member_bytes (object, "okm");
  size_t size = (size_t) json_object_get_int_member (object, "size");
  hkdf_context *hkdf = NULL;
  uint8_t *output = NULL;
  ssize_t written;

  (void) group;
  if (size > HKDF_SIZE_MAX)
    {
      counts[1]++;
      return;
    }
  g_assert_true (is_valid);
  g_assert_cmpint (hkdf_create (&hkdf, 3, context), ==, 0);
  written =
      hkdf_derive_secrets (hkdf, &output, data_of (input), g_bytes_get_size (input), data_of (salt),
                           g_bytes_get_size (salt), data_of (info), g_bytes_get_size (info), size);
  g_assert_cmpint (written, ==, size);
  g_assert_cmpmem (output, size, data_of (expected), g_bytes_get_size (expected));
  free (output);
  SIGNAL_UNREF (hkdf);
  counts[0]++;
}

static void
test_hkdf_sha256 (void)
{
  unsigned int counts[2] = { 0 };

  if (!run_cases ("wycheproof/hkdf_sha256_test.json", run_hkdf_case, counts))
    return;
  g_assert_cmpuint (counts[0], ==, 80);
  g_assert_cmpuint (counts[1], ==, 6);
}

/* counts: agreed, refused by the gate */
static void
run_x25519_case (JsonObject *group, JsonObject *object, gboolean is_valid, unsigned int *counts)
{
  g_autoptr (GBytes) public_key = vector_member_bytes (object, "public");
  g_autoptr (GBytes) private_key = vector_member_bytes (object, "private");
  g_autoptr (GBytes) shared = vector_member_bytes (object, "shared");
  uint8_t product[32];

  (void) group;
  g_assert_cmpuint (g_bytes_get_size (public_key), ==, PARAPH_GATE_KEY_SIZE);
  if (paraph_gate_check_key (data_of (public_key)) != PARAPH_OK)
    {
      g_assert_false (is_valid);
      counts[1]++;
      return;
    }
  g_assert_cmpint (crypto_scalarmult (product, data_of (private_key), data_of (public_key)), ==, 0);
  g_assert_cmpmem (product, sizeof product, data_of (shared), g_bytes_get_size (shared));
  counts[0]++;
}

static void
test_x25519 (void)
{
  unsigned int counts[2] = { 0 };

  if (!run_cases ("wycheproof/x25519_test.json", run_x25519_case, counts))
    return;
  g_assert_cmpuint (counts[0], ==, 474);
  g_assert_cmpuint (counts[1], ==, 44); /* 31 of low order and all others that are not below p */
}

int
main (int argc, char **argv)
{
  ParaphProvider *provider = NULL;
  int r;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_assert_cmpint (paraph_provider_new (&provider), ==, 0);
  paraph_provider_fill (provider, &table);
  g_assert_cmpint (signal_context_create (&context, NULL), ==, 0);
  g_assert_cmpint (signal_context_set_crypto_provider (context, &table), ==, 0);
  g_test_add_func ("/session-primitives/aes-cbc", test_aes_cbc);
  g_test_add_func ("/session-primitives/hmac-sha256", test_hmac_sha256);
  g_test_add_func ("/session-primitives/hkdf-sha256", test_hkdf_sha256);
  g_test_add_func ("/session-primitives/x25519", test_x25519);
  r = g_test_run ();
  signal_context_destroy (context);
  paraph_provider_free (provider);
  return r;
}
