#define G_LOG_DOMAIN "paraph-cli"

#include "app/cli-notice.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app/notice-requests.h"
#include "crypto/hash.h"
#include "negotiation/value.h"

#define SHOWN_MAX 64 /* of one sync; the others come with the next */
#define SHORT 8      /* digits of an id */

/* What a kind means to a person: what happened, who, what follows from it, what to do. */
typedef struct
{
  const char *kind;
  const char *detail; /* NULL: whatever the detail is */
  const char *sentence;
} Sentence;

/* {who}, {record} and {author} are put in. The last one is for kinds of a newer Paraph. */
static const Sentence SENTENCES[] = {
  { "fork", NULL,
    N_ ("{who} has made two different records at one place of its chain, one of them {record}: a "
        "fork. Nothing of that chain counts from there on until its delegation cuts it; “audit” "
        "names the proof.") },
  { "identity-fork", NULL,
    N_ ("The identity of {who} has two different records at one place, one of them {record}. Its "
        "earlier powers go on, later ones do not count; compare the safety number with {who} again "
        "before any act that binds.") },
  { "false-claim", NULL,
    N_ ("{who} claims to hold {record} as a record of this device, which this device did not make "
        "and which does not carry its signature. The claim is false and changed nothing; ask {who} "
        "where it has it from.") },
  { "old-copy", NULL,
    N_ ("Others hold {record}, which this device has signed and which is not here: this home is an "
        "old copy of itself. It sends and signs nothing more; use the newest copy, or enrol a "
        "device anew.") },
  { "refused", "bad-signature",
    N_ ("{who} sent {record} in the name of {author}, but its signature is not that of its author: "
        "it is forged or damaged. It was refused and does not count; ask {author} whether it has "
        "said this, and {who} why it sent it.") },
  { "refused", "unknown-key",
    N_ ("{who} sent {record}, signed by a device that its delegation has never named. It was "
        "refused and does not count; if you expect a new device, take in the newest card of its "
        "delegation with “card import”.") },
  { "refused", "not-empowered",
    N_ ("{who} sent {record} of a device that held no powers for it any more. It was refused and "
        "does not count; ask its delegation whether the device was revoked.") },
  { "refused", "malformed",
    N_ ("{who} has made {record}, which breaks the rules of the record, or sent it on. It was "
        "refused, and its author's chain stops there; ask {who} to use a Paraph that keeps the "
        "rules.") },
  { "replayed-key", NULL,
    N_ ("{who} sent a message under a key that was used up by an earlier one. It was not opened, "
        "and what it says is not known; if something you expect is missing, ask {who} to send it "
        "again.") },
  { "envelope-refused", NULL,
    N_ ("{who} sent an envelope that is damaged or was made for another place. Nothing of it was "
        "taken in; if something you expect is missing, ask {who} to send it again.") },
  { "packet-refused", NULL,
    N_ ("{who} sent a packet that this Paraph does not understand. Nothing of it was taken in; ask "
        "{who} which version of Paraph made it.") },
  { "bundle-refused", NULL,
    N_ ("{who} sent keys for a new session that are not its own or have expired. They were not "
        "used; nothing is to be done unless its messages do not come any more.") },
  { "talk-refused", NULL,
    N_ ("{who} said something off the record in a channel where it may not. It is not shown; ask "
        "{who} to say it where it is a member.") },
  { "card-too-large", NULL,
    N_ ("The card of {who} is larger than 4 MiB, since its identity has too many or too long "
        "records. It was not sent on to others; ask {who} what has happened to its identity.") },
  { "unreachable", NULL,
    N_ ("No session can be begun with {who}, so nothing was sent to it. What is on the record goes "
        "to it later; take in its newest card with “card import”.") },
  { "held-back", NULL,
    N_ ("{who} sent more than a limit of this home allows at once. The rest is kept and does not "
        "count yet; “negotiation door list” names it.") },
  { "dropped", "held-back",
    N_ ("There was no room for all that limits hold back, and the oldest of it was dropped. It is "
        "asked for again when others name it; let in what is wanted with “negotiation door "
        "list”.") },
  { "dropped", "not-opened",
    N_ ("Envelopes that could not be opened for a month were dropped. What was in them on the "
        "record is asked for again; of talk, ask those whom you expected to hear from.") },
  { "dropped", "no-room",
    N_ ("{who} sent more in pieces than there is room to keep, and the oldest of what was not whole "
        "yet was dropped. What was in it on the record is asked for again; of talk, ask {who} to "
        "send it again, less at once.") },
  { "dropped", "pieces",
    N_ ("Messages of which some pieces never came were dropped. What was in them on the record is "
        "asked for again; of talk, ask those whom you expected to hear from.") },
  { NULL, NULL,
    N_ ("Something happened that this Paraph has no words for (see its kind), about {record} and "
        "{who}. Read what the newer Paraph that noted it says with “log --notices”.") },
};

