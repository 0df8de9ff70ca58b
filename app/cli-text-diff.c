#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-text-diff.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app/change-author.h"
#include "app/cli-marked.h"
#include "app/redline-blocks.h"
#include "app/text-graph.h"
#include "crypto/hash.h"

/* Beyond it a list of changes says how many more there are: hostile texts have one at each sign. */
#define CHANGES_MAX 100000
#define HEADING_MAX 60

static void
clear (ParaphCliComparison *self)
{
  g_clear_pointer (&self->redline, paraph_redline_free);
  g_clear_pointer (&self->lineage, paraph_lineage_free);
  paraph_cli_text_clear (&self->from);
  paraph_cli_text_clear (&self->to);
  g_clear_pointer (&self->from_name, g_free);
  g_clear_pointer (&self->to_name, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ParaphCliComparison, clear)

char *
paraph_cli_diff_dup_words (const ParaphStructure *structure, ParaphSpan span)
{
  return span.start >= span.end
             ? g_strdup ("")
             : g_utf8_make_valid (structure->bytes + span.start, (gssize) (span.end - span.start));
}

static char *
dup_heading (const ParaphStructure *structure, const ParaphProvision *provision)
{
  char *heading = paraph_structure_dup_span (structure, provision->wording);

  if (g_utf8_strlen (heading, -1) > HEADING_MAX)
    *g_utf8_offset_to_pointer (heading, HEADING_MAX) = '\0';
  return heading;
}

char *
paraph_cli_diff_dup_place (const ParaphRedline *redline, guint ordinal, gboolean is_old)
{
  const ParaphStructure *structure = is_old ? redline->old : redline->new;
  const ParaphProvision *provision = paraph_structure_get (structure, ordinal);
  const ParaphProvision *above = NULL;
  g_autofree char *label = NULL;
  g_autofree char *heading = NULL;

  if (provision == NULL)
    return g_strdup (_ ("between provisions"));
  above = paraph_structure_get (structure, provision->heading);
  label = paraph_structure_dup_label (structure, provision);
  if (provision->kind == PARAPH_PROVISION_ARTICLE || provision->kind == PARAPH_PROVISION_HEADING)
    {
      heading = dup_heading (structure, provision);
      return g_strdup_printf (_ ("“%s”, provision %u"), heading, ordinal);
    }
  if (above != NULL)
    {
      heading = paraph_structure_dup_label (structure, above);
      if (heading == NULL)
        heading = dup_heading (structure, above);
    }
  if (heading != NULL && label != NULL)
    return g_strdup_printf (_ ("%s, %s, provision %u"), heading, label, ordinal);
  if (heading != NULL || label != NULL)
    return g_strdup_printf (_ ("%s, provision %u"), heading != NULL ? heading : label, ordinal);
  return g_strdup_printf (_ ("Provision %u"), ordinal);
}

/* Reading. */

static char *
dup_name (const ParaphCliText *text, const char *file)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];
  g_autofree char *base = file == NULL ? NULL : g_path_get_basename (file);
  const char *symbol =
      text->version == NULL
          ? base
          : paraph_header_get_value (paraph_entry_get_header (text->version), "symbol");

  paraph_id_to_hex (&text->id, hex);
  return g_strdup_printf ("%s (%.12s)", symbol == NULL ? "-" : symbol, hex);
}

static gboolean
read_files (ParaphCli *self, ParaphCliComparison *compared, GError **error)
{
  g_auto (GStrv) files = paraph_arguments_list (self->arguments, "file", FALSE);

  if (!paraph_cli_text_read (self, NULL, NULL, 0, &compared->from, error)
      || !paraph_cli_text_read (self, NULL, NULL, 1, &compared->to, error))
    return FALSE;
  compared->from_name = dup_name (&compared->from, files[0]);
  compared->to_name = dup_name (&compared->to, files[1]);
  compared->lineage =
      paraph_cli_text_trace (self, NULL, &compared->from, &compared->from_version, error);
  compared->to_version = paraph_lineage_add (compared->lineage, &compared->to.id,
                                             &compared->from.id, 1, compared->to.content);
  return TRUE;
}

