/* The kinds of records and their fields, as one table (docs/PROTOCOL.md section 3).
 *
 * The table is the only place that knows which field follows which; parser, writer and drafts read
 * it. Pure data, any thread. */

#pragma once

#include <glib.h>

typedef enum
{
  PARAPH_KIND_UNKNOWN,
  PARAPH_KIND_DELEGATION,
  PARAPH_KIND_POWERS,
  PARAPH_KIND_REVOCATION,
  PARAPH_KIND_CHARTER,
  PARAPH_KIND_JOINING,
  PARAPH_KIND_MEMBERSHIP,
  PARAPH_KIND_CHANNEL,
  PARAPH_KIND_CHECKPOINT,
  PARAPH_KIND_STATEMENT,
  PARAPH_KIND_TEXT,
  PARAPH_KIND_VERSION,
  PARAPH_KIND_PROPOSAL,
  PARAPH_KIND_POSITION,
  PARAPH_KIND_WITHDRAWAL
} ParaphKind;

#define PARAPH_N_KINDS (PARAPH_KIND_WITHDRAWAL + 1)

/* A field: its key, whether one line has to stand there, may be "-", or may be repeated, and the
 * test of one line's value. Lists hold MINIMUM to MAXIMUM lines; MINIMUM 0 allows "-". */
typedef struct
{
  const char *key;
  gboolean (*is_legal) (const char *value);
  gboolean is_list;
  gboolean is_target;
  guint minimum;
  guint maximum;
} ParaphField;

typedef struct
{
  const char *word;
  const ParaphField *fields; /* ends with a NULL key */
  const char *roles;         /* words of the body roles allowed, one space between; "" for none */
  guint bodies_minimum;
  guint bodies_maximum;
  gboolean needs_text; /* a body of role text must be among them */
} ParaphKindRule;

/* Never NULL; of PARAPH_KIND_UNKNOWN the rule has no fields. */
const ParaphKindRule *paraph_kind_get_rule (ParaphKind kind);

/* PARAPH_KIND_UNKNOWN for every word that is not in the table. */
ParaphKind paraph_kind_from_word (const char *word);

/* TRUE where a body of this role may stand in a record of the rule's kind. */
gboolean paraph_kind_rule_has_role (const ParaphKindRule *rule, const char *role);

gboolean paraph_kind_is_identity (ParaphKind kind);
gboolean paraph_kind_is_opening (ParaphKind kind);
