#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/identity-draft.h"

#include <string.h>

#include "crypto/hash.h"

/* In the order of the protocol; the bit of word i is 1 << i. */
static const char *const power_words[] = { "read",    "talk", "propose", "position",
                                           "initial", "sign", "attest",  "manage" };

G_STATIC_ASSERT (PARAPH_POWER_MANAGE == 1 << (G_N_ELEMENTS (power_words) - 1));

static int
compare_keys (const void *a, const void *b)
{
  return memcmp (a, b, sizeof (ParaphSignKey));
}

static void
append_hex (GString *text, const char *key, const guint8 bytes[static 32])
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_hex_encode (bytes, 32, hex);
  g_string_append_printf (text, "%s: %s\n", key, hex);
}

static void
draft_add_hex (ParaphDraft *draft, const char *key, const guint8 *bytes, gsize size)
{
  char hex[2 * PARAPH_SIGNATURE_SIZE + 1];

  g_assert (2 * size < sizeof hex);
  paraph_hex_encode (bytes, size, hex);
  paraph_draft_add (draft, key, hex);
}

void
paraph_custodians_hash (guint threshold, const ParaphSignKey *keys, guint n_keys,
                        ParaphId *ret_hash)
{
  g_autoptr (GString) text = g_string_new ("paraph-custodians 1\n");
  g_autofree ParaphSignKey *sorted = g_memdup2 (keys, n_keys * sizeof *keys);

  if (n_keys > 1)
    qsort (sorted, n_keys, sizeof *sorted, compare_keys);
  g_string_append_printf (text, "threshold: %u\n", threshold);
  for (guint i = 0; i < n_keys; i++)
    append_hex (text, "custodian", sorted[i].bytes);
  paraph_sha256 (text->str, text->len, ret_hash);
}

void
paraph_powers_hash_proof (const ParaphPowers *powers, ParaphId *ret_message)
{
  g_autoptr (GString) text = g_string_new ("paraph-device 1\n");

  append_hex (text, "delegation", powers->delegation.bytes);
  append_hex (text, "key", powers->key.bytes);
  append_hex (text, "session", powers->session.bytes);
  append_hex (text, "envelope", powers->envelope.bytes);
  paraph_sha256 (text->str, text->len, ret_message);
}

char *
paraph_powers_format (guint powers)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (power_words); i++)
    if ((powers & 1U << i) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", power_words[i]);
  return g_string_free (text, FALSE);
}

guint
paraph_powers_parse (const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  guint powers = 0;

  for (guint i = 0; i < G_N_ELEMENTS (power_words); i++)
    if (g_strv_contains ((const char *const *) parts, power_words[i]))
      powers |= 1U << i;
  return powers;
}

guint
paraph_revocation_count_padding (guint n_kept)
{
  guint rest = n_kept % PARAPH_CUTS_MULTIPLE;

  if (n_kept == 0)
    return PARAPH_CUTS_MULTIPLE;
  return rest == 0 ? 0 : PARAPH_CUTS_MULTIPLE - rest;
}

ParaphDraft *
paraph_identity_draft_delegation (const ParaphFounding *founding)
{
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_DELEGATION);
  g_autofree char *threshold = g_strdup_printf ("%u", founding->threshold);

  paraph_draft_add (draft, "name", founding->name);
  paraph_draft_add (draft, "code", founding->code);
  for (guint i = 0; i < founding->n_custodians; i++)
    draft_add_hex (draft, "custodian", founding->custodians[i].bytes, sizeof (ParaphSignKey));
  paraph_draft_add (draft, "threshold", threshold);
  paraph_draft_add_id (draft, "next", &founding->next);
  return draft;
}

ParaphDraft *
paraph_identity_draft_powers (const ParaphPowers *powers, const ParaphSignature *proof)
{
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_POWERS);
  g_autofree char *words = paraph_powers_format (powers->powers);

  paraph_draft_add (draft, "person", powers->person);
  draft_add_hex (draft, "key", powers->key.bytes, sizeof powers->key.bytes);
  draft_add_hex (draft, "session", powers->session.bytes, sizeof powers->session.bytes);
  draft_add_hex (draft, "envelope", powers->envelope.bytes, sizeof powers->envelope.bytes);
  paraph_draft_add (draft, "powers", words);
  draft_add_hex (draft, "proof", proof->bytes, sizeof proof->bytes);
  return draft;
}

ParaphDraft *
paraph_identity_draft_revocation (const ParaphRevocation *revocation)
{
  ParaphDraft *draft;

  g_return_val_if_fail (
      revocation->n_padding == paraph_revocation_count_padding (revocation->n_kept), NULL);
  draft = paraph_draft_new (PARAPH_KIND_REVOCATION);
  paraph_draft_add_id (draft, "device", &revocation->device);
  paraph_draft_add (draft, "reason", revocation->reason);
  for (guint i = 0; i < revocation->n_kept; i++)
    {
      const ParaphKept *kept = &revocation->kept[i];
      ParaphId line;

      paraph_cut_line (&kept->channel, kept->number, &kept->id, &line);
      paraph_draft_add_id (draft, "cut", &line);
    }
  for (guint i = 0; i < revocation->n_padding; i++)
    paraph_draft_add_id (draft, "cut", &revocation->padding[i]);
  return draft;
}

void
paraph_identity_position (const ParaphDelegation *delegation, ParaphPosition *ret_position)
{
  ParaphPosition position = { .clock = 1 };

  if (delegation != NULL)
    {
      position.channel = delegation->id;
      position.author = delegation->id;
      position.previous = delegation->head;
      position.number = delegation->head_number + 1;
      position.clock = delegation->head_number + 2;
    }
  *ret_position = position;
}
