/* What a home forgets in time: old keys, envelopes that never opened, and what it noted of others. */

#include "app/sync-private.h"

#include "app/home-private.h"
#include "app/limit-table.h"
#include "store/assembly-table.h"
#include "store/door-table.h"
#include "store/inbox-table.h"
#include "store/outbox-table.h"
#include "store/prekey-table.h"
#include "store/sync-table.h"

static gboolean
expire_keys (ParaphHome *home, gint64 now, GError **error)
{
  return paraph_prekey_table_expire_signed (home->store, now - PARAPH_LIMIT_PREKEY_RETIRED, error)
         && paraph_prekey_table_expire (home->store, now - PARAPH_LIMIT_PREKEY_ONE_TIME, error);
}

/* Mail that was dropped is shown: what it said is asked for again where it was on the record. */
static gboolean
expire_mail (ParaphHome *home, gint64 now, GError **error)
{
  guint pieces = 0;
  guint held = 0;

  if (!paraph_inbox_table_expire (home->store, now - PARAPH_LIMIT_SEEN, error)
      || !paraph_inbox_table_expire_held (home->store, now - PARAPH_LIMIT_HELD, &held, error)
      || !paraph_assembly_table_expire (home->store, now - PARAPH_LIMIT_ASSEMBLY, &pieces, error))
    return FALSE;
  return (held == 0 || paraph_home_note (home, "dropped", NULL, NULL, "not-opened", error))
         && (pieces == 0 || paraph_home_note (home, "dropped", NULL, NULL, "pieces", error));
}

gboolean
paraph_sync_expire (ParaphHome *home, GError **error)
{
  gint64 now = paraph_home_now ();

  return expire_keys (home, now, error) && expire_mail (home, now, error)
         && paraph_sync_table_expire (home->store, now - PARAPH_LIMIT_SERVED, error)
         && paraph_want_table_expire (home->store, now - PARAPH_LIMIT_ASKED, error)
         && paraph_door_table_expire (home->store, now - PARAPH_LIMIT_STRANGER, error)
         && paraph_outbox_table_drop_unused (home->store, error);
}
