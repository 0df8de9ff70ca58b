/* One device signs two records for one place and sends one to each of two parties. */

#include <string.h>

#include "app/audit.h"
#include "app/fork-proof.h"
#include "negotiation/judge.h"
#include "tests/flow/convened.h"
#include "tests/flow/forged.h"

#define SYNCS_MAX 3
#define LONGER 3 /* records that one branch goes on for */

enum
{
  FIRST,  /* a party */
  SECOND, /* a party */
  FORKER
};

/* A proof asked for, and made. */
typedef struct
{
  ParaphId record;
  GBytes *proof;
  ParaphId records[2];
} Proof;

static gboolean
make_proof (ParaphHome *home, gpointer data, GError **error)
{
  Proof *self = data;
  ParaphEntry *entry = paraph_ledger_find (home->ledger, &self->record);

  g_assert_nonnull (entry);
  self->proof = paraph_fork_proof_make (home, entry, self->records, error);
  return self->proof != NULL;
}

/* Whether a home shows the fork: in the standing of the record, a notice, and the audit. */
typedef struct
{
  const TestForgery *one, *other;
  gboolean is_void;
  guint findings;
  ParaphId found;
} Shown;

static gboolean
look (ParaphHome *home, gpointer data, GError **error)
{
  Shown *self = data;
  ParaphEntry *one = paraph_ledger_find (home->ledger, &self->one->sealed->header->id);
  ParaphEntry *other = paraph_ledger_find (home->ledger, &self->other->sealed->header->id);
  g_autoptr (ParaphAudit) audit = paraph_audit_home (home, FALSE, NULL, NULL, error);

  g_assert_nonnull (audit);
  self->is_void = one != NULL && other != NULL
                  && paraph_entry_get_standing (one) == PARAPH_STANDING_VOID
                  && paraph_entry_get_standing (other) == PARAPH_STANDING_VOID;
  self->findings = 0;
  for (guint i = 0; i < audit->findings->len; i++)
    {
      const ParaphFinding *finding = g_ptr_array_index (audit->findings, i);

      if (strcmp (finding->kind, "fork") != 0)
        continue;
      self->findings++;
      self->found = finding->record;
    }
  return TRUE;
}

static void
assert_shows (TestDelegation *self, const TestForgery *one, const TestForgery *other)
{
  Shown shown = { .one = one, .other = other };
  const ParaphId *a = &one->sealed->header->id;
  const ParaphId *b = &other->sealed->header->id;
  const ParaphId *lower = paraph_id_compare (a, b) < 0 ? a : b;

  test_run (self, look, &shown);
  g_assert_true (shown.is_void);
  g_assert_cmpuint (shown.findings, ==, 1);
  assert_id (shown.found, *lower);
  g_assert_cmpuint (test_count_notices (self, "fork", lower), ==, 1);
}

/* The two statements, one for each party. */
static void
fork_chain (TestTalks *talks, const ParaphId *charter, TestForgery *one, TestForgery *other)
{
  static const char *const lines[] = { "type", "statement", NULL };
  TestDelegation *forker = &talks->delegations[FORKER];

  *one = (TestForgery){
    PARAPH_KIND_STATEMENT, lines, *charter, "We shall sign.\n", NULL, NULL, NULL, NULL
  };
  *other = *one;
  other->text = "We shall not sign.\n";
  test_forge (forker, one);
  test_forge (forker, other);
  g_assert_cmpint (one->sealed->header->number, ==, other->sealed->header->number);
  test_send_forged (forker, one, &talks->delegations[FIRST]);
  test_send_forged (forker, other, &talks->delegations[SECOND]);
  test_post (forker);
}

/* Only the two parties sync: the forker stays away. */
static void
sync_parties (TestTalks *talks, guint times)
{
  for (guint i = 0; i < times; i++)
    {
      ParaphSyncReport report = { 0 };

      test_sync (&talks->delegations[FIRST], &report);
      g_test_message ("first: received %u, applied %u, refused %u, waiting %u, sent %u",
                      report.received, report.applied, report.refused, report.waiting, report.sent);
      test_sync (&talks->delegations[SECOND], &report);
      g_test_message ("second: received %u, applied %u, refused %u, waiting %u, sent %u",
                      report.received, report.applied, report.refused, report.waiting, report.sent);
    }
}

