/* Inside the audit of a bundle: its names, and the files that say again what the records say. */

#pragma once

#include "app/audit-private.h"

/* The lines of an entry, each ended by LF; a zero byte is read as U+0001. What follows the last LF
 * is left out. An entry that is too long has none. NULL: no such entry. Free with g_strfreev. */
char **paraph_audit_dup_lines (ParaphBundleFile *bundle, const char *name);

/* TRUE for "records/", "identity/" or "blobs/" and 64 hex; ret_rest is what follows, borrowed. */
gboolean paraph_audit_parse_name (const char *name, ParaphId *ret_id, const char **ret_rest);

/* TRUE for the names of docs/PROTOCOL.md section 14. */
gboolean paraph_audit_is_entry (const char *name);

/* How many names begin so. */
guint paraph_audit_count_prefix (ParaphBundleFile *bundle, const char *prefix);

/* INDEX.txt, allowed_signers and texts/; FALSE where one of them is missing. After placing. */
gboolean paraph_audit_check_derived (ParaphAuditRun *run, GError **error);

/* Blobs, lacking and withheld ones; FALSE where withheld.txt is missing. After placing. */
gboolean paraph_audit_check_blobs (ParaphAuditRun *run, GError **error);
