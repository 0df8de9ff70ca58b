/* A pouch in a new directory, and the few acts that every test of it needs. */

#pragma once

#include <glib.h>

#include "transport/pouch.h"

#define OURS "0123456789abcdef0123456789abcdef"
#define THEIRS "ffeeddccbbaa99887766554433221100"

typedef struct
{
  char *directory;          /* owned; removed at the end */
  char *path;               /* owned: the pouch, below directory */
  ParaphTransport *carrier; /* owned: a started pouch with the mailbox OURS */
} PouchFixture;

void pouch_fixture_set_up (PouchFixture *self, gconstpointer data);
void pouch_fixture_tear_down (PouchFixture *self, gconstpointer data);

#define POUCH_TEST(path, function) \
  g_test_add (path, PouchFixture, NULL, pouch_fixture_set_up, function, pouch_fixture_tear_down)

/* An envelope of `kib` KiB, unlike that of any other `number`. */
GBytes *make_envelope (guint number, guint kib);

/* Paths below the pouch, from POUCH/mailbox/directory/name. name may be NULL. */
char *box_path (PouchFixture *self, const char *mailbox, const char *directory, const char *name);

/* Writes a file into new/ of OURS behind the pouch's back. */
void plant (PouchFixture *self, const char *name, const void *bytes, gsize size);

/* Names in a directory, "." and ".." left out. */
guint count_entries (const char *directory);

/* rescan, then poll to the end of the pass. (transfer full) */
ParaphTransportBatch *take_all (ParaphTransport *carrier);

/* done for every arrival of `batch`. */
void finish_all (ParaphTransport *carrier, ParaphTransportBatch *batch);

/* One post and the poll that accepts it. */
void post_one (ParaphTransport *carrier, const char *mailbox, GBytes *envelope);

void assert_status (ParaphTransport *carrier, ParaphTransportState state,
                    ParaphTransportError reason);
