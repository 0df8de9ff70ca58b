/* Names and derived files of a bundle that is audited. */

#include "app/audit-files.h"

#include <string.h>

#include "app/error.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "negotiation/value.h"

#define BLOB_LINE "paraph-body 1 "
#define BLOB_LINE_SIZE 79
#define DIGITS "0123456789abcdef"
#define SHORT_DIGITS 16

char **
paraph_audit_dup_lines (ParaphBundleFile *bundle, const char *name)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  gsize size = 0;
  char *end;

  if (!paraph_bundle_has (bundle, name, NULL))
    return NULL;
  bytes = paraph_bundle_get (bundle, name);
  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    return g_new0 (char *, 1);
  text = g_strndup (g_bytes_get_data (bytes, &size), g_bytes_get_size (bytes));
  memcpy (text, g_bytes_get_data (bytes, NULL), size);
  for (gsize i = 0; i < size; i++)
    if (text[i] == '\0')
      text[i] = '\1';
  end = strrchr (text, '\n');
  if (end == NULL)
    return g_new0 (char *, 1);
  *end = '\0';
  /* The split of an empty text is no line at all, but one LF is an empty one. */
  if (text[0] == '\0')
    {
      char **lines = g_new0 (char *, 2);

      lines[0] = g_strdup ("");
      return lines;
    }
  return g_strsplit (text, "\n", -1);
}

gboolean
paraph_audit_parse_name (const char *name, ParaphId *ret_id, const char **ret_rest)
{
  static const char *const folders[] = { "records/", "identity/", "blobs/" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      gsize length = strlen (folders[i]);

      if (!g_str_has_prefix (name, folders[i]) || strlen (name) < length + PARAPH_ID_HEX_SIZE
          || paraph_id_from_hex (name + length, PARAPH_ID_HEX_SIZE, ret_id) != 0)
        continue;
      *ret_rest = name + length + PARAPH_ID_HEX_SIZE;
      return TRUE;
    }
  return FALSE;
}

/* ".<16 hex>.sig" */
static gboolean
is_custodian (const char *rest)
{
  return rest[0] == '.' && strspn (rest + 1, DIGITS) == SHORT_DIGITS
         && strcmp (rest + 1 + SHORT_DIGITS, ".sig") == 0;
}

/* The 16 digits of the record in the name of a text; NULL: not the name of one. */
static char *
dup_text_record (const char *name)
{
  g_autofree char *stem = NULL;
  char *language, *digits;

  if (!g_str_has_prefix (name, "texts/") || !g_str_has_suffix (name, ".txt")
      || strlen (name) < strlen ("texts/.txt"))
    return NULL;
  stem = g_strndup (name + 6, strlen (name) - strlen ("texts/.txt"));
  language = strrchr (stem, '.');
  if (language == NULL || language[1] == '\0' || strchr (stem, '/') != NULL)
    return NULL;
  *language = '\0';
  if (strlen (stem) < SHORT_DIGITS + 2)
    return NULL;
  digits = stem + strlen (stem) - SHORT_DIGITS;
  if (digits[-1] != '-' || strspn (digits, DIGITS) != SHORT_DIGITS)
    return NULL;
  return g_strdup (digits);
}

gboolean
paraph_audit_is_entry (const char *name)
{
  static const char *const fixed[] = {
    "INDEX.txt", "PROTOCOL.md",     "READ-ME-FIRST.txt", "SCOPE.txt",    "SHA256SUMS",
    "VERIFY.sh", "allowed_signers", "lacking.txt",       "withheld.txt",
  };
  g_autofree char *record = dup_text_record (name);
  const char *rest;
  ParaphId id;

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    if (strcmp (name, fixed[i]) == 0)
      return TRUE;
  if (record != NULL)
    return TRUE;
  if (!paraph_audit_parse_name (name, &id, &rest))
    return FALSE;
  return rest[0] == '\0' || (name[0] == 'r' && strcmp (rest, ".sig") == 0)
         || (name[0] == 'i' && is_custodian (rest));
}

guint
paraph_audit_count_prefix (ParaphBundleFile *bundle, const char *prefix)
{
  const GPtrArray *names = paraph_bundle_list (bundle);
  guint low = 0, high = names->len, n = 0;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (strcmp (g_ptr_array_index (names, middle), prefix) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  while (low + n < names->len && g_str_has_prefix (g_ptr_array_index (names, low + n), prefix))
    n++;
  return n;
}

static gboolean
refuse_missing (GError **error, const char *name)
{
  return paraph_app_error_set (
      error, PARAPH_APP_ERROR_REFUSED,
      "This is no bundle that can be audited (%s is missing). Ask whoever made it for it again.",
      name);
}

/* INDEX.txt. */

static gboolean
is_placed (ParaphAuditRun *run, const char *hex)
{
  ParaphAuditRecord *record;
  ParaphId id;

  if (paraph_id_from_hex (hex, strlen (hex), &id) != 0)
    return FALSE;
  record = g_hash_table_lookup (run->held, &id);
  return record != NULL && record->is_placed;
}

static const char *
get_symbol (const ParaphHeader *header)
{
  const char *symbol =
      header->kind == PARAPH_KIND_UNKNOWN ? NULL : paraph_header_get_value (header, "symbol");

  return symbol != NULL ? symbol : "-";
}

/* What the lines should say but for place and code, which depend on what else is there. */
static GString *
index_of_records (ParaphAuditRun *run)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < run->shown->len; i++)
    {
      const ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);
      const ParaphHeader *header = record->header;
      g_autofree char *time = NULL;
      char hex[PARAPH_ID_HEX_SIZE + 1];

      if (!record->is_placed || paraph_kind_is_identity (header->kind))
        continue;
      time = paraph_value_format_time (header->time);
      paraph_id_to_hex (&header->id, hex);
      g_string_append_printf (text, "%s %s %s %s\n", time, header->kind_word, get_symbol (header),
                              hex);
    }
  return text;
}

