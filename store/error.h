/* What can go wrong in the store. One domain; messages are English detail for logs. */

#pragma once

#include <glib.h>

#define PARAPH_STORE_ERROR (paraph_store_error_quark ())

typedef enum
{
  PARAPH_STORE_ERROR_IN_USE,      /* another process has this home open */
  PARAPH_STORE_ERROR_NEWER,       /* written by a newer version of the program; untouched */
  PARAPH_STORE_ERROR_DAMAGED,     /* bytes that are not what was written, or missing parts */
  PARAPH_STORE_ERROR_FULL,        /* no space left; the transaction is undone */
  PARAPH_STORE_ERROR_IO,          /* the system failed to read or write; transaction undone */
  PARAPH_STORE_ERROR_NOT_A_STORE, /* there is no home here, or only one half made */
  PARAPH_STORE_ERROR_EXISTS,      /* there is a home here already */
  PARAPH_STORE_ERROR_WRONG_KEY,   /* no slot opens with this passphrase or key */
  PARAPH_STORE_ERROR_OLD_COPY,    /* an older copy of the key file or the database was put back */
  PARAPH_STORE_ERROR_REFUSED,     /* a value that the schema or a limit refuses */
  PARAPH_STORE_ERROR_MEMORY,      /* no memory, or the system refuses to lock it */
  PARAPH_STORE_ERROR_INTERNAL     /* a rule of the program was broken by the program */
} ParaphStoreError;

GQuark paraph_store_error_quark (void);
