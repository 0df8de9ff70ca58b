#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/text-streamline.h"

#include <string.h>

#include "negotiation/text-scan.h"

/* One word after the other of a text. */
typedef struct
{
  const ParaphBrackets *brackets;
  ParaphWordsScope scope;
  guint ordinal;
  guint last;
  guint mark; /* index of the first mark that ends behind position */
  gsize position;
} Words;

static gboolean
is_left_out (ParaphMarkKind kind, ParaphWordsScope scope)
{
  if (kind == PARAPH_MARK_FOOTNOTE)
    return TRUE;
  return scope == PARAPH_WORDS_OF_WORDING
         && (kind == PARAPH_MARK_OPTION || kind == PARAPH_MARK_ATTRIBUTION
             || kind == PARAPH_MARK_LINK);
}

static const ParaphProvision *
get_provision (const Words *self)
{
  return self->ordinal > self->last
             ? NULL
             : paraph_structure_get (self->brackets->structure, self->ordinal);
}

static gsize
find_begin (const Words *self, const ParaphProvision *provision)
{
  const char *bytes = self->brackets->structure->bytes;
  const char *feed = NULL;

  if (self->scope == PARAPH_WORDS_OF_WORDING)
    return provision->wording.start;
  if (provision->kind != PARAPH_PROVISION_FOOTNOTE)
    return provision->span.start;
  feed = memchr (bytes + provision->span.start, '\n', provision->span.end - provision->span.start);
  return feed == NULL ? provision->span.end : (gsize) (feed - bytes) + 1;
}

static void
words_init (Words *self, const ParaphBrackets *brackets, guint first, guint last,
            ParaphWordsScope scope)
{
  const ParaphProvision *provision = NULL;
  guint low = 0;
  guint high = brackets->marks->len;

  *self = (Words){ .brackets = brackets, .scope = scope, .ordinal = first, .last = last };
  provision = get_provision (self);
  self->position = provision == NULL ? 0 : find_begin (self, provision);
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (brackets->marks, ParaphMark, middle).span.end <= self->position)
        low = middle + 1;
      else
        high = middle;
    }
  self->mark = low;
}

/* Behind a mark or a label that is left out and begins at position; or position. */
static gsize
skip_left_out (Words *self, const ParaphProvision *provision)
{
  const GArray *marks = self->brackets->marks;

  while (self->mark < marks->len
         && g_array_index (marks, ParaphMark, self->mark).span.end <= self->position)
    self->mark++;
  if (self->scope == PARAPH_WORDS_OF_WORDING && self->position == provision->label.span.start
      && provision->label.span.end > self->position)
    return provision->label.span.end;
  for (guint i = self->mark; i < marks->len; i++)
    {
      const ParaphMark *mark = &g_array_index (marks, ParaphMark, i);

      if (mark->span.start > self->position)
        break;
      if (mark->span.start == self->position && mark->span.end > self->position
          && is_left_out (mark->kind, self->scope))
        return mark->span.end;
    }
  return self->position;
}

static gboolean
is_word_part (const char *bytes, gsize position, gsize end)
{
  return bytes[position] == '_' || paraph_scan_is_in_word (bytes, position, end);
}

/* The next word; FALSE at the end. ret_word is in lower case, to be freed. */
static gboolean
words_next (Words *self, char **ret_word, guint *ret_provision)
{
  const char *bytes = self->brackets->structure->bytes;

  for (const ParaphProvision *provision = get_provision (self); provision != NULL;)
    {
      gsize start = self->position;
      gsize behind = 0;
      gsize length = 0;

      if (start >= provision->span.end)
        {
          self->ordinal++;
          provision = get_provision (self);
          self->position = provision == NULL ? start : find_begin (self, provision);
          continue;
        }
      behind = skip_left_out (self, provision);
      if (behind > start)
        {
          self->position = behind;
          continue;
        }
      while (self->position < provision->span.end
             && is_word_part (bytes, self->position, provision->span.end))
        {
          (void) paraph_scan_char (bytes, self->position, provision->span.end, &length);
          self->position += length;
        }
      if (self->position > start)
        {
          *ret_word = g_utf8_strdown (bytes + start, (gssize) (self->position - start));
          *ret_provision = provision->ordinal;
          return TRUE;
        }
      (void) paraph_scan_char (bytes, start, provision->span.end, &length);
      self->position = start + length;
    }
  return FALSE;
}

void
paraph_words_count (const ParaphBrackets *brackets, guint first, guint last, ParaphWordsScope scope,
                    GHashTable *counts)
{
  Words words;
  char *word = NULL;
  guint provision = 0;

  words_init (&words, brackets, first, MIN (last, brackets->structure->provisions->len), scope);
  while (words_next (&words, &word, &provision))
    {
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, word));

      g_hash_table_insert (counts, word, GUINT_TO_POINTER (count + 1)); /* takes the word */
    }
}

