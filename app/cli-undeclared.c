#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-undeclared.h"

#include <glib/gi18n.h>

#include "app/cli-error.h"
#include "app/cli-marked.h"
#include "app/proposal-claims.h"

/* Nobody reads more than these; programs are told how many there are. */
#define ROWS_MAX 10000
#define LINES_MAX 200

static void
write_line (ParaphCli *self, const ParaphUndeclared *one)
{
  const char *place = one->place != NULL       ? one->place
                      : one->provision != NULL ? one->provision
                                               : _ ("between provisions");

  paraph_output_words (self->output, PARAPH_OUTPUT_MARK_KEPT, "      ");
  if (one->annex != NULL)
    {
      paraph_output_words (self->output, PARAPH_OUTPUT_MARK_KEPT, one->annex);
      paraph_output_words (self->output, PARAPH_OUTPUT_MARK_KEPT, ", ");
    }
  paraph_output_words (self->output, PARAPH_OUTPUT_MARK_KEPT, place);
  paraph_output_words (self->output, PARAPH_OUTPUT_MARK_KEPT, ": ");
  if (one->old != NULL)
    paraph_output_words (self->output, PARAPH_OUTPUT_MARK_STRUCK, one->old);
  if (one->new != NULL)
    paraph_output_words (self->output, PARAPH_OUTPUT_MARK_INSERTED, one->new);
  paraph_output_line (self->output, "  (%s%s%s)", paraph_difference_get_word (one->difference),
                      one->language == NULL ? "" : ", ",
                      one->language == NULL ? "" : one->language);
}

static void
write_object (ParaphCli *self, const ParaphUndeclared *one)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  json_builder_begin_object (builder);
  paraph_output_string (self->output, "language", one->language);
  paraph_output_string (self->output, "annex", one->annex);
  paraph_output_string (self->output, "provision", one->provision);
  paraph_output_string (self->output, "place", one->place);
  paraph_output_string (self->output, "kind", paraph_change_kind_get_word (one->kind));
  paraph_output_string (self->output, "difference", paraph_difference_get_word (one->difference));
  paraph_output_boolean (self->output, "cosmetic", one->is_cosmetic);
  paraph_output_string (self->output, "old", one->old);
  paraph_output_string (self->output, "new", one->new);
  json_builder_end_object (builder);
}

void
paraph_cli_write_undeclared (ParaphCli *self, ParaphHome *home, ParaphEntry *proposal)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = paraph_proposal_list_undeclared (home, proposal, &error);

  if (list == NULL)
    {
      g_autofree char *sentence =
          error == NULL ? g_strdup ("") : paraph_cli_error_dup_sentence (error);

      paraph_cli_warn (self, _ ("Its undeclared changes are not known. %s"), sentence);
      paraph_output_string (self->output, "undeclared", NULL);
      return;
    }
  paraph_output_number (self->output, "undeclared_changes", list->len);
  json_builder_set_member_name (builder, "undeclared");
  json_builder_begin_array (builder);
  for (guint i = 0; i < MIN (list->len, ROWS_MAX); i++)
    write_object (self, g_ptr_array_index (list, i));
  json_builder_end_array (builder);
  if (list->len == 0)
    paraph_output_line (self->output, _ ("    every change is in a provision that it claims"));
  else
    paraph_output_line (self->output, _ ("    changes that it does not claim: %u"), list->len);
  for (guint i = 0; i < MIN (list->len, LINES_MAX); i++)
    write_line (self, g_ptr_array_index (list, i));
  if (list->len > LINES_MAX)
    paraph_output_line (self->output, _ ("... and %u more"), list->len - LINES_MAX);
}
