/* Packets, as any device that we have a session with can send them: accepted means that writing
 * them again gives the same bytes. */

#include "crypto/start.h"
#include "negotiation/packet.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (ParaphPacket) packet = NULL;
  g_autoptr (GBytes) again = NULL;

  g_assert (paraph_crypto_start () == 0);
  packet = paraph_packet_parse (bytes, NULL);
  if (packet == NULL)
    return 0;
  again = paraph_packet_write (packet, NULL);
  g_assert (again != NULL && g_bytes_equal (again, bytes));
  return 0;
}
