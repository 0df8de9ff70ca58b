#include <string.h>
#include <unistd.h>

#include "crypto/keyfile.h"
#include "crypto/start.h"
#include "crypto/wire.h"
#include "store/error-private.h"
#include "store/home-files.h"
#include "store/secret-table.h"
#include "store/store.h"

/* NOTES: the generation.
 *
 * An encrypted file cannot tell that an older copy of it was put back. So the key file and a
 * sealed row each count the openings, by two. The key file is odd while an opening is under way:
 *
 *   1. the key file goes to n + 1    lawful rows: n, n + 2
 *   2. the row goes to n + 2
 *   3. the key file goes to n + 2    lawful rows: n + 2
 *
 * Anything else is an old copy of one of them. With one step less, the database of the run before
 * could not be told from a run that was cut off between 1 and 2. An opening that was cut off is
 * finished before the next one begins.
 *
 * A key file whose MAC does not fit is refused: it is replaced as a whole only, so no crash makes
 * one, and to pass it would let whoever put back an old database also silence the count. */

#define GENERATION_NAME "generation"
#define KEYFILE_FLAGS_OFFSET 452 /* crypto/keyfile.h, version 1 */

struct ParaphStore
{
  /* owned */
  char *directory;
  ParaphDatabase *database;
  ParaphKeyfile *keyfile;
  ParaphSecret *secrets_key;

  int lock;

  gboolean was_unclean;
};

static ParaphStore *
store_new (const char *directory)
{
  ParaphStore *self = g_new0 (ParaphStore, 1);

  self->directory = g_strdup (directory);
  self->lock = -1;
  return self;
}

static void
store_free (ParaphStore *self)
{
  if (self == NULL)
    return;
  paraph_database_close (self->database);
  paraph_keyfile_free (self->keyfile);
  paraph_secret_free (self->secrets_key);
  if (self->lock >= 0)
    (void) close (self->lock); /* nothing was written through it */
  g_free (self->directory);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ParaphStore, store_free)

static gboolean
set_error (GError **error, ParaphStoreError code, const char *message)
{
  g_set_error_literal (error, PARAPH_STORE_ERROR, (int) code, message);
  return FALSE;
}

static gboolean
check_crypto (int rc, const char *what, GError **error)
{
  if (rc == PARAPH_OK)
    return TRUE;
  paraph_store_error_set_crypto (error, rc, what);
  return FALSE;
}

static guint64
get_ram (void)
{
  long pages = sysconf (_SC_PHYS_PAGES);
  long page_size = sysconf (_SC_PAGESIZE);

  return pages <= 0 || page_size <= 0 ? 0 : (guint64) pages * (guint64) page_size;
}

static ParaphCredential
make_credential (const ParaphStoreOpening *opening)
{
  ParaphCredential credential = { 0 };

  g_assert ((opening->passphrase == NULL) != (opening->key == NULL));
  if (opening->cost.memory != 0)
    credential.cost = opening->cost;
  else
    credential.cost = paraph_passphrase_cost_for_ram (get_ram ());
  credential.type = opening->key != NULL ? PARAPH_SLOT_KEY_FILE : PARAPH_SLOT_PASSPHRASE;
  credential.secret = opening->key != NULL ? opening->key : opening->passphrase;
  return credential;
}

static gboolean
write_state (ParaphStore *self, const ParaphKeyfileState *state, GError **error)
{
  guint8 bytes[PARAPH_KEYFILE_SIZE];

  return check_crypto (paraph_keyfile_set_state (self->keyfile, state), "key file", error)
         && check_crypto (paraph_keyfile_encode (self->keyfile, bytes), "key file", error)
         && paraph_home_write_key (self->directory, bytes, sizeof bytes, error);
}

static gboolean
take_lock (ParaphStore *self, GError **error)
{
  self->lock = paraph_home_lock (self->directory, error);
  return self->lock >= 0;
}

static gboolean
take_keyfile (ParaphStore *self, GError **error)
{
  return check_crypto (
      paraph_keyfile_subkey (self->keyfile, PARAPH_SUBKEY_SECRETS, &self->secrets_key),
      "secrets key", error);
}

static gboolean
open_database (ParaphStore *self, const char *vfs, GError **error)
{
  g_autofree char *path = paraph_home_get_database_path (self->directory);

  self->database = paraph_database_open (path, vfs, error);
  return self->database != NULL;
}

