#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/token.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/unicode-text.h"

#define ADDRESS_MAX 2048 /* bytes of a link's address */

typedef struct
{
  const char *bytes;
  guint32 size;
  guint32 class;
  guint64 hash;
} Entry;

struct ParaphVocabulary
{
  ParaphShortHashKey key;
  GArray *entries; /* Entry, by id */
  guint32 *slots;  /* owned; id + 1, or 0 */
  gsize mask;
  guint32 signs[128];         /* id + 1 of each token of one ASCII character; 0: not met yet */
  ParaphGraphemes *graphemes; /* owned; NULL until a text asks for it */
};

static void
hash (const void *data, gsize size, guint8 ret_key[static PARAPH_SHORT_HASH_KEY_SIZE])
{
  int result =
      paraph_blake2b ("paraph-vocabulary-1", NULL, data, size, ret_key, PARAPH_SHORT_HASH_KEY_SIZE);

  g_assert (result == 0); /* the size is in range */
}

ParaphVocabulary *
paraph_vocabulary_new (const char *old, gsize old_size, const char *new, gsize new_size)
{
  ParaphVocabulary *self = g_new0 (ParaphVocabulary, 1);
  guint8 both[2 * PARAPH_SHORT_HASH_KEY_SIZE];

  hash (old, old_size, both);
  hash (new, new_size, both + PARAPH_SHORT_HASH_KEY_SIZE);
  hash (both, sizeof both, self->key.bytes);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->mask = 1023;
  self->slots = g_new0 (guint32, self->mask + 1);
  return self;
}

void
paraph_vocabulary_free (ParaphVocabulary *self)
{
  if (self == NULL)
    return;
  paraph_graphemes_free (self->graphemes);
  g_array_unref (self->entries);
  g_free (self->slots);
  g_free (self);
}

guint32
paraph_vocabulary_get_count (const ParaphVocabulary *self)
{
  return self->entries->len;
}

static void
grow (ParaphVocabulary *self)
{
  self->mask = 2 * self->mask + 1;
  g_free (self->slots);
  self->slots = g_new0 (guint32, self->mask + 1);
  for (guint32 id = 0; id < self->entries->len; id++)
    {
      gsize slot = (gsize) g_array_index (self->entries, Entry, id).hash;

      while (self->slots[slot & self->mask] != 0)
        slot++;
      self->slots[slot & self->mask] = id + 1;
    }
}

guint32
paraph_vocabulary_get_id (ParaphVocabulary *self, const char *bytes, gsize size, guint32 class)
{
  guint64 hash = paraph_short_hash (&self->key, bytes, size);
  Entry entry = { bytes, (guint32) size, class, hash };
  gsize slot = (gsize) hash;

  for (; self->slots[slot & self->mask] != 0; slot++)
    {
      guint32 id = self->slots[slot & self->mask] - 1;
      const Entry *other = &g_array_index (self->entries, Entry, id);

      if (other->hash == hash && other->size == size
          && other->class == class && memcmp (other->bytes, bytes, size) == 0)
        return id;
    }
  g_array_append_val (self->entries, entry);
  self->slots[slot & self->mask] = self->entries->len;
  if ((gsize) self->entries->len * 2 > self->mask)
    grow (self);
  return self->entries->len - 1;
}

/* Tokens of one span. */
typedef struct
{
  GArray *tokens;
  ParaphVocabulary *vocabulary;
  const char *text;
  gsize start;
  gsize at;
  gsize end;
  ParaphToken cut[64];
  guint n_cut;       /* of these, not yet in tokens */
  gsize link_end;    /* where the link that is open has its "](", or 0 */
  gboolean is_plain; /* ASCII only: every byte is a grapheme */
} Cutting;

/* The end of the grapheme at position. */
static gsize
get_grapheme_end (const Cutting *self, gsize position)
{
  if (self->is_plain)
    return position + 1;
  return self->start
         + paraph_graphemes_get_end (self->vocabulary->graphemes, position - self->start);
}

