#include "negotiation/value.h"

#include <string.h>

#include "negotiation/unicode.h"

typedef gboolean (*Test) (const char *value);

static void
assert_all (Test test, const char *const *values, gboolean expected)
{
  for (gsize i = 0; values[i] != NULL; i++)
    if (test (values[i]) != expected)
      g_error ("\"%s\" is %s", values[i], expected ? "refused" : "taken");
}

#define ASSERT_TAKEN(test, ...) assert_all (test, (const char *const[]){ __VA_ARGS__, NULL }, TRUE)
#define ASSERT_REFUSED(test, ...) \
  assert_all (test, (const char *const[]){ __VA_ARGS__, NULL }, FALSE)

static void
test_names (void)
{
  g_autofree char *longest = g_strnfill (PARAPH_NAME_MAX, 'n');
  g_autofree char *longer = g_strnfill (PARAPH_NAME_MAX + 1, 'n');

  ASSERT_TAKEN (paraph_value_is_name, "a", "Élodie Márquez", "- a", "--", "北京", longest);
  ASSERT_REFUSED (paraph_value_is_name, "", "-", " a", "a ", "a  b", longer, "a\tb", "a\nb",
                  "a\xC2\x85 b", "e\xCC\x81", "a\xE2\x80\xAE", "a\xE2\x80\x8B", "\xFF", "\xC0\x80");
}

static void
test_words (void)
{
  g_autofree char *longest = g_strnfill (64, 'x');
  g_autofree char *longer = g_strnfill (65, 'x');

  ASSERT_TAKEN (paraph_value_is_code, "AB", "ABCDEF");
  ASSERT_REFUSED (paraph_value_is_code, "", "A", "ABCDEFG", "Ab", "A1", "A ");
  ASSERT_TAKEN (paraph_value_is_token, "a", "9", "A._-z", longest);
  ASSERT_REFUSED (paraph_value_is_token, "", ".a", "-a", "_a", "a/b", "a b", "é", longer);
  ASSERT_TAKEN (paraph_value_is_symbol, "A/L.1", "a", "A/B/C-d_e", longest);
  ASSERT_REFUSED (paraph_value_is_symbol, "", "/a", "a/", "a//b", "a..b", "a b", longer);
  ASSERT_TAKEN (paraph_value_is_language, "en", "gsw", "zh-Hant-TW", "en-a1-b2-c3");
  ASSERT_REFUSED (paraph_value_is_language, "", "e", "engl", "EN", "en-", "en-a", "en-a1-b2-c3-d4",
                  "en-123456789", "en--us", "en_US");
  ASSERT_TAKEN (paraph_value_is_zone, "UTC", "Etc/UTC", "America/Port-au-Prince");
  ASSERT_REFUSED (paraph_value_is_zone, "", "/UTC", "Etc UTC", longer);
  ASSERT_TAKEN (paraph_value_is_media_type, "text/plain;charset=utf-8", "application/pdf",
                "image/svg+xml");
  ASSERT_REFUSED (paraph_value_is_media_type, "", "text", "a/b/c", "Text/plain", "text/plain;x",
                  "text/plain;charset=utf-8 ", longest);
}

static void
test_numbers (void)
{
  gint64 number = -1;

  g_assert_true (paraph_value_parse_number ("0", &number));
  g_assert_cmpint (number, ==, 0);
  g_assert_true (paraph_value_parse_number ("9007199254740991", &number));
  g_assert_cmpint (number, ==, PARAPH_NUMBER_MAX);
  number = 7;
  for (const char *const *bad =
           (const char *const[]){ "", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "9007199254740992",
                                  "10000000000000000", "99999999999999999999", "0x1", "１", NULL };
       *bad != NULL; bad++)
    g_assert_false (paraph_value_parse_number (*bad, &number));
  g_assert_cmpint (number, ==, 7);
}

