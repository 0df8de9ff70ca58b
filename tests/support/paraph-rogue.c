/* A cheat for tests and for the sample negotiation: what the holder of a stolen copy of a home can
 * do with it. The product has no such code, and this program is never installed.
 *
 *   paraph-rogue equivocate HOME KEY-FILE CHANNEL WORDS TO
 *       another statement at the place of the device's next record, genuinely signed, for TO alone
 *   paraph-rogue forge HOME KEY-FILE CHANNEL WORDS TO AS
 *       a statement in the name of AS, signed with the key of the copied home, for TO alone
 *   paraph-rogue replay HOME KEY-FILE CHANNEL WORDS TO
 *       the same as equivocate, in the session of the copied home, whose next key the home itself
 *       may have used since
 *   paraph-rogue claim HOME KEY-FILE CHANNEL WORDS TO
 *       says to TO that it holds a record of TO's own device, whose id is the hash of WORDS
 *
 * TO and AS are codes. Both go through the usual packets, sessions, envelopes and pouch, so that
 * the receiver's own client has to see through them. Prints the id of the record it made. */

#include <stdio.h>
#include <string.h>

#include "app/cli-files.h"
#include "app/client.h"
#include "app/find-requests.h"
#include "app/home-private.h"
#include "app/outbound.h"
#include "app/record-requests.h"
#include "app/sync-private.h"
#include "crypto/hash.h"
#include "crypto/start.h"
#include "negotiation/channel.h"
#include "store/session-table.h"

enum
{
  WORD_VERB,
  WORD_HOME,
  WORD_KEY,
  WORD_CHANNEL,
  WORD_TEXT,
  WORD_TO,
  WORD_AS,
  N_WORDS
};

typedef struct
{
  const char *words[N_WORDS]; /* borrowed; WORD_AS is NULL but for forge */
  ParaphId made;
} Rogue;

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED, message);
  return FALSE;
}

/* The one device of the delegation with this code. */
static gboolean
find_device (ParaphHome *home, const char *code, ParaphId *ret_device, GError **error)
{
  g_autoptr (GPtrArray) devices = NULL;
  ParaphId delegation;

  if (!paraph_find_delegation (home, code, PARAPH_FIND_READING, &delegation, error))
    return FALSE;
  devices =
      paraph_identities_list_devices (paraph_ledger_get_identities (home->ledger), &delegation);
  if (devices->len == 0)
    return fail (error, "That delegation has no device.");
  *ret_device = ((const ParaphPowers *) g_ptr_array_index (devices, 0))->device;
  return TRUE;
}

/* The next place in the chain of whoever is to be the author. */
static gboolean
find_place (const Rogue *self, ParaphHome *home, ParaphChannel *channel,
            ParaphPosition *ret_position, GError **error)
{
  ParaphId delegation = home->delegation;
  ParaphId device = home->device;
  ParaphDelegation author;

  if (self->words[WORD_AS] != NULL
      && (!paraph_find_delegation (home, self->words[WORD_AS], PARAPH_FIND_READING, &delegation,
                                   error)
          || !find_device (home, self->words[WORD_AS], &device, error)))
    return FALSE;
  if (!paraph_identities_get_delegation (paraph_ledger_get_identities (home->ledger), &delegation,
                                         &author))
    return fail (error, "The author's delegation is not known.");
  if (!paraph_channel_next_place (channel, &device, &author.head, ret_position))
    return fail (error, "The author's chain is forked already.");
  ret_position->negotiation = *paraph_channel_get_negotiation (channel);
  ret_position->channel = *paraph_channel_get_id (channel);
  ret_position->author = device;
  ret_position->identity = author.head;
  return TRUE;
}

static ParaphDraft *
draft_statement (const Rogue *self, GPtrArray *blobs, GError **error)
{
  const char *words = self->words[WORD_TEXT];
  g_autoptr (ParaphDraft) draft = paraph_draft_new (PARAPH_KIND_STATEMENT);
  g_autoptr (GBytes) content = g_bytes_new_static (words, strlen (words));
  ParaphBody body = { .role = "text", .name = "main", .language = "en" };

  paraph_draft_add (draft, "type", "statement");
  return paraph_record_add_text (draft, blobs, &body, content, error) ? g_steal_pointer (&draft)
                                                                      : NULL;
}

/* Signed with this home's key, whoever the author is said to be. */
static ParaphSealedRecord *
seal (const Rogue *self, ParaphHome *home, ParaphChannel *channel, GPtrArray *blobs, GError **error)
{
  g_autoptr (ParaphDraft) draft = draft_statement (self, blobs, error);
  g_autoptr (ParaphHeader) header = NULL;
  g_autofree char *name_space = NULL;
  ParaphPosition position = { 0 };
  ParaphSignedBy by = { 0 };
  guint8 salt[16];

  if (draft == NULL || !find_place (self, home, channel, &position, error))
    return NULL;
  paraph_home_random (salt, sizeof salt);
  header = paraph_draft_finish (draft, &position, paraph_home_now (), salt, error);
  g_clear_pointer (&position.seen, g_array_unref);
  if (header == NULL)
    return NULL;
  name_space = paraph_header_dup_namespace (header);
  if (!paraph_home_sign (home, name_space, &header->id, &by, error))
    return NULL;
  by.key = position.author;
  return paraph_sealed_record_new (header, &by, 1);
}

