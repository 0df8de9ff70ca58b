#include "tests/support/signal-peer.h"

#include <string.h>

#include "crypto/content.h"
#include "crypto/hash.h"
#include "tests/support/memory-sessions.h"
#include "tests/support/seeded-random.h"

#define BUNDLE_FIELDS 7

struct signal_peer
{
  MemorySessions *own;
  ParaphId other;
};

SignalPeer *
signal_peer_new (void)
{
  SignalPeer *self = g_new0 (SignalPeer, 1);

  paraph_sha256 ("the other side", strlen ("the other side"), &self->other);
  return self;
}

void
signal_peer_free (SignalPeer *self)
{
  g_clear_pointer (&self->own, memory_sessions_free);
  g_free (self);
}

static char *
answer_code (int code)
{
  return code == 0 ? g_strdup ("ok") : g_strdup_printf ("error %d", code);
}

static char *
to_hex (const void *bytes, size_t size)
{
  char *hex = g_malloc0 (2 * size + 1);

  paraph_hex_encode (bytes, size, hex);
  return hex;
}

static gboolean
from_hex (const char *hex, void *ret_bytes, size_t size)
{
  return paraph_hex_decode (hex, strlen (hex), ret_bytes, size) == 0;
}

static gboolean
read_number (const char *text, uint32_t *ret_number)
{
  guint64 number = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL))
    return FALSE;
  *ret_number = (uint32_t) number;
  return TRUE;
}

static char *
answer_seed (SignalPeer *self, char **words)
{
  uint32_t seed = 0;

  if (!read_number (words[0], &seed))
    return answer_code (PARAPH_ERROR_MALFORMED);
  seeded_random_start (seed);
  g_clear_pointer (&self->own, memory_sessions_free);
  self->own = memory_sessions_new ("our side");
  return to_hex (self->own->identity.bytes, sizeof self->own->identity.bytes);
}

static char *
answer_trust (SignalPeer *self, char **words)
{
  ParaphSessionKey key;

  if (!from_hex (words[0], key.bytes, sizeof key.bytes))
    return answer_code (PARAPH_ERROR_MALFORMED);
  memory_sessions_trust_key (self->own, &self->other, &key);
  return answer_code (0);
}

static char *
answer_bundle (SignalPeer *self, char **words)
{
  uint32_t signed_id = 0;
  uint32_t prekey_id = 0;
  const MemorySessions other = { .device = self->other };
  g_autofree char *identity = NULL;
  g_autofree char *signed_key = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *prekey = NULL;
  ParaphBundle bundle;

  if (!read_number (words[0], &signed_id) || !read_number (words[1], &prekey_id))
    return answer_code (PARAPH_ERROR_MALFORMED);
  bundle = memory_sessions_bundle (self->own, &other, signed_id, prekey_id);
  identity = to_hex (bundle.identity.bytes, sizeof bundle.identity.bytes);
  signed_key = to_hex (bundle.signed_prekey.key.bytes, sizeof bundle.signed_prekey.key.bytes);
  signature =
      to_hex (bundle.signed_prekey.signature.bytes, sizeof bundle.signed_prekey.signature.bytes);
  prekey = bundle.has_prekey ? to_hex (bundle.prekey.key.bytes, sizeof bundle.prekey.key.bytes)
                             : g_strdup ("-");
  return g_strdup_printf ("bundle %u %s %u %s %s %u %s", bundle.registration_id, identity,
                          bundle.signed_prekey.id, signed_key, signature, bundle.prekey.id, prekey);
}

static char *
answer_process (SignalPeer *self, char **words)
{
  ParaphBundle bundle = { .is_directed = true };

  bundle.issuer = self->other;
  bundle.recipient = self->own->device;
  if (!read_number (words[0], &bundle.registration_id)
      || !from_hex (words[1], bundle.identity.bytes, sizeof bundle.identity.bytes)
      || !read_number (words[2], &bundle.signed_prekey.id)
      || !from_hex (words[3], bundle.signed_prekey.key.bytes, sizeof bundle.signed_prekey.key.bytes)
      || !from_hex (words[4], bundle.signed_prekey.signature.bytes,
                    sizeof bundle.signed_prekey.signature.bytes)
      || !read_number (words[5], &bundle.prekey.id))
    return answer_code (PARAPH_ERROR_MALFORMED);
  bundle.has_prekey = bundle.prekey.id != 0;
  if (bundle.has_prekey
      && !from_hex (words[6], bundle.prekey.key.bytes, sizeof bundle.prekey.key.bytes))
    return answer_code (PARAPH_ERROR_MALFORMED);
  return answer_code (paraph_sessions_process_bundle (self->own->sessions, &bundle));
}

static char *
answer_encrypt (SignalPeer *self, char **words)
{
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  uint8_t plain[PARAPH_WRAP_SIZE];
  g_autofree char *hex = NULL;
  ParaphSessionMessage message;
  int r;

  if (!from_hex (words[0], plain, sizeof plain))
    return answer_code (PARAPH_ERROR_MALFORMED);
  r = paraph_secret_new_copy ("test wrap", plain, sizeof plain, &wrap);
  if (r == 0)
    r = paraph_sessions_encrypt (self->own->sessions, &self->other, wrap, &message);
  if (r != 0)
    return answer_code (r);
  hex = to_hex (message.bytes, message.size);
  return g_strdup_printf ("enc %u %s", message.type, hex);
}

static char *
answer_decrypt (SignalPeer *self, char **words)
{
  g_autoptr (GHashTable) savepoint = memory_sessions_snapshot (self->own);
  PARAPH_SECRET_AUTO ParaphSecret *wrap = NULL;
  g_autofree char *hex = NULL;
  ParaphSessionMessage message = { 0 };
  uint32_t type = 0;
  size_t size = strlen (words[1]) / 2;
  int r;

  if (!read_number (words[0], &type) || type > UINT8_MAX || size > sizeof message.bytes
      || !from_hex (words[1], message.bytes, size))
    return answer_code (PARAPH_ERROR_MALFORMED);
  message.type = (uint8_t) type;
  message.size = (uint16_t) size;
  r = paraph_sessions_decrypt (self->own->sessions, &self->other, &message,
                               PARAPH_SESSION_JUMP_PROVEN, &wrap);
  if (r != 0)
    {
      memory_sessions_rollback (self->own, savepoint);
      return answer_code (r);
    }
  hex = to_hex (paraph_secret_data (wrap), paraph_secret_size (wrap));
  return g_strconcat ("dec ", hex, NULL);
}

char *
signal_peer_answer (SignalPeer *self, const char *line)
{
  static const struct
  {
    const char *verb;
    unsigned int words;
    char *(*answer) (SignalPeer *self, char **words);
  } verbs[] = {
    { "seed", 1, answer_seed },     { "trust", 1, answer_trust },
    { "bundle", 2, answer_bundle }, { "process", BUNDLE_FIELDS, answer_process },
    { "enc", 1, answer_encrypt },   { "dec", 2, answer_decrypt },
  };
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  unsigned int count = g_strv_length (words);

  for (size_t i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      if (count != verbs[i].words + 1 || !g_str_equal (words[0], verbs[i].verb))
        continue;
      if (self->own == NULL && verbs[i].answer != answer_seed)
        break;
      return verbs[i].answer (self, words + 1);
    }
  return answer_code (PARAPH_ERROR_MALFORMED);
}
