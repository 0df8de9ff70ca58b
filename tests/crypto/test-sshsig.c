#include "crypto/sshsig.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "crypto/sign.h"
#include "tests/support/crypto-test.h"

#define NAMESPACE "record.c79e1f0e3efc3a43ee115f3675a56cfd@paraph"

typedef struct
{
  ParaphSecret *secret;
  ParaphSshsig sshsig;
  ParaphId message;
  char armor[PARAPH_SSHSIG_ARMOR_SIZE_MAX + 1];
  size_t length;
} Fixture;

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_secret_new ("seed", PARAPH_SIGN_SEED_SIZE, &seed));
  assert_ok (paraph_sign_pair_from_seed ("test", seed, &fixture->secret, &fixture->sshsig.key));
  paraph_sha256 ("message\n", 8, &fixture->message);
  g_strlcpy (fixture->sshsig.name_space, NAMESPACE, sizeof fixture->sshsig.name_space);
  assert_ok (paraph_sshsig_sign (fixture->secret, NAMESPACE, &fixture->message,
                                 &fixture->sshsig.signature));
  assert_ok (paraph_sshsig_armor (&fixture->sshsig, fixture->armor, &fixture->length));
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  paraph_secret_clear (&fixture->secret);
}

static void
test_preimage_is_as_specified (void)
{
  static const char head[] = "SSHSIG\0\0\0\016charter@paraph\0\0\0\0\0\0\0\006sha256\0\0\0\040";
  uint8_t bytes[PARAPH_SSHSIG_PREIMAGE_SIZE_MAX];
  size_t size = 0;
  ParaphId id;

  paraph_sha256 ("abc", 3, &id);
  assert_ok (paraph_sshsig_preimage (PARAPH_SSHSIG_CHARTER, &id, bytes, &size));
  g_assert_cmpuint (size, ==, sizeof head - 1 + sizeof id.bytes);
  g_assert_cmpmem (bytes, sizeof head - 1, head, sizeof head - 1);
  g_assert_cmpmem (bytes + sizeof head - 1, sizeof id.bytes, id.bytes, sizeof id.bytes);
}

static void
test_namespace_of_records (void)
{
  char text[PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE + 1];
  ParaphId id = { { 0xc7, 0x9e, 0x1f, 0x0e, 0x3e, 0xfc, 0x3a, 0x43, 0xee, 0x11, 0x5f, 0x36, 0x75,
                    0xa5, 0x6c, 0xfd, 0xff } };

  paraph_sshsig_record_namespace (&id, text);
  g_assert_cmpstr (text, ==, NAMESPACE);
}

static void
test_namespaces_are_bounded (void)
{
  static const char *const refused[] = { "", "a b", "a\n", "caf\xc3\xa9", "a\x7f" };
  char longest[PARAPH_SSHSIG_NAMESPACE_SIZE_MAX + 2] = { 0 };
  uint8_t bytes[PARAPH_SSHSIG_PREIMAGE_SIZE_MAX];
  ParaphId id = { { 0 } };
  size_t size = 77;

  for (size_t i = 0; i < G_N_ELEMENTS (refused); i++)
    assert_result (paraph_sshsig_preimage (refused[i], &id, bytes, &size), PARAPH_ERROR_MALFORMED);
  memset (longest, 'x', PARAPH_SSHSIG_NAMESPACE_SIZE_MAX + 1);
  assert_result (paraph_sshsig_preimage (longest, &id, bytes, &size), PARAPH_ERROR_MALFORMED);
  g_assert_cmpuint (size, ==, 77);
  longest[PARAPH_SSHSIG_NAMESPACE_SIZE_MAX] = '\0';
  assert_ok (paraph_sshsig_preimage (longest, &id, bytes, &size));
  g_assert_cmpuint (size, ==, PARAPH_SSHSIG_PREIMAGE_SIZE_MAX);
}

static void
test_longest_armor_fits (Fixture *fixture, gconstpointer data)
{
  ParaphSshsig back;

  (void) data; /* no parameter in these tests */
  memset (fixture->sshsig.name_space, 'x', PARAPH_SSHSIG_NAMESPACE_SIZE_MAX);
  assert_ok (paraph_sshsig_armor (&fixture->sshsig, fixture->armor, &fixture->length));
  g_assert_cmpuint (strlen (fixture->armor), ==, fixture->length);
  assert_ok (paraph_sshsig_dearmor (fixture->armor, fixture->length, &back));
  g_assert_cmpstr (back.name_space, ==, fixture->sshsig.name_space);

  /* A struct whose namespace has no end is refused too. */
  memset (fixture->sshsig.name_space, 'x', sizeof fixture->sshsig.name_space);
  assert_result (paraph_sshsig_armor (&fixture->sshsig, fixture->armor, &fixture->length),
                 PARAPH_ERROR_MALFORMED);
}

