/* One side of a conversation between our pairwise sessions and another implementation: our real
 * provider and guards over rows in memory, with repeatable randomness, driven by lines of text.
 *
 *   seed N                               begins anew; answers the own identity key
 *   trust KEY                            the identity key that is certified for the other side
 *   bundle SIGNED-ID PREKEY-ID           answers "bundle REGISTRATION IDENTITY SIGNED-ID SIGNED-KEY
 *                                        SIGNATURE PREKEY-ID PREKEY"; id 0 and "-": none
 *   process REGISTRATION IDENTITY ...    the same fields, of the other side's bundle
 *   enc HEX                              175 bytes; answers "enc TYPE HEX"
 *   dec TYPE HEX                         answers "dec HEX"; rolled back when it fails
 *
 * Anything else that works answers "ok"; what fails answers "error CODE". Byte strings are
 * lowercase hexadecimal, keys without libsignal's prefix. */

#pragma once

#include <glib.h>

typedef struct signal_peer SignalPeer;

SignalPeer *signal_peer_new (void);
void signal_peer_free (SignalPeer *self);

/* The answer to LINE, which has no newline. Never NULL; transfer full. */
char *signal_peer_answer (SignalPeer *self, const char *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalPeer, signal_peer_free)
