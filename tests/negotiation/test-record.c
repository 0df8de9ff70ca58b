#include "negotiation/record.h"

#include "crypto/sshsig.h"
#include "crypto/start.h"
#include "tests/negotiation/vector-test.h"

enum
{
  COLUMN_FILE,
  COLUMN_ID,
  COLUMN_KEY,
  COLUMN_SIGNATURE,
  COLUMN_NAMESPACE
};

/* The Ed25519 public key of this device or custodian id. */
static ParaphSignKey
find_key (const char *hex)
{
  g_autoptr (GPtrArray) rows = vector_rows ("keys.tsv");
  ParaphSignKey key = { { 0 } };

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      if (g_str_equal (row[1], "ed25519") && g_str_equal (row[2], hex))
        {
          vector_hex (row[4], key.bytes, sizeof key.bytes);
          return key;
        }
    }
  g_error ("no key of %s", hex);
  return key;
}

static void
check_row (char **row)
{
  g_autoptr (ParaphHeader) header = vector_header (row[COLUMN_FILE]);
  g_autofree char *name_space = paraph_header_dup_namespace (header);
  ParaphSignedBy one;
  ParaphPowers powers = { .person = "Somebody" };
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;

  g_assert_cmpstr (name_space, ==, row[COLUMN_NAMESPACE]);
  vector_hex (row[COLUMN_KEY], one.key.bytes, sizeof one.key.bytes);
  vector_hex (row[COLUMN_SIGNATURE], one.signature.bytes, sizeof one.signature.bytes);
  powers.device = one.key;
  powers.key = find_key (row[COLUMN_KEY]);
  g_assert_cmpint (paraph_sshsig_verify (&powers.key, name_space, &header->id, &one.signature), ==,
                   0);

  g_autoptr (ParaphSealedRecord) sealed = paraph_sealed_record_new (header, &one, 1);
  g_autoptr (ParaphRecord) record = paraph_record_verify (sealed, &powers, &refusal);
  if (paraph_kind_is_identity (header->kind))
    {
      g_assert_null (record);
      return;
    }
  g_assert_nonnull (record);
  g_assert_cmpint (refusal, ==, PARAPH_REFUSAL_NONE);
  g_assert_true (paraph_record_get_header (record) == header);
  g_assert_true (paraph_record_get_sealed (record) == sealed);
  g_assert_true (paraph_record_get_powers (record) == &powers);

  one.signature.bytes[5] ^= 1;
  g_autoptr (ParaphSealedRecord) spoilt = paraph_sealed_record_new (header, &one, 1);
  g_assert_null (paraph_record_verify (spoilt, &powers, &refusal));
  g_assert_cmpstr (paraph_refusal_get_word (refusal), ==, "bad-signature");
}

static void
test_vectors_verify (void)
{
  g_autoptr (GPtrArray) rows = vector_rows ("ids.tsv");

  for (guint i = 0; i < rows->len; i++)
    check_row (g_ptr_array_index (rows, i));
}

/* The signature of record-text.txt, with its key as powers. */
static ParaphSignedBy
text_signature (ParaphPowers *ret_powers)
{
  g_autoptr (GPtrArray) rows = vector_rows ("ids.tsv");
  ParaphSignedBy one = { 0 };

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      if (!g_str_equal (row[COLUMN_FILE], "record-text.txt"))
        continue;
      vector_hex (row[COLUMN_KEY], one.key.bytes, sizeof one.key.bytes);
      vector_hex (row[COLUMN_SIGNATURE], one.signature.bytes, sizeof one.signature.bytes);
      *ret_powers = (ParaphPowers){ .device = one.key, .key = find_key (row[COLUMN_KEY]) };
      return one;
    }
  g_assert_not_reached ();
}

