#include "negotiation/header.h"

#include "tests/negotiation/vector-test.h"

#define MUTATIONS 20000
#define ID "56de1e2d42a5b1a0f464561b7f964748eeb6ef0736ae6c0c61f2b90109c4f9e1"

static void
test_good_vectors (void)
{
  g_autoptr (GPtrArray) rows = vector_rows ("ids.tsv");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      g_autoptr (ParaphHeader) header = vector_header (row[0]);
      char hex[PARAPH_ID_HEX_SIZE + 1];

      paraph_id_to_hex (&header->id, hex);
      g_assert_cmpstr (hex, ==, row[1]);
    }
}

static void
test_bad_vectors (void)
{
  g_autoptr (GPtrArray) rows = vector_rows ("bad.tsv");

  for (guint i = 0; i < rows->len; i++)
    {
      char **row = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) bytes = vector_read (row[0]);
      g_autoptr (GError) error = NULL;
      g_autoptr (ParaphHeader) header = paraph_header_parse (bytes, &error);

      if (header != NULL)
        g_error ("%s is taken: %s", row[0], row[1]);
      g_assert_true (error->domain == PARAPH_NEGOTIATION_ERROR);
    }
}

static ParaphHeader *
parse_text (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return paraph_header_parse (bytes, NULL);
}

static char *
vector_text (const char *name)
{
  g_autoptr (GBytes) bytes = vector_read (name);
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_strndup (data, size);
}

/* The vector with the first old replaced by new parses, or does not. */
static void
assert_change (const char *name, const char *old, const char *new, gboolean is_good)
{
  g_autofree char *text = vector_text (name);
  const char *at = strstr (text, old);

  if (at == NULL)
    g_error ("%s has no \"%s\"", name, old);
  g_autoptr (GString) changed = g_string_new_len (text, at - text);
  g_string_append (changed, new);
  g_string_append (changed, at + strlen (old));
  g_autoptr (ParaphHeader) header = parse_text (changed->str);
  if ((header != NULL) != is_good)
    g_error ("%s with \"%s\" is %s", name, new, is_good ? "refused" : "taken");
}

static void
test_accessors (void)
{
  g_autoptr (ParaphHeader) proposal = vector_header ("record-proposal.txt");
  g_autoptr (ParaphHeader) delegation = vector_header ("record-delegation.txt");
  g_autoptr (ParaphHeader) again = paraph_header_ref (proposal);
  ParaphId id;

  g_assert_true (again == proposal);
  g_assert_cmpint (proposal->kind, ==, PARAPH_KIND_PROPOSAL);
  g_assert_cmpstr (paraph_header_get_value (proposal, "symbol"), ==, "AST/L.1");
  g_assert_null (paraph_header_get_value (proposal, "answers"));
  g_assert_null (paraph_header_get_value (proposal, "nothing"));
  g_assert_true (paraph_header_get_id (proposal, "text", &id));
  g_assert_false (paraph_header_get_id (proposal, "package", &id));
  g_assert_cmpstr (paraph_header_get_values (proposal, "claim")[1], ==, "00112233445566aa:12");
  g_assert_null (paraph_header_get_values (proposal, "claim")[2]);
  g_assert_null (paraph_header_get_values (proposal, "package")[0]);
  g_assert_cmpuint (proposal->n_seen, ==, 3);
  g_assert_cmpint (proposal->seen[2].number, ==, 4);
  g_assert_cmpint (proposal->time, ==, 1930378200);
  g_assert_cmpstr (paraph_header_find_body (proposal, "note", NULL)->name, ==, "why");
  g_assert_cmpint (paraph_header_find_body (proposal, "text", "en")->size, ==, 132);
  g_assert_null (paraph_header_find_body (proposal, "text", "fr"));
  g_assert_cmpint (paraph_header_get_number (delegation, "threshold"), ==, 2);
  g_assert_cmpint (paraph_header_get_number (delegation, "symbol"), ==, -1);
}

static void
test_effective_ids (void)
{
  g_autoptr (ParaphHeader) charter = vector_header ("record-charter.txt");
  g_autoptr (ParaphHeader) channel = vector_header ("record-channel.txt");
  g_autoptr (ParaphHeader) founding = vector_header ("record-delegation.txt");
  g_autoptr (ParaphHeader) powers = vector_header ("record-powers.txt");

  g_assert_true (paraph_id_equal (&charter->negotiation, &charter->id));
  g_assert_true (paraph_id_equal (&charter->channel, &charter->id));
  g_assert_true (paraph_id_equal (&channel->channel, &channel->id));
  g_assert_true (paraph_id_equal (&channel->negotiation, &charter->id));
  g_assert_true (paraph_id_equal (&founding->author, &founding->id));
  g_assert_true (paraph_id_equal (&founding->channel, &founding->id));
  g_assert_true (paraph_id_equal (&powers->channel, &founding->id));
  g_assert_true (paraph_id_is_zero (&powers->identity));
}

