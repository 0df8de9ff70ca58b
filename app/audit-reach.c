/* What lies in scope: the past of every record R, and the charter. Where something of that cannot
 * be read, its own past is not known; then all that is held of the channels in scope is judged. */

#include <string.h>

#include "app/audit-private.h"
#include "crypto/hash.h"

typedef struct
{
  ParaphId id;
  const char *how;
  const ParaphHeader *namer; /* NULL: the scope itself */
} Step;

typedef struct
{
  ParaphAuditRun *run;
  const ParaphAuditScope *scope;
  GArray *todo;        /* Step, the last one first */
  GHashTable *done;    /* ParaphId, of what is not held; what is says so itself */
  GHashTable *missing; /* ParaphId to Step */
  const ParaphHeader *namer;
} Reach;

static void
push (Reach *self, const ParaphId *id, const char *how, const ParaphHeader *namer)
{
  Step step = { .id = *id, .how = how, .namer = namer };

  g_array_append_val (self->todo, step);
}

/* What was reached already need not be looked at again. */
static gboolean
push_name (const char *how, const ParaphId *id, gpointer data)
{
  Reach *self = data;
  const ParaphAuditRecord *record = g_hash_table_lookup (self->run->held, id);

  if (record == NULL || !record->is_reached)
    push (self, id, how, self->namer);
  return FALSE;
}

static gboolean
is_of_negotiation (Reach *self, const ParaphHeader *header)
{
  return self->scope->negotiation == NULL || paraph_kind_is_identity (header->kind)
         || paraph_id_equal (&header->negotiation, self->scope->negotiation);
}

/* Every R that is not a record of another channel; FALSE when one was left out. */
static gboolean
push_scope (Reach *self)
{
  gboolean is_all = TRUE;

  for (guint i = 0; i < self->scope->n_scope; i++)
    {
      const ParaphPlace *place = &self->scope->scope[i];
      ParaphAuditRecord *record = g_hash_table_lookup (self->run->held, &place->id);

      if (record != NULL
          && (!paraph_id_equal (&record->header->channel, &place->author)
              || paraph_kind_is_identity (record->header->kind)
              || !is_of_negotiation (self, record->header)))
        is_all = FALSE;
      else
        push (self, &place->id, "scope", NULL);
    }
  push (self, self->scope->negotiation, "scope", NULL);
  return is_all;
}

static gboolean
is_in_channels (Reach *self, const ParaphHeader *header)
{
  for (guint i = 0; i < self->scope->n_scope; i++)
    if (paraph_id_equal (&header->channel, &self->scope->scope[i].author))
      return TRUE;
  return paraph_kind_is_identity (header->kind);
}

static void
push_held (Reach *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->run->held);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ParaphHeader *header = ((ParaphAuditRecord *) value)->header;

      if (self->scope->negotiation == NULL || is_in_channels (self, header))
        push (self, &header->id, "scope", NULL);
    }
}

static gboolean
is_broken_reached (Reach *self)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->run->broken);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_hash_table_contains (self->done, key))
      return TRUE;
  return FALSE;
}

static void
take_step (Reach *self)
{
  Step step = g_array_index (self->todo, Step, self->todo->len - 1);
  ParaphAuditRecord *record = g_hash_table_lookup (self->run->held, &step.id);

  g_array_set_size (self->todo, self->todo->len - 1);
  if (record == NULL && !g_hash_table_contains (self->run->broken, &step.id))
    {
      Step *before = g_hash_table_lookup (self->missing, &step.id);

      if (before == NULL || strcmp (before->how, "previous") != 0)
        {
          Step *copy = g_memdup2 (&step, sizeof step);

          g_hash_table_replace (self->missing, &copy->id, copy);
        }
    }
  if (record == NULL)
    {
      if (!g_hash_table_contains (self->done, &step.id))
        g_hash_table_add (self->done, g_memdup2 (&step.id, sizeof step.id));
      return;
    }
  if (record->is_reached)
    return;
  record->is_reached = TRUE;
  if (is_of_negotiation (self, record->header))
    {
      self->namer = record->header;
      (void) paraph_audit_each_name (record->header, push_name, self);
    }
}

