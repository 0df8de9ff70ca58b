/* Texts, their versions, proposals and positions (docs/PROTOCOL.md section 8).
 *
 * Worker's thread, inside the caller's transaction. Every paper carries whole bodies. */

#pragma once

#include "app/record-requests.h"

/* One body: of a language (role text) or an annex. All borrowed. */
typedef struct
{
  const char *name;     /* NULL: the text itself; else the annex's name */
  const char *language; /* NULL for annexes */
  GBytes *content;
} ParaphPaperBody;

/* What a new paper carries. All borrowed. */
typedef struct
{
  const ParaphPaperBody *bodies;
  guint n_bodies;
  const char *note;     /* NULL: none */
  const char *symbol;   /* NULL: chosen */
  const char *standing; /* of a text that is opened; NULL: basis */
} ParaphPaper;

gboolean paraph_text_open (ParaphHome *home, ParaphChannel *channel, const char *title,
                           const ParaphPaper *paper, ParaphMade *ret_made, GError **error);

/* Rev.n of a text by who issues versions; incorporates: the proposals' ParaphId. */
gboolean paraph_text_issue (ParaphHome *home, ParaphText *text, const ParaphPaper *paper,
                            GArray *incorporates, ParaphMade *ret_made, GError **error);

/* Where a proposal stands beside its paper. Zero ids: none. */
typedef struct
{
  ParaphEntry *base;    /* NULL: the current version */
  ParaphEntry *answers; /* NULL: none */
  const char *expires;  /* a time, or NULL */
  const ParaphId *package;
  const char *const *claims; /* provisions of base, by name or ordinal; may be NULL */
} ParaphTabling;

gboolean paraph_proposal_table (ParaphHome *home, ParaphText *text, const ParaphPaper *paper,
                                const ParaphTabling *tabling, ParaphMade *ret_made, GError **error);

/* A stance on a paper. All borrowed. */
typedef struct
{
  const char *word;              /* of the protocol */
  const char *const *provisions; /* ordinals, NULL-terminated; may be NULL */
  const char *note;              /* NULL: none */
} ParaphTaking;

gboolean paraph_position_take (ParaphHome *home, ParaphEntry *target, const ParaphTaking *stance,
                               ParaphMade *ret_made, GError **error);

gboolean paraph_proposal_withdraw (ParaphHome *home, ParaphEntry *proposal, ParaphMade *ret_made,
                                   GError **error);

/* Codes of the members (the author's own left out) that have acknowledged a paper, or have not.
 * char *, sorted by code; g_ptr_array_unref. */
void paraph_paper_list_acknowledged (ParaphEntry *paper, GPtrArray **ret_acknowledged,
                                     GPtrArray **ret_unacknowledged);

/* The languages of the charter, first one first; NULL-terminated, borrowed. */
const char *const *paraph_channel_list_languages (ParaphChannel *channel);
