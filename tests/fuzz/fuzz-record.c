/* Headers of records: taken means that every id, number and list in it is what the bytes say. */

#include <assert.h>
#include <glib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/start.h"
#include "negotiation/header.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_lists (const ParaphHeader *header)
{
  const ParaphField *field = paraph_kind_get_rule (header->kind)->fields;

  assert (header->n_seen <= PARAPH_SEEN_MAX);
  for (guint i = 1; i < header->n_seen; i++)
    assert (paraph_id_compare (&header->seen[i - 1].author, &header->seen[i].author) <= 0);
  for (; field->key != NULL; field++)
    {
      const char *const *values = paraph_header_get_values (header, field->key);
      guint n = 0;
      for (; values[n] != NULL; n++)
        assert (field->is_legal (values[n]));
      assert (n >= field->minimum && n <= field->maximum);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static gboolean is_started;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (ParaphHeader) header = NULL;
  ParaphId id;

  if (!is_started)
    assert (paraph_crypto_start () == 0);
  is_started = TRUE;
  header = paraph_header_parse (bytes, &error);
  assert ((header == NULL) == (error != NULL));
  if (header == NULL)
    return 0;
  paraph_sha256 (data, size, &id);
  assert (size <= PARAPH_HEADER_MAX && paraph_id_equal (&id, &header->id));
  assert (g_bytes_equal (header->bytes, bytes));
  check_lists (header);
  return 0;
}