static const Sentence *
find_sentence (const ParaphNotice *notice)
{
  const Sentence *sentence = SENTENCES;

  while (sentence->kind != NULL
         && (g_strcmp0 (sentence->kind, notice->kind) != 0
             || (sentence->detail != NULL && g_strcmp0 (sentence->detail, notice->detail) != 0)))
    sentence++;
  return sentence;
}

static char *
shorten (const ParaphId *id)
{
  char hex[PARAPH_ID_HEX_SIZE + 1];

  paraph_id_to_hex (id, hex);
  return g_strndup (hex, SHORT);
}

/* The code, or as much of the device as tells it apart. */
static char *
name_actor (const ParaphActor *actor)
{
  g_autofree char *device = shorten (&actor->device);

  if (actor->code[0] != '\0')
    return g_strdup (actor->code);
  if (paraph_id_is_zero (&actor->device))
    return g_strdup (_ ("somebody"));
  return g_strdup_printf (_ ("the device %s"), device);
}

static char *
name_record (const ParaphNotice *notice)
{
  g_autofree char *id = shorten (&notice->record);

  if (notice->symbol != NULL)
    return g_strdup (notice->symbol);
  if (paraph_id_is_zero (&notice->record))
    return g_strdup (_ ("a record"));
  return g_strdup_printf (_ ("the record %s"), id);
}

/* One pass from the left, so that nothing that is put in is looked at again. */
static char *
make_sentence (const ParaphNotice *notice)
{
  g_autofree char *who = name_actor (&notice->by);
  g_autofree char *author = name_actor (&notice->author);
  g_autofree char *record = name_record (notice);
  const struct
  {
    const char *mark, *value;
  } parts[] = { { "{who}", who }, { "{author}", author }, { "{record}", record } };
  GString *made = g_string_new (NULL);

  for (const char *at = _ (find_sentence (notice)->sentence); *at != '\0';)
    {
      gsize i = 0;

      while (i < G_N_ELEMENTS (parts) && !g_str_has_prefix (at, parts[i].mark))
        i++;
      if (i == G_N_ELEMENTS (parts))
        g_string_append_c (made, *at++);
      else
        {
          g_string_append (made, parts[i].value);
          at += strlen (parts[i].mark);
        }
    }
  return g_string_free (made, FALSE);
}

static void
write_actor (ParaphCli *self, const char *member, const ParaphActor *actor)
{
  if (paraph_id_is_zero (&actor->device) && paraph_id_is_zero (&actor->delegation))
    paraph_output_string (self->output, member, NULL);
  else
    paraph_output_actor (self->output, member, actor);
}

static void
write_notice (ParaphCli *self, const ParaphNotice *notice)
{
  g_autofree char *time = paraph_value_format_time (notice->time);
  g_autofree char *sentence = make_sentence (notice);

  paraph_output_line (self->output, "%s  %s", time, sentence);
  json_builder_begin_object (paraph_output_get_builder (self->output));
  paraph_output_string (self->output, "kind", notice->kind);
  paraph_output_id (self->output, "channel", &notice->channel);
  paraph_output_id (self->output, "record", &notice->record);
  write_actor (self, "by", &notice->by);
  write_actor (self, "author", &notice->author);
  paraph_output_string (self->output, "detail", notice->detail);
  paraph_output_time (self->output, "time", notice->time);
  paraph_output_string (self->output, "sentence", sentence);
  json_builder_end_object (paraph_output_get_builder (self->output));
}

static void
write_all (ParaphCli *self, GPtrArray *notices)
{
  JsonBuilder *builder = paraph_output_get_builder (self->output);

  json_builder_set_member_name (builder, "notices");
  json_builder_begin_array (builder);
  for (guint i = 0; i < notices->len; i++)
    write_notice (self, g_ptr_array_index (notices, i));
  json_builder_end_array (builder);
}

gboolean
paraph_cli_write_new_notices (ParaphCli *self, ParaphHome *home, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);
  g_autoptr (GPtrArray) notices = NULL;
  guint64 left = 0;

  if (!paraph_database_begin (database, error))
    return FALSE;
  notices = paraph_notice_take_new (home, SHOWN_MAX, &left, error);
  if (notices == NULL || !paraph_database_commit (database, error))
    return FALSE;
  write_all (self, notices);
  if (left > 0)
    paraph_output_line (self->output,
                        _ ("%u notices more come with the next “sync”; “log --notices” shows all."),
                        (guint) MIN (left, G_MAXUINT));
  return TRUE;
}

gboolean
paraph_cli_write_notices (ParaphCli *self, ParaphHome *home, ParaphChannel *channel, GError **error)
{
  g_autoptr (GPtrArray) notices = paraph_notice_list (home, channel, error);

  if (notices == NULL)
    return FALSE;
  write_all (self, notices);
  return TRUE;
}
