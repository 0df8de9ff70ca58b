#define G_LOG_DOMAIN "paraph-cli"

#include <string.h>

#include <glib/gi18n.h>

#include "app/cli-files.h"
#include "app/cli-text-source.h"
#include "negotiation/text-bracket-count.h"
#include "negotiation/text-edit.h"
#include "negotiation/text-hygiene.h"
#include "negotiation/text-streamline.h"
#include "negotiation/value.h"

/* A hostile text may hold hundreds of thousands of findings; nobody reads more than these. */
#define ROWS_MAX 10000
#define EXCERPT_MAX 400

static gboolean
fail_usage (const char *what, GError **error)
{
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_USAGE, "%s", what);
  return FALSE;
}

/* The one text that a command reads. n_words: what it takes besides the text's name. */
static gboolean
read_one (ParaphCli *self, ParaphHome *home, guint n_words, ParaphCliText *ret_text, GError **error)
{
  guint expected = home == NULL ? n_words : n_words + 1;

  if (self->arguments->words->len != expected
      || (home == NULL && paraph_cli_text_count_files (self) != 1))
    return fail_usage (_ ("Name one text of the negotiation, or one file with --file."), error);
  return paraph_cli_text_read (self, home, paraph_cli_word (self, 0), 0, ret_text, error);
}

/* The begin of a span, whole characters. */
static char *
dup_excerpt (const ParaphStructure *structure, ParaphSpan span)
{
  if (span.end - span.start > EXCERPT_MAX)
    {
      span.end = span.start + EXCERPT_MAX;
      while (span.end > span.start && ((guchar) structure->bytes[span.end] & 0xC0) == 0x80)
        span.end--;
    }
  return paraph_structure_dup_span (structure, span);
}

static void
write_cut (ParaphCli *self, guint n)
{
  if (n <= ROWS_MAX)
    return;
  paraph_output_line (self->output, _ ("... and %u more"), n - ROWS_MAX);
  paraph_output_number (self->output, "more", n - ROWS_MAX);
}

static void
write_section (ParaphCli *self, const ParaphStructure *structure, const ParaphBracketCount *count)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  const ParaphProvision *provision = paraph_structure_get (structure, count->heading);
  g_autofree char *heading = paraph_structure_dup_span (structure, provision->wording);

  paraph_output_line (self->output, "%5u %5u %5u %4u %4u %6u  %s", count->open, count->close,
                      count->alternatives, count->options, count->no_text, count->words, heading);
  json_builder_begin_object (builder);
  paraph_output_string (self->output, "heading", heading);
  paraph_output_number (self->output, "provision", count->heading);
  paraph_output_number (self->output, "open", count->open);
  paraph_output_number (self->output, "close", count->close);
  paraph_output_number (self->output, "alternatives", count->alternatives);
  paraph_output_number (self->output, "options", count->options);
  paraph_output_number (self->output, "no_text", count->no_text);
  paraph_output_number (self->output, "words", count->words);
  json_builder_end_object (builder);
}

