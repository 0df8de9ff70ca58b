#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/card.h"

#include <string.h>

#include "crypto/hash.h"
#include "crypto/sign.h"
#include "crypto/sshsig.h"
#include "negotiation/value.h"

#define END_SIZE (sizeof "end \n" - 1 + PARAPH_ID_HEX_SIZE)
#define FILE_LINE_MAX 256 /* bytes of any line of the file itself */

/* What is left to read; never past the line "end". */
typedef struct
{
  GBytes *file;
  const char *data;
  gsize size;
  gsize offset;
} Cursor;

static const char *
get_noun (ParaphCardKind kind)
{
  switch (kind)
    {
    case PARAPH_CARD_CARD:
      return "card";
    case PARAPH_CARD_INVITATION:
      return "invitation";
    case PARAPH_CARD_ANSWER:
      return "answer";
    case PARAPH_CARD_ANY:
    default:
      return "file";
    }
}

static gboolean
refuse (GError **error, int code, const char *sentence)
{
  g_set_error_literal (error, PARAPH_NEGOTIATION_ERROR, code, sentence);
  return FALSE;
}

static gboolean
malformed (GError **error, const char *sentence)
{
  return refuse (error, PARAPH_NEGOTIATION_ERROR_MALFORMED, sentence);
}

/* The next line without its LF, or NULL where there is none, a zero byte in it, or too much. */
static char *
take_line (Cursor *cursor)
{
  const char *start = cursor->data + cursor->offset;
  gsize left = MIN (cursor->size - cursor->offset, FILE_LINE_MAX);
  const char *end = left == 0 ? NULL : memchr (start, '\n', left);

  if (end == NULL || memchr (start, 0, (gsize) (end - start)) != NULL)
    return NULL;
  cursor->offset += (gsize) (end - start) + 1;
  return g_strndup (start, (gsize) (end - start));
}

static gboolean
looks_at (const Cursor *cursor, const char *word)
{
  gsize length = strlen (word);

  return cursor->size - cursor->offset >= length
         && memcmp (cursor->data + cursor->offset, word, length) == 0;
}

/* "WORD DECIMAL" and that many bytes. */
static GBytes *
take_item (Cursor *cursor, const char *word, gsize maximum, GError **error)
{
  g_autofree char *line = take_line (cursor);
  gint64 size = 0;
  GBytes *bytes;

  if (line == NULL || !g_str_has_prefix (line, word)
      || !paraph_value_parse_number (line + strlen (word), &size) || size < 1
      || (gsize) size > maximum)
    {
      malformed (error, "A part of the file does not say its size as it should.");
      return NULL;
    }
  if ((gsize) size > cursor->size - cursor->offset)
    {
      malformed (error, "A part of the file says that it is longer than the file.");
      return NULL;
    }
  bytes = g_bytes_new_from_bytes (cursor->file, cursor->offset, (gsize) size);
  cursor->offset += (gsize) size;
  return bytes;
}

static gboolean
take_signature (Cursor *cursor, ParaphSignedBy *ret_signed, GError **error)
{
  g_autofree char *line = take_line (cursor);
  g_auto (GStrv) words = g_strsplit (line == NULL ? "" : line, " ", 4);

  if (g_strv_length (words) != 3 || strcmp (words[0], "signature") != 0
      || !paraph_value_parse_id (words[1], &ret_signed->key)
      || paraph_hex_decode (words[2], strlen (words[2]), ret_signed->signature.bytes,
                            sizeof ret_signed->signature.bytes)
             != 0)
    return malformed (error, "A signature in the file is missing or not written as it should be.");
  return TRUE;
}

static int
compare_signatures (const ParaphSignedBy *a, const ParaphSignedBy *b)
{
  int order = paraph_id_compare (&a->key, &b->key);

  return order != 0 ? order
                    : memcmp (a->signature.bytes, b->signature.bytes, PARAPH_SIGNATURE_SIZE);
}

