#include "negotiation/identities.h"

#include "negotiation/device.h"
#include "tests/negotiation/identity-test.h"

typedef struct
{
  TestDelegation delegation;
  TestDelegation other;
  TestDevice device;
  TestDevice second;
  ParaphIdentities *identities;
} Fixture;

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  delegation_init (&fixture->delegation, "Republic of Astoria");
  delegation_init (&fixture->other, "Kingdom of Borduria");
  device_init (&fixture->device, "First delegate");
  device_init (&fixture->second, "Second delegate");
  fixture->identities = paraph_identities_new ();
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data; /* no parameter in these tests */
  paraph_identities_free (fixture->identities);
  device_clear (&fixture->second);
  device_clear (&fixture->device);
  delegation_clear (&fixture->other);
  delegation_clear (&fixture->delegation);
  assert_no_secret_lives ();
}

/* The outcome in a word: placed, already, waiting, or that of the refusal. */
static const char *
place (ParaphIdentities *identities, ParaphSealedRecord *sealed)
{
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  ParaphId missing = { { 0 } };

  switch (paraph_identities_place (identities, sealed, &missing, &refusal))
    {
    case PARAPH_PLACING_PLACED:
      return "placed";
    case PARAPH_PLACING_ALREADY:
      return "already";
    case PARAPH_PLACING_WAITING:
      g_assert_true (paraph_id_equal (&missing, &sealed->header->previous));
      return "waiting";
    case PARAPH_PLACING_REFUSED:
      g_assert_null (paraph_identities_find (identities, &sealed->header->id));
      return paraph_refusal_get_word (refusal);
    default:
      g_assert_not_reached ();
    }
}

#define assert_place(fixture, sealed, outcome) \
  g_assert_cmpstr (place ((fixture)->identities, sealed), ==, outcome)

/* Places what is given away. */
static void
assert_place_take (Fixture *fixture, ParaphSealedRecord *sealed, const char *outcome)
{
  assert_place (fixture, sealed, outcome);
  paraph_sealed_record_unref (sealed);
}

static const ParaphPowers *
find_powers (Fixture *fixture, const ParaphSealedRecord *at, const TestDevice *device,
             ParaphRefusal expected)
{
  ParaphRefusal refusal = PARAPH_REFUSAL_MALFORMED;
  const ParaphPowers *powers = NULL;

  /* Twice: the answer is remembered. */
  for (guint i = 0; i < 2; i++)
    {
      powers = paraph_identities_find_powers (fixture->identities, &at->header->id,
                                              &device->powers.device, &refusal);
      g_assert_cmpint (refusal, ==, expected);
    }
  return powers;
}

static void
test_chain_gives_powers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParaphSealedRecord) first = NULL;
  g_autoptr (ParaphSealedRecord) again = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  const ParaphPowers *powers;
  TestDevice *device = &fixture->device;

  (void) data; /* no parameter in these tests */
  first = seal_powers (&fixture->delegation, fixture->delegation.founding, device, TWO_SIGN);
  device->powers.powers = PARAPH_POWER_TALK | PARAPH_POWER_MANAGE;
  device->powers.person = "Somebody else";
  again = seal_powers (&fixture->delegation, first, device, ALL_SIGN);
  assert_place (fixture, fixture->delegation.founding, "placed");
  assert_place (fixture, first, "placed");
  powers = find_powers (fixture, first, device, PARAPH_REFUSAL_NONE);
  g_assert_cmpuint (powers->powers, ==, PARAPH_POWER_READ);
  assert_place (fixture, again, "placed");
  assert_place (fixture, again, "already");

  powers = find_powers (fixture, first, device, PARAPH_REFUSAL_NONE);
  g_assert_cmpuint (powers->powers, ==, PARAPH_POWER_READ);
  powers = find_powers (fixture, again, device, PARAPH_REFUSAL_NONE);
  g_assert_cmpuint (powers->powers, ==, PARAPH_POWER_TALK | PARAPH_POWER_MANAGE);
  g_assert_cmpstr (powers->person, ==, "Somebody else");
  g_assert_true (paraph_id_equal (&powers->record, &again->header->id));
  g_assert_true (paraph_id_equal (&powers->delegation, &fixture->delegation.id));
  g_assert_cmpmem (&powers->session, 32, &device->powers.session, 32);
  devices = paraph_identities_list_devices (fixture->identities, &fixture->delegation.id);
  g_assert_cmpuint (devices->len, ==, 1);
  g_assert_true (g_ptr_array_index (devices, 0) == powers);
  g_assert_true (paraph_identities_find_device (fixture->identities, &powers->device) == powers);
}