static gboolean
read_versions (ParaphCli *self, ParaphHome *home, ParaphCliComparison *compared, GError **error)
{
  const char *text = paraph_cli_word (self, 0);
  g_autofree char *from = g_strdup_printf ("%s@%s", text, paraph_cli_word (self, 1));
  g_autofree char *to = g_strdup_printf ("%s@%s", text, paraph_cli_word (self, 2));
  g_autoptr (GPtrArray) versions = g_ptr_array_new ();

  if (!paraph_cli_text_read (self, home, from, 0, &compared->from, error)
      || !paraph_cli_text_read (self, home, to, 0, &compared->to, error))
    return FALSE;
  compared->from_name = dup_name (&compared->from, NULL);
  compared->to_name = dup_name (&compared->to, NULL);
  g_ptr_array_add (versions, compared->from.version);
  g_ptr_array_add (versions, compared->to.version);
  compared->lineage = paraph_versions_build_lineage (
      home, versions, paraph_arguments_get (self->arguments, "language", NULL), error);
  return compared->lineage != NULL
         && paraph_lineage_find (compared->lineage, &compared->from.id, &compared->from_version)
         && paraph_lineage_find (compared->lineage, &compared->to.id, &compared->to_version);
}

/* Writing. */

static void
write_object (ParaphCli *self, const ParaphCliComparison *compared, const ParaphChange *change,
              const ParaphActor *author)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  gboolean is_old = change->new_provision == 0;
  g_autofree char *old = paraph_cli_diff_dup_words (compared->redline->old, change->old);
  g_autofree char *new = paraph_cli_diff_dup_words (compared->redline->new, change->new);
  char name[PARAPH_LINEAGE_NAME_SIZE];

  paraph_lineage_get_name (compared->lineage,
                           is_old ? compared->from_version : compared->to_version,
                           is_old ? change->old_provision : change->new_provision, name);
  json_builder_begin_object (builder);
  paraph_output_string (self->output, "kind", paraph_change_kind_get_word (change->kind));
  paraph_output_string (self->output, "difference",
                        paraph_difference_get_word (change->difference));
  paraph_output_boolean (self->output, "cosmetic", paraph_change_is_cosmetic (change));
  paraph_output_string (self->output, "provision", name[0] == '\0' ? NULL : name);
  paraph_output_string (self->output, "old", old[0] == '\0' ? NULL : old);
  paraph_output_string (self->output, "new", new[0] == '\0' ? NULL : new);
  if (author == NULL)
    paraph_output_string (self->output, "by", NULL);
  else
    paraph_output_actor (self->output, "by", author);
  json_builder_end_object (builder);
}

static void
write_object_by (ParaphCli *self, ParaphHome *home, const ParaphCliComparison *compared,
                 const ParaphChange *change, guint author)
{
  ParaphEntry *entry = NULL;
  g_auto (ParaphActor) actor = { 0 };

  if (home != NULL && author != PARAPH_AUTHOR_UNKNOWN)
    entry = paraph_ledger_find (home->ledger, &paraph_lineage_get (compared->lineage, author)->id);
  if (entry != NULL)
    paraph_record_get_actor (home, entry, &actor);
  write_object (self, compared, change, entry == NULL ? NULL : &actor);
}

static void
write_json (ParaphCli *self, ParaphHome *home, const ParaphCliComparison *compared)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  const GArray *changes = compared->redline->changes;
  g_autoptr (GArray) authors = paraph_change_list_authors (
      compared->lineage, compared->from_version, compared->to_version, compared->redline);

  paraph_output_id (self->output, "from", &compared->from.id);
  paraph_output_id (self->output, "to", &compared->to.id);
  paraph_output_number (self->output, "more",
                        changes->len > CHANGES_MAX ? changes->len - CHANGES_MAX : 0);
  json_builder_set_member_name (builder, "changes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < MIN (changes->len, CHANGES_MAX); i++)
    write_object_by (self, home, compared, &g_array_index (changes, ParaphChange, i),
                     g_array_index (authors, guint, i));
  json_builder_end_array (builder);
}

static ParaphOutputMark
get_mark (ParaphSegmentKind kind)
{
  switch (kind)
    {
    case PARAPH_SEGMENT_EQUAL:
      return PARAPH_OUTPUT_MARK_KEPT;
    case PARAPH_SEGMENT_DELETED:
      return PARAPH_OUTPUT_MARK_STRUCK;
    case PARAPH_SEGMENT_INSERTED:
      return PARAPH_OUTPUT_MARK_INSERTED;
    }
  g_assert_not_reached ();
}

