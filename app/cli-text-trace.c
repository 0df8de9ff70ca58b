/* Who brought each word, what became of a provision, and languages side by side. */

#define G_LOG_DOMAIN "paraph-cli"

#include <string.h>

#include <glib/gi18n.h>

#include "app/cli-marked.h"
#include "app/cli-text-source.h"
#include "app/text-graph.h"
#include "negotiation/concordance.h"
#include "negotiation/value.h"

#define ROWS_MAX 10000

static gboolean
fail_usage (const char *sentence, GError **error)
{
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE, "%s", sentence);
  return FALSE;
}

static char *
dup_words (const ParaphStructure *structure, ParaphSpan span)
{
  return span.start >= span.end
             ? g_strdup ("")
             : g_utf8_make_valid (structure->bytes + span.start, (gssize) (span.end - span.start));
}

static const char *
get_symbol (ParaphEntry *entry)
{
  return paraph_header_get_value (paraph_entry_get_header (entry), "symbol");
}

/* Blame. */

/* Who made each version of a lineage. */
typedef struct
{
  guint n;
  ParaphEntry **entries; /* owned array */
  ParaphActor *actors;   /* owned */
} Makers;

static void
makers_clear (Makers *self)
{
  for (guint i = 0; i < self->n; i++)
    paraph_actor_clear (&self->actors[i]);
  g_clear_pointer (&self->actors, g_free);
  g_clear_pointer (&self->entries, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Makers, makers_clear)

static void
makers_init (Makers *self, ParaphHome *home, const ParaphLineage *lineage)
{
  self->n = paraph_lineage_get_count (lineage);
  self->entries = g_new0 (ParaphEntry *, self->n);
  self->actors = g_new0 (ParaphActor, self->n);
  for (guint i = 0; i < self->n; i++)
    {
      self->entries[i] = paraph_ledger_find (home->ledger, &paraph_lineage_get (lineage, i)->id);
      paraph_record_get_actor (home, self->entries[i], &self->actors[i]);
    }
}

/* *next: the first of the owned that reaches into the provision or beyond. */
static void
write_owned (ParaphCli *self, const Makers *makers, const ParaphLineageVersion *version,
             const ParaphProvision *provision, guint *next)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  json_builder_set_member_name (builder, "words");
  json_builder_begin_array (builder);
  for (gsize at = provision->span.start; at < provision->span.end;)
    {
      const ParaphOwned *owned = NULL;
      g_autofree char *words = NULL;

      while ((owned = &g_array_index (version->owned, ParaphOwned, *next))->span.end <= at)
        (*next)++;
      words = dup_words (version->structure,
                         (ParaphSpan){ at, MIN (owned->span.end, provision->span.end) });
      at = MIN (owned->span.end, provision->span.end);
      json_builder_begin_object (builder);
      paraph_output_string (self->output, "text", words);
      paraph_output_actor (self->output, "by", &makers->actors[owned->version]);
      paraph_output_id (self->output, "record",
                        &paraph_entry_get_header (makers->entries[owned->version])->id);
      json_builder_end_object (builder);
      g_strstrip (words);
      if (words[0] != '\0')
        paraph_output_line (self->output, "  %-6s %-14s %s", makers->actors[owned->version].code,
                            get_symbol (makers->entries[owned->version]), words);
    }
  json_builder_end_array (builder);
}

static gboolean
run_blame (ParaphCli *self, ParaphHome *home, GError **error)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_auto (ParaphCliText) text = { .content = NULL };
  g_auto (Makers) makers = { 0 };
  g_autoptr (ParaphLineage) lineage = NULL;
  const ParaphLineageVersion *version = NULL;
  guint index = 0;
  guint next = 0;

  if (!paraph_cli_text_read (self, home, paraph_cli_word (self, 0), 0, &text, error))
    return FALSE;
  lineage = paraph_cli_text_trace (self, home, &text, &index, error);
  if (lineage == NULL)
    return FALSE;
  makers_init (&makers, home, lineage);
  version = paraph_lineage_get (lineage, index);
  paraph_output_id (self->output, "version", &version->id);
  json_builder_set_member_name (builder, "provisions");
  json_builder_begin_array (builder);
  for (guint i = 1; i <= version->structure->provisions->len; i++)
    {
      char name[PARAPH_LINEAGE_NAME_SIZE];

      paraph_lineage_get_name (lineage, index, i, name);
      paraph_output_line (self->output, "%u  %s", i, name);
      json_builder_begin_object (builder);
      paraph_output_string (self->output, "id", name);
      write_owned (self, &makers, version, paraph_structure_get (version->structure, i), &next);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  return TRUE;
}

/* Biography. */

typedef struct
{
  const char *kind; /* of a change, or "first" */
  char *old;        /* owned; wording and label; NULL: it was not there */
  char *new;        /* owned */
} Event;

