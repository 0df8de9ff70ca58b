#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/address.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "negotiation/value.h"

#define POUCH "pouch"
#define POUCH_DIGITS 32
#define LINES_BEFORE 4 /* before the mailboxes */
#define LINES_AROUND 9 /* all but the mailboxes; the end of the text counts as two */

/* What an address is allocated as: the visible part and the memory that it points into. */
typedef struct
{
  ParaphAddress visible;
  ParaphMailbox mailboxes[PARAPH_MAILBOXES_MAX];
  char names[PARAPH_MAILBOXES_MAX][POUCH_DIGITS + 1];
} AddressBox;

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_MALFORMED,
               "The address block is not of the legal form: %s.", what);
  return FALSE;
}

/* The value behind "KEY: "; NULL where the line has another key. */
static const char *
get_value (const char *line, const char *key)
{
  gsize length = strlen (key);

  if (!g_str_has_prefix (line, key) || !g_str_has_prefix (line + length, ": "))
    return NULL;
  return line + length + 2;
}

static gboolean
parse_prekey (const char *line, ParaphSignedPrekey *prekey)
{
  const char *value = get_value (line, "prekey");
  g_auto (GStrv) parts = g_strsplit (value == NULL ? "" : value, " ", 3);
  gint64 number = 0;

  if (g_strv_length (parts) != 2 || !paraph_value_parse_number (parts[0], &number) || number < 1
      || number > PARAPH_PREKEY_ID_MAX)
    return FALSE;
  prekey->id = (guint32) number;
  return paraph_hex_decode (parts[1], strlen (parts[1]), prekey->key.bytes,
                            sizeof prekey->key.bytes)
         == 0;
}

static gboolean
parse_first_lines (char **lines, ParaphAddress *self, GError **error)
{
  const char *device = get_value (lines[1], "device");
  const char *issue = get_value (lines[2], "issue");
  const char *time = get_value (lines[3], "time");

  if (strcmp (lines[0], "paraph-address 1") != 0)
    return refuse (error, "its first line is not \"paraph-address 1\"");
  if (device == NULL || !paraph_value_parse_id (device, &self->device))
    return refuse (error, "its line \"device\" is missing or wrong");
  if (issue == NULL || !paraph_value_parse_number (issue, &self->issue))
    return refuse (error, "its line \"issue\" is missing or wrong");
  if (time == NULL || !paraph_value_parse_time (time, &self->time))
    return refuse (error, "its line \"time\" is missing or wrong");
  return TRUE;
}

static gboolean
parse_mailboxes (char **lines, guint n, AddressBox *box, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      const char *value = get_value (lines[i], "mailbox");

      if (value == NULL || !g_str_has_prefix (value, POUCH " ")
          || !paraph_value_is_hex (value + strlen (POUCH " "), POUCH_DIGITS))
        return refuse (error, "a line \"mailbox\" is missing or wrong");
      g_strlcpy (box->names[i], value + strlen (POUCH " "), sizeof box->names[i]);
      if (i > 0 && strcmp (box->names[i - 1], box->names[i]) >= 0)
        return refuse (error, "its mailboxes are not in order");
      box->mailboxes[i] = (ParaphMailbox){ .carrier = POUCH, .address = box->names[i] };
    }
  box->visible.n_mailboxes = n;
  box->visible.mailboxes = box->mailboxes;
  return TRUE;
}

static gboolean
parse_last_lines (char **lines, ParaphAddress *self, GError **error)
{
  const char *registration = get_value (lines[0], "registration");
  const char *signature = get_value (lines[2], "prekey-signature");
  gint64 number = 0;

  if (registration == NULL || !paraph_value_parse_number (registration, &number) || number < 1
      || number > PARAPH_REGISTRATION_ID_MAX)
    return refuse (error, "its line \"registration\" is missing or wrong");
  self->registration = (guint32) number;
  if (!parse_prekey (lines[1], &self->prekey))
    return refuse (error, "its line \"prekey\" is missing or wrong");
  if (signature == NULL
      || paraph_hex_decode (signature, strlen (signature), self->prekey.signature.bytes,
                            sizeof self->prekey.signature.bytes)
             != 0)
    return refuse (error, "its line \"prekey-signature\" is missing or wrong");
  if (lines[3][0] != '\0' || lines[4][0] != '\0')
    return refuse (error, "it does not end with one empty line");
  return TRUE;
}

static void
append_hex (GString *text, const guint8 *bytes, gsize size)
{
  char hex[2 * PARAPH_SIGNATURE_SIZE + 1];

  g_assert (size <= PARAPH_SIGNATURE_SIZE);
  paraph_hex_encode (bytes, size, hex);
  g_string_append (text, hex);
}

