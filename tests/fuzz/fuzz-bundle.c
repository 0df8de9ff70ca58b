/* A bundle as somebody sends it: the whole archive is the input's. What opens has legal names, and
 * its audit ends with a verdict that its findings bear out. */

#define _GNU_SOURCE /* memfd_create */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/audit.h"
#include "crypto/start.h"

#define INPUT_MAX (1 << 20)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
try_bundle (const char *path)
{
  g_autoptr (ParaphBundleFile) bundle = paraph_bundle_open (path, NULL);
  g_autoptr (ParaphAudit) audit = NULL;
  const GPtrArray *names;
  gboolean is_good = TRUE;

  if (bundle == NULL)
    return;
  names = paraph_bundle_list (bundle);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (name[0] == '/' || strstr (name, "..") == name || strstr (name, "/../") != NULL)
        abort ();
    }
  audit = paraph_audit_bundle (bundle, FALSE, NULL, NULL, NULL);
  if (audit == NULL)
    return;
  for (guint i = 0; i < audit->findings->len; i++)
    if (paraph_finding_is_bad (g_ptr_array_index (audit->findings, i)))
      is_good = FALSE;
  if (is_good != audit->is_good)
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *path = NULL;
  int fd;

  if (paraph_crypto_start () != 0)
    abort ();
  if (size > INPUT_MAX)
    return 0;
  fd = memfd_create ("bundle", MFD_CLOEXEC);
  if (fd < 0 || write (fd, data, size) != (ssize_t) size)
    abort ();
  path = g_strdup_printf ("/proc/self/fd/%d", fd);
  try_bundle (path);
  close (fd);
  return 0;
}
