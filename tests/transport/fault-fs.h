/* System calls that fail or end the process at a chosen step, for tests of whatever writes through
 * a pouch: paraph_pouch_set_fs (pouch, fault_fs ()).
 *
 * Only the calls that change something are steps: making and opening files for writing, mkdir,
 * write, stamps, fsync, syncfs, rename and unlink. Steps are counted from 1 over the whole process;
 * the plan is one static value, so one test at a time. */

#pragma once

#include "transport/fs.h"

typedef enum
{
  FAULT_NONE,
  FAULT_ONCE,    /* step `at` fails with `number` */
  FAULT_FOREVER, /* and all later ones */
  FAULT_DIE,     /* the process ends with FAULT_EXIT before step `at` */
  FAULT_TORN     /* the same, but a write leaves half of its bytes behind */
} FaultKind;

#define FAULT_EXIT 77

typedef struct
{
  FaultKind kind;
  unsigned at;
  int number;           /* the errno */
  int plain_rename;     /* renameat2 fails with this errno, as on vfat; 0: works */
  int directory_sync;   /* fsync of a directory fails with this errno; 0: works */
  long time_jump;       /* seconds added to the times that fstat tells */
  unsigned short_calls; /* nonzero: reads and writes move at most this many bytes, and every second
                         * one is interrupted first */
} FaultPlan;

/* Static. */
const ParaphFs *fault_fs (void);

/* Begins a plan and sets the count of steps to 0. NULL: no faults. */
void fault_plan (const FaultPlan *plan);

/* Steps since the plan began, those that failed included. */
unsigned fault_steps (void);

/* The steps since the plan began, a letter each, the first 63 of them: o open to write, w write,
 * t stamp, s fsync of a file, d of a directory, f syncfs, m mkdir, r rename, u unlink. */
const char *fault_trace (void);
