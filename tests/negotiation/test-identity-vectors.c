#include <glib.h>

#include "negotiation/identities.h"
#include "negotiation/safety.h"
#include "tests/negotiation/identity-test.h"

#define FIRST "413272dd0ec5213c08fa879e418cb2b800618e1a2bbf81d8d782562a17827fd9"

static const char *const chain_files[] = { "identity-0-delegation.txt", "identity-1-powers.txt",
                                           "identity-2-powers.txt", "identity-3-revocation.txt" };

static char *
read_vector (const char *name, gsize *ret_size)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "protocol", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, ret_size, &error);
  g_assert_no_error (error);
  return text;
}

static void
hex_to (const char *hex, guint8 *ret_bytes, gsize size)
{
  assert_ok (paraph_hex_decode (hex, 2 * size, ret_bytes, size));
}

/* The header of that file with the signatures that ids.tsv gives for it. */
static ParaphSealedRecord *
read_sealed (const char *name)
{
  gsize size = 0;
  char *text = read_vector (name, &size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (ParaphHeader) header = paraph_header_parse (bytes, &error);
  g_autofree char *table = read_vector ("ids.tsv", NULL);
  g_auto (GStrv) rows = g_strsplit (table, "\n", -1);
  ParaphSignedBy by[PARAPH_SIGNATURES_MAX];
  guint n_by = 0;

  g_assert_no_error (error);
  for (guint i = 0; rows[i] != NULL; i++)
    {
      g_auto (GStrv) cells = g_strsplit (rows[i], "\t", -1);

      if (g_strcmp0 (cells[0], name) != 0)
        continue;
      g_assert_cmpuint (n_by, <, G_N_ELEMENTS (by));
      hex_to (cells[2], by[n_by].key.bytes, PARAPH_ID_SIZE);
      hex_to (cells[3], by[n_by++].signature.bytes, PARAPH_SIGNATURE_SIZE);
    }
  g_assert_cmpuint (n_by, >, 0);
  return paraph_sealed_record_new (header, by, n_by);
}

/* The four records of the vectors, placed; records is filled with them. */
static ParaphIdentities *
place_chain (ParaphSealedRecord *records[4])
{
  ParaphIdentities *identities = paraph_identities_new ();

  for (guint i = 0; i < G_N_ELEMENTS (chain_files); i++)
    {
      ParaphRefusal refusal;
      ParaphId missing;

      records[i] = read_sealed (chain_files[i]);
      g_assert_cmpint (paraph_identities_place (identities, records[i], &missing, &refusal), ==,
                       PARAPH_PLACING_PLACED);
    }
  return identities;
}

static void
test_places_the_chain (void)
{
  ParaphSealedRecord *records[4];
  g_autoptr (ParaphIdentities) identities = place_chain (records);
  const ParaphPowers *powers;
  ParaphRefusal refusal;
  ParaphId device;

  hex_to (FIRST, device.bytes, sizeof device.bytes);
  powers = paraph_identities_find_powers (identities, &records[2]->header->id, &device, &refusal);
  g_assert_nonnull (powers);
  g_assert_cmphex (powers->powers, ==, 0xff);
  g_assert_null (
      paraph_identities_find_powers (identities, &records[3]->header->id, &device, &refusal));
  g_assert_cmpint (refusal, ==, PARAPH_REFUSAL_NOT_EMPOWERED);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    paraph_sealed_record_unref (records[i]);
}

static void
test_cut_lines (void)
{
  ParaphSealedRecord *records[4];
  g_autoptr (ParaphIdentities) identities = place_chain (records);
  const char *const *cuts = paraph_header_get_values (records[3]->header, "cut");
  g_autofree char *table = read_vector ("identity-cuts.tsv", NULL);
  g_auto (GStrv) rows = g_strsplit (table, "\n", -1);
  guint n_lines = 0;

  for (guint i = 1; rows[i] != NULL && rows[i][0] != '\0'; i++)
    {
      g_auto (GStrv) cells = g_strsplit (rows[i], "\t", -1);
      char hex[PARAPH_ID_HEX_SIZE + 1];
      ParaphId channel, id, line;

      hex_to (cells[0], channel.bytes, sizeof channel.bytes);
      hex_to (cells[2], id.bytes, sizeof id.bytes);
      paraph_cut_line (&channel, g_ascii_strtoll (cells[1], NULL, 10), &id, &line);
      paraph_id_to_hex (&line, hex);
      g_assert_cmpstr (hex, ==, cells[3]);
      g_assert_true (g_strv_contains (cuts, hex));
      n_lines++;
    }
  g_assert_cmpuint (n_lines, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    paraph_sealed_record_unref (records[i]);
}

static void
test_proof_and_next (void)
{
  g_autofree char *proof = read_vector ("identity-proof.txt", NULL);
  g_autofree char *next = read_vector ("identity-next.txt", NULL);
  g_auto (GStrv) lines = g_strsplit (next, "\n", -1);
  ParaphSealedRecord *records[4];
  g_autoptr (ParaphIdentities) identities = place_chain (records);
  const ParaphHeader *header = records[2]->header;
  ParaphPowers powers = { .delegation = header->channel };
  ParaphSignKey keys[3];
  ParaphId expected, hash;

  hex_to (paraph_header_get_value (header, "key"), powers.key.bytes, 32);
  hex_to (paraph_header_get_value (header, "session"), powers.session.bytes, 32);
  hex_to (paraph_header_get_value (header, "envelope"), powers.envelope.bytes, 32);
  paraph_powers_hash_proof (&powers, &hash);
  paraph_sha256 (proof, strlen (proof), &expected);
  g_assert_true (paraph_id_equal (&hash, &expected));

  /* The keys in another order than the text has them. */
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    hex_to (lines[4 - i] + strlen ("custodian: "), keys[i].bytes, 32);
  paraph_custodians_hash (2, keys, G_N_ELEMENTS (keys), &hash);
  g_assert_true (paraph_header_get_id (records[0]->header, "next", &expected));
  g_assert_true (paraph_id_equal (&hash, &expected));
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    paraph_sealed_record_unref (records[i]);
}

static void
test_safety_number (void)
{
  g_autofree char *text = read_vector ("safety.txt", NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  ParaphDelegation halves[2] = { { .threshold = 2 }, { .threshold = 2 } };
  ParaphSignKey keys[2][3];
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *both = NULL;
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;

  for (guint half = 0; half < 2; half++)
    {
      char **at = lines + 6 * half;

      hex_to (at[1] + strlen ("delegation: "), halves[half].id.bytes, 32);
      for (guint i = 0; i < 3; i++)
        hex_to (at[3 + i] + strlen ("custodian: "), keys[half][i].bytes, 32);
      halves[half].custodians = keys[half];
      halves[half].n_custodians = 3;
    }
  one = paraph_safety_number (&halves[0], &halves[1]);
  other = paraph_safety_number (&halves[1], &halves[0]);
  g_assert_cmpstr (one, ==, other);
  g_assert_cmpstr (one, ==, lines[12] + strlen ("number: "));
  g_assert_null (paraph_safety_number (&halves[0], &halves[0]));
  first = paraph_safety_text (&halves[0]);
  second = paraph_safety_text (&halves[1]);
  both = g_strconcat (first, second, NULL);
  g_assert_true (g_str_has_prefix (text, both));
}

static void
test_padding (void)
{
  g_assert_cmpuint (paraph_revocation_count_padding (0), ==, 8);
  g_assert_cmpuint (paraph_revocation_count_padding (1), ==, 7);
  g_assert_cmpuint (paraph_revocation_count_padding (8), ==, 0);
  g_assert_cmpuint (paraph_revocation_count_padding (9), ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  g_test_add_func ("/identity-vectors/chain-is-placed", test_places_the_chain);
  g_test_add_func ("/identity-vectors/cut-lines-are-as-specified", test_cut_lines);
  g_test_add_func ("/identity-vectors/proof-and-next-are-as-specified", test_proof_and_next);
  g_test_add_func ("/identity-vectors/safety-number-is-as-specified", test_safety_number);
  g_test_add_func ("/identity-vectors/revocations-are-padded-to-eights", test_padding);
  return g_test_run ();
}
