#include <errno.h>
#include <sqlite3.h>

#include "crypto/error.h"
#include "store/error-private.h"

G_DEFINE_QUARK (paraph - store - error - quark, paraph_store_error)

/* clang-format off */
static const struct
{
  int rc;
  ParaphStoreError code;
} sqlite_codes[] = {
  { SQLITE_IOERR_NOMEM, PARAPH_STORE_ERROR_MEMORY },
  { SQLITE_IOERR_CORRUPTFS, PARAPH_STORE_ERROR_DAMAGED },
  { SQLITE_BUSY, PARAPH_STORE_ERROR_IN_USE },
  { SQLITE_LOCKED, PARAPH_STORE_ERROR_IN_USE },
  { SQLITE_PROTOCOL, PARAPH_STORE_ERROR_IN_USE },
  { SQLITE_FULL, PARAPH_STORE_ERROR_FULL },
  { SQLITE_IOERR, PARAPH_STORE_ERROR_IO },
  { SQLITE_CANTOPEN, PARAPH_STORE_ERROR_IO },
  { SQLITE_READONLY, PARAPH_STORE_ERROR_IO },
  { SQLITE_PERM, PARAPH_STORE_ERROR_IO },
  { SQLITE_CORRUPT, PARAPH_STORE_ERROR_DAMAGED },
  { SQLITE_NOTADB, PARAPH_STORE_ERROR_DAMAGED },
  { SQLITE_CONSTRAINT, PARAPH_STORE_ERROR_REFUSED },
  { SQLITE_TOOBIG, PARAPH_STORE_ERROR_REFUSED },
  { SQLITE_MISMATCH, PARAPH_STORE_ERROR_REFUSED },
  { SQLITE_NOMEM, PARAPH_STORE_ERROR_MEMORY },
};

static const struct
{
  int rc;
  ParaphStoreError code;
} crypto_codes[] = {
  { PARAPH_ERROR_MEMORY, PARAPH_STORE_ERROR_MEMORY },
  { PARAPH_ERROR_MALFORMED, PARAPH_STORE_ERROR_DAMAGED },
  { PARAPH_ERROR_DECRYPT, PARAPH_STORE_ERROR_DAMAGED },
  { PARAPH_ERROR_LIMIT, PARAPH_STORE_ERROR_REFUSED },
  { PARAPH_ERROR_INCOMPATIBLE, PARAPH_STORE_ERROR_NEWER },
  { PARAPH_ERROR_PASSPHRASE, PARAPH_STORE_ERROR_WRONG_KEY },
};
/* clang-format on */

static ParaphStoreError
code_of_sqlite (int rc)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sqlite_codes); i++)
    if (sqlite_codes[i].rc == rc)
      return sqlite_codes[i].code;
  for (gsize i = 0; i < G_N_ELEMENTS (sqlite_codes); i++)
    if (sqlite_codes[i].rc == (rc & 0xff))
      return sqlite_codes[i].code;
  return PARAPH_STORE_ERROR_INTERNAL;
}

void
paraph_store_error_set_sqlite (GError **error, int rc, const char *what, const char *message)
{
  g_set_error (error, PARAPH_STORE_ERROR, (int) code_of_sqlite (rc), "%s: %s (%d)", what, message,
               rc);
}

void
paraph_store_error_set_crypto (GError **error, int rc, const char *what)
{
  ParaphStoreError code = PARAPH_STORE_ERROR_INTERNAL;

  for (gsize i = 0; i < G_N_ELEMENTS (crypto_codes); i++)
    if (crypto_codes[i].rc == rc)
      code = crypto_codes[i].code;
  g_set_error (error, PARAPH_STORE_ERROR, (int) code, "%s: %s", what, paraph_error_name (rc));
}

void
paraph_store_error_set_errno (GError **error, int errno_value, const char *what)
{
  ParaphStoreError code = errno_value == ENOSPC || errno_value == EDQUOT ? PARAPH_STORE_ERROR_FULL
                                                                         : PARAPH_STORE_ERROR_IO;

  g_set_error (error, PARAPH_STORE_ERROR, (int) code, "%s: %s", what, g_strerror (errno_value));
}
