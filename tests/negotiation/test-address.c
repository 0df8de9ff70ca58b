/* negotiation/address.h: one legal serialisation, and only the device itself speaks of itself. */

#include "crypto/start.h"
#include "negotiation/address.h"
#include "tests/negotiation/exchange-test.h"

#define DEVICE_KEY "a14bafd94fe462127b19f2bf1ffc7c4972c59f9015aad1dc8c06a8c2f5abea44"
#define OTHER_KEY "ade23311535df7d123572849c31d6acb904700a4c5a19b7e175cfc648131ef91"
#define SIGNATURE                                                                                  \
  "d426c86209ded62b6f89c69184519607d10c743e1b7a284a9457e5d9959801770672fd4d27c8d9f1af15172943d40c" \
  "afe7f80bf2d4e256cd42476a7d3881f30e"

static GBytes *
again (GBytes *bytes, GError **error)
{
  const ParaphSignature none = { .bytes = { 0 } };
  g_autoptr (ParaphAddress) address = paraph_address_parse (bytes, &none, error);

  return address == NULL ? NULL : paraph_address_make (address, error);
}

static void
test_vector (void)
{
  g_autoptr (GBytes) bytes = read_vector ("address.txt");
  const ParaphSignature none = { .bytes = { 0 } };
  g_autoptr (ParaphAddress) address = NULL;

  assert_same (bytes, again);
  address = paraph_address_parse (bytes, &none, NULL);
  g_assert_cmpint (address->issue, ==, 3);
  g_assert_cmpuint (address->n_mailboxes, ==, 2);
  g_assert_cmpstr (address->mailboxes[1].carrier, ==, "pouch");
  g_assert_cmpstr (address->mailboxes[1].address, ==, "3a8e2658a0645c0f9fc30a8889c1bcb7");
  g_assert_cmpuint (address->registration, ==, 1234);
  g_assert_cmpuint (address->prekey.id, ==, 7);
}

static void
test_verify (void)
{
  g_autoptr (GBytes) bytes = read_vector ("address.txt");
  g_autoptr (GBytes) later = replaced (bytes, "issue: 3", "issue: 4");
  g_autoptr (ParaphAddress) address = NULL;
  g_autoptr (ParaphAddress) changed = NULL;
  g_autoptr (GError) error = NULL;
  ParaphSignature signature;
  ParaphSignKey key;
  ParaphSignKey other;

  g_assert_cmpint (paraph_hex_decode (SIGNATURE, 128, signature.bytes, 64), ==, 0);
  g_assert_cmpint (paraph_hex_decode (DEVICE_KEY, 64, key.bytes, 32), ==, 0);
  g_assert_cmpint (paraph_hex_decode (OTHER_KEY, 64, other.bytes, 32), ==, 0);
  address = paraph_address_parse (bytes, &signature, NULL);
  changed = paraph_address_parse (later, &signature, NULL);
  g_assert_true (paraph_address_verify (address, &key, NULL));
  g_assert_false (paraph_address_verify (address, &other, NULL));
  g_assert_false (paraph_address_verify (changed, &key, &error));
  g_assert_error (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_SIGNATURE);
}

static void
test_refuses_other_spellings (void)
{
  static const struct
  {
    const char *from;
    const char *to;
  } cases[] = {
    { "paraph-address 1", "paraph-address 2" },
    { "issue: 3", "issue: 03" },
    { "issue: 3", "issue: 9007199254740992" },
    { "issue: 3", "issue:  3" },
    { "issue: 3\n", "" },
    { "08:07:00Z", "08:07:60Z" },
    { "registration: 1234", "registration: 0" },
    { "registration: 1234", "registration: 16381" },
    { "prekey: 7", "prekey: 0" },
    { "prekey: 7", "prekey: 16777215" },
    { "pouch 22", "pouch 3b" },
    { "mailbox: pouch 3a", "mailbox: pouch 21" },
    { "pouch", "mail" },
    { "e14416420f", "E14416420f" },
    { "\n\n", "\n" },
    { "\n\n", "\n\n\n" },
  };
  g_autoptr (GBytes) bytes = read_vector ("address.txt");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bad = replaced (bytes, cases[i].from, cases[i].to);
      assert_refused (bad, again);
    }
}

static void
test_limits (void)
{
  g_autoptr (GBytes) bytes = read_vector ("address.txt");
  g_autoptr (GBytes) largest = replaced (bytes, "registration: 1234", "registration: 16380");
  g_autoptr (GBytes) last = replaced (bytes, "prekey: 7", "prekey: 16777214");
  const ParaphSignature none = { .bytes = { 0 } };
  g_autoptr (ParaphAddress) address = paraph_address_parse (bytes, &none, NULL);
  ParaphAddress fields = *address;
  ParaphMailbox mailboxes[PARAPH_MAILBOXES_MAX + 1];
  char names[PARAPH_MAILBOXES_MAX + 1][33];

  assert_same (largest, again);
  assert_same (last, again);
  for (guint i = 0; i < G_N_ELEMENTS (mailboxes); i++)
    {
      g_snprintf (names[i], sizeof names[i], "%032x", 20 - i);
      mailboxes[i] = (ParaphMailbox){ .carrier = "pouch", .address = names[i] };
    }
  fields.mailboxes = mailboxes;
  for (guint n = 0; n <= PARAPH_MAILBOXES_MAX + 1; n++)
    {
      g_autoptr (GBytes) made = NULL;
      fields.n_mailboxes = n;
      made = paraph_address_make (&fields, NULL);
      g_assert_true ((made != NULL) == (n >= 1 && n <= PARAPH_MAILBOXES_MAX));
    }
}

static void
test_hostile (void)
{
  g_autoptr (GBytes) bytes = read_vector ("address.txt");

  assert_truncations_refused (bytes, again);
  assert_mutations_safe (bytes, again, NULL, 20000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  g_test_add_func ("/address/vector-comes-out-as-it-went-in", test_vector);
  g_test_add_func ("/address/only-the-device-signs-for-itself", test_verify);
  g_test_add_func ("/address/refuses-other-spellings", test_refuses_other_spellings);
  g_test_add_func ("/address/keeps-its-limits", test_limits);
  g_test_add_func ("/address/mutations-are-refused-or-the-same", test_hostile);
  return g_test_run ();
}
