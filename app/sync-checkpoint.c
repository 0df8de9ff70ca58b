/* Checkpoints: when one is due. What it lists: app/sync-heads.c. */

#include "app/sync-private.h"

#include "app/home-private.h"
#include "app/outbound.h"
#include "crypto/hash.h"
#include "negotiation/judge.h"
#include "negotiation/draft.h"
#include "store/blob-table.h"

#define OTHERS_MAX 64

static gboolean
is_own (ParaphHome *home, ParaphEntry *entry)
{
  const ParaphPowers *powers = paraph_record_get_powers (paraph_entry_get_record (entry));

  return paraph_id_equal (&powers->delegation, &home->delegation);
}

static gboolean
is_paper (ParaphKind kind)
{
  return kind == PARAPH_KIND_TEXT || kind == PARAPH_KIND_VERSION || kind == PARAPH_KIND_PROPOSAL
         || kind == PARAPH_KIND_WITHDRAWAL || kind == PARAPH_KIND_MEMBERSHIP;
}

/* The last record of each own device here: ParaphEntry. */
static GPtrArray *
list_own_heads (ParaphHome *home, ParaphChannel *channel)
{
  g_autoptr (GArray) authors = paraph_channel_list_authors (channel);
  GPtrArray *heads = g_ptr_array_new ();

  for (guint i = 0; i < authors->len; i++)
    {
      ParaphEntry *head =
          paraph_channel_find_own_head (channel, &g_array_index (authors, ParaphId, i));

      if (head != NULL && is_own (home, head))
        g_ptr_array_add (heads, head);
    }
  return heads;
}

static gboolean
is_reached (GPtrArray *heads, ParaphEntry *entry)
{
  for (guint i = 0; i < heads->len; i++)
    if (paraph_entry_reaches (g_ptr_array_index (heads, i), entry))
      return TRUE;
  return FALSE;
}

/* The newest checkpoint of the own delegation; NULL: none. */
static ParaphEntry *
find_last_checkpoint (ParaphHome *home, ParaphChannel *channel)
{
  const GPtrArray *entries = paraph_channel_list (channel);

  for (guint i = entries->len; i > 0; i--)
    {
      ParaphEntry *entry = g_ptr_array_index (entries, i - 1);

      if (paraph_entry_get_header (entry)->kind == PARAPH_KIND_CHECKPOINT && is_own (home, entry))
        return entry;
    }
  return NULL;
}

/* The highest identity record of delegation that the checkpoint lists; -1: none. */
static gint64
get_listed (ParaphEntry *checkpoint, const ParaphId *delegation)
{
  const char *const *values = NULL;
  gint64 listed = -1;

  if (checkpoint == NULL)
    return -1;
  values = paraph_header_get_values (paraph_entry_get_header (checkpoint), "identity-head");
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    {
      ParaphPlace place = { 0 };

      if (paraph_place_parse (values[i], &place) && paraph_id_equal (&place.author, delegation))
        listed = MAX (listed, place.number);
    }
  return listed;
}

/* A revocation of another member, below a freeze, that no own checkpoint has taken note of. */
static gboolean
has_new_revocation (ParaphHome *home, ParaphChannel *channel)
{
  ParaphIdentities *identities = paraph_ledger_get_identities (home->ledger);
  ParaphEntry *last = find_last_checkpoint (home, channel);
  g_autoptr (GArray) members = paraph_channel_list_members (channel, NULL);

  for (guint i = 0; i < members->len; i++)
    {
      const ParaphId *id = &g_array_index (members, ParaphMember, i).delegation;
      gint64 listed = get_listed (last, id);
      g_autoptr (GPtrArray) records = paraph_identities_list_records (identities, id);
      ParaphDelegation delegation = { 0 };

      if (paraph_id_equal (id, &home->delegation)
          || !paraph_identities_get_delegation (identities, id, &delegation))
        continue;
      for (guint j = 0; j < records->len; j++)
        {
          const ParaphHeader *header =
              ((ParaphSealedRecord *) g_ptr_array_index (records, j))->header;

          if (header->kind == PARAPH_KIND_REVOCATION && header->number > listed
              && header->number <= delegation.head_number)
            return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_due (ParaphHome *home, ParaphChannel *channel)
{
  g_autoptr (GPtrArray) heads = list_own_heads (home, channel);
  const GPtrArray *entries = paraph_channel_list (channel);
  guint others = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      ParaphEntry *entry = g_ptr_array_index (entries, i);
      ParaphKind kind = paraph_entry_get_header (entry)->kind;

      if (kind == PARAPH_KIND_CHECKPOINT || is_own (home, entry) || is_reached (heads, entry))
        continue;
      others++;
      if (is_paper (kind) || others >= OTHERS_MAX)
        return TRUE;
    }
  return has_new_revocation (home, channel);
}

/* Whether a checkpoint of this device would have effect there. */
static gboolean
may_checkpoint (ParaphHome *home, ParaphChannel *channel)
{
  const ParaphPowers *powers = paraph_home_get_powers (home);
  ParaphEntry *first = NULL;
  ParaphEntry *second = NULL;

  return powers != NULL && (powers->powers & PARAPH_POWER_READ) != 0
         && paraph_channel_find_member (channel, NULL, &home->delegation, NULL)
         && !paraph_channel_find_fork (channel, &home->device, &first, &second);
}

gboolean
paraph_sync_checkpoint (ParaphHome *home, guint *ret_made, GError **error)
{
  g_autoptr (GPtrArray) channels = paraph_ledger_list_channels (home->ledger, NULL);
  gboolean is_old = FALSE;

  if (!paraph_home_is_old_copy (home, &is_old, error))
    return FALSE;
  for (guint i = 0; i < channels->len && !is_old; i++)
    {
      ParaphChannel *channel = g_ptr_array_index (channels, i);

      if (!may_checkpoint (home, channel) || !is_due (home, channel))
        continue;
      if (!paraph_sync_make_checkpoint (home, channel, error))
        return FALSE;
      *ret_made += 1;
    }
  return TRUE;
}