static void
event_clear (Event *self)
{
  g_clear_pointer (&self->old, g_free);
  g_clear_pointer (&self->new, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Event, event_clear)

/* The label and the wording of a provision of the version, without marks; NULL: not there. */
static char *
dup_provision (const ParaphLineage *lineage, guint version, const char *name, char **ret_label)
{
  const ParaphStructure *structure = paraph_lineage_get (lineage, version)->structure;
  const ParaphProvision *provision =
      paraph_structure_get (structure, paraph_lineage_find_ordinal (lineage, version, name));

  *ret_label = NULL;
  if (provision == NULL)
    return NULL;
  *ret_label = paraph_structure_dup_label (structure, provision);
  return dup_words (structure, provision->wording);
}

/* What a version did to the provision since its first parent; FALSE: nothing. */
static gboolean
find_event (const ParaphLineage *lineage, guint version, const char *name, Event *ret_event)
{
  const ParaphLineageVersion *self = paraph_lineage_get (lineage, version);
  g_autofree char *old_label = NULL;
  g_autofree char *new_label = NULL;

  ret_event->new = dup_provision (lineage, version, name, &new_label);
  if (self->n_parents > 0)
    ret_event->old = dup_provision (lineage, self->parents[0], name, &old_label);
  if (g_strcmp0 (ret_event->old, ret_event->new) != 0)
    ret_event->kind = ret_event->old == NULL   ? "insert"
                      : ret_event->new == NULL ? "delete"
                                               : "replace";
  else
    ret_event->kind = g_strcmp0 (old_label, new_label) != 0 ? "renumber" : NULL;
  return ret_event->kind != NULL;
}

static void
write_event (ParaphCli *self, ParaphHome *home, ParaphEntry *entry, const Event *event)
{
  const ParaphHeader *header = paraph_entry_get_header (entry);
  g_autofree char *time = paraph_value_format_time (header->time);
  g_auto (ParaphActor) actor = { 0 };

  paraph_record_get_actor (home, entry, &actor);
  paraph_output_line (self->output, "%s  %-6s %-14s %s", time, actor.code, get_symbol (entry),
                      event->kind);
  paraph_output_words (self->output, PARAPH_OUTPUT_MARK_KEPT, "    ");
  if (event->old != NULL)
    paraph_output_words (self->output, PARAPH_OUTPUT_MARK_STRUCK, event->old);
  if (event->new != NULL)
    paraph_output_words (self->output, PARAPH_OUTPUT_MARK_INSERTED, event->new);
  paraph_output_line (self->output, "%s", "");
  json_builder_begin_object (paraph_output_get_builder (self->output));
  paraph_output_string (self->output, "kind", event->kind);
  paraph_output_id (self->output, "record", &header->id);
  paraph_output_string (self->output, "symbol", get_symbol (entry));
  paraph_output_string (self->output, "record_kind", header->kind_word);
  paraph_output_actor (self->output, "by", &actor);
  paraph_output_time (self->output, "time", header->time);
  paraph_output_string (self->output, "old", event->old);
  paraph_output_string (self->output, "new", event->new);
  json_builder_end_object (paraph_output_get_builder (self->output));
}

/* A name, or an ordinal in the current version. */
static gboolean
find_name (const ParaphLineage *lineage, const ParaphText *text, const char *word,
           char ret_name[static PARAPH_LINEAGE_NAME_SIZE], GError **error)
{
  gint64 ordinal = 0;
  guint current = 0;

  ret_name[0] = '\0';
  if (!paraph_value_parse_number (word, &ordinal))
    (void) g_strlcpy (ret_name, word, PARAPH_LINEAGE_NAME_SIZE); /* one that is cut is not found */
  else if (paraph_lineage_find (lineage, &paraph_entry_get_header (text->current)->id, &current))
    paraph_lineage_get_name (lineage, current, (guint) MIN (ordinal, G_MAXUINT), ret_name);
  for (guint i = 0; ret_name[0] != '\0' && i < paraph_lineage_get_count (lineage); i++)
    if (paraph_lineage_find_ordinal (lineage, i, ret_name) != 0)
      return TRUE;
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED,
               _ ("No version of this text has a provision “%s”. “text provisions” lists them."),
               word);
  return FALSE;
}

static gboolean
run_biography (ParaphCli *self, ParaphHome *home, GError **error)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_autoptr (ParaphText) text =
      paraph_find_text (home, paraph_cli_word (self, 0), PARAPH_FIND_READING, error);
  g_autoptr (ParaphLineage) lineage = NULL;
  char name[PARAPH_LINEAGE_NAME_SIZE];

  if (text == NULL)
    return FALSE;
  lineage = paraph_text_build_lineage (
      home, text, paraph_arguments_get (self->arguments, "language", NULL), error);
  if (lineage == NULL || !find_name (lineage, text, paraph_cli_word (self, 1), name, error))
    return FALSE;
  paraph_output_string (self->output, "provision", name);
  json_builder_set_member_name (builder, "events");
  json_builder_begin_array (builder);
  for (guint i = 0; i < paraph_lineage_get_count (lineage); i++)
    {
      g_auto (Event) event = { 0 };

      if (find_event (lineage, i, name, &event))
        write_event (self, home,
                     paraph_ledger_find (home->ledger, &paraph_lineage_get (lineage, i)->id),
                     &event);
    }
  json_builder_end_array (builder);
  return TRUE;
}