static void
test_unknown_kinds (void)
{
  g_autoptr (ParaphHeader) toast = vector_header ("record-unknown.txt");
  const char *const *values = paraph_header_get_values (toast, "to-the");

  g_assert_cmpint (toast->kind, ==, PARAPH_KIND_UNKNOWN);
  g_assert_cmpstr (toast->kind_word, ==, "toast");
  g_assert_cmpstr (paraph_header_get_value (toast, "glass"), ==, "raised");
  g_assert_cmpstr (values[0], ==, "river");
  g_assert_cmpstr (values[1], ==, "bridge");
  g_assert_null (values[2]);
  assert_change ("record-unknown.txt", "kind: toast", "kind: custody", TRUE);
  assert_change ("record-unknown.txt", "kind: toast", "kind: -toast", FALSE);
  assert_change ("record-unknown.txt", "glass: raised\nto-the: river\nto-the: bridge\n", "", TRUE);
  assert_change ("record-unknown.txt", "raised", "re\xCC\x81", TRUE);
  assert_change ("record-unknown.txt", "glass", "-glass", FALSE);
  assert_change ("record-unknown.txt", "to-the: bridge\n",
                 "to-the: bridge\nbody: note x - a/b 1 " ID "\n", TRUE);
  assert_change ("record-unknown.txt", "to-the: bridge\n",
                 "to-the: bridge\nbody: speech x - a/b 1 " ID "\n", FALSE);
  assert_change ("record-unknown.txt", "number: 2\n", "number: 0\n", FALSE);
  assert_change ("record-unknown.txt", "glass", "abcdefghijklmnopqrstuvwxyzabcdef", TRUE);
  assert_change ("record-unknown.txt", "glass", "abcdefghijklmnopqrstuvwxyzabcdefg", FALSE);
}

static void
test_places (void)
{
  const char *joining = "record-joining.txt", *zero = "seen: -\nclock";
  g_autofree char *text = vector_text (joining);
  const char *from = strstr (text, "seen: "), *to = strstr (text, "\nclock");
  g_autofree char *lines = g_strndup (from, (gsize) (to - from + strlen ("\nclock")));

  assert_change (joining, lines, zero, FALSE);
  assert_change ("record-text.txt", "seen: -\n", "seen: " ID " 1 " ID "\n", TRUE);
  assert_change (
      "record-text.txt", "seen: -\n",
      "seen: 66e24342e422ac7c047f83a77bdb7681256dea3a116b1ea6bc08f0ed968fdca9 1 " ID "\n", FALSE);
  assert_change ("record-text.txt", "seen: -\n", "seen: " ID " 1 " ID "\nseen: " ID " 2 " ID "\n",
                 TRUE);
  assert_change ("record-text.txt", "seen: -\n",
                 "seen: " ID " 1 " ID "\nseen: " ID " 2 " ID "\nseen: " ID " 3 " ID "\n", FALSE);
  assert_change ("record-text.txt", "number: 4\n", "number: 0\n", FALSE);
  assert_change ("record-delegation.txt", "clock: 1\n", "clock: 2\n", FALSE);
  assert_change ("record-delegation.txt", "author: -\n", "author: " ID "\n", FALSE);
  assert_change ("record-powers.txt", "identity: -\n", "identity: " ID "\n", FALSE);
  assert_change ("record-powers.txt", "number: 2\n", "number: 1\n", FALSE);
  assert_change ("record-channel.txt", "channel: -\n", "channel: " ID "\n", FALSE);
  assert_change ("record-channel.txt", "negotiation: " ID "\n", "negotiation: -\n", FALSE);
  assert_change ("record-text.txt", "negotiation: " ID,
                 "negotiation: 0000000000000000000000000000000000000000000000000000000000000000",
                 FALSE);
}

