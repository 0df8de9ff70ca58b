/* The versions of a text of a negotiation as a graph (negotiation/lineage.h), read from the ledger.
 *
 * Worker's thread. The names of provisions are a function of a version and of what it was made from,
 * so they are the same in the graph of one version and in that of the whole text. */

#pragma once

#include "app/home.h"
#include "negotiation/lineage.h"

/* The words of a version in a language (NULL: its first), or NULL: it has none in that language,
 * without *error, or they are not here. */
GBytes *paraph_version_get_words (ParaphHome *home, ParaphEntry *version, const char *language,
                                  GError **error);
/* The language that NULL stands for. Borrowed; may be NULL. */
const char *paraph_version_get_language (ParaphEntry *version);

/* The opening, versions and proposals of a text with effect, in shown order; each made from its
 * base, what it answers and what it incorporates. language NULL: the opening's first. What has no
 * words in it, or lacks them, is passed over. */
ParaphLineage *paraph_text_build_lineage (ParaphHome *home, const ParaphText *text,
                                          const char *language, GError **error);
/* The versions (ParaphEntry *) and all that they were made from; language NULL: the first one's
 * first. An error where the words of one of them are not here. */
ParaphLineage *paraph_versions_build_lineage (ParaphHome *home, const GPtrArray *versions,
                                              const char *language, GError **error);

/* The text that a version belongs to; NULL: none with effect. Free with paraph_text_free. */
ParaphText *paraph_version_get_text (ParaphEntry *version);