static int
compare_mailboxes (gconstpointer a, gconstpointer b)
{
  const ParaphMailbox *first = a;
  const ParaphMailbox *second = b;
  int order = strcmp (first->carrier, second->carrier);

  return order != 0 ? order : strcmp (first->address, second->address);
}

static GBytes *
format (const ParaphAddress *self)
{
  g_autoptr (GArray) mailboxes = g_array_new (FALSE, FALSE, sizeof (ParaphMailbox));
  g_autofree char *time = paraph_value_format_time (self->time);
  GString *text = g_string_new ("paraph-address 1\ndevice: ");

  append_hex (text, self->device.bytes, sizeof self->device.bytes);
  g_string_append_printf (text, "\nissue: %" G_GINT64_FORMAT "\ntime: %s\n", self->issue,
                          time == NULL ? "-" : time);
  if (self->n_mailboxes > 0)
    g_array_append_vals (mailboxes, self->mailboxes, self->n_mailboxes);
  g_array_sort (mailboxes, compare_mailboxes);
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const ParaphMailbox *mailbox = &g_array_index (mailboxes, ParaphMailbox, i);
      g_string_append_printf (text, "mailbox: %s %s\n", mailbox->carrier, mailbox->address);
    }
  g_string_append_printf (text, "registration: %u\nprekey: %u ", self->registration,
                          self->prekey.id);
  append_hex (text, self->prekey.key.bytes, sizeof self->prekey.key.bytes);
  g_string_append (text, "\nprekey-signature: ");
  append_hex (text, self->prekey.signature.bytes, sizeof self->prekey.signature.bytes);
  g_string_append (text, "\n\n");
  return g_string_free_to_bytes (text);
}

static gboolean
parse_text (GBytes *bytes, AddressBox *box, GError **error)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GBytes) again = NULL;
  guint n;

  if (size == 0 || size > PARAPH_ADDRESS_MAX)
    return refuse (error, "it is empty or too long");
  if (memchr (data, 0, size) != NULL)
    return refuse (error, "it holds a zero byte");
  text = g_strndup (data, size);
  lines = g_strsplit (text, "\n", -1);
  n = g_strv_length (lines);
  if (n < LINES_AROUND + 1 || n > LINES_AROUND + PARAPH_MAILBOXES_MAX)
    return refuse (error, "it has too few or too many lines");
  n -= LINES_AROUND;
  if (!parse_first_lines (lines, &box->visible, error)
      || !parse_mailboxes (lines + LINES_BEFORE, n, box, error)
      || !parse_last_lines (lines + LINES_BEFORE + n, &box->visible, error))
    return FALSE;
  again = format (&box->visible);
  return g_bytes_equal (again, bytes) || refuse (error, "it can be written in another way");
}

ParaphAddress *
paraph_address_parse (GBytes *bytes, const ParaphSignature *signature, GError **error)
{
  AddressBox *box = g_atomic_rc_box_new0 (AddressBox);

  if (!parse_text (bytes, box, error))
    {
      g_atomic_rc_box_release (box);
      return NULL;
    }
  box->visible.bytes = g_bytes_ref (bytes);
  box->visible.signature = *signature;
  return &box->visible;
}

ParaphAddress *
paraph_address_ref (ParaphAddress *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  AddressBox *box = data;

  g_bytes_unref (box->visible.bytes);
}

void
paraph_address_unref (ParaphAddress *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

GBytes *
paraph_address_make (const ParaphAddress *fields, GError **error)
{
  const ParaphSignature none = { .bytes = { 0 } };
  g_autoptr (GBytes) bytes = format (fields);
  g_autoptr (ParaphAddress) checked = paraph_address_parse (bytes, &none, error);

  return checked == NULL ? NULL : g_steal_pointer (&bytes);
}

void
paraph_address_hash (GBytes *bytes, ParaphId *ret_hash)
{
  paraph_sha256 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), ret_hash);
}

gboolean
paraph_address_verify (const ParaphAddress *self, const ParaphSignKey *key, GError **error)
{
  ParaphId device;
  ParaphId hash;

  paraph_sign_key_id (key, &device);
  paraph_address_hash (self->bytes, &hash);
  if (paraph_id_equal (&device, &self->device)
      && paraph_sshsig_verify (key, PARAPH_SSHSIG_ADDRESS, &hash, &self->signature) == 0)
    return TRUE;
  g_set_error_literal (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_SIGNATURE,
                       "The address block is not signed by the device that it describes.");
  return FALSE;
}

void
paraph_address_get_bundle (const ParaphAddress *self, const ParaphSessionKey *identity,
                           ParaphBundle *ret_bundle)
{
  *ret_bundle = (ParaphBundle){ .issuer = self->device,
                                .registration_id = self->registration,
                                .identity = *identity,
                                .signed_prekey = self->prekey };
}
