/* What an audit knows while it runs: findings, held headers, and how they name each other. */

#include <string.h>

#include "app/audit-private.h"
#include "crypto/hash.h"

guint
paraph_audit_id_hash (gconstpointer id)
{
  guint hash;

  memcpy (&hash, id, sizeof hash);
  return hash;
}

gboolean
paraph_audit_id_equal (gconstpointer a, gconstpointer b)
{
  return paraph_id_equal (a, b);
}

guint
paraph_audit_chain_hash (gconstpointer header)
{
  const ParaphHeader *self = header;

  return paraph_audit_id_hash (&self->author) ^ paraph_audit_id_hash (&self->channel);
}

gboolean
paraph_audit_chain_equal (gconstpointer a, gconstpointer b)
{
  const ParaphHeader *one = a, *other = b;

  return paraph_id_equal (&one->author, &other->author)
         && paraph_id_equal (&one->channel, &other->channel);
}

int
paraph_audit_compare_headers (const ParaphHeader *a, const ParaphHeader *b)
{
  int order;

  if (a->clock != b->clock)
    return a->clock < b->clock ? -1 : 1;
  order = paraph_id_compare (&a->author, &b->author);
  if (order != 0)
    return order;
  if (a->number != b->number)
    return a->number < b->number ? -1 : 1;
  return paraph_id_compare (&a->id, &b->id);
}

static void
record_free (gpointer data)
{
  ParaphAuditRecord *self = data;

  g_clear_pointer (&self->record, paraph_record_unref);
  g_clear_pointer (&self->sealed, paraph_sealed_record_unref);
  paraph_header_unref (self->header);
  g_free (self);
}

static void
finding_free (gpointer data)
{
  ParaphFinding *self = data;

  g_free (self->detail);
  g_free (self);
}

void
paraph_audit_free (ParaphAudit *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->findings);
  g_array_unref (self->chains);
  g_free (self);
}

gboolean
paraph_finding_is_bad (const ParaphFinding *self)
{
  static const char *const mild[] = { "disowned", "late", "settled", "withheld", "without-effect" };

  for (guint i = 0; i < G_N_ELEMENTS (mild); i++)
    if (strcmp (self->kind, mild[i]) == 0)
      return FALSE;
  return TRUE;
}

void
paraph_audit_run_init (ParaphAuditRun *self, gboolean is_quick)
{
  memset (self, 0, sizeof *self);
  self->audit = g_new0 (ParaphAudit, 1);
  self->audit->findings = g_ptr_array_new_with_free_func (finding_free);
  self->audit->chains = g_array_new (FALSE, TRUE, sizeof (ParaphAuditChain));
  self->found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->ledger = paraph_ledger_new ();
  self->held = g_hash_table_new (paraph_audit_id_hash, paraph_audit_id_equal);
  self->broken =
      g_hash_table_new_full (paraph_audit_id_hash, paraph_audit_id_equal, g_free, g_free);
  self->altered = g_hash_table_new_full (paraph_audit_id_hash, paraph_audit_id_equal, g_free, NULL);
  self->aside = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_header_unref);
  self->order = g_ptr_array_new_with_free_func (record_free);
  self->shown = g_ptr_array_new ();
  self->is_whole = TRUE;
  self->is_quick = is_quick;
}

static gpointer
free_records (gpointer records)
{
  g_ptr_array_unref (records);
  return NULL;
}

/* Records and ledger are large and share what they hold by reference counts only: each goes in a
 * thread of its own. */
void
paraph_audit_run_clear (ParaphAuditRun *self)
{
  GThread *other = NULL;

  g_ptr_array_unref (self->shown);
  g_ptr_array_unref (self->aside);
  g_hash_table_unref (self->altered);
  g_hash_table_unref (self->broken);
  g_hash_table_unref (self->held);
  other = g_thread_new ("audit", free_records, self->order);
  paraph_ledger_free (self->ledger);
  (void) g_thread_join (other); /* it has no result */
  g_hash_table_unref (self->found);
  paraph_audit_free (self->audit);
}

