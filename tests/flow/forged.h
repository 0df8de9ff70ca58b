/* What a member writes whose program is its own: records with good signatures at any place, sent to
 * whom it likes, and claims without records. Nothing of it enters the ledger of its own home. */

#pragma once

#include "tests/flow/flow-test.h"

/* Changes where the record will stand, before it is signed. position->seen may be replaced. */
typedef void (*TestBend) (ParaphPosition *position, gpointer data);

typedef struct
{
  ParaphKind kind;
  const char *const *lines; /* key, value, ..., NULL */
  ParaphId channel;
  const char *text; /* content of a body "text main en"; NULL: none */
  TestBend bend;    /* NULL: where an honest client would put it */
  gpointer data;
  ParaphSealedRecord *sealed; /* made; free with test_forgery_clear */
  GPtrArray *blobs;           /* made; GBytes */
} TestForgery;

void test_forge (TestDelegation *self, TestForgery *forgery);
void test_forgery_clear (TestForgery *self);

/* Packs the record with its blobs into the outbox for one other home. */
void test_send_forged (TestDelegation *self, const TestForgery *forgery, const TestDelegation *to);

/* Any packet, for one other home; channel may be NULL. */
void test_send_packet (TestDelegation *self, ParaphPacket *packet, const ParaphId *channel,
                       const TestDelegation *to);

/* Posts what the outbox holds, and takes nothing in: mail for it is lost. */
void test_post (TestDelegation *self);

/* A have with one tip of a chain, and our (the recipient's) record where given. */
void test_send_have (TestDelegation *self, const ParaphId *channel, const ParaphPlace *tip,
                     ParaphSealedRecord *last_own, const TestDelegation *to);

/* Notices of a kind that lie in a home, about record (NULL: about any). */
guint test_count_notices (TestDelegation *self, const char *kind, const ParaphId *record);
