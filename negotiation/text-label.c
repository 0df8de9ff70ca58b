#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-label.h"

#include <string.h>

#include "negotiation/text-scan.h"

typedef struct
{
  const char *text; /* lower case */
  ParaphLabelWord word;
} Word;

/* The words that the six languages of the United Nations and those of our examples print. */
static const Word words[] = {
  { "article", PARAPH_LABEL_ARTICLE },    { "artikel", PARAPH_LABEL_ARTICLE },
  { "artículo", PARAPH_LABEL_ARTICLE },   { "artigo", PARAPH_LABEL_ARTICLE },
  { "articolo", PARAPH_LABEL_ARTICLE },   { "статья", PARAPH_LABEL_ARTICLE },
  { "стаття", PARAPH_LABEL_ARTICLE },     { "المادة", PARAPH_LABEL_ARTICLE },
  { "סעיף", PARAPH_LABEL_ARTICLE },       { "madde", PARAPH_LABEL_ARTICLE },
  { "annex", PARAPH_LABEL_ANNEX },        { "annexe", PARAPH_LABEL_ANNEX },
  { "appendix", PARAPH_LABEL_ANNEX },     { "bijlage", PARAPH_LABEL_ANNEX },
  { "aanhangsel", PARAPH_LABEL_ANNEX },   { "anhang", PARAPH_LABEL_ANNEX },
  { "anlage", PARAPH_LABEL_ANNEX },       { "anexo", PARAPH_LABEL_ANNEX },
  { "приложение", PARAPH_LABEL_ANNEX },   { "додаток", PARAPH_LABEL_ANNEX },
  { "مرفق", PARAPH_LABEL_ANNEX },         { "נספח", PARAPH_LABEL_ANNEX },
  { "附件", PARAPH_LABEL_ANNEX },         { "part", PARAPH_LABEL_PART },
  { "partie", PARAPH_LABEL_PART },        { "parte", PARAPH_LABEL_PART },
  { "deel", PARAPH_LABEL_PART },          { "teil", PARAPH_LABEL_PART },
  { "часть", PARAPH_LABEL_PART },         { "частина", PARAPH_LABEL_PART },
  { "chapter", PARAPH_LABEL_CHAPTER },    { "chapitre", PARAPH_LABEL_CHAPTER },
  { "hoofdstuk", PARAPH_LABEL_CHAPTER },  { "kapitel", PARAPH_LABEL_CHAPTER },
  { "capítulo", PARAPH_LABEL_CHAPTER },   { "глава", PARAPH_LABEL_CHAPTER },
  { "section", PARAPH_LABEL_SECTION },    { "afdeling", PARAPH_LABEL_SECTION },
  { "abschnitt", PARAPH_LABEL_SECTION },  { "sección", PARAPH_LABEL_SECTION },
  { "раздел", PARAPH_LABEL_SECTION },     { "розділ", PARAPH_LABEL_SECTION },
  { "protocol", PARAPH_LABEL_PROTOCOL },  { "protocole", PARAPH_LABEL_PROTOCOL },
  { "protokoll", PARAPH_LABEL_PROTOCOL }, { "protocolo", PARAPH_LABEL_PROTOCOL },
  { "протокол", PARAPH_LABEL_PROTOCOL },
};

static gsize
read_suffix (const char *bytes, gsize start, gsize end, guint *ret_suffix)
{
  static const struct
  {
    const char *text;
    guint number;
  } suffixes[] = { { "bis", 2 },       { "ter", 3 },    { "quater", 4 },  { "quat", 4 },
                   { "quinquies", 5 }, { "sexies", 6 }, { "septies", 7 }, { "octies", 8 },
                   { "novies", 9 },    { "nonies", 9 }, { "decies", 10 } };
  gsize at = paraph_scan_skip_space (bytes, start, end);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      gsize behind = paraph_scan_word (bytes, at, end, suffixes[i].text);

      if (behind == at)
        continue;
      *ret_suffix = suffixes[i].number;
      return behind;
    }
  return start;
}