static gboolean
note_missing (const char *how, const ParaphId *id, gpointer data)
{
  Reach *self = data;

  if (!g_hash_table_contains (self->run->held, id))
    push (self, id, how, self->namer);
  return FALSE;
}

/* Where everything that is held is in scope, only what is not held has to be followed. */
static void
reach_all (Reach *self)
{
  for (guint i = 0; i < self->run->order->len; i++)
    {
      ParaphAuditRecord *record = g_ptr_array_index (self->run->order, i);

      record->is_reached = TRUE;
      self->namer = record->header;
      (void) paraph_audit_each_name (record->header, note_missing, self);
    }
}

static void
walk (Reach *self)
{
  gboolean is_all = TRUE;

  if (self->scope->negotiation == NULL)
    reach_all (self);
  else
    is_all = push_scope (self);
  while (self->todo->len > 0)
    {
      take_step (self);
      if (self->todo->len > 0 || !self->run->is_whole)
        continue;
      if (!is_all || g_hash_table_size (self->missing) > 0 || is_broken_reached (self))
        {
          self->run->is_whole = FALSE;
          push_held (self);
        }
    }
}

/* Headers that do not parse. */
static void
tell_broken (Reach *self)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->run->broken);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (self->scope->negotiation == NULL || !self->run->is_whole
        || g_hash_table_contains (self->done, key))
      paraph_audit_run_find (self->run, "malformed", key, NULL, value);
    else
      paraph_audit_run_find (self->run, "replay", key, NULL, "It is not in scope.");
}

static void
lay_aside (Reach *self)
{
  for (guint i = 0; i < self->run->order->len; i++)
    {
      ParaphAuditRecord *record = g_ptr_array_index (self->run->order, i);

      if (record->is_reached && is_of_negotiation (self, record->header))
        {
          g_ptr_array_add (self->run->shown, record);
          continue;
        }
      paraph_audit_run_find (self->run, "replay", &record->header->id, record->header,
                             "It is of another negotiation, or outside the past of the scope.");
      g_ptr_array_add (self->run->aside, paraph_header_ref (record->header));
      g_hash_table_remove (self->run->held, &record->header->id);
    }
}

static void
tell_missing (Reach *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->missing);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Step *step = value;
      g_autofree char *detail = g_strdup_printf ("It is named as %s, and is not here.", step->how);

      if (!g_hash_table_contains (self->run->altered, &step->id))
        paraph_audit_run_find (self->run, strcmp (step->how, "previous") == 0 ? "gap" : "truncated",
                               &step->id, step->namer, detail);
    }
}

static int
compare_shown (gconstpointer a, gconstpointer b)
{
  const ParaphAuditRecord *const *one = a, *const *other = b;

  return paraph_audit_compare_headers ((*one)->header, (*other)->header);
}

static void
sort_shown (GPtrArray *shown)
{
  gboolean is_sorted = TRUE;

  for (guint i = 1; i < shown->len && is_sorted; i++)
    is_sorted = compare_shown (&shown->pdata[i - 1], &shown->pdata[i]) <= 0;
  if (!is_sorted)
    g_ptr_array_sort (shown, compare_shown);
}

void
paraph_audit_run_reach (ParaphAuditRun *run, const ParaphAuditScope *scope)
{
  Reach self = { .run = run, .scope = scope };

  self.todo = g_array_new (FALSE, FALSE, sizeof (Step));
  self.done = g_hash_table_new_full (paraph_audit_id_hash, paraph_audit_id_equal, g_free, NULL);
  self.missing = g_hash_table_new_full (paraph_audit_id_hash, paraph_audit_id_equal, NULL, g_free);
  walk (&self);
  tell_broken (&self);
  tell_missing (&self);
  lay_aside (&self);
  sort_shown (run->shown);
  g_hash_table_unref (self.missing);
  g_hash_table_unref (self.done);
  g_array_unref (self.todo);
}