static void
write_damages (ParaphCli *self, const ParaphBrackets *brackets)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  guint n = MIN (brackets->damages->len, ROWS_MAX);

  json_builder_set_member_name (builder, "damages");
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    {
      const ParaphDamage *damage = &g_array_index (brackets->damages, ParaphDamage, i);
      guint line = paraph_structure_get_line (brackets->structure, damage->position);
      guint partner = damage->partner == G_MAXSIZE
                          ? 0
                          : paraph_structure_get_line (brackets->structure, damage->partner);
      const char *reason = paraph_damage_reason_get_word (damage->reason);

      if (partner == 0)
        paraph_output_line (self->output, _ ("line %u, provision %u: %s"), line, damage->provision,
                            reason);
      else
        paraph_output_line (self->output, _ ("line %u, provision %u: %s; perhaps with line %u"),
                            line, damage->provision, reason, partner);
      json_builder_begin_object (builder);
      paraph_output_number (self->output, "provision", damage->provision);
      paraph_output_number (self->output, "line", line);
      paraph_output_string (self->output, "reason", reason);
      paraph_output_number (self->output, "partner_line", partner);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
write_alternative (ParaphCli *self, const ParaphStructure *structure, guint number,
                   const ParaphAlternative *alternative)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_autofree char *wording = dup_excerpt (structure, alternative->wording);
  g_autofree char *codes = dup_excerpt (structure, alternative->supporters);
  g_auto (GStrv) supporters = g_strsplit (codes, ",", -1);

  json_builder_begin_object (builder);
  paraph_output_number (self->output, "alternative", number);
  paraph_output_string (self->output, "text", wording);
  paraph_output_boolean (self->output, "no_text", alternative->is_no_text);
  json_builder_set_member_name (builder, "supporters");
  json_builder_begin_array (builder);
  for (guint i = 0; supporters[i] != NULL; i++)
    json_builder_add_string_value (builder, g_strstrip (supporters[i]));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
write_choices (ParaphCli *self, const ParaphBrackets *brackets)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  guint n_left = ROWS_MAX;

  json_builder_set_member_name (builder, "choices");
  json_builder_begin_array (builder);
  for (guint number = 1; number <= brackets->choices->len && n_left > 0; number++)
    {
      const ParaphChoice *choice = paraph_brackets_get_choice (brackets, number);

      json_builder_begin_object (builder);
      paraph_output_number (self->output, "choice", number);
      paraph_output_string (self->output, "kind", paraph_choice_kind_get_word (choice->kind));
      paraph_output_number (self->output, "provision", choice->provision);
      paraph_output_number (self->output, "line",
                            paraph_structure_get_line (brackets->structure, choice->span.start));
      json_builder_set_member_name (builder, "alternatives");
      json_builder_begin_array (builder);
      for (guint i = 0; i < choice->n_alternatives && n_left > 0; i++, n_left--)
        write_alternative (self, brackets->structure, i + 1,
                           paraph_brackets_get_alternative (brackets, choice, i));
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* Links outside footnotes: their brackets are counted, and are none of the negotiation. */
static guint
count_links (const ParaphBrackets *brackets)
{
  guint n = 0;

  for (guint i = 0; i < brackets->brackets->len; i++)
    {
      const ParaphBracket *bracket = &g_array_index (brackets->brackets, ParaphBracket, i);
      const ParaphProvision *provision =
          paraph_structure_get (brackets->structure, bracket->provision);

      n += bracket->is_link && provision->kind != PARAPH_PROVISION_FOOTNOTE ? 1 : 0;
    }
  return n;
}

static gboolean
run_brackets (ParaphCli *self, ParaphHome *home, GError **error)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_auto (ParaphCliText) text = { .content = NULL };
  g_autoptr (ParaphBracketCounts) counts = NULL;

  if (!read_one (self, home, 0, &text, error))
    return FALSE;
  counts = paraph_bracket_counts_new (text.structure);
  paraph_output_number (self->output, "open", counts->all.open);
  paraph_output_number (self->output, "close", counts->all.close);
  paraph_output_number (self->output, "unbalanced_paragraphs", counts->unbalanced_paragraphs);
  paraph_output_number (self->output, "paragraphs", counts->paragraphs);
  paraph_output_number (self->output, "words", counts->all.words);
  paraph_output_number (self->output, "links", count_links (text.brackets));
  paraph_output_boolean (self->output, "clean", paraph_brackets_is_clean (text.brackets));
  paraph_output_line (self->output, _ (" open close  alt.  opt.  none  words  section"));
  json_builder_set_member_name (builder, "sections");
  json_builder_begin_array (builder);
  for (guint i = 0; i < counts->sections->len; i++)
    write_section (self, text.structure, &g_array_index (counts->sections, ParaphBracketCount, i));
  json_builder_end_array (builder);
  paraph_output_line (
      self->output, _ ("%u openers and %u closers; %u of %u paragraphs are unbalanced."),
      counts->all.open, counts->all.close, counts->unbalanced_paragraphs, counts->paragraphs);
  write_damages (self, text.brackets);
  write_choices (self, text.brackets);
  write_cut (self, text.brackets->damages->len);
  return TRUE;
}

static guint
count_words (const ParaphStructure *structure, ParaphSpan span)
{
  guint n = 0;
  gboolean is_in_word = FALSE;

  for (gsize i = span.start; i < span.end; i++)
    {
      gboolean is_space = g_ascii_isspace (structure->bytes[i]);

      n += !is_space && !is_in_word ? 1 : 0;
      is_in_word = !is_space;
    }
  return n;
}

static void
write_provision (ParaphCli *self, const ParaphStructure *structure,
                 const ParaphProvision *provision, const char *id, const char *status)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  const ParaphProvision *above = paraph_structure_get (structure, provision->heading);
  gboolean is_heading =
      provision->kind == PARAPH_PROVISION_HEADING || provision->kind == PARAPH_PROVISION_ARTICLE;
  g_autofree char *label = paraph_structure_dup_label (structure, provision);
  g_autofree char *heading = NULL;
  g_autofree char *excerpt = dup_excerpt (structure, provision->wording);
  const char *kind = paraph_provision_kind_get_word (provision->kind);

  if (is_heading)
    heading = g_strdup (excerpt);
  else if (above != NULL)
    heading = dup_excerpt (structure, above->wording);
  paraph_output_line (self->output, "%4u  %-11s %-11s %-10s %.70s", provision->ordinal, kind,
                      status, label == NULL ? "" : label, excerpt);
  json_builder_begin_object (builder);
  paraph_output_string (self->output, "id", id);
  paraph_output_number (self->output, "ordinal", provision->ordinal);
  paraph_output_string (self->output, "label", label);
  paraph_output_string (self->output, "heading", heading);
  paraph_output_string (self->output, "kind", kind);
  paraph_output_string (self->output, "status", status);
  paraph_output_number (self->output, "words", count_words (structure, provision->wording));
  paraph_output_number (self->output, "parent", provision->parent);
  paraph_output_boolean (self->output, "valid", provision->is_valid);
  json_builder_end_object (builder);
}