static void
test_unknown_device (Fixture *fixture, gconstpointer data)
{
  const ParaphSealedRecord *founding = fixture->delegation.founding;

  (void) data; /* no parameter in these tests */
  g_assert_null (find_powers (fixture, founding, &fixture->device, PARAPH_REFUSAL_NONE));
  assert_place (fixture, fixture->delegation.founding, "placed");
  g_assert_null (find_powers (fixture, founding, &fixture->device, PARAPH_REFUSAL_UNKNOWN_KEY));
}

static void
test_delegation_info (Fixture *fixture, gconstpointer data)
{
  ParaphDelegation delegation;
  g_autoptr (GArray) list = NULL;

  (void) data; /* no parameter in these tests */
  g_assert_false (
      paraph_identities_get_delegation (fixture->identities, &fixture->delegation.id, &delegation));
  assert_place (fixture, fixture->delegation.founding, "placed");
  assert_place (fixture, fixture->other.founding, "placed");
  g_assert_true (
      paraph_identities_get_delegation (fixture->identities, &fixture->delegation.id, &delegation));
  g_assert_cmpstr (delegation.name, ==, "Republic of Astoria");
  g_assert_cmpstr (delegation.code, ==, "AST");
  g_assert_cmpuint (delegation.threshold, ==, 2);
  g_assert_cmpuint (delegation.n_custodians, ==, N_CUSTODIANS);
  for (guint i = 1; i < N_CUSTODIANS; i++)
    g_assert_cmpint (memcmp (&delegation.custodians[i - 1], &delegation.custodians[i], 32), <, 0);
  g_assert_true (paraph_id_equal (&delegation.head, &fixture->delegation.id));
  g_assert_cmpint (delegation.head_number, ==, 0);
  g_assert_cmpint (delegation.frozen, ==, -1);
  list = paraph_identities_list (fixture->identities);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpint (
      paraph_id_compare (&g_array_index (list, ParaphId, 0), &g_array_index (list, ParaphId, 1)), <,
      0);
}

static void
test_waits_for_previous (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParaphSealedRecord) powers = NULL;

  (void) data; /* no parameter in these tests */
  powers =
      seal_powers (&fixture->delegation, fixture->delegation.founding, &fixture->device, TWO_SIGN);
  assert_place (fixture, powers, "waiting");
  assert_place (fixture, fixture->delegation.founding, "placed");
  assert_place (fixture, powers, "placed");
}

static void
test_refuses_too_few_custodians (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  ParaphPosition position;

  (void) data; /* no parameter in these tests */
  paraph_identity_position (NULL, &position);
  for (guint signers = 0; signers < ALL_SIGN; signers++)
    {
      gboolean is_enough = signers == 3 || signers == 5 || signers == 6;
      g_autofree char *name = g_strdup_printf ("Astoria %u", signers);

      assert_place_take (
          fixture, seal_draft (delegation, draft_founding (delegation, name), &position, signers),
          is_enough ? "placed" : "bad-signature");
    }
  assert_place (fixture, delegation->founding, "placed");
  assert_place_take (fixture,
                     seal_powers (delegation, delegation->founding, &fixture->device, ONE_SIGNS),
                     "bad-signature");
  assert_place_take (fixture,
                     seal_powers (delegation, delegation->founding, &fixture->device, TWO_SIGN),
                     "placed");
}

static void
test_counts_each_custodian_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ParaphSealedRecord) twice = NULL;
  const ParaphSealedRecord *founding = fixture->delegation.founding;
  ParaphSignedBy by[2] = { founding->signatures[0], founding->signatures[0] };

  (void) data; /* no parameter in these tests */
  twice = paraph_sealed_record_new (founding->header, by, 2);
  assert_place (fixture, twice, "bad-signature");
}

