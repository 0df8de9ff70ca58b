/* Our profile of SSHSIG: what stock ssh-keygen wrote is accepted, and each way around the
 * profile is refused, also where stock ssh-keygen accepts it. */

#include "crypto/sshsig.h"

#include "crypto/sign.h"
#include "tests/support/crypto-test.h"
#include "tests/vectors/vector-file.h"

/* The key named in the second line of the file. */
#define SIGNER "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHD7EBT2SpYeuHxq2Mfg6aNBZTcnnN0ea0DZEg+6UYMc"

/* The whole way of an imported signature: form, gate, expected key and purpose, signature. */
static gboolean
profile_accepts (const char *name_space, GBytes *message, GBytes *armor)
{
  ParaphSshsig sshsig;
  ParaphSignKey signer;
  ParaphId id;

  assert_ok (paraph_sign_key_from_line (SIGNER, strlen (SIGNER), &signer));
  paraph_sha256 (g_bytes_get_data (message, NULL), g_bytes_get_size (message), &id);
  return paraph_sshsig_dearmor (g_bytes_get_data (armor, NULL), g_bytes_get_size (armor), &sshsig)
             == 0
         && paraph_sign_key_check (&sshsig.key) == 0
         && paraph_bytes_equal (sshsig.key.bytes, signer.bytes, sizeof signer.bytes)
         && g_str_equal (sshsig.name_space, name_space)
         && paraph_sshsig_verify (&sshsig.key, name_space, &id, &sshsig.signature) == 0;
}

static void
test_cases (void)
{
  g_autoptr (GPtrArray) rows = vector_file_load_rows ("sshsig/paraph-cases.tsv");
  guint n_accepted = 0;
  guint n_differ = 0;

  if (rows == NULL)
    return;
  for (guint i = 0; i < rows->len; i++)
    {
      char **fields = g_ptr_array_index (rows, i);
      gboolean is_good = g_str_equal (fields[1], "accept");
      const char *name_space = g_str_equal (fields[3], "-") ? "" : fields[3];
      g_autoptr (GBytes) message = vector_bytes (fields[4]);
      g_autoptr (GBytes) armor = vector_bytes (fields[5]);

      g_test_message ("case %s", fields[0]);
      g_assert_true (profile_accepts (name_space, message, armor) == is_good);
      n_accepted += is_good ? 1 : 0;
      n_differ += g_str_equal (fields[1], fields[2]) ? 0 : 1;
    }
  g_assert_cmpuint (rows->len, ==, 32);
  g_assert_cmpuint (n_accepted, ==, 4);
  g_assert_cmpuint (n_differ, ==, 8);
}

/* Upstream's own examples: one with the hash sha512, one of a hardware key. Both are good
 * signatures and neither is ours. */
static void
test_upstream_examples_are_not_ours (void)
{
  static const char *const names[] = { "sshsig/ed25519.sig.txt", "sshsig/ed25519_sk.sig.txt" };

  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = vector_file_load_text (names[i]);
      ParaphSshsig sshsig;

      if (text == NULL)
        return;
      g_assert_true (g_str_has_prefix (text, "-----BEGIN SSH SIGNATURE-----\n"));
      assert_result (paraph_sshsig_dearmor (text, strlen (text), &sshsig), PARAPH_ERROR_MALFORMED);
    }
}

static void
test_hardware_key_is_refused_by_type (void)
{
  g_autofree char *text = vector_file_load_text ("sshsig/ed25519_sk.pub.txt");
  g_auto (GStrv) words = NULL;
  g_autofree guchar *blob = NULL;
  ParaphSignKey key;
  gsize size = 0;

  if (text == NULL)
    return;
  words = g_strsplit (text, " ", 3);
  g_assert_cmpstr (words[0], ==, "sk-ssh-ed25519@openssh.com");
  blob = g_base64_decode (words[1], &size);
  assert_result (paraph_sign_key_from_blob (blob, size, &key), PARAPH_ERROR_MALFORMED);
  assert_result (paraph_sign_key_from_line (text, strlen (text), &key), PARAPH_ERROR_MALFORMED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/vectors/sshsig/cases", test_cases);
  g_test_add_func ("/vectors/sshsig/upstream-examples-are-not-ours",
                   test_upstream_examples_are_not_ours);
  g_test_add_func ("/vectors/sshsig/hardware-key-is-refused-by-type",
                   test_hardware_key_is_refused_by_type);
  return g_test_run ();
}
