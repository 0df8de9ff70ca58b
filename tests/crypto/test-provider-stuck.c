/* A provider whose draws repeat must not start. */

#include <glib.h>
#include <string.h>

#include "crypto/provider.h"
#include "crypto/session-random.h"
#include "crypto/start.h"

static gboolean is_stuck;
static uint8_t count;

void
paraph_session_random (uint8_t *bytes, size_t size)
{
  memset (bytes, is_stuck ? 0x55 : ++count, size);
}

static void
test_does_not_start (void)
{
  ParaphProvider *provider = NULL;

  is_stuck = TRUE;
  g_assert_cmpint (paraph_provider_new (&provider), ==, PARAPH_ERROR_INTERNAL);
  g_assert_null (provider);
}

static void
test_starts_when_draws_differ (void)
{
  ParaphProvider *provider = NULL;

  is_stuck = FALSE;
  g_assert_cmpint (paraph_provider_new (&provider), ==, PARAPH_OK);
  paraph_provider_free (provider);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/provider-stuck/does-not-start", test_does_not_start);
  g_test_add_func ("/provider-stuck/starts-when-draws-differ", test_starts_when_draws_differ);
  return g_test_run ();
}
