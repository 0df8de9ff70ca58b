/* Verification, signing and the enrolment gate against published and own vectors. */

#include "crypto/sign.h"

#include "tests/support/crypto-test.h"
#include "tests/vectors/vector-file.h"

static void
bytes_to_key (GBytes *bytes, ParaphSignKey *ret_key)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);

  g_assert_cmpuint (size, ==, sizeof ret_key->bytes);
  memcpy (ret_key->bytes, data, size);
}

/* A signature of another length than 64 bytes cannot even be asked about: it is bad. */
static int
verify_bytes (const ParaphSignKey *key, GBytes *message, GBytes *signature)
{
  ParaphSignature fixed;

  if (g_bytes_get_size (signature) != sizeof fixed.bytes)
    return PARAPH_ERROR_SIGNATURE;
  memcpy (fixed.bytes, g_bytes_get_data (signature, NULL), sizeof fixed.bytes);
  return paraph_sign_verify (key, g_bytes_get_data (message, NULL), g_bytes_get_size (message),
                             &fixed);
}

static gboolean
wycheproof_case (JsonObject *object, const ParaphSignKey *key)
{
  gboolean is_valid = g_str_equal (json_object_get_string_member (object, "result"), "valid");
  g_autoptr (GBytes) message = vector_member_bytes (object, "msg");
  g_autoptr (GBytes) signature = vector_member_bytes (object, "sig");

  g_test_message ("case %" G_GINT64_FORMAT, json_object_get_int_member (object, "tcId"));
  assert_result (verify_bytes (key, message, signature),
                 is_valid ? PARAPH_OK : PARAPH_ERROR_SIGNATURE);
  return is_valid;
}

static void
test_wycheproof (void)
{
  g_autoptr (JsonParser) parser = vector_file_load_json ("wycheproof/ed25519_test.json");
  JsonArray *groups;
  guint n_valid = 0;
  guint n_cases = 0;

  if (parser == NULL)
    return;
  groups = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                         "testGroups");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonObject *group = json_array_get_object_element (groups, i);
      JsonArray *cases = json_object_get_array_member (group, "tests");
      g_autoptr (GBytes) bytes =
          vector_member_bytes (json_object_get_object_member (group, "publicKey"), "pk");
      ParaphSignKey key;

      bytes_to_key (bytes, &key);
      for (guint k = 0; k < json_array_get_length (cases); k++)
        {
          n_valid += wycheproof_case (json_array_get_object_element (cases, k), &key) ? 1 : 0;
          n_cases++;
        }
    }
  g_assert_cmpuint (n_cases, ==, 151);
  g_assert_cmpuint (n_valid, ==, 88);
}

static void
sign_1024_case (JsonObject *object)
{
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  g_autoptr (GBytes) seed_bytes = vector_member_bytes (object, "seed");
  g_autoptr (GBytes) key_bytes = vector_member_bytes (object, "pk");
  g_autoptr (GBytes) message = vector_member_bytes (object, "msg");
  g_autoptr (GBytes) expected = vector_member_bytes (object, "sig");
  ParaphSignature signature;
  ParaphSignKey key;

  g_assert_cmpuint (g_bytes_get_size (seed_bytes), ==, PARAPH_SIGN_SEED_SIZE);
  assert_ok (paraph_secret_new_copy ("seed", g_bytes_get_data (seed_bytes, NULL),
                                     PARAPH_SIGN_SEED_SIZE, &seed));
  assert_ok (paraph_sign_pair_from_seed ("vector", seed, &secret, &key));
  g_assert_cmpmem (key.bytes, sizeof key.bytes, g_bytes_get_data (key_bytes, NULL),
                   g_bytes_get_size (key_bytes));
  assert_ok (paraph_sign_bytes (secret, g_bytes_get_data (message, NULL),
                                g_bytes_get_size (message), &signature));
  g_assert_cmpmem (signature.bytes, sizeof signature.bytes, g_bytes_get_data (expected, NULL),
                   g_bytes_get_size (expected));
  assert_ok (verify_bytes (&key, message, expected));
}

static void
test_sign_1024 (void)
{
  g_autoptr (JsonParser) parser = vector_file_load_json ("ed25519/sign-1024.json");
  JsonArray *cases;

  if (parser == NULL)
    return;
  cases = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (cases), ==, 1024);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    sign_1024_case (json_array_get_object_element (cases, i));
}

/* Alone, verification lets exactly one of the twelve edge cases pass (a key of mixed order); with
 * the enrolment gate before it, none. */
static void
test_speccheck (void)
{
  g_autoptr (JsonParser) parser = vector_file_load_json ("ed25519/speccheck-cases.json");
  JsonArray *cases;

  if (parser == NULL)
    return;
  cases = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (cases), ==, 12);
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *object = json_array_get_object_element (cases, i);
      g_autoptr (GBytes) key_bytes = vector_member_bytes (object, "pub_key");
      g_autoptr (GBytes) message = vector_member_bytes (object, "message");
      g_autoptr (GBytes) signature = vector_member_bytes (object, "signature");
      gboolean is_verified;
      ParaphSignKey key;

      bytes_to_key (key_bytes, &key);
      is_verified = verify_bytes (&key, message, signature) == 0;
      g_assert_true (is_verified == (i == 3));
      g_assert_false (is_verified && paraph_sign_key_check (&key) == 0);
    }
}

static void
test_enrolment (void)
{
  g_autoptr (GPtrArray) rows = vector_file_load_rows ("ed25519/enrolment.tsv");
  guint n_accepted = 0;

  if (rows == NULL)
    return;
  for (guint i = 0; i < rows->len; i++)
    {
      char **fields = g_ptr_array_index (rows, i);
      gboolean is_good = g_str_equal (fields[2], "accept");
      g_autoptr (GBytes) bytes = vector_bytes (fields[0]);
      uint8_t blob[PARAPH_SIGN_KEY_BLOB_SIZE];
      ParaphSignKey parsed;
      ParaphSignKey key;

      bytes_to_key (bytes, &key);
      assert_result (paraph_sign_key_check (&key), is_good ? PARAPH_OK : PARAPH_ERROR_KEY);
      paraph_sign_key_blob (&key, blob);
      assert_result (paraph_sign_key_from_blob (blob, sizeof blob, &parsed),
                     is_good ? PARAPH_OK : PARAPH_ERROR_KEY);
      n_accepted += is_good ? 1 : 0;
    }
  g_assert_cmpuint (rows->len, ==, 49);
  g_assert_cmpuint (n_accepted, ==, 6);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/vectors/ed25519/wycheproof", test_wycheproof);
  g_test_add_func ("/vectors/ed25519/sign-1024", test_sign_1024);
  g_test_add_func ("/vectors/ed25519/speccheck", test_speccheck);
  g_test_add_func ("/vectors/ed25519/enrolment", test_enrolment);
  result = g_test_run ();
  assert_no_secret_lives ();
  return result;
}
