/* What the acts of the sample negotiation share.
 *
 * Ten delegations, each a home and processes of its own, over one pouch. Every step is a command
 * that a delegate could type. FALSE or NULL is an error that is set. */

#pragma once

#include <json-glib/json-glib.h>

#include "app/cli-story.h"
#include "app/cli.h"

#define PARAPH_DEMO_CAST 10
#define PARAPH_DEMO_TITLE "Talks on the Lun"

typedef struct
{
  const char *code;
  const char *role;
  const char *name;
  const char *person;
} ParaphDemoPlayer;

/* The convener first. */
extern const ParaphDemoPlayer paraph_demo_cast[PARAPH_DEMO_CAST];

typedef struct
{
  ParaphOutput *output; /* borrowed; members of the JSON object */
  ParaphStory *story;   /* owned */
  char *directory;      /* owned */
  char *rogue;          /* owned; the cheat's program, NULL: not here */
  const char *stopped;  /* code of a home that its client may have stopped; NULL: none */
} ParaphDemo;

/* A command of one home, and how it is to end. */
typedef struct
{
  const char *code;
  int status;
  int or_status;            /* a second way to end that is right too; 0: none */
  const char *only;         /* shows the lines of the answer that fit this pattern; NULL: all */
  const char *const *words; /* NULL-terminated */
} ParaphDemoStep;

#define PARAPH_DEMO_REFUSED 3 /* how a command ends that is refused */
#define PARAPH_DEMO_WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define PARAPH_DEMO_STEP(home, ...) \
  (&(const ParaphDemoStep){ .code = home, .words = PARAPH_DEMO_WORDS (__VA_ARGS__) })

/* Tells one part of the story; in an answer, ids of 64 digits become their first 8. */
void paraph_demo_tell (ParaphDemo *self, ParaphStoryPart part, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Runs a step: shown with its answer; not shown; not shown, with its JSON as the result. */
gboolean paraph_demo_show (ParaphDemo *self, const ParaphDemoStep *step, GError **error);
gboolean paraph_demo_do (ParaphDemo *self, const ParaphDemoStep *step, GError **error);
JsonNode *paraph_demo_ask (ParaphDemo *self, const ParaphDemoStep *step, GError **error);

/* All synchronise in turn, code first (it has news), until nothing moves or rounds are over. One
 * round brings the news to everybody; the checkpoints that follow need another. */
gboolean paraph_demo_sync (ParaphDemo *self, const char *code, guint rounds, GError **error);

/* Any program: TRUE when it could be run. */
gboolean paraph_demo_spawn (const char *const *words, char **ret_out, int *ret_status,
                            GError **error);

/* A path in the sample's directory; and one with this text, or the sample paper of that name. */
char *paraph_demo_path (ParaphDemo *self, const char *name);
char *paraph_demo_write (ParaphDemo *self, const char *name, const char *text, GError **error);

/* FALSE, with an error that says why the sample stopped. */
gboolean paraph_demo_require (gboolean condition, const char *why, GError **error);

/* The acts, in order. */
gboolean paraph_demo_gather (ParaphDemo *self, GError **error);
gboolean paraph_demo_negotiate (ParaphDemo *self, GError **error);
gboolean paraph_demo_prove (ParaphDemo *self, GError **error);
gboolean paraph_demo_cheat (ParaphDemo *self, GError **error);

/* Exports the plenary up to record from two homes, which must be equal, and lets the audit and the
 * stock tools judge it: good, or bad for the fork at this record (NULL: good). */
gboolean paraph_demo_check_bundle (ParaphDemo *self, const char *at, const char *fork,
                                   GError **error);
