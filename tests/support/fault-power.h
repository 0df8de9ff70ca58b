/* What would be left of a directory if the power failed now. For tests/support/fault-disk.c.
 *
 * The strictest reading of POSIX: of a file what its last fsync saw, of a directory the names that
 * its last fsync saw. Real disks keep some of the rest as well; the other end, a disk that keeps all
 * of it, is what a killed process leaves. */

#pragma once

#include <glib.h>

/* All that is in ROOT now is durable. */
void fault_power_begin (const char *root);
void fault_power_end (void);

/* After a sync of FD that succeeded. */
void fault_power_note_sync (int fd);

/* Writes what is left to PATH, which is absent. */
void fault_power_fail (const char *path);

/* A new file, past all faults. */
void fault_power_write_file (const char *path, GBytes *bytes);