static void
test_refuses_foreign_and_broken_signatures (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  g_autoptr (ParaphSealedRecord) good = NULL;
  g_autoptr (ParaphSealedRecord) broken = NULL;
  g_autoptr (ParaphSealedRecord) swapped = NULL;
  g_autoptr (ParaphSealedRecord) foreign = NULL;
  ParaphPosition position = position_behind (delegation, delegation->founding);
  ParaphSignature proof;
  ParaphSignedBy by[2];

  (void) data; /* no parameter in these tests */
  assert_place (fixture, delegation->founding, "placed");
  good = seal_powers (delegation, delegation->founding, &fixture->device, TWO_SIGN);
  memcpy (by, good->signatures, sizeof by);
  by[1].signature.bytes[7] ^= 1;
  broken = paraph_sealed_record_new (good->header, by, 2);
  assert_place (fixture, broken, "bad-signature");
  memcpy (by, good->signatures, sizeof by);
  by[0].key = good->signatures[1].key;
  by[1].key = good->signatures[0].key;
  swapped = paraph_sealed_record_new (good->header, by, 2);
  assert_place (fixture, swapped, "bad-signature");
  sign_proof (&fixture->device, &delegation->id, &proof);
  foreign =
      seal_draft (&fixture->other, paraph_identity_draft_powers (&fixture->device.powers, &proof),
                  &position, ALL_SIGN);
  assert_place (fixture, foreign, "bad-signature");
  assert_place (fixture, good, "placed");
}

static void
test_keeps_verified_signatures_only (Fixture *fixture, gconstpointer data)
{
  const ParaphSealedRecord *founding = fixture->delegation.founding;
  g_autoptr (ParaphSealedRecord) more = NULL;
  g_autoptr (GPtrArray) records = NULL;
  const ParaphSealedRecord *kept;
  ParaphSignedBy by[4];

  (void) data; /* no parameter in these tests */
  memcpy (by, founding->signatures, 2 * sizeof *by);
  by[2] = founding->signatures[0];
  by[2].signature.bytes[0] ^= 1;
  by[3] = founding->signatures[1];
  by[3].key.bytes[0] ^= 1;
  more = paraph_sealed_record_new (founding->header, by, 4);
  assert_place (fixture, more, "placed");
  records = paraph_identities_list_records (fixture->identities, &fixture->delegation.id);
  g_assert_cmpuint (records->len, ==, 1);
  kept = g_ptr_array_index (records, 0);
  g_assert_cmpuint (kept->n_signatures, ==, 2);
  g_assert_cmpmem (kept->signatures, 2 * sizeof *by, founding->signatures, 2 * sizeof *by);
}

static void
test_revoked_device_holds_nothing (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  const ParaphId *device = &fixture->device.powers.device;
  g_autoptr (ParaphSealedRecord) powers = NULL;
  g_autoptr (ParaphSealedRecord) revocation = NULL;
  g_autoptr (ParaphSealedRecord) second = NULL;
  g_autoptr (GPtrArray) devices = NULL;
  const ParaphIdentityEntry *found;

  (void) data; /* no parameter in these tests */
  powers = seal_powers (delegation, delegation->founding, &fixture->device, TWO_SIGN);
  revocation = seal_revocation (delegation, powers, device);
  second = seal_revocation (delegation, revocation, device);
  assert_place (fixture, delegation->founding, "placed");
  assert_place (fixture, powers, "placed");
  g_assert_null (paraph_identities_find_revocation (fixture->identities, &delegation->id, device));
  assert_place (fixture, revocation, "placed");
  assert_place (fixture, second, "placed");
  g_assert_nonnull (find_powers (fixture, powers, &fixture->device, PARAPH_REFUSAL_NONE));
  g_assert_null (find_powers (fixture, revocation, &fixture->device, PARAPH_REFUSAL_NOT_EMPOWERED));
  g_assert_null (find_powers (fixture, second, &fixture->device, PARAPH_REFUSAL_NOT_EMPOWERED));
  found = paraph_identities_find_revocation (fixture->identities, &delegation->id, device);
  g_assert_true (found == paraph_identities_find (fixture->identities, &revocation->header->id));
  devices = paraph_identities_list_devices (fixture->identities, &delegation->id);
  g_assert_cmpuint (devices->len, ==, 0);
  g_assert_null (paraph_identities_find_device (fixture->identities, device));
}

