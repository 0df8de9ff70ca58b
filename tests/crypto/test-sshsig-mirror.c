/* What we sign, stock ssh-keygen verifies, and what it signs, we verify; a changed bit neither
 * takes. 100 messages each way, 1,000 where thoroughness is asked for (-m thorough). */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "tests/support/crypto-test.h"

typedef struct
{
  char *directory;
  char *armor; /* path of the signature that is looked at */
  ParaphSecret *secret;
  ParaphSshsig sshsig;
} Fixture;

static guint
count_messages (void)
{
  return g_test_thorough () ? 1000 : 100;
}

static char *
make_message (guint n)
{
  GString *text = g_string_new ("paraph-record 1\nkind: statement\n");

  g_string_append_printf (text, "number: %u\n", n);
  for (guint i = 0; i < n % 40; i++)
    g_string_append_printf (text, "seen: %08x%08x\n", n * 2654435761u, i * 2246822519u);
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

/* A namespace of a charter that is another one for each message. */
static void
make_namespace (guint n, char *ret_text)
{
  ParaphId charter;

  paraph_sha256 (&n, sizeof n, &charter);
  paraph_sshsig_record_namespace (&charter, ret_text);
}

static char *
make_path (Fixture *fixture, const char *name, int number)
{
  g_autofree char *whole = number < 0 ? g_strdup (name) : g_strdup_printf ("%s-%d", name, number);

  return g_build_filename (fixture->directory, whole, NULL);
}

static int
run (const char *const *argv, const char *input)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  process = g_subprocess_newv (argv,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                                   | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                               &error);
  g_assert_no_error (error);
  (void) g_subprocess_communicate_utf8 (process, input, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  return g_subprocess_get_exit_status (process);
}

static void
write_signers (Fixture *fixture)
{
  g_autofree char *path = make_path (fixture, "signers", -1);
  char line[PARAPH_SIGN_KEY_LINE_SIZE + 1];
  g_autofree char *text = NULL;

  paraph_sign_key_to_line (&fixture->sshsig.key, line);
  text = g_strconcat ("device ", line, "\n", NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Whether stock ssh-keygen takes the fixture's signature of message. */
static gboolean
is_good_for_stock (Fixture *fixture, const char *message)
{
  g_autofree char *signers = make_path (fixture, "signers", -1);
  const char *argv[] = { "ssh-keygen", "-Y",           "verify",
                         "-f",         signers,        "-I",
                         "device",     "-n",           fixture->sshsig.name_space,
                         "-s",         fixture->armor, NULL };
  char armor[PARAPH_SSHSIG_ARMOR_SIZE_MAX + 1];
  size_t length = 0;

  assert_ok (paraph_sshsig_armor (&fixture->sshsig, armor, &length));
  g_assert_true (g_file_set_contents (fixture->armor, armor, (gssize) length, NULL));
  return run (argv, message) == 0;
}

static gboolean
is_good_for_us (Fixture *fixture, const char *message)
{
  ParaphId id;

  paraph_sha256 (message, strlen (message), &id);
  return paraph_sshsig_verify (&fixture->sshsig.key, fixture->sshsig.name_space, &id,
                               &fixture->sshsig.signature)
         == 0;
}

static void
assert_both (Fixture *fixture, const char *message, gboolean is_good)
{
  g_assert_cmpint (is_good_for_us (fixture, message), ==, is_good);
  g_assert_cmpint (is_good_for_stock (fixture, message), ==, is_good);
}

/* One bit of the signature on even turns, one of the message on odd ones. */
static void
assert_changed_bit_is_refused (Fixture *fixture, char *message, guint n)
{
  uint8_t *bytes = fixture->sshsig.signature.bytes;
  guint bit = (n * 37u) % (8u * (guint) sizeof fixture->sshsig.signature.bytes);

  if (n % 2 == 0)
    bytes[bit / 8] = (uint8_t) (bytes[bit / 8] ^ (1u << (bit % 8)));
  else
    message[n % strlen (message)] ^= 1;
  assert_both (fixture, message, FALSE);
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;

  (void) data; /* no parameter in these tests */
  fixture->directory = g_dir_make_tmp ("paraph-XXXXXX", NULL);
  g_assert_nonnull (fixture->directory);
  fixture->armor = make_path (fixture, "armor", -1);
  assert_ok (paraph_secret_new ("seed", PARAPH_SIGN_SEED_SIZE, &seed));
  assert_ok (paraph_sign_pair_from_seed ("test", seed, &fixture->secret, &fixture->sshsig.key));
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) directory = g_dir_open (fixture->directory, 0, NULL);
  const char *name;

  (void) data; /* no parameter in these tests */
  g_assert_nonnull (directory);
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = make_path (fixture, name, -1);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  paraph_secret_clear (&fixture->secret);
  g_free (fixture->directory);
  g_free (fixture->armor);
}

static gboolean
has_stock (void)
{
  g_autofree char *program = g_find_program_in_path ("ssh-keygen");

  if (program == NULL)
    g_test_skip ("ssh-keygen is not installed");
  return program != NULL;
}

static void
test_stock_takes_ours (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  if (!has_stock ())
    return;
  write_signers (fixture);
  for (guint n = 0; n < count_messages (); n++)
    {
      g_autofree char *message = make_message (n);
      ParaphId id;

      make_namespace (n, fixture->sshsig.name_space);
      paraph_sha256 (message, strlen (message), &id);
      assert_ok (paraph_sshsig_sign (fixture->secret, fixture->sshsig.name_space, &id,
                                     &fixture->sshsig.signature));
      assert_both (fixture, message, TRUE);
      assert_changed_bit_is_refused (fixture, message, n);
    }
}

/* Makes a key with ssh-keygen and takes its public half, the end of the blob in the .pub file. */
static void
make_stock_key (Fixture *fixture, const char *path)
{
  const char *argv[] = {
    "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path, NULL
  };
  g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
  g_autofree char *text = NULL;
  g_autofree guchar *blob = NULL;
  g_auto (GStrv) words = NULL;
  gsize size = 0;

  g_assert_cmpint (run (argv, ""), ==, 0);
  g_assert_true (g_file_get_contents (public_path, &text, NULL, NULL));
  words = g_strsplit (g_strchomp (text), " ", 0);
  g_assert_cmpuint (g_strv_length (words), >=, 2);
  blob = g_base64_decode (words[1], &size);
  g_assert_cmpuint (size, ==, 51);
  memcpy (fixture->sshsig.key.bytes, blob + 19, sizeof fixture->sshsig.key.bytes);
}

/* Signs message number n with ssh-keygen and reads that as our own. */
static void
sign_with_stock (Fixture *fixture, const char *key, const char *message, guint n)
{
  g_autofree char *path = make_path (fixture, "message", (int) n);
  g_autofree char *signature = g_strconcat (path, ".sig", NULL);
  g_autofree char *text = NULL;
  char name_space[PARAPH_SSHSIG_RECORD_NAMESPACE_SIZE + 1];
  char again[PARAPH_SSHSIG_ARMOR_SIZE_MAX + 1];
  const char *argv[] = { "ssh-keygen", "-q", "-Y", "sign",     "-O", "hashalg=sha256",
                         "-f",         key,  "-n", name_space, path, NULL };
  ParaphSshsig sshsig;
  size_t length = 0;
  gsize size = 0;

  make_namespace (n, name_space);
  g_assert_true (g_file_set_contents (path, message, -1, NULL));
  g_assert_cmpint (run (argv, ""), ==, 0);
  g_assert_true (g_file_get_contents (signature, &text, &size, NULL));
  assert_ok (paraph_sshsig_dearmor (text, size, &sshsig));
  g_assert_cmpmem (sshsig.key.bytes, sizeof sshsig.key.bytes, fixture->sshsig.key.bytes,
                   sizeof fixture->sshsig.key.bytes);
  g_assert_cmpstr (sshsig.name_space, ==, name_space);
  assert_ok (paraph_sshsig_armor (&sshsig, again, &length));
  g_assert_cmpmem (again, length, text, size);
  fixture->sshsig = sshsig;
}

static void
test_we_take_stock (Fixture *fixture, gconstpointer data)
{
  g_autofree char *key = make_path (fixture, "key", -1);

  (void) data; /* no parameter in these tests */
  if (!has_stock ())
    return;
  make_stock_key (fixture, key);
  write_signers (fixture);
  for (guint n = 0; n < count_messages (); n++)
    {
      g_autofree char *message = make_message (n);

      sign_with_stock (fixture, key, message, n);
      assert_both (fixture, message, TRUE);
      assert_changed_bit_is_refused (fixture, message, n);
    }
}

#define ADD(path, function) \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  ADD ("/sshsig-mirror/stock-takes-ours", test_stock_takes_ours);
  ADD ("/sshsig-mirror/we-take-stock", test_we_take_stock);
  result = g_test_run ();
  assert_no_secret_lives ();
  return result;
}