/* Concordance. */

static guint
write_discords (ParaphCli *self, const ParaphStructure *first, const ParaphStructure *second,
                const char *language)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_autoptr (GPtrArray) found = paraph_concordance_list (first, second);

  for (guint i = 0; i < MIN (found->len, ROWS_MAX); i++)
    {
      const ParaphDiscord *discord = g_ptr_array_index (found, i);
      gboolean is_second = discord->first == 0 && discord->second != 0;
      const ParaphStructure *has = is_second ? second : first;
      const ParaphProvision *provision =
          paraph_structure_get (has, is_second ? discord->second : discord->first);
      g_autofree char *label =
          provision == NULL ? NULL : paraph_structure_dup_label (has, provision);
      g_autofree char *detail = g_strdup_printf (_ ("the first has “%s”, the other “%s”"),
                                                 discord->first_has, discord->second_has);
      const char *kind = paraph_discord_kind_get_word (discord->kind);

      paraph_output_line (self->output, "%s  %s: %s: %s", language == NULL ? "" : language,
                          label == NULL ? "-" : label, kind, detail);
      json_builder_begin_object (builder);
      paraph_output_number (self->output, "provision", discord->first);
      paraph_output_number (self->output, "other_provision", discord->second);
      paraph_output_string (self->output, "language", language);
      paraph_output_string (self->output, "kind", kind);
      paraph_output_string (self->output, "detail", detail);
      json_builder_end_object (builder);
    }
  return found->len;
}

/* Every other language of the version against its first one. */
static gboolean
write_languages (ParaphCli *self, ParaphHome *home, ParaphEntry *version, guint *ret_n,
                 GError **error)
{
  const ParaphHeader *header = paraph_entry_get_header (version);
  const char *first = paraph_version_get_language (version);
  g_autoptr (GBytes) words = paraph_version_get_words (home, version, first, error);
  g_autoptr (ParaphStructure) one = words == NULL ? NULL : paraph_structure_new (words);

  for (guint i = 0; one != NULL && i < header->n_bodies; i++)
    {
      const ParaphBody *body = &header->bodies[i];
      g_autoptr (GBytes) content = NULL;
      g_autoptr (ParaphStructure) other = NULL;

      if (strcmp (body->role, "text") != 0 || g_strcmp0 (body->language, first) == 0)
        continue;
      content = paraph_record_get_content (home, body, error);
      if (content == NULL)
        return FALSE;
      other = paraph_structure_new (content);
      *ret_n += write_discords (self, one, other, body->language);
    }
  return one != NULL;
}

static gboolean
write_concord (ParaphCli *self, ParaphHome *home, guint *ret_n, GError **error)
{
  g_auto (ParaphCliText) first = { .content = NULL };
  g_auto (ParaphCliText) second = { .content = NULL };

  if (!paraph_cli_text_read (self, home, paraph_cli_word (self, 0), 0, &first, error))
    return FALSE;
  if (home != NULL)
    return write_languages (self, home, first.version, ret_n, error);
  if (!paraph_cli_text_read (self, NULL, NULL, 1, &second, error))
    return FALSE;
  *ret_n = write_discords (self, first.structure, second.structure, NULL);
  return TRUE;
}

static gboolean
run_concord (ParaphCli *self, ParaphHome *home, GError **error)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  guint n_words = self->arguments->words->len;
  guint n = 0;

  if (home == NULL ? paraph_cli_text_count_files (self) != 2 || n_words != 0 : n_words != 1)
    return fail_usage (_ ("Name one text, or two files: --file A --file B."), error);
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  if (!write_concord (self, home, &n, error))
    return FALSE;
  json_builder_end_array (builder);
  if (n == 0)
    paraph_output_line (self->output, _ ("The languages agree in all that can be compared."));
  self->exit = n == 0 ? 0 : 1;
  return TRUE;
}

const ParaphCliCommand paraph_cli_text_trace_commands[] = {
  { "text blame", "TEXT[@VERSION] [--language L]", " language ", 1, 1, PARAPH_CLI_WITH_HOME,
    run_blame },
  { "text biography", "TEXT PROVISION [--language L]", " language ", 2, 2, PARAPH_CLI_WITH_HOME,
    run_biography },
  { "text concord", "TEXT[@VERSION] | --file FILE --file FILE", " file ", 0, 1,
    PARAPH_CLI_UNLESS_FILES, run_concord },
  { 0 },
};
