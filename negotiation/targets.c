/* The fifth rule of docs/PROTOCOL.md 7.3: what a record points at lies in its past and channel, and
 * is of the right kind. */

#define G_LOG_DOMAIN "paraph-negotiation"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/ledger-private.h"

/* The record that a value names, where it lies in the past and channel of self; else NULL. */
static const ParaphHeader *
find_target (ParaphEntry *self, const char *value, ParaphEntry **ret_entry)
{
  ParaphEntry *target;
  ParaphId id;

  if (paraph_id_from_hex (value, strlen (value), &id) != PARAPH_OK)
    return NULL;
  target = paraph_ledger_find (self->channel->ledger, &id);
  if (target == NULL || target == self || !paraph_entry_reaches (self, target))
    return NULL;
  if (ret_entry != NULL)
    *ret_entry = target;
  return paraph_entry_get_header (target);
}

static gboolean
has_kind (const ParaphHeader *header, ParaphKind kind)
{
  return header != NULL && header->kind == kind;
}

/* A version of the text with this id: the opening itself, or a version or proposal of it. */
static gboolean
is_version_of (const ParaphHeader *header, const ParaphId *text)
{
  ParaphId about;

  if (header == NULL)
    return FALSE;
  if (header->kind == PARAPH_KIND_TEXT)
    return paraph_id_equal (&header->id, text);
  if (header->kind != PARAPH_KIND_VERSION && header->kind != PARAPH_KIND_PROPOSAL)
    return FALSE;
  return paraph_header_get_id (header, "text", &about) && paraph_id_equal (&about, text);
}

static gboolean
check_paper (ParaphEntry *self, const ParaphHeader *header)
{
  const ParaphHeader *text = find_target (self, paraph_header_get_value (header, "text"), NULL);
  const char *answers = paraph_header_get_value (header, "answers");
  const char *const *incorporated = paraph_header_get_values (header, "incorporates");

  if (!has_kind (text, PARAPH_KIND_TEXT)
      || !is_version_of (find_target (self, paraph_header_get_value (header, "base"), NULL),
                         &text->id))
    return FALSE;
  if (answers != NULL)
    {
      const ParaphHeader *answered = find_target (self, answers, NULL);
      if (!has_kind (answered, PARAPH_KIND_PROPOSAL) || !is_version_of (answered, &text->id))
        return FALSE;
    }
  for (guint i = 0; incorporated != NULL && incorporated[i] != NULL; i++)
    {
      const ParaphHeader *paper = find_target (self, incorporated[i], NULL);
      if (!has_kind (paper, PARAPH_KIND_PROPOSAL) || !is_version_of (paper, &text->id))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_position (ParaphEntry *self, const ParaphHeader *header)
{
  const ParaphHeader *target = find_target (self, paraph_header_get_value (header, "target"), NULL);

  return has_kind (target, PARAPH_KIND_TEXT) || has_kind (target, PARAPH_KIND_VERSION)
         || has_kind (target, PARAPH_KIND_PROPOSAL) || has_kind (target, PARAPH_KIND_MEMBERSHIP);
}

static gboolean
check_withdrawal (ParaphEntry *self, const ParaphHeader *header)
{
  ParaphEntry *paper = NULL;
  const ParaphHeader *target =
      find_target (self, paraph_header_get_value (header, "target"), &paper);

  return has_kind (target, PARAPH_KIND_PROPOSAL)
         && paraph_id_equal (paraph_entry_get_delegation (paper),
                             paraph_entry_get_delegation (self));
}

static gboolean
check_membership (ParaphEntry *self, const ParaphHeader *header)
{
  const char *value = paraph_header_get_value (header, "joining");
  ParaphEntry *joining = NULL;
  const ParaphHeader *target;
  ParaphId about;

  if (value == NULL)
    return TRUE;
  target = find_target (self, value, &joining);
  return has_kind (target, PARAPH_KIND_JOINING)
         && paraph_header_get_id (header, "delegation", &about)
         && paraph_id_equal (paraph_entry_get_delegation (joining), &about)
         && strcmp (paraph_header_get_value (target, "seat"),
                    paraph_header_get_value (header, "seat"))
                == 0;
}

static gboolean
check_statement (ParaphEntry *self, const ParaphHeader *header)
{
  const char *about = paraph_header_get_value (header, "about");

  return about == NULL || find_target (self, about, NULL) != NULL;
}

ParaphEffect
paraph_entry_check_targets (ParaphEntry *self)
{
  const ParaphHeader *header = paraph_entry_get_header (self);
  gboolean is_right = TRUE;

  switch (header->kind)
    {
    case PARAPH_KIND_VERSION:
    case PARAPH_KIND_PROPOSAL:
      is_right = check_paper (self, header);
      break;
    case PARAPH_KIND_POSITION:
      is_right = check_position (self, header);
      break;
    case PARAPH_KIND_WITHDRAWAL:
      is_right = check_withdrawal (self, header);
      break;
    case PARAPH_KIND_MEMBERSHIP:
      is_right = check_membership (self, header);
      break;
    case PARAPH_KIND_STATEMENT:
      is_right = check_statement (self, header);
      break;
    case PARAPH_KIND_UNKNOWN:
    case PARAPH_KIND_DELEGATION:
    case PARAPH_KIND_POWERS:
    case PARAPH_KIND_REVOCATION:
    case PARAPH_KIND_CHARTER:
    case PARAPH_KIND_JOINING:
    case PARAPH_KIND_CHANNEL:
    case PARAPH_KIND_CHECKPOINT:
    case PARAPH_KIND_TEXT:
      break;
    }
  return is_right ? PARAPH_EFFECT_FULL : PARAPH_EFFECT_BAD_TARGET;
}
