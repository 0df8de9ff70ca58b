/* Papers as the command line takes them: files by language and annex, named papers in lists. */

#pragma once

#include "app/cli.h"
#include "app/text-requests.h"

typedef struct
{
  GArray *bodies;    /* ParaphPaperBody */
  GPtrArray *parts;  /* what the bodies borrow */
  ParaphPaper paper; /* borrows bodies */
} ParaphCliPaper;

/* The text in the file at path, in the charter's first language, then --language L=FILE and --annex
 * NAME=FILE; -m NOTE and --symbol S. */
gboolean paraph_cli_paper_read (ParaphCli *self, ParaphChannel *channel, const char *path,
                                ParaphCliPaper *ret_paper, GError **error);
void paraph_cli_paper_clear (ParaphCliPaper *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphCliPaper, paraph_cli_paper_clear)
