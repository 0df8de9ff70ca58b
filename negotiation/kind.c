#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/kind.h"

#include <string.h>

#include "negotiation/header.h"
#include "negotiation/value.h"

#define MANY G_MAXUINT
#define ALL_ROLES "annex evidence minutes note text"
#define HEADS_MAX 512
#define IDENTITY_HEADS_MAX 64
#define MEMBERS_MAX 64
#define LANGUAGES_MAX 16
#define CUSTODIANS_MAX 16
#define PARTS_MAX 4

/* TRUE where the words, with one space between them, have value as one of them. */
static gboolean
has_word (const char *words, const char *value)
{
  gsize length = strlen (value);

  if (length == 0 || strchr (value, ' ') != NULL)
    return FALSE;
  for (const char *at = words; (at = strstr (at, value)) != NULL; at++)
    if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
      return TRUE;
  return FALSE;
}

/* Cuts value into exactly n parts at its first n - 1 spaces; the last part may hold more. */
static gboolean
split (const char *value, char *copy, gsize size, const char **ret_parts, gsize n)
{
  if (g_strlcpy (copy, value, size) >= size)
    return FALSE;
  ret_parts[0] = copy;
  for (gsize i = 1; i < n; i++)
    {
      char *space = copy + (ret_parts[i - 1] - copy);
      space = strchr (space, ' ');
      if (space == NULL)
        return FALSE;
      *space = '\0';
      ret_parts[i] = space + 1;
    }
  return TRUE;
}

static gboolean
is_id (const char *value)
{
  ParaphId id;

  return paraph_value_parse_id (value, &id);
}

static gboolean
is_key (const char *value)
{
  return paraph_value_is_hex (value, 64);
}

static gboolean
is_proof (const char *value)
{
  return paraph_value_is_hex (value, 128);
}

static gboolean
is_number (const char *value)
{
  return paraph_value_parse_number (value, NULL);
}

static gboolean
is_time (const char *value)
{
  return paraph_value_parse_time (value, NULL);
}

static gboolean
is_place (const char *value)
{
  ParaphPlace place;

  return paraph_place_parse (value, &place);
}

static gboolean
is_seat_role (const char *value)
{
  return has_word ("party mediator guarantor observer depositary", value);
}

static gboolean
is_reason (const char *value)
{
  return has_word ("lost stolen compromised left replaced", value);
}

static gboolean
is_rule (const char *value)
{
  return has_word ("unanimity two-thirds", value);
}

static gboolean
is_admission (const char *value)
{
  return has_word ("convener parties", value);
}

static gboolean
is_adoption (const char *value)
{
  return has_word ("moves stays", value);
}

static gboolean
is_silence (const char *value)
{
  return has_word ("no yes", value);
}

static gboolean
is_change (const char *value)
{
  return has_word ("add remove", value);
}

static gboolean
is_history (const char *value)
{
  return has_word ("full from-here", value);
}

static gboolean
is_statement_type (const char *value)
{
  return has_word ("statement minutes understanding", value);
}

static gboolean
is_standing (const char *value)
{
  return has_word ("basis chairs-text party-proposal conference-room-paper", value);
}

static gboolean
is_stance (const char *value)
{
  return has_word ("accept reserve object abstain no-instruction revoke", value);
}

/* One or more of the words, each at most once, in their order, one space between. */
static gboolean
is_powers (const char *value)
{
  static const char *const words[] = { "read",    "talk", "propose", "position",
                                       "initial", "sign", "attest",  "manage" };
  const char *at = value;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize length = strlen (words[i]);
      if (strncmp (at, words[i], length) != 0)
        continue;
      if (at[length] == '\0')
        return TRUE;
      if (at[length] != ' ')
        return FALSE;
      at += length + 1;
    }
  return FALSE;
}