void
paraph_audit_run_find (ParaphAuditRun *self, const char *kind, const ParaphId *record,
                       const ParaphHeader *header, const char *detail)
{
  ParaphFinding *finding;
  char hex[PARAPH_ID_HEX_SIZE + 1] = "-";

  if (record != NULL)
    paraph_id_to_hex (record, hex);
  if (!g_hash_table_add (self->found, g_strdup_printf ("%s %s", kind, hex)))
    return;
  finding = g_new0 (ParaphFinding, 1);
  finding->kind = kind;
  finding->number = -1;
  finding->detail = g_strdup (detail);
  if (record != NULL)
    finding->record = *record;
  if (header != NULL)
    {
      finding->channel = header->channel;
      finding->by = header->author;
      finding->number = header->number;
    }
  g_ptr_array_add (self->audit->findings, finding);
  if (self->progress != NULL)
    self->progress (self->done, self->total, finding, self->progress_data);
}

ParaphAuditRecord *
paraph_audit_run_hold_header (ParaphAuditRun *self, ParaphHeader *header)
{
  ParaphAuditRecord *record = g_new0 (ParaphAuditRecord, 1);

  record->header = header;
  g_hash_table_insert (self->held, &header->id, record);
  g_ptr_array_add (self->order, record);
  return record;
}

ParaphAuditRecord *
paraph_audit_run_hold (ParaphAuditRun *self, const ParaphId *id, GBytes *bytes, int identity_wanted)
{
  g_autoptr (GError) error = NULL;
  ParaphHeader *header = NULL;

  if (bytes == NULL || g_bytes_get_size (bytes) > PARAPH_HEADER_MAX)
    g_set_error_literal (&error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_LIMIT,
                         "the header is over the limit");
  else
    header = paraph_header_parse (bytes, &error);
  if (header != NULL && identity_wanted >= 0
      && (identity_wanted != 0) != (paraph_kind_is_identity (header->kind) != FALSE))
    {
      g_clear_pointer (&header, paraph_header_unref);
      g_set_error_literal (&error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_MALFORMED,
                           "the record is in the wrong folder");
    }
  if (header == NULL)
    {
      g_hash_table_insert (self->broken, g_memdup2 (id, sizeof *id), g_strdup (error->message));
      return NULL;
    }
  return paraph_audit_run_hold_header (self, header);
}

/* The identity heads that a checkpoint names. */
static gboolean
each_witnessed (const ParaphHeader *header, ParaphAuditNameFunc func, gpointer data)
{
  for (const char *const *line = paraph_header_get_values (header, "identity-head"); *line != NULL;
       line++)
    {
      ParaphPlace place;

      if (paraph_place_parse (*line, &place) && func ("identity-head", &place.id, data))
        return TRUE;
    }
  return FALSE;
}

gboolean
paraph_audit_each_name (const ParaphHeader *header, ParaphAuditNameFunc func, gpointer data)
{
  if (!paraph_id_is_zero (&header->previous) && func ("previous", &header->previous, data))
    return TRUE;
  if (!paraph_id_is_zero (&header->identity) && func ("identity", &header->identity, data))
    return TRUE;
  if (!paraph_id_is_zero (&header->negotiation)
      && !paraph_id_equal (&header->negotiation, &header->id)
      && func ("negotiation", &header->negotiation, data))
    return TRUE;
  if (!paraph_kind_is_identity (header->kind) && !paraph_id_equal (&header->channel, &header->id)
      && func ("channel", &header->channel, data))
    return TRUE;
  for (guint i = 0; i < header->n_seen; i++)
    if (func ("seen", &header->seen[i].id, data))
      return TRUE;
  return header->kind == PARAPH_KIND_CHECKPOINT && each_witnessed (header, func, data);
}

static int
compare_findings (gconstpointer a, gconstpointer b)
{
  const ParaphFinding *const *one = a, *const *other = b;
  int order = strcmp ((*one)->kind, (*other)->kind);

  return order != 0 ? order : paraph_id_compare (&(*one)->record, &(*other)->record);
}

ParaphAudit *
paraph_audit_run_finish (ParaphAuditRun *self)
{
  GPtrArray *findings = self->audit->findings;

  g_ptr_array_sort (findings, compare_findings);
  self->audit->is_good = TRUE;
  for (guint i = 0; i < findings->len; i++)
    if (paraph_finding_is_bad (g_ptr_array_index (findings, i)))
      self->audit->is_good = FALSE;
  return g_steal_pointer (&self->audit);
}
