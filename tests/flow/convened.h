/* Talks that have begun, without the traffic of their beginning: every home was handed the records
 * of all, as if they had come on one stick, and nothing has been posted yet. */

#pragma once

#include "tests/flow/flow-test.h"

/* Founds n homes, all of them parties and members of one plenary whose convener is the first. Each
 * holds every record and every card; mailboxes and outboxes are empty. */
void test_talks_init_convened (TestTalks *self, guint n, ParaphId *ret_charter);

/* The same up to the joinings: nobody but the convener is a member yet. */
void test_talks_init_joined (TestTalks *self, guint n, ParaphId *ret_charter);

/* The convener admits the delegation that has joined; history: "full" or "from-here". */
void test_talks_admit (TestTalks *self, const ParaphId *charter, guint index, const char *history);

/* Hands one's placed records (of the plenary) to the other, through the way in of records. */
void test_talks_hand_over (TestDelegation *from, TestDelegation *to, const ParaphId *channel);

/* Envelopes in all mailboxes of the pouch. */
guint test_talks_count_mail (TestTalks *self);
/* Rows in all outboxes, whatever their state. */
guint64 test_talks_count_outboxes (TestTalks *self);

/* The placed records of a channel, ParaphSealedRecord *, in shown order; g_ptr_array_unref. */
GPtrArray *test_list_records (TestDelegation *self, const ParaphId *channel);
