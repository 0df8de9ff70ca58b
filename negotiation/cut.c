#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/identities.h"

#include <string.h>

#include "crypto/hash.h"

void
paraph_cut_line (const ParaphId *channel, gint64 number, const ParaphId *id, ParaphId *ret_line)
{
  char channel_hex[PARAPH_ID_HEX_SIZE + 1];
  char id_hex[PARAPH_ID_HEX_SIZE + 1];
  g_autofree char *text = NULL;

  paraph_id_to_hex (channel, channel_hex);
  paraph_id_to_hex (id, id_hex);
  text = g_strdup_printf ("cut\n%s\n%" G_GINT64_FORMAT "\n%s\n", channel_hex, number, id_hex);
  paraph_sha256 (text, strlen (text), ret_line);
}
