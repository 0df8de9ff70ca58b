#define G_LOG_DOMAIN "paraph-negotiation"

#include "negotiation/header.h"

#include <string.h>

#include "crypto/hash.h"
#include "negotiation/header-private.h"
#include "negotiation/value.h"

#define PLACE_SIZE_MAX (2 * PARAPH_ID_HEX_SIZE + 18)
#define CUTS_STEP 8

G_DEFINE_QUARK (paraph - negotiation - error - quark, paraph_negotiation_error)

static const ParaphHeaderData *
data_of (const ParaphHeader *self)
{
  return (const ParaphHeaderData *) self;
}

static void
clear (gpointer pointer)
{
  ParaphHeaderData *self = pointer;

  g_bytes_unref (self->header.bytes);
  g_free (self->text);
  g_free (self->values);
  g_free (self->groups);
  g_free (self->seen);
  g_free (self->bodies);
}

static gboolean
is_there (const ParaphId *id)
{
  return !paraph_id_is_zero (id);
}

/* The rows of the table of docs/PROTOCOL.md section 2. */

static gboolean
stands_as_first (const ParaphHeader *self)
{
  return self->number == 0 && !is_there (&self->previous) && self->n_seen == 0 && self->clock == 1;
}

static gboolean
stands_as_identity (const ParaphHeader *self)
{
  if (is_there (&self->negotiation) || is_there (&self->identity))
    return FALSE;
  if (self->kind == PARAPH_KIND_DELEGATION)
    return !is_there (&self->channel) && !is_there (&self->author) && stands_as_first (self);
  return is_there (&self->channel) && paraph_id_equal (&self->channel, &self->author)
         && self->number >= 1 && is_there (&self->previous) && self->n_seen == 0
         && self->clock == self->number + 1;
}

static gboolean
stands_rightly (const ParaphHeader *self)
{
  if (paraph_kind_is_identity (self->kind))
    return stands_as_identity (self);
  if (!is_there (&self->author) || !is_there (&self->identity)
      || is_there (&self->negotiation) != (self->kind != PARAPH_KIND_CHARTER))
    return FALSE;
  if (paraph_kind_is_opening (self->kind))
    return !is_there (&self->channel) && stands_as_first (self);
  return is_there (&self->channel) && is_there (&self->previous) == (self->number > 0)
         && (self->number > 0 || self->n_seen > 0);
}

/* Sorted seats of one code are neighbours. */
static gboolean
codes_differ (const char *const *seats)
{
  for (gsize i = 1; seats[0] != NULL && seats[i] != NULL; i++)
    {
      gsize length = strcspn (seats[i], " ") + 1;
      if (strncmp (seats[i - 1], seats[i], length) == 0)
        return FALSE;
    }
  return TRUE;
}

static guint
count_values (const ParaphHeader *self, const char *key)
{
  const char *const *values = paraph_header_get_values (self, key);
  guint n = 0;

  while (values[n] != NULL)
    n++;
  return n;
}

/* What one field says of another. */
static gboolean
fields_agree (const ParaphHeader *self)
{
  gint64 number = 0;

  if (self->kind == PARAPH_KIND_DELEGATION)
    {
      number = paraph_header_get_number (self, "threshold");
      return number >= 1 && number <= count_values (self, "custodian");
    }
  if (self->kind == PARAPH_KIND_REVOCATION)
    return count_values (self, "cut") % CUTS_STEP == 0;
  if (self->kind == PARAPH_KIND_CHARTER)
    return codes_differ (paraph_header_get_values (self, "seat"));
  if (self->kind == PARAPH_KIND_MEMBERSHIP)
    return g_str_equal (paraph_header_get_value (self, "change"), "remove")
           == (paraph_header_get_value (self, "joining") == NULL);
  return TRUE;
}

