#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-story.h"

#include <string.h>

#include "app/cli-output.h"

#define COLUMNS 88
#define RESET "\033[0m"

struct ParaphStory
{
  ParaphStoryWrite write;
  gboolean is_coloured;
  gboolean was_heard;
};

typedef struct
{
  const char *colour;
  const char *before; /* first line */
  const char *inset;  /* every line */
  gboolean is_wrapped;
} Look;

static const Look LOOKS[] = {
  [PARAPH_STORY_HEADING] = { "\033[1m", "\n", "", FALSE },
  [PARAPH_STORY_WORDS] = { "", "\n", "", TRUE },
  [PARAPH_STORY_COMMAND] = { "\033[36m", "", "  ", FALSE },
  [PARAPH_STORY_ANSWER] = { "\033[2m", "", "      ", FALSE },
  [PARAPH_STORY_GOOD] = { "\033[32m", "", "  ", TRUE },
  [PARAPH_STORY_BAD] = { "\033[31m", "", "  ", TRUE },
};

ParaphStory *
paraph_story_new (ParaphStoryWrite write, gboolean is_coloured)
{
  ParaphStory *self = g_new0 (ParaphStory, 1);

  self->write = write;
  self->is_coloured = is_coloured;
  self->was_heard = TRUE;
  return self;
}

void
paraph_story_free (ParaphStory *self)
{
  g_free (self);
}

gboolean
paraph_story_was_heard (const ParaphStory *self)
{
  return self->was_heard;
}

/* Breaks line between words, so that no part of it is longer than COLUMNS where that can be. */
static void
append_wrapped (GString *told, const char *line, const char *inset)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  glong used = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      glong length = g_utf8_strlen (words[i], -1);

      if (i > 0 && used + 1 + length > COLUMNS)
        {
          g_string_append_printf (told, "\n%s", inset);
          used = 0;
        }
      else if (i > 0)
        {
          g_string_append_c (told, ' ');
          used++;
        }
      g_string_append (told, words[i]);
      used += length;
    }
}

void
paraph_story_tell (ParaphStory *self, ParaphStoryPart part, const char *text)
{
  const Look *look = &LOOKS[part];
  gboolean is_coloured = self->is_coloured && look->colour[0] != '\0';
  g_autofree char *tame = paraph_output_dup_tame (text);
  g_auto (GStrv) lines = g_strsplit (tame, "\n", -1);
  g_autoptr (GString) told = g_string_new (look->before);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_string_append (told, is_coloured ? look->colour : "");
      g_string_append (told, look->inset);
      if (look->is_wrapped)
        append_wrapped (told, lines[i], look->inset);
      else
        g_string_append (told, lines[i]);
      g_string_append (told, is_coloured ? RESET "\n" : "\n");
    }
  if (self->write != NULL && self->was_heard)
    self->was_heard = self->write (told->str);
}