static void
run (const char *directory, const char *command)
{
  const char *argv[] = { "sh", "-ec", command, NULL };
  g_autofree char *out = NULL, *problems = NULL;
  GError *error = NULL;
  int status = -1;

  g_spawn_sync (directory, (char **) (guintptr) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                &problems, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_test_message ("%s: %s%s", command, out, problems);
  g_assert_cmpint (status, ==, 0);
}

/* What the proof's READ-ME says to do: both records with stock tools. */
static void
confirm (TestTalks *talks, const Proof *proof, const ParaphHeader *header)
{
  g_autofree char *directory = g_build_filename (talks->parent, "proof", NULL);
  g_autofree char *path = g_build_filename (directory, "proof.tar", NULL);
  g_autofree char *author = test_hex (&header->author);
  g_autofree char *negotiation = test_hex (&header->negotiation);
  GError *error = NULL;

  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  g_file_set_contents (path, g_bytes_get_data (proof->proof, NULL),
                       (gssize) g_bytes_get_size (proof->proof), &error);
  g_assert_no_error (error);
  run (directory, "tar -xf proof.tar && sha256sum --quiet -c SHA256SUMS");
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *id = test_hex (&proof->records[i]);
      g_autofree char *sum =
          g_strdup_printf ("test \"$(sha256sum < records/%s | cut -c 1-64)\" = %s", id, id);
      g_autofree char *verify =
          g_strdup_printf ("ssh-keygen -Y verify -f allowed_signers -I %s -n record.%.32s@paraph "
                           "-s records/%s.sig < records/%s",
                           author, negotiation, id, id);
      g_autofree char *place = g_strdup_printf ("grep -q -x 'number: %" G_GINT64_FORMAT
                                                "' records/%s && grep -q -x 'record: %s' "
                                                "FORK.txt && grep -q -x 'author: %s' records/%s",
                                                header->number, id, id, author, id);

      run (directory, sum);
      run (directory, verify);
      run (directory, place);
    }
}

static void
test_fork (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  TestForgery one = { 0 }, other = { 0 };
  g_autofree char *keygen = g_find_program_in_path ("ssh-keygen");
  Proof proofs[2] = { { { { 0 } }, NULL, { { { 0 } } } } };

  test_talks_init_convened (&talks, 3, &charter);
  test_talks_rest (&talks);
  fork_chain (&talks, &charter, &one, &other);
  sync_parties (&talks, 1);
  sync_parties (&talks, SYNCS_MAX - 1);
  assert_shows (&talks.delegations[FIRST], &one, &other);
  assert_shows (&talks.delegations[SECOND], &one, &other);
  proofs[0].record = one.sealed->header->id;
  proofs[1].record = other.sealed->header->id;
  test_run (&talks.delegations[FIRST], make_proof, &proofs[0]);
  test_run (&talks.delegations[SECOND], make_proof, &proofs[1]);
  g_assert_true (g_bytes_equal (proofs[0].proof, proofs[1].proof));
  if (keygen == NULL)
    g_test_skip ("ssh-keygen is needed");
  else
    confirm (&talks, &proofs[0], one.sealed->header);
  g_bytes_unref (proofs[0].proof);
  g_bytes_unref (proofs[1].proof);
  test_forgery_clear (&one);
  test_forgery_clear (&other);
  test_talks_clear (&talks);
}

static void
follow (ParaphPosition *position, gpointer data)
{
  const ParaphHeader *before = ((const TestForgery *) data)->sealed->header;

  position->number = before->number + 1;
  position->previous = before->id;
  position->clock = before->clock + 1;
  g_array_set_size (position->seen, 0);
}

/* The forker answers nobody, and one branch goes on: whoever holds it is asked for it at once. */
static void
test_longer_branch (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };
  TestForgery one = { 0 }, other = { 0 };
  TestForgery further[LONGER] = { { 0 } };

  test_talks_init_convened (&talks, 3, &charter);
  test_talks_rest (&talks);
  fork_chain (&talks, &charter, &one, &other);
  for (guint i = 0; i < LONGER; i++)
    {
      further[i] = other;
      further[i].text = "And again not.\n";
      further[i].bend = follow;
      further[i].data = i == 0 ? &other : &further[i - 1];
      test_forge (&talks.delegations[FORKER], &further[i]);
      test_send_forged (&talks.delegations[FORKER], &further[i], &talks.delegations[SECOND]);
    }
  test_post (&talks.delegations[FORKER]);
  sync_parties (&talks, LONGER + 4);
  assert_shows (&talks.delegations[FIRST], &one, &other);
  assert_shows (&talks.delegations[SECOND], &one, &other);
  for (guint i = 0; i < LONGER; i++)
    test_forgery_clear (&further[i]);
  test_forgery_clear (&one);
  test_forgery_clear (&other);
  test_talks_clear (&talks);
}

static gboolean
refuse_proof (ParaphHome *home, gpointer data, GError **error)
{
  g_autoptr (GError) inner = NULL;
  g_autoptr (GBytes) proof =
      paraph_fork_proof_make (home, paraph_ledger_find (home->ledger, data), NULL, &inner);

  (void) error;
  g_assert_null (proof);
  g_assert_error (inner, PARAPH_APP_ERROR, PARAPH_APP_ERROR_REFUSED);
  return TRUE;
}

static void
test_no_fork (void)
{
  TestTalks talks = { 0 };
  ParaphId charter = { { 0 } };

  test_talks_init_convened (&talks, 2, &charter);
  test_run (&talks.delegations[FIRST], refuse_proof, &charter);
  test_talks_clear (&talks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fork/two-parties-hold-the-same-proof-of-it", test_fork);
  g_test_add_func ("/fork/a-longer-branch-is-had-without-the-forker", test_longer_branch);
  g_test_add_func ("/fork/where-there-is-none-nothing-is-proven", test_no_fork);
  return g_test_run ();
}
