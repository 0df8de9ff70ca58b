/* Two homes, a pouch and a fixed course of talks, one step a process: what test-crash.c kills, cuts
 * off and starves. All paths and keys are set once, so that a tree of files copied back is the same
 * homes again. */

#pragma once

#include "app/client.h"

/* The homes, in their order; also names of directories beside "pouch". */
#define CRASH_HOMES 2

/* A directory of its own, on a file system in memory where there is one. */
typedef struct
{
  char *parent;                    /* owned */
  char *now;                       /* owned: the tree with both homes and the pouch */
  char *cut;                       /* owned: what a power failure left of it */
  char *pouch;                     /* owned */
  char *homes[CRASH_HOMES];        /* owned */
  ParaphSecret *keys[CRASH_HOMES]; /* owned */
} CrashTalks;

/* What one process of one home does. */
typedef struct
{
  guint home;
  const char *name;   /* of a step that makes something: what tells it from all others */
  ParaphHomeFunc act; /* NULL: sync */
} CrashStep;

extern const CrashStep crash_steps[];
extern const guint crash_n_steps;

void crash_talks_init (CrashTalks *self);
void crash_talks_clear (CrashTalks *self);

/* Opens a home; FOUNDED FALSE makes it first. NULL with *error. (transfer full) */
ParaphClient *crash_open (const CrashTalks *self, guint home, gboolean founded, GError **error);
/* Each takes the other's card. */
void crash_exchange_cards (const CrashTalks *self);

gboolean crash_do (ParaphClient *client, const CrashStep *step, GError **error);
/* Whether what the step makes is there. TRUE for sync. */
gboolean crash_is_done (ParaphClient *client, const CrashStep *step);

/* From wherever STEP, done or half done, has left the homes to the end of all talks; then everything
 * that must hold: each record placed once at both, each word of talk shown once, nothing under way,
 * nothing complained of, and both audits good. MUST: the step said that it was done. */
void crash_finish (const CrashTalks *self, const CrashStep *step, gboolean must);