/* "<code> <role> <id or -> <name>" */
static gboolean
is_seat (const char *value)
{
  char copy[PARAPH_NAME_MAX + 128];
  const char *parts[PARTS_MAX];

  return split (value, copy, sizeof copy, parts, 4) && paraph_value_is_code (parts[0])
         && is_seat_role (parts[1]) && (strcmp (parts[2], "-") == 0 || is_id (parts[2]))
         && paraph_value_is_name (parts[3]);
}

/* "<id> <code> <role>" */
static gboolean
is_member (const char *value)
{
  char copy[128];
  const char *parts[PARTS_MAX];

  return split (value, copy, sizeof copy, parts, 3) && is_id (parts[0])
         && paraph_value_is_code (parts[1]) && is_seat_role (parts[2]);
}

/* "<16 hex>:<decimal>" */
static gboolean
is_claim (const char *value)
{
  return strspn (value, "0123456789abcdef") == 16 && value[16] == ':' && is_number (value + 17);
}

/* clang-format off */
#define ONE(key, test) { key, test, FALSE, FALSE, 1, 1 }
#define MAYBE(key, test) { key, test, FALSE, FALSE, 0, 1 }
#define LIST(key, test, minimum, maximum) { key, test, TRUE, FALSE, minimum, maximum }
#define TARGET(key) { key, is_id, FALSE, TRUE, 1, 1 }
#define MAYBE_TARGET(key) { key, is_id, FALSE, TRUE, 0, 1 }
#define TARGETS(key) { key, is_id, TRUE, TRUE, 0, MANY }
#define END { NULL, NULL, FALSE, FALSE, 0, 0 }

static const ParaphField no_fields[] = { END };

static const ParaphField delegation_fields[] = {
  ONE ("name", paraph_value_is_name),
  ONE ("code", paraph_value_is_code),
  LIST ("custodian", is_key, 1, CUSTODIANS_MAX),
  ONE ("threshold", is_number),
  ONE ("next", is_id),
  END
};

static const ParaphField powers_fields[] = {
  ONE ("person", paraph_value_is_name),
  ONE ("key", is_key),
  ONE ("session", is_key),
  ONE ("envelope", is_key),
  ONE ("powers", is_powers),
  ONE ("proof", is_proof),
  END
};

static const ParaphField revocation_fields[] = {
  ONE ("device", is_id),
  ONE ("reason", is_reason),
  LIST ("cut", is_id, 8, MANY),
  END
};

static const ParaphField charter_fields[] = {
  ONE ("title", paraph_value_is_name),
  LIST ("seat", is_seat, 2, 64),
  ONE ("rule", is_rule),
  ONE ("admission", is_admission),
  LIST ("language", paraph_value_is_language, 1, LANGUAGES_MAX),
  ONE ("zone", paraph_value_is_zone),
  LIST ("issuer", paraph_value_is_code, 0, 64),
  ONE ("adoption", is_adoption),
  ONE ("silence", is_silence),
  END
};

static const ParaphField joining_fields[] = {
  ONE ("seat", paraph_value_is_code),
  END
};

static const ParaphField membership_fields[] = {
  ONE ("change", is_change),
  ONE ("seat", paraph_value_is_code),
  ONE ("delegation", is_id),
  MAYBE_TARGET ("joining"),
  ONE ("history", is_history),
  END
};

static const ParaphField channel_fields[] = {
  ONE ("name", paraph_value_is_name),
  LIST ("member", is_member, 1, MEMBERS_MAX),
  END
};

static const ParaphField checkpoint_fields[] = {
  LIST ("head", is_place, 0, HEADS_MAX),
  LIST ("identity-head", is_place, 0, IDENTITY_HEADS_MAX),
  LIST ("lacking", is_id, 0, MANY),
  END
};

static const ParaphField statement_fields[] = {
  ONE ("type", is_statement_type),
  MAYBE_TARGET ("about"),
  END
};

static const ParaphField text_fields[] = {
  ONE ("symbol", paraph_value_is_symbol),
  ONE ("title", paraph_value_is_name),
  ONE ("standing", is_standing),
  END
};

