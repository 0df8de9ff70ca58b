/* A VFS that fails at a chosen step, for tests of what a full disk, an I/O error or a killed
 * process leaves behind. It wraps SQLite's own and counts each write, sync, truncation and
 * removal; so do the calls of fault_strike, for steps that do not go through SQLite.
 *
 * Link tests/support/fault-vfs.c and SQLite. One plan in a process; any thread may strike. */

#pragma once

#include <glib.h>

#define FAULT_VFS_NAME "paraph-fault"
#define FAULT_EXIT_STATUS 77

typedef enum
{
  FAULT_NONE,
  FAULT_FULL, /* the step fails: no space left */
  FAULT_IO,   /* the step fails */
  FAULT_EXIT, /* the process ends before the step, with FAULT_EXIT_STATUS */
  FAULT_TORN  /* the same, but half of a write is done first */
} FaultKind;

/* Before anything else touches SQLite. Twice is harmless. */
void fault_vfs_register (void);

/* The AT-th step from now on (the first is 1) fails; with LASTING all later ones too. */
void fault_vfs_arm (FaultKind kind, guint at, gboolean lasting);
void fault_vfs_disarm (void);

/* Steps since arming. */
guint fault_vfs_count (void);

/* Counts one step: what has to fail now, FAULT_NONE for nothing. Does not return for the kinds
 * that end the process, save for FAULT_TORN where CAN_TEAR. */
FaultKind fault_strike (gboolean can_tear);
G_NORETURN void fault_exit (void);
