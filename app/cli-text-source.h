/* Texts as the commands that read them take them: a version of a negotiation, or a plain file. */

#pragma once

#include "app/cli.h"
#include "negotiation/lineage.h"
#include "negotiation/text-bracket.h"

typedef struct
{
  ParaphId id; /* of the version; of a file its SHA-256 */
  GBytes *content;
  ParaphStructure *structure;
  ParaphBrackets *brackets;
  ParaphEntry *version; /* NULL: a file */
} ParaphCliText;

/* The main text of a version in the language asked for (--language), or its first one. */
GBytes *paraph_cli_text_get (ParaphCli *self, ParaphHome *home, ParaphEntry *version,
                             GError **error);

/* How many --file there are. */
guint paraph_cli_text_count_files (ParaphCli *self);
/* File number i (from 0) where home is NULL; else the version called name. */
gboolean paraph_cli_text_read (ParaphCli *self, ParaphHome *home, const char *name, guint i,
                               ParaphCliText *ret_text, GError **error);
void paraph_cli_text_clear (ParaphCliText *self);

/* The lineage that a version of a negotiation ends; NULL: one that it came from cannot be read.
 * ret_version: its place there. */
ParaphLineage *paraph_cli_text_trace (ParaphCli *self, ParaphHome *home, const ParaphCliText *text,
                                      guint *ret_version, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphCliText, paraph_cli_text_clear)