static gboolean
write_provisions (ParaphCli *self, const ParaphCliText *text, ParaphLineage *lineage, guint version)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_autoptr (GPtrArray) statuses = paraph_brackets_list_statuses (text->brackets);

  json_builder_set_member_name (builder, "provisions");
  json_builder_begin_array (builder);
  for (guint ordinal = 1; ordinal <= text->structure->provisions->len; ordinal++)
    {
      char name[PARAPH_LINEAGE_NAME_SIZE];

      paraph_lineage_get_name (lineage, version, ordinal, name);
      write_provision (self, text->structure, paraph_structure_get (text->structure, ordinal), name,
                       g_ptr_array_index (statuses, ordinal - 1));
    }
  json_builder_end_array (builder);
  return TRUE;
}

/* Of two files the second one's provisions, named as those of the first where they are the same. */
static gboolean
run_provisions (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_auto (ParaphCliText) text = { .content = NULL };
  g_auto (ParaphCliText) second = { .content = NULL };
  g_autoptr (ParaphLineage) lineage = NULL;
  guint version = 0;

  if (home == NULL && self->arguments->words->len == 0 && paraph_cli_text_count_files (self) == 2)
    {
      if (!paraph_cli_text_read (self, NULL, NULL, 0, &text, error)
          || !paraph_cli_text_read (self, NULL, NULL, 1, &second, error))
        return FALSE;
      lineage = paraph_cli_text_trace (self, NULL, &text, &version, error);
      version = paraph_lineage_add (lineage, &second.id, &text.id, 1, second.content);
      return write_provisions (self, &second, lineage, version);
    }
  if (!read_one (self, home, 0, &text, error))
    return FALSE;
  lineage = paraph_cli_text_trace (self, home, &text, &version, error);
  return lineage != NULL && write_provisions (self, &text, lineage, version);
}

