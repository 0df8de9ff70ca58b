/* A story told as it happens: every part is written at once, not when the command has ended.
 *
 * Text from outside loses its control characters. Colours are a few plain ANSI codes. One thread. */

#pragma once

#include <glib.h>

/* FALSE: the reader is gone. */
typedef gboolean (*ParaphStoryWrite) (const char *text);

typedef enum
{
  PARAPH_STORY_HEADING,
  PARAPH_STORY_WORDS, /* for people, wrapped */
  PARAPH_STORY_COMMAND,
  PARAPH_STORY_ANSWER, /* lines of a command, set in */
  PARAPH_STORY_GOOD,
  PARAPH_STORY_BAD
} ParaphStoryPart;

typedef struct ParaphStory ParaphStory;

/* write NULL: told to nobody. */
ParaphStory *paraph_story_new (ParaphStoryWrite write, gboolean is_coloured);
void paraph_story_free (ParaphStory *self);

/* One part, of one line or several. */
void paraph_story_tell (ParaphStory *self, ParaphStoryPart part, const char *text);

/* Whether everything that was told was taken. */
gboolean paraph_story_was_heard (const ParaphStory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphStory, paraph_story_free)