static void
test_refuses_powers_after_revocation (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  g_autoptr (ParaphSealedRecord) powers = NULL;
  g_autoptr (ParaphSealedRecord) known = NULL;
  g_autoptr (ParaphSealedRecord) never = NULL;

  (void) data; /* no parameter in these tests */
  powers = seal_powers (delegation, delegation->founding, &fixture->device, TWO_SIGN);
  known = seal_revocation (delegation, powers, &fixture->device.powers.device);
  never = seal_revocation (delegation, known, &fixture->second.powers.device);
  assert_place (fixture, delegation->founding, "placed");
  assert_place (fixture, powers, "placed");
  assert_place (fixture, known, "placed");
  assert_place (fixture, never, "placed");
  assert_place_take (fixture, seal_powers (delegation, never, &fixture->device, ALL_SIGN),
                     "malformed");
  assert_place_take (fixture, seal_powers (delegation, never, &fixture->second, ALL_SIGN),
                     "malformed");
  g_assert_null (find_powers (fixture, never, &fixture->second, PARAPH_REFUSAL_UNKNOWN_KEY));
}

static void
test_refuses_other_keys_of_a_known_device (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  g_autoptr (ParaphSealedRecord) powers = NULL;
  TestDevice changed = fixture->device;

  (void) data; /* no parameter in these tests */
  powers = seal_powers (delegation, delegation->founding, &fixture->device, TWO_SIGN);
  assert_place (fixture, delegation->founding, "placed");
  assert_place (fixture, powers, "placed");
  changed.powers.session = fixture->second.powers.session;
  assert_place_take (fixture, seal_powers (delegation, powers, &changed, ALL_SIGN), "malformed");
  changed = fixture->device;
  changed.powers.envelope = fixture->second.powers.envelope;
  assert_place_take (fixture, seal_powers (delegation, powers, &changed, ALL_SIGN), "malformed");
  assert_place_take (fixture, seal_powers (delegation, powers, &fixture->device, ALL_SIGN),
                     "placed");
}

static void
test_refuses_keys_of_low_order (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  ParaphPosition position = position_behind (delegation, delegation->founding);
  TestDevice bad = fixture->device;
  TestDelegation weak = *delegation;
  ParaphSignature proof = { { 0 } };

  (void) data; /* no parameter in these tests */
  assert_place (fixture, delegation->founding, "placed");
  memset (bad.powers.session.bytes, 0, 32);
  assert_place_take (fixture, seal_powers (delegation, delegation->founding, &bad, ALL_SIGN),
                     "malformed");
  bad = fixture->device;
  memset (bad.powers.envelope.bytes, 0, 32);
  bad.powers.envelope.bytes[0] = 1;
  assert_place_take (fixture, seal_powers (delegation, delegation->founding, &bad, ALL_SIGN),
                     "malformed");

  /* Under the neutral element, R neutral and S zero "sign" anything. */
  bad = fixture->device;
  memset (bad.powers.key.bytes, 0, 32);
  bad.powers.key.bytes[0] = 1;
  proof.bytes[0] = 1;
  assert_place_take (fixture,
                     seal_draft (delegation, paraph_identity_draft_powers (&bad.powers, &proof),
                                 &position, ALL_SIGN),
                     "malformed");
  weak.keys[1] = bad.powers.key;
  paraph_identity_position (NULL, &position);
  assert_place_take (fixture,
                     seal_draft (&weak, draft_founding (&weak, "Weak"), &position, TWO_SIGN),
                     "malformed");
}

static void
test_refuses_proofs_of_something_else (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  ParaphPosition position = position_behind (delegation, delegation->founding);
  ParaphPowers *powers = &fixture->device.powers;
  ParaphSignature proof;

  (void) data; /* no parameter in these tests */
  assert_place (fixture, delegation->founding, "placed");
  sign_proof (&fixture->device, &fixture->other.id, &proof);
  assert_place_take (
      fixture,
      seal_draft (delegation, paraph_identity_draft_powers (powers, &proof), &position, ALL_SIGN),
      "malformed");
  sign_proof (&fixture->second, &delegation->id, &proof);
  assert_place_take (
      fixture,
      seal_draft (delegation, paraph_identity_draft_powers (powers, &proof), &position, ALL_SIGN),
      "malformed");
  sign_proof (&fixture->device, &delegation->id, &proof);
  proof.bytes[40] ^= 1;
  assert_place_take (
      fixture,
      seal_draft (delegation, paraph_identity_draft_powers (powers, &proof), &position, ALL_SIGN),
      "malformed");
}