static gboolean
is_grapheme_end (const Cutting *self, gsize position)
{
  return self->is_plain
         || paraph_graphemes_is_end (self->vocabulary->graphemes, position - self->start);
}

static ParaphTokenClass
classify (gunichar character)
{
  if (character < 0x80)
    {
      if (g_ascii_isdigit ((char) character))
        return PARAPH_TOKEN_FIGURE;
      if (g_ascii_isalpha ((char) character))
        return PARAPH_TOKEN_WORD;
      if (g_ascii_isspace ((char) character))
        return PARAPH_TOKEN_SPACE;
      return character == '[' || character == ']' ? PARAPH_TOKEN_BRACKET : PARAPH_TOKEN_PUNCTUATION;
    }
  if (paraph_unicode_is_space (character))
    return PARAPH_TOKEN_SPACE;
  if (paraph_unicode_is_digit (character))
    return PARAPH_TOKEN_FIGURE;
  return paraph_unicode_is_word_part (character) ? PARAPH_TOKEN_WORD : PARAPH_TOKEN_PUNCTUATION;
}

static ParaphTokenClass
classify_ascii (char character)
{
  if (g_ascii_isalpha (character))
    return PARAPH_TOKEN_WORD;
  if (g_ascii_isdigit (character))
    return PARAPH_TOKEN_FIGURE;
  if (g_ascii_isspace (character))
    return PARAPH_TOKEN_SPACE;
  return character == '[' || character == ']' ? PARAPH_TOKEN_BRACKET : PARAPH_TOKEN_PUNCTUATION;
}

static guint32
get_id (ParaphVocabulary *self, const char *bytes, gsize size, ParaphTokenClass class)
{
  guint8 sign = (guint8) bytes[0];

  if (size != 1 || sign >= G_N_ELEMENTS (self->signs) || class == PARAPH_TOKEN_MARKUP)
    return paraph_vocabulary_get_id (self, bytes, size, (guint32) class);
  if (self->signs[sign] == 0)
    self->signs[sign] = paraph_vocabulary_get_id (self, bytes, size, (guint32) class) + 1;
  return self->signs[sign] - 1;
}

static void
flush (Cutting *self)
{
  g_array_append_vals (self->tokens, self->cut, self->n_cut);
  self->n_cut = 0;
}

static void
add (Cutting *self, gsize start, gsize end, ParaphTokenClass class)
{
  ParaphToken *token = &self->cut[self->n_cut++];

  token->start = (guint32) start;
  token->size = (guint32) (end - start) & 0xFFFFFFFU;
  token->class = (guint32) class & 0xFU;
  token->id = get_id (self->vocabulary, self->text + start, end - start, class);
  if (self->n_cut == G_N_ELEMENTS (self->cut))
    flush (self);
}

/* Where the address of the link begins that opens at position, "[words](address)"; 0: no link. */
static gsize
find_link (const Cutting *self, gsize position)
{
  const char *open = self->text + position + 1;
  gsize left = MIN (self->end - position - 1, ADDRESS_MAX);
  const char *close = memchr (open, ']', left);
  const char *nested = memchr (open, '[', left);

  if (close == NULL || (nested != NULL && nested < close) || close + 1 >= self->text + self->end
      || close[1] != '(')
    return 0;
  return (gsize) (close - self->text);
}

/* The end of the address whose closer "](" stands at position; 0: it is none. */
static gsize
find_address_end (const Cutting *self, gsize position)
{
  gsize last = MIN (self->end, position + ADDRESS_MAX);

  for (gsize i = position + 2; i < last; i++)
    {
      if (self->text[i] == ')')
        return i + 1;
      if (g_ascii_isspace (self->text[i]) || self->text[i] == '(')
        return 0;
    }
  return 0;
}

static gboolean
is_link_end (const Cutting *self, gsize position)
{
  return position != 0 && is_grapheme_end (self, position);
}

