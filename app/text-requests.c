#define G_LOG_DOMAIN "paraph-app"

#include "app/text-requests.h"

#include <string.h>

#include "app/proposal-claims.h"
#include "crypto/hash.h"

const char *const *
paraph_channel_list_languages (ParaphChannel *channel)
{
  ParaphEntry *charter = paraph_channel_get_opening (paraph_channel_get_plenary (channel));

  return paraph_header_get_values (paraph_entry_get_header (charter), "language");
}

static gboolean
add_bodies (ParaphDraft *draft, GPtrArray *blobs, const ParaphPaper *paper, GError **error)
{
  for (guint i = 0; i < paper->n_bodies; i++)
    {
      const ParaphPaperBody *body = &paper->bodies[i];
      ParaphBody as = { .role = body->name == NULL ? "text" : "annex",
                        .name = body->name == NULL ? "main" : body->name,
                        .language = body->language };

      if (!paraph_record_add_text (draft, blobs, &as, body->content, error))
        return FALSE;
    }
  if (paper->note == NULL)
    return TRUE;
  {
    g_autoptr (GBytes) note = g_bytes_new (paper->note, strlen (paper->note));
    ParaphBody as = { .role = "note", .name = "main" };

    return paraph_record_add_text (draft, blobs, &as, note, error);
  }
}

/* Adds the bodies and places the record. */
static gboolean
finish (ParaphHome *home, ParaphDraft *draft, ParaphChannel *channel, const ParaphPaper *paper,
        ParaphMade *ret_made, GError **error)
{
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  return add_bodies (draft, blobs, paper, error)
         && paraph_record_make (home, draft, channel, blobs, ret_made, error);
}

static void
add_symbol (ParaphHome *home, ParaphDraft *draft, ParaphChannel *channel, const ParaphPaper *paper,
            const char *letter)
{
  g_autofree char *chosen =
      paper->symbol == NULL ? paraph_record_choose_symbol (home, channel, letter) : NULL;

  paraph_draft_add (draft, "symbol", paper->symbol == NULL ? chosen : paper->symbol);
}

gboolean
paraph_text_open (ParaphHome *home, ParaphChannel *channel, const char *title,
                  const ParaphPaper *paper, ParaphMade *ret_made, GError **error)
{
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_TEXT);

  add_symbol (home, draft, channel, paper, "T");
  paraph_draft_add (draft, "title", title);
  paraph_draft_add (draft, "standing", paper->standing == NULL ? "basis" : paper->standing);
  return finish (home, draft, channel, paper, ret_made, error);
}

gboolean
paraph_text_issue (ParaphHome *home, ParaphText *text, const ParaphPaper *paper,
                   GArray *incorporates, ParaphMade *ret_made, GError **error)
{
  ParaphChannel *channel = paraph_entry_get_channel (text->opening);
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_VERSION);

  add_symbol (home, draft, channel, paper, "V");
  paraph_draft_add_id (draft, "text", &paraph_entry_get_header (text->opening)->id);
  paraph_draft_add_id (draft, "base", &paraph_entry_get_header (text->current)->id);
  for (guint i = 0; i < incorporates->len; i++)
    paraph_draft_add_id (draft, "incorporates", &g_array_index (incorporates, ParaphId, i));
  return finish (home, draft, channel, paper, ret_made, error);
}

gboolean
paraph_proposal_table (ParaphHome *home, ParaphText *text, const ParaphPaper *paper,
                       const ParaphTabling *tabling, ParaphMade *ret_made, GError **error)
{
  ParaphChannel *channel = paraph_entry_get_channel (text->opening);
  ParaphEntry *base = tabling->base == NULL ? text->current : tabling->base;
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_PROPOSAL);
  g_auto (GStrv) claims = NULL;

  if (tabling->claims != NULL && tabling->claims[0] != NULL)
    {
      claims = paraph_proposal_resolve_claims (home, base, tabling->claims, error);
      if (claims == NULL)
        return FALSE;
    }
  add_symbol (home, draft, channel, paper, "P");
  paraph_draft_add_id (draft, "text", &paraph_entry_get_header (text->opening)->id);
  paraph_draft_add_id (draft, "base", &paraph_entry_get_header (base)->id);
  if (tabling->answers != NULL)
    paraph_draft_add_id (draft, "answers", &paraph_entry_get_header (tabling->answers)->id);
  for (guint i = 0; claims != NULL && claims[i] != NULL; i++)
    paraph_draft_add (draft, "claim", claims[i]);
  if (tabling->expires != NULL)
    paraph_draft_add (draft, "expires", tabling->expires);
  if (tabling->package != NULL)
    paraph_draft_add_id (draft, "package", tabling->package);
  return finish (home, draft, channel, paper, ret_made, error);
}

gboolean
paraph_position_take (ParaphHome *home, ParaphEntry *target, const ParaphTaking *stance,
                      ParaphMade *ret_made, GError **error)
{
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_POSITION);
  ParaphPaper paper = { .note = stance->note };

  paraph_draft_add_id (draft, "target", &paraph_entry_get_header (target)->id);
  paraph_draft_add (draft, "stance", stance->word);
  for (guint i = 0; stance->provisions != NULL && stance->provisions[i] != NULL; i++)
    paraph_draft_add (draft, "provision", stance->provisions[i]);
  return finish (home, draft, paraph_entry_get_channel (target), &paper, ret_made, error);
}

gboolean
paraph_proposal_withdraw (ParaphHome *home, ParaphEntry *proposal, ParaphMade *ret_made,
                          GError **error)
{
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_WITHDRAWAL);
  ParaphPaper paper = { 0 };

  paraph_draft_add_id (draft, "target", &paraph_entry_get_header (proposal)->id);
  return finish (home, draft, paraph_entry_get_channel (proposal), &paper, ret_made, error);
}

static gboolean
has_id (GArray *ids, const ParaphId *id)
{
  for (guint i = 0; i < ids->len; i++)
    if (paraph_id_equal (&g_array_index (ids, ParaphId, i), id))
      return TRUE;
  return FALSE;
}

void
paraph_paper_list_acknowledged (ParaphEntry *paper, GPtrArray **ret_acknowledged,
                                GPtrArray **ret_unacknowledged)
{
  g_autoptr (GArray) ids = paraph_entry_list_acknowledged (paper);
  g_autoptr (GArray) members = paraph_channel_list_members (paraph_entry_get_channel (paper), NULL);
  const ParaphId *author = &paraph_record_get_powers (paraph_entry_get_record (paper))->delegation;

  *ret_acknowledged = g_ptr_array_new_with_free_func (g_free);
  *ret_unacknowledged = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < members->len; i++)
    {
      const ParaphMember *member = &g_array_index (members, ParaphMember, i);

      if (paraph_id_equal (&member->delegation, author))
        continue;
      g_ptr_array_add (has_id (ids, &member->delegation) ? *ret_acknowledged : *ret_unacknowledged,
                       g_strdup (member->code));
    }
}