static void
test_refuses_wrong_places (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  ParaphPosition position = position_behind (delegation, delegation->founding);
  ParaphSignature proof;

  (void) data; /* no parameter in these tests */
  assert_place (fixture, delegation->founding, "placed");
  assert_place (fixture, fixture->other.founding, "placed");
  sign_proof (&fixture->device, &delegation->id, &proof);
  position.number = 2;
  position.clock = 3;
  assert_place_take (fixture,
                     seal_draft (delegation,
                                 paraph_identity_draft_powers (&fixture->device.powers, &proof),
                                 &position, ALL_SIGN),
                     "malformed");

  /* Behind the founding record of another delegation, signed by either. */
  position = position_behind (delegation, fixture->other.founding);
  assert_place_take (fixture,
                     seal_draft (delegation,
                                 paraph_identity_draft_powers (&fixture->device.powers, &proof),
                                 &position, ALL_SIGN),
                     "bad-signature");
  assert_place_take (fixture,
                     seal_draft (&fixture->other,
                                 paraph_identity_draft_powers (&fixture->device.powers, &proof),
                                 &position, ALL_SIGN),
                     "malformed");
}

static void
test_reaches (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  ParaphIdentities *identities = fixture->identities;
  g_autoptr (ParaphSealedRecord) left = NULL;
  g_autoptr (ParaphSealedRecord) right = NULL;
  const ParaphIdentityEntry *entries[3];

  (void) data; /* no parameter in these tests */
  left = seal_powers (delegation, delegation->founding, &fixture->device, TWO_SIGN);
  right = seal_powers (delegation, delegation->founding, &fixture->second, TWO_SIGN);
  assert_place (fixture, delegation->founding, "placed");
  assert_place (fixture, left, "placed");
  entries[0] = paraph_identities_find (identities, &delegation->id);
  entries[1] = paraph_identities_find (identities, &left->header->id);
  g_assert_true (paraph_identities_is_settled (identities, entries[1]));
  assert_place (fixture, right, "placed");
  entries[2] = paraph_identities_find (identities, &right->header->id);
  g_assert_true (paraph_identity_entry_get_previous (entries[1]) == entries[0]);
  g_assert_null (paraph_identity_entry_get_previous (entries[0]));
  g_assert_true (paraph_identity_entry_reaches (entries[1], entries[0]));
  g_assert_true (paraph_identity_entry_reaches (entries[1], entries[1]));
  g_assert_false (paraph_identity_entry_reaches (entries[0], entries[1]));
  g_assert_false (paraph_identity_entry_reaches (entries[1], entries[2]));
  g_assert_true (paraph_identities_is_settled (identities, entries[0]));
  g_assert_false (paraph_identities_is_settled (identities, entries[1]));
  g_assert_false (paraph_identities_is_settled (identities, entries[2]));
}

/* Everything that an order of arrival could change, as text. */
static char *
describe (ParaphIdentities *identities, const ParaphId *id, ParaphSealedRecord *const *records,
          const TestDevice *devices)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GPtrArray) list = paraph_identities_list_records (identities, id);
  g_autoptr (GPtrArray) in_force = paraph_identities_list_devices (identities, id);
  ParaphDelegation delegation;

  g_assert_true (paraph_identities_get_delegation (identities, id, &delegation));
  g_string_append_printf (text, "frozen %d head %d devices %u records", (int) delegation.frozen,
                          (int) delegation.head_number, in_force->len);
  for (guint i = 0; i < list->len; i++)
    for (guint j = 0; j < 5; j++)
      {
        const ParaphSealedRecord *listed = g_ptr_array_index (list, i);
        if (paraph_id_equal (&listed->header->id, &records[j]->header->id))
          g_string_append_printf (text, " %u", j);
      }
  for (guint i = 0; i < 5; i++)
    for (guint j = 0; j < 3; j++)
      {
        ParaphRefusal refusal;
        const ParaphPowers *powers = paraph_identities_find_powers (
            identities, &records[i]->header->id, &devices[j].powers.device, &refusal);
        g_string_append_printf (text, "; %u %u %s", i, j,
                                powers != NULL ? powers->person
                                               : paraph_refusal_get_word (refusal));
      }
  for (guint j = 0; j < 3; j++)
    g_string_append_printf (
        text, " %d",
        paraph_identities_find_revocation (identities, id, &devices[j].powers.device) != NULL);
  return g_string_free (text, FALSE);
}

/* Places in the given order, what waits again and again; asks in between, so that a remembered
 * answer would show. */
