/* Findings about what is placed: forks, what is disowned, late or without effect, and the heads. */

#include <string.h>

#include "app/audit-private.h"
#include "crypto/hash.h"

#define LATE_SECONDS 600

static void
judge_fork (ParaphAuditRun *run, ParaphChannel *channel, const ParaphId *author)
{
  ParaphEntry *first, *second;

  if (!paraph_channel_find_fork (channel, author, &first, &second))
    return;
  paraph_audit_run_find (run, paraph_channel_is_settled (channel, author) ? "settled" : "fork",
                         &paraph_entry_get_header (first)->id, paraph_entry_get_header (first),
                         "Its author signed another record at the same place.");
}

static void
judge_entry (ParaphAuditRun *run, ParaphEntry *entry)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  ParaphEffect effect = paraph_entry_get_effect (entry);

  if (paraph_entry_is_disowned (entry))
    paraph_audit_run_find (run, "disowned", &header->id, header,
                           "It is cut or void, and others have it in their past.");
  if (effect != PARAPH_EFFECT_FULL && effect != PARAPH_EFFECT_NOT_STANDING)
    {
      g_autofree char *detail =
          g_strdup_printf ("It has no effect: %s.", paraph_effect_get_word (effect));

      paraph_audit_run_find (run, "without-effect", &header->id, header, detail);
    }
}

static void
judge_channel (ParaphAuditRun *run, ParaphChannel *channel)
{
  const GPtrArray *entries = paraph_channel_list (channel);
  g_autoptr (GArray) authors = paraph_channel_list_authors (channel);

  for (guint i = 0; i < authors->len; i++)
    judge_fork (run, channel, &g_array_index (authors, ParaphId, i));
  for (guint i = 0; i < entries->len; i++)
    judge_entry (run, g_ptr_array_index (entries, i));
}

/* Two identity records at one place: the chain is frozen there. */
static void
judge_identity (ParaphAuditRun *run, const ParaphId *id)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (run->ledger);
  g_autoptr (GPtrArray) records = NULL;
  ParaphDelegation delegation;

  if (!paraph_identities_get_delegation (identities, id, &delegation) || delegation.frozen < 0)
    return;
  records = paraph_identities_list_records (identities, id);
  for (guint i = 0; i < records->len; i++)
    {
      const ParaphSealedRecord *sealed = g_ptr_array_index (records, i);

      if (sealed->header->number != delegation.frozen)
        continue;
      paraph_audit_run_find (run, "fork", &sealed->header->id, sealed->header,
                             "The custodians signed another record at the same place.");
      return;
    }
}

typedef struct
{
  ParaphAuditRun *run;
  gint64 latest;
} Latest;

static gboolean
take_time (const char *how, const ParaphId *id, gpointer data)
{
  Latest *latest = data;
  ParaphAuditRecord *record = g_hash_table_lookup (latest->run->held, id);

  if ((strcmp (how, "previous") == 0 || strcmp (how, "seen") == 0) && record != NULL)
    latest->latest = MAX (latest->latest, record->header->time);
  return FALSE;
}

static void
judge_time (ParaphAuditRun *run, const ParaphHeader *header)
{
  Latest latest = { run, G_MININT64 };

  (void) paraph_audit_each_name (header, take_time, &latest);
  if (latest.latest != G_MININT64 && latest.latest - header->time > LATE_SECONDS)
    paraph_audit_run_find (run, "late", &header->id, header,
                           "Its time is earlier than that of a record that it names.");
}

/* Heads. */

/* By author, channel; then in shown order. */
static int
compare_chains (gconstpointer a, gconstpointer b)
{
  const ParaphAuditRecord *const *one = a, *const *other = b;
  int order = paraph_id_compare (&(*one)->header->author, &(*other)->header->author);

  if (order == 0)
    order = paraph_id_compare (&(*one)->header->channel, &(*other)->header->channel);
  return order != 0 ? order : paraph_audit_compare_headers ((*one)->header, (*other)->header);
}

static ParaphPlace
get_place (const ParaphHeader *header)
{
  return (ParaphPlace){ .author = header->author, .number = header->number, .id = header->id };
}

static void
list_chains (ParaphAuditRun *run, GHashTable *named)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  GArray *chains = run->audit->chains;

  for (guint i = 0; i < run->shown->len; i++)
    {
      ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);

      if (record->is_placed && !paraph_kind_is_identity (record->header->kind))
        g_ptr_array_add (records, record);
    }
  g_ptr_array_sort (records, compare_chains);
  for (guint i = 0; i < records->len; i++)
    {
      const ParaphHeader *header = ((ParaphAuditRecord *) g_ptr_array_index (records, i))->header;
      ParaphAuditChain *last =
          chains->len == 0 ? NULL : &g_array_index (chains, ParaphAuditChain, chains->len - 1);

      if (last == NULL || !paraph_id_equal (&last->author, &header->author)
          || !paraph_id_equal (&last->channel, &header->channel))
        {
          ParaphAuditChain fresh = { .author = header->author, .channel = header->channel };

          fresh.named.number = -1;
          g_array_append_val (chains, fresh);
          last = &g_array_index (chains, ParaphAuditChain, chains->len - 1);
        }
      last->head = get_place (header);
      if (g_hash_table_contains (named, &header->id))
        last->named = get_place (header);
    }
}

void
paraph_audit_run_judge (ParaphAuditRun *run)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (run->ledger);
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (run->ledger, NULL);
  g_autoptr (GArray) delegations = paraph_identities_list (identities);
  g_autoptr (GHashTable) named = g_hash_table_new (paraph_audit_id_hash, paraph_audit_id_equal);

  for (guint i = 0; i < channels->len; i++)
    judge_channel (run, g_ptr_array_index (channels, i));
  for (guint i = 0; i < delegations->len; i++)
    judge_identity (run, &g_array_index (delegations, ParaphId, i));
  for (guint i = 0; i < run->shown->len; i++)
    {
      ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);

      if (!record->is_placed)
        continue;
      judge_time (run, record->header);
      for (guint k = 0; k < record->header->n_seen; k++)
        {
          ParaphAuditRecord *seen = g_hash_table_lookup (run->held, &record->header->seen[k].id);

          if (seen != NULL)
            g_hash_table_add (named, &seen->header->id);
        }
    }
  list_chains (run, named);
}
