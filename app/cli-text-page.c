/* The redline as a page: complete in itself, nothing in it is loaded or run.
 *
 * Words come from outside: each is escaped, and what reads right to left stays inside its bdi. */

#define G_LOG_DOMAIN "paraph-cli"

#include <glib/gi18n.h>

#include "app/cli-output.h"
#include "app/cli-text-diff.h"
#include "app/redline-blocks.h"

static const char HEAD[] =
    "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<style>\nbody { max-width: 48em; margin: 2em auto; font-family: serif; line-height: 1.5; }\n"
    "h2 { font-size: 1em; }\np { white-space: pre-wrap; }\n"
    "del { color: #9b1c1c; background: #fdeaea; }\n"
    "ins { color: #14532d; background: #e7f6ec; }\n</style>\n";

static void
append_escaped (GString *page, const char *text)
{
  g_autofree char *tame = paraph_output_dup_tame (text);
  g_autofree char *escaped = g_markup_escape_text (tame, -1);

  g_string_append (page, escaped);
}

static void
append_words (GString *page, const ParaphRedline *redline, const ParaphShownWords *words)
{
  gboolean is_old = words->kind == PARAPH_SEGMENT_DELETED;
  const char *tag = is_old ? "del" : "ins";
  g_autofree char *shown =
      paraph_cli_diff_dup_words (is_old ? redline->old : redline->new, words->span);

  if (shown[0] == '\0')
    return;
  if (words->kind != PARAPH_SEGMENT_EQUAL)
    g_string_append_printf (page, "<%s><bdi>", tag);
  append_escaped (page, shown);
  if (words->kind != PARAPH_SEGMENT_EQUAL)
    g_string_append_printf (page, "</bdi></%s>", tag);
}

static void
append_block (GString *page, const ParaphRedline *redline, const ParaphShownBlock *block)
{
  g_autofree char *place = paraph_cli_diff_dup_place (redline, block->provision, block->is_old);

  g_string_append (page, "<section>\n<h2 dir=\"auto\">");
  append_escaped (page, place);
  if (block->is_moved)
    append_escaped (page, block->is_old ? _ (": moved from here") : _ (": moved to here"));
  g_string_append (page, "</h2>\n<p dir=\"auto\">");
  for (guint i = 0; i < block->words->len; i++)
    append_words (page, redline, &g_array_index (block->words, ParaphShownWords, i));
  g_string_append (page, "</p>\n</section>\n");
}

char *
paraph_cli_diff_dup_page (const ParaphCliComparison *self)
{
  g_autoptr (GPtrArray) blocks = paraph_redline_list_blocks (self->redline);
  g_autofree char *title = g_strdup_printf (_ ("From %s to %s"), self->from_name, self->to_name);
  GString *page = g_string_new (HEAD);

  g_string_append (page, "<title>");
  append_escaped (page, title);
  g_string_append (page, "</title>\n</head>\n<body>\n<h1 dir=\"auto\">");
  append_escaped (page, title);
  g_string_append (page, "</h1>\n");
  if (blocks->len == 0)
    g_string_append_printf (page, "<p>%s</p>\n", _ ("Nothing differs."));
  for (guint is_cosmetic = 0; is_cosmetic < 2; is_cosmetic++)
    {
      guint n = 0;

      for (guint i = 0; i < blocks->len; i++)
        {
          const ParaphShownBlock *block = g_ptr_array_index (blocks, i);

          if (block->is_cosmetic != (is_cosmetic == 1))
            continue;
          if (is_cosmetic == 1 && n++ == 0)
            g_string_append_printf (page, "<hr>\n<p>%s</p>\n",
                                    _ ("Cosmetic only: white space, or a link's address."));
          append_block (page, self->redline, block);
        }
    }
  g_string_append (page, "</body>\n</html>\n");
  return g_string_free (page, FALSE);
}
