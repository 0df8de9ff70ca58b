/* Files that the command line reads and writes, and the keys that open a home. */

#pragma once

#include "app/home.h"

/* A whole file of at most limit bytes; REFUSED beyond it, IO where it cannot be read. */
GBytes *paraph_cli_read_file (const char *path, gsize limit, GError **error);
/* Replaces path as a whole. */
gboolean paraph_cli_write_file (const char *path, GBytes *bytes, GError **error);

/* The key of --key-file; with is_new, one that is missing is made first (mode 0600). */
ParaphSecret *paraph_cli_read_key (const char *path, gboolean is_new, GError **error);
/* Whether it is one line of plain text; LOCKED where it is not. */
gboolean paraph_cli_check_passphrase (const ParaphSecret *passphrase, GError **error);
/* The one line of --passphrase-file. */
ParaphSecret *paraph_cli_read_passphrase (const char *path, GError **error);
/* The seed in a file that init --custodian-out wrote. */
ParaphSecret *paraph_cli_read_custodian (const char *path, GError **error);
