/* Who is a member, and what members may do: docs/PROTOCOL.md 7.3 from the third rule on, and 7.4. */

#define G_LOG_DOMAIN "paraph-negotiation"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/ledger-private.h"

typedef struct
{
  char *code;
  ParaphRole role;
  ParaphId delegation; /* zero where the charter leaves the seat open */
} Seat;

static void
seat_clear (gpointer data)
{
  g_free (((Seat *) data)->code);
}

/* "<code> <role> <id or -> <name>" */
static GArray *
parse_seats (const ParaphHeader *charter)
{
  GArray *seats = g_array_new (FALSE, TRUE, sizeof (Seat));

  g_array_set_clear_func (seats, seat_clear);
  for (const char *const *line = paraph_header_get_values (charter, "seat"); *line != NULL; line++)
    {
      g_auto (GStrv) words = g_strsplit (*line, " ", 4);
      Seat seat = { .code = g_strdup (words[0]), .role = paraph_role_from_word (words[1]) };
      if (strcmp (words[2], "-") != 0
          && paraph_id_from_hex (words[2], strlen (words[2]), &seat.delegation) != PARAPH_OK)
        memset (&seat.delegation, 0, sizeof seat.delegation);
      g_array_append_val (seats, seat);
    }
  return seats;
}

static const ParaphHeader *
get_charter (ParaphChannel *self)
{
  return paraph_entry_get_header (paraph_channel_get_opening (paraph_channel_get_plenary (self)));
}

/* The seats of the charter, Seat. A charter never changes: they are parsed once, as every record of
 * a channel is asked about them whenever it is judged. Borrowed. */
static GArray *
list_seats (ParaphChannel *self)
{
  ParaphChannel *plenary = paraph_channel_get_plenary (self);

  if (plenary->seats == NULL)
    plenary->seats = parse_seats (get_charter (plenary));
  return plenary->seats;
}

static gboolean
is_plenary (const ParaphChannel *self)
{
  return paraph_id_equal (&self->id, &self->negotiation);
}

/* The code as the charter or channel record holds it, which lives as long as the ledger. */
static const char *
intern_code (const char *code)
{
  return g_intern_string (code);
}

/* Members that the opening itself names: the convener, or a channel's member lines. */
static GArray *
list_founders (ParaphChannel *self)
{
  GArray *members = g_array_new (FALSE, TRUE, sizeof (ParaphMember));
  const ParaphHeader *opening = paraph_entry_get_header (self->opening);

  if (is_plenary (self))
    {
      GArray *seats = list_seats (self);
      const ParaphId *convener = paraph_entry_get_delegation (self->opening);
      for (guint i = 0; i < seats->len; i++)
        {
          Seat *seat = &g_array_index (seats, Seat, i);
          ParaphMember member = { *convener, intern_code (seat->code), seat->role };
          if (paraph_id_equal (&seat->delegation, convener))
            g_array_append_val (members, member);
        }
      return members;
    }
  for (const char *const *line = paraph_header_get_values (opening, "member"); *line != NULL;
       line++)
    {
      g_auto (GStrv) words = g_strsplit (*line, " ", 3);
      ParaphMember member = { .code = intern_code (words[1]),
                              .role = paraph_role_from_word (words[2]) };
      if (paraph_id_from_hex (words[0], strlen (words[0]), &member.delegation) == PARAPH_OK)
        g_array_append_val (members, member);
    }
  return members;
}

static gboolean
is_addition (const ParaphHeader *header)
{
  return strcmp (paraph_header_get_value (header, "change"), "add") == 0;
}

static void
drop_member (GArray *members, const ParaphId *delegation)
{
  for (guint i = members->len; i-- > 0;)
    if (paraph_id_equal (&g_array_index (members, ParaphMember, i).delegation, delegation))
      g_array_remove_index (members, i);
}

