/* Editing what is not agreed: functions from a text to a text. Each changes its own span only; the
 * bytes before and behind stay as they are. Nothing is decided here: an edit becomes a proposal or
 * a version by the act of its author. Pure, any thread. */

#pragma once

#include "negotiation/text-bracket.h"

typedef enum
{
  PARAPH_EDIT_DONE,
  PARAPH_EDIT_NO_SUCH_CHOICE, /* or bracket */
  PARAPH_EDIT_NO_SUCH_ALTERNATIVE,
  PARAPH_EDIT_NOT_ONE_PARAGRAPH, /* the span begins or ends outside a paragraph, or crosses one */
  PARAPH_EDIT_UNBALANCED,        /* a bracket would open inside and close outside */
  PARAPH_EDIT_SEVERAL,           /* alternatives stand in the bracket: resolve them */
  PARAPH_EDIT_BAD_WORDING        /* not UTF-8, several paragraphs, or it holds separators */
} ParaphEditOutcome;

/* Puts alternative (from 1; 0: none of them, no text) in place of the choice. */
ParaphEditOutcome paraph_edit_resolve (const ParaphBrackets *brackets, guint choice,
                                       guint alternative, GBytes **ret_text);
/* codes ("UA, FR") may be NULL. */
ParaphEditOutcome paraph_edit_add_alternative (const ParaphBrackets *brackets, guint choice,
                                               const char *wording, const char *codes,
                                               GBytes **ret_text);
ParaphEditOutcome paraph_edit_bracket (const ParaphBrackets *brackets, ParaphSpan span,
                                       const char *codes, GBytes **ret_text);
/* Takes the two brackets away and leaves their wording. */
ParaphEditOutcome paraph_edit_unbracket (const ParaphBrackets *brackets, guint bracket,
                                         GBytes **ret_text);