static void
check_index (ParaphAuditRun *run, char **lines)
{
  g_autoptr (GString) told = g_string_new (NULL);
  GString *want = index_of_records (run);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) part = g_strsplit (lines[i], " ", -1);
      guint n = g_strv_length (part);

      if (n == 0 || !is_placed (run, part[n - 1]))
        continue;
      for (guint k = 1; k < n; k++)
        if (k != 2)
          g_string_append_printf (told, "%s%s", k == 1 ? "" : " ", part[k]);
      g_string_append_c (told, '\n');
    }
  if (!g_string_equal (told, want))
    paraph_audit_run_find (run, "altered", NULL, NULL,
                           "INDEX.txt does not say what the records say.");
  g_string_free (want, TRUE);
}

/* allowed_signers. */

static gboolean
is_signer (const char *line)
{
  g_auto (GStrv) part = g_strsplit (line, " ", -1);
  g_autofree guint8 *blob = NULL;
  g_autofree char *again = NULL;
  char hex[PARAPH_ID_HEX_SIZE + 1];
  gsize size = 0;
  ParaphId id;

  if (g_strv_length (part) != 4 || part[3][0] == '\0')
    return FALSE;
  blob = g_base64_decode (part[3], &size);
  again = g_base64_encode (blob, size);
  paraph_sha256 (blob, size, &id);
  paraph_id_to_hex (&id, hex);
  return strcmp (again, part[3]) == 0 && strcmp (hex, part[0]) == 0;
}

/* texts/ */

/* The first digits of all records that are here and are not placed: their texts are not judged. */
static GHashTable *
list_unjudged (ParaphAuditRun *run)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTable *const tables[] = { run->altered, run->broken, run->held };
  char hex[PARAPH_ID_HEX_SIZE + 1];

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      GHashTableIter iter;
      gpointer key;

      g_hash_table_iter_init (&iter, tables[i]);
      while (g_hash_table_iter_next (&iter, &key, NULL))
        {
          paraph_id_to_hex (key, hex);
          if (!is_placed (run, hex))
            g_hash_table_add (set, g_strndup (hex, SHORT_DIGITS));
        }
    }
  for (guint i = 0; i < run->aside->len; i++)
    {
      paraph_id_to_hex (&((ParaphHeader *) g_ptr_array_index (run->aside, i))->id, hex);
      g_hash_table_add (set, g_strndup (hex, SHORT_DIGITS));
    }
  return set;
}

static void
find_text (ParaphAuditRun *run, const char *name)
{
  g_autofree char *detail = g_strdup_printf ("%s is not the content of its blob.", name);

  paraph_audit_run_find (run, "altered", NULL, NULL, detail);
}

/* Both missing is as good as both equal: the missing blob is a finding of its own. */
static void
check_text (ParaphAuditRun *run, const char *name, const ParaphId *blob)
{
  g_autofree char *blob_name = NULL;
  g_autoptr (GBytes) bytes = NULL, text = NULL;
  char hex[PARAPH_ID_HEX_SIZE + 1];
  gsize size = 0, text_size = 0;
  const char *data, *text_data;

  if (g_hash_table_contains (run->altered, blob))
    return;
  paraph_id_to_hex (blob, hex);
  blob_name = g_strconcat ("blobs/", hex, NULL);
  bytes = paraph_bundle_get (run->bundle, blob_name);
  text = paraph_bundle_get (run->bundle, name);
  if (bytes != NULL && text != NULL)
    {
      data = g_bytes_get_data (bytes, &size);
      text_data = g_bytes_get_data (text, &text_size);
      if (MAX (size, BLOB_LINE_SIZE) - BLOB_LINE_SIZE != text_size
          || (text_size > 0 && memcmp (data + BLOB_LINE_SIZE, text_data, text_size) != 0))
        find_text (run, name);
    }
  else if (bytes != text)
    find_text (run, name);
}

