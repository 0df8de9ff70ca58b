/* How the failures of the layers below become the store's. For store/ only. */

#pragma once

#include <glib.h>

#include "store/error.h"

/* RC is a result code of SQLite, extended or not; MESSAGE its words, WHAT ours. */
void paraph_store_error_set_sqlite (GError **error, int rc, const char *what, const char *message);

/* RC is a negative result of crypto/. */
void paraph_store_error_set_crypto (GError **error, int rc, const char *what);

/* ERRNO_VALUE is an errno. */
void paraph_store_error_set_errno (GError **error, int errno_value, const char *what);