static gboolean
add_number (ParaphLabel *label, ParaphNumeral numeral, guint number)
{
  if (label->n_numbers == PARAPH_LABEL_NUMBERS_MAX)
    return FALSE;
  label->numeral = numeral;
  label->numbers[label->n_numbers++] = number;
  return TRUE;
}

/* 3, 3.3, 1.2.3 and what may follow at once: bis. The position behind; start: none. */
static gsize
read_levels (const char *bytes, gsize start, gsize end, ParaphLabel *label)
{
  gsize position = start;

  for (;;)
    {
      guint number = 0;
      gsize behind = paraph_numeral_read (bytes, position, end, PARAPH_NUMERAL_ARABIC, &number);

      if (behind == position || behind - position > 9
          || !add_number (label, PARAPH_NUMERAL_ARABIC, number))
        return start;
      position = behind;
      if (end - position < 2 || bytes[position] != '.' || !g_ascii_isdigit (bytes[position + 1]))
        break;
      position++;
    }
  position = read_suffix (bytes, position, end, &label->suffix);
  return paraph_scan_is_in_word (bytes, position, end) ? start : position;
}

/* A numeral that is no decimal number; a letter only where it stands alone. */
static gsize
read_other (const char *bytes, gsize start, gsize end, ParaphLabel *label)
{
  static const ParaphNumeral order[] = { PARAPH_NUMERAL_WORD, PARAPH_NUMERAL_ROMAN,
                                         PARAPH_NUMERAL_LETTER, PARAPH_NUMERAL_HEBREW,
                                         PARAPH_NUMERAL_CHINESE };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      guint number = 0;
      gsize behind = paraph_numeral_read (bytes, start, end, order[i], &number);

      if (behind == start || paraph_scan_is_in_word (bytes, behind, end))
        continue;
      /* Annex C, not Annex 100: alone, only I, V and X are read as Roman at once. */
      if (order[i] == PARAPH_NUMERAL_ROMAN && behind == start + 1
          && strchr ("ivxIVX", bytes[start]) == NULL)
        continue;
      (void) add_number (label, order[i], number); /* the first of an empty label */
      return read_suffix (bytes, behind, end, &label->suffix);
    }
  return start;
}

static gsize
read_number (const char *bytes, gsize start, gsize end, ParaphLabel *label)
{
  ParaphLabel levels = *label;
  gsize behind = read_levels (bytes, start, end, &levels);

  if (behind == start)
    return read_other (bytes, start, end, label);
  *label = levels;
  return behind;
}

/* 第三条, 第二章, 第一部分. */
static gboolean
parse_chinese (const char *bytes, ParaphSpan text, ParaphLabel *ret_label)
{
  static const Word units[] = {
    { "条", PARAPH_LABEL_ARTICLE }, { "條", PARAPH_LABEL_ARTICLE }, { "章", PARAPH_LABEL_CHAPTER },
    { "节", PARAPH_LABEL_SECTION }, { "節", PARAPH_LABEL_SECTION }, { "部分", PARAPH_LABEL_PART },
  };
  const gsize unit_size = 3; /* bytes of one such character */
  ParaphLabel label = { .span = text };
  gsize position = text.start + unit_size;
  guint number = 0;
  gsize behind = 0;

  if (text.end - text.start < unit_size || memcmp (bytes + text.start, "第", unit_size) != 0)
    return FALSE;
  behind = paraph_numeral_read (bytes, position, text.end, PARAPH_NUMERAL_CHINESE, &number);
  label.numeral = PARAPH_NUMERAL_CHINESE;
  if (behind == position)
    {
      behind = paraph_numeral_read (bytes, position, text.end, PARAPH_NUMERAL_ARABIC, &number);
      label.numeral = PARAPH_NUMERAL_ARABIC;
    }
  for (guint i = 0; behind > position && i < G_N_ELEMENTS (units); i++)
    {
      gsize size = strlen (units[i].text);

      if (text.end - behind < size || memcmp (bytes + behind, units[i].text, size) != 0)
        continue;
      label.word = units[i].word;
      label.span.end = behind + size;
      label.numbers[label.n_numbers++] = number;
      *ret_label = label;
      return TRUE;
    }
  return FALSE;
}

