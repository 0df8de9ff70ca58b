#include "crypto/secret.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/support/crypto-test.h"

/* gcc has the macro, clang the feature. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#define HAS_SANITIZER __has_feature (address_sanitizer)
#else
#define HAS_SANITIZER 0
#endif

static void
test_starts_zeroed_and_keeps_its_bytes (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;

  assert_ok (paraph_secret_new ("test", 100, &secret));
  g_assert_cmpuint (paraph_secret_size (secret), ==, 100);
  for (size_t i = 0; i < 100; i++)
    g_assert_cmpuint (paraph_secret_data (secret)[i], ==, 0);
  paraph_secret_data_mutable (secret)[99] = 7;
  g_assert_cmpuint (paraph_secret_data (secret)[99], ==, 7);
}

static void
test_refuses_sizes_out_of_range (void)
{
  ParaphSecret *secret = NULL;

  assert_result (paraph_secret_new ("test", 0, &secret), PARAPH_ERROR_LIMIT);
  assert_result (paraph_secret_new ("test", PARAPH_SECRET_SIZE_MAX + 1, &secret),
                 PARAPH_ERROR_LIMIT);
  assert_result (paraph_secret_new ("test", SIZE_MAX, &secret), PARAPH_ERROR_LIMIT);
  g_assert_null (secret);
  assert_ok (paraph_secret_new ("test", PARAPH_SECRET_SIZE_MAX, &secret));
  paraph_secret_free (secret);
}

/* The region stays mapped when its secrets are gone: looking at the place is lawful here. */
static void
test_wipes_on_free (void)
{
  ParaphSecret *secret = NULL;
  const uint8_t *place;
  uint8_t *bytes;

  assert_ok (paraph_secret_new_random ("test", 64, &secret));
  bytes = paraph_secret_data_mutable (secret);
  place = bytes;
  memset (bytes, 0xa5, 64);
  paraph_secret_clear (&secret);
  g_assert_null (secret);
  for (size_t i = 0; i < 64; i++)
    g_assert_cmpuint (place[i], ==, 0);
  paraph_secret_free (NULL);
}

static void
test_take_wipes_the_source (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *copy = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *taken = NULL;
  uint8_t bytes[32];
  uint8_t zeros[32] = { 0 };

  memset (bytes, 0x3c, sizeof bytes);
  assert_ok (paraph_secret_new_copy ("copy", bytes, sizeof bytes, &copy));
  g_assert_cmpuint (bytes[0], ==, 0x3c);
  assert_ok (paraph_secret_new_take ("taken", bytes, sizeof bytes, &taken));
  g_assert_cmpmem (bytes, sizeof bytes, zeros, sizeof zeros);
  g_assert_true (paraph_secret_equal (copy, taken));

  memset (bytes, 0x3c, sizeof bytes);
  paraph_secret_clear (&taken);
  assert_result (paraph_secret_new_take ("taken", bytes, 0, &taken), PARAPH_ERROR_LIMIT);
  g_assert_null (taken);
}

static void
test_random_ones_differ (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *a = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *b = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *shorter = NULL;

  assert_ok (paraph_secret_new_random ("a", 32, &a));
  assert_ok (paraph_secret_new_random ("b", 32, &b));
  assert_ok (paraph_secret_new_copy ("shorter", paraph_secret_data (a), 31, &shorter));
  g_assert_false (paraph_secret_equal (a, b));
  g_assert_false (paraph_secret_equal (a, shorter));
  g_assert_true (paraph_secret_equal (a, a));
}

static void
test_lists_the_tags_of_the_living (void)
{
  ParaphSecret *secrets[3] = { NULL };
  const char *tags[2] = { NULL };

  g_assert_cmpuint (paraph_secret_count (), ==, 0);
  assert_ok (paraph_secret_new ("first", 1, &secrets[0]));
  assert_ok (paraph_secret_new ("second", 1, &secrets[1]));
  assert_ok (paraph_secret_new ("third", 1, &secrets[2]));
  g_assert_cmpuint (paraph_secret_list_tags (tags, 2), ==, 3);
  g_assert_cmpstr (tags[0], ==, "third");
  g_assert_cmpstr (tags[1], ==, "second");
  paraph_secret_free (secrets[1]);
  paraph_secret_free (secrets[2]);
  g_assert_cmpuint (paraph_secret_list_tags (tags, 2), ==, 1);
  g_assert_cmpstr (tags[0], ==, "first");
  paraph_secret_free (secrets[0]);
  g_assert_cmpuint (paraph_secret_count (), ==, 0);
}

/* 3,000 secrets pass the region of 64 KiB several times; none may share a byte with another. */
static void
test_grows_and_never_overlaps (void)
{
  ParaphSecret *secrets[3000] = { NULL };

  for (size_t i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      size_t size = 1 + i * 7 % 200;

      assert_ok (paraph_secret_new ("many", size, &secrets[i]));
      memset (paraph_secret_data_mutable (secrets[i]), (int) (i % 251), size);
      if (i % 3 == 0)
        paraph_secret_clear (&secrets[i / 2]);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      if (secrets[i] == NULL)
        continue;
      for (size_t k = 0; k < paraph_secret_size (secrets[i]); k++)
        g_assert_cmpuint (paraph_secret_data (secrets[i])[k], ==, i % 251);
      paraph_secret_clear (&secrets[i]);
    }
}

static size_t
locked_kib (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "VmLck:");
  g_assert_nonnull (line);
  return (size_t) g_ascii_strtoull (line + strlen ("VmLck:"), NULL, 10);
}

