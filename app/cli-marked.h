/* Words of a redline in what a command says: see app/cli-output.h. */

#pragma once

#include "app/cli-output.h"

typedef enum
{
  PARAPH_OUTPUT_MARK_KEPT,
  PARAPH_OUTPUT_MARK_STRUCK,  /* [-words-], red on a terminal */
  PARAPH_OUTPUT_MARK_INSERTED /* {+words+}, green on a terminal */
} ParaphOutputMark;

/* For people only, without an end of line. No colour where NO_COLOR is set to anything. */
void paraph_output_words (ParaphOutput *self, ParaphOutputMark mark, const char *words);
/* A page or the like that is complete, for people only; nothing else may be said. */
void paraph_output_page (ParaphOutput *self, const char *page);
/* As --json does, for a command that is asked for it in another way. */
void paraph_output_use_json (ParaphOutput *self);
