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

/* The text in the file at path (NULL: none), in the charter's first language, then --language L=FILE
 * and --annex NAME=FILE; -m NOTE, --symbol S and --standing S. */
gboolean paraph_cli_paper_read (ParaphCli *self, ParaphChannel *channel, const char *path,
                                ParaphCliPaper *ret_paper, GError **error);
/* Adds what version holds and the paper does not yet: texts by language, annexes by name. */
gboolean paraph_cli_paper_take_over (ParaphCliPaper *self, ParaphHome *home, ParaphEntry *version,
                                     GError **error);
void paraph_cli_paper_clear (ParaphCliPaper *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphCliPaper, paraph_cli_paper_clear)