static void
test_pages_are_locked (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;

  if (HAS_SANITIZER)
    {
      g_test_skip ("the sanitizer swallows mlock");
      return;
    }
  assert_ok (paraph_secret_new ("test", 32, &secret));
  g_assert_cmpuint (locked_kib (), >=, 64);
}

/* "dd" among the flags of a mapping is MADV_DONTDUMP. */
static void
test_pages_stay_out_of_core_files (void)
{
  PARAPH_SECRET_AUTO ParaphSecret *secret = NULL;
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean is_ours = FALSE;
  gboolean is_found = FALSE;

  assert_ok (paraph_secret_new ("test", 32, &secret));
  if (!g_file_get_contents ("/proc/self/smaps", &maps, NULL, NULL))
    {
      g_test_skip ("no /proc/self/smaps");
      return;
    }
  lines = g_strsplit (maps, "\n", -1);
  for (size_t i = 0; lines[i] != NULL; i++)
    {
      uintptr_t place = (uintptr_t) paraph_secret_data (secret);
      char *end = NULL;
      uint64_t from = g_ascii_strtoull (lines[i], &end, 16);

      if (end != lines[i] && *end == '-')
        is_ours = from <= place && place < g_ascii_strtoull (end + 1, NULL, 16);
      if (is_ours && g_str_has_prefix (lines[i], "VmFlags:"))
        is_found = strstr (lines[i], " dd") != NULL;
    }
  g_assert_true (is_found);
}

static void
test_fails_when_locking_is_refused (void)
{
  struct rlimit none = { 0, 0 };
  ParaphSecret *secret = NULL;

  if (HAS_SANITIZER)
    {
      g_test_skip ("the sanitizer swallows mlock");
      return;
    }
  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }
  g_assert_cmpint (setrlimit (RLIMIT_MEMLOCK, &none), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (setuid (65534), ==, 0);
  assert_result (paraph_secret_new ("test", 32, &secret), PARAPH_ERROR_MEMORY);
  g_assert_null (secret);
  g_assert_cmpuint (paraph_secret_count (), ==, 0);
}

static void
test_notices_writing_past_the_end (void)
{
  if (g_test_subprocess ())
    {
      ParaphSecret *secret = NULL;

      assert_ok (paraph_secret_new ("test", 32, &secret));
      paraph_secret_data_mutable (secret)[32] ^= 1;
      paraph_secret_free (secret);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*past the end of a secret*");
}

static void
test_guard_pages_stop_a_long_write (void)
{
  if (g_test_subprocess ())
    {
      ParaphSecret *secret = NULL;
      volatile uint8_t *bytes;

      assert_ok (paraph_secret_new ("test", 32, &secret));
      bytes = paraph_secret_data_mutable (secret);
      for (size_t i = 0; i < 70000; i++)
        bytes[i] = 1;
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

static void
test_compares_bytes (void)
{
  g_assert_true (paraph_bytes_equal ("abc", "abc", 3));
  g_assert_false (paraph_bytes_equal ("abc", "abd", 3));
  g_assert_true (paraph_bytes_equal ("abc", "abd", 2));
  g_assert_true (paraph_bytes_equal (NULL, NULL, 0));
}

static gpointer
churn_thread (gpointer data)
{
  for (size_t i = 0; i < 2000; i++)
    {
      ParaphSecret *secret = NULL;

      assert_ok (paraph_secret_new ("thread", 1 + i % 100, &secret));
      memset (paraph_secret_data_mutable (secret), GPOINTER_TO_INT (data), 1 + i % 100);
      g_assert_cmpint (paraph_secret_data (secret)[i % 100], ==, GPOINTER_TO_INT (data));
      paraph_secret_free (secret);
    }
  return NULL;
}

static void
test_threads_may_make_and_free (void)
{
  GThread *threads[4];

  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("churn", churn_thread, GINT_TO_POINTER ((int) i + 1));
  for (size_t i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (paraph_secret_count (), ==, 0);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  /* First: in its subprocess no region may exist before the limit falls. */
  g_test_add_func ("/secret/fails-when-locking-is-refused", test_fails_when_locking_is_refused);
  g_test_add_func ("/secret/starts-zeroed-and-keeps-its-bytes",
                   test_starts_zeroed_and_keeps_its_bytes);
  g_test_add_func ("/secret/refuses-sizes-out-of-range", test_refuses_sizes_out_of_range);
  g_test_add_func ("/secret/wipes-on-free", test_wipes_on_free);
  g_test_add_func ("/secret/take-wipes-the-source", test_take_wipes_the_source);
  g_test_add_func ("/secret/random-ones-differ", test_random_ones_differ);
  g_test_add_func ("/secret/lists-the-tags-of-the-living", test_lists_the_tags_of_the_living);
  g_test_add_func ("/secret/grows-and-never-overlaps", test_grows_and_never_overlaps);
  g_test_add_func ("/secret/pages-are-locked", test_pages_are_locked);
  g_test_add_func ("/secret/pages-stay-out-of-core-files", test_pages_stay_out_of_core_files);
  g_test_add_func ("/secret/notices-writing-past-the-end", test_notices_writing_past_the_end);
  g_test_add_func ("/secret/guard-pages-stop-a-long-write", test_guard_pages_stop_a_long_write);
  g_test_add_func ("/secret/compares-bytes", test_compares_bytes);
  g_test_add_func ("/secret/threads-may-make-and-free", test_threads_may_make_and_free);
  result = g_test_run ();
  assert_no_secret_lives ();
  return result;
}
