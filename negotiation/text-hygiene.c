#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-hygiene.h"

#include <string.h>

#include "negotiation/text-scan.h"
#include "negotiation/unicode-script.h"
#include "negotiation/unicode.h"

#define MARKS_MAX 2
#define MARKS_MAX_WHERE_NEEDED 4
#define EXCERPT_MAX 48

typedef struct
{
  const ParaphStructure *structure;
  GArray *findings;
  gsize token;     /* where the run without white space begins */
  gsize word;      /* where the run of letters, digits and marks begins */
  int script;      /* of the word so far */
  gunichar zero;   /* of the number so far */
  int last_script; /* of the character before */
  guint n_marks;   /* in a row */
  gboolean is_mixed;
  gboolean is_number_before; /* the token before was a number */
} Checker;

static gboolean
is_bidi (gunichar c)
{
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E)
         || (c >= 0x2066 && c <= 0x2069);
}

static gboolean
is_invisible (gunichar c)
{
  return c == 0x00AD || c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x180E || c == 0x200B
         || (c >= 0x2060 && c <= 0x2064) || c == 0x3164 || c == 0xFEFF || c == 0xFFA0
         || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE007F)
         || (c >= 0xE0100 && c <= 0xE01EF);
}

static gboolean
is_control (gunichar c)
{
  if (c == '\t' || c == '\n' || c == '\r')
    return FALSE;
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029
         || (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

static void
add_finding (Checker *self, ParaphHygieneKind kind, gsize start, gsize end)
{
  const ParaphProvision *provision = paraph_structure_find (self->structure, start);
  ParaphHygieneFinding finding = { .kind = kind, .span = { start, end } };
  GArray *findings = self->findings;
  ParaphHygieneFinding *last =
      findings->len == 0 ? NULL
                         : &g_array_index (findings, ParaphHygieneFinding, findings->len - 1);

  finding.provision = provision == NULL ? 0 : provision->ordinal;
  if (last != NULL && last->kind == kind && last->span.end == start
      && last->provision == finding.provision)
    last->span.end = end;
  else
    g_array_append_val (findings, finding);
}

static gboolean
is_separator (char c)
{
  return c == '.' || c == ',' || c == ':' || c == '-' || c == '/' || c == '%';
}

/* Bytes of a letter at position that looks like a digit, or 0. */
static gsize
read_look_alike (const char *bytes, gsize position, gsize end)
{
  static const char *const letters[] = { "l", "I", "O", "o", "|", "О", "о", "З", "з", "Ο", "ο" };

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    {
      gsize size = strlen (letters[i]);

      if (end - position >= size && memcmp (bytes + position, letters[i], size) == 0)
        return size;
    }
  return 0;
}

static gboolean
is_digit_at (const char *bytes, ParaphSpan token, gsize position)
{
  return position >= token.start && position < token.end && g_ascii_isdigit (bytes[position]);
}

/* "l.75", "1O5", and l alone where no figure stands before it (as it does before litres). */
static gboolean
has_look_alike (const char *bytes, ParaphSpan token, gboolean is_number_before)
{
  gboolean has_hit = FALSE;

  if (token.end - token.start == 1 && bytes[token.start] == 'l')
    return !is_number_before;
  for (gsize i = token.start; i < token.end;)
    {
      gsize size = read_look_alike (bytes, i, token.end);
      gboolean is_l = size == 1 && bytes[i] == 'l';

      if (size == 0 && !g_ascii_isdigit (bytes[i]) && !is_separator (bytes[i]))
        return FALSE;
      if (size > 0
          && (is_digit_at (bytes, token, i + size)
              || (!is_l && i > token.start && is_digit_at (bytes, token, i - 1))
              || (is_l && i + 1 < token.end && is_separator (bytes[i + 1])
                  && is_digit_at (bytes, token, i + 2))))
        has_hit = TRUE;
      i += MAX (size, 1);
    }
  return has_hit;
}

static ParaphSpan
strip_punctuation (const char *bytes, ParaphSpan token)
{
  while (token.start < token.end && strchr ("([{\"'*|", bytes[token.start]) != NULL
         && bytes[token.start] != '\0')
    token.start++;
  while (token.end > token.start && strchr (")]}\"'*.,;:|", bytes[token.end - 1]) != NULL
         && bytes[token.end - 1] != '\0')
    token.end--;
  return token;
}

static void
end_token (Checker *self, gsize end)
{
  const char *bytes = self->structure->bytes;
  ParaphSpan token = { self->token, end };
  ParaphSpan bare = strip_punctuation (bytes, token);

  if (token.start == token.end)
    return;
  if (has_look_alike (bytes, bare, self->is_number_before))
    add_finding (self, PARAPH_HYGIENE_LOOK_ALIKE, bare.start, bare.end);
  if (g_utf8_validate_len (bytes + token.start, token.end - token.start, NULL)
      && !paraph_unicode_is_nfc (bytes + token.start, token.end - token.start))
    add_finding (self, PARAPH_HYGIENE_NOT_NFC, token.start, token.end);
  self->is_number_before = is_digit_at (bytes, bare, bare.end - 1);
}

static void
end_word (Checker *self, gsize end)
{
  if (self->is_mixed && end > self->word)
    add_finding (self, PARAPH_HYGIENE_MIXED_SCRIPTS, self->word, end);
  self->script = 0;
  self->is_mixed = FALSE;
}

static void
check_marks (Checker *self, gunichar c, gsize start, gsize end)
{
  guint limit = MARKS_MAX;

  if (!g_unichar_ismark (c))
    {
      self->n_marks = 0;
      return;
    }
  if (self->script != 0 && strcmp (paraph_unicode_get_script_name (self->script), "Latin") != 0)
    limit = MARKS_MAX_WHERE_NEEDED;
  if (++self->n_marks > limit)
    add_finding (self, PARAPH_HYGIENE_MARKS, start, end);
}

static void
check_number (Checker *self, gunichar c, gsize start, gsize end)
{
  gunichar zero = c < 0x80 ? (g_ascii_isdigit ((char) c) ? '0' : 0) : paraph_unicode_get_zero (c);

  if (zero != 0 && self->zero != 0 && zero != self->zero)
    add_finding (self, PARAPH_HYGIENE_MIXED_DIGITS, start, end);
  if (zero != 0)
    self->zero = zero;
  else if (c != '.' && c != ',' && c != 0x066B && c != 0x066C)
    self->zero = 0;
}

static void
check_script (Checker *self, gunichar c)
{
  int script = c < 0x80 && !g_ascii_isalpha ((char) c) ? 0 : paraph_unicode_get_script (c);

  if (!paraph_unicode_may_mix (self->script, script))
    self->is_mixed = TRUE;
  if (script != 0)
    self->script = script;
  self->last_script = script;
}

static void
check_character (Checker *self, gunichar c, gsize start, gsize end)
{
  if (c == PARAPH_SCAN_INVALID)
    add_finding (self, PARAPH_HYGIENE_INVALID_UTF8, start, end);
  else if (is_bidi (c))
    add_finding (self, PARAPH_HYGIENE_BIDI, start, end);
  else if (is_invisible (c)
           || ((c == 0x200C || c == 0x200D) && !paraph_unicode_needs_joiners (self->last_script)))
    add_finding (self, PARAPH_HYGIENE_INVISIBLE, start, end);
  else if (is_control (c))
    add_finding (self, PARAPH_HYGIENE_CONTROL, start, end);
}

static gboolean
is_word_part (gunichar c)
{
  if (c == PARAPH_SCAN_INVALID)
    return FALSE;
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || is_invisible (c) || c == 0x200C
         || c == 0x200D;
}

static int
compare_findings (gconstpointer a, gconstpointer b)
{
  const ParaphHygieneFinding *first = a;
  const ParaphHygieneFinding *second = b;

  if (first->span.start != second->span.start)
    return first->span.start < second->span.start ? -1 : 1;
  return (int) first->kind - (int) second->kind;
}

static void
check_at (Checker *self, gunichar c, gsize start, gsize end)
{
  gboolean is_space = c != PARAPH_SCAN_INVALID && g_unichar_isspace (c);

  if (is_space)
    {
      end_token (self, start);
      self->token = end;
    }
  check_character (self, c, start, end);
  if (c == PARAPH_SCAN_INVALID)
    c = 0xFFFD;
  if (!is_word_part (c))
    {
      end_word (self, start);
      self->word = end;
    }
  check_number (self, c, start, end);
  check_script (self, c);
  check_marks (self, c, start, end);
}

GArray *
paraph_hygiene_check (const ParaphStructure *structure)
{
  Checker checker = { .structure = structure };
  gsize length = 0;

  checker.findings = g_array_new (FALSE, FALSE, sizeof (ParaphHygieneFinding));
  for (gsize position = 0; position < structure->size; position += length)
    {
      gunichar c = paraph_scan_char (structure->bytes, position, structure->size, &length);

      check_at (&checker, c, position, position + length);
    }
  end_token (&checker, structure->size);
  end_word (&checker, structure->size);
  g_array_sort (checker.findings, compare_findings);
  return checker.findings;
}

static char *
dup_scripts (const ParaphStructure *structure, ParaphSpan span)
{
  GString *names = g_string_new (NULL);
  gsize length = 0;

  for (gsize i = span.start; i < span.end; i += length)
    {
      gunichar c = paraph_scan_char (structure->bytes, i, span.end, &length);
      int script = c == PARAPH_SCAN_INVALID ? 0 : paraph_unicode_get_script (c);
      const char *name = paraph_unicode_get_script_name (script);

      if (script != 0 && strstr (names->str, name) == NULL)
        g_string_append_printf (names, "%s%s", names->len == 0 ? "" : " + ", name);
    }
  return g_string_free (names, FALSE);
}

char *
paraph_hygiene_dup_detail (const ParaphStructure *structure, const ParaphHygieneFinding *finding)
{
  ParaphSpan span = finding->span;
  gsize length = 0;
  gunichar first = paraph_scan_char (structure->bytes, span.start, span.end, &length);
  g_autofree char *what = NULL;
  g_autofree char *excerpt = NULL;

  switch (finding->kind)
    {
    case PARAPH_HYGIENE_INVALID_UTF8:
      return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes that are not UTF-8, the first 0x%02X",
                              span.end - span.start, (guint) (guchar) structure->bytes[span.start]);
    case PARAPH_HYGIENE_MIXED_SCRIPTS:
      what = dup_scripts (structure, span);
      break;
    case PARAPH_HYGIENE_LOOK_ALIKE:
      what = g_strdup ("a letter that looks like a digit");
      break;
    case PARAPH_HYGIENE_NOT_NFC:
      what = g_strdup ("not in normalisation form C");
      break;
    case PARAPH_HYGIENE_BIDI:
    case PARAPH_HYGIENE_INVISIBLE:
    case PARAPH_HYGIENE_CONTROL:
    case PARAPH_HYGIENE_MARKS:
    case PARAPH_HYGIENE_MIXED_DIGITS:
      what = paraph_unicode_dup_name (first);
      return span.end - span.start == length
                 ? g_steal_pointer (&what)
                 : g_strdup_printf ("%s and %" G_GSIZE_FORMAT " more bytes", what,
                                    span.end - span.start - length);
    }
  span.end = MIN (span.end, span.start + EXCERPT_MAX);
  excerpt = paraph_structure_dup_span (structure, span);
  return g_strdup_printf ("%s: %s", what, excerpt);
}

const char *
paraph_hygiene_kind_get_word (ParaphHygieneKind kind)
{
  static const char *const words[] = {
    [PARAPH_HYGIENE_INVALID_UTF8] = "invalid-utf-8",
    [PARAPH_HYGIENE_BIDI] = "bidi-control",
    [PARAPH_HYGIENE_INVISIBLE] = "invisible",
    [PARAPH_HYGIENE_CONTROL] = "control",
    [PARAPH_HYGIENE_MARKS] = "stacked-marks",
    [PARAPH_HYGIENE_MIXED_SCRIPTS] = "mixed-scripts",
    [PARAPH_HYGIENE_MIXED_DIGITS] = "mixed-digits",
    [PARAPH_HYGIENE_LOOK_ALIKE] = "look-alike",
    [PARAPH_HYGIENE_NOT_NFC] = "not-nfc",
  };

  return words[kind];
}
