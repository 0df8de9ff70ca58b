/* Who is a member, and what members may do: docs/PROTOCOL.md 7.3 from the third rule on, and 7.4. */

#define G_LOG_DOMAIN "paraph-negotiation"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/ledger-private.h"

#define N_VIEWS 8

typedef struct
{
  const char *code;
  ParaphRole role;
  ParaphId delegation; /* zero where the charter leaves the seat open */
} Seat;

/* What a membership record that counts says; by its index in the channel's memberships. */
typedef struct
{
  ParaphId about;
  gboolean is_addition;
  const char *code; /* in its header */
} Change;

/* Members after some of the channel's memberships. */
typedef struct
{
  GArray *applied; /* guint, indices of the memberships, rising */
  GArray *members; /* ParaphMember, by code */
} View;

/* NOTES: members depend on the opening, which never changes, and on which memberships that count
 * lie in the past of a record. So the members of a set of memberships are a function of that set,
 * and a few such answers are kept, the last one first: most records see the same set as the one
 * shown before them. A membership that is added is in none of the sets kept, hence changes none
 * of them; whenever the channel is judged anew all of them go. */
struct ParaphRoster
{
  GArray *seats;    /* Seat, of the charter */
  GArray *founders; /* ParaphMember */
  GArray *changes;  /* Change, as the channel's memberships */
  GArray *wanted;   /* guint; room for a question */
  View views[N_VIEWS];
  guint n_views;
  gboolean has_removals;
};

static const ParaphHeader *
get_charter (ParaphChannel *self)
{
  return paraph_entry_get_header (paraph_channel_get_opening (paraph_channel_get_plenary (self)));
}

static gboolean
is_plenary (const ParaphChannel *self)
{
  return paraph_id_equal (&self->id, &self->negotiation);
}

/* Codes that are part of a line live as long as the program; there are few, each of six letters. */
static const char *
intern_code (const char *code)
{
  return g_intern_string (code);
}

/* "<code> <role> <id or -> <name>" */
static GArray *
list_seats (const ParaphHeader *charter)
{
  GArray *seats = g_array_new (FALSE, TRUE, sizeof (Seat));

  for (const char *const *line = paraph_header_get_values (charter, "seat"); *line != NULL; line++)
    {
      g_auto (GStrv) words = g_strsplit (*line, " ", 4);
      Seat seat = { .code = intern_code (words[0]), .role = paraph_role_from_word (words[1]) };
      if (strcmp (words[2], "-") != 0
          && paraph_id_from_hex (words[2], strlen (words[2]), &seat.delegation) != PARAPH_OK)
        memset (&seat.delegation, 0, sizeof seat.delegation);
      g_array_append_val (seats, seat);
    }
  return seats;
}

/* The convener, on the seats that the charter gives it. */
static void
add_convener (ParaphChannel *self, const GArray *seats, GArray *members)
{
  const ParaphId *convener = paraph_entry_get_delegation (self->opening);

  for (guint i = 0; i < seats->len; i++)
    {
      const Seat *seat = &g_array_index (seats, Seat, i);
      ParaphMember member = { *convener, seat->code, seat->role };
      if (paraph_id_equal (&seat->delegation, convener))
        g_array_append_val (members, member);
    }
}

