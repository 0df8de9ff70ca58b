/* Founding: keys, the delegation's first records, and the first address block. */

#include "app/home-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "app/error.h"
#include "crypto/envelope.h"
#include "crypto/hash.h"
#include "crypto/sign.h"
#include "negotiation/address.h"
#include "negotiation/identity-draft.h"
#include "store/secret-table.h"
#include "store/setting-table.h"
#include "transport/pouch.h"

#define ALL_POWERS 0xFF

/* What founding makes on its way. */
typedef struct
{
  ParaphStore *store;
  const ParaphHomeFounding *wish; /* borrowed */
  ParaphSecret *custodian;        /* owned; signing key of the custodian */
  ParaphSecret *device;           /* owned; signing key of the device */
  ParaphSignKey custodian_key;
  ParaphId next; /* hash of the next set of custodians */
  ParaphPowers powers;
  ParaphIdentities *identities; /* owned */
} Founding;

static void
founding_clear (Founding *self)
{
  paraph_secret_clear (&self->custodian);
  paraph_secret_clear (&self->device);
  g_clear_pointer (&self->identities, paraph_identities_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Founding, founding_clear)

static gboolean
write_all (int fd, const char *text, gsize size)
{
  while (size > 0)
    {
      gssize n = write (fd, text, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      text += n;
      size -= (gsize) n;
    }
  return fsync (fd) == 0;
}

/* One line, mode 0600, never over a file that is there. */
static gboolean
write_key_file (const char *path, const ParaphSecret *seed, GError **error)
{
  char line[sizeof "paraph-custodian 1 " + (gsize) 2 * PARAPH_SIGN_SEED_SIZE + 1] =
      "paraph-custodian 1 ";
  gsize length = strlen (line);
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  gboolean is_written = FALSE;

  if (fd >= 0)
    {
      paraph_hex_encode (paraph_secret_data (seed), PARAPH_SIGN_SEED_SIZE, line + length);
      line[sizeof line - 2] = '\n';
      is_written = write_all (fd, line, sizeof line - 1);
      paraph_wipe (line, sizeof line);
      is_written = close (fd) == 0 && is_written;
    }
  if (!is_written)
    paraph_app_error_set (
        error, PARAPH_APP_ERROR_IO,
        "The custodian key cannot be written to “%s” (%s). Name a file that is not there yet.",
        path, g_strerror (errno));
  return is_written;
}

static gboolean
keep_seed (Founding *self, const char *name, const char *suffix, const ParaphSecret *seed,
           GError **error)
{
  g_autofree char *path = NULL;

  if (self->wish->custodian_out == NULL)
    return paraph_secret_table_put (self->store, name, seed, error);
  path = g_strconcat (self->wish->custodian_out, suffix, NULL);
  return write_key_file (path, seed, error);
}

/* The custodian in force, and the one who would follow: only the hash of the latter is shown. */
static gboolean
make_custodians (Founding *self, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *next_seed = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *next = NULL;
  ParaphSignKey next_key = { { 0 } };

  if (!paraph_home_check (paraph_secret_new_random ("custodian seed", PARAPH_SIGN_SEED_SIZE, &seed),
                          "No key", error)
      || !paraph_home_check (
          paraph_secret_new_random ("next custodian seed", PARAPH_SIGN_SEED_SIZE, &next_seed),
          "No key", error)
      || !paraph_home_check (paraph_sign_pair_from_seed ("custodian key", seed, &self->custodian,
                                                         &self->custodian_key),
                             "No key", error)
      || !paraph_home_check (
          paraph_sign_pair_from_seed ("next custodian key", next_seed, &next, &next_key), "No key",
          error))
    return FALSE;
  paraph_custodians_hash (1, &next_key, 1, &self->next);
  return keep_seed (self, PARAPH_SECRET_CUSTODIAN_SEED, "", seed, error)
         && keep_seed (self, "custodian-next-seed", ".next", next_seed, error);
}

static gboolean
make_session_key (Founding *self, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *session = NULL;
  g_autofree char *registration_text = NULL;
  guint32 registration = 0;
  char hex[2 * sizeof self->powers.session.bytes + 1];

  if (!paraph_home_check (
          paraph_session_keys_new_identity (&self->powers.session, &session, &registration),
          "No session key", error))
    return FALSE;
  paraph_hex_encode (self->powers.session.bytes, sizeof self->powers.session.bytes, hex);
  registration_text = g_strdup_printf ("%" G_GUINT32_FORMAT, registration);
  return paraph_secret_table_put (self->store, PARAPH_SECRET_SESSION_KEY, session, error)
         && paraph_setting_table_set (self->store, "session-public", hex, error)
         && paraph_setting_table_set (self->store, "registration", registration_text, error);
}

static gboolean
make_device_keys (Founding *self, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *seed = NULL;
  PARAPH_SECRET_AUTO ParaphSecret *envelope = NULL;

  if (!paraph_home_check (paraph_secret_new_random ("device seed", PARAPH_SIGN_SEED_SIZE, &seed),
                          "No device key", error)
      || !paraph_home_check (
          paraph_sign_pair_from_seed ("signing key", seed, &self->device, &self->powers.key),
          "No device key", error)
      || !paraph_home_check (paraph_envelope_new_key (&self->powers.envelope, &envelope),
                             "No envelope key", error))
    return FALSE;
  paraph_sign_key_id (&self->powers.key, &self->powers.device);
  return paraph_secret_table_put (self->store, PARAPH_SECRET_DEVICE_SEED, seed, error)
         && paraph_secret_table_put (self->store, PARAPH_SECRET_ENVELOPE_KEY, envelope, error)
         && make_session_key (self, error);
}

/* Finishes, signs by the custodian, places and keeps one identity record. */
static gboolean
make_identity (Founding *self, ParaphDraft *draft, ParaphId *ret_id, GError **error)
{
  g_autoptr (ParaphHeader) header = NULL;
  g_autoptr (ParaphSealedRecord) sealed = NULL;
  ParaphDelegation delegation = { 0 };
  ParaphPosition position = { 0 };
  ParaphSignedBy by = { 0 };
  ParaphId missing = { { 0 } };
  ParaphRefusal refusal = PARAPH_REFUSAL_NONE;
  guint8 salt[16];

  paraph_home_random (salt, sizeof salt);
  if (paraph_identities_get_delegation (self->identities, &self->powers.delegation, &delegation))
    paraph_identity_position (&delegation, &position);
  else
    paraph_identity_position (NULL, &position);
  header = paraph_draft_finish (draft, &position, paraph_home_now (), salt, error);
  if (header == NULL)
    return FALSE;
  paraph_sign_key_id (&self->custodian_key, &by.key);
  if (!paraph_home_check (
          paraph_sshsig_sign (self->custodian, PARAPH_SSHSIG_IDENTITY, &header->id, &by.signature),
          "Signing failed", error))
    return FALSE;
  sealed = paraph_sealed_record_new (header, &by, 1);
  if (paraph_identities_place (self->identities, sealed, &missing, &refusal)
      != PARAPH_PLACING_PLACED)
    {
      paraph_app_error_set (error, PARAPH_APP_ERROR_REFUSED,
                            "The own identity record is refused (%s). Give other names.",
                            paraph_refusal_get_word (refusal));
      return FALSE;
    }
  *ret_id = header->id;
  return paraph_home_keep_record (self->store, sealed, PARAPH_RECORD_STATE_PLACED, NULL, error);
}

static gboolean
make_chain (Founding *self, GError **error)
{
  g_autoptr (ParaphDraft) founding = NULL;
  g_autoptr (ParaphDraft) powers = NULL;
  ParaphFounding fields = { 0 };
  ParaphSignature proof = { { 0 } };
  ParaphId message = { { 0 } };

  fields.name = self->wish->delegation;
  fields.code = self->wish->code;
  fields.threshold = 1;
  fields.n_custodians = 1;
  fields.custodians = &self->custodian_key;
  fields.next = self->next;
  founding = paraph_identity_draft_delegation (&fields);
  if (!make_identity (self, founding, &self->powers.delegation, error))
    return FALSE;
  self->powers.person = self->wish->person;
  self->powers.powers = ALL_POWERS;
  paraph_powers_hash_proof (&self->powers, &message);
  if (!paraph_home_check (paraph_sshsig_sign (self->device, PARAPH_SSHSIG_DEVICE, &message, &proof),
                          "Signing failed", error))
    return FALSE;
  powers = paraph_identity_draft_powers (&self->powers, &proof);
  return make_identity (self, powers, &self->powers.record, error)
         && paraph_setting_table_set_id (self->store, "delegation", &self->powers.delegation, error)
         && paraph_setting_table_set_id (self->store, "device", &self->powers.device, error);
}

static gboolean
make_mailbox (Founding *self, GError **error)
{
  guint8 mailbox[PARAPH_TRANSPORT_MAILBOX_LENGTH / 2];
  char hex[PARAPH_TRANSPORT_MAILBOX_LENGTH + 1];

  paraph_home_random (mailbox, sizeof mailbox);
  paraph_hex_encode (mailbox, sizeof mailbox, hex);
  if (!paraph_setting_table_set (self->store, "mailbox", hex, error))
    return FALSE;
  if (self->wish->pouch == NULL)
    return TRUE;
  return paraph_pouch_prepare (self->wish->pouch, error)
         && paraph_setting_table_set (self->store, "pouch", self->wish->pouch, error);
}

gboolean
paraph_home_found (ParaphStore *store, const ParaphHomeFounding *founding, GError **error)
{
  g_auto (Founding) self = { .store = store, .wish = founding };
  g_autoptr (ParaphHome) home = NULL;
  gboolean founded = FALSE;
  ParaphId held = { { 0 } };

  if (!paraph_setting_table_get_id (store, "delegation", &held, &founded, error))
    return FALSE;
  if (founded)
    {
      paraph_app_error_set (
          error, PARAPH_APP_ERROR_REFUSED,
          "This home already belongs to a delegation. Name another place with --home.");
      return FALSE;
    }
  self.identities = paraph_identities_new ();
  if (!make_custodians (&self, error) || !make_device_keys (&self, error)
      || !make_chain (&self, error) || !make_mailbox (&self, error))
    return FALSE;
  home = paraph_home_load (store, error);
  return home != NULL && paraph_home_renew_address (home, error);
}