static gboolean
read_generation (ParaphStore *self, guint64 *ret_generation, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *row = NULL;
  ParaphReader reader;
  guint64 generation;

  if (!paraph_secret_table_get (self, GENERATION_NAME, "generation", &row, error))
    return FALSE;
  if (row == NULL)
    return set_error (error, PARAPH_STORE_ERROR_DAMAGED, "the database has no generation");
  paraph_reader_init (&reader, paraph_secret_data (row), paraph_secret_size (row));
  generation = paraph_reader_u64 (&reader);
  if (!check_crypto (paraph_reader_finish (&reader), "generation", error))
    return FALSE;
  *ret_generation = generation;
  return TRUE;
}

static gboolean
put_generation (ParaphStore *self, guint64 generation, GError **error)
{
  PARAPH_SECRET_AUTO ParaphSecret *row = NULL;
  guint64 bytes = GUINT64_TO_BE (generation);

  return check_crypto (paraph_secret_new_copy ("generation", &bytes, sizeof bytes, &row), "secret",
                       error)
         && paraph_secret_table_put (self, GENERATION_NAME, row, error);
}

/* With what a new home is filled with, or NULL. */
static gboolean
write_generation (ParaphStore *self, guint64 generation, const ParaphStoreOpening *filling,
                  GError **error)
{
  if (!paraph_database_begin (self->database, error))
    return FALSE;
  if (put_generation (self, generation, error)
      && (filling == NULL || filling->fill == NULL
          || filling->fill (self, filling->fill_data, error)))
    return paraph_database_commit (self->database, error);
  paraph_database_rollback (self->database);
  return FALSE;
}

/* The first generation is 0 in both places; then the key file says that the home is complete. */
static gboolean
fill_new_home (ParaphStore *self, const ParaphStoreOpening *opening, GError **error)
{
  ParaphKeyfileState state;

  paraph_keyfile_state (self->keyfile, &state);
  if (!write_state (self, &state, error) || !take_keyfile (self, error)
      || !paraph_home_make_database (self->directory, error)
      || !open_database (self, opening->vfs, error)
      || !write_generation (self, state.generation, opening, error))
    return FALSE;
  g_clear_pointer (&self->database, paraph_database_close);
  state.initialised = true;
  state.closed_cleanly = true;
  return write_state (self, &state, error);
}

/* Reads the flag unproven: the key file of an interrupted creation may be of other credentials. */
static gboolean
is_half_made (GBytes *bytes)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  ParaphReader reader;
  guint32 version;
  guint32 flags;

  paraph_reader_init (&reader, data, size);
  paraph_reader_expect (&reader, "paraph-store-key", 16);
  version = paraph_reader_u32 (&reader);
  (void) paraph_reader_view (&reader, KEYFILE_FLAGS_OFFSET - 20);
  flags = paraph_reader_u32 (&reader);
  return paraph_reader_error (&reader) == PARAPH_OK && version == 1 && (flags & 1) == 0;
}

/* An interrupted creation holds nothing of worth; anything else is left alone. */
static gboolean
clear_half_made (const char *directory, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  ParaphHomeDatabase database = paraph_home_look_at_database (directory);

  if (!paraph_home_read_key (directory, &bytes, error))
    return FALSE;
  if (bytes == NULL && database == PARAPH_HOME_DATABASE_ABSENT)
    return TRUE;
  if (bytes == NULL || !is_half_made (bytes))
    return set_error (error, PARAPH_STORE_ERROR_EXISTS, "there is a home here already");
  return paraph_home_remove (directory, error);
}

gboolean
paraph_store_create (const ParaphStoreOpening *opening, GError **error)
{
  g_autoptr (ParaphStore) self = store_new (opening->directory);
  ParaphCredential credential = make_credential (opening);

  return check_crypto (paraph_crypto_start (), "start", error)
         && paraph_home_make_directory (opening->directory, error) && take_lock (self, error)
         && clear_half_made (opening->directory, error)
         && check_crypto (paraph_keyfile_create (&credential, &self->keyfile), "key file", error)
         && fill_new_home (self, opening, error);
}

/* Before SQLite sees the file: an empty one would become a new database. */
static gboolean
check_files (ParaphStore *self, const ParaphKeyfileState *state, GError **error)
{
  ParaphHomeDatabase found = paraph_home_look_at_database (self->directory);

  if (!state->initialised)
    return set_error (error, PARAPH_STORE_ERROR_NOT_A_STORE, "a home that was not completed");
  if (!paraph_keyfile_is_authentic (self->keyfile))
    return set_error (error, PARAPH_STORE_ERROR_DAMAGED, "the key file was altered");
  if (found == PARAPH_HOME_DATABASE_ABSENT || found == PARAPH_HOME_DATABASE_EMPTY)
    return set_error (error, PARAPH_STORE_ERROR_DAMAGED, "the database is missing");
  if (found == PARAPH_HOME_DATABASE_UNEVEN && state->closed_cleanly)
    return set_error (error, PARAPH_STORE_ERROR_DAMAGED, "the database is not whole pages");
  self->was_unclean = !state->closed_cleanly || paraph_home_has_journal (self->directory);
  return TRUE;
}

