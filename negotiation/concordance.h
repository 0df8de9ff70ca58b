/* Concordance of two language versions: what one has and the other has not.
 *
 * Compared is what a machine can compare without knowing the languages: articles, parts and annexes
 * by their labels, numbered and lettered paragraphs, headings, figures, brackets. A preamble may be
 * cut into paragraphs otherwise. Pure, any thread. */

#pragma once

#include "negotiation/text-structure.h"

typedef enum
{
  PARAPH_DISCORD_ARTICLE,   /* an article, part or annex that stands in one language only */
  PARAPH_DISCORD_PARAGRAPH, /* other numbered or lettered paragraphs */
  PARAPH_DISCORD_HEADING,   /* another number of headings */
  PARAPH_DISCORD_FIGURE,    /* a figure that stands in one language only */
  PARAPH_DISCORD_BRACKET    /* another number of brackets */
} ParaphDiscordKind;

typedef struct
{
  ParaphDiscordKind kind;
  guint first; /* ordinals of the article or part; 0: it is not there */
  guint second;
  char *first_has;  /* owned; what the first has: numbers, figures, a heading; may be empty */
  char *second_has; /* owned */
} ParaphDiscord;

/* ParaphDiscord *, in the order of the texts. Free with g_ptr_array_unref. */
GPtrArray *paraph_concordance_list (const ParaphStructure *first, const ParaphStructure *second);

const char *paraph_discord_kind_get_word (ParaphDiscordKind kind);
