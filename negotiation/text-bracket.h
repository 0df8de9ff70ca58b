/* Brackets: what in a text is not agreed, read paragraph by paragraph (docs/PROTOCOL.md, "Texts").
 *
 * A bracket begins and ends in one paragraph. What has no partner there is damage, named with its
 * place, and swallows nothing; a pair across paragraphs is only proposed. Nothing is repaired.
 * Linear time, no recursion. An immutable value, any thread. */

#pragma once

#include "negotiation/text-structure.h"

typedef enum
{
  PARAPH_MARK_OPEN,
  PARAPH_MARK_CLOSE,
  PARAPH_MARK_SEPARATOR,   /* | inside a bracket */
  PARAPH_MARK_ATTRIBUTION, /* codes and their colon: "UA, FR:" */
  PARAPH_MARK_OPTION,      /* "Option 1:", its number is in the label */
  PARAPH_MARK_NO_TEXT,
  PARAPH_MARK_FIGURE,   /* X, 20XX, ... : a figure that is open */
  PARAPH_MARK_FOOTNOTE, /* [^1] */
  PARAPH_MARK_LINK,     /* the brackets and the address of a link */
  PARAPH_MARK_NOTE_OPEN,
  PARAPH_MARK_NOTE_CLOSE
} ParaphMarkKind;

/* Bytes between two marks are wording. */
typedef struct
{
  ParaphSpan span;
  ParaphMarkKind kind;
  guint provision; /* ordinal */
  guint bracket;   /* number of the innermost bracket that is open there, or 0 */
  guint number;    /* of an option */
  ParaphNumeral numeral;
} ParaphMark;

typedef struct
{
  ParaphSpan span;    /* both brackets included */
  guint provision;    /* where it opens */
  guint parent;       /* number of the bracket around it, or 0 */
  guint choice;       /* number of the choice that it is part of, or 0 */
  gboolean is_closed; /* FALSE: damage; then nothing is inside it */
  gboolean is_link;
} ParaphBracket;

typedef enum
{
  PARAPH_CHOICE_OPTIONAL,  /* one bracket, one wording: in or out */
  PARAPH_CHOICE_SEPARATED, /* [a | b] */
  PARAPH_CHOICE_ADJACENT,  /* [a][b]: a suggestion, the two may be independent */
  PARAPH_CHOICE_OPTIONS    /* Option 1: ... Option 2: ... */
} ParaphChoiceKind;

typedef struct
{
  ParaphSpan span;
  ParaphChoiceKind kind;
  guint provision;
  guint first; /* index of its first alternative */
  guint n_alternatives;
} ParaphChoice;

typedef struct
{
  ParaphSpan wording;    /* without attribution, label and outer white space */
  ParaphSpan supporters; /* codes, commas between them; empty: none are named */
  gboolean is_no_text;
} ParaphAlternative;

typedef enum
{
  PARAPH_DAMAGE_CLOSER, /* nothing is open before it in its paragraph */
  PARAPH_DAMAGE_OPENER  /* nothing closes it in its paragraph */
} ParaphDamageReason;

typedef struct
{
  gsize position;
  ParaphDamageReason reason;
  guint provision;
  gsize partner; /* the bracket that a person might pair it with; G_MAXSIZE: none */
} ParaphDamage;

/* For reading only; numbers of brackets and choices are indices plus 1. */
typedef struct
{
  const ParaphStructure *structure; /* borrowed */
  GArray *marks;                    /* ParaphMark, in the order of the text */
  GArray *brackets;                 /* ParaphBracket, in the order of their openers */
  GArray *choices;                  /* ParaphChoice */
  GArray *alternatives;             /* ParaphAlternative */
  GArray *damages;                  /* ParaphDamage */
} ParaphBrackets;

/* codes: the delegations of the charter, NULL-terminated, or NULL: any code may attribute. */
ParaphBrackets *paraph_brackets_new (const ParaphStructure *structure, const char *const *codes);
void paraph_brackets_free (ParaphBrackets *self);

/* The choice with a number; NULL: there is none. Borrowed. */
const ParaphChoice *paraph_brackets_get_choice (const ParaphBrackets *self, guint number);
/* Alternative i of choice, from 0. Borrowed. */
const ParaphAlternative *paraph_brackets_get_alternative (const ParaphBrackets *self,
                                                          const ParaphChoice *choice, guint i);

/* Computed per provision (index: ordinal - 1): "placeholder", "bracketed" or "open". Free with
 * g_ptr_array_unref; the words are static. */
GPtrArray *paraph_brackets_list_statuses (const ParaphBrackets *self);
/* TRUE without bracket, damage, option, placeholder and open figure. */
gboolean paraph_brackets_is_clean (const ParaphBrackets *self);

const char *paraph_choice_kind_get_word (ParaphChoiceKind kind);
const char *paraph_damage_reason_get_word (ParaphDamageReason reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphBrackets, paraph_brackets_free)