/* Puts the ids in that a record has from its own. */
static void
set_effective_ids (ParaphHeader *self)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (self->bytes, &size);

  paraph_sha256 (data, size, &self->id);
  if (self->kind == PARAPH_KIND_DELEGATION)
    self->author = self->id;
  if (self->kind == PARAPH_KIND_DELEGATION || paraph_kind_is_opening (self->kind))
    self->channel = self->id;
  if (self->kind == PARAPH_KIND_CHARTER)
    self->negotiation = self->id;
}

static gboolean
check (const ParaphHeaderData *self, GError **error)
{
  const char *what = NULL;

  if (!stands_rightly (&self->header))
    what = "a place that its kind cannot have";
  else if (!fields_agree (&self->header))
    what = "fields that contradict each other";
  else if (!paraph_header_data_is_canonical (self))
    what = "not the one legal spelling";
  else
    return TRUE;
  g_set_error (error, PARAPH_NEGOTIATION_ERROR, PARAPH_NEGOTIATION_ERROR_MALFORMED,
               "record header: %s", what);
  return FALSE;
}

ParaphHeader *
paraph_header_parse (GBytes *bytes, GError **error)
{
  ParaphHeaderData *self = g_atomic_rc_box_new0 (ParaphHeaderData);

  self->own = &self->header;
  self->header.bytes = g_bytes_ref (bytes);
  if (!paraph_header_data_read (self, error) || !check (self, error))
    {
      paraph_header_unref (&self->header);
      return NULL;
    }
  set_effective_ids (&self->header);
  return &self->header;
}

ParaphHeader *
paraph_header_ref (const ParaphHeader *self)
{
  return g_atomic_rc_box_acquire (data_of (self)->own);
}

void
paraph_header_unref (ParaphHeader *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static const ParaphHeaderGroup *
find_group (const ParaphHeader *self, const char *key)
{
  const ParaphHeaderData *data = data_of (self);

  for (guint i = 0; i < data->n_groups; i++)
    if (strcmp (data->groups[i].key, key) == 0)
      return &data->groups[i];
  return NULL;
}

const char *const *
paraph_header_get_values (const ParaphHeader *self, const char *key)
{
  static const char *const none[] = { NULL };
  const ParaphHeaderGroup *group = find_group (self, key);

  return group == NULL ? none : data_of (self)->values + group->first;
}

const char *
paraph_header_get_value (const ParaphHeader *self, const char *key)
{
  return paraph_header_get_values (self, key)[0];
}

gboolean
paraph_header_get_id (const ParaphHeader *self, const char *key, ParaphId *ret_id)
{
  const char *value = paraph_header_get_value (self, key);

  return value != NULL && paraph_value_parse_id (value, ret_id);
}

gint64
paraph_header_get_number (const ParaphHeader *self, const char *key)
{
  const char *value = paraph_header_get_value (self, key);
  gint64 number = -1;

  return value != NULL && paraph_value_parse_number (value, &number) ? number : -1;
}

gboolean
paraph_place_parse (const char *value, ParaphPlace *ret_place)
{
  char copy[PLACE_SIZE_MAX + 1];
  ParaphPlace place;

  if (g_strlcpy (copy, value, sizeof copy) >= sizeof copy)
    return FALSE;
  char *number = strchr (copy, ' ');
  char *id = number == NULL ? NULL : strchr (number + 1, ' ');
  if (id == NULL)
    return FALSE;
  *number++ = '\0';
  *id++ = '\0';
  if (!paraph_value_parse_id (copy, &place.author)
      || !paraph_value_parse_number (number, &place.number)
      || !paraph_value_parse_id (id, &place.id))
    return FALSE;
  *ret_place = place;
  return TRUE;
}

const ParaphBody *
paraph_header_find_body (const ParaphHeader *self, const char *role, const char *language)
{
  for (guint i = 0; i < self->n_bodies; i++)
    if (strcmp (self->bodies[i].role, role) == 0
        && (language == NULL || g_strcmp0 (self->bodies[i].language, language) == 0))
      return &self->bodies[i];
  return NULL;
}