/* Applies one membership record that counts. */
static void
apply_membership (ParaphChannel *self, const ParaphHeader *header, GArray *members)
{
  GArray *seats = list_seats (self);
  const char *code = paraph_header_get_value (header, "seat");
  ParaphMember member = { .code = intern_code (code) };

  if (!paraph_header_get_id (header, "delegation", &member.delegation))
    return;
  drop_member (members, &member.delegation);
  for (guint i = 0; is_addition (header) && i < seats->len; i++)
    {
      Seat *seat = &g_array_index (seats, Seat, i);
      if (strcmp (seat->code, code) != 0)
        continue;
      member.role = seat->role;
      g_array_append_val (members, member);
    }
}

static gint
compare_members (gconstpointer a, gconstpointer b)
{
  const ParaphMember *first = a, *second = b;
  gint order = strcmp (first->code, second->code);

  return order != 0 ? order : paraph_id_compare (&first->delegation, &second->delegation);
}

/* Without judging first: what judge.c asks while it judges. */
static GArray *
list_members (ParaphChannel *self, ParaphEntry *as_of)
{
  GArray *members = list_founders (self);

  for (guint i = 0; i < self->memberships->len; i++)
    {
      ParaphEntry *membership = g_ptr_array_index (self->memberships, i);
      if (as_of == NULL || paraph_entry_reaches (as_of, membership))
        apply_membership (self, paraph_entry_get_header (membership), members);
    }
  g_array_sort (members, compare_members);
  return members;
}

GArray *
paraph_channel_list_members (ParaphChannel *self, ParaphEntry *as_of)
{
  paraph_channel_judge (self);
  return list_members (self, as_of);
}

static gboolean
find_member (GArray *members, const ParaphId *delegation, ParaphMember *ret_member)
{
  for (guint i = 0; i < members->len; i++)
    {
      ParaphMember *member = &g_array_index (members, ParaphMember, i);
      if (!paraph_id_equal (&member->delegation, delegation))
        continue;
      if (ret_member != NULL)
        *ret_member = *member;
      return TRUE;
    }
  return FALSE;
}

gboolean
paraph_channel_find_member (ParaphChannel *self, ParaphEntry *as_of, const ParaphId *delegation,
                            ParaphMember *ret_member)
{
  g_autoptr (GArray) members = paraph_channel_list_members (self, as_of);

  return find_member (members, delegation, ret_member);
}

gboolean
paraph_channel_is_complete (ParaphChannel *self, ParaphEntry *as_of)
{
  GArray *seats = list_seats (self);
  g_autoptr (GArray) members = paraph_channel_list_members (self, as_of);

  for (guint i = 0; is_plenary (self) && i < seats->len; i++)
    {
      Seat *seat = &g_array_index (seats, Seat, i);
      gboolean is_filled = seat->role != PARAPH_ROLE_PARTY;
      for (guint j = 0; !is_filled && j < members->len; j++)
        is_filled = strcmp (g_array_index (members, ParaphMember, j).code, seat->code) == 0;
      if (!is_filled)
        return FALSE;
    }
  return TRUE;
}

/* A removal cuts what is not in its own past, unless a later addition is in the record's past. */
static gboolean
is_removed (ParaphEntry *self)
{
  GPtrArray *memberships = self->channel->memberships;
  const ParaphId *delegation = paraph_entry_get_delegation (self);
  gboolean removed = FALSE;

  for (guint i = 0; i < memberships->len; i++)
    {
      ParaphEntry *membership = g_ptr_array_index (memberships, i);
      const ParaphHeader *header = paraph_entry_get_header (membership);
      ParaphId about;
      if (membership == self || !paraph_header_get_id (header, "delegation", &about)
          || !paraph_id_equal (&about, delegation))
        continue;
      if (is_addition (header))
        removed = removed && !paraph_entry_reaches (self, membership);
      else if (!paraph_entry_reaches (membership, self))
        removed = TRUE;
    }
  return removed;
}

gboolean
paraph_entry_author_is_member (ParaphEntry *self, ParaphMember *ret_member)
{
  g_autoptr (GArray) members = list_members (self->channel, self);

  return find_member (members, paraph_entry_get_delegation (self), ret_member)
         && !is_removed (self);
}