/* A have whose only tip is said to be of the one that it is sent to. */
static gboolean
send_claim (Rogue *self, ParaphHome *home, GError **error)
{
  const char *words = self->words[WORD_TEXT];
  ParaphChannel *channel =
      paraph_find_channel (home, self->words[WORD_CHANNEL], PARAPH_FIND_READING, error);
  g_autoptr (GArray) tips = g_array_new (FALSE, TRUE, sizeof (ParaphTip));
  g_autoptr (ParaphPacket) packet = NULL;
  ParaphTip tip = { .place = { .number = 1000 } };
  ParaphHave have = { .pages = 1, .tips = tips };
  ParaphId to;

  if (channel == NULL || !find_device (home, self->words[WORD_TO], &to, error)
      || !paraph_session_table_forget_peer (home->store, &to, error))
    return FALSE;
  paraph_sha256 (words, strlen (words), &self->made);
  tip.place.author = to;
  tip.place.id = self->made;
  g_array_append_val (tips, tip);
  have.channel = *paraph_channel_get_id (channel);
  packet = paraph_packet_new_have (&have);
  return paraph_outbound_packet (home, &to, packet, paraph_channel_get_negotiation (channel),
                                 &have.channel, error)
         || (*error == NULL && fail (error, "That delegation cannot be written to."));
}

/* Into the outbox, for one device. A copied ratchet has keys that are used up: the session begins
 * anew on the target's card, as that of a device which lost its own. */
static gboolean
send_record (Rogue *self, ParaphHome *home, GError **error)
{
  g_autoptr (GPtrArray) blobs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  ParaphChannel *channel =
      paraph_find_channel (home, self->words[WORD_CHANNEL], PARAPH_FIND_READING, error);
  g_autoptr (ParaphSealedRecord) sealed =
      channel == NULL ? NULL : seal (self, home, channel, blobs, error);
  g_autoptr (ParaphPacket) packet = NULL;
  ParaphId to;

  if (sealed == NULL || !find_device (home, self->words[WORD_TO], &to, error)
      || (strcmp (self->words[WORD_VERB], "replay") != 0
          && !paraph_session_table_forget_peer (home->store, &to, error)))
    return FALSE;
  self->made = sealed->header->id;
  packet = paraph_packet_new_record (sealed, blobs);
  return paraph_outbound_packet (home, &to, packet, &sealed->header->negotiation,
                                 &sealed->header->channel, error)
         || (*error == NULL && fail (error, "That delegation cannot be written to."));
}

static gboolean
cheat (ParaphHome *home, gpointer data, GError **error)
{
  ParaphDatabase *database = paraph_store_get_database (home->store);
  g_autoptr (GError) carrier = NULL;
  guint sent = 0;

  return paraph_database_begin (database, error)
         && (strcmp (((const Rogue *) data)->words[WORD_VERB], "claim") == 0
                 ? send_claim (data, home, error)
                 : send_record (data, home, error))
         && paraph_database_commit (database, error)
         && (home->transport != NULL || fail (error, "The copied home has no pouch."))
         && paraph_transport_start (home->transport, NULL, error)
         && paraph_sync_post (home, &sent, &carrier, error)
         && (sent > 0 || fail (error, "The pouch took nothing."));
}

static gboolean
run (Rogue *self, GError **error)
{
  ParaphStoreOpening opening = { .directory = self->words[WORD_HOME] };
  g_autoptr (ParaphClient) client = paraph_client_new ();
  PARAPH_SECRET_AUTO ParaphSecret *key = paraph_cli_read_key (self->words[WORD_KEY], FALSE, error);
  gboolean done = FALSE;

  if (key == NULL)
    return FALSE;
  opening.key = key;
  if (!paraph_client_open (client, &opening, NULL, error))
    return FALSE;
  done = paraph_client_run (client, cheat, self, TRUE, error);
  return paraph_client_close (client, done ? error : NULL) && done;
}

static gboolean
parse (Rogue *self, int argc, char **argv)
{
  gboolean is_forge = argc == N_WORDS + 1 && strcmp (argv[1], "forge") == 0;
  gboolean is_other = argc == N_WORDS
                      && (strcmp (argv[1], "equivocate") == 0 || strcmp (argv[1], "replay") == 0
                          || strcmp (argv[1], "claim") == 0);

  for (int i = 1; i < argc && i <= N_WORDS; i++)
    self->words[i - 1] = argv[i];
  return is_forge || is_other;
}

int
main (int argc, char **argv)
{
  Rogue self = { 0 };
  GError *error = NULL;
  char hex[PARAPH_ID_HEX_SIZE + 1];

  if (!parse (&self, argc, argv))
    {
      (void) fprintf (stderr, "paraph-rogue equivocate HOME KEY-FILE CHANNEL WORDS TO\n"
                              "paraph-rogue forge HOME KEY-FILE CHANNEL WORDS TO AS\n"
                              "paraph-rogue replay HOME KEY-FILE CHANNEL WORDS TO\n"
                              "paraph-rogue claim HOME KEY-FILE CHANNEL WORDS TO\n");
      return 2;
    }
  if (paraph_crypto_start () != 0)
    return 4;
  if (!run (&self, &error))
    {
      (void) fprintf (stderr, "paraph-rogue: %s\n", error->message);
      g_clear_error (&error);
      return 4;
    }
  paraph_id_to_hex (&self.made, hex);
  return printf ("%s\n", hex) < 0 || fflush (stdout) != 0 ? 4 : 0;
}