static void
test_rules_of_kinds (void)
{
  assert_change ("record-delegation.txt", "threshold: 2", "threshold: 3", TRUE);
  assert_change ("record-delegation.txt", "threshold: 2", "threshold: 4", FALSE);
  assert_change ("record-membership.txt", "change: add", "change: remove", FALSE);
  assert_change ("record-charter.txt", "seat: BOR party", "seat: AST party", FALSE);
  assert_change ("record-charter.txt", "issuer: MED", "issuer: -", TRUE);
  assert_change ("record-charter.txt", "issuer: MED", "issuer: -\nissuer: MED", FALSE);
  assert_change ("record-revocation.txt", "cut: ", "cut: " ID "\ncut: ", FALSE);
  assert_change ("record-powers.txt", "powers: read talk position", "powers: talk", TRUE);
  assert_change ("record-powers.txt", "powers: read talk position", "powers: read talk posit",
                 FALSE);
  assert_change ("record-powers.txt", "powers: read talk position", "powers: read talk ", FALSE);
  assert_change ("record-statement.txt", "type: statement", "type: statement minutes", FALSE);
  assert_change ("record-statement.txt", "type: statement", "type: state", FALSE);
  assert_change ("record-text.txt", "time: 2031-03-04T08:09:00Z", "time: 0001-01-01T00:00:00Z",
                 TRUE);
  assert_change ("record-text.txt", "time: 2031-03-04T08:09:00Z", "time: 9999-12-31T23:59:59Z",
                 TRUE);
}

/* The vector with all lines of key replaced by n lines that format makes of growing numbers. */
static ParaphHeader *
parse_many (const char *name, const char *key, const char *format, guint n)
{
  g_autofree char *text = vector_text (name);
  g_autofree char *start = g_strdup_printf ("\n%s: ", key);
  g_auto (GStrv) parts = g_strsplit (format, "#", 2);
  const char *at = strstr (text, start), *end = at;

  g_assert_nonnull (at);
  while (g_str_has_prefix (end, start))
    end = strchr (end + 1, '\n');
  g_autoptr (GString) changed = g_string_new_len (text, at - text);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (changed, "\n%s: %s%08x%s", key, parts[0], i + 1, parts[1]);
  g_string_append (changed, end);
  return parse_text (changed->str);
}

static void
assert_limits (const char *name, const char *key, const char *format, guint minimum, guint maximum)
{
  g_autoptr (ParaphHeader) least = parse_many (name, key, format, minimum);
  g_autoptr (ParaphHeader) less = parse_many (name, key, format, minimum - 1);
  g_autoptr (ParaphHeader) most = parse_many (name, key, format, maximum);
  g_autoptr (ParaphHeader) more = parse_many (name, key, format, maximum + 1);

  if (least == NULL || less != NULL)
    g_error ("%s: the least number of lines of %s is not %u", name, key, minimum);
  if (most == NULL || more != NULL)
    g_error ("%s: the greatest number of lines of %s is not %u", name, key, maximum);
}

#define REST "00000000000000000000000000000000000000000000000000000000"

static void
test_limits_of_lists (void)
{
  assert_limits ("record-position.txt", "seen", "#" REST " 1 " ID, 1, PARAPH_SEEN_MAX);
  assert_limits ("record-checkpoint.txt", "head", "#" REST " 1 " ID, 1, 512);
  assert_limits ("record-checkpoint.txt", "identity-head", "#" REST " 1 " ID, 1, 64);
  assert_limits ("record-channel.txt", "member", "#" REST " AST party", 1, 64);
  assert_limits ("record-charter.txt", "language", "en-#", 1, 16);
  assert_limits ("record-statement.txt", "body", "text b# en a/b 1 " ID, 1, 8);
  assert_limits ("record-text.txt", "body", "text b# - a/b 1 " ID, 1, PARAPH_BODIES_MAX);
  assert_limits ("record-delegation.txt", "custodian", "#" REST, 2, 16);
}

static void
test_cuts_come_in_eights (void)
{
  for (guint n = 0; n <= 24; n++)
    {
      g_autoptr (ParaphHeader) header = parse_many ("record-revocation.txt", "cut", "#" REST, n);
      g_assert_cmpint (header != NULL, ==, n > 0 && n % 8 == 0);
    }
}

/* Seats have codes of letters, so that their numbers are written with letters. */
static ParaphHeader *
parse_seats (guint n)
{
  g_autoptr (GString) seats = g_string_new (NULL);
  g_autofree char *text = vector_text ("record-charter.txt");
  const char *from = strstr (text, "seat: "), *to = strstr (text, "rule: ");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (seats, "seat: %c%c party - Somewhere\n", (int) ('A' + i / 26),
                            (int) ('A' + i % 26));
  g_autoptr (GString) changed = g_string_new_len (text, from - text);
  g_string_append (changed, seats->str);
  g_string_append (changed, to);
  return parse_text (changed->str);
}

static void
test_limits_of_seats (void)
{
  for (guint n = 0; n <= 66; n++)
    {
      g_autoptr (ParaphHeader) header = parse_seats (n);
      g_assert_cmpint (header != NULL, ==, n >= 2 && n <= 64);
    }
}