static ParaphSealedRecord *
take_record (Cursor *cursor, GError **error)
{
  g_autoptr (GBytes) bytes = take_item (cursor, "record ", PARAPH_HEADER_MAX, error);
  g_autoptr (ParaphHeader) header = NULL;
  g_autoptr (GError) reason = NULL;
  ParaphSignedBy signatures[PARAPH_SIGNATURES_MAX];
  guint n = 0;

  if (bytes == NULL)
    return NULL;
  header = paraph_header_parse (bytes, &reason);
  if (header == NULL)
    {
      g_set_error (error, PARAPH_NEGOTIATION_ERROR, reason->code,
                   "A record in the file cannot be read (%s).", reason->message);
      return NULL;
    }
  for (; looks_at (cursor, "signature "); n++)
    {
      if (n == PARAPH_SIGNATURES_MAX)
        {
          refuse (error, PARAPH_NEGOTIATION_ERROR_LIMIT,
                  "A record in the file has more than 16 signatures.");
          return NULL;
        }
      if (!take_signature (cursor, &signatures[n], error))
        return NULL;
      if (n > 0 && compare_signatures (&signatures[n - 1], &signatures[n]) >= 0)
        {
          malformed (error, "The signatures of a record in the file are not in order.");
          return NULL;
        }
    }
  if (n == 0)
    {
      malformed (error, "A record in the file has no signature.");
      return NULL;
    }
  return paraph_sealed_record_new (header, signatures, n);
}

static ParaphAddress *
take_address (Cursor *cursor, GError **error)
{
  g_autoptr (GBytes) bytes = take_item (cursor, "address ", PARAPH_ADDRESS_MAX, error);
  g_autoptr (ParaphAddress) address = NULL;
  ParaphSignedBy by;

  if (bytes == NULL || !take_signature (cursor, &by, error))
    return NULL;
  address = paraph_address_parse (bytes, &by.signature, error);
  if (address == NULL)
    return NULL;
  if (!paraph_id_equal (&address->device, &by.key))
    {
      malformed (error, "An address in the file names another device than the one that signed it.");
      return NULL;
    }
  return g_steal_pointer (&address);
}

/* The first record opens a chain and the others, up to n, follow it by number. Two records of one
 * number are evidence of a frozen chain and may both be carried. */
static gboolean
check_chain (GPtrArray *records, guint n, GError **error)
{
  ParaphId founding = { .bytes = { 0 } };
  gint64 number = 0;

  for (guint i = 0; i < n; i++)
    {
      const ParaphSealedRecord *sealed = g_ptr_array_index (records, i);
      const ParaphHeader *header = sealed->header;

      if (i == 0)
        founding = header->id;
      if ((header->kind == PARAPH_KIND_DELEGATION) != (i == 0)
          || !paraph_id_equal (&header->channel, &founding))
        return malformed (error, "The file does not begin with the identity of one delegation.");
      if (header->number != number && header->number != number + 1)
        return malformed (error, "The identity records in the file are not complete or in order.");
      number = header->number;
    }
  return TRUE;
}

static ParaphKind
get_last_kind (ParaphCardKind kind)
{
  return kind == PARAPH_CARD_INVITATION ? PARAPH_KIND_CHARTER : PARAPH_KIND_JOINING;
}

static gboolean
check_content (ParaphCardKind kind, GPtrArray *records, GPtrArray *addresses, GError **error)
{
  const ParaphSealedRecord *last;
  guint n_identity = records->len;

  if (kind != PARAPH_CARD_CARD)
    {
      if (records->len < 2 || addresses->len < 1)
        return malformed (error, "The file lacks an identity, a record or an address.");
      last = g_ptr_array_index (records, records->len - 1);
      if (last->header->kind != get_last_kind (kind))
        return malformed (error, kind == PARAPH_CARD_INVITATION
                                     ? "The last record of the invitation is not a charter."
                                     : "The last record of the answer is not a joining.");
      n_identity--;
    }
  if (n_identity < 1)
    return malformed (error, "The file holds no identity of a delegation.");
  return check_chain (records, n_identity, error);
}