static gboolean
parse_named (const char *bytes, ParaphSpan text, ParaphLabel *ret_label)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      ParaphLabel label = { .span = text, .word = words[i].word };
      gsize behind = paraph_scan_word (bytes, text.start, text.end, words[i].text);
      gsize at = paraph_scan_skip_space (bytes, behind, text.end);

      if (behind == text.start)
        continue;
      label.span.end = at == behind ? at : read_number (bytes, at, text.end, &label);
      if (label.n_numbers == 0)
        label.span.end = behind;
      *ret_label = label;
      return label.n_numbers > 0 || label.word == PARAPH_LABEL_ANNEX
             || label.word == PARAPH_LABEL_PROTOCOL;
    }
  return FALSE;
}

/* "3. Title", "3.2 Title", "II. Title", "II". */
static gboolean
parse_bare (const char *bytes, ParaphSpan text, ParaphLabel *ret_label)
{
  ParaphLabel label = { .span = text };
  gboolean is_upper = text.start < text.end && !g_ascii_islower (bytes[text.start]);

  label.span.end = read_number (bytes, text.start, text.end, &label);
  if (label.n_numbers == 0 || !is_upper)
    return FALSE;
  if (label.numeral != PARAPH_NUMERAL_ARABIC && label.span.end < text.end
      && bytes[label.span.end] != '.')
    return FALSE;
  *ret_label = label;
  return TRUE;
}

gboolean
paraph_label_parse_heading (const char *bytes, ParaphSpan text, ParaphLabel *ret_label)
{
  while (text.start < text.end && strchr (" \t[*_", bytes[text.start]) != NULL
         && bytes[text.start] != '\0')
    text.start++;
  return parse_chinese (bytes, text, ret_label) || parse_named (bytes, text, ret_label)
         || parse_bare (bytes, text, ret_label);
}

/* "(a)", "(a)(ii)", "(17ter)". The position behind; start: none. */
static gsize
read_in_brackets (const char *bytes, gsize start, gsize end, ParaphLabel *label)
{
  gsize position = start;

  while (position < end && bytes[position] == '(' && label->n_numbers < PARAPH_LABEL_NUMBERS_MAX)
    {
      ParaphLabel one = { 0 };
      gsize behind = read_number (bytes, position + 1, end, &one);

      if (one.n_numbers != 1 || behind >= end || bytes[behind] != ')')
        break;
      (void) add_number (label, one.numeral, one.numbers[0]); /* there is room */
      label->suffix = one.suffix;
      position = behind + 1;
    }
  return position;
}

/* "3.3 In" but not "3.3 per cent": a number of several levels without a mark behind it goes before
 * what can begin a sentence. */
static gboolean
begins_sentence (const char *bytes, gsize position, gsize end)
{
  gsize at = paraph_scan_skip_space (bytes, position, end);
  gsize length = 0;
  gunichar character = 0;

  if (at == position || at >= end)
    return FALSE;
  character = paraph_scan_char (bytes, at, end, &length);
  if (character == PARAPH_SCAN_INVALID)
    return FALSE;
  if (character < 0x80 && strchr ("[*\"(", (int) character) != NULL)
    return TRUE;
  return g_unichar_isalpha (character) && !g_unichar_islower (character);
}