/* A header of an unknown kind padded to exactly this many bytes. */
static ParaphHeader *
parse_padded (gsize size)
{
  g_autofree char *text = vector_text ("record-unknown.txt");
  gsize length = strlen (text);
  g_autoptr (GString) padded = g_string_new_len (text, (gssize) length - 1);
  g_autofree char *value = g_strnfill (size - length - strlen ("pad: \n"), 'x');

  g_string_append_printf (padded, "pad: %s\n\n", value);
  g_assert_cmpuint (padded->len, ==, size);
  return parse_text (padded->str);
}

static void
test_limit_of_bytes (void)
{
  g_autoptr (ParaphHeader) most = parse_padded (PARAPH_HEADER_MAX);
  g_autoptr (ParaphHeader) more = parse_padded (PARAPH_HEADER_MAX + 1);

  g_assert_nonnull (most);
  g_assert_null (more);
}

/* Spoils some bytes, or takes some out, or writes some twice. */
static GByteArray *
mutate (GBytes *bytes, GRand *rand)
{
  static const char favourites[] = "\n\n: -019afAZ/.\xC3\xA9";
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GByteArray *array = g_byte_array_append (g_byte_array_new (), data, (guint) size);

  for (gint n = g_rand_int_range (rand, 1, 4); n > 0 && array->len > 8; n--)
    {
      guint at = (guint) g_rand_int_range (rand, 0, (gint) array->len);
      guint length = (guint) g_rand_int_range (rand, 1, 90);
      length = MIN (length, array->len - at);
      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          array->data[at] = (guint8) favourites[g_rand_int_range (rand, 0, sizeof favourites)];
          break;
        case 1:
          array->data[at] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
          break;
        case 2:
          g_byte_array_remove_range (array, at, length);
          break;
        default:
          {
            g_autofree guint8 *copy = g_memdup2 (array->data + at, length);
            g_byte_array_append (array, copy, length);
          }
        }
    }
  return array;
}

/* Whatever is taken is in the bytes: every value that the header tells can be found there. */
static void
assert_tells_the_bytes (const ParaphHeader *header, const GByteArray *array)
{
  ParaphId id;

  paraph_sha256 (array->data, array->len, &id);
  g_assert_true (paraph_id_equal (&id, &header->id));
  g_assert_cmpuint (g_bytes_get_size (header->bytes), ==, array->len);
  g_assert_cmpmem (array->data, array->len, g_bytes_get_data (header->bytes, NULL), array->len);
  for (guint i = 0; i < header->n_bodies; i++)
    g_assert_nonnull (paraph_header_find_body (header, header->bodies[i].role, NULL));
}

static void
test_mutations (void)
{
  g_autoptr (GPtrArray) rows = vector_rows ("ids.tsv");
  g_autoptr (GRand) rand = g_rand_new_with_seed (20310304);
  g_autoptr (GPtrArray) vectors = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  guint taken = 0, refused = 0;

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (vectors, vector_read (((char **) g_ptr_array_index (rows, i))[0]));
  for (guint i = 0; i < MUTATIONS; i++)
    {
      g_autoptr (GByteArray) array = mutate (g_ptr_array_index (vectors, i % vectors->len), rand);
      g_autoptr (GBytes) bytes = g_bytes_new (array->data, array->len);
      g_autoptr (GError) error = NULL;
      g_autoptr (ParaphHeader) header = paraph_header_parse (bytes, &error);

      g_assert_cmpint (header == NULL, ==, error != NULL);
      if (header != NULL)
        assert_tells_the_bytes (header, array);
      taken += header != NULL;
      refused += header == NULL;
    }
  g_assert_cmpuint (taken, >, 0);
  g_assert_cmpuint (refused, >, MUTATIONS / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/header/takes-every-good-vector", test_good_vectors);
  g_test_add_func ("/header/refuses-every-bad-vector", test_bad_vectors);
  g_test_add_func ("/header/tells-what-it-says", test_accessors);
  g_test_add_func ("/header/knows-its-effective-ids", test_effective_ids);
  g_test_add_func ("/header/keeps-unknown-kinds", test_unknown_kinds);
  g_test_add_func ("/header/stands-where-its-kind-may", test_places);
  g_test_add_func ("/header/keeps-the-rules-of-its-kind", test_rules_of_kinds);
  g_test_add_func ("/header/refuses-one-line-too-many", test_limits_of_lists);
  g_test_add_func ("/header/cuts-come-in-eights", test_cuts_come_in_eights);
  g_test_add_func ("/header/a-charter-has-2-to-64-seats", test_limits_of_seats);
  g_test_add_func ("/header/refuses-one-byte-too-many", test_limit_of_bytes);
  g_test_add_func ("/header/mutations-are-refused-or-kept-exactly", test_mutations);
  return g_test_run ();
}