static GHashTable *
count_all (const ParaphBrackets *brackets)
{
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  paraph_words_count (brackets, 1, G_MAXUINT, PARAPH_WORDS_OF_WORDING, counts);
  return counts;
}

/* For each provision a hash of its words, to tell those that stand unchanged in the other text. */
static char **
hash_provisions (const ParaphBrackets *brackets, GHashTable *all)
{
  guint n = brackets->structure->provisions->len;
  GPtrArray *hashes = g_ptr_array_new ();

  for (guint ordinal = 1; ordinal <= n; ordinal++)
    {
      g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
      Words words;
      char *word = NULL;
      guint provision = 0;

      words_init (&words, brackets, ordinal, ordinal, PARAPH_WORDS_OF_WORDING);
      while (words_next (&words, &word, &provision))
        {
          g_checksum_update (checksum, (const guchar *) word, (gssize) strlen (word) + 1);
          g_free (word);
        }
      g_ptr_array_add (hashes, g_strdup (g_checksum_get_string (checksum)));
      g_hash_table_add (all, g_strdup (g_checksum_get_string (checksum)));
    }
  g_ptr_array_add (hashes, NULL);
  return (char **) (gpointer) g_ptr_array_free (hashes, FALSE);
}

/* One of the two texts, seen against the other. */
typedef struct
{
  const ParaphBrackets *brackets;
  GHashTable *counts; /* what is left of its words */
  GHashTable *others; /* the words of the other text */
  char **hashes;      /* by provision */
  GHashTable *known;  /* hashes of the other text */
  gboolean is_old;
} Side;

/* What a text has more of than the other one, named at places in changed provisions first. */
static guint
add_surplus (ParaphStreamline *self, const Side *side)
{
  guint total = 0;

  for (guint pass = 0; pass < 2; pass++)
    {
      Words words;
      char *word = NULL;
      guint ordinal = 0;

      words_init (&words, side->brackets, 1, side->brackets->structure->provisions->len,
                  PARAPH_WORDS_OF_WORDING);
      while (words_next (&words, &word, &ordinal))
        {
          guint many = GPOINTER_TO_UINT (g_hash_table_lookup (side->counts, word));
          guint few = GPOINTER_TO_UINT (g_hash_table_lookup (side->others, word));
          gboolean is_changed = !g_hash_table_contains (side->known, side->hashes[ordinal - 1]);
          ParaphStreamlineWord found = { word, side->is_old, 1, ordinal };

          if (many <= few || (pass == 0 && !is_changed))
            {
              g_free (word);
              continue;
            }
          g_hash_table_insert (side->counts, g_strdup (word), GUINT_TO_POINTER (many - 1));
          g_array_append_val (self->words, found); /* takes the word */
          total++;
        }
    }
  return total;
}

static void
clear_word (gpointer data)
{
  g_free (((ParaphStreamlineWord *) data)->word);
}

/* Neighbours of one word in one provision become one with a count. */
static void
join_words (GArray *words)
{
  guint kept = 0;

  for (guint i = 0; i < words->len; i++)
    {
      ParaphStreamlineWord *word = &g_array_index (words, ParaphStreamlineWord, i);
      ParaphStreamlineWord *last =
          kept == 0 ? NULL : &g_array_index (words, ParaphStreamlineWord, kept - 1);

      if (last != NULL && last->is_lost == word->is_lost && last->provision == word->provision
          && strcmp (last->word, word->word) == 0)
        {
          last->count += word->count;
          g_clear_pointer (&word->word, g_free);
          continue;
        }
      if (kept != i)
        {
          g_array_index (words, ParaphStreamlineWord, kept) = *word;
          word->word = NULL;
        }
      kept++;
    }
  g_array_set_size (words, kept);
}

ParaphStreamline *
paraph_streamline_new (const ParaphBrackets *old, const ParaphBrackets *new)
{
  ParaphStreamline *self = g_new0 (ParaphStreamline, 1);
  g_autoptr (GHashTable) before = count_all (old);
  g_autoptr (GHashTable) after = count_all (new);
  g_autoptr (GHashTable) before_left = count_all (old);
  g_autoptr (GHashTable) after_left = count_all (new);
  g_autoptr (GHashTable) in_old = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) in_new = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) old_hashes = hash_provisions (old, in_old);
  g_auto (GStrv) new_hashes = hash_provisions (new, in_new);
  const Side old_side = { old, before_left, after, old_hashes, in_new, TRUE };
  const Side new_side = { new, after_left, before, new_hashes, in_old, FALSE };

  self->words = g_array_new (FALSE, FALSE, sizeof (ParaphStreamlineWord));
  g_array_set_clear_func (self->words, clear_word);
  self->lost = add_surplus (self, &old_side);
  self->gained = add_surplus (self, &new_side);
  join_words (self->words);
  return self;
}

void
paraph_streamline_free (ParaphStreamline *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->words);
  g_free (self);
}