static void
write_block (ParaphCli *self, const ParaphCliComparison *compared, const ParaphShownBlock *block)
{
  g_autofree char *place =
      paraph_cli_diff_dup_place (compared->redline, block->provision, block->is_old);

  if (block->is_moved)
    paraph_output_line (self->output,
                        block->is_old ? _ ("%s: moved from here") : _ ("%s: moved to here"), place);
  else
    paraph_output_line (self->output, "%s", place);
  for (guint i = 0; i < block->words->len; i++)
    {
      const ParaphShownWords *words = &g_array_index (block->words, ParaphShownWords, i);
      const ParaphStructure *structure =
          words->kind == PARAPH_SEGMENT_DELETED ? compared->redline->old : compared->redline->new;
      g_autofree char *shown = paraph_cli_diff_dup_words (structure, words->span);

      if (i + 1 == block->words->len && words->kind == PARAPH_SEGMENT_EQUAL)
        g_strchomp (shown);
      if (shown[0] != '\0')
        paraph_output_words (self->output, get_mark (words->kind), shown);
    }
  paraph_output_line (self->output, "\n");
}

static void
write_text (ParaphCli *self, const ParaphCliComparison *compared)
{
  g_autoptr (GPtrArray) blocks = paraph_redline_list_blocks (compared->redline);
  guint n_cosmetic = 0;

  paraph_output_line (self->output, _ ("From %s to %s\n"), compared->from_name, compared->to_name);
  for (guint i = 0; i < blocks->len; i++)
    {
      const ParaphShownBlock *block = g_ptr_array_index (blocks, i);

      n_cosmetic += block->is_cosmetic ? 1 : 0;
      if (!block->is_cosmetic)
        write_block (self, compared, block);
    }
  if (n_cosmetic < blocks->len)
    paraph_output_line (self->output, "%s", "");
  if (n_cosmetic > 0)
    paraph_output_line (self->output, _ ("Cosmetic only: white space, or a link's address."));
  for (guint i = 0; i < blocks->len; i++)
    {
      const ParaphShownBlock *block = g_ptr_array_index (blocks, i);
      g_autofree char *place =
          paraph_cli_diff_dup_place (compared->redline, block->provision, block->is_old);

      if (block->is_cosmetic)
        paraph_output_line (self->output, "    %s", place);
    }
  if (blocks->len == 0)
    paraph_output_line (self->output, _ ("Nothing differs."));
}

static gboolean
fail_usage (const char *sentence, GError **error)
{
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE, "%s", sentence);
  return FALSE;
}

static gboolean
check_words (ParaphCli *self, ParaphHome *home, const char *format, GError **error)
{
  guint n = self->arguments->words->len;

  if (home == NULL ? paraph_cli_text_count_files (self) != 2 || n != 0 : n != 3)
    return fail_usage (_ ("Name a text and two versions of it, or two files: --file A --file B."),
                       error);
  if (strcmp (format, "text") != 0 && strcmp (format, "html") != 0 && strcmp (format, "json") != 0)
    return fail_usage (_ ("--format is text, html or json."), error);
  if (self->is_json && strcmp (format, "html") == 0)
    return fail_usage (_ ("A page is no JSON: leave out --json or --format html."), error);
  return TRUE;
}

static gboolean
run_diff (ParaphCli *self, ParaphHome *home, GError **error)
{
  const char *format = paraph_arguments_get (self->arguments, "format", "text");
  g_auto (ParaphCliComparison) compared = { .from_name = NULL };
  g_autofree char *page = NULL;

  if (!check_words (self, home, format, error)
      || (home == NULL ? !read_files (self, &compared, error)
                       : !read_versions (self, home, &compared, error)))
    return FALSE;
  compared.redline =
      paraph_redline_new (paraph_lineage_get (compared.lineage, compared.from_version)->structure,
                          paraph_lineage_get (compared.lineage, compared.to_version)->structure);
  if (strcmp (format, "json") == 0)
    paraph_output_use_json (self->output);
  if (self->is_json || strcmp (format, "json") == 0)
    write_json (self, home, &compared);
  else if (strcmp (format, "html") == 0)
    {
      page = paraph_cli_diff_dup_page (&compared);
      paraph_output_page (self->output, page);
    }
  else
    write_text (self, &compared);
  return TRUE;
}

const ParaphCliCommand paraph_cli_text_diff_commands[] = {
  { "text diff",
    "TEXT VERSION VERSION [--language L] [--format text|html|json] | --file OLD --file NEW "
    "[--format text|html|json]",
    " file language format ", 0, 3, PARAPH_CLI_UNLESS_FILES, run_diff },
  { 0 },
};