static const ParaphField version_fields[] = {
  ONE ("symbol", paraph_value_is_symbol),
  TARGET ("text"),
  TARGET ("base"),
  TARGETS ("incorporates"),
  END
};

static const ParaphField proposal_fields[] = {
  ONE ("symbol", paraph_value_is_symbol),
  TARGET ("text"),
  TARGET ("base"),
  MAYBE_TARGET ("answers"),
  LIST ("claim", is_claim, 0, MANY),
  MAYBE ("expires", is_time),
  MAYBE ("package", is_id),
  END
};

static const ParaphField position_fields[] = {
  TARGET ("target"),
  ONE ("stance", is_stance),
  LIST ("provision", is_number, 0, MANY),
  END
};

static const ParaphField withdrawal_fields[] = {
  TARGET ("target"),
  END
};

static const ParaphKindRule rules[PARAPH_N_KINDS] = {
  [PARAPH_KIND_UNKNOWN] = { "", no_fields, ALL_ROLES, 0, MANY, FALSE },
  [PARAPH_KIND_DELEGATION] = { "delegation", delegation_fields, "", 0, 0, FALSE },
  [PARAPH_KIND_POWERS] = { "powers", powers_fields, "", 0, 0, FALSE },
  [PARAPH_KIND_REVOCATION] = { "revocation", revocation_fields, "", 0, 0, FALSE },
  [PARAPH_KIND_CHARTER] = { "charter", charter_fields, "", 0, 0, FALSE },
  [PARAPH_KIND_JOINING] = { "joining", joining_fields, "", 0, 0, FALSE },
  [PARAPH_KIND_MEMBERSHIP] = { "membership", membership_fields, "", 0, 0, FALSE },
  [PARAPH_KIND_CHANNEL] = { "channel", channel_fields, "", 0, 0, FALSE },
  [PARAPH_KIND_CHECKPOINT] = { "checkpoint", checkpoint_fields, "", 0, 0, FALSE },
  [PARAPH_KIND_STATEMENT] = { "statement", statement_fields, "annex minutes text", 1, 8, FALSE },
  [PARAPH_KIND_TEXT] = { "text", text_fields, ALL_ROLES, 1, PARAPH_BODIES_MAX, TRUE },
  [PARAPH_KIND_VERSION] = { "version", version_fields, ALL_ROLES, 1, PARAPH_BODIES_MAX, TRUE },
  [PARAPH_KIND_PROPOSAL] = { "proposal", proposal_fields, ALL_ROLES, 1, PARAPH_BODIES_MAX, TRUE },
  [PARAPH_KIND_POSITION] = { "position", position_fields, "note", 0, 1, FALSE },
  [PARAPH_KIND_WITHDRAWAL] = { "withdrawal", withdrawal_fields, "note", 0, 1, FALSE },
};
/* clang-format on */

const ParaphKindRule *
paraph_kind_get_rule (ParaphKind kind)
{
  return &rules[kind < PARAPH_N_KINDS ? kind : PARAPH_KIND_UNKNOWN];
}

ParaphKind
paraph_kind_from_word (const char *word)
{
  for (guint kind = PARAPH_KIND_UNKNOWN + 1; kind < PARAPH_N_KINDS; kind++)
    if (strcmp (rules[kind].word, word) == 0)
      return (ParaphKind) kind;
  return PARAPH_KIND_UNKNOWN;
}

gboolean
paraph_kind_rule_has_role (const ParaphKindRule *rule, const char *role)
{
  return has_word (rule->roles, role);
}

gboolean
paraph_kind_is_identity (ParaphKind kind)
{
  return kind == PARAPH_KIND_DELEGATION || kind == PARAPH_KIND_POWERS
         || kind == PARAPH_KIND_REVOCATION;
}

gboolean
paraph_kind_is_opening (ParaphKind kind)
{
  return kind == PARAPH_KIND_CHARTER || kind == PARAPH_KIND_CHANNEL;
}