static char *
describe_order (const ParaphId *id, ParaphSealedRecord *const *records, const guint *order,
                const TestDevice *devices)
{
  g_autoptr (ParaphIdentities) identities = paraph_identities_new ();
  guint placed = 0;

  for (guint round = 0; round < 5 && placed < 5; round++)
    for (guint i = 0; i < 5; i++)
      {
        const char *outcome = place (identities, records[order[i]]);

        g_assert_cmpstr (outcome, !=, "malformed");
        if (strcmp (outcome, "placed") != 0)
          continue;
        placed++;
        g_free (describe (identities, id, records, devices));
      }
  g_assert_cmpuint (placed, ==, 5);
  return describe (identities, id, records, devices);
}

static void
swap_numbers (guint *a, guint *b)
{
  guint swap = *a;

  *a = *b;
  *b = swap;
}

static gboolean
next_permutation (guint *order, guint n)
{
  guint i = n - 1, j = n - 1;

  while (i > 0 && order[i - 1] >= order[i])
    i--;
  if (i == 0)
    return FALSE;
  while (order[j] <= order[i - 1])
    j--;
  swap_numbers (&order[i - 1], &order[j]);
  for (j = n - 1; i < j; i++, j--)
    swap_numbers (&order[i], &order[j]);
  return TRUE;
}

/* 0 founding, 1 powers of the first device; at number 2 a fork: 2 powers of the second, 3
 * revocation of the first; 4 powers of a third behind 2. */
static void
test_order_of_arrival_decides_nothing (Fixture *fixture, gconstpointer data)
{
  TestDelegation *delegation = &fixture->delegation;
  TestDevice devices[3] = { fixture->device, fixture->second };
  ParaphSealedRecord *records[5] = { delegation->founding };
  guint order[5] = { 0, 1, 2, 3, 4 };
  g_autofree char *expected = NULL;
  guint n_orders = 0;

  (void) data; /* no parameter in these tests */
  device_init (&devices[2], "Third delegate");
  records[1] = seal_powers (delegation, records[0], &devices[0], TWO_SIGN);
  records[2] = seal_powers (delegation, records[1], &devices[1], TWO_SIGN);
  records[3] = seal_revocation (delegation, records[1], &devices[0].powers.device);
  records[4] = seal_powers (delegation, records[2], &devices[2], TWO_SIGN);
  expected = describe_order (&delegation->id, records, order, devices);
  g_assert_true (g_str_has_prefix (expected, "frozen 2 head 1 devices 1 records 0 1 "));
  g_assert_nonnull (strstr (expected, "; 3 0 not-empowered; 3 1 unknown-key;"));
  g_assert_nonnull (strstr (expected, "; 4 0 First delegate; 4 1 Second delegate; 4 2 Third"));
  g_assert_true (g_str_has_suffix (expected, " 0 0 0"));
  do
    {
      g_autofree char *text = describe_order (&delegation->id, records, order, devices);
      g_assert_cmpstr (text, ==, expected);
      n_orders++;
    }
  while (next_permutation (order, 5));
  g_assert_cmpuint (n_orders, ==, 120);
  for (guint i = 1; i < 5; i++)
    paraph_sealed_record_unref (records[i]);
  device_clear (&devices[2]);
}

#define add(path, function) \
  g_test_add (path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  assert_ok (paraph_crypto_start ());
  add ("/identities/chain-gives-powers", test_chain_gives_powers);
  add ("/identities/unknown-device-holds-nothing", test_unknown_device);
  add ("/identities/tells-a-delegation", test_delegation_info);
  add ("/identities/waits-for-previous", test_waits_for_previous);
  add ("/identities/refuses-too-few-custodians", test_refuses_too_few_custodians);
  add ("/identities/counts-each-custodian-once", test_counts_each_custodian_once);
  add ("/identities/refuses-foreign-and-broken-signatures",
       test_refuses_foreign_and_broken_signatures);
  add ("/identities/keeps-verified-signatures-only", test_keeps_verified_signatures_only);
  add ("/identities/revoked-device-holds-nothing", test_revoked_device_holds_nothing);
  add ("/identities/refuses-powers-after-revocation", test_refuses_powers_after_revocation);
  add ("/identities/refuses-other-keys-of-a-known-device",
       test_refuses_other_keys_of_a_known_device);
  add ("/identities/refuses-keys-of-low-order", test_refuses_keys_of_low_order);
  add ("/identities/refuses-proofs-of-something-else", test_refuses_proofs_of_something_else);
  add ("/identities/refuses-wrong-places", test_refuses_wrong_places);
  add ("/identities/reaches-only-its-own-past", test_reaches);
  add ("/identities/order-of-arrival-decides-nothing", test_order_of_arrival_decides_nothing);
  return g_test_run ();
}