static void
test_armor_comes_back (Fixture *fixture, gconstpointer data)
{
  ParaphSshsig back;

  (void) data; /* no parameter in these tests */
  assert_ok (paraph_sshsig_dearmor (fixture->armor, fixture->length, &back));
  g_assert_cmpstr (back.name_space, ==, NAMESPACE);
  g_assert_cmpmem (back.key.bytes, 32, fixture->sshsig.key.bytes, 32);
  assert_ok (paraph_sshsig_verify (&back.key, back.name_space, &fixture->message, &back.signature));
}

static void
test_a_signature_fits_one_namespace (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  assert_result (paraph_sshsig_verify (&fixture->sshsig.key, PARAPH_SSHSIG_CHARTER,
                                       &fixture->message, &fixture->sshsig.signature),
                 PARAPH_ERROR_SIGNATURE);
}

/* Every byte of the armor to three other values: refused, or another signature that fails. */
static void
test_one_changed_byte_is_refused (Fixture *fixture, gconstpointer data)
{
  static const uint8_t changes[] = { 0x01, 0x02, 0x80 };

  (void) data; /* no parameter in these tests */
  for (size_t i = 0; i < fixture->length * G_N_ELEMENTS (changes); i++)
    {
      char *place = &fixture->armor[i / G_N_ELEMENTS (changes)];
      char kept = *place;
      ParaphSshsig back;
      gboolean is_good;

      *place = (char) (kept ^ changes[i % G_N_ELEMENTS (changes)]);
      is_good =
          paraph_sshsig_dearmor (fixture->armor, fixture->length, &back) == 0
          && memcmp (back.key.bytes, fixture->sshsig.key.bytes, 32) == 0
          && g_str_equal (back.name_space, NAMESPACE)
          && paraph_sshsig_verify (&back.key, NAMESPACE, &fixture->message, &back.signature) == 0;
      g_assert_false (is_good);
      *place = kept;
    }
}

static void
test_any_cut_is_refused (Fixture *fixture, gconstpointer data)
{
  ParaphSshsig back;

  (void) data; /* no parameter in these tests */
  for (size_t length = 0; length < fixture->length; length++)
    assert_result (paraph_sshsig_dearmor (fixture->armor, length, &back), PARAPH_ERROR_MALFORMED);
  /* One byte more than the file. */
  assert_result (paraph_sshsig_dearmor (fixture->armor, fixture->length + 1, &back),
                 PARAPH_ERROR_MALFORMED);
}

/* 0 when ssh-keygen says that the signature is good. */
static int
ssh_keygen_verdict (const char *directory, const char *message)
{
  g_autofree char *signers = g_build_filename (directory, "signers", NULL);
  g_autofree char *armor = g_build_filename (directory, "message.sig", NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                                  | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                              &error, "ssh-keygen", "-Y", "verify", "-f", signers, "-I", "device",
                              "-n", NAMESPACE, "-s", armor, NULL);
  g_assert_no_error (error);
  (void) g_subprocess_communicate_utf8 (process, message, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (process);
}

static void
test_ssh_keygen_agrees (Fixture *fixture, gconstpointer data)
{
  g_autofree char *program = g_find_program_in_path ("ssh-keygen");
  g_autofree char *directory = NULL;
  g_autofree char *signers = NULL;
  g_autofree char *armor = NULL;
  g_autofree char *text = NULL;
  char line[PARAPH_SIGN_KEY_LINE_SIZE + 1];

  (void) data; /* no parameter in these tests */
  if (program == NULL)
    {
      g_test_skip ("ssh-keygen is not installed");
      return;
    }
  directory = g_dir_make_tmp ("paraph-XXXXXX", NULL);
  g_assert_nonnull (directory);
  signers = g_build_filename (directory, "signers", NULL);
  armor = g_build_filename (directory, "message.sig", NULL);
  paraph_sign_key_to_line (&fixture->sshsig.key, line);
  text = g_strconcat ("device ", line, "\n", NULL);
  g_assert_true (g_file_set_contents (signers, text, -1, NULL));
  g_assert_true (g_file_set_contents (armor, fixture->armor, (gssize) fixture->length, NULL));
  g_assert_cmpint (ssh_keygen_verdict (directory, "message\n"), ==, 0);
  g_assert_cmpint (ssh_keygen_verdict (directory, "Message\n"), !=, 0);
  g_assert_cmpint (g_unlink (signers), ==, 0);
  g_assert_cmpint (g_unlink (armor), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/sshsig/preimage-is-as-specified", test_preimage_is_as_specified);
  g_test_add_func ("/sshsig/namespace-of-records", test_namespace_of_records);
  g_test_add_func ("/sshsig/namespaces-are-bounded", test_namespaces_are_bounded);
  ADD ("/sshsig/longest-armor-fits", test_longest_armor_fits);
  ADD ("/sshsig/armor-comes-back", test_armor_comes_back);
  ADD ("/sshsig/a-signature-fits-one-namespace", test_a_signature_fits_one_namespace);
  ADD ("/sshsig/one-changed-byte-is-refused", test_one_changed_byte_is_refused);
  ADD ("/sshsig/any-cut-is-refused", test_any_cut_is_refused);
  ADD ("/sshsig/ssh-keygen-agrees", test_ssh_keygen_agrees);
  result = g_test_run ();
  assert_no_secret_lives ();
  return result;
}