static gboolean
run_hygiene (ParaphCli *self, ParaphHome *home, GError **error)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_auto (ParaphCliText) text = { .content = NULL };
  g_autoptr (GArray) findings = NULL;
  const char *language = paraph_arguments_get (self->arguments, "language", NULL);

  if (!read_one (self, home, 0, &text, error))
    return FALSE;
  findings = paraph_hygiene_check (text.structure);
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < MIN (findings->len, ROWS_MAX); i++)
    {
      const ParaphHygieneFinding *finding = &g_array_index (findings, ParaphHygieneFinding, i);
      g_autofree char *detail = paraph_hygiene_dup_detail (text.structure, finding);
      const char *kind = paraph_hygiene_kind_get_word (finding->kind);
      guint line = paraph_structure_get_line (text.structure, finding->span.start);

      paraph_output_line (self->output, _ ("line %u, provision %u: %s: %s"), line,
                          finding->provision, kind, detail);
      json_builder_begin_object (builder);
      paraph_output_number (self->output, "provision", finding->provision);
      paraph_output_string (self->output, "language", language);
      paraph_output_string (self->output, "kind", kind);
      paraph_output_string (self->output, "detail", detail);
      paraph_output_number (self->output, "line", line);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  if (findings->len == 0)
    paraph_output_line (self->output, _ ("Nothing hidden or misleading was found."));
  write_cut (self, findings->len);
  self->exit = findings->len > 0 ? 1 : 0;
  return TRUE;
}

static gboolean
check_edit (ParaphEditOutcome outcome, GError **error)
{
  const char *sentence = NULL;

  switch (outcome)
    {
    case PARAPH_EDIT_DONE:
      return TRUE;
    case PARAPH_EDIT_NO_SUCH_CHOICE:
      sentence = _ ("The text has no choice of that number. “text brackets --json” lists them.");
      break;
    case PARAPH_EDIT_NO_SUCH_ALTERNATIVE:
      sentence = _ ("That choice has no alternative of that number; 0 stands for no text.");
      break;
    case PARAPH_EDIT_NOT_ONE_PARAGRAPH:
    case PARAPH_EDIT_UNBALANCED:
    case PARAPH_EDIT_SEVERAL:
    case PARAPH_EDIT_BAD_WORDING:
      sentence = _ ("The text cannot be edited there.");
      break;
    }
  g_set_error (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED, "%s", sentence);
  return FALSE;
}

/* The edited text goes to --out, or else to standard output. */
static gboolean
run_resolve (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_auto (ParaphCliText) text = { .content = NULL };
  g_autoptr (GBytes) edited = NULL;
  const char *out = paraph_arguments_get (self->arguments, "out", NULL);
  guint first = home == NULL ? 0 : 1;
  gint64 choice = 0;
  gint64 alternative = 0;
  g_autofree char *shown = NULL;

  if (!read_one (self, home, 2, &text, error))
    return FALSE;
  if (!paraph_value_parse_number (paraph_cli_word (self, first), &choice)
      || !paraph_value_parse_number (paraph_cli_word (self, first + 1), &alternative))
    return fail_usage (_ ("Choice and alternative are numbers."), error);
  if (!check_edit (paraph_edit_resolve (text.brackets, (guint) MIN (choice, G_MAXUINT),
                                        (guint) MIN (alternative, G_MAXUINT), &edited),
                   error))
    return FALSE;
  if (out != NULL)
    {
      if (!paraph_cli_write_file (out, edited, error))
        return FALSE;
      paraph_output_line (self->output, _ ("The text with that choice resolved is in “%s”."), out);
      paraph_output_string (self->output, "file", out);
      return TRUE;
    }
  paraph_output_content (self->output, edited);
  shown = g_utf8_make_valid (
      g_bytes_get_data (edited, NULL) == NULL ? "" : g_bytes_get_data (edited, NULL),
      (gssize) g_bytes_get_size (edited));
  paraph_output_string (self->output, "text", shown);
  return TRUE;
}