/* Another process may have come and gone between our reading the key file and our lock. */
static gboolean
check_same_key (ParaphStore *self, GBytes *before, GError **error)
{
  g_autoptr (GBytes) now = NULL;

  if (!paraph_home_read_key (self->directory, &now, error))
    return FALSE;
  if (now != NULL && g_bytes_equal (before, now))
    return TRUE;
  return set_error (error, PARAPH_STORE_ERROR_IN_USE, "another process is opening this home");
}

/* The even generation that the last opening has reached or was to reach. */
static gboolean
find_level (const ParaphKeyfileState *state, guint64 row, guint64 *ret_level, GError **error)
{
  gboolean is_opening = state->generation % 2 == 1;

  if (state->generation <= G_MAXUINT64 - 4
      && (is_opening ? row == state->generation - 1 || row == state->generation + 1
                     : row == state->generation))
    {
      *ret_level = state->generation + (is_opening ? 1 : 0);
      return TRUE;
    }
  return set_error (error, PARAPH_STORE_ERROR_OLD_COPY,
                    "the key file and the database are of different times");
}

static gboolean
advance_generation (ParaphStore *self, const ParaphKeyfileState *state, GError **error)
{
  ParaphKeyfileState next;
  guint64 row = 0;
  guint64 level = 0;

  if (!read_generation (self, &row, error) || !find_level (state, row, &level, error)
      || (row != level && !write_generation (self, level, NULL, error)))
    return FALSE;
  paraph_keyfile_next_state (self->keyfile, &next);
  next.generation = level + 1;
  if (!write_state (self, &next, error) || !write_generation (self, level + 2, NULL, error))
    return FALSE;
  next.generation = level + 2;
  return write_state (self, &next, error);
}

static gboolean
open_keyfile (ParaphStore *self, const ParaphStoreOpening *opening, GBytes **ret_bytes,
              GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  ParaphCredential credential = make_credential (opening);
  gsize size = 0;
  const void *data;

  if (!paraph_home_read_key (self->directory, &bytes, error))
    return FALSE;
  if (bytes == NULL)
    return set_error (error, PARAPH_STORE_ERROR_NOT_A_STORE, "there is no home here");
  data = g_bytes_get_data (bytes, &size);
  if (!check_crypto (paraph_keyfile_open (data, size, &credential, &self->keyfile), "key file",
                     error))
    return FALSE;
  *ret_bytes = g_steal_pointer (&bytes);
  return TRUE;
}

ParaphStore *
paraph_store_open (const ParaphStoreOpening *opening, GError **error)
{
  g_autoptr (ParaphStore) self = store_new (opening->directory);
  g_autoptr (GBytes) bytes = NULL;
  ParaphKeyfileState state = { 0 };

  if (!check_crypto (paraph_crypto_start (), "start", error) || !take_lock (self, error)
      || !open_keyfile (self, opening, &bytes, error))
    return NULL;
  paraph_keyfile_state (self->keyfile, &state);
  if (!check_files (self, &state, error) || !take_keyfile (self, error)
      || !open_database (self, opening->vfs, error) || !check_same_key (self, bytes, error)
      || (self->was_unclean && !paraph_database_check (self->database, error))
      || !advance_generation (self, &state, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
paraph_store_close (ParaphStore *store, GError **error)
{
  g_autoptr (ParaphStore) self = store;
  ParaphKeyfileState state;

  if (self == NULL)
    return TRUE;
  g_clear_pointer (&self->database, paraph_database_close);
  paraph_keyfile_state (self->keyfile, &state);
  state.closed_cleanly = true;
  return write_state (self, &state, error);
}

ParaphDatabase *
paraph_store_get_database (ParaphStore *store)
{
  return store->database;
}

const char *
paraph_store_get_directory (ParaphStore *store)
{
  return store->directory;
}

gboolean
paraph_store_was_unclean (ParaphStore *store)
{
  return store->was_unclean;
}

const ParaphSecret *
paraph_store_get_secrets_key (ParaphStore *store)
{
  return store->secrets_key;
}
