/* Bounded binary reading and writing, big-endian. All binary input is parsed through here.
 *
 * Both sides keep their first error: a parser reads a whole structure and asks once, at the end.
 * A length-prefixed part ("blob") is an SSH string: its size as u32, then its bytes. */

#pragma once

#include "crypto/wire-reader.h"
#include "crypto/wire-writer.h"
