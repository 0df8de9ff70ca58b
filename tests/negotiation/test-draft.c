#include "negotiation/draft.h"

#include "negotiation/value.h"
#include "tests/negotiation/vector-test.h"

#define FEBRUARY G_GINT64_CONSTANT (1927800000)

static const guint8 salt[16] = { 1, 2, 3 };

/* The lines of a header as a draft, lists backwards. */
static ParaphDraft *
draft_of (const ParaphHeader *header)
{
  ParaphDraft *draft = paraph_draft_new (header->kind);
  const ParaphField *field = paraph_kind_get_rule (header->kind)->fields;

  for (; field->key != NULL; field++)
    {
      const char *const *values = paraph_header_get_values (header, field->key);
      guint n = 0;
      while (values[n] != NULL)
        n++;
      while (n > 0)
        paraph_draft_add (draft, field->key, values[--n]);
    }
  for (guint n = header->n_bodies; n > 0; n--)
    paraph_draft_add_body (draft, &header->bodies[n - 1]);
  return draft;
}

/* Where a header stands, as its lines say it. The caller frees seen. */
static ParaphPosition
position_of (const ParaphHeader *header)
{
  ParaphPosition position = {
    .negotiation = header->negotiation,
    .channel = header->channel,
    .author = header->author,
    .identity = header->identity,
    .number = header->number,
    .previous = header->previous,
    .seen = g_array_new (FALSE, FALSE, sizeof (ParaphPlace)),
    .clock = header->clock,
  };
  const ParaphId zero = { { 0 } };

  for (guint i = header->n_seen; i > 0; i--)
    g_array_append_val (position.seen, header->seen[i - 1]);
  if (header->kind == PARAPH_KIND_DELEGATION)
    position.author = zero;
  if (header->kind == PARAPH_KIND_DELEGATION || paraph_kind_is_opening (header->kind))
    position.channel = zero;
  if (header->kind == PARAPH_KIND_CHARTER)
    position.negotiation = zero;
  return position;
}

static void
get_salt (const ParaphHeader *header, guint8 bytes[16])
{
  gsize size = 0;
  const char *data = g_bytes_get_data (header->bytes, &size);
  const char *line = g_strstr_len (data, (gssize) size, "\nsalt: ");

  g_assert_nonnull (line);
  g_assert_cmpint (paraph_hex_decode (line + strlen ("\nsalt: "), 32, bytes, 16), ==, 0);
}

static void
test_round_trip (void)
{
  for (guint kind = PARAPH_KIND_UNKNOWN + 1; kind < PARAPH_N_KINDS; kind++)
    {
      g_autofree char *name =
          g_strdup_printf ("record-%s.txt", paraph_kind_get_rule ((ParaphKind) kind)->word);
      g_autoptr (ParaphHeader) header = vector_header (name);
      g_autoptr (ParaphDraft) draft = draft_of (header);
      ParaphPosition position = position_of (header);
      g_autoptr (GArray) seen = position.seen;
      g_autoptr (GError) error = NULL;
      guint8 own_salt[16];

      g_assert_cmpint (header->kind, ==, kind);
      get_salt (header, own_salt);
      g_autoptr (ParaphHeader) again =
          paraph_draft_finish (draft, &position, header->time, own_salt, &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (header->bytes, again->bytes));
      g_assert_true (paraph_id_equal (&header->id, &again->id));
    }
}

static void
assert_refused (ParaphDraft *draft, const ParaphPosition *position, gint64 time, const char *word)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (paraph_draft_finish (draft, position, time, salt, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == PARAPH_NEGOTIATION_ERROR);
  g_assert_nonnull (strstr (error->message, word));
}

static ParaphPosition
founding_place (void)
{
  return (ParaphPosition){ .clock = 1 };
}

static ParaphDraft *
delegation_draft (const char *name)
{
  ParaphDraft *draft = paraph_draft_new (PARAPH_KIND_DELEGATION);
  ParaphId key = { { 7 } };

  paraph_draft_add (draft, "name", name);
  paraph_draft_add (draft, "code", "AST");
  paraph_draft_add_id (draft, "custodian", &key);
  paraph_draft_add (draft, "threshold", "1");
  paraph_draft_add_id (draft, "next", &key);
  return draft;
}

static void
test_no_line_is_smuggled_in (void)
{
  ParaphPosition place = founding_place ();
  g_autoptr (ParaphDraft) good = delegation_draft ("Astoria");
  g_autoptr (ParaphDraft) name = delegation_draft ("Astoria\ncode: BOR");
  g_autoptr (ParaphDraft) strange = delegation_draft ("Astoria");
  g_autoptr (ParaphHeader) header = paraph_draft_finish (good, &place, FEBRUARY, salt, NULL);

  g_assert_nonnull (header);
  assert_refused (name, &place, FEBRUARY, "name");
  paraph_draft_add (strange, "salt", "00");
  assert_refused (strange, &place, FEBRUARY, "salt");
}

