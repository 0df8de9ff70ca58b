/* A disk that is full, or whose computer dies, at a chosen step: for tests of whole programs.
 *
 * Linking fault-disk.c and fault-power.c puts every call of the C library that changes a file behind
 * this, whoever makes it: our code, SQLite, GLib. Calls outside of the armed directory are let
 * through uncounted. Steps are counted from 1. One plan in a process; any thread may strike. */

#pragma once

#include <glib.h>

#define FAULT_DISK_EXIT 77
#define FAULT_DISK_STEPS_MAX 8192

typedef enum
{
  FAULT_DISK_COUNT, /* nothing fails */
  FAULT_DISK_KILL,  /* the process ends before the step; what it wrote is there */
  FAULT_DISK_TORN,  /* the same, but half of a write is done first */
  FAULT_DISK_CUT, /* the power fails before the step: only what was synced is there, in ROOT.cut */
  FAULT_DISK_FULL /* the step and all later ones on its disk find no space */
} FaultDiskKind;

/* What happened, in memory that a parent process may share. A letter for each step: o make a file,
 * w write, s sync a file, d sync a directory, t truncate, r rename, u unlink, m make a directory;
 * capital ones are of the second disk. */
typedef struct
{
  guint count;
  gboolean has_struck; /* a step failed, or was the last */
  char letters[FAULT_DISK_STEPS_MAX + 1];
} FaultDiskTrace;

/* ROOT: an absolute directory, each directory in it a disk of its own, SECOND the name of the one
 * that gets capitals. All borrowed until disarm. */
void fault_disk_arm (const char *root, const char *second, FaultDiskKind kind, guint at,
                     FaultDiskTrace *trace);
void fault_disk_disarm (void);

/* Copies and removes trees, uncounted: for the test's own images. */
void fault_disk_copy (const char *from, const char *to);
void fault_disk_remove (const char *path);