static gboolean
parse_numbered (const char *bytes, ParaphSpan text, ParaphLabel *ret_label)
{
  ParaphLabel label = { .span = text };
  gsize behind = read_number (bytes, text.start, text.end, &label);
  gboolean is_lower = g_ascii_islower (bytes[text.start]);
  char mark = '\0';

  if (behind < text.end)
    mark = bytes[behind];
  if (label.n_numbers == 0 || label.numeral == PARAPH_NUMERAL_WORD)
    return FALSE;
  /* A year is no number of a list. */
  if (label.n_numbers == 1 && label.numbers[0] > 999)
    return FALSE;
  if (label.n_numbers > 1 && mark != '.' && mark != ')'
      && !begins_sentence (bytes, behind, text.end))
    return FALSE;
  if (label.n_numbers == 1 && mark != ')' && mark != '.')
    return FALSE;
  /* "i. " and "a. ", never "ii." within a sentence that a line break cuts. */
  if (is_lower && mark == '.' && behind > text.start + 1 && label.numeral == PARAPH_NUMERAL_LETTER)
    return FALSE;
  label.span.end = mark == ')' ? behind + 1 : behind;
  *ret_label = label;
  return TRUE;
}

gboolean
paraph_label_parse_item (const char *bytes, ParaphSpan text, ParaphLabel *ret_label)
{
  ParaphLabel label = { .span = text };
  gsize behind = 0;

  if (text.start >= text.end)
    return FALSE;
  label.span.end = read_in_brackets (bytes, text.start, text.end, &label);
  if (label.n_numbers == 0 && !parse_numbered (bytes, text, &label))
    return FALSE;
  behind = label.span.end;
  while (behind < text.end && (bytes[behind] == '.' || bytes[behind] == ':'))
    behind++;
  if (behind < text.end && !g_ascii_isspace (bytes[behind])
      && paraph_scan_skip_space (bytes, behind, text.end) == behind)
    return FALSE;
  *ret_label = label;
  return TRUE;
}

/* The one letter that the label's last number is; 0: several letters, or none. */
static char
get_single_letter (const ParaphLabel *self, const char *bytes)
{
  gsize end = self->span.end;

  if (self->suffix != 0 || self->n_numbers == 0)
    return 0;
  while (end > self->span.start && bytes[end - 1] == ')')
    end--;
  if (end == self->span.start || !g_ascii_isalpha (bytes[end - 1]))
    return 0;
  if (end - 1 > self->span.start
      && ((guchar) bytes[end - 2] >= 0x80 || g_ascii_isalpha (bytes[end - 2])))
    return 0;
  return bytes[end - 1];
}

void
paraph_label_continue (ParaphLabel *self, const ParaphLabel *before, const char *bytes)
{
  char letter = get_single_letter (self, bytes);
  guint as_letter = 0;
  guint as_roman = 0;
  guint last =
      before == NULL || before->n_numbers == 0 ? 0 : before->numbers[before->n_numbers - 1];
  gboolean is_roman;

  if (letter == 0 || paraph_numeral_read (&letter, 0, 1, PARAPH_NUMERAL_ROMAN, &as_roman) == 0
      || paraph_numeral_read (&letter, 0, 1, PARAPH_NUMERAL_LETTER, &as_letter) == 0)
    return;
  if (last == 0)
    is_roman = letter == 'i' || letter == 'I';
  else if (before->numeral == PARAPH_NUMERAL_LETTER)
    is_roman = last + 1 != as_letter && as_roman == 1;
  else if (before->numeral == PARAPH_NUMERAL_ROMAN)
    is_roman = last + 1 == as_roman || strchr ("ivxIVX", letter) != NULL;
  else
    is_roman = as_roman == 1;
  self->numeral = is_roman ? PARAPH_NUMERAL_ROMAN : PARAPH_NUMERAL_LETTER;
  self->numbers[self->n_numbers - 1] = is_roman ? as_roman : as_letter;
}

gboolean
paraph_label_equal (const ParaphLabel *a, const ParaphLabel *b)
{
  if (a->word != b->word || a->n_numbers != b->n_numbers || a->suffix != b->suffix)
    return FALSE;
  for (guint i = 0; i < a->n_numbers; i++)
    if (a->numbers[i] != b->numbers[i])
      return FALSE;
  return TRUE;
}
