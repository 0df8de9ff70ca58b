/* The primitives below sealing and passphrases against published and own vectors. They are asked
 * directly: our own functions choose nonces and refuse small costs. */

#include <sodium.h>

#include "tests/support/crypto-test.h"
#include "tests/vectors/vector-file.h"

#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define KEY_SIZE crypto_aead_xchacha20poly1305_ietf_KEYBYTES

typedef struct
{
  GBytes *key;
  GBytes *nonce;
  GBytes *aad;
  GBytes *plain;
  GBytes *sealed; /* ciphertext and tag */
} AeadCase;

static void
aead_case_init (AeadCase *self, JsonObject *object)
{
  g_autoptr (GBytes) tag = vector_member_bytes (object, "tag");
  g_autoptr (GBytes) text = vector_member_bytes (object, "ct");
  g_autoptr (GByteArray) sealed = g_byte_array_new ();

  (void) g_byte_array_append (sealed, g_bytes_get_data (text, NULL),
                              (guint) g_bytes_get_size (text));
  (void) g_byte_array_append (sealed, g_bytes_get_data (tag, NULL), (guint) g_bytes_get_size (tag));
  self->key = vector_member_bytes (object, "key");
  self->nonce = vector_member_bytes (object, "iv");
  self->aad = vector_member_bytes (object, "aad");
  self->plain = vector_member_bytes (object, "msg");
  self->sealed = g_byte_array_free_to_bytes (g_steal_pointer (&sealed));
}

static void
aead_case_clear (AeadCase *self)
{
  g_bytes_unref (self->key);
  g_bytes_unref (self->nonce);
  g_bytes_unref (self->aad);
  g_bytes_unref (self->plain);
  g_bytes_unref (self->sealed);
}

static gboolean
aead_case_opens (const AeadCase *self)
{
  gsize size = g_bytes_get_size (self->sealed);
  g_autofree uint8_t *plain = g_malloc (size);

  if (g_bytes_get_size (self->nonce) != NONCE_SIZE || g_bytes_get_size (self->key) != KEY_SIZE)
    return FALSE;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (
          plain, NULL, NULL, g_bytes_get_data (self->sealed, NULL), size,
          g_bytes_get_data (self->aad, NULL), g_bytes_get_size (self->aad),
          g_bytes_get_data (self->nonce, NULL), g_bytes_get_data (self->key, NULL))
      != 0)
    return FALSE;
  g_assert_cmpmem (plain, size - TAG_SIZE, g_bytes_get_data (self->plain, NULL),
                   g_bytes_get_size (self->plain));
  return TRUE;
}

static void
aead_case_assert_seals (const AeadCase *self)
{
  g_autofree uint8_t *sealed = g_malloc (g_bytes_get_size (self->sealed));

  (void) crypto_aead_xchacha20poly1305_ietf_encrypt (
      sealed, NULL, g_bytes_get_data (self->plain, NULL), g_bytes_get_size (self->plain),
      g_bytes_get_data (self->aad, NULL), g_bytes_get_size (self->aad), NULL,
      g_bytes_get_data (self->nonce, NULL), g_bytes_get_data (self->key, NULL));
  g_assert_cmpmem (sealed, g_bytes_get_size (self->sealed), g_bytes_get_data (self->sealed, NULL),
                   g_bytes_get_size (self->sealed));
}

static gboolean
xchacha20_case (JsonObject *object)
{
  gboolean is_valid = g_str_equal (json_object_get_string_member (object, "result"), "valid");
  AeadCase aead;

  g_test_message ("case %" G_GINT64_FORMAT, json_object_get_int_member (object, "tcId"));
  aead_case_init (&aead, object);
  g_assert_true (aead_case_opens (&aead) == is_valid);
  if (is_valid)
    aead_case_assert_seals (&aead);
  aead_case_clear (&aead);
  return is_valid;
}

static void
test_xchacha20_poly1305 (void)
{
  g_autoptr (JsonParser) parser = vector_file_load_json ("wycheproof/xchacha20_poly1305_test.json");
  JsonArray *groups;
  guint n_valid = 0;
  guint n_cases = 0;

  if (parser == NULL)
    return;
  groups = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                         "testGroups");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    {
      JsonArray *cases =
          json_object_get_array_member (json_array_get_object_element (groups, i), "tests");

      for (guint k = 0; k < json_array_get_length (cases); k++)
        {
          n_valid += xchacha20_case (json_array_get_object_element (cases, k)) ? 1 : 0;
          n_cases++;
        }
    }
  g_assert_cmpuint (n_cases, ==, 315);
  g_assert_cmpuint (n_valid, ==, 246);
}

/* Fields: password, salt, passes, KiB, lanes, length, tag. The last row is the floor of the real
 * program, 256 MiB and three passes. */
static void
test_argon2id (void)
{
  g_autoptr (GPtrArray) rows = vector_file_load_rows ("argon2/argon2id-p1.tsv");

  if (rows == NULL)
    return;
  g_assert_cmpuint (rows->len, ==, 26);
  for (guint i = 0; i < rows->len; i++)
    {
      char **fields = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) password = vector_bytes (fields[0]);
      g_autoptr (GBytes) salt = vector_bytes (fields[1]);
      g_autoptr (GBytes) tag = vector_bytes (fields[6]);
      g_autofree uint8_t *out = g_malloc (g_bytes_get_size (tag));
      const void *text = g_bytes_get_data (password, NULL);

      g_assert_cmpstr (fields[4], ==, "1");
      g_assert_cmpuint (g_bytes_get_size (salt), ==, crypto_pwhash_SALTBYTES);
      g_assert_cmpint (crypto_pwhash (out, g_bytes_get_size (tag), text != NULL ? text : "",
                                      g_bytes_get_size (password), g_bytes_get_data (salt, NULL),
                                      g_ascii_strtoull (fields[2], NULL, 10),
                                      g_ascii_strtoull (fields[3], NULL, 10) * 1024,
                                      crypto_pwhash_ALG_ARGON2ID13),
                       ==, 0);
      g_assert_cmpmem (out, g_bytes_get_size (tag), g_bytes_get_data (tag, NULL),
                       g_bytes_get_size (tag));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/vectors/sealing/xchacha20-poly1305", test_xchacha20_poly1305);
  g_test_add_func ("/vectors/sealing/argon2id", test_argon2id);
  return g_test_run ();
}