static gboolean
role_may (ParaphRole role, ParaphKind kind)
{
  switch (role)
    {
    case PARAPH_ROLE_PARTY:
      return TRUE;
    case PARAPH_ROLE_MEDIATOR:
      return kind != PARAPH_KIND_POSITION;
    case PARAPH_ROLE_GUARANTOR:
    case PARAPH_ROLE_OBSERVER:
    case PARAPH_ROLE_DEPOSITARY:
      return kind == PARAPH_KIND_JOINING || kind == PARAPH_KIND_CHANNEL
             || kind == PARAPH_KIND_STATEMENT || kind == PARAPH_KIND_CHECKPOINT;
    case PARAPH_ROLE_NONE:
      return FALSE;
    }
  return FALSE;
}

static const Seat *
find_seat (GArray *seats, const char *code)
{
  for (guint i = 0; i < seats->len; i++)
    if (strcmp (g_array_index (seats, Seat, i).code, code) == 0)
      return &g_array_index (seats, Seat, i);
  return NULL;
}

static gboolean
seat_admits (const Seat *seat, const ParaphId *delegation)
{
  return seat != NULL
         && (paraph_id_is_zero (&seat->delegation)
             || paraph_id_equal (&seat->delegation, delegation));
}

static gboolean
is_lawful_joining (ParaphEntry *self)
{
  GArray *seats = list_seats (self->channel);
  const char *code = paraph_header_get_value (paraph_entry_get_header (self), "seat");

  return is_plenary (self->channel)
         && seat_admits (find_seat (seats, code), paraph_entry_get_delegation (self));
}

static gboolean
is_lawful_membership (ParaphEntry *self)
{
  const ParaphHeader *header = paraph_entry_get_header (self);
  const ParaphHeader *charter = get_charter (self->channel);
  GArray *seats = list_seats (self->channel);
  g_autoptr (GArray) members = NULL;
  const char *code = paraph_header_get_value (header, "seat");
  ParaphId about;

  if (!is_plenary (self->channel) || !paraph_header_get_id (header, "delegation", &about)
      || strcmp (paraph_header_get_value (charter, "admission"), "convener") != 0
      || !paraph_id_equal (paraph_entry_get_delegation (self),
                           paraph_entry_get_delegation (self->channel->opening)))
    return FALSE;
  members = list_members (self->channel, self);
  for (guint i = 0; i < members->len; i++)
    {
      ParaphMember *member = &g_array_index (members, ParaphMember, i);
      if (strcmp (member->code, code) == 0)
        return !is_addition (header) && paraph_id_equal (&member->delegation, &about);
    }
  return is_addition (header) && !find_member (members, &about, NULL)
         && seat_admits (find_seat (seats, code), &about);
}

/* The sixth rule. */
static gboolean
follows_own_rule (ParaphEntry *self, const ParaphMember *member)
{
  const ParaphHeader *header = paraph_entry_get_header (self);

  if (header->kind == PARAPH_KIND_VERSION)
    return g_strv_contains (paraph_header_get_values (get_charter (self->channel), "issuer"),
                            member->code);
  if (header->kind == PARAPH_KIND_JOINING)
    return is_lawful_joining (self);
  if (header->kind == PARAPH_KIND_MEMBERSHIP)
    return is_lawful_membership (self);
  return TRUE;
}

ParaphEffect
paraph_entry_check_membership_rules (ParaphEntry *self)
{
  const ParaphHeader *header = paraph_entry_get_header (self);
  ParaphMember member = { .role = PARAPH_ROLE_NONE };
  gboolean is_free = header->kind == PARAPH_KIND_CHARTER || header->kind == PARAPH_KIND_JOINING;
  ParaphEffect effect;

  if (header->kind == PARAPH_KIND_CHANNEL)
    {
      g_autoptr (GArray) founders = list_founders (self->channel);
      if (!find_member (founders, paraph_entry_get_delegation (self), &member))
        return PARAPH_EFFECT_OWN_RULE;
    }
  else if (!is_free && !paraph_entry_author_is_member (self, &member))
    return PARAPH_EFFECT_NOT_MEMBER;
  if (!is_free && !role_may (member.role, header->kind))
    return PARAPH_EFFECT_NO_RIGHT;
  effect = paraph_entry_check_targets (self);
  if (effect == PARAPH_EFFECT_FULL && !follows_own_rule (self, &member))
    return PARAPH_EFFECT_OWN_RULE;
  return effect;
}