/* The opener of a link, or its closer with the address. */
static gboolean
take_markup (Cutting *self)
{
  gsize start = self->at;

  if (self->text[start] == '[')
    {
      gsize close = find_link (self, start);

      if (close == 0 || !is_link_end (self, find_address_end (self, close))
          || !is_grapheme_end (self, start + 1) || !is_grapheme_end (self, close))
        return FALSE;
      self->link_end = close;
      self->at = start + 1;
    }
  else if (self->text[start] == ']' && start == self->link_end && start != 0)
    self->at = find_address_end (self, start);
  else
    return FALSE;
  add (self, start, self->at, PARAPH_TOKEN_MARKUP);
  return TRUE;
}

/* The class of the character at position, and whether it stands alone whatever follows. */
static ParaphTokenClass
look (const Cutting *self, gsize position, gboolean *ret_is_single)
{
  gsize next = position;
  gunichar character;
  ParaphTokenClass class;

  if ((guchar) self->text[position] < 0x80)
    {
      class = classify_ascii (self->text[position]);
      *ret_is_single = class == PARAPH_TOKEN_PUNCTUATION || class == PARAPH_TOKEN_BRACKET;
      return class;
    }
  character = paraph_unicode_read (self->text, self->end, &next);
  class = classify (character);
  *ret_is_single = class == PARAPH_TOKEN_PUNCTUATION || paraph_unicode_is_ideograph (character);
  return class;
}

/* The same as take below, for ASCII alone: most of what is ever compared. */
static void
take_plain (Cutting *self)
{
  const char *text = self->text;
  gsize start = self->at, at = start + 1, end = self->end;
  ParaphTokenClass class = classify_ascii (text[start]);

  if (class == PARAPH_TOKEN_SPACE)
    while (at < end && g_ascii_isspace (text[at]))
      at++;
  else if (class == PARAPH_TOKEN_WORD || class == PARAPH_TOKEN_FIGURE)
    for (; at < end && g_ascii_isalnum (text[at]); at++)
      if (g_ascii_isdigit (text[at]))
        class = PARAPH_TOKEN_FIGURE;
  self->at = at;
  add (self, start, at, class);
}

static void
take (Cutting *self)
{
  gsize start = self->at;
  gboolean is_single = FALSE;
  ParaphTokenClass class = look (self, start, &is_single);

  self->at = get_grapheme_end (self, start);
  while (!is_single && self->at < self->end)
    {
      ParaphTokenClass other = look (self, self->at, &is_single);

      if (is_single || (class == PARAPH_TOKEN_SPACE) != (other == PARAPH_TOKEN_SPACE))
        break;
      if (other == PARAPH_TOKEN_FIGURE)
        class = PARAPH_TOKEN_FIGURE;
      self->at = get_grapheme_end (self, self->at);
    }
  add (self, start, self->at, class);
}

static gboolean
is_ascii (const char *text, gsize start, gsize end)
{
  for (gsize i = start; i < end; i++)
    if (((guchar) text[i]) >= 0x80)
      return FALSE;
  return TRUE;
}

void
paraph_tokens_append (GArray *tokens, ParaphVocabulary *vocabulary, const char *text, gsize start,
                      gsize end)
{
  Cutting self;

  self.tokens = tokens;
  self.vocabulary = vocabulary;
  self.text = text;
  self.n_cut = 0;
  self.link_end = 0;
  self.start = self.at = start;
  self.end = end;
  self.is_plain = is_ascii (text, start, end);
  if (!self.is_plain)
    {
      if (vocabulary->graphemes == NULL)
        vocabulary->graphemes = paraph_graphemes_new ();
      paraph_graphemes_set_text (vocabulary->graphemes, text + start, end - start);
    }
  while (self.at < end)
    {
      if ((text[self.at] == '[' || text[self.at] == ']') && take_markup (&self))
        continue;
      if (self.is_plain)
        take_plain (&self);
      else
        take (&self);
    }
  flush (&self);
}