static void
test_times (void)
{
  static const struct
  {
    const char *text;
    gint64 seconds;
  } good[] = {
    { "1970-01-01T00:00:00Z", 0 },
    { "1969-12-31T23:59:59Z", -1 },
    { "2000-02-29T12:00:00Z", G_GINT64_CONSTANT (951825600) },
    { "2031-03-04T08:15:00Z", G_GINT64_CONSTANT (1930378500) },
    { "9999-12-31T23:59:59Z", G_GINT64_CONSTANT (253402300799) },
  };
  gint64 seconds = 7;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_true (paraph_value_parse_time (good[i].text, &seconds));
      g_assert_cmpint (seconds, ==, good[i].seconds);
      g_autofree char *text = paraph_value_format_time (seconds);
      g_assert_cmpstr (text, ==, good[i].text);
    }
  g_assert_true (paraph_value_parse_time ("0001-01-01T00:00:00Z", &seconds));
  g_assert_cmpint (seconds, ==, G_GINT64_CONSTANT (-62135596800));
  seconds = 7;
  for (const char *const *bad =
           (const char *const[]){
               "", "0000-01-01T00:00:00Z", "2031-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
               "2031-04-31T00:00:00Z", "2031-13-01T00:00:00Z", "2031-00-01T00:00:00Z",
               "2031-01-00T00:00:00Z", "2031-01-01T24:00:00Z", "2031-01-01T00:60:00Z",
               "2031-01-01T00:00:60Z", "2031-01-01t00:00:00z", "2031-01-01 00:00:00Z",
               "2031-01-01T00:00:00", "2031-01-01T00:00:00+00", NULL };
       *bad != NULL; bad++)
    g_assert_false (paraph_value_parse_time (*bad, &seconds));
  g_assert_cmpint (seconds, ==, 7);
  g_assert_null (paraph_value_format_time (G_GINT64_CONSTANT (253402300800)));
}

static void
test_ids (void)
{
  g_autofree char *zero = g_strnfill (64, '0');
  g_autofree char *one = g_strnfill (64, 'a');
  g_autofree char *upper = g_strnfill (64, 'A');
  ParaphId id;

  g_assert_true (paraph_value_parse_id (one, &id));
  g_assert_cmpint (id.bytes[31], ==, 0xAA);
  g_assert_false (paraph_value_parse_id (zero, &id));
  g_assert_false (paraph_value_parse_id (upper, &id));
  g_assert_false (paraph_value_parse_id (one + 1, &id));
  g_assert_false (paraph_value_parse_id ("-", &id));
  g_assert_cmpint (id.bytes[0], ==, 0xAA);
}

static void
test_forbidden_characters (void)
{
  static const gunichar refused[] = { 0,       0x1F,    0x7F,    0x85,   0x9F,    0xAD,    0x34F,
                                      0x61C,   0x180E,  0x200B,  0x200E, 0x200F,  0x2028,  0x202E,
                                      0x2060,  0x2064,  0x2066,  0x2069, 0xFDD0,  0xFDEF,  0xFE00,
                                      0xFE0F,  0xFEFF,  0xFFFE,  0xFFFF, 0x1FFFE, 0xE0000, 0xE007F,
                                      0xE0100, 0xE01EF, 0x10FFFF };
  static const gunichar taken[] = { ' ',    '~',     0xA0,    0xAE,    0x200C,  0x200D, 0x200A,
                                    0x2010, 0x202F,  0x205F,  0x2065,  0x206A,  0xFDCF, 0xFDF0,
                                    0xFFFD, 0x1F600, 0xE0080, 0xE01F0, 0x10FFFD };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    if (!paraph_unicode_is_forbidden (refused[i]))
      g_error ("U+%04X is taken", refused[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (taken); i++)
    if (paraph_unicode_is_forbidden (taken[i]))
      g_error ("U+%04X is refused", taken[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/value/names-are-plain-and-short", test_names);
  g_test_add_func ("/value/words-keep-to-their-letters", test_words);
  g_test_add_func ("/value/numbers-have-one-spelling", test_numbers);
  g_test_add_func ("/value/times-are-of-the-calendar", test_times);
  g_test_add_func ("/value/ids-are-lower-case-and-not-zero", test_ids);
  g_test_add_func ("/value/refuses-the-forbidden-characters", test_forbidden_characters);
  return g_test_run ();
}