static gboolean
take_first_lines (Cursor *cursor, ParaphCardKind expected, ParaphCard *card, GError **error)
{
  static const ParaphCardKind kinds[] = { PARAPH_CARD_CARD, PARAPH_CARD_INVITATION,
                                          PARAPH_CARD_ANSWER };
  g_autofree char *line = take_line (cursor);
  g_autofree char *code = NULL;

  for (gsize i = 0; line != NULL && i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *first = g_strconcat ("paraph-", get_noun (kinds[i]), " 1", NULL);
      if (strcmp (line, first) == 0)
        card->kind = kinds[i];
    }
  if (card->kind == PARAPH_CARD_ANY)
    return malformed (error, "This is not a card, an invitation or an answer that this version of "
                             "Paraph can read.");
  if (expected != PARAPH_CARD_ANY && expected != card->kind)
    {
      g_set_error (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_MALFORMED,
                   "This file is not of the kind that is needed here: %s was expected, and it is "
                   "of the kind \"%s\".",
                   expected == PARAPH_CARD_CARD         ? "a card"
                   : expected == PARAPH_CARD_INVITATION ? "an invitation"
                                                        : "an answer",
                   get_noun (card->kind));
      return FALSE;
    }
  if (card->kind != PARAPH_CARD_INVITATION)
    return TRUE;
  code = take_line (cursor);
  if (code == NULL || !g_str_has_prefix (code, "for ") || !paraph_value_is_code (code + 4))
    return malformed (error, "The invitation does not say which seat it is for.");
  card->code = g_strdup (code + 4);
  return TRUE;
}

static gboolean
take_items (Cursor *cursor, ParaphCard *card, GError **error)
{
  while (looks_at (cursor, "record "))
    {
      ParaphSealedRecord *sealed = take_record (cursor, error);
      if (sealed == NULL)
        return FALSE;
      g_ptr_array_add (card->records, sealed);
    }
  while (looks_at (cursor, "address "))
    {
      ParaphAddress *address = take_address (cursor, error);
      if (address == NULL)
        return FALSE;
      g_ptr_array_add (card->addresses, address);
    }
  if (card->kind == PARAPH_CARD_INVITATION)
    {
      paraph_sha256 (cursor->data, cursor->offset, &card->signed_hash);
      if (!take_signature (cursor, &card->invitation, error))
        return FALSE;
    }
  if (cursor->offset != cursor->size)
    return malformed (error, "The file holds something that does not belong there.");
  return check_content (card->kind, card->records, card->addresses, error);
}

static gboolean
check_end (const char *data, gsize size, GError **error)
{
  char line[END_SIZE + 1] = "end ";
  char hex[PARAPH_ID_HEX_SIZE + 1];
  ParaphId sum;

  if (size <= END_SIZE || memcmp (data + size - END_SIZE, "end ", 4) != 0)
    return malformed (error, "The file does not end as it should: it is not complete, or it is "
                             "not a file of Paraph.");
  paraph_sha256 (data, size - END_SIZE, &sum);
  paraph_id_to_hex (&sum, hex);
  memcpy (line + 4, hex, PARAPH_ID_HEX_SIZE);
  line[END_SIZE - 1] = '\n';
  if (memcmp (data + size - END_SIZE, line, END_SIZE) != 0)
    return malformed (error, "The file was changed or damaged after it was written: its sum does "
                             "not fit.");
  return TRUE;
}

static ParaphCard *
card_new (void)
{
  ParaphCard *self = g_new0 (ParaphCard, 1);

  self->kind = PARAPH_CARD_ANY;
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_sealed_record_unref);
  self->addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) paraph_address_unref);
  return self;
}

ParaphCard *
paraph_card_parse (GBytes *bytes, ParaphCardKind expected, GError **error)
{
  g_autoptr (ParaphCard) card = card_new ();
  Cursor cursor = { .file = bytes };
  gsize size = 0;

  cursor.data = g_bytes_get_data (bytes, &size);
  if (size > PARAPH_CARD_MAX)
    {
      refuse (error, PARAPH_NEGOTIATION_ERROR_LIMIT, "The file is larger than 4 MiB.");
      return NULL;
    }
  if (!check_end (cursor.data, size, error))
    return NULL;
  cursor.size = size - END_SIZE;
  if (!take_first_lines (&cursor, expected, card, error) || !take_items (&cursor, card, error))
    return NULL;
  return g_steal_pointer (&card);
}

