/* Homes that talk to each other over one pouch, for the tests of flows. */

#pragma once

#include <glib.h>
#include <glib/gstdio.h>

#include "app/client.h"
#include "app/inbound.h"
#include "app/outbound.h"
#include "app/sync.h"
#include "crypto/hash.h"
#include "negotiation/papers.h"
#include "store/outbox-table.h"
#include "tests/support/store-test.h"

#define TEST_CODE_SIZE 8

typedef struct
{
  TestHome home;
  ParaphClient *client;
  char code[TEST_CODE_SIZE];
  ParaphId delegation;
  ParaphId device;
} TestDelegation;

typedef struct
{
  char *parent;
  char *pouch;
  guint n;
  TestDelegation *delegations; /* n */
} TestTalks;

/* A record in the making, with the id it gets. */
typedef struct
{
  ParaphKind kind;
  const char *const *lines; /* key, value, ..., NULL */
  ParaphId negotiation;
  ParaphId channel;
  const char *text; /* content of a body "text main en"; NULL: none */
  ParaphId id;
} TestRecord;

/* Verbs for test_run: data is a GBytes ** for the own card, the GBytes of a card, a TestRecord. */
gboolean test_make_card (ParaphHome *home, gpointer data, GError **error);
gboolean test_take_card (ParaphHome *home, gpointer data, GError **error);
gboolean test_make_record_verb (ParaphHome *home, gpointer data, GError **error);

void test_run (TestDelegation *self, ParaphHomeFunc verb, gpointer data);

/* Founds the homes; cards are not exchanged yet. */
void test_talks_init (TestTalks *self, guint n);

void test_talks_exchange_cards (TestTalks *self);

void test_talks_clear (TestTalks *self);

void test_sync (TestDelegation *self, ParaphSyncReport *report);

/* All sync in turn until nothing moves; the number of rounds that took. */
guint test_talks_rest (TestTalks *self);

void test_make_record (TestDelegation *self, TestRecord *record);

char *test_hex (const ParaphId *id);
