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

/* By author, then channel. */
static int
compare_chains (gconstpointer a, gconstpointer b)
{
  const ParaphAuditChain *one = a, *other = b;
  int order = paraph_id_compare (&one->author, &other->author);

  return order != 0 ? order : paraph_id_compare (&one->channel, &other->channel);
}

static ParaphPlace
get_place (const ParaphHeader *header)
{
  return (ParaphPlace){ .author = header->author, .number = header->number, .id = header->id };
}

/* Records are in shown order, hence each chain's too: the last one met is its head. */
static void
list_chains (ParaphAuditRun *run)
{
  g_autoptr (GHashTable) places =
      g_hash_table_new (paraph_audit_chain_hash, paraph_audit_chain_equal);
  GArray *chains = run->audit->chains;

  for (guint i = 0; i < run->shown->len; i++)
    {
      const ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);
      const ParaphHeader *header = record->header;
      ParaphAuditChain *chain;
      gpointer place;

      if (!record->is_placed || paraph_kind_is_identity (header->kind))
        continue;
      place = g_hash_table_lookup (places, header);
      if (place == NULL)
        {
          ParaphAuditChain fresh = { .author = header->author, .channel = header->channel };

          fresh.named.number = -1;
          g_array_append_val (chains, fresh);
          place = GUINT_TO_POINTER (chains->len);
          g_hash_table_insert (places, (gpointer) (guintptr) header, place);
        }
      chain = &g_array_index (chains, ParaphAuditChain, GPOINTER_TO_UINT (place) - 1);
      chain->head = get_place (header);
      if (record->is_named)
        chain->named = get_place (header);
    }
  g_array_sort (chains, compare_chains);
}

/* Whom a placed record of another chain names, and when it says that it was made. */
static void
judge_names (ParaphAuditRun *run)
{
  for (guint i = 0; i < run->shown->len; i++)
    {
      const ParaphAuditRecord *record = g_ptr_array_index (run->shown, i);

      if (!record->is_placed)
        continue;
      judge_time (run, record->header);
      for (guint k = 0; k < record->header->n_seen; k++)
        {
          ParaphAuditRecord *seen = g_hash_table_lookup (run->held, &record->header->seen[k].id);

          if (seen != NULL)
            seen->is_named = TRUE;
        }
    }
}

void
paraph_audit_run_judge (ParaphAuditRun *run)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (run->ledger);
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (run->ledger, NULL);
  g_autoptr (GArray) delegations = paraph_identities_list (identities);

  for (guint i = 0; i < channels->len; i++)
    judge_channel (run, g_ptr_array_index (channels, i));
  for (guint i = 0; i < delegations->len; i++)
    judge_identity (run, &g_array_index (delegations, ParaphId, i));
  judge_names (run);
  list_chains (run);
}
