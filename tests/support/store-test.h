/* For tests that need a home: a directory of its own, a key, and short ways to say "it worked". */

#pragma once

#include <glib.h>
#include <glib/gstdio.h>

#include "crypto/hash.h"
#include "crypto/secret.h"
#include "crypto/start.h"
#include "store/store.h"

#define assert_done(call)               \
  G_STMT_START                          \
  {                                     \
    GError *error_of_call_ = NULL;      \
    gboolean is_done_ = (call);         \
    g_assert_no_error (error_of_call_); \
    g_assert_true (is_done_);           \
  }                                     \
  G_STMT_END
/* In the call above: where its error goes. */
#define E (&error_of_call_)

#define assert_fails(call, code)                               \
  G_STMT_START                                                 \
  {                                                            \
    GError *error_of_call_ = NULL;                             \
    gboolean is_done_ = (call);                                \
    g_assert_error (error_of_call_, PARAPH_STORE_ERROR, code); \
    g_assert_false (is_done_);                                 \
    g_clear_error (&error_of_call_);                           \
  }                                                            \
  G_STMT_END

/* A place for a home, and what opens it. */
typedef struct
{
  char *parent;    /* owned; a temporary directory */
  char *directory; /* owned; the home, in it */
  ParaphSecret *key;
  ParaphStoreOpening opening;
} TestHome;

static inline void
test_home_init (TestHome *self)
{
  GError *error = NULL;

  g_assert_cmpint (paraph_crypto_start (), ==, 0);
  self->parent = g_dir_make_tmp ("paraph-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->directory = g_build_filename (self->parent, "home", NULL);
  g_assert_cmpint (paraph_secret_new_random ("test key", 32, &self->key), ==, 0);
  self->opening = (ParaphStoreOpening){ .directory = self->directory, .key = self->key };
}

static inline void
test_home_remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      char *child = g_build_filename (path, name, NULL);

      test_home_remove_tree (child);
      g_free (child);
    }
  if (dir != NULL)
    g_dir_close (dir);
  (void) g_remove (path);
}

static inline void
test_home_clear (TestHome *self)
{
  test_home_remove_tree (self->parent);
  paraph_secret_clear (&self->key);
  g_clear_pointer (&self->directory, g_free);
  g_clear_pointer (&self->parent, g_free);
}

static inline ParaphStore *
test_home_open (TestHome *self)
{
  GError *error = NULL;
  ParaphStore *store = paraph_store_open (&self->opening, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

/* A new home, made and open. */
static inline ParaphStore *
test_home_new (TestHome *self)
{
  test_home_init (self);
  assert_done (paraph_store_create (&self->opening, E));
  return test_home_open (self);
}

static inline void
test_home_end (TestHome *self, ParaphStore *store)
{
  assert_done (paraph_store_close (store, E));
  test_home_clear (self);
}

/* An id made of one number: different for different ones, never zero. */
static inline ParaphId
test_id (guint number)
{
  ParaphId id = { { 0 } };

  id.bytes[0] = 0xa5;
  id.bytes[28] = (guint8) (number >> 24);
  id.bytes[29] = (guint8) (number >> 16);
  id.bytes[30] = (guint8) (number >> 8);
  id.bytes[31] = (guint8) number;
  return id;
}

static inline GBytes *
test_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static inline ParaphId
test_hash (GBytes *bytes)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  ParaphId id;

  paraph_sha256 (data, size, &id);
  return id;
}

#define assert_id(a, b) g_assert_cmpmem ((a).bytes, sizeof (a).bytes, (b).bytes, sizeof (b).bytes)

static inline void
test_begin (ParaphStore *store)
{
  assert_done (paraph_database_begin (paraph_store_get_database (store), E));
}

static inline void
test_commit (ParaphStore *store)
{
  assert_done (paraph_database_commit (paraph_store_get_database (store), E));
}