/* Members that the opening itself names: the convener, or a channel's member lines. */
static GArray *
list_founders (ParaphChannel *self, const GArray *seats)
{
  GArray *members = g_array_new (FALSE, TRUE, sizeof (ParaphMember));
  const ParaphHeader *opening = paraph_entry_get_header (self->opening);

  if (is_plenary (self))
    {
      add_convener (self, seats, members);
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

static ParaphRoster *
get_roster (ParaphChannel *self)
{
  ParaphRoster *roster = self->roster;

  if (roster != NULL)
    return roster;
  roster = g_new0 (ParaphRoster, 1);
  roster->seats = list_seats (get_charter (self));
  roster->founders = list_founders (self, roster->seats);
  roster->changes = g_array_new (FALSE, TRUE, sizeof (Change));
  roster->wanted = g_array_new (FALSE, FALSE, sizeof (guint));
  self->roster = roster;
  return roster;
}

static void
forget_views (ParaphRoster *self)
{
  for (guint i = 0; i < self->n_views; i++)
    {
      g_array_unref (self->views[i].applied);
      g_array_unref (self->views[i].members);
    }
  self->n_views = 0;
}

void
paraph_roster_free (ParaphRoster *self)
{
  if (self == NULL)
    return;
  forget_views (self);
  g_array_unref (self->seats);
  g_array_unref (self->founders);
  g_array_unref (self->changes);
  g_array_unref (self->wanted);
  g_free (self);
}

static gboolean
is_addition (const ParaphHeader *header)
{
  return strcmp (paraph_header_get_value (header, "change"), "add") == 0;
}

void
paraph_channel_clear_memberships (ParaphChannel *self)
{
  ParaphRoster *roster = get_roster (self);

  g_ptr_array_set_size (self->memberships, 0);
  g_array_set_size (roster->changes, 0);
  roster->has_removals = FALSE;
  forget_views (roster);
}

void
paraph_channel_add_membership (ParaphChannel *self, ParaphEntry *membership)
{
  ParaphRoster *roster = get_roster (self);
  const ParaphHeader *header = paraph_entry_get_header (membership);
  Change change = { .is_addition = is_addition (header),
                    .code = paraph_header_get_value (header, "seat") };

  /* is_lawful_membership has read it already */
  (void) paraph_header_get_id (header, "delegation", &change.about);
  g_ptr_array_add (self->memberships, membership);
  g_array_append_val (roster->changes, change);
  roster->has_removals = roster->has_removals || !change.is_addition;
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
apply_change (const ParaphRoster *self, const Change *change, GArray *members)
{
  ParaphMember member = { .code = change->code, .delegation = change->about };

  drop_member (members, &change->about);
  for (guint i = 0; change->is_addition && i < self->seats->len; i++)
    {
      const Seat *seat = &g_array_index (self->seats, Seat, i);
      if (strcmp (seat->code, change->code) != 0)
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

static void
view_init (View *self, const ParaphRoster *roster)
{
  self->applied = g_array_copy (roster->wanted);
  self->members = g_array_copy (roster->founders);
  for (guint i = 0; i < self->applied->len; i++)
    apply_change (roster,
                  &g_array_index (roster->changes, Change, g_array_index (self->applied, guint, i)),
                  self->members);
  g_array_sort (self->members, compare_members);
}

static gboolean
is_wanted (const View *view, const GArray *wanted)
{
  return view->applied->len == wanted->len
         && (wanted->len == 0
             || memcmp (view->applied->data, wanted->data, wanted->len * sizeof (guint)) == 0);
}

/* The members after the memberships that are wanted; the answer comes to stand first. */
static GArray *
find_view (ParaphRoster *self)
{
  View found;
  guint at = 0;

  while (at < self->n_views && !is_wanted (&self->views[at], self->wanted))
    at++;
  if (at < self->n_views)
    found = self->views[at];
  else
    {
      view_init (&found, self);
      if (self->n_views < N_VIEWS)
        self->n_views++;
      else
        {
          g_array_unref (self->views[N_VIEWS - 1].applied);
          g_array_unref (self->views[N_VIEWS - 1].members);
        }
      at = self->n_views - 1;
    }
  memmove (self->views + 1, self->views, at * sizeof *self->views);
  self->views[0] = found;
  return found.members;
}

/* Without judging first: what judge.c asks while it judges. Borrowed until the next question. */
static GArray *
list_members (ParaphChannel *self, ParaphEntry *as_of)
{
  ParaphRoster *roster = get_roster (self);

  g_array_set_size (roster->wanted, 0);
  for (guint i = 0; i < self->memberships->len; i++)
    if (as_of == NULL || paraph_entry_reaches (as_of, g_ptr_array_index (self->memberships, i)))
      g_array_append_val (roster->wanted, i);
  return find_view (roster);
}

GArray *
paraph_channel_list_members (ParaphChannel *self, ParaphEntry *as_of)
{
  paraph_channel_judge (self);
  return g_array_copy (list_members (self, as_of));
}

static gboolean
find_member (const GArray *members, const ParaphId *delegation, ParaphMember *ret_member)
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
  paraph_channel_judge (self);
  return find_member (list_members (self, as_of), delegation, ret_member);
}

gboolean
paraph_channel_is_complete (ParaphChannel *self, ParaphEntry *as_of)
{
  const GArray *seats, *members;

  paraph_channel_judge (self);
  seats = get_roster (self)->seats;
  members = list_members (self, as_of);
  for (guint i = 0; is_plenary (self) && i < seats->len; i++)
    {
      const Seat *seat = &g_array_index (seats, Seat, i);
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
  const ParaphRoster *roster = get_roster (self->channel);
  const ParaphId *delegation = paraph_entry_get_delegation (self);
  gboolean removed = FALSE;

  for (guint i = 0; roster->has_removals && i < memberships->len; i++)
    {
      ParaphEntry *membership = g_ptr_array_index (memberships, i);
      const Change *change = &g_array_index (roster->changes, Change, i);
      if (membership == self || !paraph_id_equal (&change->about, delegation))
        continue;
      if (change->is_addition)
        removed = removed && !paraph_entry_reaches (self, membership);
      else if (!paraph_entry_reaches (membership, self))
        removed = TRUE;
    }
  return removed;
}

gboolean
paraph_entry_author_is_member (ParaphEntry *self, ParaphMember *ret_member)
{
  return find_member (list_members (self->channel, self), paraph_entry_get_delegation (self),
                      ret_member)
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
find_seat (const GArray *seats, const char *code)
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
  const GArray *seats = get_roster (self->channel)->seats;
  const char *code = paraph_header_get_value (paraph_entry_get_header (self), "seat");

  return is_plenary (self->channel)
         && seat_admits (find_seat (seats, code), paraph_entry_get_delegation (self));
}

static gboolean
is_lawful_membership (ParaphEntry *self)
{
  const ParaphHeader *header = paraph_entry_get_header (self);
  const ParaphHeader *charter = get_charter (self->channel);
  const GArray *members;
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
         && seat_admits (find_seat (get_roster (self->channel)->seats, code), &about);
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
      if (!find_member (get_roster (self->channel)->founders, paraph_entry_get_delegation (self),
                        &member))
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
