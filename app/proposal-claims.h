/* What a proposal claims to change, and what it changes besides. Worker's thread. */

#pragma once

#include "app/home.h"
#include "negotiation/redline.h"

/* A change that no claim covers. Owned parts; freed by the list. */
typedef struct
{
  char *language;  /* NULL: an annex */
  char *annex;     /* its name; NULL: the text itself */
  char *provision; /* name, of the base where it stood there; NULL: of an annex, or between two */
  char *place;     /* the article or heading and the label, as they stand; NULL: none */
  char *old;       /* NULL: nothing stood there */
  char *new;       /* NULL: struck out */
  ParaphChangeKind kind;
  ParaphDifference difference;
  gboolean is_cosmetic;
} ParaphUndeclared;

/* ParaphUndeclared *, against the proposal's base, in every language and annex that it carries;
 * figures and look-alikes first in each. NULL: words of it or of its base are not here. Free with
 * g_ptr_array_unref. */
GPtrArray *paraph_proposal_list_undeclared (ParaphHome *home, ParaphEntry *proposal,
                                            GError **error);

/* Claims for a proposal on base: each of names is the name of a provision or its ordinal there.
 * REFUSED where one does not stand in it. NULL-terminated; g_strfreev. */
char **paraph_proposal_resolve_claims (ParaphHome *home, ParaphEntry *base,
                                       const char *const *names, GError **error);