void
paraph_card_free (ParaphCard *self)
{
  g_free (self->code);
  g_ptr_array_unref (self->records);
  g_ptr_array_unref (self->addresses);
  g_free (self);
}

guint
paraph_card_count_identity (const ParaphCard *self)
{
  return self->kind == PARAPH_CARD_CARD ? self->records->len : self->records->len - 1;
}

gboolean
paraph_card_verify_invitation (const ParaphCard *self, const ParaphSignKey *key, GError **error)
{
  ParaphId device;

  paraph_sign_key_id (key, &device);
  if (self->kind == PARAPH_CARD_INVITATION && paraph_id_equal (&device, &self->invitation.key)
      && paraph_sshsig_verify (key, PARAPH_SSHSIG_INVITATION, &self->signed_hash,
                               &self->invitation.signature)
             == 0)
    return TRUE;
  return refuse (error, PARAPH_NEGOTIATION_ERROR_SIGNATURE,
                 "The invitation is not signed by the device that it names.");
}

static void
append_item (GString *text, const char *word, GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  g_string_append_printf (text, "%s %" G_GSIZE_FORMAT "\n", word, size);
  g_string_append_len (text, data, (gssize) size);
}

static void
append_signature (GString *text, const ParaphId *key, const ParaphSignature *signature)
{
  char key_hex[PARAPH_ID_HEX_SIZE + 1];
  char hex[2 * PARAPH_SIGNATURE_SIZE + 1];

  paraph_id_to_hex (key, key_hex);
  paraph_hex_encode (signature->bytes, sizeof signature->bytes, hex);
  g_string_append_printf (text, "signature %s %s\n", key_hex, hex);
}

/* Everything before the signature of an invitation, or before the line "end". */
static GString *
format_items (ParaphCardKind kind, const char *code, GPtrArray *records, GPtrArray *addresses)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "paraph-%s 1\n", get_noun (kind));
  if (code != NULL)
    g_string_append_printf (text, "for %s\n", code);
  for (guint i = 0; i < records->len; i++)
    {
      const ParaphSealedRecord *sealed = g_ptr_array_index (records, i);
      append_item (text, "record", sealed->header->bytes);
      for (guint s = 0; s < sealed->n_signatures; s++)
        append_signature (text, &sealed->signatures[s].key, &sealed->signatures[s].signature);
    }
  for (guint i = 0; i < addresses->len; i++)
    {
      const ParaphAddress *address = g_ptr_array_index (addresses, i);
      append_item (text, "address", address->bytes);
      append_signature (text, &address->device, &address->signature);
    }
  return text;
}

void
paraph_card_hash_invitation (const char *code, GPtrArray *records, GPtrArray *addresses,
                             ParaphId *ret_hash)
{
  GString *text = format_items (PARAPH_CARD_INVITATION, code, records, addresses);

  paraph_sha256 (text->str, text->len, ret_hash);
  g_string_free (text, TRUE);
}

GBytes *
paraph_card_write (ParaphCardKind kind, const char *code, GPtrArray *records, GPtrArray *addresses,
                   const ParaphSignedBy *signature, GError **error)
{
  GString *text = format_items (kind, code, records, addresses);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ParaphCard) checked = NULL;
  char hex[PARAPH_ID_HEX_SIZE + 1];
  ParaphId sum;

  if (signature != NULL)
    append_signature (text, &signature->key, &signature->signature);
  paraph_sha256 (text->str, text->len, &sum);
  paraph_id_to_hex (&sum, hex);
  g_string_append_printf (text, "end %s\n", hex);
  bytes = g_string_free_to_bytes (text);
  checked = paraph_card_parse (bytes, kind, error);
  return checked == NULL ? NULL : g_steal_pointer (&bytes);
}