static void
test_names_the_line (void)
{
  ParaphPosition place = founding_place ();
  g_autoptr (ParaphDraft) twice = delegation_draft ("Astoria");
  g_autoptr (ParaphDraft) empty = paraph_draft_new (PARAPH_KIND_DELEGATION);
  g_autoptr (ParaphDraft) good = delegation_draft ("Astoria");
  ParaphId key = { { 7 } };

  assert_refused (empty, &place, FEBRUARY, "name");
  assert_refused (good, &place, G_GINT64_CONSTANT (253402300800), "time");
  paraph_draft_add (twice, "code", "BOR");
  assert_refused (twice, &place, FEBRUARY, "code");
  paraph_draft_add_id (good, "custodian", &key);
  assert_refused (good, &place, FEBRUARY, "custodian");
}

static void
test_bodies_are_one_line (void)
{
  g_autoptr (ParaphHeader) header = vector_header ("record-text.txt");
  g_autoptr (ParaphDraft) draft = draft_of (header);
  ParaphPosition position = position_of (header);
  g_autoptr (GArray) seen = position.seen;
  ParaphBody body = header->bodies[0];

  body.name = "a - text/plain 1 00\nbody: text b";
  paraph_draft_add_body (draft, &body);
  assert_refused (draft, &position, FEBRUARY, "body");
}

static void
test_blob_is_as_specified (void)
{
  g_autoptr (GBytes) blob = vector_read ("blob-text.txt");
  g_autoptr (ParaphHeader) header = vector_header ("record-text.txt");
  const ParaphBody *body = paraph_header_find_body (header, "text", "en");
  g_autoptr (GError) error = NULL;
  gsize size = 0;
  const char *data = g_bytes_get_data (blob, &size);
  guint8 random[32];
  ParaphId id;

  g_assert_nonnull (body);
  paraph_sha256 (data, size, &id);
  g_assert_true (paraph_id_equal (&id, &body->blob));
  g_assert_cmpint (body->size, ==, (gint64) size);
  g_autoptr (GBytes) content = paraph_blob_get_content (blob, body->media_type, &error);
  g_assert_no_error (error);
  g_assert_cmpint (paraph_hex_decode (data + strlen ("paraph-body 1 "), 64, random, 32), ==, 0);
  g_autoptr (GBytes) again = paraph_blob_new (random, content);
  g_assert_true (g_bytes_equal (again, blob));
}

static void
assert_blob (const char *text, gsize size, const char *media_type, gboolean is_good)
{
  g_autoptr (GBytes) blob = g_bytes_new (text, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = paraph_blob_get_content (blob, media_type, &error);

  g_assert_cmpint (content != NULL, ==, is_good);
  g_assert_cmpint (error == NULL, ==, is_good);
}

static void
test_blob_refuses (void)
{
  static const guint8 random[32] = { 0xAB };
  g_autoptr (GBytes) nothing = g_bytes_new ("", 0);
  g_autoptr (GBytes) empty = paraph_blob_new (random, nothing);
  gsize size = 0;
  g_autofree char *text =
      g_strdup_printf ("%.79s\xFFx", (const char *) g_bytes_get_data (empty, &size));

  g_assert_cmpuint (size, ==, 79);
  assert_blob (text, 79, "text/plain;charset=utf-8", TRUE);
  assert_blob (text, 78, "application/pdf", FALSE);
  assert_blob ("", 0, "application/pdf", FALSE);
  assert_blob (text, 81, "application/pdf", TRUE);
  assert_blob (text, 81, "text/plain;charset=utf-8", FALSE);
  text[79] = '\0';
  assert_blob (text, 81, "text/html", FALSE);
  text[79] = 'x';
  assert_blob (text, 81, "text/html", TRUE);
  text[14] = 'A';
  assert_blob (text, 81, "text/html", FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/every-kind-comes-out-as-it-went-in", test_round_trip);
  g_test_add_func ("/draft/no-line-is-smuggled-in", test_no_line_is_smuggled_in);
  g_test_add_func ("/draft/an-error-names-the-line", test_names_the_line);
  g_test_add_func ("/draft/a-body-is-one-line", test_bodies_are_one_line);
  g_test_add_func ("/draft/blob-is-as-specified", test_blob_is_as_specified);
  g_test_add_func ("/draft/refuses-what-is-no-blob", test_blob_refuses);
  return g_test_run ();
}