static void
check_texts (ParaphAuditRun *run)
{
  const GPtrArray *names = paraph_bundle_list (run->bundle);
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) unjudged = list_unjudged (run);
  gboolean is_plain = TRUE;

  for (guint i = 0; i < run->shown->len; i++)
    {
      const ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);

      for (guint k = 0; record->is_placed && k < record->header->n_bodies; k++)
        {
          const ParaphBody *body = &record->header->bodies[k];
          char *name = paraph_bundle_dup_text_name (record->header, body);

          if (name == NULL)
            continue;
          check_text (run, name, &body->blob);
          g_hash_table_add (wanted, name);
        }
    }
  for (guint i = 0; i < names->len && is_plain; i++)
    is_plain = paraph_audit_is_entry (g_ptr_array_index (names, i));
  for (guint i = 0; i < names->len && is_plain; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *record = dup_text_record (name);

      if (record != NULL && !g_hash_table_contains (unjudged, record)
          && !g_hash_table_contains (wanted, name))
        find_text (run, name);
    }
}

gboolean
paraph_audit_check_derived (ParaphAuditRun *run, GError **error)
{
  g_auto (GStrv) index = paraph_audit_dup_lines (run->bundle, "INDEX.txt");
  g_auto (GStrv) signers = paraph_audit_dup_lines (run->bundle, "allowed_signers");

  if (index == NULL || signers == NULL)
    return refuse_missing (error, index == NULL ? "INDEX.txt" : "allowed_signers");
  check_index (run, index);
  for (guint i = 0; signers[i] != NULL; i++)
    if (!is_signer (signers[i]))
      paraph_audit_run_find (run, "altered", NULL, NULL,
                             "allowed_signers gives a key a name that is not its own.");
  check_texts (run);
  return TRUE;
}

/* blobs/ */

static gboolean
is_blob (GBytes *bytes)
{
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  ParaphId salt;

  return size >= BLOB_LINE_SIZE && memcmp (data, BLOB_LINE, strlen (BLOB_LINE)) == 0
         && paraph_id_from_hex (data + strlen (BLOB_LINE), PARAPH_ID_HEX_SIZE, &salt) == 0
         && data[BLOB_LINE_SIZE - 1] == '\n';
}

static void
check_body (ParaphAuditRun *run, const ParaphHeader *header, const ParaphBody *body,
            GHashTable *withheld)
{
  g_autofree char *name = NULL, *detail = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char hex[PARAPH_ID_HEX_SIZE + 1], owner[PARAPH_ID_HEX_SIZE + 1];
  guint64 size = 0;

  paraph_id_to_hex (&body->blob, hex);
  paraph_id_to_hex (&header->id, owner);
  name = g_strconcat ("blobs/", hex, NULL);
  detail = g_strdup_printf ("It is a body of record %s.", owner);
  if (g_hash_table_contains (withheld, hex))
    paraph_audit_run_find (run, "withheld", &body->blob, header, detail);
  else if (!paraph_bundle_has (run->bundle, name, &size))
    paraph_audit_run_find (run, "lacking", &body->blob, header, detail);
  else if (!g_hash_table_contains (run->altered, &body->blob))
    {
      bytes = paraph_bundle_get (run->bundle, name);
      if (size != (guint64) body->size || !is_blob (bytes))
        paraph_audit_run_find (run, "malformed", &body->blob, header, detail);
    }
}

static void
note_bodies (GHashTable *used, const ParaphHeader *header)
{
  for (guint k = 0; k < header->n_bodies; k++)
    g_hash_table_add (used, (gpointer) (guintptr) &header->bodies[k].blob);
}

gboolean
paraph_audit_check_blobs (ParaphAuditRun *run, GError **error)
{
  const GPtrArray *names = paraph_bundle_list (run->bundle);
  g_auto (GStrv) lines = paraph_audit_dup_lines (run->bundle, "withheld.txt");
  g_autoptr (GHashTable) withheld = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) used = g_hash_table_new (paraph_audit_id_hash, paraph_audit_id_equal);

  if (lines == NULL)
    return refuse_missing (error, "withheld.txt");
  for (guint i = 0; lines[i] != NULL; i++)
    g_hash_table_add (withheld, lines[i]);
  for (guint i = 0; i < run->aside->len; i++)
    note_bodies (used, g_ptr_array_index (run->aside, i));
  for (guint i = 0; i < run->shown->len; i++)
    {
      const ParaphHeader *header =
          ((ParaphAuditRecord *) g_ptr_array_index (run->shown, i))->header;

      note_bodies (used, header);
      for (guint k = 0; k < header->n_bodies; k++)
        check_body (run, header, &header->bodies[k], withheld);
    }
  for (guint i = 0; i < names->len && run->is_whole; i++)
    {
      const char *name = g_ptr_array_index (names, i), *rest;
      ParaphId id;

      if (g_str_has_prefix (name, "blobs/") && paraph_audit_parse_name (name, &id, &rest)
          && rest[0] == '\0' && !g_hash_table_contains (used, &id)
          && !g_hash_table_contains (run->altered, &id))
        paraph_audit_run_find (run, "replay", &id, NULL, "It is a blob that no record here names.");
    }
  return TRUE;
}