static void
test_refuses_others (void)
{
  g_autoptr (ParaphHeader) text = vector_header ("record-text.txt");
  g_autoptr (ParaphHeader) version = vector_header ("record-version.txt");
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  ParaphPowers powers;
  ParaphSignedBy one = text_signature (&powers);

  g_autoptr (ParaphSealedRecord) other = paraph_sealed_record_new (version, &one, 1);
  g_assert_null (paraph_record_verify (other, &powers, &refusal));
  g_assert_cmpint (refusal, ==, PARAPH_REFUSAL_BAD_SIGNATURE);

  g_autoptr (ParaphSealedRecord) none = paraph_sealed_record_new (text, NULL, 0);
  g_assert_null (paraph_record_verify (none, &powers, &refusal));

  /* The right key under the name of another device. */
  ParaphPowers strange = powers;
  strange.device.bytes[0] ^= 1;
  ParaphSignedBy moved = one;
  moved.key = strange.device;
  g_autoptr (ParaphSealedRecord) renamed = paraph_sealed_record_new (text, &moved, 1);
  g_assert_null (paraph_record_verify (renamed, &strange, &refusal));
  g_assert_cmpint (refusal, ==, PARAPH_REFUSAL_BAD_SIGNATURE);
}

static void
test_sorts_signatures (void)
{
  g_autoptr (ParaphHeader) text = vector_header ("record-text.txt");
  ParaphRefusal refusal = PARAPH_REFUSAL_BAD_SIGNATURE;
  ParaphSignedBy list[PARAPH_SIGNATURES_MAX] = { 0 };
  ParaphPowers powers;

  list[PARAPH_SIGNATURES_MAX - 1] = text_signature (&powers);
  for (guint i = 0; i < PARAPH_SIGNATURES_MAX - 1; i++)
    {
      list[i].key = list[PARAPH_SIGNATURES_MAX - 1].key;
      list[i].key.bytes[0] = (guint8) (i < 2 ? list[i].key.bytes[0] : 0xF0 - i);
      list[i].signature.bytes[0] = (guint8) (0x20 - i);
    }
  g_autoptr (ParaphSealedRecord) sealed =
      paraph_sealed_record_new (text, list, PARAPH_SIGNATURES_MAX);
  g_assert_cmpuint (sealed->n_signatures, ==, PARAPH_SIGNATURES_MAX);
  for (guint i = 1; i < sealed->n_signatures; i++)
    {
      const ParaphSignedBy *a = &sealed->signatures[i - 1], *b = &sealed->signatures[i];
      int order = paraph_id_compare (&a->key, &b->key);
      g_assert_cmpint (order, <=, 0);
      if (order == 0)
        g_assert_cmpint (memcmp (&a->signature, &b->signature, sizeof a->signature), <=, 0);
    }
  /* A bad signature of the same key does not hide the good one, which alone is kept. */
  g_autoptr (ParaphRecord) record = paraph_record_verify (sealed, &powers, &refusal);
  g_assert_nonnull (record);
  g_assert_cmpint (refusal, ==, PARAPH_REFUSAL_NONE);
  const ParaphSealedRecord *kept = paraph_record_get_sealed (record);
  ParaphSignedBy good = text_signature (&powers);
  g_assert_cmpuint (kept->n_signatures, ==, 1);
  g_assert_cmpmem (kept->signatures, sizeof good, &good, sizeof good);
}

static void
test_restores_without_asking (void)
{
  g_autoptr (ParaphHeader) text = vector_header ("record-text.txt");
  g_autoptr (ParaphSealedRecord) sealed = paraph_sealed_record_new (text, NULL, 0);
  ParaphPowers powers = { .person = "Somebody" };
  g_autoptr (ParaphRecord) record = paraph_record_restore (sealed, &powers);
  g_autoptr (ParaphRecord) again = paraph_record_ref (record);

  g_clear_pointer (&record, paraph_record_unref);
  g_assert_true (paraph_record_get_header (again) == text);
}

static void
test_refusals_have_words (void)
{
  g_assert_cmpstr (paraph_refusal_get_word (PARAPH_REFUSAL_MALFORMED), ==, "malformed");
  g_assert_cmpstr (paraph_refusal_get_word (PARAPH_REFUSAL_UNKNOWN_KEY), ==, "unknown-key");
  g_assert_cmpstr (paraph_refusal_get_word (PARAPH_REFUSAL_NOT_EMPOWERED), ==, "not-empowered");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/record/vectors-verify", test_vectors_verify);
  g_test_add_func ("/record/refuses-the-signature-of-another", test_refuses_others);
  g_test_add_func ("/record/sorts-signatures-and-finds-the-good-one", test_sorts_signatures);
  g_test_add_func ("/record/restores-own-rows", test_restores_without_asking);
  g_test_add_func ("/record/refusals-have-words", test_refusals_have_words);
  return g_test_run ();
}