static void
write_streamline (ParaphCli *self, const ParaphStreamline *check)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  paraph_output_boolean (self->output, "pure", check->words->len == 0);
  paraph_output_number (self->output, "lost", check->lost);
  paraph_output_number (self->output, "new", check->gained);
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < MIN (check->words->len, ROWS_MAX); i++)
    {
      const ParaphStreamlineWord *word = &g_array_index (check->words, ParaphStreamlineWord, i);

      if (word->is_lost)
        paraph_output_line (self->output, _ ("lost, provision %u before: %s (%u)"), word->provision,
                            word->word, word->count);
      else
        paraph_output_line (self->output, _ ("new, provision %u now: %s (%u)"), word->provision,
                            word->word, word->count);
      json_builder_begin_object (builder);
      paraph_output_number (self->output, "provision", word->provision);
      paraph_output_string (self->output, "kind", word->is_lost ? "lost" : "new");
      paraph_output_string (self->output, "detail", word->word);
      paraph_output_number (self->output, "count", word->count);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  if (check->words->len == 0)
    paraph_output_line (self->output, _ ("A pure streamline: no word was lost or added."));
  else
    paraph_output_line (self->output, _ ("Not a pure streamline: %u words lost, %u new."),
                        check->lost, check->gained);
  write_cut (self, check->words->len);
}

static gboolean
run_streamline (ParaphCli *self, ParaphHome *home, GError **error)
{
  g_auto (ParaphCliText) old = { .content = NULL };
  g_auto (ParaphCliText) new = { .content = NULL };
  g_autoptr (ParaphStreamline) check = NULL;
  g_autofree char *old_name = NULL;
  g_autofree char *new_name = NULL;

  if (home == NULL ? paraph_cli_text_count_files (self) != 2 || self->arguments->words->len != 0
                   : self->arguments->words->len != 3)
    return fail_usage (_ ("Name a text and two versions of it, or two files: --file A --file B."),
                       error);
  if (home != NULL)
    {
      old_name = g_strdup_printf ("%s@%s", paraph_cli_word (self, 0), paraph_cli_word (self, 1));
      new_name = g_strdup_printf ("%s@%s", paraph_cli_word (self, 0), paraph_cli_word (self, 2));
    }
  if (!paraph_cli_text_read (self, home, old_name, 0, &old, error)
      || !paraph_cli_text_read (self, home, new_name, 1, &new, error))
    return FALSE;
  check = paraph_streamline_new (old.brackets, new.brackets);
  write_streamline (self, check);
  self->exit = check->words->len == 0 ? 0 : 1;
  return TRUE;
}

const ParaphCliCommand paraph_cli_text_read_commands[] = {
  { "text brackets", "TEXT[@VERSION] [--language L] | --file FILE", " file language ", 0, 1,
    PARAPH_CLI_UNLESS_FILES, run_brackets },
  { "text provisions", "TEXT[@VERSION] [--language L] | --file FILE [--file FILE]",
    " file language ", 0, 1, PARAPH_CLI_UNLESS_FILES, run_provisions },
  { "text hygiene", "TEXT[@VERSION] [--language L] | --file FILE", " file language ", 0, 1,
    PARAPH_CLI_UNLESS_FILES, run_hygiene },
  { "text resolve",
    "TEXT[@VERSION] CHOICE ALTERNATIVE [--out FILE] | --file FILE CHOICE "
    "ALTERNATIVE [--out FILE]",
    " file language out ", 2, 3, PARAPH_CLI_UNLESS_FILES, run_resolve },
  { "text streamline", "TEXT VERSION VERSION [--language L] | --file OLD --file NEW",
    " file language ", 0, 3, PARAPH_CLI_UNLESS_FILES, run_streamline },
  { 0 },
};
